//! One commitment: what was promised, in its words; where it stands, on three axes; what happens
//! next and why; what was reported, moved, raised and mailed.

use serde::Serialize;

use crate::domain::audit::AuditEntry;
use crate::domain::commitment::Commitment;
use crate::domain::directory::Directory;
use crate::domain::ids::PartyId;
use crate::domain::ledger::{NoticeEntry, OccurrenceEntry};
use crate::domain::progress::{Update, UpdateState};
use crate::web::mail_view::{self, NoticeLine, UnsaidLine};
use crate::web::next::{self, Ahead};
use crate::web::pages::forms::Forms;
use crate::web::pages::ladder::{Step, milestones};
use crate::web::pages::thread::{
    self, HandoverView, MentionView, RaisedView, RevisionView, UpdateView,
};
use crate::web::pages::what_if::{self, DeadlineQuestion, WhatIf};
use crate::web::row::{Link, MarkView, confidence_mark, document_page, without_deadline};
use crate::web::say;
use crate::web::scene::Scene;
use crate::web::standing::Standing;
use crate::web::timeline::{self, Life};
use crate::wording;

#[derive(Debug, Serialize)]
pub struct CommitmentPage<'a> {
    pub reference: &'a str,
    pub title: &'a str,
    pub mark: MarkView,
    pub restricted: bool,
    /// What the reader came for: the state in one sentence.
    pub answer: String,
    pub promise: Promise<'a>,
    pub owes: Option<String>,
    pub deadline: DeadlineView,
    pub milestones: Vec<Step<'a>>,
    pub axes: Vec<Axis>,
    pub ahead: Ahead,
    pub answering: Answering,
    pub forms: Forms,
    /// All of it over time, where it has more dates than its first.
    pub life: Option<Life>,
    pub updates: Vec<UpdateView<'a>>,
    pub revisions: Vec<RevisionView<'a>>,
    pub handovers: Vec<HandoverView>,
    /// Later documents that say it again.
    pub mentions: Vec<MentionView<'a>>,
    /// What would change with another deadline; `None` where it is not open.
    pub what_if: Option<WhatIf>,
    pub raised: Vec<RaisedView<'a>>,
    pub mail: Vec<NoticeLine<'a>>,
    pub unsaid: Vec<UnsaidLine>,
    /// Who saw it, where it is restricted; the latest first.
    pub seen: Vec<SeenLine<'a>>,
    pub facts: Vec<Fact>,
}

/// The promise and where it stands.
#[derive(Debug, Serialize)]
pub struct Promise<'a> {
    pub words: &'a str,
    /// The title of its document.
    pub source: Option<&'a str>,
    /// Where the document is shown: on the page of its meeting.
    pub href: Option<String>,
    pub paragraph: Option<u32>,
}

#[derive(Debug, Serialize)]
pub struct DeadlineView {
    pub words: String,
    pub window: Option<String>,
    pub away: Option<String>,
}

/// One of the three axes of status.
#[derive(Debug, Serialize)]
pub struct Axis {
    pub name: &'static str,
    pub mark: Option<MarkView>,
    pub words: String,
    pub by: String,
}

/// Somebody saw it, on a day.
#[derive(Debug, Serialize)]
pub struct SeenLine<'a> {
    pub who: &'a str,
    pub on: String,
    /// How much of it was shown.
    pub what: &'a str,
}

/// One line in the margin.
#[derive(Debug, Serialize)]
pub struct Fact {
    pub name: &'static str,
    pub links: Vec<Link>,
    pub words: Option<String>,
}

/// Whom to write to, for those who do not report on it themselves.
#[derive(Debug, Serialize)]
pub struct Answering {
    /// The answer the reader chose in the mail.
    pub chosen: Option<&'static str>,
    /// Whom to write to: a name and a mail link.
    pub to: Option<Link>,
    /// `the ASEAN-U.S. desk`
    pub desk: String,
    pub reviewer: Option<String>,
}

