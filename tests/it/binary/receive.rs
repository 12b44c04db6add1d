//! `receive` as a mail server's pipe runs it, and `bounces` as an administrator does.

use std::io::Write;
use std::process::{Output, Stdio};

use aide_memoire::delivery::signed::return_path;
use aide_memoire::domain::desk::EmailAddress;
use aide_memoire::domain::notice::NoticeState;

use super::{Place, aide_memoire, refusal, stderr};
use crate::delivery::inbound::{ID, sample};
use crate::stories::{DESK, deliverable, recipients};
use crate::support::database::{TestDatabase, on_both_databases};
use crate::support::house::House;

/// Hands a message to the binary; what came of it.
fn receive(database: &str, message: &[u8], arguments: &[&str]) -> Output {
    let mut process = aide_memoire(database)
        .arg("receive")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut pipe = process.stdin.take().unwrap();
    pipe.write_all(message)
        .expect("the message is read to its end");
    drop(pipe);
    process.wait_with_output().unwrap()
}

fn accepted(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(0), "{}", stderr(output));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

on_both_databases!(
    a_report_from_the_pipe_is_believed_and_told,
    async |database: TestDatabase| {
        let record = format!("{DESK}{}", deliverable("US37-01", "20 June 2025"));
        let mut house = House::open(database, &record, "2025-06-12 20:00").await;
        house.restart(|config| config.mail.return_path = "bounces@mfa.example.org".into());
        house.run_until("2025-06-13 02:00").await;
        let notice = house.notices().await.remove(0);
        let url = house.database.url().to_owned();
        let key = house.store.signing_key().await.unwrap();
        let base = EmailAddress::parse("bounces@mfa.example.org").unwrap();
        let to = return_path(&key, &base, notice.id).to_string();

        let forged = receive(&url, sample("gmail").as_bytes(), &[]);
        assert!(accepted(&forged).starts_with("Ignored:"));
        // The recipient is in Delivered-To alone, in capitals, as some servers have it.
        let report = sample("postfix-unknown-user")
            .replace("bounces+TOKEN@mfa.example.org", &to.to_uppercase())
            .replace(ID, "<somebody@elsewhere>");
        let said = accepted(&receive(&url, report.as_bytes(), &[]));
        assert!(said.contains("does not reach"), "{said}");
        assert!(!said.contains("us-desk@"), "{said}");
        // A pipe that hands it over twice, now with the envelope's recipient.
        let again = receive(&url, report.as_bytes(), &["--to", &to]);
        assert!(accepted(&again).contains("Known"), "{again:?}");
        assert_eq!(house.notices().await.remove(0).state, NoticeState::Bounced);
        house.activate().await;
        assert_eq!(
            recipients(&house),
            ["us-desk@mfa.example.org", "head@mfa.example.org"]
        );

        let run = |arguments: &[&str]| aide_memoire(&url).args(arguments).output().unwrap();
        let listed = accepted(&run(&["bounces"]));
        for words in [
            "us-desk@mfa.example.org",
            "User unknown",
            "ASEAN-U.S. desk: Head, Americas Division hears instead",
        ] {
            assert!(listed.contains(words), "{words}: {listed}");
        }
        let json = accepted(&run(&["bounces", "--format", "json"]));
        let json: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert_eq!(json["bouncing"][0]["concerns"][0]["hears"], "head");
        let checked = run(&["check"]);
        assert_eq!(checked.status.code(), Some(1));
        let checked = String::from_utf8_lossy(&checked.stdout).into_owned();
        assert!(
            checked.contains("mail does not reach us-desk@"),
            "{checked}"
        );

        let exported = accepted(&run(&["export"]));
        assert!(!exported.contains("signing") && !exported.contains("bouncing"));

        accepted(&run(&["bounces", "clear", "us-desk@mfa.example.org"]));
        let refused = refusal(&run(&["bounces", "clear", "us-desk@mfa.example.org"]));
        assert!(refused.contains("lists them"), "{refused}");
        assert!(accepted(&run(&["bounces"])).contains("reaches every address"));
        house.reconcile().await;
    }
);

