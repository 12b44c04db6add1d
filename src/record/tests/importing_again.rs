//! A file and the database change in turns: who changed a thing alone has it changed, where both
//! changed it nobody guesses.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::domain::book::Book;
use crate::domain::commitment::{DeskRole, Handover, Lifecycle, Revision};
use crate::domain::desk::EmailAddress;
use crate::record::{Baseline, CHANGED_BY_IMPORT, write_toml};

use super::installation::{Installation, RECORD, day, deadline, edited, key, update};

#[test]
fn everything_is_new_the_first_time_and_nothing_the_second() {
    let mut there = Installation::new();
    assert_eq!(there.baseline.0.len(), 5);
    let before = there.book.clone();
    let merged = there.import(RECORD).unwrap();
    assert!(merged.new.is_empty() && merged.changed.is_empty());
    assert_eq!(merged.unchanged, 5);
    assert_eq!(merged.book, Book::default());
    assert_eq!(there.book, before);
}

#[test]
fn what_the_file_did_not_change_is_left_to_the_database() {
    let mut there = Installation::new();
    there.change(|c| {
        c.title = "A longer report".into();
        c.state = Lifecycle::Closed;
    });
    let merged = there.import(RECORD).unwrap();
    assert_eq!(merged.unchanged, 5);
    assert_eq!(there.commitment().title, "A longer report");
}

#[test]
fn what_only_the_file_changed_is_an_edit() {
    let mut there = Installation::new();
    let merged = there
        .import(&edited("head@mfa.example.org", "office@mfa.example.org"))
        .unwrap();
    assert_eq!(merged.changed, [key("person", "head")]);
    assert_eq!(merged.unchanged, 4);
    assert_eq!(merged.book.directory.people.len(), 1);
    assert!(merged.book.commitments.is_empty());
    let email = there.book.directory.people["head"].email.as_ref().unwrap();
    assert_eq!(email.as_str(), "office@mfa.example.org");
}

#[test]
fn what_both_changed_is_refused_by_name_with_the_fields_and_the_line() {
    let mut there = Installation::new();
    there.change(|c| c.title = "Title of the database".into());
    let head = &mut Arc::make_mut(&mut there.book.directory)
        .people
        .get_mut("head")
        .unwrap();
    head.email = EmailAddress::parse("new@mfa.example.org").ok();
    let before = there.book.clone();
    let file = edited("head@mfa", "other@mfa")
        .replace("A report", "Title of the file")
        .replace("name = \"Desk\"", "name = \"A desk with a new name\"");
    let problems = there.import(&file).unwrap_err();
    assert_eq!(
        problems.to_string().lines().collect::<Vec<_>>(),
        [
            "record.toml:9: person `head` was changed both in the file (`email`) and in the database (`email`) since the last import; export the record, import the export, and make the change in it",
            "record.toml:25: commitment `US37-01` was changed both in the file (`title`) and in the database (`title`) since the last import; export the record, import the export, and make the change in it",
        ]
    );
    // All or nothing: the desk, which only the file changed, is not changed either.
    assert_eq!(there.book, before);
}

#[test]
fn other_fields_of_one_thing_changed_on_each_side_are_refused_too() {
    let mut there = Installation::new();
    there.change(|c| c.sector = Some("trade".into()));
    let said = there
        .import(&edited("A report", "Another"))
        .unwrap_err()
        .to_string();
    assert!(
        said.contains("in the file (`title`) and in the database (`sector`)"),
        "{said}"
    );
}

#[test]
fn what_both_changed_alike_is_agreed() {
    let mut there = Installation::new();
    there.change(|c| c.title = "Another".into());
    let merged = there.import(&edited("A report", "Another")).unwrap();
    assert_eq!(merged.unchanged, 5);
    // And it is the common ground of the next import.
    let merged = there.import(&edited("A report", "A third")).unwrap();
    assert_eq!(merged.changed, [key("commitment", "US37-01")]);
}

#[test]
fn an_export_can_be_edited_and_imported_whatever_was_recorded_meanwhile() {
    let mut there = Installation::new();
    there.change(|c| {
        c.title = "Changed on a page".into();
        c.updates.push(update("2025-05-20", "On its way."));
    });
    let export = write_toml(&there.book);
    let merged = there
        .import(&export.replace("\"deliverable\"", "\"deliverable\"\nsector = \"trade\""))
        .unwrap();
    assert_eq!(merged.changed, [key("commitment", "US37-01")]);
    assert_eq!(there.commitment().sector.as_deref(), Some("trade"));
    assert_eq!(there.commitment().title, "Changed on a page");
    assert_eq!(there.commitment().updates.len(), 1);
}

