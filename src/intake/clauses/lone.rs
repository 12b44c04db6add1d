//! Subjects that do not stand in front of their verb: at the beginning of the sentence, in a
//! that-clause, nowhere.

use super::{Clause, Cutter, Governs, is_speech};
use crate::intake::lexicon::{Class, Form};
use crate::intake::subjects::Who;
use crate::intake::tokens::Token;

impl Cutter<'_> {
    /// The subject of a verb that has none in front: that of a verb not known, at the beginning of
    /// the sentence (`We are united ... and will work`, `They laid out ... and encouraged`); or the
    /// parties, where a paragraph or an item begins with its verb (`Decides to`, `Announced`).
    pub(super) fn opening_subject(
        &self,
        tokens: &[Token],
        start: usize,
        (group, rest): (usize, usize),
        governs: Governs,
        found: &[Clause],
    ) -> Option<(usize, Who)> {
        if group == start {
            // `Both expressed the need to`.
            if tokens[start].is("both") && tokens[start].is_capital() {
                return Some((start, Who::Parties));
            }
            let Governs::Verb { form, .. } = governs else {
                return None;
            };
            // `Exchanges between the two parliaments`, `Plans for`: nouns.
            let noun = tokens.get(rest).is_some_and(|t| {
                t.is_any(&[
                    ",", "and", "such", "that", "which", "is", "are", "include", "remain",
                ]) || !t.is_any(&["to", "upon", "on"])
                    && self.lexicon().prepositions.contains(&*t.lower)
            });
            let begins = form == Form::Third && !noun || self.listed && form == Form::Past;
            return (begins && tokens[start].is_capital()).then_some((group, Who::Parties));
        }
        let joined = tokens[group - 1].is_any(&["and", ","]);
        if !joined || found.iter().any(|c| !c.relative) {
            return None;
        }
        let (first, base) = self.first_subject(tokens, start, group)?;
        let fits = match governs {
            Governs::Modal { .. } | Governs::Bound => true,
            Governs::Verb { classes, form } => match form {
                Form::Base => base && is_speech(classes),
                Form::Past | Form::Third => !base,
                Form::Participle => classes.has(Class::Commit),
            },
            _ => false,
        };
        fits.then_some(first)
    }

    /// Who the sentence begins with, if a verb stands right behind; and whether that verb is in the
    /// present tense of the plural.
    fn first_subject(
        &self,
        tokens: &[Token],
        start: usize,
        group: usize,
    ) -> Option<((usize, Who), bool)> {
        if let Some(we) = (start..group.min(start + 12)).find(|n| tokens[*n].is("we")) {
            let past = (we + 1..group.min(we + 4)).find(|n| self.looks_finite(tokens, *n));
            let past = past.is_some_and(|n| tokens[n].lower.ends_with("ed"));
            return Some(((we, Who::Parties), !past));
        }
        for end in start + 1..group.min(start + 12) {
            if !self.looks_finite(tokens, end) || tokens[end].is_capital() {
                continue;
            }
            let who = self.subjects.who(tokens, start, end);
            let past =
                tokens[end].lower.ends_with("ed") || tokens[end].is_any(&["had", "was", "were"]);
            return who.acts().then_some(((start, who), !past));
        }
        None
    }

    /// `noted that the 44th and 45th Summits`: the subject of what is told began before.
    pub(super) fn is_second_subject(&self, tokens: &[Token], rest: usize, from: usize) -> bool {
        let that = tokens.get(rest).is_some_and(|t| t.is("that"));
        let joined = from > rest + 1 && from - rest < 14 && tokens[from - 1].is("and");
        that && joined
            && (rest + 1..from - 1).all(|n| tokens[n].is_word() && !self.looks_finite(tokens, n))
    }

    /// `agreement was reached`: whose it is needs no saying.
    pub(super) fn is_agreement(&self, tokens: &[Token], from: usize, to: usize) -> bool {
        let head = tokens[from..to].iter().rev().find(|t| t.is_word());
        head.is_some_and(|t| t.is_any(&["agreement", "consensus", "understanding"]))
            && to - from <= 3
    }

    /// `The Statement reaffirms Ministers' commitment to`: a document speaks, the promise is theirs.
    pub(super) fn speaks_for_parties(&self, tokens: &[Token], verb: usize, rest: usize) -> bool {
        let lexicon = self.lexicon();
        let noun = (rest..tokens.len().min(rest + 8))
            .find(|n| lexicon.commitment.contains(&*tokens[*n].lower));
        lexicon.spoken.contains(&*tokens[verb].lower)
            && noun.is_some_and(|noun| {
                tokens[rest..noun]
                    .iter()
                    .any(|t| t.is_any(&["'s", "our", "their"]))
            })
    }
}

/// `that, in the face of growing challenges, the sides remained`: a circumstance stands between the
/// verb that tells and the subject of what is told.
pub(super) fn inserted(tokens: &[Token], rest: usize, from: usize) -> bool {
    let opens = tokens.get(rest).is_some_and(|t| t.is("that"));
    let mut lead = rest + 1;
    if tokens.get(lead).is_some_and(|t| t.is(",")) {
        lead += 1;
    }
    let circumstance = tokens.get(lead).is_some_and(|t| {
        t.is_any(&[
            "in",
            "given",
            "despite",
            "under",
            "amid",
            "amidst",
            "at",
            "on",
            "against",
            "through",
            "with",
            "during",
            "following",
            "notwithstanding",
            "as",
            "for",
            "to",
        ])
    });
    opens && circumstance && from > lead && tokens[from - 1].is(",") && from - rest < 40
}
