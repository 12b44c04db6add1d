//! Verbs that undertake: commit, agree, decide, intend, task, announce.

use super::{Finding, Judge, Verdict};
use crate::domain::commitment::Strength;
use crate::intake::clauses::{Clause, is_past_participle};
use crate::intake::lexicon::Class;
use crate::intake::parties::mentions;
use crate::intake::strength::{Grade, grade, has_sum, makes};
use crate::intake::tokens::Token;
use crate::intake::when::Precision;

/// A will is political at most.
fn unsettled(mut found: Finding) -> Finding {
    if found.strength == Strength::Firm {
        found.strength = Strength::Political;
    }
    found
}

impl Judge<'_> {
    pub(super) fn pledge(&self, clause: &Clause, act: usize, lifts: bool, why: &str) -> Verdict {
        let due = self.clock.deadline(act, clause.to, self.fulfils(act));
        let mut strength = Strength::Political;
        let graded = grade(self.tokens, act, clause.to, self.lexicon);
        // A date lifts a pledge; a meeting at which it will come up does not.
        let dated = due.as_ref().is_some_and(|d| {
            self.is_dated(d) && !matches!(d.precision, Precision::Range | Precision::Event)
        });
        if lifts && (graded == Grade::Checkable || dated) {
            strength = Strength::Firm;
        }
        if graded == Grade::Endeavour {
            strength = Strength::Hortatory;
        }
        let mut found = self.finding(clause, strength, act, why);
        found.due = due;
        Verdict::Commits(found)
    }

    /// "commit to", "pledge".
    pub(super) fn committed(&self, clause: &Clause, participle: bool) -> Verdict {
        let mut act = clause.rest;
        while act < clause.to
            && (self.is_manner(act)
                || self.is(
                    act,
                    &[
                        "ourselves",
                        "themselves",
                        "also",
                        "further",
                        "today",
                        "together",
                    ],
                ))
        {
            act += 1;
        }
        let not = self.is(act, &["not"]) && self.is(act + 1, &["to"]);
        act += usize::from(not);
        let to = self.is(act, &["to"]);
        if participle && !to {
            return Verdict::Silent;
        }
        // "assured the President": what he was assured of is told elsewhere.
        if !to && self.word(clause.verb).starts_with("assur") && !self.is(act, &["that"]) {
            return Verdict::Silent;
        }
        // "undertook an official visit": done.
        if !to && !self.is(act, &["that"]) && self.word(clause.verb).starts_with("underto") {
            return Verdict::Passes(self.lexicon.passed(Class::Done).to_owned());
        }
        act += usize::from(to);
        if to && self.is(act, &["the"]) && self.is(act + 1, &["following"]) {
            return Verdict::Passes("opens the list that follows".to_owned());
        }
        if to && !self.names_an_act(act, clause.to) {
            return Verdict::Passes(
                "a commitment to a value or a thing: no act is named".to_owned(),
            );
        }
        self.pledge(clause, act, true, self.lexicon.why(Class::Commit))
    }

    /// "agreed to", "agreed that ... will": not "agreed that it was useful".
    pub(super) fn agreed(&self, clause: &Clause) -> Verdict {
        let rest = self.past_insertion(clause.rest, clause.to);
        let opinion = || {
            Verdict::Passes(
                "an agreement on a judgement or a fact: nothing is to be done".to_owned(),
            )
        };
        let why = self.lexicon.why(Class::Agree);
        if self.is(rest.wrapping_sub(1), &["on", "upon"]) {
            return self.agreed_on(clause, rest).unwrap_or_else(opinion);
        }
        if self.is(rest, &["to"]) && !self.is(rest + 1, &["the", "a", "an", "this", "these"]) {
            return self.undertaken(clause, rest + 1, why);
        }
        // "agreed it was important to deliver progress".
        if self.is(clause.rest, &["it"])
            && let Some(act) = self.said_to_matter(clause)
        {
            let why = self.lexicon.why(Class::Emphasise);
            let mut found = self.finding(clause, Strength::Hortatory, act, why);
            found.due = self.clock.deadline(act, clause.to, false);
            return Verdict::Commits(found);
        }
        // "agreed to a joint plan to ease travel": the plan itself.
        if self.is(rest, &["to"])
            && !self.is_act(rest + 1, clause.to)
            && !(rest + 1..clause.to.min(rest + 5)).any(|n| self.tokens[n].is_capital())
            && (rest + 1..clause.to.min(rest + 6)).any(|n| {
                self.is(
                    n,
                    &[
                        "plan",
                        "plans",
                        "programme",
                        "program",
                        "trial",
                        "trials",
                        "timetable",
                    ],
                )
            })
        {
            let mut found = self.finding(clause, Strength::Firm, rest + 1, why);
            found.due = self.clock.deadline(rest + 1, clause.to, false);
            return Verdict::Commits(found);
        }
        // "agreed to the establishment of".
        if self.is(rest, &["to"]) && self.is_act(rest + 1, clause.to) {
            return self.undertaken(clause, rest + 1, why);
        }
        let mut that = rest;
        while that < clause.to && that < rest + 20 && !self.is(that, &["that"]) {
            that += 1;
        }
        if self.is(that, &["that"]) && that < clause.to {
            return self
                .in_that_clause(clause, that + 1, why)
                .unwrap_or_else(opinion);
        }
        if self.is(rest, &["on", "upon"]) {
            return self.agreed_on(clause, rest + 1).unwrap_or_else(opinion);
        }
        opinion()
    }

    pub(super) fn agreed_on(&self, clause: &Clause, act: usize) -> Option<Verdict> {
        let noun =
            (act..clause.to.min(act + 4)).find(|n| self.lexicon.emphasis.contains(self.word(*n)));
        let behind = noun
            .map(|n| n + 1)
            .filter(|n| self.is(*n, &["of", "to", "for"]))
            .map(|n| n + 1);
        let act = behind.unwrap_or(act);
        if !(self.is_act(act, clause.to) || behind.is_some_and(|b| self.is(b - 1, &["to"]))) {
            return None;
        }
        // "agreed on the establishment of": the act itself, not its importance.
        if behind.is_none() {
            return Some(self.undertaken(clause, act, self.lexicon.why(Class::Agree)));
        }
        let mut found = self.finding(
            clause,
            Strength::Hortatory,
            act,
            self.lexicon.why(Class::Emphasise),
        );
        found.due = self.clock.deadline(act, clause.to, false);
        Some(Verdict::Commits(found))
    }

    /// What is undertaken by a verb that needs an act: firm where the act is checkable.
    pub(super) fn undertaken(&self, clause: &Clause, act: usize, why: &str) -> Verdict {
        // "decided to remain seized of the matter": a form of words.
        if self.is(act, &["remain"]) && (act..act + 4).any(|n| self.is(n, &["seized"])) {
            return Verdict::Passes(self.lexicon.passed(Class::Stand).to_owned());
        }
        let due = self.clock.deadline(act, clause.to, self.fulfils(act));
        let strength = self.strength(
            grade(self.tokens, act, clause.to, self.lexicon),
            due.as_ref(),
        );
        let mut found = self.finding(clause, strength, act, why);
        found.due = due;
        Verdict::Commits(found)
    }

    /// "that the Forum would be held in Jakarta": there must be something to be done.
    pub(super) fn in_that_clause(
        &self,
        clause: &Clause,
        from: usize,
        why: &str,
    ) -> Option<Verdict> {
        let modal = (from..clause.to)
            .find(|n| self.is(*n, &["will", "would", "shall", "should", "must", "be"]))?;
        if self.is(modal, &["be"])
            && self.is(
                modal.saturating_sub(1),
                &["to", "can", "could", "may", "must", "might"],
            )
        {
            return None;
        }
        // "decided that both countries must continue": of others it is a demand.
        let ours = || {
            let subject = mentions(self.tokens, from, modal, self.lexicon);
            !self.labels(&subject).is_empty()
                || (from..modal).any(|n| self.is(n, &["both", "they", "we", "our"]))
        };
        if self.is(modal, &["must"]) && !ours() {
            return None;
        }
        let passive = self.is(modal, &["be"]) || self.is(modal + 1, &["be"]);
        let act = modal + 1 + usize::from(self.is(modal + 1, &["be"]));
        if passive && !is_past_participle(self.word(act)) {
            return None;
        }
        let due = self.clock.deadline(act, clause.to, false);
        let made = passive && self.lexicon.act(self.word(act)).is_some();
        let mut strength = self.strength(
            grade(self.tokens, act, clause.to, self.lexicon),
            due.as_ref(),
        );
        if made {
            strength = Strength::Firm;
        }
        let mut found = self.finding(clause, strength, act, why);
        found.due = due;
        found.passive = passive;
        // "that senior officials and experts would discuss": an instruction to them.
        if let Some(told) = self.told_in_that(from, modal).filter(|_| !passive) {
            found.strength = Strength::Firm;
            found.obligors = told.iter().map(|n| self.parties.full_name(n)).collect();
            return Some(Verdict::Commits(found));
        }
        let subject = mentions(self.tokens, from, modal, self.lexicon);
        let only = subject
            .first()
            .is_some_and(|m| m.from <= from + 1 && m.to + 1 >= modal);
        let labels = self.labels(&subject);
        if only && !labels.is_empty() && !passive {
            found.obligors = labels;
        }
        Some(Verdict::Commits(found))
    }

    /// Officials or a body, and nobody else, in front of the modal of a that-clause.
    fn told_in_that(&self, from: usize, modal: usize) -> Option<Vec<String>> {
        // "that, to promote reform, the Commissions of each country would": behind the insertion.
        let behind = (from..modal).rev().find(|n| self.is(*n, &[","]));
        let from = behind.map_or(from, |n| n + 1);
        let of = (from..modal)
            .find(|n| self.is(*n, &["of"]) && self.is(n + 1, &["each", "both", "the"]));
        // "officials from Australia and New Zealand": of whom, in other words.
        let from_whom = (from..modal)
            .find(|n| self.is(*n, &["from"]))
            .filter(|n| *n > from);
        let modal = of.or(from_whom).unwrap_or(modal).max(from);
        let words = self.tokens.get(from..modal)?;
        let body = |t: &Token| {
            !t.is_any(&["ministers", "minister", "group", "groups", "council"])
                && (self.lexicon.bodies.contains(&*t.lower)
                    || t.is_capital() && self.lexicon.organs.contains(&*t.lower))
        };
        let last = words.iter().rev().find(|t| t.is_word())?;
        let plain = words.len() <= 12 && !words.iter().any(|t| t.is_any(&["of", "in", "by"]));
        (plain && body(last)).then(|| self.body_names(from, modal))
    }

    /// Past `, in principle,` and the like, to the "to" or "that" that belongs to the verb.
    fn past_insertion(&self, from: usize, to: usize) -> usize {
        // "agreed not to restrict".
        let from = from + usize::from(self.is(from, &["not"]) && self.is(from + 1, &["to"]));
        let particle = |n: usize| self.is(n, &["to", "that", "on", "upon"]);
        if particle(from) {
            return from;
        }
        if self.is(from, &[","]) {
            let close = (from + 1..to.min(from + 16)).find(|n| self.is(*n, &[","]));
            return close
                .map(|c| c + 1)
                .filter(|n| particle(*n))
                .unwrap_or(from);
        }
        let adverbial = self.is(from, &["in", "by", "once", "at", "today", "further"]);
        let next = (from + 1..to.min(from + 6)).find(|n| self.is(*n, &["to", "that"]));
        next.filter(|_| adverbial).unwrap_or(from)
    }

    pub(super) fn decided(&self, clause: &Clause) -> Verdict {
        let rest = self.past_insertion(clause.rest, clause.to);
        let why = self.lexicon.why(Class::Decide);
        if self.is(rest, &["to"]) {
            let verdict = self.undertaken(clause, rest + 1, why);
            // "resolve to" tells a will, "decide to" settles.
            return match verdict {
                Verdict::Commits(found) if self.word(clause.verb).starts_with("resolv") => {
                    Verdict::Commits(unsettled(found))
                }
                verdict => verdict,
            };
        }
        if self.is(rest, &["that"])
            && let Some(verdict) = self.in_that_clause(clause, rest + 1, why)
        {
            return verdict;
        }
        if self.is(rest, &["on"]) && self.is_act(rest + 1, clause.to) {
            return self.undertaken(clause, rest + 1, why);
        }
        Verdict::Passes("settles a question, no act to come is named".to_owned())
    }

    pub(super) fn intended(&self, clause: &Clause) -> Verdict {
        let rest = self.past_insertion(clause.rest, clause.to);
        // "intend for the Partnership to serve as a platform".
        let act = if self.is(rest, &["for"]) {
            (rest + 1..clause.to.min(rest + 20)).find(|n| self.is(*n, &["to"]))
        } else {
            self.is(rest, &["to", "on"]).then_some(rest)
        };
        let Some(act) = act else {
            return Verdict::Silent;
        };
        // "expect to start" is hoped for; an intention is no undertaking, whatever its date or its sum.
        let expects = self.word(clause.verb).starts_with("expect");
        match self.undertaken(clause, act + 1, self.lexicon.why(Class::Intend)) {
            Verdict::Commits(mut found) => {
                if expects {
                    found.strength = Strength::Hortatory;
                }
                Verdict::Commits(unsettled(found))
            }
            verdict => verdict,
        }
    }

    /// "announced plans to", "announced that it will", "announced up to $40 million".
    pub(super) fn announced(&self, clause: &Clause) -> Option<Verdict> {
        let rest = clause.rest;
        let why = self.lexicon.why(Class::Announce);
        let announces = self.word(clause.verb).starts_with("announc");
        // "confirmed plans to enhance cooperation".
        let confirms = self.is(clause.verb, &["confirm", "confirmed", "confirms"])
            && self.is(rest, &["plans", "their", "our"]);
        let party = self.is(rest, &["the"])
            && rest + 1 < clause.to
            && self.lexicon.name(self.tokens, rest + 1).is_some();
        if self.is(rest, &["that"])
            || announces && (party || !self.is(rest, &["the", "a", "an", "their", "its", "our"]))
        {
            let from = rest + usize::from(self.is(rest, &["that"]));
            let modal =
                (from..clause.to.min(from + 20)).find(|n| self.is(*n, &["will", "would", "shall"]));
            if modal.is_some()
                && let Some(verdict) = self.in_that_clause(clause, from, why)
            {
                return Some(verdict);
            }
        }
        if !announces && !confirms {
            return None;
        }
        let plan = (rest..clause.to.min(rest + 8)).find(|n| {
            (self.lexicon.plans.contains(self.word(*n))
                || self.lexicon.commitment.contains(self.word(*n)))
                && self.is(n + 1, &["to", "for", "by", "of"])
                && !self.tokens[*n].is_capital()
        });
        if let Some(plan) = plan {
            let act = self.act_behind(plan + 1, clause.to);
            let mut found = self.finding(clause, Strength::Firm, act, why);
            let due = self.clock.deadline(act, clause.to, false);
            if grade(self.tokens, act, clause.to, self.lexicon) != Grade::Checkable && due.is_none()
            {
                found.strength = Strength::Political;
            }
            found.due = due;
            let owners = self.labels(&mentions(self.tokens, rest, plan, self.lexicon));
            if !owners.is_empty() {
                found.obligors = owners;
            }
            return Some(Verdict::Commits(found));
        }
        // "announced the provision of five vessels".
        let given = (rest..clause.to.min(rest + 3))
            .find(|n| {
                self.is(
                    *n,
                    &[
                        "provision",
                        "donation",
                        "allocation",
                        "deployment",
                        "delivery",
                        "contribution",
                    ],
                )
            })
            .is_some_and(|n| self.is(n + 1, &["of"]));
        // "we announce the establishment of a working group".
        let founds = self.is(clause.verb, &["announce", "announces"])
            && (rest..clause.to.min(rest + 5)).any(|n| {
                self.is(
                    n,
                    &[
                        "establishment",
                        "launch",
                        "creation",
                        "formation",
                        "inauguration",
                    ],
                ) && self.is(n + 1, &["of"])
            });
        let sum = given || founds || has_sum(self.tokens, rest, clause.to.min(rest + 12));
        let present = !self.is(clause.verb, &["announced"]);
        // A name for what is done already is no act to come.
        let told = (rest..clause.to.min(rest + 8)).any(|n| {
            self.is(
                n,
                &[
                    "initiative",
                    "initiatives",
                    "principles",
                    "statement",
                    "program",
                    "programs",
                    "framework",
                ],
            )
        });
        if sum || present && !told && makes(self.tokens, rest, clause.to, self.lexicon) {
            let mut found = self.finding(clause, Strength::Firm, rest, why);
            found.due = self.clock.deadline(rest, clause.to, false);
            return Some(Verdict::Commits(found));
        }
        None
    }
}
