//! The secrets of second steps, as they are kept: sealed with a key that is not in the database, so that
//! whoever reads the database (a backup, a copy) learns nobody's second step. ChaCha20-Poly1305 (RFC
//! 8439), under the person's name: the seal of one account opens nothing on another. Pure; where the key
//! is kept is for [`crate::key_file`].

use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};

use crate::domain::account::Hidden;
use crate::domain::ids::PersonId;
use crate::entropy::Entropy;

/// How a sealed secret begins: the manner in which it is sealed.
const MANNER: u8 = 1;
/// What a seal adds to a secret: its manner, the nonce, the tag.
const ADDED: usize = 1 + NONCE_LEN + 16;

/// The key of an installation's second steps.
#[derive(Clone)]
pub struct SealKey(Hidden<[u8; SealKey::LENGTH]>);

impl std::fmt::Debug for SealKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("…")
    }
}

/// A secret that no second step is checked against: it is not sealed, or with another key, or for
/// somebody else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the secret was not sealed with this key for this person")]
pub struct DoesNotOpen;

impl SealKey {
    pub const LENGTH: usize = 32;

    /// Draws a key.
    pub fn draw(entropy: &dyn Entropy) -> Self {
        let mut key = [0; Self::LENGTH];
        fill(&mut key, entropy);
        Self(Hidden::new(key))
    }

    /// Reads a key as a file holds it: 64 hexadecimal digits.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.len() != 2 * Self::LENGTH || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
            return None;
        }
        let mut key = [0; Self::LENGTH];
        for (at, byte) in key.iter_mut().enumerate() {
            *byte = u8::from_str_radix(text.get(2 * at..2 * at + 2)?, 16).ok()?;
        }
        Some(Self(Hidden::new(key)))
    }

    /// As a file holds it.
    pub fn in_letters(&self) -> String {
        self.0.reveal().iter().map(|b| format!("{b:02x}")).collect()
    }

    /// Seals a secret of somebody's second step.
    pub fn seal(&self, secret: &[u8], whose: &PersonId, entropy: &dyn Entropy) -> Vec<u8> {
        let mut nonce = [0; NONCE_LEN];
        fill(&mut nonce, entropy);
        let mut sealed = secret.to_vec();
        self.cipher()
            .seal_in_place_append_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(whose.as_str().as_bytes()),
                &mut sealed,
            )
            .expect("a few bytes are not too many to seal");
        let mut kept = vec![MANNER];
        kept.extend(nonce);
        kept.append(&mut sealed);
        kept
    }

    /// Opens a sealed secret.
    pub fn open(&self, kept: &[u8], whose: &PersonId) -> Result<Vec<u8>, DoesNotOpen> {
        let sealed = kept.strip_prefix(&[MANNER]).ok_or(DoesNotOpen)?;
        let (nonce, sealed) = sealed.split_at_checked(NONCE_LEN).ok_or(DoesNotOpen)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| DoesNotOpen)?;
        let mut secret = sealed.to_vec();
        let whose = Aad::from(whose.as_str().as_bytes());
        let opened = self.cipher().open_in_place(nonce, whose, &mut secret);
        opened
            .map(|secret| secret.to_vec())
            .map_err(|_| DoesNotOpen)
    }

    fn cipher(&self) -> LessSafeKey {
        let key = UnboundKey::new(&CHACHA20_POLY1305, self.0.reveal());
        LessSafeKey::new(key.expect("the key has the length of a key"))
    }
}

/// Whether a secret is kept sealed. Before there were seals, its bytes stood there as they were drawn.
pub fn is_sealed(kept: &[u8]) -> bool {
    kept.len() > ADDED && kept[0] == MANNER
}

fn fill(bytes: &mut [u8], entropy: &dyn Entropy) {
    for some in bytes.chunks_mut(8) {
        let drawn = entropy.bits().to_be_bytes();
        some.copy_from_slice(&drawn[..some.len()]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::SystemEntropy;

    fn person(id: &str) -> PersonId {
        PersonId::parse(id).expect("a person")
    }

    #[test]
    fn what_is_sealed_opens_with_its_key_for_its_person_alone() {
        let (key, other) = (SealKey::draw(&SystemEntropy), SealKey::draw(&SystemEntropy));
        let (chan, dara) = (person("chan"), person("dara"));
        let secret = [7; 20];
        let sealed = key.seal(&secret, &chan, &SystemEntropy);
        assert!(is_sealed(&sealed) && !is_sealed(&secret));
        assert!(!sealed.windows(4).any(|w| w == [7; 4]));
        assert_eq!(key.open(&sealed, &chan).as_deref(), Ok(&secret[..]));
        assert_eq!(key.open(&sealed, &dara), Err(DoesNotOpen));
        assert_eq!(other.open(&sealed, &chan), Err(DoesNotOpen));
        assert_ne!(sealed, key.seal(&secret, &chan, &SystemEntropy));
        for at in 0..sealed.len() {
            let mut spoilt = sealed.clone();
            spoilt[at] ^= 1;
            assert_eq!(key.open(&spoilt, &chan), Err(DoesNotOpen), "{at}");
        }
        for length in 0..sealed.len() {
            assert_eq!(key.open(&sealed[..length], &chan), Err(DoesNotOpen));
        }
        assert_eq!(key.open(&secret, &chan), Err(DoesNotOpen));
    }

    #[test]
    fn a_key_is_64_hexadecimal_digits() {
        let key = SealKey::draw(&SystemEntropy);
        let again = SealKey::parse(&format!("{}\n", key.in_letters())).expect("it is a key");
        assert_eq!(again.in_letters(), key.in_letters());
        let long = "a".repeat(65);
        let foreign = "g".repeat(64);
        let wide = "é".repeat(32);
        for odd in ["", "abc", &long, &foreign, &wide] {
            assert!(SealKey::parse(odd).is_none(), "{odd}");
        }
        assert_eq!(format!("{key:?}"), "…");
    }
}
