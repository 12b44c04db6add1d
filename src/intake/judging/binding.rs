//! What binds without "will": "are committed to", "continue to", "are launching".

use super::{Judge, Verdict};
use crate::domain::commitment::Strength;
use crate::intake::clauses::Clause;
use crate::intake::lexicon::Class;
use crate::intake::strength::{Grade, grade, has_sum};

impl Judge<'_> {
    /// "are committed to", "stand ready to": political; a date or a sum makes it firm.
    pub(super) fn bound(&self, clause: &Clause) -> Verdict {
        if !clause.who.acts() || clause.relative {
            return Verdict::Silent;
        }
        let committed = self.is(
            clause.verb,
            &["committed", "recommitted", "pledged", "obliged", "bound"],
        );
        let act = clause.rest;
        let act = if self.is(act, &["to"]) { act + 1 } else { act };
        // "determined to, within a year, identify": behind the insertion.
        let inserted = self
            .is(act, &[","])
            .then(|| (act + 1..clause.to.min(act + 12)).find(|n| self.is(*n, &[","])))
            .flatten();
        if let Some(close) = inserted
            && self.is_verb_of_act(close + 1)
        {
            let mut verdict = self.pledge(clause, close + 1, committed, "a standing commitment");
            if let Verdict::Commits(found) = &mut verdict
                && found.due.is_none()
            {
                found.due = self.clock.deadline(act + 1, close, false);
            }
            return verdict;
        }
        if !self.names_an_act(act, clause.to) {
            return Verdict::Passes(
                "a commitment to a value or a thing: no act is named".to_owned(),
            );
        }
        self.pledge(clause, act, committed, "a standing commitment")
    }

    pub(super) fn continues(&self, clause: &Clause) -> Verdict {
        if !clause.who.acts() || clause.relative {
            return Verdict::Silent;
        }
        // `continue to call on`, `continue to believe`: what is said again, not what is done.
        let said = self
            .lexicon
            .verb(self.tokens, clause.rest)
            .map(|(form, _)| form.classes);
        let spoken = [
            Class::Encourage,
            Class::Notice,
            Class::Welcome,
            Class::Emphasise,
        ];
        let stance = self.is(
            clause.rest,
            &[
                "call",
                "condemn",
                "reject",
                "oppose",
                "stand",
                "believe",
                "face",
                "have",
                "enjoy",
                "benefit",
                "represent",
                "see",
            ],
        ) || self.is(clause.rest, &["be", "remain"])
            && !self.lexicon.bound.contains(self.word(clause.rest + 1));
        let stance = stance || self.lexicon.spoken.contains(self.word(clause.rest));
        // What goes on is no promise; what is worked towards is.
        let towards = self.is(
            clause.rest,
            &[
                "work",
                "strive",
                "pursue",
                "make",
                "advance",
                "explore",
                "negotiate",
                "seek",
                "deepen",
                "strengthen",
                "expand",
                "enhance",
                "develop",
                "implement",
            ],
        );
        // `continue to consult with the Agency to develop an approach`.
        let aimed = self.is(clause.rest, &["consult", "engage"])
            && (clause.rest + 1..clause.to)
                .any(|n| self.is(n, &["to"]) && self.is_verb_of_act(n + 1));
        let stance = stance || !(towards || aimed);
        if stance || said.is_some_and(|c| spoken.into_iter().any(|class| c.has(class))) {
            return Verdict::Passes(self.lexicon.passed(Class::Stand).to_owned());
        }
        let mut found = self.finding(
            clause,
            Strength::Political,
            clause.rest,
            "work that goes on",
        );
        found.due = self.clock.deadline(clause.rest, clause.to, false);
        Verdict::Commits(found)
    }

    /// "are launching the Dialogue", "is providing $1 billion": begun by saying so. "are building" tells
    /// what is under way.
    pub(super) fn progressive(&self, clause: &Clause) -> Verdict {
        const BEGINS: [&str; 9] = [
            "launch",
            "establish",
            "creat",
            "start",
            "initiat",
            "inaugurat",
            "introduc",
            "form",
            "open",
        ];
        let graded = grade(self.tokens, clause.verb, clause.to, self.lexicon);
        let begins = BEGINS
            .iter()
            .any(|stem| self.word(clause.verb).starts_with(stem))
            || has_sum(self.tokens, clause.verb, clause.to);
        if !begins || !clause.who.acts() || clause.relative || graded != Grade::Checkable {
            return Verdict::Silent;
        }
        let mut found = self.finding(clause, Strength::Firm, clause.verb, "an act begun today");
        found.due = self.clock.deadline(clause.verb, clause.to, false);
        Verdict::Commits(found)
    }
}
