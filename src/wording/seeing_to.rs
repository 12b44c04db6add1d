//! What a person must see to, in words that say what to do next: what handovers leave undecided, and
//! calendars whose holidays end.

use super::dates::{count, day, with_article};
use crate::domain::calendar::Coverage;
use crate::domain::directory::Directory;
use crate::domain::handover::Undecided;

/// What a handover leaves to a person. Of something restricted no more is told than that it is
/// there.
pub fn undecided(left: &Undecided, directory: &Directory) -> String {
    let name = |desk| with_article(directory.desk_name(desk));
    match left {
        Undecided::NotAReader { from, to } => format!(
            "{} has handed over, but {} may not read something restricted that it answered for; whoever may read it must name another desk, or add the successor to its readers",
            name(from),
            name(to)
        ),
        Undecided::NoSuccessor { desk, leads } => format!(
            "{} has ended and leads {}; name its `successor` in the record",
            name(desk),
            count(*leads, "open commitment")
        ),
    }
}

/// Until when a calendar knows its holidays, and what counts beyond.
pub fn coverage(coverage: Coverage) -> String {
    match coverage {
        Coverage::None => "it has no holidays: weekends alone count".to_owned(),
        Coverage::Ended(until) => format!(
            "its holidays ended on {}: since then weekends alone count",
            day(until)
        ),
        Coverage::EndsSoon(until) | Coverage::Known(until) => format!(
            "its holidays are known until {}; after that weekends alone count",
            day(until)
        ),
    }
}
