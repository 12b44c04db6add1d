//! What a document tells of itself and of its meeting, as the record would have it: for confirmation.

use serde_json::Value;

use super::Intake;
use crate::domain::meeting::MeetingStatus;
use crate::intake::frame::Frame;
use crate::record::Body;

/// The meeting it is the outcome of: its keys, the id among them.
pub fn meeting_of(frame: &Frame) -> Body {
    let mut body = Body::new();
    let mut put = |key: &str, value: Value| body.insert(key.to_owned(), value);
    let series = frame
        .meeting
        .as_deref()
        .map(|name| without_ordinal(name).to_owned());
    if let Some(series) = &series {
        let id = slug(series);
        let id = match frame.ordinal {
            Some(n) => format!("{id}-{n}"),
            None => id,
        };
        put("id", id.into());
        put("series", series.as_str().into());
    }
    if let Some(n) = frame.ordinal {
        put("number", n.into());
    }
    if let Some((first, last)) = frame.held {
        let date = match first == last {
            true => first.format("%-d %B %Y").to_string(),
            false if first.format("%m%Y").to_string() == last.format("%m%Y").to_string() => {
                format!("{}-{}", first.format("%-d"), last.format("%-d %B %Y"))
            }
            false => first.format("%B %Y").to_string(),
        };
        put("date", date.into());
        put("status", MeetingStatus::Held.as_str().into());
    }
    if let Some(place) = &frame.place {
        put("place", place.as_str().into());
    }
    if !frame.co_chairs.is_empty() {
        put(
            "co_chairs",
            frame.co_chairs.iter().map(String::as_str).collect(),
        );
    }
    body
}

/// The document's own keys but for its text.
pub fn document_of(intake: &Intake) -> Body {
    let mut body = Body::new();
    let id = slug(&intake.title);
    body.insert("id".to_owned(), id.into());
    body.insert("title".to_owned(), intake.title.as_str().into());
    body.insert("issued".to_owned(), intake.issued.to_string().into());
    body
}

/// `ASEAN-U.S. Dialogue` of `The 38th ASEAN-U.S. Dialogue`.
fn without_ordinal(name: &str) -> &str {
    let name = name.trim();
    let name = name
        .strip_prefix("The ")
        .or(name.strip_prefix("the "))
        .unwrap_or(name);
    match name.split_once(' ') {
        Some((first, rest)) if first.starts_with(|c: char| c.is_ascii_digit()) => rest.trim(),
        _ => name,
    }
}

/// A short name for files and addresses.
fn slug(name: &str) -> String {
    const LONGEST: usize = 60;
    let mut slug = String::new();
    for c in name.to_lowercase().replace("u.s.", "us").chars() {
        match c {
            c if c.is_ascii_alphanumeric() => slug.push(c),
            '.' | '\'' | '\u{2019}' => {}
            _ if slug.ends_with('-') || slug.is_empty() => {}
            _ => slug.push('-'),
        }
    }
    slug.truncate(LONGEST);
    slug.trim_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_meeting_fills_its_record_from_what_the_document_says() {
        let day = |d| chrono::NaiveDate::from_ymd_opt(2025, 5, d).expect("a day");
        let frame = Frame {
            meeting: Some("The 38th ASEAN-U.S. Dialogue".into()),
            ordinal: Some(38),
            held: Some((day(20), day(21))),
            place: Some("Phnom Penh, Cambodia".into()),
            co_chairs: vec!["One".into(), "Two".into()],
            ..Frame::default()
        };
        let body = meeting_of(&frame);
        assert_eq!(body["id"], "asean-us-dialogue-38");
        assert_eq!(body["series"], "ASEAN-U.S. Dialogue");
        assert_eq!(body["date"], "20-21 May 2025");
        assert_eq!(body["status"], "held");
        assert_eq!(body["co_chairs"], serde_json::json!(["One", "Two"]));
        assert!(meeting_of(&Frame::default()).is_empty());
    }

    #[test]
    fn a_name_becomes_a_plain_word() {
        assert_eq!(
            slug("Outcomes of the 38th ASEAN-U.S. Dialogue"),
            "outcomes-of-the-38th-asean-us-dialogue"
        );
        assert_eq!(slug("  Côte d\u{2019}Ivoire!  "), "c-te-divoire");
        assert_eq!(slug("—"), "");
    }
}
