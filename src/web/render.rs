//! Templates: embedded, checked when the daemon starts, each filled with its own typed context.

use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{Environment, UndefinedBehavior, Value};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::frame::Frame;
use super::pages::answer::Slip;
use super::say;
use crate::wording;

/// The style sheet.
pub const STYLE: &str = include_str!("style.css");
/// What makes the review of a document quicker for those who have scripts.
pub const REVIEW_SCRIPT: &str = include_str!("review.js");
/// The mark of the house: a note with a turned corner.
pub const ICON: &str = include_str!("favicon.svg");

macro_rules! templates {
    ($($name:literal),+ $(,)?) => {
        &[$(($name, include_str!(concat!("templates/", $name)))),+]
    };
}

const TEMPLATES: &[(&str, &str)] = templates![
    "base.html",
    "parts.html",
    "forms.html",
    "fields.html",
    "drawing.html",
    "my_desk.html",
    "after_meeting.html",
    "carrying.html",
    "reviews.html",
    "overview.html",
    "commitments.html",
    "search.html",
    "views.html",
    "bulk.html",
    "commitment.html",
    "meetings.html",
    "meeting.html",
    "outcome.html",
    "outcome_parts.html",
    "partnership.html",
    "calendars.html",
    "desks.html",
    "desk.html",
    "mail.html",
    "notice.html",
    "mailbox.html",
    "operator.html",
    "unsubscribe.html",
    "slip.html",
    "form.html",
    "account.html",
    "second_step.html",
    "codes.html",
    "key.html",
    "accounts.html",
    "public.html",
    "public_one.html",
    "record.html",
    "edit.html",
    "documents.html",
    "bring_in.html",
    "review.html",
    "proposal.html",
    "confirm.html",
    "forward.html",
    "failure.html",
];

/// The templates, ready to be filled, and the address of the style sheet they name.
pub struct Renderer {
    environment: Environment<'static>,
    style_path: String,
}

/// A page in its frame.
#[derive(Serialize)]
struct Framed<'a, P> {
    frame: &'a Frame<'a>,
    page: &'a P,
}

/// A page that stands alone.
#[derive(Serialize)]
struct Alone<'a> {
    /// What the installation is called.
    name: &'a str,
    style_path: &'a str,
    page: &'a Slip,
}

impl Default for Renderer {
    fn default() -> Self {
        let mut environment = Environment::new();
        environment.set_formatter(crate::delivery::render::escape);
        environment.add_filter("upper_first", |text: &str| say::capitalised(text));
        environment.add_filter("unbroken", |text: &str| {
            wording::unbroken(text).into_owned()
        });
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        let syntax = SyntaxConfig::builder()
            .trim_blocks(true)
            .lstrip_blocks(true)
            .build()
            .expect("the usual delimiters");
        environment.set_syntax(syntax);
        for (name, source) in TEMPLATES {
            environment
                .add_template(name, source)
                .expect("the embedded templates are read by a test");
        }
        Self {
            environment,
            style_path: style_path(),
        }
    }
}

impl Renderer {
    /// Where the style sheet is served: its content is in its name, so it may be kept for ever.
    pub fn style_path(&self) -> &str {
        &self.style_path
    }

    /// Fills a template.
    pub fn html<P: Serialize>(
        &self,
        template: &str,
        frame: &Frame<'_>,
        page: &P,
    ) -> Result<String, minijinja::Error> {
        let template = self.environment.get_template(template)?;
        template.render(Value::from(Serde(Framed { frame, page })))
    }

    /// A page that stands alone, without a frame and without a way on.
    pub fn slip(&self, status: StatusCode, name: &str, page: &Slip) -> Response {
        let alone = Alone {
            name,
            style_path: &self.style_path,
            page,
        };
        let template = self.environment.get_template("slip.html");
        answer(
            status,
            "slip.html",
            template.and_then(|it| it.render(Value::from(Serde(alone)))),
        )
    }

    /// The answer with a page. A template that cannot be filled is a defect of ours: it is logged,
    /// and a plain page says so.
    pub fn page<P: Serialize>(
        &self,
        status: StatusCode,
        template: &str,
        frame: &Frame<'_>,
        page: &P,
    ) -> Response {
        self.page_seen(status, template, frame, page, |_| {})
    }

    /// The same, where somebody notes what is on it.
    pub fn page_seen<P: Serialize>(
        &self,
        status: StatusCode,
        template: &str,
        frame: &Frame<'_>,
        page: &P,
        note: impl FnOnce(&str),
    ) -> Response {
        let html = self.html(template, frame, page);
        if let Ok(html) = &html {
            note(html);
        }
        answer(status, template, html)
    }
}

fn answer(status: StatusCode, template: &str, html: Result<String, minijinja::Error>) -> Response {
    match html {
        Ok(html) => (status, Html(html)).into_response(),
        Err(error) => {
            tracing::error!(template, "a page could not be drawn: {error}");
            let words = "This page could not be drawn. It is a fault of the program and has been \
                         logged; the record itself is unharmed.";
            (StatusCode::INTERNAL_SERVER_ERROR, words).into_response()
        }
    }
}

pub(super) fn style_path() -> String {
    format!("/style-{}.css", short_hash(STYLE))
}

/// Where the script of the review is served; kept for ever like the style sheet.
pub(super) fn review_script_path() -> String {
    format!("/review-{}.js", short_hash(REVIEW_SCRIPT))
}

fn short_hash(content: &str) -> String {
    let digest = Sha256::digest(content.as_bytes());
    digest.iter().take(8).map(|b| format!("{b:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_template_is_read() {
        let renderer = Renderer::default();
        for (name, _) in TEMPLATES {
            assert!(renderer.environment.get_template(name).is_ok(), "{name}");
        }
        assert!(STYLE.len() < 20_000, "{} bytes of style", STYLE.len());
    }
}
