//! Where every commitment stands today, worked out once: its schedule, and the live deadline that
//! presses most. Pages filter and count these instead of asking the calendar again, so that a page
//! over ten thousand commitments costs one walk along a list.

use std::cmp::Reverse;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, NaiveDate, Utc};

use crate::domain::book::Book;
use crate::domain::commitment::Commitment;
use crate::domain::deadline::{Deadline, Window};
use crate::domain::directory::Directory;
use crate::domain::schedule::{Schedule, live_deadlines, of_commitment};

/// One commitment and where it stands on its lead desk's day.
#[derive(Debug, Clone)]
pub struct Standing {
    pub commitment: Arc<Commitment>,
    pub schedule: Schedule,
    /// The place of the milestone whose deadline presses most; `None`: the commitment's own.
    pub milestone: Option<usize>,
    /// The window of the deadline that presses most.
    pub window: Option<Window>,
    /// The civil date in the lead desk's zone.
    pub today: NaiveDate,
}

impl Standing {
    pub fn of(commitment: &Arc<Commitment>, directory: &Directory, now: DateTime<Utc>) -> Self {
        let zone = directory.desk_calendar(&commitment.lead).timezone;
        let today = now.with_timezone(&zone).date_naive();
        let schedule = of_commitment(commitment, directory, today);
        let pressing = live_deadlines(commitment, directory)
            .into_iter()
            .map(|d| (d.milestone, d.window))
            .min_by_key(|(_, window)| window.map_or(NaiveDate::MAX, |w| w.last));
        let (milestone, window) = pressing.unwrap_or_default();
        Self {
            commitment: commitment.clone(),
            schedule,
            milestone,
            window,
            today,
        }
    }

    /// The deadline that presses most, if there is one.
    pub fn deadline(&self) -> Option<&Deadline> {
        match self.milestone {
            Some(place) => self.commitment.milestones.get(place)?.deadline.as_ref(),
            None => self.commitment.deadline.as_ref(),
        }
    }

    /// The title of the milestone whose deadline presses most.
    pub fn milestone_title(&self) -> Option<&str> {
        let milestone = self.commitment.milestones.get(self.milestone?)?;
        Some(&milestone.title)
    }

    /// The day on which it became overdue, where it is: the day after the window's end, and never
    /// before it was tracked.
    pub fn overdue_since(&self) -> Option<NaiveDate> {
        let window = self.window.filter(|_| self.schedule == Schedule::Overdue)?;
        window.last.max(self.commitment.opened).succ_opt()
    }
}

/// The most pressing first: overdue, then due soon, then by the end of the window; what awaits an
/// event, what has no deadline, and last what is closed, the latest first.
fn by_pressing(a: &Standing, b: &Standing) -> std::cmp::Ordering {
    let key = |s: &Standing| {
        let last = s.window.map_or(NaiveDate::MAX, |w| w.last);
        let (ends, closed) = match s.schedule {
            Schedule::Closed => (NaiveDate::MAX, s.commitment.closed),
            _ => (last, None),
        };
        (s.schedule.rank(), ends, Reverse(closed))
    };
    key(a)
        .cmp(&key(b))
        .then_with(|| a.commitment.reference.cmp(&b.commitment.reference))
}

/// All commitments of a book on one set of civil dates, the most pressing first.
#[derive(Debug)]
pub struct Standings {
    book: Arc<Book>,
    days: Vec<NaiveDate>,
    all: Vec<Standing>,
}

impl Standings {
    pub fn of(book: &Arc<Book>, now: DateTime<Utc>) -> Self {
        let directory = &book.directory;
        let mut all: Vec<Standing> = book
            .commitments
            .values()
            .map(|c| Standing::of(c, directory, now))
            .collect();
        all.sort_unstable_by(by_pressing);
        Self {
            book: book.clone(),
            days: days(directory, now),
            all,
        }
    }

    pub fn iter(&self) -> impl Iterator<Item = &Standing> {
        self.all.iter()
    }

    /// Whether they were worked out from this very book, and no calendar has turned a page since.
    fn holds_for(&self, book: &Arc<Book>, now: DateTime<Utc>) -> bool {
        Arc::ptr_eq(&self.book, book) && self.days == days(&book.directory, now)
    }
}

/// The civil date in every calendar; standings hold while all of them stay.
fn days(directory: &Directory, now: DateTime<Utc>) -> Vec<NaiveDate> {
    let house = directory.house_zone();
    let zones = directory.calendars.values().map(|c| c.timezone);
    zones
        .chain([house, chrono_tz::UTC])
        .map(|zone| now.with_timezone(&zone).date_naive())
        .collect()
}

/// The standings that were worked out last; they serve until the record or the day changes.
#[derive(Debug, Default)]
pub struct StandingsCache(Mutex<Option<Arc<Standings>>>);

impl StandingsCache {
    pub fn get(&self, book: &Arc<Book>, now: DateTime<Utc>) -> Arc<Standings> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match kept.as_ref().filter(|k| k.holds_for(book, now)) {
            Some(kept) => kept.clone(),
            None => kept.insert(Arc::new(Standings::of(book, now))).clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::testing::{first_book, instant};

    fn order(now: &str) -> Vec<(String, Schedule)> {
        let standings = Standings::of(&Arc::new(first_book()), instant(now));
        let pairs = standings.iter().map(|s| {
            let reference = s.commitment.reference.to_string();
            (reference, s.schedule)
        });
        pairs.collect()
    }

    #[test]
    fn the_most_pressing_stands_first_and_the_closed_last() {
        let order = order("2025-06-02T01:00:00Z");
        assert_eq!(order[0], ("PREP-01".into(), Schedule::Overdue));
        assert_eq!(order[1], ("PREP-03".into(), Schedule::DueSoon));
        assert_eq!(
            order.last().cloned(),
            Some(("PREP-07".into(), Schedule::Closed))
        );
    }

    #[test]
    fn a_milestone_may_press_more_than_the_commitment() {
        let book = Arc::new(first_book());
        let standings = Standings::of(&book, instant("2025-06-02T01:00:00Z"));
        let statement = standings
            .iter()
            .find(|s| s.commitment.reference.as_str() == "US37-03")
            .expect("the first record holds it");
        assert_eq!(statement.milestone_title(), Some("Concluded"));
    }

    #[test]
    fn the_cache_serves_until_a_day_ends_somewhere() {
        let cache = StandingsCache::default();
        let book = Arc::new(first_book());
        let morning = cache.get(&book, instant("2025-06-02T18:00:00Z"));
        let same = cache.get(&book, instant("2025-06-02T18:30:00Z"));
        assert!(Arc::ptr_eq(&morning, &same));
        // Midnight in UTC, which no calendar of the record but our own list of days keeps.
        let next = cache.get(&book, instant("2025-06-03T00:30:00Z"));
        assert!(!Arc::ptr_eq(&morning, &next));
        let copy = Arc::new((*book).clone());
        assert!(!Arc::ptr_eq(
            &next,
            &cache.get(&copy, instant("2025-06-03T00:30:00Z"))
        ));
    }
}
