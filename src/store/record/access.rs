//! The rule of `domain::access` as predicates of the database. Rule and predicates are tested against
//! each other.

use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement};
use sea_orm::{ColumnTrait, Condition};

use crate::domain::access::Viewer;
use crate::domain::commitment::Confidentiality;
use crate::domain::desk::Desk;
use crate::domain::directory::Directory;
use crate::domain::ids::{DeskId, PersonId};
use crate::domain::progress::UpdateState;
use crate::store::record::entity::{commitment, commitment_reader, desk_officer, progress_update};

/// The commitments a viewer may read.
pub(in crate::store) fn readable_by(viewer: &Viewer) -> Condition {
    lets_read(commitment::Column::Confidentiality, viewer)
}

/// The updates a viewer may read, where their commitments stand beside them:
/// `domain::access::may_read_update` but for what it asks of the commitment. The directory says for
/// which desks a viewer writes: those that are reached through theirs are among them.
pub(in crate::store) fn update_readable_by(viewer: &Viewer, directory: &Directory) -> Condition {
    use progress_update::Column as U;
    let writes_for = |own: &dyn Fn(&Desk) -> bool| {
        let desks = directory.desks.keys();
        let theirs = desks.filter(|id| directory.desks_answering_for(id).into_iter().any(own));
        commitment::Column::LeadId.is_in(theirs.map(DeskId::as_str))
    };
    let counts = Condition::any().add(U::State.ne(UpdateState::Draft.as_str()));
    let counts = match viewer {
        Viewer::Operator | Viewer::Guest(_) | Viewer::Stranger => counts,
        Viewer::Desk(id) => counts
            .add(writes_for(&|desk| desk.id == *id))
            .add(U::ById.eq(id.as_str())),
        Viewer::Person(person) => counts
            .add(writes_for(&|desk| desk.officers.contains(person)))
            .add(U::ById.eq(person.as_str())),
    };
    lets_read(U::Confidentiality, viewer).add(counts)
}

/// What a level of confidentiality lets a viewer read, by itself or because the commitment names them.
fn lets_read(level: impl ColumnTrait, viewer: &Viewer) -> Condition {
    let not_restricted = level.ne(Confidentiality::Restricted.as_str());
    let readable = Condition::any().add(not_restricted);
    let named = match viewer {
        Viewer::Operator => return Condition::all().add(readable),
        Viewer::Stranger => return Condition::all().add(Expr::value(false)),
        Viewer::Guest(_) => {
            return Condition::all().add(level.eq(Confidentiality::Public.as_str()));
        }
        Viewer::Desk(desk) => named_readers(Condition::all().add(is_reader(desk.as_str()))),
        Viewer::Person(person) => {
            let as_officer = Expr::col(commitment_reader::Column::ReaderId)
                .in_subquery(desks_as_officer(person));
            named_readers(
                Condition::any()
                    .add(is_reader(person.as_str()))
                    .add(as_officer),
            )
        }
    };
    let readable = readable.add(commitment::Column::Id.in_subquery(named));
    Condition::all().add(readable)
}

fn desks_as_officer(person: &PersonId) -> SelectStatement {
    Query::select()
        .column(desk_officer::Column::DeskId)
        .from(desk_officer::Entity)
        .and_where(Expr::col(desk_officer::Column::PersonId).eq(person.as_str()))
        .to_owned()
}

fn is_reader(id: &str) -> sea_orm::sea_query::SimpleExpr {
    Expr::col(commitment_reader::Column::ReaderId).eq(id)
}

fn named_readers(condition: Condition) -> SelectStatement {
    Query::select()
        .column(commitment_reader::Column::CommitmentId)
        .from(commitment_reader::Entity)
        .cond_where(condition)
        .to_owned()
}
