//! Re-timing that an edit asked for and that is still to be done: whose, how far it has come, which
//! commitments are next, and what was found of them.
//!
//! A batch is read and thought about outside of any transaction that writes, and written in a short
//! one. It is kept where the re-timing is still the one it was read for, and of each commitment only
//! where its version is.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::{DateTime, SecondsFormat, Utc};
use sea_orm::sea_query::{Expr, ExprTrait, Order, Query, SelectStatement};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseBackend, EntityTrait, NotSet, PaginatorTrait,
    QueryFilter, QueryOrder, Set, Statement, UpdateMany,
};

use super::entity::{commitment, commitment_desk, meeting, milestone, reader, replan};
use crate::domain::commitment::{Commitment, Lifecycle};
use crate::domain::ids::{CommitmentRef, DeskId, MeetingId, PartnershipId};
use crate::domain::retiming::Scope;
use crate::store::LOOK_AT_ONCE;
use crate::store::error::StoreError;
use crate::store::transaction::{Change, Snapshot};
use crate::store::words::{instant, parsed};

const EVERYTHING: &str = "everything";
const DESK: &str = "desk";
const PARTNERSHIP: &str = "partnership";
const MEETING: &str = "meeting";

/// The next batch of a re-timing, as it was read.
#[derive(Debug, Clone)]
pub struct Retiming {
    replan: i64,
    after: i64,
    /// Up to where this batch comes; `None` where it is the last.
    until: Option<i64>,
    pub commitments: Vec<ToRetime>,
}

/// A commitment that is to be timed anew, as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToRetime {
    pub reference: CommitmentRef,
    id: i64,
    version: i64,
    next_due: Option<DateTime<Utc>>,
}

impl Snapshot {
    /// Re-timings still to do.
    pub async fn replans(&self) -> Result<u64, StoreError> {
        Ok(replan::Entity::find().count(&self.transaction).await?)
    }

    /// Whose times are still to be found.
    pub async fn scopes_to_retime(&self) -> Result<BTreeSet<Scope>, StoreError> {
        let rows = replan::Entity::find().all(&self.transaction).await?;
        rows.iter().map(scope_of).collect()
    }

    /// The next batch of the oldest re-timing: at most some `rows` commitments. `None` where there is
    /// none to do. Those that are to be asked at once as it is are left out.
    pub async fn next_retiming(&self, rows: u64) -> Result<Option<Retiming>, StoreError> {
        let oldest = replan::Entity::find()
            .order_by_asc(replan::Column::Id)
            .one(&self.transaction)
            .await?;
        let Some(replan) = oldest else {
            return Ok(None);
        };
        let scope = scope_of(&replan)?;
        let mut found: BTreeMap<i64, ToRetime> = BTreeMap::new();
        let mut until: Option<i64> = None;
        for question in members(&scope, replan.after_id, rows) {
            let answer = self.transaction.query_all(&question).await?;
            let is_cut_off = answer.len() as u64 == rows;
            let mut last = replan.after_id;
            for row in answer {
                let (id, name, version, next_due): (i64, String, i64, Option<DateTime<Utc>>) =
                    row.try_get_many_by_index()?;
                let reference = parsed(CommitmentRef::parse(&name), "commitment")?;
                last = id;
                found.insert(
                    id,
                    ToRetime {
                        reference,
                        id,
                        version,
                        next_due,
                    },
                );
            }
            // Beyond the end of a list that was cut off there may be more of it.
            if is_cut_off {
                until = Some(until.map_or(last, |until| std::cmp::min(until, last)));
            }
        }
        let is_in = |one: &ToRetime| until.is_none_or(|until| one.id <= until);
        let mut commitments: Vec<ToRetime> = found.into_values().filter(is_in).collect();
        commitments.retain(|one| one.next_due != Some(LOOK_AT_ONCE));
        Ok(Some(Retiming {
            replan: replan.id,
            after: replan.after_id,
            until,
            commitments,
        }))
    }

    /// The commitments of a batch.
    pub async fn commitments_to_retime(
        &self,
        batch: &Retiming,
    ) -> Result<BTreeMap<CommitmentRef, Arc<Commitment>>, StoreError> {
        let ids: Vec<i64> = batch.commitments.iter().map(|one| one.id).collect();
        self.commitments_of(&ids).await
    }
}

impl Change {
    /// Asks for everything to be timed anew.
    pub async fn ask_replan(&mut self) -> Result<(), StoreError> {
        self.ask_replan_of(&Scope::Everything).await
    }

