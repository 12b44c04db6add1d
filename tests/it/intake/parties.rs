//! Whose a document is, where it has no title that says so.

use super::documents::read;

#[track_caller]
fn speak(text: &str, wanted: &[&str]) {
    let extraction = read(text, "2024-03-10");
    let speaking = extraction.proposals.first().map(|p| p.obligors.clone());
    let speaking = speaking.unwrap_or_else(|| panic!("nothing is promised in {text}"));
    assert_eq!(speaking, wanted, "{text}");
}

#[test]
fn leaders_in_office_bring_their_states() {
    speak(
        "Today in Suva, at the Oceans Summit of the United Nations, Prime Minister A of Japan, President B \
         of Chile, and President Carl D. E, Jr. of the Republic of Korea met. The leaders will sign a treaty.",
        &["Japan", "Chile", "ROK"],
    );
    speak(
        "The President of Chile and the Chancellor of Germany met in Rome. They spoke of the U.S.-EU Council. \
         The two leaders will sign a treaty.",
        &["Chile", "Germany"],
    );
    speak(
        "President A met today with Prime Minister B of Iraq. The two leaders spoke of the summit of the \
         Gulf Cooperation Council and Egypt. The Chile-Iraq fund grew. The two leaders will sign a treaty.",
        &["Chile", "Iraq"],
    );
}

#[test]
fn one_office_stands_for_a_list_of_states() {
    speak(
        "On 3 March 2024, the Presidents of Finland and Kenya and the Prime Ministers of Denmark, Iceland, Norway \
         and Sweden met in Lamu. They will publish a plan.",
        &["Finland", "Kenya", "Denmark", "Iceland", "Norway", "Sweden"],
    );
}

#[test]
fn between_whom_it_is_stands_in_the_first_words() {
    speak(
        "The President and His Majesty the King met today and reaffirmed the friendship between Norway and \
         Jordan. They met during the summit of the Gulf Cooperation Council members, Egypt and Iraq. The two \
         leaders will sign a treaty.",
        &["Norway", "Jordan"],
    );
}

#[test]
fn those_who_act_together_speak_together() {
    speak(
        "The African Union and Norway share the aim of food for all. We will publish a plan.",
        &["AU", "Norway"],
    );
    speak(
        "Today (October 31, 2023) Norway, the European Union, the Democratic Republic of the Congo, and Kenya \
         met. We will publish a plan.",
        &["Norway", "EU", "Democratic Republic of the Congo", "Kenya"],
    );
    speak(
        "Today, the Kingdom of Norway (Norway), the Swiss Confederation (Switzerland), and Iceland \
         (collectively, Participants) met. Switzerland and Iceland have a customs union. Switzerland and \
         Iceland share a currency. The Participants will publish a plan.",
        &["Norway", "Switzerland", "Iceland"],
    );
    speak(
        "Norway and Chile affirm their friendship. The Norway-Chile-Peru Agreement is in force. We will \
         publish a plan.",
        &["Norway", "Chile"],
    );
}

#[test]
fn a_group_signs_as_one_beside_others() {
    speak(
        "We\u{2014}the governments of Fiji, Kiribati, Nauru, New Caledonia, Palau, Samoa, Tonga, and Norway\u{2014}met \
         for the Norway-Pacific Islands Forum Summit. We will publish a plan.",
        &["Pacific Islands Forum", "Norway"],
    );
    speak(
        "We, the leaders of Fiji, Kiribati, Nauru, Palau, Samoa, Tonga, and Norway, met. The Pacific Islands \
         Forum was thanked. We will publish a plan.",
        &[
            "Fiji", "Kiribati", "Nauru", "Palau", "Samoa", "Tonga", "Norway",
        ],
    );
}

#[test]
fn a_prime_minister_beside_a_president_speaks_for_the_other_party() {
    speak(
        "Joint Statement of Japan and the United States\n\nPrime Minister Aso expressed his resolve to examine \
         all options.",
        &["Japan"],
    );
}

#[test]
fn whoever_issued_it_speaks_and_nobody_whose_statement_is_welcomed() {
    speak(
        "At the G20 Summit, President A of Chile and leaders of a group of partners, co-led by Norway and \
         including Japan and Kenya, issued a Joint Statement. The leaders will sign a treaty.",
        &["Chile", "Norway", "Japan", "Kenya"],
    );
    speak(
        "On 3 March 2024, the Presidents of Finland and Kenya met. They welcomed the statement by Sweden, \
         Chile and Peru. They will publish a plan.",
        &["Finland", "Kenya"],
    );
}

#[test]
fn a_name_nobody_knows_breaks_no_list() {
    speak(
        "We, the ministers of Norway, Japan, Kenya, INTERPOL, Ireland, and Peru, met. We will publish a plan.",
        &["Norway", "Japan", "Kenya", "Ireland", "Peru"],
    );
    speak(
        "We, the Heads of State and Government of the Oriental Republic of Uruguay, the Argentine Republic, and \
         Norway, will publish a plan.",
        &["Uruguay", "Argentina", "Norway"],
    );
}

#[test]
fn those_who_met_in_person_speak_for_their_states() {
    speak(
        "We \u{2014} Secretary A of Norway\u{2019}s Ministry of Fisheries, Advisor B of Japan, and Director C of \
         Kenya \u{2014} met in Bergen. We will publish a plan.",
        &["Norway", "Japan", "Kenya"],
    );
    speak(
        "On the margins of the Oceans Summit, Norway and Kenya, under the leadership of President A, \
         President of Peru and Chair of the African Union, met. We will publish a plan.",
        &["Norway", "Kenya"],
    );
    speak(
        "The fourth meeting of the Oceans Council was co-chaired by European Commission Vice President Alba and \
         Norwegian Minister Berg. We prepare for the 13th WTO Conference. We will publish a plan.",
        &["EU", "Norway"],
    );
}

#[test]
fn the_three_governments_are_three() {
    speak(
        "Norwegian Minister Berg received Kenyan Minister Otieno. The three countries will publish a plan. Norway, \
         Kenya, and Peru grew closer. The three governments will open a school.",
        &["Norway", "Kenya", "Peru"],
    );
}

#[test]
fn a_summit_where_others_speak_is_not_who_speaks() {
    speak(
        "Prime Ministers Berg and Otieno held talks in Lamu during her first visit to Kenya. They spoke of floods in \
         Norway, of fires in Kenya, of ferries from Norway, of fish from Kenya, of the roads of Norway and the ports of Kenya. They like Norway. They work for \
         this year's East Asia Summit meeting. The Prime Ministers agreed to open a school.",
        &["Kenya", "Norway"],
    );
}

#[test]
fn a_list_set_apart_by_dashes_is_whole() {
    speak(
        "The members of the Initiative for Oceans (IFO)\u{2014}Norway, Japan, Kenya, the Republic of Korea, Peru, and \
         Chile, and the European Union\u{2014}met in Lamu. We will publish a plan.",
        &["Norway", "Japan", "Kenya", "ROK", "Peru", "Chile", "EU"],
    );
}
