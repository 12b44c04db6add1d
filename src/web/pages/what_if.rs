//! *If this moved*: a date typed into a form, and what it would change, before anybody changes it.
//! Whoever may change it is led to the form that does, with the date in it.

use serde::Serialize;

use crate::domain::commitment::Commitment;
use crate::domain::consequence::Consequences;
use crate::domain::deadline::{Deadline, MeetingDate};
use crate::domain::directory::Directory;
use crate::domain::ledger::OccurrenceEntry;
use crate::domain::meeting::{Meeting, MeetingStatus};
use crate::domain::moving::{Entered, NewDate, NewDeadline, moved, redated};
use crate::planner::consequences::Comparison;
use crate::planner::{Moment, brief};
use crate::web::encoding::encoded;
use crate::web::pages::commitments::Opt;
use crate::web::scene::Scene;
use crate::web::site::Pairs;
use crate::wording;

/// Commitments that are told one by one.
const MOST: usize = 12;
/// The longest date that is looked at, in characters.
const LONGEST: usize = 80;

/// The form, and what it answers.
#[derive(Debug, Default, Serialize)]
pub struct WhatIf {
    /// What was typed.
    pub date: String,
    /// Of a meeting its statuses, of a commitment its milestones.
    pub choices: Vec<Opt>,
    pub complaint: Option<String>,
    pub answer: Option<Answer>,
}

#[derive(Debug, Serialize)]
pub struct Answer {
    /// The change in one sentence.
    pub what: String,
    pub commitments: Vec<Told>,
    pub more: usize,
    pub briefs: Vec<String>,
    /// What was asked, as the form of the thing takes it, after its address.
    pub fields: String,
    /// What does it on the command line.
    pub command: String,
}

/// What changes for one commitment.
#[derive(Debug, Serialize)]
pub struct Told {
    pub reference: String,
    pub title: String,
    pub changes: Vec<String>,
    pub gone: Vec<String>,
    pub instead: Vec<String>,
}

/// What is asked of a meeting: its date and its status.
#[derive(Debug, Default)]
pub struct MeetingQuestion {
    date: Option<String>,
    status: Option<String>,
}

impl MeetingQuestion {
    pub fn read(pairs: &Pairs) -> Self {
        Self {
            date: text(pairs, "to"),
            status: text(pairs, "status"),
        }
    }

    pub fn is_asked(&self) -> bool {
        self.date.is_some() || self.status.is_some()
    }

    fn new_date(&self) -> Result<NewDate, String> {
        let date = self.date.as_deref().map(MeetingDate::parse).transpose();
        let status = self.status.as_deref().map(|word| {
            MeetingStatus::parse(word).ok_or_else(|| format!("There is no status “{word}”."))
        });
        Ok(NewDate {
            date: date.map_err(|error| error.to_string())?,
            status: status.transpose()?,
            reason: None,
        })
    }
}

fn text(pairs: &Pairs, name: &str) -> Option<String> {
    let given = pairs.get(name)?;
    Some(given.chars().take(LONGEST).collect())
}

/// What the ledger holds of a meeting and of what hangs on it.
#[derive(Debug, Default)]
pub struct Ledger {
    pub of_meeting: Vec<OccurrenceEntry>,
    pub of_commitments: Vec<OccurrenceEntry>,
    pub live_on: Option<chrono::NaiveDate>,
}

impl Ledger {
    fn of(&self, commitment: &Commitment) -> Vec<OccurrenceEntry> {
        use crate::domain::notice::Subject;
        let mine = self.of_commitments.iter().filter(|e| match &e.subject {
            Subject::Commitment(r) | Subject::Milestone(r, _) => *r == commitment.reference,
            Subject::Meeting(_) | Subject::Reader(_) => false,
        });
        mine.cloned().collect()
    }
}

