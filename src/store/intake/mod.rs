//! Outcome documents on their way into the record, with their proposals. Whoever works on one holds its
//! row until the transaction is over; a proposal is written only as the next version of the one that was
//! read.

mod entity;
mod rows;

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect, Set,
};
use uuid::Uuid;

use self::entity::{document, proposal};
use self::rows::{intake_of, item_of, line_of, number, row_of};
use super::error::StoreError;
use super::record::insert;
use super::transaction::{Change, Snapshot};
use super::words::{instant, to_json};
use crate::domain::ids::{DocumentId, MeetingId, PartnershipId, PersonId};
use crate::domain::intake::{Custody, Reach, State};
use crate::intake::review::{Intake, Item, Review};

/// A document in a list: everything but its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IntakeLine {
    pub id: Uuid,
    pub partnership: PartnershipId,
    pub meeting: Option<MeetingId>,
    pub document: Option<DocumentId>,
    pub title: String,
    pub issued: NaiveDate,
    pub is_confidential: bool,
    pub by: PersonId,
    pub at: DateTime<Utc>,
    /// How many proposals wait for somebody, and how many there are.
    pub open: usize,
    pub all: usize,
}

impl IntakeLine {
    pub fn custody(&self) -> Custody<'_> {
        Custody {
            partnership: &self.partnership,
            by: &self.by,
            is_confidential: self.is_confidential,
        }
    }
}

#[derive(FromQueryResult)]
struct LineRow {
    id: Uuid,
    partnership_id: String,
    meeting_id: Option<String>,
    document_id: Option<String>,
    title: String,
    issued: NaiveDate,
    is_confidential: bool,
    by_id: String,
    at: DateTime<Utc>,
}

impl Snapshot {
    /// A document with its proposals by number; whether somebody may read it is the caller's to ask.
    pub async fn intake(&self, id: Uuid) -> Result<Option<Review>, StoreError> {
        let row = document::Entity::find_by_id(id)
            .one(&self.transaction)
            .await?;
        let Some(row) = row else { return Ok(None) };
        let rows = proposal::Entity::find()
            .filter(proposal::Column::IntakeId.eq(id))
            .order_by_asc(proposal::Column::N)
            .all(&self.transaction)
            .await?;
        let items = rows.into_iter().map(item_of);
        Ok(Some(Review {
            intake: intake_of(row)?,
            items: items.collect::<Result<_, _>>()?,
        }))
    }

    /// The documents that somebody reads, the latest first.
    pub async fn intakes(&self, reach: &Reach) -> Result<Vec<IntakeLine>, StoreError> {
        let lines = self.lines(readable_by(reach)).await?;
        let mut counts: BTreeMap<Uuid, (usize, usize)> = BTreeMap::new();
        let states: Vec<(Uuid, String)> = proposal::Entity::find()
            .select_only()
            .columns([proposal::Column::IntakeId, proposal::Column::State])
            .filter(proposal::Column::IntakeId.is_in(lines.iter().map(|line| line.id)))
            .into_tuple()
            .all(&self.transaction)
            .await?;
        for (id, state) in states {
            let (open, all) = counts.entry(id).or_default();
            *open += usize::from(state == State::Proposed.word());
            *all += 1;
        }
        let counted = lines.into_iter().map(|line| {
            let (open, all) = counts.get(&line.id).copied().unwrap_or_default();
            IntakeLine { open, all, ..line }
        });
        Ok(counted.collect())
    }

    /// The documents of these very words that somebody reads, in a partnership.
    pub async fn intakes_of_text(
        &self,
        sha256: &str,
        partnership: &PartnershipId,
        reach: &Reach,
    ) -> Result<Vec<IntakeLine>, StoreError> {
        use document::Column::{PartnershipId, Sha256};
        let same = Condition::all()
            .add(Sha256.eq(sha256))
            .add(PartnershipId.eq(partnership.as_str()))
            .add(readable_by(reach));
        self.lines(same).await
    }

    /// The documents on which nobody worked since an instant and that wait: not confirmed, or with proposals
    /// that nobody decided on.
    pub async fn idle_intakes(&self, since: DateTime<Utc>) -> Result<Vec<Uuid>, StoreError> {
        use document::Column as C;
        let proposals = |which: Condition| {
            let mut ids = Query::select();
            ids.column(proposal::Column::IntakeId)
                .from(proposal::Entity)
                .cond_where(which);
            ids
        };
        let since = instant(since);
        let worked_on = Condition::all().add(proposal::Column::DecidedAt.gte(since));
        let undecided = Condition::all().add(proposal::Column::State.eq(State::Proposed.word()));
        let waits = Condition::any()
            .add(C::DocumentId.is_null())
            .add(C::Id.in_subquery(proposals(undecided)));
        let idle = document::Entity::find()
            .select_only()
            .column(C::Id)
            .filter(C::At.lt(since))
            .filter(waits)
            .filter(C::Id.not_in_subquery(proposals(worked_on)))
            .order_by_asc(C::Id)
            .into_tuple()
            .all(&self.transaction)
            .await?;
        Ok(idle)
    }

