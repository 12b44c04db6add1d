//! The form in which a reviewer decides on one update, and what they may do beside it.

use serde::Serialize;

use crate::domain::carrying::proposes_to_continue;
use crate::domain::commitment::Commitment;
use crate::domain::deadline::Deadline;
use crate::domain::ids::ReaderId;
use crate::domain::progress::{Confidence, Reported, Update, Verified};
use crate::domain::reporting::{Complaint, Seen};
use crate::domain::reviewing::Judgement;
use crate::wording;

use super::forms::{Choice, Complaints, Sent, by_field, choices};
use super::pages::carrying::follower;
use super::report_form::confidence_words;
use super::scene::Scene;

/// What stands in the fields.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TypedReview {
    pub words: String,
    pub verified: String,
    pub assessed: String,
    pub grant: String,
    pub reason: String,
    pub to: String,
    pub of: String,
}

impl TypedReview {
    pub fn read(sent: &Sent) -> Self {
        let text = |name: &str| sent.text(name).replace("\r\n", "\n");
        Self {
            words: text("words"),
            verified: text("verified"),
            assessed: text("assessed"),
            grant: text("grant"),
            reason: text("reason"),
            to: text("to"),
            of: text("of"),
        }
    }

    /// Before anybody typed: the date as it was wanted.
    pub fn begun(update: Option<&Update>) -> Self {
        let extension = update.and_then(|u| u.extension.as_ref());
        Self {
            grant: extension.map(|e| e.to.to_string()).unwrap_or_default(),
            ..Self::default()
        }
    }

    pub fn words(&self) -> Option<&str> {
        Some(self.words.as_str()).filter(|words| !words.is_empty())
    }

    pub fn reason(&self) -> Option<&str> {
        Some(self.reason.as_str()).filter(|words| !words.is_empty())
    }

    /// What the reviewer makes of the update.
    pub fn judgement(&self, grants: bool, ends: bool) -> Result<Judgement, Vec<Complaint>> {
        Ok(Judgement {
            words: self.words().map(str::to_owned),
            verified: Verified::parse(&self.verified),
            assessed: Confidence::parse(&self.assessed),
            grant: match grants {
                true => Some(deadline("grant", &self.grant)?),
                false => None,
            },
            ends,
        })
    }

    pub fn new_date(&self) -> Result<Deadline, Vec<Complaint>> {
        deadline("to", &self.to)
    }
}

fn deadline(field: &'static str, text: &str) -> Result<Deadline, Vec<Complaint>> {
    Deadline::parse(text).map_err(|error| {
        let words = match text.is_empty() {
            true => {
                "Say a date: August 2025, by 31 August 2025, at or before a meeting.".to_owned()
            }
            false => super::say::sentence(&error.to_string()),
        };
        vec![Complaint::new(field, words)]
    })
}

/// What this viewer may decide on one commitment, ready to be drawn.
#[derive(Debug, Serialize)]
pub struct ReviewForm {
    pub reference: String,
    pub seen: String,
    /// An update waits, and it is theirs to decide on.
    pub decides: bool,
    /// The update wants a new date, which they may grant.
    pub wants: Option<Wanted>,
    /// Accepting may end the commitment: what the button says.
    pub ends: Option<String>,
    /// It may be accepted by itself. A proposal to carry forward may not: accepted, it is done.
    pub accepts: bool,
    /// They may close it or give it up by their own word, and give it a new date.
    pub closes: bool,
    pub verifies: bool,
    pub words: String,
    pub verified: Vec<Choice>,
    pub assessed: Vec<Choice>,
    pub grant: String,
    pub reason: String,
    pub to: String,
    pub of: Vec<Choice>,
    pub complaints: Complaints,
    /// Something was entered since the form was drawn.
    pub overtaken: bool,
}

/// The date a desk asks for.
#[derive(Debug, Serialize)]
pub struct Wanted {
    pub milestone: Option<String>,
    pub from: String,
    pub to: String,
}

