//! Commitments affirmed, and acts called important.

use super::{Finding, Judge, Verdict, is_gerund};
use crate::domain::commitment::Strength;
use crate::intake::clauses::{Clause, Governs};
use crate::intake::lexicon::Class;
use crate::intake::parties::{Mention, mentions};
use crate::intake::when::Precision;

impl Judge<'_> {
    /// "reaffirmed their commitment to", "expressed their desire to".
    pub(super) fn affirmed(&self, clause: &Clause) -> Option<Verdict> {
        // "affirmed to continue full cooperation".
        let affirms = self.word(clause.verb).contains("affirm")
            || self.is(clause.verb, &["confirm", "confirmed"]);
        if affirms && self.is(clause.rest, &["to"]) && self.is_verb_of_act(clause.rest + 1) {
            let (why, act) = (self.lexicon.why(Class::Affirm), clause.rest + 1);
            let mut found = self.finding(clause, Strength::Political, act, why);
            found.due = self.clock.deadline(act, clause.to, self.fulfils(act));
            return (!found.obligors.is_empty()).then_some(Verdict::Commits(found));
        }
        let gives = ["offer", "exten"]
            .iter()
            .any(|stem| self.word(clause.verb).starts_with(stem));
        let first = self
            .noun_of_commitment(clause.rest, clause.to)
            .or_else(|| self.given(clause.rest, clause.to).filter(|_| gives));
        let acts =
            |noun: &usize| self.names_an_act(self.act_behind(noun + 1, clause.to), clause.to);
        let noun = first
            .filter(acts)
            .or_else(|| self.second_object(clause.rest, clause.to))
            .or(first)?;
        let act = self.act_behind(noun + 1, clause.to);
        let names = self.fulfils(act) || self.serves_term(noun, clause.to);
        let mut found = self.finding(
            clause,
            Strength::Political,
            act,
            self.lexicon.why(Class::Affirm),
        );
        found.cue = (clause.verb, noun + 1);
        found.due = self.clock.deadline(noun + 1, clause.to, names);
        let wish = self.lexicon.wishes.contains(self.word(noun));
        if wish {
            found.strength = Strength::Hortatory;
        }
        // A date or a sum lifts a commitment; "readiness by 2026" is readiness still.
        let binding =
            self.word(noun).starts_with("commitment") || self.word(noun).starts_with("pledge");
        if binding
            && found.due.as_ref().is_some_and(|d| {
                self.is_dated(d) && !matches!(d.precision, Precision::Range | Precision::Event)
            })
        {
            found.strength = Strength::Firm;
        }
        // "we share a desire to", "share an interest in": an attitude.
        if wish && self.is(clause.verb, &["share", "shares", "shared", "sharing"]) {
            return Some(Verdict::Passes(self.lexicon.passed(Class::Feel).to_owned()));
        }
        let behind_to = act > noun + 1;
        if !self.names_an_act(act, clause.to) || wish && !behind_to {
            return Some(Verdict::Passes(
                "a commitment to a value or a thing: no act is named".to_owned(),
            ));
        }
        // "reaffirmed Cambodia's commitment", "the commitment of the United States to".
        let first = noun.saturating_sub(8).max(clause.rest);
        let owners = mentions(self.tokens, first, noun, self.lexicon);
        let owners: Vec<Mention> = owners
            .into_iter()
            .filter(|m| m.owns || m.adjective || m.to == noun || noun - clause.rest < 9)
            .collect();
        let aimed = self.is(noun, &["goal", "goals", "objective"]) && self.is(noun + 1, &["for"]);
        let behind = if aimed || self.is(noun + 1, &["of", "by"]) {
            mentions(
                self.tokens,
                noun + 1,
                self.to_particle(noun + 1, clause.to),
                self.lexicon,
            )
        } else {
            Vec::new()
        };
        let labels = self.labels(&[owners.clone(), behind].concat());
        // "met with the Prime Minister to reaffirm their commitment": of both.
        let shared = clause.governs == Governs::Purpose
            && (clause.rest..noun).any(|n| self.is(n, &["their", "our"]));
        if shared && labels.len() < 2 {
            found.obligors = self.parties.labels.clone();
        } else if !labels.is_empty() {
            found.obligors = labels;
        } else if owners.iter().any(|m| m.owns) {
            // "expressed support for Ukraine's commitment to": another's promise.
            return None;
        }
        if found.obligors.is_empty() {
            return None;
        }
        Some(Verdict::Commits(found))
    }

    /// "Reaffirming their commitment to building trust, the leaders": the participle in front of the
    /// subject, as a clause of whoever speaks.
    pub fn lead(&self, clauses: &[Clause], start: usize) -> Option<Clause> {
        let main = clauses.iter().find(|c| !c.relative)?;
        let leads = self.is(
            start,
            &["reaffirming", "renewing", "reiterating", "affirming"],
        );
        let subject = (leads && main.subject > start + 5).then_some(main.subject)?;
        let article = usize::from(self.is(subject - 1, &["the"]));
        let comma = (subject - article)
            .checked_sub(1)
            .filter(|n| self.is(*n, &[","]))?;
        let mut lead = main.clone();
        (lead.from, lead.group, lead.verb, lead.subject) = (start, start, start, start);
        (lead.rest, lead.to, lead.within) = (start + 1, comma, None);
        Some(lead)
    }

    /// What is affirmed there, if it is a commitment to act.
    pub fn reaffirmed_in_front(&self, lead: &Clause) -> Option<Finding> {
        match self.affirmed(lead)? {
            Verdict::Commits(found) if found.strength != Strength::Hortatory => Some(found),
            _ => None,
        }
    }

    /// "offered continued support for", "extends its full cooperation towards".
    fn given(&self, from: usize, to: usize) -> Option<usize> {
        (from..to.min(from + 6))
            .take_while(|n| !self.is(*n, &["to", "for", "of", "that", ",", "and"]))
            .find(|n| self.is(*n, &["support", "assistance", "cooperation", "help"]))
            .filter(|n| self.is(n + 1, &["to", "for", "in", "towards", "toward"]))
    }

    /// "underlined the importance of the region, and America's commitment to": the second object of
    /// the same verb.
    fn second_object(&self, from: usize, to: usize) -> Option<usize> {
        let stop = (from..to.min(from + 60))
            .find(|n| self.is(*n, &[";", ".", "which", "that"]))
            .unwrap_or(to.min(from + 60));
        (from + 4..stop).find(|n| {
            if !self.lexicon.commitment.contains(self.word(*n))
                || !self.is(n + 1, &["to", "towards"])
            {
                return false;
            }
            let owner = (n.saturating_sub(4).max(from)..*n)
                .rev()
                .find(|m| self.is(*m, &["'s", "our", "their", "its"]));
            let Some(owner) = owner else { return false };
            // The conjunction stands in front of the owner.
            (owner.saturating_sub(8).max(from)..owner)
                .rev()
                .take_while(|m| !self.is(*m, &["to", "of", "for", "in", "by", "with"]))
                .any(|m| self.is(m, &["and", ",", "as"]))
        })
    }

    /// The noun of commitment that is the object of an affirming verb.
    pub(super) fn noun_of_commitment(&self, from: usize, to: usize) -> Option<usize> {
        for at in from..to.min(from + 9) {
            let token = &self.tokens[at];
            // `shared the will to`
            let will = token.is("will")
                && at > from
                && self.is(at + 1, &["to"])
                && self.is(
                    at - 1,
                    &[
                        "the",
                        "their",
                        "our",
                        "political",
                        "common",
                        "shared",
                        "strong",
                        "collective",
                    ],
                );
            if will {
                return Some(at);
            }
            // `our goal to deepen cooperation`, `the goal for Norway to`.
            let goal = token.is_any(&["goal", "goals", "objective"])
                && (self.is(at + 1, &["to"])
                    || self.is(at + 1, &["for"])
                        && (at + 2..to.min(at + 7)).any(|n| self.is(n, &["to"])));
            if goal {
                return Some(at);
            }
            // `reaffirmed their agreement to work closely`.
            if token.is("agreement") && self.is(at + 1, &["to"]) && self.names_an_act(at + 2, to) {
                return Some(at);
            }
            let wish = self.lexicon.wishes.contains(&*token.lower);
            if wish && !self.is(at + 1, &["to", "in", "for"]) {
                continue;
            }
            // `the promise of technology` is nobody's.
            if token.is("promise") && !self.is(at + 1, &["to"]) {
                continue;
            }
            if wish || self.lexicon.commitment.contains(&*token.lower) {
                // `support for, and commitment to`; not `commitments made last year`.
                return (!self.is(at + 1, &["made", "contained", "set", "under"])).then_some(at);
            }
            let stops = token.is_any(&[
                "that",
                "to",
                "with",
                "which",
                "on",
                "of",
                "in",
                ".",
                ";",
                "importance",
                "need",
            ]);
            if stops && at > from {
                return None;
            }
        }
        None
    }

    /// Where the act begins behind a noun of commitment: past "and readiness", insertions, "to".
    pub(super) fn act_behind(&self, at: usize, to: usize) -> usize {
        // "their interest in exploring".
        if self.is(at, &["in", "for"]) && is_gerund(self.tokens.get(at + 1)) && at + 1 < to {
            return at + 1;
        }
        let particle = self.to_particle(at, to);
        if particle < to {
            particle + 1
        } else {
            at.min(to)
        }
    }

    pub(super) fn to_particle(&self, at: usize, to: usize) -> usize {
        let stop = to.min(at + 30);
        (at..stop)
            .find(|n| self.is(*n, &["to", "towards"]))
            .unwrap_or_else(|| {
                let other = (at..to.min(at + 4)).find(|n| self.is(*n, &["of", "for", "in"]));
                other.unwrap_or(to)
            })
    }

    /// "in its capacity as the Country Coordinator (2024-2027)".
    pub(super) fn serves_term(&self, at: usize, to: usize) -> bool {
        (at..to.min(at + 8)).any(|n| self.is(n, &["capacity", "role", "term", "tenure"]))
    }

    /// Whether the act at a token fulfils what it names.
    pub(super) fn fulfils(&self, at: usize) -> bool {
        (at..self.tokens.len().min(at + 4)).any(|n| self.lexicon.fulfilling.contains(self.word(n)))
    }

    /// "underscored the importance of" and an act.
    pub(super) fn emphasised(&self, clause: &Clause) -> Option<Verdict> {
        if let Some(act) = self.said_to_matter(clause) {
            let why = self.lexicon.why(Class::Emphasise);
            let mut found = self.finding(clause, Strength::Hortatory, act, why);
            found.due = self.clock.deadline(act, clause.to, self.fulfils(act));
            return Some(Verdict::Commits(found));
        }
        let noun = (clause.rest..clause.to.min(clause.rest + 8))
            .find(|n| self.lexicon.emphasis.contains(self.word(*n)))?;
        let mut between = clause.rest..noun;
        if between.any(|n| self.is(n, &["that", "of", "for", "with", "which"])) {
            return None;
        }
        let first = self.act_called_for(noun, clause.to);
        // "the importance of peace, and the need to work for it": the second of two objects.
        let second = || {
            let noun = (noun + 2..clause.to.min(noun + 24)).find(|n| {
                self.lexicon.emphasis.contains(self.word(*n))
                    && self.is(n - 1, &["the"])
                    && self.is(n - 2, &["and"])
            })?;
            self.act_called_for(noun, clause.to)
        };
        // "the value of a first meeting before the end of 2014": that it is held.
        let dated = || {
            let one = self.is(noun + 1, &["of"]) && self.is(noun + 2, &["a", "an"]);
            let due = self.clock.deadline(noun + 1, clause.to, false)?;
            due.latest
                .filter(|_| one)
                .map(|_| (noun + 2).min(clause.to))
        };
        let Some(act) = first.or_else(second).or_else(dated) else {
            return Some(Verdict::Passes(
                "the importance of a thing or a value: no act is named".to_owned(),
            ));
        };
        let mut found = self.finding(
            clause,
            Strength::Hortatory,
            act,
            self.lexicon.why(Class::Emphasise),
        );
        found.cue = (clause.verb, act);
        found.due = self.clock.deadline(act, clause.to, self.fulfils(act));
        Some(Verdict::Commits(found))
    }

    /// "underscored that it is critical to strengthen cooperation": where the act begins.
    pub(super) fn said_to_matter(&self, clause: &Clause) -> Option<usize> {
        // "agreed it was": without `that`.
        let at = clause.rest - usize::from(self.is(clause.rest, &["it"]));
        let it = (self.is(at, &["that"]) || at < clause.rest)
            && self.is(at + 1, &["it"])
            && self.is(at + 2, &["is", "was"]);
        let matters = (at + 3..clause.to.min(at + 6)).find(|n| {
            self.is(
                *n,
                &[
                    "critical",
                    "important",
                    "essential",
                    "vital",
                    "necessary",
                    "imperative",
                    "crucial",
                ],
            )
        })?;
        let act = matters + 2;
        (it && self.is(matters + 1, &["to"]) && self.is_verb_of_act(act)).then_some(act)
    }

    /// Where the act begins behind a noun of emphasis: "the importance (to the region) of", "the urgent
    /// need for and importance of".
    fn act_called_for(&self, noun: usize, to: usize) -> Option<usize> {
        let mut act = noun + 1;
        let whom = mentions(self.tokens, act, to.min(act + 7), self.lexicon);
        if self.is(act, &["to"])
            && let Some(whom) = whom.first().filter(|m| self.is(m.to, &["of"]))
        {
            act = whom.to;
        }
        while act < to && !self.is(act, &["of", "to", "for", "in"]) && act < noun + 4 {
            act += 1;
        }
        let particle = self.word(act).to_owned();
        act += 1;
        if act >= to {
            return None;
        }
        let needs = self.is(
            noun,
            &["need", "necessity", "imperative", "urgency", "desirability"],
        );
        (particle == "to" && needs || self.is_act(act, to)).then_some(act)
    }
}