#[test]
fn an_update_recorded_meanwhile_does_not_stand_in_the_way_of_an_edit() {
    let mut there = Installation::new();
    there.change(|c| c.updates.push(update("2025-05-20", "On its way.")));
    there.import(&edited("A report", "Another")).unwrap();
    assert_eq!(there.commitment().title, "Another");
    assert_eq!(there.commitment().updates.len(), 1);

    // Updates of both sides are not mixed.
    let of_the_file = "[[commitment.update]]\ndate = \"2025-05-21\"\nreported = \"completed\"\n";
    let text = format!("{}{of_the_file}", edited("A report", "Another"));
    let said = there.import(&text).unwrap_err().to_string();
    assert!(
        said.contains("in the file (`update`) and in the database (`update`)"),
        "{said}"
    );
}

#[test]
fn what_is_missing_from_the_file_is_untouched() {
    let mut there = Installation::new();
    let before = there.book.clone();
    let merged = there
        .import("schema = 1\n[[person]]\nid = \"officer\"\nname = \"Officer\"\n")
        .unwrap();
    assert_eq!(merged.new, [key("person", "officer")]);
    assert_eq!(there.book.directory.people.len(), 2);
    assert_eq!(there.book.commitments, before.commitments);
    assert_eq!(there.book.directory.desks, before.directory.desks);
}

#[test]
fn a_changed_promise_is_refused() {
    let with_document = edited("promise =", "paragraph = 3\npromise =");
    for text in [edited("will report", "may report"), with_document] {
        let mut there = Installation::new();
        let said = there.import(&text).unwrap_err().to_string();
        assert_eq!(
            said,
            "record.toml:25: commitment `US37-01`: its promise is on record as \"will report\"; a promise is never edited: restore it, or record another commitment that `follows` this one"
        );
    }
}

#[test]
fn a_new_deadline_is_a_revision() {
    let mut there = Installation::new();
    let text = edited("\"July 2025\"", "\"at pmc\"").replace("\"May 2025\"", "\"by June 2025\"");
    there.import(&text).unwrap();
    assert_eq!(there.commitment().deadline, deadline("at pmc"));
    assert_eq!(
        there.revisions(),
        [
            format!("2025-06-02 -: July 2025 -> at pmc, {CHANGED_BY_IMPORT}"),
            format!("2025-06-02 Drafted: May 2025 -> by June 2025, {CHANGED_BY_IMPORT}"),
        ]
    );
    // The revision was made by the import, not by people: the next edit goes through and keeps it.
    there
        .import_on("2025-06-09", &text.replace("A report", "Another"))
        .unwrap();
    assert_eq!(there.commitment().title, "Another");
    assert_eq!(there.revisions().len(), 2);
    there
        .import_on(
            "2025-06-16",
            &text
                .replace("\"at pmc\"", "\"2025\"")
                .replace("A report", "Another"),
        )
        .unwrap();
    assert_eq!(
        there.revisions()[2],
        format!("2025-06-16 -: at pmc -> 2025, {CHANGED_BY_IMPORT}")
    );
}

#[test]
fn a_revision_that_the_file_tells_itself_is_not_told_twice() {
    let mut there = Installation::new();
    let told = "[[commitment.revision]]\ndate = \"2025-05-30\"\nfrom = \"July 2025\"\nto = \"August 2025\"\nreason = \"The host asked.\"\n";
    let text = format!("{}{told}", edited("\"July 2025\"", "\"August 2025\""));
    there.import(&text).unwrap();
    assert_eq!(
        there.revisions(),
        ["2025-05-30 -: July 2025 -> August 2025, The host asked."]
    );
    // Back to a deadline it once had: the last revision does not end there.
    there
        .import_on(
            "2025-06-09",
            &text.replace("deadline = \"August 2025\"", "deadline = \"July 2025\""),
        )
        .unwrap();
    assert_eq!(
        there.revisions()[1],
        format!("2025-06-09 -: August 2025 -> July 2025, {CHANGED_BY_IMPORT}")
    );
}

