//! Between the rows of documents that are on their way into the record and the values of `intake`.

use sea_orm::Set;
use uuid::Uuid;

use super::entity::{document, proposal};
use super::{IntakeLine, LineRow};
use crate::domain::commitment::Effect;
use crate::domain::ids::{CommitmentRef, DocumentId, MeetingId, PartnershipId, PersonId};
use crate::domain::intake::{Origin, State};
use crate::intake::review::{Intake, Item};
use crate::store::error::StoreError;
use crate::store::words::{instant, json, maybe, parsed, to_json, word};

pub fn line_of(row: LineRow) -> Result<IntakeLine, StoreError> {
    let LineRow {
        id,
        partnership_id,
        meeting_id,
        document_id,
        title,
        issued,
        is_confidential,
        by_id,
        at,
    } = row;
    let place = "intake";
    let meeting = meeting_id.map(|id| parsed(MeetingId::parse(&id), place));
    let document = document_id.map(|id| parsed(DocumentId::parse(&id), place));
    Ok(IntakeLine {
        id,
        partnership: parsed(PartnershipId::parse(&partnership_id), place)?,
        meeting: meeting.transpose()?,
        document: document.transpose()?,
        title,
        issued,
        is_confidential,
        by: parsed(PersonId::parse(&by_id), place)?,
        at,
        open: 0,
        all: 0,
    })
}

pub fn intake_of(row: document::Model) -> Result<Intake, StoreError> {
    let document::Model {
        id,
        partnership_id,
        meeting_id,
        document_id,
        title,
        text,
        sha256,
        issued,
        is_confidential,
        passed,
        by_id,
        at,
        version: _,
    } = row;
    let place = "intake";
    let meeting = meeting_id.map(|id| parsed(MeetingId::parse(&id), place));
    let document = document_id.map(|id| parsed(DocumentId::parse(&id), place));
    Ok(Intake {
        id,
        partnership: parsed(PartnershipId::parse(&partnership_id), place)?,
        meeting: meeting.transpose()?,
        document: document.transpose()?,
        title,
        text,
        sha256,
        issued,
        is_confidential,
        passed: json(&passed, "intake.passed")?,
        by: parsed(PersonId::parse(&by_id), place)?,
        at,
    })
}

pub fn item_of(row: proposal::Model) -> Result<Item, StoreError> {
    let proposal::Model {
        intake_id: _,
        n,
        start_at,
        end_at,
        origin,
        parent_n,
        cue,
        why,
        fields,
        state,
        reference,
        effect,
        into_n,
        reason,
        version,
        decided_by,
        decided_at,
    } = row;
    let place = "intake_proposal";
    let state = state_of(&state, reference, effect.as_deref(), into_n, reason)?;
    let by = decided_by.map(|by| parsed(PersonId::parse(&by), place));
    Ok(Item {
        n: count(n, place)?,
        place: count(start_at, place)?..count(end_at, place)?,
        origin: word(Origin::parse, &origin, "intake_proposal.origin")?,
        parent: parent_n.map(|n| count(n, place)).transpose()?,
        cue,
        why,
        fields: json(&fields, "intake_proposal.fields")?,
        state,
        version: count(version, place)?,
        decided: by.transpose()?.zip(decided_at),
    })
}

/// A state as its columns say it.
fn state_of(
    state: &str,
    reference: Option<String>,
    effect: Option<&str>,
    into: Option<i32>,
    reason: Option<String>,
) -> Result<State, StoreError> {
    let place = "intake_proposal.state";
    let reference = reference.map(|r| parsed(CommitmentRef::parse(&r), place));
    let reference = reference.transpose()?;
    let effect = maybe(Effect::parse, effect, "intake_proposal.effect")?;
    let state = match (state, reference, effect, into) {
        ("proposed", ..) => State::Proposed,
        ("accepted", Some(reference), ..) => State::Accepted { reference },
        ("mention", Some(reference), Some(effect), _) => State::Mention { reference, effect },
        ("rejected", ..) => State::Rejected { reason },
        ("merged", _, _, Some(into)) => State::Merged {
            into: count(into, place)?,
        },
        ("split", ..) => State::Split,
        (odd, ..) => {
            let told = format!("{place} has the word `{odd}` without what belongs to it");
            return Err(StoreError::unreadable(told));
        }
    };
    Ok(state)
}

pub fn row_of(id: Uuid, item: &Item) -> proposal::ActiveModel {
    let Item {
        n,
        place,
        origin,
        parent,
        cue,
        why,
        fields,
        state,
        version,
        decided,
    } = item;
    let (mut reference, mut effect, mut into, mut reason) = (None, None, None, None);
    match state {
        State::Proposed | State::Split => {}
        State::Accepted { reference: known } => reference = Some(known.to_string()),
        State::Mention {
            reference: known,
            effect: how,
        } => {
            reference = Some(known.to_string());
            effect = Some(how.to_string());
        }
        State::Rejected { reason: words } => reason.clone_from(words),
        State::Merged { into: other } => into = Some(number(*other)),
    }
    proposal::ActiveModel {
        intake_id: Set(id),
        n: Set(number(*n)),
        start_at: Set(number(place.start)),
        end_at: Set(number(place.end)),
        origin: Set(origin.to_string()),
        parent_n: Set(parent.map(number)),
        cue: Set(cue.clone()),
        why: Set(why.clone()),
        fields: Set(to_json(fields)),
        state: Set(state.word().to_owned()),
        reference: Set(reference),
        effect: Set(effect),
        into_n: Set(into),
        reason: Set(reason),
        version: Set(number(*version)),
        decided_by: Set(decided.as_ref().map(|(by, _)| by.to_string())),
        decided_at: Set(decided.as_ref().map(|(_, at)| instant(*at))),
    }
}

pub fn number(n: u32) -> i32 {
    i32::try_from(n).unwrap_or(i32::MAX)
}

fn count(n: i32, place: &str) -> Result<u32, StoreError> {
    parsed(u32::try_from(n), place)
}
