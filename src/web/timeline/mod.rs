//! Time as drawings, where it is the point: a year of many commitments, of the house or of one
//! partnership, and the [life](life::of_commitment) of one. One line each, its windows as bars, meetings
//! as verticals, today as a hairline; in full also former windows in outline and updates as marks. All
//! measures are shares of the width and the height. Every drawing also says itself in words.

mod full;
mod life;
mod scale;

use chrono::Datelike;
use serde::Serialize;

use crate::domain::deadline::{Window, month_name};
use crate::domain::meeting::Meeting;
use crate::domain::partnership::Partnership;
use crate::domain::progress::Update;
use crate::domain::schedule::{Schedule, live_deadlines, of_window};
use crate::wording;

use super::row::{Link, Row, confidence_mark};
use super::say;
use super::scene::{Scene, meeting_order};
use super::standing::Standing;

pub use life::{Life, of_commitment};
use scale::{Part, Scale, rounded};

/// How many commitments are drawn of a year of the house.
const LINES: usize = 40;
/// How many of a partnership, each with all that happened to it.
const LINES_IN_FULL: usize = 24;
/// How many meetings are drawn as verticals.
const VERTICALS: usize = 24;

#[derive(Debug, Serialize)]
pub struct Timeline<'a> {
    /// `March 2025 to February 2026`
    pub span: String,
    pub parts: Vec<Part>,
    pub today: f64,
    pub meetings: Vec<Vertical>,
    /// Meetings of the year whose day nobody has named: told, and not drawn.
    pub undrawn: Vec<UndrawnMeeting>,
    pub lines: Vec<Line<'a>>,
    pub more: Option<Link>,
    /// What the drawing says.
    pub words: String,
    /// Whether there are former windows and marks in it, for its key.
    pub former: bool,
    pub marks: bool,
    /// Whether each line is said in words below it.
    pub in_words: bool,
}

/// A meeting dated to days.
#[derive(Debug, Serialize)]
pub struct Vertical {
    pub n: usize,
    pub at: f64,
    pub link: Link,
    pub date: String,
}

#[derive(Debug, Serialize)]
pub struct UndrawnMeeting {
    pub link: Link,
    pub date: String,
}

#[derive(Debug, Serialize)]
pub struct Line<'a> {
    pub row: Row<'a>,
    pub top: f64,
    pub height: f64,
    pub bars: Vec<Bar>,
    /// The windows it had before.
    pub former: Vec<Bar>,
    /// What was reported.
    pub marks: Vec<Mark>,
    /// All of that in words, where the drawing has more than a bar.
    pub words: Option<String>,
}

#[derive(Debug, Serialize)]
pub struct Bar {
    pub at: f64,
    pub width: f64,
    pub class: &'static str,
}

impl Bar {
    fn of(scale: &Scale, window: Window, class: &'static str) -> Self {
        let (at, width) = scale.bar(window);
        Self { at, width, class }
    }
}

/// Something that happened on a day: a shape, and only then a colour.
#[derive(Debug, Serialize)]
pub struct Mark {
    pub at: f64,
    pub shape: &'static str,
    pub class: &'static str,
}

/// An update, by the confidence in delivery it is held with.
fn update_mark(scale: &Scale, update: &Update) -> Mark {
    let (shape, class) = match update.held_confidence().map(confidence_mark) {
        Some(mark) => (mark.shape, mark.class),
        None => ("○", "waiting"),
    };
    Mark {
        at: scale.at(update.date),
        shape,
        class,
    }
}

/// Of what a year is drawn, and how much of it.
struct Subject<'p> {
    partnership: Option<&'p Partnership>,
    lines: usize,
    /// Where the rest is listed.
    rest: String,
}

/// Draws the year around today. `None` where nothing open has a window in it.
pub fn of_year<'a>(scene: &Scene<'a>, open: &[&'a Standing]) -> Option<Timeline<'a>> {
    let house = Subject {
        partnership: None,
        lines: LINES,
        rest: "/commitments".to_owned(),
    };
    draw(scene, open, &house)
}

/// Draws the year of a partnership, in full, from what is open in it.
pub fn of_partnership<'a>(
    scene: &Scene<'a>,
    partnership: &Partnership,
    open: &[&'a Standing],
) -> Option<Timeline<'a>> {
    let subject = Subject {
        partnership: Some(partnership),
        lines: LINES_IN_FULL,
        rest: format!("/commitments?partnership={}", partnership.id),
    };
    draw(scene, open, &subject)
}

