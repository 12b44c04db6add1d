//! Commitments saved whole, their parts replaced.

use std::collections::HashMap;

use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect, Set};

use crate::domain::commitment::{Commitment, Handover, Mention, Milestone, Raised, Revision};
use crate::domain::deadline::Deadline;
use crate::domain::progress::Update;
use crate::store::LOOK_AT_ONCE;
use crate::store::error::StoreError;
use crate::store::record::entity::{
    commitment, commitment_desk, commitment_instrument, commitment_party, commitment_reader,
    deadline_revision, handover, mention, milestone, progress_update, raised,
};
use crate::store::record::write::{insert, rows_per_statement};
use crate::store::record::{BENEFICIARY, CHUNK, OBLIGOR};
use crate::store::transaction::Change;
use crate::store::words::{instant, to_json};

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
    /// Saves commitments whole; the planner looks at the open ones again at once, and at the meetings
    /// whose briefs may now have something to say, or somebody new to say it to.
    pub(in crate::store) async fn save_commitments(
        &mut self,
        commitments: &[&Commitment],
        edition: i64,
    ) -> Result<(), StoreError> {
        for chunk in commitments.chunks(rows_per_statement(27).min(CHUNK)) {
            self.save_chunk(chunk, edition).await?;
        }
        self.look_again_at_meetings_of(commitments).await?;
        // What one follows may have been saved after it.
        for commitment in commitments {
            self.save_predecessor(commitment).await?;
        }
        Ok(())
    }

    /// What a commitment follows, once both are there.
    async fn save_predecessor(&mut self, commitment: &Commitment) -> Result<(), StoreError> {
        if let Some(follows) = &commitment.follows {
            commitment::Entity::update_many()
                .col_expr(commitment::Column::Follows, Expr::value(follows.as_str()))
                .filter(commitment::Column::Reference.eq(commitment.reference.as_str()))
                .exec(&self.transaction)
                .await?;
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
        rows.insert(self).await?;
        let of_row = |commitment: &&'_ Commitment| ids[commitment.reference.as_str()];
        let indexed: Vec<(i64, &Commitment)> =
            commitments.iter().map(|c| (of_row(c), *c)).collect();
        self.index_commitments(&indexed).await
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
            raised,
            handover,
            mention
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
        follows: _, // saved when all are there
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
        handovers: _,
        mentions: _,
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
        follows: Set(None),
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
    handovers: Vec<handover::ActiveModel>,
    mentions: Vec<mention::ActiveModel>,
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
                    given,
                    reported,
                    confidence,
                    text: narrative,
                    evidence,
                    next,
                    state,
                    reviewed,
                    reviewer,
                    words,
                    assessed,
                    ask,
                    extension,
                    confidentiality,
                    entered,
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
                    given: Set(given.clone()),
                    next_step: Set(next.clone()),
                    reviewer_id: Set(text(reviewer)),
                    assessed: Set(text(assessed)),
                    extension_to: Set(extension.as_ref().map(|e| e.to.to_string())),
                    extension_of: Set(extension.as_ref().and_then(|e| e.milestone.clone())),
                    entered_at: Set(entered.map(instant)),
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
                    entered,
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
                    entered_at: Set(entered.map(instant)),
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
        self.handovers
            .extend((0..).zip(&commitment.handovers).map(|(place, h)| {
                let Handover {
                    date,
                    from,
                    to,
                    role,
                    reason,
                    entered,
                } = h;
                handover::ActiveModel {
                    commitment_id: Set(id),
                    place: Set(place),
                    date: Set(*date),
                    entered_at: Set(entered.map(instant)),
                    from_id: Set(from.to_string()),
                    to_id: Set(to.to_string()),
                    role: Set(role.to_string()),
                    reason: Set(reason.clone()),
                }
            }));
        self.mentions
            .extend((0..).zip(&commitment.mentions).map(|(place, m)| {
                let Mention {
                    date,
                    document,
                    paragraph,
                    words,
                    effect,
                } = m;
                mention::ActiveModel {
                    commitment_id: Set(id),
                    place: Set(place),
                    date: Set(*date),
                    document_id: Set(document.to_string()),
                    paragraph: Set(paragraph.map(|n| i32::try_from(n).unwrap_or(i32::MAX))),
                    words: Set(words.clone()),
                    effect: Set(effect.to_string()),
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
        insert(transaction, self.raised).await?;
        insert(transaction, self.handovers).await?;
        insert(transaction, self.mentions).await
    }
}