/// Draws it; `None` where there is nothing for this viewer to decide.
pub fn form(
    scene: &Scene<'_>,
    commitment: &Commitment,
    today: chrono::NaiveDate,
    typed: Option<&TypedReview>,
    complaints: &[Complaint],
    overtaken: bool,
) -> Option<ReviewForm> {
    let rights = scene.rights();
    let by = reader(scene)?;
    if !commitment.is_open() {
        return None;
    }
    let update = waiting(commitment, today).filter(|u| rights.may_review(commitment, u));
    let closes = rights.may_close(commitment);
    let verifies = rights.may_verify(commitment);
    if update.is_none() && !closes && !verifies {
        return None;
    }
    let begun = TypedReview::begun(update);
    let typed = typed.unwrap_or(&begun);
    let chosen = match (&*typed.verified, commitment.verified) {
        ("", Some(verified)) => verified.as_str(),
        (typed, _) => typed,
    };
    let mut verified = choices(Verified::ALL, Verified::as_str, wording::verified, chosen);
    if commitment.verified.is_none() {
        verified.insert(0, nothing("Not assessed", chosen.is_empty()));
    }
    let mut assessed = choices(
        Confidence::ALL,
        Confidence::as_str,
        confidence_words,
        &typed.assessed,
    );
    assessed.insert(0, nothing("As the desk says", typed.assessed.is_empty()));
    let mut of = vec![nothing("The commitment", typed.of.is_empty())];
    of.extend(commitment.live_milestones().map(|(_, m)| Choice {
        value: m.title.clone(),
        text: m.title.clone(),
        chosen: m.title == typed.of,
    }));
    Some(ReviewForm {
        reference: commitment.reference.to_string(),
        seen: Seen::of(commitment, &by, None).to_string(),
        decides: update.is_some(),
        wants: update
            .filter(|_| closes)
            .and_then(|u| wanted(scene, commitment, u)),
        ends: update
            .filter(|_| closes)
            .and_then(|update| ending(scene, commitment, update)),
        accepts: !update.is_some_and(proposes_to_continue),
        closes,
        verifies,
        words: typed.words.clone(),
        verified,
        assessed,
        grant: typed.grant.clone(),
        reason: typed.reason.clone(),
        to: typed.to.clone(),
        of,
        complaints: by_field(complaints),
        overtaken,
    })
}

/// The update that waits for somebody's decision.
pub fn waiting(commitment: &Commitment, today: chrono::NaiveDate) -> Option<&Update> {
    commitment
        .latest_update(today)
        .filter(|u| u.awaits_review())
}

fn reader(scene: &Scene<'_>) -> Option<ReaderId> {
    use crate::domain::access::Viewer;
    match scene.viewer {
        Viewer::Person(person) => Some(person.into()),
        _ => None,
    }
}

fn nothing(text: &str, chosen: bool) -> Choice {
    Choice {
        value: String::new(),
        text: text.to_owned(),
        chosen,
    }
}

fn ending(scene: &Scene<'_>, commitment: &Commitment, update: &Update) -> Option<String> {
    let words = match update.reported {
        _ if proposes_to_continue(update) => {
            let next = &follower(scene, commitment)?.reference;
            return Some(format!("Accept and carry forward into {next}"));
        }
        reported if reported.is_completed() => "Accept and close",
        Reported::Discontinued => "Accept and give up",
        _ => return None,
    };
    Some(words.to_owned())
}

fn wanted(scene: &Scene<'_>, commitment: &Commitment, update: &Update) -> Option<Wanted> {
    let extension = update.extension.as_ref()?;
    let from = match &extension.milestone {
        None => commitment.deadline.as_ref(),
        Some(title) => {
            let step = commitment.milestones.iter().find(|m| m.title == *title);
            step.and_then(|m| m.deadline.as_ref())
        }
    };
    let words = |deadline: &Deadline| wording::deadline(deadline, scene.directory());
    Some(Wanted {
        milestone: extension.milestone.clone(),
        from: from.map_or("no deadline".to_owned(), words),
        to: words(&extension.to),
    })
}
