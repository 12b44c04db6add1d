//! Accounts at the command line, and the link of the first start.

use std::time::Duration;

use aide_memoire::domain::account::Hidden;
use aide_memoire::domain::ids::PersonId;
use aide_memoire::doors::sealing::SealKey;
use aide_memoire::entropy::SystemEntropy;

use super::daemon::{Daemon, until};
use super::{Place, aide_memoire, refusal};
use crate::support::database::{TestDatabase, on_both_databases};
use crate::support::smtp::{FaultServer, Script};

fn link_in(printed: &str, kind: &str) -> String {
    let (_, rest) = printed
        .split_once(&format!("/{kind}/"))
        .expect("a link is printed");
    let word: String = rest
        .chars()
        .take_while(char::is_ascii_alphanumeric)
        .collect();
    assert_eq!(word.len(), 52, "{printed}");
    format!("/{kind}/{word}")
}

#[test]
fn people_are_invited_listed_disabled_and_let_in_again() {
    let place = Place::new();
    let none = place.done(&["user", "list"]);
    assert!(none.contains("Nobody has an account"), "{none}");
    let added = place.done(&[
        "user",
        "add",
        "Chan@mfa.example.org",
        "--name",
        "Chan Sokha",
        "--administrator",
    ]);
    assert!(added.contains("as `chan-sokha`"), "{added}");
    link_in(&added, "link");
    let guest = place.done(&[
        "user",
        "add",
        "guest@example.org",
        "--name",
        "A Guest",
        "--guest",
    ]);
    let first = link_in(&guest, "link");
    let listed = place.done(&["user", "list"]);
    let lines: Vec<&str> = listed.lines().collect();
    assert_eq!(lines.len(), 2);
    assert!(
        lines[0].starts_with("guest@example.org\ta-guest\tguest\tinvited until "),
        "{listed}"
    );
    assert!(
        lines[1].starts_with("chan@mfa.example.org\tchan-sokha\tadministrator\t"),
        "{listed}"
    );

    let again = place.refused(&["user", "add", "chan@mfa.example.org", "--name", "Other"]);
    assert!(again.contains("has an account already"), "{again}");
    let last = place.refused(&["user", "disable", "chan@mfa.example.org"]);
    assert!(last.contains("the only administrator"), "{last}");
    let unknown = place.refused(&["user", "enable", "nobody@mfa.example.org"]);
    assert!(unknown.contains("user list"), "{unknown}");
    let mail = place.refused(&["user", "add", "x@example.org", "--name", "X", "--mail"]);
    assert!(mail.contains("mail.transport"), "{mail}");
    let both = place.run(&["user", "add", "x@example.org", "--guest", "--administrator"]);
    assert_eq!(both.status.code(), Some(2));

    place.done(&["user", "disable", "guest@example.org"]);
    assert!(place.done(&["user", "list"]).contains("\tdisabled since "));
    place.done(&["user", "enable", "guest@example.org"]);
    let reset = place.done(&[
        "user",
        "reset-password",
        "guest@example.org",
        "--second-step",
    ]);
    assert_ne!(link_in(&reset, "link"), first);
    let raised = place.refused(&["user", "administrator", "guest@example.org"]);
    assert!(raised.contains("A guest runs nothing"), "{raised}");
    let exported = place.done(&["export"]);
    assert!(
        exported.contains("id = \"chan-sokha\""),
        "they are people of the record"
    );
    assert!(
        !exported.contains("administrator"),
        "and what they may is not"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_start_prints_a_link_and_the_next_one_with_an_account_does_not() {
    let database = TestDatabase::sqlite().await;
    let relay = FaultServer::start(Script::default()).await;
    let mut daemon = Daemon::start(database.url(), &relay, &[]);
    daemon.until_ready();
    until("the link", Duration::from_secs(10), async || {
        daemon.printed().contains("/first/")
    })
    .await;
    let first = link_in(&daemon.printed(), "first");
    let (status, page) = daemon.get(&first).unwrap();
    assert_eq!(status, 200);
    assert!(page.contains("The first administrator"));
    assert_eq!(daemon.stop(), Some(0));

    let invited = super::aide_memoire(database.url())
        .args([
            "user",
            "add",
            "chan@mfa.example.org",
            "--name",
            "Chan",
            "--administrator",
        ])
        .output()
        .unwrap();
    assert!(invited.status.success());
    let mut daemon = Daemon::start(database.url(), &relay, &[]);
    daemon.until_ready();
    let (status, _) = daemon.get(&first).unwrap();
    assert_eq!(
        status, 404,
        "somebody has an account: nobody is the first any more"
    );
    assert!(
        !daemon.printed().contains("/first/"),
        "{}",
        daemon.printed()
    );
    assert_eq!(daemon.stop(), Some(0));
}

on_both_databases!(
    a_daemon_without_the_key_of_a_second_step_says_so_and_does_not_start,
    async |database: TestDatabase| {
        let add = [
            "user",
            "add",
            "chan@mfa.example.org",
            "--name",
            "Chan Sokha",
        ];
        let added = aide_memoire(database.url()).args(add).output().unwrap();
        assert!(added.status.success());
        let person = PersonId::parse("chan-sokha").unwrap();
        let other = SealKey::draw(&SystemEntropy);
        let sealed = Hidden::new(other.seal(&[7; 20], &person, &SystemEntropy));
        let mut change = database.store().change().await.unwrap();
        change
            .set_second_step(&person, Some(&sealed), None)
            .await
            .unwrap();
        change.commit().await.unwrap();

        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("second-steps.key");
        let run = |command: &str| {
            let mut run = aide_memoire(database.url());
            run.env("AIDE_MEMOIRE__SIGN_IN__KEY_FILE", &file);
            run.env("AIDE_MEMOIRE__WEB__LISTEN", "127.0.0.1:0");
            run.env("AIDE_MEMOIRE__LOG__LEVEL", "off");
            run.arg(command).output().unwrap()
        };
        let missing = refusal(&run("serve"));
        assert!(
            missing.contains("is missing, and the second steps of chan@mfa.example.org"),
            "{missing}"
        );
        assert_eq!(missing.lines().count(), 1, "{missing}");
        assert!(!file.exists());
        let checked = run("check");
        let checked = String::from_utf8_lossy(&checked.stdout).into_owned();
        assert!(checked.contains("wrong   the key file"), "{checked}");
        std::fs::write(&file, SealKey::draw(&SystemEntropy).in_letters()).unwrap();
        let another = refusal(&run("serve"));
        assert!(another.contains("is not the one"), "{another}");
        // Taken away by whoever runs the installation, it keeps nobody from starting.
        let away = [
            "user",
            "reset-password",
            "chan@mfa.example.org",
            "--second-step",
        ];
        let done = aide_memoire(database.url()).args(away).output().unwrap();
        assert!(done.status.success(), "{done:?}");
        let checked = run("check");
        let checked = String::from_utf8_lossy(&checked.stdout).into_owned();
        assert!(!checked.contains("key file"), "{checked}");
    }
);
