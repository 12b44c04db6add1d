//! CONTRACT's commands: what goes in, what comes out, and how they refuse.

use aide_memoire::record::FIRST_RECORD;
use aide_memoire::store::DatabaseKind;

use super::{Place, aide_memoire, refusal, stderr};
use crate::stories::{DESK, deliverable};
use crate::support::database::TestDatabase;
use crate::support::smtp::{Fault, FaultServer, Script, Step};

const EVERYTHING: &str = include_str!("../store/full.toml");

#[test]
fn a_partner_is_handed_what_is_public_and_no_update() {
    let first = Place::new();
    let file = first.file("first.toml", FIRST_RECORD);
    first.done(&["import", &file]);
    let handed = first.done(&["export", "--for-partner", "us"]);
    assert!(handed.contains("US37-03") && !handed.contains("[[commitment.update]]"));
    let second = Place::new();
    let file = second.file("partner.toml", &handed);
    second.done(&["import", &file]);
    assert_eq!(second.done(&["export"]), handed);
    let unknown = first.refused(&["export", "--for-partner", "use"]);
    assert!(
        unknown.contains("there is no party `use`; did you mean `us`?"),
        "{unknown}"
    );
}

#[test]
fn a_record_goes_round_byte_for_byte() {
    for (name, record) in [("first.toml", FIRST_RECORD), ("full.toml", EVERYTHING)] {
        let first = Place::new();
        let file = first.file(name, record);
        first.done(&["import", &file]);
        let toml = first.done(&["export"]);
        let json = first.done(&["export", "--format", "json"]);
        for (name, text) in [("again.toml", &toml), ("again.json", &json)] {
            let second = Place::new();
            let file = second.file(name, text);
            second.done(&["import", &file]);
            assert_eq!(second.done(&["export"]), toml, "{name}");
            assert_eq!(second.done(&["export", "--format", "json"]), json, "{name}");
            // And again: nothing to do.
            assert!(second.done(&["import", &file]).starts_with("Nothing to do"));
        }
    }
}

#[test]
fn a_broken_record_is_refused_with_its_line_and_changes_nothing() {
    let place = Place::new();
    let sound = place.file(
        "sound.toml",
        &format!("{DESK}{}", deliverable("US37-01", "July 2025")),
    );
    place.done(&["import", &sound]);
    let before = place.done(&["export"]);
    let also_new = deliverable("US37-02", "July 2025");
    for (broken, words) in [
        (deliverable("US37-03", "Juli 2025"), "July"),
        (deliverable("US37-03", "at pmcc"), "pmc"),
        (
            deliverable("US37-03", "July 2025").replace("lead =", "leed ="),
            "lead",
        ),
        (
            deliverable("US37-03", "July 2025").replace("us-desk", "us-dsk"),
            "us-desk",
        ),
        ("\n[[commitment]\n".to_owned(), "broken.toml:"),
    ] {
        let file = place.file("broken.toml", &format!("{DESK}{also_new}{broken}"));
        let message = place.refused(&["import", &file]);
        assert!(message.contains(words), "{words}: {message}");
        assert!(
            message.contains("broken.toml:"),
            "it names the line: {message}"
        );
        assert_eq!(place.done(&["export"]), before, "nothing was changed");
    }
    let missing = place.refused(&["import", "no-such-file.toml"]);
    assert!(missing.contains("no-such-file.toml"), "{missing}");
}

#[test]
fn a_promise_is_never_edited() {
    let place = Place::new();
    let record = format!("{DESK}{}", deliverable("US37-01", "July 2025"));
    place.done(&["import", &place.file("record.toml", &record)]);
    let changed = record.replace("which will be endorsed", "which may be endorsed");
    let message = place.refused(&["import", &place.file("record.toml", &changed)]);
    assert!(
        message.contains("US37-01") && message.contains("promise"),
        "{message}"
    );
}

