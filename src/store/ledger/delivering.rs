//! One notice on its way out: claimed (T1), committed to its content (T2), settled (T3), and
//! rescued when its worker is heard of no more. Each is one short transaction; each write names the
//! state and the token it expects, and zero rows means that the notice is somebody else's now.

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::{ClaimedNotice, Rescued, Settlement};
use crate::domain::notice::SkipReason;
use crate::store::{Store, StoreError};

impl Store {
    /// T1: takes notices that are due, the oldest first, under a lease.
    pub async fn claim(
        &self,
        business_now: DateTime<Utc>,
        real_now: DateTime<Utc>,
        token: Uuid,
        lease_until: DateTime<Utc>,
        limit: u64,
    ) -> Result<Vec<ClaimedNotice>, StoreError> {
        todo!()
    }

    /// T2: the bytes become final before they go out.
    pub async fn mark_in_data(
        &self,
        id: Uuid,
        token: Uuid,
        subject: &str,
        content: &[u8],
        lease_until: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        todo!()
    }

    /// Drops items of a claimed notice that no longer hold.
    pub async fn drop_items(
        &self,
        id: Uuid,
        token: Uuid,
        dropped: &[(i64, SkipReason)],
    ) -> Result<bool, StoreError> {
        todo!()
    }

    /// Gives back what was claimed under a token and not begun. Returns how many.
    pub async fn give_back(&self, token: Uuid) -> Result<u64, StoreError> {
        todo!()
    }

    /// T3: what came of it.
    pub async fn settle(
        &self,
        id: Uuid,
        token: Uuid,
        settlement: Settlement,
    ) -> Result<bool, StoreError> {
        todo!()
    }

    /// Finds the notices whose worker is heard of no more, and those that have been in doubt for
    /// `doubt_wait`.
    pub async fn rescue(
        &self,
        real_now: DateTime<Utc>,
        doubt_wait: TimeDelta,
    ) -> Result<Rescued, StoreError> {
        todo!()
    }
}
