//! The life of one commitment as a drawing: a line for its deadline, for each milestone and for what
//! was reported; the window as a bar, former windows in outline, updates and steps reached as marks,
//! the meetings it hangs on as verticals, today as a hairline. Whoever does not see it reads the same
//! as a list of what happened, and what is to come, by date.

use chrono::NaiveDate;
use serde::Serialize;

use crate::domain::commitment::{Commitment, Revision};
use crate::domain::deadline::{Dated, Deadline, Window};
use crate::domain::meeting::Meeting;
use crate::domain::progress::Update;
use crate::domain::schedule::{Schedule, of_window};
use crate::web::say;
use crate::web::scene::{Scene, meeting_order};
use crate::web::standing::Standing;
use crate::wording;

use super::scale::{Part, Scale, rounded};
use super::{Bar, Mark, Vertical, update_mark, verticals};

/// How many lines and entries are drawn; a life of more is rare, and its page stays small.
const LINES: usize = 16;
const ENTRIES: usize = 80;

#[derive(Debug, Serialize)]
pub struct Life {
    /// `April 2025 to July 2025`
    pub span: String,
    pub parts: Vec<Part>,
    pub today: f64,
    pub meetings: Vec<Vertical>,
    pub lanes: Vec<Lane>,
    /// Whether there are former windows and updates in it, for its key.
    pub former: bool,
    pub marks: bool,
    /// What the drawing says, in short.
    pub words: String,
    /// The same by date.
    pub entries: Vec<Entry>,
    /// How many more there were before these.
    pub earlier: usize,
}

/// One line of it.
#[derive(Debug, Serialize)]
pub struct Lane {
    pub name: String,
    pub top: f64,
    pub height: f64,
    pub former: Vec<Bar>,
    pub bars: Vec<Bar>,
    pub marks: Vec<Mark>,
}

/// Something that happened, or is to come.
#[derive(Debug, Serialize)]
pub struct Entry {
    #[serde(skip)]
    on: NaiveDate,
    pub when: String,
    pub what: String,
}

impl Entry {
    fn on(day: NaiveDate, what: impl Into<String>) -> Self {
        Self {
            on: day,
            when: wording::day(day),
            what: what.into(),
        }
    }

    /// A stretch, told where it ends, in the words it has where nobody has named its days.
    fn of(dated: Dated, words: impl FnOnce() -> String, what: impl Into<String>) -> Self {
        Self {
            on: dated.window.last,
            when: match dated.coarse {
                true => words(),
                false => wording::window(dated.window),
            },
            what: what.into(),
        }
    }
}

/// A deadline of the commitment: its own, or a milestone's.
struct Step<'a> {
    title: Option<&'a str>,
    deadline: Option<&'a Deadline>,
    dated: Option<Dated>,
    reached: Option<NaiveDate>,
    is_past: bool,
}

impl Step<'_> {
    fn window(&self) -> Option<Window> {
        self.dated.map(|dated| dated.window)
    }
}

/// What is drawn of a commitment, of that what the viewer may read.
struct Story<'s, 'a> {
    scene: &'s Scene<'a>,
    standing: &'s Standing,
    commitment: &'s Commitment,
    steps: Vec<Step<'s>>,
    updates: Vec<&'s Update>,
    meetings: Vec<&'a Meeting>,
}

/// Draws a commitment's life. `None` where nothing of it has a date but its beginning.
pub fn of_commitment(scene: &Scene<'_>, standing: &Standing) -> Option<Life> {
    let story = Story::of(scene, standing);
    let scale = Scale::over(story.extent()?);
    let lanes = story.lanes(&scale);
    let mut entries = story.entries();
    entries.sort_by_key(|entry| entry.on);
    let earlier = entries.len().saturating_sub(ENTRIES);
    Some(Life {
        span: scale.words(),
        parts: scale.parts(),
        today: scale.at(standing.today),
        meetings: verticals(&story.meetings, &scale),
        former: lanes.iter().any(|lane| !lane.former.is_empty()),
        marks: !story.updates.is_empty(),
        lanes,
        words: story.words(),
        entries: entries.split_off(earlier),
        earlier,
    })
}

impl<'s, 'a> Story<'s, 'a> {
    fn of(scene: &'s Scene<'a>, standing: &'s Standing) -> Self {
        let commitment = &*standing.commitment;
        let updates = commitment.updates.iter();
        let updates = updates.filter(|u| u.counts() && scene.may_read_update(u, commitment));
        Self {
            scene,
            standing,
            commitment,
            steps: steps(scene, commitment),
            updates: updates.collect(),
            meetings: meetings(scene, commitment),
        }
    }

    /// The window of a former deadline, as it would be today.
    fn former(&self, revision: &Revision) -> Option<Window> {
        let from = revision.from.as_ref()?;
        let dated = self.scene.directory().resolve(self.commitment, from);
        dated.map(|d| d.window)
    }

