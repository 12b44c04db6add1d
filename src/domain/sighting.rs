//! Who saw what is restricted. Looking writes nothing by itself: what was seen is gathered, and written
//! to the audit for many looks at once, a line for each reader, commitment and day.

use chrono::{DateTime, Utc};

use super::book::Book;
use super::ids::CommitmentRef;

/// The act by which the audit names it.
pub const SEE: &str = "see";

/// Somebody saw a restricted commitment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sighting {
    /// When for the first time that day, by the business clock.
    pub at: DateTime<Utc>,
    /// As the audit names them.
    pub actor: String,
    pub commitment: CommitmentRef,
    pub place: Place,
}

/// How much of it was shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// Its reference or title among other things.
    Among,
    /// A page of its own: everything.
    Own,
}

impl Place {
    pub fn in_words(self) -> &'static str {
        match self {
            Place::Own => "its own page",
            Place::Among => "named among others",
        }
    }
}

/// The addresses under which a commitment has a page of its own.
const OWN: [&str; 2] = ["/commitments/", "/record/commitment/"];

/// The restricted commitments that a page shows. Whatever names a commitment links to it, so that the
/// links tell: `address` is the page's own, `html` the page.
pub fn shown<'a>(book: &'a Book, address: &str, html: &str) -> Vec<(&'a CommitmentRef, Place)> {
    let own = named_in(book, address).next();
    let mut found: Vec<(&CommitmentRef, Place)> =
        own.map(|r| (r, Place::Own)).into_iter().collect();
    for reference in named_in(book, html) {
        if !found.iter().any(|(known, _)| *known == reference) {
            found.push((reference, Place::Among));
        }
    }
    found
}

fn named_in<'a>(book: &'a Book, text: &str) -> impl Iterator<Item = &'a CommitmentRef> {
    OWN.iter()
        .flat_map(move |prefix| {
            text.match_indices(prefix)
                .map(|(at, found)| at + found.len())
        })
        .filter_map(move |at| {
            let rest = &text[at..];
            let end = rest
                .find(|c: char| !is_of_reference(c))
                .unwrap_or(rest.len());
            book.commitment(&rest[..end])
        })
        .filter(|commitment| commitment.is_restricted())
        .map(|commitment| &commitment.reference)
}

/// As [`ids`](super::ids) has it.
fn is_of_reference(c: char) -> bool {
    c.is_ascii_alphanumeric() || "-_.".contains(c)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record;

    fn book() -> Book {
        let commitment = |reference: &str, more: &str| {
            format!(
                "[[commitment]]\nref = \"{reference}\"\ntitle = \"T\"\npromise = \"will\"\nkind = \"standing\"\n\
                 lead = \"d\"\nopened = \"2025-04-01\"\n{more}\n"
            )
        };
        let restricted = "confidentiality = \"restricted\"\nreaders = [\"d\"]";
        let text = format!(
            "schema = 1\ncalendar = [{{ id = \"kh\", name = \"K\", timezone = \"Asia/Phnom_Penh\" }}]\n\
             party = [{{ id = \"kh\", name = \"Cambodia\", kind = \"state\" }}]\n\
             desk = [{{ id = \"d\", name = \"Desk\", calendar = \"kh\" }}]\n{}{}{}",
            commitment("OPEN-1", ""),
            commitment("RES-1", restricted),
            commitment("RES-1.a", restricted),
        );
        record::read_text("record.toml", &text).expect("a sound record")
    }

    fn told(address: &str, html: &str) -> String {
        let book = book();
        let found = shown(&book, address, html).into_iter();
        let told: Vec<String> = found.map(|(r, place)| format!("{r} {place:?}")).collect();
        told.join(", ")
    }

    #[test]
    fn a_page_of_its_own_is_told_from_a_name_among_others() {
        let list = "<a href=\"/commitments/OPEN-1\"> <a href=\"/commitments/RES-1\"> <a href='/commitments/RES-1#answer'>";
        assert_eq!(told("/commitments", list), "RES-1 Among");
        assert_eq!(told("/commitments/RES-1?to=May+2025", list), "RES-1 Own");
        assert_eq!(told("/record/commitment/RES-1", ""), "RES-1 Own");
        assert_eq!(told("/commitments/RES-1/evidence/7", ""), "RES-1 Own");
        assert_eq!(
            told("/commitments/RES-1.a", list),
            "RES-1.a Own, RES-1 Among"
        );
    }

    #[test]
    fn what_is_not_restricted_and_what_is_not_there_is_nobody_s_business() {
        assert_eq!(
            told("/commitments/OPEN-1", "/commitments/NONE-1 /commitments/"),
            ""
        );
        assert_eq!(told("/commitments/\u{e9}", "/commitments/\u{e9}RES-1"), "");
    }
}
