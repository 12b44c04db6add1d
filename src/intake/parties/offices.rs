//! Who holds which office for which party, as far as a document says so.

use std::collections::HashMap;

use super::{Mention, mentions};
use crate::intake::blocks::Block;
use crate::intake::lexicon::Lexicon;
use crate::intake::tokens::Token;

/// Who holds which office, as far as the document says so: `Prime Minister Modi of India`,
/// `India's Prime Minister`; and what the lexicon knows of a party's head.
pub(super) fn offices(
    blocks: &[Block],
    lexicon: &Lexicon,
    labels: &[String],
    members: &[String],
) -> HashMap<String, String> {
    let mut found: HashMap<String, String> = HashMap::new();
    for block in blocks {
        let tokens = &block.tokens;
        for mention in mentions(tokens, 0, tokens.len(), lexicon) {
            let label = lexicon.name_at(mention.name).label.clone();
            let before = person_before(tokens, mention.from, lexicon);
            let behind = person_behind(tokens, &mention, lexicon);
            for name in before.into_iter().chain(behind) {
                found.entry(name).or_insert_with(|| label.clone());
            }
        }
    }
    for (host, guest, label) in visits(blocks, lexicon) {
        let Some(place) = labels.iter().position(|l| *l == label) else {
            continue;
        };
        for name in host {
            found.entry(name).or_insert_with(|| label.clone());
        }
        if let [one, other] = labels {
            let theirs = if place == 0 { other } else { one };
            for name in guest {
                found.entry(name).or_insert_with(|| theirs.clone());
            }
        }
    }
    for label in labels.iter().chain(members) {
        let office = lexicon
            .labelled(label)
            .and_then(|n| lexicon.name_at(n).office.clone());
        if let Some(office) = office {
            found.entry(office).or_insert_with(|| label.clone());
        }
    }
    found
}

/// `Prime Minister Kan welcomed Prime Minister Gillard to Japan`: the host, the guest, and where.
fn visits(blocks: &[Block], lexicon: &Lexicon) -> Vec<(Vec<String>, Vec<String>, String)> {
    let mut found = Vec::new();
    for block in blocks {
        let tokens = &block.tokens;
        let welcomes = (2..tokens.len()).filter(|n| tokens[*n].is_any(&["welcomed", "received"]));
        for verb in welcomes {
            // `warmly welcomed`, `on his first visit to Japan`.
            let end = verb - usize::from(tokens[verb - 1].is_manner());
            let first = (end.saturating_sub(6)..end)
                .rev()
                .take_while(|n| tokens[*n].is_capital())
                .last();
            let to = (verb + 2..tokens.len().min(verb + 14))
                .take_while(|n| !tokens[n - 1].is("."))
                .find(|n| {
                    tokens[n - 1].is_any(&["to", "in"])
                        && matches!(lexicon.name(tokens, *n), Some((.., false)))
                });
            let (Some(first), Some(to)) = (first, to) else {
                continue;
            };
            let Some((name, ..)) = lexicon.name(tokens, to) else {
                continue;
            };
            let guests = (verb + 1..to)
                .find(|n| !tokens[*n].is_capital())
                .unwrap_or(to);
            let (host, guest) = (
                named(tokens, first, end, lexicon),
                named(tokens, verb + 1, guests, lexicon),
            );
            if !host.is_empty() && !guest.is_empty() {
                found.push((host, guest, lexicon.name_at(name).label.clone()));
            }
        }
    }
    found
}

/// The names in `Prime Minister Narendra Modi of India`, read back from the name of the country.
fn person_before(tokens: &[Token], at: usize, lexicon: &Lexicon) -> Vec<String> {
    let of = at - usize::from(at > 0 && tokens[at - 1].is("the"));
    if of == 0 || !tokens[of - 1].is("of") {
        return Vec::new();
    }
    let end = of - 1;
    let from = end.saturating_sub(8);
    let first = (from..end)
        .rev()
        .take_while(|n| tokens[*n].is_capital())
        .last();
    first.map_or_else(Vec::new, |first| named(tokens, first, end, lexicon))
}

/// The names in `India's Prime Minister Narendra Modi`, `U.S. Secretary of State Jane Doe`, and in
/// `the Minister of Foreign Affairs of India, H.E. Dr. S. Jaishankar`.
fn person_behind(tokens: &[Token], mention: &Mention, lexicon: &Lexicon) -> Vec<String> {
    let at = mention.to + usize::from(mention.owns);
    let titled = tokens.get(at).filter(|t| t.is(",")).is_some_and(|_| {
        let of = mention.from.saturating_sub(2)..mention.from;
        let head = mention.from.saturating_sub(10)..mention.from;
        tokens[of].iter().any(|t| t.is("of"))
            && tokens[head]
                .iter()
                .any(|t| lexicon.offices.contains(&*t.lower))
    });
    let at = at + usize::from(titled);
    let end = (at..tokens.len().min(at + 14))
        .find(|n| {
            let token = &tokens[*n];
            !(token.is_capital() || token.is_any(&["of", "for", "and", "the"]))
        })
        .unwrap_or(tokens.len().min(at + 14));
    if titled {
        let courtesy = tokens.get(at).is_some_and(|t| {
            t.is_dotted() || t.is_any(&["mr", "ms", "mrs", "dr", "the", "senator", "shri", "his"])
        });
        let run = if courtesy { at } else { end };
        return capitals(tokens, run, end, lexicon);
    }
    named(tokens, at, end, lexicon)
}

/// The names of a person in a run of capitals, if an office stands among them.
fn named(tokens: &[Token], from: usize, to: usize, lexicon: &Lexicon) -> Vec<String> {
    let office = (from..to).find(|n| lexicon.offices.contains(&*tokens[*n].lower));
    office.map_or_else(Vec::new, |office| capitals(tokens, office, to, lexicon))
}

/// The capitalised words behind the last "of" or "for" of a title that are no titles themselves.
fn capitals(tokens: &[Token], from: usize, to: usize, lexicon: &Lexicon) -> Vec<String> {
    const TITLES: [&str; 22] = [
        "h.e.", "mr", "mr.", "ms", "ms.", "mrs", "mrs.", "dr", "dr.", "hon", "hon.", "rt", "sir",
        "dato", "shri", "senator", "foreign", "prime", "affairs", "state", "defence", "defense",
    ];
    let kept = tokens[from..to].iter().filter(|t| {
        t.is_capital()
            && t.text.len() > 2
            && !t.is_any(&TITLES)
            && !lexicon.offices.contains(&*t.lower)
            && !lexicon.agents.contains(&*t.lower)
            && !lexicon.bodies.contains(&*t.lower)
            && !lexicon.organs.contains(&*t.lower)
            && !lexicon.meetings.contains(&*t.lower)
            && !lexicon.begins_name(&t.lower)
    });
    kept.map(|t| t.lower.to_string()).collect()
}
