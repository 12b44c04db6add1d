//! Texts as they stand in addresses: everything but letters, digits and `-_.~` is written by its bytes
//! (RFC 3986, 2.3).

/// A value as it stands in an address.
pub fn encoded(value: &str) -> String {
    encoded_but(value, b"")
}

/// A path as the value of a pair: its strokes stay, so that people can read it.
pub fn encoded_path(path: &str) -> String {
    encoded_but(path, b"/")
}

fn encoded_but(text: &str, kept: &[u8]) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                encoded.push(char::from(byte));
            }
            byte if kept.contains(&byte) => encoded.push(char::from(byte)),
            _ => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_letter_is_written_by_its_bytes() {
        assert_eq!(encoded("50% & é/~"), "50%25%20%26%20%C3%A9%2F~");
        assert_eq!(encoded_path("/search?q=é"), "/search%3Fq%3D%C3%A9");
    }
}