fn draw<'a>(
    scene: &Scene<'a>,
    open: &[&'a Standing],
    subject: &Subject<'_>,
) -> Option<Timeline<'a>> {
    let scale = Scale::around(scene.today());
    let drawn: Vec<&Standing> = open
        .iter()
        .copied()
        .filter(|s| s.window.is_some_and(|w| scale.holds(w)))
        .collect();
    if drawn.is_empty() {
        return None;
    }
    let shown = drawn.len().min(subject.lines);
    let height = 100.0 / shown as f64;
    let lines = drawn.iter().take(shown).enumerate().map(|(n, s)| {
        let line = Line {
            row: Row::of(s, scene.directory()),
            top: rounded(n as f64 * height),
            height: rounded(height),
            bars: bars(scene, &scale, s),
            former: Vec::new(),
            marks: Vec::new(),
            words: None,
        };
        match subject.partnership {
            Some(_) => full::in_full(scene, &scale, s, line),
            None => line,
        }
    });
    let lines: Vec<Line<'a>> = lines.collect();
    let (meetings, undrawn) = meetings(scene, &scale, subject);
    let more = drawn.len() - shown;
    Some(Timeline {
        span: scale.words(),
        parts: scale.parts(),
        today: scale.at(scene.today()),
        meetings,
        undrawn,
        former: lines.iter().any(|line| !line.former.is_empty()),
        marks: lines.iter().any(|line| !line.marks.is_empty()),
        in_words: subject.partnership.is_some(),
        lines,
        more: (more > 0).then(|| {
            let text = format!("and {} more", say::figures(more));
            Link::new(subject.rest.clone(), text)
        }),
        words: words(scene, &scale, open.len(), &drawn),
    })
}

/// The windows of a commitment and of its milestones still to be reached.
fn bars(scene: &Scene<'_>, scale: &Scale, standing: &Standing) -> Vec<Bar> {
    let commitment = &standing.commitment;
    let due_soon = scene.directory().policy_for(commitment).due_soon;
    live_deadlines(commitment, scene.directory())
        .into_iter()
        .filter_map(|d| d.window.filter(|w| scale.holds(*w)))
        .map(|window| {
            let schedule = match standing.schedule {
                // What was reported completed is not drawn late.
                Schedule::OnTrack => Schedule::OnTrack,
                _ => of_window(Some(window), standing.today, due_soon),
            };
            Bar::of(scale, window, schedule.as_str())
        })
        .collect()
}

/// The meetings of the year: those dated to days, and those whose day nobody has named.
fn meetings(
    scene: &Scene<'_>,
    scale: &Scale,
    subject: &Subject<'_>,
) -> (Vec<Vertical>, Vec<UndrawnMeeting>) {
    let is_of_subject = |meeting: &Meeting| {
        let partnership = subject.partnership.map(|p| &p.id);
        partnership.is_none() || meeting.partnership.as_ref() == partnership
    };
    let mut of_year: Vec<&Meeting> = scene
        .directory()
        .meetings
        .values()
        .filter(|m| is_of_subject(m) && m.dated().is_some_and(|d| scale.holds(d.window)))
        .collect();
    of_year.sort_by_key(|m| meeting_order(m));
    let coarse = of_year
        .iter()
        .filter(|m| m.dated().is_some_and(|d| d.coarse));
    let undrawn = coarse.take(VERTICALS).map(|meeting| UndrawnMeeting {
        link: Link::meeting(meeting),
        date: wording::date_of_meeting(meeting),
    });
    (verticals(&of_year, scale), undrawn.collect())
}

/// Those of some meetings that are dated to days, in their order.
fn verticals(meetings: &[&Meeting], scale: &Scale) -> Vec<Vertical> {
    let exact = meetings.iter().filter_map(|meeting| {
        let dated = meeting.dated().filter(|d| !d.coarse)?;
        Some((meeting, dated.window.first))
    });
    let verticals = exact.take(VERTICALS).enumerate();
    let verticals = verticals.map(|(n, (meeting, first))| Vertical {
        n: n + 1,
        at: scale.at(first),
        link: Link::meeting(meeting),
        date: wording::date_of_meeting(meeting),
    });
    verticals.collect()
}

/// The same in words: how many, how many late, what ends next, and where it is crowded.
fn words(scene: &Scene<'_>, scale: &Scale, open: usize, drawn: &[&Standing]) -> String {
    let late = drawn.iter().filter(|s| s.schedule == Schedule::Overdue);
    let late = late.count();
    let mut said = vec![format!(
        "{} of {} open commitments {} a window between {}.",
        say::number(drawn.len()),
        say::figures(open),
        if drawn.len() == 1 { "has" } else { "have" },
        scale.words().replace(" to ", " and "),
    )];
    if late > 0 {
        said.push(format!("{} {} overdue.", say::number(late), say::are(late)));
    }
    let next = drawn
        .iter()
        .find(|s| s.schedule != Schedule::Overdue && s.window.is_some_and(|w| w.last >= s.today));
    if let Some((standing, deadline)) = next.and_then(|s| Some((s, s.deadline()?))) {
        said.push(say::sentence(&format!(
            "the next to end is {}: {}",
            standing.commitment.reference,
            wording::deadline(deadline, scene.directory())
        )));
    }
    said.extend(crowded(drawn));
    said.join(" ")
}

