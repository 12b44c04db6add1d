//! After a meeting: one page for what hung on it. Each thing is marked met, moved, carried forward or
//! dropped, with a reason; what is left open stays as it is.

use serde::Serialize;

use crate::acts::working::Worker;
use crate::domain::after_meeting::{has_begun, hung_on, overtaken_by};
use crate::domain::book::Book;
use crate::domain::commitment::Commitment;
use crate::domain::ids::CommitmentRef;
use crate::domain::meeting::{Meeting, MeetingStatus};
use crate::domain::reporting::Seen;
use crate::web::forms::{Choice, Complaints, Sent};
use crate::web::row::{Row, meeting_away};
use crate::web::say;
use crate::web::scene::{Scene, meeting_order};
use crate::web::standing::Standing;
use crate::wording;

#[derive(Debug, Serialize)]
pub struct AfterPage<'a> {
    pub id: &'a str,
    pub name: String,
    pub answer: String,
    /// The meeting has begun: there is something to say of it.
    pub begun: bool,
    /// It may be marked as held.
    pub may_hold: bool,
    pub hold: bool,
    pub items: Vec<Item<'a>>,
    /// What hung on it and is for somebody else to decide.
    pub others: Vec<Row<'a>>,
    pub complaint: bool,
}

/// One thing that hung on it.
#[derive(Debug, Serialize)]
pub struct Item<'a> {
    pub row: Row<'a>,
    pub milestone: Option<&'a str>,
    pub promise: &'a str,
    /// What the desk reported last.
    pub reported: Option<String>,
    /// Names the thing in the form: reference, then the milestone.
    pub what: String,
    pub seen: String,
    pub outcomes: Vec<Choice>,
    pub reason: String,
    pub to: String,
    pub meetings: Vec<Choice>,
    /// The reference of the successor.
    pub new: String,
    pub carries: bool,
    /// Earlier milestones, offered to be closed with it.
    pub earlier: Vec<Choice>,
    pub complaints: Complaints,
}

/// What was typed of one thing, as its fields are named.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TypedMark {
    pub what: String,
    pub seen: String,
    pub outcome: String,
    pub reason: String,
    pub to: String,
    pub meeting: String,
    pub new: String,
    pub earlier: Vec<String>,
}

/// What was typed, and what is the matter with it, by the place of the thing in the form.
#[derive(Debug, Default)]
pub struct Typed {
    pub marks: Vec<TypedMark>,
    pub complaints: Vec<(usize, crate::domain::reporting::Complaint)>,
    pub held: bool,
}

impl Typed {
    pub fn read(sent: &Sent) -> Self {
        let things = sent
            .fields
            .iter()
            .filter(|(name, _)| name.starts_with("what@"));
        let marks = things.map(|(name, what)| {
            let n = name.trim_start_matches("what@");
            let text = |field: &str| sent.text(&format!("{field}@{n}")).replace("\r\n", "\n");
            let earlier = format!("earlier@{n}");
            let earlier = sent.fields.iter().filter(|(name, _)| *name == earlier);
            TypedMark {
                what: what.clone(),
                seen: text("seen"),
                outcome: text("outcome"),
                reason: text("reason"),
                to: text("to"),
                meeting: text("meeting"),
                new: text("new"),
                earlier: earlier.map(|(_, title)| title.clone()).collect(),
            }
        });
        Self {
            marks: marks.collect(),
            complaints: Vec::new(),
            held: !sent.text("held").is_empty(),
        }
    }

    fn of(&self, what: &str) -> Option<(usize, &TypedMark)> {
        self.marks
            .iter()
            .enumerate()
            .find(|(_, mark)| mark.what == what)
    }
}

/// `US37-03|Endorsed`
pub fn name_of(reference: &CommitmentRef, milestone: Option<&str>) -> String {
    format!("{reference}|{}", milestone.unwrap_or_default())
}

/// Draws it; `typed` is what came back.
pub fn after_meeting<'a>(
    scene: &Scene<'a>,
    meeting: &'a Meeting,
    worker: &Worker,
    typed: Option<&Typed>,
) -> AfterPage<'a> {
    let rights = scene.rights();
    let begun = has_begun(meeting, scene.today());
    let mut items = Vec::new();
    let mut others = Vec::new();
    if begun {
        for standing in scene.open() {
            let hung = hung_on(
                &standing.commitment,
                meeting,
                scene.directory(),
                standing.today,
            );
            if hung.is_empty() {
                continue;
            }
            if !rights.may_close(&standing.commitment) {
                others.push(Row::of(standing, scene.directory()));
                continue;
            }
            items.extend(
                hung.into_iter()
                    .map(|milestone| item(scene, meeting, worker, standing, milestone, typed)),
            );
        }
    }
    let may_hold =
        begun && meeting.status != MeetingStatus::Held && rights.may_move_meeting(meeting, false);
    AfterPage {
        id: meeting.id.as_str(),
        name: meeting.name(),
        answer: answer(scene, meeting, begun, items.len()),
        begun,
        may_hold,
        hold: typed.is_none_or(|typed| typed.held),
        items,
        others,
        complaint: typed.is_some(),
    }
}

