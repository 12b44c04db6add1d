//! Addresses that carry a signed token: the return path, by which a report is known for genuine, and
//! the link that ends a reader's digests.

use uuid::Uuid;

use crate::domain::desk::EmailAddress;
use crate::domain::ids::ReaderId;
use crate::domain::token::{Purpose, SigningKey};

/// Where a report about a notice is to go: `bounces+TOKEN@host` for the base `bounces@host`.
pub fn return_path(key: &SigningKey, base: &EmailAddress, notice: Uuid) -> EmailAddress {
    let (local, domain) = base.as_str().rsplit_once('@').unwrap_or_default();
    let token = key.notice_token(Purpose::Bounce, notice);
    EmailAddress::parse(&format!("{local}+{token}@{domain}")).unwrap_or_else(|_| base.clone())
}

/// The notice that a return path of ours names; `None` for every other address. The base is not
/// looked at: it may have been another when the notice left.
pub fn notice_of_return_path(key: &SigningKey, address: &str) -> Option<Uuid> {
    let (local, _) = address.rsplit_once('@')?;
    let (_, token) = local.rsplit_once('+')?;
    key.notice_of(Purpose::Bounce, token)
}

/// The address of the page that ends a reader's digest lines, and that a mail program's own
/// *unsubscribe* posts to (RFC 8058). `public_url` is without a slash at its end.
pub fn unsubscribe_url(key: &SigningKey, public_url: &str, reader: &ReaderId) -> String {
    let token = key.reader_token(Purpose::Unsubscribe, reader);
    format!("{public_url}/unsubscribe/{token}")
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
