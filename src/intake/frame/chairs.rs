//! Who was in the chair: `co-chaired by H.E. A and H.E. B`, `A and B co-chaired the meeting`.

use super::Frame;
use crate::intake::names::words;
use crate::intake::tokens::Token;

/// The longest name of one with their office, in tokens.
const LONGEST: usize = 40;

pub fn co_chairs(tokens: &[Token], (start, end): (usize, usize), frame: &mut Frame) {
    if !frame.co_chairs.is_empty() {
        return;
    }
    let is_chaired = |n: &usize| tokens[*n].is_any(&["co-chaired", "chaired", "cochaired"]);
    let Some(chaired) = (start..end).find(is_chaired) else {
        return;
    };
    let by = (chaired..end.min(chaired + 4)).find(|n| tokens[*n].is("by"));
    let (from, to) = match by {
        Some(by) => (by + 1, done(tokens, by + 1, end)),
        None if tokens.get(chaired + 1).is_some_and(|t| t.is("the")) => {
            let chaired = match tokens[chaired - usize::from(chaired > start)]
                .lower
                .ends_with("ly")
            {
                true => chaired - 1,
                false => chaired,
            };
            let to = match tokens[chaired - usize::from(chaired > start)].is(",") {
                true => chaired - 1,
                false => chaired,
            };
            (start, to)
        }
        None => return,
    };
    frame.co_chairs = each(tokens, from, to);
}

/// Where the sentence goes on to something else: `, was held`, `and attended by`.
fn done(tokens: &[Token], from: usize, end: usize) -> usize {
    let goes_on = |n: &usize| {
        let word = |ahead: usize| tokens.get(n + ahead);
        let is = |ahead: usize, words: &[&str]| word(ahead).is_some_and(|t| t.is_any(words));
        let verbs = ["was", "were", "is", "and", "took"];
        let parts = ["held", "attended", "convened", "hosted", "joined", "place"];
        tokens[*n].is_any(&verbs) && is(1, &parts)
            || tokens[*n].is(",") && is(1, &verbs) && is(2, &parts)
            || tokens[*n].is_any(&["with"]) && is(1, &["the"]) && is(2, &["participation"])
    };
    (from..end).find(goes_on).unwrap_or(end)
}

/// Those of a list; another begins behind `and` with a form of address or an office.
fn each(tokens: &[Token], from: usize, to: usize) -> Vec<String> {
    let begins = |n: usize| {
        tokens.get(n).is_some_and(|t| {
            t.is_any(&[
                "h.e.",
                "mr",
                "mr.",
                "ms",
                "ms.",
                "dr",
                "dr.",
                "the",
                "ambassador",
                "his",
                "her",
            ])
        })
    };
    let mut chairs = Vec::new();
    let mut first = from;
    for at in from..to {
        let is_next = tokens[at].is("and") && begins(at + 1);
        if !is_next && at + 1 != to {
            continue;
        }
        let stop = if is_next { at } else { to };
        let chair = words(tokens, first, stop);
        let chair = chair.trim_matches([',', '.', ' ']);
        // `a representative of` is nobody's name.
        let is_named = !tokens[first].is_any(&["a", "an", "both"]);
        if !chair.is_empty() && stop - first < LONGEST && is_named {
            chairs.push(chair.to_owned());
        }
        first = at + 1;
    }
    chairs
}
