//! Commitments affirmed, and acts called important.

use super::{Judge, Verdict, is_dated, is_gerund};
use crate::domain::commitment::Strength;
use crate::intake::clauses::Clause;
use crate::intake::lexicon::Class;
use crate::intake::parties::mentions;
use crate::intake::tokens::Token;
use crate::intake::when::Precision;

impl Judge<'_> {
    pub(super) fn affirmed(&self, clause: &Clause) -> Option<Verdict> {
        let noun = self.noun_of_commitment(clause.rest, clause.to)?;
        let act = self.act_behind(noun + 1, clause.to);
        let names = self.fulfils(act) || self.serves_term(noun, clause.to);
        let mut found = self.finding(
            clause,
            Strength::Political,
            act,
            self.lexicon.why(Class::Affirm),
        );
        found.cue = (clause.verb, noun + 1);
        found.due = self.clock.deadline(noun + 1, clause.to, names);
        // A date or a sum lifts a commitment; "readiness by 2026" is readiness still.
        let binding =
            self.word(noun).starts_with("commitment") || self.word(noun).starts_with("pledge");
        if binding
            && found
                .due
                .as_ref()
                .is_some_and(|d| is_dated(d) && d.precision != Precision::Range)
        {
            found.strength = Strength::Firm;
        }
        if !self.names_an_act(act, clause.to) {
            return Some(Verdict::Passes(
                "a commitment to a value or a thing: no act is named".to_owned(),
            ));
        }
        // "reaffirmed Cambodia's commitment", "the commitment of the United States to".
        let owners = mentions(self.tokens, clause.rest, noun, self.lexicon);
        let behind = if self.is(noun + 1, &["of", "by"]) {
            mentions(
                self.tokens,
                noun + 1,
                self.to_particle(noun + 1, clause.to),
                self.lexicon,
            )
        } else {
            Vec::new()
        };
        let labels = self.labels(&[owners, behind].concat());
        if !labels.is_empty() {
            found.obligors = labels;
        }
        if found.obligors.is_empty() {
            return None;
        }
        Some(Verdict::Commits(found))
    }

    /// Whether what somebody is committed to is an act: a verb, or a phrase with a noun of action in it.
    pub(super) fn names_an_act(&self, act: usize, to: usize) -> bool {
        let Some(first) = (act..to).find(|n| {
            !self.is(
                *n,
                &["the", "a", "an", "our", "their", "its", "also", "further"],
            ) && !self.word(*n).ends_with("ly")
        }) else {
            return true;
        };
        let behind_to = self.is(act.wrapping_sub(1), &["to"]);
        let article = first > act && self.is(act, &["the", "a", "an", "our", "their", "its"]);
        if is_gerund(self.tokens.get(first))
            || behind_to && !article && self.lexicon.act(self.word(first)).is_some()
        {
            return true;
        }
        let near = to.min(act + 12);
        let stop = (act..near)
            .find(|n| self.is(*n, &[".", ";", "that", "which"]))
            .unwrap_or(near);
        let noun = |n: usize| {
            let word = self.word(n);
            let made = ["tion", "sion", "ment", "ance"]
                .iter()
                .any(|end| word.ends_with(end))
                && word.len() > 6
                && ![
                    "nation",
                    "association",
                    "environment",
                    "government",
                    "governance",
                    "organisation",
                    "organization",
                    "region",
                    "constitution",
                    "alliance",
                    "importance",
                    "convention",
                    "declaration",
                ]
                .contains(&word);
            self.lexicon.act_nouns.contains(word)
                || self.lexicon.joint.contains(word)
                || made
                || is_gerund(self.tokens.get(n))
        };
        // A bare verb: no article, and an object behind it.
        let bare = behind_to
            && !article
            && !self.tokens.get(first).is_some_and(Token::is_capital)
            && self.tokens.get(first + 1).is_some_and(|t| {
                t.is_any(&[
                    "the",
                    "a",
                    "an",
                    "our",
                    "their",
                    "its",
                    "with",
                    "all",
                    "each",
                    "together",
                    "and",
                    "collaboratively",
                    "closely",
                    "more",
                    "on",
                    "to",
                    "towards",
                ]) || t.lower.ends_with("ly")
            });
        (act..stop).any(noun) || bare || behind_to && !article && self.is_bare_verb(first)
    }

    /// A word of no ending that nouns have, with a plain word behind it: "confront the scourge",
    /// "combat crime"; not "peace and stability", "the region".
    pub(super) fn is_bare_verb(&self, at: usize) -> bool {
        let word = self.word(at);
        let nominal = [
            "ity",
            "ness",
            "ism",
            "cy",
            "ship",
            "hood",
            "dom",
            "peace",
            "law",
            "order",
            "values",
            "principles",
            "unity",
            "rules",
        ];
        let next = self.tokens.get(at + 1);
        !nominal.iter().any(|end| word.ends_with(end))
            && !word.contains('-')
            && next.is_some_and(|t| {
                t.is_word() && !self.lexicon.prepositions.contains(&*t.lower) && !t.is("and")
            })
    }

    /// The noun of commitment that is the object of an affirming verb.
    pub(super) fn noun_of_commitment(&self, from: usize, to: usize) -> Option<usize> {
        for at in from..to.min(from + 9) {
            let token = &self.tokens[at];
            if self.lexicon.commitment.contains(&*token.lower) {
                // `support for, and commitment to`; not `commitments made last year`.
                return (!self.is(at + 1, &["made", "contained", "set", "under"])).then_some(at);
            }
            let stops = token.is_any(&[
                "that",
                "to",
                "with",
                "which",
                "on",
                "of",
                "in",
                ".",
                ";",
                "importance",
                "need",
            ]);
            if stops && at > from {
                return None;
            }
        }
        None
    }

    /// Where the act begins behind a noun of commitment: past "and readiness", insertions, "to".
    pub(super) fn act_behind(&self, at: usize, to: usize) -> usize {
        let particle = self.to_particle(at, to);
        if particle < to {
            particle + 1
        } else {
            at.min(to)
        }
    }

    pub(super) fn to_particle(&self, at: usize, to: usize) -> usize {
        let stop = to.min(at + 30);
        (at..stop)
            .find(|n| self.is(*n, &["to", "towards"]))
            .unwrap_or_else(|| {
                let other = (at..to.min(at + 4)).find(|n| self.is(*n, &["of", "for", "in"]));
                other.unwrap_or(to)
            })
    }

    /// "in its capacity as the Country Coordinator (2024-2027)".
    pub(super) fn serves_term(&self, at: usize, to: usize) -> bool {
        (at..to.min(at + 8)).any(|n| self.is(n, &["capacity", "role", "term", "tenure"]))
    }

    /// Whether the act at a token fulfils what it names.
    pub(super) fn fulfils(&self, at: usize) -> bool {
        (at..self.tokens.len().min(at + 4)).any(|n| self.lexicon.fulfilling.contains(self.word(n)))
    }

    /// "underscored the importance of" and an act.
    pub(super) fn emphasised(&self, clause: &Clause) -> Option<Verdict> {
        let noun = (clause.rest..clause.to.min(clause.rest + 8))
            .find(|n| self.lexicon.emphasis.contains(self.word(*n)))?;
        let between = clause.rest..noun;
        if between
            .into_iter()
            .any(|n| self.is(n, &["that", "of", "for", "with", "which"]))
        {
            return None;
        }
        let mut act = noun + 1;
        // "the importance and urgency of", "the urgent need for and importance of".
        while act < clause.to && !self.is(act, &["of", "to", "for", "in"]) && act < noun + 4 {
            act += 1;
        }
        let particle = self.word(act).to_owned();
        act += 1;
        if act >= clause.to {
            return None;
        }
        if !(particle == "to" || self.is_act(act, clause.to)) {
            return Some(Verdict::Passes(
                "the importance of a thing or a value: no act is named".to_owned(),
            ));
        }
        let mut found = self.finding(
            clause,
            Strength::Hortatory,
            act,
            self.lexicon.why(Class::Emphasise),
        );
        found.cue = (clause.verb, act);
        found.due = self.clock.deadline(act, clause.to, self.fulfils(act));
        Some(Verdict::Commits(found))
    }

    /// Whether a noun phrase names an act: a gerund, a noun of action, cooperation that is to grow.
    pub fn is_act(&self, from: usize, to: usize) -> bool {
        let mut at = from;
        while at < to
            && (self.is(
                at,
                &[
                    "the", "a", "an", "our", "their", "its", "further", "jointly",
                ],
            ) || self.word(at).ends_with("ly"))
        {
            at += 1;
        }
        if is_gerund(self.tokens.get(at)) {
            return true;
        }
        let stop = (at..to.min(at + 12)).find(|n| {
            *n > at
                && (self.lexicon.prepositions.contains(self.word(*n))
                    || self.is(*n, &[",", ";", ".", "and", "that", "which", "to"]))
        });
        let stop = stop.unwrap_or(to.min(at + 12));
        if stop == at {
            return false;
        }
        // "agricultural productivity, trade, and prevention of food loss": an act among things.
        let among = (stop..to.min(from + 20)).any(|n| {
            self.lexicon.act_nouns.contains(self.word(n))
                && self.is(n + 1, &["of"])
                && !self.tokens[n].is_capital()
                && !(stop..n).any(|m| {
                    self.is(
                        m,
                        &["that", "which", "to", "for", "with", "in", "through", "as"],
                    )
                })
        });
        if among {
            return true;
        }
        let head = self.word(stop - 1);
        let more = (from..stop).any(|n| self.lexicon.more.contains(self.word(n)));
        let of = self.is(
            stop,
            &["of", "and", "to", "in", "with", "by", "between", "on"],
        );
        self.lexicon.act_nouns.contains(head) && (of || more) && !self.tokens[stop - 1].is_capital()
            || self.lexicon.joint.contains(head) && more
    }
}
