//! Every phase and every fault gives the right verdict, and nothing is taken that we believe
//! refused, nor refused that we believe taken.

use std::time::{Duration, Instant};

use aide_memoire::config::Mail;
use aide_memoire::delivery::transport::{Outcome, Session, Transport, Verdict};
use aide_memoire::domain::desk::EmailAddress;
use aide_memoire::domain::notice::Phase;

use crate::support::smtp::{Fault, FaultServer, Script, Step};

pub const CONTENT: &[u8] = b"Message-ID: <1@mfa.example.org>\r\nSubject: x\r\n\r\nbody\r\n";

fn email(text: &str) -> EmailAddress {
    EmailAddress::parse(text).unwrap()
}

pub async fn connect(mail: &Mail) -> Result<Session, Outcome> {
    Transport::new(mail).unwrap().connect().await
}

pub async fn send_to(session: &mut Session, to: &str) -> Outcome {
    let from = email("aide-memoire@mfa.example.org");
    session
        .send(&from, &email(to), CONTENT, async || true)
        .await
}

/// One message to one relay that follows the script.
pub async fn try_with(script: Script) -> (Outcome, FaultServer) {
    let relay = FaultServer::start(script).await;
    let outcome = match connect(&relay.mail_settings()).await {
        Ok(mut session) => send_to(&mut session, "desk@mfa.example.org").await,
        Err(outcome) => outcome,
    };
    (outcome, relay)
}

pub fn was_sent(outcome: &Outcome) -> bool {
    matches!(outcome.verdict, Verdict::Sent { .. })
}

#[tokio::test]
async fn a_message_is_taken_and_the_queue_id_kept() {
    let (outcome, relay) = try_with(Script::default()).await;
    let queue_id = Some("Q0001".to_owned());
    assert_eq!(outcome.verdict, Verdict::Sent { queue_id });
    assert_eq!(outcome.phase, Phase::Content);
    assert_eq!(outcome.enhanced_code.as_deref(), Some("2.0.0"));
    let log = relay.log();
    assert_eq!(log.len(), 1);
    assert_eq!(log[0].content, CONTENT);
    assert_eq!(log[0].from, "aide-memoire@mfa.example.org");
    assert_eq!(log[0].to, ["desk@mfa.example.org"]);
    assert_eq!(log[0].message_id.as_deref(), Some("<1@mfa.example.org>"));
    assert!(log[0].answered);
    assert_eq!(relay.commands()[0], "EHLO daemon.mfa.example.org");
}

#[tokio::test]
async fn every_refusal_means_what_its_phase_makes_of_it() {
    use Phase::*;
    use Verdict::*;
    let cases = [
        (Step::Greeting, "421 4.3.2 closing", Connect, Deferred),
        (Step::Greeting, "450 4.3.2 busy", Connect, Deferred),
        (
            Step::Greeting,
            "554 5.3.2 no service here",
            Connect,
            RelayRefused,
        ),
        (Step::Ehlo, "421 4.3.2 closing", Connect, Deferred),
        (Step::Ehlo, "550 5.7.1 not you", Connect, RelayRefused),
        (Step::Mail, "451 4.3.0 try later", MailFrom, Deferred),
        (Step::Mail, "421 4.3.2 closing", MailFrom, Deferred),
        (
            Step::Mail,
            "553 5.7.1 sender refused",
            MailFrom,
            RelayRefused,
        ),
        (Step::Rcpt, "450 4.2.1 greylisted", RcptTo, Deferred),
        (Step::Rcpt, "421 4.3.2 closing", RcptTo, Deferred),
        (Step::Rcpt, "550 5.1.1 no such user", RcptTo, Rejected),
        (Step::Rcpt, "530 5.7.0 authenticate", RcptTo, RelayRefused),
        (Step::Rcpt, "354 what", RcptTo, Deferred),
        (Step::Data, "452 4.3.1 full", Data, Deferred),
        (Step::Data, "421 4.3.2 closing", Data, Deferred),
        (Step::Data, "554 5.5.1 no", Data, Rejected),
        (Step::Data, "250 what", Data, Deferred),
        (Step::Content, "452 4.3.1 full", Content, Deferred),
        (Step::Content, "421 4.3.2 closing", Content, Deferred),
        (Step::Content, "554 5.6.0 refused", Content, Rejected),
        (Step::Content, "354 what", Content, InDoubt),
        (Step::Content, "hello", Content, InDoubt),
        (Step::Mail, "hello", MailFrom, Deferred),
    ];
    for (step, words, phase, verdict) in cases {
        let (outcome, relay) = try_with(Script::default().at(step, Fault::reply(words))).await;
        assert_eq!(
            (outcome.phase, &outcome.verdict),
            (phase, &verdict),
            "{step:?} {words}"
        );
        assert!(relay.log().is_empty(), "{step:?} {words}");
        if words.starts_with(['4', '5']) {
            assert_eq!(outcome.reply, words, "{step:?}");
            assert_eq!(outcome.enhanced_code.as_deref(), words.split(' ').nth(1));
        }
    }
}

