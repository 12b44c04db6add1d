//! The clauses of a sentence: each verb that undertakes something (or visibly does not), with who
//! does it, and the words that are its own.
//!
//! 1. Every verb group is found: a modal, a verb of the lexicon, "is committed to", "continues to".
//! 2. Each is bound to its subject (`subjects`); verbs without one that acts are let go.
//! 3. The sentence is cut where the next verb begins.
//! 4. Each piece is judged by its verb and what follows it (`judging`).

use super::lexicon::{Classes, Form, Lexicon};
use super::subjects::{Bond, Subjects, Who};
use super::tokens::Token;

mod lone;
mod naming;
mod objects;
mod scope;
mod verbs;

use lone::inserted;
use scope::{is_speech, only_notes};
pub use verbs::is_past_participle;
use verbs::met_before;

/// How a clause is governed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Governs {
    /// will, shall; is to, is due to
    Modal { passive: bool, mood: Mood },
    /// A verb of the lexicon.
    Verb { classes: Classes, form: Form },
    /// were tasked to: the subject owes what it is told.
    Told,
    /// is committed to, stands ready to
    Bound,
    /// continues to
    Continues,
    /// is launching
    Progressive,
    /// met to reaffirm
    Purpose,
}

/// How sure a modal is of what it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mood {
    /// will, shall, is to
    Sure,
    /// would: reported speech, or a condition
    Reported,
    /// should
    Due,
    /// is expected to
    Expected,
}

/// A verb with its subject, before it is judged.
#[derive(Debug, Clone)]
pub struct Clause {
    /// Tokens: where its words begin, where its verb group begins, the verb, what follows the verb.
    pub from: usize,
    pub group: usize,
    pub verb: usize,
    pub rest: usize,
    /// One past its last token.
    pub to: usize,
    pub governs: Governs,
    pub who: Who,
    /// Where the subject begins; for a relative clause its antecedent.
    pub subject: usize,
    pub relative: bool,
    /// Its words are in a that-clause of the verb before it.
    pub within: Option<usize>,
}

/// What is carried from one sentence to the next: who spoke last.
#[derive(Debug, Clone, Default)]
pub struct Speaker(pub Option<Who>);

pub struct Cutter<'a> {
    pub subjects: Subjects<'a>,
    /// An item of a list: its subject may stand in the opening, or nowhere.
    pub listed: bool,
}

