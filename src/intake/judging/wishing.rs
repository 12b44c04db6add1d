//! Acts that are hoped for: looked forward to, encouraged, explored, or planned by one side and
//! welcomed by the other.

use super::{Finding, Judge, Verdict, is_gerund};
use crate::domain::commitment::Strength;
use crate::intake::clauses::Clause;
use crate::intake::lexicon::{Class, Form};
use crate::intake::parties::{Mention, mentions};
use crate::intake::subjects::Who;
use crate::intake::when::{Due, Precision};

impl Judge<'_> {
    /// "seek to", "explore": in the past tense it tells of the meeting.
    pub(super) fn attempted(&self, clause: &Clause, form: Form) -> Verdict {
        if form == Form::Past {
            return Verdict::Passes(self.lexicon.passed(Class::Discuss).to_owned());
        }
        let to = self.is(clause.rest, &["to"]);
        let needs_act = self.is(
            clause.verb,
            &[
                "hope", "hopes", "aim", "aims", "aspire", "consider", "seek", "seeks",
            ],
        );
        if needs_act && !to {
            return Verdict::Silent;
        }
        let act = clause.rest + usize::from(to);
        let mut found = self.finding(
            clause,
            Strength::Hortatory,
            act,
            self.lexicon.why(Class::Attempt),
        );
        found.due = self.clock.deadline(act, clause.to, false);
        Verdict::Commits(found)
    }

    /// "looked forward to": who must act owes it.
    pub(super) fn expected(&self, clause: &Clause) -> Verdict {
        let act = clause.rest;
        let future = (act..clause.to.min(act + 4)).any(|n| self.is(n, &["future"]));
        if future && clause.to - act <= 6 {
            return Verdict::Passes("a hope for the future, no act".to_owned());
        }
        let mut found = self.finding(
            clause,
            Strength::Hortatory,
            act,
            self.lexicon.why(Class::Expect),
        );
        found.due = self
            .clock
            .deadline(act, clause.to, self.fulfils(act))
            .or_else(|| self.years_in_brackets(act, clause.to));
        self.owed_by_owner(clause, act, &mut found);
        Verdict::Commits(found)
    }

    /// "the U.S.'s support", "support from the U.S.", "Malaysia hosting the Summit".
    pub(super) fn owed_by_owner(&self, clause: &Clause, act: usize, found: &mut Finding) {
        let near = clause.to.min(act + 9);
        let mut at = act;
        while at < near
            && (self.is(at, &["the", "a", "an"]) || self.tokens[at].lower.ends_with("ly"))
        {
            at += 1;
        }
        let here = mentions(self.tokens, at, clause.to, self.lexicon);
        let first = here.iter().find(|m| m.from == at && !m.adjective);
        let owns = |m: &Mention| {
            m.owns
                || is_gerund(self.tokens.get(m.to))
                || self.is(m.to, &["to"])
                || self.is_of_party(m)
        };
        let mut labels = first
            .filter(|m| owns(m))
            .map(|m| self.labels(&[*m]))
            .unwrap_or_default();
        if labels.is_empty() {
            let verb = here.iter().find(|m| {
                let before = self.word(m.from.saturating_sub(1));
                let before = if before == "the" {
                    self.word(m.from.saturating_sub(2))
                } else {
                    before
                };
                before == "from" || before == "by"
            });
            labels = verb.map(|m| self.labels(&[*m])).unwrap_or_default();
        }
        let speaker = match &clause.who {
            Who::Named(names) => names.clone(),
            _ => Vec::new(),
        };
        if labels.is_empty() || labels == speaker {
            if !speaker.is_empty() && labels.is_empty() {
                found.obligors = self.parties.labels.clone();
            }
            return;
        }
        found.asked = true;
        found.beneficiaries = if speaker.is_empty() {
            self.parties
                .labels
                .iter()
                .filter(|l| !labels.contains(l))
                .cloned()
                .collect()
        } else {
            speaker
        };
        found.obligors = labels;
    }

    /// "U.S. support for": the name stands in front of what is owed.
    pub(super) fn is_of_party(&self, mention: &Mention) -> bool {
        let next = self.tokens.get(mention.to);
        next.is_some_and(|t| {
            !t.is_capital()
                && (self.lexicon.joint.contains(&*t.lower)
                    || self.lexicon.plans.contains(&*t.lower)
                    || self.lexicon.act_nouns.contains(&*t.lower)
                    || t.is_any(&[
                        "continued",
                        "sustained",
                        "continuing",
                        "strong",
                        "active",
                        "participation",
                    ]))
        })
    }

    /// "the host years of Peru (2024) and Korea (2025)": years of events that are looked forward to.
    pub(super) fn years_in_brackets(&self, from: usize, to: usize) -> Option<Due> {
        let year = |n: usize| {
            let alone = self.is(n.wrapping_sub(1), &["("]) && self.is(n + 1, &[")"]);
            let year = self.word(n).parse::<i32>().ok()?;
            (alone && (1900..2200).contains(&year)).then_some((n, year))
        };
        let found: Vec<(usize, i32)> = (from..to).filter_map(year).collect();
        let (first, last) = (found.first()?, found.last()?);
        let day = |year, month, day| chrono::NaiveDate::from_ymd_opt(year, month, day);
        let earliest = found
            .iter()
            .map(|(_, y)| *y)
            .min()
            .and_then(|y| day(y, 1, 1))?;
        let latest = found
            .iter()
            .map(|(_, y)| *y)
            .max()
            .and_then(|y| day(y, 12, 31))?;
        (latest >= self.clock.issued).then_some(Due {
            from: first.0,
            to: last.0 + 1,
            earliest: Some(earliest.max(self.clock.issued)),
            latest: Some(latest),
            precision: if found.len() > 1 {
                Precision::Range
            } else {
                Precision::Year
            },
            recurrence: None,
        })
    }

    /// "welcomed U.S. plans to": the plan binds who made it.
    pub(super) fn welcomed(&self, clause: &Clause) -> Verdict {
        let passed = || Verdict::Passes(self.lexicon.passed(Class::Welcome).to_owned());
        let near = clause.to.min(clause.rest + 8);
        let Some(noun) = (clause.rest..near)
            .find(|n| self.lexicon.plans.contains(self.word(*n)) && !self.tokens[*n].is_capital())
        else {
            return passed();
        };
        let before =
            (clause.rest..noun).any(|n| self.is(n, &["of", "on", "for", "to", "in", ",", "and"]));
        let mut to = noun + 1;
        // "the decision of the United States to", "the offer by Japan to".
        if self.is(to, &["of", "by", "from"]) {
            to = self.to_particle(to + 1, clause.to);
        }
        if before || !self.is(to, &["to", "for", "on"]) {
            return passed();
        }
        let owners = mentions(self.tokens, clause.rest, to, self.lexicon);
        let labels = self.labels(&owners);
        let own = (clause.rest..noun).any(|n| self.is(n, &["their", "our"]));
        if labels.is_empty() && !own && !owners.is_empty() {
            return passed();
        }
        if labels.is_empty() && !own && !self.is(to, &["to"]) {
            return passed();
        }
        let mut found = self.finding(
            clause,
            Strength::Hortatory,
            to + 1,
            self.lexicon.why(Class::Welcome),
        );
        found.due = self.clock.deadline(to + 1, clause.to, false);
        found.obligors = if labels.is_empty() {
            self.parties.labels.clone()
        } else {
            labels
        };
        Verdict::Commits(found)
    }

    /// "encourage all economies to": own members only; others are appealed to.
    pub(super) fn encouraged(&self, clause: &Clause) -> Verdict {
        let rest = clause.rest;
        let to = (rest..clause.to.min(rest + 16)).find(|n| self.is(*n, &["to"]));
        let stop = to.unwrap_or(clause.to.min(rest + 8));
        let words = &self.tokens[rest..stop];
        let appeal = || Verdict::Passes(self.lexicon.passed(Class::Encourage).to_owned());
        let names = mentions(self.tokens, rest, stop, self.lexicon);
        let own = self.labels(&names);
        let called = self.is(
            clause.verb,
            &[
                "call",
                "calls",
                "called",
                "urge",
                "urges",
                "urged",
                "appeal",
                "invite",
                "invited",
                "invites",
                "request",
                "requested",
                "ask",
                "asked",
            ],
        );
        let others = words.iter().any(|t| {
            t.is_any(&[
                "international",
                "other",
                "others",
                "non-members",
                "world",
                "community",
                "stakeholders",
                "business",
                "businesses",
            ])
        });
        let all_states = words
            .iter()
            .any(|t| t.is_any(&["all", "every", "relevant"]))
            && words
                .iter()
                .any(|t| t.is_any(&["countries", "states", "nations", "parties", "governments"]));
        let body = words.iter().any(|t| {
            self.lexicon.bodies.contains(&*t.lower)
                || t.is_any(&["our", "economies", "members", "participants", "sides"])
        });
        if others || all_states || !names.is_empty() && own.is_empty() {
            return appeal();
        }
        if called && own.is_empty() && !body {
            return appeal();
        }
        let act = to.map_or(rest, |to| to + 1);
        let mut found = self.finding(
            clause,
            Strength::Hortatory,
            act,
            self.lexicon.why(Class::Encourage),
        );
        found.due = self.clock.deadline(act, clause.to, false);
        if to.is_some() && !own.is_empty() && own.len() < self.parties.labels.len() {
            found.obligors = own;
        } else {
            found.obligors = self.parties.labels.clone();
        }
        Verdict::Commits(found)
    }
}