fn answer(scene: &Scene<'_>, meeting: &Meeting, begun: bool, items: usize) -> String {
    let away = meeting_away(meeting, scene.today());
    let away = away.map(|a| format!(" ({a})")).unwrap_or_default();
    let date = say::sentence(&format!("{}{away}", wording::date_of_meeting(meeting)));
    let rest = match (begun, items) {
        (false, _) => {
            "It is still to come: what came of it can be entered once it has begun.".to_owned()
        }
        (true, 0) => "Nothing that hung on it waits for your word.".to_owned(),
        (true, 1) => "One thing hung on it: say what came of it.".to_owned(),
        (true, n) => format!(
            "{} things hung on it: say what came of each.",
            say::number(n)
        ),
    };
    format!("{date} {rest}")
}

fn item<'a>(
    scene: &Scene<'a>,
    meeting: &Meeting,
    worker: &Worker,
    standing: &'a Standing,
    milestone: Option<&'a str>,
    typed: Option<&Typed>,
) -> Item<'a> {
    let commitment: &'a Commitment = &standing.commitment;
    let what = name_of(&commitment.reference, milestone);
    let came_back = typed.and_then(|typed| typed.of(&what));
    let complaints = match (typed, came_back) {
        (Some(typed), Some((place, _))) => {
            let own = typed.complaints.iter().filter(|(n, _)| *n == place);
            let own: Vec<_> = own.map(|(_, complaint)| complaint.clone()).collect();
            crate::web::forms::by_field(&own)
        }
        _ => Complaints::new(),
    };
    let blank = TypedMark {
        new: next_reference(scene.book, &commitment.reference),
        earlier: milestone
            .map(|title| overtaken_by(commitment, title))
            .unwrap_or_default()
            .into_iter()
            .map(str::to_owned)
            .collect(),
        ..TypedMark::default()
    };
    let mark = came_back.map_or(&blank, |(_, mark)| mark);
    let latest = commitment
        .latest_update(standing.today)
        .filter(|u| scene.may_read_update(u, commitment));
    let by = worker.reader();
    Item {
        row: Row::of(standing, scene.directory()),
        milestone,
        promise: &commitment.promise.words,
        reported: latest.map(|u| {
            let text = u
                .text
                .as_deref()
                .map(|t| format!(": {t}"))
                .unwrap_or_default();
            format!(
                "{}, {}{text}",
                wording::reported(u.reported),
                wording::day(u.date)
            )
        }),
        seen: by.map_or(String::new(), |by| {
            Seen::of(commitment, &by, None).to_string()
        }),
        outcomes: outcomes(milestone.is_none(), &mark.outcome),
        reason: mark.reason.clone(),
        to: mark.to.clone(),
        meetings: later_meetings(scene, meeting, &mark.meeting),
        new: mark.new.clone(),
        carries: milestone.is_none(),
        earlier: earlier(commitment, milestone, &mark.earlier),
        complaints,
        what,
    }
}

fn outcomes(whole: bool, chosen: &str) -> Vec<Choice> {
    let all = [
        ("", "Not yet: leave it open"),
        ("met", "Met"),
        ("moved", "Moved"),
        ("carried", "Carried forward"),
        ("dropped", "Dropped"),
    ];
    let fitting = all
        .into_iter()
        .filter(|(value, _)| whole || *value != "carried");
    fitting
        .map(|(value, text)| Choice {
            value: value.to_owned(),
            text: text.to_owned(),
            chosen: value == chosen,
        })
        .collect()
}

fn earlier(commitment: &Commitment, milestone: Option<&str>, chosen: &[String]) -> Vec<Choice> {
    let overtaken = milestone.map(|title| overtaken_by(commitment, title));
    let overtaken = overtaken.unwrap_or_default().into_iter();
    overtaken
        .map(|title| Choice {
            value: title.to_owned(),
            text: title.to_owned(),
            chosen: chosen.iter().any(|c| c == title),
        })
        .collect()
}

/// The meetings of the partnership still to come.
fn later_meetings(scene: &Scene<'_>, meeting: &Meeting, chosen: &str) -> Vec<Choice> {
    let mut later: Vec<&Meeting> = scene
        .meetings_ahead()
        .into_iter()
        .filter(|m| m.id != meeting.id && m.partnership == meeting.partnership)
        .collect();
    later.sort_by_key(|m| meeting_order(m));
    let none = Choice {
        value: String::new(),
        text: "To the date beside".to_owned(),
        chosen: chosen.is_empty(),
    };
    let choice = |m: &&Meeting| Choice {
        value: m.id.to_string(),
        text: format!("At {}", wording::with_article(&m.name())),
        chosen: m.id.as_str() == chosen,
    };
    std::iter::once(none)
        .chain(later.iter().map(choice))
        .collect()
}

/// The next free reference: `US37-03.2`, `US37-03.3`.
fn next_reference(book: &Book, reference: &CommitmentRef) -> String {
    let base = reference.as_str();
    let mut names = (2..).map(|n| format!("{base}.{n}"));
    let free = names.find(|name| !book.commitments.contains_key(name.as_str()));
    free.unwrap_or_default()
}
