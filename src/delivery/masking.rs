//! The secrets of letters, masked: whoever holds an answer's link answers for the desk, so pages and
//! drafts show stored and quoted mail without them.

/// What stands in the place of a token.
pub const MASKED: &str = "masked";

/// Paths behind which a token stands.
const PATHS: [&str; 2] = ["/answer/", "/unsubscribe/"];
/// Nothing shorter is a token.
const SHORTEST: usize = 20;

/// A text in which no token of ours is left: neither in links, nor in the addresses of reports and
/// replies.
pub fn masked(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, secret, behind)) = next_secret(rest) {
        out.push_str(before);
        if secret.len() >= SHORTEST {
            out.push_str(MASKED);
        } else {
            out.push_str(secret);
        }
        rest = behind;
    }
    out.push_str(rest);
    out
}

/// What stands before the next thing that could be a token, that thing, and what follows it.
fn next_secret(text: &str) -> Option<(&str, &str, &str)> {
    let in_path = PATHS
        .iter()
        .filter_map(|path| text.find(path).map(|at| at + path.len()));
    let in_address = text.match_indices('+').map(|(at, _)| at + 1).find(|at| {
        let behind = text[*at..].trim_start_matches(is_of_token);
        behind.starts_with('@')
    });
    let from = in_path.chain(in_address).min()?;
    let length = text[from..].find(|c| !is_of_token(c));
    let to = length.map_or(text.len(), |length| from + length);
    Some((&text[..from], &text[from..to], &text[to..]))
}

fn is_of_token(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_')
}

/// The source of a message, to be shown: lines that were broken for the wire are whole again, so that
/// no token hides in two halves, and what is encoded as a whole is left out.
pub fn masked_source(raw: &[u8]) -> String {
    let text = String::from_utf8_lossy(raw);
    let mut shown = String::with_capacity(text.len());
    let (mut body, mut encoding, mut left_out) = (Body::Headers, String::new(), 0_usize);
    for line in text.lines() {
        let name = line.to_ascii_lowercase();
        if line.starts_with("--") && body != Body::Headers {
            say_what_is_left_out(&mut shown, &mut left_out);
            (body, encoding) = (Body::Headers, String::new());
        } else if body == Body::Headers && line.is_empty() {
            body = match encoding.as_str() {
                "base64" => Body::Encoded,
                "quoted-printable" => Body::Quoted,
                _ => Body::Plain,
            };
        } else if let Some(value) = name.strip_prefix("content-transfer-encoding:")
            && body == Body::Headers
        {
            encoding = value.trim().to_owned();
        }
        match body {
            Body::Encoded if !line.is_empty() => left_out += 1,
            Body::Quoted if line.ends_with('=') => shown.push_str(&line[..line.len() - 1]),
            _ => {
                shown.push_str(line);
                shown.push('\n');
            }
        }
    }
    say_what_is_left_out(&mut shown, &mut left_out);
    masked(&shown)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Body {
    Headers,
    Plain,
    Quoted,
    Encoded,
}

fn say_what_is_left_out(shown: &mut String, lines: &mut usize) {
    if *lines > 0 {
        shown.push_str(&format!("[{lines} lines in base64]\n"));
        *lines = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = "n4wvgz3tmzxw4zdjnz2gk3tumvzhi2lomvzgk43dn5wwk3dfmzxxe4q";

    #[test]
    fn tokens_are_masked_in_links_and_addresses_and_nothing_else_is() {
        let text = format!(
            "https://a.example/answer/{TOKEN}?is=done, <https://a.example/unsubscribe/us-desk.{TOKEN}> \
             Reply-To: reply+{TOKEN}@mfa.example.org, desk+us@mfa.example.org, /answer/7, 1+1, /answers/all"
        );
        assert_eq!(
            masked(&text),
            "https://a.example/answer/masked?is=done, <https://a.example/unsubscribe/masked> \
             Reply-To: reply+masked@mfa.example.org, desk+us@mfa.example.org, /answer/7, 1+1, /answers/all"
        );
        assert_eq!(masked("ប្រទេស/answer/"), "ប្រទេស/answer/");
    }

    #[test]
    fn a_token_does_not_hide_in_a_source() {
        let (head, tail) = TOKEN.split_at(20);
        let source = format!(
            "Subject: x\r\nContent-Type: multipart/alternative; boundary=\"b\"\r\n\r\n--b\r\n\
             Content-Transfer-Encoding: quoted-printable\r\n\r\nhttps://a/ans=\r\nwer/{head}=\r\n{tail}?is=3Ddone\r\n\
             --b\r\nContent-Transfer-Encoding: base64\r\n\r\naHR0cHM6\r\nLy9hL2Fu\r\n--b--\r\n"
        );
        let shown = masked_source(source.as_bytes());
        assert!(shown.contains("/answer/masked?is=3Ddone"), "{shown}");
        assert!(shown.contains("[2 lines in base64]"), "{shown}");
        assert!(!shown.contains(head) && !shown.contains(tail) && !shown.contains("aHR0"));
        assert!(shown.starts_with("Subject: x\n"), "{shown}");
    }
}
