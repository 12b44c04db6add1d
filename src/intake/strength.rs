//! How checkable an act is: a verb that is concrete by itself, or one that makes a deliverable; a
//! sum; a date. A firm commitment needs both the verb that undertakes and an act that can be checked.

use super::lexicon::{Act, Lexicon};
use super::tokens::Token;

/// The act that begins at a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grade {
    /// It names a deliverable, an event, a sum.
    Checkable,
    /// Its outcome is open.
    OpenEnded,
    /// An endeavour only: explore, consider, seek.
    Endeavour,
}

/// How far an object is looked for behind its verb.
const REACH: usize = 16;

/// Grades the act whose first verb stands at `at`; it ends before `to`.
pub fn grade(tokens: &[Token], at: usize, to: usize, lexicon: &Lexicon) -> Grade {
    let Some(first) = (at..to).find(|n| !is_filler(&tokens[*n])) else {
        return Grade::OpenEnded;
    };
    if tokens[first].is_any(&["continue", "continuing", "keep"]) {
        return Grade::OpenEnded;
    }
    if lexicon.act(&tokens[first].lower) == Some(Act::Open) {
        return Grade::Endeavour;
    }
    if has_sum(tokens, first, to) {
        return Grade::Checkable;
    }
    let end = to.min(first + 60);
    let verbs = (first..end).filter(|n| *n == first || is_coordinated(tokens, *n));
    for verb in verbs {
        match lexicon.act(&tokens[verb].lower) {
            Some(Act::Concrete)
                if !tokens[verb].is_any(&["table", "report", "present"]) || verb == first =>
            {
                return Grade::Checkable;
            }
            Some(Act::Making) if makes(tokens, verb + 1, to, lexicon) => return Grade::Checkable,
            _ => {}
        }
    }
    Grade::OpenEnded
}

/// Words between the verb that undertakes and the act.
fn is_filler(token: &Token) -> bool {
    token.is_any(&[
        "to",
        "also",
        "further",
        "jointly",
        "together",
        ",",
        "therefore",
        "both",
        "formally",
    ]) || token.lower.ends_with("ly")
}

/// A verb that stands beside the first: `combine ... and establish`.
fn is_coordinated(tokens: &[Token], at: usize) -> bool {
    let before = &tokens[at - 1];
    let joined = before.is_any(&["and", ";", ",", "&"])
        || before.is("to") && at >= 2 && tokens[at - 2].is_any(&["and", ","]);
    joined && !tokens[at].is_capital()
}

/// Whether the object behind a making verb is a deliverable.
pub fn makes(tokens: &[Token], from: usize, to: usize, lexicon: &Lexicon) -> bool {
    let stop = (from..to.min(from + REACH)).find(|n| {
        let token = &tokens[*n];
        // The head of the object stands before what describes it.
        *n > from
            && (lexicon.prepositions.contains(&*token.lower)
                || token.is_any(&[";", ".", "that", "which", "to", ":"]))
    });
    let stop = stop.unwrap_or(to.min(from + REACH));
    (from..stop).any(|n| {
        let head = tokens
            .get(n + 1)
            .is_none_or(|next| n + 1 >= stop || next.is_any(&[",", "and", "(", "or"]));
        head && lexicon.deliverables.contains(&*tokens[n].lower)
    })
}

/// `$100 million`, `US$5 billion`, `40 percent`, `1,000 scholarships`.
pub fn has_sum(tokens: &[Token], from: usize, to: usize) -> bool {
    (from..to).any(|n| {
        let token = &tokens[n];
        let next = tokens.get(n + 1);
        token.text.contains(['$', '€', '£', '¥'])
            || token.is_number()
                && next.is_some_and(|t| {
                    t.is_any(&[
                        "million",
                        "billion",
                        "trillion",
                        "percent",
                        "%",
                        "per",
                        "scholarships",
                        "fellowships",
                        "doses",
                    ])
                })
    })
}
