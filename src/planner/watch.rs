//! The rules that watch over a commitment apart from its deadlines: `assigned`, `returned`,
//! `review`, `stale`, `decision`. REMINDING, "Other rules".

use chrono::{DateTime, NaiveDate, Utc};

use super::case::{Case, Dating};
use super::hearing::Role;
use super::recipients::{Reviewer, reviewer};
use crate::domain::calendar::plus;
use crate::domain::commitment::Kind;
use crate::domain::progress::UpdateState;
use crate::domain::rule::Rule;

/// How many times longer a commitment may be silent while all it has awaits a meeting's date.
const PATIENCE_WHILE_AWAITING: i64 = 3;

impl Case<'_> {
    pub(super) fn keep_watch(&mut self) {
        self.watch_assigned();
        self.watch_returned();
        self.watch_decisions();
        self.ask_for_news();
    }

    /// What is asked again and again: how a standing commitment fares, and after long silence.
    pub(super) fn ask_for_news(&mut self) {
        match self.commitment.kind {
            Kind::Standing => self.watch_reviews(),
            Kind::Deliverable | Kind::Request => self.watch_silence(),
        }
    }

    /// A new commitment, told to the lead desk and the cooperating desks on the next working day.
    fn watch_assigned(&mut self) {
        let opened = self.commitment.opened;
        let desks: Vec<_> = self.commitment.desks().cloned().collect();
        for desk in desks {
            let dating = self.next(opened, plus(opened, 1));
            self.put(Rule::Assigned, "0".into(), dating, Role::Desk(desk));
        }
    }

    /// The latest update came back from the reviewer.
    fn watch_returned(&mut self) {
        let commitment = self.commitment;
        for update in commitment
            .updates
            .iter()
            .filter(|u| u.state == UpdateState::Returned)
        {
            let Some(reviewed) = update.reviewed else {
                continue;
            };
            let dating = self.next(reviewed, plus(reviewed, 1));
            if commitment
                .latest_update(dating.date)
                .is_some_and(|latest| std::ptr::eq(latest, update))
            {
                let basis = format!("{}/{reviewed}", update.date);
                self.put(Rule::Returned, basis, dating, self.lead());
            }
        }
    }

    /// A submission awaits the head. The SOM leader finds it in the digest.
    fn watch_decisions(&mut self) {
        let commitment = self.commitment;
        for update in commitment.updates.iter().filter(|u| u.awaits_review()) {
            let Some(Reviewer::Head(head)) = reviewer(commitment, update, self.directory) else {
                continue;
            };
            let calendar = self.directory.person_hours(&head).calendar;
            for days in self.policy.decision.clone() {
                let date = calendar.working_days_after(update.date, days);
                if commitment
                    .latest_update(date)
                    .is_some_and(|latest| std::ptr::eq(latest, update))
                {
                    let dating = Dating {
                        counted_from: update.date,
                        exact: date,
                        date,
                    };
                    self.put(
                        Rule::Decision(days),
                        update.date.to_string(),
                        dating,
                        Role::Head,
                    );
                }
            }
        }
    }

    /// A standing commitment lives by its reviews.
    fn watch_reviews(&mut self) {
        let cycle = self.commitment.review.unwrap_or(self.policy.review_every);
        let opened = self.commitment.opened;
        let end = self
            .tracks
            .iter()
            .find(|t| t.milestone.is_none())
            .and_then(|t| t.dated)
            .map(|d| d.window.last);
        for n in 1.. {
            let dating = self.next(opened, cycle.nth_after(opened, n));
            let (date, slot) = self.quiet_date(dating.date);
            if end.is_some_and(|end| date > end) || dating.exact == NaiveDate::MAX {
                return;
            }
            self.put(Rule::Review(n), n.to_string(), dating, self.lead());
            if slot > self.horizon {
                return;
            }
        }
    }

    /// Nothing was heard for long: counted from the opening, and from every update anew.
    ///
    /// Each count runs until the next update of the record begins another.
    fn watch_silence(&mut self) {
        let commitment = self.commitment;
        let mut updates: Vec<NaiveDate> = commitment
            .updates
            .iter()
            .filter(|u| u.counts())
            .map(|u| u.date)
            .collect();
        updates.sort_unstable();
        updates.dedup();
        let starts = std::iter::once(commitment.opened).chain(updates.iter().copied());
        let ends = updates.iter().map(|d| Some(*d)).chain([None]);
        for (from, until) in starts.zip(ends).collect::<Vec<_>>() {
            if self.count_silence(from, until) {
                return;
            }
        }
    }

    /// Counts silence from a day until the next update; true once it has come past the horizon.
    fn count_silence(&mut self, from: NaiveDate, until: Option<NaiveDate>) -> bool {
        let every = self.silence_allowed();
        let window_closes = self
            .tracks
            .iter()
            .filter_map(|t| t.dated)
            .map(|d| d.window.last)
            .min();
        for n in 1.. {
            let dating = self.next(from, plus(from, every * i64::from(n)));
            let (date, slot) = self.quiet_date(dating.date);
            let over =
                until.is_some_and(|u| date >= u) || window_closes.is_some_and(|last| date > last);
            if over || dating.exact == NaiveDate::MAX {
                return false;
            }
            self.put(Rule::Stale(n), from.to_string(), dating, self.lead());
            if self.is_beyond(slot) {
                return true;
            }
        }
        false
    }

    /// Days without an update. While all its deadlines await an event, there is little to report.
    fn silence_allowed(&self) -> i64 {
        let awaiting = !self.tracks.is_empty() && self.tracks.iter().all(|t| t.dated.is_none());
        let days = i64::from(self.policy.stale_after.max(1));
        if awaiting {
            days * PATIENCE_WHILE_AWAITING
        } else {
            days
        }
    }

    fn is_beyond(&self, slot: DateTime<Utc>) -> bool {
        slot > self.horizon
    }
}
