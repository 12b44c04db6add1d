//! `meeting move`, `redate` and `import --dry-run`: what they say before and after, and how they
//! refuse.

use super::Place;
use crate::stories::{DESK, commitment, deliverable};

/// The meeting lies ahead, because the binary's clock is the machine's.
fn year() -> i32 {
    chrono::Datelike::year(&chrono::Utc::now()) + 2
}

fn record() -> String {
    let desk = DESK.replace("10 July 2025", &dated("10 July YEAR"));
    let secret = commitment(
        "US37-09",
        "kind = \"deliverable\"\ndeadline = \"at pmc\"\nconfidentiality = \"restricted\"\nreaders = [\"us-desk\"]\n",
    );
    format!("{desk}{}{secret}", deliverable("US37-01", "at pmc"))
}

/// The words with the year in them.
fn dated(words: &str) -> String {
    words.replace("YEAR", &year().to_string())
}

#[test]
fn a_meeting_is_moved_and_the_consequences_are_printed_before_and_after() {
    let place = Place::new();
    place.done(&["import", &place.file("record.toml", &record())]);
    let before = place.done(&["export"]);
    let july = dated("31 July YEAR");
    let asked = [
        "meeting",
        "move",
        "pmc",
        &july,
        "--reason",
        "the host asked",
    ];
    let dry = [&asked[..], &["--dry-run"]].concat();
    let said = place.done(&dry);
    assert!(
        said.contains(&*dated(
            "The PMC with the U.S.: 10 July YEAR, tentative becomes 31 July YEAR, tentative."
        )),
        "{said}"
    );
    assert!(said.contains("US37-01 Statement US37-01"), "{said}");
    assert!(
        said.contains(&*dated(
            "(10 July YEAR) becomes at the PMC with the U.S. (31 July YEAR)"
        )),
        "{said}"
    );
    assert!(said.contains("no longer  "), "{said}");
    assert!(said.contains("to come    "), "{said}");
    assert!(
        !said.contains("US37-09"),
        "restricted, and not even counted: {said}"
    );
    assert!(
        said.ends_with("Nothing was changed: this was a dry run.\n"),
        "{said}"
    );
    assert_eq!(place.done(&["export"]), before, "nothing was changed");

    let done = place.done(&asked);
    assert!(done.contains("US37-01") && done.contains("Done."), "{done}");
    assert!(
        place
            .done(&["export"])
            .contains(&*dated("date = \"31 July YEAR\""))
    );
    let again = place.refused(&asked);
    assert!(again.contains("nothing would change"), "{again}");
}

#[test]
fn a_deadline_is_changed_with_its_reason() {
    let place = Place::new();
    place.done(&["import", &place.file("record.toml", &record())]);
    let august = dated("August YEAR");
    let asked = [
        "redate",
        "US37-01",
        &august,
        "--reason",
        "the partner needs longer",
    ];
    let dry = [&asked[..], &["--dry-run"]].concat();
    let before = place.done(&["export"]);
    assert!(place.done(&dry).contains(&*dated("becomes August YEAR")));
    assert_eq!(place.done(&["export"]), before);
    place.done(&asked);
    let after = place.done(&["export"]);
    assert!(
        after.contains(&*dated("deadline = \"August YEAR\"")),
        "{after}"
    );
    assert!(
        after.contains("reason = \"the partner needs longer\""),
        "{after}"
    );
    let secret = ["redate", "US37-09", &august, "--reason", "r"];
    let said = place.done(&secret);
    assert!(
        !said.contains("Statement"),
        "a restricted one keeps its title: {said}"
    );
}

#[test]
fn what_cannot_be_done_is_refused_in_one_message() {
    let place = Place::new();
    place.done(&["import", &place.file("record.toml", &record())]);
    for (asked, words) in [
        (
            &["meeting", "move", "pmc2", "2091", "--reason", "r"][..],
            "did you mean `pmc`",
        ),
        (&["meeting", "move", "pmc", "--reason", "r"], "a new date"),
        (
            &[
                "meeting", "move", "pmc", "--status", "held", "--reason", "r",
            ],
            "still to come",
        ),
        (
            &["meeting", "move", "pmc", "2091", "--reason", " "],
            "reason is empty",
        ),
        (
            &["redate", "US37-77", "2091", "--reason", "r"],
            "no commitment `US37-77`",
        ),
        (
            &["redate", "US37-1", "2091", "--reason", "r"],
            "did you mean `US37-01`?",
        ),
        (
            &["redate", "US37-01", "at pmc2", "--reason", "r"],
            "did you mean `pmc`",
        ),
        (
            &[
                "redate",
                "US37-01",
                "2091",
                "--milestone",
                "x",
                "--reason",
                "r",
            ],
            "no milestone",
        ),
        (
            &[
                "redate", "US37-01", "2091", "--by", "nobody", "--reason", "r",
            ],
            "no desk or person",
        ),
    ] {
        let message = place.refused(asked);
        assert!(message.contains(words), "{words}: {message}");
        assert_eq!(message.trim_end().lines().count(), 1, "{message}");
    }
    for wrong in [
        &["meeting", "move", "pmc", "soon", "--reason", "r"][..],
        &[
            "meeting", "move", "pmc", "2091", "--status", "sure", "--reason", "r",
        ],
        &["meeting", "move", "pmc", "2091"],
        &["redate", "US37-01", "soon", "--reason", "r"],
    ] {
        assert_eq!(place.run(wrong).status.code(), Some(2), "{wrong:?}");
    }
}

#[test]
fn an_import_says_beforehand_what_it_would_change() {
    let place = Place::new();
    place.done(&["import", &place.file("record.toml", &record())]);
    let before = place.done(&["export"]);
    let moved = record().replace(&*dated("10 July YEAR"), &dated("31 July YEAR"));
    let moved = format!("{moved}{}", deliverable("US37-02", &dated("August YEAR")));
    let file = place.file("moved.toml", &moved);
    let said = place.done(&["import", &file, "--dry-run"]);
    assert!(
        said.contains("Would import: 1 new (of them 1 commitment), 1 changed"),
        "{said}"
    );
    assert!(
        said.contains("changed: meeting `pmc`") && said.contains("new: commitment `US37-02`"),
        "{said}"
    );
    assert!(
        said.contains(&*dated("becomes at the PMC with the U.S. (31 July YEAR)")),
        "{said}"
    );
    assert!(!said.contains("US37-09"), "{said}");
    assert_eq!(place.done(&["export"]), before, "nothing was changed");
    let unchanged = place.file("same.toml", &record());
    assert!(
        place
            .done(&["import", &unchanged, "--dry-run"])
            .starts_with("Nothing to do")
    );
}

#[test]
fn looking_at_a_first_import_makes_no_database() {
    let place = Place::new();
    let said = place.done(&["import", &place.file("record.toml", &record()), "--dry-run"]);
    assert!(said.contains("Would import: 10 new"), "{said}");
    assert!(
        said.contains("US37-01") && said.contains("to come    "),
        "{said}"
    );
    assert!(!said.contains("Statement US37-09"), "{said}");
    let (_, path) = place
        .database()
        .split_once(':')
        .map(|(a, b)| (a.to_owned(), b.to_owned()))
        .unwrap();
    assert!(!std::path::Path::new(&path).exists());
}
