//! Commitments with everything that is part of them, loaded in a few queries, one a table, by their
//! ids; [`assembling`](super::assembling) puts them together.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use sea_orm::sea_query::{Expr, ExprTrait, Order, Query, SelectStatement};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};

use super::assembling::{Parts, put_together, reference};
use crate::domain::access::Viewer;
use crate::domain::commitment::{Commitment, Lifecycle};
use crate::domain::directory::Directory;
use crate::domain::ids::{CommitmentRef, DeskId, MeetingId, PartnershipId};
use crate::store::error::StoreError;
use crate::store::record::CHUNK;
use crate::store::record::entity::{
    commitment, commitment_desk, commitment_instrument, commitment_party, commitment_reader,
    deadline_revision, handover, mention, milestone, progress_update, raised,
};
use crate::store::transaction::Snapshot;

impl Snapshot {
    /// The commitments of these references; those nobody has are left out.
    pub async fn commitments(
        &self,
        references: &[CommitmentRef],
    ) -> Result<BTreeMap<CommitmentRef, Arc<Commitment>>, StoreError> {
        let mut found = BTreeMap::new();
        for chunk in references.chunks(CHUNK) {
            let texts = chunk.iter().map(CommitmentRef::as_str);
            let of_chunk = commitment::Column::Reference.is_in(texts);
            found.extend(self.page_where(of_chunk.into()).await?);
        }
        Ok(found)
    }

    /// The commitments of these rows.
    pub(in crate::store) async fn commitments_of(
        &self,
        ids: &[i64],
    ) -> Result<BTreeMap<CommitmentRef, Arc<Commitment>>, StoreError> {
        let mut found = BTreeMap::new();
        for chunk in ids.chunks(CHUNK) {
            let of_chunk = commitment::Column::Id.is_in(chunk.iter().copied());
            found.extend(self.page_where(of_chunk.into()).await?);
        }
        Ok(found)
    }

    /// Those of a condition that no more than a chunk fulfil.
    async fn page_where(
        &self,
        condition: Condition,
    ) -> Result<BTreeMap<CommitmentRef, Arc<Commitment>>, StoreError> {
        loop {
            let versions = self.versions().await?;
            let directory = self.directory().await?;
            let mut found = BTreeMap::new();
            let loaded = self.load_page(condition.clone(), 0, &directory, &mut found);
            let loaded = loaded.await;
            if self.stood_still(versions).await? {
                return loaded.map(|_| found);
            }
        }
    }

    /// The open commitments of a partnership, by reference.
    pub async fn open_of_partnership(
        &self,
        partnership: &PartnershipId,
    ) -> Result<Vec<Arc<Commitment>>, StoreError> {
        let of_partnership =
            is_open().add(commitment::Column::PartnershipId.eq(partnership.as_str()));
        let open = self.commitments_where(of_partnership).await?;
        Ok(open.into_values().collect())
    }

    /// The next open commitments that one of these desks leads or cooperates on, a page of them: the
    /// oldest whose number is above `after` (0 begins), and the number of the last. An empty page is
    /// the end. A desk may answer for more than memory should hold at once.
    pub async fn open_of_desks(
        &self,
        desks: &BTreeSet<DeskId>,
        after: i64,
    ) -> Result<(Vec<Arc<Commitment>>, i64), StoreError> {
        if desks.is_empty() {
            return Ok((Vec::new(), after));
        }
        loop {
            let versions = self.versions().await?;
            let directory = self.directory().await?;
            let ids = self.ids_of_desks(desks, after).await?;
            let Some(last) = ids.last().copied() else {
                return Ok((Vec::new(), after));
            };
            let mut page = BTreeMap::new();
            let these = Condition::all().add(commitment::Column::Id.is_in(ids));
            let loaded = self.load_page(these, after, &directory, &mut page).await;
            if self.stood_still(versions).await? {
                loaded?;
                return Ok((page.into_values().collect(), last));
            }
        }
    }

