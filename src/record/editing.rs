//! Editing one thing of the record by hand: it is read and merged as a file that describes this thing
//! alone would be, so that a page and a file obey the same rules and complain in the same words.
//!
//! What an editor changed is told from what the editor saw. What others changed meanwhile stays; where
//! both changed the same key nobody guesses, and both values are shown.

use chrono::NaiveDate;
use serde_json::{Map, Value};

use super::canonical::{self, Body};
use super::entity::{self, EntityKey};
use super::merge::{Baseline, Merged, merge};
use super::mergeable::REVISIONS;
use super::problems::Problems;
use super::reading::{self, ReadRecord, SCHEMA};
use super::source::SourceFile;
use crate::domain::book::Book;
use crate::domain::commitment::Commitment;

/// One thing as somebody wants it.
#[derive(Debug, Clone, PartialEq)]
pub struct Wanted {
    pub key: EntityKey,
    /// The keys of the form as the editor saw them; `None` for a new thing.
    pub seen: Option<Body>,
    /// The same keys as the editor wants them; what is left out is taken away. Keys that neither
    /// names stay as they are.
    pub body: Body,
}

/// What stands in the way of an edit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Complaint {
    /// The key it is about; `None` where it is about the thing as a whole.
    pub key: Option<String>,
    pub message: String,
}

/// A key that an edit changes, and its values as they are written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    pub key: String,
    /// Empty where there was nothing.
    pub from: String,
    /// Empty where nothing is left.
    pub to: String,
}

/// The keys of a thing as the record writes them; `None` where it is not on record.
pub fn body_of(book: &Book, key: &EntityKey) -> Option<Body> {
    canonical::body_of(book, key)
}

/// The keys of a commitment as the record writes them, where a reader is told less than all of it.
pub fn body_of_commitment(commitment: &Commitment) -> Body {
    canonical::commitment_body(commitment)
}

/// Merges an edit into what is on record. `on` is the day of the edit.
///
/// # Errors
/// Everything that is wrong, each with the key it is about. Then nothing is to be saved.
pub fn edit(book: &Book, wanted: &Wanted, on: NaiveDate) -> Result<Merged, Vec<Complaint>> {
    let key = &wanted.key;
    let now = body_of(book, key);
    let whole = match (&wanted.seen, &now) {
        (None, Some(_)) => {
            return Err(vec![Complaint {
                key: Some(id_key(key.kind).to_owned()),
                message: format!("there is a {key} already; choose another name"),
            }]);
        }
        (Some(_), None) => {
            return Err(vec![Complaint {
                key: None,
                message: format!("{key} is not on record any more"),
            }]);
        }
        (None, None) => wanted.body.clone(),
        (Some(seen), Some(now)) => rebased(book, key, seen, &wanted.body, now)?,
    };
    if now.as_ref() == Some(&whole) {
        return Ok(Merged::default());
    }
    let read = read_alone(book, key, &whole)?;
    let ground = now.map(|now| (key.clone(), Value::Object(now).to_string()));
    let baseline = Baseline(ground.into_iter().collect());
    merge(book, &read, &baseline, on).map_err(|problems| complaints(problems, key.kind, &whole))
}

/// What an edit changes, in the order of the format. The revisions it makes of itself are no change
/// beside the deadline they tell of.
pub fn changes(before: Option<&Body>, after: &Body) -> Vec<Changed> {
    let nothing = Map::new();
    let before = before.unwrap_or(&nothing);
    let gone = before.keys().filter(|key| !after.contains_key(*key));
    after
        .keys()
        .chain(gone)
        .filter(|key| *key != REVISIONS && before.get(*key) != after.get(*key))
        .map(|key| Changed {
            key: key.clone(),
            from: before.get(key).map(written).unwrap_or_default(),
            to: after.get(key).map(written).unwrap_or_default(),
        })
        .collect()
}

