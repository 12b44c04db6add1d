//! What a reviewer decides, as a pure change of the record: an update accepted or returned, what was
//! verified, a later date granted, a commitment closed or given up, or carried forward to a successor.
//! Closing needs an accepted update, or a reviewer's reason; the reason stands on record as an update
//! of the reviewer's own.

use super::commitment::{Commitment, Confidentiality, Lifecycle};
use super::deadline::Deadline;
use super::directory::Directory;
use super::ids::{CommitmentRef, ReaderId};
use super::moving::{Entered, NewDeadline, redated};
use super::progress::{Confidence, Reported, Update, UpdateState, Verified};
use super::reporting::{Complaint, MOST_LINE};

/// What a reviewer makes of an update that waits.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Judgement {
    pub words: Option<String>,
    pub verified: Option<Verified>,
    /// The reviewer's own confidence.
    pub assessed: Option<Confidence>,
    /// The new date, where one was wanted and is granted: it may be another than the one wanted.
    pub grant: Option<Deadline>,
    /// Whether the commitment ends with it: met where completion was reported, given up where it was
    /// discontinued.
    pub ends: bool,
}

/// How a commitment ends by a reviewer's word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    Met,
    /// Given up, or overtaken by events.
    Withdrawn,
}

/// The update that awaits review, by its place: the latest, where it was submitted.
pub fn awaiting(commitment: &Commitment, entered: Entered) -> Option<usize> {
    let latest = commitment.latest_update(entered.on)?;
    let place = commitment
        .updates
        .iter()
        .position(|u| std::ptr::eq(u, latest))?;
    latest.awaits_review().then_some(place)
}

/// The commitment with the update that waits accepted.
///
/// # Errors
/// Words that are too long, a date that cannot be given, an end without its report.
pub fn accepted(
    commitment: &Commitment,
    directory: &Directory,
    judgement: &Judgement,
    reviewer: &ReaderId,
    entered: Entered,
) -> Result<Commitment, Vec<Complaint>> {
    let place = awaiting(commitment, entered).ok_or_else(nothing_waits)?;
    checked("words", judgement.words.as_deref())?;
    let update = &commitment.updates[place];
    let mut after = match (&update.extension, &judgement.grant) {
        (Some(_), Some(to)) => granted(commitment, directory, update, to, reviewer, entered)?,
        (None, Some(_)) => return Err(complaint("grant", "No new date was asked for.")),
        (_, None) => commitment.clone(),
    };
    if judgement.ends {
        after.state = end_of(update.reported)?;
        after.closed = Some(entered.on);
    }
    if judgement.verified.is_some() {
        after.verified = judgement.verified;
    }
    let decided = &mut after.updates[place];
    decided.state = UpdateState::Accepted;
    decided.assessed = judgement.assessed.or(decided.assessed);
    sign(decided, judgement.words.as_deref(), reviewer, entered);
    Ok(after)
}

/// The commitment with the update that waits returned.
///
/// # Errors
/// Without words nobody knows what to do about it.
pub fn returned(
    commitment: &Commitment,
    words: Option<&str>,
    reviewer: &ReaderId,
    entered: Entered,
) -> Result<Commitment, Vec<Complaint>> {
    let place = awaiting(commitment, entered).ok_or_else(nothing_waits)?;
    if words.is_none() {
        return Err(complaint(
            "words",
            "Say in a line what is missing, so that the desk can answer.",
        ));
    }
    checked("words", words)?;
    let mut after = commitment.clone();
    let decided = &mut after.updates[place];
    decided.state = UpdateState::Returned;
    sign(decided, words, reviewer, entered);
    Ok(after)
}

/// The commitment with what a reviewer found, beside any update.
pub fn assessed(commitment: &Commitment, verified: Verified) -> Commitment {
    Commitment {
        verified: Some(verified),
        ..commitment.clone()
    }
}

/// The commitment ended by a reviewer's word.
///
/// # Errors
/// One that is over; no reason where no accepted update says it.
pub fn ended(
    commitment: &Commitment,
    ending: Ending,
    reason: Option<&str>,
    reviewer: &ReaderId,
    entered: Entered,
) -> Result<Commitment, Vec<Complaint>> {
    still_open(commitment)?;
    checked("reason", reason)?;
    let (state, reported) = match ending {
        Ending::Met => (Lifecycle::Closed, Reported::Completed),
        Ending::Withdrawn => (Lifecycle::Withdrawn, Reported::Discontinued),
    };
    let mut after = commitment.clone();
    match reason {
        Some(reason) => after
            .updates
            .push(own_word(commitment, reported, reason, reviewer, entered)),
        None if is_said(commitment, ending, entered) => {}
        None => {
            let words = "No accepted update says so: give the reason in a line or two.";
            return Err(complaint("reason", words));
        }
    }
    after.updates.sort_by_key(|update| update.date);
    after.state = state;
    after.closed = Some(entered.on);
    Ok(after)
}

