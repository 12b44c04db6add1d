//! The overview: the first line is the answer. What needs a decision, what slipped, what is due,
//! which meeting comes next, how each partnership stands, and the year at a glance. As whom one
//! looks decides what comes first.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::domain::ids::PartnershipId;
use crate::domain::meeting::Meeting;
use crate::domain::partnership::Partnership;
use crate::domain::schedule::Schedule;
use crate::web::matters::{self, Matter};
use crate::web::pages::since::{self, Since};
use crate::web::row::{Link, MarkView, MeetingLine, Row, meeting_away};
use crate::web::say;
use crate::web::scene::{Role, Scene};
use crate::web::standing::Standing;
use crate::web::timeline::{self, Timeline};
use crate::wording;

/// How many lines a section shows before it says how many more there are.
const LINES: usize = 8;
/// How many partnerships the table shows.
const PARTNERSHIPS: usize = 40;

#[derive(Debug, Serialize)]
pub struct OverviewPage<'a> {
    pub today: String,
    /// `26 open in 1 partnership`
    pub extent: String,
    pub answer: String,
    /// For whoever decides.
    pub since: Option<Since>,
    pub sections: Vec<Section<'a>>,
    /// What waits quietly, in one sentence each, with its link.
    pub quiet: Vec<Link>,
    pub meetings: Vec<MeetingLine<'a>>,
    pub more_meetings: usize,
    pub partnerships: Vec<PartnershipLine<'a>>,
    pub more_partnerships: usize,
    pub legend: Vec<MarkView>,
    pub year: Option<Timeline<'a>>,
}

/// Some lines under a heading.
#[derive(Debug, Serialize)]
pub struct Section<'a> {
    pub id: &'static str,
    pub heading: String,
    pub rows: Vec<Row<'a>>,
    /// What to do with each line.
    pub step: Option<&'static str>,
    /// `and 12 more`, with the list that has them all.
    pub more: Option<Link>,
    /// What will appear here, where nothing does.
    pub empty: &'static str,
}

impl<'a> Section<'a> {
    /// The first lines of what matters; `rest` is the list that has them all.
    fn new(
        scene: &Scene<'a>,
        id: &'static str,
        heading: impl Into<String>,
        matters: Vec<Matter<'a>>,
        rest: &str,
    ) -> Self {
        let more = matters.len().saturating_sub(LINES);
        let text = format!("and {} more", say::figures(more));
        let shown = matters.into_iter().take(LINES);
        Self {
            id,
            heading: heading.into(),
            rows: shown.map(|m| m.into_row(scene.directory())).collect(),
            step: None,
            more: (more > 0).then(|| Link::new(rest, text)),
            empty: "",
        }
    }

    fn step(mut self, step: &'static str) -> Self {
        self.step = Some(step);
        self
    }

    fn or_say(mut self, empty: &'static str) -> Self {
        self.empty = empty;
        self
    }
}

/// One partnership in the table.
#[derive(Debug, Serialize)]
pub struct PartnershipLine<'a> {
    pub id: &'a str,
    pub name: &'a str,
    pub open: usize,
    pub overdue: usize,
    pub due_soon: usize,
    pub on_track: usize,
    pub awaiting_event: usize,
    pub no_deadline: usize,
    /// How many of the open ones a reviewer has assessed.
    pub verified: usize,
    pub next: Option<Link>,
    pub next_date: Option<String>,
}

/// Draws the overview.
pub fn overview<'a>(scene: &Scene<'a>) -> OverviewPage<'a> {
    let open: Vec<&Standing> = scene.open().collect();
    let ahead = scene.meetings_ahead();
    let tied = scene.tied();
    let partnerships = partnership_lines(scene, &open, &ahead);
    OverviewPage {
        today: wording::weekday_day(scene.today()),
        extent: extent(scene, &open),
        answer: answer(scene, &open, &ahead),
        since: since::since(scene, &open, &ahead),
        sections: sections(scene, &open),
        quiet: quiet(&open),
        meetings: ahead
            .iter()
            .take(4)
            .map(|m| MeetingLine::of(m, scene.today(), tied.get(&m.id).copied().unwrap_or(0)))
            .collect(),
        more_meetings: ahead.len().saturating_sub(4),
        more_partnerships: partnerships.len().saturating_sub(PARTNERSHIPS),
        partnerships: partnerships.into_iter().take(PARTNERSHIPS).collect(),
        legend: legend(),
        year: timeline::of_year(scene, &open),
    }
}

