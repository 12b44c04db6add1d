//! Signed tokens: a name that leaves the house and comes back (in a return path, in a link), with
//! proof that it was us who let it out. Pure; the key lives in the database, one per installation.
//!
//! A token is the name and the beginning of an HMAC-SHA256 (RFC 2104) over its purpose and the name.
//! The purpose is signed too, so that a token let out for one use is worth nothing in another.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use uuid::Uuid;

use super::ids::ReaderId;

/// What a token is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// In the return path: names the notice that came back.
    Bounce,
    /// In a link of a digest: names the reader who wants no more of them.
    Unsubscribe,
}

impl Purpose {
    /// Signed into every token; changing a word makes all tokens of that use void.
    fn word(self) -> &'static [u8] {
        match self {
            Purpose::Bounce => b"bounce",
            Purpose::Unsubscribe => b"unsubscribe",
        }
    }
}

/// The installation's secret. It never prints itself.
#[derive(Clone, PartialEq, Eq)]
pub struct SigningKey([u8; SigningKey::LENGTH]);

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("…")
    }
}

/// Bytes of the signature in a return path, which must be short: 80 bits, against guesses that each
/// cost a mail.
const SHORT: usize = 10;
/// Bytes of the signature in a link.
const LONG: usize = 16;

impl SigningKey {
    /// Bytes of a key.
    pub const LENGTH: usize = 32;

    /// The key of these bytes, which must be random; `None` where there are too few or too many.
    pub fn of(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// The token of a notice: lower case letters and digits, [`NOTICE_TOKEN`] of them, whatever
    /// mail servers do to the case.
    pub fn notice_token(&self, purpose: Purpose, notice: Uuid) -> String {
        let name = notice.as_bytes();
        let signature = self.mac(purpose, name).finalize().into_bytes();
        base32(&[&name[..], &signature[..SHORT]].concat())
    }

    /// The notice a token names, where this key signed it for this purpose.
    pub fn notice_of(&self, purpose: Purpose, token: &str) -> Option<Uuid> {
        let bytes = from_base32(token)?;
        let (name, signature) = bytes.split_at_checked(16)?;
        self.is_signed(purpose, name, signature, SHORT)
            .then(|| Uuid::from_slice(name).ok())?
    }

    /// The token of a reader: fit for a path.
    pub fn reader_token(&self, purpose: Purpose, reader: &ReaderId) -> String {
        let signature = self.mac(purpose, reader.as_str().as_bytes()).finalize();
        format!("{reader}.{}", base32(&signature.into_bytes()[..LONG]))
    }

    /// The reader a token names, where this key signed it for this purpose.
    pub fn reader_of(&self, purpose: Purpose, token: &str) -> Option<ReaderId> {
        let (name, signature) = token.rsplit_once('.')?;
        let signature = from_base32(signature)?;
        self.is_signed(purpose, name.as_bytes(), &signature, LONG)
            .then(|| ReaderId::parse(name).ok())?
    }

    fn mac(&self, purpose: Purpose, name: &[u8]) -> Hmac<Sha256> {
        let mut mac =
            Hmac::<Sha256>::new_from_slice(&self.0).expect("a key of any length makes an HMAC");
        mac.update(purpose.word());
        // No purpose holds a zero, so that no name can be taken for the end of one.
        mac.update(&[0]);
        mac.update(name);
        mac
    }

    /// Compares in constant time.
    fn is_signed(&self, purpose: Purpose, name: &[u8], signature: &[u8], length: usize) -> bool {
        let mac = self.mac(purpose, name);
        signature.len() == length && mac.verify_truncated_left(signature).is_ok()
    }
}

/// Characters of a notice's token.
pub const NOTICE_TOKEN: usize = ((16 + SHORT) * 8).div_ceil(5);

/// RFC 4648, in lower case and without padding.
const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

fn base32(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 8 / 5 + 1);
    let (mut held, mut bits) = (0_u32, 0);
    for byte in bytes {
        held = (held << 8) | u32::from(*byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            text.push(char::from(ALPHABET[(held >> bits) as usize & 31]));
        }
        held &= (1 << bits) - 1;
    }
    if bits > 0 {
        text.push(char::from(ALPHABET[(held << (5 - bits)) as usize & 31]));
    }
    text
}

/// `None` for anything that [`base32`] does not write; the case does not matter.
fn from_base32(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() * 5 / 8);
    let (mut held, mut bits) = (0_u32, 0);
    for letter in text.bytes() {
        let letter = letter.to_ascii_lowercase();
        let value = ALPHABET.iter().position(|known| *known == letter)?;
        held = (held << 5) | u32::try_from(value).ok()?;
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from(held >> bits).ok()?);
            held &= (1 << bits) - 1;
        }
    }
    (bits < 5 && held == 0).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(seed: u8) -> SigningKey {
        SigningKey::of(&[seed; 32]).unwrap()
    }

    #[test]
    fn a_token_names_what_it_was_made_for_and_nothing_else() {
        let notice = Uuid::from_u128(0x6f1d_2c58_9a3e_4b7c_8e21_5d40_97ba_c3f6);
        let token = key(1).notice_token(Purpose::Bounce, notice);
        assert_eq!(token.len(), NOTICE_TOKEN);
        assert_eq!(key(1).notice_of(Purpose::Bounce, &token), Some(notice));
        let shouted = token.to_uppercase();
        assert_eq!(key(1).notice_of(Purpose::Bounce, &shouted), Some(notice));
        assert_eq!(key(2).notice_of(Purpose::Bounce, &token), None);
        assert_eq!(key(1).notice_of(Purpose::Unsubscribe, &token), None);
        for place in 0..token.len() {
            let mut forged = token.clone().into_bytes();
            forged[place] = if forged[place] == b'a' { b'b' } else { b'a' };
            let forged = String::from_utf8(forged).unwrap();
            assert_eq!(key(1).notice_of(Purpose::Bounce, &forged), None, "{forged}");
        }
        for odd in ["", "a", &token[1..], &format!("{token}a"), "ü", "0189"] {
            assert_eq!(key(1).notice_of(Purpose::Bounce, odd), None, "{odd}");
        }
    }

    #[test]
    fn a_reader_with_dots_in_the_name_is_told_from_the_signature() {
        let reader = ReaderId::parse("us.desk-2").unwrap();
        let token = key(1).reader_token(Purpose::Unsubscribe, &reader);
        let read = |token: &str| key(1).reader_of(Purpose::Unsubscribe, token);
        assert_eq!(read(&token), Some(reader));
        assert_eq!(key(2).reader_of(Purpose::Unsubscribe, &token), None);
        assert_eq!(key(1).reader_of(Purpose::Bounce, &token), None);
        assert_eq!(read(&token.replacen("us", "eu", 1)), None);
        for odd in [
            "us.desk-2",
            "us.desk-2.",
            ".",
            "",
            &token[..token.len() - 1],
        ] {
            assert_eq!(read(odd), None, "{odd}");
        }
    }

    #[test]
    fn the_signature_is_the_one_others_compute() {
        // Python: hmac.new(bytes([7]) * 32, b"unsubscribe\0head", "sha256").digest()[:16]
        let token = key(7).reader_token(Purpose::Unsubscribe, &ReaderId::parse("head").unwrap());
        assert_eq!(token, "head.wxpz62oqam35feddr57movjjva");
    }

    #[test]
    fn a_key_never_prints_itself() {
        assert_eq!(format!("{:?}", key(7)), "…");
        assert_eq!(SigningKey::of(&[1; 31]), None);
    }
}
