//! Acts that are hoped for: looked forward to, encouraged, explored, or planned by one side and
//! welcomed by the other.

use super::{Finding, Judge, Verdict, is_gerund};
use crate::domain::commitment::Strength;
use crate::intake::clauses::Clause;
use crate::intake::lexicon::{Class, Form};
use crate::intake::parties::{Mention, mentions};
use crate::intake::subjects::Who;
use crate::intake::tokens::Token;
use crate::intake::when::{Due, Precision};

impl Judge<'_> {
    /// "seek to", "explore": in the past tense it tells of the meeting.
    pub(super) fn attempted(&self, clause: &Clause, form: Form) -> Verdict {
        // In the past it tells of the meeting; "considered it expedient to" is a view that stays.
        let viewed = clause.rest - clause.verb > 1;
        if form == Form::Past && !viewed {
            return Verdict::Passes(self.lexicon.passed(Class::Discuss).to_owned());
        }
        let looks = self.is(clause.verb, &["look", "looks"]) && self.is(clause.rest - 1, &["to"]);
        let to = looks || self.is(clause.rest, &["to"]);
        let needs_act = self.is(
            clause.verb,
            &[
                "hope", "hopes", "aim", "aims", "aspire", "aspires", "consider", "seek", "seeks",
                "strive", "strives",
            ],
        );
        if needs_act && !to {
            return Verdict::Silent;
        }
        let act = clause.rest + usize::from(to && !looks);
        // "seek to uphold peace", "aim to model a path": a good that is kept, no step towards a target.
        let kept = !self.word(clause.verb).starts_with("endeav");
        if viewed && !to && !self.is_act(act, clause.to) {
            return Verdict::Silent;
        }
        // "aspire to vaccinate two thirds of the world by the end of 2022": a target.
        let dated = || {
            let due = self.clock.deadline(act, clause.to, false);
            due.is_some_and(|d| d.latest.is_some())
        };
        if to && kept && !self.is_step(act) && !dated() {
            return Verdict::Passes("an aim without an act towards it".to_owned());
        }
        let mut found = self.finding(
            clause,
            Strength::Hortatory,
            act,
            self.lexicon.why(Class::Attempt),
        );
        found.due = self.clock.deadline(act, clause.to, false);
        Verdict::Commits(found)
    }

    /// A verb of doing, past its adverbs: `further strengthen`, `conclude`.
    fn is_step(&self, from: usize) -> bool {
        let verb = (from..self.tokens.len().min(from + 4))
            .find(|n| !self.is_manner(*n) && !self.is(*n, &["further", "jointly", "also", "both"]));
        verb.is_some_and(|n| {
            let word = self.word(n);
            self.lexicon.act(word).is_some()
                || self.lexicon.advancing.contains(word)
                || self.lexicon.giving.contains(word)
                || self.lexicon.fulfilling.contains(word)
                || self.lexicon.agentive.contains(word)
        })
    }

    /// Whether what is looked forward to is an act or an event, and not a future or "milestones".
    fn is_expectable(&self, from: usize, to: usize) -> bool {
        let stop = (from..to.min(from + 40))
            .find(|n| self.is(*n, &[";", ".", "which", "that", "where"]))
            .unwrap_or(to.min(from + 40));
        (from..stop).any(|n| {
            let token = &self.tokens[n];
            let word = &*token.lower;
            let made = ["tion", "sion", "ment", "ance", "ence", "ing"]
                .iter()
                .any(|end| word.len() > 6 && word.ends_with(end));
            is_gerund(Some(token))
                || made
                || self.lexicon.act_nouns.contains(word)
                || self.lexicon.concrete_nouns.contains(word)
                || self.lexicon.joint.contains(word)
                || self.lexicon.deliverables.contains(word)
                || self.lexicon.meetings.contains(word)
                || self.lexicon.plans.contains(word)
                || token.is_capital() && n > from
                || token.is_shouted()
                || token.is("'s")
        })
    }

    /// "looked forward to": who must act owes it.
    pub(super) fn expected(&self, clause: &Clause) -> Verdict {
        let mut act = clause.rest;
        while act < clause.to && self.is_manner(act) {
            act += 1;
        }
        // "look forward with confidence to"
        if self.is(act, &["with"])
            && let Some(to) = (act + 1..clause.to.min(act + 4)).find(|n| self.is(*n, &["to"]))
        {
            act = to;
        }
        act += usize::from(act > clause.rest && self.is(act, &["to"]));
        let future = (act..clause.to.min(act + 4)).any(|n| self.is(n, &["future"]));
        if future && clause.to - act <= 6 || !self.is_expectable(act, clause.to) {
            return Verdict::Passes("a hope for the future, no act or event".to_owned());
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
        while at < near && (self.is(at, &["the", "a", "an"]) || self.is_manner(at)) {
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
        // "President A's hosting of the Summit".
        if labels.is_empty() && self.tokens.get(at).is_some_and(Token::is_capital) {
            let stop = (at..near)
                .find(|n| !self.tokens[*n].is_capital())
                .unwrap_or(near);
            if self.is(stop, &["'s"]) {
                labels = self.whose_person(at, stop);
            }
        }
        if labels.is_empty() {
            // "support from Norway", "the visit by a high-level Kenyan delegation".
            let verb = here.iter().find(|m| {
                let described =
                    |n: &usize| self.is(*n, &["the", "a", "an"]) || self.word(*n).contains('-');
                let mut before = (m.from.saturating_sub(4)..m.from).rev();
                let by = before.find(|n| !described(n));
                by.is_some_and(|n| self.is(n, &["from", "by"]))
            });
            labels = verb.map(|m| self.labels(&[*m])).unwrap_or_default();
        }
        let speaker = match &clause.who {
            Who::Named(names) => names.clone(),
            _ => Vec::new(),
        };
        if labels.is_empty() || labels == speaker {
            // "Norway looks forward to joining": it joins by itself.
            let itself = is_gerund(self.tokens.get(at))
                && !self.is(at, &["receiving", "seeing", "hearing", "having"]);
            let together = (at..clause.to.min(at + 5)).any(|n| self.is(n, &["together", "our"]));
            if !speaker.is_empty() && labels.is_empty() && (together || !itself) {
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

    /// The party of the person whom words name, if it is one of this document's.
    fn whose_person(&self, from: usize, to: usize) -> Vec<String> {
        let words: Vec<&str> = (from..to).rev().map(|n| self.word(n)).collect();
        let party = self.parties.of_person(&words);
        party
            .or_else(|| self.parties.counterpart(&words))
            .filter(|label| self.parties.includes(label))
            .cloned()
            .into_iter()
            .collect()
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
        // "welcomed Acme's proposal to": whose it is, if not a party's, is not looked at.
        let strange = (clause.rest..noun)
            .find(|n| self.is(*n, &["'s"]))
            .is_some_and(|owns| {
                let named = mentions(self.tokens, clause.rest, owns, self.lexicon);
                let titled = (clause.rest..owns).any(|n| {
                    self.lexicon.offices.contains(self.word(n)) || self.tokens[n].is_courtesy()
                });
                let own = self
                    .parties
                    .of_body(self.tokens, clause.rest, owns, self.lexicon);
                self.tokens[owns - 1].is_capital() && named.is_empty() && !titled && own.is_none()
            });
        if strange {
            return passed();
        }
        let mut to = noun + 1;
        // "the decision of the United States to", "the offer by Japan to".
        let mut others = false;
        if self.is(to, &["of", "by", "from"]) {
            let owner = to + 1;
            to = self.to_particle(owner, clause.to);
            let parties = self.labels(&mentions(self.tokens, owner, to, self.lexicon));
            let ours =
                (owner..to).any(|n| self.is(n, &["both", "two", "our", "ministers", "leaders"]));
            others = parties.is_empty() && !ours;
        }
        // "welcomed the U.S. commitment through its agency to".
        if self.is(to, &["through", "under"]) {
            to = self.to_particle(to, clause.to);
        }
        // "welcomed the undertaking by Fiji that elections will be held".
        let that = (noun + 1..clause.to.min(noun + 14)).find(|n| self.is(*n, &["that"]));
        let told = that.filter(|that| {
            (*that..clause.to.min(that + 20)).any(|n| {
                self.is(
                    n,
                    &[
                        "will", "would", "shall", "plan", "plans", "intend", "intends",
                    ],
                )
            })
        });
        if let Some(that) = told.filter(|_| !before) {
            let mut parties = self.labels(&mentions(self.tokens, clause.rest, that, self.lexicon));
            // "President A's announcement that Norway will".
            if parties.is_empty() {
                parties = self.labels(&mentions(self.tokens, that, that + 6, self.lexicon));
            }
            if !parties.is_empty() {
                let why = self.lexicon.why(Class::Welcome);
                let mut found = self.finding(clause, Strength::Hortatory, that + 1, why);
                found.due = self.clock.deadline(that + 1, clause.to, false);
                found.obligors = parties;
                return Verdict::Commits(found);
            }
        }
        if before || others || !self.is(to, &["to", "for", "on"]) {
            return passed();
        }
        let owners = mentions(self.tokens, clause.rest, to, self.lexicon);
        let mut labels = self.labels(&owners);
        // "welcomed President A's intent to join".
        let whose = (clause.rest..noun).find(|n| self.is(*n, &["'s"]));
        if let Some(whose) = whose.filter(|_| labels.is_empty()) {
            labels = self.whose_person(clause.rest, whose);
        }
        let own = (clause.rest..noun).any(|n| self.is(n, &["their", "our"]));
        // "welcomed its commitment to energy security": a value.
        let binding = self.lexicon.commitment.contains(self.word(noun));
        if binding && self.is(to, &["to"]) && !self.names_an_act(to + 1, clause.to) {
            return passed();
        }
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
        // "..., and its plans to": of whoever owned the first thing that is welcomed.
        if labels.is_empty()
            && self.is(clause.rest, &["its"])
            && let Who::Named(names) = &clause.who
        {
            labels.clone_from(names);
        }
        found.obligors = if labels.is_empty() {
            self.parties.labels.clone()
        } else {
            labels
        };
        Verdict::Commits(found)
    }

    /// "called for stepping up cooperation": what they would do together.
    pub(super) fn called_for(&self, clause: &Clause) -> Option<Finding> {
        let act = clause.rest;
        let together = (act..clause.to.min(act + 5)).any(|n| {
            self.is(
                n,
                &[
                    "cooperation",
                    "co-operation",
                    "collaboration",
                    "coordination",
                    "dialogue",
                ],
            )
        });
        let others = (act..clause.to.min(act + 14)).any(|n| self.is(n, &["all", "international"]));
        if !together || others || !self.is_act(act, clause.to) {
            return None;
        }
        let why = self.lexicon.why(Class::Encourage);
        let mut found = self.finding(clause, Strength::Hortatory, act, why);
        found.due = self.clock.deadline(act, clause.to, false);
        Some(found)
    }

    /// "encourage all economies to": own members only; others are appealed to.
    pub(super) fn encouraged(&self, clause: &Clause) -> Verdict {
        let rest = clause.rest;
        // The particle of a verb, and not of a place: "its submission to the next Summit".
        let to = (rest..clause.to.min(rest + 16)).find(|n| {
            self.is(*n, &["to"])
                && !self.is(
                    n + 1,
                    &["the", "a", "an", "our", "their", "its", "all", "this"],
                )
                && !self.tokens.get(n + 1).is_some_and(Token::is_capital)
        });
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
                "stakeholders",
                "business",
                "businesses",
                "beyond",
            ])
        }) && !self.is(rest, &["our", "their"]);
        let all_states = !words.iter().any(|t| t.is("member"))
            && words
                .iter()
                .any(|t| t.is_any(&["all", "every", "relevant"]))
            && words.iter().any(|t| {
                t.is_any(&[
                    "countries",
                    "states",
                    "nations",
                    "parties",
                    "governments",
                    "sides",
                    "actors",
                ])
            });
        // "call on all participants of the Markets Initiative": of another thing.
        let theirs = self.is(rest, &["all"]) && self.is(rest + 2, &["of"]);
        let body = !theirs
            && words.iter().any(|t| {
                self.lexicon.bodies.contains(&*t.lower)
                    || t.is_any(&[
                        "our",
                        "economies",
                        "member",
                        "members",
                        "participants",
                        "sides",
                    ])
            });
        let governments = words
            .iter()
            .any(|t| t.is_any(&["governments", "ministries", "administrations"]))
            && words
                .iter()
                .any(|t| t.is_any(&["our", "their", "respective"]));
        let body = body || governments;
        if others || all_states || !names.is_empty() && own.is_empty() {
            return appeal();
        }
        if called && own.is_empty() && !body {
            return appeal();
        }
        // "encouraged the peaceful resolution of the dispute": nobody of theirs is meant.
        if to.is_none() && own.is_empty() && !body && !self.is_act(rest, clause.to) {
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
        let some = !own.is_empty() && own != self.parties.labels;
        let owner = names.first().filter(|m| m.from <= rest + 1 && m.owns);
        let owned = owner.is_some();
        let own = owner.map_or(own, |m| self.labels(&[*m]));
        if some && (to.is_some() || owned) {
            found.obligors = own;
        } else {
            found.obligors = self.parties.labels.clone();
        }
        Verdict::Commits(found)
    }
}