#[test]
fn broken_settings_say_which_and_what_to_do() {
    let place = Place::new();
    let misspelt = place.file("settings.toml", "[mail.smpt]\nhost = \"relay\"\n");
    let message = place.refused(&["--config", &misspelt, "migrate"]);
    assert!(
        message.contains("smpt") && message.contains("smtp"),
        "{message}"
    );

    let torn = place.file("torn.toml", "[mail]\nmode = \n");
    let message = place.refused(&["--config", &torn, "migrate"]);
    assert!(message.contains("torn.toml, line 2:"), "{message}");
    assert_eq!(message.trim_end().lines().count(), 1, "{message}");

    let open = place.file("open.toml", "[web]\nlisten = \"0.0.0.0:8080\"\n");
    let message = place.refused(&["--config", &open, "serve"]);
    assert!(
        message.contains("web.public_url") && message.contains("in the clear"),
        "{message}"
    );

    let stray = aide_memoire(&place.database())
        .env("AIDE_MEMOIRE_MAIL_FROM", "x@example.org")
        .arg("migrate")
        .output()
        .unwrap();
    assert!(
        refusal(&stray).contains("AIDE_MEMOIRE__MAIL__FROM"),
        "{}",
        stderr(&stray)
    );

    // Templates are tried at every start, before anything is sent.
    place.done(&["migrate"]);
    let template = place.file("letter.txt", "{{ subject }}\n{{ ministry }}\n");
    let folder = std::path::Path::new(&template).parent().unwrap();
    let own = format!("[mail]\ntemplates = '{}'\n", folder.display());
    let own = place.file("templates.toml", &own);
    for command in ["serve", "remind", "check"] {
        let message = place.refused(&["--config", &own, command]);
        assert!(message.contains("letter.txt:2"), "{message}");
        assert_eq!(message.trim_end().lines().count(), 1, "{message}");
    }

    let absent = place.refused(&["--config", "/no/such/settings.toml", "migrate"]);
    assert!(absent.contains("/no/such/settings.toml"), "{absent}");
}

#[test]
fn a_database_that_cannot_be_used_is_one_message() {
    for url in [
        "sqlite:/no/such/folder/it.sqlite",
        "postgres://aide:secret@127.0.0.1:1/aide",
    ] {
        for command in ["serve", "migrate", "check", "remind", "export"] {
            let message = refusal(&aide_memoire(url).arg(command).output().unwrap());
            assert!(
                message.starts_with("aide-memoire: the database"),
                "{message}"
            );
            assert_eq!(message.trim_end().lines().count(), 1, "{message}");
            assert!(!message.contains("secret"), "{message}");
        }
    }
    // Looking for a database does not make one.
    let place = Place::new();
    for arguments in [
        &["check"][..],
        &["export"],
        &["explain", "US37-03"],
        &["remind"],
    ] {
        let message = place.refused(arguments);
        assert!(message.contains("is not there"), "{message}");
        assert_eq!(place.database_files().len(), 0, "{arguments:?}");
    }
    let empty =
        Place::new().refused(&["rehearse", "--from", "2025-06-01", "--until", "2025-06-02"]);
    assert!(empty.contains("aide-memoire import"), "{empty}");
}

#[tokio::test]
async fn a_newer_schema_is_left_alone() {
    for kind in [DatabaseKind::Sqlite, DatabaseKind::Postgres] {
        let Some(database) = TestDatabase::fresh(kind).await else {
            continue;
        };
        database
            .execute(
                "INSERT INTO seaql_migrations (version, applied_at) VALUES ('m9999_future', 0)",
            )
            .await
            .unwrap();
        for command in ["serve", "migrate", "check", "remind", "export"] {
            let message = refusal(&aide_memoire(database.url()).arg(command).output().unwrap());
            assert!(
                message.contains("newer aide-memoire") && message.contains("m9999_future"),
                "{message}"
            );
        }
    }
}

