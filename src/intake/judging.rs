//! What a clause is: a commitment with its strength and its debtor, or words that are passed over,
//! with the reason. Each rule follows one line of the annotation rules of the field (G7 Research
//! Group: discrete, specific, future-oriented, owned), in the words of dialogue documents.

use super::clauses::{Clause, Governs, Mood};
use super::lexicon::{Class, Classes, Form, Lexicon};
use super::parties::{Mention, Parties};
use super::strength::Grade;
use super::subjects::Who;
use super::tokens::Token;
use super::when::{Clock, Due, Precision};
use crate::domain::commitment::Strength;

mod affirming;
mod binding;
mod doing;
mod naming;
mod tasking;
mod undertaking;
mod willing;
mod wishing;

pub use naming::is_gerund;

/// What became of a clause.
#[derive(Debug, Clone)]
pub enum Verdict {
    Commits(Finding),
    /// Passed over, with the reason in words.
    Passes(String),
    /// Neither: it belongs to the clause before it, or says nothing of its own.
    Silent,
}

/// A commitment as judged.
#[derive(Debug, Clone)]
pub struct Finding {
    pub strength: Strength,
    pub obligors: Vec<String>,
    pub beneficiaries: Vec<String>,
    /// Tokens of the act: what the title is made from.
    pub act: usize,
    pub due: Option<Due>,
    /// The cue, as tokens.
    pub cue: (usize, usize),
    /// What the cue means, in words.
    pub why: String,
    /// Owed by one side at the other's wish.
    pub asked: bool,
    /// The years of a name counted as its deadline.
    pub passive: bool,
}

pub struct Judge<'a> {
    pub tokens: &'a [Token],
    pub lexicon: &'a Lexicon,
    pub parties: &'a Parties,
    pub clock: Clock<'a>,
}

