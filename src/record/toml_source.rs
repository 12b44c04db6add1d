//! TOML into the tree with places.

use toml::de::{DeTable, DeValue};
use toml::{Spanned, de::Error};

use super::problems::Report;
use super::source::{Entry, Kind, Lines, Value};

pub(super) fn parse(file: usize, text: &str, report: &Report) -> Option<Value> {
    // Both ends of line are one newline in TOML; a promise must not change because an editor on
    // another system saved the file.
    let text = text.replace("\r\n", "\n");
    let lines = Lines::of(file, &text);
    let (table, errors) = DeTable::parse_recoverable(&text);
    if errors.is_empty() {
        let kind = Kind::Table(entries(table.get_ref(), &lines));
        let place = lines.place(0);
        return Some(Value { place, kind });
    }
    say_errors(&errors, &lines, report);
    None
}

/// One broken line often breaks what follows it, so each line is reported once.
fn say_errors(errors: &[Error], lines: &Lines, report: &Report) {
    let mut told = None;
    for error in errors {
        let place = lines.place(error.span().map_or(0, |s| s.start));
        if told != Some(place) {
            let message = error.message().replace('\n', "; ");
            report.say(place, format!("this is not TOML: {message}"));
            told = Some(place);
        }
    }
}

fn entries(table: &DeTable<'_>, lines: &Lines) -> Vec<Entry> {
    let mut entries: Vec<(usize, Entry)> = table
        .iter()
        .map(|(key, value)| {
            let start = key.span().start;
            let entry = Entry {
                key: key.get_ref().to_string(),
                place: lines.place(start),
                value: read_value(value, lines),
            };
            (start, entry)
        })
        .collect();
    // The parser's tables are sorted by key; a record is told in the order in which it was written.
    entries.sort_by_key(|(start, _)| *start);
    entries.into_iter().map(|(_, entry)| entry).collect()
}

fn read_value(value: &Spanned<DeValue<'_>>, lines: &Lines) -> Value {
    let kind = match value.get_ref() {
        DeValue::String(text) => Kind::Text(text.to_string()),
        DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix())
            .map_or(Kind::Other("a number that is too large"), Kind::Whole),
        DeValue::Datetime(date) => Kind::Date(date.to_string()),
        DeValue::Array(list) => Kind::List(list.iter().map(|v| read_value(v, lines)).collect()),
        DeValue::Table(table) => Kind::Table(entries(table, lines)),
        DeValue::Float(_) => Kind::Other("a number with a fraction"),
        DeValue::Boolean(flag) => Kind::Flag(*flag),
    };
    Value {
        place: lines.place(value.span().start),
        kind,
    }
}
