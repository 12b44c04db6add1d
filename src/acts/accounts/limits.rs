//! How often one may try. Tries are counted by the address that was typed, whether anybody has it or
//! not, and by where they come from.

use chrono::TimeDelta;

use super::{AccountError, Keeper};
use crate::domain::account::AttemptKind;
use crate::domain::desk::EmailAddress;
use crate::domain::token::Purpose;
use crate::store::StoreError;

/// Where a try comes from: an address, of IPv6 its first 64 bits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source(pub String);

/// At most so many failed tries within a time.
struct Limit {
    within: TimeDelta,
    of_subject: u64,
    of_source: u64,
}

fn limit(kind: AttemptKind) -> Limit {
    match kind {
        // A whole ministry may come from one address.
        AttemptKind::SignIn => Limit {
            within: TimeDelta::minutes(15),
            of_subject: 10,
            of_source: 100,
        },
        // Every try counts here: each is a mail.
        AttemptKind::Recover => Limit {
            within: TimeDelta::hours(1),
            of_subject: 3,
            of_source: 30,
        },
    }
}

impl Keeper {
    /// Enters a try; refused where too many failed before it. Returns its number.
    pub(super) async fn try_once(
        &self,
        kind: AttemptKind,
        typed: &str,
        source: &Source,
    ) -> Result<i64, AccountError> {
        let limit = limit(kind);
        let now = self.real_now();
        let subject = self.subject(typed).await?;
        let tries = self
            .store
            .enter_attempt(kind, &subject, &source.0, now, now - limit.within)
            .await?;
        if tries.of_subject > limit.of_subject || tries.of_source > limit.of_source {
            tracing::warn!(
                source = source.0,
                "too many tries: the {} of an address is not answered for a while",
                match kind {
                    AttemptKind::SignIn => "sign-in",
                    AttemptKind::Recover => "recovery",
                }
            );
            return Err(AccountError::TooMany {
                minutes: limit.within.num_minutes(),
            });
        }
        Ok(tries.id)
    }

    /// What stands for an address: its spelling does not matter.
    async fn subject(&self, typed: &str) -> Result<String, StoreError> {
        let typed = typed.trim();
        let one = EmailAddress::parse(typed).map(|email| email.lower_case().to_string());
        let key = self.store.signing_key().await?;
        Ok(key.fingerprint(
            Purpose::Attempt,
            &one.unwrap_or_else(|_| typed.to_lowercase()),
        ))
    }
}
