//! The clauses of a sentence: each verb that undertakes something (or visibly does not), with who
//! does it, and the words that are its own.
//!
//! 1. Every verb group is found: a modal, a verb of the lexicon, "is committed to", "continues to".
//! 2. Each is bound to its subject (`subjects`); verbs without one that acts are let go.
//! 3. The sentence is cut where the next verb begins.
//! 4. Each piece is judged by its verb and what follows it (`judging`).

use super::lexicon::{Class, Classes, Form, Lexicon};
use super::parties::{Mention, mentions};
use super::subjects::{Bond, Subjects, Who};
use super::tokens::Token;

mod lone;
mod verbs;

use lone::inserted;
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
        found
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

    /// Who `it` is, where the sentence began with one party: `Japan reiterated that it stands ready
    /// to`, `As France assumes the Presidency, it will`.
    fn of_it(
        &self,
        tokens: &[Token],
        start: usize,
        from: usize,
        who: Who,
        governs: Governs,
    ) -> Who {
        if !tokens[from].is("it") || matches!(governs, Governs::Verb { .. }) {
            return who;
        }
        let mut first = start;
        while first < from && tokens[first].is_any(&["as", "while", "the", "when", "once"]) {
            first += 1;
        }
        let lead = mentions(tokens, start, from, self.lexicon());
        let behind = |m: &Mention| {
            !tokens
                .get(m.to)
                .is_some_and(|t| t.is_any(&["and", ",", "'s"]))
        };
        // `affirmed that the United States attaches importance to it, and that it stands ready`.
        let told = lead.iter().rev().find(|m| {
            let article = usize::from(m.from > start && tokens[m.from - 1].is("the"));
            !m.adjective
                && behind(m)
                && (m.from - article)
                    .checked_sub(1)
                    .is_some_and(|n| tokens[n].is("that"))
        });
        // `Kenya has announced it will`.
        let says = lead.last().filter(|m| {
            let told =
                |t: &Token| t.is_any(&["has", "have", "that"]) || self.lexicon().is_verb(&t.lower);
            !m.adjective
                && (1..4).contains(&(from - m.to.min(from)))
                && tokens[m.to..from].iter().all(told)
        });
        let told = told.or(says);
        match told.or(lead.first()) {
            Some(mention)
                if told.is_some()
                    || mention.from == first && !mention.adjective && behind(mention) =>
            {
                let own = self.subjects.parties.owners(&[*mention], self.lexicon());
                if own.is_empty() { who } else { Who::Named(own) }
            }
            _ => who,
        }
    }

    /// `The JMC agreed to`: what agrees or decides is somebody, though nobody has heard of it.
    fn of_acronym(
        &self,
        tokens: &[Token],
        from: usize,
        to: usize,
        who: Who,
        governs: Governs,
    ) -> Who {
        let Governs::Verb { classes, .. } = governs else {
            return who;
        };
        let name = from + usize::from(tokens[from].is("the"));
        let settles = [Class::Agree, Class::Decide, Class::Commit, Class::Intend];
        let short = name + 1 == to
            && tokens[name]
                .text
                .chars()
                .filter(|c| c.is_uppercase())
                .count()
                > 1;
        if matches!(who, Who::Thing) && short && settles.into_iter().any(|c| classes.has(c)) {
            return Who::Organs(vec![tokens[name].text.to_string()]);
        }
        who
    }

    /// Whether a verb beside another is in the scope of its "will" or "to": `will converse often and
    /// meet`. Verbs of speech begin anew: `will work ... and reaffirm`.
    fn in_scope(
        &self,
        tokens: &[Token],
        main: &Clause,
        (group, at): (usize, usize),
        governs: Governs,
    ) -> bool {
        let Governs::Verb { classes, form } = governs else {
            // `We recognise that financing, ..., will`: the subject is in the that-clause.
            let told = tokens.get(main.rest).is_some_and(|t| t.is("that"));
            return told
                && tokens[group - 1].is(",")
                && matches!(governs, Governs::Modal { .. })
                && !matches!(main.governs, Governs::Modal { .. });
        };
        // A verb beside another has its tense and number: `we commit ... mutually agreed terms`,
        // `we are committed ... exchanges among students`.
        let first = match main.governs {
            Governs::Verb { form, .. } => Some(form),
            Governs::Modal { .. } | Governs::Progressive | Governs::Continues => Some(Form::Base),
            Governs::Bound | Governs::Purpose | Governs::Told => None,
        };
        let we = tokens[main.subject].is_any(&["we", "both", "they"]);
        match form {
            // `they reiterate their concern, and affirmed the importance of`: a tense that slipped.
            Form::Past if matches!(first, Some(Form::Base | Form::Third)) => {
                return !(is_speech(classes) && has_object(tokens, group, at));
            }
            Form::Third if we || matches!(first, Some(Form::Base | Form::Past)) => return true,
            Form::Base if matches!(first, Some(Form::Past | Form::Third)) => {
                let intends =
                    classes.has(Class::Intend) && tokens.get(at + 1).is_some_and(|t| t.is("to"));
                let says = is_speech(classes) || intends;
                return !(says && has_object(tokens, group, at));
            }
            Form::Base => {}
            _ => return false,
        }
        let open = matches!(
            main.governs,
            Governs::Modal { .. }
                | Governs::Bound
                | Governs::Continues
                | Governs::Purpose
                | Governs::Told
        ) || (main.rest..group.min(main.rest + 20)).any(|n| tokens[n].is("to"));
        // `prepare the text and undertake the formalities`: a deed, no vow.
        let deed = tokens[at].is("undertake") && !tokens.get(at + 1).is_some_and(|t| t.is("to"));
        if open && deed {
            return true;
        }
        // `plan to conduct ..., and intend to deepen`: a new intention.
        let anew = [Class::Intend, Class::Agree, Class::Decide, Class::Attempt];
        let anew = anew.into_iter().any(|class| classes.has(class))
            && (matches!(main.governs, Governs::Verb { .. })
                || tokens
                    .get(main.rest)
                    .is_some_and(|t| t.lower.ends_with("ing")))
            && tokens[at + 1..].first().is_some_and(|t| t.is("to"));
        // `resolve to establish three tracks and ask Ministers to meet`: somebody else is told.
        let told = (classes.has(Class::Task) || classes.has(Class::Encourage))
            && tokens[at + 1..]
                .iter()
                .take(5)
                .take_while(|t| !t.is_any(&["to", "of", ","]))
                .any(|t| self.lexicon().bodies.contains(&*t.lower));
        // `we welcome the initiatives to ..., and encourage`: what is welcomed is behind us.
        let spoken = matches!(main.governs, Governs::Verb { classes, .. } if is_speech(classes))
            && classes.has(Class::Encourage)
            && tokens[group - 1].is("and")
            && tokens[group - 2].is(",");
        // `will resist monopolies and offer choices`: deeds, though they may open a vow.
        let deeds = tokens[at].is_any(&[
            "offer",
            "extend",
            "make",
            "give",
            "share",
            "assume",
            "maintain",
            "demonstrate",
            "enter",
            "record",
        ]);
        open && (deeds || !is_speech(classes)) && !anew && !told && !spoken
    }

    /// He is whoever spoke last; what a party is called sets who that is.
    fn spoken_for(
        &self,
        tokens: &[Token],
        from: usize,
        to: usize,
        who: Who,
        speaker: &mut Speaker,
    ) -> Who {
        match who {
            Who::Speaker if tokens[from..to].iter().any(|t| t.is_any(&["he", "she"])) => {
                let known = speaker.0.clone();
                known
                    .or_else(|| {
                        let label = self.subjects.parties.of_person(&["he"]);
                        label.map(|l| Who::Named(vec![l.clone()]))
                    })
                    .unwrap_or(Who::Speaker)
            }
            Who::Speaker => {
                let words: Vec<&str> = tokens[from..to].iter().map(|t| &*t.lower).collect();
                let label = self.subjects.parties.of_person(&words);
                let who = label.map_or(Who::Speaker, |l| Who::Named(vec![l.clone()]));
                speaker.0 = Some(who.clone());
                who
            }
            Who::Named(names) => {
                if names.len() == 1 {
                    speaker.0 = Some(Who::Named(names.clone()));
                }
                Who::Named(names)
            }
            who => who,
        }
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

/// Verbs whose that-clause is noted or welcomed, however far it stands: `welcomed the undertaking by
/// the Government that elections will be held`.
fn only_notes(governs: Governs) -> bool {
    let Governs::Verb { classes, .. } = governs else {
        return false;
    };
    [Class::Welcome, Class::Notice, Class::Discuss]
        .into_iter()
        .any(|class| classes.has(class))
        && !classes.has(Class::Agree)
}

/// Whether a verb behind "and" has an object of its own: `and affirmed the importance`, and not
/// `mutually agreed terms`.
fn has_object(tokens: &[Token], group: usize, verb: usize) -> bool {
    tokens[group - 1].is("and")
        && tokens.get(verb + 1).is_some_and(|t| {
            t.is_any(&[
                "the", "a", "an", "their", "our", "its", "that", "to", "forward",
            ])
        })
}

/// Verbs that begin anew wherever they stand: they are what is said.
fn is_speech(classes: Classes) -> bool {
    let speech = [
        Class::Affirm,
        Class::Emphasise,
        Class::Expect,
        Class::Commit,
        Class::Welcome,
        Class::Notice,
    ];
    speech.into_iter().any(|class| classes.has(class))
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
