//! Moving a meeting, or a deadline: everything that hangs on it is timed anew in the same
//! transaction, what was announced for the old date is taken back, and what changes is told
//! beforehand to whoever wants to know it.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::superseding::{supersede_briefs, supersede_what_changed};
use super::{ActError, Actor, another_try};
use crate::domain::access::{Viewer, may_read};
use crate::domain::book::Book;
use crate::domain::commitment::Commitment;
use crate::domain::consequence::Consequences;
use crate::domain::directory::Directory;
use crate::domain::ids::{CommitmentRef, MeetingId};
use crate::domain::ledger::OccurrenceEntry;
use crate::domain::meeting::Meeting;
use crate::domain::moving::{Entered, NewDate, NewDeadline, Refused, moved, redated};
use crate::domain::nearest::nearest;
use crate::domain::notice::Subject;
use crate::domain::retiming::Scope;
use crate::domain::schedule::desk_today;
use crate::planner::Moment;
use crate::planner::consequences::Comparison;
use crate::record::{EntityKey, entity};
use crate::store::{Snapshot, Store};
use crate::wording;

/// How many commitments are told one by one.
const MOST_TOLD: usize = 100;

/// A change of a date, made or only looked at, and what it does.
#[derive(Debug, Clone)]
pub struct Moved {
    /// The record around it, before and after: consequences name meetings and people.
    pub before: Arc<Directory>,
    pub after: Arc<Directory>,
    /// `the PMC with the U.S.: 10 July 2025, tentative becomes 31 July 2025, tentative`
    pub what: String,
    pub consequences: Consequences,
}

/// What is to be saved, and what it does.
struct Plan {
    moved: Moved,
    book: Book,
    key: EntityKey,
    /// The commitments it times anew, before and after.
    timed: Vec<(Arc<Commitment>, Arc<Commitment>)>,
    /// The meeting whose window changed.
    meeting: Option<MeetingId>,
    /// What the audit says of it.
    act: &'static str,
    subject: String,
    detail: String,
}

/// Gives a meeting another date or another standing. With `dry_run` nothing is changed.
pub async fn move_meeting(
    store: &Store,
    id: &str,
    wanted: &NewDate,
    actor: &Actor,
    now: DateTime<Utc>,
    dry_run: bool,
) -> Result<Moved, ActError> {
    make(store, actor, now, dry_run, async |snapshot: &Snapshot| {
        plan_of_meeting(snapshot, id, wanted, now).await
    })
    .await
}

/// Gives a commitment, or one of its milestones, another deadline. With `dry_run` nothing is changed.
pub async fn redate(
    store: &Store,
    reference: &CommitmentRef,
    wanted: &NewDeadline,
    actor: &Actor,
    now: DateTime<Utc>,
    dry_run: bool,
) -> Result<Moved, ActError> {
    make(store, actor, now, dry_run, async |snapshot: &Snapshot| {
        plan_of_deadline(snapshot, reference, wanted, now).await
    })
    .await
}

/// Looks, and unless it is a dry run changes, begun again where another writer was in the way.
async fn make(
    store: &Store,
    actor: &Actor,
    now: DateTime<Utc>,
    dry_run: bool,
    plan: impl AsyncFn(&Snapshot) -> Result<Plan, ActError>,
) -> Result<Moved, ActError> {
    if dry_run {
        return Ok(plan(&store.read().await?).await?.moved);
    }
    let mut n = 0;
    loop {
        match try_to_make(store, actor, now, &plan).await {
            Err(ActError::Store(error)) if another_try(n, &error).await.is_some() => n += 1,
            done => return done,
        }
    }
}

/// 1. The change, as the record stands under the edit's lock.
/// 2. Saved, and what was announced and is no longer true taken back.
/// 3. What hangs on a meeting is timed anew, in batches: there may be many.
async fn try_to_make(
    store: &Store,
    actor: &Actor,
    now: DateTime<Utc>,
    plan: &impl AsyncFn(&Snapshot) -> Result<Plan, ActError>,
) -> Result<Moved, ActError> {
    let mut change = store.edit().await?;
    let Plan {
        moved,
        book,
        key,
        timed,
        meeting,
        act,
        subject,
        detail,
    } = plan(&change).await?;
    change.save(&book, std::slice::from_ref(&key)).await?;
    let waiting = change.commitments_waiting().await?;
    for (old, new) in timed
        .iter()
        .filter(|(old, _)| waiting.contains(&old.reference))
    {
        supersede_what_changed(&mut change, &moved.before, &moved.after, old, new).await?;
    }
    if let Some(meeting) = &meeting {
        supersede_briefs(&mut change, meeting).await?;
        let scope = Scope::Meeting(meeting.clone());
        change.ask_replan_of(&scope).await?;
    }
    change
        .audit(now, actor.as_str(), act, &subject, &detail)
        .await?;
    change.commit().await?;
    Ok(moved)
}

