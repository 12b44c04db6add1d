//! The second step of signing in: a number that changes every half minute (RFC 6238, HMAC-SHA-1, six
//! digits, which is what the programs on telephones know). Pure; the time is handed in.

use chrono::{DateTime, Utc};
use hmac::{Hmac, KeyInit, Mac};
use qrcodegen::{QrCode, QrCodeEcc};
use sha1::Sha1;

use crate::domain::token::base32;
use crate::entropy::Entropy;

/// Bytes of a secret: as many as SHA-1 has (RFC 4226, 4).
const SECRET: usize = 20;
/// Seconds of a step.
const STEP: i64 = 30;
/// Steps before and after the present one that are taken, for clocks that are a little off.
const TOLERANCE: i64 = 1;

/// Draws a secret.
pub fn draw(entropy: &dyn Entropy) -> Vec<u8> {
    let bits = (0..3).flat_map(|_| entropy.bits().to_be_bytes());
    bits.take(SECRET).collect()
}

/// The step at a moment.
pub fn step_at(now: DateTime<Utc>) -> i64 {
    now.timestamp().div_euclid(STEP)
}

/// The number of a step.
pub fn number(secret: &[u8], step: i64) -> String {
    let mut mac = Hmac::<Sha1>::new_from_slice(secret).expect("a key of any length makes an HMAC");
    mac.update(&step.to_be_bytes());
    let digest = mac.finalize().into_bytes();
    // RFC 4226, 5.3: four bytes, from where the last half byte says.
    let offset = usize::from(digest[19] & 0xf);
    let bytes = [
        digest[offset] & 0x7f,
        digest[offset + 1],
        digest[offset + 2],
        digest[offset + 3],
    ];
    format!("{:06}", u32::from_be_bytes(bytes) % 1_000_000)
}

/// The step whose number was typed, if it is a step of about now. Whether it was used already is for
/// the database to say.
pub fn step_of(secret: &[u8], typed: &str, now: DateTime<Utc>) -> Option<i64> {
    let digits: String = typed.chars().filter(|c| !c.is_whitespace()).collect();
    if digits.len() != 6 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let present = step_at(now);
    let mut steps = present - TOLERANCE..=present + TOLERANCE;
    // Six digits do not become known by how long it takes: each counts once, and few are tried.
    steps.find(|step| number(secret, *step) == digits)
}

/// The secret as people type it, in groups of four.
pub fn in_groups(secret: &[u8]) -> String {
    let letters: Vec<char> = base32(secret).to_uppercase().chars().collect();
    let groups = letters.chunks(4).map(|group| group.iter().collect());
    groups.collect::<Vec<String>>().join(" ")
}

/// The link that a telephone's program reads from the picture.
pub fn link(secret: &[u8], installation: &str, email: &str) -> String {
    let issuer = escaped(installation);
    let secret = base32(secret).to_uppercase();
    format!(
        "otpauth://totp/{issuer}:{}?secret={secret}&issuer={issuer}&algorithm=SHA1&digits=6&period={STEP}",
        escaped(email)
    )
}

fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' => {
                escaped.push(char::from(byte));
            }
            _ => escaped.push_str(&format!("%{byte:02X}")),
        }
    }
    escaped
}

/// A link as a picture: how many modules it is wide, and the path of an SVG that fills the dark ones.
/// None where it is longer than a picture holds.
pub fn picture(link: &str) -> Option<(i32, String)> {
    /// Light modules around it (ISO/IEC 18004).
    const QUIET: i32 = 4;
    let code = QrCode::encode_text(link, QrCodeEcc::Medium).ok()?;
    let mut path = String::new();
    for y in 0..code.size() {
        for x in 0..code.size() {
            if code.get_module(x, y) {
                path.push_str(&format!("M{},{}h1v1h-1z", x + QUIET, y + QUIET));
            }
        }
    }
    Some((code.size() + 2 * QUIET, path))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(seconds, 0).unwrap()
    }

    /// RFC 6238, appendix B, for SHA-1; the last six of its eight digits.
    #[test]
    fn the_numbers_are_those_of_the_standard() {
        let secret = b"12345678901234567890";
        for (seconds, digits) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(number(secret, step_at(at(seconds))), digits);
            assert!(step_of(secret, digits, at(seconds)).is_some());
        }
    }

    #[test]
    fn a_clock_may_be_a_little_off_and_no_more() {
        let secret = b"12345678901234567890";
        let number = number(secret, step_at(at(1000)));
        let spaced = format!("{} {}", &number[..3], &number[3..]);
        for (seconds, taken) in [
            (960, true),
            (1000, true),
            (1040, true),
            (1090, false),
            (930, false),
        ] {
            assert_eq!(
                step_of(secret, &spaced, at(seconds)).is_some(),
                taken,
                "{seconds}"
            );
        }
        for odd in ["", "12345", "1234567", "abcdef", "١٢٣٤٥٦"] {
            assert_eq!(step_of(secret, odd, at(1000)), None);
        }
    }

    #[test]
    fn the_link_is_what_telephones_read() {
        let link = link(b"12345678901234567890", "Aide-mémoire", "a@mfa.example.org");
        assert_eq!(
            link,
            "otpauth://totp/Aide-m%C3%A9moire:a%40mfa.example.org?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Aide-m%C3%A9moire&algorithm=SHA1&digits=6&period=30"
        );
        let (wide, path) = picture(&link).unwrap();
        assert!(wide > 40 && path.starts_with("M4,4h1"));
        assert!(in_groups(b"12345678901234567890").starts_with("GEZD GNBV"));
    }
}
