//! Mail as pages show it: one line a notice, one line for what was left unsaid. A notice is shown
//! for what its viewer may read of it; one that carries nothing of that does not exist for them.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::domain::ids::CommitmentRef;
use crate::domain::ledger::{NoticeEntry, NoticeItem, OccurrenceEntry};
use crate::domain::notice::{NoticeState, OccurrenceState, Subject};
use crate::wording;

use super::next::local_time;
use super::row::{Link, MarkView};
use super::scene::Scene;

/// One line about a notice.
#[derive(Debug, Serialize)]
pub struct NoticeLine<'a> {
    pub href: String,
    pub recipient: &'a str,
    pub recipient_id: &'a str,
    /// Who it went to, and when, in the recipient's own time.
    pub to: &'a str,
    pub when: String,
    pub kind: &'static str,
    pub mark: MarkView,
    pub subject: String,
    pub references: Vec<Link>,
    pub more_references: usize,
    pub attempts: u32,
}

/// How many references a line names.
const REFERENCES: usize = 6;

/// The notices this viewer may see, the latest first; those of one moment by their recipient.
pub fn lines<'a>(scene: &Scene<'a>, notices: &'a [NoticeEntry]) -> Vec<NoticeLine<'a>> {
    let visible = notices.iter().filter(|n| is_visible(scene, n));
    let mut visible: Vec<&NoticeEntry> = visible.collect();
    visible.sort_by_key(|n| (Reverse(shown_at(n)), &n.recipient, n.part));
    visible.into_iter().map(|n| line(scene, n)).collect()
}

/// When it was settled; until then, when it is due.
fn shown_at(notice: &NoticeEntry) -> DateTime<Utc> {
    notice.settled_at.unwrap_or(notice.due_at)
}

/// Whether a viewer may know of a notice: one without items (a test) is no secret, any other shows
/// itself by what of it may be read.
pub fn is_visible(scene: &Scene<'_>, notice: &NoticeEntry) -> bool {
    notice.items.is_empty() || readable_items(scene, notice).next().is_some()
}

/// The items of a notice that the viewer may read.
pub fn readable_items<'n>(
    scene: &Scene<'_>,
    notice: &'n NoticeEntry,
) -> impl Iterator<Item = &'n NoticeItem> {
    let scene = *scene;
    notice
        .items
        .iter()
        .filter(move |i| scene.commitment(i.item.commitment.as_str()).is_some())
}

/// Whether the viewer may read all of it: only then its subject and its words are shown.
pub fn is_wholly_readable(scene: &Scene<'_>, notice: &NoticeEntry) -> bool {
    readable_items(scene, notice).count() == notice.items.len()
}

fn line<'a>(scene: &Scene<'a>, notice: &'a NoticeEntry) -> NoticeLine<'a> {
    let references: BTreeSet<&CommitmentRef> = readable_items(scene, notice)
        .map(|i| &i.item.commitment)
        .collect();
    let zone = scene.directory().hours(&notice.recipient).zone;
    NoticeLine {
        href: format!("/mail/{}", notice.id),
        recipient: scene.directory().reader_name(&notice.recipient),
        recipient_id: notice.recipient.as_str(),
        to: &notice.to,
        when: local_time(shown_at(notice), zone),
        kind: wording::notice_kind(notice.kind),
        mark: short_mark(notice.state),
        subject: subject(scene, notice),
        more_references: references.len().saturating_sub(REFERENCES),
        references: references
            .into_iter()
            .take(REFERENCES)
            .map(|r| Link::new(format!("/commitments/{r}"), r.to_string()))
            .collect(),
        attempts: notice.attempts,
    }
}

/// The subject as it was written, where the viewer may read everything it speaks of.
pub fn subject(scene: &Scene<'_>, notice: &NoticeEntry) -> String {
    let written = notice.subject.as_ref();
    match written.filter(|_| is_wholly_readable(scene, notice)) {
        Some(subject) => subject.clone(),
        None => format!(
            "{} for {}, {}",
            super::say::capitalised(wording::notice_kind(notice.kind)),
            wording::with_article(scene.directory().reader_name(&notice.recipient)),
            wording::short_day(notice.date)
        ),
    }
}

/// The mark of a notice's state; its shapes say how it ended.
pub fn state_mark(state: NoticeState) -> MarkView {
    let (shape, class) = match state {
        NoticeState::Sent => ("✓", "good"),
        NoticeState::Gathering | NoticeState::Pending => ("○", "waiting"),
        NoticeState::Claimed | NoticeState::InData => ("◔", "waiting"),
        NoticeState::Deferred => ("↻", "warned"),
        NoticeState::InDoubt | NoticeState::Parked => ("?", "warned"),
        NoticeState::Rejected | NoticeState::Bounced => ("✕", "bad"),
        NoticeState::Cancelled | NoticeState::Expired => ("–", "quiet"),
    };
    MarkView {
        shape,
        word: wording::notice_state(state),
        class,
    }
}

/// The mark without its explanation, for tables.
fn short_mark(state: NoticeState) -> MarkView {
    let mark = state_mark(state);
    let word = mark.word.split(':').next().unwrap_or(mark.word);
    MarkView { word, ..mark }
}

/// Something that fell due and was not sent.
#[derive(Debug, Serialize)]
pub struct UnsaidLine {
    pub rule: String,
    pub milestone: Option<String>,
    pub recipient: Link,
    pub date: String,
    pub state: &'static str,
    pub why: &'static str,
}

/// What was left unsaid about one commitment, and why; the latest first.
pub fn unsaid(scene: &Scene<'_>, entries: &[OccurrenceEntry]) -> Vec<UnsaidLine> {
    let mut silent: Vec<&OccurrenceEntry> = entries
        .iter()
        .filter(|e| !matches!(e.state, OccurrenceState::Sent | OccurrenceState::Waiting))
        .collect();
    silent.sort_by_key(|e| Reverse((e.date, e.id)));
    silent.into_iter().map(|e| unsaid_line(scene, e)).collect()
}

fn unsaid_line(scene: &Scene<'_>, entry: &OccurrenceEntry) -> UnsaidLine {
    UnsaidLine {
        rule: wording::rule_name(entry.rule),
        milestone: match &entry.subject {
            Subject::Milestone(_, title) => Some(title.clone()),
            _ => None,
        },
        recipient: super::next::reader_link(scene, &entry.recipient),
        date: wording::day(entry.date),
        state: wording::occurrence_state(entry.state),
        why: why(entry),
    }
}

/// Why an occurrence was not sent.
pub fn why(entry: &OccurrenceEntry) -> &'static str {
    match (entry.reason, entry.state) {
        (Some(reason), _) => wording::reason(reason),
        (None, OccurrenceState::Superseded) => "The deadline was changed before it was sent.",
        (None, _) => "Its notice did not go out.",
    }
}
