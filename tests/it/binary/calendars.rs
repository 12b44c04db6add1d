//! `calendar import`: what it says, and how it refuses; and what `check` says of calendars that end.

use chrono::Datelike;

use super::{Place, stderr};
use crate::stories::{DESK, deliverable};

fn file(days: &[&str]) -> String {
    let mut text = String::from("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n");
    for (n, day) in days.iter().enumerate() {
        text.push_str(&format!(
            "BEGIN:VEVENT\r\nUID:{n}\r\nSUMMARY:Holiday {n}\r\nDTSTART;VALUE=DATE:{day}\r\nEND:VEVENT\r\n"
        ));
    }
    text.push_str("END:VCALENDAR\r\n");
    text
}

#[test]
fn holidays_are_renewed_year_by_year() {
    let place = Place::new();
    let record = format!("{DESK}{}", deliverable("US37-01", "July 2025"));
    place.done(&["import", &place.file("record.toml", &record)]);
    let before = place.done(&["export"]);
    let ics = place.file("kh.ics", &file(&["20250101", "20260101", "20260414"]));
    let said = place.done(&["calendar", "import", "phnom-penh", &ics, "--dry-run"]);
    assert!(
        said.starts_with(
            "Phnom Penh: the file is the calendar of 2025, 2026. 3 added, 1 removed, 0 as before."
        ),
        "{said}"
    );
    assert!(
        said.contains("added    Thursday 1 January 2026  Holiday 1"),
        "{said}"
    );
    assert!(said.contains("removed  Wednesday 18 June 2025"), "{said}");
    assert!(
        said.contains("until 31 December 2026; after that weekends alone count"),
        "{said}"
    );
    assert!(
        said.ends_with("Nothing was changed: this was a dry run.\n"),
        "{said}"
    );
    assert_eq!(place.done(&["export"]), before);
    assert!(
        place
            .done(&["calendar", "import", "phnom-penh", &ics])
            .contains("Done.")
    );
    let after = place.done(&["export"]);
    assert!(
        after.contains("holidays = [\"2025-01-01\", \"2026-01-01\", \"2026-04-14\"]"),
        "{after}"
    );
    let again = place.done(&["calendar", "import", "phnom-penh", &ics]);
    assert!(again.contains("Nothing to do"), "{again}");
}

#[test]
fn what_cannot_be_read_is_told_with_file_and_line() {
    let place = Place::new();
    place.done(&["import", &place.file("record.toml", DESK)]);
    for (text, words) in [
        (file(&["20250230"]), "odd.ics:6: DTSTART is `20250230`"),
        (
            "schema = 1\n".to_owned(),
            "odd.ics:1: this is no iCalendar file",
        ),
        (file(&[]), "no all-day event"),
    ] {
        let odd = place.file("odd.ics", &text);
        let message = place.refused(&["calendar", "import", "phnom-penh", &odd]);
        assert!(message.contains(words), "{words}: {message}");
        assert_eq!(message.trim_end().lines().count(), 1, "{message}");
    }
    let sound = place.file("kh.ics", &file(&["20260101"]));
    let message = place.refused(&["calendar", "import", "pnomh-penh", &sound]);
    assert!(
        message.contains("no calendar `pnomh-penh`; did you mean `phnom-penh`"),
        "{message}"
    );
    let message = place.refused(&["calendar", "import", "phnom-penh", "no-such-file.ics"]);
    assert!(message.contains("no-such-file.ics"), "{message}");
}

#[test]
fn check_says_once_what_ends_and_what_a_person_must_decide() {
    let place = Place::new();
    let year = chrono::Utc::now().year();
    let known = format!(
        "\n[[calendar]]\nid = \"far\"\nname = \"Far\"\ntimezone = \"UTC\"\nholidays = [\"{}-01-01\"]\n",
        year + 2
    );
    let bare = "\n[[calendar]]\nid = \"bare\"\nname = \"Bare\"\ntimezone = \"UTC\"\n";
    let secret = "confidentiality = \"restricted\"\nreaders = [\"us-desk\"]\n";
    let desk = DESK.replace(
        "som_leader = \"leader\"\n",
        "som_leader = \"leader\"\nends = \"2025-06-30\"\nsuccessor = \"new-desk\"\n",
    );
    let successor = "\n[[desk]]\nid = \"new-desk\"\nname = \"New desk\"\nemail = \"new@mfa.example.org\"\ncalendar = \"far\"\nends = \"2025-07-31\"\n\n[[desk]]\nid = \"last\"\nname = \"Last desk\"\nemail = \"last@mfa.example.org\"\ncalendar = \"far\"\n";
    let record = format!(
        "{desk}{known}{bare}{successor}{}{}{secret}",
        deliverable("US37-01", "July 2025"),
        deliverable("US37-09", "July 2025"),
    );
    place.done(&["import", &place.file("record.toml", &record)]);
    let found =
        |output: &std::process::Output| String::from_utf8_lossy(&output.stdout).into_owned();
    let said = found(&place.run(&["check"]));
    assert!(
        said.contains("the ASEAN-U.S. desk has ended and leads 1 open commitment"),
        "{said}"
    );
    assert_eq!(said.matches("the calendar bare").count(), 1, "{said}");
    assert!(
        said.contains("the calendar phnom-penh: its holidays ended on 31 December 2025"),
        "{said}"
    );
    assert!(!said.contains("the calendar far"), "{said}");

    // With a desk that stands at the end of the line, what may pass passes; the rest is a person's.
    let stands = record.replace("ends = \"2025-07-31\"\n", "");
    place.done(&["import", &place.file("record.toml", &stands)]);
    let output = place.run(&["remind"]);
    assert!(output.status.success(), "{}", stderr(&output));
    let exported = place.done(&["export"]);
    assert_eq!(
        exported.matches("[[commitment.handover]]").count(),
        1,
        "{exported}"
    );
    let said = found(&place.run(&["check"]));
    assert!(
        said.contains("the New desk may not read something restricted"),
        "{said}"
    );
    assert!(!said.contains("US37-09"), "{said}");
}