/// A value in a line: texts as they are, lists with commas.
fn written(value: &Value) -> String {
    match value {
        Value::String(text) => text.split_whitespace().collect::<Vec<_>>().join(" "),
        Value::Array(values) => {
            let values: Vec<String> = values.iter().map(written).collect();
            values.join(", ")
        }
        Value::Object(table) => {
            let pairs = table.iter().map(|(k, v)| format!("{k} {}", written(v)));
            pairs.collect::<Vec<_>>().join(", ")
        }
        other => other.to_string(),
    }
}

/// The thing on record with the keys that the editor changed.
fn rebased(
    book: &Book,
    key: &EntityKey,
    seen: &Body,
    wanted: &Body,
    now: &Body,
) -> Result<Body, Vec<Complaint>> {
    let mut whole = now.clone();
    let mut conflicts = Vec::new();
    let mine = canonical_of(book, key, seen, wanted, now)?;
    let added = wanted.keys().filter(|name| !seen.contains_key(*name));
    for name in seen.keys().chain(added) {
        let (saw, want, is) = (seen.get(name), mine.get(name), now.get(name));
        if want == saw || want == is {
            continue;
        }
        if is != saw {
            conflicts.push(Complaint {
                key: Some(name.clone()),
                message: format!(
                    "somebody else changed this meanwhile, to “{}”; keep that, or write yours again and send it once more",
                    is.map(written).unwrap_or_default()
                ),
            });
            continue;
        }
        match want {
            Some(want) => whole.insert(name.clone(), want.clone()),
            None => whole.shift_remove(name),
        };
    }
    match conflicts.is_empty() {
        true => Ok(whole),
        false => Err(conflicts),
    }
}

/// The wanted keys in the spelling of the format, so that two spellings of one value are no change.
fn canonical_of(
    book: &Book,
    key: &EntityKey,
    seen: &Body,
    wanted: &Body,
    now: &Body,
) -> Result<Body, Vec<Complaint>> {
    let mut whole: Body = wanted.clone();
    // What the form does not show is needed to read the whole.
    let unseen = now.iter().filter(|(name, _)| !seen.contains_key(*name));
    for (name, value) in unseen {
        whole.entry(name.clone()).or_insert_with(|| value.clone());
    }
    let read = read_alone(book, key, &whole)?;
    Ok(body_of(&read.book, key).unwrap_or_default())
}

/// Reads one thing as a record of its own, on the ground of what is on record.
fn read_alone(book: &Book, key: &EntityKey, body: &Body) -> Result<ReadRecord, Vec<Complaint>> {
    let file = SourceFile {
        name: "form.json".to_owned(),
        text: on_lines(key.kind, body),
        ..SourceFile::default()
    };
    let read =
        reading::read(&[file], book).map_err(|problems| complaints(problems, key.kind, body))?;
    match read.describes(key) {
        true => Ok(read),
        false => Err(vec![Complaint {
            key: Some(id_key(key.kind).to_owned()),
            message: format!("{key} cannot be given another name"),
        }]),
    }
}

/// A record of one thing, each of its keys on a line of its own: the line of a problem names the key.
fn on_lines(kind: &str, body: &Body) -> String {
    let keys = body
        .iter()
        .map(|(name, value)| format!("{}: {value}", Value::from(name.as_str())));
    let keys: Vec<String> = keys.collect();
    let keys = keys.join(",\n");
    match kind {
        entity::POLICY => format!("{{\"schema\": {SCHEMA}, \"{kind}\": {{\n{keys}\n}}}}"),
        _ => format!("{{\"schema\": {SCHEMA}, \"{kind}\": [{{\n{keys}\n}}]}}"),
    }
}

fn complaints(problems: Problems, kind: &str, body: &Body) -> Vec<Complaint> {
    let complaints = problems.iter().map(|problem| {
        // The first line opens the thing.
        let place = problem.line.checked_sub(2);
        let at = place.and_then(|place| body.keys().nth(place)).cloned();
        Complaint {
            key: at.or_else(|| named_in(&problem.message, kind)),
            message: problem.message.clone(),
        }
    });
    complaints.collect()
}