impl Judge<'_> {
    pub fn judge(&self, clause: &Clause) -> Verdict {
        if matches!(clause.who, Who::Outsiders) {
            return Verdict::Passes(
                "what others are to do: they are no parties of this document".to_owned(),
            );
        }
        match clause.governs {
            Governs::Modal { passive, mood } => self.modal(clause, passive, mood),
            Governs::Told => self.told(clause),
            Governs::Bound => self.bound(clause),
            Governs::Continues => self.continues(clause),
            Governs::Progressive => self.progressive(clause),
            Governs::Purpose => self.affirmed(clause).unwrap_or(Verdict::Silent),
            Governs::Verb { classes, form } => self.verb(clause, classes, form),
        }
    }

    fn word(&self, at: usize) -> &str {
        self.tokens.get(at).map_or("", |t| &*t.lower)
    }

    fn is_manner(&self, at: usize) -> bool {
        self.tokens.get(at).is_some_and(Token::is_manner)
    }

    fn is(&self, at: usize, words: &[&str]) -> bool {
        self.tokens.get(at).is_some_and(|t| t.is_any(words))
    }

    fn verb(&self, clause: &Clause, classes: Classes, form: Form) -> Verdict {
        if clause.relative {
            return Verdict::Silent;
        }
        if !clause.who.acts() {
            return self.of_nobody(clause, classes);
        }
        let participle = form == Form::Participle;
        if let Some(verdict) = self.affirmed_class(clause, classes) {
            return verdict;
        }
        if classes.has(Class::Emphasise)
            && let Some(verdict) = self.emphasised(clause)
        {
            return verdict;
        }
        if classes.has(Class::Commit) {
            return self.committed(clause, participle);
        }
        if classes.has(Class::Expect) {
            return self.expected(clause);
        }
        if classes.has(Class::Welcome) {
            return self.welcomed(clause);
        }
        if participle {
            return Verdict::Silent;
        }
        if classes.has(Class::Task) && self.body_behind(clause.rest, clause.to).is_some() {
            return self.tasked(clause, clause.rest);
        }
        if classes.has(Class::Encourage)
            && let Some(verdict) = self.called_on(clause)
        {
            return verdict;
        }
        if classes.has(Class::Agree) {
            return self.agreed(clause);
        }
        if classes.has(Class::Decide) {
            return self.decided(clause);
        }
        if classes.has(Class::Intend) {
            return self.intended(clause);
        }
        if classes.has(Class::Attempt) {
            return self.attempted(clause, form);
        }
        if classes.has(Class::Encourage) {
            return self.encouraged(clause);
        }
        if classes.has(Class::Announce)
            && let Some(verdict) = self.announced(clause)
        {
            return verdict;
        }
        // "Today, we launch talks": done by saying so.
        let begun = form == Form::Base
            && self.is(
                clause.verb,
                &["launch", "establish", "create", "initiate", "inaugurate"],
            )
            && matches!(clause.who, Who::Parties);
        if begun {
            let mut found = self.finding(clause, Strength::Firm, clause.verb, "an act begun today");
            found.due = self.clock.deadline(clause.rest, clause.to, false);
            return Verdict::Commits(found);
        }
        if let Some(found) = self.supported(clause) {
            return Verdict::Commits(found);
        }
        if self.is(clause.rest.wrapping_sub(1), &["for"])
            && classes.has(Class::Stand)
            && let Some(found) = self.called_for(clause)
        {
            return Verdict::Commits(found);
        }
        self.passed(classes)
    }

    /// "It was agreed that", "agreement was reached to", "the Statement reaffirms our commitment to":
    /// the subject is nobody, and yet somebody speaks.
    fn of_nobody(&self, clause: &Clause, classes: Classes) -> Verdict {
        let it = self.is(clause.subject, &["it"]);
        let reached = self.is(clause.verb, &["reached", "achieved"]);
        if classes.has(Class::Agree) && (it || reached) {
            return self.agreed(clause);
        }
        if classes.has(Class::Decide) && it {
            return self.decided(clause);
        }
        if classes.has(Class::Affirm) && self.lexicon.spoken.contains(self.word(clause.verb)) {
            return self.affirmed(clause).unwrap_or(Verdict::Silent);
        }
        Verdict::Silent
    }

    /// What is told of in a that-clause of an affirmation: "reaffirmed that they stand ready to",
    /// "stressed that both sides should". The verb that tells decides what may be told.
    pub fn told_of(&self, outer: &Clause, inner: &Clause) -> Option<Finding> {
        let Governs::Verb { classes, .. } = outer.governs else {
            return None;
        };
        let tells = classes.has(Class::Affirm) || classes.has(Class::Emphasise);
        let acts = inner.who.acts() || self.is_answered(inner.verb);
        let acts = outer.who.acts() && !outer.relative && acts && !inner.relative;
        if !tells || !acts {
            return None;
        }
        // "expressed that he looked forward to".
        let undertakes = match inner.governs {
            Governs::Verb { classes: said, .. } if said.has(Class::Expect) => true,
            Governs::Modal { mood, .. } => mood != Mood::Expected,
            Governs::Bound | Governs::Continues | Governs::Progressive => true,
            Governs::Verb { classes, form } => {
                let vows = [Class::Commit, Class::Intend, Class::Attempt];
                let present = matches!(form, Form::Base | Form::Third);
                present && vows.into_iter().any(|class| classes.has(class))
            }
            _ => false,
        };
        match self.judge(inner) {
            // Whoever says that an attack will be answered answers it; "he" is who says it.
            Verdict::Commits(mut finding) if undertakes => {
                let themselves =
                    self.is(inner.subject, &["he", "she"]) && matches!(outer.who, Who::Named(_));
                if themselves || self.is_answered(inner.verb) {
                    finding.obligors = self
                        .finding(outer, finding.strength, finding.act, "")
                        .obligors;
                }
                Some(finding)
            }
            _ => None,
        }
    }

    /// "At our consultations in April 2002, we agreed", "When it was announced, we pledged": told as
    /// past, before the day of the document.
    pub fn told_as_past(&self, clause: &Clause, start: usize) -> bool {
        let past = matches!(
            clause.governs,
            Governs::Verb {
                form: Form::Past,
                ..
            }
        );
        // "has committed 2 billion since 2014": told up to today.
        let since = (clause.rest..clause.to.min(clause.rest + 20))
            .any(|n| self.is(n, &["since"]) && self.clock.is_long_past(n + 1));
        if past && since {
            return true;
        }
        if !past || clause.subject > start + 30 {
            return false;
        }
        // "Two years ago our nations pledged".
        let ago = (start..clause.group.min(start + 5)).any(|n| self.is(n, &["ago"]));
        let when = self.is(start, &["when"]) && clause.subject > start;
        let met = self.is(start, &["at", "during"]);
        let dated = self.is(start, &["on", "in"]) && self.clock.is_long_past(start + 1);
        when || dated
            || ago
            || met
                && (start + 1..clause.subject)
                    .any(|n| self.is(n - 1, &["in", "on", "since"]) && self.clock.is_long_past(n))
    }

    /// "By 2030, we will double trade", "Later this year the United States intends": the date stands
    /// in front of the subject.
    pub fn date_in_front(&self, clause: &Clause, start: usize, found: &mut Finding) {
        // `Support: Within six months, the parties`: behind what the paragraph is called.
        let start = (start..clause.subject.min(start + 6))
            .find(|n| self.is(*n, &[":"]))
            .map_or(start, |colon| colon + 1);
        let lead = start..clause.group;
        if found.due.is_some() || clause.relative || clause.subject > start + 12 {
            return;
        }
        let due = self.clock.deadline(lead.start, lead.end, false);
        let Some(due) = due.filter(|due| due.from <= start + 2) else {
            return;
        };
        let undertakes = match clause.governs {
            Governs::Modal { mood, .. } => mood == Mood::Sure,
            Governs::Verb { classes, .. } => {
                classes.has(Class::Commit)
                    || classes.has(Class::Agree)
                    || classes.has(Class::Decide)
            }
            _ => false,
        };
        let dates = !matches!(due.precision, Precision::Range | Precision::Event);
        if undertakes && dates && found.strength == Strength::Political {
            found.strength = Strength::Firm;
        }
        found.due = Some(due);
    }

    fn passed(&self, classes: Classes) -> Verdict {
        use Class::{Discuss, Done, Feel, Notice, Stand, Welcome};
        let order = [Discuss, Notice, Stand, Feel, Done, Welcome];
        let class = order.into_iter().find(|class| classes.has(*class));
        match class {
            Some(class) => Verdict::Passes(self.lexicon.passed(class).to_owned()),
            None => Verdict::Passes("a statement: no act of the parties is named".to_owned()),
        }
    }

    /// "reaffirmed their commitment to", "expressed readiness to".
    fn affirmed_class(&self, clause: &Clause, classes: Classes) -> Option<Verdict> {
        if classes.has(Class::Affirm) {
            return self.affirmed(clause);
        }
        None
    }

    fn finding(&self, clause: &Clause, strength: Strength, act: usize, why: &str) -> Finding {
        let obligors = match &clause.who {
            Who::Named(names) => names.clone(),
            // `the Task Force will`: officials of the parties, under no name of their own.
            Who::Organs(names)
                if names.iter().all(|n| {
                    let name = n.to_lowercase();
                    matches!(
                        name.trim_start_matches("joint "),
                        "task force" | "taskforce"
                    )
                }) =>
            {
                self.parties.labels.clone()
            }
            Who::Organs(names) => names.iter().map(|n| self.parties.full_name(n)).collect(),
            Who::Some(count) => {
                let group = self.parties.labels.join(", ");
                vec![format!("{count} {group}")]
            }
            Who::Speaker => Vec::new(),
            _ => self.parties.labels.clone(),
        };
        // What is agreed not to be done is not titled as if it were to be.
        let denied =
            act > clause.verb + 1 && self.is(act - 1, &["to"]) && self.is(act - 2, &["not"]);
        let act = act - if denied { 2 } else { 0 };
        Finding {
            strength,
            obligors,
            beneficiaries: Vec::new(),
            act: act.min(clause.to),
            due: None,
            cue: (
                clause.group.max(clause.from),
                clause
                    .rest
                    .max(clause.verb + 1)
                    .min(clause.to.max(clause.verb + 1)),
            ),
            why: why.to_owned(),
            asked: false,
            passive: false,
        }
    }

    /// The labels of mentions that are parties, each once.
    fn labels(&self, found: &[Mention]) -> Vec<String> {
        self.parties.owners(found, self.lexicon)
    }

    /// Firm where it is checkable or dated, hortatory where it is an endeavour only.
    fn strength(&self, grade: Grade, due: Option<&Due>) -> Strength {
        match grade {
            Grade::Endeavour => Strength::Hortatory,
            Grade::Checkable => Strength::Firm,
            Grade::OpenEnded if due.is_some_and(|d| self.is_dated(d)) => Strength::Firm,
            Grade::OpenEnded => Strength::Political,
        }
    }

    /// A date of its own, not a span of years that only says how long, nor what it leads up to.
    fn is_dated(&self, due: &Due) -> bool {
        // `regular` says that it comes round, and not how often.
        let often = due.recurrence.as_ref().is_some_and(|r| r.starts_with('P'));
        let ahead = self.is(due.from, &["lead-up", "run-up"])
            || self.is(due.from, &["lead", "run"]) && self.is(due.from + 1, &["up"]);
        !ahead && (due.latest.is_some() || due.precision == Precision::Event || often)
    }
}