/// The open commitments that hang on a meeting, as far as the viewer may read them.
pub fn hanging_on<'a>(scene: &Scene<'a>, meeting: &Meeting) -> Vec<&'a Commitment> {
    let tied = scene
        .open()
        .filter(|s| brief::is_tied(&s.commitment, meeting));
    let mut tied: Vec<&Commitment> = tied.map(|s| &*s.commitment).collect();
    tied.sort_by(|a, b| a.reference.cmp(&b.reference));
    tied
}

/// What would change if a meeting moved.
pub fn meeting(
    scene: &Scene<'_>,
    meeting: &Meeting,
    question: &MeetingQuestion,
    ledger: &Ledger,
) -> WhatIf {
    use MeetingStatus::{Cancelled, Confirmed, Held, Postponed, Tentative};
    let chosen = question.status.as_deref();
    let keep = Opt::new("", "as sure as it is", chosen);
    let statuses = [Tentative, Confirmed, Postponed, Cancelled, Held];
    let statuses =
        statuses.map(|s| Opt::new(s.as_str(), wording::meeting_status(s).to_owned(), chosen));
    let mut page = WhatIf {
        date: question.date.clone().unwrap_or_default(),
        choices: std::iter::once(keep).chain(statuses).collect(),
        ..WhatIf::default()
    };
    if !question.is_asked() {
        return page;
    }
    let after = question.new_date().and_then(|wanted| {
        moved(meeting, &wanted, entered(scene)).map_err(|refused| refused.to_string())
    });
    match after {
        Ok(after) => page.answer = Some(of_meeting(scene, meeting, after, question, ledger)),
        Err(why) => page.complaint = Some(crate::web::say::sentence(&why)),
    }
    page
}

fn of_meeting(
    scene: &Scene<'_>,
    meeting: &Meeting,
    changed: Meeting,
    question: &MeetingQuestion,
    ledger: &Ledger,
) -> Answer {
    let before = scene.directory();
    let mut after = Directory::clone(before);
    after.meetings.insert(changed.id.clone(), changed.clone());
    let comparison = comparison(scene, before, &after, ledger);
    let mut consequences = Consequences::default();
    if changed.dated() != meeting.dated() {
        let tied = hanging_on(scene, meeting);
        consequences.more = tied.len().saturating_sub(MOST);
        for commitment in tied.into_iter().take(MOST) {
            let own = ledger.of(commitment);
            let told = comparison.of_commitment(Some(commitment), commitment, &own);
            consequences.commitments.extend(told);
        }
    }
    let of_partnership =
        |c: &&Commitment| c.partnership.is_some() && c.partnership == changed.partnership;
    let open: Vec<&Commitment> = scene
        .open()
        .map(|s| &*s.commitment)
        .filter(of_partnership)
        .collect();
    let told = comparison.of_meeting(Some(meeting), &changed, &open, &ledger.of_meeting);
    consequences.briefs.extend(told);
    let date = question.date.as_ref().map(|_| {
        let text = changed.date.as_ref().map_or("", |d| d.text());
        format!(" \"{text}\"")
    });
    let status = question.status.as_ref();
    let status = status.map(|_| format!(" --status {}", changed.status));
    let what = format!(
        "{}: {} becomes {}.",
        crate::web::say::capitalised(&wording::with_article(&meeting.name())),
        wording::date_of_meeting(meeting),
        wording::date_of_meeting(&changed)
    );
    let command = format!(
        "aide-memoire meeting move {}{}{} --reason \"...\"",
        meeting.id,
        date.unwrap_or_default(),
        status.unwrap_or_default()
    );
    let fields = query([
        ("date", question.date.as_deref()),
        ("status", question.status.as_deref()),
    ]);
    Answer {
        fields,
        ..answer(what, consequences, before, &after, command)
    }
}

/// `?date=31%20July%202025`, of what was given.
fn query<const N: usize>(pairs: [(&str, Option<&str>); N]) -> String {
    let given = pairs
        .into_iter()
        .filter_map(|(name, value)| Some(format!("{name}={}", encoded(value?))));
    let given: Vec<String> = given.collect();
    match given.is_empty() {
        true => String::new(),
        false => format!("?{}", given.join("&")),
    }
}

