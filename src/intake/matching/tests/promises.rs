//! What is there already, what is an older promise said again, and who led the like.

use super::*;
use crate::domain::commitment::Effect;

fn mention(words: &str, read: &(Extraction, Matches)) -> (String, Effect) {
    match &of(words, read).standing {
        Standing::Mention {
            reference, effect, ..
        } => (reference.to_string(), *effect),
        other => panic!("{words}: {other:?}, {:?}", of(words, read).resembles),
    }
}

#[test]
fn an_older_promise_said_again_is_a_mention_of_it() {
    let read = beside(RELEASE, &book(), &person("outsider"));
    // Underscored then, a commitment reaffirmed now.
    assert_eq!(
        mention("disaster management", &read),
        ("JP20-01".into(), Effect::Strengthens)
    );
    // By the end of 2030 then, by the end of 2031 now. India's group on floods is another.
    assert_eq!(
        mention("flood forecasting", &read),
        ("JP20-02".into(), Effect::Weakens)
    );
    assert_eq!(
        mention("support for the ASEAN Power Grid", &read),
        ("JP20-03".into(), Effect::Repeats)
    );
    for new in [
        "launch the ASEAN-Japan Seagrass",
        "conclusion of the ASEAN-Japan Agreement",
    ] {
        assert_eq!(of(new, &read).standing, Standing::New, "{new}");
    }
}

#[test]
fn words_of_the_genre_make_nothing_alike() {
    let text = "ASEAN and Japan met today.\n\nBoth sides reaffirmed their commitment to strengthening cooperation in areas of mutual interest. They reaffirmed their commitment to deepening cooperation on fisheries. They agreed to establish a joint expert group on coral reefs by 2032. They agreed to complete a feasibility study on high-speed rail by 2032.";
    let read = beside(text, &book(), &person("outsider"));
    for words in [
        "mutual interest",
        "fisheries",
        "coral reefs",
        "high-speed rail",
    ] {
        let found = of(words, &read);
        assert_eq!(found.standing, Standing::New, "{words}: {found:#?}");
    }
}

#[test]
fn an_older_promise_is_said_again_by_what_is_most_like_it() {
    let text = "ASEAN and Japan met today.\n\nBoth sides reaffirmed their commitment to deepening cooperation on disaster management. They agreed to hold a workshop on radio for disaster management by 2032.";
    let read = beside(text, &book(), &person("outsider"));
    assert_eq!(mention("deepening cooperation", &read).0, "JP20-01");
    let workshop = of("workshop on radio", &read);
    assert_eq!(workshop.standing, Standing::New, "{workshop:?}");
}

#[test]
fn the_first_record_knows_its_own_press_release() {
    let book = crate::record::first_record();
    let text = "Outcomes of the 37th ASEAN-U.S. Dialogue\n\nThe 37th ASEAN-U.S. Dialogue was held on 22 April 2025 in Siem Reap, Cambodia.\n\nThe Dialogue also looked forward to the timely conclusion of the ASEAN-U.S. Leaders' Joint Vision Statement to Promote a Stronger, Safer and More Prosperous America and ASEAN, which will be endorsed at the upcoming ASEAN Post Ministerial Conference with the U.S. in July 2025 subsequently will be adopted at the 13th ASEAN-U.S. Summit, to be held in 2025 in Malaysia.\n\nASEAN looked forward to the U.S.'s sustained support for the ASEAN Single Window, ASEAN Power Grid, and ASEAN Digital Economy Framework Agreement (DEFA).";
    let read = on(text, &book, &person("officer-asean-us"), "2025-04-23");
    let there = |words: &str| match &of(words, &read).standing {
        Standing::There { references, .. } => references
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join(" "),
        other => panic!("{words}: {other:?}"),
    };
    assert_eq!(there("timely conclusion"), "US37-03");
    assert_eq!(there("will be endorsed"), "US37-03");
    assert_eq!(there("will be adopted"), "US37-03");
    assert_eq!(there("sustained support"), "US37-16 US37-17 US37-18");
    let due = |words: &str| of(words, &read).deadline.clone().unwrap().text;
    assert_eq!(due("will be endorsed"), "at pmc-us-2025");
    assert_eq!(due("will be adopted"), "at asean-us-summit-13");
}

#[test]
fn another_s_promise_is_not_the_same() {
    // Japan's support is asked for on record; here it is ASEAN that promises.
    let text = "ASEAN and Japan met today.\n\nASEAN reaffirmed its commitment to support the ASEAN Power Grid.";
    let read = beside(text, &book(), &person("outsider"));
    let grid = of("ASEAN Power Grid", &read);
    assert!(
        !matches!(&grid.standing, Standing::Mention { reference, .. } if reference.as_str() == "JP20-03"),
        "{grid:?}"
    );
}

#[test]
fn who_led_the_like_is_suggested_with_the_reason() {
    let book = book();
    let read = beside(RELEASE, &book, &person("outsider"));
    let grid = of("support for the ASEAN Power Grid", &read);
    assert_eq!(grid.leads[0].desk.as_str(), "energy-desk");
    assert_eq!(
        grid.leads[0].why,
        "takes on the work of Old energy desk, which led all 2 on the APG"
    );
    let floods = of("flood forecasting", &read);
    assert_eq!(floods.leads[0].desk.as_str(), "water-desk");
    assert_eq!(floods.leads[0].why, "led all 2 on water");
    // Nothing like it on record: whoever leads most of the partnership.
    let seagrass = of("Seagrass", &read);
    assert_eq!(seagrass.leads[0].desk.as_str(), "japan-desk");
    assert_eq!(seagrass.leads[0].why, "led 2 of 5 of ASEAN-Japan");
}

#[test]
fn what_the_reader_may_not_read_shapes_nothing() {
    let full = book();
    let mut without = full.clone();
    without.commitments.retain(|r, _| r.as_str() != "SECRET-01");
    let outsider = person("outsider");
    let with_secret = beside(RELEASE, &full, &outsider).1;
    assert_eq!(with_secret, beside(RELEASE, &without, &outsider).1);
    let told = serde_json::to_string(&with_secret).unwrap().to_lowercase();
    for canary in ["canary", "secret-01"] {
        assert!(!told.contains(canary), "{canary}");
    }
    // Its reader is told.
    let read = beside(RELEASE, &full, &person("officer"));
    assert_eq!(mention("200 scholarships", &read).0, "SECRET-01");
    let trade = of("conclusion of the ASEAN-Japan Agreement", &read);
    assert_eq!(trade.leads[0].desk.as_str(), "canary-desk");
}
