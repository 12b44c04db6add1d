//! Commitments with everything that is part of them: loaded in a few queries, one a table, and put
//! together by their ids; saved with their parts replaced.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use sea_orm::sea_query::{Expr, ExprTrait, OnConflict, Query};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set};

use super::LOOK_AT_ONCE;
use super::entity::{
    commitment, commitment_desk, commitment_instrument, commitment_party, commitment_reader,
    deadline_revision, milestone, progress_update, raised,
};
use super::error::StoreError;
use super::transaction::{Change, Snapshot};
use super::words::{json, known, maybe, parsed, to_json, word};
use super::write::{insert, rows_per_statement};
use crate::domain::access::Viewer;
use crate::domain::commitment::{
    Commitment, Confidentiality, Cycle, Kind, Lifecycle, Milestone, Promise, Raised, Revision,
    Snooze, Strength,
};
use crate::domain::deadline::Deadline;
use crate::domain::directory::Directory;
use crate::domain::ids::{CommitmentRef, DeskId, DocumentId, PartnershipId, ReaderId};
use crate::domain::progress::{Confidence, Reported, Update, UpdateState, Verified};

/// Ids in one `IN (...)`, and commitments put together at a time.
const CHUNK: usize = 1_000;

impl Snapshot {
    /// The commitments of these references; those nobody has are left out.
    pub async fn commitments(
        &self,
        references: &[CommitmentRef],
    ) -> Result<BTreeMap<CommitmentRef, Arc<Commitment>>, StoreError> {
        let directory = self.directory().await?;
        let mut found = BTreeMap::new();
        for chunk in references.chunks(CHUNK) {
            let texts = chunk.iter().map(CommitmentRef::as_str);
            let of_chunk = commitment::Column::Reference.is_in(texts);
            self.load_commitments(of_chunk.into(), &directory, &mut found)
                .await?;
        }
        Ok(found)
    }

    /// The open commitments of a partnership, by reference.
    pub async fn open_of_partnership(
        &self,
        partnership: &PartnershipId,
    ) -> Result<Vec<Arc<Commitment>>, StoreError> {
        let of_partnership =
            is_open().add(commitment::Column::PartnershipId.eq(partnership.as_str()));
        self.commitments_where(of_partnership).await
    }

    /// The open commitments that one of these desks leads or cooperates on, by reference.
    pub async fn open_of_desks(
        &self,
        desks: &BTreeSet<DeskId>,
    ) -> Result<Vec<Arc<Commitment>>, StoreError> {
        if desks.is_empty() {
            return Ok(Vec::new());
        }
        let names: Vec<&str> = desks.iter().map(DeskId::as_str).collect();
        let cooperates = Query::select()
            .column(commitment_desk::Column::CommitmentId)
            .from(commitment_desk::Entity)
            .and_where(Expr::col(commitment_desk::Column::DeskId).is_in(names.iter().copied()))
            .to_owned();
        let concerned = Condition::any()
            .add(commitment::Column::LeadId.is_in(names))
            .add(commitment::Column::Id.in_subquery(cooperates));
        self.commitments_where(is_open().add(concerned)).await
    }

    /// What a viewer may read: the rule of `domain::access`, said to the database.
    pub async fn readable_by(
        &self,
        viewer: &Viewer,
    ) -> Result<BTreeSet<CommitmentRef>, StoreError> {
        let rows: Vec<String> = commitment::Entity::find()
            .select_only()
            .column(commitment::Column::Reference)
            .filter(super::access::readable_by(viewer))
            .into_tuple()
            .all(&self.transaction)
            .await?;
        rows.iter().map(|r| reference(r)).collect()
    }

    async fn commitments_where(
        &self,
        condition: Condition,
    ) -> Result<Vec<Arc<Commitment>>, StoreError> {
        let directory = self.directory().await?;
        let mut found = BTreeMap::new();
        self.load_commitments(condition, &directory, &mut found)
            .await?;
        Ok(found.into_values().collect())
    }

    /// Every commitment changed after a version of the record.
    pub(super) async fn load_changed_since(
        &self,
        version: i64,
        directory: &Directory,
        into: &mut BTreeMap<CommitmentRef, Arc<Commitment>>,
    ) -> Result<(), StoreError> {
        let changed = commitment::Column::ChangedIn.gt(version);
        self.load_commitments(changed.into(), directory, into).await
    }

