//! The reader's own hour, cadence and pause.

use super::records::{HOUSE, PEOPLE, book, deliverable, lines_with, rehearsed, skipped};
use crate::domain::book::Book;

const DEADLINE: &str = "deadline = \"20 June 2025\"";

/// The house, where the desk keeps these habits.
fn house(habits: &str, commitments: &[String]) -> Book {
    let house = HOUSE.replace(
        "som_leader = \"leader\"",
        &format!("som_leader = \"leader\"\n{habits}"),
    );
    book(&[&house, PEOPLE, &commitments.concat()])
}

fn of_desk(book: &Book, from: &str, until: &str) -> Vec<String> {
    lines_with(&rehearsed(book, from, until), &[" desk "])
}

fn pause(from: &str, until: &str) -> String {
    format!("pause = {{ from = \"2025-06-{from}\", until = \"2025-06-{until}\" }}")
}

#[test]
fn ones_own_hour_replaces_every_policys() {
    let lines = format!("{DEADLINE}\npolicy = {{ slot = \"06:00\" }}");
    let one = [deliverable("X-1", &lines)];
    let own = house("slot = \"10:30\"", &one);
    assert_eq!(
        of_desk(&own, "2025-06-12", "2025-06-16"),
        [
            "2025-06-13T03:30 desk before-7 X-1",
            "2025-06-16T03:30 desk digest due-soon X-1",
        ]
    );
    // Without one it is the installation's: a commitment has no hour of its own.
    let general = house(
        "",
        &[one[0].clone(), "\n[policy]\nslot = \"07:00\"\n".to_owned()],
    );
    assert_eq!(
        of_desk(&general, "2025-06-12", "2025-06-13"),
        ["2025-06-13T00:00 desk before-7 X-1"]
    );
}

#[test]
fn reminders_wait_for_the_end_of_a_pause_and_coalesce() {
    // before-7 is of 13 June, before-1 of 19 June, last-day of 20 June; the 18th is a holiday.
    let book = house(&pause("12", "17"), &[deliverable("X-1", DEADLINE)]);
    assert_eq!(
        of_desk(&book, "2025-06-12", "2025-06-19"),
        ["2025-06-19T01:00 desk before-1 X-1",]
    );
    assert_eq!(
        skipped(&rehearsed(&book, "2025-06-12", "2025-06-19")),
        ["2025-06-13 desk before-7 X-1 coalesced"]
    );
}

#[test]
fn a_pause_cannot_swallow_a_last_day_or_an_escalation() {
    let book = house(&pause("12", "24"), &[deliverable("X-1", DEADLINE)]);
    assert_eq!(
        of_desk(&book, "2025-06-12", "2025-06-25"),
        [
            "2025-06-20T01:00 desk last-day X-1",
            "2025-06-23T01:00 desk overdue-1 X-1",
        ]
    );
    // The warnings are beside the point by the time they could leave.
    assert_eq!(
        skipped(&rehearsed(&book, "2025-06-12", "2025-06-25")),
        [
            "2025-06-13 desk before-7 X-1 passed",
            "2025-06-19 desk before-1 X-1 passed",
        ]
    );
}

#[test]
fn an_answer_given_in_the_pause_counts() {
    let answered = format!(
        "{DEADLINE}\n[[commitment.update]]\ndate = \"2025-06-16\"\nby = \"desk\"\nreported = \"completed\"\nstate = \"submitted\""
    );
    let book = house(&pause("12", "17"), &[deliverable("X-1", &answered)]);
    assert!(of_desk(&book, "2025-06-12", "2025-06-21").is_empty());
    let all = skipped(&rehearsed(&book, "2025-06-12", "2025-06-21"));
    assert!(
        all.contains(&"2025-06-13 desk before-7 X-1 answered".to_owned()),
        "{all:?}"
    );
}

/// A commitment overdue and led by the desk, one overdue to which it only contributes, one due soon,
/// and one updated by somebody else on 4 June.
fn week() -> Vec<String> {
    let other = "\n[[desk]]\nid = \"other\"\nname = \"Other\"\nemail = \"other@mfa.example.org\"\ncalendar = \"kh\"\n";
    vec![
        other.to_owned(),
        deliverable("A-LED", "deadline = \"2 May 2025\""),
        deliverable(
            "B-HELPED",
            "deadline = \"2 May 2025\"\ncooperating = [\"desk\"]",
        )
        .replace("lead = \"desk\"", "lead = \"other\""),
        deliverable("C-SOON", "deadline = \"30 June 2025\"").replace("2025-04-01", "2025-05-05"),
        deliverable(
            "D-NEWS",
            "[[commitment.update]]\ndate = \"2025-06-04\"\nby = \"other\"\nreported = \"ongoing\"\nstate = \"accepted\"",
        ),
    ]
}

fn digests(habits: &str, until: &str) -> Vec<String> {
    let book = house(habits, &week());
    let lines = lines_with(&rehearsed(&book, "2025-06-02", until), &[" desk digest "]);
    lines
        .iter()
        .map(|line| {
            let words: Vec<&str> = line.split(' ').collect();
            format!("{} {}", &words[0][5..10], words[4])
        })
        .collect()
}

#[test]
fn between_the_digests_of_a_cadence_only_what_is_overdue_and_led_is_told() {
    assert_eq!(
        digests("digest = \"fortnightly\"", "2025-06-17"),
        [
            "06-02 A-LED",
            "06-02 B-HELPED",
            "06-02 C-SOON",
            "06-09 A-LED",
            // And the news of the week between.
            "06-16 A-LED",
            "06-16 B-HELPED",
            "06-16 C-SOON",
            "06-16 D-NEWS",
        ]
    );
    assert_eq!(
        digests("", "2025-06-09"),
        [
            "06-02 A-LED",
            "06-02 B-HELPED",
            "06-02 C-SOON",
            "06-09 A-LED",
            "06-09 B-HELPED",
            "06-09 C-SOON",
            "06-09 D-NEWS",
        ]
    );
    assert_eq!(
        digests("digest = \"never\"", "2025-06-16"),
        ["06-02 A-LED", "06-09 A-LED", "06-16 A-LED"]
    );
    let monthly = digests("digest = \"monthly\"", "2025-07-07");
    let news: Vec<_> = monthly.iter().filter(|l| l.contains("NEWS")).collect();
    // The first digest day of July is the 7th.
    assert_eq!(news, ["07-07 D-NEWS"]);
}

#[test]
fn a_digest_in_a_pause_tells_what_is_overdue_and_led_and_the_next_one_the_rest() {
    assert_eq!(
        digests(&pause("06", "10"), "2025-06-17"),
        [
            "06-02 A-LED",
            "06-02 B-HELPED",
            "06-02 C-SOON",
            "06-09 A-LED",
            "06-16 A-LED",
            "06-16 B-HELPED",
            "06-16 C-SOON",
            "06-16 D-NEWS",
        ]
    );
}

#[test]
fn quiet_rules_keep_to_weekly_digest_days() {
    // The window opens on Thursday 1 May; the next digest day is Monday the 5th, whatever the cadence.
    let lines = "deadline = \"mid-2025\"";
    let window = "[commitment.policy]\nbefore = []\n";
    let book = house(
        "digest = \"never\"",
        &[deliverable("X-1", &format!("{lines}\n{window}"))],
    );
    let opened = lines_with(&rehearsed(&book, "2025-05-01", "2025-05-12"), &["opens"]);
    assert_eq!(opened, ["2025-05-05T01:00 desk opens X-1"]);
}
