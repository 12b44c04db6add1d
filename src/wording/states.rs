//! The word of every state: what a closed list's value is called in front of a person. A schedule
//! also has a shape, so that nothing is said by colour alone.

use crate::domain::bounce::Action;
use crate::domain::commitment::{Confidentiality, Effect, Kind, Lifecycle, Strength};
use crate::domain::document::Authority;
use crate::domain::meeting::{Forum, MeetingStatus};
use crate::domain::notice::{Line, MailMode, NoticeKind, NoticeState, OccurrenceState, Phase};
use crate::domain::progress::{Confidence, Reported, UpdateState, Verified};
use crate::domain::schedule::Schedule;

/// A state as it is shown: a shape, a word, and only then a class for its colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    pub shape: &'static str,
    pub word: &'static str,
    /// The class the style sheet colours: the state's own name, `due-soon`.
    pub class: &'static str,
}

/// The mark of a schedule.
pub fn schedule(schedule: Schedule) -> Mark {
    let (shape, word) = match schedule {
        Schedule::OnTrack => ("●", "on track"),
        Schedule::DueSoon => ("◐", "due soon"),
        Schedule::Overdue => ("■", "overdue"),
        Schedule::AwaitingEvent => ("◇", "awaiting event"),
        Schedule::NoDeadline => ("–", "no deadline"),
        Schedule::Closed => ("✓", "closed"),
    };
    Mark {
        shape,
        word,
        class: schedule.as_str(),
    }
}

pub fn reported(reported: Reported) -> &'static str {
    match reported {
        Reported::NotStarted => "not started",
        Reported::Ongoing => "ongoing",
        Reported::Completed => "completed",
        Reported::CompletedAndOngoing => "completed and ongoing",
        Reported::Discontinued => "discontinued",
    }
}

/// The desk's confidence in delivery; it says so, because it is no status.
pub fn confidence(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::Green => "green",
        Confidence::Amber => "amber",
        Confidence::Red => "red",
    }
}

pub fn verified(verified: Verified) -> &'static str {
    match verified {
        Verified::NoEvidence => "no evidence available",
        Verified::NotStarted => "not started",
        Verified::Limited => "limited",
        Verified::Substantial => "substantial",
        Verified::Complete => "complete",
    }
}

pub fn update_state(state: UpdateState) -> &'static str {
    match state {
        UpdateState::Draft => "draft",
        UpdateState::Submitted => "awaits review",
        UpdateState::Accepted => "accepted",
        UpdateState::Returned => "returned",
    }
}

pub fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Deliverable => "deliverable",
        Kind::Standing => "standing commitment",
        Kind::Request => "request",
    }
}

pub fn strength(strength: Strength) -> &'static str {
    match strength {
        Strength::Firm => "firm",
        Strength::Political => "political",
        Strength::Hortatory => "hortatory",
    }
}

/// What a later document does to a promise.
pub fn effect(effect: Effect) -> &'static str {
    match effect {
        Effect::Repeats => "says it again",
        Effect::Strengthens => "says it more strongly",
        Effect::Weakens => "says it more weakly",
    }
}

pub fn confidentiality(confidentiality: Confidentiality) -> &'static str {
    match confidentiality {
        Confidentiality::Public => "public",
        Confidentiality::Internal => "internal",
        Confidentiality::Restricted => "restricted",
    }
}

pub fn lifecycle(lifecycle: Lifecycle) -> &'static str {
    match lifecycle {
        Lifecycle::Proposed => "proposed",
        Lifecycle::Open => "open",
        Lifecycle::Closed => "closed, met",
        Lifecycle::CarriedForward => "carried forward",
        Lifecycle::Superseded => "superseded",
        Lifecycle::Withdrawn => "withdrawn",
    }
}

pub fn authority(authority: Authority) -> &'static str {
    match authority {
        Authority::Agreed => "agreed by all sides",
        Authority::Chair => "the chair's own account",
        Authority::Unilateral => "one side's account",
    }
}

pub fn forum(forum: Forum) -> &'static str {
    match forum {
        Forum::Jcc => "Joint Cooperation Committee",
        Forum::Som => "Senior Officials' Meeting",
        Forum::Dialogue => "Dialogue",
        Forum::Pmc => "Post Ministerial Conference",
        Forum::Summit => "Summit",
        Forum::Sectoral => "sectoral meeting",
    }
}

pub fn meeting_status(status: MeetingStatus) -> &'static str {
    match status {
        MeetingStatus::AwaitingDate => "awaiting a date",
        MeetingStatus::Tentative => "tentative",
        MeetingStatus::Confirmed => "confirmed",
        MeetingStatus::Held => "held",
        MeetingStatus::Postponed => "postponed",
        MeetingStatus::Cancelled => "cancelled",
    }
}

