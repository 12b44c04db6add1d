//! Forms of the record: each kind of thing with the keys a person edits, declared in [`declared`];
//! from what is on record to inputs, and from what was typed back to keys and values. What a value
//! must look like is the record's to say, not a form's.

mod declared;

use serde::Serialize;
use serde_json::{Map, Number, Value};

use crate::domain::directory::Directory;
use crate::record::Body;
use crate::record::editing::Complaint;

pub use declared::{Form, form_of};

/// One key of a form.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    pub key: &'static str,
    pub label: &'static str,
    /// How it is written, or what it does; empty where the label says it.
    pub hint: &'static str,
    pub input: Input,
    pub when: When,
}

/// Whether a key is asked for a new thing, of one on record, or both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    Always,
    /// What a thing is known by, and what was adopted, is never edited.
    New,
    Known,
}

/// How a value is typed.
#[derive(Debug, Clone, Copy)]
pub enum Input {
    Line,
    Long,
    Number,
    Flag,
    /// One of the words of the format, each with ours for it; the first is what is understood where
    /// none is given.
    Choice(&'static [(&'static str, &'static str)]),
    /// Several of them, and those that are understood where nothing is said. Kept even where none is
    /// chosen.
    Choices(
        &'static [(&'static str, &'static str)],
        &'static [&'static str],
    ),
    /// A thing on record.
    One(Of),
    /// Several.
    Many(Of),
    /// Texts, one a line.
    Lines,
    /// Numbers, with commas; `none` for an empty list.
    Numbers,
    /// Keys of their own.
    Group(&'static [Field]),
    /// Rows of them.
    Rows(&'static [Field]),
}

/// What a reference may point at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Of {
    Calendars,
    Parties,
    People,
    Desks,
    PeopleAndDesks,
    Partnerships,
    Meetings,
    Instruments,
}

/// Empty rows at the end of a list of rows.
const BLANK_ROWS: usize = 2;
/// The most rows that are read.
const MOST_ROWS: usize = 200;

/// A field as the page shows it.
#[derive(Debug, Serialize)]
pub struct Shown {
    pub name: String,
    /// Fit for an id.
    pub id: String,
    pub label: &'static str,
    pub hint: &'static str,
    pub required: bool,
    pub complaint: Option<String>,
    /// `line`, `long`, `flag`, `select`, `checks`, `group` or `rows`.
    pub shape: &'static str,
    pub value: String,
    pub checked: bool,
    pub options: Vec<Choice>,
    /// Of a group.
    pub fields: Vec<Shown>,
    /// Of a list of rows.
    pub rows: Vec<Vec<Shown>>,
}

#[derive(Debug, Serialize)]
pub struct Choice {
    pub value: String,
    pub text: String,
    pub chosen: bool,
}

/// The fields with their values.
pub fn show(
    fields: &[&Field],
    body: &Body,
    directory: &Directory,
    required: &[&str],
    complaints: &[Complaint],
) -> Vec<Shown> {
    show_within("", fields, body, directory, required, complaints)
}

/// The fields of one of several things in a form: each name begins with `prefix`.
pub fn show_within(
    prefix: &str,
    fields: &[&Field],
    body: &Body,
    directory: &Directory,
    required: &[&str],
    complaints: &[Complaint],
) -> Vec<Shown> {
    let shown = fields.iter().map(|field| {
        let mut shown = show_one(field, prefix, body.get(field.key), directory);
        shown.required = required.contains(&field.key);
        let about = |c: &&Complaint| c.key.as_deref() == Some(field.key);
        let words: Vec<String> = complaints
            .iter()
            .filter(about)
            .map(|c| super::say::sentence(&c.message))
            .collect();
        shown.complaint = (!words.is_empty()).then(|| words.join(" "));
        shown
    });
    shown.collect()
}

fn show_one(field: &Field, prefix: &str, value: Option<&Value>, directory: &Directory) -> Shown {
    let name = format!("{prefix}{}", field.key);
    let mut shown = Shown {
        id: format!("f-{}", name.replace(['.', '_'], "-")),
        label: field.label,
        hint: field.hint,
        required: false,
        complaint: None,
        shape: "line",
        value: String::new(),
        checked: false,
        options: Vec::new(),
        fields: Vec::new(),
        rows: Vec::new(),
        name,
    };
    let text = || value.map(as_typed).unwrap_or_default();
    let within = |inner: &[Field], prefix: &str, table: Option<&Value>| -> Vec<Shown> {
        let fields = inner.iter();
        fields
            .map(|f| show_one(f, prefix, table.and_then(|t| t.get(f.key)), directory))
            .collect()
    };
    match field.input {
        Input::Line | Input::Number | Input::Numbers => shown.value = text(),
        Input::Long | Input::Lines => {
            shown.shape = "long";
            shown.value = text();
        }
        Input::Flag => {
            shown.shape = "flag";
            shown.checked = value == Some(&Value::Bool(true));
        }
        Input::Choice(words) => {
            shown.shape = "select";
            shown.options = words.iter().map(|w| word(w, value)).collect();
        }
        Input::Choices(words, understood) => {
            shown.shape = "checks";
            let understood: Value = understood.iter().copied().map(Value::from).collect();
            let value = value.or(Some(&understood));
            shown.options = words.iter().map(|w| word(w, value)).collect();
        }
        Input::One(of) => {
            shown.shape = "select";
            shown.options = vec![word(&("", "none"), Some(&Value::from(text())))];
            shown.options.extend(things(of, directory, value));
        }
        Input::Many(of) => {
            shown.shape = "checks";
            shown.options = things(of, directory, value);
        }
        Input::Group(inner) => {
            shown.shape = "group";
            shown.fields = within(inner, &format!("{}.", shown.name), value);
        }
        Input::Rows(inner) => {
            shown.shape = "rows";
            let rows = value.and_then(Value::as_array);
            let known = rows.map_or(0, Vec::len);
            shown.rows = (0..known + BLANK_ROWS)
                .map(|n| {
                    let row = rows.and_then(|rows| rows.get(n));
                    within(inner, &format!("{}.{n}.", shown.name), row)
                })
                .collect();
        }
    }
    shown
}

/// A value as somebody types it.
fn as_typed(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(values) if values.is_empty() => "none".into(),
        Value::Array(values) => {
            let apart = match values.iter().all(Value::is_number) {
                true => ", ",
                false => "\n",
            };
            let values: Vec<String> = values.iter().map(as_typed).collect();
            values.join(apart)
        }
        other => other.to_string(),
    }
}

