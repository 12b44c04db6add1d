//! MIME as far as reports need it, for messages that anybody may have mutilated on purpose: parts in
//! parts to a limit, the two encodings, the two families of character sets that mail servers write
//! in. What cannot be right is taken as it stands; nothing here fails.

/// One part: its headers, unfolded, and its body as it came.
#[derive(Debug)]
pub struct Part<'a> {
    pub headers: Vec<(String, String)>,
    body: &'a [u8],
}

/// How deep parts may lie in parts, and how many there may be.
const DEEPEST: usize = 8;
const MOST: usize = 200;

/// The parts of a message that hold something, in their order; the first is the message itself,
/// also where it is nothing but the sum of the others.
pub fn parts(raw: &[u8]) -> Vec<Part<'_>> {
    let mut found = Vec::new();
    walk(raw, 0, &mut found);
    found
}

fn walk<'a>(raw: &'a [u8], depth: usize, found: &mut Vec<Part<'a>>) {
    if found.len() >= MOST {
        return;
    }
    let part = part(raw);
    let (body, kind) = (part.body, part.kind());
    let boundary = kind.attribute("boundary").filter(|b| !b.is_empty());
    let sections = match boundary {
        Some(boundary) if kind.main == "multipart" && depth < DEEPEST => sections(body, &boundary),
        _ => Vec::new(),
    };
    // A multipart without a part in it is read as the text it looks like.
    let is_sum = !sections.is_empty();
    if depth == 0 || !is_sum {
        found.push(Part {
            body: if is_sum { &[] } else { body },
            ..part
        });
    }
    for section in sections {
        walk(section, depth + 1, found);
    }
}

/// What stands between the lines that are the boundary.
fn sections<'a>(body: &'a [u8], boundary: &str) -> Vec<&'a [u8]> {
    let mark = format!("--{boundary}");
    let mut sections = Vec::new();
    let (mut at, mut from) = (0, None);
    for line in body.split_inclusive(|b| *b == b'\n') {
        let words = line.trim_ascii_end();
        let rest = words.strip_prefix(mark.as_bytes());
        if let Some(rest) = rest.filter(|rest| rest.is_empty() || *rest == b"--") {
            if let Some(from) = from.take() {
                sections.push(&body[from..at]);
            }
            if rest.is_empty() {
                from = Some(at + line.len());
            }
        }
        at += line.len();
    }
    // Cut off before its end: what is there is there.
    if let Some(from) = from {
        sections.push(&body[from..]);
    }
    sections
}

/// Headers up to the first empty line; a text that does not begin with one has none.
fn part(raw: &[u8]) -> Part<'_> {
    let mut headers: Vec<(String, String)> = Vec::new();
    let mut at = 0;
    for line in raw.split_inclusive(|b| *b == b'\n') {
        let text = String::from_utf8_lossy(line);
        let text = text.trim_end();
        if text.is_empty() {
            at += line.len();
            break;
        }
        let folded = text.starts_with([' ', '\t']);
        match (folded, headers.last_mut(), header(text)) {
            (true, Some((_, value)), _) => {
                value.push(' ');
                value.push_str(text.trim());
            }
            (false, _, Some(header)) => headers.push(header),
            // What mailbox files and pipes put in front.
            (false, None, None) if at == 0 && text.starts_with("From ") => {}
            // No header any more: the empty line is missing.
            _ => break,
        }
        at += line.len();
    }
    Part {
        headers,
        body: raw.get(at..).unwrap_or_default(),
    }
}

fn header(line: &str) -> Option<(String, String)> {
    let (name, value) = line.split_once(':')?;
    let name = name.trim_end();
    let is_name = !name.is_empty() && name.bytes().all(|b| b.is_ascii_graphic());
    let value = value.split_whitespace().collect::<Vec<_>>().join(" ");
    is_name.then(|| (name.to_owned(), value))
}

/// What a part says it is.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Kind {
    /// In lower case: `multipart`, `text`.
    pub main: String,
    pub sub: String,
    parameters: String,
}

impl Kind {
    /// A parameter, as it is written.
    pub fn attribute(&self, name: &str) -> Option<String> {
        self.parameters.split(';').find_map(|parameter| {
            let (found, value) = parameter.split_once('=')?;
            let value = value.trim().trim_matches('"');
            found
                .trim()
                .eq_ignore_ascii_case(name)
                .then(|| value.to_owned())
        })
    }
}