    /// 1. The rows of the commitments, a chunk at a time, by id.
    /// 2. The rows of each part, of that chunk, one query a table.
    /// 3. Put together.
    async fn load_commitments(
        &self,
        condition: Condition,
        directory: &Directory,
        into: &mut BTreeMap<CommitmentRef, Arc<Commitment>>,
    ) -> Result<(), StoreError> {
        let mut after = 0;
        loop {
            let rows = commitment::Entity::find()
                .filter(condition.clone())
                .filter(commitment::Column::Id.gt(after))
                .order_by_asc(commitment::Column::Id)
                .limit(CHUNK as u64)
                .all(&self.transaction)
                .await?;
            let Some(last) = rows.last() else {
                return Ok(());
            };
            after = last.id;
            let mut parts = self
                .load_parts(rows.iter().map(|row| row.id).collect())
                .await?;
            for row in rows {
                let own = parts.remove(&row.id).unwrap_or_default();
                let commitment = put_together(row, own, directory)?;
                into.insert(commitment.reference.clone(), Arc::new(commitment));
            }
        }
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
        Ok(parts)
    }
}

fn is_open() -> Condition {
    Condition::all().add(commitment::Column::State.eq(Lifecycle::Open.as_str()))
}

fn reference(text: &str) -> Result<CommitmentRef, StoreError> {
    parsed(CommitmentRef::parse(text), "commitment")
}

/// The rows that are part of one commitment.
#[derive(Default)]
struct Parts {
    parties: Vec<commitment_party::Model>,
    instruments: Vec<commitment_instrument::Model>,
    desks: Vec<commitment_desk::Model>,
    readers: Vec<commitment_reader::Model>,
    milestones: Vec<milestone::Model>,
    updates: Vec<progress_update::Model>,
    revisions: Vec<deadline_revision::Model>,
    raised: Vec<raised::Model>,
}

const OBLIGOR: &str = "obligor";
const BENEFICIARY: &str = "beneficiary";