fn word((value, text): &(&str, &str), chosen: Option<&Value>) -> Choice {
    Choice {
        value: (*value).to_owned(),
        text: (*text).to_owned(),
        chosen: names(chosen, value),
    }
}

/// Whether a value is this word, or a list that has it.
fn names(value: Option<&Value>, word: &str) -> bool {
    match value {
        Some(Value::String(text)) => text == word,
        Some(Value::Array(values)) => values.iter().any(|v| v.as_str() == Some(word)),
        _ => false,
    }
}

/// The things a reference may point at, by name.
fn things(of: Of, directory: &Directory, chosen: Option<&Value>) -> Vec<Choice> {
    let named = |id: &str, name: &str| word(&(id, name), chosen);
    let people = || {
        directory
            .people
            .values()
            .map(|p| named(p.id.as_str(), &p.name))
    };
    let desks = || {
        directory
            .desks
            .values()
            .map(|d| named(d.id.as_str(), &d.name))
    };
    let mut all: Vec<Choice> = match of {
        Of::Calendars => {
            let all = directory.calendars.values();
            all.map(|c| named(c.id.as_str(), &c.name)).collect()
        }
        Of::Parties => {
            let all = directory.parties.values();
            all.map(|p| named(p.id.as_str(), &p.name)).collect()
        }
        Of::People => people().collect(),
        Of::Desks => desks().collect(),
        Of::PeopleAndDesks => desks().chain(people()).collect(),
        Of::Partnerships => {
            let all = directory.partnerships.values();
            all.map(|p| named(p.id.as_str(), &p.name)).collect()
        }
        Of::Meetings => {
            let all = directory.meetings.values();
            all.map(|m| named(m.id.as_str(), &m.name())).collect()
        }
        Of::Instruments => {
            let all = directory.instruments.values();
            all.map(|i| named(i.id.as_str(), &i.name)).collect()
        }
    };
    let on_record: Vec<&str> = match chosen {
        Some(Value::String(text)) => vec![text.as_str()],
        Some(Value::Array(values)) => values.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    // What is chosen stands first, in its order: the order of a list says something.
    let place = |choice: &Choice| {
        let place = on_record.iter().position(|word| *word == choice.value);
        place.unwrap_or(usize::MAX)
    };
    all.sort_by(|a, b| (place(a), &a.text).cmp(&(place(b), &b.text)));
    // What is on record and not on offer is kept, not lost by looking at a form.
    let offered = |word: &str| all.iter().any(|c| c.value == word);
    let others = on_record
        .iter()
        .copied()
        .filter(|w| !w.is_empty() && !offered(w));
    let others: Vec<Choice> = others.map(|w| word(&(w, w), chosen)).collect();
    all.extend(others);
    all
}

/// What was typed, as keys and values; what is empty is left out.
pub fn read(fields: &[&Field], pairs: &[(String, String)]) -> Body {
    read_within("", fields, pairs)
}

/// As [`read`], of one of several things in a form.
pub fn read_within(prefix: &str, fields: &[&Field], pairs: &[(String, String)]) -> Body {
    let mut body = Map::new();
    for field in fields {
        if let Some(value) = read_one(field, prefix, pairs) {
            body.insert(field.key.to_owned(), value);
        }
    }
    body
}

fn read_one(field: &Field, prefix: &str, pairs: &[(String, String)]) -> Option<Value> {
    let name = format!("{prefix}{}", field.key);
    let all = || {
        pairs
            .iter()
            .filter(|(n, _)| *n == name)
            .map(|(_, v)| v.trim())
    };
    let typed = all().next().filter(|text| !text.is_empty());
    match field.input {
        Input::Line | Input::Choice(_) | Input::One(_) => typed.map(Value::from),
        // Browsers send line ends as they please.
        Input::Long => typed.map(|text| Value::from(text.replace("\r\n", "\n"))),
        Input::Number => typed.map(number),
        Input::Flag => typed.map(|_| Value::Bool(true)),
        Input::Lines => {
            let lines = typed?.lines().map(str::trim).filter(|l| !l.is_empty());
            Some(lines.map(Value::from).collect())
        }
        Input::Numbers => match typed? {
            "none" => Some(Value::Array(Vec::new())),
            text => {
                let numbers = text.split([',', ' ']).filter(|part| !part.is_empty());
                Some(numbers.map(number).collect())
            }
        },
        Input::Choices(..) => Some(all().filter(|t| !t.is_empty()).map(Value::from).collect()),
        Input::Many(_) => {
            let chosen: Vec<Value> = all().filter(|t| !t.is_empty()).map(Value::from).collect();
            (!chosen.is_empty()).then_some(Value::Array(chosen))
        }
        Input::Group(inner) => read_table(inner, &format!("{name}."), pairs),
        Input::Rows(inner) => {
            let start = format!("{name}.");
            let numbers = pairs.iter().filter_map(|(n, _)| {
                let (number, _) = n.strip_prefix(&start)?.split_once('.')?;
                number.parse::<usize>().ok()
            });
            let last = numbers.filter(|n| *n < MOST_ROWS).max()?;
            let rows = (0..=last).filter_map(|n| read_table(inner, &format!("{name}.{n}."), pairs));
            let rows: Vec<Value> = rows.collect();
            (!rows.is_empty()).then_some(Value::Array(rows))
        }
    }
}

fn read_table(inner: &[Field], prefix: &str, pairs: &[(String, String)]) -> Option<Value> {
    let table: Map<String, Value> = inner
        .iter()
        .filter_map(|f| Some((f.key.to_owned(), read_one(f, prefix, pairs)?)))
        .collect();
    (!table.is_empty()).then_some(Value::Object(table))
}

/// A number; what is none stays as it was typed, for the record to complain of.
fn number(text: &str) -> Value {
    match text.parse::<i64>() {
        Ok(number) => Value::Number(Number::from(number)),
        Err(_) => Value::from(text),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::record::editing::{Wanted, body_of, changes, edit};
    use crate::record::{EntityKey, KINDS, first_record};

    /// What a browser sends back when nobody touched the form.
    fn untouched(shown: &[Shown], pairs: &mut Vec<(String, String)>) {
        for field in shown {
            match field.shape {
                "flag" if field.checked => pairs.push((field.name.clone(), "true".into())),
                "flag" => {}
                "select" => {
                    let chosen = field.options.iter().find(|o| o.chosen);
                    let first = chosen.or(field.options.first());
                    pairs.extend(first.map(|o| (field.name.clone(), o.value.clone())));
                }
                "checks" => {
                    let chosen = field.options.iter().filter(|o| o.chosen);
                    pairs.extend(chosen.map(|o| (field.name.clone(), o.value.clone())));
                }
                "group" => untouched(&field.fields, pairs),
                "rows" => field.rows.iter().for_each(|row| untouched(row, pairs)),
                _ => pairs.push((field.name.clone(), field.value.replace('\n', "\r\n"))),
            }
        }
    }

    #[test]
    fn a_form_sent_back_untouched_changes_nothing_of_any_kind() {
        let book = first_record();
        let day = chrono::NaiveDate::from_ymd_opt(2025, 6, 2).expect("a day");
        let mut tried = 0;
        for kind in KINDS {
            let form = form_of(kind).expect("every kind has a form");
            for id in form.ids(&book) {
                let key = EntityKey::of(kind, id).expect("a kind");
                let Some(mut seen) = body_of(&book, &key) else {
                    continue;
                };
                let fields = form.fields(false);
                seen.retain(|name, _| fields.iter().any(|f| f.key == name));
                let shown = show(&fields, &seen, &book.directory, &[], &[]);
                let mut pairs = Vec::new();
                untouched(&shown, &mut pairs);
                let body = read(&fields, &pairs);
                let wanted = Wanted {
                    key: key.clone(),
                    seen: Some(seen),
                    body,
                };
                let merged = edit(&book, &wanted, day);
                let merged = merged.unwrap_or_else(|found| panic!("{key}: {found:?}"));
                let is = body_of(&merged.book, &key);
                let told = is.map(|is| changes(body_of(&book, &key).as_ref(), &is));
                assert!(merged.is_empty(), "{key}: {told:?}");
                tried += 1;
            }
        }
        assert!(tried > 30, "{tried}");
    }

    #[test]
    fn rows_are_read_with_gaps_and_what_is_no_number_stays() {
        let form = form_of("commitment").expect("a form");
        let pairs = |all: &[(&str, &str)]| -> Vec<(String, String)> {
            all.iter()
                .map(|(n, v)| ((*n).into(), (*v).into()))
                .collect()
        };
        let typed = pairs(&[
            ("title", "  A title "),
            ("milestone.0.title", ""),
            ("milestone.2.title", "Signed"),
            ("milestone.2.deadline", "July 2025"),
            ("milestone.9999999.title", "never"),
            ("policy.before", "14, 7"),
            ("policy.overdue", "none"),
            ("policy.stale_after", "soon"),
            ("readers", "us-desk"),
            ("readers", "head"),
        ]);
        let body = read(&form.fields(false), &typed);
        assert_eq!(body.get("title"), Some(&json!("A title")));
        assert_eq!(
            body.get("milestone"),
            Some(&json!([{"title": "Signed", "deadline": "July 2025"}]))
        );
        assert_eq!(
            body.get("policy"),
            Some(&json!({"before": [14, 7], "overdue": [], "stale_after": "soon"}))
        );
        assert_eq!(body.get("readers"), Some(&json!(["us-desk", "head"])));
    }
}
