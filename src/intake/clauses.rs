//! The clauses of a sentence: each verb that undertakes something (or visibly does not), with who
//! does it, and the words that are its own.
//!
//! 1. Every verb group is found: a modal, a verb of the lexicon, "is committed to", "continues to".
//! 2. Each is bound to its subject (`subjects`); verbs without one that acts are let go.
//! 3. The sentence is cut where the next verb begins.
//! 4. Each piece is judged by its verb and what follows it (`judging`).

use super::lexicon::{Class, Classes, Form, Lexicon};
use super::subjects::{Bond, Subjects, Who};
use super::tokens::Token;

/// How a clause is governed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Governs {
    /// will, shall
    Modal { passive: bool },
    /// A verb of the lexicon.
    Verb { classes: Classes, form: Form },
    /// is committed to, stands ready to
    Bound,
    /// continues to
    Continues,
    /// is launching
    Progressive,
    /// met to reaffirm
    Purpose,
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

    /// A verb group whose first word (modal, auxiliary of being, or the verb itself) is at `at`:
    /// the verb, what follows, and how it governs.
    fn verb_group(
        &self,
        tokens: &[Token],
        at: usize,
        start: usize,
        end: usize,
    ) -> Option<(usize, usize, Governs)> {
        let token = &tokens[at];
        let before = at
            .checked_sub(1)
            .filter(|b| *b >= start)
            .map(|b| &tokens[b]);
        if token.is_any(&["will", "shall"]) {
            return self.modal(tokens, at, end, before);
        }
        let is = [
            "is", "are", "was", "were", "remain", "remains", "remained", "stand", "stands", "stood",
        ];
        if token.is_any(&is)
            && let Some(found) = self.being(tokens, at, end)
        {
            return Some(found);
        }
        if token.is_any(&["continue", "continues"])
            && tokens.get(at + 1).is_some_and(|t| t.is("to"))
            && !before.is_some_and(|t| {
                t.is_any(&[
                    "to", "will", "shall", "would", "should", "must", "can", "may",
                ])
            })
        {
            return Some((at, at + 2, Governs::Continues));
        }
        self.finite(tokens, at, start, before)
    }

    fn modal(
        &self,
        tokens: &[Token],
        at: usize,
        end: usize,
        before: Option<&Token>,
    ) -> Option<(usize, usize, Governs)> {
        if before.is_some_and(|t| {
            t.is_any(&[
                "the",
                "political",
                "good",
                "free",
                "their",
                "our",
                "its",
                "of",
                "collective",
            ])
        }) {
            return None;
        }
        let mut verb = at + 1;
        while verb < end && (self.subjects.is_adverb(&tokens[verb]) || tokens[verb].is(",")) {
            verb += 1;
        }
        if verb >= end || !tokens[verb].is_word() {
            return None;
        }
        if tokens[verb].is("be") {
            let mut part = verb + 1;
            while part < end && self.subjects.is_adverb(&tokens[part]) {
                part += 1;
            }
            if part < end && is_past_participle(&tokens[part].lower) {
                return Some((part, part + 1, Governs::Modal { passive: true }));
            }
        }
        Some((verb, verb, Governs::Modal { passive: false }))
    }

    /// `is committed to`, `stand ready to`, `are launching`, `was agreed that`.
    fn being(&self, tokens: &[Token], at: usize, end: usize) -> Option<(usize, usize, Governs)> {
        let mut word = at + 1;
        while word < end && word < at + 4 && self.subjects.is_adverb(&tokens[word]) {
            word += 1;
        }
        // `It was agreed that`: nobody is named, so all of them.
        let impersonal = at.checked_sub(1).is_some_and(|b| tokens[b].is("it"));
        if impersonal
            && word + 1 < end
            && tokens[word + 1].is("that")
            && let Some((form, 1)) = self.lexicon().verb(tokens, word)
            && form.classes.has(Class::Agree)
        {
            let (classes, form) = (form.classes, form.form);
            return Some((word, word + 1, Governs::Verb { classes, form }));
        }
        let bound = [
            "committed",
            "determined",
            "resolved",
            "ready",
            "prepared",
            "dedicated",
            "pledged",
            "willing",
        ];
        let token = tokens.get(word).filter(|_| word < end)?;
        if token.is_any(&bound) {
            let ready = token.is_any(&["ready", "prepared", "willing", "determined", "resolved"]);
            let mut to = word + 1;
            // `committed, in the spirit of ..., to`; `determined and ready to`.
            while to < end && to < word + 4 && !tokens[to].is_any(&["to", "in", "by"]) {
                to += 1;
            }
            let follows = tokens
                .get(to)
                .is_some_and(|t| t.is("to") || !ready && t.is("in"));
            return follows.then_some((word, to + 1, Governs::Bound));
        }
        if token.is("united") && tokens.get(word + 1).is_some_and(|t| t.is("in")) {
            let noun = (word + 2..end.min(word + 6))
                .find(|n| self.lexicon().commitment.contains(&*tokens[*n].lower))?;
            return Some((word, noun + 1, Governs::Bound));
        }
        let now = tokens[at].is_any(&["is", "are"]);
        if now && token.lower.ends_with("ing") && self.lexicon().act(&token.lower).is_some() {
            return Some((word, word, Governs::Progressive));
        }
        None
    }

    /// A finite verb of the lexicon.
    fn finite(
        &self,
        tokens: &[Token],
        at: usize,
        start: usize,
        before: Option<&Token>,
    ) -> Option<(usize, usize, Governs)> {
        let (form, length) = self.lexicon().verb(tokens, at)?;
        let token = &tokens[at];
        if token.is_capital() && at > start && !token.is_shouted() {
            return None;
        }
        let governs = Governs::Verb {
            classes: form.classes,
            form: form.form,
        };
        // `the region we all seek`: nothing follows that could be undertaken.
        if !tokens
            .get(at + length)
            .is_some_and(|t| t.is_word() || t.is_any(&[",", "\"", "$"]))
        {
            return None;
        }
        let found = Some((at, at + length, governs));
        // Skip the adverbs between: "our jointly agreed plan" has a determiner before them.
        let mut back = at;
        while back > start
            && self.subjects.is_adverb(&tokens[back - 1])
            && !tokens[back - 1].is_any(&["as", "both"])
        {
            back -= 1;
        }
        let Some(before) = back
            .checked_sub(1)
            .filter(|b| *b >= start)
            .map(|b| &tokens[b])
            .or(before)
        else {
            return (form.form != Form::Participle).then_some((at, at + length, governs));
        };
        match form.form {
            Form::Participle => {
                let opens = before.is_any(&[",", "and", "while", ";"]);
                (opens && form.classes.undertakes()).then_some((at, at + length, governs))
            }
            Form::Base | Form::Third | Form::Past => {
                if form.form == Form::Base && before.is("to") {
                    return self.purpose(tokens, at, start, length, form.classes);
                }
                let noun = before.is_any(&[
                    "the", "a", "an", "our", "their", "its", "his", "her", "'s", "this", "these",
                    "those", "of", "in", "for", "by", "with", "on", "at", "from", "no", "any",
                    "such", "to", "will", "shall", "would", "should", "must", "can", "could",
                    "may", "might", "not", "be", "been", "being", "is", "are", "was", "were", "as",
                    "under", "between", "work", "action",
                ]);
                if noun { None } else { found }
            }
        }
    }

    /// `We have convened to reaffirm our commitment`.
    fn purpose(
        &self,
        tokens: &[Token],
        at: usize,
        start: usize,
        length: usize,
        classes: Classes,
    ) -> Option<(usize, usize, Governs)> {
        let met = at.checked_sub(2).filter(|m| *m >= start)?;
        let meets = tokens[met].is_any(&[
            "convened",
            "met",
            "gathered",
            "assembled",
            "come",
            "came",
            "today",
        ]);
        let affirms = classes.has(Class::Affirm) || classes.has(Class::Commit);
        (meets && affirms).then_some((at, at + length, Governs::Purpose))
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
                let first = self.subjects.group(tokens, at - 2, start);
                match self.subjects.bond(tokens, first, start, false) {
                    Bond::Own { from, who } => Bond::Own { from, who },
                    _ => return None,
                }
            }
            _ if participle && led => Bond::Shared,
            _ if participle => return None,
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
                // `We are united in recognising ... and will work`: the subject of a verb not known.
                let joined = group > start && tokens[group - 1].is_any(&["and", ","]);
                let first = (start..group.min(start + 12)).find(|n| tokens[*n].is("we"))?;
                let begins = match governs {
                    Governs::Modal { .. } => true,
                    Governs::Verb { classes, form } => form == Form::Base && is_speech(classes),
                    _ => false,
                };
                if !joined || !begins || found.iter().any(|c| !c.relative) {
                    return None;
                }
                clause.who = Who::Parties;
                clause.subject = first;
            }
            Bond::Own { from, who } => {
                (clause.from, clause.subject) = (from, from);
                let verb = matches!(governs, Governs::Verb { .. });
                if verb && matches!(who, Who::Thing) && !tokens[from].is("it") {
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
                let that = from
                    .checked_sub(1)
                    .filter(|t| *t >= low)
                    .is_some_and(|t| tokens[t].is("that"));
                clause.within = last
                    .filter(|l| that && l.rest + 1 >= from)
                    .map(|_| found.len() - 1);
            }
            Bond::Shared => {
                let main = found
                    .iter()
                    .rev()
                    .find(|c| !c.relative || c.rest > low.saturating_sub(1))
                    .or(last)?;
                if self.in_scope(tokens, main, group, governs) {
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

    /// Whether a verb beside another is in the scope of its "will" or "to": `will converse often and
    /// meet`. Verbs of speech begin anew: `will work ... and reaffirm`.
    fn in_scope(&self, tokens: &[Token], main: &Clause, group: usize, governs: Governs) -> bool {
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
            Governs::Bound | Governs::Purpose => None,
        };
        let we = tokens[main.subject].is_any(&["we", "both", "they"]);
        match form {
            Form::Past if matches!(first, Some(Form::Base | Form::Third)) => return true,
            Form::Third if we || matches!(first, Some(Form::Base | Form::Past)) => return true,
            Form::Base if matches!(first, Some(Form::Past | Form::Third)) => return true,
            Form::Base => {}
            _ => return false,
        }
        let open = matches!(
            main.governs,
            Governs::Modal { .. } | Governs::Bound | Governs::Continues | Governs::Purpose
        ) || (main.rest..group.min(main.rest + 20)).any(|n| tokens[n].is("to"));
        open && !is_speech(classes)
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
    let circumstance = first.is_any(&[
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

pub fn is_past_participle(word: &str) -> bool {
    const IRREGULAR: [&str; 22] = [
        "held",
        "made",
        "taken",
        "set",
        "built",
        "given",
        "put",
        "drawn",
        "sent",
        "led",
        "met",
        "brought",
        "kept",
        "undertaken",
        "chosen",
        "written",
        "found",
        "told",
        "paid",
        "begun",
        "shown",
        "done",
    ];
    word.len() > 3 && word.ends_with("ed") || IRREGULAR.contains(&word)
}