/// The commitment carried forward, and its successor: the same promise, with a deadline of its own.
///
/// # Errors
/// One that is over; a reference that is the same.
pub fn carried_forward(
    commitment: &Commitment,
    successor: &CommitmentRef,
    deadline: &Deadline,
    reason: Option<&str>,
    reviewer: &ReaderId,
    entered: Entered,
) -> Result<(Commitment, Commitment), Vec<Complaint>> {
    still_open(commitment)?;
    checked("reason", reason)?;
    let Some(reason) = reason else {
        return Err(complaint(
            "reason",
            "Say in a line why it is carried forward.",
        ));
    };
    let after = carried_into(commitment, reason, reviewer, entered)?;
    let next = Commitment {
        reference: successor.clone(),
        follows: Some(commitment.reference.clone()),
        opened: entered.on,
        deadline: Some(deadline.clone()),
        state: Lifecycle::Open,
        closed: None,
        verified: None,
        snoozed: None,
        milestones: Vec::new(),
        updates: Vec::new(),
        revisions: Vec::new(),
        raised: Vec::new(),
        handovers: Vec::new(),
        mentions: Vec::new(),
        ..commitment.clone()
    };
    Ok((after, next))
}

/// The commitment ended because another takes it on.
///
/// # Errors
/// One that is over; a reason that is too long.
pub fn carried_into(
    commitment: &Commitment,
    reason: &str,
    reviewer: &ReaderId,
    entered: Entered,
) -> Result<Commitment, Vec<Complaint>> {
    still_open(commitment)?;
    checked("reason", Some(reason))?;
    let mut after = commitment.clone();
    let word = own_word(commitment, Reported::Ongoing, reason, reviewer, entered);
    after.updates.push(word);
    after.updates.sort_by_key(|update| update.date);
    after.state = Lifecycle::CarriedForward;
    after.closed = Some(entered.on);
    Ok(after)
}

/// The commitment, or one of its milestones, with another date by a reviewer's word.
///
/// # Errors
/// No reason; what [`redated`] refuses.
pub fn given_new_date(
    commitment: &Commitment,
    directory: &Directory,
    milestone: Option<&str>,
    to: &Deadline,
    reason: Option<&str>,
    reviewer: &ReaderId,
    entered: Entered,
) -> Result<Commitment, Vec<Complaint>> {
    checked("reason", reason)?;
    let Some(reason) = reason else {
        return Err(complaint("reason", "Say in a line why the date changes."));
    };
    let wanted = NewDeadline {
        milestone: milestone.map(str::to_owned),
        deadline: to.clone(),
        reason: Some(one_line(reason)),
        by: None,
        approved: Some(reviewer.clone()),
    };
    redated(commitment, directory, &wanted, entered)
        .map_err(|refused| complaint("to", sentence(&refused.0)))
}

fn granted(
    commitment: &Commitment,
    directory: &Directory,
    update: &Update,
    to: &Deadline,
    reviewer: &ReaderId,
    entered: Entered,
) -> Result<Commitment, Vec<Complaint>> {
    let wanted = NewDeadline {
        milestone: update.extension.as_ref().and_then(|e| e.milestone.clone()),
        deadline: to.clone(),
        reason: update.ask.as_deref().map(one_line),
        by: update.by.clone(),
        approved: Some(reviewer.clone()),
    };
    redated(commitment, directory, &wanted, entered)
        .map_err(|refused| complaint("grant", sentence(&refused.0)))
}

/// The commitment with the update that waits accepted by a word that says what it proposed.
pub(super) fn borne_out(
    commitment: &Commitment,
    reviewer: &ReaderId,
    entered: Entered,
) -> Commitment {
    let mut after = commitment.clone();
    if let Some(place) = awaiting(commitment, entered) {
        let decided = &mut after.updates[place];
        decided.state = UpdateState::Accepted;
        sign(decided, None, reviewer, entered);
    }
    after
}

fn sign(update: &mut Update, words: Option<&str>, reviewer: &ReaderId, entered: Entered) {
    update.reviewed = Some(entered.on);
    update.reviewer = Some(reviewer.clone());
    update.words = words.map(str::to_owned);
}

