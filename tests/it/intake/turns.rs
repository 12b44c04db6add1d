//! Turns of phrase, one sentence each: what is promised in it, how strongly, by whom and until when;
//! or nothing. The sentences are our own; Norway and Kenya said none of them.

use aide_memoire::domain::commitment::Strength;

use Strength::{Firm, Hortatory, Political};

use super::documents::read;

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
fn who_acts_beside_whom() {
    promised(
        "President Ruto and Prime Minister Støre agreed to open a consulate in Lamu.",
        &[("President Ruto", Firm, BOTH, None)],
    );
    promised(
        "Kenya will widen the road, while Norway will finance a bridge.",
        &[
            ("Kenya will widen", Political, &["Kenya"], None),
            ("Norway will finance", Firm, &["Norway"], None),
        ],
    );
    promised(
        "Kenya has a target of its own and Norway will publish one.",
        &[("Norway will publish", Firm, &["Norway"], None)],
    );
    promised(
        "The JMCX agreed to publish a yearbook.",
        &[("The JMCX agreed", Firm, &["JMCX"], None)],
    );
    nothing("The work we carry out in these harbours will change the coast.");
    nothing("The pledge given to Norway and Kenya will only grow.");
    nothing("Challenges such as piracy and drought demand attention.");
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
fn the_sides_by_other_names_and_in_other_tenses() {
    promised(
        "The two NSAs decided to convene a second meeting.",
        &[("The two NSAs decided", Firm, BOTH, None)],
    );
    promised(
        "They applauded the progress, and look forward to the opening of the port.",
        &[("look forward to", Hortatory, BOTH, None)],
    );
    promised(
        "They underscored the need to dredge the harbour and intend to establish an annual fair.",
        &[
            ("They underscored", Hortatory, BOTH, None),
            ("intend to establish", Political, BOTH, None),
        ],
    );
    promised(
        "They affirmed the importance of cooperation on tracing lost ships.",
        &[("They affirmed", Hortatory, BOTH, None)],
    );
    promised(
        "They stressed the importance of continuing to clear the mines.",
        &[("They stressed", Hortatory, BOTH, None)],
    );
    promised(
        "Norway welcomed Kenya's commitment through its navy to map the reef.",
        &[("Norway welcomed", Hortatory, &["Kenya"], None)],
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
fn what_goes_on_is_no_promise_and_what_is_worked_towards_is() {
    nothing("Norway continues to support the fishermen of Lamu.");
    nothing("We announce several new initiatives to strengthen our friendship.");
    nothing("The harbour grew, given our shared commitment to keep it open.");
    promised(
        "We continue to work towards a treaty on fisheries.",
        &[("We continue to work", Political, BOTH, None)],
    );
    promised(
        "President Ruto also announced that Kenya will provide $2 million for the school.",
        &[("President Ruto", Firm, &["Kenya"], None)],
    );
    promised(
        "Both expressed the need to strengthen the coast guard.",
        &[("Both expressed", Hortatory, BOTH, None)],
    );
    promised(
        "They called on their governments to continue the work on reefs.",
        &[("They called on", Hortatory, BOTH, None)],
    );
    promised(
        "They concur on the utility of acceding to the convention.",
        &[("They concur", Hortatory, BOTH, None)],
    );
    promised(
        "Norway commits to refrain from banning exports of salmon.",
        &[("Norway commits", Firm, &["Norway"], None)],
    );
    promised(
        "We will speed up the works, of which over $2 million have been paid.",
        &[("We will speed up", Political, BOTH, None)],
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
fn what_an_agency_of_one_party_does_that_party_does() {
    promised(
        "The Norwegian Coast Guard plans to open a school in Lamu.",
        &[("The Norwegian Coast Guard", Political, &["Norway"], None)],
    );
    promised(
        "The Kenya Ports Authority (KPA) will publish a report. KPA also plans to dredge the channel.",
        &[
            ("The Kenya Ports Authority", Firm, &["Kenya"], None),
            ("KPA also plans", Political, &["Kenya"], None),
        ],
    );
    promised(
        "The Norwegian Ministry of Fisheries and the Kenya Ports Authority will convene a workshop.",
        &[("The Norwegian Ministry", Firm, BOTH, None)],
    );
    promised(
        "The Norway-Kenya Joint Committee will convene a workshop.",
        &[(
            "The Norway-Kenya Joint Committee",
            Firm,
            &["Norway-Kenya Joint Committee"],
            None,
        )],
    );
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
fn what_is_past_strange_or_said_of_others_is_no_promise() {
    nothing("Two years ago our nations pledged to build a harbour.");
    nothing("Norway has committed $2 million to the reefs since 2019.");
    nothing("They welcomed Acme's proposal to train divers.");
    nothing("We encourage countries beyond the region to join us.");
    nothing("Like all friends, we will sometimes disagree.");
    nothing(
        "They reaffirm that an attack would be met with a response from the international community.",
    );
    promised(
        "Norway reiterated that any attack on a ferry will be met with a swift response.",
        &[("Norway reiterated", Political, &["Norway"], None)],
    );
    promised(
        "We will never recognise the seizure of the ferry.",
        &[("We will never recognise", Political, BOTH, None)],
    );
    promised(
        "They directed both sides to review the safety of ferries.",
        &[("They directed both sides", Firm, BOTH, None)],
    );
    promised(
        "They called on their administrations to extend the ferry line.",
        &[("They called on their", Hortatory, BOTH, None)],
    );
    promised(
        "Kenya continues to consult with the Agency to develop a safer ferry.",
        &[("Kenya continues to consult", Political, &["Kenya"], None)],
    );
    promised(
        "They welcomed President Ruto's announcement that Kenya will host the Forum.",
        &[("They welcomed President", Hortatory, &["Kenya"], None)],
    );
    promised(
        "The Task Force will accelerate the dredging.",
        &[("The Task Force will", Political, BOTH, None)],
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
fn whoever_stands_beside_others_still_acts() {
    promised(
        "President Ruto reaffirmed that Norway, alongside its partners, will continue to support the reefs.",
        &[("President Ruto reaffirmed", Political, &["Norway"], None)],
    );
    promised(
        "The President met with Prime Minister Berg of Norway in Oslo to reaffirm their commitment to training divers.",
        &[("The President met", Political, BOTH, None)],
    );
    promised(
        "The Kenyan Minister expressed that she looked forward to visiting Bergen.",
        &[("The Kenyan Minister", Hortatory, &["Kenya"], None)],
    );
    promised(
        "Norway is pledging at least EUR 2 billion for the reefs.",
        &[("Norway is pledging", Firm, &["Norway"], None)],
    );
    promised(
        "Kenya is announcing plans to train up to 100 experts.",
        &[("Kenya is announcing plans", Firm, &["Kenya"], None)],
    );
    nothing("We are announcing the Declaration of Lamu to build on our friendship.");
    nothing("We call on all participants of the Markets Initiative to share what they know.");
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