    /// Asks for the commitments of a scope to be timed anew; a re-timing of it that is under way
    /// begins again, and one of everything makes all others needless. The meetings and readers that
    /// may be concerned, who are few, are to be asked at once.
    pub async fn ask_replan_of(&mut self, scope: &Scope) -> Result<(), StoreError> {
        self.lock_installation().await?;
        let (kind, name) = columns_of(scope);
        let mut needless = replan::Entity::delete_many();
        if *scope != Scope::Everything {
            needless = needless
                .filter(replan::Column::Scope.eq(kind))
                .filter(replan::Column::Name.eq(name));
        }
        needless.exec(&self.transaction).await?;
        let row = replan::ActiveModel {
            id: NotSet,
            scope: Set(kind.to_owned()),
            name: Set(name.to_owned()),
            after_id: Set(0),
        };
        replan::Entity::insert(row)
            .exec_without_returning(&self.transaction)
            .await?;
        self.wake(scope).await
    }

    async fn wake(&mut self, scope: &Scope) -> Result<(), StoreError> {
        use meeting::Column as M;
        use reader::Column as R;
        // Whose week had nothing in it may have something now.
        look_again::<reader::Entity>(R::NextDue, R::Version)
            .exec(&self.transaction)
            .await?;
        let mut meetings = look_again::<meeting::Entity>(M::NextDue, M::Version);
        match scope {
            Scope::Everything | Scope::Desk(_) => {}
            Scope::Partnership(id) => meetings = meetings.filter(M::PartnershipId.eq(id.as_str())),
            // The meeting itself was saved with the edit.
            Scope::Meeting(_) => return Ok(()),
        }
        meetings.exec(&self.transaction).await?;
        Ok(())
    }

    /// Writes what was found of a batch, in its order: when each is to be asked. Returns how many
    /// were written, those that had that time already not among them; `None`, and nothing is
    /// written, where the re-timing was asked for anew since the batch was read.
    pub async fn retime(
        &mut self,
        batch: &Retiming,
        times: &[Option<DateTime<Utc>>],
    ) -> Result<Option<u64>, StoreError> {
        self.lock_installation().await?;
        if !self.pass_on(batch).await? {
            return Ok(None);
        }
        let changed: Vec<(i64, i64, Option<DateTime<Utc>>)> = batch
            .commitments
            .iter()
            .zip(times)
            .map(|(one, at)| (one, at.map(instant)))
            .filter(|(one, at)| one.next_due != *at)
            .map(|(one, at)| (one.id, one.version, at))
            .collect();
        Ok(Some(self.write_next_due(&changed).await?))
    }

    /// The re-timing has come to the end of this batch, if it is where the batch began.
    async fn pass_on(&mut self, batch: &Retiming) -> Result<bool, StoreError> {
        use replan::Column as C;
        let is_mine = C::Id.eq(batch.replan).and(C::AfterId.eq(batch.after));
        let rows = match batch.until {
            Some(until) => {
                replan::Entity::update_many()
                    .col_expr(C::AfterId, Expr::val(until))
                    .filter(is_mine)
                    .exec(&self.transaction)
                    .await?
                    .rows_affected
            }
            None => {
                replan::Entity::delete_many()
                    .filter(is_mine)
                    .exec(&self.transaction)
                    .await?
                    .rows_affected
            }
        };
        Ok(rows == 1)
    }

    async fn write_next_due(
        &mut self,
        rows: &[(i64, i64, Option<DateTime<Utc>>)],
    ) -> Result<u64, StoreError> {
        if rows.is_empty() {
            return Ok(0);
        }
        let backend = self.transaction.get_database_backend();
        let statement = Statement::from_sql_and_values(
            backend,
            write_next_due(backend),
            [rows_as_json(rows).into()],
        );
        let written = self.transaction.execute_raw(statement).await?;
        Ok(written.rows_affected())
    }
}

/// One text for any number of rows, so that it is prepared once; built as a list of values it costs
/// more than the writing itself.
pub(super) fn write_next_due(backend: DatabaseBackend) -> &'static str {
    match backend {
        DatabaseBackend::Postgres => {
            "UPDATE commitment SET next_due = read.next_due \
             FROM (SELECT (value->>0)::bigint AS id, (value->>1)::bigint AS version, \
                          (value->>2)::timestamptz AS next_due \
                   FROM json_array_elements($1::json)) AS read \
             WHERE commitment.id = read.id AND commitment.version = read.version"
        }
        _ => {
            "UPDATE commitment SET next_due = read.next_due \
             FROM (SELECT json_extract(value, '$[0]') AS id, json_extract(value, '$[1]') AS version, \
                          json_extract(value, '$[2]') AS next_due \
                   FROM json_each(?)) AS read \
             WHERE commitment.id = read.id AND commitment.version = read.version"
        }
    }
}

