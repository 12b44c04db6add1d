//! What must be in order before a recipient is named: TLS, credentials, and settings that can work.

use aide_memoire::config::{Mail, Secret, Tls, TransportKind};
use aide_memoire::delivery::transport::{Outcome, Transport, TransportError, Verdict};
use aide_memoire::domain::notice::Phase;

use super::transport::{CONTENT, connect, send_to, try_with, was_sent};
use crate::support::smtp::{Fault, FaultServer, Script, Step};

#[tokio::test]
async fn tls_is_spoken_as_the_settings_say() {
    for script in [
        Script::default().with_starttls(),
        Script::default().with_implicit_tls(),
    ] {
        let (outcome, relay) = try_with(script).await;
        assert!(was_sent(&outcome), "{outcome:?}");
        assert_eq!(relay.log()[0].content, CONTENT);
    }
}

#[tokio::test]
async fn tls_that_cannot_be_trusted_stops_everything() {
    let refused = |outcome: &Outcome| {
        assert_eq!(
            (outcome.phase, &outcome.verdict),
            (Phase::Tls, &Verdict::RelayRefused),
            "{outcome:?}"
        );
    };
    for script in [
        Script::default().with_starttls(),
        Script::default().with_implicit_tls(),
    ] {
        // Another authority is trusted than the one that signed.
        let relay = FaultServer::start(script.clone()).await;
        let other = FaultServer::start(script.clone()).await;
        let mut mail = relay.mail_settings();
        mail.smtp.ca_file = other.authority().display().to_string();
        let outcome = connect(&mail).await.err().unwrap();
        refused(&outcome);
        assert!(
            outcome.reply.contains("mail.smtp.ca_file"),
            "{}",
            outcome.reply
        );

        // The certificate is somebody else's.
        let (outcome, relay) = try_with(script.certified_for("other.example.org")).await;
        refused(&outcome);
        assert!(!relay.commands().iter().any(|c| c.starts_with("MAIL")));
    }
    // STARTTLS is required, not optional.
    let (outcome, relay) = try_with(Script::default().with_starttls().without("STARTTLS")).await;
    refused(&outcome);
    assert!(!relay.commands().iter().any(|c| c.starts_with("MAIL")));
    let refusal = Fault::reply("502 5.5.1 not today");
    let (outcome, _relay) = try_with(
        Script::default()
            .with_starttls()
            .at(Step::Starttls, refusal),
    )
    .await;
    refused(&outcome);
}

#[tokio::test]
async fn starttls_that_fails_for_now_is_tried_again() {
    let faults = [
        Fault::reply("454 4.7.0 not now"),
        Fault::Stall,
        Fault::Reset,
    ];
    for fault in faults {
        let script = Script::default()
            .with_starttls()
            .at(Step::Starttls, fault.clone());
        let (outcome, _relay) = try_with(script).await;
        assert_eq!(
            (outcome.phase, &outcome.verdict),
            (Phase::Tls, &Verdict::Deferred),
            "{fault:?}"
        );
    }
}

#[tokio::test]
async fn replies_slipped_in_before_tls_are_not_believed() {
    let slipped = Fault::reply("220 2.0.0 ready\r\n250-relay.example.org\r\n250 AUTH LOGIN");
    let script = Script::default()
        .with_starttls()
        .at(Step::Starttls, slipped);
    let (outcome, relay) = try_with(script).await;
    assert_eq!(outcome.phase, Phase::Tls);
    assert_eq!(outcome.verdict, Verdict::Deferred);
    assert!(outcome.reply.contains("in between"), "{}", outcome.reply);
    assert!(relay.log().is_empty());
}

#[tokio::test]
async fn credentials_are_given_as_the_relay_asks() {
    for mechanisms in ["PLAIN LOGIN", "PLAIN", "LOGIN"] {
        let script = Script::default()
            .with_starttls()
            .with_auth("desk", "pass word ü")
            .with_mechanisms(mechanisms);
        let (outcome, relay) = try_with(script).await;
        assert!(was_sent(&outcome), "{mechanisms}: {outcome:?}");
        assert_eq!(relay.log().len(), 1);
    }
}