/// What the ledger holds about one commitment.
#[derive(Debug, Default)]
pub struct Ledger {
    pub entries: Vec<OccurrenceEntry>,
    pub notices: Vec<NoticeEntry>,
    pub live_on: Option<chrono::NaiveDate>,
    /// Who saw it, as the audit tells; the latest first.
    pub sightings: Vec<AuditEntry>,
}

/// Draws one commitment. `answer` is what the reader chose in a mail, as the address says it.
pub fn commitment<'a>(
    scene: &Scene<'a>,
    standing: &'a Standing,
    ledger: &'a Ledger,
    answer: Option<&str>,
    question: &DeadlineQuestion,
    forms: Forms,
) -> CommitmentPage<'a> {
    let directory = scene.directory();
    let commitment = &*standing.commitment;
    CommitmentPage {
        reference: commitment.reference.as_str(),
        title: &commitment.title,
        mark: standing.schedule.into(),
        restricted: commitment.is_restricted(),
        answer: first_line(standing, directory),
        promise: promise(scene, commitment),
        owes: owes(commitment, directory),
        deadline: deadline(standing, directory),
        milestones: milestones(standing, directory),
        axes: axes(scene, standing),
        ahead: next::ahead(scene, standing, &ledger.entries),
        answering: answering(scene, commitment, answer),
        forms,
        life: timeline::of_commitment(scene, standing),
        updates: thread::updates(scene, commitment),
        revisions: thread::revisions(commitment, directory),
        handovers: thread::handovers(commitment, directory),
        mentions: thread::mentions(scene, commitment),
        what_if: what_if::deadline(scene, commitment, question, &ledger.entries, ledger.live_on),
        raised: thread::raised(commitment, directory),
        mail: mail_view::lines(scene, &ledger.notices),
        unsaid: mail_view::unsaid(scene, &ledger.entries),
        seen: seen(ledger, directory),
        facts: facts(scene, commitment),
    }
}

fn seen<'a>(ledger: &'a Ledger, directory: &'a Directory) -> Vec<SeenLine<'a>> {
    let zone = directory.house_zone();
    let lines = ledger.sightings.iter().map(|entry| SeenLine {
        who: match directory.people.get(entry.actor.as_str()) {
            Some(person) => &person.name,
            None => &entry.actor,
        },
        on: wording::day(entry.at.with_timezone(&zone).date_naive()),
        what: &entry.detail,
    });
    lines.collect()
}

fn first_line(standing: &Standing, directory: &Directory) -> String {
    let commitment = &*standing.commitment;
    let lead = wording::with_article(directory.desk_name(&commitment.lead));
    if !commitment.is_open() {
        let word = wording::lifecycle(commitment.state);
        let on = commitment.closed.map(wording::day);
        let on = on.map(|d| format!(" on {d}")).unwrap_or_default();
        return say::sentence(&format!("{word}{on}; {lead} led it"));
    }
    let Some(deadline) = standing.deadline() else {
        let words = without_deadline(commitment, directory);
        return say::sentence(&format!("{words}; {lead} leads"));
    };
    let step = standing
        .milestone_title()
        .map(|title| format!("“{title}” is "))
        .unwrap_or_default();
    let due = wording::due(deadline, directory);
    let away = wording::distance(deadline, standing.window, directory, standing.today);
    say::sentence(&format!("{step}due {due} ({away}); {lead} leads"))
}

pub fn promise<'a>(scene: &Scene<'a>, commitment: &'a Commitment) -> Promise<'a> {
    let document = commitment.promise.document.as_ref();
    let document = document.and_then(|id| scene.book.document(id.as_str()));
    let href = document.map(document_page);
    Promise {
        words: &commitment.promise.words,
        source: document.map(|d| d.title.as_str()),
        href,
        paragraph: commitment.promise.paragraph,
    }
}

