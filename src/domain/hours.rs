//! When a reader of mail can be reached, and who stands in for a person who is away: the days of a
//! calendar on the clock of a zone, the reader's own hour, absences and pauses. REMINDING, "Where
//! and when".

use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, TimeDelta, Utc, Weekday};
use chrono_tz::Tz;

use super::calendar::{Calendar, plus, slot_instant};
use super::desk::Absence;
use super::directory::Directory;
use super::habits::{Cadence, Habits, Pause};
use super::ids::PersonId;

/// Up to when on a working day what missed its slot still leaves at once.
const EVENING: NaiveTime = NaiveTime::from_hms_opt(18, 0, 0).expect("18:00 exists");

/// When a reader can be reached.
#[derive(Debug, Clone, Copy)]
pub struct Hours<'a> {
    pub calendar: &'a Calendar,
    pub zone: Tz,
    /// The hour at which mail leaves: the reader's own, else the policy's.
    pub slot: NaiveTime,
    pub habits: Habits,
    /// Whose absences count, of all that are known; a desk has none.
    pub person: Option<&'a PersonId>,
    pub absences: &'a [Absence],
}

impl<'a> Hours<'a> {
    /// The instant of the reader's slot on a day.
    pub fn slot_on(&self, day: NaiveDate) -> DateTime<Utc> {
        slot_instant(self.zone, day, self.slot)
    }

    /// The absence that covers a day; of several the one that ends last.
    pub fn absence_on(&self, day: NaiveDate) -> Option<&'a Absence> {
        let person = self.person?;
        let covering = self
            .absences
            .iter()
            .filter(|a| a.person == *person && a.from <= day && day <= a.until);
        covering.max_by_key(|a| a.until)
    }

    /// A working day on which the reader is there.
    pub fn is_present(&self, day: NaiveDate) -> bool {
        self.calendar.is_working(day) && self.absence_on(day).is_none()
    }

    fn pause_on(&self, day: NaiveDate) -> Option<Pause> {
        self.habits.pause.filter(|pause| pause.holds(day))
    }

    /// Whether a day is one of the reader's pause.
    pub fn is_paused(&self, day: NaiveDate) -> bool {
        self.pause_on(day).is_some()
    }

    /// The first day on or after `day` on which mail leaves for the reader: a working day on which
    /// they are there. What can wait is held by a pause, too.
    pub fn leaving_day(&self, day: NaiveDate, can_wait: bool) -> NaiveDate {
        let mut at = self.calendar.next(day);
        // Ends: absences are a finite list of days, and a pause has an end.
        loop {
            let absent = self.absence_on(at).map(|a| a.until);
            let paused = self.pause_on(at).filter(|_| can_wait).map(|p| p.until);
            match absent.max(paused) {
                Some(until) => at = self.calendar.next(plus(until, 1)),
                None => return at,
            }
        }
    }

    /// The reader's first slot after an instant.
    pub fn slot_after(&self, after: DateTime<Utc>, can_wait: bool) -> DateTime<Utc> {
        let today = after.with_timezone(&self.zone).date_naive();
        let slot = self.slot_on(self.leaving_day(today, can_wait));
        if slot > after {
            return slot;
        }
        self.slot_on(self.leaving_day(plus(today, 1), can_wait))
    }

    /// Whether the reader is at work: a day on which mail leaves, from the slot to 18:00. Where the
    /// slot itself is late, an hour is left after it.
    pub fn is_at_work(&self, now: DateTime<Utc>, can_wait: bool) -> bool {
        let today = now.with_timezone(&self.zone).date_naive();
        let slot = self.slot_on(today);
        let evening = slot_instant(self.zone, today, EVENING).max(slot + TimeDelta::hours(1));
        (slot..=evening).contains(&now) && self.leaving_day(today, can_wait) == today
    }

    /// The digest day of the ISO week that holds `day`: the first working day from `weekday` on
    /// which the reader is there. `None` where they are away for the rest of that week.
    pub fn digest_day_of_week(&self, day: NaiveDate, weekday: Weekday) -> Option<NaiveDate> {
        let monday = plus(day, -i64::from(day.weekday().num_days_from_monday()));
        let start = i64::from(weekday.num_days_from_monday());
        (start..7)
            .map(|n| plus(monday, n))
            .find(|d| self.is_present(*d))
    }

    /// The first digest day on or after `day`.
    pub fn digest_day_from(&self, day: NaiveDate, weekday: Weekday) -> NaiveDate {
        let mut week = day;
        loop {
            match self.digest_day_of_week(week, weekday) {
                Some(found) if found >= day => return found,
                Some(_) => week = plus(week, 7),
                // Over a long absence in one step.
                None => {
                    let sunday = plus(week, 6 - i64::from(week.weekday().num_days_from_monday()));
                    let back = self.absence_on(sunday).map(|a| plus(a.until, 1));
                    week = plus(week, 7).max(back.unwrap_or(NaiveDate::MIN));
                }
            }
        }
    }

    /// The last digest day before `day`.
    pub fn digest_day_before(&self, day: NaiveDate, weekday: Weekday) -> NaiveDate {
        let mut week = day;
        loop {
            match self.digest_day_of_week(week, weekday) {
                Some(found) if found < day => return found,
                _ => week = plus(week, -7),
            }
        }
    }

    /// Whether the digest of a digest day tells everything: it is within the reader's cadence, and
    /// not in a pause.
    pub fn tells_all(&self, digest_day: NaiveDate, weekday: Weekday) -> bool {
        let before = self.digest_day_before(digest_day, weekday);
        self.habits.digest.tells_all(digest_day, before) && !self.is_paused(digest_day)
    }

    /// The last digest day before `day` that told everything; for whoever has none, the last digest
    /// day. Changes are counted from it.
    pub fn told_all_before(&self, day: NaiveDate, weekday: Weekday) -> NaiveDate {
        let before = self.digest_day_before(day, weekday);
        if self.habits.digest == Cadence::Never {
            return before;
        }
        let mut at = before;
        while !self.tells_all(at, weekday) {
            at = self.digest_day_before(at, weekday);
        }
        at
    }
}

impl Directory {
    /// Who hears in the place of a person on the days that are asked for at each step: the person
    /// themselves while they are there, else their deputy, else the deputy's. `None` where that
    /// leads to nobody who can be reached.
    pub fn stand_in<'a>(
        &'a self,
        person: &'a PersonId,
        days: impl Fn(Hours<'a>) -> [NaiveDate; 2],
    ) -> Option<&'a PersonId> {
        let mut passed = vec![person];
        loop {
            let at = *passed.last()?;
            let hours = self.person_hours(at);
            let days = days(hours);
            if days.iter().all(|day| hours.absence_on(*day).is_none()) {
                return Some(at).filter(|p| self.address_of_person(p).is_some());
            }
            let away = self
                .absences
                .iter()
                .filter(|a| a.person == *at && days.iter().any(|d| a.from <= *d && *d <= a.until));
            let deputy = away.filter_map(|a| a.deputy.as_ref()).next()?;
            if passed.contains(&deputy) {
                return None;
            }
            passed.push(deputy);
        }
    }
}
