//! Documents of other houses: what each kind of text does that the others do not.

use aide_memoire::domain::commitment::Strength;

use Strength::{Firm, Hortatory, Political};

use super::documents::{assert_found, read, reason};

#[test]
fn a_communique_of_numbered_decisions() {
    let text = include_str!("documents/operative.txt");
    let extraction = read(text, "2023-02-17");
    assert_found(
        text,
        &extraction,
        &[
            (
                "Reaffirms its commitment to support the peace",
                Political,
                &["AU"],
                None,
            ),
            (
                "Decides to establish a Technical Committee on",
                Firm,
                &["AU"],
                None,
            ),
            (
                "Requests the Chairperson of the Commission to",
                Firm,
                &["Chairperson of the Commission"],
                Some(("2023-02-17", "2023-05-18")),
            ),
            (
                "Underscores the need to enhance coordination among",
                Hortatory,
                &["AU"],
                None,
            ),
            (
                "Agrees to undertake a field mission to",
                Firm,
                &["AU"],
                Some(("2023-02-17", "2023-12-31")),
            ),
        ],
    );
    assert!(reason(&extraction, "remain actively seized").contains("stance"));
    assert!(
        reason(&extraction, "Calls on the international community").contains("appeal to others")
    );
    assert!(reason(&extraction, "Noting the opening").contains("preamble"));
}

#[test]
fn a_plan_of_action_whose_items_are_what_is_planned() {
    let text = include_str!("documents/plan.txt");
    let extraction = read(text, "2021-08-04");
    assert_found(
        text,
        &extraction,
        &[
            (
                "Strengthen dialogue through the ASEAN Post Ministerial",
                Political,
                &["ASEAN", "UK"],
                None,
            ),
            (
                "Convene an annual ASEAN-UK Senior Officials' Meeting;",
                Firm,
                &["ASEAN", "UK"],
                None,
            ),
            (
                "Promote cooperation in combating transnational crime, including",
                Political,
                &["ASEAN", "UK"],
                None,
            ),
            (
                "Explore cooperation on maritime domain awareness;",
                Hortatory,
                &["ASEAN", "UK"],
                None,
            ),
            (
                "Enhance trade facilitation and reduce barriers to",
                Political,
                &["ASEAN", "UK"],
                None,
            ),
            (
                "Support the implementation of the ASEAN Comprehensive",
                Political,
                &["ASEAN", "UK"],
                None,
            ),
            (
                "Encourage small businesses to participate in the",
                Hortatory,
                &["ASEAN", "UK"],
                None,
            ),
            (
                "The progress of this Plan of Action",
                Firm,
                &["ASEAN-UK Joint Cooperation Committee"],
                Some(("2021-08-04", "?")),
            ),
            (
                "The Parties will submit a mid-term report",
                Firm,
                &["ASEAN", "UK"],
                Some(("2024-01-01", "2024-12-31")),
            ),
        ],
    );
    assert!(reason(&extraction, "It will serve as a guide").contains("prediction"));
}

#[test]
fn a_memorandum_of_understanding() {
    let text = include_str!("documents/memorandum.txt");
    let extraction = read(text, "2022-05-10");
    assert_found(
        text,
        &extraction,
        &[
            (
                "The Participants will cooperate in the field",
                Political,
                &["Indonesia", "Norway"],
                None,
            ),
            (
                "The Participants will encourage exchanges of experts",
                Hortatory,
                &["Indonesia", "Norway"],
                None,
            ),
            (
                "The Participants shall establish a Joint Working",
                Firm,
                &["Indonesia", "Norway"],
                Some(("2022-05-10", "2022-11-10")),
            ),
            (
                "The Joint Working Group will meet once",
                Firm,
                &["Joint Working Group"],
                Some(("2022-05-10", "?")),
            ),
            (
                "Each Participant will designate a focal point.",
                Firm,
                &["Indonesia", "Norway"],
                None,
            ),
        ],
    );
    assert!(reason(&extraction, "will come into effect").contains("prediction"));
    assert!(reason(&extraction, "will bear its own costs").contains("describes"));
}