#[test]
fn a_file_may_tell_its_revisions_after_an_import_made_one() {
    let mut there = Installation::new();
    let august = edited("\"July 2025\"", "\"August 2025\"");
    there.import(&august).unwrap();
    let told = "[[commitment.revision]]\ndate = \"2025-06-12\"\nfrom = \"August 2025\"\nto = \"2025\"\nreason = \"The host asked.\"\n";
    let text = format!("{}{told}", august.replace("\"August 2025\"", "\"2025\""));
    there.import_on("2025-06-16", &text).unwrap();
    assert_eq!(
        there.revisions(),
        [
            format!("2025-06-02 -: July 2025 -> August 2025, {CHANGED_BY_IMPORT}"),
            "2025-06-12 -: August 2025 -> 2025, The host asked.".to_owned(),
        ]
    );
}

#[test]
fn a_deadline_changed_on_both_sides_is_refused() {
    let mut there = Installation::new();
    there.change(|c| {
        c.revisions.push(Revision {
            date: day("2025-05-20"),
            milestone: None,
            from: c.deadline.clone(),
            to: deadline("September 2025"),
            reason: Some("asked on a page".into()),
            by: None,
            approved: None,
            entered: None,
        });
        c.deadline = deadline("September 2025");
    });
    let said = there
        .import(&edited("\"July 2025\"", "\"August 2025\""))
        .unwrap_err()
        .to_string();
    assert!(
        said.contains("in the file (`deadline`) and in the database (`deadline`)"),
        "{said}"
    );
    // Left alone in the file, the page's deadline and its revision stay.
    assert_eq!(there.import(RECORD).unwrap().unchanged, 5);
    assert_eq!(there.commitment().deadline, deadline("September 2025"));
}

#[test]
fn a_milestone_with_a_history_cannot_vanish() {
    let mut there = Installation::new();
    there
        .import(&edited("\"May 2025\"", "\"June 2025\""))
        .unwrap();
    let without = edited(
        "[[commitment.milestone]]\ntitle = \"Drafted\"\ndeadline = \"May 2025\"\n",
        "",
    );
    assert_eq!(
        there.import(&without).unwrap_err().to_string(),
        "record.toml:25: commitment `US37-01`: the file has no milestone `Drafted`, but a change of its deadline is on record; put it back, and give it a `done` date if it is over"
    );
}

#[test]
fn a_moved_meeting_counts_its_dates() {
    let mut there = Installation::new();
    let meeting = |there: &Installation| {
        let pmc = &there.book.directory.meetings["pmc"];
        (pmc.date_revision, pmc.moved_on)
    };
    there
        .import(&edited(
            "series = \"PMC\"",
            "series = \"PMC with the U.S.\"",
        ))
        .unwrap();
    assert_eq!(meeting(&there), (1, None));
    there
        .import(&edited("10 July 2025", "11 July 2025"))
        .unwrap();
    assert_eq!(meeting(&there), (2, Some(day("2025-06-02"))));
    // The same day in other words, and confirmed: nothing moved.
    there
        .import_on(
            "2025-06-09",
            &edited("\"10 July 2025\"", "\"2025-07-11\"\nstatus = \"confirmed\""),
        )
        .unwrap();
    assert_eq!(meeting(&there), (2, Some(day("2025-06-02"))));
    // A cancelled meeting has no date any more.
    there
        .import_on(
            "2025-06-16",
            &edited("\"10 July 2025\"", "\"2025-07-11\"\nstatus = \"cancelled\""),
        )
        .unwrap();
    assert_eq!(meeting(&there), (3, Some(day("2025-06-16"))));
}

#[test]
fn what_was_never_imported_is_equal_or_refused() {
    let mut there = Installation::new();
    there.baseline = Baseline(BTreeMap::new());
    assert_eq!(there.import(RECORD).unwrap().unchanged, 5);
    assert_eq!(there.baseline.0.len(), 5);
    there.baseline = Baseline::default();
    assert_eq!(
        there
            .import(&edited("A report", "Another"))
            .unwrap_err()
            .to_string(),
        "record.toml:25: commitment `US37-01` is on record with another content (`title`) and was never imported from a file; export the record, import the export, and make the change in it"
    );
}