#[tokio::test]
async fn silence_and_resets_are_deferred_before_the_content_and_in_doubt_after() {
    let steps = [
        (Step::Greeting, Phase::Connect),
        (Step::Ehlo, Phase::Connect),
        (Step::Mail, Phase::MailFrom),
        (Step::Rcpt, Phase::RcptTo),
        (Step::Data, Phase::Data),
        (Step::Content, Phase::Content),
    ];
    let mut tries = tokio::task::JoinSet::new();
    for (step, phase) in steps {
        let verdict = match phase {
            Phase::Content => Verdict::InDoubt,
            _ => Verdict::Deferred,
        };
        // Dripping takes longer for the whole reply than is allowed.
        let drip = Fault::Drip(Duration::from_millis(200));
        for fault in [Fault::Stall, Fault::Reset, drip] {
            let verdict = verdict.clone();
            tries.spawn(async move {
                let started = Instant::now();
                let (outcome, _relay) = try_with(Script::default().at(step, fault.clone())).await;
                let case = format!("{step:?} {fault:?} {outcome:?}");
                assert_eq!((outcome.phase, outcome.verdict), (phase, verdict), "{case}");
                assert!(started.elapsed() < Duration::from_secs(3), "{case}");
                assert!(!outcome.reply.is_empty(), "{case}");
            });
        }
    }
    while let Some(tried) = tries.join_next().await {
        tried.unwrap();
    }
}

#[tokio::test]
async fn what_was_taken_without_an_answer_is_in_doubt_and_not_sent() {
    for fault in [Fault::TakeThenReset, Fault::TakeThenStall] {
        let (outcome, relay) = try_with(Script::default().at(Step::Content, fault)).await;
        assert_eq!(outcome.verdict, Verdict::InDoubt);
        assert_eq!(relay.log().len(), 1);
        assert!(!relay.log()[0].answered);
    }
}

#[tokio::test]
async fn a_slow_reply_within_its_deadline_is_a_reply() {
    let drip = Fault::Drip(Duration::from_millis(5));
    let script = Script::default()
        .at(Step::Mail, drip.clone())
        .at(Step::Content, drip);
    let (outcome, _relay) = try_with(script).await;
    assert!(was_sent(&outcome), "{outcome:?}");
}

#[tokio::test]
async fn a_late_250_counts_and_the_session_does_not() {
    let late = Fault::Delay(Duration::from_millis(1500));
    let relay = FaultServer::start(Script::default().nth(1, Step::Content, late)).await;
    let mut session = connect(&relay.mail_settings()).await.unwrap();
    let outcome = send_to(&mut session, "desk@mfa.example.org").await;
    assert_eq!(outcome.verdict, Verdict::InDoubt);
    assert!(!session.is_usable());
    assert_eq!(session.late_reply(Duration::from_millis(10)).await, None);
    let late = session.late_reply(Duration::from_secs(5)).await.unwrap();
    assert!(was_sent(&late), "{late:?}");
    assert!(!session.is_usable());
    assert_eq!(session.late_reply(Duration::from_millis(10)).await, None);
    let again = send_to(&mut session, "desk@mfa.example.org").await;
    assert_eq!(again.verdict, Verdict::Deferred);
    assert_eq!(relay.log().len(), 1);
}

#[tokio::test]
async fn a_reply_cut_by_the_deadline_is_read_whole() {
    // It comes in two halves around the deadline; the second must not be read as another reply.
    let drip = Fault::Drip(Duration::from_millis(60));
    let relay = FaultServer::start(Script::default().at(Step::Content, drip)).await;
    let mut session = connect(&relay.mail_settings()).await.unwrap();
    let outcome = send_to(&mut session, "desk@mfa.example.org").await;
    assert_eq!(outcome.verdict, Verdict::InDoubt);
    let late = session.late_reply(Duration::from_secs(5)).await.unwrap();
    assert_eq!(late.reply, "250 2.0.0 Ok: queued as Q0001");
}

#[tokio::test]
async fn abandoned_before_the_content_nothing_is_taken() {
    let relay = FaultServer::start(Script::default()).await;
    let mut session = connect(&relay.mail_settings()).await.unwrap();
    let from = email("aide-memoire@mfa.example.org");
    let to = email("desk@mfa.example.org");
    let outcome = session.send(&from, &to, CONTENT, async || false).await;
    assert_eq!(outcome.verdict, Verdict::Abandoned);
    assert!(!session.is_usable());
    drop(session);
    // The server sees the connection end inside the content, and takes nothing.
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(relay.log().is_empty());
    assert_eq!(relay.commands().last().unwrap(), "DATA");
}

