//! The same words beside the same record give the same answer, and no words break it.

use proptest::prelude::*;

use super::*;

/// Pieces of the genre, to be put together in any order.
const PIECES: [&str; 24] = [
    "ASEAN and Japan met on 14 May 2031.",
    "The 21st ASEAN-Japan Forum was held on 14 May 2031 in Vientiane.",
    "Both sides agreed to establish",
    "a joint expert group on flood forecasting",
    "at the next ASEAN-Japan Summit",
    "before the 30th ASEAN-Japan Summit",
    "the ASEAN Power Grid (APG)",
    "((((",
    "the new Plan of Action (2031–2035)",
    "by the end of next year.",
    "Japan will",
    "ASEAN looked forward to Japan's support for",
    "in July 2031",
    "on the margins of",
    "'s the -- \u{2013}\u{2014}",
    "\n\n",
    "1. ",
    "U.S.-",
    "PMC+1",
    "Summit",
    "the",
    "WE HEREBY DECIDE TO:",
    "within 90 days.",
    "\u{FEFF}\u{AD}",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_pieces_in_any_order_are_matched_alike_twice(
        pieces in prop::collection::vec(0..PIECES.len(), 0..40),
        noise in "\\PC{0,40}",
    ) {
        let mut text = pieces.iter().map(|n| PIECES[*n]).collect::<Vec<_>>().join(" ");
        text.push_str(&noise);
        let book = book();
        let outsider = person("outsider");
        let (extraction, matches) = beside(&text, &book, &outsider);
        prop_assert_eq!(matches.proposals.len(), extraction.proposals.len());
        for found in &matches.proposals {
            if let Some(due) = &found.deadline {
                let mut written = std::iter::once(&due.text).chain(&due.dated);
                prop_assert!(written.all(|t| crate::domain::deadline::Deadline::parse(t).is_ok()), "{:?}", due);
            }
        }
        prop_assert_eq!(&matches, &beside(&text, &book, &outsider).1);
        // What goes through JSON comes back.
        let json = serde_json::to_string(&matches).unwrap();
        prop_assert_eq!(&serde_json::from_str::<Matches>(&json).unwrap(), &matches);
    }

    #[test]
    fn the_order_in_which_the_record_was_written_does_not_matter(seed in 0usize..1000) {
        let text = include_str!("record.toml");
        let mut things: Vec<&str> = text.split("\n[[").skip(1).collect();
        // A permutation by the seed.
        for n in (1..things.len()).rev() {
            things.swap(n, (seed * 7919 + n * 104_729) % (n + 1));
        }
        let shuffled = things.iter().fold("schema = 1\n".to_owned(), |text, thing| text + "\n[[" + thing + "\n");
        let shuffled = crate::record::read_text("record.toml", &shuffled).unwrap();
        let outsider = person("outsider");
        prop_assert_eq!(beside(RELEASE, &shuffled, &outsider).1, beside(RELEASE, &book(), &outsider).1);
    }
}
