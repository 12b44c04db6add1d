//! What a person accepts becomes commitments: one or many, all of them or none, by the rules of the
//! record and in one transaction. One may be accepted as the continuation of a commitment that an earlier
//! meeting left open: then that one is carried forward into it in the same step.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde_json::Value;
use uuid::Uuid;

use super::{IntakeError, Target, by, held};
use crate::acts::another_try;
use crate::acts::carrying::{CarryError, Mark, Outcome, enter_in};
use crate::acts::editing::{Edit, Editor, Together};
use crate::acts::working::{WorkError, Worker};
use crate::domain::ids::{CommitmentRef, DocumentId};
use crate::domain::intake::State;
use crate::domain::reporting::Seen;
use crate::intake::review::deciding::{changed, led_by, must_be_open};
use crate::intake::review::references::Names;
use crate::intake::review::text::folded;
use crate::intake::review::{Item, Review, Wrong};
use crate::record::editing::Wanted;
use crate::record::{Body, EntityKey, entity};
use crate::store::{Change, Store};

/// A proposal that somebody accepts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    pub target: Target,
    /// What its card said beside it; `None` where nothing was typed.
    pub reference: Option<String>,
    pub lead: Option<String>,
    /// The reading of its deadline that was chosen on its card.
    pub deadline: Option<String>,
    /// The older commitment that it continues.
    pub continues: Option<Continues>,
}

/// An older commitment that is continued by a new one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Continues {
    pub reference: CommitmentRef,
    /// What a page saw of it; `None` where it was named by its reference alone.
    pub seen: Option<Seen>,
}

/// Accepts proposals; returns what each is called on record.
pub async fn accept(
    store: &Store,
    id: Uuid,
    accepted: &[Accepted],
    editor: &Editor,
    now: DateTime<Utc>,
) -> Result<Vec<(u32, CommitmentRef)>, IntakeError> {
    let mut n = 0;
    loop {
        match try_to_accept(store, id, accepted, editor, now).await {
            Err(IntakeError::Store(error)) if another_try(n, &error).await.is_some() => n += 1,
            done => return done,
        }
    }
}

/// 1. Hold the document and look whether every proposal is as it was seen.
/// 2. Write each as the record would have it, and let the record's rules judge it on the ground of
///    those before it; whoever accepts many hears of everything in one go.
/// 3. Save the commitments with their lines in the audit, and note what each proposal became.
/// 4. Carry forward the older ones that they continue.
async fn try_to_accept(
    store: &Store,
    id: Uuid,
    accepted: &[Accepted],
    editor: &Editor,
    now: DateTime<Utc>,
) -> Result<Vec<(u32, CommitmentRef)>, IntakeError> {
    let mut change = store.edit().await?;
    let before = change.book().await?;
    let review = held(&mut change, &before.directory, id, editor, now).await?;
    let document = review.intake.document.as_ref().ok_or_else(|| {
        let what = "The document is not on record yet: confirm it and its meeting first.";
        Wrong::of(None, "document", what)
    })?;
    let by = by(editor, now)?;
    let intake = &review.intake;
    let partnership = &intake.partnership;
    let mut names = Names::of(
        &before,
        &editor.viewer,
        partnership,
        intake.meeting.as_ref(),
    );
    for one in accepted {
        names.take(one.reference.as_deref().unwrap_or_default());
    }
    let mut together = Together::on(&before);
    let (mut after, mut wrong) = (Vec::new(), Vec::new());
    for one in accepted {
        let item = one.target.of(&review)?;
        must_be_open(item)?;
        let body = body_of(&review, item, one, document, &mut names);
        let edit = edit_of(body);
        match together.add(&edit, editor, now) {
            Ok(key) => {
                let reference = reference_of(&key, item.n)?;
                after.push(changed(item, State::Accepted { reference }, by));
            }
            Err(error) => match IntakeError::of_edit(error, Some(item.n)) {
                IntakeError::Wrong(more) => wrong.extend(more),
                other => return Err(other),
            },
        }
    }
    if !wrong.is_empty() {
        return Err(IntakeError::Wrong(wrong));
    }
    together
        .carry_out(&mut change, &before, editor, now)
        .await?;
    if !change.save_items(id, &after).await? {
        let first = after.first().map_or(0, |item| item.n);
        return Err(IntakeError::Overtaken(first));
    }
    let became: Vec<(u32, CommitmentRef)> = after.iter().filter_map(became).collect();
    carry_forward(&mut change, &review, accepted, &became, editor, now).await?;
    let told: Vec<String> = became.iter().map(|(n, r)| format!("{n} as {r}")).collect();
    let (actor, detail) = (editor.actor.as_str(), told.join(", "));
    change
        .audit(now, actor, "accept proposals", &id.to_string(), &detail)
        .await?;
    change.commit().await?;
    Ok(became)
}

