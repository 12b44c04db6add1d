//! A letter and its headers as the bytes of a message: multipart, text and HTML. The same letter,
//! headers and date give the same bytes, so that a second copy is recognised as one; a signature
//! alone adds the time of signing.

use chrono::{DateTime, Utc};
use lettre::Address;
use lettre::address::Envelope;
use lettre::message::header::{ContentDisposition, ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message, MultiPart, SinglePart};
use uuid::Uuid;

use super::calendar_part;
use super::letter::calendar::Entry;
use super::letter::{Letter, LetterSettings, one_line};
use super::stationery::Stationery;
use crate::domain::desk::EmailAddress;
use crate::domain::directory::Reader;

/// The language letters are written in.
const LANGUAGE: &str = "en";

/// What a message says on its outside.
#[derive(Debug, Clone, PartialEq)]
pub struct Headers {
    /// The notice's id, from which the Message-ID is made.
    pub id: Uuid,
    pub date: DateTime<Utc>,
    pub from: EmailAddress,
    pub from_name: Option<String>,
    pub to: EmailAddress,
    pub to_name: Option<String>,
    /// Where a reply goes; `None`: to the sender.
    pub reply_to: Option<EmailAddress>,
}

impl Headers {
    /// The headers of a notice to a reader; `None` when the reader has no address. While mail is
    /// redirected it goes to the one address, under no other name than that.
    pub fn for_reader(
        id: Uuid,
        date: DateTime<Utc>,
        reader: &Reader,
        settings: &LetterSettings,
    ) -> Option<Self> {
        let (to, to_name) = match &settings.redirect {
            Some(redirect) => (redirect.clone(), None),
            None => (reader.email.clone()?, Some(reader.name.clone())),
        };
        Some(Self {
            id,
            date,
            from: settings.from.clone(),
            from_name: settings.from_name.clone(),
            to,
            to_name,
            reply_to: None,
        })
    }
}

/// A letter that cannot be made a message. It says nothing of the content.
#[derive(Debug, thiserror::Error)]
pub enum MessageError {
    #[error("no message can be made for {to}: {reason}")]
    Unfit {
        to: String,
        reason: lettre::error::Error,
    },
}

/// The Message-ID of a notice, stable: `<uuid@domain of the sender>`.
pub fn message_id(id: Uuid, from: &EmailAddress) -> String {
    format!("<{id}@{}>", from.domain())
}

/// The whole message, RFC 5322, lines ended with CRLF, 7-bit.
pub fn of_letter(
    letter: &Letter,
    headers: &Headers,
    stationery: &Stationery,
) -> Result<Vec<u8>, MessageError> {
    let (from, to) = (address(&headers.from), address(&headers.to));
    let unfit = |reason| MessageError::Unfit {
        to: headers.to.masked(),
        reason,
    };
    let envelope = Envelope::new(Some(from.clone()), vec![to.clone()]).map_err(unfit)?;
    let name = |name: &Option<String>| name.as_deref().map(one_line).filter(|n| !n.is_empty());
    let mut message = Message::builder()
        .envelope(envelope)
        .date(headers.date.into())
        .from(Mailbox::new(name(&headers.from_name), from))
        .to(Mailbox::new(name(&headers.to_name), to))
        .subject(one_line(&letter.subject))
        .message_id(Some(message_id(headers.id, &headers.from)))
        .raw_header(plain("Auto-Submitted", "auto-generated"))
        .raw_header(plain("X-Auto-Response-Suppress", "All"))
        .raw_header(plain("Content-Language", LANGUAGE))
        .raw_header(plain("List-Id", list_id(&headers.from)));
    if let Some(reply_to) = &headers.reply_to {
        message = message.reply_to(Mailbox::new(None, address(reply_to)));
    }
    if let Some(root) = letter.thread.root() {
        // Some programs thread by the one, some by the other.
        let root = message_id(root, &headers.from);
        message = message.in_reply_to(root.clone()).references(root);
    }
    if let Some(stop) = &letter.stop {
        // RFC 8058: a POST to this address, by one click and without a page.
        message = message
            .raw_header(plain("List-Unsubscribe", format!("<{}>", stop.url)))
            .raw_header(plain("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"));
    }
    // Derived, not drawn: a message is the same bytes each time it is made. No encoded body can hold
    // `=_`, since it is not quoted-printable; neither boundary is the beginning of the other.
    let id = headers.id.simple();
    let alternatives = MultiPart::alternative()
        .boundary(format!("=_{id}"))
        .singlepart(SinglePart::plain(stationery.text(letter)))
        .singlepart(SinglePart::html(stationery.html(letter)));
    let parts = match letter.entries.as_slice() {
        [] => alternatives,
        entries => MultiPart::mixed()
            .boundary(format!("=_all_{id}"))
            .multipart(alternatives)
            .singlepart(calendar(entries, headers)),
    };
    let mut message = message.multipart(parts).map_err(unfit)?;
    if let Some(signer) = &stationery.signer {
        signer.sign(&mut message);
    }
    Ok(message.formatted())
}

fn calendar(entries: &[Entry], headers: &Headers) -> SinglePart {
    let kind = ContentType::parse(calendar_part::CONTENT_TYPE).expect("a content type");
    SinglePart::builder()
        .header(kind)
        .header(ContentDisposition::attachment(calendar_part::FILE_NAME))
        .body(calendar_part::content(entries, headers.date, &headers.from))
}

/// Our addresses admit neither white space nor control characters nor anything that ends a header
/// or a command; lettre need not judge them again.
pub(super) fn address(email: &EmailAddress) -> Address {
    let (local, domain) = email.as_str().rsplit_once('@').unwrap_or_default();
    Address::new_dangerous(local, domain)
}

fn list_id(from: &EmailAddress) -> String {
    format!("<reminders.{}>", from.domain())
}

/// A header for which lettre has no type; its value is encoded like any other.
fn plain(name: &'static str, value: impl Into<String>) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value.into())
}