#[test]
fn a_communique_of_sides() {
    let text = include_str!("documents/communique.txt");
    let extraction = read(text, "2023-07-04");
    assert_found(
        text,
        &extraction,
        &[
            (
                "The Sides confirmed their intention to further",
                Political,
                &["India", "Kyrgyz Republic", "Uzbekistan"],
                None,
            ),
            (
                "They expressed interest in expanding the use",
                Hortatory,
                &["India", "Kyrgyz Republic", "Uzbekistan"],
                None,
            ),
            (
                "They agreed to intensify contacts between business",
                Political,
                &["India", "Kyrgyz Republic", "Uzbekistan"],
                None,
            ),
            (
                "Agreement was reached to convene the next",
                Firm,
                &["India", "Kyrgyz Republic", "Uzbekistan"],
                Some(("2024-01-01", "2024-12-31")),
            ),
            (
                "The Indian side announced its decision to",
                Firm,
                &["India"],
                None,
            ),
            (
                "The Kyrgyz side welcomed India's offer to",
                Hortatory,
                &["India"],
                None,
            ),
            (
                "The Sides decided to set up a",
                Firm,
                &["India", "Kyrgyz Republic", "Uzbekistan"],
                None,
            ),
            (
                "It was decided that the expert group",
                Firm,
                &["India", "Kyrgyz Republic", "Uzbekistan"],
                Some(("2023-07-04", "2023-12-31")),
            ),
            (
                "The Sides consider it expedient to explore",
                Hortatory,
                &["India", "Kyrgyz Republic", "Uzbekistan"],
                None,
            ),
        ],
    );
}

#[test]
fn a_summit_of_two_regions() {
    let text = include_str!("documents/summit.txt");
    let extraction = read(text, "2024-10-16");
    assert_found(
        text,
        &extraction,
        &[
            (
                "We are resolved to take our strategic",
                Political,
                &["EU", "GCC"],
                None,
            ),
            (
                "We have agreed to hold EU-GCC summits",
                Firm,
                &["EU", "GCC"],
                Some(("2024-10-16", "?")),
            ),
            (
                "We will pursue our discussions on a",
                Political,
                &["EU", "GCC"],
                None,
            ),
            (
                "We will convene the next EU-GCC Dialogue",
                Firm,
                &["EU", "GCC"],
                Some(("2024-10-16", "2025-06-30")),
            ),
            (
                "We will also explore tailor-made trade and",
                Hortatory,
                &["EU", "GCC"],
                None,
            ),
            (
                "We reaffirm our commitment to tripling renewable",
                Political,
                &["EU", "GCC"],
                None,
            ),
            (
                "We encourage our relevant authorities to facilitate",
                Hortatory,
                &["EU", "GCC"],
                None,
            ),
            (
                "We are committed to further cooperation towards",
                Political,
                &["EU", "GCC"],
                None,
            ),
            (
                "A joint GCC-EU expert group on education",
                Firm,
                &["EU", "GCC"],
                Some(("2025-01-01", "2025-12-31")),
            ),
            (
                "Cooperation on cyber security will be stepped",
                Political,
                &["EU", "GCC"],
                None,
            ),
            (
                "will actively contribute to the Global Alliance",
                Political,
                &["EU", "GCC"],
                None,
            ),
            (
                "We look forward to continuing our exchanges",
                Hortatory,
                &["EU", "GCC"],
                Some(("?", "?")),
            ),
        ],
    );
    assert!(reason(&extraction, "two-State solution").contains("a value or a thing"));
    assert!(reason(&extraction, "call on all sides").contains("appeal to others"));
}