fn put_together(
    row: commitment::Model,
    parts: Parts,
    directory: &Directory,
) -> Result<Commitment, StoreError> {
    let commitment::Model {
        id: _,
        reference: name,
        title,
        partnership_id,
        meeting_id,
        document_id,
        paragraph,
        promise,
        kind,
        strength,
        sector,
        lead_id,
        confidentiality,
        follows,
        snoozed_until,
        snoozed_reason,
        opened,
        deadline: own_deadline,
        deadline_meeting_id: _,
        review_months,
        state,
        closed,
        verified,
        policy,
        version: _,
        changed_in: _,
        next_due: _,
    } = row;
    let place = format!("commitment {name}");
    let reader = |text: Option<String>| {
        text.map(|t| parsed(ReaderId::parse(&t), &place))
            .transpose()
    };
    let deadline = |text: Option<String>| {
        text.map(|t| parsed(Deadline::parse(&t), &place))
            .transpose()
    };
    let parties = |role: &str| {
        let of_role = parts.parties.iter().filter(|p| p.role == role);
        of_role
            .map(|p| known(&directory.parties, &p.party_id, &place))
            .collect::<Result<Vec<_>, _>>()
    };
    Ok(Commitment {
        reference: reference(&name)?,
        title,
        partnership: partnership_id
            .map(|p| known(&directory.partnerships, &p, &place))
            .transpose()?,
        meeting: meeting_id
            .map(|m| known(&directory.meetings, &m, &place))
            .transpose()?,
        promise: Promise {
            words: promise,
            document: document_id
                .map(|d| parsed(DocumentId::parse(&d), &place))
                .transpose()?,
            paragraph: paragraph.map(i32::unsigned_abs),
        },
        kind: word(Kind::parse, &kind, &place)?,
        strength: maybe(Strength::parse, strength.as_deref(), &place)?,
        obligors: parties(OBLIGOR)?,
        beneficiaries: parties(BENEFICIARY)?,
        instruments: parts
            .instruments
            .iter()
            .map(|i| known(&directory.instruments, &i.instrument_id, &place))
            .collect::<Result<_, _>>()?,
        sector,
        lead: known(&directory.desks, &lead_id, &place)?,
        cooperating: parts
            .desks
            .iter()
            .map(|d| known(&directory.desks, &d.desk_id, &place))
            .collect::<Result<_, _>>()?,
        confidentiality: word(Confidentiality::parse, &confidentiality, &place)?,
        readers: parts
            .readers
            .iter()
            .map(|r| parsed(ReaderId::parse(&r.reader_id), &place))
            .collect::<Result<_, _>>()?,
        follows: follows.map(|f| reference(&f)).transpose()?,
        snoozed: snoozed_until.map(|until| Snooze {
            until,
            reason: snoozed_reason.unwrap_or_default(),
        }),
        opened,
        deadline: deadline(own_deadline)?,
        review: review_months.map(|months| Cycle {
            months: months.unsigned_abs(),
        }),
        state: word(Lifecycle::parse, &state, &place)?,
        closed,
        verified: maybe(Verified::parse, verified.as_deref(), &place)?,
        milestones: parts
            .milestones
            .into_iter()
            .map(|m| {
                Ok(Milestone {
                    title: m.title,
                    deadline: deadline(m.deadline)?,
                    done: m.done,
                })
            })
            .collect::<Result<_, StoreError>>()?,
        updates: parts
            .updates
            .into_iter()
            .map(|u| {
                Ok(Update {
                    date: u.date,
                    by: reader(u.by_id)?,
                    reported: word(Reported::parse, &u.reported, &place)?,
                    confidence: maybe(Confidence::parse, u.confidence.as_deref(), &place)?,
                    text: u.text,
                    evidence: json(&u.evidence, &place)?,
                    state: word(UpdateState::parse, &u.state, &place)?,
                    reviewed: u.reviewed,
                    words: u.words,
                    ask: u.ask,
                    confidentiality: word(Confidentiality::parse, &u.confidentiality, &place)?,
                })
            })
            .collect::<Result<_, StoreError>>()?,
        revisions: parts
            .revisions
            .into_iter()
            .map(|r| {
                Ok(Revision {
                    date: r.date,
                    milestone: r.milestone,
                    from: deadline(r.from_deadline)?,
                    to: deadline(r.to_deadline)?,
                    reason: r.reason,
                    by: reader(r.by_id)?,
                    approved: reader(r.approved_id)?,
                })
            })
            .collect::<Result<_, StoreError>>()?,
        raised: parts
            .raised
            .into_iter()
            .map(|r| {
                Ok(Raised {
                    date: r.date,
                    meeting: r
                        .meeting_id
                        .map(|m| known(&directory.meetings, &m, &place))
                        .transpose()?,
                    by: reader(r.by_id)?,
                    reply: r.reply,
                })
            })
            .collect::<Result<_, StoreError>>()?,
        policy: json(&policy, &place)?,
    })
}

fn text<T: ToString>(value: &Option<T>) -> Option<String> {
    value.as_ref().map(ToString::to_string)
}

fn meeting_of(deadline: &Option<Deadline>) -> Option<String> {
    deadline
        .as_ref()
        .and_then(Deadline::meeting)
        .map(ToString::to_string)
}

impl Change {
    /// Saves commitments whole; the planner looks at the open ones again at once.
    pub(super) async fn save_commitments(
        &mut self,
        commitments: &[&Commitment],
        edition: i64,
    ) -> Result<(), StoreError> {
        for chunk in commitments.chunks(rows_per_statement(27).min(CHUNK)) {
            self.save_chunk(chunk, edition).await?;
        }
        Ok(())
    }

