//! Parties, instruments, meetings and deadlines.

use super::*;

fn known<I: ToString>(named: &[Named<I>]) -> Vec<String> {
    named
        .iter()
        .map(|n| {
            n.is.known()
                .map_or_else(|| format!("?{}", n.words), ToString::to_string)
        })
        .collect()
}

#[test]
fn parties_and_instruments_are_those_of_the_record() {
    let read = beside(RELEASE, &book(), &person("outsider"));
    assert_eq!(read.1.partnership.as_ref().unwrap().as_str(), "asean-japan");
    let grid = of("support for the ASEAN Power Grid", &read);
    assert_eq!(known(&grid.obligors), ["japan"]);
    assert_eq!(known(&grid.beneficiaries), ["asean"]);
    assert_eq!(known(&grid.instruments), ["power-grid"]);
    let trade = of("conclusion of the ASEAN-Japan Agreement", &read);
    assert_eq!(known(&trade.obligors), ["asean", "japan"]);
    assert_eq!(known(&trade.instruments), ["digital-trade"]);
    let seagrass = of("launch the ASEAN-Japan Seagrass", &read);
    assert_eq!(
        known(&seagrass.instruments),
        ["?ASEAN-Japan Seagrass Initiative (AJSI)"]
    );
}

#[test]
fn where_two_fit_none_is_taken_and_both_are_named() {
    let text = "ASEAN-JAPAN FORUM STATEMENT\n\nASEAN and Japan met today.\n\nASEAN and Japan will adopt the annexes of the ASEAN-Japan Plan of Action by July 2031. ASEAN and Japan will finalise a review of the ASEAN-Japan Plan of Action (2031-2035) by July 2031. ASEAN and Japan will adopt a new ASEAN-Japan Plan of Action by 2034.";
    let mut book = book();
    // One of the two is called a revised one, so that the short name is the other's.
    let read = beside(text, &book, &person("outsider"));
    assert_eq!(known(&of("annexes", &read).instruments), ["plan-2031-2035"]);
    let directory = std::sync::Arc::make_mut(&mut book.directory);
    let mut third = directory.instruments["plan-2031-2035"].clone();
    third.id = "plan-2021-2025".parse().unwrap();
    third.name = "ASEAN-Japan Plan of Action (2021-2025)".into();
    directory.instruments.insert(third.id.clone(), third);
    let read = beside(text, &book, &person("outsider"));
    let named = &of("finalise a review", &read).instruments;
    assert_eq!(known(named), ["plan-2031-2035"]);
    let new = &of("adopt a new", &read).instruments;
    assert_eq!(new[0].is, Found::Unknown);
    // In this text the short name stands for the long one that is written out.
    assert_eq!(known(&of("annexes", &read).instruments), ["plan-2031-2035"]);
    let alone = "ASEAN and Japan met today.\n\nASEAN and Japan will adopt the annexes of the ASEAN-Japan Plan of Action by July 2031.";
    let read = beside(alone, &book, &person("outsider"));
    let both: Vec<InstrumentId> = ["plan-2021-2025", "plan-2031-2035"]
        .map(|id| id.parse().unwrap())
        .to_vec();
    assert_eq!(of("annexes", &read).instruments[0].is, Found::Several(both));
}

#[test]
fn the_united_states_goes_by_many_names() {
    let book = book();
    for name in [
        "The United States",
        "The U.S.",
        "The United States of America",
        "The USA",
    ] {
        let text = format!(
            "Readout\n\nASEAN and the United States met today.\n\n{name} will host a seminar on ports by June 2031."
        );
        let read = beside(&text, &book, &person("outsider"));
        assert_eq!(
            known(&of("host a seminar", &read).obligors),
            ["us"],
            "{name}"
        );
    }
    let text = "ASEAN and Japan met.\n\nThe ASEAN Member States will host a seminar on ports by June 2031.";
    let read = beside(text, &book, &person("outsider"));
    assert_eq!(known(&of("host a seminar", &read).obligors), ["asean"]);
}

