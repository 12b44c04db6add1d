//! Who a subject is that its words alone do not say: `it`, `he`, an acronym that nobody explained.

use super::{Cutter, Governs, Speaker};
use crate::intake::lexicon::Class;
use crate::intake::parties::{Mention, mentions};
use crate::intake::subjects::Who;
use crate::intake::tokens::Token;

impl Cutter<'_> {
    /// Who `it` is, where the sentence began with one party: `Japan reiterated that it stands ready
    /// to`, `As France assumes the Presidency, it will`.
    pub(super) fn of_it(
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
    pub(super) fn of_acronym(
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
            let parties = self.subjects.parties;
            return match parties.of_body(tokens, name, to, self.lexicon()) {
                Some(label) => Who::Named(vec![label]),
                None => Who::Organs(vec![tokens[name].text.to_string()]),
            };
        }
        who
    }

    /// He is whoever spoke last; what a party is called sets who that is.
    pub(super) fn spoken_for(
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
}
