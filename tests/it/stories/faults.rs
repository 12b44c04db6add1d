//! Every fault of the relay at every step of the conversation, through the real engine: what the
//! notice comes to (DELIVERY, "States of one notice"), what its attempt says, whether the circuit
//! opens, that the next notice of the batch gets its own reply, and that exactly one copy arrives
//! once the relay has recovered; one more where the outcome was in doubt.

use std::sync::Arc;
use std::time::Duration;

use aide_memoire::domain::ledger::{AttemptEntry, NoticeEntry};
use aide_memoire::domain::notice::{NoticeState, Phase};
use chrono::TimeDelta;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::{DESK, deliverable};
use crate::support::database::TestDatabase;
use crate::support::house::House;
use crate::support::smtp::{Fault, Script, Step};

const START: &str = "2025-06-13 01:00";
/// Seconds a step may take in these stories.
const PATIENCE: u64 = 2;
/// Cases at a time: they mostly wait.
const AT_ONCE: usize = 24;

const STEPS: [Step; 8] = [
    Step::Greeting,
    Step::Ehlo,
    Step::Starttls,
    Step::Auth,
    Step::Mail,
    Step::Rcpt,
    Step::Data,
    Step::Content,
];

const LATER: &str = "451 4.3.0 try later";
const REFUSED: &str = "550 5.7.1 refused";
const CLOSING: &str = "421 4.3.2 closing";

/// One fault at one step.
#[derive(Debug, Clone)]
struct Case {
    step: Step,
    fault: Fault,
}

/// What DELIVERY says of it.
#[derive(Debug, PartialEq)]
struct Expected {
    /// What the tries of the first activation come to, in their order.
    tries: Vec<NoticeState>,
    /// How far the first of them came.
    phase: Phase,
    /// Nobody tries the relay for a while; the rest of the batch waits.
    circuit: bool,
    /// What it is in the end, and how many copies the relay took.
    finally: NoticeState,
    copies: usize,
}

/// The usual reply, but each byte takes so long that the deadline passes.
fn slow_drip() -> Fault {
    Fault::Drip(Duration::from_millis(200))
}

/// The usual reply after the deadline, while it is still waited for where it matters.
fn late() -> Fault {
    Fault::Delay(Duration::from_millis(1_000 * PATIENCE + 800))
}

/// The usual reply when nobody waits any more.
fn too_late() -> Fault {
    Fault::Delay(Duration::from_secs(PATIENCE + 12))
}

fn matrix() -> Vec<Case> {
    let everywhere = [
        Fault::reply(LATER),
        Fault::reply(REFUSED),
        Fault::reply(CLOSING),
        Fault::Stall,
        Fault::Reset,
        Fault::Drip(Duration::from_millis(3)),
        slow_drip(),
        late(),
    ];
    let of_the_content = [Fault::TakeThenReset, Fault::TakeThenStall, too_late()];
    let cases = STEPS
        .into_iter()
        .flat_map(|step| everywhere.clone().map(|fault| Case { step, fault }));
    let more = of_the_content.map(|fault| Case {
        step: Step::Content,
        fault,
    });
    cases.chain(more).collect()
}

impl Case {
    /// DELIVERY's table of states, row by row.
    fn expected(&self) -> Expected {
        use NoticeState::{Deferred, InDoubt, Rejected, Sent};
        let phase = match self.step {
            Step::Greeting | Step::Ehlo => Phase::Connect,
            Step::Starttls => Phase::Tls,
            Step::Auth => Phase::Auth,
            Step::Mail => Phase::MailFrom,
            Step::Rcpt => Phase::RcptTo,
            Step::Data => Phase::Data,
            Step::Content | Step::Rset => Phase::Content,
        };
        let before_a_sender = matches!(phase, Phase::Connect | Phase::Tls | Phase::Auth);
        let in_content = phase == Phase::Content;
        let slow = self.fault == slow_drip() || self.fault == late();
        let (tries, finally, copies) = match &self.fault {
            Fault::Drip(_) if !slow => (vec![Sent], Sent, 1),
            Fault::Reply(words) if words == REFUSED => match phase {
                Phase::RcptTo | Phase::Data | Phase::Content => (vec![Rejected], Rejected, 0),
                _ => (vec![Deferred], Sent, 1),
            },
            Fault::Reply(_) => (vec![Deferred], Sent, 1),
            Fault::TakeThenReset | Fault::TakeThenStall => (vec![InDoubt], Sent, 2),
            // A late 250 under its own token counts.
            _ if in_content && slow => (vec![InDoubt, Sent], Sent, 1),
            Fault::Delay(_) if in_content => (vec![InDoubt], Sent, 2),
            _ if in_content => (vec![InDoubt], Sent, 1),
            _ => (vec![Deferred], Sent, 1),
        };
        let refused = self.fault == Fault::reply(REFUSED);
        let circuit =
            tries == [Deferred] && (before_a_sender || (phase == Phase::MailFrom && refused));
        Expected {
            phase: if tries == [Sent] {
                Phase::Content
            } else {
                phase
            },
            tries,
            circuit,
            finally,
            copies,
        }
    }

