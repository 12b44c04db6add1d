//! A record as TOML that people read and edit: a blank line between things, the parts of a
//! commitment under their own headings, long lists wrapped, texts of several lines as such.

use std::fmt::Write;

use serde_json::{Map, Value};

use super::canonical;
use crate::domain::book::Book;

/// Where a list is wrapped, in columns.
const WIDTH: usize = 100;

/// The keys of a commitment that are written as tables of their own.
const HEADED: [&str; 6] = [
    "milestone",
    "update",
    "revision",
    "raised",
    "handover",
    "mention",
];

/// The record as TOML, importable elsewhere.
pub fn write_toml(book: &Book) -> String {
    let mut out = String::new();
    for (key, value) in &canonical::record(book) {
        match value {
            Value::Array(things) => {
                for thing in things.iter().filter_map(Value::as_object) {
                    write_thing(&mut out, &format!("[[{key}]]"), key, thing);
                }
            }
            Value::Object(table) => write_thing(&mut out, &format!("[{key}]"), key, table),
            scalar => write_line(&mut out, key, scalar),
        }
    }
    out
}

fn write_thing(out: &mut String, heading: &str, path: &str, table: &Map<String, Value>) {
    out.push('\n');
    out.push_str(heading);
    out.push('\n');
    // A revision names its milestone by a key of the same name, which is plain text.
    let (headed, plain): (Vec<_>, Vec<_>) = table
        .iter()
        .partition(|(key, value)| HEADED.contains(&key.as_str()) && value.is_array());
    for (key, value) in plain {
        write_line(out, key, value);
    }
    for (key, value) in headed {
        let path = format!("{path}.{key}");
        let parts = value.as_array().into_iter().flatten();
        for part in parts.filter_map(Value::as_object) {
            write_thing(out, &format!("[[{path}]]"), &path, part);
        }
    }
}

fn write_line(out: &mut String, key: &str, value: &Value) {
    let line = format!("{key} = {}", inline(value));
    match value {
        Value::Array(list) if line.chars().count() > WIDTH => {
            let _ = writeln!(out, "{key} = {}", wrapped(list));
        }
        Value::String(text) if text.contains('\n') => {
            let _ = writeln!(out, "{key} = {}", multi_line(text));
        }
        _ => {
            out.push_str(&line);
            out.push('\n');
        }
    }
}

fn inline(value: &Value) -> String {
    match value {
        Value::String(text) => basic(text),
        Value::Array(list) => {
            let items: Vec<String> = list.iter().map(inline).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Object(table) => {
            let entries: Vec<String> = table
                .iter()
                .map(|(key, value)| format!("{key} = {}", inline(value)))
                .collect();
            format!("{{ {} }}", entries.join(", "))
        }
        other => other.to_string(),
    }
}

fn wrapped(list: &[Value]) -> String {
    let mut out = String::from("[");
    let mut column = WIDTH;
    for item in list.iter().map(inline) {
        let length = item.chars().count();
        if column + length + 2 > WIDTH {
            out.push_str("\n    ");
            column = 4;
        } else {
            out.push(' ');
            column += 1;
        }
        out.push_str(&item);
        out.push(',');
        column += length + 1;
    }
    out.push_str("\n]");
    out
}

fn basic(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\n' => out.push_str("\\n"),
            c => push_escaped(&mut out, c),
        }
    }
    out.push('"');
    out
}

/// The line break after the opening quotes is not part of the text.
fn multi_line(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 7);
    out.push_str("\"\"\"\n");
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            // One quote alone is plain; two or more, or one before the closing ones, would end it.
            '"' if matches!(chars.peek(), Some('"') | None) => out.push_str("\\\""),
            '"' | '\n' => out.push(c),
            c => push_escaped(&mut out, c),
        }
    }
    out.push_str("\"\"\"");
    out
}

/// Everything but quotes and line breaks, which each kind of text treats in its own way.
fn push_escaped(out: &mut String, c: char) {
    match c {
        '\\' => out.push_str("\\\\"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        c if c.is_control() => {
            let _ = write!(out, "\\u{:04X}", u32::from(c));
        }
        c => out.push(c),
    }
}