/// What is asked of a commitment: a deadline, of itself or of a milestone.
#[derive(Debug, Default)]
pub struct DeadlineQuestion {
    deadline: Option<String>,
    milestone: Option<String>,
}

impl DeadlineQuestion {
    pub fn read(pairs: &Pairs) -> Self {
        Self {
            deadline: text(pairs, "to"),
            milestone: pairs.get("of").map(str::to_owned),
        }
    }

    pub fn is_asked(&self) -> bool {
        self.deadline.is_some()
    }
}

/// What would change if a commitment got another deadline. `None` where it is not open.
pub fn deadline(
    scene: &Scene<'_>,
    commitment: &Commitment,
    question: &DeadlineQuestion,
    ledger: &[OccurrenceEntry],
    live_on: Option<chrono::NaiveDate>,
) -> Option<WhatIf> {
    if !commitment.is_open() {
        return None;
    }
    // Where only the milestones have dates of their own, the first of them is meant.
    let of_steps = commitment.deadline.is_none();
    let mut steps = commitment.live_milestones().map(|(_, m)| &m.title);
    let chosen = match (&question.milestone, of_steps && !question.is_asked()) {
        (None, true) => steps.next().map(String::as_str),
        (milestone, _) => milestone.as_deref(),
    };
    let own = Opt::new("", "the commitment itself", chosen);
    let steps = commitment
        .live_milestones()
        .map(|(_, m)| Opt::new(&m.title, m.title.clone(), chosen));
    let mut choices: Vec<Opt> = std::iter::once(own).chain(steps).collect();
    if of_steps {
        choices.rotate_left(1);
    }
    let mut page = WhatIf {
        date: question.deadline.clone().unwrap_or_default(),
        choices,
        ..WhatIf::default()
    };
    let Some(typed) = &question.deadline else {
        return Some(page);
    };
    let after = Deadline::parse(typed).map_err(|error| error.to_string());
    let after = after.and_then(|deadline| {
        let wanted = NewDeadline {
            milestone: question.milestone.clone(),
            deadline,
            reason: None,
            by: None,
            approved: None,
        };
        let after = redated(commitment, scene.directory(), &wanted, entered(scene));
        let after = after.map_err(|refused| refused.to_string())?;
        Ok((after, wanted))
    });
    match after {
        Ok((after, wanted)) => {
            let ledger = Ledger {
                of_commitments: ledger.to_vec(),
                live_on,
                ..Ledger::default()
            };
            page.answer = Some(of_deadline(scene, commitment, &after, &wanted, &ledger));
        }
        Err(why) => page.complaint = Some(crate::web::say::sentence(&why)),
    }
    Some(page)
}

fn of_deadline(
    scene: &Scene<'_>,
    before: &Commitment,
    after: &Commitment,
    wanted: &NewDeadline,
    ledger: &Ledger,
) -> Answer {
    let directory = scene.directory();
    let comparison = comparison(scene, directory, directory, ledger);
    let told = comparison.of_commitment(Some(before), after, &ledger.of_commitments);
    let consequences = Consequences {
        commitments: told.into_iter().collect(),
        ..Consequences::default()
    };
    let milestone = wanted.milestone.as_ref();
    let milestone = milestone.map(|title| format!(" --milestone {}", quoted(title)));
    let command = format!(
        "aide-memoire redate {} \"{}\"{} --reason \"...\"",
        before.reference,
        wanted.deadline,
        milestone.unwrap_or_default()
    );
    let what = if consequences.is_empty() {
        "No reminder would change.".to_owned()
    } else {
        "This is what would change.".to_owned()
    };
    // A milestone's date stands among its milestones.
    let own = wanted
        .milestone
        .is_none()
        .then(|| wanted.deadline.to_string());
    let fields = query([("deadline", own.as_deref())]);
    Answer {
        fields,
        ..answer(what, consequences, directory, directory, command)
    }
}

/// A word as a shell takes it.
fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', "'\\''"))
}

fn entered(scene: &Scene<'_>) -> Entered {
    Entered {
        on: scene.today(),
        at: scene.now,
    }
}

