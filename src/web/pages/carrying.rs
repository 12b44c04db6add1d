//! At the next meeting of a series: one page for what earlier meetings left open, each beside what of the
//! new meeting resembles it. It is marked as met, continued by one of these, or dropped.

use serde::Serialize;

use crate::acts::carrying::{self as acts, standing as standing_of};
use crate::acts::working::Worker;
use crate::domain::access::may_read_update;
use crate::domain::after_meeting::has_begun;
use crate::domain::carrying::is_to_continue;
use crate::domain::commitment::Commitment;
use crate::domain::document::Document;
use crate::domain::meeting::Meeting;
use crate::domain::reporting::{Complaint, Seen};
use crate::intake::lexicon::Lexicon;
use crate::intake::matching::{LeftOpen, Like, left_open};
use crate::web::forms::{Choice, Complaints, Sent, by_field};
use crate::web::row::Row;
use crate::web::say;
use crate::web::scene::Scene;
use crate::web::standing::Standing;
use crate::wording;

#[derive(Debug, Serialize)]
pub struct CarryPage<'a> {
    pub id: &'a str,
    pub name: String,
    pub answer: String,
    pub items: Vec<Item<'a>>,
    /// Whether what is marked is proposed to somebody: all of it, some of it.
    pub proposes: bool,
    /// What is for somebody else to say.
    pub others: Vec<Row<'a>>,
    pub complaint: bool,
}

/// One commitment that was left open.
#[derive(Debug, Serialize)]
pub struct Item<'a> {
    pub row: Row<'a>,
    pub promise: &'a str,
    /// What is marked waits for the SOM leader.
    pub proposes: bool,
    /// What waits for a decision on it already.
    pub waiting: Option<String>,
    /// What of the new meeting resembles it.
    pub alike: Vec<AlikeView<'a>>,
    /// Which documents of the new meeting say it again.
    pub again: Vec<String>,
    pub seen: String,
    pub outcomes: Vec<Choice>,
    pub successors: Vec<Choice>,
    pub reason: String,
    pub complaints: Complaints,
}

#[derive(Debug, Serialize)]
pub struct AlikeView<'a> {
    pub reference: &'a str,
    pub title: &'a str,
    pub words: &'a str,
    pub why: String,
}

/// What was typed of one, as its fields are named.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TypedMark {
    pub what: String,
    pub seen: String,
    pub outcome: String,
    pub new: String,
    pub reason: String,
}

/// What was typed, and what is the matter with it, by the place of the thing in the form.
#[derive(Debug, Default)]
pub struct Typed {
    pub marks: Vec<TypedMark>,
    pub complaints: Vec<(usize, Complaint)>,
}

impl Typed {
    pub fn read(sent: &Sent) -> Self {
        let things = sent.fields.iter();
        let things = things.filter(|(name, _)| name.starts_with("what@"));
        let marks = things.map(|(name, what)| {
            let n = name.trim_start_matches("what@");
            let text = |field: &str| sent.text(&format!("{field}@{n}")).replace("\r\n", "\n");
            TypedMark {
                what: what.clone(),
                seen: text("seen"),
                outcome: text("outcome"),
                new: text("new"),
                reason: text("reason"),
            }
        });
        Self {
            marks: marks.collect(),
            complaints: Vec::new(),
        }
    }

    /// What came back of a commitment, and its complaints.
    fn of(&self, reference: &str) -> (TypedMark, Complaints) {
        let place = self.marks.iter().position(|mark| mark.what == reference);
        let Some(place) = place else {
            return (TypedMark::default(), Complaints::new());
        };
        let own = self.complaints.iter().filter(|(n, _)| *n == place);
        let own: Vec<Complaint> = own.map(|(_, complaint)| complaint.clone()).collect();
        (self.marks[place].clone(), by_field(&own))
    }
}

