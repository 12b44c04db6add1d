//! What a promise is called.

use super::{ISSUED, TITLE, read};

fn called(sentence: &str) -> String {
    let extraction = read(&format!("{TITLE}\n\n{sentence}\n"), ISSUED);
    extraction.proposals[0].subject.clone()
}

#[test]
fn a_title_ends_where_a_phrase_ends() {
    assert_eq!(
        called(
            "They looked forward to the timely conclusion of the Norway-Kenya Leaders' Vision Statement to Promote a \
             Cleaner, Safer and More Generous Ocean."
        ),
        "Conclusion of the Norway-Kenya Leaders' Vision Statement to Promote a Cleaner, Safer and More Generous Ocean"
    );
    assert_eq!(
        called(
            "They reiterated their commitment to supporting the Reef Fund, the Ferry Grid, and the Harbour Programme."
        ),
        "Supporting the Reef Fund, the Ferry Grid, and the Harbour Programme"
    );
    assert_eq!(
        called(
            "They looked forward to the host years of Peru (2025), the Republic of Korea (2026), and Viet Nam (2027)."
        ),
        "Host years of Peru, the Republic of Korea, and Viet Nam"
    );
    assert_eq!(
        called("We look forward to the Second Norway \u{2013} Pacific Islands Forum Summit."),
        "Second Norway \u{2014} Pacific Islands Forum Summit"
    );
    assert_eq!(
        called(
            "They will work with all stakeholders to advance their shared priorities and cultivate a robust and \
             forward-looking partnership."
        ),
        "Work with all stakeholders to advance their shared priorities and cultivate a robust and forward-looking \
         partnership"
    );
}

#[test]
fn what_is_too_long_stops_in_front_of_a_preposition_or_says_so() {
    assert_eq!(
        called(
            "We will create an expert working group to identify the many challenges of small harbours at the mouths \
             of rivers that flood after heavy rain in the spring."
        ),
        "Create an expert working group to identify the many challenges of small harbours"
    );
    assert_eq!(
        called(
            "We will build safer, cleaner, quieter, faster, cheaper, lighter, stronger, larger, newer, greener, wider, \
             longer, taller, deeper, rounder, smarter, kinder ferries."
        ),
        "Build safer, cleaner, quieter, faster, cheaper, lighter, stronger, larger, newer, greener, wider, longer, \
         taller\u{2026}"
    );
    assert_eq!(
        called("They reaffirmed their commitment to ASEAN cooperation on reefs."),
        "ASEAN cooperation on reefs"
    );
}
