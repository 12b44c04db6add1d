//! What is to be looked at at once, because who is reached where has changed. Each gets a new version
//! with it, so that a planner that read it before cannot write back what it made of the old state of
//! things.

use std::collections::BTreeSet;

use sea_orm::sea_query::Query;
use sea_orm::{ColumnTrait, QueryFilter};

use crate::domain::commitment::{Commitment, Lifecycle};
use crate::domain::ids::{DeskId, PartnershipId, ReaderId};
use crate::store::error::StoreError;
use crate::store::record::CHUNK;
use crate::store::record::entity::{commitment, commitment_desk, meeting, reader};
use crate::store::record::replan::look_again;
use crate::store::transaction::Change;

impl Change {
    /// What these desks lead or cooperate on, and every meeting and reader, is to be looked at at
    /// once: who is reached where has changed.
    pub(in crate::store) async fn look_again_at_desks(
        &mut self,
        desks: &BTreeSet<DeskId>,
    ) -> Result<(), StoreError> {
        use commitment::Column as C;
        let desks: Vec<&str> = desks.iter().map(DeskId::as_str).collect();
        for some in desks.chunks(CHUNK) {
            let cooperating = Query::select()
                .column(commitment_desk::Column::CommitmentId)
                .from(commitment_desk::Entity)
                .and_where(commitment_desk::Column::DeskId.is_in(some.iter().copied()))
                .to_owned();
            // One by one: each has an index, and *either* has none.
            for theirs in [
                C::LeadId.is_in(some.iter().copied()),
                C::Id.in_subquery(cooperating),
            ] {
                look_again::<commitment::Entity>(C::NextDue, C::Version)
                    .filter(C::State.eq(Lifecycle::Open.as_str()))
                    .filter(theirs)
                    .exec(&self.transaction)
                    .await?;
            }
        }
        self.look_again_at_meetings_and_readers().await
    }

    /// The meetings of the partnerships of these commitments are to be looked at at once.
    pub(in crate::store) async fn look_again_at_meetings_of(
        &mut self,
        commitments: &[&Commitment],
    ) -> Result<(), StoreError> {
        let partnerships: BTreeSet<&str> = commitments
            .iter()
            .filter_map(|c| c.partnership.as_ref())
            .map(PartnershipId::as_str)
            .collect();
        let partnerships: Vec<&str> = partnerships.into_iter().collect();
        for some in partnerships.chunks(CHUNK) {
            use meeting::Column as M;
            look_again::<meeting::Entity>(M::NextDue, M::Version)
                .filter(M::PartnershipId.is_in(some.iter().copied()))
                .exec(&self.transaction)
                .await?;
        }
        Ok(())
    }

    /// A reader's digest is to be looked at at once.
    pub async fn look_again_at_reader(&mut self, id: &ReaderId) -> Result<(), StoreError> {
        use reader::Column as R;
        look_again::<reader::Entity>(R::NextDue, R::Version)
            .filter(R::Id.eq(id.as_str()))
            .exec(&self.transaction)
            .await?;
        Ok(())
    }

    async fn look_again_at_meetings_and_readers(&mut self) -> Result<(), StoreError> {
        use meeting::Column as M;
        look_again::<meeting::Entity>(M::NextDue, M::Version)
            .exec(&self.transaction)
            .await?;
        use reader::Column as R;
        look_again::<reader::Entity>(R::NextDue, R::Version)
            .exec(&self.transaction)
            .await?;
        Ok(())
    }
}
