//! Identifiers. Everything in the record is named by a *slug*, a short word that people write in
//! files and addresses. Each kind of thing has its own newtype, so that a desk cannot be mistaken
//! for a person. Cloning one is cheap: the text is shared.

use std::borrow::Borrow;
use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// Why a text cannot be an identifier.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SlugError {
    #[error("an id cannot be empty")]
    Empty,
    #[error("`{0}` is longer than {MAX_SLUG} characters")]
    TooLong(String),
    #[error(
        "`{0}` has the character `{1}`; an id is letters, digits, `-`, `_` and `.`, and begins with a letter or digit"
    )]
    Character(String, char),
}

/// The longest identifier, in characters.
pub const MAX_SLUG: usize = 80;

fn check(text: &str) -> Result<(), SlugError> {
    let first = text.chars().next().ok_or(SlugError::Empty)?;
    if text.chars().count() > MAX_SLUG {
        return Err(SlugError::TooLong(text.to_owned()));
    }
    if !first.is_ascii_alphanumeric() {
        return Err(SlugError::Character(text.to_owned(), first));
    }
    match text
        .chars()
        .find(|c| !(c.is_ascii_alphanumeric() || "-_.".contains(*c)))
    {
        Some(odd) => Err(SlugError::Character(text.to_owned(), odd)),
        None => Ok(()),
    }
}

macro_rules! slug {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(Arc<str>);

        impl $name {
            /// Checks the text and makes the identifier of it.
            pub fn parse(text: &str) -> Result<Self, SlugError> {
                check(text)?;
                Ok(Self(text.into()))
            }

            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{:?}", &*self.0)
            }
        }

        impl TryFrom<String> for $name {
            type Error = SlugError;
            fn try_from(text: String) -> Result<Self, SlugError> {
                Self::parse(&text)
            }
        }

        impl std::str::FromStr for $name {
            type Err = SlugError;
            fn from_str(text: &str) -> Result<Self, SlugError> {
                Self::parse(text)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> String {
                id.0.to_string()
            }
        }

        impl Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }
    };
}

slug!(
    /// A working calendar: a zone, a weekend and holidays.
    CalendarId
);
slug!(
    /// One who can owe or be owed.
    PartyId
);
slug!(
    /// A person who holds an office.
    PersonId
);
slug!(
    /// An office that answers for commitments.
    DeskId
);
slug!(
    /// ASEAN with one Dialogue Partner, or any standing relation.
    PartnershipId
);
slug!(
    /// A meeting in a series.
    MeetingId
);
slug!(
    /// An outcome document.
    DocumentId
);
slug!(
    /// A named thing the work is about.
    InstrumentId
);
slug!(
    /// The reference of a commitment, as people quote it: `US37-03`.
    CommitmentRef
);
slug!(
    /// A desk or a person as the reader of mail. Desks and people share one name space.
    ReaderId
);

impl From<&DeskId> for ReaderId {
    fn from(id: &DeskId) -> Self {
        ReaderId(id.0.clone())
    }
}

impl From<&PersonId> for ReaderId {
    fn from(id: &PersonId) -> Self {
        ReaderId(id.0.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_one_plain_word() {
        assert!(CommitmentRef::parse("US37-03").is_ok());
        assert_eq!(DeskId::parse(""), Err(SlugError::Empty));
        assert!(matches!(
            DeskId::parse("-x"),
            Err(SlugError::Character(_, '-'))
        ));
        assert!(matches!(
            DeskId::parse("a b"),
            Err(SlugError::Character(_, ' '))
        ));
        assert!(matches!(
            DeskId::parse(&"a".repeat(81)),
            Err(SlugError::TooLong(_))
        ));
    }
}
