//! Signed tokens: a name that leaves the house and comes back (in a return path, in a link), with
//! proof that it was us who let it out. Pure; the key lives in the database, one per installation.
//!
//! A token is the name and the beginning of an HMAC-SHA256 (RFC 2104) over its purpose and the name.
//! The purpose is signed too, so that a token let out for one use is worth nothing in another.

use chrono::{Days, NaiveDate};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use uuid::Uuid;

use super::ids::{CommitmentRef, ReaderId};

/// What a token is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// In the return path: names the notice that came back.
    Bounce,
    /// In a link of a digest: names the reader who wants no more of them.
    Unsubscribe,
    /// In the links of a reminder: what may be answered there, and until when.
    Answer,
    /// In the address replies go to: names the notice that is replied to.
    Reply,
    /// In a cookie between the password and the second step of signing in.
    SecondStep,
    /// In the form that sets up a second step: the secret that was shown.
    Enrolment,
    /// In a cookie while another house's sign-in is asked.
    Elsewhere,
    /// Of an address of sign-in, where tries are counted.
    Attempt,
}

impl Purpose {
    /// Signed into every token; changing a word makes all tokens of that use void.
    fn word(self) -> &'static [u8] {
        match self {
            Purpose::Bounce => b"bounce",
            Purpose::Unsubscribe => b"unsubscribe",
            Purpose::Answer => b"answer",
            Purpose::Reply => b"reply",
            Purpose::SecondStep => b"second-step",
            Purpose::Enrolment => b"enrolment",
            Purpose::Elsewhere => b"elsewhere",
            Purpose::Attempt => b"attempt",
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

    /// The token of an answer: lower case letters and digits, [`ANSWER_TOKEN`] of them, the same
    /// each time it is made. `issued` is the day of the letter on the real clock.
    pub fn answer_token(&self, of: &Answerable<'_>, issued: NaiveDate) -> String {
        let day = day_number(issued).to_be_bytes();
        let signature = self.mac(Purpose::Answer, &of.name(day)).finalize();
        let signature = &signature.into_bytes()[..LONG];
        base32(&[&of.notice.as_bytes()[..], &day, signature].concat())
    }

    /// Whether this key signed the claim for what may be answered.
    pub fn grants(&self, claim: &AnswerClaim, of: &Answerable<'_>) -> bool {
        let name = of.name(day_number(claim.issued).to_be_bytes());
        claim.notice == of.notice && self.is_signed(Purpose::Answer, &name, &claim.signature, LONG)
    }

    /// A text that comes back as it was let out, until a moment (seconds since 1970): fit for a cookie
    /// and a form. Whoever holds it can read it.
    pub fn seal(&self, purpose: Purpose, text: &str, until: i64) -> String {
        let sealed = base32(format!("{until} {text}").as_bytes());
        let signature = self.mac(purpose, sealed.as_bytes()).finalize();
        format!("{sealed}.{}", base32(&signature.into_bytes()[..LONG]))
    }

    /// The text of a seal, where this key made it for this purpose and its time is not over.
    pub fn unseal(&self, purpose: Purpose, token: &str, now: i64) -> Option<String> {
        let (sealed, signature) = token.split_once('.')?;
        let signature = from_base32(signature)?;
        if !self.is_signed(purpose, sealed.as_bytes(), &signature, LONG) {
            return None;
        }
        let text = String::from_utf8(from_base32(sealed)?).ok()?;
        let (until, text) = text.split_once(' ')?;
        let until: i64 = until.parse().ok()?;
        (now < until).then(|| text.to_owned())
    }

    /// What stands for a text where only equality matters, and nobody without the key can try texts.
    pub fn fingerprint(&self, purpose: Purpose, text: &str) -> String {
        base32(&self.mac(purpose, text.as_bytes()).finalize().into_bytes()[..LONG])
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

/// What the token of an answer is bound to: if any of it is another when the link is used, the token
/// is worth nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answerable<'a> {
    /// The notice that carried the link.
    pub notice: Uuid,
    pub reader: &'a ReaderId,
    /// The reader's address in lower case; empty where there is none.
    pub address: &'a str,
    pub commitment: &'a CommitmentRef,
    /// The title of the milestone the reminder was about, if it was about one.
    pub milestone: Option<&'a str>,
}

impl Answerable<'_> {
    /// None of the parts but the last can hold a zero, so that no two answers have one name.
    fn name(&self, day: [u8; 2]) -> Vec<u8> {
        let milestone = self.milestone.unwrap_or_default();
        let texts = [
            self.reader.as_str(),
            self.address,
            self.commitment.as_str(),
            milestone,
        ];
        let mut name = [self.notice.as_bytes(), &day[..]].concat();
        name.extend_from_slice(texts.join("\0").as_bytes());
        name
    }
}

/// What an answer's token says of itself, before anybody knows whether it is true.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerClaim {
    pub notice: Uuid,
    /// The day of the letter, on the real clock.
    pub issued: NaiveDate,
    signature: Vec<u8>,
}