fn legend() -> Vec<MarkView> {
    let open = Schedule::ALL.iter().filter(|s| **s != Schedule::Closed);
    open.map(|s| (*s).into()).collect()
}

fn extent(scene: &Scene<'_>, open: &[&Standing]) -> String {
    let partnerships = open
        .iter()
        .filter_map(|s| s.commitment.partnership.as_ref())
        .collect::<std::collections::BTreeSet<_>>()
        .len();
    if scene.book.commitments.is_empty() {
        return "Nothing on record yet".to_owned();
    }
    let open = say::figures(open.len());
    match partnerships {
        0 => format!("{open} open"),
        n => format!("{open} open in {}", wording::count(n, "partnership")),
    }
}

/// The first line: what needs the viewer, what slipped, what comes next.
fn answer(scene: &Scene<'_>, open: &[&Standing], ahead: &[&Meeting]) -> String {
    if scene.book.commitments.is_empty() {
        return "No commitment is on record yet. Import a record, or extract one from an outcome \
                document, and the answer will stand here."
            .to_owned();
    }
    let mut sentences = vec![needs(scene, open), slipped(scene, open)];
    let next = ahead
        .iter()
        .find(|m| m.dated().is_some())
        .map(|m| next_meeting(scene, m));
    sentences.extend(next);
    sentences.join(" ")
}

fn needs(scene: &Scene<'_>, open: &[&Standing]) -> String {
    let due_soon = count_of(open, Schedule::DueSoon);
    match scene.role() {
        Role::Leader(_) | Role::Head(_) => match matters::decisions(scene).len() {
            0 => "Nothing needs your decision.".to_owned(),
            n => format!("{} {} your decision.", say::number(n), say::does(n, "need")),
        },
        Role::Officer(desks) => match matters::asked_of(scene, open, &desks).len() {
            0 => "Nothing wants an answer from your desk.".to_owned(),
            1 => "One thing wants an answer from your desk.".to_owned(),
            n => format!("{} things want an answer from your desk.", say::number(n)),
        },
        Role::Onlooker => match due_soon {
            0 => "Nothing is due within 30 days.".to_owned(),
            n => format!("{} {} due soon.", say::number(n), say::are(n)),
        },
    }
}

fn slipped(scene: &Scene<'_>, open: &[&Standing]) -> String {
    let overdue = count_of(open, Schedule::Overdue);
    let since = scene.since();
    let fresh = open.iter().filter(|s| slipped_since(s, since)).count();
    if overdue == 0 {
        return "Nothing is overdue.".to_owned();
    }
    let since = short_since(since);
    let are = say::are(overdue);
    match fresh {
        0 => format!(
            "{} {are} overdue, none of them since {since}.",
            say::number(overdue)
        ),
        n if n == overdue => format!("{} slipped since {since}.", say::number(n)),
        n => format!(
            "{} {are} overdue, {} of them since {since}.",
            say::number(overdue),
            say::number(n).to_lowercase()
        ),
    }
}

/// `Monday 26 May`: it is never far back.
fn short_since(day: chrono::NaiveDate) -> String {
    let words = wording::weekday_day(day);
    words
        .rsplit_once(' ')
        .map_or(words.clone(), |(day, _)| day.to_owned())
}

fn next_meeting(scene: &Scene<'_>, meeting: &Meeting) -> String {
    let date = wording::date_of_meeting(meeting);
    let away = meeting_away(meeting, scene.today());
    let away = away.map(|a| format!(", {a}")).unwrap_or_default();
    say::sentence(&format!("next: {}, {date}{away}", meeting.name()))
}

fn count_of(open: &[&Standing], schedule: Schedule) -> usize {
    open.iter().filter(|s| s.schedule == schedule).count()
}

fn slipped_since(standing: &Standing, since: chrono::NaiveDate) -> bool {
    standing.overdue_since().is_some_and(|day| day > since)
}

