//! What is decided about a proposal, short of its coming on record.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{IntakeError, Target, by, held, house};
use crate::acts::another_try;
use crate::acts::editing::Editor;
use crate::domain::book::Book;
use crate::intake::lexicon::Lexicon;
use crate::intake::review::beside::{Look, of_piece};
use crate::intake::review::deciding::{self, Chosen, Decision, Drafted};
use crate::intake::review::{Item, Review};
use crate::store::Store;

/// Decides about one proposal; returns those that changed or are new.
pub async fn decide(
    store: &Store,
    lexicon: &Lexicon,
    (id, target): (Uuid, Target),
    decision: &Decision,
    editor: &Editor,
    now: DateTime<Utc>,
) -> Result<Vec<Item>, IntakeError> {
    work_on(store, id, editor, now, |review, book| {
        target.of(review)?;
        let by = by(editor, now)?;
        let draft = |words: &str| drafted(words, review, (book, lexicon), editor, now);
        let after = deciding::decided(review, target.n, decision, by, draft)?;
        let told = format!("proposal {}: {}", target.n, decision.word());
        Ok((after, told))
    })
    .await
}

/// Turns several down at once, for one reason.
pub async fn reject_several(
    store: &Store,
    id: Uuid,
    targets: &[Target],
    reason: Option<&str>,
    editor: &Editor,
    now: DateTime<Utc>,
) -> Result<Vec<Item>, IntakeError> {
    work_on(store, id, editor, now, |review, _| {
        let by = by(editor, now)?;
        let mut after = Vec::new();
        for target in targets {
            target.of(review)?;
            let decision = Decision::Reject {
                reason: reason.map(str::to_owned),
            };
            let draft = |_: &str| Drafted::default();
            after.extend(deciding::decided(review, target.n, &decision, by, draft)?);
        }
        let numbers: Vec<String> = after.iter().map(|item| item.n.to_string()).collect();
        Ok((after, format!("proposals {}: rejected", numbers.join(", "))))
    })
    .await
}

/// Proposes words of the document that the program did not.
pub async fn add(
    store: &Store,
    lexicon: &Lexicon,
    id: Uuid,
    chosen: &Chosen,
    editor: &Editor,
    now: DateTime<Utc>,
) -> Result<Vec<Item>, IntakeError> {
    work_on(store, id, editor, now, |review, book| {
        let draft = |words: &str| drafted(words, review, (book, lexicon), editor, now);
        let item = deciding::added(review, chosen, by(editor, now)?, draft)?;
        let told = format!("proposal {}: {}", item.n, chosen.origin);
        Ok((vec![item], told))
    })
    .await
}

fn drafted(
    words: &str,
    review: &Review,
    (book, lexicon): (&Book, &Lexicon),
    editor: &Editor,
    now: DateTime<Utc>,
) -> Drafted {
    let house = house(&review.intake, &book.directory, now);
    let look = Look {
        book,
        viewer: &editor.viewer,
        lexicon,
    };
    of_piece(words, &review.intake, house, look)
}

/// Works on a document: what comes of it is kept, and the audit says so without its words.
async fn work_on(
    store: &Store,
    id: Uuid,
    editor: &Editor,
    now: DateTime<Utc>,
    work: impl Fn(&Review, &Book) -> Result<(Vec<Item>, String), IntakeError>,
) -> Result<Vec<Item>, IntakeError> {
    let mut n = 0;
    loop {
        match try_to_work(store, id, editor, now, &work).await {
            Err(IntakeError::Store(error)) if another_try(n, &error).await.is_some() => n += 1,
            done => return done,
        }
    }
}

async fn try_to_work(
    store: &Store,
    id: Uuid,
    editor: &Editor,
    now: DateTime<Utc>,
    work: &impl Fn(&Review, &Book) -> Result<(Vec<Item>, String), IntakeError>,
) -> Result<Vec<Item>, IntakeError> {
    let mut change = store.change().await?;
    let book = change.book().await?;
    let review = held(&mut change, &book.directory, id, editor, now).await?;
    let (after, told) = work(&review, &book)?;
    if after.is_empty() {
        change.roll_back().await?;
        return Ok(after);
    }
    if !change.save_items(id, &after).await? {
        let first = after.first().map_or(0, |item| item.n);
        return Err(IntakeError::Overtaken(first));
    }
    let actor = editor.actor.as_str();
    change
        .audit(now, actor, "decide on proposal", &id.to_string(), &told)
        .await?;
    change.commit().await?;
    Ok(after)
}
