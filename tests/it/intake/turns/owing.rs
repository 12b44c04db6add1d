//! Who owes it.

use aide_memoire::domain::commitment::Strength::{Firm, Hortatory, Political};

use super::{BOTH, nothing, promised};

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
fn whoever_visits_owes_the_visit() {
    promised(
        "The leaders looked forward to a visit to Bergen by a high-level Kenyan delegation.",
        &[("The leaders looked forward", Hortatory, &["Kenya"], None)],
    );
    promised(
        "Prime Minister Berg welcomed President Otieno to Norway. President Otieno expressed his determination to \
         protect the reefs, and Prime Minister Berg reiterated her readiness to train divers.",
        &[
            ("President Otieno expressed", Political, &["Kenya"], None),
            (
                "Prime Minister Berg reiterated",
                Political,
                &["Norway"],
                None,
            ),
        ],
    );
    promised(
        "He affirmed Norway's friendship with Kenya, and its readiness to support the fishermen of Lamu.",
        &[("its readiness to support", Political, &["Norway"], None)],
    );
}
