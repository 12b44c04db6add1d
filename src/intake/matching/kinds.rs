//! What kind of document it is, by what it calls itself, and whose word that makes it.

use crate::domain::document::Authority;

/// What a document is called, and whose word that makes it: the longer names first.
const KINDS: [(&str, Authority); 16] = [
    ("co-chairs' statement", Authority::Agreed),
    ("co-chairs' summary", Authority::Agreed),
    ("co-chairs' press release", Authority::Agreed),
    ("chairman's statement", Authority::Chair),
    ("chair's statement", Authority::Chair),
    ("chair's summary", Authority::Chair),
    ("joint press release", Authority::Agreed),
    ("joint vision statement", Authority::Agreed),
    ("joint statement", Authority::Agreed),
    ("joint declaration", Authority::Agreed),
    ("joint communiqué", Authority::Agreed),
    ("leaders' statement", Authority::Agreed),
    ("plan of action", Authority::Agreed),
    ("declaration", Authority::Agreed),
    ("press release", Authority::Unilateral),
    ("readout", Authority::Unilateral),
];

/// The kind of a document, by its title, else by its letterhead.
pub(super) fn kind_of(title: &str, head: &str) -> Option<(&'static str, Authority)> {
    let folded = |text: &str| {
        text.to_lowercase()
            .replace(['\u{2019}', '\u{2018}'], "'")
            .replace("communique", "communiqué")
    };
    let find = |text: &str| KINDS.into_iter().find(|(kind, _)| text.contains(kind));
    // The title says it before the letterhead does; a release may be about a statement.
    let lines = head
        .lines()
        .filter(|line| line.split_whitespace().count() <= 6);
    let lines: Vec<String> = lines.map(folded).collect();
    let letterhead = || lines.iter().find_map(|line| find(line));
    find(&folded(title)).or_else(letterhead)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_what_its_title_calls_it_and_else_what_its_letterhead_does() {
        let kind = |title: &str, head: &str| kind_of(title, head).map(|(kind, _)| kind);
        let letterhead =
            "MINISTRY OF FOREIGN AFFAIRS\n\nPRESS RELEASE\n\nOutcomes of the 4th Forum\n";
        assert_eq!(
            kind("Outcomes of the 4th Forum", letterhead),
            Some("press release")
        );
        assert_eq!(
            kind("Chairman\u{2019}s Statement of the 4th Summit", letterhead),
            Some("chairman's statement")
        );
        assert_eq!(kind("JOINT COMMUNIQUE", ""), Some("joint communiqué"));
        // A sentence that speaks of a declaration makes nothing one.
        let prose =
            "The ministers recalled the declaration of their last meeting and discussed it.";
        assert_eq!(kind("Outcomes", prose), None);
        assert_eq!(
            kind_of("Co-Chairs' Summary of the 2nd Dialogue", "").map(|(_, authority)| authority),
            Some(Authority::Agreed)
        );
    }
}
