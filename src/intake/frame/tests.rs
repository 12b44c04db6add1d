//! Documents of other forms than the one that names everything in its second line.

use super::*;
use crate::intake::extraction::extract;

fn read(text: &str) -> Frame {
    let issued = "2031-12-01".parse().unwrap();
    extract(text, issued, Lexicon::standard()).frame
}

fn days(first: &str, last: &str) -> Option<(NaiveDate, NaiveDate)> {
    Some((first.parse().unwrap(), last.parse().unwrap()))
}

const BODY: &str = "Both sides agreed to hold a seminar on ports in 2032.";

#[test]
fn a_press_release_tells_its_meeting_by_its_own_day() {
    let of = |told: &str| {
        read(&format!(
            "JAKARTA, 5 June 2031 – {told}\n\n{BODY}\n\n{BODY}"
        ))
    };
    let norway = of(
        "ASEAN and Norway explored closer ties at the 5th Meeting of the ASEAN-Norway Joint Sectoral Cooperation Committee held by video yesterday.",
    );
    assert_eq!(norway.held, days("2031-06-04", "2031-06-04"));
    assert_eq!(norway.dated, Some("2031-06-05".parse().unwrap()));
    assert_eq!(norway.ordinal, Some(5));
    let canada =
        of("Today, senior officials held the 18th ASEAN-Canada Dialogue in Siem Reap, Cambodia.");
    assert_eq!(canada.held, days("2031-06-05", "2031-06-05"));
    assert_eq!(
        canada.meeting.as_deref(),
        Some("18th ASEAN-Canada Dialogue")
    );
    assert_eq!(canada.place.as_deref(), Some("Siem Reap, Cambodia"));
    let korea = of(
        "ASEAN and the ROK met at the 7th ASEAN-ROK Dialogue held on 28 May at the Secretariat.",
    );
    assert_eq!(korea.held, days("2031-05-28", "2031-05-28"));
    // What a later sentence says of another day is not the day of the release.
    assert_eq!(korea.dated, Some("2031-06-05".parse().unwrap()));
    assert_eq!(korea.title, None);
}

#[test]
fn what_a_note_says_of_the_text_dates_what_the_text_says_of_today() {
    let noted = read(&format!(
        "Following is the text of a joint statement issued on July 23, 2031, in Phuket, Thailand.\n\nThe ministers held the first U.S.-Mekong Ministerial Meeting today in Phuket, Thailand, to discuss ports.\n\n{BODY}"
    ));
    assert_eq!(noted.held, days("2031-07-23", "2031-07-23"));
    assert_eq!(noted.dated, Some("2031-07-23".parse().unwrap()));
}

#[test]
fn a_title_of_two_lines_is_one_and_a_date_is_none() {
    let chair = read(&format!(
        "CHAIRMAN'S STATEMENT\n\nOF THE 26TH ASEAN-JAPAN FOREIGN MINISTERS' MEETING\n\nKuala Lumpur, Malaysia, 10 July 2031\n\n1. The 26th ASEAN-Japan Foreign Ministers' Meeting was chaired by H.E. Ali bin Omar, Minister of Foreign Affairs of Malaysia.\n\n2. {BODY}"
    ));
    assert_eq!(
        chair.title.as_deref(),
        Some("Chairman's Statement of the 26th ASEAN-Japan Foreign Ministers' Meeting")
    );
    assert_eq!(chair.ordinal, Some(26));
    assert_eq!(chair.held, days("2031-07-10", "2031-07-10"));
    assert_eq!(chair.place.as_deref(), Some("Kuala Lumpur, Malaysia"));
    assert_eq!(
        chair.co_chairs,
        ["H.E. Ali bin Omar, Minister of Foreign Affairs of Malaysia"]
    );
    let joint = read(&format!(
        "JOINT STATEMENT\n\nTHE MINISTER FOR PORTS, ANNA BERG\n\nSUB-REGIONAL MEETING ON SEAFARERS AND PORTS\n\n1. {BODY}"
    ));
    assert_eq!(
        joint.title.as_deref(),
        Some("Joint Statement: Sub-Regional Meeting on Seafarers and Ports")
    );
    let untitled = read(&format!(
        "Ha Noi, 30 October 2031\n\n1. The 9th ASEAN-India Summit, chaired by H.E. Tran Binh, Prime Minister of Viet Nam, was held on 30 October 2031 in Ha Noi, Viet Nam.\n\n2. {BODY}"
    ));
    assert_eq!(untitled.title, None);
    assert_eq!(untitled.meeting.as_deref(), Some("9th ASEAN-India Summit"));
    assert_eq!(
        untitled.co_chairs,
        ["H.E. Tran Binh, Prime Minister of Viet Nam"]
    );
    let long = read(&format!(
        "Joint Press Release of the Fourth Trilateral Foreign Ministers' Meeting among the Republic of Korea, Japan, and the People's Republic of China\n\nMay 15-16, 2031\n\n1. {BODY}"
    ));
    let title = long.title.unwrap();
    assert!(
        title.starts_with("Joint Press Release of the Fourth"),
        "{title}"
    );
    assert_eq!(long.held, days("2031-05-15", "2031-05-16"));
    assert_eq!(long.ordinal, Some(4));
}

