//! Accounts: people of the record who may sign in. Who somebody is decides what they read
//! ([`access`](super::access)); an account only says that it is them, how far a guest comes, and who
//! runs the installation.

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::access::{Viewer, Who};
use super::desk::EmailAddress;
use super::ids::PersonId;

closed_list! {
    /// How far an account reaches.
    Reach {
        /// The house: everything but what is restricted to others.
        House = "house",
        /// A guest's: public commitments and public updates.
        Public = "public",
    }
}

closed_list! {
    /// What a single-use link opens.
    LinkPurpose {
        /// A new account: its password is set.
        Invite = "invite",
        /// An account whose password was forgotten: another one is set.
        Recover = "recover",
        /// An installation without accounts: the first administrator is made.
        FirstAdministrator = "first-administrator",
    }
}

impl LinkPurpose {
    /// How long such a link opens anything.
    pub fn lifetime(self) -> TimeDelta {
        match self {
            LinkPurpose::Invite => TimeDelta::days(7),
            LinkPurpose::Recover => TimeDelta::hours(1),
            LinkPurpose::FirstAdministrator => TimeDelta::days(1),
        }
    }
}

closed_list! {
    /// What is counted against a limit.
    AttemptKind {
        SignIn = "sign-in",
        Recover = "recover",
    }
}

/// A text that never prints itself: the hash of a password, the secret of a second step.
#[derive(Clone, PartialEq, Eq)]
pub struct Hidden<T>(T);

impl<T> Hidden<T> {
    pub fn new(value: T) -> Self {
        Self(value)
    }

    pub fn reveal(&self) -> &T {
        &self.0
    }
}

impl<T> std::fmt::Debug for Hidden<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("…")
    }
}

/// As whom a ministry's own sign-in knows somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OidcIdentity {
    pub issuer: String,
    pub subject: String,
}

/// A person of the record who may sign in. Instants are of the real clock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    pub person: PersonId,
    /// Of sign-in, in lower case.
    pub email: EmailAddress,
    /// Argon2id, in PHC form. None until the invitation is taken up.
    pub password: Option<Hidden<String>>,
    pub administrator: bool,
    pub reach: Reach,
    pub disabled_at: Option<DateTime<Utc>>,
    /// The secret of the second step, where one is set, as it is kept: sealed.
    pub totp: Option<Hidden<Vec<u8>>>,
    pub oidc: Option<OidcIdentity>,
    pub created_at: DateTime<Utc>,
}

impl Account {
    /// A new account, into which nobody can sign in yet.
    pub fn new(person: PersonId, email: &EmailAddress, created_at: DateTime<Utc>) -> Self {
        Self {
            person,
            email: email.lower_case(),
            password: None,
            administrator: false,
            reach: Reach::House,
            disabled_at: None,
            totp: None,
            oidc: None,
            created_at,
        }
    }

    pub fn is_disabled(&self) -> bool {
        self.disabled_at.is_some()
    }

    /// As whom its holder looks.
    pub fn who(&self) -> Who {
        let person = self.person.clone();
        Who {
            viewer: match self.reach {
                Reach::House => Viewer::Person(person),
                Reach::Public => Viewer::Guest(person),
            },
            administrator: self.administrator,
        }
    }
}

/// How long a session lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionLimits {
    /// Without being used.
    pub idle: TimeDelta,
    /// However much it is used.
    pub absolute: TimeDelta,
}

impl SessionLimits {
    /// When a session that began and was last seen at these moments ends.
    pub fn expires_at(&self, seen: DateTime<Utc>, ends_at: DateTime<Utc>) -> DateTime<Utc> {
        (seen + self.idle).min(ends_at)
    }
}

/// A key by which a program reads what a person reads, and changes nothing. The hash is of the word the
/// program brings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProgramKey {
    pub id: Uuid,
    pub hash: String,
    pub person: PersonId,
    /// What the person calls the program.
    pub name: String,
    pub created_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
}

/// A signed-in browser. The hash is of the word in its cookie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    pub hash: String,
    pub person: PersonId,
    pub created_at: DateTime<Utc>,
    pub seen_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    pub ends_at: DateTime<Utc>,
}