    fn revisions_of(&self, title: Option<&'s str>) -> impl Iterator<Item = &'s Revision> {
        let all = self.commitment.revisions.iter();
        all.filter(move |r| r.milestone.as_deref() == title)
    }

    /// From the first to the last date there is, today among them.
    fn extent(&self) -> Option<Window> {
        let windows = self.steps.iter().filter_map(Step::window);
        let former = self.commitment.revisions.iter();
        let former = former.filter_map(|r| self.former(r));
        let ends = windows.chain(former).flat_map(|w| [w.first, w.last]);
        let reached = self.steps.iter().filter_map(|s| s.reached);
        let reported = self.updates.iter().map(|u| u.date);
        let dates: Vec<NaiveDate> = ends.chain(reached).chain(reported).collect();
        if dates.is_empty() {
            return None;
        }
        let held = self.meetings.iter().filter_map(|m| m.dated());
        let held = held.flat_map(|d| [d.window.first, d.window.last]);
        let always = [self.commitment.opened, self.standing.today];
        let dates = dates.into_iter().chain(held).chain(always);
        let dates: Vec<NaiveDate> = dates.chain(self.commitment.closed).collect();
        Window::new(*dates.iter().min()?, *dates.iter().max()?)
    }

    fn lanes(&self, scale: &Scale) -> Vec<Lane> {
        let drawn = |step: &&Step<'s>| {
            let has_former = self.revisions_of(step.title).next().is_some();
            step.window().is_some() || step.reached.is_some() || has_former
        };
        let steps = self.steps.iter().filter(drawn).take(LINES);
        let mut lanes: Vec<Lane> = steps.map(|step| self.lane(scale, step)).collect();
        if !self.updates.is_empty() {
            let marks = self.updates.iter().map(|u| update_mark(scale, u));
            lanes.push(Lane {
                marks: marks.collect(),
                ..Lane::named("Reported")
            });
        }
        let height = 100.0 / lanes.len().max(1) as f64;
        for (place, lane) in lanes.iter_mut().enumerate() {
            lane.top = rounded(place as f64 * height);
            lane.height = rounded(height);
        }
        lanes
    }

    fn lane(&self, scale: &Scale, step: &Step<'s>) -> Lane {
        let former = self.revisions_of(step.title);
        let former = former.filter_map(|r| self.former(r));
        let reached = step.reached.map(|day| Mark {
            at: scale.at(day),
            shape: "✓",
            class: "closed",
        });
        Lane {
            former: former.map(|w| Bar::of(scale, w, "former")).collect(),
            bars: step
                .window()
                .map(|w| Bar::of(scale, w, self.class(step, w)))
                .into_iter()
                .collect(),
            marks: reached.into_iter().collect(),
            ..Lane::named(step.title.unwrap_or("Deadline"))
        }
    }

