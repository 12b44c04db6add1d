//! What will be: acts of the parties, deeds done to things, meetings that are set; and predictions.

use super::{Finding, Judge, Verdict};
use crate::domain::commitment::Strength;
use crate::intake::clauses::{Clause, Mood};
use crate::intake::lexicon::Class;
use crate::intake::strength::{Grade, grade};
use crate::intake::subjects::Who;
use crate::intake::when::{Due, is_ordinal};

/// Behind "will" these describe, whoever is the subject.
const DESCRIBING: [&str; 15] = [
    "disagree", "differ", "be", "have", "benefit", "face", "need", "know", "see", "find", "depend",
    "require", "mean", "remain", "bear",
];

impl Judge<'_> {
    /// "will": a commitment of whoever acts; with a thing for subject a prediction, unless it is a
    /// deed done to it ("will be endorsed"), or a meeting that is set ("will take place").
    pub(super) fn modal(&self, clause: &Clause, passive: bool, mood: Mood) -> Verdict {
        let (verb, to) = (clause.verb, clause.to);
        let due = self.clock.deadline(verb, to, self.fulfils(verb));
        if mood == Mood::Due
            && let Some(found) = self.told_by_should(clause, due.as_ref())
        {
            return Verdict::Commits(found);
        }
        if mood != Mood::Sure && !self.is_told_plainly(clause, mood) {
            return Verdict::Silent;
        }
        let prediction =
            || Verdict::Passes("a prediction: no party is the one who will act".to_owned());
        if let Some(found) = self.scheduled(clause, due.as_ref(), passive) {
            return Verdict::Commits(self.in_mood(found, mood));
        }
        // "we will be guided by": conduct promised.
        if passive
            && matches!(clause.who, Who::Parties | Who::Named(_))
            && !clause.relative
            && self.is(verb, &["guided", "led"])
        {
            let mut found = self.finding(clause, Strength::Political, verb, "conduct promised");
            found.due = due;
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

    /// "The Commission should report", "the Commission's report should be submitted": the parties
    /// tell their own body what to do.
    fn told_by_should(&self, clause: &Clause, due: Option<&Due>) -> Option<Finding> {
        let subject = clause.subject..clause.group.max(clause.subject);
        let owner = subject
            .clone()
            .find(|n| self.is(*n, &["'s"]))
            .and_then(|n| n.checked_sub(1))
            .filter(|n| {
                self.tokens[*n].is_capital() && self.lexicon.organs.contains(self.word(*n))
            });
        let names = match (&clause.who, owner) {
            (Who::Organs(names), _) => names.clone(),
            (_, Some(owner)) => vec![self.tokens[owner].text.to_string()],
            _ => return None,
        };
        let passive = clause.verb > clause.group && self.is(clause.verb - 1, &["be"]);
        let done = self.lexicon.act(self.word(clause.verb)).is_some()
            || self.lexicon.agentive.contains(self.word(clause.verb));
        if clause.relative || owner.is_some() && !(passive && done) {
            return None;
        }
        let why = self.lexicon.why(Class::Task);
        let mut found = self.finding(clause, Strength::Firm, clause.verb, why);
        found.obligors = names.iter().map(|n| self.parties.full_name(n)).collect();
        found.due = due.cloned();
        Some(found)
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
        // "we should stand together" is a view.
        let we = self.is(clause.subject, &["we"]);
        let ours = matches!(clause.who, Who::Parties | Who::Named(_) | Who::Body) && !we;
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
        // "we will be expanding our cooperation".
        let goes_on = self.is(verb, &["be"])
            && self.word(verb + 1).ends_with("ing")
            && self.is_verb_of_act(verb + 1);
        let verb = verb + usize::from(goes_on);
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
            let deed = self.is(
                verb,
                &[
                    "recognise",
                    "recognize",
                    "celebrate",
                    "commemorate",
                    "mark",
                    "honour",
                    "honor",
                    "extend",
                    "observe",
                    "identify",
                ],
            );
            let notes = classes.has(Class::Notice) && !classes.undertakes() && !deed;
            if classes.has(Class::Welcome) || notes {
                return Verdict::Passes(self.lexicon.passed(Class::Notice).to_owned());
            }
        }
        let mut strength = self.strength(grade(self.tokens, verb, to, self.lexicon), due.as_ref());
        // "will never recognise the annexation": it is never done.
        let never = (clause.group..verb).any(|n| self.is(n, &["not", "never"]))
            && self.is(verb, &["recognise", "recognize"]);
        if never {
            strength = Strength::Political;
        }
        let remains = self.is(verb, &["remain", "be"]);
        if (self.is(verb, &["continue"]) || remains) && due.is_none() {
            strength = Strength::Political;
        }
        // What will not be done is not titled as if it would.
        let denied = (clause.group..verb).find(|n| self.is(*n, &["not", "never"]));
        let act = denied.unwrap_or(verb);
        let mut found = self.finding(clause, strength, act, "“will” of a party that acts");
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
                "tolerate", "accept", "allow", "permit", "hesitate", "waver", "relent", "forget",
                "rest", "stand", "yield", "condone", "waive", "be", "disagree",
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
}
