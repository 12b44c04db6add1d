//! Stories: a small world, a clock that is moved, the activations, the mail, and at the end the
//! ledger and the relay's log agreeing.

mod after_meeting;
mod again;
mod answering;
mod asking_again;
mod bounces;
mod bulk;
mod calendars;
mod carrying;
mod clocks;
mod courtesy;
mod daemons;
mod downtime;
mod dying;
mod editing;
mod entries;
mod expiry;
mod faults;
mod handover;
mod holidays;
mod intake;
mod ladder;
mod mentions;
mod modes;
mod moving;
mod once_more;
mod outages;
mod people;
mod rehearsal;
mod replying;
pub mod reporting;
mod restored;
mod retiming;
mod reviewing;
mod sessions;
mod sparing;
mod weeks;

/// One desk in Phnom Penh with a head and a SOM leader, and a meeting to come; commitments are added
/// by each story.
pub const DESK: &str = r#"
schema = 1

[[calendar]]
id = "phnom-penh"
name = "Phnom Penh"
timezone = "Asia/Phnom_Penh"
holidays = ["2025-06-18"]

[[party]]
id = "asean"
name = "ASEAN"
kind = "organisation"

[[party]]
id = "us"
name = "United States"
kind = "partner"

[[person]]
id = "head"
name = "Head, Americas Division"
email = "head@mfa.example.org"

[[person]]
id = "leader"
name = "SOM Leader"
email = "som@mfa.example.org"

[[desk]]
id = "us-desk"
name = "ASEAN-U.S. desk"
email = "us-desk@mfa.example.org"
calendar = "phnom-penh"
head = "head"
som_leader = "leader"

[[partnership]]
id = "asean-us"
name = "ASEAN-U.S."
parties = ["asean", "us"]
desk = "us-desk"

[[meeting]]
id = "pmc"
partnership = "asean-us"
series = "PMC with the U.S."
forum = "pmc"
date = "10 July 2025"
"#;

/// A deliverable of the desk, opened on 1 April 2025.
pub fn deliverable(reference: &str, deadline: &str) -> String {
    commitment(
        reference,
        &format!("kind = \"deliverable\"\ndeadline = \"{deadline}\"\n"),
    )
}

/// A commitment of the desk with further lines of its own.
pub fn commitment(reference: &str, lines: &str) -> String {
    format!(
        "\n[[commitment]]\nref = \"{reference}\"\ntitle = \"Statement {reference}\"\npartnership = \"asean-us\"\n\
         promise = \"which will be endorsed\"\nstrength = \"firm\"\nobligors = [\"asean\"]\nlead = \"us-desk\"\n\
         opened = \"2025-04-01\"\n{lines}"
    )
}

/// What each message the relay took says on its outside: to whom, and the subject.
pub fn outsides(house: &crate::support::house::House) -> Vec<(String, String)> {
    let taken = house.relay.log();
    taken
        .iter()
        .map(|message| {
            let parsed = mail_parser::MessageParser::default()
                .parse(&message.content)
                .expect("a message that can be read");
            (
                message.to.join(", "),
                parsed.subject().unwrap_or_default().to_owned(),
            )
        })
        .collect()
}

/// The recipients of what the relay took, in order.
pub fn recipients(house: &crate::support::house::House) -> Vec<String> {
    outsides(house).into_iter().map(|(to, _)| to).collect()
}
