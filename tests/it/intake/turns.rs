//! Turns of phrase, one sentence each: what is promised in it, how strongly, by whom and until when;
//! or nothing. The sentences are our own; Norway and Kenya said none of them.

use aide_memoire::domain::commitment::Strength;

use super::documents::read;

mod lists;
mod owing;
mod passing;
mod saying;
mod strength;
mod time;
mod titles;

const TITLE: &str = "Joint Statement of Norway and Kenya";
const BOTH: &[&str] = &["Norway", "Kenya"];
const ISSUED: &str = "2024-03-10";

type Promise = (
    &'static str,
    Strength,
    &'static [&'static str],
    Option<(&'static str, &'static str)>,
);

type Found = (String, Strength, Vec<String>, Option<(String, String)>);

fn promises(sentence: &str) -> Vec<Found> {
    let extraction = read(&format!("{TITLE}\n\n{sentence}\n"), ISSUED);
    let day = |date: Option<chrono::NaiveDate>| date.map_or("?".to_owned(), |d| d.to_string());
    extraction
        .proposals
        .into_iter()
        .map(|p| {
            let window = p.deadline.map(|d| (day(d.earliest), day(d.latest)));
            (p.quote, p.strength, p.obligors, window)
        })
        .collect()
}

#[track_caller]
fn promised(sentence: &str, wanted: &[Promise]) {
    let found = promises(sentence);
    assert_eq!(found.len(), wanted.len(), "{sentence}\n{found:#?}");
    for ((quote, strength, obligors, window), (words, how, who, when)) in found.iter().zip(wanted) {
        assert!(
            quote.starts_with(words),
            "`{quote}` does not begin `{words}`"
        );
        assert_eq!(strength, how, "{quote}");
        assert_eq!(obligors, who, "{quote}");
        let when = when.map(|(first, last)| (first.to_owned(), last.to_owned()));
        assert_eq!(*window, when, "{quote}");
    }
}

#[track_caller]
fn nothing(sentence: &str) {
    promised(sentence, &[]);
}
