//! The deadline of a proposal as the record writes it: `July 2025`, `by 2025`, `at pmc-us-2025`.
//! Always one that `domain::deadline` reads.
//!
//! 1. It hangs on a meeting that is on record: `at` or `before` that meeting, which moves with it. So
//!    does a date that says when the meeting is, as long as the meeting on record is within it.
//! 2. Else the document's own words, where they mean the same window.
//! 3. Else the words of the record for that window: a month, a quarter, `by` its last day.
//!
//! A window that had begun when the document was issued is counted from that day: `in 2025`, said in
//! April, is `2025`.

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

use super::before::preposition_before;
use crate::domain::deadline::{Deadline, Window, month_name};
use crate::domain::directory::Directory;
use crate::domain::ids::MeetingId;
use crate::intake::extraction::{self, Proposal};
use crate::intake::when::Precision;
use crate::wording;

/// A deadline in the record's words, and why these.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Due {
    /// `at pmc-us-2025`, `July 2025`; readable by `domain::deadline`.
    pub text: String,
    /// Where `text` hangs on a meeting: the date as the document says it, else when the record has the
    /// meeting. A person chooses which of the two it is.
    pub dated: Option<String>,
    pub why: String,
}

/// The deadline of a proposal; `meeting` is the one it names, if it is on record.
pub(super) fn due(
    proposal: &Proposal,
    meeting: Option<&MeetingId>,
    issued: NaiveDate,
    directory: &Directory,
) -> Option<Due> {
    let said = proposal.deadline.as_ref();
    let dated = said.and_then(|said| in_the_record_s_words(said, issued));
    let hangs = meeting.and_then(|id| hanging(proposal, id, issued, directory));
    match (hangs, dated) {
        (Some(text), dated) => {
            let why = match (&dated, said) {
                (Some(_), Some(said)) => format!(
                    "{} is when that meeting is held; it moves with the meeting",
                    said.text
                ),
                _ => "it hangs on a meeting that is on record, and moves with it".to_owned(),
            };
            let by_record =
                || meeting.and_then(|id| as_the_meeting_is(said, id, &text, issued, directory));
            let dated = dated.or_else(by_record);
            Some(Due { text, dated, why })
        }
        (None, Some(text)) => {
            let said = &said?.text;
            let why = match text.eq_ignore_ascii_case(said) {
                true => "as the document says it".to_owned(),
                false => format!(
                    "what \u{201c}{said}\u{201d} means on {}",
                    wording::day(issued)
                ),
            };
            Some(Due {
                text,
                dated: None,
                why,
            })
        }
        (None, None) => None,
    }
}

/// `at MEETING` or `before MEETING`, where the act is to be done there.
fn hanging(
    proposal: &Proposal,
    id: &MeetingId,
    issued: NaiveDate,
    directory: &Directory,
) -> Option<String> {
    let said = proposal.deadline.as_ref();
    let is_event = said.is_some_and(|said| said.latest.is_none() && said.earliest.is_none());
    let before = |text: &str| {
        let text = text.to_lowercase();
        text.starts_with("before ")
            || text.starts_with("prior to ")
            || text.starts_with("ahead of ")
    };
    let name = proposal.meeting.as_deref();
    let behind = name.and_then(|name| preposition_before(&proposal.quote, name));
    match (is_event, said) {
        (true, Some(said)) => {
            let word = if before(&said.text) { "before" } else { "at" };
            Some(format!("{word} {id}"))
        }
        _ => {
            let word = behind?;
            let within = match said {
                None => true,
                Some(said) => {
                    let dated = directory.meeting_dated(id);
                    let window = window_of(said);
                    match (dated, window) {
                        (Some(dated), Some(window)) => {
                            window.first <= dated.window.first.max(issued)
                                && dated.window.last <= window.last
                        }
                        (None, _) => true,
                        (Some(_), None) => false,
                    }
                }
            };
            within.then(|| format!("{word} {id}"))
        }
    }
}

