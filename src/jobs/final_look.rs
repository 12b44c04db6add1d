//! T2, and the last look before it: what a letter says was judged when its notice was claimed, and
//! the record may have been edited since, while the relay was spoken to. Access is checked when
//! sending: a content becomes final only under the version of the record by which it was judged.

use chrono::{DateTime, Utc};

use super::checkpoint::Point;
use super::courier::{Courier, Parcel, reason_to_drop};
use super::pass::book_of;
use crate::store::{ClaimedNotice, FinalContent, StoreError};

impl Courier<'_> {
    /// T2: the bytes are final, and the lease outlasts the content's deadline. False when the notice
    /// is somebody else's by now, or when what it says no longer holds: it is given back then, and
    /// the next claim writes it anew.
    pub(super) async fn make_final(&self, notice: &ClaimedNotice, parcel: &Parcel) -> bool {
        self.engine.reached(Point::BeforeContent).await;
        let until = self.engine.lease_end() + self.engine.content_timeout;
        let made = self.judge_and_make_final(notice, parcel, until).await;
        self.engine.reached(Point::ContentFinal).await;
        let is_final = made.unwrap_or_else(|error| {
            tracing::warn!(notice.id = %notice.entry.id, "the content is held back: {error}");
            false
        });
        // A daemon that slept meanwhile may have been given up: what it holds may be on its way
        // from another one.
        let in_time = self.engine.clock.real_now() < until;
        if is_final && !in_time {
            tracing::warn!(notice.id = %notice.entry.id, "the lease ended before the content went out; it stays here");
        }
        is_final && in_time
    }

    async fn judge_and_make_final(
        &self,
        notice: &ClaimedNotice,
        parcel: &Parcel,
        until: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let mut judged_by = self.round.version;
        loop {
            let content = FinalContent {
                notice: notice.entry.id,
                token: self.round.token,
                subject: parcel.subject.clone(),
                content: parcel.content.clone(),
                lease_until: until,
                judged_by: Some(judged_by),
            };
            if self.engine.scribe.make_final(content).await {
                return Ok(true);
            }
            match self.holds_by_a_newer(notice, judged_by).await? {
                Some(newer) => judged_by = newer,
                None => return Ok(false),
            }
        }
    }

    /// Where the record was edited meanwhile, and everything the notice says still holds: the
    /// version by which it does.
    async fn holds_by_a_newer(
        &self,
        notice: &ClaimedNotice,
        judged_by: i64,
    ) -> Result<Option<i64>, StoreError> {
        let (version, book) = book_of(self.engine, std::slice::from_ref(notice)).await?;
        if version == judged_by {
            return Ok(None);
        }
        let today = self.today(notice);
        // An item that was dropped for good reason when the letter was written counts as well: then
        // the letter is written once more, which costs little.
        let holds = notice
            .items
            .iter()
            .all(|(_, item)| reason_to_drop(item, notice, &book, today).is_none());
        Ok(holds.then_some(version))
    }
}
