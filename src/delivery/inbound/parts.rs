//! A message taken apart as far as reports need it: its own headers, what it says in words, the
//! status part, and what it returns of the message it is about.

use super::mime::{self, Part};

/// The parts of one message that a report may consist of.
#[derive(Debug, Default)]
pub struct Parts {
    headers: Vec<(String, String)>,
    /// `report-type` of a multipart/report, in lower case.
    pub report_type: Option<String>,
    /// The plain text (of HTML, where there is no other), without what is returned.
    pub text: String,
    /// The content of message/delivery-status.
    pub status: Option<String>,
    /// The headers of what is returned, or all of it.
    returned: Vec<String>,
}

/// What mail servers call the recipient of the envelope when they hand a message on; the last is
/// the sender's word for it.
const RECIPIENT: [&str; 5] = [
    "Delivered-To",
    "X-Original-To",
    "Envelope-To",
    "X-Envelope-To",
    "To",
];

impl Parts {
    /// `None` where there is nothing that could be a message.
    pub fn of(raw: &[u8]) -> Option<Self> {
        let all = mime::parts(raw);
        let root = all.first().filter(|root| !root.headers.is_empty())?;
        let mut parts = Parts {
            headers: root.headers.clone(),
            report_type: root
                .kind()
                .attribute("report-type")
                .map(|kind| kind.to_ascii_lowercase()),
            ..Parts::default()
        };
        let mut html = String::new();
        for part in &all {
            parts.take(part, &mut html);
        }
        if parts.text.trim().is_empty() {
            parts.text = html;
        }
        Some(parts)
    }

    fn take(&mut self, part: &Part<'_>, html: &mut String) {
        let kind = part.kind();
        match (kind.main.as_str(), kind.sub.as_str()) {
            ("message", "delivery-status" | "global-delivery-status") => {
                self.status.get_or_insert_with(|| part.text());
            }
            ("message", _) | ("text", "rfc822-headers") => self.returned.push(part.text()),
            ("text", "html") => html.push_str(&without_tags(&part.text())),
            ("text" | "multipart", _) => {
                self.text.push_str(&part.text());
                self.text.push('\n');
            }
            _ => {}
        }
    }

    /// A header of the message itself, unfolded.
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self
            .headers
            .iter()
            .find(|(n, _)| n.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    /// The addresses the message was delivered to, without angle brackets.
    pub fn recipients(&self) -> Vec<String> {
        RECIPIENT
            .iter()
            .flat_map(|name| {
                let all = self
                    .headers
                    .iter()
                    .filter(|(n, _)| n.eq_ignore_ascii_case(name));
                all.flat_map(|(_, value)| addresses(value))
            })
            .collect()
    }

    /// The Message-IDs of what is returned: in the part that returns it, or, from servers that
    /// return it as text, behind their words.
    pub fn returned_ids(&self) -> Vec<String> {
        let mut ids = Vec::new();
        for text in self.returned.iter().chain([&self.text]) {
            message_ids(text, &mut ids);
        }
        ids
    }
}

/// Everything in a header that could be an address.
fn addresses(value: &str) -> Vec<String> {
    value
        .split(|c: char| c.is_whitespace() || "<>(),;\"".contains(c))
        .filter(|word| word.contains('@'))
        .map(str::to_owned)
        .collect()
}

/// Collects the values of every `Message-ID:` line, folded or quoted.
fn message_ids(text: &str, ids: &mut Vec<String>) {
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        let line = line.trim_start_matches([' ', '\t', '>', '|']);
        let Some((name, value)) = line.split_once(':') else {
            continue;
        };
        if !name.eq_ignore_ascii_case("message-id") {
            continue;
        }
        let value = if value.trim().is_empty() {
            lines.peek().copied().unwrap_or_default()
        } else {
            value
        };
        let Some(id) = value
            .split_once('<')
            .and_then(|(_, rest)| rest.split_once('>'))
            .map(|(id, _)| format!("<{}>", id.trim()))
        else {
            continue;
        };
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
}

/// The words of an HTML text, line by line: enough to find sentences, codes and addresses in.
fn without_tags(html: &str) -> String {
    let mut words = String::new();
    let mut rest = html;
    while let Some((before, after)) = rest.split_once('<') {
        words.push_str(before);
        let Some((tag, behind)) = after.split_once('>') else {
            rest = "";
            break;
        };
        let tag = tag.trim_start_matches('/').to_ascii_lowercase();
        let breaks = ["br", "p", "div", "tr", "li", "h1", "h2", "h3"];
        let name = tag.split([' ', '/']).next().unwrap_or_default();
        words.push(if breaks.contains(&name) { '\n' } else { ' ' });
        rest = behind;
    }
    words.push_str(rest);
    words
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&nbsp;", " ")
        .replace("&#39;", "'")
        .replace("&quot;", "\"")
        .replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn returned_message_ids_are_found_folded_and_quoted() {
        let mut ids = Vec::new();
        message_ids(
            "Message-ID:\r\n <a@b>\r\n> Message-Id: <c@d> (comment)\nmessage-id: <a@b>\nX-Message-ID: <no@no>",
            &mut ids,
        );
        assert_eq!(ids, ["<a@b>", "<c@d>"]);
    }

    #[test]
    fn html_leaves_its_words() {
        let words = without_tags("<p>Your message to <b>a&#64;b</b><br/>couldn&#39;t be <broken");
        assert!(words.contains("couldn't be "), "{words}");
        assert!(words.contains('\n'), "{words}");
    }
}