/// What a reviewer says themselves stands as accepted.
fn own_word(
    commitment: &Commitment,
    reported: Reported,
    reason: &str,
    reviewer: &ReaderId,
    entered: Entered,
) -> Update {
    Update {
        date: entered.on,
        by: Some(reviewer.clone()),
        given: None,
        reported,
        confidence: None,
        text: Some(reason.to_owned()),
        evidence: Vec::new(),
        next: None,
        state: UpdateState::Accepted,
        reviewed: Some(entered.on),
        reviewer: Some(reviewer.clone()),
        words: None,
        assessed: None,
        ask: None,
        extension: None,
        confidentiality: match commitment.confidentiality {
            Confidentiality::Restricted => Confidentiality::Restricted,
            _ => Confidentiality::Internal,
        },
        entered: Some(entered.at),
    }
}

/// Whether the latest update, accepted, says what the ending means.
fn is_said(commitment: &Commitment, ending: Ending, entered: Entered) -> bool {
    let latest = commitment.latest_update(entered.on);
    latest.is_some_and(|update| {
        update.state == UpdateState::Accepted
            && match ending {
                Ending::Met => update.reported.is_completed(),
                Ending::Withdrawn => update.reported == Reported::Discontinued,
            }
    })
}

fn end_of(reported: Reported) -> Result<Lifecycle, Vec<Complaint>> {
    match reported {
        reported if reported.is_completed() => Ok(Lifecycle::Closed),
        Reported::Discontinued => Ok(Lifecycle::Withdrawn),
        _ => Err(complaint(
            "ends",
            "The update reports neither completion nor an end; accept it, or close with a reason of your own.",
        )),
    }
}

fn still_open(commitment: &Commitment) -> Result<(), Vec<Complaint>> {
    if commitment.is_open() {
        return Ok(());
    }
    let words = format!("{} is {} already.", commitment.reference, commitment.state);
    Err(complaint("all", words))
}

/// Words of a line or two.
pub(super) fn checked(field: &'static str, words: Option<&str>) -> Result<(), Vec<Complaint>> {
    let length = words.map_or(0, |words| words.chars().count());
    if length > MOST_LINE {
        let words = format!("This has {length} characters; {MOST_LINE} is the most.");
        return Err(complaint(field, words));
    }
    let odd = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
    if words.is_some_and(|words| words.chars().any(odd)) {
        return Err(complaint(
            field,
            "This holds characters that cannot be printed.",
        ));
    }
    Ok(())
}

fn nothing_waits() -> Vec<Complaint> {
    complaint("all", "No update of it awaits a decision any more.")
}

fn complaint(field: &'static str, words: impl Into<String>) -> Vec<Complaint> {
    vec![Complaint::new(field, words)]
}

/// As a reason may stand in a mail.
fn one_line(words: &str) -> String {
    let words: Vec<&str> = words.split_whitespace().collect();
    words.join(" ")
}