    /// The numbers of the next page of [`open_of_desks`](Self::open_of_desks), in order. What a desk
    /// leads and what it cooperates on are asked for one by one: each has an index, and *either* has none.
    async fn ids_of_desks(
        &self,
        desks: &BTreeSet<DeskId>,
        after: i64,
    ) -> Result<Vec<i64>, StoreError> {
        let mut ids = BTreeSet::new();
        for question in of_desks(desks, after) {
            ids.extend(self.numbers(&question).await?);
        }
        Ok(ids.into_iter().take(CHUNK).collect())
    }

    /// The numbers a question finds.
    async fn numbers(&self, question: &SelectStatement) -> Result<Vec<i64>, StoreError> {
        let rows = self.transaction.query_all(question).await?;
        let numbers = rows.iter().map(|row| row.try_get_by_index(0));
        Ok(numbers.collect::<Result<_, _>>()?)
    }

    /// The open commitments with a deadline (their own, or a milestone's) that hangs on a meeting, by
    /// reference.
    pub async fn open_of_meeting(
        &self,
        meeting: &MeetingId,
    ) -> Result<Vec<Arc<Commitment>>, StoreError> {
        let mut ids = BTreeSet::new();
        for question in of_meeting(meeting) {
            ids.extend(self.numbers(&question).await?);
        }
        let ids: Vec<i64> = ids.into_iter().collect();
        let open = self.commitments_of(&ids).await?;
        Ok(open.into_values().filter(|c| c.is_open()).collect())
    }

    /// What a viewer may read: the rule of `domain::access`, said to the database.
    pub async fn readable_by(
        &self,
        viewer: &Viewer,
    ) -> Result<BTreeSet<CommitmentRef>, StoreError> {
        let rows: Vec<String> = commitment::Entity::find()
            .select_only()
            .column(commitment::Column::Reference)
            .filter(crate::store::record::access::readable_by(viewer))
            .into_tuple()
            .all(&self.transaction)
            .await?;
        rows.iter().map(|r| reference(r)).collect()
    }

    async fn commitments_where(
        &self,
        condition: Condition,
    ) -> Result<BTreeMap<CommitmentRef, Arc<Commitment>>, StoreError> {
        loop {
            let versions = self.versions().await?;
            let directory = self.directory().await?;
            let mut found = BTreeMap::new();
            let loaded = self
                .load_commitments(condition.clone(), &directory, &mut found)
                .await;
            if self.stood_still(versions).await? {
                return loaded.map(|()| found);
            }
        }
    }

    /// Every commitment changed after a version of the record.
    pub(in crate::store) async fn load_changed_since(
        &self,
        version: i64,
        directory: &Directory,
        into: &mut BTreeMap<CommitmentRef, Arc<Commitment>>,
    ) -> Result<(), StoreError> {
        let changed = commitment::Column::ChangedIn.gt(version);
        self.load_commitments(changed.into(), directory, into).await
    }

    /// The commitments changed after a version of the record, where they are fewer than a page.
    pub(in crate::store) async fn first_changed_since(
        &self,
        version: i64,
        directory: &Directory,
    ) -> Result<Option<Vec<Arc<Commitment>>>, StoreError> {
        let changed = commitment::Column::ChangedIn.gt(version);
        let mut page = BTreeMap::new();
        self.load_page(changed.into(), 0, directory, &mut page)
            .await?;
        Ok((page.len() < CHUNK).then(|| page.into_values().collect()))
    }

    async fn load_commitments(
        &self,
        condition: Condition,
        directory: &Directory,
        into: &mut BTreeMap<CommitmentRef, Arc<Commitment>>,
    ) -> Result<(), StoreError> {
        let mut after = 0;
        while let Some(last) = self
            .load_page(condition.clone(), after, directory, into)
            .await?
        {
            after = last;
        }
        Ok(())
    }