impl Part<'_> {
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self
            .headers
            .iter()
            .find(|(n, _)| n.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    /// Plain text, where it does not say what it is.
    pub fn kind(&self) -> Kind {
        let value = self.header("Content-Type").unwrap_or("text/plain");
        let (kind, parameters) = value.split_once(';').unwrap_or((value, ""));
        let (main, sub) = kind.split_once('/').unwrap_or((kind, ""));
        Kind {
            main: main.trim().to_ascii_lowercase(),
            sub: sub.trim().to_ascii_lowercase(),
            parameters: parameters.to_owned(),
        }
    }

    /// The body as text, its encoding undone.
    pub fn text(&self) -> String {
        let encoding = self.header("Content-Transfer-Encoding").unwrap_or_default();
        let bytes = match encoding.to_ascii_lowercase().as_str() {
            "base64" => from_base64(self.body),
            "quoted-printable" => from_quoted_printable(self.body),
            _ => self.body.to_vec(),
        };
        match String::from_utf8(bytes) {
            Ok(text) => text,
            // Neither was it said to be, nor is it UTF-8: one byte, one letter.
            Err(not_utf8) => not_utf8.into_bytes().into_iter().map(char::from).collect(),
        }
    }
}

/// RFC 2045, 6.8; what is no letter of the alphabet is passed over, as it says.
fn from_base64(text: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len() * 3 / 4);
    let (mut held, mut bits) = (0_u32, 0);
    for letter in text {
        let value = match letter {
            b'A'..=b'Z' => letter - b'A',
            b'a'..=b'z' => letter - b'a' + 26,
            b'0'..=b'9' => letter - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            b'=' => break,
            _ => continue,
        };
        held = (held << 6) | u32::from(value);
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push((held >> bits) as u8);
            held &= (1 << bits) - 1;
        }
    }
    bytes
}

/// RFC 2045, 6.7; a sign that begins nothing stands for itself.
fn from_quoted_printable(text: &[u8]) -> Vec<u8> {
    let digit = |byte: Option<&u8>| byte.and_then(|b| char::from(*b).to_digit(16));
    let mut bytes = Vec::with_capacity(text.len());
    let mut at = 0;
    while let Some(byte) = text.get(at) {
        let rest = &text[at + 1..];
        match (byte, digit(rest.first()), digit(rest.get(1))) {
            (b'=', Some(high), Some(low)) => {
                bytes.push((high * 16 + low) as u8);
                at += 3;
            }
            (b'=', ..) if rest.starts_with(b"\r\n") => at += 3,
            (b'=', ..) if rest.starts_with(b"\n") => at += 2,
            _ => {
                bytes.push(*byte);
                at += 1;
            }
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_in_parts_are_found_in_their_order() {
        let raw = b"Subject: a\r\n b\r\nContent-Type: multipart/mixed; boundary=\"x\"\r\n\r\npreamble\r\n\
            --x\r\nContent-Type: multipart/alternative;\r\n\tboundary=y\r\n\r\n--y\r\n\r\none\r\n--y--\r\n\
            --x\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\ndHdv\r\n--x--\r\nepilogue";
        let found = parts(raw);
        let texts: Vec<String> = found.iter().map(Part::text).collect();
        assert_eq!(texts, ["", "one\r\n", "two"]);
        assert_eq!(found[0].header("subject"), Some("a b"));
        assert_eq!(
            found[2].kind().attribute("charset").as_deref(),
            Some("utf-8")
        );
    }

    #[test]
    fn what_is_cut_off_or_endless_is_taken_as_far_as_it_goes() {
        let cut = parts(b"Content-Type: multipart/mixed; boundary=x\n\n--x\n\nhalf a wo");
        assert_eq!(cut[1].text(), "half a wo");
        let nothing = parts(b"Content-Type: multipart/mixed; boundary=x\n\nno part");
        assert_eq!(nothing[0].text(), "no part");
        let mut deep = Vec::new();
        for n in 0..50 {
            deep.extend(
                format!("Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n").bytes(),
            );
        }
        assert!(parts(&deep).len() <= MOST);
        let many = format!(
            "Content-Type: multipart/mixed; boundary=x\n\n{}",
            "--x\n\na\n".repeat(1000)
        );
        assert_eq!(parts(many.as_bytes()).len(), MOST);
    }

    #[test]
    fn encodings_are_undone_and_broken_ones_survived() {
        assert_eq!(from_base64(b"dHdv\r\n dHdv="), b"twotwo");
        assert_eq!(from_base64(b"d\xffH*d"), b"tw");
        assert_eq!(
            from_quoted_printable(b"caf=C3=A9 =\r\nau =\nlait=3D="),
            "café au lait==".as_bytes()
        );
        let latin = parts(b"Content-Type: text/plain; charset=iso-8859-1\n\ncaf\xe9");
        assert_eq!(latin[0].text(), "café");
    }
}
