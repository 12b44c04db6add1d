//! Items of lists, and what stands between them.

use aide_memoire::domain::commitment::Strength::{Firm, Hortatory, Political};

use super::{BOTH, nothing, promised, promises};

#[test]
fn lists_of_gerunds_and_of_nouns_are_read_and_headings_are_not() {
    let text = "Norway and Kenya commit to:\n\n- working within our ports to protect divers.\n\n\
                In the longer term:\n\n- training pilots.\n\nDigital Trade and Technology\n";
    let quotes: Vec<String> = promises(text)
        .into_iter()
        .map(|(quote, ..)| quote)
        .collect();
    assert_eq!(
        quotes,
        [
            "working within our ports to protect divers.",
            "training pilots."
        ]
    );
    let text = "Both countries will widen their cooperation through, among others:\n\n\
                * the exchange of pilots; and\n\n* the establishment of a school for divers.\n";
    let found = promises(text);
    assert_eq!(found.len(), 2, "{found:#?}");
    assert_eq!((found[0].1, found[1].1), (Political, Firm));
    nothing("Whereas, the Participants intend to support the supply of tea;");
}

#[test]
fn whoever_opens_a_list_owes_its_items() {
    promised(
        "Kenya will, with the help of others, protect its reefs by:\n\n\
         - Closing the northern reef to trawlers by 2030.\n\n\
         - Training its divers.\n",
        &[
            (
                "Closing the northern reef",
                Firm,
                &["Kenya"],
                Some(("2024-03-10", "2030-12-31")),
            ),
            ("Training its divers", Political, &["Kenya"], None),
        ],
    );
    // Somebody the lexicon does not have opens it too.
    promised(
        "Norway and Atlantis will take steps to:\n\n- Protect the reefs.\n",
        &[("Protect the reefs", Political, BOTH, None)],
    );
    // A date of what is aimed at is none of the act.
    promised(
        "We commit to:\n\n- Advance efforts to achieve the goals by 2030.\n",
        &[(
            "Advance efforts",
            Political,
            BOTH,
            Some(("2024-03-10", "2030-12-31")),
        )],
    );
}

#[test]
fn a_sentence_within_a_list_is_no_item() {
    promised(
        "We will strengthen our cooperation through the following steps:\n\n\
         - Train divers. Both sides recalled the storm. Likewise, the Lamu fund has paid for two boats. \
         Additional boats can be bought later.\n",
        &[("Train divers", Political, BOTH, None)],
    );
    promised(
        "We will take the following steps:\n\n- Beginning in 2025, Kenyan personnel will train in Bergen.\n",
        &[(
            "Kenyan personnel",
            Firm,
            &["Kenya"],
            Some(("2025-01-01", "2025-12-31")),
        )],
    );
}

#[test]
fn a_list_opened_by_one_word_of_will_is_that_partys() {
    promised(
        "Kenya will:\n\n- raise the fee for trawlers, at which a licence is needed, from $5 million to $10 million;\n\n\
         - remove its limits on trade in salmon.\n",
        &[
            ("raise the fee", Firm, &["Kenya"], None),
            ("remove its limits", Political, &["Kenya"], None),
        ],
    );
    promised(
        "Both governments agreed to bring new energy to progress in:\n\n\
         - exploring a ferry line;\n\n- continuing the dredging of Lamu.\n",
        &[
            ("exploring a ferry line", Hortatory, BOTH, None),
            ("continuing the dredging", Political, BOTH, None),
        ],
    );
}