    async fn save_chunk(
        &mut self,
        commitments: &[&Commitment],
        edition: i64,
    ) -> Result<(), StoreError> {
        use commitment::Column as C;
        let overwritten = [
            C::Title,
            C::PartnershipId,
            C::MeetingId,
            C::DocumentId,
            C::Paragraph,
            C::Promise,
            C::Kind,
            C::Strength,
            C::Sector,
            C::LeadId,
            C::Confidentiality,
            C::Follows,
            C::SnoozedUntil,
            C::SnoozedReason,
            C::Opened,
            C::Deadline,
            C::DeadlineMeetingId,
            C::ReviewMonths,
            C::State,
            C::Closed,
            C::Verified,
            C::Policy,
            C::ChangedIn,
            C::NextDue,
        ];
        let one_more = Expr::col((commitment::Entity, C::Version)).add(1);
        let rows = commitments.iter().map(|c| row_of(c, edition));
        commitment::Entity::insert_many(rows)
            .on_conflict(
                OnConflict::column(C::Reference)
                    .update_columns(overwritten)
                    .value(C::Version, one_more)
                    .to_owned(),
            )
            .exec_without_returning(&self.transaction)
            .await?;
        let names = commitments.iter().map(|c| c.reference.as_str());
        let ids: HashMap<String, i64> = commitment::Entity::find()
            .select_only()
            .columns([C::Reference, C::Id])
            .filter(C::Reference.is_in(names))
            .into_tuple::<(String, i64)>()
            .all(&self.transaction)
            .await?
            .into_iter()
            .collect();
        self.clear_parts(ids.values().copied().collect()).await?;
        let mut rows = PartRows::default();
        for commitment in commitments {
            rows.add(ids[commitment.reference.as_str()], commitment);
        }
        rows.insert(self).await
    }

    async fn clear_parts(&mut self, ids: Vec<i64>) -> Result<(), StoreError> {
        macro_rules! clear {
            ($($table:ident),+) => {
                $($table::Entity::delete_many()
                    .filter($table::Column::CommitmentId.is_in(ids.iter().copied()))
                    .exec(&self.transaction)
                    .await?;)+
            };
        }
        clear!(
            commitment_party,
            commitment_instrument,
            commitment_desk,
            commitment_reader,
            milestone,
            progress_update,
            deadline_revision,
            raised
        );
        Ok(())
    }
}

fn row_of(commitment: &Commitment, edition: i64) -> commitment::ActiveModel {
    let Commitment {
        reference,
        title,
        partnership,
        meeting,
        promise,
        kind,
        strength,
        obligors: _,
        beneficiaries: _,
        instruments: _,
        sector,
        lead,
        cooperating: _,
        confidentiality,
        readers: _,
        follows,
        snoozed,
        opened,
        deadline,
        review,
        state,
        closed,
        verified,
        milestones: _,
        updates: _,
        revisions: _,
        raised: _,
        policy,
    } = commitment;
    commitment::ActiveModel {
        id: sea_orm::NotSet,
        reference: Set(reference.to_string()),
        title: Set(title.clone()),
        partnership_id: Set(text(partnership)),
        meeting_id: Set(text(meeting)),
        document_id: Set(text(&promise.document)),
        paragraph: Set(promise
            .paragraph
            .map(|n| i32::try_from(n).unwrap_or(i32::MAX))),
        promise: Set(promise.words.clone()),
        kind: Set(kind.to_string()),
        strength: Set(text(strength)),
        sector: Set(sector.clone()),
        lead_id: Set(lead.to_string()),
        confidentiality: Set(confidentiality.to_string()),
        follows: Set(text(follows)),
        snoozed_until: Set(snoozed.as_ref().map(|s| s.until)),
        snoozed_reason: Set(snoozed.as_ref().map(|s| s.reason.clone())),
        opened: Set(*opened),
        deadline: Set(text(deadline)),
        deadline_meeting_id: Set(meeting_of(deadline)),
        review_months: Set(review.map(|c| i32::try_from(c.months).unwrap_or(i32::MAX))),
        state: Set(state.to_string()),
        closed: Set(*closed),
        verified: Set(text(verified)),
        policy: Set(to_json(policy)),
        version: Set(1),
        changed_in: Set(edition),
        next_due: Set(commitment.is_open().then_some(LOOK_AT_ONCE)),
    }
}

/// The rows of the parts of many commitments, to be inserted a table at a time.
#[derive(Default)]
struct PartRows {
    parties: Vec<commitment_party::ActiveModel>,
    instruments: Vec<commitment_instrument::ActiveModel>,
    desks: Vec<commitment_desk::ActiveModel>,
    readers: Vec<commitment_reader::ActiveModel>,
    milestones: Vec<milestone::ActiveModel>,
    updates: Vec<progress_update::ActiveModel>,
    revisions: Vec<deadline_revision::ActiveModel>,
    raised: Vec<raised::ActiveModel>,
}

