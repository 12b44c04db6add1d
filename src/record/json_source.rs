//! JSON into the tree with places. `jsonc-parser` knows the places but forgives much; what is JSON
//! and what is not is decided by `serde_json` first.

use jsonc_parser::ast;
use jsonc_parser::common::Ranged;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};

use super::problems::{Place, Report};
use super::source::{Entry, Kind, Lines, Value};

pub(super) fn parse(file: usize, text: &str, report: &Report) -> Option<Value> {
    let broken = |line: usize, message: &str| {
        let line = line.max(1);
        report.say(Place { file, line }, format!("this is not JSON: {message}"));
    };
    if let Err(error) = serde_json::from_str::<serde_json::Value>(text) {
        let message = error.to_string();
        let reason = message.split(" at line ").next().unwrap_or(&message);
        broken(error.line(), reason);
        return None;
    }
    match parse_to_ast(text, &CollectOptions::default(), &ParseOptions::default()) {
        Ok(result) => result
            .value
            .map(|value| read_value(&value, &Lines::of(file, text))),
        Err(error) => {
            broken(error.line_display(), &error.kind().to_string());
            None
        }
    }
}

fn read_value(value: &ast::Value<'_>, lines: &Lines) -> Value {
    let kind = match value {
        ast::Value::StringLit(text) => Kind::Text(text.value.to_string()),
        ast::Value::NumberLit(number) => number
            .value
            .parse()
            .map_or(Kind::Other("a number that is not whole"), Kind::Whole),
        ast::Value::Array(list) => {
            Kind::List(list.elements.iter().map(|v| read_value(v, lines)).collect())
        }
        ast::Value::Object(table) => Kind::Table(
            table
                .properties
                .iter()
                .map(|property| Entry {
                    key: property.name.as_str().to_owned(),
                    place: lines.place(property.range.start),
                    value: read_value(&property.value, lines),
                })
                .collect(),
        ),
        ast::Value::BooleanLit(flag) => Kind::Flag(flag.value),
        ast::Value::NullKeyword(_) => Kind::Other("null"),
    };
    Value {
        place: lines.place(value.range().start),
        kind,
    }
}
