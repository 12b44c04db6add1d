//! What an answer in one step comes to: a progress update, or reminders put off. Pure; that the reader
//! may give it is for the caller to know.

use chrono::NaiveDate;

use super::answer::{Answer, LONGEST_SNOOZE_DAYS};
use super::commitment::{Commitment, Confidentiality, Kind, Snooze};
use super::deadline::{Deadline, parse_day};
use super::directory::Directory;
use super::ids::PersonId;
use super::progress::{Confidence, Extension, Reported};
use super::reporting::{Complaint, MOST_LINE, Report};

/// The longest name somebody may give themselves, in characters.
const LONGEST_NAME: usize = 80;

/// What the form of an answer says, as it was typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AnswerForm {
    /// The text, or the reason.
    pub words: String,
    pub confidence: String,
    /// A link.
    pub evidence: String,
    /// The date that is wanted, or until when.
    pub date: String,
    /// The id of whoever answers.
    pub by: String,
    /// The name of whoever answers, where they are not in the list.
    pub name: String,
}

/// Who answers: a mailbox is shared, so the answer names somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Giver {
    Person(PersonId),
    /// Somebody of the desk who is not on record, by the name they gave.
    Named(String),
}

/// What an answer comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    Report(Report),
    Snooze(Snooze),
}

/// What is answered, and when.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    pub commitment: &'a Commitment,
    /// The title of the milestone the reminder was about.
    pub milestone: Option<&'a str>,
    pub directory: &'a Directory,
    /// The lead desk's civil date.
    pub today: NaiveDate,
}

/// What an answer comes to, or everything that is wrong with its form.
pub fn said(answer: Answer, form: &AnswerForm, asked: Asked<'_>) -> Result<Said, Vec<Complaint>> {
    let mut complaints = Vec::new();
    let words = words_of(answer, form, &mut complaints);
    let done = match answer {
        Answer::Later => snooze(form, words, asked, &mut complaints).map(Said::Snooze),
        _ => report(answer, form, words, asked, &mut complaints).map(Said::Report),
    };
    match done {
        Some(done) if complaints.is_empty() => Ok(done),
        _ => Err(complaints),
    }
}

/// Whether an answer is worth nothing without words.
pub fn needs_words(answer: Answer) -> bool {
    !matches!(answer, Answer::OnTrack | Answer::Done | Answer::Waiting)
}

fn words_of(answer: Answer, form: &AnswerForm, complaints: &mut Vec<Complaint>) -> Option<String> {
    let words = plain(&form.words);
    if words.chars().count() > MOST_LINE {
        complaints.push(Complaint::new(
            "words",
            format!("Shorten this to {MOST_LINE} characters; a longer text can be linked."),
        ));
    }
    if words.is_empty() && needs_words(answer) {
        complaints.push(Complaint::new(
            "words",
            match answer {
                Answer::AtRisk => "Say in a line what stands in the way.",
                Answer::NewDate => "Say in a line why the date cannot be kept.",
                Answer::NotOurs => "Say in a line why, and whose it is if you know.",
                _ => "Say in a line why it can wait: the reason is kept.",
            },
        ));
    }
    (!words.is_empty()).then_some(words)
}