pub fn notice_kind(kind: NoticeKind) -> &'static str {
    match kind {
        NoticeKind::Daily => "reminder",
        NoticeKind::Digest => "digest",
        NoticeKind::Brief => "brief",
    }
}

/// Where a notice stands. `sent` means that the relay took it, and says so.
pub fn notice_state(state: NoticeState) -> &'static str {
    match state {
        NoticeState::Gathering => "being gathered",
        NoticeState::Pending => "waiting to leave",
        NoticeState::Claimed => "being sent",
        NoticeState::InData => "being handed over",
        NoticeState::Deferred => "waiting for another try",
        NoticeState::Sent => "sent: the relay took it",
        NoticeState::InDoubt => "in doubt: nobody can know whether the relay took it",
        NoticeState::Parked => "in doubt, waiting for a person to decide",
        NoticeState::Rejected => "refused for this address",
        NoticeState::Bounced => "bounced",
        NoticeState::Cancelled => "cancelled: nothing was left to say",
        NoticeState::Expired => "expired: too late to be of use",
    }
}

/// The same where there is no relay: what is sent is kept in the mailbox of the pages.
pub fn notice_state_in_mailbox(state: NoticeState) -> &'static str {
    match state {
        NoticeState::Sent => "sent: kept in the mailbox",
        state => notice_state(state),
    }
}

pub fn occurrence_state(state: OccurrenceState) -> &'static str {
    match state {
        OccurrenceState::Waiting => "waiting",
        OccurrenceState::Sent => "sent",
        OccurrenceState::Skipped => "not sent",
        OccurrenceState::Superseded => "superseded",
        OccurrenceState::Cancelled => "cancelled",
    }
}

/// What another mail server reported of a notice.
pub fn report(action: Action) -> &'static str {
    match action {
        Action::Failed => "given up: it did not arrive",
        Action::Delayed => "delayed; the other server goes on trying",
        Action::Delivered => "arrived",
        Action::Answered => "answered by a program",
    }
}

/// How far a try at sending came.
pub fn phase(phase: Phase) -> &'static str {
    match phase {
        Phase::Connect => "reaching the relay",
        Phase::Tls => "securing the connection",
        Phase::Auth => "signing in at the relay",
        Phase::MailFrom => "naming the sender",
        Phase::RcptTo => "naming the recipient",
        Phase::Data => "asking to send the content",
        Phase::Content => "sending the content",
    }
}

pub fn mail_mode(mode: MailMode) -> &'static str {
    match mode {
        MailMode::Live => "live: mail leaves",
        MailMode::Hold => "on hold: everything is planned and kept, nothing leaves",
        MailMode::Redirect => "redirected: everything goes to one address",
    }
}

/// Why a digest or a brief carries a line.
pub fn line(line: Line) -> &'static str {
    match line {
        Line::AwaitsDecision => "awaits your decision",
        Line::ReportedCompleted => "reported completed, not closed yet",
        Line::Overdue => "overdue",
        Line::Unanswered => "asked, and nothing heard",
        Line::DueSoon => "due soon",
        Line::HandedOver => "passed on from another desk",
        Line::Redated => "has a new date",
        Line::Updated => "has an update",
        Line::Opened => "new",
        Line::Tied => "tied to this meeting",
        Line::ToRaise => "to raise",
        Line::Standing => "open",
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn all_differ<T: Copy>(values: &[T], word: impl Fn(T) -> &'static str) {
        let words: BTreeSet<_> = values.iter().map(|v| word(*v)).collect();
        assert_eq!(words.len(), values.len(), "{words:?}");
        assert!(words.iter().all(|w| !w.is_empty()));
    }

    #[test]
    fn no_two_states_share_a_word_or_a_shape() {
        all_differ(Schedule::ALL, |s| schedule(s).word);
        all_differ(Schedule::ALL, |s| schedule(s).shape);
        all_differ(Schedule::ALL, |s| schedule(s).class);
        all_differ(Reported::ALL, reported);
        all_differ(Verified::ALL, verified);
        all_differ(Lifecycle::ALL, lifecycle);
        all_differ(MeetingStatus::ALL, meeting_status);
        all_differ(NoticeState::ALL, notice_state);
        all_differ(OccurrenceState::ALL, occurrence_state);
        all_differ(Phase::ALL, phase);
        all_differ(Action::ALL, report);
        all_differ(Line::ALL, line);
        all_differ(Forum::ALL, forum);
    }
}