/// The sections in the order in which this viewer wants them.
fn sections<'a>(scene: &Scene<'a>, open: &[&'a Standing]) -> Vec<Section<'a>> {
    let mut sections = vec![first_section(scene, open)];
    if let Role::Officer(desks) = scene.role() {
        let waiting = matters::awaiting_review(scene, open, &desks);
        let heading = "Waiting for review";
        sections.push(Section::new(
            scene,
            "waiting",
            heading,
            waiting,
            "/commitments",
        ));
    }
    sections.push(overdue(scene, open));
    let due_soon = open.iter().filter(|s| s.schedule == Schedule::DueSoon);
    sections.push(
        Section::new(
            scene,
            "due-soon",
            "Due soon",
            due_soon.map(|s| Matter::plain(s)).collect(),
            "/commitments?schedule=due-soon",
        )
        .or_say("Nothing is. What is due within the coming weeks will stand here."),
    );
    let heading = format!("New dates since {}", wording::weekday_day(scene.since()));
    let moved = matters::moved(scene, open);
    sections.push(Section::new(scene, "moved", heading, moved, "/commitments"));
    sections.retain(|s| !(s.rows.is_empty() && s.empty.is_empty()));
    sections
}

/// What this viewer is to do, before anything else.
fn first_section<'a>(scene: &Scene<'a>, open: &[&'a Standing]) -> Section<'a> {
    match scene.role() {
        Role::Leader(_) | Role::Head(_) => Section::new(
            scene,
            "decisions",
            "Needs your decision",
            matters::decisions(scene),
            "/reviews",
        )
        .step("Review")
        .or_say("Nothing does. Updates that only you can decide on will stand here."),
        Role::Officer(desks) => Section::new(
            scene,
            "asked",
            "Wants an answer from your desk",
            matters::asked_of(scene, open, &desks),
            &desks.first().map_or("/commitments".to_owned(), |d| {
                format!("/commitments?lead={d}")
            }),
        )
        .step("Answer")
        .or_say(
            "Nothing does today. What is overdue, returned or due soon and led by your desk will \
             stand here.",
        ),
        Role::Onlooker => Section::new(
            scene,
            "reviews",
            "Awaits a reviewer",
            matters::reviews(scene, open),
            "/commitments",
        )
        .or_say("Nothing does. Updates that wait for somebody's decision will stand here."),
    }
}

fn overdue<'a>(scene: &Scene<'a>, open: &[&'a Standing]) -> Section<'a> {
    let since = scene.since();
    let late = open.iter().filter(|s| s.schedule == Schedule::Overdue);
    let matters = late.map(|s| Matter {
        standing: s,
        note: slipped_since(s, since).then(|| format!("slipped since {}", short_since(since))),
    });
    Section::new(
        scene,
        "overdue",
        "Overdue",
        matters.collect(),
        "/commitments?schedule=overdue",
    )
    .or_say(
        "Nothing is. A commitment is overdue when the last day of its window has ended where its \
         desk sits.",
    )
}

/// What waits without pressing: one link each.
fn quiet(open: &[&Standing]) -> Vec<Link> {
    let said = [
        (Schedule::OnTrack, "on track"),
        (Schedule::AwaitingEvent, "awaiting an event"),
        (Schedule::NoDeadline, "without a deadline"),
    ];
    said.into_iter()
        .filter_map(|(schedule, words)| {
            let n = count_of(open, schedule);
            let href = format!("/commitments?schedule={schedule}");
            (n > 0).then(|| Link::new(href, format!("{} {words}", say::figures(n))))
        })
        .collect()
}

fn partnership_lines<'a>(
    scene: &Scene<'a>,
    open: &[&Standing],
    ahead: &[&Meeting],
) -> Vec<PartnershipLine<'a>> {
    let mut lines: BTreeMap<&PartnershipId, PartnershipLine<'a>> = scene
        .directory()
        .partnerships
        .values()
        .map(|p| (&p.id, empty_line(p, ahead)))
        .collect();
    for standing in open {
        let partnership = standing.commitment.partnership.as_ref();
        let Some(line) = partnership.and_then(|p| lines.get_mut(p)) else {
            continue;
        };
        line.open += 1;
        line.verified += usize::from(standing.commitment.verified.is_some());
        match standing.schedule {
            Schedule::Overdue => line.overdue += 1,
            Schedule::DueSoon => line.due_soon += 1,
            Schedule::OnTrack => line.on_track += 1,
            Schedule::AwaitingEvent => line.awaiting_event += 1,
            Schedule::NoDeadline | Schedule::Closed => line.no_deadline += 1,
        }
    }
    let mut lines: Vec<_> = lines.into_values().collect();
    lines.sort_by(|a, b| (b.overdue, b.due_soon, a.name).cmp(&(a.overdue, a.due_soon, b.name)));
    lines
}

fn empty_line<'a>(partnership: &'a Partnership, ahead: &[&Meeting]) -> PartnershipLine<'a> {
    let next = ahead
        .iter()
        .find(|m| m.partnership.as_ref() == Some(&partnership.id));
    PartnershipLine {
        id: partnership.id.as_str(),
        name: &partnership.name,
        open: 0,
        overdue: 0,
        due_soon: 0,
        on_track: 0,
        awaiting_event: 0,
        no_deadline: 0,
        verified: 0,
        next: next.map(|m| Link::meeting(m)),
        next_date: next.map(|m| wording::date_of_meeting(m)),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Instant;

    use super::*;
    use crate::domain::ids::CommitmentRef;
    use crate::web::filter::{Filter, Place};
    use crate::web::frame::{Area, Frame, Standing};
    use crate::web::pages::commitments::commitments;
    use crate::web::pages::partnership::partnership;
    use crate::web::render::Renderer;
    use crate::web::testing::{MONDAY, World, first_book, person};

    fn answer_on(now: &str, viewer: &str) -> String {
        let world = World::new(person(viewer), now);
        overview(&world.scene()).answer
    }

    #[test]
    fn the_answer_is_the_first_line() {
        let next = "Next: Preparatory meeting for the PMC with the U.S. (demonstration), 20 June \
                    2025, confirmed, in 18 days.";
        assert_eq!(
            answer_on(MONDAY, "som-leader"),
            format!("One needs your decision. One slipped since Monday 26 May. {next}")
        );
        assert_eq!(
            answer_on(MONDAY, "officer-economic"),
            format!(
                "Nothing wants an answer from your desk. One slipped since Monday 26 May. {next}"
            )
        );
        let later = answer_on("2025-06-18T02:00:00Z", "som-leader");
        let slipped = "Two are overdue, none of them since Monday 16 June.";
        assert!(later.contains(slipped), "{later}");
    }

    #[test]
    fn what_is_overdue_long_since_did_not_slip_this_week() {
        let world = World::new(person("som-leader"), "2025-06-12T02:00:00Z");
        let page = overview(&world.scene());
        let overdue = page.sections.iter().find(|s| s.id == "overdue");
        let rows = &overdue.expect("always there").rows;
        assert_eq!(rows[0].reference, "PREP-01");
        assert_eq!(rows[0].note, None);
    }

    /// Ten thousand open commitments, the first record's again and again.
    fn large() -> World {
        let mut book = first_book();
        let few: Vec<_> = book.open().cloned().collect();
        for n in 0..10_000 {
            let mut commitment = few[n % few.len()].clone();
            let reference = CommitmentRef::parse(&format!("BULK-{n:05}")).expect("a plain word");
            commitment.reference = reference.clone();
            book.commitments.insert(reference, Arc::new(commitment));
        }
        World::of(book, person("som-leader"), MONDAY)
    }

    #[test]
    fn a_large_record_makes_no_large_page() {
        let world = large();
        let scene = world.scene();
        let renderer = Renderer::default();
        let frame = Frame {
            name: "Aide-mémoire",
            title: "Overview".into(),
            style_path: renderer.style_path(),
            me: None,
            administrator: false,
            nav: Standing::Demonstration.nav(Area::Overview),
            searches: true,
            banner: None,
            demo: None,
            edit: None,
            told: None,
        };
        let begun = Instant::now();
        let page = overview(&scene);
        let html = renderer.html("overview.html", &frame, &page).unwrap();
        println!("overview: {:?}, {} bytes", begun.elapsed(), html.len());
        assert!(html.len() < 60_000, "{} bytes", html.len());
        let (filter, complaints) = Filter::read(Place::List, &[], scene.directory());
        let begun = Instant::now();
        let page = commitments(&scene, &filter, complaints);
        let html = renderer.html("commitments.html", &frame, &page).unwrap();
        println!("list: {:?}, {} bytes", begun.elapsed(), html.len());
        assert!(html.len() < 60_000, "{} bytes", html.len());
        let known = scene.directory().partnerships.values().next();
        let begun = Instant::now();
        let page = partnership(&scene, known.expect("the first record has one"));
        let html = renderer.html("partnership.html", &frame, &page).unwrap();
        println!("partnership: {:?}, {} bytes", begun.elapsed(), html.len());
        assert!(html.len() < 60_000, "{} bytes", html.len());
    }
}
