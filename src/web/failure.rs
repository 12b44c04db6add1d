//! What a page says when it cannot be shown: what happened, what it means, what to do next.

use axum::http::StatusCode;
use serde::Serialize;

use crate::store::StoreError;

/// Why a page was not shown.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// There is nothing by this address, for this viewer.
    #[error("nothing here")]
    NotFound,
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A form that came from elsewhere, or cannot be read.
    #[error("{0}")]
    Refused(&'static str),
    /// What was asked for cannot be done as things stand; in words.
    #[error("{0}")]
    Conflict(String),
    /// A link that opens nothing any more, or never did.
    #[error("a dead link")]
    DeadLink,
    /// A form of somebody who is not signed in, or no longer.
    #[error("not signed in")]
    NotSignedIn,
    /// A step that was tried and did not succeed.
    #[error("{0}")]
    Failed(String),
    #[error("fault")]
    Fault,
}

#[derive(Debug, Serialize)]
pub struct FailurePage {
    pub code: u16,
    pub heading: &'static str,
    pub what: String,
    pub next: &'static str,
}

impl Failure {
    pub fn status(&self) -> StatusCode {
        match self {
            Failure::NotFound | Failure::DeadLink => StatusCode::NOT_FOUND,
            Failure::Store(error) if error.is_transient() => StatusCode::SERVICE_UNAVAILABLE,
            Failure::Store(_) | Failure::Failed(_) | Failure::Fault => {
                StatusCode::INTERNAL_SERVER_ERROR
            }
            Failure::Refused(_) | Failure::NotSignedIn => StatusCode::FORBIDDEN,
            Failure::Conflict(_) => StatusCode::CONFLICT,
        }
    }

    /// The page that says it. What the database said goes to the log, not to the reader.
    pub fn page(&self) -> FailurePage {
        let (heading, what, next) = match self {
            Failure::NotFound => (
                "There is nothing at this address",
                "Either it was never here, or it is not for you to read.".to_owned(),
                "Check the address, or look for it in the list of commitments.",
            ),
            Failure::Store(error) if error.is_transient() => (
                "The record cannot be read at the moment",
                "The database did not answer. Nothing is lost.".to_owned(),
                "Try again in a minute. If it lasts, tell whoever runs this installation; the log \
                 says more.",
            ),
            Failure::Store(_) | Failure::Fault => (
                "This page could not be shown",
                "Something failed here. The record itself is unharmed.".to_owned(),
                "Try again. If it fails again, tell whoever runs this installation; the log says \
                 more.",
            ),
            Failure::Refused(why) => (
                "This was not accepted",
                (*why).to_owned(),
                "Go back to the page, and use the form on it.",
            ),
            Failure::Conflict(why) => (
                "This cannot be done",
                super::say::sentence(why),
                "Go back; the page says how things stand.",
            ),
            Failure::DeadLink => (
                "This link opens nothing any more",
                "Each opens once, and for a limited time.".to_owned(),
                "Ask for another on the page of sign-in, or ask an administrator.",
            ),
            Failure::NotSignedIn => (
                "You are not signed in",
                "Your session may have ended meanwhile. Nothing was changed.".to_owned(),
                "Sign in, go back to the page, and send the form again.",
            ),
            Failure::Failed(why) => (
                "This did not succeed",
                super::say::sentence(why),
                "Go back and try again. What had been done before the failure is kept.",
            ),
        };
        FailurePage {
            code: self.status().as_u16(),
            heading,
            what,
            next,
        }
    }
}
