//! What a clause is: a commitment with its strength and its debtor, or words that are passed over,
//! with the reason. Each rule follows one line of the annotation rules of the field (G7 Research
//! Group: discrete, specific, future-oriented, owned), in the words of dialogue documents.

use super::clauses::{Clause, Governs};
use super::lexicon::{Act, Class, Classes, Form, Lexicon};
use super::parties::{Mention, Parties, mentions};
use super::strength::{Grade, grade};
use super::subjects::Who;
use super::tokens::Token;
use super::when::{Clock, Due, Precision};
use crate::domain::commitment::Strength;

mod affirming;
mod undertaking;
mod wishing;

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
            Governs::Modal { passive } => self.modal(clause, passive),
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

    fn is(&self, at: usize, words: &[&str]) -> bool {
        self.tokens.get(at).is_some_and(|t| t.is_any(words))
    }

    /// "will": a commitment of whoever acts; with a thing for subject a prediction, unless it is a
    /// deed done to it ("will be endorsed").
    fn modal(&self, clause: &Clause, passive: bool) -> Verdict {
        let (verb, to) = (clause.verb, clause.to);
        let due = self.clock.deadline(clause.verb, to, self.fulfils(verb));
        let prediction =
            || Verdict::Passes("a prediction: no party is the one who will act".to_owned());
        if passive {
            return self.passive(clause, due).unwrap_or_else(prediction);
        }
        if clause.relative {
            let agent = matches!(
                clause.who,
                Who::Body | Who::Named(_) | Who::Some(_) | Who::Parties
            );
            let graded = grade(self.tokens, verb, to, self.lexicon);
            let meets = self.is(
                verb,
                &["meet", "convene", "report", "hold", "submit", "present"],
            );
            let council = self.tokens[clause.subject..clause.from].iter().any(|t| {
                self.lexicon.deliverables.contains(&*t.lower)
                    || self.lexicon.bodies.contains(&*t.lower)
            });
            let firm = graded == Grade::Checkable
                && (agent || council && meets)
                && (meets || due.is_some());
            if !firm {
                return Verdict::Silent;
            }
            let mut found = self.finding(clause, Strength::Firm, verb, "an act that will follow");
            found.due = due;
            return Verdict::Commits(found);
        }
        if !clause.who.acts() {
            return prediction();
        }
        if self.is(
            verb,
            &[
                "be", "have", "benefit", "face", "need", "know", "see", "find",
            ],
        ) && !self.is(
            verb + 1,
            &["pursuing", "working", "holding", "launching", "convening"],
        ) {
            return Verdict::Passes("describes what will be, no act".to_owned());
        }
        let nested = self
            .lexicon
            .verb(self.tokens, verb)
            .map(|(form, length)| (form.classes, length));
        if let Some((classes, length)) = nested {
            if classes.has(Class::Task) && self.body_behind(verb + length, to).is_some() {
                return self.tasked(clause, verb + length);
            }
            if classes.has(Class::Welcome) || classes.has(Class::Notice) && !classes.undertakes() {
                return Verdict::Passes(self.lexicon.passed(Class::Notice).to_owned());
            }
        }
        let mut strength = self.strength(grade(self.tokens, verb, to, self.lexicon), due.as_ref());
        if self.is(verb, &["continue"]) && due.is_none() {
            strength = Strength::Political;
        }
        let mut found = self.finding(clause, strength, verb, "`will` of a party that acts");
        found.due = due;
        Verdict::Commits(found)
    }

    /// Firm where it is checkable or dated, hortatory where it is an endeavour only.
    fn strength(&self, grade: Grade, due: Option<&Due>) -> Strength {
        match grade {
            Grade::Endeavour => Strength::Hortatory,
            Grade::Checkable => Strength::Firm,
            Grade::OpenEnded if due.is_some_and(is_dated) => Strength::Firm,
            Grade::OpenEnded => Strength::Political,
        }
    }

    /// "will be endorsed at": the parties do it, though nobody is named.
    fn passive(&self, clause: &Clause, due: Option<Due>) -> Option<Verdict> {
        let (verb, to) = (clause.verb, clause.to);
        let by = (verb + 1..to.min(verb + 4)).find(|n| self.is(*n, &["by"]));
        let graded = grade(self.tokens, verb, to, self.lexicon);
        let subject = &self.tokens[clause.subject..clause.group.max(clause.subject)];
        let thing = subject
            .iter()
            .any(|t| self.lexicon.deliverables.contains(&*t.lower));
        let made = matches!(self.lexicon.act(self.word(verb)), Some(Act::Making))
            && (thing || due.is_some());
        let dated = due.as_ref().is_some_and(is_dated);
        if !(graded == Grade::Checkable
            || made
            || dated && self.lexicon.act(self.word(verb)).is_some())
        {
            return None;
        }
        let mut found = self.finding(clause, Strength::Firm, verb, "a deed that `will be` done");
        found.obligors = self.parties.labels.clone();
        if let Some(by) = by {
            let names = mentions(self.tokens, by, to.min(by + 8), self.lexicon);
            let labels = self.labels(&names);
            if !labels.is_empty() {
                found.obligors = labels;
            }
        }
        found.passive = true;
        found.due = due;
        Some(Verdict::Commits(found))
    }

    /// "are committed to", "stand ready to": political; a date or a sum makes it firm.
    fn bound(&self, clause: &Clause) -> Verdict {
        if !clause.who.acts() {
            return Verdict::Silent;
        }
        if clause.relative {
            return Verdict::Silent;
        }
        let committed = self.is(clause.verb, &["committed", "pledged"]);
        self.pledge(clause, clause.rest, committed, "a standing commitment")
    }

    fn continues(&self, clause: &Clause) -> Verdict {
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
            Class::Affirm,
            Class::Emphasise,
        ];
        let stance = self.is(
            clause.rest,
            &["call", "condemn", "reject", "oppose", "stand", "believe"],
        );
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

    /// "are launching the Dialogue": under way from today, and checkable.
    fn progressive(&self, clause: &Clause) -> Verdict {
        let graded = grade(self.tokens, clause.verb, clause.to, self.lexicon);
        if !clause.who.acts() || clause.relative || graded != Grade::Checkable {
            return Verdict::Silent;
        }
        let mut found = self.finding(clause, Strength::Firm, clause.verb, "an act begun today");
        found.due = self.clock.deadline(clause.verb, clause.to, false);
        Verdict::Commits(found)
    }

    fn verb(&self, clause: &Clause, classes: Classes, form: Form) -> Verdict {
        if !clause.who.acts() || clause.relative {
            return if self.is(clause.subject, &["it"]) && classes.has(Class::Agree) {
                self.agreed(clause)
            } else {
                Verdict::Silent
            };
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
        if classes.has(Class::Task)
            && let Some(body) = self.body_behind(clause.rest, clause.to)
        {
            let _ = body;
            return self.tasked(clause, clause.rest);
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
        self.passed(classes)
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
            Who::Some(count) => {
                let group = self.parties.labels.join(", ");
                vec![format!("{count} {group}")]
            }
            Who::Speaker => Vec::new(),
            _ => self.parties.labels.clone(),
        };
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
        let mut labels: Vec<String> = Vec::new();
        for mention in found {
            let label = &self.lexicon.name_at(mention.name).label;
            if self.parties.includes(label) && !labels.contains(label) {
                labels.push(label.clone());
            }
        }
        labels
    }
}

/// A date of its own, not a span of years that only says how long.
fn is_dated(due: &Due) -> bool {
    due.latest.is_some() || due.precision == Precision::Event || due.recurrence.is_some()
}

/// `strengthening`: lower case, ends in -ing, and is no noun of that ending.
pub fn is_gerund(token: Option<&Token>) -> bool {
    token.is_some_and(|t| {
        !t.is_capital()
            && t.lower.len() > 4
            && t.lower.ends_with("ing")
            && !t.is_any(&[
                "meeting",
                "training",
                "funding",
                "shipping",
                "existing",
                "ongoing",
                "outstanding",
                "financing",
                "spring",
                "king",
                "thing",
                "nothing",
                "something",
                "everything",
                "wellbeing",
                "well-being",
                "farming",
                "fishing",
                "mining",
                "during",
                "regarding",
                "including",
                "banking",
                "trafficking",
                "housing",
                "learning",
                "forthcoming",
                "upcoming",
                "long-standing",
                "longstanding",
                "continuing",
                "emerging",
                "developing",
            ])
    })
}