/// Whether earlier meetings of the same series left something open that waits for this viewer's word.
pub fn is_to_be_told(scene: &Scene<'_>, meeting: &Meeting) -> bool {
    let is_earlier = |c: &Commitment| {
        let of = c.meeting.as_ref();
        let of = of.and_then(|id| scene.directory().meetings.get(id));
        of.is_some_and(|of| {
            let before = (of.number, of.dated().map(|d| d.window.last));
            of.id != meeting.id
                && of.series == meeting.series
                && of.partnership == meeting.partnership
                && before < (meeting.number, meeting.dated().map(|d| d.window.first))
        })
    };
    let mut open = scene.open();
    let rights = scene.rights();
    has_begun(meeting, scene.today())
        && open.any(|s| is_earlier(&s.commitment) && standing_of(&rights, &s.commitment).is_some())
}

/// What waits for a decision on a commitment, as far as the viewer reads it: `Officer, 21 May 2025:
/// Met at the 38th Dialogue`.
pub fn waiting(scene: &Scene<'_>, commitment: &Commitment) -> Option<String> {
    let latest = commitment.latest_update(scene.today())?;
    let directory = scene.directory();
    let is_read = may_read_update(scene.viewer, latest, commitment, directory);
    if !latest.awaits_review() || !is_read {
        return None;
    }
    let by = latest
        .by
        .as_ref()
        .map_or("", |by| directory.reader_name(by));
    let said = latest.text.as_deref().unwrap_or("an update");
    Some(format!("{by}, {}: {said}", wording::day(latest.date)))
}

/// The open commitment that follows it already: somebody proposed that it be carried forward into that.
pub fn follower<'a>(scene: &Scene<'a>, commitment: &Commitment) -> Option<&'a Commitment> {
    let all = scene.book.commitments.values().map(AsRef::as_ref);
    let following = all.filter(|c: &&'a Commitment| is_to_continue(c, &commitment.reference));
    let mut readable = following.filter_map(|c| scene.commitment(c.reference.as_str()));
    readable.next()
}

/// Draws it; `typed` is what came back, `carry` the one that somebody came to carry forward.
pub fn carrying<'a>(
    scene: &Scene<'a>,
    meeting: &'a Meeting,
    lexicon: &Lexicon,
    worker: &Worker,
    (typed, carry): (Option<&Typed>, Option<&str>),
) -> CarryPage<'a> {
    let begun = has_begun(meeting, scene.today());
    let left = match begun {
        true => left_open(scene.book, meeting, scene.viewer, lexicon),
        false => Vec::new(),
    };
    let mut items = Vec::new();
    let mut others = Vec::new();
    for left in left {
        let reference = &left.commitment.reference;
        let standing = scene.open().find(|s| s.commitment.reference == *reference);
        let Some(standing) = standing else { continue };
        let by = worker.reader();
        match standing_of(&scene.rights(), &standing.commitment).filter(|_| by.is_some()) {
            Some(acts::Standing::Proposes) if waiting(scene, left.commitment).is_some() => {
                others.push(Row::of(standing, scene.directory()));
            }
            Some(by_right) => {
                let of = (standing, by_right);
                items.push(item(scene, meeting, of, &left, worker, (typed, carry)));
            }
            None => others.push(Row::of(standing, scene.directory())),
        }
    }
    CarryPage {
        id: meeting.id.as_str(),
        name: meeting.name(),
        answer: answer(begun, items.len()),
        proposes: items.iter().any(|item| item.proposes),
        items,
        others,
        complaint: typed.is_some(),
    }
}

fn answer(begun: bool, items: usize) -> String {
    match (begun, items) {
        (false, _) => {
            "It is still to come: what becomes of earlier commitments can be entered once it has begun."
                .to_owned()
        }
        (true, 0) => "Earlier meetings left nothing open that waits for your word.".to_owned(),
        (true, 1) => "Earlier meetings left one commitment open: say what became of it.".to_owned(),
        (true, n) => format!(
            "Earlier meetings left {} commitments open: say what became of each.",
            say::number(n).to_lowercase()
        ),
    }
}

