//! `explain`: somebody asks why a mail came, what comes next, or why nothing came.

use super::Place;
use super::serving::due_now;
use crate::stories::{DESK, commitment, deliverable};

/// A place whose one commitment of each desk was told this morning; the mail is in the mailbox.
fn told_this_morning() -> Place {
    let place = Place::new();
    place.done(&["import", &place.file("record.toml", &due_now())]);
    let said = place.done(&["remind"]);
    assert!(said.contains("30 notices planned, 30 sent"), "{said}");
    place
}

#[test]
fn a_notice_is_explained_step_by_step_as_it_was_planned() {
    let place = told_this_morning();
    let morning = place.done(&["explain", "desk-7"]);
    assert!(morning.starts_with("Desk 7, "), "{morning}");
    for words in [
        "C-07 Commitment 7: new commitment",
        "The commitment was opened on",
        "Rule          new commitment",
        "Calendar      Here",
        "Tries at sending:",
        "Their next digest day is",
    ] {
        assert!(morning.contains(words), "{words}: {morning}");
    }
    // From what was stored, whatever the record says by now.
    let renamed = due_now().replace(
        "id = \"here\"\nname = \"Here\"",
        "id = \"here\"\nname = \"There\"",
    );
    place.done(&["import", &place.file("renamed.toml", &renamed)]);
    let past = place.done(&["explain", "C-07"]);
    assert!(
        past.contains("new commitment, to the Desk 7: sent."),
        "{past}"
    );
}

/// Just after an import, before the daemon or `remind` looked.
#[test]
fn what_is_due_already_is_told_before_it_is_planned() {
    let place = Place::new();
    place.done(&["import", &place.file("record.toml", &due_now())]);
    let told = place.done(&["explain", "C-07"]);
    assert!(told.contains("Due already, and leaves next: "), "{told}");
    place.done(&["remind"]);
    let told = place.done(&["explain", "C-07"]);
    assert!(!told.contains("Due already"), "{told}");
}

#[test]
fn a_quiet_commitment_says_what_holds_it_back() {
    let place = Place::new();
    let waiting = commitment(
        "US37-02",
        "kind = \"deliverable\"\ndeadline = \"at summit\"\n",
    );
    let summit =
        "\n[[meeting]]\nid = \"summit\"\npartnership = \"asean-us\"\nseries = \"Summit\"\n";
    let none = commitment(
        "US37-03",
        "kind = \"deliverable\"\nsnoozed = { until = \"2099-01-04\", reason = \"budget talks\" }\n",
    );
    let secret = commitment(
        "US37-04",
        "kind = \"deliverable\"\nconfidentiality = \"restricted\"\nreaders = [\"us-desk\"]\ndeadline = \"at summit\"\n",
    );
    let record = format!(
        "{DESK}{summit}{}{waiting}{none}{secret}",
        deliverable("US37-01", "20 June 2025")
    );
    place.done(&["import", &place.file("record.toml", &record)]);
    place.done(&["remind"]);

    let past = place.done(&["explain", "US37-01"]);
    assert!(past.contains("Nothing came yet."), "{past}");
    assert!(
        past.contains("before the day this installation went live"),
        "{past}"
    );
    let waiting = place.done(&["explain", "US37-02"]);
    assert!(
        waiting.contains("hangs on the Summit, which has no date"),
        "{waiting}"
    );
    let none = place.done(&["explain", "US37-03"]);
    assert!(none.contains("No deadline was established"), "{none}");
    assert!(
        none.contains("snoozed until 4 January 2099 (budget talks)"),
        "{none}"
    );
    let secret = place.done(&["explain", "US37-04"]);
    assert!(
        !secret.contains("Statement") && !secret.contains("Summit"),
        "of a restricted one dates alone: {secret}"
    );
}

#[test]
fn what_is_not_known_is_one_sentence() {
    let place = Place::new();
    place.done(&[
        "import",
        &place.file(
            "record.toml",
            &format!("{DESK}{}", deliverable("US37-01", "July 2025")),
        ),
    ]);
    let message = place.refused(&["explain", "us-dsk"]);
    assert!(message.contains("did you mean `us-desk`?"), "{message}");
    let message = place.refused(&["explain", "00000000-0000-4000-8000-000000000000"]);
    assert!(message.contains("there is no notice"), "{message}");
    let message = place.refused(&[
        "explain",
        "<00000000-0000-4000-8000-000000000000@mfa.example.org>",
    ]);
    assert!(message.contains("there is no notice"), "{message}");
}

#[test]
fn a_rehearsal_says_why_where_it_is_asked() {
    let place = Place::new();
    let record = format!("{DESK}{}", deliverable("US37-01", "20 June 2025"));
    place.done(&["import", &place.file("record.toml", &record)]);
    let days = ["--from", "2025-06-13", "--until", "2025-06-13"];
    let plain = place.done(&[&["rehearse"][..], &days].concat());
    assert!(!plain.contains("This is 7 days"), "{plain}");
    let text = place.done(&[&["rehearse", "--explain"][..], &days].concat());
    assert!(
        text.contains("This is 7 days before 20 June 2025."),
        "{text}"
    );
    let json = place.done(&[&["rehearse", "--explain", "--format", "json"][..], &days].concat());
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(
        json["notices"][0]["items"][0]["because"],
        "This is 7 days before 20 June 2025."
    );
}