/// A text without control characters but its line breaks.
fn plain(text: &str) -> String {
    let lines = text.trim().lines().map(|line| {
        let kept = line.chars().filter(|c| !c.is_control() || *c == '\t');
        kept.collect::<String>().trim_end().to_owned()
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// What is reported: an answer that speaks of a date, of a desk or of the other side leaves the
/// status and the confidence where the last report left them.
fn report(
    answer: Answer,
    form: &AnswerForm,
    words: Option<String>,
    asked: Asked<'_>,
    complaints: &mut Vec<Complaint>,
) -> Option<Report> {
    let latest = asked.commitment.latest_update(asked.today);
    let latest = latest.filter(|u| u.stands());
    let stays = latest
        .map(|u| u.reported)
        .filter(|reported| !reported.is_completed())
        .unwrap_or(Reported::Ongoing);
    let standing = asked.commitment.kind == Kind::Standing;
    let (reported, confidence) = match answer {
        Answer::OnTrack => (Reported::Ongoing, Some(Confidence::Green)),
        Answer::AtRisk => (Reported::Ongoing, Some(risk(form))),
        // One step of several: that the whole is met, the desk did not say.
        Answer::Done if asked.milestone.is_some() => (stays, latest.and_then(|u| u.confidence)),
        // What is sustained has no end: it was done, and goes on.
        Answer::Done if standing => (Reported::CompletedAndOngoing, None),
        Answer::Done => (Reported::Completed, None),
        // Whose it is has no bearing on what was reported.
        Answer::NotOurs => (
            latest.map_or(stays, |u| u.reported),
            latest.and_then(|u| u.confidence),
        ),
        _ => (stays, latest.and_then(|u| u.confidence)),
    };
    let extension = match answer {
        Answer::NewDate => Some(extension(form, asked, complaints)?),
        _ => None,
    };
    let of_step = |words: String| match asked.milestone {
        Some(step) => format!("{step}: {words}"),
        None => words,
    };
    let words = words.map(of_step);
    let (text, ask) = match answer {
        Answer::NewDate => (None, words),
        Answer::NotOurs => (None, words.map(|why| format!("Not ours. {why}"))),
        Answer::Waiting => {
            let waiting = || of_step("Waiting for the other side.".to_owned());
            (Some(words.unwrap_or_else(waiting)), None)
        }
        Answer::Done if let Some(step) = asked.milestone => {
            let done = || format!("{step}: done.");
            let ask = format!("Mark the milestone “{step}” as reached.");
            (Some(words.unwrap_or_else(done)), Some(ask))
        }
        _ => (words, None),
    };
    let confidentiality = match asked.commitment.is_restricted() {
        true => Confidentiality::Restricted,
        false => Confidentiality::Internal,
    };
    Some(Report {
        confidence,
        text,
        evidence: evidence(form),
        ask,
        extension,
        confidentiality,
        ..Report::of(reported)
    })
}

/// At risk is amber, unless the desk says that it is worse.
fn risk(form: &AnswerForm) -> Confidence {
    match Confidence::parse(form.confidence.trim()) {
        Some(Confidence::Red) => Confidence::Red,
        _ => Confidence::Amber,
    }
}

fn evidence(form: &AnswerForm) -> Vec<String> {
    let link = form.evidence.trim();
    let given = (!link.is_empty()).then(|| link.to_owned());
    given.into_iter().collect()
}

/// Whether it could be granted is asked when it is entered.
fn extension(
    form: &AnswerForm,
    asked: Asked<'_>,
    complaints: &mut Vec<Complaint>,
) -> Option<Extension> {
    let text = form.date.trim();
    let Ok(to) = Deadline::parse(text) else {
        let words = "Say which date is wanted, like 31 August 2025, August 2025 or Q4 2025.";
        complaints.push(Complaint::new("date", words));
        return None;
    };
    let dated = asked.directory.resolve(asked.commitment, &to);
    if dated.is_some_and(|d| d.window.last < asked.today) {
        let words = "This date is past. Say one that is still to come.";
        complaints.push(Complaint::new("date", words));
    }
    Some(Extension {
        to,
        milestone: asked.milestone.map(str::to_owned),
    })
}

fn snooze(
    form: &AnswerForm,
    reason: Option<String>,
    asked: Asked<'_>,
    complaints: &mut Vec<Complaint>,
) -> Option<Snooze> {
    let last = last_snooze_day(asked.today);
    let Ok(until) = parse_day(form.date.trim()) else {
        complaints.push(Complaint::new(
            "date",
            "Say on which day to remind you, as 2025-08-31 or 31 August 2025.",
        ));
        return None;
    };
    if until <= asked.today || until > last {
        complaints.push(Complaint::new(
            "date",
            format!(
                "Choose a day from tomorrow up to {}: {LONGEST_SNOOZE_DAYS} days are the most.",
                last.format("%-d %B %Y")
            ),
        ));
    }
    Some(Snooze {
        until,
        reason: reason?,
    })
}

/// The last day until which reminders may be put off.
pub fn last_snooze_day(today: NaiveDate) -> NaiveDate {
    super::calendar::plus(today, i64::from(LONGEST_SNOOZE_DAYS))
}

/// Who answers, of these people or by a name of their own.
pub fn giver(form: &AnswerForm, people: &[PersonId]) -> Result<Giver, Complaint> {
    let name: Vec<&str> = form.name.split_whitespace().collect();
    let name: String = name.join(" ").chars().filter(|c| !c.is_control()).collect();
    match form.by.trim() {
        "" if name.is_empty() => Err(Complaint::new(
            "by",
            "Say who answers: the mailbox is shared, and the answer is kept with a name.",
        )),
        "" if name.chars().count() > LONGEST_NAME => {
            Err(Complaint::new("name", "Shorten the name to 80 characters."))
        }
        "" => Ok(Giver::Named(name)),
        id => {
            let known = people.iter().find(|person| person.as_str() == id);
            known.cloned().map(Giver::Person).ok_or_else(|| {
                Complaint::new(
                    "by",
                    "Choose somebody from the list, or give a name instead.",
                )
            })
        }
    }
}
