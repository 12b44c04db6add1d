//! Samples: every letter of one small year, so that a template is tried on every kind of letter
//! before it is trusted with a real one.

use chrono::NaiveDate;

use super::{Letter, LetterSettings, Link, test_letter, write};
use crate::domain::desk::EmailAddress;
use crate::domain::notice::{Notice, NoticeKind};
use crate::planner::rehearse::rehearse;
use crate::record;

/// What stands in everything that is restricted in the samples, and in nothing else of them.
pub(in crate::delivery) const CANARY: &str = "{untold}";
/// Markup in what the record of the samples says.
pub(in crate::delivery) const MARKUP: &str = "<i>markup</i>";

/// One letter to try a template on, and what kind it is.
pub(in crate::delivery) struct Sample {
    pub name: &'static str,
    pub letter: Letter,
}

/// Every kind of letter, most of them several times.
pub(in crate::delivery) fn samples() -> Vec<Sample> {
    let book = record::read_text("samples.toml", include_str!("samples.toml"))
        .expect("the shipped samples are read by a test");
    let day = |text: &str| text.parse::<NaiveDate>().expect("a day");
    let year = rehearse(&book, day("2025-04-24"), day("2025-12-31"), None);
    let settings = settings();
    let mut samples: Vec<Sample> = Vec::new();
    for notice in year.notices.iter().map(|n| &n.notice) {
        let letter = write(notice, &book, &settings, notice.date);
        let stop = "https://aide-memoire.example.org/stop/sample".to_owned();
        samples.push(Sample {
            name: kind_of(notice, &letter),
            letter: letter.stopped_at(stop),
        });
    }
    samples.extend(derived(&samples, &settings));
    samples
}

/// What the year does not bring out: mail that is redirected or repeated, a list that is too long, the test.
fn derived(samples: &[Sample], settings: &LetterSettings) -> Vec<Sample> {
    let digest = samples.iter().find(|s| s.name == "digest");
    let redirected = digest.map(|s| Letter {
        redirected: Some(
            "Mail is redirected: this was for the desk <desk@example.org>.".to_owned(),
        ),
        ..s.letter.clone()
    });
    let long = digest.map(|s| {
        let mut letter = s.letter.clone();
        for section in &mut letter.sections {
            section.more = 7;
            section.list = Link {
                word: "The whole list".to_owned(),
                url: format!("{}/commitments", settings.public_url),
            };
        }
        letter
    });
    let again = samples.iter().find(|s| s.name == "reminder");
    let again = again.map(|s| {
        s.letter
            .clone()
            .repeated(NaiveDate::from_ymd_opt(2025, 6, 2))
    });
    let named = [
        ("redirected", redirected),
        ("long digest", long),
        ("again", again),
        ("test", Some(test_letter(settings))),
    ];
    named
        .into_iter()
        .filter_map(|(name, letter)| letter.map(|letter| Sample { name, letter }))
        .collect()
}

fn kind_of(notice: &Notice, letter: &Letter) -> &'static str {
    match notice.kind {
        NoticeKind::Brief => "brief",
        NoticeKind::Digest => "digest",
        NoticeKind::Daily if letter.blocks.len() > 1 => "several",
        NoticeKind::Daily if letter.blocks.iter().all(|b| b.promise.is_none()) => "restricted",
        NoticeKind::Daily => "reminder",
    }
}

fn settings() -> LetterSettings {
    LetterSettings {
        public_url: "https://aide-memoire.example.org".to_owned(),
        name: "Aide-mémoire".to_owned(),
        from: EmailAddress::parse("aide-memoire@example.org").expect("an address"),
        from_name: Some("Aide-mémoire".to_owned()),
        return_path: None,
        reply_to: None,
        redirect: None,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::delivery::render;

    #[test]
    fn there_is_a_sample_of_every_kind_and_ours_tell_nothing_restricted() {
        let samples = samples();
        let names: BTreeSet<&str> = samples.iter().map(|s| s.name).collect();
        let wanted = [
            "again",
            "brief",
            "digest",
            "long digest",
            "redirected",
            "reminder",
            "restricted",
            "several",
            "test",
        ];
        assert_eq!(names.into_iter().collect::<Vec<_>>(), wanted);
        let html: Vec<String> = samples.iter().map(|s| render::html(&s.letter)).collect();
        assert!(html.iter().any(|h| h.contains("&lt;i&gt;markup&lt;/i&gt;")));
        for (sample, html) in samples.iter().zip(&html) {
            assert!(
                !html.contains(CANARY) && !html.contains(MARKUP),
                "{}",
                sample.name
            );
            assert!(
                !render::text(&sample.letter).contains(CANARY),
                "{}",
                sample.name
            );
        }
    }
}