/// Marks the older commitments as continued, as of the meeting of the document, by the rules of carrying
/// forward: what this editor may not end is proposed.
async fn carry_forward(
    change: &mut Change,
    review: &Review,
    accepted: &[Accepted],
    became: &[(u32, CommitmentRef)],
    editor: &Editor,
    now: DateTime<Utc>,
) -> Result<(), IntakeError> {
    let (mut marks, mut seen) = (Vec::new(), BTreeMap::new());
    let mut numbers = Vec::new();
    for (one, (n, new)) in accepted.iter().zip(became) {
        let Some(Continues {
            reference,
            seen: saw,
        }) = &one.continues
        else {
            continue;
        };
        if let Some(saw) = saw {
            seen.insert(reference.clone(), saw.clone());
        }
        numbers.push(*n);
        marks.push(Mark {
            reference: reference.clone(),
            outcome: Outcome::ContinuedBy(new.clone()),
            reason: None,
        });
    }
    let Some(first) = numbers.first() else {
        return Ok(());
    };
    let wrong = |n: u32, words: &str| Wrong::of(Some(n), CONTINUES, words);
    let meeting = review.intake.meeting.as_ref();
    let meeting = meeting.ok_or_else(|| {
        let what = "It is continued at a meeting, and the document is of none on record.";
        wrong(*first, what)
    })?;
    let worker = Worker {
        viewer: editor.viewer.clone(),
        actor: editor.actor.clone(),
    };
    match enter_in(change, meeting, &marks, &seen, &worker, now).await {
        Ok(_) => Ok(()),
        Err(CarryError::Marks(complaints)) => {
            let wrong = complaints.into_iter().map(|(place, complaint)| {
                let n = numbers.get(place).unwrap_or(first);
                wrong(*n, &complaint.words)
            });
            Err(IntakeError::Wrong(wrong.collect()))
        }
        // Which one it continues was typed: it is told there.
        Err(CarryError::Work(WorkError::NotFound)) => {
            Err(wrong(*first, "There is no commitment of that name on record.").into())
        }
        Err(CarryError::Work(WorkError::NotPermitted(who))) => Err(wrong(*first, who).into()),
        Err(CarryError::Work(WorkError::Store(error))) => Err(IntakeError::Store(error)),
        Err(CarryError::Work(error)) => Err(wrong(*first, &error.to_string()).into()),
    }
}

/// The key by which it is told what is wrong with the older commitment.
pub const CONTINUES: &str = "continues";

fn became(item: &Item) -> Option<(u32, CommitmentRef)> {
    match &item.state {
        State::Accepted { reference } => Some((item.n, reference.clone())),
        _ => None,
    }
}

fn reference_of(key: &EntityKey, n: u32) -> Result<CommitmentRef, Wrong> {
    CommitmentRef::parse(&key.id).map_err(|error| Wrong::of(Some(n), "ref", error.to_string()))
}

/// The commitment as the record would have it: what the card says, and what follows from the document.
fn body_of(
    review: &Review,
    item: &Item,
    one: &Accepted,
    document: &DocumentId,
    names: &mut Names,
) -> Body {
    let intake = &review.intake;
    let mut body = item.fields.clone();
    let mut put = |key: &str, value: Value| body.insert(key.to_owned(), value);
    let own = item.fields.get("ref").and_then(Value::as_str);
    let reference = one.reference.as_deref().or(own);
    let reference = reference.map_or_else(|| names.draw(), str::to_owned);
    put("ref", reference.into());
    put("partnership", intake.partnership.as_str().into());
    put("document", document.as_str().into());
    put("promise", folded(&review.words(item)).into());
    put("paragraph", review.paragraph_of(item).into());
    if let Some(meeting) = &intake.meeting {
        body.entry("meeting").or_insert(meeting.as_str().into());
    }
    let issued = intake.issued.to_string();
    body.entry("opened").or_insert(issued.into());
    if let Some(deadline) = &one.deadline {
        body.insert("deadline".to_owned(), deadline.as_str().into());
    }
    if let Some(lead) = &one.lead {
        led_by(&mut body, lead);
    }
    body
}

fn edit_of(body: Body) -> Edit {
    let reference = body.get("ref").and_then(Value::as_str).unwrap_or_default();
    Edit {
        wanted: Wanted {
            key: EntityKey {
                kind: entity::COMMITMENT,
                id: reference.to_owned(),
            },
            seen: None,
            body,
        },
        reason: None,
    }
}
