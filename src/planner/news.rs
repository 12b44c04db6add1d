//! What is news to a reader: what changed after their last digest day. A digest lists it, and any
//! notice says it of what it speaks of. REMINDING, "A digest's lines".

use chrono::{DateTime, NaiveDate, Utc};

use super::recorded::Recorded;
use crate::domain::commitment::Commitment;
use crate::domain::deadline::Deadline;
use crate::domain::directory::Directory;
use crate::domain::ids::ReaderId;
use crate::domain::meeting::{Meeting, Move};

/// The days whose changes are news to a reader on a day.
#[derive(Debug, Clone, Copy)]
pub struct News {
    /// The last digest day before that told everything.
    after: NaiveDate,
    /// When the digest of that day was put together; what was entered later it could not tell.
    told_at: DateTime<Utc>,
    until: NaiveDate,
}

impl News {
    /// For the digest of a day: `recorded` knows when the last one was put together. Where there was
    /// none, its slot counts.
    pub(super) fn of_digest(
        reader: &ReaderId,
        directory: &Directory,
        day: NaiveDate,
        recorded: &Recorded,
    ) -> Self {
        let hours = directory.hours(reader);
        let after = hours.told_all_before(day, directory.general_policy().digest_weekday);
        let slot = hours.slot_on(after);
        Self {
            after,
            told_at: recorded.digest_put_together(reader, after).unwrap_or(slot),
            until: day,
        }
    }

    /// For any notice of a day: rather told once more than not at all.
    pub fn of_notice(reader: &ReaderId, directory: &Directory, day: NaiveDate) -> Self {
        let hours = directory.hours(reader);
        let weekday = directory.general_policy().digest_weekday;
        Self {
            after: hours.told_all_before(day, weekday),
            told_at: DateTime::<Utc>::MIN_UTC,
            until: day,
        }
    }

    /// The day after which changes are news.
    pub(super) fn after(&self) -> NaiveDate {
        self.after
    }

    /// Whether a change of this date is news. One that was entered on the last digest day after that
    /// day's digest had left is: nobody has told it.
    pub fn holds(&self, date: NaiveDate, entered: Option<DateTime<Utc>>) -> bool {
        let after_it_left = || date == self.after && entered.is_some_and(|at| at > self.told_at);
        date <= self.until && (self.after < date || after_it_left())
    }

    /// The moves of a meeting that are news.
    pub fn moves<'m>(&self, meeting: &'m Meeting) -> impl Iterator<Item = &'m Move> + use<'m, '_> {
        meeting
            .moves
            .iter()
            .filter(|m| self.holds(m.date, m.entered))
    }

    /// Whether a deadline hangs on a meeting whose date moved as news, after the commitment was
    /// opened.
    pub fn moved_with(
        &self,
        deadline: &Deadline,
        commitment: &Commitment,
        directory: &Directory,
    ) -> bool {
        let meeting = deadline.meeting().and_then(|id| directory.meetings.get(id));
        let Some((meeting, day)) = meeting.and_then(|m| Some((m, m.moved_on?))) else {
            return false;
        };
        let entered = meeting.moves.iter().rfind(|m| m.date == day);
        commitment.opened < day && self.holds(day, entered.and_then(|m| m.entered))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_entered_after_a_digest_left_is_news_in_the_next() {
        let book = crate::record::first_record();
        let desk: ReaderId = "asean-us-desk".parse().unwrap();
        let on = |text: &str| text.parse::<NaiveDate>().unwrap();
        let at = |text: &str| Some(text.parse::<DateTime<Utc>>().unwrap());
        // Mondays; eight in Phnom Penh is one in the morning, UTC.
        let none = Recorded::default();
        let news = News::of_digest(&desk, &book.directory, on("2025-06-09"), &none);
        assert!(!news.holds(on("2025-06-02"), None));
        assert!(!news.holds(on("2025-06-02"), at("2025-06-02T00:59:00Z")));
        assert!(news.holds(on("2025-06-02"), at("2025-06-02T03:00:00Z")));
        assert!(news.holds(on("2025-06-03"), None) && news.holds(on("2025-06-09"), None));
        assert!(!news.holds(on("2025-06-10"), None));
    }
}