impl PartRows {
    fn add(&mut self, id: i64, commitment: &Commitment) {
        let sides = [
            (OBLIGOR, &commitment.obligors),
            (BENEFICIARY, &commitment.beneficiaries),
        ];
        for (role, parties) in sides {
            let rows = (0..)
                .zip(parties)
                .map(|(place, party)| commitment_party::ActiveModel {
                    commitment_id: Set(id),
                    role: Set(role.to_owned()),
                    place: Set(place),
                    party_id: Set(party.to_string()),
                });
            self.parties.extend(rows);
        }
        let instruments = (0..).zip(&commitment.instruments);
        self.instruments
            .extend(
                instruments.map(|(place, instrument)| commitment_instrument::ActiveModel {
                    commitment_id: Set(id),
                    place: Set(place),
                    instrument_id: Set(instrument.to_string()),
                }),
            );
        let desks = (0..).zip(&commitment.cooperating);
        self.desks
            .extend(desks.map(|(place, desk)| commitment_desk::ActiveModel {
                commitment_id: Set(id),
                place: Set(place),
                desk_id: Set(desk.to_string()),
            }));
        let readers = (0..).zip(&commitment.readers);
        self.readers.extend(
            readers.map(|(place, reader)| commitment_reader::ActiveModel {
                commitment_id: Set(id),
                place: Set(place),
                reader_id: Set(reader.to_string()),
            }),
        );
        self.milestones
            .extend((0..).zip(&commitment.milestones).map(|(place, m)| {
                let Milestone {
                    title,
                    deadline,
                    done,
                } = m;
                milestone::ActiveModel {
                    commitment_id: Set(id),
                    place: Set(place),
                    title: Set(title.clone()),
                    deadline: Set(text(deadline)),
                    deadline_meeting_id: Set(meeting_of(deadline)),
                    done: Set(*done),
                }
            }));
        self.updates
            .extend((0..).zip(&commitment.updates).map(|(place, u)| {
                let Update {
                    date,
                    by,
                    reported,
                    confidence,
                    text: narrative,
                    evidence,
                    state,
                    reviewed,
                    words,
                    ask,
                    confidentiality,
                } = u;
                progress_update::ActiveModel {
                    commitment_id: Set(id),
                    place: Set(place),
                    date: Set(*date),
                    by_id: Set(text(by)),
                    reported: Set(reported.to_string()),
                    confidence: Set(text(confidence)),
                    text: Set(narrative.clone()),
                    evidence: Set(to_json(evidence)),
                    state: Set(state.to_string()),
                    reviewed: Set(*reviewed),
                    words: Set(words.clone()),
                    ask: Set(ask.clone()),
                    confidentiality: Set(confidentiality.to_string()),
                }
            }));
        self.revisions
            .extend((0..).zip(&commitment.revisions).map(|(place, r)| {
                let Revision {
                    date,
                    milestone,
                    from,
                    to,
                    reason,
                    by,
                    approved,
                } = r;
                deadline_revision::ActiveModel {
                    commitment_id: Set(id),
                    place: Set(place),
                    date: Set(*date),
                    milestone: Set(milestone.clone()),
                    from_deadline: Set(text(from)),
                    to_deadline: Set(text(to)),
                    reason: Set(reason.clone()),
                    by_id: Set(text(by)),
                    approved_id: Set(text(approved)),
                }
            }));
        self.raised
            .extend((0..).zip(&commitment.raised).map(|(place, r)| {
                let Raised {
                    date,
                    meeting,
                    by,
                    reply,
                } = r;
                raised::ActiveModel {
                    commitment_id: Set(id),
                    place: Set(place),
                    date: Set(*date),
                    meeting_id: Set(text(meeting)),
                    by_id: Set(text(by)),
                    reply: Set(reply.clone()),
                }
            }));
    }

    async fn insert(self, change: &mut Change) -> Result<(), StoreError> {
        let transaction = &change.transaction;
        insert(transaction, self.parties).await?;
        insert(transaction, self.instruments).await?;
        insert(transaction, self.desks).await?;
        insert(transaction, self.readers).await?;
        insert(transaction, self.milestones).await?;
        insert(transaction, self.updates).await?;
        insert(transaction, self.revisions).await?;
        insert(transaction, self.raised).await
    }
}
