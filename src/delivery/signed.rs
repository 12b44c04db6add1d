//! Addresses that carry a signed token: the return path, by which a report is known for genuine, the
//! link that ends a reader's digests, and the links by which a reminder is answered.

use chrono::NaiveDate;
use uuid::Uuid;

use crate::domain::answer::Answer;
use crate::domain::desk::EmailAddress;
use crate::domain::ids::{CommitmentRef, ReaderId};
use crate::domain::token::{Answerable, Purpose, SigningKey};

/// Where a report about a notice is to go: `bounces+TOKEN@host` for the base `bounces@host`.
pub fn return_path(key: &SigningKey, base: &EmailAddress, notice: Uuid) -> EmailAddress {
    tagged(base, &key.notice_token(Purpose::Bounce, notice))
}

/// The notice that a return path of ours names; `None` for every other address. The base is not
/// looked at: it may have been another when the notice left.
pub fn notice_of_return_path(key: &SigningKey, address: &str) -> Option<Uuid> {
    key.notice_of(Purpose::Bounce, tag_of(address)?)
}

/// Where a reply to a notice is to go: `reply+TOKEN@host` for the base `reply@host`.
pub fn reply_address(key: &SigningKey, base: &EmailAddress, notice: Uuid) -> EmailAddress {
    tagged(base, &key.notice_token(Purpose::Reply, notice))
}

/// The notice that an address for replies names; `None` for every other address.
pub fn notice_of_reply_address(key: &SigningKey, address: &str) -> Option<Uuid> {
    key.notice_of(Purpose::Reply, tag_of(address)?)
}

fn tagged(base: &EmailAddress, token: &str) -> EmailAddress {
    let (local, domain) = base.as_str().rsplit_once('@').unwrap_or_default();
    EmailAddress::parse(&format!("{local}+{token}@{domain}")).unwrap_or_else(|_| base.clone())
}

fn tag_of(address: &str) -> Option<&str> {
    let (local, _) = address.rsplit_once('@')?;
    Some(local.rsplit_once('+')?.1)
}

/// The address of the page that ends a reader's digest lines, and that a mail program's own
/// *unsubscribe* posts to (RFC 8058). `public_url` is without a slash at its end.
pub fn unsubscribe_url(key: &SigningKey, public_url: &str, reader: &ReaderId) -> String {
    let token = key.reader_token(Purpose::Unsubscribe, reader);
    format!("{public_url}/unsubscribe/{token}")
}

/// Where the answers of one letter lead. Everything in them is derived, nothing drawn: a letter that
/// is written twice on one day has the same links.
#[derive(Debug, Clone, Copy)]
pub struct AnswerLinks<'a> {
    pub key: &'a SigningKey,
    /// Without a slash at its end.
    pub public_url: &'a str,
    pub notice: Uuid,
    pub reader: &'a ReaderId,
    /// The reader's address, as it stands when the letter is written.
    pub address: Option<&'a EmailAddress>,
    /// The day of the letter, on the real clock: from it the links' days are counted.
    pub issued: NaiveDate,
}

impl AnswerLinks<'_> {
    /// The page on which this answer is filled in, and given by its form alone.
    pub fn url(
        &self,
        commitment: &CommitmentRef,
        milestone: Option<&str>,
        answer: Answer,
    ) -> String {
        let address = bound_address(self.address);
        let of = Answerable {
            notice: self.notice,
            reader: self.reader,
            address: &address,
            commitment,
            milestone,
        };
        let token = self.key.answer_token(&of, self.issued);
        format!("{}/answer/{token}?is={answer}", self.public_url)
    }
}

/// The address of a reader as an answer's token is bound to it.
pub fn bound_address(address: Option<&EmailAddress>) -> String {
    address.map_or_else(String::new, |address| address.lower_case().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_return_path_names_its_notice_and_is_short_enough() {
        let key = SigningKey::of(&[9; 32]).unwrap();
        let base = EmailAddress::parse("twenty-one-characters@mfa.example.org").unwrap();
        let notice = Uuid::from_u128(7);
        let address = return_path(&key, &base, notice);
        let (local, _) = address.as_str().rsplit_once('@').unwrap();
        assert_eq!(local.len(), 64);
        assert_eq!(notice_of_return_path(&key, address.as_str()), Some(notice));
        let other = SigningKey::of(&[8; 32]).unwrap();
        assert_eq!(notice_of_return_path(&other, address.as_str()), None);
        for odd in ["", "@", "bounces@mfa.example.org", "bounces+@x", "a+b"] {
            assert_eq!(notice_of_return_path(&key, odd), None, "{odd}");
        }
    }
}
