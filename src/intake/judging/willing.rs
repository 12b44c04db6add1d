//! What will be: acts of the parties, deeds done to things, meetings that are set; and predictions.

use super::{Finding, Judge, Verdict, is_dated};
use crate::domain::commitment::Strength;
use crate::intake::clauses::{Clause, Mood};
use crate::intake::lexicon::{Act, Class};
use crate::intake::names::words;
use crate::intake::parties::mentions;
use crate::intake::strength::{Grade, grade};
use crate::intake::subjects::Who;
use crate::intake::when::{Due, is_ordinal};

/// Behind "will" these describe, whoever is the subject.
const DESCRIBING: [&str; 13] = [
    "be", "have", "benefit", "face", "need", "know", "see", "find", "depend", "require", "mean",
    "remain", "bear",
];

impl Judge<'_> {
    /// "will": a commitment of whoever acts; with a thing for subject a prediction, unless it is a
    /// deed done to it ("will be endorsed"), or a meeting that is set ("will take place").
    pub(super) fn modal(&self, clause: &Clause, passive: bool, mood: Mood) -> Verdict {
        if mood != Mood::Sure && !self.is_told_plainly(clause, mood) {
            return Verdict::Silent;
        }
        let (verb, to) = (clause.verb, clause.to);
        let due = self.clock.deadline(verb, to, self.fulfils(verb));
        let prediction =
            || Verdict::Passes("a prediction: no party is the one who will act".to_owned());
        if let Some(found) = self.scheduled(clause, due.as_ref(), passive) {
            return Verdict::Commits(self.in_mood(found, mood));
        }
        if passive {
            let found = self.passive(clause, due);
            return found.map_or_else(prediction, |f| Verdict::Commits(self.in_mood(f, mood)));
        }
        if clause.relative {
            let found = self.in_relative(clause, due);
            return found.map_or(Verdict::Silent, Verdict::Commits);
        }
        if let Some(found) = self.by_intention(clause, due.as_ref()) {
            return Verdict::Commits(found);
        }
        if !clause.who.acts() {
            return match self.by_nature(clause, due) {
                Some(found) if mood == Mood::Sure => Verdict::Commits(found),
                _ => prediction(),
            };
        }
        self.active(clause, due, mood)
    }

    /// "would" and "should" are an undertaking in a main clause of the parties, under no condition.
    fn is_told_plainly(&self, clause: &Clause, mood: Mood) -> bool {
        let from = clause.subject.saturating_sub(12);
        let condition = (from..clause.to).any(|n| self.is(n, &["if", "unless", "whether"]));
        let courtesy = self.is(
            clause.verb,
            &[
                "like",
                "be",
                "have",
                "welcome",
                "appreciate",
                "wish",
                "prefer",
            ],
        );
        let ours = matches!(clause.who, Who::Parties | Who::Named(_) | Who::Body);
        let subject = &self.tokens[clause.subject..clause.group.max(clause.subject)];
        // `all parties should exercise restraint`: others are meant.
        let all = subject.iter().any(|t| {
            t.is_any(&[
                "all",
                "concerned",
                "every",
                "parties",
                "states",
                "countries",
            ])
        });
        let both = subject
            .iter()
            .any(|t| t.is_any(&["both", "two", "our", "we"]));
        match mood {
            Mood::Sure | Mood::Expected => true,
            Mood::Reported => !clause.relative && !condition && !courtesy,
            Mood::Due => !clause.relative && !condition && !courtesy && ours && (!all || both),
        }
    }

    /// What should be done, or is expected, is hoped for.
    fn in_mood(&self, mut found: Finding, mood: Mood) -> Finding {
        if matches!(mood, Mood::Due | Mood::Expected) {
            found.strength = Strength::Hortatory;
        }
        found
    }

    fn active(&self, clause: &Clause, due: Option<Due>, mood: Mood) -> Verdict {
        let (verb, to) = (clause.verb, clause.to);
        if self.is(verb, &DESCRIBING)
            && !self.is(
                verb + 1,
                &[
                    "pursuing",
                    "working",
                    "holding",
                    "launching",
                    "convening",
                    "hosting",
                    "ready",
                    "committed",
                ],
            )
        {
            return Verdict::Passes("describes what will be, no act".to_owned());
        }
        if self.only_says(clause) {
            return Verdict::Passes(self.lexicon.passed(Class::Stand).to_owned());
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
        let remains = self.is(verb, &["remain", "be"]);
        if (self.is(verb, &["continue"]) || remains) && due.is_none() {
            strength = Strength::Political;
        }
        let mut found = self.finding(clause, strength, verb, "`will` of a party that acts");
        found.due = due;
        Verdict::Commits(self.in_mood(found, mood))
    }

    /// "a Council that will meet annually, starting in 2024".
    fn in_relative(&self, clause: &Clause, due: Option<Due>) -> Option<Finding> {
        let verb = clause.verb;
        let agent = matches!(
            clause.who,
            Who::Body | Who::Named(_) | Who::Some(_) | Who::Parties | Who::Organs(_)
        );
        let graded = grade(self.tokens, verb, clause.to, self.lexicon);
        let meets = self.is(
            verb,
            &["meet", "convene", "report", "hold", "submit", "present"],
        );
        let council = self.tokens[clause.subject..clause.from].iter().any(|t| {
            self.lexicon.deliverables.contains(&*t.lower) || self.lexicon.bodies.contains(&*t.lower)
        });
        let firm =
            graded == Grade::Checkable && (agent || council && meets) && (meets || due.is_some());
        if !firm {
            return None;
        }
        let mut found = self.finding(clause, Strength::Firm, verb, "an act that will follow");
        found.due = due;
        Some(found)
    }

    /// "The Leaders' Summit will take place in April", "the next round is scheduled for May": a
    /// meeting that is set is one that the parties will hold.
    fn scheduled(&self, clause: &Clause, due: Option<&Due>, passive: bool) -> Option<Finding> {
        let happens = if passive {
            self.is(
                clause.verb,
                &[
                    "held",
                    "convened",
                    "hosted",
                    "organised",
                    "organized",
                    "scheduled",
                    "planned",
                    "slated",
                    "set",
                    "conducted",
                    "resumed",
                    "launched",
                ],
            )
        } else {
            self.is(
                clause.verb,
                &[
                    "take", "occur", "convene", "meet", "commence", "begin", "start", "open",
                    "resume", "follow",
                ],
            ) && (!self.is(clause.verb, &["take"]) || self.is(clause.verb + 1, &["place"]))
        };
        let end = if clause.relative {
            clause.from
        } else {
            clause.group
        };
        let subject = &self.tokens[clause.subject..end.max(clause.subject)];
        let gathering = subject.iter().any(|t| {
            self.lexicon.meetings.contains(&*t.lower)
                || t.is_any(&[
                    "session",
                    "round",
                    "visit",
                    "negotiations",
                    "summit",
                    "consultations",
                    "exercise",
                    "exercises",
                    "talks",
                    "workshop",
                    "conference",
                    "celebration",
                    "celebrations",
                    "ceremony",
                ])
        });
        let next = subject.iter().any(|t| {
            is_ordinal(t) || t.is_any(&["next", "forthcoming", "upcoming", "first", "inaugural"])
        });
        if !happens || !gathering || !(due.is_some() || next && !clause.relative) {
            return None;
        }
        let mut found = self.finding(clause, Strength::Firm, clause.verb, "a meeting that is set");
        found.obligors = match &clause.who {
            Who::Named(names) if !passive => names.clone(),
            _ => self.parties.labels.clone(),
        };
        found.due = due.cloned();
        found.passive = true;
        Some(found)
    }

    /// "will be endorsed at": the parties do it, though nobody is named.
    fn passive(&self, clause: &Clause, due: Option<Due>) -> Option<Finding> {
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
        let dated = due.as_ref().is_some_and(is_dated);
        let doable = act.is_some()
            || self.lexicon.advancing.contains(self.word(verb))
            || self.lexicon.agentive.contains(self.word(verb));
        let strength = if graded == Grade::Checkable || made || dated && doable {
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
        let mut found = self.finding(clause, strength, verb, "a deed that `will be` done");
        found.obligors = self.parties.labels.clone();
        if let Some(by) = by {
            let names = mentions(self.tokens, by, to.min(by + 8), self.lexicon);
            let labels = self.labels(&names);
            if let Some(organ) = self.organ_at(by + 1, to) {
                found.obligors = vec![organ];
            } else if !labels.is_empty() {
                found.obligors = labels;
            }
        }
        found.passive = true;
        found.due = due;
        Some(found)
    }

    /// `the ASEAN-UK Joint Cooperation Committee`: a body with a name.
    fn organ_at(&self, from: usize, to: usize) -> Option<String> {
        let from = from + usize::from(self.is(from, &["the"]));
        let stop = (from..to)
            .find(|n| !self.tokens[*n].is_capital())
            .unwrap_or(to);
        let head = stop.checked_sub(1).filter(|h| *h > from)?;
        self.lexicon
            .organs
            .contains(self.word(head))
            .then(|| words(self.tokens, from, stop))
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

    /// "Our intention is to": what the parties mean to do is their subject.
    fn by_intention(&self, clause: &Clause, due: Option<&Due>) -> Option<Finding> {
        if !self.is(clause.verb.wrapping_sub(1), &["to"]) {
            return None;
        }
        let subject = clause.subject..clause.group.max(clause.subject);
        let ours = subject.clone().any(|n| self.is(n, &["our", "their", "'s"]));
        let head = subject.rev().find(|n| self.tokens[*n].is_word())?;
        let word = self.word(head);
        let strength = if self.lexicon.commitment.contains(word) {
            Strength::Political
        } else if self.lexicon.wishes.contains(word) || self.is(head, &["goal", "objective", "aim"])
        {
            Strength::Hortatory
        } else {
            return None;
        };
        let mut found = self.finding(clause, strength, clause.verb, "an intention");
        found.obligors = self.parties.labels.clone();
        found.due = due.cloned();
        ours.then_some(found)
    }

    /// "We will not tolerate", "the Dialogue will help to": a stance, and what an occasion brings.
    fn only_says(&self, clause: &Clause) -> bool {
        let verb = clause.verb;
        let denies = (clause.group..verb).any(|n| self.is(n, &["not", "never"]));
        let stance = self.is(
            verb,
            &[
                "tolerate",
                "accept",
                "recognise",
                "recognize",
                "allow",
                "permit",
                "hesitate",
                "waver",
                "relent",
                "forget",
                "rest",
                "stand",
                "yield",
                "condone",
                "waive",
                "be",
            ],
        );
        let brings = self.is(
            verb,
            &[
                "help",
                "serve",
                "contribute",
                "mark",
                "represent",
                "enable",
                "allow",
                "provide",
                "focus",
                "bring",
                "pave",
                "give",
                "demonstrate",
                "ensure",
                "offer",
                "add",
                "play",
                "send",
                "foster",
            ],
        );
        let head = (clause.subject..clause.group.max(clause.subject))
            .take_while(|n| !self.lexicon.prepositions.contains(self.word(*n)))
            .filter(|n| self.tokens[*n].is_word())
            .last();
        let occasion = head.is_some_and(|n| self.lexicon.meetings.contains(self.word(n)));
        denies && stance || brings && occasion
    }

    /// "The Partnership for Infrastructure will evaluate": a name that does what only somebody can
    /// do is a body, and owes it.
    fn by_nature(&self, clause: &Clause, due: Option<Due>) -> Option<Finding> {
        let verb = self.word(clause.verb);
        let mut from = clause.subject;
        while from < clause.group && self.is(from, &["the", "our", "both"]) {
            from += 1;
        }
        let subject = &self.tokens[from..clause.group.max(from)];
        let shortened = subject.len() == 1 && subject[0].is_shouted();
        let does =
            self.lexicon.agentive.contains(verb) || shortened && self.lexicon.giving.contains(verb);
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
        found.obligors = vec![words(self.tokens, from, clause.group)];
        found.due = due;
        Some(found)
    }

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
            Class::Affirm,
            Class::Emphasise,
        ];
        let stance = self.is(
            clause.rest,
            &[
                "call", "condemn", "reject", "oppose", "stand", "believe", "face", "have",
            ],
        ) || self.is(clause.rest, &["be", "remain"])
            && !self.lexicon.bound.contains(self.word(clause.rest + 1));
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
    pub(super) fn progressive(&self, clause: &Clause) -> Verdict {
        let graded = grade(self.tokens, clause.verb, clause.to, self.lexicon);
        if !clause.who.acts() || clause.relative || graded != Grade::Checkable {
            return Verdict::Silent;
        }
        let mut found = self.finding(clause, Strength::Firm, clause.verb, "an act begun today");
        found.due = self.clock.deadline(clause.verb, clause.to, false);
        Verdict::Commits(found)
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
