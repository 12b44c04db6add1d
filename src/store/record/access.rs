//! `domain::access::may_read` as a predicate of the database. The two are tested against each other.

use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement};
use sea_orm::{ColumnTrait, Condition};

use crate::domain::access::Viewer;
use crate::domain::commitment::Confidentiality;
use crate::store::record::entity::{commitment, commitment_reader, desk_officer};

/// The commitments a viewer may read.
pub(in crate::store) fn readable_by(viewer: &Viewer) -> Condition {
    let level = commitment::Column::Confidentiality;
    let not_restricted = level.ne(Confidentiality::Restricted.as_str());
    let readable = Condition::any().add(not_restricted);
    let named = match viewer {
        Viewer::Operator => return readable,
        Viewer::Stranger => return Condition::all().add(Expr::value(false)),
        Viewer::Guest(_) => {
            return Condition::all().add(level.eq(Confidentiality::Public.as_str()));
        }
        Viewer::Desk(desk) => named_readers(Condition::all().add(is_reader(desk.as_str()))),
        Viewer::Person(person) => {
            let desks_as_officer = Query::select()
                .column(desk_officer::Column::DeskId)
                .from(desk_officer::Entity)
                .and_where(Expr::col(desk_officer::Column::PersonId).eq(person.as_str()))
                .to_owned();
            let as_officer =
                Expr::col(commitment_reader::Column::ReaderId).in_subquery(desks_as_officer);
            named_readers(
                Condition::any()
                    .add(is_reader(person.as_str()))
                    .add(as_officer),
            )
        }
    };
    readable.add(commitment::Column::Id.in_subquery(named))
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
