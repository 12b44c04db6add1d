//! What is news to a reader: what changed after their last digest day. A digest lists it, and any
//! notice says it of what it speaks of. REMINDING, "A digest's lines".

use chrono::{DateTime, NaiveDate, Utc};

use super::recorded::Recorded;
use crate::domain::commitment::Commitment;
use crate::domain::deadline::Deadline;
use crate::domain::directory::Directory;
use crate::domain::ids::ReaderId;
use crate::domain::meeting::{Meeting, Move};

/// Digests that may be missed in a row before their news is old.
pub(super) const MOST_MISSED: usize = 26;

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
    /// none, its slot counts. One that never reached its reader told nothing: what it would have told
    /// is told by the next.
    pub(super) fn of_digest(
        reader: &ReaderId,
        directory: &Directory,
        day: NaiveDate,
        recorded: &Recorded,
    ) -> Self {
        let hours = directory.hours(reader);
        let weekday = directory.general_policy().digest_weekday;
        let mut after = hours.told_all_before(day, weekday);
        for _ in 0..MOST_MISSED {
            let told_at = recorded.digest_put_together(reader, after);
            let told_at = told_at.map(|at| at.with_timezone(&hours.zone).date_naive());
            // One that was late, and came into a pause, told what is overdue and nothing else.
            let was_cut_short = told_at.is_some_and(|day| hours.is_paused(day));
            if !was_cut_short && !recorded.missed_digest(reader, after, hours.slot_on(after)) {
                break;
            }
            after = hours.told_all_before(after, weekday);
        }
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
    use crate::domain::habits::Pause;
    use crate::domain::ledger::OccurrenceEntry;
    use crate::domain::notice::{Because, OccurrenceState, SkipReason, Subject};
    use crate::domain::rule::Rule;

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

    #[test]
    fn what_a_digest_that_nobody_got_would_have_told_is_news_in_the_next() {
        let book = crate::record::first_record();
        let desk: ReaderId = "asean-us-desk".parse().unwrap();
        let on = |text: &str| text.parse::<NaiveDate>().unwrap();
        let tells = |recorded: &Recorded, date: &str| {
            let day = on("2025-06-16");
            News::of_digest(&desk, &book.directory, day, recorded).holds(on(date), None)
        };
        // Nobody was asked from Wednesday 4 June on: the digest of the 9th was missed.
        let unasked = |since: &str| Recorded::default().unasked_since(Some(since.parse().unwrap()));
        let down = unasked("2025-06-04T02:00:00Z");
        assert!(tells(&down, "2025-06-05") && !tells(&down, "2025-06-02"));
        let awake = unasked("2025-06-16T00:00:00Z");
        assert!(!tells(&awake, "2025-06-05") && tells(&awake, "2025-06-10"));
        // It was put together, and could not be sent for a week.
        for (state, is_told) in [
            (OccurrenceState::Skipped, true),
            (OccurrenceState::Sent, false),
        ] {
            let entry = digest(&desk, on("2025-06-09"), state);
            let recorded = Recorded::from_ledger([&entry]);
            assert_eq!(tells(&recorded, "2025-06-05"), is_told, "{state}");
        }
    }

    #[test]
    fn what_a_late_digest_kept_to_itself_in_a_pause_is_news_in_the_next() {
        let mut book = crate::record::first_record();
        let desk: ReaderId = "asean-us-desk".parse().unwrap();
        let on = |text: &str| text.parse::<NaiveDate>().unwrap();
        let directory = std::sync::Arc::make_mut(&mut book.directory);
        let habits = &mut directory.desks.get_mut(desk.as_str()).unwrap().habits;
        habits.pause = Some(Pause {
            from: on("2025-06-11"),
            until: on("2025-06-13"),
        });
        for (put_together, is_told) in [("2025-06-09", false), ("2025-06-11", true)] {
            let entry = OccurrenceEntry {
                recorded_at: on(put_together).and_hms_opt(1, 0, 0).unwrap().and_utc(),
                ..digest(&desk, on("2025-06-09"), OccurrenceState::Sent)
            };
            let recorded = Recorded::from_ledger([&entry]);
            let news = News::of_digest(&desk, directory, on("2025-06-16"), &recorded);
            assert_eq!(
                news.holds(on("2025-06-05"), None),
                is_told,
                "{put_together}"
            );
        }
    }

    fn digest(reader: &ReaderId, day: NaiveDate, state: OccurrenceState) -> OccurrenceEntry {
        let slot = day.and_hms_opt(1, 0, 0).unwrap().and_utc();
        OccurrenceEntry {
            id: 1,
            subject: Subject::Reader(reader.clone()),
            rule: Rule::Digest,
            basis: "2025-W24".into(),
            recipient: reader.clone(),
            date: day,
            slot,
            state,
            reason: (state == OccurrenceState::Skipped).then_some(SkipReason::Expired),
            because: Because {
                deadline: None,
                window: None,
                revision: 0,
                calendar: "phnom-penh".parse().unwrap(),
                counted_from: day,
                exact: day,
                date: day,
                in_place_of: None,
            },
            recorded_at: slot,
        }
    }
}