/// The date on which the record has the meeting that a deadline hangs on, as a deadline of its own.
/// None where the record has none, or where it had passed when the document was issued.
fn as_the_meeting_is(
    said: Option<&extraction::Deadline>,
    id: &MeetingId,
    hangs: &str,
    issued: NaiveDate,
    directory: &Directory,
) -> Option<String> {
    let Window { first, last } = directory.meeting_dated(id)?.window;
    let by_day = |day: NaiveDate| format!("by {}", wording::day(day));
    if hangs.starts_with("before ") {
        let eve = first.pred_opt()?;
        return (eve >= issued).then(|| by_day(eve));
    }
    if last < issued {
        return None;
    }
    let is_by = said.is_some_and(|said| is_said_as_an_end(&said.text));
    let dated = extraction::Deadline {
        text: if is_by { "by" } else { "at" }.to_owned(),
        earliest: Some(if is_by { issued } else { first.max(issued) }),
        latest: Some(last),
        precision: Precision::Range,
    };
    in_the_record_s_words(&dated, issued)
}

fn window_of(said: &extraction::Deadline) -> Option<Window> {
    Window::new(said.earliest?, said.latest?)
}

/// A deadline that means the window of the extraction, in words of the record.
pub(super) fn in_the_record_s_words(
    said: &extraction::Deadline,
    issued: NaiveDate,
) -> Option<String> {
    let window = window_of(said)?;
    let own = own_words(&said.text);
    let by = by_words(window);
    let spans = spans_ending(window);
    let is_by = is_said_as_an_end(&said.text);
    let mut tries: Vec<String> = own.into_iter().collect();
    if is_by {
        tries.extend(by);
        tries.extend(spans);
    } else {
        tries.extend(spans);
        tries.extend(by);
    }
    let means = |text: &String| means(text, issued);
    let exact = tries.iter().find(|text| means(text) == Some(window));
    // No words of the record mean a season or a week over the end of a month: its last day counts.
    let by_its_last_day = || {
        let text = format!("by {}", wording::day(window.last));
        Deadline::parse(&text).is_ok().then_some(text)
    };
    exact.cloned().or_else(by_its_last_day)
}

/// What is left on the day of the document of the window that a deadline means.
fn means(text: &str, issued: NaiveDate) -> Option<Window> {
    let deadline = Deadline::parse(text).ok()?;
    let window = deadline.resolve(issued, |_| None)?.window;
    Window::new(window.first.max(issued), window.last).or(Some(window))
}

/// The document's words without what stands before the date: `in`, `at the end of`.
fn own_words(text: &str) -> Option<String> {
    let text = text.replace('\u{2013}', "-").replace(',', "");
    let mut words: Vec<&str> = text.split_whitespace().collect();
    while let Some(first) = words.first() {
        let lower = first.to_lowercase();
        let before = [
            "in",
            "on",
            "during",
            "the",
            "throughout",
            "over",
            "for",
            "around",
        ];
        if !before.contains(&lower.as_str()) {
            break;
        }
        words.remove(0);
    }
    let text = words.join(" ");
    Deadline::parse(&text).ok().map(|_| text)
}

fn is_said_as_an_end(text: &str) -> bool {
    let first = text
        .split_whitespace()
        .next()
        .unwrap_or_default()
        .to_lowercase();
    matches!(
        first.as_str(),
        "by" | "before" | "until" | "till" | "no" | "not" | "prior" | "within" | "through" | "over"
    )
}

/// `by 2025`, `by July 2025`, `by 15 July 2025`: the coarsest that ends on the same day.
fn by_words(window: Window) -> Vec<String> {
    let last = window.last;
    let year = last.year();
    vec![
        format!("by {year}"),
        format!("by {} {year}", month_name(last.month())),
        format!("by {}", wording::day(last)),
    ]
}

