//! A commitment put together from its row and the rows of everything that is part of it.

use crate::domain::commitment::{
    Commitment, Confidentiality, Cycle, DeskRole, Effect, Handover, Kind, Lifecycle, Mention,
    Milestone, Promise, Raised, Revision, Snooze, Strength,
};
use crate::domain::deadline::Deadline;
use crate::domain::directory::Directory;
use crate::domain::ids::{CommitmentRef, DocumentId, ReaderId};
use crate::domain::progress::{Confidence, Extension, Reported, Update, UpdateState, Verified};
use crate::store::error::StoreError;
use crate::store::record::entity::{
    commitment, commitment_desk, commitment_instrument, commitment_party, commitment_reader,
    deadline_revision, handover, mention, milestone, progress_update, raised,
};
use crate::store::record::{BENEFICIARY, OBLIGOR};
use crate::store::words::{json, known, maybe, parsed, word};

fn extension(
    to: Option<String>,
    milestone: Option<String>,
    place: &str,
) -> Result<Option<Extension>, StoreError> {
    let Some(to) = to else {
        return Ok(None);
    };
    let to = parsed(Deadline::parse(&to), place)?;
    Ok(Some(Extension { to, milestone }))
}

pub(super) fn reference(text: &str) -> Result<CommitmentRef, StoreError> {
    parsed(CommitmentRef::parse(text), "commitment")
}

/// The rows that are part of one commitment.
#[derive(Default)]
pub(super) struct Parts {
    pub parties: Vec<commitment_party::Model>,
    pub instruments: Vec<commitment_instrument::Model>,
    pub desks: Vec<commitment_desk::Model>,
    pub readers: Vec<commitment_reader::Model>,
    pub milestones: Vec<milestone::Model>,
    pub updates: Vec<progress_update::Model>,
    pub revisions: Vec<deadline_revision::Model>,
    pub raised: Vec<raised::Model>,
    pub handovers: Vec<handover::Model>,
    pub mentions: Vec<mention::Model>,
}

/// A commitment from its row and its parts.
pub(super) fn put_together(
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
                    given: u.given,
                    reported: word(Reported::parse, &u.reported, &place)?,
                    confidence: maybe(Confidence::parse, u.confidence.as_deref(), &place)?,
                    text: u.text,
                    evidence: json(&u.evidence, &place)?,
                    next: u.next_step,
                    state: word(UpdateState::parse, &u.state, &place)?,
                    reviewed: u.reviewed,
                    reviewer: reader(u.reviewer_id)?,
                    words: u.words,
                    assessed: maybe(Confidence::parse, u.assessed.as_deref(), &place)?,
                    ask: u.ask,
                    extension: extension(u.extension_to, u.extension_of, &place)?,
                    confidentiality: word(Confidentiality::parse, &u.confidentiality, &place)?,
                    entered: u.entered_at,
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
                    entered: r.entered_at,
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
        handovers: parts
            .handovers
            .into_iter()
            .map(|h| {
                Ok(Handover {
                    date: h.date,
                    from: known(&directory.desks, &h.from_id, &place)?,
                    to: known(&directory.desks, &h.to_id, &place)?,
                    role: word(DeskRole::parse, &h.role, &place)?,
                    reason: h.reason,
                    entered: h.entered_at,
                })
            })
            .collect::<Result<_, StoreError>>()?,
        mentions: parts
            .mentions
            .into_iter()
            .map(|m| {
                Ok(Mention {
                    date: m.date,
                    document: parsed(DocumentId::parse(&m.document_id), &place)?,
                    paragraph: m.paragraph.map(i32::unsigned_abs),
                    words: m.words,
                    effect: word(Effect::parse, &m.effect, &place)?,
                })
            })
            .collect::<Result<_, StoreError>>()?,
        policy: json(&policy, &place)?,
    })
}
