//! How strongly: what makes an act one that can be checked.

use aide_memoire::domain::commitment::Strength::{Firm, Hortatory, Political};

use super::{BOTH, ISSUED, TITLE, promised, read};

#[test]
fn a_will_is_political_whatever_its_date() {
    promised(
        "Norway and Kenya intend to sign a treaty in June 2024.",
        &[(
            "Norway and Kenya intend",
            Political,
            BOTH,
            Some(("2024-06-01", "2024-06-30")),
        )],
    );
    promised(
        "We intend for the Forum to serve as a lasting platform.",
        &[("We intend for", Political, BOTH, None)],
    );
    promised(
        "The Ministers resolved to establish a fund and asked officials to draft its rules.",
        &[
            ("The Ministers resolved", Political, BOTH, None),
            (
                "asked officials",
                Firm,
                &["Norway officials", "Kenya officials"],
                None,
            ),
        ],
    );
    promised(
        "The leaders call on Ministers to prepare a plan for ports.",
        &[("The leaders call on Ministers", Firm, &["Ministers"], None)],
    );
}

#[test]
fn what_is_lifted_or_left_undone_can_be_checked() {
    promised(
        "Kenya will remove restrictions on exports of tea.",
        &[("Kenya will remove", Firm, &["Kenya"], None)],
    );
    promised(
        "Norway agreed not to impose a tax on flowers.",
        &[("Norway agreed not", Firm, &["Norway"], None)],
    );
    let titled = |sentence: &str| {
        let text = format!("{TITLE}\n\n{sentence}\n");
        read(&text, ISSUED).proposals[0].subject.clone()
    };
    assert_eq!(
        titled("Norway agreed not to impose a tax on flowers."),
        "Not to impose a tax on flowers"
    );
    assert_eq!(
        titled("Kenya will not apply the levy to salmon."),
        "Not apply the levy to salmon"
    );
    promised(
        "They agreed that Kenya will not apply the levy.",
        &[("They agreed", Firm, &["Kenya"], None)],
    );
    promised(
        "Kenya will (i) modify its tariff on salmon.",
        &[("Kenya will (i)", Political, &["Kenya"], None)],
    );
    promised(
        "Norway commits to join the Lamu Forum.",
        &[("Norway commits", Firm, &["Norway"], None)],
    );
}

#[test]
fn a_deed_makes_checkable_what_is_open() {
    promised(
        "Norway will enhance the safety of ferries by establishing a coast guard academy.",
        &[("Norway will enhance", Firm, &["Norway"], None)],
    );
    promised(
        "Kenya commits to address barriers to trade, including by accepting the certificates of Norway.",
        &[("Kenya commits", Firm, &["Kenya"], None)],
    );
    promised(
        "We will work together to enhance the safety of ferries by establishing good habits.",
        &[("We will work", Political, BOTH, None)],
    );
    promised(
        "Kenya will provide preferential market access for salmon.",
        &[("Kenya will provide", Firm, &["Kenya"], None)],
    );
    promised(
        "Norway has committed to ensure that no fees are imposed on students.",
        &[("Norway has committed", Firm, &["Norway"], None)],
    );
    promised(
        "Kenya will review its fishing licences.",
        &[("Kenya will review", Firm, &["Kenya"], None)],
    );
    promised(
        "Ministers agreed to hold a minimum of two meetings a year.",
        &[("Ministers agreed", Firm, BOTH, None)],
    );
}

#[test]
fn what_is_looked_for_is_an_endeavour() {
    promised(
        "We will seek opportunities to train pilots.",
        &[("We will seek", Hortatory, BOTH, None)],
    );
    promised(
        "The parties intend to work together to consider a ferry.",
        &[("The parties intend", Hortatory, BOTH, None)],
    );
    promised(
        "Norway will seek advice on reefs.",
        &[("Norway will seek", Political, &["Norway"], None)],
    );
    promised(
        "We will work to build a cleaner harbour.",
        &[("We will work", Political, BOTH, None)],
    );
}

#[test]
fn what_is_many_and_has_no_article_is_never_all_there() {
    promised(
        "We will build partnerships across the ocean.",
        &[("We will build", Political, BOTH, None)],
    );
    promised(
        "We will build a partnership across the ocean.",
        &[("We will build", Firm, BOTH, None)],
    );
    promised(
        "We commit to phase out our use of old ferries.",
        &[("We commit to phase out", Firm, BOTH, None)],
    );
    promised(
        "We are committed to supporting the adoption of safer nets.",
        &[("We are committed", Political, BOTH, None)],
    );
    promised(
        "We will harmonise our tariffs, drawing on $3 million in the budget of Kenya.",
        &[("We will harmonise", Political, BOTH, None)],
    );
    promised(
        "They agreed to meet regularly.",
        &[("They agreed to meet", Political, BOTH, None)],
    );
    promised(
        "We aspire to vaccinate all fishermen by the end of 2026.",
        &[(
            "We aspire to vaccinate",
            Hortatory,
            BOTH,
            Some(("2024-03-10", "2026-12-31")),
        )],
    );
    promised(
        "Norway intends to scale up its efforts through to 2027.",
        &[(
            "Norway intends",
            Political,
            &["Norway"],
            Some(("2024-03-10", "2027-12-31")),
        )],
    );
    promised(
        "Kenya will map the reef in 2025/26.",
        &[(
            "Kenya will map",
            Firm,
            &["Kenya"],
            Some(("2025-01-01", "2026-12-31")),
        )],
    );
    promised(
        "We will take the following steps in the matter.\n\n- Launching a survey of reefs;\n\n- Closing the harbour.\n",
        &[
            ("We will take", Political, BOTH, None),
            ("Launching a survey", Firm, BOTH, None),
            ("Closing the harbour", Political, BOTH, None),
        ],
    );
}

#[test]
fn a_participle_beside_the_verb_is_no_second_act() {
    promised(
        "We will deepen our cooperation, recognising the opportunities of the reefs.",
        &[("We will deepen", Political, BOTH, None)],
    );
    promised(
        "We will make use of all instruments and funding mechanisms to protect the reefs.",
        &[("We will make use", Political, BOTH, None)],
    );
    promised(
        "We will deepen our cooperation and establish a school.",
        &[("We will deepen", Firm, BOTH, None)],
    );
    promised(
        "They agreed to create working groups on reefs.",
        &[("They agreed to create", Firm, BOTH, None)],
    );
}
