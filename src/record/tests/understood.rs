//! What is understood: defaults, several spellings of one thing, texts beside the record.

use crate::domain::book::Book;
use crate::domain::commitment::{Commitment, Confidentiality, Lifecycle};
use crate::domain::meeting::MeetingStatus;
use crate::domain::party::PartyKind;
use crate::domain::progress::UpdateState;
use crate::record::{Format, SourceFile, files_named, read, read_text, write_toml};

const HOUSE: &str = r#"schema = 1
[[calendar]]
id = "kh"
name = "Cambodia"
timezone = "Asia/Phnom_Penh"
[[desk]]
id = "desk"
name = "Desk"
calendar = "kh"
"#;

fn book(added: &str) -> Book {
    read_text("record.toml", &format!("{HOUSE}{added}")).unwrap_or_else(|e| panic!("{e}"))
}

fn commitment(added: &str) -> Commitment {
    let text = "[[commitment]]\nref = \"X-1\"\ntitle = \"X\"\npromise = \"will\"\nkind = \"standing\"\nlead = \"desk\"\nopened = 2025-04-23\n";
    book(&format!("{text}{added}"))
        .commitment("X-1")
        .unwrap()
        .clone()
}

#[test]
fn what_is_not_said_has_its_default() {
    let x = commitment("");
    assert_eq!(x.state, Lifecycle::Open);
    assert_eq!(x.confidentiality, Confidentiality::Internal);
    assert_eq!(x.opened.to_string(), "2025-04-23");
    let record = book(
        "[[meeting]]\nid = \"a\"\n[[meeting]]\nid = \"b\"\nseries = \"B\"\ndate = \"2025\"\n[[party]]\nid = \"p\"\nname = \"P\"\n",
    );
    let meetings = &record.directory.meetings;
    assert_eq!(meetings["a"].status, MeetingStatus::AwaitingDate);
    assert_eq!(meetings["a"].series, "a");
    assert_eq!(meetings["b"].status, MeetingStatus::Tentative);
    assert_eq!(
        (meetings["b"].date_revision, meetings["b"].moved_on),
        (1, None)
    );
    assert_eq!(record.directory.parties["p"].kind, PartyKind::Organisation);
    let weekend: Vec<_> = record.directory.calendars["kh"].weekend.days().collect();
    assert_eq!(weekend, [chrono::Weekday::Sat, chrono::Weekday::Sun]);
}

#[test]
fn a_date_on_a_meeting_that_awaits_one_is_kept() {
    let record = book("[[meeting]]\nid = \"a\"\ndate = \"2026\"\nstatus = \"awaiting-date\"\n");
    let meeting = &record.directory.meetings["a"];
    assert_eq!(meeting.status, MeetingStatus::AwaitingDate);
    assert_eq!(meeting.date.as_ref().unwrap().text(), "2026");
}

#[test]
fn updates_stand_in_the_order_of_their_dates() {
    let update = |date: &str, text: &str| {
        format!(
            "[[commitment.update]]\ndate = \"{date}\"\nreported = \"ongoing\"\ntext = \"{text}\"\n"
        )
    };
    let x = commitment(
        &[
            update("2025-06-02", "second"),
            update("2025-06-02", "third"),
            update("2025-05-01", "first"),
        ]
        .concat(),
    );
    let texts: Vec<_> = x.updates.iter().filter_map(|u| u.text.as_deref()).collect();
    assert_eq!(texts, ["first", "second", "third"]);
    assert_eq!(x.updates[0].state, UpdateState::Submitted);
    assert_eq!(x.updates[0].confidentiality, Confidentiality::Internal);
}

#[test]
fn a_ladder_has_one_order_however_it_is_written() {
    let x = commitment(
        "policy = { before = [1, 14, 7], overdue = [15, 1], slot = \"09:30\", review_every = \"every 2 months\" }\n",
    );
    assert_eq!(x.policy.before, Some(vec![14, 7, 1]));
    assert_eq!(x.policy.overdue, Some(vec![1, 15]));
    assert_eq!(x.policy.slot.unwrap().to_string(), "09:30:00");
    assert_eq!(x.policy.review_every.unwrap().months, 2);
    let none = commitment("policy = { before = [] }\n");
    assert_eq!(none.policy.before, Some(vec![]));
}

#[test]
fn windows_line_ends_and_byte_order_marks_change_nothing() {
    let text = format!(
        "{HOUSE}[[commitment]]\nref = \"X-1\"\ntitle = \"X\"\npromise = \"\"\"\nwill\nreport\"\"\"\nkind = \"standing\"\nlead = \"desk\"\nopened = \"2025-04-23\"\n"
    );
    let plain = read_text("r.toml", &text).unwrap();
    let windows = read_text("r.toml", &format!("\u{feff}{}", text.replace('\n', "\r\n"))).unwrap();
    assert_eq!(plain, windows);
    assert_eq!(
        plain.commitment("X-1").unwrap().promise.words,
        "will\nreport"
    );
    let json = "\u{feff}{\"schema\": 1, \"party\": [{\"id\": \"a\", \"name\": \"A\"}]}";
    assert!(read_text("R.JSON", json).is_ok());
    assert_eq!(Format::of_name("a.json.toml"), Format::Toml);
}

#[test]
fn the_text_of_a_document_is_kept_wherever_the_record_goes() {
    let mut file = SourceFile {
        name: "record.toml".into(),
        text: format!(
            "{HOUSE}[[document]]\nid = \"d\"\nfile = \"texts/release.txt\"\nsha256 = \"EF8D70FE9FD7E9E5D1C1AF3CB9B8C2B9C7A2BD2A2E2C7E2E0B1F0B4D2A3A7D11\"\n"
        ),
        ..SourceFile::default()
    };
    assert_eq!(files_named(&file), ["texts/release.txt"]);
    let words = "One \"paragraph\".\n\nភាសាខ្មែរ\tand a page break\u{c}\n";
    file.attached
        .insert("texts/release.txt".into(), words.into());
    let said = read(std::slice::from_ref(&file), &Book::default())
        .unwrap_err()
        .to_string();
    let hash = said.split("which is ").nth(1).unwrap()[..64].to_owned();
    let fake = "EF8D70FE9FD7E9E5D1C1AF3CB9B8C2B9C7A2BD2A2E2C7E2E0B1F0B4D2A3A7D11";
    file.text = file.text.replace(fake, &hash.to_uppercase());
    let record = read(&[file], &Book::default()).unwrap().book;
    let document = record.document("d").unwrap();
    assert_eq!(document.text.as_deref(), Some(words));
    assert_eq!(document.sha256.as_deref(), Some(hash.as_str()));
    let export = write_toml(&record);
    assert!(!export.contains("sha256"), "{export}");
    let elsewhere = read_text("elsewhere.toml", &export).unwrap();
    assert_eq!(elsewhere, record);
}

#[test]
fn a_broken_record_names_no_files() {
    let file = SourceFile {
        name: "r.toml".into(),
        text: "schema = \n".into(),
        ..SourceFile::default()
    };
    assert!(files_named(&file).is_empty());
}