#[tokio::test]
async fn credentials_that_are_refused_are_the_relays_matter_not_the_recipients() {
    let script = || {
        Script::default()
            .with_implicit_tls()
            .with_auth("desk", "right")
    };
    let relay = FaultServer::start(script()).await;
    let mut mail = relay.mail_settings();
    mail.smtp.password = Secret::new("wrong");
    let outcome = connect(&mail).await.err().unwrap();
    assert_eq!(
        (outcome.phase, &outcome.verdict),
        (Phase::Auth, &Verdict::RelayRefused)
    );
    assert_eq!(outcome.enhanced_code.as_deref(), Some("5.7.8"));
    assert!(!outcome.reply.contains("wrong"));

    let later = Fault::reply("454 4.7.0 try later");
    let (outcome, _relay) = try_with(script().at(Step::Auth, later)).await;
    assert_eq!(
        (outcome.phase, &outcome.verdict),
        (Phase::Auth, &Verdict::Deferred)
    );

    let (outcome, _relay) = try_with(script().at(Step::Auth, Fault::Stall)).await;
    assert_eq!(
        (outcome.phase, &outcome.verdict),
        (Phase::Auth, &Verdict::Deferred)
    );

    let (outcome, _relay) = try_with(script().with_mechanisms("XOAUTH2")).await;
    assert_eq!(
        (outcome.phase, &outcome.verdict),
        (Phase::Auth, &Verdict::RelayRefused)
    );

    // No credentials where the relay wants some.
    let relay = FaultServer::start(script()).await;
    let mut mail = relay.mail_settings();
    mail.smtp.username = String::new();
    let mut session = connect(&mail).await.unwrap();
    let outcome = send_to(&mut session, "desk@mfa.example.org").await;
    assert_eq!(outcome.verdict, Verdict::RelayRefused);
}

#[test]
fn settings_that_cannot_work_are_refused_with_what_to_do() {
    let settings = |change: fn(&mut Mail)| {
        let mut mail = Mail {
            transport: TransportKind::Smtp,
            mode: aide_memoire::domain::notice::MailMode::Live,
            redirect_to: String::new(),
            from: "aide-memoire@mfa.example.org".to_owned(),
            return_path: String::new(),
            reply_to: String::new(),
            reply_trust: aide_memoire::config::ReplyTrust::Dmarc,
            authserv_id: String::new(),
            name: "Aide-mémoire".to_owned(),
            templates: String::new(),
            dkim: Default::default(),
            smtp: aide_memoire::config::Smtp {
                host: "relay.example.org".to_owned(),
                port: 587,
                tls: Tls::Starttls,
                username: String::new(),
                password: Secret::default(),
                password_file: String::new(),
                ca_file: String::new(),
                hello_name: String::new(),
                connect_timeout: 1,
                command_timeout: 1,
                content_timeout: 1,
            },
        };
        change(&mut mail);
        Transport::new(&mail)
    };
    let missing = settings(|m| m.smtp.ca_file = "/nonexistent/authority.pem".to_owned());
    let refusal = missing.err().unwrap();
    assert!(matches!(refusal, TransportError::Authority { .. }));
    assert!(
        refusal.to_string().contains("/nonexistent/authority.pem"),
        "{refusal}"
    );
    let hello = settings(|m| m.smtp.hello_name = "x\r\nMAIL FROM:<a@b>".to_owned());
    assert!(matches!(hello.err().unwrap(), TransportError::HelloName(_)));
    let host = settings(|m| m.smtp.host = "no such host".to_owned());
    assert!(matches!(host.err().unwrap(), TransportError::Host(_)));
    let mailbox = settings(|m| m.transport = TransportKind::Mailbox)
        .ok()
        .unwrap();
    assert!(mailbox.is_mailbox());
}