#[test]
fn a_heading_within_the_text_is_no_title() {
    let read = read(&format!(
        "1. Ministers met in Auckland on 6 December 2031 for their second consultations, and spoke of the region at length.\n\nThe Alliance Statement\n\n2. {BODY}"
    ));
    assert_eq!(read.title, None);
    assert_eq!(read.place.as_deref(), Some("Auckland"));
}

#[test]
fn the_meeting_is_the_one_of_which_it_tells() {
    let of = |text: &str| {
        let frame = read(&format!("{text}\n\n{BODY}\n\n{BODY}"));
        frame.meeting.unwrap_or_default()
    };
    assert_eq!(
        of(
            "We, the Pacific Islands Forum and the United States, met on the occasion of the U.S.-Pacific Islands Forum Leaders Dialogue in Port Moresby, Papua New Guinea, on 22 May 2031."
        ),
        "U.S.-Pacific Islands Forum Leaders Dialogue"
    );
    assert_eq!(
        of(
            "The second U.S.-ROK Cyber Consultative Group (CCG) convened in Seoul on 15 December 2031."
        ),
        "second U.S.-ROK Cyber Consultative Group (CCG)"
    );
    assert_eq!(
        of(
            "The Special ASEAN-China Foreign Ministers' Meeting in Celebration of the 40th Anniversary of Dialogue Relations was held in Ha Noi on 7 June 2031."
        ),
        "Special ASEAN-China Foreign Ministers' Meeting"
    );
    // What the text recalls, years later.
    assert_eq!(
        of("The leaders recalled the 3rd ASEAN-Japan Dialogue, held at Camp David on 14 May 2025."),
        ""
    );
    // The one before is not it, nor the one beside it.
    assert_eq!(
        of(
            "The 26th ASEAN-Japan Summit was held on 12 November 2031 in Jakarta on the occasion of the 41st ASEAN Summit."
        ),
        "26th ASEAN-Japan Summit"
    );
    assert_eq!(
        of(
            "Ministers gathered in Kigali, Rwanda, on 26 October 2031 and recalled the last EU-AU Summit held in 2027."
        ),
        ""
    );
    assert_eq!(
        of(
            "Joint Communiqué: 17th EU-Central Asia Ministerial Meeting\n\nMinisters gathered in Dushanbe on 22 November 2031."
        ),
        "17th EU-Central Asia Ministerial Meeting"
    );
}

#[test]
fn days_from_one_to_another_and_places_of_several_words() {
    let of = |text: &str| {
        let frame = read(&format!("{text}\n\n{BODY}\n\n{BODY}"));
        (frame.held, frame.place.unwrap_or_default())
    };
    assert_eq!(
        of("The Forum meeting was held in Nuku'alofa, Tonga, 16 - 17 October 2031."),
        (days("2031-10-16", "2031-10-17"), "Nuku'alofa, Tonga".into())
    );
    assert_eq!(
        of(
            "The meeting was held from 25 to 27 October 2031 in Chongqing, People's Republic of China, by invitation."
        ),
        (
            days("2031-10-25", "2031-10-27"),
            "Chongqing, People's Republic of China".into()
        )
    );
    assert_eq!(
        of("Ministers met from May 15 to 16, 2031 in Phnom Penh, Kingdom of Cambodia."),
        (
            days("2031-05-15", "2031-05-16"),
            "Phnom Penh, Kingdom of Cambodia".into()
        )
    );
}

#[test]
fn those_in_the_chair_are_named_before_it_or_after() {
    let of = |text: &str| {
        let frame = read(&format!("{text}\n\n{BODY}\n\n{BODY}"));
        frame.co_chairs
    };
    assert_eq!(
        of(
            "The meeting was held on 7 June 2031. H.E. Teo Lim, Secretary of Foreign Affairs of the Philippines, and H.E. Wang Wei, State Councilor and Minister of Foreign Affairs of China, co-chaired the meeting."
        ),
        [
            "H.E. Teo Lim, Secretary of Foreign Affairs of the Philippines",
            "H.E. Wang Wei, State Councilor and Minister of Foreign Affairs of China"
        ]
    );
    assert_eq!(
        of(
            "The Meeting was chaired by H.E. Sok Dara, Prime Minister of Cambodia, and attended by ASEAN Member States and H.E. Sato Ken, Prime Minister of Japan."
        ),
        ["H.E. Sok Dara, Prime Minister of Cambodia"]
    );
    assert!(of("It will be chaired by a representative of each side.").is_empty());
}
