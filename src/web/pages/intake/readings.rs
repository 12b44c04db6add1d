//! A deadline that hangs on a meeting whose date is known can be read in two ways: it moves with the
//! meeting, or it is that date. A person chooses; what the field holds is chosen first.

use crate::domain::deadline::Deadline;
use crate::domain::directory::Directory;
use crate::intake::matching::Due;
use crate::record::Body;
use crate::web::forms::Choice;
use crate::wording;

/// Both readings, where what the field has is one of them; else there is nothing to choose.
pub fn readings(fields: &Body, due: Option<&Due>, directory: &Directory) -> Vec<Choice> {
    let Some((due, dated)) = due.and_then(|due| Some((due, due.dated.as_ref()?))) else {
        return Vec::new();
    };
    let has = super::card::text(fields, "deadline").unwrap_or_default();
    if due.text == *dated || ![&due.text, dated].contains(&&has.to_owned()) {
        return Vec::new();
    }
    let choice = |text: &str, means: &str| Choice {
        value: text.to_owned(),
        text: format!("{}: {means}", in_words(text, directory)),
        chosen: text == has,
    };
    vec![
        choice(&due.text, "it moves with the meeting"),
        choice(dated, "by that date, whenever the meeting is"),
    ]
}

/// A deadline by the names of the meetings it speaks of; as it is where it cannot be read.
pub fn in_words(text: &str, directory: &Directory) -> String {
    match Deadline::parse(text) {
        Ok(deadline) => wording::deadline(&deadline, directory),
        Err(_) => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::first_record;

    #[test]
    fn both_are_offered_while_the_field_has_one_of_them() {
        let book = first_record();
        let due = Due {
            text: "at pmc-us-2025".into(),
            dated: Some("July 2025".into()),
            why: String::new(),
        };
        let offered = |has: &str, due: &Due| {
            let mut fields = Body::new();
            fields.insert("deadline".into(), has.into());
            let all = readings(&fields, Some(due), &book.directory);
            let chosen = all.iter().position(|choice| choice.chosen);
            (all.len(), chosen)
        };
        assert_eq!(offered("at pmc-us-2025", &due), (2, Some(0)));
        assert_eq!(offered("July 2025", &due), (2, Some(1)));
        assert_eq!(offered("August 2025", &due), (0, None));
        let undated = Due { dated: None, ..due };
        assert_eq!(offered("at pmc-us-2025", &undated), (0, None));
    }
}
