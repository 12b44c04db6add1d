//! The forms of a verb, from its entry.

use super::Form;

/// British and American spellings of an entry.
pub(super) fn spellings(entry: &str) -> Vec<String> {
    let mut all = vec![entry.to_lowercase()];
    let first = entry.split(['/', ' ']).next().unwrap_or(entry);
    if first.ends_with("ise") && !first.ends_with("promise") {
        let other = format!("{}ize", &first[..first.len() - 3]);
        all.push(entry.replacen(first, &other, 1).to_lowercase());
    }
    if first.contains("our") {
        let other = first.replacen("our", "or", 1);
        all.push(entry.replacen(first, &other, 1).to_lowercase());
    }
    if first == "fulfil" {
        all.push("fulfill".to_owned());
    }
    all
}

/// Every form of an entry `base` or `base/past/.../participle`; words behind the verb stay.
pub(super) fn inflected(entry: &str) -> impl Iterator<Item = (String, Form)> + use<> {
    let given: Vec<&str> = entry.split('/').collect();
    let (verb, rest) = match given[0].split_once(' ') {
        Some((verb, rest)) => (verb.to_owned(), format!(" {rest}")),
        None => (given[0].to_owned(), String::new()),
    };
    let third = if verb.ends_with(['s', 'x']) || verb.ends_with("ch") || verb.ends_with("sh") {
        format!("{verb}es")
    } else if verb.ends_with('y') && !ends_in_vowel_y(&verb) {
        format!("{}ies", &verb[..verb.len() - 1])
    } else {
        format!("{verb}s")
    };
    let mut forms = vec![(verb.clone(), Form::Base), (third, Form::Third)];
    if given.len() > 1 {
        for other in &given[1..] {
            let word = other.split(' ').next().unwrap_or(other);
            let form = if word.ends_with("ing") {
                Form::Participle
            } else {
                Form::Past
            };
            forms.push((word.to_owned(), form));
        }
    } else {
        let stem = verb.strip_suffix('e').unwrap_or(&verb);
        let past = if verb.ends_with('y') && !ends_in_vowel_y(&verb) {
            format!("{}ied", &verb[..verb.len() - 1])
        } else {
            format!("{stem}ed")
        };
        let participle = if verb.ends_with("ee") {
            format!("{verb}ing")
        } else {
            format!("{stem}ing")
        };
        forms.extend([(past, Form::Past), (participle, Form::Participle)]);
    }
    forms
        .into_iter()
        .map(move |(word, form)| (format!("{word}{rest}"), form))
}

fn ends_in_vowel_y(verb: &str) -> bool {
    ["ay", "ey", "oy", "uy"]
        .iter()
        .any(|end| verb.ends_with(end))
}
