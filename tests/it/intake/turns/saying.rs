//! What is said, affirmed, welcomed or begun by saying so.

use aide_memoire::domain::commitment::Strength::{Firm, Hortatory, Political};

use super::{BOTH, nothing, promised};

#[test]
fn they_met_in_order_to_promise() {
    promised(
        "The two leaders met in Lamu on the margins of the Oceans Forum to reaffirm their commitment to \
         protecting mangroves.",
        &[("The two leaders met", Political, BOTH, None)],
    );
    promised(
        "The sides are pleased to launch a Dialogue on Fisheries.",
        &[("The sides are pleased", Firm, BOTH, None)],
    );
    nothing("The sides are steadily building a harbour with two berths.");
    promised(
        "Norway is providing $12 million for the harbour at Lamu.",
        &[("Norway is providing", Firm, &["Norway"], None)],
    );
    nothing("At our consultations in Bergen in May 2021, we agreed to open an embassy.");
    nothing("When the Fund was announced, we pledged to establish a secretariat.");
}

#[test]
fn what_is_told_is_promised_by_whom_it_tells_of() {
    promised(
        "The Prime Minister reiterated that Norway aims to support the harbour of Mombasa.",
        &[(
            "The Prime Minister reiterated",
            Hortatory,
            &["Norway"],
            None,
        )],
    );
    promised(
        "The leaders reaffirmed that both countries fully commit to expanding trade.",
        &[("The leaders reaffirmed", Political, BOTH, None)],
    );
    promised(
        "As Kenya assumes the chair, it will publish a programme.",
        &[("it will publish", Firm, &["Kenya"], None)],
    );
    promised(
        "They decided that both countries must continue talks on visas.",
        &[("They decided", Political, BOTH, None)],
    );
    nothing("They decided that the militias must leave the valley.");
    promised(
        "As Kenya assumes the chair, it will keep Norway informed of its priorities.",
        &[("it will keep Norway informed", Political, &["Kenya"], None)],
    );
}

#[test]
fn an_act_is_called_important_in_many_ways() {
    promised(
        "The leaders underlined the value of peace and the need to demine the border.",
        &[("the need to demine", Hortatory, BOTH, None)],
    );
    promised(
        "They reaffirmed the importance to Norway of expanding the harbour.",
        &[("They reaffirmed", Hortatory, BOTH, None)],
    );
    promised(
        "They stressed the importance of universities working together on salmon.",
        &[("They stressed", Hortatory, BOTH, None)],
    );
    promised(
        "They emphasised the importance of efforts to improve harbours.",
        &[("They emphasised", Hortatory, BOTH, None)],
    );
    nothing("They affirmed the importance of the bilateral partnership in a troubled world.");
    nothing("The two sides encouraged the peaceful resolution of the dispute over the islet.");
    nothing("Both sides share a desire to make trade fairer.");
}

#[test]
fn a_commitment_needs_an_act() {
    promised(
        "They reiterate a shared commitment to adapt and modernise their fisheries agreement.",
        &[("They reiterate", Political, BOTH, None)],
    );
    promised(
        "They renewed their commitment to the partnership, and their determination to continue talks.",
        &[("their determination", Political, BOTH, None)],
    );
    promised(
        "The two Ministers reaffirmed their agreement to work closely on herring.",
        &[("The two Ministers", Political, BOTH, None)],
    );
    nothing(
        "They reaffirmed their commitment to shared values, including inclusion and the rule of law.",
    );
    nothing("Norway and Kenya recommitted to shared democratic values.");
    nothing("The Prime Minister undertook an official visit to Nairobi.");
    nothing("The President welcomed Norway's commitment to global energy security.");
    promised(
        "We are committed, where our laws allow, to opening our archives.",
        &[("We are committed", Political, BOTH, None)],
    );
    promised(
        "Both countries are fully committed towards strengthening the pact.",
        &[("Both countries", Political, BOTH, None)],
    );
}

#[test]
fn an_agreement_beside_a_will_is_one_of_its_own() {
    promised(
        "Norway will provide $2 million for the school, and agreed not to impose a levy on tea.",
        &[
            ("Norway will provide", Firm, &["Norway"], None),
            ("agreed not to impose", Firm, &["Norway"], None),
        ],
    );
    promised(
        "They will publish mutually agreed terms.",
        &[("They will publish", Firm, BOTH, None)],
    );
}

#[test]
fn what_is_offered_announced_or_supported_by_an_act() {
    promised(
        "Norway affirmed to continue full cooperation in the search.",
        &[("Norway affirmed", Political, &["Norway"], None)],
    );
    promised(
        "The Prime Minister thanked Kenya and offered Norway's support for dredging the harbour.",
        &[("offered Norway's support", Political, &["Norway"], None)],
    );
    promised(
        "We announce the establishment of a working group on ports.",
        &[("We announce", Firm, BOTH, None)],
    );
    promised(
        "We support the clinics of the coast by sending nurses.",
        &[("We support", Political, BOTH, None)],
    );
    nothing("We support the clinics of the coast.");
    promised(
        "We are unified in our intent to keep the strait open.",
        &[("We are unified", Political, BOTH, None)],
    );
    promised(
        "The fleet is old, and Kenya has announced it will publish a plan.",
        &[("it will publish", Firm, &["Kenya"], None)],
    );
    promised(
        "We continue to make every effort to clear the mines.",
        &[("We continue", Political, BOTH, None)],
    );
    nothing("On 3 May 2022, we announced that we would sign a treaty.");
    promised(
        "We will build ports that resist storms and offer shelter.",
        &[(
            "We will build ports that resist storms and offer shelter",
            Firm,
            BOTH,
            None,
        )],
    );
}

