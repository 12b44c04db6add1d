//! The text of a document as it is reviewed: made plain once when it comes in, so that places in it stay
//! true; and where words that somebody chose stand in it.

use std::ops::Range;

/// Places are code points of the text.
pub type Place = Range<u32>;

/// The text as it is kept: one sort of line end, and nothing that the record would refuse. Its hash is
/// taken after this.
pub fn plain(text: &str) -> String {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let text = text
        .replace("\r\n", "\n")
        .replace(['\r', '\u{85}', '\u{2028}'], "\n");
    let text = text.replace('\u{2029}', "\n\n");
    let is_kept = |c: &char| !c.is_control() || matches!(c, '\n' | '\t' | '\u{c}');
    text.chars().filter(is_kept).collect()
}

/// The words at a place, exactly as they stand.
pub fn at(chars: &[char], place: &Place) -> String {
    let end = (place.end as usize).min(chars.len());
    let start = (place.start as usize).min(end);
    chars[start..end].iter().collect()
}

/// White space folded, as promises are written.
pub fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Why words have no place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unlocated {
    Empty,
    /// They do not stand there; how they begin stands there up to these words, where it does at all.
    NotThere {
        up_to: Option<String>,
    },
}

/// Where words stand in a text. White space, line breaks, hyphens at the end of a line, and the forms of
/// quotation marks and dashes make no difference; case and every letter do. Of several places it is the
/// nearest to `near`, else the first that is not `taken`.
pub fn locate(
    chars: &[char],
    words: &str,
    near: Option<u32>,
    taken: &[Place],
) -> Result<Place, Unlocated> {
    let sought: Vec<char> = words.chars().filter_map(essence).collect();
    if sought.is_empty() {
        return Err(Unlocated::Empty);
    }
    let (letters, places): (Vec<char>, Vec<usize>) = chars
        .iter()
        .enumerate()
        .filter_map(|(at, c)| essence(*c).map(|c| (c, at)))
        .unzip();
    let found = occurrences(&letters, &sought).into_iter().map(|first| {
        let last = places[first + sought.len() - 1];
        index(places[first])..index(last + 1)
    });
    let found: Vec<Place> = found.collect();
    let chosen = match near {
        Some(near) => found.iter().min_by_key(|place| place.start.abs_diff(near)),
        None => found
            .iter()
            .find(|place| !taken.contains(place))
            .or(found.first()),
    };
    chosen.cloned().ok_or_else(|| Unlocated::NotThere {
        up_to: begins(&letters, &sought, words),
    })
}

/// What of a character counts when words are looked for.
fn essence(c: char) -> Option<char> {
    match c {
        c if c.is_whitespace() || c.is_control() => None,
        // What breaks words at the end of a line.
        '-' | '\u{ad}' | '\u{2010}'..='\u{2015}' | '\u{200b}' | '\u{feff}' => None,
        '\u{2018}' | '\u{2019}' | '\u{201b}' => Some('\''),
        '\u{201c}' | '\u{201d}' | '\u{201e}' => Some('"'),
        c => Some(c),
    }
}

/// Every place at which a sequence begins: Knuth, Morris and Pratt, since both are a stranger's.
fn occurrences(letters: &[char], sought: &[char]) -> Vec<usize> {
    let mut back = vec![0; sought.len()];
    let mut length = 0;
    for at in 1..sought.len() {
        while length > 0 && sought[at] != sought[length] {
            length = back[length - 1];
        }
        if sought[at] == sought[length] {
            length += 1;
        }
        back[at] = length;
    }
    let (mut found, mut matched) = (Vec::new(), 0);
    for (at, c) in letters.iter().enumerate() {
        while matched > 0 && *c != sought[matched] {
            matched = back[matched - 1];
        }
        if *c == sought[matched] {
            matched += 1;
        }
        if matched == sought.len() {
            found.push(at + 1 - matched);
            matched = back[matched - 1];
        }
    }
    found
}

/// How far the beginning of the words stands in the text, in whole words, where a few of them do.
fn begins(letters: &[char], sought: &[char], words: &str) -> Option<String> {
    const FEW: usize = 3;
    // Halving: what begins with more also begins with less.
    let (mut there, mut not) = (0, sought.len());
    while there + 1 < not {
        let middle = there.midpoint(not);
        match occurrences(letters, &sought[..middle]).is_empty() {
            true => not = middle,
            false => there = middle,
        }
    }
    let mut left = there;
    let whole: Vec<&str> = words
        .split_whitespace()
        .take_while(|word| {
            let length = word.chars().filter_map(essence).count();
            let fits = length <= left;
            left = left.saturating_sub(length);
            fits
        })
        .collect();
    (whole.len() >= FEW).then(|| {
        let from = whole.len().saturating_sub(6);
        whole[from..].join(" ")
    })
}