/// The key a message names first: of a key that is missing there is no line.
fn named_in(message: &str, kind: &str) -> Option<String> {
    let keys = reading::keys_of(kind)?;
    let mut quoted = message.split('`').skip(1).step_by(2);
    let name = quoted.find(|word| keys.known.contains(word))?;
    Some(name.to_owned())
}

/// By which key a thing of this kind is known.
pub fn id_key(kind: &str) -> &'static str {
    match kind {
        entity::COMMITMENT => "ref",
        entity::CHAIRMANSHIP => "year",
        entity::ABSENCE => "person",
        _ => "id",
    }
}

/// The keys a thing of this kind cannot do without.
pub fn required_keys(kind: &str) -> &'static [&'static str] {
    reading::keys_of(kind).map_or(&[], |keys| keys.required)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::record::first_record;

    fn key(kind: &str, id: &str) -> EntityKey {
        EntityKey::of(kind, id).expect("a kind of thing")
    }

    fn body(value: Value) -> Body {
        match value {
            Value::Object(body) => body,
            other => panic!("{other} is no table"),
        }
    }

    fn day() -> NaiveDate {
        NaiveDate::from_ymd_opt(2025, 6, 2).expect("a day")
    }

    /// The keys of a thing that a form shows.
    fn shown(book: &Book, key: &EntityKey, names: &[&str]) -> Body {
        let mut body = body_of(book, key).expect("it is on record");
        body.retain(|name, _| names.contains(&name.as_str()));
        body
    }

    fn with(body: &Body, name: &str, value: Value) -> Body {
        let mut body = body.clone();
        body.insert(name.to_owned(), value);
        body
    }

    /// The book with an edit saved, as far as commitments and meetings go.
    fn saved(mut book: Book, merged: Merged) -> Book {
        book.commitments.extend(merged.book.commitments);
        let directory = std::sync::Arc::make_mut(&mut book.directory);
        directory
            .meetings
            .extend(merged.book.directory.meetings.clone());
        directory.desks.extend(merged.book.directory.desks.clone());
        book
    }

    const US: &str = "US37-03";
    const FORM: [&str; 4] = ["ref", "title", "deadline", "sector"];

    #[test]
    fn what_is_not_changed_is_no_edit() {
        let book = first_record();
        for (kind, id) in [("commitment", US), ("policy", "general")] {
            let key = key(kind, id);
            let seen = body_of(&book, &key).unwrap_or_default();
            let wanted = Wanted {
                key: key.clone(),
                seen: Some(seen.clone()),
                body: seen,
            };
            let merged = edit(&book, &wanted, day()).expect("it is in order");
            assert!(merged.is_empty(), "{key}: {:?}", merged.changed);
        }
    }

    #[test]
    fn two_editors_of_different_keys_both_have_their_way() {
        let book = first_record();
        let key = key("commitment", US);
        let seen = shown(&book, &key, &FORM);
        let titled = Wanted {
            key: key.clone(),
            seen: Some(seen.clone()),
            body: with(&seen, "title", json!("The Statement is endorsed")),
        };
        let dated = Wanted {
            body: with(&seen, "deadline", json!("August 2025")),
            ..titled.clone()
        };
        let first = edit(&book, &titled, day()).expect("it is in order");
        let book = saved(book, first);
        let second = edit(&book, &dated, day()).expect("it is in order");
        let after = second.book.commitment(US).expect("it is edited");
        assert_eq!(after.title, "The Statement is endorsed");
        assert_eq!(
            after.deadline.as_ref().map(|d| d.text()),
            Some("August 2025")
        );
        // The first deadline stays visible.
        assert_eq!(after.revisions.len(), 1);
    }

    #[test]
    fn two_editors_of_one_key_are_shown_each_other() {
        let book = first_record();
        let key = key("commitment", US);
        let seen = shown(&book, &key, &FORM);
        let wish = |title: &str| Wanted {
            key: key.clone(),
            seen: Some(seen.clone()),
            body: with(&seen, "title", json!(title)),
        };
        let first = edit(&book, &wish("One title"), day()).expect("it is in order");
        let book = saved(book, first);
        let complaints = edit(&book, &wish("Another title"), day()).unwrap_err();
        assert_eq!(complaints.len(), 1);
        assert_eq!(complaints[0].key.as_deref(), Some("title"));
        assert!(
            complaints[0].message.contains("“One title”"),
            "{complaints:?}"
        );
        // Who wants the same has it.
        let same = edit(&book, &wish("One title"), day()).expect("it is in order");
        assert!(same.is_empty());
    }

    #[test]
    fn each_key_that_two_editors_changed_is_told_once() {
        let book = first_record();
        let key = key("commitment", US);
        let seen = shown(&book, &key, &FORM);
        let wish = |word: &str| Wanted {
            key: key.clone(),
            seen: Some(seen.clone()),
            body: with(&with(&seen, "title", json!(word)), "sector", json!(word)),
        };
        let first = edit(&book, &wish("One"), day()).expect("it is in order");
        let book = saved(book, first);
        let complaints = edit(&book, &wish("Another"), day()).unwrap_err();
        let mut keys: Vec<&str> = complaints.iter().filter_map(|c| c.key.as_deref()).collect();
        keys.sort_unstable();
        assert_eq!(keys, ["sector", "title"]);
    }

    #[test]
    fn a_complaint_names_the_key_it_is_about() {
        let book = first_record();
        let key = key("commitment", US);
        let seen = shown(&book, &key, &FORM);
        let complain = |body: Body| {
            let wanted = Wanted {
                key: key.clone(),
                seen: Some(seen.clone()),
                body,
            };
            let found = edit(&book, &wanted, day()).unwrap_err();
            found
                .into_iter()
                .map(|c| c.key.unwrap_or_default())
                .collect::<Vec<_>>()
        };
        assert_eq!(
            complain(with(&seen, "deadline", json!("soonish"))),
            ["deadline"]
        );
        let mut untitled = seen.clone();
        untitled.shift_remove("title");
        assert_eq!(complain(untitled), ["title"]);
        assert_eq!(complain(with(&seen, "ref", json!("US37-99"))), ["ref"]);
    }

    #[test]
    fn a_new_thing_is_new_and_a_name_is_taken_once() {
        let book = first_record();
        let new = |id: &str| Wanted {
            key: key("desk", id),
            seen: None,
            body: body(json!({
                "id": id, "name": "Energy desk", "calendar": "phnom-penh", "email": "energy@mfa.example.org"
            })),
        };
        let calendar = book
            .directory
            .calendars
            .keys()
            .next()
            .expect("one")
            .to_string();
        let mut wanted = new("energy-desk");
        wanted.body.insert("calendar".into(), json!(calendar));
        let merged = edit(&book, &wanted, day()).expect("it is in order");
        assert_eq!(merged.new, [key("desk", "energy-desk")]);
        let book = saved(book, merged);
        let taken = edit(&book, &wanted, day()).unwrap_err();
        assert_eq!(taken[0].key.as_deref(), Some("id"));
    }

    #[test]
    fn what_changed_is_told_from_what_to_what() {
        let before = body(json!({"title": "A", "officers": ["x", "y"], "sector": "trade"}));
        let after = body(json!({"title": "B", "officers": ["x"], "policy": {"slot": "09:00"}}));
        let told = changes(Some(&before), &after);
        let told: Vec<String> = told
            .into_iter()
            .map(|Changed { key, from, to }| format!("{key}: {from} > {to}"))
            .collect();
        assert_eq!(
            told,
            [
                "title: A > B",
                "officers: x, y > x",
                "policy:  > slot 09:00",
                "sector: trade > "
            ]
        );
    }
}