#[test]
fn wrong_usage_is_two() {
    let place = Place::new();
    for arguments in [
        &["remember"][..],
        &["import"],
        &["rehearse", "--from", "soon", "--until", "2025-01-01"],
        &["export", "--format", "xml"],
        &["rehearse", "--from", "2025-06-02", "--until", "2025-06-01"],
        &["rehearse", "--from", "2025-06-02", "--until", "2999-06-30"],
    ] {
        assert_eq!(place.run(arguments).status.code(), Some(2), "{arguments:?}");
    }
    let far = place.run(&["rehearse", "--from", "2025-06-02", "--until", "2999-06-30"]);
    let far = stderr(&far);
    assert!(far.contains("outside the years 1900 to 2199"), "{far}");
    let unnamed = place.refused(&["user", "add", "chan@mfa.example.org"]);
    assert!(unnamed.contains("--name"), "{unnamed}");
}

#[test]
fn a_rehearsal_is_one_json_document_in_the_order_promised() {
    let place = Place::new();
    let milestones = "\n[[commitment.milestone]]\ntitle = \"concluded\"\ndeadline = \"20 June 2025\"\n\n[[commitment.milestone]]\ntitle = \"endorsed\"\ndeadline = \"at pmc\"\n";
    let record = format!(
        "{DESK}{}{milestones}{}",
        deliverable("US37-01", "July 2025"),
        deliverable("US37-02", "20 June 2025")
    );
    place.done(&["import", &place.file("record.toml", &record)]);
    let json = place.done(&[
        "rehearse",
        "--from",
        "2025-06-09",
        "--until",
        "2025-07-13",
        "--format",
        "json",
    ]);
    let parsed: serde_json::Value = serde_json::from_str(&json).unwrap();
    insta::assert_json_snapshot!("rehearsal", parsed);
    let text = place.done(&["rehearse", "--from", "2025-06-09", "--until", "2025-07-13"]);
    insta::assert_snapshot!("rehearsal_text", text);
}

#[tokio::test(flavor = "multi_thread")]
async fn send_test_shows_whether_the_relay_takes_mail() {
    let place = Place::new();
    let relay = FaultServer::start(Script::default()).await;
    let settings = place.file(
        "settings.toml",
        &format!("[mail]\ntransport = \"smtp\"\nfrom = \"aide@mfa.example.org\"\n[mail.smtp]\nhost = \"127.0.0.1\"\nport = {}\n", relay.port()),
    );
    let said = place.done(&["--config", &settings, "send-test", "desk@mfa.example.org"]);
    assert!(said.contains("desk@mfa.example.org"), "{said}");
    assert_eq!(relay.log().len(), 1);

    relay.set(|script| {
        *script = script
            .clone()
            .at(Step::Rcpt, Fault::reply("550 5.1.1 no such user"))
    });
    let message = place.refused(&["--config", &settings, "send-test", "desk@mfa.example.org"]);
    assert!(
        message.contains("no such user") && message.contains("rcpt-to"),
        "{message}"
    );
    assert!(
        place
            .refused(&["send-test", "desk@mfa.example.org"])
            .contains("mailbox")
    );
    assert!(
        place
            .refused(&["--config", &settings, "send-test", "not an address"])
            .contains("not an address")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn check_says_what_is_wrong_and_remind_does_one_round() {
    let place = Place::new();
    let relay = FaultServer::start(Script::default()).await;
    let settings = place.file(
        "settings.toml",
        &format!(
            "[mail]\ntransport = \"smtp\"\n[mail.smtp]\nhost = \"127.0.0.1\"\nport = {}\n",
            relay.port()
        ),
    );
    let record = format!("{DESK}{}", deliverable("US37-01", "July 2025"));
    place.done(&["import", &place.file("record.toml", &record)]);
    assert!(
        place
            .done(&["--config", &settings, "check"])
            .contains("in order")
    );
    let said = place.done(&["--config", &settings, "remind"]);
    assert!(said.contains("planned"), "{said}");

    let unreachable = record
        .replace("email = \"us-desk@mfa.example.org\"\n", "")
        .replace("head = \"head\"\n", "");
    let other = Place::new();
    other.done(&["import", &other.file("record.toml", &unreachable)]);
    drop(relay);
    let output = other.run(&["--config", &settings, "check"]);
    assert_eq!(output.status.code(), Some(1));
    let found = String::from_utf8_lossy(&output.stdout);
    assert!(
        found.contains("us-desk") && found.contains("relay"),
        "{found}"
    );
}