#[test]
fn the_policy_is_a_thing_like_any_other() {
    let mut there = Installation::new();
    let merged = there
        .import(&format!("{RECORD}[policy]\ndue_soon = 20\n"))
        .unwrap();
    assert_eq!(merged.new, [key("policy", "general")]);
    assert_eq!(there.book.directory.policy.due_soon, Some(20));
    // Without it, the file leaves it alone.
    assert_eq!(there.import(RECORD).unwrap().unchanged, 5);
    let merged = there
        .import(&format!("{RECORD}[policy]\ndue_soon = 25\n"))
        .unwrap();
    assert_eq!(merged.changed, [key("policy", "general")]);
    Arc::make_mut(&mut there.book.directory).policy.due_soon = Some(10);
    let said = there
        .import(&format!("{RECORD}[policy]\ndue_soon = 30\n"))
        .unwrap_err()
        .to_string();
    assert!(
        said.starts_with("record.toml:36: the policy was changed both"),
        "{said}"
    );
}

#[test]
fn a_circle_over_desks_of_the_database_is_refused() {
    let mut there = Installation::new();
    let other = "schema = 1\n[[desk]]\nid = \"other\"\nname = \"Other\"\ncalendar = \"kh\"\nthrough = \"desk\"\n";
    there.import(other).unwrap();
    let said = there
        .import(&edited("head = \"head\"", "through = \"other\""))
        .unwrap_err()
        .to_string();
    assert_eq!(
        said,
        "record.toml:14: desk `desk`: with the desks on record, `through` leads back to the desk itself; one of the circle must have its own way"
    );
    // The place is that of a desk of the file, whichever of the circle that is.
    let earlier = other.replace("other", "another");
    there.import(&earlier).unwrap();
    let said = there
        .import(&edited("head = \"head\"", "through = \"another\""))
        .unwrap_err()
        .to_string();
    assert!(said.starts_with("record.toml:14: desk `desk`: "), "{said}");
}

/// The daemon passed the commitment on to the other desk, as no file knows.
fn passed_on(there: &mut Installation) {
    there.change(|c| {
        c.handovers.push(Handover {
            date: day("2025-06-01"),
            from: "desk".parse().unwrap(),
            to: "other".parse().unwrap(),
            role: DeskRole::Lead,
            reason: Some("the desk ended".into()),
            entered: None,
        });
        c.lead = "other".parse().unwrap();
    });
}

fn with_other_desk() -> String {
    edited(
        "[[meeting]]",
        "[[desk]]\nid = \"other\"\nname = \"Other\"\ncalendar = \"kh\"\n\n[[meeting]]",
    )
}

#[test]
fn a_handover_made_here_does_not_block_an_edit_there_and_is_not_undone_by_it() {
    let mut there = Installation::new();
    let record = with_other_desk();
    there.import(&record).unwrap();
    passed_on(&mut there);
    let merged = there.import(&record).unwrap();
    assert!(merged.changed.is_empty(), "{merged:?}");
    let renamed = record.replace("A report", "A longer report");
    let merged = there.import(&renamed).unwrap();
    assert_eq!(merged.changed, [key("commitment", "US37-01")]);
    assert_eq!(there.commitment().title, "A longer report");
    assert_eq!(there.commitment().lead.as_str(), "other");
    assert_eq!(there.commitment().handovers.len(), 1);
    // What is exported has both, and importing it is the common ground.
    let exported = write_toml(&there.book);
    assert!(exported.contains("[[commitment.handover]]"), "{exported}");
    let merged = there.import(&exported).unwrap();
    assert!(merged.changed.is_empty(), "{merged:?}");
    // The file may give it to somebody else again.
    let back = exported.replace("lead = \"other\"", "lead = \"desk\"");
    there.import(&back).unwrap();
    assert_eq!(there.commitment().lead.as_str(), "desk");
    assert_eq!(there.commitment().handovers.len(), 1);
}

#[test]
fn an_edit_that_keeps_the_successor_out_leaves_the_lead_to_people() {
    let mut there = Installation::new();
    let record = with_other_desk();
    there.import(&record).unwrap();
    passed_on(&mut there);
    let restricted = record.replace(
        "opened = ",
        "confidentiality = \"restricted\"\nreaders = [\"desk\"]\nopened = ",
    );
    there.import(&restricted).unwrap();
    assert_eq!(there.commitment().lead.as_str(), "desk");
}
