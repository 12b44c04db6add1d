//! What the ledger tells: lists and counts, for pages, the command line and the metrics.

use std::collections::BTreeMap;

use uuid::Uuid;

use crate::domain::ids::ReaderId;
use crate::domain::ledger::{
    AttemptEntry, NoticeEntry, NoticeFilter, OccurrenceEntry, OccurrenceFilter, Page, StoredMessage,
};
use crate::domain::notice::{NoticeState, OccurrenceState, SkipReason};
use crate::store::{Snapshot, StoreError};

impl Snapshot {
    /// Occurrences, the latest slot first.
    pub async fn occurrences(
        &self,
        filter: &OccurrenceFilter,
        page: Page,
    ) -> Result<Vec<OccurrenceEntry>, StoreError> {
        todo!()
    }

    /// How many occurrences there are of each state and reason.
    pub async fn occurrence_counts(
        &self,
    ) -> Result<BTreeMap<(OccurrenceState, Option<SkipReason>), u64>, StoreError> {
        todo!()
    }

    /// Notices, the latest first.
    pub async fn notices(
        &self,
        filter: &NoticeFilter,
        page: Page,
    ) -> Result<Vec<NoticeEntry>, StoreError> {
        todo!()
    }

    pub async fn notice(&self, id: Uuid) -> Result<Option<NoticeEntry>, StoreError> {
        todo!()
    }

    /// The tries at sending a notice, in their order.
    pub async fn attempts(&self, id: Uuid) -> Result<Vec<AttemptEntry>, StoreError> {
        todo!()
    }

    /// How many notices there are in each state.
    pub async fn notice_counts(&self) -> Result<BTreeMap<NoticeState, u64>, StoreError> {
        todo!()
    }

    /// What the mailbox transport kept, the latest first, without the messages' bytes: `raw` is
    /// empty; [`message`](Self::message) brings it.
    pub async fn messages(
        &self,
        recipient: Option<&ReaderId>,
        page: Page,
    ) -> Result<Vec<StoredMessage>, StoreError> {
        todo!()
    }

    /// The message of one notice, whole.
    pub async fn message(&self, notice: Uuid) -> Result<Option<StoredMessage>, StoreError> {
        todo!()
    }
}
