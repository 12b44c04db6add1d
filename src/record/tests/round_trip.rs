//! What was exported is imported elsewhere and exported again byte for byte the same, whatever it
//! says and in either notation.

use proptest::prelude::*;
use serde_json::Value;

use super::worlds::books;
use crate::domain::book::Book;
use crate::record::canonical::{self, Body};
use crate::record::fields::Keys;
use crate::record::reading::keys_of;
use crate::record::{Baseline, SourceFile, merge, read, read_text, write_json, write_toml};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn export_import_export_is_the_same(book in books()) {
        let toml = write_toml(&book);
        let from_toml = read_text("export.toml", &toml)
            .unwrap_or_else(|e| panic!("{e}\n{toml}"));
        prop_assert_eq!(&from_toml, &book);
        let json = write_json(&from_toml);
        let from_json = read_text("export.json", &json)
            .unwrap_or_else(|e| panic!("{e}\n{json}"));
        prop_assert_eq!(&from_json, &book);
        prop_assert_eq!(write_json(&from_json), json);
        prop_assert_eq!(write_toml(&from_json), toml);
    }

    #[test]
    fn an_export_changes_nothing_where_it_came_from_and_everything_elsewhere(book in books()) {
        let file = SourceFile {
            name: "export.toml".into(),
            text: write_toml(&book),
            ..SourceFile::default()
        };
        let on = chrono::NaiveDate::from_ymd_opt(2025, 6, 2).unwrap();
        let again = read(std::slice::from_ref(&file), &book).unwrap();
        let merged = merge(&book, &again, &Baseline::default(), on).unwrap();
        prop_assert!(merged.new.is_empty() && merged.changed.is_empty());
        prop_assert_eq!(merged.unchanged, merged.imported.len());
        prop_assert_eq!(&merged.book, &Book::default());

        let empty = Book::default();
        let elsewhere = read(&[file], &empty).unwrap();
        let merged = merge(&empty, &elsewhere, &Baseline::default(), on).unwrap();
        prop_assert_eq!(merged.new.len(), merged.imported.len());
        prop_assert_eq!(&merged.book, &book);
    }

    #[test]
    fn what_is_written_stands_in_the_order_in_which_keys_are_known(book in books()) {
        for (kind, things) in &canonical::record(&book) {
            let things = match things {
                Value::Array(things) => things.as_slice(),
                table => std::slice::from_ref(table),
            };
            let bodies = things.iter().filter_map(Value::as_object);
            if let Some(keys) = keys_of(kind) {
                bodies.for_each(|body| assert_in_order(body, keys));
            }
        }
    }
}

fn assert_in_order(body: &Body, keys: &Keys) {
    let places: Vec<_> = body
        .keys()
        .map(|key| keys.known.iter().position(|known| known == key))
        .collect();
    assert!(places.iter().all(Option::is_some), "{body:?}");
    assert!(places.is_sorted(), "{body:?}");
    for (key, value) in body {
        let parts = match value {
            Value::Array(parts) => parts.as_slice(),
            part => std::slice::from_ref(part),
        };
        if let Some(keys) = keys_of(key) {
            let parts = parts.iter().filter_map(Value::as_object);
            parts.for_each(|part| assert_in_order(part, keys));
        }
    }
}

#[test]
fn a_list_too_long_for_a_line_is_wrapped() {
    let holidays: Vec<String> = (1..=28).map(|d| format!("\"2025-02-{d:02}\"")).collect();
    let text = format!(
        "schema = 1\n[[calendar]]\nid = \"kh\"\nname = \"Cambodia\"\ntimezone = \"Asia/Phnom_Penh\"\nholidays = [{}]\n",
        holidays.join(", ")
    );
    let toml = write_toml(&read_text("r.toml", &text).unwrap());
    assert!(toml.lines().all(|line| line.len() <= 100), "{toml}");
    assert!(
        toml.contains("holidays = [\n    \"2025-02-01\", \"2025-02-02\","),
        "{toml}"
    );
}

#[test]
fn a_record_is_written_for_people() {
    let text = r#"{"schema": 1,
        "calendar": [{"id": "kh", "name": "Cambodia", "timezone": "Asia/Phnom_Penh", "weekend": ["sunday", "saturday"]}],
        "desk": [{"id": "desk", "name": "The \"desk\"", "calendar": "kh"}],
        "commitment": [{"ref": "X-1", "title": "X", "promise": "will\nreport \"\"\"so\"", "kind": "standing", "lead": "desk",
            "opened": "2025-04-23", "review": "3 months", "state": "open", "snoozed": {"until": "2025-06-01", "reason": "later"},
            "milestone": [{"title": "One"}], "update": [{"date": "2025-05-01", "reported": "ongoing"}]}],
        "policy": {"before": [1, 7]}}"#;
    let toml = write_toml(&read_text("r.json", text).unwrap());
    let expected = r#"schema = 1

[[calendar]]
id = "kh"
name = "Cambodia"
timezone = "Asia/Phnom_Penh"

[[desk]]
id = "desk"
name = "The \"desk\""
calendar = "kh"

[[commitment]]
ref = "X-1"
title = "X"
promise = """
will
report \"\""so\""""
kind = "standing"
lead = "desk"
snoozed = { until = "2025-06-01", reason = "later" }
opened = "2025-04-23"
review = "every 3 months"

[[commitment.milestone]]
title = "One"

[[commitment.update]]
date = "2025-05-01"
reported = "ongoing"
state = "submitted"

[policy]
before = [7, 1]
"#;
    assert_eq!(toml, expected);
}