/// Who owes whom, and how strongly, in a sentence.
pub(super) fn owes(commitment: &Commitment, directory: &Directory) -> Option<String> {
    let names = |parties: &[PartyId]| {
        let names: Vec<&str> = parties.iter().map(|p| directory.party_name(p)).collect();
        say::list(&names)
    };
    if commitment.obligors.is_empty() {
        return None;
    }
    let owed = does_owe(commitment.obligors.len());
    let to = match commitment.beneficiaries.as_slice() {
        [] if commitment.obligors.len() > 1 => " this to each other".to_owned(),
        [] => " this".to_owned(),
        parties => format!(" this to {}", names(parties)),
    };
    let strength = commitment.strength.map(|s| match s {
        crate::domain::commitment::Strength::Firm => ", firmly",
        crate::domain::commitment::Strength::Political => ", as a political commitment",
        crate::domain::commitment::Strength::Hortatory => ", as something looked forward to",
    });
    let obligors = names(&commitment.obligors);
    Some(format!(
        "{obligors} {owed}{to}{}.",
        strength.unwrap_or_default()
    ))
}

fn does_owe(n: usize) -> &'static str {
    if n == 1 { "owes" } else { "owe" }
}

pub(super) fn deadline(standing: &Standing, directory: &Directory) -> DeadlineView {
    let commitment = &*standing.commitment;
    let Some(own) = &commitment.deadline else {
        let steps = commitment.milestones.iter();
        let words = match steps.filter(|m| m.deadline.is_some()).count() {
            0 => without_deadline(commitment, directory),
            _ => "each milestone has its own".to_owned(),
        };
        return DeadlineView {
            words,
            window: None,
            away: None,
        };
    };
    let window = directory.resolve(commitment, own).map(|d| d.window);
    let words = wording::deadline(own, directory);
    DeadlineView {
        // A day is not said twice.
        window: window.map(wording::window).filter(|w| !words.contains(w)),
        words,
        away: commitment
            .is_open()
            .then(|| wording::countdown(window, standing.today)),
    }
}

/// Reported, verified, schedule: three axes, never one.
fn axes(scene: &Scene<'_>, standing: &Standing) -> Vec<Axis> {
    let directory = scene.directory();
    let commitment = &*standing.commitment;
    let latest = commitment
        .latest_update(standing.today)
        .filter(|u| scene.may_read_update(u, commitment));
    let reported = match latest {
        Some(update) => Axis {
            name: "Reported",
            mark: None,
            words: wording::reported(update.reported).to_owned(),
            by: format!(
                "by {}, {}{}",
                update
                    .by
                    .as_ref()
                    .map_or("the desk", |by| directory.reader_name(by)),
                wording::day(update.date),
                if update.state == UpdateState::Returned {
                    "; returned"
                } else {
                    ""
                }
            ),
        },
        None => Axis {
            name: "Reported",
            mark: None,
            words: "nothing yet".to_owned(),
            by: "no update from the desk".to_owned(),
        },
    };
    let confidence = latest.and_then(Update::held_confidence);
    let reviewers = latest.is_some_and(|u| u.assessed.is_some());
    vec![
        reported,
        Axis {
            name: "Confidence",
            mark: confidence.map(confidence_mark),
            words: confidence
                .map_or("not given", wording::confidence)
                .to_owned(),
            by: match reviewers {
                true => "the reviewer's, in delivery".to_owned(),
                false => "the desk's, in delivery".to_owned(),
            },
        },
        Axis {
            name: "Verified",
            mark: None,
            words: commitment
                .verified
                .map_or("not assessed", wording::verified)
                .to_owned(),
            by: "by the reviewer".to_owned(),
        },
        Axis {
            name: "Schedule",
            mark: Some(standing.schedule.into()),
            words: wording::schedule(standing.schedule).word.to_owned(),
            by: format!(
                "computed for {} in {}",
                wording::day(standing.today),
                directory.desk_calendar(&commitment.lead).name
            ),
        },
    ]
}