fn sentence(words: &str) -> String {
    super::reporting::sentence(words)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::reporting::{Report, submitted};

    fn entered() -> Entered {
        Entered {
            on: "2025-06-02".parse().unwrap(),
            at: "2025-06-02T03:00:00Z".parse().unwrap(),
        }
    }

    fn head() -> ReaderId {
        "head-americas".parse().unwrap()
    }

    /// US37-03 with an update that waits.
    fn waiting(report: &Report) -> (crate::domain::book::Book, Commitment) {
        let book = crate::record::first_record();
        let commitment = book.commitment("US37-03").unwrap();
        let officer = "officer-asean-us".parse().unwrap();
        let sent = submitted(commitment, &book.directory, report, &officer, entered());
        let sent = sent.unwrap();
        (book, sent)
    }

    fn fields(refused: Result<Commitment, Vec<Complaint>>) -> Vec<&'static str> {
        refused.unwrap_err().iter().map(|c| c.field).collect()
    }

    #[test]
    fn an_update_is_accepted_with_what_was_found() {
        let (book, sent) = waiting(&Report::of(Reported::Ongoing));
        let judgement = Judgement {
            words: Some("Good.".into()),
            verified: Some(Verified::Limited),
            assessed: Some(Confidence::Amber),
            ..Judgement::default()
        };
        let after = accepted(&sent, &book.directory, &judgement, &head(), entered()).unwrap();
        let update = after.latest_update(entered().on).unwrap();
        assert_eq!(update.state, UpdateState::Accepted);
        assert_eq!(update.reviewer, Some(head()));
        assert_eq!(update.reviewed, Some(entered().on));
        assert_eq!(update.held_confidence(), Some(Confidence::Amber));
        assert_eq!(after.verified, Some(Verified::Limited));
        assert!(after.is_open());
        let again = accepted(&after, &book.directory, &judgement, &head(), entered());
        assert_eq!(fields(again), ["all"]);
        let early = Judgement {
            ends: true,
            ..judgement
        };
        assert_eq!(
            fields(accepted(&sent, &book.directory, &early, &head(), entered())),
            ["ends"]
        );
    }

    #[test]
    fn an_update_is_returned_with_words() {
        let (_, sent) = waiting(&Report::of(Reported::Ongoing));
        assert_eq!(fields(returned(&sent, None, &head(), entered())), ["words"]);
        let after = returned(&sent, Some("Where is the text?"), &head(), entered()).unwrap();
        let update = after.latest_update(entered().on).unwrap();
        assert_eq!(update.state, UpdateState::Returned);
        assert_eq!(update.words.as_deref(), Some("Where is the text?"));
    }

    #[test]
    fn a_new_date_is_granted_as_a_revision() {
        use crate::domain::progress::Extension;
        let report = Report {
            ask: Some("The host\nneeds longer".into()),
            extension: Some(Extension {
                to: Deadline::parse("November 2025").unwrap(),
                milestone: Some("Adopted".into()),
            }),
            ..Report::of(Reported::Ongoing)
        };
        let (book, sent) = waiting(&report);
        let grant = |to: &str| Judgement {
            grant: Some(Deadline::parse(to).unwrap()),
            ..Judgement::default()
        };
        let after = accepted(
            &sent,
            &book.directory,
            &grant("October 2025"),
            &head(),
            entered(),
        );
        let after = after.unwrap();
        let revision = after.revisions.last().unwrap();
        assert_eq!(revision.milestone.as_deref(), Some("Adopted"));
        assert_eq!(revision.to, Deadline::parse("October 2025").ok());
        assert_eq!(revision.reason.as_deref(), Some("The host needs longer"));
        assert_eq!(revision.by, "officer-asean-us".parse().ok());
        assert_eq!(revision.approved, Some(head()));
        let odd = accepted(
            &sent,
            &book.directory,
            &grant("at pmc-us-2031"),
            &head(),
            entered(),
        );
        assert_eq!(fields(odd), ["grant"]);
        let (book, plain) = waiting(&Report::of(Reported::Ongoing));
        let unasked = accepted(&plain, &book.directory, &grant("2026"), &head(), entered());
        assert_eq!(fields(unasked), ["grant"]);
    }

    #[test]
    fn closing_needs_an_accepted_update_or_a_reason() {
        let (book, done) = waiting(&Report::of(Reported::Completed));
        let closing = Judgement {
            ends: true,
            ..Judgement::default()
        };
        let closed = accepted(&done, &book.directory, &closing, &head(), entered()).unwrap();
        assert_eq!(closed.state, Lifecycle::Closed);
        assert_eq!(closed.closed, Some(entered().on));
        assert_eq!(
            fields(ended(&done, Ending::Met, None, &head(), entered())),
            ["reason"]
        );
        let accepted = accepted(
            &done,
            &book.directory,
            &Judgement::default(),
            &head(),
            entered(),
        );
        let met = ended(&accepted.unwrap(), Ending::Met, None, &head(), entered()).unwrap();
        assert_eq!(met.state, Lifecycle::Closed);
        let why = Some("Overtaken by the new framework");
        let gone = ended(&done, Ending::Withdrawn, why, &head(), entered()).unwrap();
        assert_eq!(gone.state, Lifecycle::Withdrawn);
        let word = gone.updates.last().unwrap();
        assert_eq!(
            (word.text.as_deref(), word.state),
            (why, UpdateState::Accepted)
        );
        assert_eq!(
            fields(ended(&gone, Ending::Met, why, &head(), entered())),
            ["all"]
        );
    }

    #[test]
    fn a_successor_keeps_the_promise_and_begins_its_own_history() {
        let (_, sent) = waiting(&Report::of(Reported::Ongoing));
        let next = "US38-01".parse().unwrap();
        let deadline = Deadline::parse("2026").unwrap();
        let why = Some("Not concluded in time");
        let (old, new) = carried_forward(&sent, &next, &deadline, why, &head(), entered()).unwrap();
        assert_eq!(old.state, Lifecycle::CarriedForward);
        assert_eq!(new.promise, old.promise);
        assert_eq!(new.follows.as_ref(), Some(&old.reference));
        assert!(new.updates.is_empty() && new.is_open() && new.opened == entered().on);
    }
}