async fn plan_of_meeting(
    snapshot: &Snapshot,
    id: &str,
    wanted: &NewDate,
    now: DateTime<Utc>,
) -> Result<Plan, ActError> {
    let before = snapshot.directory().await?;
    let Some(meeting) = before.meetings.get(id) else {
        let known = before.meetings.keys().map(|id| id.as_str());
        return Err(ActError::unknown("meeting", id, nearest(id, known)));
    };
    let entered = Entered {
        on: now.with_timezone(&before.house_zone()).date_naive(),
        at: now,
    };
    let changed = moved(meeting, wanted, entered)?;
    let moves = changed.dated() != meeting.dated();
    let mut after = Directory::clone(&before);
    after.meetings.insert(changed.id.clone(), changed.clone());
    let after = Arc::new(after);
    let timed = if moves {
        snapshot.open_of_meeting(&changed.id).await?
    } else {
        Vec::new()
    };
    let comparison = comparison(snapshot, &before, &after, now).await?;
    let consequences = of_meeting(snapshot, &comparison, meeting, &changed, &timed).await?;
    let said = |m: &Meeting| wording::date_of_meeting(m);
    let detail = format!("{} became {}", said(meeting), said(&changed));
    Ok(Plan {
        moved: Moved {
            what: format!(
                "{}: {} becomes {}",
                wording::with_article(&meeting.name()),
                said(meeting),
                said(&changed)
            ),
            consequences,
            before: Arc::clone(&before),
            after: Arc::clone(&after),
        },
        book: Book {
            directory: after,
            ..Book::default()
        },
        key: EntityKey {
            kind: entity::MEETING,
            id: changed.id.to_string(),
        },
        timed: timed.into_iter().map(|c| (Arc::clone(&c), c)).collect(),
        meeting: moves.then(|| changed.id.clone()),
        act: "move meeting",
        subject: changed.id.to_string(),
        detail: with_reason(detail, wanted.reason.as_deref()),
    })
}

/// What a moved meeting does: to what hangs on it, and to its brief.
async fn of_meeting(
    snapshot: &Snapshot,
    comparison: &Comparison<'_>,
    before: &Meeting,
    after: &Meeting,
    timed: &[Arc<Commitment>],
) -> Result<Consequences, ActError> {
    let pairs = timed.iter().map(|c| (Some(c.as_ref()), c.as_ref()));
    let pairs = pairs.collect();
    let mut consequences = told(Some(snapshot), comparison, pairs).await?;
    let open = match &after.partnership {
        Some(partnership) => snapshot.open_of_partnership(partnership).await?,
        None => Vec::new(),
    };
    let open: Vec<&Commitment> = open.iter().map(AsRef::as_ref).collect();
    let subject = Subject::Meeting(after.id.clone());
    let ledger = snapshot.ledger_of(&[subject]).await?;
    let brief = comparison.of_meeting(Some(before), after, &open, &ledger);
    consequences.briefs.extend(brief);
    Ok(consequences)
}

