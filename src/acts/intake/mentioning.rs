//! A proposal that says an older promise again is kept as a mention of it, and not as a commitment of its
//! own.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{IntakeError, Target, by, held};
use crate::acts::another_try;
use crate::acts::editing::Editor;
use crate::acts::mentions::{MentionError, Said, enter_in};
use crate::domain::commitment::{Effect, Mention};
use crate::domain::ids::{CommitmentRef, DocumentId};
use crate::domain::intake::State;
use crate::intake::review::deciding::{changed, must_be_open};
use crate::intake::review::text::folded;
use crate::intake::review::{Item, Review, Wrong};
use crate::store::Store;

/// Which promise is said again, and what that does to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Again {
    pub reference: CommitmentRef,
    pub effect: Effect,
}

/// Keeps a proposal as a mention.
pub async fn keep_as_mention(
    store: &Store,
    (id, target): (Uuid, Target),
    again: &Again,
    editor: &Editor,
    now: DateTime<Utc>,
) -> Result<(), IntakeError> {
    let mut n = 0;
    loop {
        match try_to_keep(store, (id, target), again, editor, now).await {
            Err(IntakeError::Store(error)) if another_try(n, &error).await.is_some() => n += 1,
            done => return done,
        }
    }
}

async fn try_to_keep(
    store: &Store,
    (id, target): (Uuid, Target),
    again: &Again,
    editor: &Editor,
    now: DateTime<Utc>,
) -> Result<(), IntakeError> {
    let mut change = store.edit().await?;
    let directory = change.directory().await?;
    let review = held(&mut change, &directory, id, editor, now).await?;
    let item = target.of(&review)?;
    must_be_open(item)?;
    let said = said(&review, item, again)?;
    enter_in(&mut change, &[said], editor, now)
        .await
        .map_err(|error| of_mention(error, item.n))?;
    let Again { reference, effect } = again;
    let state = State::Mention {
        reference: reference.clone(),
        effect: *effect,
    };
    let after = [changed(item, state, by(editor, now)?)];
    if !change.save_items(id, &after).await? {
        return Err(IntakeError::Overtaken(item.n));
    }
    let detail = format!("proposal {}: it {effect} {reference}", item.n);
    let actor = editor.actor.as_str();
    change
        .audit(now, actor, "keep mention", &id.to_string(), &detail)
        .await?;
    change.commit().await?;
    Ok(())
}

fn said(review: &Review, item: &Item, again: &Again) -> Result<Said, IntakeError> {
    let document: DocumentId = review.intake.document.clone().ok_or_else(|| {
        let what = "The document is not on record yet: confirm it and its meeting first.";
        Wrong::of(Some(item.n), "document", what)
    })?;
    Ok(Said {
        reference: again.reference.clone(),
        mention: Mention {
            date: review.intake.issued,
            document,
            paragraph: Some(review.paragraph_of(item)),
            words: folded(&review.words(item)),
            effect: again.effect,
        },
    })
}

fn of_mention(error: MentionError, n: u32) -> IntakeError {
    match error {
        MentionError::Unfit(complaints) => {
            let wrong = complaints.into_iter();
            let wrong = wrong.map(|(_, c)| Wrong::of(Some(n), "mention", c.words));
            IntakeError::Wrong(wrong.collect())
        }
        // Which promise it is was typed: it is told there.
        MentionError::Edit(error) => match IntakeError::of_edit(error, Some(n)) {
            IntakeError::NotFound => {
                let what = "There is no commitment of that name on record.";
                Wrong::of(Some(n), "mention", what).into()
            }
            other => other,
        },
    }
}