    /// 1. The rows of the commitments, the next chunk of them, by id.
    /// 2. The rows of each part, of that chunk, one query a table.
    /// 3. Put together. Returns the last id; `None` at the end.
    async fn load_page(
        &self,
        condition: Condition,
        after: i64,
        directory: &Directory,
        into: &mut BTreeMap<CommitmentRef, Arc<Commitment>>,
    ) -> Result<Option<i64>, StoreError> {
        let rows = commitment::Entity::find()
            .filter(condition)
            .filter(commitment::Column::Id.gt(after))
            .order_by_asc(commitment::Column::Id)
            .limit(CHUNK as u64)
            .all(&self.transaction)
            .await?;
        let Some(last) = rows.last().map(|row| row.id) else {
            return Ok(None);
        };
        let mut parts = self
            .load_parts(rows.iter().map(|row| row.id).collect())
            .await?;
        for row in rows {
            let own = parts.remove(&row.id).unwrap_or_default();
            let commitment = put_together(row, own, directory)?;
            into.insert(commitment.reference.clone(), Arc::new(commitment));
        }
        Ok(Some(last))
    }

    async fn load_parts(&self, ids: Vec<i64>) -> Result<HashMap<i64, Parts>, StoreError> {
        let mut parts: HashMap<i64, Parts> = HashMap::new();
        macro_rules! each {
            ($table:ident, $field:ident) => {
                let rows = $table::Entity::find()
                    .filter($table::Column::CommitmentId.is_in(ids.iter().copied()))
                    .order_by_asc($table::Column::CommitmentId)
                    .order_by_asc($table::Column::Place)
                    .all(&self.transaction)
                    .await?;
                for row in rows {
                    parts.entry(row.commitment_id).or_default().$field.push(row);
                }
            };
        }
        each!(commitment_party, parties);
        each!(commitment_instrument, instruments);
        each!(commitment_desk, desks);
        each!(commitment_reader, readers);
        each!(milestone, milestones);
        each!(progress_update, updates);
        each!(deadline_revision, revisions);
        each!(raised, raised);
        each!(handover, handovers);
        each!(mention, mentions);
        Ok(parts)
    }
}

/// The questions for what these desks lead, and what they cooperate on: the next chunk of either.
pub(in crate::store::record) fn of_desks(
    desks: &BTreeSet<DeskId>,
    after: i64,
) -> [SelectStatement; 2] {
    use commitment::Column as C;
    use commitment_desk::Column as D;
    let names: Vec<&str> = desks.iter().map(DeskId::as_str).collect();
    let leads = Query::select()
        .column(C::Id)
        .from(commitment::Entity)
        .and_where(C::LeadId.is_in(names.iter().copied()))
        .and_where(C::State.eq(Lifecycle::Open.as_str()))
        .and_where(C::Id.gt(after))
        .order_by(C::Id, Order::Asc)
        .limit(CHUNK as u64)
        .to_owned();
    let cooperates = Query::select()
        .distinct()
        .column(D::CommitmentId)
        .from(commitment_desk::Entity)
        .inner_join(
            commitment::Entity,
            Expr::col((commitment::Entity, C::Id))
                .equals((commitment_desk::Entity, D::CommitmentId)),
        )
        .and_where(D::DeskId.is_in(names))
        .and_where(D::CommitmentId.gt(after))
        .and_where(C::State.eq(Lifecycle::Open.as_str()))
        .order_by(D::CommitmentId, Order::Asc)
        .limit(CHUNK as u64)
        .to_owned();
    [leads, cooperates]
}

/// The questions for what hangs on a meeting by its own deadline, and by a milestone's.
pub(in crate::store::record) fn of_meeting(meeting: &MeetingId) -> [SelectStatement; 2] {
    use commitment::Column as C;
    use milestone::Column as M;
    let itself = Query::select()
        .column(C::Id)
        .from(commitment::Entity)
        .and_where(C::DeadlineMeetingId.eq(meeting.as_str()))
        .and_where(C::State.eq(Lifecycle::Open.as_str()))
        .to_owned();
    let by_step = Query::select()
        .column(M::CommitmentId)
        .from(milestone::Entity)
        .and_where(M::DeadlineMeetingId.eq(meeting.as_str()))
        .to_owned();
    [itself, by_step]
}

fn is_open() -> Condition {
    Condition::all().add(commitment::Column::State.eq(Lifecycle::Open.as_str()))
}