fn item<'a>(
    scene: &Scene<'a>,
    meeting: &Meeting,
    (standing, by_right): (&'a Standing, acts::Standing),
    left: &LeftOpen<'_>,
    worker: &Worker,
    (typed, carry): (Option<&Typed>, Option<&str>),
) -> Item<'a> {
    let commitment: &'a Commitment = &standing.commitment;
    let (mark, complaints) = typed
        .map(|typed| typed.of(commitment.reference.as_str()))
        .unwrap_or_default();
    let seen = worker.reader();
    let seen = seen.map(|by| Seen::of(commitment, &by, None).to_string());
    let alike = left.alike.iter().take(3);
    // Nothing is decided by silence: what is proposed is chosen for whoever came to decide on just that.
    let asked = typed.is_none() && carry == Some(commitment.reference.as_str());
    let follower = follower(scene, commitment);
    let (outcome, new) = match follower.filter(|_| asked) {
        Some(next) => ("continued", next.reference.as_str()),
        None => (mark.outcome.as_str(), mark.new.as_str()),
    };
    Item {
        row: Row::of(standing, scene.directory()),
        promise: &commitment.promise.words,
        alike: alike.filter_map(|like| alike_view(scene, like)).collect(),
        again: again(scene, meeting, commitment),
        seen: seen.unwrap_or_default(),
        proposes: by_right == acts::Standing::Proposes,
        waiting: waiting(scene, commitment),
        outcomes: outcomes(outcome),
        successors: successors(scene, meeting, left, new),
        reason: mark.reason,
        complaints,
    }
}

fn alike_view<'a>(scene: &Scene<'a>, like: &Like) -> Option<AlikeView<'a>> {
    let commitment = scene.commitment(like.reference.as_str())?;
    Some(AlikeView {
        reference: commitment.reference.as_str(),
        title: &commitment.title,
        words: &commitment.promise.words,
        why: say::sentence(&like.why),
    })
}

/// `Chair's Statement says it more strongly, in paragraph 3`
fn again(scene: &Scene<'_>, meeting: &Meeting, commitment: &Commitment) -> Vec<String> {
    let of_meeting = |d: &&Document| d.meeting.as_ref() == Some(&meeting.id);
    let said = commitment.mentions.iter().filter_map(|mention| {
        let document = scene.book.document(mention.document.as_str());
        let document = document.filter(of_meeting)?;
        let place = mention.paragraph.map(|n| format!(", in paragraph {n}"));
        let effect = wording::effect(mention.effect);
        let words = format!("{} {effect}{}", document.title, place.unwrap_or_default());
        Some(say::sentence(&words))
    });
    said.collect()
}

fn outcomes(chosen: &str) -> Vec<Choice> {
    let all = [
        ("", "Leave it open"),
        ("met", "Met"),
        ("continued", "Continued by a commitment of this meeting"),
        ("dropped", "Dropped"),
    ];
    let choice = |(value, text): (&str, &str)| Choice {
        value: value.to_owned(),
        text: text.to_owned(),
        chosen: value == chosen,
    };
    all.into_iter().map(choice).collect()
}

/// The open commitments of the meeting, those that resemble it first; none is chosen for anybody.
fn successors(
    scene: &Scene<'_>,
    meeting: &Meeting,
    left: &LeftOpen<'_>,
    chosen: &str,
) -> Vec<Choice> {
    let place = |c: &Commitment| {
        let place = left.alike.iter().position(|l| l.reference == c.reference);
        (place.unwrap_or(usize::MAX), c.reference.clone())
    };
    let of_meeting = scene.open().map(|s| &*s.commitment);
    let of_meeting = of_meeting.filter(|c| c.meeting.as_ref() == Some(&meeting.id));
    let mut of_meeting: Vec<&Commitment> = of_meeting
        .filter(|c| c.partnership == left.commitment.partnership)
        .filter(|c| {
            let other = c.follows.as_ref();
            other.is_none_or(|other| *other == left.commitment.reference)
        })
        .collect();
    of_meeting.sort_by_key(|c| place(c));
    let none = Choice {
        value: String::new(),
        text: "none".to_owned(),
        chosen: chosen.is_empty(),
    };
    let choice = |c: &Commitment| Choice {
        value: c.reference.to_string(),
        text: format!("{} {}", c.reference, c.title),
        chosen: c.reference.as_str() == chosen,
    };
    std::iter::once(none)
        .chain(of_meeting.into_iter().map(choice))
        .collect()
}
