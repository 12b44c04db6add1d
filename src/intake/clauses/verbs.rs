//! The verb groups of a sentence: a modal, a form of "to be" that binds, a finite verb of the lexicon.

use super::{Cutter, Governs, Mood};
use crate::intake::lexicon::{Act, Class, Classes, Form};
use crate::intake::tokens::Token;

/// A verb group: the verb, what follows it, and how it governs.
pub(super) type Group = (usize, usize, Governs);

/// Forms of being: before an adjective of commitment or a participle.
const BEING: [&str; 16] = [
    "is", "are", "was", "were", "been", "remain", "remains", "remained", "stand", "stands",
    "stood", "stay", "stays", "stayed", "be", "being",
];

impl Cutter<'_> {
    /// A verb group whose first word (modal, auxiliary of being, or the verb itself) is at `at`.
    pub(super) fn verb_group(
        &self,
        tokens: &[Token],
        at: usize,
        start: usize,
        end: usize,
    ) -> Option<Group> {
        let token = &tokens[at];
        let before = at
            .checked_sub(1)
            .filter(|b| *b >= start)
            .map(|b| &tokens[b]);
        let mood = match &*token.lower {
            "will" | "shall" => Some(Mood::Sure),
            "would" => Some(Mood::Reported),
            "should" => Some(Mood::Due),
            _ => None,
        };
        if let Some(mood) = mood {
            return self.modal(tokens, at, end, before, mood);
        }
        if token.is_any(&BEING)
            && !before.is_some_and(|t| t.is_any(&["will", "shall", "would", "should", "to"]))
            && let Some(found) = self.being(tokens, at, end)
        {
            return Some(found);
        }
        let mut ahead = at;
        while ahead > start && self.subjects.is_adverb(&tokens[ahead - 1]) {
            ahead -= 1;
        }
        let ahead = ahead
            .checked_sub(1)
            .filter(|b| *b >= start)
            .map(|b| &tokens[b]);
        if token.is_any(&["continue", "continues"])
            && tokens.get(at + 1).is_some_and(|t| t.is("to"))
            && !ahead.is_some_and(|t| {
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
        mood: Mood,
    ) -> Option<Group> {
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
                "common",
                "shared",
                "strong",
            ])
        }) {
            return None;
        }
        let verb = self.past_adverbs(tokens, at + 1, end);
        if verb >= end || !tokens[verb].is_word() {
            return None;
        }
        self.infinitive(tokens, verb, end, mood)
    }

    /// The infinitive at a token: `be signed`, `sign`, `be tasked to`.
    fn infinitive(&self, tokens: &[Token], verb: usize, end: usize, mood: Mood) -> Option<Group> {
        if tokens[verb].is("be") {
            let part = self.past_adverbs(tokens, verb + 1, end);
            if part < end && is_past_participle(&tokens[part].lower) {
                if self.is_told(tokens, part) {
                    return Some((part, part + 1, Governs::Told));
                }
                let passive = Governs::Modal {
                    passive: true,
                    mood,
                };
                return Some((part, part + 1, passive));
            }
        }
        let active = Governs::Modal {
            passive: false,
            mood,
        };
        Some((verb, verb, active))
    }

    fn past_adverbs(&self, tokens: &[Token], from: usize, end: usize) -> usize {
        let mut at = from;
        // `will (i) modify`
        if at + 3 < end && tokens[at].is("(") && tokens[at + 2].is(")") {
            at += 3;
        }
        while at < end && (self.subjects.is_adverb(&tokens[at]) || tokens[at].is(",")) {
            at += 1;
        }
        at
    }

    /// `tasked to`, `instructed to`: not `asked for`.
    fn is_told(&self, tokens: &[Token], at: usize) -> bool {
        let task = self.lexicon().verb(tokens, at).is_some_and(|(form, _)| {
            form.classes.has(Class::Task) && matches!(form.form, Form::Past)
        });
        task && tokens.get(at + 1).is_some_and(|t| t.is("to"))
    }

    /// `is committed to`, `stand ready to`, `are launching`, `was agreed that`, `is to be held`,
    /// `was tasked to`.
    fn being(&self, tokens: &[Token], at: usize, end: usize) -> Option<Group> {
        let mut word = at + 1;
        while word < end && word < at + 4 && self.subjects.is_adverb(&tokens[word]) {
            word += 1;
        }
        let token = tokens.get(word).filter(|_| word < end)?;
        if let Some(found) = self.impersonal(tokens, at, word, end) {
            return Some(found);
        }
        // `It is our intention to`.
        let it = at.checked_sub(1).is_some_and(|b| tokens[b].is("it"));
        if it && token.is_any(&["our", "their", "the"]) {
            let noun = (word + 1..end.min(word + 5))
                .find(|n| self.lexicon().commitment.contains(&*tokens[*n].lower))?;
            let to = tokens.get(noun + 1).is_some_and(|t| t.is("to"));
            return to.then_some((noun, noun + 2, Governs::Bound));
        }
        // `stand together in our commitment to`.
        let stands = tokens[at].is_any(&["stand", "stands", "stood"]) && token.is("in");
        let noun = (word + 1..end.min(word + 5))
            .find(|n| stands && self.lexicon().commitment.contains(&*tokens[*n].lower));
        if let Some(noun) = noun {
            return Some((noun, noun + 1, Governs::Bound));
        }
        if self.lexicon().bound.contains(&*token.lower)
            && let Some(found) = self.bound_state(tokens, word, end)
        {
            return Some(found);
        }
        if self.is_told(tokens, word) {
            return Some((word, word + 1, Governs::Told));
        }
        let now = tokens[at].is_any(&["is", "are"]);
        if now && let Some(found) = self.arranged(tokens, word, end) {
            return Some(found);
        }
        // `is pledging`, `is announcing plans to`: said in these words.
        if now
            && token.lower.ends_with("ing")
            && let Some((form, length)) = self.lexicon().verb(tokens, word)
        {
            let classes = form.classes;
            let plans = tokens
                .get(word + length)
                .is_some_and(|t| self.lexicon().plans.contains(&*t.lower));
            // `is looking forward to joining`.
            let expects = classes.has(Class::Expect);
            let pledges = classes.has(Class::Commit) && self.lexicon().act(&token.lower).is_none();
            if expects || pledges || classes.has(Class::Announce) && plans {
                let form = Form::Past;
                return Some((word, word + length, Governs::Verb { classes, form }));
            }
        }
        let known = self.lexicon().act(&token.lower).is_some()
            || self.lexicon().advancing.contains(&*token.lower);
        if now && token.lower.ends_with("ing") && known {
            return Some((word, word, Governs::Progressive));
        }
        // `are pleased to launch`: it is done by saying so.
        let announces = tokens.get(word + 2).filter(|t| t.is("announce"));
        let pleased = token.is_any(&["pleased", "delighted", "proud", "happy", "honoured"])
            && tokens.get(word + 1).is_some_and(|t| t.is("to"));
        let told = now || tokens[at].is_any(&["was", "were"]);
        if told
            && pleased
            && announces.is_some()
            && let Some((form, length)) = self.lexicon().verb(tokens, word + 2)
        {
            let (classes, form) = (form.classes, form.form);
            return Some((word + 2, word + 2 + length, Governs::Verb { classes, form }));
        }
        if now && pleased && word + 2 < end && self.lexicon().act(&tokens[word + 2].lower).is_some()
        {
            return Some((word + 2, word + 2, Governs::Progressive));
        }
        None
    }

    /// `It was agreed that`, `agreement was reached to`: nobody is named, so all of them.
    fn impersonal(&self, tokens: &[Token], at: usize, word: usize, end: usize) -> Option<Group> {
        let mut subject = at.checked_sub(1)?;
        if tokens[subject].is_any(&["has", "have", "had"]) {
            subject = subject.checked_sub(1)?;
        }
        let follows = word + 1 < end && tokens[word + 1].is_any(&["that", "to", "on", "upon"]);
        if !follows {
            return None;
        }
        let agreement = tokens[subject].is_any(&["agreement", "consensus", "understanding"]);
        if agreement && tokens[word].is_any(&["reached", "achieved"]) {
            let mut classes = Classes::default();
            classes.add(Class::Agree);
            let form = Form::Past;
            return Some((word, word + 1, Governs::Verb { classes, form }));
        }
        if !tokens[subject].is("it") {
            return None;
        }
        let (form, length) = self.lexicon().verb(tokens, word)?;
        let settles = form.classes.has(Class::Agree) || form.classes.has(Class::Decide);
        let (classes, form) = (form.classes, form.form);
        (settles && length == 1).then_some((word, word + 1, Governs::Verb { classes, form }))
    }

    /// `committed, in the spirit of ..., to`; `determined and ready to`; `steadfast in their resolve
    /// to`.
    fn bound_state(&self, tokens: &[Token], word: usize, end: usize) -> Option<Group> {
        let token = &tokens[word];
        let mut to = word + 1;
        while to < end && to < word + 4 && !tokens[to].is_any(&["to", "towards", "in", "by", "on"])
        {
            to += 1;
        }
        // `committed, where applicable, to`.
        if tokens.get(word + 1).is_some_and(|t| t.is(",")) {
            let close = (word + 2..end.min(word + 22)).find(|n| tokens[*n].is(","));
            to = close
                .filter(|c| tokens.get(c + 1).is_some_and(|t| t.is("to")))
                .map_or(to, |c| c + 1);
        }
        let next = tokens.get(to).filter(|_| to < end)?;
        if next.is("in") || next.is("by") && token.is("united") {
            // `united in our commitment to`; `are united in fighting` tells what is.
            let noun = (to + 1..end.min(to + 6))
                .find(|n| self.lexicon().commitment.contains(&*tokens[*n].lower));
            if let Some(noun) = noun {
                return Some((word, noun + 1, Governs::Bound));
            }
            let acts = tokens.get(to + 1).is_some_and(|t| t.lower.ends_with("ing"));
            let committed = next.is("in")
                && (token.is_any(&["committed", "dedicated"])
                    || token.is_any(&["resolute", "steadfast"]) && acts);
            return committed.then_some((word, to + 1, Governs::Bound));
        }
        let follows = next.is_any(&["to", "towards"]) && !token.is("united")
            || next.is("on") && token.is("intent");
        follows.then_some((word, to + 1, Governs::Bound))
    }

    /// `is to be held`, `is due to meet`, `is expected to be signed`, `is scheduled for`.
    fn arranged(&self, tokens: &[Token], word: usize, end: usize) -> Option<Group> {
        let token = &tokens[word];
        let (mood, to) = if token.is("to") {
            (Mood::Sure, word)
        } else if token.is_any(&[
            "due",
            "scheduled",
            "set",
            "slated",
            "planned",
            "anticipated",
        ]) {
            (Mood::Sure, word + 1)
        } else if token.is_any(&["expected", "hoped", "envisaged", "foreseen"]) {
            (Mood::Expected, word + 1)
        } else {
            return None;
        };
        let next = tokens.get(to).filter(|_| to < end)?;
        if next.is_any(&["for", "in"]) && token.is_any(&["scheduled", "slated", "planned", "set"]) {
            let passive = Governs::Modal {
                passive: true,
                mood,
            };
            return Some((word, word + 1, passive));
        }
        if !next.is("to") {
            return None;
        }
        let verb = self.past_adverbs(tokens, to + 1, end);
        (verb < end && tokens[verb].is_word())
            .then(|| self.infinitive(tokens, verb, end, mood))
            .flatten()
    }

    /// A finite verb of the lexicon.
    fn finite(
        &self,
        tokens: &[Token],
        at: usize,
        start: usize,
        before: Option<&Token>,
    ) -> Option<Group> {
        let (form, length) = self.lexicon().verb(tokens, at)?;
        let token = &tokens[at];
        if token.is_capital() && at > start && !token.is_shouted() {
            return None;
        }
        // `given our shared commitment`: a reason.
        if token.is("given") {
            return None;
        }
        // `member states will`: a noun, unless it says something.
        if token.is("states") && !tokens.get(at + 1).is_some_and(|t| t.is("that")) {
            return None;
        }
        let governs = Governs::Verb {
            classes: form.classes,
            form: form.form,
        };
        // `the region we all seek`: nothing follows that could be undertaken.
        // `the values we share are`: what follows tells of them.
        let follows = tokens.get(at + length);
        if !follows.is_some_and(|t| {
            (t.is_word() || t.is_any(&[",", "\"", "$"])) && !t.is_any(&["is", "are", "was", "were"])
        }) {
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
    ) -> Option<Group> {
        met_before(tokens, at, start)?;
        let affirms = classes.has(Class::Affirm) || classes.has(Class::Commit);
        affirms.then_some((at, at + length, Governs::Purpose))
    }

    /// Whether a word can be the verb of a sentence, known or not: `celebrated`, `took`, `are`.
    pub(super) fn looks_finite(&self, tokens: &[Token], at: usize) -> bool {
        let token = &tokens[at];
        let auxiliary = token.is_any(&["have", "has", "had", "are", "were", "is", "was", "do"]);
        let past = token.lower.len() > 4 && token.lower.ends_with("ed");
        let known = self.lexicon().is_verb(&token.lower)
            || matches!(
                self.lexicon().act(&token.lower),
                Some(Act::Open | Act::Concrete)
            );
        !token.is_capital() && (auxiliary || past || known)
    }
}

/// Where those who speak met, in front of what they met for: `met in Rome on the margins of the Summit
/// to reaffirm`. A comma, another verb of theirs or a conjunction stands between with none.
pub(super) fn met_before(tokens: &[Token], verb: usize, start: usize) -> Option<usize> {
    const MET: [&str; 8] = [
        "convened",
        "met",
        "gathered",
        "assembled",
        "come",
        "came",
        "today",
        "together",
    ];
    let to = verb.checked_sub(1)?;
    let reach = start.max(to.saturating_sub(20));
    (reach..to)
        .rev()
        .take_while(|n| !tokens[*n].is_any(&[",", ";", ".", "and", "to", "that", "which"]))
        .find(|n| {
            let here = *n + 1 == to;
            tokens[*n].is_any(&MET) && (here || !tokens[*n].is_any(&["today", "together"]))
        })
}

pub fn is_past_participle(word: &str) -> bool {
    const IRREGULAR: [&str; 28] = [
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
        "sought",
        "laid",
        "overseen",
        "spent",
        "borne",
        "driven",
    ];
    word.len() > 3 && word.ends_with("ed") || IRREGULAR.contains(&word)
}