    async fn lines(&self, which: Condition) -> Result<Vec<IntakeLine>, StoreError> {
        use document::Column as C;
        let rows = document::Entity::find()
            .select_only()
            .columns([
                C::Id,
                C::PartnershipId,
                C::MeetingId,
                C::DocumentId,
                C::Title,
                C::Issued,
                C::IsConfidential,
                C::ById,
                C::At,
            ])
            .filter(which)
            .order_by_desc(C::At)
            .order_by_asc(C::Id)
            .into_model::<LineRow>()
            .all(&self.transaction)
            .await?;
        rows.into_iter().map(line_of).collect()
    }
}

/// [`Reach::includes`] as a predicate. The two are tested against each other.
fn readable_by(reach: &Reach) -> Condition {
    use document::Column::{ById, IsConfidential, PartnershipId};
    let Reach {
        person,
        partnerships,
        all_open,
    } = reach;
    let mut any = Condition::any().add(Expr::value(false));
    if let Some(person) = person {
        any = any.add(ById.eq(person.as_str()));
    }
    if !partnerships.is_empty() {
        any = any.add(PartnershipId.is_in(partnerships.iter().map(|id| id.as_str())));
    }
    if *all_open {
        any = any.add(IsConfidential.eq(false));
    }
    any
}

impl Change {
    /// Keeps a document that was brought in, with what it proposed.
    pub async fn enter_intake(&mut self, review: &Review) -> Result<(), StoreError> {
        let Intake {
            id,
            partnership,
            meeting,
            document,
            title,
            text,
            sha256,
            issued,
            is_confidential,
            passed,
            by,
            at,
        } = &review.intake;
        let row = document::ActiveModel {
            id: Set(*id),
            partnership_id: Set(partnership.to_string()),
            meeting_id: Set(meeting.as_ref().map(ToString::to_string)),
            document_id: Set(document.as_ref().map(ToString::to_string)),
            title: Set(title.clone()),
            text: Set(text.clone()),
            sha256: Set(sha256.clone()),
            issued: Set(*issued),
            is_confidential: Set(*is_confidential),
            passed: Set(to_json(passed)),
            by_id: Set(by.to_string()),
            at: Set(instant(*at)),
            version: Set(1),
        };
        insert(&self.transaction, vec![row]).await?;
        let items = review.items.iter().map(|item| row_of(*id, item));
        insert(&self.transaction, items.collect()).await
    }

    /// Holds a document: nobody else works on it until this transaction ends. False where there is none.
    pub async fn hold_intake(&mut self, id: Uuid) -> Result<bool, StoreError> {
        use document::Column::{Id, Version};
        let held = document::Entity::update_many()
            .col_expr(Version, Expr::col(Version).add(1))
            .filter(Id.eq(id))
            .exec(&self.transaction)
            .await?;
        Ok(held.rows_affected == 1)
    }

    /// Writes proposals: each the next version of the one that is there, or the first of a new one. False
    /// where one is another by now; then this change is to be rolled back.
    pub async fn save_items(&mut self, id: Uuid, items: &[Item]) -> Result<bool, StoreError> {
        use proposal::Column::{IntakeId, N, Version};
        let (new, known): (Vec<&Item>, Vec<&Item>) =
            items.iter().partition(|item| item.version == 1);
        for item in known {
            let written = proposal::Entity::update_many()
                .set(row_of(id, item))
                .filter(IntakeId.eq(id).and(N.eq(number(item.n))))
                .filter(Version.eq(number(item.version - 1)))
                .exec(&self.transaction)
                .await?;
            if written.rows_affected != 1 {
                return Ok(false);
            }
        }
        let new = new.into_iter().map(|item| row_of(id, item));
        insert(&self.transaction, new.collect()).await?;
        Ok(true)
    }

    /// As what a document is on record, and of which meeting.
    pub async fn set_intake_place(
        &mut self,
        id: Uuid,
        meeting: Option<&MeetingId>,
        document: &DocumentId,
    ) -> Result<(), StoreError> {
        use document::Column::{DocumentId, Id, MeetingId};
        let meeting = meeting.map(ToString::to_string);
        document::Entity::update_many()
            .col_expr(MeetingId, Expr::value(meeting))
            .col_expr(DocumentId, Expr::value(document.as_str()))
            .filter(Id.eq(id))
            .exec(&self.transaction)
            .await?;
        Ok(())
    }

    /// Lets go of a document and of everything it proposed. What was accepted stays on record.
    pub async fn let_go_of_intake(&mut self, id: Uuid) -> Result<(), StoreError> {
        document::Entity::delete_by_id(id)
            .exec(&self.transaction)
            .await?;
        Ok(())
    }
}