fn comparison<'a>(
    scene: &Scene<'a>,
    before: &'a Directory,
    after: &'a Directory,
    ledger: &Ledger,
) -> Comparison<'a> {
    Comparison {
        before,
        after,
        moment: Moment {
            now: scene.now,
            live_on: ledger.live_on,
        },
        viewer: scene.viewer,
    }
}

/// What a change does, for a page.
pub fn answer(
    what: String,
    consequences: Consequences,
    before: &Directory,
    after: &Directory,
    command: String,
) -> Answer {
    let told = |c: &crate::domain::consequence::Consequence| {
        let words = wording::consequence(c, before, after);
        Told {
            reference: c.commitment.to_string(),
            title: c.title.clone(),
            changes: words.changes,
            gone: words.gone,
            instead: words.instead,
        }
    };
    Answer {
        what,
        commitments: consequences.commitments.iter().map(told).collect(),
        more: consequences.more,
        briefs: consequences
            .briefs
            .iter()
            .map(|b| wording::brief_change(b, before, after))
            .collect(),
        fields: String::new(),
        command,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::testing::{MONDAY, World, person};

    fn asked(date: &str, status: &str) -> MeetingQuestion {
        let given = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        MeetingQuestion {
            date: given(date),
            status: given(status),
        }
    }

    fn ask(date: &str, status: &str) -> WhatIf {
        let world = World::new(person("som-leader"), MONDAY);
        let scene = world.scene();
        let pmc = &scene.directory().meetings["pmc-us-2025"];
        meeting(&scene, pmc, &asked(date, status), &Ledger::default())
    }

    #[test]
    fn a_date_that_is_typed_shows_what_it_changes_and_the_command() {
        let page = ask("31 July 2025", "");
        let answer = page.answer.expect("a date like any other");
        assert!(
            answer.what.contains("becomes 31 July 2025"),
            "{}",
            answer.what
        );
        assert_eq!(answer.commitments.len(), 2);
        assert!(answer.commitments.iter().all(|c| !c.instead.is_empty()));
        assert_eq!(
            answer.command,
            "aide-memoire meeting move pmc-us-2025 \"31 July 2025\" --reason \"...\""
        );
        assert_eq!(answer.fields, "?date=31%20July%202025");
        assert!(answer.briefs[0].contains("no longer leaves on Thursday 26 June 2025"));
    }

    #[test]
    fn what_cannot_be_is_told_in_the_form() {
        for (date, status, words) in [
            ("soon", "", "is not a deadline"),
            ("", "held", "still to come"),
            ("2026", "sure", "no status"),
            ("10 July 2025", "", "already"),
        ] {
            let page = ask(date, status);
            let complaint = page.complaint.expect(words);
            assert!(complaint.contains(words), "{complaint}");
            assert!(page.answer.is_none());
        }
        let nothing = ask("", "");
        assert!(nothing.complaint.is_none() && nothing.answer.is_none());
    }

    #[test]
    fn a_deadline_is_looked_at_for_a_milestone_or_for_the_whole() {
        let world = World::new(person("som-leader"), MONDAY);
        let scene = world.scene();
        let commitment = scene.commitment("US37-03").expect("on the first record");
        let (_, step) = commitment.live_milestones().last().expect("it has steps");
        let fresh = DeadlineQuestion::default();
        let fresh = deadline(&scene, commitment, &fresh, &[], None).expect("it is open");
        assert!(commitment.deadline.is_none());
        assert!(fresh.choices[0].chosen && !fresh.choices[0].value.is_empty());
        let question = DeadlineQuestion {
            deadline: Some("November 2025".into()),
            milestone: Some(step.title.clone()),
        };
        let page = deadline(&scene, commitment, &question, &[], None).expect("it is open");
        let answer = page.answer.expect("a deadline like any other");
        assert!(
            answer.command.contains("--milestone '"),
            "{}",
            answer.command
        );
        assert!(!answer.commitments.is_empty());
    }
}
