//! A later document says a promise again, as a pure change of the record: the mention is added, and
//! nothing else changes.

use super::commitment::{Commitment, Mention};
use super::document::Document;
use super::moving::Entered;
use super::reporting::{Complaint, MOST_TEXT};

/// The commitment with a mention of it. `document` is the one that the mention names, where the record
/// has it.
///
/// # Errors
/// A document nobody has on record or of a later day; no words, or those of the promise itself; what is
/// on record already.
pub fn mentioned(
    commitment: &Commitment,
    mention: &Mention,
    document: Option<&Document>,
    entered: Entered,
) -> Result<Commitment, Vec<Complaint>> {
    let mut complaints = Vec::new();
    if document.is_none_or(|d| d.id != mention.document) {
        complaints.push(Complaint::new("document", "There is no such document."));
    }
    if mention.date > entered.on {
        let words = "That day is still to come; what a document says is entered once it is issued.";
        complaints.push(Complaint::new("date", words));
    }
    complaints.extend(unfit(&mention.words));
    let promise = &commitment.promise;
    let is_own = promise.document.as_ref() == Some(&mention.document)
        && folded(&promise.words) == folded(&mention.words);
    if is_own {
        let words = "These are the words of the promise itself, and no later mention of it.";
        complaints.push(Complaint::new("words", words));
    }
    let is_known = |known: &Mention| {
        known.document == mention.document && folded(&known.words) == folded(&mention.words)
    };
    if commitment.mentions.iter().any(is_known) {
        let words = "That document's words are on record as a mention already.";
        complaints.push(Complaint::new("all", words));
    }
    if !complaints.is_empty() {
        return Err(complaints);
    }
    let mut after = commitment.clone();
    after.mentions.push(mention.clone());
    after.mentions.sort_by_key(|m| m.date);
    Ok(after)
}

fn unfit(words: &str) -> Option<Complaint> {
    let length = words.chars().count();
    if words.trim().is_empty() {
        return Some(Complaint::new("words", "Give the words of the document."));
    }
    (length > MOST_TEXT).then(|| {
        let words = format!("This has {length} characters; {MOST_TEXT} is the most.");
        Complaint::new("words", words)
    })
}

fn folded(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::commitment::Effect;

    #[test]
    fn a_mention_is_added_and_nothing_else_changes() {
        let book = crate::record::first_record();
        let statement = book.commitment("US37-03").unwrap();
        let release = book.document("press-release-dialogue-37");
        let mention = |words: &str, date: &str| Mention {
            date: date.parse().unwrap(),
            document: "press-release-dialogue-37".parse().unwrap(),
            paragraph: Some(10),
            words: words.into(),
            effect: Effect::Repeats,
        };
        let entered = Entered {
            on: "2025-06-20".parse().unwrap(),
            at: "2025-06-20T03:00:00Z".parse().unwrap(),
        };
        let enter = |m: &Mention| mentioned(statement, m, release, entered);
        let second = mention("looked forward to its adoption", "2025-06-19");
        let after = enter(&second).unwrap();
        assert_eq!(after.mentions, std::slice::from_ref(&second));
        let mut without = after.clone();
        without.mentions.clear();
        assert_eq!(without, *statement);
        // An earlier one stands before it; the same words are no second one.
        let first = mention("will adopt it", "2025-05-01");
        let both = mentioned(&after, &first, release, entered).unwrap();
        assert_eq!(both.mentions, [first, second.clone()]);
        assert!(mentioned(&after, &second, release, entered).is_err());
        let field = |m: &Mention| enter(m).unwrap_err()[0].field;
        assert_eq!(field(&mention("tomorrow", "2025-06-21")), "date");
        assert_eq!(field(&mention(" ", "2025-06-19")), "words");
        assert_eq!(field(&mention(&"x".repeat(5_000), "2025-06-19")), "words");
        assert_eq!(
            field(&mention(&statement.promise.words, "2025-06-19")),
            "words"
        );
        let unknown = mentioned(statement, &second, None, entered).unwrap_err();
        assert_eq!(unknown[0].field, "document");
    }
}
