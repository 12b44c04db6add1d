//! The ladder of a deadline with the window [a, b]: `opens`, `before`, `last-day`, `outcome`,
//! `overdue`. REMINDING, "Rules for a deadline".

use super::case::{Case, Dating};
use super::hearing::Role;
use crate::domain::calendar::plus;
use crate::domain::commitment::Kind;
use crate::domain::deadline::Window;
use crate::domain::rule::Rule;

impl Case<'_> {
    /// Puts forward the whole ladder of every deadline that has a window.
    pub(super) fn climb_ladders(&mut self) {
        for at in 0..self.tracks.len() {
            let Some(dated) = self.tracks[at].dated else {
                continue; // awaiting event
            };
            let at_meeting = self.tracks[at].deadline.is_at_meeting();
            if dated.coarse {
                let opening = self.next(dated.window.first, dated.window.first);
                self.put_on_track(at, Rule::Opens, opening, self.lead(), true);
            }
            self.climb_before(at, dated.window, at_meeting);
            self.climb_overdue(at, dated.window, at_meeting);
        }
    }

    fn climb_before(&mut self, at: usize, window: Window, at_meeting: bool) {
        for days in self.policy.before.clone() {
            // The brief prepares a meeting; the day before it is not the time.
            if at_meeting && days == 1 {
                continue;
            }
            let dating = self.prev(window.last, plus(window.last, -i64::from(days)));
            self.put_on_track(at, Rule::Before(days), dating, self.lead(), false);
        }
        if !at_meeting {
            let dating = self.prev(window.last, window.last);
            self.put_on_track(at, Rule::LastDay, dating, self.lead(), false);
        }
    }

    fn climb_overdue(&mut self, at: usize, window: Window, at_meeting: bool) {
        let counted_from = window.last.max(self.commitment.opened);
        let mut steps = self.policy.overdue.clone();
        steps.sort_unstable();
        steps.dedup();
        for (place, days) in steps.into_iter().enumerate() {
            let rule = if at_meeting && place == 0 {
                Rule::Outcome(days)
            } else {
                Rule::Overdue(days)
            };
            let dating =
                || -> Dating { self.next(counted_from, plus(counted_from, i64::from(days))) };
            let (to_desk, to_head, to_leader) = (dating(), dating(), dating());
            self.put_on_track(at, rule, to_desk, self.lead(), false);
            // What is owed to us is ours to raise, not the desk's to answer for.
            if self.commitment.kind == Kind::Request {
                continue;
            }
            if days >= self.policy.head_after {
                self.put_on_track(at, rule, to_head, Role::Head, false);
            }
            if days >= self.policy.leader_after && !self.one_person_is_both() {
                self.put_on_track(at, rule, to_leader, Role::SomLeader, true);
            }
        }
    }

    /// Whether the head of the lead desk is its SOM leader too, and hears as head.
    fn one_person_is_both(&self) -> bool {
        let desk = self.directory.desks.get(&self.commitment.lead);
        desk.is_some_and(|d| d.head.is_some() && d.head == d.som_leader)
    }
}