#[tokio::test]
async fn t2_comes_after_354_and_before_the_content() {
    let relay = FaultServer::start(Script::default()).await;
    let mut session = connect(&relay.mail_settings()).await.unwrap();
    let from = email("aide-memoire@mfa.example.org");
    let to = email("desk@mfa.example.org");
    let at_354 = async || {
        tokio::time::sleep(Duration::from_millis(50)).await;
        assert_eq!(relay.commands().last().unwrap(), "DATA");
        assert!(relay.log().is_empty());
        true
    };
    let outcome = session.send(&from, &to, CONTENT, at_354).await;
    assert!(was_sent(&outcome), "{outcome:?}");

    // Where DATA was refused, T2 is never asked.
    relay.set(|s| *s = Script::default().at(Step::Data, Fault::reply("451 4.3.0 later")));
    let never = async || -> bool { panic!("asked without a 354") };
    let outcome = session.send(&from, &to, CONTENT, never).await;
    assert_eq!(outcome.verdict, Verdict::Deferred);
}

#[tokio::test]
async fn a_healthy_session_carries_the_next_message_and_one_refusal_costs_nobody_else() {
    let gone = Fault::reply("550 5.1.1 no such user");
    let script = Script::default().for_recipient("gone@mfa.example.org", Step::Rcpt, gone);
    let relay = FaultServer::start(script).await;
    // Sent from a task: the future must be one that can move between threads.
    let settings = relay.mail_settings();
    let verdicts = tokio::spawn(async move {
        let mut session = connect(&settings).await.unwrap();
        let mut verdicts = Vec::new();
        for to in [
            "a@mfa.example.org",
            "gone@mfa.example.org",
            "b@mfa.example.org",
        ] {
            verdicts.push(was_sent(&send_to(&mut session, to).await));
        }
        session.quit().await;
        verdicts
    });
    assert_eq!(verdicts.await.unwrap(), [true, false, true]);
    assert_eq!(relay.connections(), 1);
    let to: Vec<_> = relay.log().into_iter().flat_map(|t| t.to).collect();
    assert_eq!(to, ["a@mfa.example.org", "b@mfa.example.org"]);
    let commands = relay.commands();
    let resets = commands.iter().filter(|c| *c == "RSET").count();
    assert_eq!(resets, 1, "{commands:?}");
    assert_eq!(commands.last().unwrap(), "QUIT");
}

#[tokio::test]
async fn after_anything_unexpected_the_connection_is_thrown_away() {
    let faults = [
        Fault::reply("421 4.3.2 closing"),
        Fault::Stall,
        Fault::Reset,
        Fault::reply("hello"),
    ];
    for fault in faults {
        let relay = FaultServer::start(Script::default().nth(1, Step::Rcpt, fault)).await;
        let mut session = connect(&relay.mail_settings()).await.unwrap();
        send_to(&mut session, "a@mfa.example.org").await;
        assert!(!session.is_usable());
        let next = send_to(&mut session, "b@mfa.example.org").await;
        assert_eq!(next.verdict, Verdict::Deferred);
        assert!(relay.log().is_empty());
    }
}

#[tokio::test]
async fn a_send_that_was_dropped_does_not_shift_the_replies_of_the_next() {
    let slow = Fault::Delay(Duration::from_millis(300));
    let relay = FaultServer::start(Script::default().nth(1, Step::Rcpt, slow)).await;
    let mut session = connect(&relay.mail_settings()).await.unwrap();
    let dropped = send_to(&mut session, "a@mfa.example.org");
    assert!(
        tokio::time::timeout(Duration::from_millis(100), dropped)
            .await
            .is_err()
    );
    assert!(!session.is_usable());
    let next = send_to(&mut session, "b@mfa.example.org").await;
    assert_eq!(next.verdict, Verdict::Deferred);
    assert!(relay.log().is_empty());
}