    /// A relay that comes to this step at all.
    fn relay(&self) -> Script {
        match self.step {
            Step::Starttls => Script::default().with_starttls(),
            Step::Auth => Script::default().with_auth("aide", "secret"),
            _ => Script::default(),
        }
    }

    /// What is kept of the relay's words.
    fn reply(&self) -> &str {
        match &self.fault {
            Fault::Reply(words) => words,
            Fault::Stall | Fault::Delay(_) | Fault::TakeThenStall => "no answer within 2s",
            _ => "",
        }
    }
}

/// Three desks that are to be reminded on one morning: three notices in one batch.
fn three_desks() -> String {
    let mut record = format!("{DESK}{}", deliverable("US37-01", "20 June 2025"));
    for n in 1..=2 {
        record.push_str(&format!(
            "\n[[desk]]\nid = \"desk-{n}\"\nname = \"Desk {n}\"\nemail = \"desk-{n}@mfa.example.org\"\ncalendar = \"phnom-penh\"\n"
        ));
        let own = deliverable(&format!("D-{n:02}"), "20 June 2025");
        record.push_str(&own.replace("lead = \"us-desk\"", &format!("lead = \"desk-{n}\"")));
    }
    record
}

async fn attempts(house: &House, notice: &NoticeEntry) -> Vec<AttemptEntry> {
    let snapshot = house.store.read().await.unwrap();
    snapshot.attempts(notice.id).await.unwrap()
}

/// What a try came to, and its number.
fn outcomes(attempts: &[AttemptEntry]) -> Vec<(u32, NoticeState)> {
    attempts.iter().map(|a| (a.n, a.outcome)).collect()
}

fn numbered(states: &[NoticeState]) -> Vec<(u32, NoticeState)> {
    (1..).zip(states.iter().copied()).collect()
}

/// The reply that was kept of a notice is the one to its own message.
fn assert_own_reply(house: &House, notice: &NoticeEntry, attempt: &AttemptEntry, case: &Case) {
    let number = attempt.reply.rsplit_once("queued as Q").map(|(_, n)| n);
    let number: usize = number
        .and_then(|n| n.parse().ok())
        .unwrap_or_else(|| panic!("{case:?}: {attempt:?}"));
    let taken = &house.relay.log()[number - 1];
    let id = taken.message_id.as_deref();
    assert_eq!(id, Some(notice.message_id.as_str()), "{case:?}");
    assert_eq!(taken.to, [notice.to.as_str()], "{case:?}");
}

/// The notice that met the fault (any, where nobody noticed), and the others.
async fn who_met_it(house: &House) -> (NoticeEntry, Vec<NoticeEntry>) {
    let mut notices = house.notices().await;
    assert_eq!(notices.len(), 3);
    let mut met = 0;
    for (n, notice) in notices.iter().enumerate() {
        let tries = attempts(house, notice).await;
        if !tries.is_empty() && outcomes(&tries) != [(1, NoticeState::Sent)] {
            met = n;
        }
    }
    (notices.remove(met), notices)
}