on_both_databases!(
    a_reply_from_the_pipe_waits_as_a_draft,
    async |database: TestDatabase| {
        use aide_memoire::delivery::signed::reply_address;
        let record = format!("{DESK}{}", deliverable("US37-01", "20 June 2025"));
        let house = House::open(database, &record, "2025-06-12 20:00").await;
        house.run_until("2025-06-13 02:00").await;
        let notice = house.notices().await.remove(0);
        let url = house.database.url().to_owned();
        let key = house.store.signing_key().await.unwrap();
        let base = EmailAddress::parse("reply@mfa.example.org").unwrap();
        let to = reply_address(&key, &base, notice.id).to_string();
        let desk = "us-desk@mfa.example.org";
        let message = |id: &str, words: &str| {
            format!(
                "Return-Path: <{desk}>\r\nAuthentication-Results: mx; dmarc=pass\r\nFrom: {desk}\r\nMessage-ID: <{id}>\r\n\r\n{words}\r\n"
            )
        };
        let hand = |message: &str, trusted: &str| {
            let mut process = aide_memoire(&url)
                .args(["receive", "--to", &to])
                .env("AIDE_MEMOIRE__MAIL__REPLY_TO", "reply@mfa.example.org")
                .env("AIDE_MEMOIRE__MAIL__AUTHSERV_ID", trusted)
                .env("AIDE_MEMOIRE__MAIL__FROM", "aide-memoire@mfa.example.org")
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn()
                .unwrap();
            let mut pipe = process.stdin.take().unwrap();
            pipe.write_all(message.as_bytes()).unwrap();
            drop(pipe);
            process.wait_with_output().unwrap()
        };
        let untrusted = hand(&message("a@x", "Done."), "mx.elsewhere");
        assert!(accepted(&untrusted).starts_with("Ignored:"));
        assert!(untrusted.stderr.is_empty(), "nothing goes back");
        let said = accepted(&hand(&message("a@x", "Done."), "mx"));
        assert!(said.contains("draft") && said.contains("US37-01"), "{said}");
        assert!(accepted(&hand(&message("a@x", "Done."), "mx")).contains("Known"));
        let why = refusal(&hand(&message("b@x", "> all quoted"), "mx"));
        assert_eq!(why.trim().lines().count(), 1, "{why}");
        assert!(why.contains("no words"), "{why}");
        let book = house.database.reopen().await.book().await.unwrap();
        let draft = book.commitment("US37-01").unwrap().updates[0].clone();
        assert_eq!(draft.text.as_deref(), Some("Done."));
        house.reconcile().await;
    }
);

#[tokio::test]
async fn whatever_comes_is_accepted() {
    let database = TestDatabase::sqlite().await;
    let messages: [&[u8]; 5] = [
        b"",
        b"\xff\xfe\0\0",
        b"From: a@b\n\nhello",
        sample("a-person-writes").as_bytes(),
        sample("out-of-office").as_bytes(),
    ];
    for message in messages {
        let output = receive(database.url(), message, &["--to", "bounces+x@y"]);
        assert!(accepted(&output).starts_with("Ignored:"), "{output:?}");
    }
    let endless = vec![b'x'; 3 * 1024 * 1024];
    accepted(&receive(database.url(), &endless, &[]));
}

#[test]
fn what_can_be_done_later_is_handed_over_again() {
    let message = sample("gmail").as_bytes();
    for database in [
        "postgres://nobody@127.0.0.1:1/nothing",
        "sqlite:/nowhere/at/all.sqlite",
        &Place::new().database(),
    ] {
        let output = receive(database, message, &[]);
        assert_eq!(output.status.code(), Some(75), "{database}: {output:?}");
        assert!(output.stdout.is_empty());
        let said = stderr(&output);
        assert_eq!(said.trim().lines().count(), 1, "{said}");
    }
    let wrong = receive("sqlite:x", message, &["--too", "x"]);
    assert_eq!(wrong.status.code(), Some(2));
}
