//! Desks, the people behind them, and their absences.
//!
//! A desk is an office that answers for commitments. A body without logins is still a desk, reached
//! at its own mailbox or `through` a desk of ours.

use chrono::NaiveDate;
use chrono_tz::Tz;

use super::habits::Habits;
use super::ids::{CalendarId, DeskId, PartyId, PersonId};

/// One who holds an office: a head, a SOM leader, an officer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    pub id: PersonId,
    pub name: String,
    pub email: Option<EmailAddress>,
    /// Without a calendar of their own, this replaces only the zone of the calendar they inherit.
    pub timezone: Option<Tz>,
    pub calendar: Option<CalendarId>,
    pub habits: Habits,
}

/// An office that answers for commitments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Desk {
    pub id: DeskId,
    pub name: String,
    pub party: Option<PartyId>,
    pub email: Option<EmailAddress>,
    pub calendar: CalendarId,
    pub head: Option<PersonId>,
    pub som_leader: Option<PersonId>,
    pub officers: Vec<PersonId>,
    /// The desk by which a body outside the ministry is reached.
    pub through: Option<DeskId>,
    pub habits: Habits,
    /// Its last day, where it ends.
    pub ends: Option<NaiveDate>,
    /// The desk its open commitments pass to when it has ended.
    pub successor: Option<DeskId>,
}

impl Desk {
    /// Whether this person is its head, its SOM leader or one of its officers.
    pub fn names(&self, person: &PersonId) -> bool {
        self.head.as_ref() == Some(person)
            || self.som_leader.as_ref() == Some(person)
            || self.officers.contains(person)
    }
}

/// A person away from the first to the last day, and who stands in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Absence {
    pub person: PersonId,
    pub from: NaiveDate,
    pub until: NaiveDate,
    pub deputy: Option<PersonId>,
}

/// An address mail can be sent to: one `@`, no spaces, no control characters, nothing that could
/// end a header line. Whether somebody reads it, only a bounce or an answer can tell.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EmailAddress(String);

/// A text that is not a mail address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a mail address; write it like `desk@mfa.example.org`")]
pub struct EmailError(pub String);

impl EmailAddress {
    pub fn parse(text: &str) -> Result<Self, EmailError> {
        let unfit = || EmailError(text.to_owned());
        let (local, domain) = text.rsplit_once('@').ok_or_else(unfit)?;
        let plain = |part: &str| {
            part.chars()
                .all(|c| !c.is_control() && !c.is_whitespace() && !"@<>()[],;:\\\"".contains(c))
        };
        let dotted =
            |part: &str| !part.is_empty() && part.split('.').all(|label| !label.is_empty());
        if text.len() > 254
            || local.len() > 64
            || !plain(local)
            || !plain(domain)
            || !dotted(local)
            || !dotted(domain)
        {
            return Err(unfit());
        }
        Ok(Self(text.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// By which two spellings of one mailbox are found to be one.
    pub fn lower_case(&self) -> Self {
        Self(self.0.to_lowercase())
    }

    /// What stands after the `@`.
    pub fn domain(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(_, domain)| domain)
    }

    /// The address as logs may show it: `a…@mfa.example.org`.
    pub fn masked(&self) -> String {
        let (local, domain) = self.0.rsplit_once('@').unwrap_or((&self.0, ""));
        let first: String = local.chars().take(1).collect();
        format!("{first}…@{domain}")
    }
}

impl std::fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_cannot_carry_a_header() {
        assert!(EmailAddress::parse("asean-us@mfa.example.org").is_ok());
        for odd in [
            "",
            "desk",
            "a b@example.org",
            "a@b@c",
            "a@example.org\r\nBcc: x@y",
            "@example.org",
            "a@",
            "a@x..y",
            "<a@b>",
        ] {
            assert!(EmailAddress::parse(odd).is_err(), "{odd:?}");
        }
        assert_eq!(
            EmailAddress::parse("desk@mfa.example.org")
                .unwrap()
                .masked(),
            "d…@mfa.example.org"
        );
    }
}
