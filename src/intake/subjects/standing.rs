//! What the words of a subject stand for: the parties, some of them, a body, a person, outsiders, or
//! nobody.

use super::{Subjects, Who};
use crate::intake::names::words;
use crate::intake::parties::{Mention, mentions};
use crate::intake::tokens::Token;

impl Subjects<'_> {
    /// What a noun phrase stands for.
    pub fn who(&self, tokens: &[Token], from: usize, to: usize) -> Who {
        if from >= to {
            return Who::Thing;
        }
        let words = &tokens[from..to];
        if words.iter().any(|t| t.is("we")) {
            return Who::Parties;
        }
        if let Some(some) = self.some_of(tokens, from, to) {
            return some;
        }
        if words.len() == 1 && words[0].is("they") {
            return Who::Parties;
        }
        if words.len() == 1 && words[0].is_any(&["he", "she"]) {
            return Who::Speaker;
        }
        // `the three NSAs`
        let counted = words
            .iter()
            .any(|t| t.is_any(&["two", "three", "four", "both"]));
        let short = words.last().is_some_and(|t| {
            t.text.len() > 2
                && t.text.ends_with('s')
                && t.text.trim_end_matches('s').chars().all(char::is_uppercase)
        });
        if counted && short && words.len() <= 4 {
            return Who::Parties;
        }
        let found = mentions(tokens, from, to, self.lexicon);
        if self.are_only_names(tokens, from, to, &found) {
            let framework = found
                .iter()
                .all(|m| self.lexicon.name_at(m.name).framework && m.to - m.from == 1);
            return if framework {
                Who::Thing
            } else {
                self.named(&found)
            };
        }
        let Some(head) = self.head(tokens, from, to) else {
            return Who::Thing;
        };
        let head_word = &*tokens[head].lower;
        let titled = words.iter().any(|t| {
            t.is_capital() && (self.lexicon.offices.contains(&*t.lower) || t.is_courtesy())
        });
        if titled {
            return self.person(tokens, from, to, &found);
        }
        if let Some(organs) = self.organs(tokens, from, to) {
            return organs;
        }
        // `ASEAN and U.S. officials`, `leaders of Japan and Korea`.
        let force = head_word == "force" && head > from && tokens[head - 1].is("task");
        let body = force || self.lexicon.bodies.contains(head_word);
        let agent = self.lexicon.agents.contains(head_word);
        if !agent && !body {
            return Who::Thing;
        }
        if body && !agent && found.is_empty() {
            return Who::Body;
        }
        let other = words
            .iter()
            .any(|t| t.is_any(&["other", "third", "international", "partner"]));
        if other && found.is_empty() && !tokens[from].is("our") {
            return Who::Outsiders;
        }
        match self.named(&found) {
            Who::Named(names) if !names.is_empty() => Who::Named(names),
            Who::Outsiders => Who::Outsiders,
            _ if body && !agent => Who::Body,
            _ => self.together(tokens, from, head),
        }
    }

    /// `the Dialogue` speaks for the parties; `the partnership dialogue` between others does not,
    /// and `Government` without an article is a word like others.
    fn together(&self, tokens: &[Token], from: usize, head: usize) -> Who {
        let head = &tokens[head];
        let event = head.is_any(&[
            "meeting",
            "dialogue",
            "summit",
            "conference",
            "forum",
            "consultation",
            "consultations",
            "alliance",
        ]);
        if event && !head.is_capital() && !tokens[from].is("the") {
            return Who::Thing;
        }
        Who::Parties
    }

    /// `thirteen of us`, `each of us`.
    fn some_of(&self, tokens: &[Token], from: usize, to: usize) -> Option<Who> {
        let us = (from + 2..to).find(|n| {
            tokens[*n].is("us") && !tokens[*n].text.starts_with('U') && tokens[n - 1].is("of")
        })?;
        let count = &tokens[us - 2];
        if count.is_any(&["all", "both", "each"]) {
            return Some(Who::Parties);
        }
        Some(Who::Some(count.lower.to_string()))
    }

    fn are_only_names(&self, tokens: &[Token], from: usize, to: usize, found: &[Mention]) -> bool {
        let mut at = from;
        let mut any = false;
        while at < to {
            if tokens[at].is("(") {
                // `the Republic of Korea (ROK)`
                match (at..to).find(|n| tokens[*n].is(")")) {
                    Some(close) => at = close + 1,
                    None => return false,
                }
            } else if let Some(mention) = found.iter().find(|m| m.from == at) {
                if mention.adjective || mention.owns {
                    return false;
                }
                any = true;
                at = mention.to;
            } else if any && at + 1 < to && tokens[at].is("and") && tokens[at + 1].is_capital() {
                // `Mexico and Pemex`: a name that the lexicon does not have.
                at += 1;
                let known = found.iter().any(|m| m.from == at);
                at += usize::from(!known);
            } else if tokens[at].is_any(&[
                "the",
                "and",
                ",",
                "both",
                "as",
                "well",
                "together",
                "with",
                "respectively",
            ]) {
                at += 1;
            } else {
                return false;
            }
        }
        any
    }

    /// The names that are parties; only outsiders: `Outsiders`.
    fn named(&self, found: &[Mention]) -> Who {
        let labels: Vec<&String> = found
            .iter()
            .map(|m| &self.lexicon.name_at(m.name).label)
            .collect();
        if labels.is_empty() {
            return Who::Named(Vec::new());
        }
        let own = self.parties.owners(found, self.lexicon);
        let all = &self.parties.labels;
        if own.len() == all.len() && own.len() > 1 && all.iter().all(|l| own.contains(l)) {
            return Who::Parties;
        }
        if own.is_empty() {
            Who::Outsiders
        } else {
            Who::Named(own)
        }
    }

    /// Bodies that are named: `the U.S. Department of State and the Joint Committee`. What an agency
    /// of one party does by itself, that party does.
    fn organs(&self, tokens: &[Token], from: usize, to: usize) -> Option<Who> {
        // `the Center - an affiliate of the Chamber`: what describes it is not its name.
        let to = (from..to).find(|n| tokens[*n].is("\u{2014}")).unwrap_or(to);
        let mut names = Vec::new();
        let mut owners: Vec<Option<String>> = Vec::new();
        let mut part = from;
        for at in from..=to {
            let parts = at == to
                || tokens[at].is_any(&["and", ","])
                    && tokens
                        .get(at + 1)
                        .is_some_and(|t| t.is_any(&["the", "and"]));
            if !parts {
                continue;
            }
            while part < at && tokens[part].is_any(&["the", "our", "and", ","]) {
                part += 1;
            }
            if part == at {
                continue;
            }
            let head = self.head(tokens, part, at)?;
            let named = tokens[part].is_capital() && tokens[head].is_capital();
            if !named || !self.lexicon.organs.contains(&*tokens[head].lower) {
                return None;
            }
            names.push(words(tokens, part, at));
            owners.push(self.parties.of_body(tokens, part, at, self.lexicon));
            part = at;
        }
        if names.is_empty() {
            return None;
        }
        let mut labels: Vec<String> = Vec::new();
        for label in owners
            .into_iter()
            .collect::<Option<Vec<_>>>()
            .into_iter()
            .flatten()
        {
            if !labels.contains(&label) {
                labels.push(label);
            }
        }
        Some(if labels.is_empty() {
            Who::Organs(names)
        } else if labels.len() == self.parties.labels.len() {
            Who::Parties
        } else {
            Who::Named(labels)
        })
    }

    /// `President A and Prime Minister B`: each is looked up; of two whom nobody names, both parties.
    fn persons(&self, tokens: &[Token], from: usize, to: usize) -> Option<Who> {
        let titled = |from: usize, to: usize| {
            tokens[from..to].iter().any(|t| {
                t.is_capital() && (self.lexicon.offices.contains(&*t.lower) || t.is_courtesy())
            })
        };
        let mut labels: Vec<String> = Vec::new();
        let (mut part, mut persons, mut unknown) = (from, 0, 0);
        for at in from..=to {
            let parts = at == to || tokens[at].is_any(&["and", ","]);
            if !parts {
                continue;
            }
            if titled(part, at) {
                persons += 1;
                let found = mentions(tokens, part, at, self.lexicon);
                let own = self.parties.owners(&found, self.lexicon);
                let words: Vec<&str> = tokens[part..at].iter().rev().map(|t| &*t.lower).collect();
                let label = own.first().or_else(|| self.parties.of_person(&words));
                match label {
                    Some(label) if !labels.contains(label) => labels.push(label.clone()),
                    Some(_) => {}
                    None => unknown += 1,
                }
            }
            part = at + 1;
        }
        if persons < 2 {
            return None;
        }
        let all = &self.parties.labels;
        let everybody = labels.len() + unknown >= all.len()
            || labels.len() == 1 && all.len() == 2
            || labels.is_empty();
        Some(if everybody {
            Who::Parties
        } else {
            Who::Named(labels)
        })
    }

    fn person(&self, tokens: &[Token], from: usize, to: usize, found: &[Mention]) -> Who {
        if let Some(persons) = self.persons(tokens, from, to) {
            return persons;
        }
        if let Who::Named(names) = self.named(found)
            && !names.is_empty()
        {
            return Who::Named(names);
        }
        let words: Vec<&str> = tokens[from..to].iter().rev().map(|t| &*t.lower).collect();
        match self
            .parties
            .of_person(&words)
            .or_else(|| self.parties.counterpart(&words))
        {
            Some(label) => Who::Named(vec![label.clone()]),
            None => Who::Speaker,
        }
    }

    /// The head of a noun phrase: the last word before its first preposition.
    pub(super) fn head(&self, tokens: &[Token], from: usize, to: usize) -> Option<usize> {
        let mut end = (from + 1..to).find(|n| {
            let token = &tokens[*n];
            self.lexicon.prepositions.contains(&*token.lower) || token.is_any(&[",", "("])
        });
        // `each of the parties`, `all of our officials`.
        if let Some(of) = end.filter(|e| tokens[*e].is("of"))
            && tokens[of - 1].is_any(&[
                "each", "all", "both", "some", "most", "many", "one", "two", "three",
            ])
        {
            let inner =
                (of + 1..to).find(|n| self.lexicon.prepositions.contains(&*tokens[*n].lower));
            end = inner;
        }
        let last = end.unwrap_or(to).checked_sub(1)?;
        (from..=last).rev().find(|n| tokens[*n].is_word())
    }
}