/// The month in which most of them end, where it is more than one.
fn crowded(drawn: &[&Standing]) -> Option<String> {
    let mut months = std::collections::BTreeMap::<(i32, u32), usize>::new();
    for standing in drawn.iter().filter(|s| s.schedule != Schedule::Overdue) {
        let last = standing.window?.last;
        *months.entry((last.year(), last.month())).or_default() += 1;
    }
    let ((year, month), n) = months.into_iter().rev().max_by_key(|(_, n)| *n)?;
    (n > 1).then(|| {
        format!(
            "Most end in {} {year}: {}.",
            month_name(month),
            say::number(n).to_lowercase()
        )
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::domain::commitment::{Commitment, Confidentiality, Revision};
    use crate::domain::deadline::Deadline;
    use crate::web::testing::{MONDAY, World, first_book, person};

    #[test]
    fn a_meeting_without_a_day_is_told_and_not_drawn() {
        let world = World::new(person("som-leader"), MONDAY);
        let scene = world.scene();
        let open: Vec<_> = scene.open().collect();
        let year = of_year(&scene, &open).expect("the first record has windows");
        let drawn: Vec<_> = year.meetings.iter().map(|m| &*m.link.text).collect();
        assert!(drawn.contains(&"37th ASEAN-U.S. Dialogue"), "{drawn:?}");
        assert!(!drawn.iter().any(|m| m.contains("Summit")), "{drawn:?}");
        assert_eq!(year.undrawn[0].link.text, "13th ASEAN-U.S. Summit");
    }

    #[test]
    fn every_bar_lies_within_the_drawing() {
        let world = World::new(person("som-leader"), MONDAY);
        let scene = world.scene();
        let open: Vec<_> = scene.open().collect();
        let year = of_year(&scene, &open).expect("the first record has windows");
        for bar in year.lines.iter().flat_map(|l| &l.bars) {
            assert!(
                bar.at >= 0.0 && bar.width > 0.0 && bar.at + bar.width <= 100.01,
                "{bar:?}"
            );
        }
        assert!(
            year.words
                .contains("The next to end is PREP-03: 13 June 2025."),
            "{}",
            year.words
        );
    }

    /// The year of the first record's partnership, with PREP-03 changed.
    fn of_first(viewer: &str, change: impl FnOnce(&mut Commitment)) -> String {
        let mut book = first_book();
        let mut commitment = book.commitments["PREP-03"].as_ref().clone();
        change(&mut commitment);
        let key = commitment.reference.clone();
        book.commitments.insert(key, Arc::new(commitment));
        let world = World::of(book, person(viewer), MONDAY);
        let scene = world.scene();
        let open: Vec<_> = scene.open().collect();
        let partnership = scene.directory().partnerships.values().next();
        let year = of_partnership(&scene, partnership.expect("there is one"), &open);
        let year = year.expect("the first record has windows");
        let line = year.lines.iter().find(|l| l.row.reference == "PREP-03");
        let line = line.expect("it is drawn");
        let words = line.words.clone().expect("said in words");
        format!(
            "{} former, {} marks: {words}",
            line.former.len(),
            line.marks.len()
        )
    }

    #[test]
    fn a_line_in_full_has_what_happened_that_its_reader_may_read() {
        let restricted = |c: &mut Commitment| {
            c.updates[0].confidentiality = Confidentiality::Restricted;
        };
        let all = of_first("officer-cyber", |_| {});
        assert!(
            all.starts_with("0 former, 1 marks: 13 June 2025 (in 11 days)"),
            "{all}"
        );
        assert!(all.contains("; reported on "), "{all}");
        let part = of_first("officer-cyber", restricted);
        assert_eq!(part, "0 former, 0 marks: 13 June 2025 (in 11 days)");
        let moved = of_first("officer-cyber", |c| {
            restricted(c);
            c.revisions.push(Revision {
                date: "2025-05-20".parse().expect("a date"),
                milestone: None,
                from: Deadline::parse("May 2025").ok(),
                to: c.deadline.clone(),
                reason: None,
                by: None,
                approved: None,
                entered: None,
            });
        });
        let told = "1 former, 0 marks: 13 June 2025 (in 11 days); before that May 2025";
        assert_eq!(moved, told);
    }
}