#[test]
fn meetings_are_told_by_series_number_date_and_what_is_next() {
    let book = book();
    let meeting = |sentence: &str| {
        let text = format!("Joint Statement\n\nASEAN and Japan met on 14 May 2031.\n\n{sentence}");
        let read = beside(&text, &book, &person("outsider"));
        let of_first = read.1.proposals.first();
        let of_first = of_first.unwrap_or_else(|| panic!("{sentence}: {:?}", read.0.passed));
        let named = of_first.meeting.clone();
        let deadline = of_first.deadline.as_ref().map(|d| d.text.clone());
        let id = named
            .as_ref()
            .and_then(|n| n.is.known())
            .map(ToString::to_string);
        (
            id.unwrap_or_else(|| format!("{named:?}")),
            deadline.unwrap_or_default(),
        )
    };
    let hangs = |id: &str, deadline: &str| (id.to_owned(), deadline.to_owned());
    assert_eq!(
        meeting("The two sides will sign the agreement at the 30th ASEAN-Japan Summit."),
        hangs("asean-japan-summit-30", "at asean-japan-summit-30")
    );
    assert_eq!(
        meeting("The two sides will sign the agreement at the next ASEAN-Japan Summit."),
        hangs("asean-japan-summit-30", "at asean-japan-summit-30")
    );
    assert_eq!(
        meeting(
            "They will endorse the text at the ASEAN Post Ministerial Conference with Japan in July 2031."
        ),
        hangs("pmc-japan-2031", "at pmc-japan-2031")
    );
    assert_eq!(
        meeting("The two sides will conclude the agreement before the 31st ASEAN-Japan Summit."),
        hangs("asean-japan-summit-31", "before asean-japan-summit-31")
    );
    // The one of 2033 is none of those on record.
    let (id, deadline) = meeting(
        "They will endorse the text at the ASEAN Post Ministerial Conference with Japan in July 2033.",
    );
    assert!(id.contains("Unknown"), "{id}");
    assert_eq!(deadline, "July 2033");
    let (id, _) = meeting("The two sides will sign the agreement at the 32nd ASEAN-Japan Summit.");
    assert!(id.contains("Unknown"), "{id}");
    let (id, _) = meeting("The two sides will sign the agreement at the next ASEAN-India Summit.");
    assert!(id.contains("Unknown"), "{id}");
}

/// What hangs on a meeting may also be by the day on which the record has it.
#[test]
fn a_meeting_with_a_date_is_a_date_too() {
    let book = book();
    let due = |text: &str| {
        let read = beside(text, &book, &person("outsider"));
        let due = read.1.proposals[0].deadline.clone().expect("a deadline");
        (due.text, due.dated)
    };
    let of = |text: &str, dated: &str| (text.to_owned(), Some(dated.to_owned()));
    assert_eq!(
        due("ASEAN and Japan will conclude the agreement by the 30th ASEAN-Japan Summit."),
        of("at asean-japan-summit-30", "by 22 October 2031")
    );
    assert_eq!(
        due("ASEAN and Japan will sign the agreement at the 30th ASEAN-Japan Summit."),
        of("at asean-japan-summit-30", "22 October 2031")
    );
    assert_eq!(
        due("They will endorse the text at the ASEAN Post Ministerial Conference with Japan."),
        of("at pmc-japan-2031", "July 2031")
    );
    // A meeting without a date is none.
    let (text, dated) =
        due("ASEAN and Japan will sign the agreement at the 31st ASEAN-Japan Summit.");
    assert_eq!((text.as_str(), dated), ("at asean-japan-summit-31", None));
}

#[test]
fn deadlines_are_the_record_s_and_mean_the_same_window() {
    let book = book();
    let read = beside(RELEASE, &book, &person("outsider"));
    let due = |words: &str| of(words, &read).deadline.clone().unwrap();
    assert_eq!(due("flood forecasting").text, "by 2031");
    let signed = due("will be signed");
    assert_eq!(signed.text, "at asean-japan-summit-30");
    assert_eq!(signed.dated.as_deref(), Some("October 2031"));
    assert_eq!(due("for approval").text, "2032");
    let before = due("Seagrass");
    assert_eq!(before.text, "before asean-japan-summit-30");
    assert_eq!(before.dated.as_deref(), Some("by 21 October 2031"));
    let issued = day("2031-05-15");
    let mut compared = 0;
    for (proposal, found) in read.0.proposals.iter().zip(&read.1.proposals) {
        let Some(due) = &found.deadline else { continue };
        let text = due.dated.as_ref().unwrap_or(&due.text);
        let deadline = crate::domain::deadline::Deadline::parse(text).unwrap();
        let said = proposal.deadline.as_ref().unwrap();
        if let (Some(first), Some(last)) = (said.earliest, said.latest) {
            let window = deadline.resolve(issued, |_| None).unwrap().window;
            assert_eq!(
                (window.first.max(issued), window.last),
                (first, last),
                "{text}"
            );
            compared += 1;
        }
    }
    assert!(compared >= 3);
}
