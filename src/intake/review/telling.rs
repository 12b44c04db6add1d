//! What a document tells of itself where its frame says nothing.

use super::Intake;
use crate::record::Body;

/// The document's own keys but for its text.
pub fn document_of(intake: &Intake) -> Body {
    let mut body = Body::new();
    let id = slug(&intake.title);
    body.insert("id".to_owned(), id.into());
    body.insert("title".to_owned(), intake.title.as_str().into());
    body.insert("issued".to_owned(), intake.issued.to_string().into());
    body
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
    fn a_name_becomes_a_plain_word() {
        assert_eq!(
            slug("Outcomes of the 38th ASEAN-U.S. Dialogue"),
            "outcomes-of-the-38th-asean-us-dialogue"
        );
        assert_eq!(slug("  Côte d\u{2019}Ivoire!  "), "c-te-divoire");
        assert_eq!(slug("—"), "");
    }
}
