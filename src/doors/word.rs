//! Secret words that cannot be guessed: in the cookie of a session, in a link that opens an account,
//! as a recovery code. The database has their SHA-256 and never the word; of 256 random bits (80 in a
//! code that people type) nothing slower is needed.

use sha2::{Digest, Sha256};

use crate::domain::token::base32;
use crate::entropy::Entropy;

/// A word that never prints itself.
#[derive(Clone, PartialEq, Eq)]
pub struct Word(String);

impl std::fmt::Debug for Word {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("…")
    }
}

impl Word {
    /// Draws a word of 256 bits, fit for a path and a cookie.
    pub fn draw(entropy: &dyn Entropy) -> Self {
        let bits: Vec<u8> = (0..4).flat_map(|_| entropy.bits().to_be_bytes()).collect();
        Self(base32(&bits))
    }

    /// A word as somebody brought it. A word of ours is short.
    pub fn brought(text: &str) -> Option<Self> {
        let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
        (!text.is_empty() && text.len() <= 64 && text.chars().all(is_plain))
            .then(|| Self(text.to_owned()))
    }

    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// As the database keeps it.
    pub fn hash(&self) -> String {
        hash(&self.0)
    }
}

/// How many recovery codes somebody gets.
pub const CODES: usize = 10;

/// Draws the codes that stand in for the second step, once each: four groups of four.
pub fn draw_codes(entropy: &dyn Entropy) -> Vec<String> {
    let code = |_| {
        let bits = [entropy.bits().to_be_bytes(), entropy.bits().to_be_bytes()].concat();
        let letters = base32(&bits[..10]);
        let groups: Vec<&str> = (0..4).map(|n| &letters[n * 4..n * 4 + 4]).collect();
        groups.join("-")
    };
    (0..CODES).map(code).collect()
}

/// The hash of a recovery code, however its groups are set apart.
pub fn hash_of_code(typed: &str) -> String {
    let letters = typed.chars().filter(char::is_ascii_alphanumeric);
    let letters: String = letters.map(|c| c.to_ascii_lowercase()).collect();
    hash(&letters)
}

fn hash(text: &str) -> String {
    let digest = Sha256::digest(text.as_bytes());
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::SystemEntropy;

    #[test]
    fn words_differ_and_are_known_by_their_hash() {
        let (one, other) = (Word::draw(&SystemEntropy), Word::draw(&SystemEntropy));
        assert_ne!(one, other);
        assert_eq!(one.reveal().len(), 52);
        let brought = Word::brought(one.reveal()).unwrap();
        assert_eq!(brought.hash(), one.hash());
        assert_eq!(one.hash().len(), 64);
        assert_eq!(format!("{one:?}"), "…");
        for odd in ["", "a b", "A", "../x", &"a".repeat(65)] {
            assert_eq!(Word::brought(odd), None, "{odd}");
        }
    }

    #[test]
    fn a_code_is_typed_as_people_type() {
        let codes = draw_codes(&SystemEntropy);
        assert_eq!(codes.len(), CODES);
        let code = &codes[0];
        assert_eq!(code.len(), 19);
        let spaced = code.replace('-', " ").to_uppercase();
        assert_eq!(hash_of_code(&spaced), hash_of_code(code));
        assert_ne!(hash_of_code(&codes[1]), hash_of_code(code));
    }
}