/// `[[id,version,"next due"],...]`; the instants as SQLite keeps them, so that they compare as text.
pub(super) fn rows_as_json(rows: &[(i64, i64, Option<DateTime<Utc>>)]) -> String {
    use std::fmt::Write as _;
    let mut text = String::with_capacity(rows.len() * 48);
    for (id, version, at) in rows {
        text.push(if text.is_empty() { '[' } else { ',' });
        // Writing to a text does not fail.
        let _ = match at.map(|at| at.to_rfc3339_opts(SecondsFormat::AutoSi, false)) {
            Some(at) => write!(text, "[{id},{version},\"{at}\"]"),
            None => write!(text, "[{id},{version},null]"),
        };
    }
    text.push(']');
    text
}

/// The open commitments of a scope above an id, in the order of their ids; those of one question may
/// be among another's, and one may be told twice.
pub(super) fn members(scope: &Scope, after: i64, rows: u64) -> Vec<SelectStatement> {
    use commitment::Column as C;
    let open = || {
        Query::select()
            .columns([C::Id, C::Reference, C::Version, C::NextDue].map(|c| (commitment::Entity, c)))
            .from(commitment::Entity)
            .and_where(C::State.eq(Lifecycle::Open.as_str()))
            .limit(rows)
            .to_owned()
    };
    let by_itself = |of_scope: Option<sea_orm::sea_query::SimpleExpr>| {
        open()
            .cond_where(sea_orm::Condition::all().add_option(of_scope))
            .and_where(C::Id.gt(after))
            .order_by((commitment::Entity, C::Id), Order::Asc)
            .to_owned()
    };
    match scope {
        Scope::Everything => vec![by_itself(None)],
        Scope::Partnership(id) => vec![by_itself(Some(C::PartnershipId.eq(id.as_str())))],
        Scope::Desk(id) => {
            use commitment_desk::Column as D;
            let cooperates = open()
                .inner_join(
                    commitment_desk::Entity,
                    Expr::col((commitment::Entity, C::Id))
                        .equals((commitment_desk::Entity, D::CommitmentId)),
                )
                .and_where(D::DeskId.eq(id.as_str()))
                .and_where(D::CommitmentId.gt(after))
                .order_by((commitment_desk::Entity, D::CommitmentId), Order::Asc)
                .to_owned();
            vec![by_itself(Some(C::LeadId.eq(id.as_str()))), cooperates]
        }
        Scope::Meeting(id) => {
            use milestone::Column as M;
            let steps = open()
                .inner_join(
                    milestone::Entity,
                    Expr::col((commitment::Entity, C::Id))
                        .equals((milestone::Entity, M::CommitmentId)),
                )
                .and_where(M::DeadlineMeetingId.eq(id.as_str()))
                .and_where(M::CommitmentId.gt(after))
                .order_by((milestone::Entity, M::CommitmentId), Order::Asc)
                .to_owned();
            vec![by_itself(Some(C::DeadlineMeetingId.eq(id.as_str()))), steps]
        }
    }
}

fn columns_of(scope: &Scope) -> (&'static str, &str) {
    match scope {
        Scope::Everything => (EVERYTHING, ""),
        Scope::Desk(id) => (DESK, id.as_str()),
        Scope::Partnership(id) => (PARTNERSHIP, id.as_str()),
        Scope::Meeting(id) => (MEETING, id.as_str()),
    }
}

fn scope_of(row: &replan::Model) -> Result<Scope, StoreError> {
    let name = row.name.as_str();
    let place = "replan";
    match row.scope.as_str() {
        EVERYTHING => Ok(Scope::Everything),
        DESK => parsed(DeskId::parse(name), place).map(Scope::Desk),
        PARTNERSHIP => parsed(PartnershipId::parse(name), place).map(Scope::Partnership),
        MEETING => parsed(MeetingId::parse(name), place).map(Scope::Meeting),
        other => Err(StoreError::unreadable(format!(
            "the table `replan` has the scope `{other}`"
        ))),
    }
}

impl Change {
    /// Has some commitments and meetings looked at at once, in a new version: what was to be heard
    /// of them found nobody, and somebody else may be the one to hear it.
    pub(in crate::store) async fn look_again_at(
        &mut self,
        commitments: &[String],
        meetings: &[String],
    ) -> Result<(), StoreError> {
        use commitment::Column as C;
        look_again::<commitment::Entity>(C::NextDue, C::Version)
            .filter(C::Reference.is_in(commitments))
            .filter(C::State.eq(Lifecycle::Open.as_str()))
            .exec(&self.transaction)
            .await?;
        use meeting::Column as M;
        look_again::<meeting::Entity>(M::NextDue, M::Version)
            .filter(M::Id.is_in(meetings))
            .exec(&self.transaction)
            .await?;
        Ok(())
    }
}

/// An update by which every row it applies to is looked at at once, in a new version.
pub(super) fn look_again<E: EntityTrait>(next_due: E::Column, version: E::Column) -> UpdateMany<E> {
    E::update_many()
        .col_expr(next_due, Expr::value(LOOK_AT_ONCE))
        .col_expr(version, Expr::col(version).add(1))
}
