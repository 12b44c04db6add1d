//! A message as a mail client takes it apart: its headers, its text, its HTML; and its source.

use crate::delivery::masking::{masked, masked_source};
use mail_parser::{Address, HeaderValue as ParsedValue, MessageParser};
use serde::Serialize;

/// A message taken apart.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
pub struct Message {
    pub headers: Vec<Header>,
    pub text: Option<String>,
    #[serde(skip)]
    pub html: Option<String>,
    pub source: String,
}

#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Header {
    pub name: String,
    pub value: String,
}

/// The headers that are shown; the source has them all.
const SHOWN: [&str; 7] = [
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "References",
    "List-Id",
];

impl Message {
    /// The same with the secrets of its links masked.
    pub fn masked(self, raw: &[u8]) -> Self {
        let Message {
            headers,
            text,
            html,
            source: _,
        } = self;
        let headers = headers.into_iter().map(|header| Header {
            value: masked(&header.value),
            ..header
        });
        Message {
            headers: headers.collect(),
            text: text.as_deref().map(masked),
            html: html.as_deref().map(masked),
            source: masked_source(raw),
        }
    }
}

/// Takes a message apart. What cannot be read as one is shown as its source.
pub fn read(raw: &[u8]) -> Message {
    let source = String::from_utf8_lossy(raw).into_owned();
    let Some(parsed) = MessageParser::default().parse(raw) else {
        return Message {
            source,
            ..Message::default()
        };
    };
    let headers = SHOWN.iter().filter_map(|name| {
        let value = match parsed.header(*name)? {
            ParsedValue::Text(text) => text.to_string(),
            ParsedValue::Address(addresses) => named(addresses),
            _ => unfolded(parsed.header_raw(*name)?),
        };
        Some(Header {
            name: (*name).to_owned(),
            value,
        })
    });
    let has_html = parsed.parts.iter().any(|p| p.is_text_html());
    Message {
        headers: headers.collect(),
        text: parsed.body_text(0).map(|t| t.into_owned()),
        html: parsed
            .body_html(0)
            .filter(|_| has_html)
            .map(|h| h.into_owned()),
        source,
    }
}

/// `Aide <aide@example.org>`, names decoded.
fn named(addresses: &Address<'_>) -> String {
    let each = addresses.iter().map(|a| {
        let address = a.address().unwrap_or_default();
        match a.name() {
            Some(name) => format!("{name} <{address}>"),
            None => address.to_owned(),
        }
    });
    each.collect::<Vec<_>>().join(", ")
}

fn unfolded(raw: &str) -> String {
    raw.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The HTML as a frame of ours shows it: links lead the whole window, as a mail client opens them.
pub fn framed(html: &str) -> String {
    const BASE: &str = "<base target=\"_top\">";
    let lower = html.to_ascii_lowercase();
    let head = lower.find("<head").and_then(|at| {
        let end = lower[at..].find('>')?;
        Some(at + end + 1)
    });
    match head {
        Some(at) => format!("{}{BASE}{}", &html[..at], &html[at..]),
        None => format!("{BASE}{html}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RAW: &[u8] = b"From: =?utf-8?q?A=C3=AFde?= <aide@example.org>\r\nTo: desk@example.org\r\n\
        Subject: =?utf-8?q?US37-03=3A_d=C3=BBe?=\r\nDate: Mon, 2 Jun 2025 01:00:00 +0000\r\n\
        Message-ID: <x@example.org>\r\nReferences: <a@example.org>\r\n <b@example.org>\r\n\
        MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n\
        --b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nThe words.\r\n\
        --b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<html><head></head><p>The words.</p></html>\r\n--b--\r\n";

    #[test]
    fn a_message_is_taken_apart() {
        let message = read(RAW);
        let header = |name: &str| {
            let found = message.headers.iter().find(|h| h.name == name);
            found.map(|h| h.value.as_str())
        };
        assert_eq!(header("Subject"), Some("US37-03: dûe"));
        assert_eq!(header("From"), Some("Aïde <aide@example.org>"));
        assert_eq!(
            header("References"),
            Some("<a@example.org> <b@example.org>")
        );
        assert_eq!(message.text.as_deref().map(str::trim), Some("The words."));
        assert!(
            message
                .html
                .is_some_and(|h| h.contains("<p>The words.</p>"))
        );
        assert!(message.source.starts_with("From: =?utf-8"));
    }

    #[test]
    fn a_text_without_html_has_none() {
        assert_eq!(read(b"Subject: x\r\n\r\nwords\r\n").html, None);
    }

    #[test]
    fn links_of_a_mail_lead_the_whole_window() {
        assert_eq!(
            framed("<html><HEAD lang=en><title>x</title></HEAD></html>"),
            "<html><HEAD lang=en><base target=\"_top\"><title>x</title></HEAD></html>"
        );
        assert_eq!(framed("<p>x</p>"), "<base target=\"_top\"><p>x</p>");
    }
}