/// Spans that end with the window, as people would say them: the first that means it is taken.
fn spans_ending(window: Window) -> Vec<String> {
    let Window { first, last } = window;
    let (year, month) = (last.year(), last.month());
    let name = month_name(month);
    let mut spans = vec![wording::day(last), format!("{name} {year}")];
    for third in ["early ", "mid-", "late "] {
        spans.push(format!("{third}{name} {year}"));
    }
    if first.year() == year && first.month() == month {
        spans.push(format!("{}-{} {name} {year}", first.day(), last.day()));
    }
    spans.push(format!("Q{} {year}", (month - 1) / 3 + 1));
    for third in ["early ", "mid-", "late "] {
        spans.push(format!("{third}{year}"));
    }
    spans.push(format!("first half of {year}"));
    spans.push(format!("second half of {year}"));
    spans.push(format!("{year}"));
    if first.year() < year {
        spans.push(format!("{}-{year}", first.year()));
    }
    spans
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn said(text: &str, from: &str, to: &str) -> extraction::Deadline {
        extraction::Deadline {
            text: text.into(),
            earliest: Some(day(from)),
            latest: Some(day(to)),
            precision: Precision::Range,
        }
    }

    #[test]
    fn a_window_is_said_in_the_record_s_words() {
        let issued = day("2031-05-15");
        let cases = [
            ("October 2031", "2031-10-01", "2031-10-31", "October 2031"),
            ("in October", "2031-10-01", "2031-10-31", "October 2031"),
            ("by the end of 2031", "2031-05-15", "2031-12-31", "by 2031"),
            (
                "by October 2031",
                "2031-05-15",
                "2031-10-31",
                "by October 2031",
            ),
            (
                "before July 2031",
                "2031-05-15",
                "2031-06-30",
                "by June 2031",
            ),
            ("this year", "2031-05-15", "2031-12-31", "2031"),
            ("next year", "2032-01-01", "2032-12-31", "2032"),
            ("next month", "2031-06-01", "2031-06-30", "June 2031"),
            ("this month", "2031-05-15", "2031-05-31", "May 2031"),
            (
                "within 90 days",
                "2031-05-15",
                "2031-08-13",
                "by 13 August 2031",
            ),
            ("2026-2035", "2031-05-15", "2035-12-31", "2026-2035"),
            ("Q3 2031", "2031-07-01", "2031-09-30", "Q3 2031"),
            (
                "the third quarter of 2031",
                "2031-07-01",
                "2031-09-30",
                "Q3 2031",
            ),
            (
                "second half of next year",
                "2032-07-01",
                "2032-12-31",
                "second half of 2032",
            ),
            ("on June 3, 2031", "2031-06-03", "2031-06-03", "3 June 2031"),
            (
                "June 3-5, 2031",
                "2031-06-03",
                "2031-06-05",
                "3-5 June 2031",
            ),
            // A season is no window of the record: its last day.
            (
                "this summer",
                "2031-06-01",
                "2031-08-31",
                "by 31 August 2031",
            ),
        ];
        for (text, from, to, record) in cases {
            let found = in_the_record_s_words(&said(text, from, to), issued);
            assert_eq!(found.as_deref(), Some(record), "{text}");
        }
    }

    #[test]
    fn every_window_ends_where_it_was_read_to_end() {
        // Properties over many windows: always readable, never another last day, and the same first
        // day wherever the record has words for it.
        let issued = day("2030-11-20");
        for offset in 0..800i64 {
            for length in [0, 1, 6, 27, 29, 30, 89, 91, 364, 400] {
                let first = issued + chrono::Days::new(offset as u64);
                let last = first + chrono::Days::new(length);
                let said = said("as it is said", &first.to_string(), &last.to_string());
                let text = in_the_record_s_words(&said, issued).unwrap();
                let is = means(&text, issued).unwrap();
                assert_eq!(is.last, last, "{text}");
                assert!(
                    is.first == first || text.starts_with("by "),
                    "{text} for {first}"
                );
            }
        }
    }
}