/// What changes for commitments, before and after: the first of them one by one, the others counted.
/// Without a snapshot there is no ledger yet.
pub(super) async fn told(
    snapshot: Option<&Snapshot>,
    comparison: &Comparison<'_>,
    pairs: Vec<(Option<&Commitment>, &Commitment)>,
) -> Result<Consequences, ActError> {
    // What the viewer may not read is not even counted.
    let lets_read = |c: &Commitment| may_read(comparison.viewer, c, comparison.after);
    let pairs: Vec<_> = pairs.into_iter().filter(|(_, c)| lets_read(c)).collect();
    let mut consequences = Consequences::default();
    for some in pairs.chunks(MOST_TOLD) {
        if consequences.commitments.len() >= MOST_TOLD {
            consequences.more += some.len();
            continue;
        }
        let subjects: Vec<Subject> = some
            .iter()
            .map(|(_, c)| Subject::Commitment(c.reference.clone()))
            .collect();
        let ledger = match snapshot {
            Some(snapshot) => snapshot.ledger_of(&subjects).await?,
            None => Vec::new(),
        };
        for (before, after) in some {
            let own = ledger.iter().filter(|e| match &e.subject {
                Subject::Commitment(r) | Subject::Milestone(r, _) => *r == after.reference,
                Subject::Meeting(_) | Subject::Reader(_) => false,
            });
            let own: Vec<OccurrenceEntry> = own.cloned().collect();
            let told = comparison.of_commitment(*before, after, &own);
            consequences.commitments.extend(told);
        }
    }
    Ok(consequences)
}

async fn plan_of_deadline(
    snapshot: &Snapshot,
    reference: &CommitmentRef,
    wanted: &NewDeadline,
    now: DateTime<Utc>,
) -> Result<Plan, ActError> {
    let directory = snapshot.directory().await?;
    let asked = std::slice::from_ref(reference);
    let Some(old) = snapshot.commitments(asked).await?.remove(reference) else {
        return Err(ActError::unknown("commitment", reference.as_str(), None));
    };
    let entered = Entered {
        on: desk_today(&old, &directory, now),
        at: now,
    };
    let new = Arc::new(redated(&old, &directory, wanted, entered)?);
    let comparison = comparison(snapshot, &directory, &directory, now).await?;
    let subject = Subject::Commitment(reference.clone());
    let ledger = snapshot.ledger_of(&[subject]).await?;
    let told = comparison.of_commitment(Some(&old), &new, &ledger);
    let from = match &wanted.milestone {
        None => old.deadline.as_ref(),
        Some(title) => {
            let mut steps = old.milestones.iter();
            steps
                .find(|m| m.title == *title)
                .and_then(|m| m.deadline.as_ref())
        }
    };
    let from = from.map_or("no deadline", |d| d.text());
    let detail = format!("{from} became {}", wanted.deadline);
    // Of a restricted commitment the command line says no more than what was typed there.
    let of = match &wanted.milestone {
        Some(title) if !old.is_restricted() => format!("{reference}, “{title}”"),
        _ => reference.to_string(),
    };
    Ok(Plan {
        moved: Moved {
            what: if old.is_restricted() {
                format!("{of}: a new deadline; what changes is shown to its readers")
            } else {
                format!("{of}: {from} becomes {}", wanted.deadline)
            },
            consequences: Consequences {
                commitments: told.into_iter().collect(),
                ..Consequences::default()
            },
            before: Arc::clone(&directory),
            after: Arc::clone(&directory),
        },
        book: Book {
            directory,
            commitments: [(reference.clone(), Arc::clone(&new))].into(),
            ..Book::default()
        },
        key: EntityKey {
            kind: entity::COMMITMENT,
            id: reference.to_string(),
        },
        timed: vec![(old, new)],
        meeting: None,
        act: "redate",
        subject: of,
        detail: with_reason(detail, wanted.reason.as_deref()),
    })
}

async fn comparison<'a>(
    snapshot: &Snapshot,
    before: &'a Directory,
    after: &'a Directory,
    now: DateTime<Utc>,
) -> Result<Comparison<'a>, ActError> {
    Ok(Comparison {
        before,
        after,
        moment: Moment {
            now,
            live_on: snapshot.installation().await?.live_on,
        },
        // Whoever types it at the machine: restricted commitments are not theirs to read.
        viewer: &Viewer::Operator,
    })
}

fn with_reason(detail: String, reason: Option<&str>) -> String {
    match reason {
        Some(reason) => format!("{detail}: {}", reason.trim()),
        None => detail,
    }
}

/// The ids of things of one kind.
pub(super) fn ids_of<'a>(keys: &'a [EntityKey], kind: &str) -> BTreeSet<&'a str> {
    keys.iter()
        .filter(|key| key.kind == kind)
        .map(|key| key.id.as_str())
        .collect()
}

impl From<Refused> for ActError {
    fn from(refused: Refused) -> Self {
        ActError::Refused(refused.0)
    }
}