    /// How a window stands; what was reported completed is not drawn late.
    fn class(&self, step: &Step<'s>, window: Window) -> &'static str {
        let due_soon = self.scene.directory().policy_for(self.commitment).due_soon;
        let schedule = match self.standing.schedule {
            _ if step.is_past => Schedule::Closed,
            Schedule::OnTrack => Schedule::OnTrack,
            _ => of_window(Some(window), self.standing.today, due_soon),
        };
        schedule.as_str()
    }

    fn entries(&self) -> Vec<Entry> {
        let directory = self.scene.directory();
        let mut entries = vec![Entry::on(self.commitment.opened, "tracked since this day")];
        for step in &self.steps {
            let of = step.title.map(|t| format!("“{t}”"));
            if let Some((dated, deadline)) = step.dated.zip(step.deadline) {
                let what = of.as_deref().unwrap_or("the deadline");
                let due = wording::deadline(deadline, directory);
                let entry = Entry::of(dated, || self.unnamed(deadline), format!("{what} is due"));
                let what = match entry.when == due {
                    true => entry.what,
                    false => format!("{}: {due}", entry.what),
                };
                entries.push(Entry { what, ..entry });
            }
            if let Some((day, title)) = step.reached.zip(of) {
                entries.push(Entry::on(day, format!("{title} was reached")));
            }
        }
        entries.extend(self.commitment.revisions.iter().map(|r| self.revised(r)));
        entries.extend(self.updates.iter().map(|u| Entry::on(u.date, reported(u))));
        let meetings = self.meetings.iter().filter_map(|meeting| {
            let date = || wording::date_of_meeting(meeting);
            Some(Entry::of(meeting.dated()?, date, meeting.name()))
        });
        entries.extend(meetings);
        let closed = self
            .commitment
            .closed
            .filter(|_| !self.commitment.is_open());
        let word = wording::lifecycle(self.commitment.state);
        entries.extend(closed.map(|day| Entry::on(day, word)));
        entries.push(Entry::on(self.standing.today, "today"));
        entries
    }

    /// When a deadline is of which nobody has named the days: as its meeting is dated, or in its own
    /// words.
    fn unnamed(&self, deadline: &Deadline) -> String {
        let directory = self.scene.directory();
        let meeting = deadline.meeting().filter(|_| deadline.is_at_meeting());
        match meeting.and_then(|id| directory.meetings.get(id)) {
            Some(meeting) => wording::date_of_meeting(meeting),
            None => wording::deadline(deadline, directory),
        }
    }

    fn revised(&self, revision: &Revision) -> Entry {
        let directory = self.scene.directory();
        let words = |deadline: &Option<Deadline>| match deadline {
            Some(deadline) => wording::deadline(deadline, directory),
            None => "no deadline".to_owned(),
        };
        let of = revision.milestone.as_ref();
        let of = of.map_or(String::new(), |title| format!("“{title}”: "));
        let (from, to) = (words(&revision.from), words(&revision.to));
        Entry::on(revision.date, format!("{of}{from} became {to}"))
    }

    /// What is drawn and how much of it, in a few sentences; empty where that is little.
    fn words(&self) -> String {
        let mut said = Vec::new();
        let own = self.steps.iter().find(|s| s.title.is_none());
        if let Some((deadline, window)) = own.and_then(|s| Some((s.deadline?, s.window()))) {
            let directory = self.scene.directory();
            let due = wording::deadline(deadline, directory);
            let away = wording::countdown(window, self.standing.today);
            let away = match self.commitment.is_open() {
                true => format!(" ({away})"),
                false => String::new(),
            };
            said.push(say::sentence(&format!("deadline: {due}{away}")));
        }
        let titled = self.steps.iter().filter(|s| s.title.is_some());
        let steps = titled.clone().count();
        if steps > 0 {
            let past = titled.filter(|s| s.reached.is_some()).count();
            said.push(match past {
                0 => "No milestone is reached yet.".to_owned(),
                _ => {
                    let steps = wording::count(steps, "milestone");
                    let are = say::are(past);
                    format!("{} of {steps} {are} reached.", say::number(past))
                }
            });
        }
        match self.commitment.revisions.len() {
            0 => {}
            1 => said.push("A date changed once.".to_owned()),
            n => said.push(format!("Dates changed {} times.", wording::in_words(n))),
        }
        match self.updates.len() {
            0 => {}
            1 => said.push("One update.".to_owned()),
            n => said.push(format!("{} updates.", say::number(n))),
        }
        said.join(" ")
    }
}

impl Lane {
    fn named(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            top: 0.0,
            height: 0.0,
            former: Vec::new(),
            bars: Vec::new(),
            marks: Vec::new(),
        }
    }
}

/// `ongoing was reported, confidence amber`
fn reported(update: &Update) -> String {
    let reported = wording::reported(update.reported);
    let confidence = update.held_confidence().map(wording::confidence);
    let confidence = confidence.map(|c| format!(", confidence {c}"));
    format!("reported {reported}{}", confidence.unwrap_or_default())
}

/// Its own deadline, then the milestones in their order.
fn steps<'s>(scene: &Scene<'_>, commitment: &'s Commitment) -> Vec<Step<'s>> {
    let directory = scene.directory();
    let dated = |deadline: Option<&Deadline>| directory.resolve(commitment, deadline?);
    let own = commitment.deadline.as_ref();
    let own = Step {
        title: None,
        deadline: own,
        dated: dated(own),
        reached: None,
        is_past: !commitment.is_open(),
    };
    let milestones = commitment.milestones.iter().enumerate();
    let milestones = milestones.map(|(place, milestone)| Step {
        title: Some(&milestone.title),
        deadline: milestone.deadline.as_ref(),
        dated: dated(milestone.deadline.as_ref()),
        reached: milestone.done,
        is_past: !commitment.is_open() || commitment.milestone_is_past(place),
    });
    std::iter::once(own).chain(milestones).collect()
}

