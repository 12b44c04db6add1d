//! Deeds whose doer is not said ("will be endorsed"), and doers who are no party but a body with a
//! name ("the Facility will evaluate").

use super::{Finding, Judge, is_gerund};
use crate::domain::commitment::Strength;
use crate::intake::clauses::Clause;
use crate::intake::lexicon::Act;
use crate::intake::names::words;
use crate::intake::parties::mentions;
use crate::intake::strength::{Grade, grade};
use crate::intake::when::Due;

impl Judge<'_> {
    /// "any attack will be met with an overwhelming response": they will answer.
    pub(super) fn is_answered(&self, verb: usize) -> bool {
        let others = (verb + 2..verb + 16)
            .take_while(|n| !self.is(*n, &[".", ";"]))
            .any(|n| self.is(n, &["international"]));
        self.is(verb, &["met"]) && self.is(verb + 1, &["with", "by"]) && !others
    }

    /// "will be endorsed at": the parties do it, though nobody is named.
    pub(super) fn passive(&self, clause: &Clause, due: Option<Due>) -> Option<Finding> {
        let (verb, to) = (clause.verb, clause.to);
        let by = (verb + 1..to.min(verb + 4)).find(|n| self.is(*n, &["by"]));
        let graded = grade(self.tokens, verb, to, self.lexicon);
        let subject = &self.tokens[clause.subject..clause.group.max(clause.subject)];
        let thing = subject
            .iter()
            .any(|t| self.lexicon.deliverables.contains(&*t.lower));
        let act = self.lexicon.act(self.word(verb));
        let made = matches!(act, Some(Act::Making)) && (thing || due.is_some())
            || self.lexicon.giving.contains(self.word(verb))
                && subject.iter().any(|t| t.is_number())
            || self.is(verb, &["invited"]) && self.is(verb + 1, &["to"]);
        let dated = due.as_ref().is_some_and(|d| self.is_dated(d));
        let doable = act.is_some()
            || self.lexicon.advancing.contains(self.word(verb))
            || self.lexicon.agentive.contains(self.word(verb));
        let strength = if self.is_answered(verb) && !clause.relative {
            Strength::Political
        } else if graded == Grade::Checkable || made || dated && doable {
            Strength::Firm
        } else if !clause.relative && self.furthers(clause) {
            match act {
                Some(Act::Open) => Strength::Hortatory,
                _ if dated => Strength::Firm,
                _ => Strength::Political,
            }
        } else {
            return None;
        };
        let mut found = self.finding(clause, strength, verb, "a deed that “will be” done");
        found.obligors = self.parties.labels.clone();
        if let Some(by) = by {
            let names = mentions(self.tokens, by, to.min(by + 8), self.lexicon);
            let labels = self.labels(&names);
            let organs = self.organs_at(by + 1, to);
            if !organs.is_empty() {
                found.obligors = organs;
            } else if !labels.is_empty() {
                found.obligors = labels;
            }
        }
        found.passive = true;
        found.due = due;
        Some(found)
    }

    /// "We support the health service by training nurses": a stance with an act of one's own.
    pub(super) fn supported(&self, clause: &Clause) -> Option<Finding> {
        let by = (clause.rest..clause.to).find(|n| {
            let through = self.is(*n, &["through"]) && self.is(n - 1, &["including", "as"]);
            (through || self.is(*n, &["by"])) && is_gerund(self.tokens.get(n + 1))
                || through && self.is_act(n + 1, clause.to)
        })?;
        if !self.is(clause.verb, &["support", "supports"]) {
            return None;
        }
        let mut found = self.finding(
            clause,
            Strength::Political,
            clause.verb,
            "support by an act",
        );
        found.due = self.clock.deadline(by + 1, clause.to, false);
        Some(found)
    }

    /// `the Australian Federal Police and the Indonesian National Police`: bodies with names.
    fn organs_at(&self, from: usize, to: usize) -> Vec<String> {
        let mut found = Vec::new();
        let mut at = from;
        while at < to {
            at += usize::from(self.is(at, &["the"]));
            let stop = (at..to)
                .find(|n| !self.tokens[*n].is_capital())
                .unwrap_or(to);
            let head = stop.checked_sub(1).filter(|h| *h > at);
            let Some(head) = head.filter(|h| self.lexicon.organs.contains(self.word(*h))) else {
                break;
            };
            found.push(words(self.tokens, at, head + 1));
            if !self.is(stop, &["and", ","]) {
                break;
            }
            at = stop + 1;
        }
        found
    }

    /// "Cooperation will be strengthened", "exchanges of experts will be encouraged": what the
    /// parties have in common does not grow by itself.
    fn furthers(&self, clause: &Clause) -> bool {
        let subject = &self.tokens[clause.subject..clause.group.max(clause.subject)];
        let head = subject
            .iter()
            .position(|t| self.lexicon.prepositions.contains(&*t.lower))
            .unwrap_or(subject.len());
        let common = head > 0
            && (self.lexicon.joint.contains(&*subject[head - 1].lower)
                || self.lexicon.act_nouns.contains(&*subject[head - 1].lower)
                || subject[head - 1].is_any(&[
                    "attention",
                    "emphasis",
                    "priority",
                    "measures",
                    "steps",
                ]))
            && (head == 1 || !subject[head - 1].is_capital());
        let two = format!("{} {}", self.word(clause.verb), self.word(clause.verb + 1));
        common
            && (self.lexicon.advancing.contains(self.word(clause.verb))
                || self.lexicon.advancing.contains(&two))
    }

    /// "The Partnership for Infrastructure will evaluate": a name that does what only somebody can
    /// do is a body, and owes it.
    pub(super) fn by_nature(&self, clause: &Clause, due: Option<Due>) -> Option<Finding> {
        let verb = self.word(clause.verb);
        let mut from = clause.subject;
        while from < clause.group && self.is(from, &["the", "our", "both"]) {
            from += 1;
        }
        let subject = &self.tokens[from..clause.group.max(from)];
        let shortened = subject.len() == 1 && subject[0].is_shouted();
        // `The JMC shall amend`: a duty laid on somebody.
        let duty = shortened && (clause.group..clause.verb).any(|n| self.is(n, &["shall"]));
        let does = self.lexicon.agentive.contains(verb)
            || shortened && self.lexicon.giving.contains(verb)
            || duty;
        let stop = subject
            .iter()
            .position(|t| self.lexicon.prepositions.contains(&*t.lower) || t.is("("))
            .unwrap_or(subject.len());
        let several = subject.iter().filter(|t| t.is_capital()).count() > 1;
        // `our coast guards will conduct`: people of the parties, doing what people do.
        let ours = self.is(clause.subject, &["our"])
            && stop > 0
            && subject[stop - 1].lower.ends_with('s')
            && !self.lexicon.joint.contains(&*subject[stop - 1].lower);
        if ours && self.lexicon.agentive.contains(verb) {
            let graded = grade(self.tokens, clause.verb, clause.to, self.lexicon);
            let strength = self.strength(graded, due.as_ref());
            let mut found =
                self.finding(clause, strength, clause.verb, "people of ours who will act");
            found.obligors = self.parties.labels.clone();
            found.due = due;
            return Some(found);
        }
        let named = stop > 0
            && subject[..stop].iter().all(|t| t.is_capital())
            && (several || shortened)
            && !is_paper(&subject[stop - 1].lower);
        if !does || !named {
            return None;
        }
        let strength = self.strength(
            grade(self.tokens, clause.verb, clause.to, self.lexicon),
            due.as_ref(),
        );
        let strength = match strength {
            // Who evaluates or considers will do just that.
            Strength::Hortatory => Strength::Political,
            strength => strength,
        };
        let mut found = self.finding(clause, strength, clause.verb, "a body that will act");
        let owner = self
            .parties
            .of_body(self.tokens, from, clause.group, self.lexicon);
        found.obligors = vec![owner.unwrap_or_else(|| words(self.tokens, from, clause.group))];
        found.due = due;
        Some(found)
    }
}

/// Names of papers: they do nothing, whatever is said of them.
fn is_paper(word: &str) -> bool {
    const PAPERS: [&str; 22] = [
        "statement",
        "plan",
        "report",
        "study",
        "agreement",
        "declaration",
        "framework",
        "roadmap",
        "strategy",
        "vision",
        "charter",
        "treaty",
        "convention",
        "protocol",
        "memorandum",
        "mou",
        "agenda",
        "outlook",
        "blueprint",
        "principles",
        "act",
        "resolution",
    ];
    PAPERS.contains(&word)
}
