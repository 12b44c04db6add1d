//! Instructions to officials and bodies of one's own: who is told owes it.

use super::{Finding, Judge, Verdict};
use crate::domain::commitment::Strength;
use crate::intake::clauses::{Clause, Governs};
use crate::intake::lexicon::{Class, Form};
use crate::intake::names::words;
use crate::intake::parties::mentions;
use crate::intake::strength::{Grade, grade};
use crate::intake::subjects::Who;
use crate::intake::tokens::Token;

/// Words that say whose the officials are, one by one for every party.
const OURS: [&str; 5] = ["our", "their", "respective", "relevant", "its"];

impl Judge<'_> {
    /// An instruction within an item of a list, behind its own act: ", and task our officials to".
    pub fn told_within(&self, from: usize, to: usize) -> Option<(usize, Finding)> {
        let at = (from..to).find(|n| {
            let verb = self.lexicon.verb(self.tokens, *n);
            let tasks = verb
                .is_some_and(|(form, _)| form.classes.has(Class::Task) && form.form == Form::Base);
            tasks && self.is(n - 1, &["and", ",", ";"]) && self.body_behind(n + 1, to).is_some()
        })?;
        let clause = Clause {
            from: at,
            group: at,
            verb: at,
            rest: at + 1,
            to,
            governs: Governs::Continues,
            who: Who::Parties,
            subject: at,
            relative: false,
            within: None,
        };
        match self.tasked(&clause, at + 1) {
            Verdict::Commits(finding) => Some((at, finding)),
            _ => None,
        }
    }

    /// A body or officials of one's own, right behind the verb: where they end.
    pub(super) fn body_behind(&self, from: usize, to: usize) -> Option<usize> {
        let stop = (from..to.min(from + 16)).find(|n| self.is(*n, &["to", "with", "that"]))?;
        // "directed both sides to".
        if stop == from + 2
            && self.is(from, &["both", "the", "two"])
            && self.is(from + 1, &["sides", "teams", "delegations"])
        {
            return Some(stop);
        }
        let words = &self.tokens[from..stop];
        let body = words.iter().any(|t| self.is_body(t)) || words.iter().any(|t| t.is("som"));
        let shortened = words
            .iter()
            .any(|t| t.is_shouted() && t.text.len() <= 8 && !self.lexicon.begins_name(&t.lower));
        let named = mentions(self.tokens, from, stop, self.lexicon);
        let theirs = !named.is_empty() && self.labels(&named).is_empty();
        let not_ours = theirs
            || words
                .iter()
                .any(|t| t.is_any(&["international", "other", "countries", "all"]))
                && !words.iter().any(|t| t.is_any(&["our", "their"]));
        ((body || shortened) && !not_ours).then_some(stop)
    }

    /// `officials`, `ministers`, `Committee`.
    fn is_body(&self, token: &Token) -> bool {
        self.lexicon.bodies.contains(&*token.lower)
            || token.is_capital() && self.lexicon.organs.contains(&*token.lower)
            || token.is_any(&["staff", "services", "som"])
    }

    /// "tasked the senior officials to": they owe it.
    pub fn tasked(&self, clause: &Clause, from: usize) -> Verdict {
        let Some(stop) = self.body_behind(from, clause.to) else {
            return Verdict::Silent;
        };
        let act = stop + 1;
        let mut found = self.finding(clause, Strength::Firm, act, self.lexicon.why(Class::Task));
        found.due = self.clock.deadline(act, clause.to, self.fulfils(act));
        found.obligors = self.body_names(from, stop);
        found.cue = (clause.verb, stop);
        Verdict::Commits(found)
    }

    /// "call on Ministers to develop a plan": those who answer to the parties are told, others asked.
    pub(super) fn called_on(&self, clause: &Clause) -> Option<Verdict> {
        let stop = self.body_behind(clause.rest, clause.to)?;
        let own = (clause.rest..stop).any(|n| {
            self.is(
                n,
                &[
                    "ministers",
                    "officials",
                    "secretariat",
                    "committee",
                    "council",
                    "som",
                ],
            )
        });
        let calls = self.is(clause.verb, &["call", "calls", "called"]);
        if !calls || !own || !self.is(stop, &["to"]) {
            return None;
        }
        let open = grade(self.tokens, stop + 1, clause.to, self.lexicon) == Grade::Endeavour;
        Some(match self.tasked(clause, clause.rest) {
            Verdict::Commits(found) if open => Verdict::Commits(Finding {
                strength: Strength::Hortatory,
                ..found
            }),
            verdict => verdict,
        })
    }

    /// "Senior officials were tasked to": the subject owes it.
    pub(super) fn told(&self, clause: &Clause) -> Verdict {
        let subject = clause.subject..clause.group.max(clause.subject);
        let body = self.tokens[subject].iter().any(|t| self.is_body(t));
        let told = body || matches!(clause.who, Who::Named(_) | Who::Organs(_) | Who::Body);
        if !told || clause.relative {
            return Verdict::Passes(self.lexicon.passed(Class::Encourage).to_owned());
        }
        let act = clause.rest + usize::from(self.is(clause.rest, &["to"]));
        let mut found = self.finding(clause, Strength::Firm, act, self.lexicon.why(Class::Task));
        found.due = self.clock.deadline(act, clause.to, self.fulfils(act));
        if body && !matches!(clause.who, Who::Organs(_)) {
            found.obligors = self.body_names(clause.subject, clause.group);
        }
        Verdict::Commits(found)
    }

    /// Who is told, if a body stands right behind the verb.
    pub fn told_names(&self, from: usize, to: usize) -> Option<Vec<String>> {
        let stop = self.body_behind(from, to)?;
        Some(self.body_names(from, stop))
    }

    /// Who is told: "our ministers and officials" are those of each party, a body with a name is
    /// itself, "senior officials and experts" are named as they stand.
    pub(super) fn body_names(&self, from: usize, stop: usize) -> Vec<String> {
        if self.is(from, &["both"]) {
            return self.parties.labels.clone();
        }
        // `directed officials to`: whose else, where two or three speak.
        let bare = stop == from + 1 && self.is(from, &["officials", "teams", "staff"]);
        let few = (2..=3).contains(&self.parties.labels.len());
        let ours = (from..stop).any(|n| self.is(n, &OURS)) || bare && few;
        let mut names: Vec<String> = Vec::new();
        let mut part = from;
        for at in from..=stop {
            let ends = at == stop
                || self.is(at, &["and", ",", "&"])
                    && (part..at).any(|n| self.is_body(&self.tokens[n]))
                    && self.a_body_follows(at + 1, stop);
            if ends {
                names.extend(self.body_name(part, at));
                part = at + 1;
            }
        }
        if names.is_empty() {
            return self.parties.labels.clone();
        }
        if !ours || self.parties.labels.is_empty() {
            return names;
        }
        let each = |name: &String| -> Vec<String> {
            // `the ASEAN Secretariat` among "our" bodies is one.
            if name.starts_with(char::is_uppercase) && name.contains(' ') {
                return vec![name.clone()];
            }
            let name = match &*name.to_lowercase() {
                "teams" | "staff" | "governments" => "officials".to_owned(),
                name => name.to_owned(),
            };
            let labels = self.parties.labels.iter();
            labels.map(|party| format!("{party} {name}")).collect()
        };
        names.iter().flat_map(each).collect()
    }

    /// Whether the next word or two name a body: `and officials`, not `Committee on Trade and Investment`.
    fn a_body_follows(&self, from: usize, stop: usize) -> bool {
        let own = |n: &usize| self.is_body(&self.tokens[*n]);
        (from..stop.min(from + 4))
            .take_while(|n| !self.is(*n, &["on", "for", "of", "and", ","]))
            .any(|n| own(&n))
    }

    fn body_name(&self, from: usize, to: usize) -> Option<String> {
        const DROPPED: [&str; 12] = [
            "our",
            "the",
            "their",
            "relevant",
            "respective",
            "all",
            "its",
            "appropriate",
            "competent",
            "concerned",
            "and",
            ",",
        ];
        // `our climate envoys, John Doe and Jane Roe,`: their names are not their office.
        let to = (from..to)
            .find(|n| {
                self.is(*n, &[","])
                    && (from..*n).any(|m| self.is_body(&self.tokens[m]))
                    && self.tokens.get(n + 1).is_some_and(Token::is_capital)
            })
            .unwrap_or(to);
        let mut kept = (from..to).filter(|n| !self.is(*n, &DROPPED));
        let first = kept.next()?;
        let last = kept.next_back().unwrap_or(first);
        let of = (first..=last).find(|n| self.is(*n, &["from", "concerned", "("]));
        Some(words(
            self.tokens,
            first,
            of.unwrap_or(last + 1).max(first + 1),
        ))
    }
}