/// The meetings it came from, hangs on or was raised at, that have a date.
fn meetings<'a>(scene: &Scene<'a>, commitment: &Commitment) -> Vec<&'a Meeting> {
    let steps = commitment.milestones.iter();
    let deadlines = steps.filter_map(|m| m.deadline.as_ref());
    let deadlines = deadlines.chain(&commitment.deadline);
    let hung_on = deadlines.filter_map(Deadline::meeting);
    let raised = commitment.raised.iter().filter_map(|r| r.meeting.as_ref());
    let directory = scene.directory();
    let ids = hung_on.chain(raised).chain(&commitment.meeting);
    let mut meetings: Vec<&Meeting> = ids
        .filter_map(|id| directory.meetings.get(id))
        .filter(|m| m.dated().is_some())
        .collect();
    meetings.sort_by_key(|m| (meeting_order(m), &m.id));
    meetings.dedup_by_key(|m| &m.id);
    meetings
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::domain::commitment::Confidentiality;
    use crate::web::standing::Standings;
    use crate::web::testing::{MONDAY, World, first_book, person};

    /// The life of a commitment of the first record, changed, as somebody sees it.
    fn life(reference: &str, viewer: &str, change: impl FnOnce(&mut Commitment)) -> Option<Life> {
        let mut book = first_book();
        let mut commitment = book.commitments[reference].as_ref().clone();
        change(&mut commitment);
        let key = commitment.reference.clone();
        book.commitments.insert(key, Arc::new(commitment));
        let world = World::of(book, person(viewer), MONDAY);
        let standings = Standings::of(&world.book, world.now);
        let standing = standings
            .iter()
            .find(|s| s.commitment.reference.as_str() == reference);
        of_commitment(&world.scene(), standing.expect("it is on record"))
    }

    fn revised(from: &str, to: &str) -> Revision {
        Revision {
            date: "2025-05-20".parse().expect("a date"),
            milestone: Some("Concluded".into()),
            from: Deadline::parse(from).ok(),
            to: Deadline::parse(to).ok(),
            reason: Some("the host asked".into()),
            by: None,
            approved: None,
            entered: None,
        }
    }

    fn said(life: &Life) -> Vec<String> {
        let entries = life.entries.iter();
        entries.map(|e| format!("{}: {}", e.when, e.what)).collect()
    }

    #[test]
    fn a_life_is_drawn_and_says_the_same_in_words() {
        let life = life("US37-03", "som-leader", |c| {
            c.revisions.push(revised("June 2025", "before pmc-us-2025"));
            c.milestones[0].done = None;
        });
        let life = life.expect("it has dates");
        let said = said(&life);
        let first = life.lanes.iter().find(|l| l.name == "Concluded");
        let first = first.expect("each step has its line");
        assert_eq!((first.bars.len(), first.former.len()), (1, 1));
        assert!(life.former && first.former[0].class == "former");
        let told = "20 May 2025: “Concluded”: June 2025 became before the ASEAN Post Ministerial \
                    Conference with the U.S.";
        assert!(said.iter().any(|s| s.starts_with(told)), "{said:#?}");
        assert!(said.contains(&"2 June 2025: today".to_owned()), "{said:#?}");
        assert!(
            life.words.contains("A date changed once."),
            "{}",
            life.words
        );
        // The meeting it hangs on is a vertical, and told.
        assert!(
            life.meetings
                .iter()
                .any(|m| m.link.href == "/meetings/pmc-us-2025")
        );
        let marks = life.lanes.iter().flat_map(|l| &l.marks).map(|m| m.at);
        let bars = life
            .lanes
            .iter()
            .flat_map(|l| l.bars.iter().chain(&l.former));
        for at in bars
            .map(|b| b.at + b.width)
            .chain(marks)
            .chain([life.today])
        {
            assert!((0.0..=100.01).contains(&at), "{at}");
        }
    }

    #[test]
    fn a_step_that_was_reached_is_marked_and_no_longer_presses() {
        let life = life("US37-03", "som-leader", |c| {
            c.milestones[0].done = "2025-05-28".parse().ok();
        });
        let life = life.expect("it has dates");
        let lane = life.lanes.iter().find(|l| l.name == "Concluded");
        let lane = lane.expect("it has its line");
        assert_eq!(lane.marks[0].shape, "✓");
        assert_eq!(lane.bars[0].class, "closed");
        let reached = "28 May 2025: “Concluded” was reached".to_owned();
        assert!(said(&life).contains(&reached), "{:#?}", said(&life));
    }

    #[test]
    fn what_was_reported_is_drawn_for_whoever_may_read_it() {
        let drawn = |viewer: &str, restricted: bool| {
            let life = life("PREP-03", viewer, |c| {
                if restricted {
                    c.updates[0].confidentiality = Confidentiality::Restricted;
                }
            });
            let life = life.expect("it has a deadline");
            let told = said(&life)
                .iter()
                .filter(|s| s.contains("reported"))
                .count();
            let lanes = life.lanes.iter().filter(|l| l.name == "Reported");
            (
                lanes.map(|l| l.marks.len()).sum::<usize>(),
                told,
                life.words.contains("update"),
            )
        };
        assert_eq!(drawn("officer-cyber", false), (1, 1, true));
        assert_eq!(drawn("officer-cyber", true), (0, 0, false));
    }

    #[test]
    fn without_a_date_there_is_nothing_to_draw() {
        let life = life("US37-05", "som-leader", |c| {
            c.deadline = None;
            c.milestones.clear();
            c.updates.clear();
            c.revisions.clear();
        });
        assert!(life.is_none());
    }
}
