//! The index asked. What a viewer may not read is not among the answers, and is not counted: the rule
//! of `domain::access` stands in the question.

use sea_orm::sea_query::{Expr, ExprTrait, Query as Sql, SelectStatement, UnionType};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, DatabaseBackend};

use crate::domain::access::Viewer;
use crate::domain::directory::Directory;
use crate::domain::finding::{Level, Query, Term};
use crate::domain::ids::{CommitmentRef, DocumentId};
use crate::store::error::StoreError;
use crate::store::record::access::{readable_by, update_readable_by};
use crate::store::record::entity::{commitment, finding, progress_update};
use crate::store::transaction::Snapshot;
use crate::store::words::parsed;

/// What a search found of what its viewer may read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    /// The one of the reference that was typed first, then by level, then by reference.
    pub commitments: Vec<(CommitmentRef, Level)>,
    /// Paragraphs, from 1; 0 is a document's title. By document and paragraph.
    pub paragraphs: Vec<(DocumentId, usize)>,
}

impl Snapshot {
    /// Everything on record that says what is looked for, as far as a viewer may read it.
    pub async fn find(&self, viewer: &Viewer, query: &Query) -> Result<Found, StoreError> {
        if query.is_empty() {
            return Ok(Found::default());
        }
        let backend = self.transaction.get_database_backend();
        let directory = self.directory().await?;
        let rows = self
            .transaction
            .query_all(&commitments_saying(backend, viewer, &directory, query))
            .await?;
        let mut commitments = rows
            .into_iter()
            .map(|row| {
                let reference: String = row.try_get_by_index(0)?;
                let reference = parsed(CommitmentRef::parse(&reference), "finding")?;
                Ok((reference, level(row.try_get_by_index(1)?)?))
            })
            .collect::<Result<Vec<_>, StoreError>>()?;
        commitments.sort_by_cached_key(|(reference, level)| {
            let is_meant = query.names(reference.as_str());
            (!is_meant, *level, reference.clone())
        });
        Ok(Found {
            commitments,
            paragraphs: self.paragraphs(viewer, query).await?,
        })
    }

    /// A document is read by everybody in the house.
    async fn paragraphs(
        &self,
        viewer: &Viewer,
        query: &Query,
    ) -> Result<Vec<(DocumentId, usize)>, StoreError> {
        if matches!(viewer, Viewer::Guest(_) | Viewer::Stranger) {
            return Ok(Vec::new());
        }
        let backend = self.transaction.get_database_backend();
        let rows = self
            .transaction
            .query_all(&paragraphs_saying(backend, query))
            .await?;
        let mut paragraphs = rows
            .into_iter()
            .map(|row| {
                let id: String = row.try_get_by_index(0)?;
                let part: i32 = row.try_get_by_index(1)?;
                let id = parsed(DocumentId::parse(&id), "finding")?;
                Ok((id, usize::try_from(part).unwrap_or(0)))
            })
            .collect::<Result<Vec<_>, StoreError>>()?;
        paragraphs.sort();
        Ok(paragraphs)
    }
}

fn level(number: i32) -> Result<Level, StoreError> {
    Level::of_number(number)
        .ok_or_else(|| StoreError::unreadable(format!("finding has the level {number}")))
}

/// The commitments that say every term, each with the deepest level it takes.
pub(super) fn commitments_saying(
    backend: DatabaseBackend,
    viewer: &Viewer,
    directory: &Directory,
    query: &Query,
) -> SelectStatement {
    use finding::Column as F;
    let terms = query.terms().iter().map(|term| {
        let is_update = Expr::col((finding::Entity, F::Level)).eq(Level::Update as i32);
        let of_update = Condition::all()
            .add(columns_meet(
                F::CommitmentId,
                progress_update::Column::CommitmentId,
            ))
            .add(columns_meet(F::Part, progress_update::Column::Place))
            .add(is_update.clone());
        let may_read = Condition::any()
            .add(is_update.not())
            .add(update_readable_by(viewer, directory));
        saying(backend, term)
            .expr_as(
                Expr::col((commitment::Entity, commitment::Column::Reference)),
                "thing",
            )
            .expr_as(Expr::col((finding::Entity, F::Level)).min(), "level")
            .inner_join(
                commitment::Entity,
                columns_meet(F::CommitmentId, commitment::Column::Id),
            )
            .left_join(progress_update::Entity, of_update)
            .cond_where(readable_by(viewer))
            .cond_where(may_read)
            .group_by_col((commitment::Entity, commitment::Column::Reference))
            .to_owned()
    });
    all_of_them(terms, query)
        .column("thing")
        .expr(Expr::col("level").max())
        .group_by_col("thing")
        .to_owned()
}

/// The paragraphs that say every term.
pub(super) fn paragraphs_saying(backend: DatabaseBackend, query: &Query) -> SelectStatement {
    use finding::Column as F;
    let terms = query.terms().iter().map(|term| {
        saying(backend, term)
            .expr_as(Expr::col((finding::Entity, F::DocumentId)), "thing")
            .expr_as(Expr::col((finding::Entity, F::Part)), "part")
            .distinct()
            .and_where(Expr::col((finding::Entity, F::DocumentId)).is_not_null())
            .to_owned()
    });
    all_of_them(terms, query)
        .columns(["thing", "part"])
        .group_by_columns(["thing", "part"])
        .to_owned()
}

fn columns_meet(of_row: finding::Column, other: impl ColumnTrait) -> Expr {
    Expr::col((finding::Entity, of_row)).equals(other.as_column_ref())
}

/// From the rows of which a term is said.
fn saying(backend: DatabaseBackend, term: &Term) -> SelectStatement {
    let mut select = Sql::select();
    match backend {
        DatabaseBackend::Postgres => {
            let said = Expr::cust_with_values("finding.words @@ $1::tsquery", [on_postgres(term)]);
            select.from(finding::Entity).and_where(said);
        }
        _ => {
            let said = Expr::cust_with_values("finding_words MATCH ?", [on_sqlite(term)]);
            let row = Expr::col((finding::Entity, finding::Column::Id));
            select
                .from("finding_words")
                .inner_join(finding::Entity, row.equals(("finding_words", "rowid")))
                .and_where(said);
        }
    }
    select
}

/// What every one of the terms found.
fn all_of_them(terms: impl Iterator<Item = SelectStatement>, query: &Query) -> SelectStatement {
    let mut terms = terms;
    let mut union = terms.next().unwrap_or_default();
    union.unions(terms.map(|term| (UnionType::All, term)));
    let all = i64::try_from(query.terms().len()).unwrap_or(i64::MAX);
    Sql::select()
        .from_subquery(union, "said")
        .and_having(Expr::col("thing").count().eq(all))
        .to_owned()
}

/// `"power gri" *`: words are letters, digits and marks alone, so that nothing in them is an operator.
fn on_sqlite(term: &Term) -> String {
    let goes_on = if term.is_open { " *" } else { "" };
    format!("\"{}\"{goes_on}", term.words.join(" "))
}

/// `'power' <-> 'gri':*`
fn on_postgres(term: &Term) -> String {
    let words: Vec<String> = term.words.iter().map(|word| format!("'{word}'")).collect();
    let goes_on = if term.is_open { ":*" } else { "" };
    format!("{}{goes_on}", words.join(" <-> "))
}