#[tokio::test]
async fn dots_bare_line_ends_and_eight_bit_letters_arrive_whole() {
    let cases: [(&[u8], &[u8]); 6] = [
        (
            b"H: x\r\n\r\n.\r\n..\r\n.a\r\n",
            b"H: x\r\n\r\n.\r\n..\r\n.a\r\n",
        ),
        (b".first\r\n", b".first\r\n"),
        (
            b"H: x\n\nbare\n.\nQUIT\n",
            b"H: x\r\n\r\nbare\r\n.\r\nQUIT\r\n\r\n",
        ),
        (b"a\r.\rb\r\n", b"a\r\n.\r\nb\r\n"),
        (
            "H: x\r\n\r\n● ព្រះ\r\n".as_bytes(),
            "H: x\r\n\r\n● ព្រះ\r\n".as_bytes(),
        ),
        (b"no end", b"no end\r\n"),
    ];
    let relay = FaultServer::start(Script::default()).await;
    let mut session = connect(&relay.mail_settings()).await.unwrap();
    let from = email("aide-memoire@mfa.example.org");
    let to = email("desk@mfa.example.org");
    for (content, _) in &cases {
        let outcome = session.send(&from, &to, content, async || true).await;
        assert!(was_sent(&outcome), "{outcome:?}");
    }
    let taken: Vec<_> = relay.log().into_iter().map(|t| t.content).collect();
    let wanted: Vec<_> = cases.iter().map(|(_, wanted)| wanted.to_vec()).collect();
    assert_eq!(taken, wanted);
    let commands = relay.commands();
    let mail: Vec<_> = commands.iter().filter(|c| c.starts_with("MAIL")).collect();
    assert!(mail[4].ends_with("BODY=8BITMIME"), "{mail:?}");
    assert!(!mail[0].contains("BODY"), "{mail:?}");
}

#[tokio::test]
async fn letters_beyond_ascii_need_a_relay_that_takes_them() {
    let from = email("aide-memoire@mfa.example.org");
    let desk = email("desk@mfa.example.org");
    let umlaut = email("bürö@mfa.example.org");
    let plain = Script::default().without("SMTPUTF8").without("8BITMIME");
    let relay = FaultServer::start(plain).await;
    let mut session = connect(&relay.mail_settings()).await.unwrap();
    let to_umlaut = session.send(&from, &umlaut, CONTENT, async || true).await;
    assert_eq!(
        (to_umlaut.verdict, to_umlaut.phase),
        (Verdict::Rejected, Phase::RcptTo)
    );
    let from_umlaut = session.send(&umlaut, &desk, CONTENT, async || true).await;
    assert_eq!(from_umlaut.verdict, Verdict::RelayRefused);
    let content = "H: x\r\n\r\n●\r\n".as_bytes();
    let eight_bit = session.send(&from, &desk, content, async || true).await;
    assert_eq!(
        (eight_bit.verdict, eight_bit.phase),
        (Verdict::Rejected, Phase::Data)
    );
    assert!(was_sent(
        &send_to(&mut session, "desk@mfa.example.org").await
    ));
    assert_eq!(relay.log().len(), 1);

    let relay = FaultServer::start(Script::default()).await;
    let mut session = connect(&relay.mail_settings()).await.unwrap();
    let outcome = session.send(&from, &umlaut, CONTENT, async || true).await;
    assert!(was_sent(&outcome), "{outcome:?}");
    assert!(relay.commands().iter().any(|c| c.contains("SMTPUTF8")));
}

#[tokio::test]
async fn a_relay_that_is_not_there_is_tried_again() {
    let port = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap().port()
    };
    let relay = FaultServer::start(Script::default()).await;
    let mut mail = relay.mail_settings();
    mail.smtp.port = port;
    let outcome = connect(&mail).await.err().unwrap();
    assert_eq!(
        (outcome.phase, &outcome.verdict),
        (Phase::Connect, &Verdict::Deferred)
    );
    assert!(
        outcome.reply.contains(&format!("127.0.0.1:{port}")),
        "{}",
        outcome.reply
    );
}

#[tokio::test]
async fn a_message_does_not_wait_in_the_kernel() {
    let relay = FaultServer::start(Script::default()).await;
    let mut session = connect(&relay.mail_settings()).await.unwrap();
    let body = vec![b'x'; 900];
    let started = Instant::now();
    for _ in 0..50 {
        let from = email("aide-memoire@mfa.example.org");
        let to = email("desk@mfa.example.org");
        assert!(was_sent(
            &session.send(&from, &to, &body, async || true).await
        ));
    }
    // 44 ms a message where TCP_NODELAY is missing: more than two seconds.
    assert!(
        started.elapsed() < Duration::from_millis(1500),
        "{:?}",
        started.elapsed()
    );
}

#[tokio::test]
async fn the_conversation_needs_no_network() {
    for script in [Script::default(), Script::default().with_starttls()] {
        let relay = FaultServer::start(script).await;
        let transport = Transport::new(&relay.mail_settings()).unwrap();
        let mut session = transport.connect_over(relay.in_memory()).await.unwrap();
        let outcome = send_to(&mut session, "desk@mfa.example.org").await;
        assert!(was_sent(&outcome), "{outcome:?}");
        assert_eq!(relay.log().len(), 1);
    }
}
