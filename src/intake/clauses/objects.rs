//! The objects of a verb that says: `underlined the importance of the region, and Norway's commitment
//! to its defence`. Each is a clause of its own, with the verb and the subject of the first.

use std::collections::HashSet;

use super::{Clause, Cutter, Governs};
use crate::intake::lexicon::Class;
use crate::intake::parties::{Mention, mentions};
use crate::intake::subjects::Who;
use crate::intake::tokens::Token;

impl Cutter<'_> {
    /// Parts every clause whose verb says several things.
    pub(super) fn part(&self, tokens: &[Token], found: Vec<Clause>) -> Vec<Clause> {
        // A clause that others stand within is left as it is.
        let outer: HashSet<usize> = found.iter().filter_map(|c| c.within).collect();
        let mut parted: Vec<Clause> = Vec::with_capacity(found.len());
        let mut places = Vec::with_capacity(found.len());
        for (n, mut clause) in found.into_iter().enumerate() {
            places.push(parted.len());
            clause.within = clause.within.map(|w| places[w]);
            while !outer.contains(&n)
                && let Some((end, from)) = self.next_object(tokens, &clause)
            {
                let mut next = clause.clone();
                (next.from, next.group, next.rest) = (from, from, from);
                next.subject = from;
                if tokens[from].is("its") {
                    next.who = self.whose(tokens, clause.verb, from).unwrap_or(next.who);
                }
                clause.to = end;
                parted.push(std::mem::replace(&mut clause, next));
            }
            parted.push(clause);
        }
        parted
    }

    /// Whose `its` is: whoever owned the first object, else the party named last.
    fn whose(&self, tokens: &[Token], from: usize, to: usize) -> Option<Who> {
        let found = mentions(tokens, from, to, self.lexicon());
        let of = |mention: &Mention| {
            let own = self.subjects.parties.owners(&[*mention], self.lexicon());
            (!own.is_empty()).then_some(own)
        };
        let owner = found.iter().find(|m| m.owns || m.adjective).and_then(of);
        let owner = owner.or_else(|| found.iter().rev().find_map(of));
        owner.map(Who::Named)
    }

    /// Where the first object ends, and the next begins.
    fn next_object(&self, tokens: &[Token], clause: &Clause) -> Option<(usize, usize)> {
        let Governs::Verb { classes, .. } = clause.governs else {
            return None;
        };
        let welcomes = classes.has(Class::Welcome);
        let says = classes.has(Class::Affirm) || classes.has(Class::Emphasise);
        if !(welcomes || says)
            || clause.relative
            || tokens[clause.rest.min(clause.to.saturating_sub(1))].is("that")
        {
            return None;
        }
        (clause.rest + 4..clause.to).find_map(|at| {
            let from = joined(tokens, at)?;
            let stop = clause.to.min(from + 9);
            let noun = (from..stop)
                .take_while(|n| {
                    !tokens[*n].is_any(&[",", ";", "and", "that", "which"])
                        && (!self.lexicon().prepositions.contains(&*tokens[*n].lower))
                })
                .last()?;
            let word = &*tokens[noun].lower;
            let owned = tokens[from..noun]
                .iter()
                .any(|t| t.is_any(&["'s", "our", "their", "its"]))
                || self
                    .lexicon()
                    .name(tokens, from + usize::from(tokens[from].is("the")))
                    .is_some();
            let to = tokens.get(noun + 1).is_some_and(|t| t.is("to"));
            let lexicon = self.lexicon();
            let plans = welcomes && owned && to && lexicon.plans.contains(word);
            let vows = says && owned && to && lexicon.commitment.contains(word);
            let matters = says
                && tokens[from..noun].iter().any(|t| t.is("the"))
                && lexicon.emphasis.contains(word)
                && tokens
                    .get(noun + 1)
                    .is_some_and(|t| t.is_any(&["of", "to", "for"]));
            (plans || vows || matters).then_some((at, from))
        })
    }
}

/// Where what is joined on begins: behind `and`, a comma, `as well as`.
fn joined(tokens: &[Token], at: usize) -> Option<usize> {
    let is = |n: usize, word: &str| tokens.get(n).is_some_and(|t| t.is(word));
    let mut from = at;
    if is(from, ",") {
        from += 1;
    }
    if is(from, "and") {
        from += 1;
    }
    if is(from, "as") && is(from + 1, "well") && is(from + 2, "as") {
        from += 3;
    }
    (from > at && from < tokens.len()).then_some(from)
}