#[test]
fn a_statement_of_six_states_one_by_one() {
    let text = include_str!("documents/signatories.txt");
    let extraction = read(text, "2018-10-09");
    assert_found(
        text,
        &extraction,
        &[
            (
                "we determined to elevate our relations to",
                Political,
                &[
                    "Japan", "Cambodia", "Lao PDR", "Myanmar", "Thailand", "Viet Nam",
                ],
                None,
            ),
            (
                "Japan will conduct training of 30,000 persons",
                Firm,
                &["Japan"],
                Some(("2018-10-09", "2021-10-09")),
            ),
            (
                "We confirmed our intention to promote quality",
                Political,
                &[
                    "Japan", "Cambodia", "Lao PDR", "Myanmar", "Thailand", "Viet Nam",
                ],
                None,
            ),
            (
                "shared the determination to realize free and",
                Political,
                &[
                    "Japan", "Cambodia", "Lao PDR", "Myanmar", "Thailand", "Viet Nam",
                ],
                None,
            ),
            (
                "The Mekong countries and Japan will hold",
                Firm,
                &[
                    "Japan", "Cambodia", "Lao PDR", "Myanmar", "Thailand", "Viet Nam",
                ],
                Some(("2018-10-09", "?")),
            ),
            (
                "The Mekong countries welcomed Japan's intention to",
                Hortatory,
                &["Japan"],
                None,
            ),
            (
                "The Mekong countries expressed their readiness to",
                Political,
                &["Cambodia", "Lao PDR", "Myanmar", "Thailand", "Viet Nam"],
                None,
            ),
            (
                "The Leaders instructed the Foreign Ministers to",
                Firm,
                &["Foreign Ministers"],
                Some(("?", "?")),
            ),
            (
                "The Leaders looked forward to meeting in",
                Hortatory,
                &[
                    "Japan", "Cambodia", "Lao PDR", "Myanmar", "Thailand", "Viet Nam",
                ],
                Some(("2019-01-01", "2019-12-31")),
            ),
        ],
    );
}

#[test]
fn what_only_sounds_like_a_promise() {
    let text = include_str!("documents/traps.txt");
    let extraction = read(text, "2025-03-14");
    assert_found(
        text,
        &extraction,
        &[(
            "India welcomed Australia's offer to open a",
            Hortatory,
            &["Australia"],
            Some(("2025-03-14", "2025-12-31")),
        )],
    );
    assert!(reason(&extraction, "will remove tariffs").contains("prediction"));
    assert!(reason(&extraction, "will help to build").contains("stance"));
    assert!(reason(&extraction, "noted India").contains("noted"));
    assert!(reason(&extraction, "called on Pakistan").contains("appeal"));
}

#[test]
fn consultations_of_four_ministers() {
    let text = include_str!("documents/consultations.txt");
    let extraction = read(text, "2024-08-06");
    assert_found(
        text,
        &extraction,
        &[
            (
                "They reaffirmed their commitment to operationalize, strengthen,",
                Political,
                &["Australia", "U.S."],
                None,
            ),
            (
                "They decided to establish a Combined Intelligence",
                Firm,
                &["Australia", "U.S."],
                Some(("2024-08-06", "2025-08-31")),
            ),
            (
                "Both countries will continue to expand their",
                Political,
                &["Australia", "U.S."],
                None,
            ),
            (
                "Australia will contribute US$17 million to the",
                Firm,
                &["Australia"],
                None,
            ),
            (
                "The principals looked forward to the next",
                Hortatory,
                &["Australia", "U.S."],
                Some(("2025-01-01", "2025-12-31")),
            ),
            (
                "Australia and the United States plan to",
                Political,
                &["Australia", "U.S."],
                Some(("2025-01-01", "2025-03-31")),
            ),
            (
                "intend to deepen trilateral cooperation with Japan.",
                Political,
                &["Australia", "U.S."],
                None,
            ),
            (
                "On climate change, the two countries committed",
                Political,
                &["Australia", "U.S."],
                None,
            ),
            (
                "Australia looked forward to the United States'",
                Hortatory,
                &["U.S."],
                None,
            ),
            (
                "He reaffirmed the United States' enduring commitment",
                Political,
                &["U.S."],
                None,
            ),
            (
                "They underscored the need to expand cooperation",
                Hortatory,
                &["Australia", "U.S."],
                None,
            ),
            (
                "The principals directed their officials to develop",
                Firm,
                &["Australia officials", "U.S. officials"],
                Some(("2024-08-06", "2024-12-31")),
            ),
        ],
    );
    assert!(reason(&extraction, "rules-based order").contains("a thing or a value"));
    assert!(reason(&extraction, "will enhance deterrence").contains("prediction"));
}