/// Cuts words at the places where somebody put a line break.
///
/// # Errors
/// The words are not the same any more.
pub fn cut(chars: &[char], place: &Place, typed: &str) -> Result<Vec<Place>, Unlocated> {
    let within = &chars[place.start as usize..(place.end as usize).min(chars.len())];
    let mut from = 0;
    let mut pieces = Vec::new();
    for line in typed.lines().filter(|line| !line.trim().is_empty()) {
        let found = locate(&within[from..], line, Some(0), &[])?;
        let skipped = at(within, &(index(from)..index(from) + found.start));
        if skipped.chars().filter_map(essence).next().is_some() {
            return Err(Unlocated::NotThere { up_to: None });
        }
        let start = place.start + index(from) + found.start;
        let end = place.start + index(from) + found.end;
        from += found.end as usize;
        pieces.push(start..end);
    }
    let rest = at(within, &(index(from)..index(within.len())));
    match rest.chars().filter_map(essence).next() {
        Some(_) => Err(Unlocated::NotThere { up_to: None }),
        None => Ok(pieces),
    }
}

pub(super) fn index(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "Both sides\nwill hold the Cyber Dia-\nlogue in 2025.\n\nThe parties\u{2019} experts will meet. The experts will meet again.";

    fn found(words: &str, near: Option<u32>) -> Result<String, Unlocated> {
        let chars: Vec<char> = TEXT.chars().collect();
        locate(&chars, words, near, &[]).map(|place| at(&chars, &place))
    }

    #[test]
    fn words_are_found_across_lines_hyphens_and_quotation_marks() {
        let told = |words| found(words, None).expect("it stands there");
        assert_eq!(
            told("will hold the Cyber Dialogue"),
            "will hold the Cyber Dia-\nlogue"
        );
        assert_eq!(told(" Both  sides will "), "Both sides\nwill");
        assert_eq!(told("The parties' experts"), "The parties\u{2019} experts");
    }

    #[test]
    fn what_does_not_stand_there_is_told_with_how_far_it_does() {
        assert_eq!(found(" \n", None), Err(Unlocated::Empty));
        let odd = found("Both sides will hold the Cyber Summit", None);
        let up_to = Some("Both sides will hold the Cyber".to_owned());
        assert_eq!(odd, Err(Unlocated::NotThere { up_to }));
        let case = found("BOTH SIDES", None);
        assert_eq!(case, Err(Unlocated::NotThere { up_to: None }));
    }

    #[test]
    fn of_several_places_the_nearest_counts_or_the_first_that_is_free() {
        let chars: Vec<char> = TEXT.chars().collect();
        let first = locate(&chars, "experts will meet", None, &[]).expect("there");
        let second = locate(&chars, "experts will meet", Some(999), &[]).expect("there");
        assert!(second.start > first.start);
        let free = locate(
            &chars,
            "experts will meet",
            None,
            std::slice::from_ref(&first),
        );
        assert_eq!(free, Ok(second));
    }

    #[test]
    fn words_are_cut_where_a_line_ends_and_nothing_is_lost() {
        let chars: Vec<char> = TEXT.chars().collect();
        let whole = locate(
            &chars,
            "Both sides will hold the Cyber Dialogue in 2025",
            None,
            &[],
        );
        let whole = whole.expect("there");
        let pieces = cut(
            &chars,
            &whole,
            "Both sides will hold\n\n the Cyber Dialogue\nin 2025\n",
        );
        let pieces = pieces.expect("the same words");
        let told: Vec<String> = pieces
            .iter()
            .map(|place| folded(&at(&chars, place)))
            .collect();
        assert_eq!(
            told,
            ["Both sides will hold", "the Cyber Dia- logue", "in 2025"]
        );
        for odd in [
            "Both sides will hold\nin 2025",
            "Both sides",
            "sides\nwill hold the Cyber Dialogue in 2025",
        ] {
            assert!(cut(&chars, &whole, odd).is_err(), "{odd}");
        }
    }

    #[test]
    fn a_text_is_made_plain_once() {
        let text = "\u{feff}One\r\ntwo\rthree\u{0}\u{2029}four\u{c}five";
        assert_eq!(plain(text), "One\ntwo\nthree\n\nfour\u{c}five");
        assert_eq!(plain(&plain(text)), plain(text));
    }

    #[test]
    fn looking_for_a_strangers_words_takes_time_that_grows_with_the_text() {
        let chars: Vec<char> = "a".repeat(400_000).chars().collect();
        let words = format!("{}b", "a".repeat(200_000));
        assert!(locate(&chars, &words, None, &[]).is_err());
    }
}
