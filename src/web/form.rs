//! Forms: what was sent, and the blanks that are filled in. A form that is refused comes back with
//! everything that was typed (but for passwords) and the complaint beside its blank.

use axum::http::StatusCode;
use serde::Serialize;

use crate::acts::accounts::{AccountError, Field};

use super::failure::Failure;
use super::row::Link;

/// The fields of a form, as they were sent.
pub type Fields = axum::Form<Vec<(String, String)>>;

/// What was sent under a name; nothing where nothing was.
pub fn sent<'f>(fields: &'f Fields, name: &str) -> &'f str {
    let field = fields.0.iter().find(|(n, _)| n == name);
    field.map_or("", |(_, value)| value.as_str())
}

/// A page that is a form.
#[derive(Debug, Default, Serialize)]
pub struct FormPage {
    pub heading: String,
    pub lead: Vec<String>,
    /// About the whole.
    pub complaint: Option<String>,
    pub action: String,
    pub hidden: Vec<(&'static str, String)>,
    pub blanks: Vec<Blank>,
    pub button: &'static str,
    /// Other ways from here.
    pub also: Vec<Link>,
}

/// A blank to be filled in.
#[derive(Debug, Default, Serialize)]
pub struct Blank {
    pub name: &'static str,
    /// What the label is tied to, where two forms of a page have a blank of the same name.
    pub id: &'static str,
    pub label: &'static str,
    /// As HTML names the kind of an input.
    pub kind: &'static str,
    pub value: String,
    pub hint: Option<&'static str>,
    pub complaint: Option<String>,
    /// What browsers and keepers of passwords put in.
    pub autocomplete: &'static str,
    /// It may be left empty.
    pub optional: bool,
}

impl Blank {
    pub fn text(name: &'static str, label: &'static str, autocomplete: &'static str) -> Self {
        Self {
            name,
            label,
            kind: "text",
            autocomplete,
            ..Self::default()
        }
    }

    pub fn email(label: &'static str) -> Self {
        Self {
            kind: "email",
            ..Self::text("email", label, "username")
        }
    }

    /// The password one has.
    pub fn current_password(name: &'static str, label: &'static str) -> Self {
        Self {
            kind: "password",
            ..Self::text(name, label, "current-password")
        }
    }

    /// A password one chooses.
    pub fn new_password(label: &'static str) -> Self {
        Self {
            kind: "password",
            hint: Some("15 characters or more. A sentence is easily typed and hard to guess."),
            ..Self::text("password", label, "new-password")
        }
    }

    /// The number of the second step.
    pub fn number(label: &'static str) -> Self {
        Self::text("code", label, "one-time-code")
    }

    pub fn with(mut self, value: &str) -> Self {
        value.clone_into(&mut self.value);
        self
    }

    /// Of somebody else: nothing is put in by itself.
    pub fn plain(mut self) -> Self {
        self.autocomplete = "off";
        self
    }

    pub fn optional(mut self) -> Self {
        self.optional = true;
        self
    }

    pub fn hint(mut self, hint: &'static str) -> Self {
        self.hint = Some(hint);
        self
    }
}

/// What is wrong with a form that was sent.
#[derive(Debug)]
pub struct Complaint {
    pub status: StatusCode,
    field: Field,
    words: String,
}

impl Complaint {
    /// # Errors
    /// What no other words in the form would mend.
    pub fn of(error: AccountError) -> Result<Self, Failure> {
        let words = match &error {
            AccountError::TooMany { minutes } => format!(
                "Too many tries have failed. Wait {minutes} minutes, then try again; an \
                 administrator can help sooner."
            ),
            _ => error.to_string(),
        };
        let (status, field) = match error {
            AccountError::Refused { field, .. } => (StatusCode::UNPROCESSABLE_ENTITY, field),
            AccountError::TooMany { .. } => (StatusCode::TOO_MANY_REQUESTS, Field::Form),
            AccountError::DeadLink => return Err(Failure::DeadLink),
            AccountError::Store(error) => return Err(error.into()),
            AccountError::Hash(error) => return Err(Failure::Failed(error.to_string())),
        };
        Ok(Self {
            status,
            field,
            words,
        })
    }
}

impl FormPage {
    /// The same form with a complaint, next to what it is about.
    pub fn complaining(mut self, complaint: &Complaint) -> Self {
        let about = match complaint.field {
            Field::Name => "name",
            Field::Email => "email",
            Field::Password => "password",
            Field::Current => "current",
            Field::Code => "code",
            Field::Days => "days",
            Field::Form => "",
        };
        let blank = self.blanks.iter_mut().find(|blank| blank.name == about);
        let words = Some(complaint.words.clone());
        match blank {
            Some(blank) => blank.complaint = words,
            None => self.complaint = words,
        }
        self
    }
}