#[test]
fn what_begins_by_saying_so_and_what_is_said_to_matter() {
    promised(
        "Today, we launch talks on fisheries.",
        &[("we launch talks", Firm, BOTH, None)],
    );
    promised(
        "We are pleased to announce an intention to open a library in Kisumu.",
        &[("We are pleased", Firm, BOTH, None)],
    );
    promised(
        "We underscore that it is critical to strengthen our cooperation on reefs.",
        &[("We underscore", Hortatory, BOTH, None)],
    );
    promised(
        "We will be expanding our cooperation on reefs.",
        &[("We will be expanding", Political, BOTH, None)],
    );
    promised(
        "We remain resolute as ever in supporting the harbour.",
        &[("We remain resolute", Political, BOTH, None)],
    );
    nothing("We remain steadfast in our support for a free sea.");
    nothing("We should navigate this time together.");
    nothing("Norway and Kenya affirm the promise of technology for growth.");
    promised(
        "We look to enhance our harbours by dredging.",
        &[("We look to enhance", Hortatory, BOTH, None)],
    );
}

#[test]
fn each_thing_that_is_said_is_one_of_its_own() {
    promised(
        "They underlined the importance of the reefs, and the need to protect them from trawlers.",
        &[("the need to protect", Hortatory, BOTH, None)],
    );
    promised(
        "Norway reaffirmed its commitment to training divers and the importance of mapping the reefs.",
        &[
            (
                "Norway reaffirmed its commitment",
                Political,
                &["Norway"],
                None,
            ),
            ("the importance of mapping", Hortatory, &["Norway"], None),
        ],
    );
    promised(
        "They welcomed Kenya's decision to close the northern reef, as well as Norway's plans to dredge the channel.",
        &[
            (
                "They welcomed Kenya's decision",
                Hortatory,
                &["Kenya"],
                None,
            ),
            ("Norway's plans to dredge", Hortatory, &["Norway"], None),
        ],
    );
    promised(
        "They welcomed the share of Kenya in the Fund and its intention to join the board.",
        &[("its intention to join", Hortatory, &["Kenya"], None)],
    );
}

#[test]
fn a_verb_that_nobody_knows_leads_to_one_that_promises() {
    promised(
        "Kenya has built many schools and intends, with the help of others, to continue to build them.",
        &[("intends", Political, &["Kenya"], None)],
    );
    promised(
        "We are deeply invested in the reefs, and are committed to protecting them.",
        &[("are committed to protecting", Political, BOTH, None)],
    );
    promised(
        "Both sides are determined to, within 12 months, identify the reefs to be closed.",
        &[(
            "Both sides are determined",
            Political,
            BOTH,
            Some(("2024-03-10", "2025-03-10")),
        )],
    );
    promised(
        "Reaffirming their commitment to protecting reefs, the two leaders welcomed the ferry.",
        &[("Reaffirming their commitment", Political, BOTH, None)],
    );
    promised(
        "We are unflinching in our commitment to uphold the treaty.",
        &[("We are unflinching", Political, BOTH, None)],
    );
    promised(
        "They reaffirmed the goal for Kenya to achieve clean ferries by 2030.",
        &[(
            "They reaffirmed the goal",
            Political,
            &["Kenya"],
            Some(("2024-03-10", "2030-12-31")),
        )],
    );
    promised(
        "The three ministers confirmed plans to enhance the safety of ferries.",
        &[("The three ministers confirmed", Political, BOTH, None)],
    );
}

#[test]
fn what_is_seen_as_worth_doing_is_called_important() {
    promised(
        "Leaders saw advantage in mapping the reefs together.",
        &[("Leaders saw advantage", Hortatory, BOTH, None)],
    );
    promised(
        "They agreed it was important to deliver the ferry soon.",
        &[("They agreed it was", Hortatory, BOTH, None)],
    );
    promised(
        "They affirmed the value of a first meeting of coast guards before the end of 2026.",
        &[(
            "They affirmed the value",
            Hortatory,
            BOTH,
            Some(("2024-03-10", "2026-12-31")),
        )],
    );
    nothing("They underlined the importance of the conference of 12 November 2026.");
    promised(
        "They agreed to a joint plan to ease travel.",
        &[("They agreed to a joint plan", Firm, BOTH, None)],
    );
    nothing("Norway and Kenya have agreed to a Framework for Fisheries.");
    promised(
        "They expect to open the harbour in 2026.",
        &[(
            "They expect to open",
            Hortatory,
            BOTH,
            Some(("2026-01-01", "2026-12-31")),
        )],
    );
    promised(
        "Kenya is looking forward to joining the regatta.",
        &[("Kenya is looking forward", Hortatory, &["Kenya"], None)],
    );
}