impl AnswerClaim {
    /// `None` for what is no token of an answer.
    pub fn read(token: &str) -> Option<Self> {
        let bytes = from_base32(token)?;
        let (notice, rest) = bytes.split_at_checked(16)?;
        let (day, signature) = rest.split_at_checked(2)?;
        let day = u16::from_be_bytes(day.try_into().ok()?);
        Some(Self {
            notice: Uuid::from_slice(notice).ok()?,
            issued: DAY_ZERO.checked_add_days(Days::new(u64::from(day)))?,
            signature: signature.to_vec(),
        })
    }
}

/// Days are counted from here, in two bytes: until 2199.
const DAY_ZERO: NaiveDate = NaiveDate::from_ymd_opt(2020, 1, 1).expect("a day");

/// The number of a day; what cannot be counted is taken for the nearest that can.
fn day_number(day: NaiveDate) -> u16 {
    u16::try_from((day - DAY_ZERO).num_days().max(0)).unwrap_or(u16::MAX)
}

/// Characters of an answer's token.
pub const ANSWER_TOKEN: usize = ((16 + 2 + LONG) * 8).div_ceil(5);
/// Characters of a notice's token.
pub const NOTICE_TOKEN: usize = ((16 + SHORT) * 8).div_ceil(5);

/// RFC 4648, in lower case and without padding.
const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

/// Lower case letters and digits, five bits each.
pub(crate) fn base32(bytes: &[u8]) -> String {
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
    fn an_answer_is_bound_to_all_it_was_made_for() {
        let notice = Uuid::from_u128(0x6f1d_2c58_9a3e_4b7c_8e21_5d40_97ba_c3f6);
        let (desk, head) = (
            ReaderId::parse("us-desk").unwrap(),
            ReaderId::parse("head").unwrap(),
        );
        let commitment = CommitmentRef::parse("US37-03").unwrap();
        let other = CommitmentRef::parse("US37-04").unwrap();
        let issued = NaiveDate::from_ymd_opt(2025, 6, 2).unwrap();
        let of = Answerable {
            notice,
            reader: &desk,
            address: "us-desk@mfa.example.org",
            commitment: &commitment,
            milestone: None,
        };
        let token = key(1).answer_token(&of, issued);
        assert_eq!(token.len(), ANSWER_TOKEN);
        assert_eq!(
            token,
            key(1).answer_token(&of, issued),
            "derived, not drawn"
        );
        let claim = AnswerClaim::read(&token.to_uppercase()).unwrap();
        assert_eq!((claim.notice, claim.issued), (notice, issued));
        assert!(key(1).grants(&claim, &of));
        assert!(!key(2).grants(&claim, &of));
        let others = [
            Answerable {
                notice: Uuid::from_u128(1),
                ..of
            },
            Answerable {
                reader: &head,
                ..of
            },
            Answerable {
                address: "us-desk@mfa.example.com",
                ..of
            },
            Answerable {
                commitment: &other,
                ..of
            },
            Answerable {
                milestone: Some("Endorsed"),
                ..of
            },
        ];
        for other in others {
            assert!(!key(1).grants(&claim, &other), "{other:?}");
        }
        let later = NaiveDate::from_ymd_opt(2025, 7, 2).unwrap();
        assert_ne!(token, key(1).answer_token(&of, later));
        for place in 0..token.len() {
            let mut forged = token.clone().into_bytes();
            forged[place] = if forged[place] == b'a' { b'b' } else { b'a' };
            let forged = AnswerClaim::read(&String::from_utf8(forged).unwrap());
            assert!(!forged.is_some_and(|claim| key(1).grants(&claim, &of)));
        }
        for odd in ["", "a", &token[2..], &format!("{token}aa"), "masked"] {
            let claim = AnswerClaim::read(odd);
            assert!(
                !claim.is_some_and(|claim| key(1).grants(&claim, &of)),
                "{odd}"
            );
        }
    }

    #[test]
    fn a_seal_comes_back_as_it_was_and_in_time() {
        let seal = key(1).seal(Purpose::SecondStep, "som-leader |ü", 1000);
        let open = |key: &SigningKey, purpose, seal: &str, now| key.unseal(purpose, seal, now);
        let opened = open(&key(1), Purpose::SecondStep, &seal, 999);
        assert_eq!(opened.as_deref(), Some("som-leader |ü"));
        assert_eq!(open(&key(1), Purpose::SecondStep, &seal, 1000), None);
        assert_eq!(open(&key(2), Purpose::SecondStep, &seal, 999), None);
        assert_eq!(open(&key(1), Purpose::Enrolment, &seal, 999), None);
        let longer = seal.replacen('.', "a.", 1);
        for odd in ["", ".", "a.b", &longer, &seal[..seal.len() - 1]] {
            assert_eq!(open(&key(1), Purpose::SecondStep, odd, 999), None, "{odd}");
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