async fn play(case: &Case, house: &mut House) {
    house.restart(|config| {
        // One session: the next notice goes over what the fault has left.
        config.delivery.sessions = 1;
        let smtp = &mut config.mail.smtp;
        (smtp.connect_timeout, smtp.command_timeout) = (PATIENCE, PATIENCE);
        smtp.content_timeout = PATIENCE;
    });
    let (step, fault) = (case.step, case.fault.clone());
    house.relay.set(|s| *s = s.clone().nth(1, step, fault));
    house.activate().await;

    let expected = case.expected();
    let (met, others) = who_met_it(house).await;
    let tries = attempts(house, &met).await;
    assert_eq!(
        outcomes(&tries),
        numbered(&expected.tries),
        "{case:?}: {tries:?}"
    );
    assert_eq!(Some(&met.state), expected.tries.last(), "{case:?}");
    let first = &tries[0];
    assert_eq!(first.phase, expected.phase, "{case:?}: {first:?}");
    if first.outcome == NoticeState::Sent {
        assert_own_reply(house, &met, first, case);
    } else {
        assert!(first.reply.contains(case.reply()), "{case:?}: {first:?}");
        assert!(!first.reply.is_empty(), "{case:?}");
    }
    if let Fault::Reply(words) = &case.fault {
        let code = words.split(' ').nth(1);
        assert_eq!(first.enhanced_code.as_deref(), code, "{case:?}");
    }

    let problem = house.engine.relay_problem();
    assert_eq!(problem.is_some(), expected.circuit, "{case:?}: {problem:?}");
    for other in &others {
        let tries = attempts(house, other).await;
        if expected.circuit {
            assert_eq!(
                (other.state, tries.len()),
                (NoticeState::Pending, 0),
                "{case:?}"
            );
        } else {
            assert_eq!(
                outcomes(&tries),
                [(1, NoticeState::Sent)],
                "{case:?}: {tries:?}"
            );
            assert_own_reply(house, other, &tries[0], case);
        }
    }

    house.relay.set(|script| *script = Script::default());
    for _ in 0..3 {
        house.clock.wait(TimeDelta::minutes(31));
        house.activate().await;
    }
    assert_eq!(house.engine.relay_problem(), None, "{case:?}");
    let notices = house.notices().await;
    for notice in &notices {
        let copies = house.relay.log();
        let copies = copies
            .iter()
            .filter(|t| t.message_id.as_deref() == Some(notice.message_id.as_str()))
            .count();
        let (state, number) = if notice.id == met.id {
            (expected.finally, expected.copies)
        } else {
            (NoticeState::Sent, 1)
        };
        assert_eq!(
            (notice.state, copies),
            (state, number),
            "{case:?}: {notice:?}"
        );
        let last = attempts(house, notice).await.pop().unwrap();
        if state == NoticeState::Sent {
            assert_own_reply(house, notice, &last, case);
        }
    }
    house.reconcile().await;
}

async fn play_all(cases: Vec<Case>, database: impl AsyncFn() -> TestDatabase, record: &str) {
    let turns = Arc::new(Semaphore::new(AT_ONCE));
    let mut playing = JoinSet::new();
    for case in cases {
        let mut house = House::open_beside(database().await, case.relay(), record, START).await;
        let turns = Arc::clone(&turns);
        playing.spawn(async move {
            let _turn = turns.acquire().await.unwrap();
            play(&case, &mut house).await;
        });
    }
    playing.join_all().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_fault_at_every_step_leads_where_the_table_says() {
    let house = House::open(TestDatabase::sqlite().await, &three_desks(), START).await;
    let prepared = &house.database;
    let cases = matrix();
    assert_eq!(cases.len(), 8 * 8 + 3);
    play_all(cases, async || prepared.copy().await, "").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_postgres_each_kind_of_fault_leads_there_too() {
    use aide_memoire::store::DatabaseKind::Postgres;
    if TestDatabase::fresh(Postgres).await.is_none() {
        return;
    }
    let case = |step, fault| Case { step, fault };
    let cases = vec![
        case(Step::Greeting, Fault::reply(CLOSING)),
        case(Step::Mail, Fault::reply(REFUSED)),
        case(Step::Rcpt, Fault::reply(LATER)),
        case(Step::Rcpt, Fault::reply(REFUSED)),
        case(Step::Data, Fault::Reset),
        case(Step::Content, Fault::reply(REFUSED)),
        case(Step::Content, Fault::TakeThenReset),
        case(Step::Content, late()),
    ];
    let fresh = async || TestDatabase::fresh(Postgres).await.unwrap();
    play_all(cases, fresh, &three_desks()).await;
}
