//! Wording: dates, windows, states and reasons in words, said alike on pages, in mail and on the
//! command line. Pure; it knows `domain` and nothing else.
//!
//! [`dates`] prints what was promised and never a day that nobody promised; [`states`] has the word
//! of every closed list; [`reasons`] says why something came, or did not, and [`chain`] link by link;
//! [`consequences`] what a change of the record does to reminding. [`unbroken`](mod@unbroken) reads over the line ends
//! of a document.

pub mod chain;
pub mod consequences;
pub mod dates;
pub mod place;
pub mod reasons;
pub mod seeing_to;
pub mod states;
pub mod unbroken;

#[cfg(test)]
mod fixtures;

pub use chain::{chain, silence};
pub use consequences::{ConsequenceWords, brief_change, consequence};
pub use dates::{
    count, countdown, date_of_meeting, day, days_between, deadline, distance, due, in_words,
    local_time, meeting_ahead, short_day, since, the_meeting, weekday, weekday_day, window,
    with_article,
};
pub use place::in_place_of;
pub use reasons::{because, capitalised, reason, rule_name};
pub use seeing_to::{coverage, undecided};
pub use states::{
    Mark, authority, confidence, confidentiality, effect, forum, kind, lifecycle, line, mail_mode,
    meeting_status, notice_kind, notice_state, notice_state_in_mailbox, occurrence_state, phase,
    report, reported, schedule, strength, update_state, verified,
};
pub use unbroken::unbroken;