impl Cutter<'_> {
    fn lexicon(&self) -> &Lexicon {
        self.subjects.lexicon
    }

    /// The clauses of a sentence, in order.
    pub fn clauses(
        &self,
        tokens: &[Token],
        start: usize,
        end: usize,
        speaker: &mut Speaker,
    ) -> Vec<Clause> {
        let mut found: Vec<Clause> = Vec::new();
        let mut at = start;
        let mut depth = 0usize;
        while at < end {
            let token = &tokens[at];
            match &*token.text {
                "(" => depth += 1,
                ")" => depth = depth.saturating_sub(1),
                _ => {}
            }
            if depth > 0 && depth < 3 && at - start < 5000 && !token.is("(") {
                at += 1;
                continue;
            }
            let Some((verb, rest, governs)) = self.verb_group(tokens, at, start, end) else {
                at += 1;
                continue;
            };
            let next = rest.max(at + 1);
            if let Some(clause) =
                self.bound(tokens, start, at, verb, rest, governs, &found, speaker)
            {
                found.push(clause);
            }
            at = next;
        }
        self.cut(tokens, start, end, &mut found);
        self.part(tokens, found)
    }

    #[allow(clippy::too_many_arguments)]
    fn bound(
        &self,
        tokens: &[Token],
        start: usize,
        at: usize,
        verb: usize,
        rest: usize,
        governs: Governs,
        found: &[Clause],
        speaker: &mut Speaker,
    ) -> Option<Clause> {
        let last = found.last();
        let low = last.map_or(start, |clause| clause.rest.min(at));
        let group = self.subjects.group(tokens, at, low);
        if group < at && is_dependent(&tokens[group]) {
            return None;
        }
        // `keep the United States informed`: what the object is.
        let kept = last.is_some_and(|l| {
            tokens[l.verb].is_any(&["keep", "keeps", "kept", "leave", "consider"])
                && at < l.verb + 8
                && !tokens[l.verb..at]
                    .iter()
                    .any(|t| t.is_any(&["and", ",", "that"]))
        });
        if kept
            && matches!(
                governs,
                Governs::Verb {
                    form: Form::Past,
                    ..
                }
            )
        {
            return None;
        }
        let led = found
            .iter()
            .any(|clause| !clause.relative || clause.to == 0);
        let participle = matches!(
            governs,
            Governs::Verb {
                form: Form::Participle,
                ..
            }
        );
        let bond = match governs {
            Governs::Purpose => {
                let met = met_before(tokens, at, start)?;
                let first = self.subjects.group(tokens, met, start);
                match self.subjects.bond(tokens, first, start, false) {
                    Bond::Own { from, who } => Bond::Own { from, who },
                    _ => return None,
                }
            }
            _ if participle && led => Bond::Shared,
            _ if participle => Bond::None,
            _ => self.subjects.bond(tokens, group, low, led),
        };
        let mut clause = Clause {
            from: group,
            group,
            verb,
            rest,
            to: 0,
            governs,
            who: Who::Thing,
            subject: group,
            relative: false,
            within: None,
        };
        match bond {
            Bond::None => {
                let (from, who) =
                    self.opening_subject(tokens, start, (group, rest), governs, found)?;
                clause.who = self.spoken_for(tokens, from, group, who, speaker);
                clause.subject = from;
            }
            Bond::Own { from, who } => {
                (clause.from, clause.subject) = (from, from);
                let who = self.of_acronym(tokens, from, group, who, governs);
                let verb = matches!(governs, Governs::Verb { .. });
                let who = self.of_it(tokens, start, from, who, governs);
                let speaks = tokens[from].is("it")
                    || self.is_agreement(tokens, from, group)
                    || self.speaks_for_parties(tokens, at, rest);
                if verb && matches!(who, Who::Thing) && !speaks {
                    return None;
                }
                if let Governs::Verb { form, .. } = governs {
                    // `the three co-chairs`, `U.S. support`: nouns, by their number.
                    let plural = self.subjects.is_plural(tokens, from, group);
                    let named = matches!(who, Who::Named(_));
                    if form == Form::Base && !plural || form == Form::Third && plural && !named {
                        return None;
                    }
                }
                clause.who = self.spoken_for(tokens, from, group, who, speaker);
                let it = tokens[from].is("it") && matches!(clause.who, Who::Thing);
                if governs == Governs::Bound && it {
                    clause.who = Who::Parties;
                }
                let that = from
                    .checked_sub(1)
                    .filter(|t| *t >= low)
                    .is_some_and(|t| tokens[t].is("that"));
                clause.within = last
                    .filter(|l| {
                        that && l.rest + 1 >= from
                            || inserted(tokens, l.rest, from)
                            || that && only_notes(l.governs)
                            || self.is_second_subject(tokens, l.rest, from)
                    })
                    .map(|_| found.len() - 1);
            }
            Bond::Shared => {
                let main = found
                    .iter()
                    .rev()
                    .find(|c| !c.relative || c.rest > low.saturating_sub(1))
                    .or(last)?;
                if self.in_scope(tokens, main, (group, at), governs) {
                    return None;
                }
                clause.who = main.who.clone();
                clause.subject = main.subject;
                clause.relative = main.relative;
                clause.within = main.within;
                // `X will grow and expand`: what no party does stays no party's.
                if matches!(main.who, Who::Thing) && !main.relative {
                    return None;
                }
            }
            Bond::Relative {
                pronoun,
                antecedent,
            } => {
                (clause.from, clause.subject) = (pronoun, antecedent);
                clause.who = self.subjects.who(tokens, antecedent, pronoun);
                clause.relative = true;
            }
        }
        Some(clause)
    }

    /// Where each clause ends: where the next begins.
    fn cut(&self, tokens: &[Token], start: usize, end: usize, found: &mut [Clause]) {
        for n in 0..found.len() {
            // What is said within a that-clause does not end the clause that says it.
            let next = found[n + 1..].iter().find(|c| c.within != Some(n));
            let stop = next.map_or(end, |c| c.from);
            found[n].to = trimmed(tokens, found[n].rest.min(stop), stop);
        }
        if let Some(first) = found.first_mut()
            && !first.relative
            && first.from == first.subject
            && keeps_lead(tokens, start, first.from)
        {
            first.from = start;
        }
    }
}

fn is_dependent(token: &Token) -> bool {
    token.is_any(&["if", "unless", "whether"])
}

/// Whether the words in front of the subject belong to the act: a circumstance ("On trade,",
/// "Together,"), and not a purpose, a reason or a reference to what was said.
fn keeps_lead(tokens: &[Token], start: usize, subject: usize) -> bool {
    if start >= subject {
        return false;
    }
    let first = &tokens[start];
    // `In order to reach it,` is a purpose, `In response to it,` a reason.
    let purpose = first.is("in")
        && tokens
            .get(start + 1)
            .is_some_and(|t| t.is_any(&["order", "response", "view", "light"]));
    let circumstance = !purpose
        && first.is_any(&[
            "on",
            "at",
            "in",
            "under",
            "within",
            "during",
            "over",
            "from",
            "together",
            "jointly",
            "across",
            "by",
            "throughout",
        ]);
    let reference = tokens[start..subject]
        .iter()
        .any(|t| t.is_any(&["this", "that", "these"]));
    let gerund = tokens
        .get(start + 1)
        .is_some_and(|t| t.lower.ends_with("ing") && t.lower.len() > 5);
    circumstance && !reference && !gerund && subject - start <= 40
}

/// A stretch without the comma or conjunction it ends in.
pub fn trimmed(tokens: &[Token], low: usize, to: usize) -> usize {
    let mut to = to;
    let mut semicolon = None;
    while to > low {
        let last = &tokens[to - 1];
        if last.is(";") {
            semicolon.get_or_insert(to);
        } else if !last.is_any(&[
            ",", "and", "but", "while", "or", "also", "as", "well", "that", "\u{2014}",
        ]) || last.is("well") && !tokens.get(to).is_some_and(|t| t.is("as"))
        {
            break;
        }
        to -= 1;
    }
    semicolon.filter(|s| *s == to + 1).unwrap_or(to)
}