fn answering(scene: &Scene<'_>, commitment: &Commitment, answer: Option<&str>) -> Answering {
    let directory = scene.directory();
    let chosen = answer.and_then(|word| {
        Some(match word {
            "on-track" => "On track",
            "at-risk" => "At risk",
            "done" => "Done",
            "not-ours" => "Not ours",
            "later" => "Later",
            _ => return None,
        })
    });
    let name_of_desk = wording::with_article(directory.desk_name(&commitment.lead));
    let desk = directory.desks.get(&commitment.lead);
    let head = desk.and_then(|d| d.head.as_ref());
    let head = head.and_then(|id| directory.people.get(id));
    let (name, email) = match (head, desk) {
        (Some(head), _) if head.email.is_some() => (&head.name, &head.email),
        (_, Some(desk)) => (&desk.name, &desk.email),
        _ => {
            return Answering {
                chosen,
                to: None,
                desk: name_of_desk,
                reviewer: None,
            };
        }
    };
    let subject = match chosen {
        Some(chosen) => format!("{}: {}", commitment.reference, chosen.to_lowercase()),
        None => commitment.reference.to_string(),
    };
    let to = email.as_ref().map(|email| {
        let subject = crate::web::encoding::encoded(&subject);
        Link::new(format!("mailto:{email}?subject={subject}"), name.clone())
    });
    Answering {
        chosen,
        to,
        desk: name_of_desk,
        reviewer: Some(name.clone()),
    }
}

/// The margin: everything else there is to know, each with its place.
fn facts(scene: &Scene<'_>, commitment: &Commitment) -> Vec<Fact> {
    let directory = scene.directory();
    let desk_link = |id: &crate::domain::ids::DeskId| {
        Link::new(format!("/desks/{id}"), directory.desk_name(id))
    };
    let linked = |name, links: Vec<Link>| Fact {
        name,
        links,
        words: None,
    };
    let said = |name, words: Option<String>| Fact {
        name,
        links: Vec::new(),
        words,
    };
    let partnership = commitment.partnership.as_ref();
    let partnership = partnership.and_then(|id| directory.partnerships.get(id));
    let meeting = commitment.meeting.as_ref();
    let meeting = meeting.and_then(|id| directory.meetings.get(id));
    let follows = commitment.follows.as_ref();
    let follows = follows.and_then(|r| scene.commitment(r.as_str()));
    let followed = scene
        .readable()
        .filter(|s| s.commitment.follows.as_ref() == Some(&commitment.reference));
    let instruments = commitment.instruments.iter().filter_map(|id| {
        let instrument = directory.instruments.get(id)?;
        let href = format!("/commitments?instrument={id}");
        Some(Link::new(href, instrument.name.clone()))
    });
    let facts = vec![
        linked("Lead desk", vec![desk_link(&commitment.lead)]),
        linked(
            "Cooperating",
            commitment.desks().skip(1).map(desk_link).collect(),
        ),
        linked(
            "Partnership",
            partnership
                .map(|p| Link::new(format!("/partnerships/{}", p.id), p.name.clone()))
                .into_iter()
                .collect(),
        ),
        linked("From", meeting.map(Link::meeting).into_iter().collect()),
        linked("Instruments", instruments.collect()),
        said("Sector", commitment.sector.clone()),
        said("Kind", Some(wording::kind(commitment.kind).to_owned())),
        said(
            "Strength",
            commitment.strength.map(|s| wording::strength(s).to_owned()),
        ),
        said(
            "State",
            Some(wording::lifecycle(commitment.state).to_owned()),
        ),
        said("Tracked since", Some(wording::day(commitment.opened))),
        said(
            "Snoozed",
            commitment
                .snoozed
                .as_ref()
                .map(|s| format!("until {}: {}", wording::day(s.until), s.reason)),
        ),
        linked(
            "Follows",
            follows.map(Link::commitment).into_iter().collect(),
        ),
        linked(
            "Followed by",
            followed.map(|s| Link::commitment(&s.commitment)).collect(),
        ),
        said(
            "Confidentiality",
            Some(wording::confidentiality(commitment.confidentiality).to_owned()),
        ),
    ];
    let has_something = |f: &Fact| !f.links.is_empty() || f.words.is_some();
    facts.into_iter().filter(has_something).collect()
}
