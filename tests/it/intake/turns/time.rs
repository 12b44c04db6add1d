//! Until when.

use aide_memoire::domain::commitment::Strength::{Firm, Political};

use super::{BOTH, promised, promises};

#[test]
fn the_time_is_that_of_the_act() {
    let within = |sentence: &str, first, last| {
        let found = promises(sentence);
        let window = found[0].3.clone();
        assert_eq!(
            window,
            Some((String::from(first), String::from(last))),
            "{sentence}"
        );
    };
    within(
        "They agreed to hold a workshop between April and October 2024.",
        "2024-04-01",
        "2024-10-31",
    );
    within(
        "Norway will fund the school until at least 2027.",
        "2024-03-10",
        "2027-12-31",
    );
    within(
        "Norway will provide $3 million over two years.",
        "2024-03-10",
        "2026-03-10",
    );
    within(
        "They will meet again later in the year.",
        "2024-03-10",
        "2024-12-31",
    );
    within(
        "They agreed to sign the protocol by the Kisumu Summit in May 2024.",
        "2024-03-10",
        "2024-05-31",
    );
    let undated =
        promises("They agreed to work on space, which is to be a topic of the fair in May 2024.");
    assert_eq!(undated[0].3, None);
    let undated = promises("We will continue our talks as Norway takes the chair in 2025.");
    assert_eq!(undated[0].3, None);
}

#[test]
fn decades_are_dates() {
    promised(
        "Norway will deliver the ferry in the early 2030s.",
        &[(
            "Norway will deliver",
            Firm,
            &["Norway"],
            Some(("2030-01-01", "2033-12-31")),
        )],
    );
    promised(
        "Kenya will open the harbour within this decade.",
        &[(
            "Kenya will open",
            Firm,
            &["Kenya"],
            Some(("2024-03-10", "2029-12-31")),
        )],
    );
    promised(
        "As early as 2026, Norway will begin rotations of ferries.",
        &[(
            "Norway will begin",
            Firm,
            &["Norway"],
            Some(("2026-01-01", "2026-12-31")),
        )],
    );
    promised(
        "Norway affirmed its commitment to take urgent action this decade to protect reefs.",
        &[("Norway affirmed", Political, &["Norway"], None)],
    );
}

#[test]
fn what_it_leads_up_to_or_notes_makes_it_no_firmer() {
    let found = promises("They agreed to work closely in the lead-up to the regatta in 2026.");
    assert_eq!(found[0].1, Political);
    assert_eq!(
        found[0].3,
        Some(("2024-03-10".to_owned(), "2026-12-31".to_owned()))
    );
    promised(
        "They committed to deepening relations, noting this year was their 40th.",
        &[("They committed", Political, BOTH, None)],
    );
}
