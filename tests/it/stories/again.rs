//! Tell me again: a notice is sent once more because somebody asked, and nothing else changes by it.

use aide_memoire::acts::again::{Again, tell_again};
use aide_memoire::acts::returned::{Returned, take};
use aide_memoire::acts::{ActError, Actor};
use aide_memoire::clock::Clock;
use aide_memoire::domain::ledger::{NoticeEntry, OccurrenceFilter};
use aide_memoire::domain::notice::{NoticeState, OccurrenceState};
use aide_memoire::jobs::checkpoint::Point;
use chrono::TimeDelta;
use uuid::Uuid;

use super::dying::dies_at;
use super::{DESK, deliverable, outsides, recipients};
use crate::delivery::inbound::{ID, sample};
use crate::support::database::{TestDatabase, on_both_databases};
use crate::support::house::{ALL, House, instant};
use crate::support::smtp::{Fault, Script, Step};

/// A house whose desk got its first reminder an hour ago, on the morning of Friday 13 June.
async fn an_hour_after(database: TestDatabase, record: &str) -> House {
    let house = House::open(database, record, "2025-06-12 20:00").await;
    house.run_until("2025-06-13 02:00").await;
    house
}

fn one_deadline() -> String {
    format!("{DESK}{}", deliverable("US37-01", "20 June 2025"))
}

async fn again(house: &House, notice: Uuid) -> Result<Again, ActError> {
    let now = house.clock.business_now();
    tell_again(&house.store, notice, &Actor::Operator, Uuid::new_v4(), now).await
}

async fn refusal(house: &House, notice: Uuid) -> String {
    match again(house, notice).await {
        Err(ActError::Refused(why)) => why,
        other => panic!("refused: {other:?}"),
    }
}

async fn entry(house: &House, notice: Uuid) -> NoticeEntry {
    let snapshot = house.store.read().await.unwrap();
    snapshot.notice(notice).await.unwrap().unwrap()
}

async fn asked(house: &House) -> usize {
    let snapshot = house.store.read().await.unwrap();
    let audit = snapshot.audit_trail(ALL).await.unwrap();
    audit.iter().filter(|a| a.act == "tell-again").count()
}

async fn occurrences(house: &House) -> Vec<OccurrenceState> {
    let snapshot = house.store.read().await.unwrap();
    let all = OccurrenceFilter::default();
    let found = snapshot.occurrences(&all, ALL).await.unwrap();
    let of_rule = found.iter().filter(|o| o.rule.to_string() == "before-7");
    of_rule.map(|o| o.state).collect()
}

on_both_databases!(
    of_a_double_click_one_comes_and_it_says_so,
    async |database: TestDatabase| {
        let house = an_hour_after(database, &one_deadline()).await;
        let first = house.notices().await.remove(0);
        let wish = again(&house, first.id).await.unwrap();
        let twice = again(&house, first.id).await.unwrap();
        assert!(wish.is_new && !twice.is_new);
        assert_eq!(wish.notice, twice.notice);
        house.activate().await;
        house.activate().await;
        let taken = house.relay.log();
        assert_eq!(taken.len(), 2, "one more, and no more");
        assert_ne!(taken[0].message_id, taken[1].message_id);
        let subjects = outsides(&house);
        assert_eq!(subjects[0], subjects[1]);
        let text = String::from_utf8_lossy(&taken[1].content).replace("=\r\n", "");
        assert!(text.contains("first sent on 13 June"), "{text}");
        let repeat = entry(&house, wish.notice).await;
        assert_eq!(
            (repeat.state, repeat.again_of),
            (NoticeState::Sent, Some(first.id))
        );
        assert_eq!(asked(&house).await, 1);
        // Asked of the repeat it is the first that is repeated, and nothing counts as unsent by it.
        let third = again(&house, wish.notice).await.unwrap();
        assert_eq!(entry(&house, third.notice).await.again_of, Some(first.id));
        house.activate().await;
        assert_eq!(house.relay.log().len(), 3);
        assert_eq!(occurrences(&house).await, [OccurrenceState::Sent]);
        house.reconcile().await;
    }
);

on_both_databases!(
    two_who_ask_at_once_get_one,
    async |database: TestDatabase| {
        let house = an_hour_after(database, &one_deadline()).await;
        let first = house.notices().await.remove(0).id;
        let wishes = (0..4).map(|_| again(&house, first));
        let wishes = futures_of(wishes).await;
        let new = wishes.iter().filter(|w| w.as_ref().unwrap().is_new).count();
        assert_eq!(new, 1, "{wishes:?}");
        house.activate().await;
        assert_eq!(house.relay.log().len(), 2);
        house.reconcile().await;
    }
);

async fn futures_of<F: Future>(all: impl Iterator<Item = F>) -> Vec<F::Output> {
    let mut done = Vec::new();
    let mut all: Vec<_> = all.map(Box::pin).collect();
    std::future::poll_fn(|context| {
        all.retain_mut(|one| match one.as_mut().poll(context) {
            std::task::Poll::Ready(output) => {
                done.push(output);
                false
            }
            std::task::Poll::Pending => true,
        });
        match all.is_empty() {
            true => std::task::Poll::Ready(()),
            false => std::task::Poll::Pending,
        }
    })
    .await;
    done
}

on_both_databases!(it_takes_no_mornings_seat, async |database: TestDatabase| {
    let second = deliverable("US37-02", "24 June 2025");
    let house = an_hour_after(database, &format!("{}{second}", one_deadline())).await;
    let first = house.notices().await.remove(0);
    house.run_until("2025-06-16 05:00").await;
    let so_far = house.relay.log().len();
    // Half past midnight in Phnom Penh, on a morning with something of its own to say.
    house.clock.set(instant("2025-06-16 17:30"));
    again(&house, first.id).await.unwrap();
    house.activate().await;
    assert_eq!(
        house.relay.log().len(),
        so_far + 1,
        "asked for, it goes at once"
    );
    house.run_until("2025-06-17 02:00").await;
    let told: Vec<String> = outsides(&house).into_iter().map(|(_, s)| s).collect();
    assert_eq!(told.len(), so_far + 2, "{told:?}");
    assert!(
        told[so_far + 1].contains("US37-02"),
        "the morning's own: {told:?}"
    );
    // One that waits is joined by nothing: the relay is away overnight.
    let away = Script::default().at(Step::Mail, Fault::Reply("451 4.3.0 later".into()));
    house.relay.set(|script| *script = away);
    house.clock.set(instant("2025-06-18 17:10"));
    again(&house, first.id).await.unwrap();
    house.activate().await;
    house.relay.set(|script| *script = Script::default());
    house.run_until("2025-06-20 02:00").await;
    for notice in house.notices().await {
        assert_eq!(notice.state, NoticeState::Sent, "{notice:?}");
        if notice.again_of.is_some() {
            assert_eq!(notice.items.len(), first.items.len(), "{notice:?}");
        }
    }
    house.reconcile().await;
});

on_both_databases!(
    a_daemon_dies_with_it_at_every_point,
    async |database: TestDatabase| {
        let house = an_hour_after(database, &one_deadline()).await;
        let first = house.notices().await.remove(0).id;
        let points = [
            Point::Waking,
            Point::Claimed,
            Point::LetterWritten,
            Point::BeforeContent,
            Point::ContentFinal,
            Point::BeforeSettling,
            Point::Settled,
            Point::GivingBack,
        ];
        for point in points {
            let wish = again(&house, first).await.unwrap();
            assert!(wish.is_new, "{point:?}");
            assert!(dies_at(&house, point).await, "{point:?} is on the way");
            for _ in 0..3 {
                house.clock.wait(TimeDelta::minutes(31));
                house.activate().await;
            }
            let repeat = entry(&house, wish.notice).await;
            assert_eq!(repeat.state, NoticeState::Sent, "{point:?}");
        }
        assert_eq!(asked(&house).await, points.len());
        house.reconcile().await;
    }
);

on_both_databases!(
    what_no_longer_stands_is_not_said_again,
    async |database: TestDatabase| {
        let house = an_hour_after(database, &one_deadline()).await;
        let first = house.notices().await.remove(0).id;
        let waits = again(&house, first).await.unwrap();
        let done = "\n[[commitment.update]]\ndate = \"2025-06-13\"\nby = \"us-desk\"\nreported = \"completed\"\nstate = \"submitted\"\n";
        house
            .import(&format!("{}{done}", one_deadline()))
            .await
            .unwrap();
        // Asked for before it was answered: it is asked again when it is sent.
        house.activate().await;
        assert_eq!(
            entry(&house, waits.notice).await.state,
            NoticeState::Cancelled
        );
        assert!(refusal(&house, first).await.contains("answered"));
        assert_eq!(recipients(&house), ["us-desk@mfa.example.org"]);
        assert_eq!(occurrences(&house).await, [OccurrenceState::Sent]);
        assert_eq!(asked(&house).await, 1, "a refusal leaves no trace");
        house.reconcile().await;
    }
);

on_both_databases!(
    who_lost_the_right_to_it_does_not_get_it,
    async |database: TestDatabase| {
        let open = one_deadline();
        let house = an_hour_after(database, &open).await;
        let first = house.notices().await.remove(0).id;
        let waits = again(&house, first).await.unwrap();
        let other = "\n[[desk]]\nid = \"other\"\nname = \"Other desk\"\nemail = \"other@mfa.example.org\"\ncalendar = \"phnom-penh\"\n";
        let closed = open
            .replace("\n[[partnership]]", &format!("{other}\n[[partnership]]"))
            .replace(
                "lead = \"us-desk\"",
                "lead = \"other\"\nconfidentiality = \"restricted\"\nreaders = [\"other\"]",
            );
        house.import(&closed).await.unwrap();
        house.activate().await;
        assert_eq!(
            entry(&house, waits.notice).await.state,
            NoticeState::Cancelled
        );
        assert!(refusal(&house, first).await.contains("may not read"));
        let to_desk = recipients(&house);
        let to_desk = to_desk.iter().filter(|to| to.starts_with("us-desk@"));
        assert_eq!(to_desk.count(), 1);
        house.reconcile().await;
    }
);

on_both_databases!(
    what_has_not_left_is_on_its_way_by_itself,
    async |database: TestDatabase| {
        let house = House::open(database, &one_deadline(), "2025-06-12 20:00").await;
        let away = Script::default().at(Step::Mail, Fault::Reply("451 4.3.0 later".into()));
        house.relay.set(|script| *script = away);
        house.run_until("2025-06-13 01:10").await;
        let first = house.notices().await.remove(0);
        assert_eq!(first.state, NoticeState::Deferred);
        assert!(refusal(&house, first.id).await.contains("on its way"));
        assert!(refusal(&house, Uuid::new_v4()).await.contains("no such"));
        house.relay.set(|script| *script = Script::default());
        house.run_until("2025-06-13 03:00").await;
        assert_eq!(house.relay.log().len(), 1);
        house.reconcile().await;
    }
);

/// What the house makes of a report that a notice did not arrive.
async fn comes_back(house: &House, notice: Uuid) {
    let notice = entry(house, notice).await;
    let report = sample("postfix-unknown-user").replace(ID, &notice.message_id);
    let report = report.replace(crate::delivery::inbound::DESK, &notice.to);
    let now = house.clock.business_now();
    let returned = take(&house.store, report.as_bytes(), None, now).await;
    assert!(
        matches!(returned.unwrap(), Returned::Bounced { .. }),
        "{notice:?}"
    );
}

on_both_databases!(
    where_neither_arrived_somebody_else_hears,
    async |database: TestDatabase| {
        let house = an_hour_after(database, &one_deadline()).await;
        let first = house.notices().await.remove(0).id;
        let wish = again(&house, first).await.unwrap();
        house.activate().await;
        comes_back(&house, wish.notice).await;
        assert_eq!(
            occurrences(&house).await[0],
            OccurrenceState::Sent,
            "as far as anybody knows the first one arrived"
        );
        assert!(refusal(&house, first).await.contains("does not reach"));
        comes_back(&house, first).await;
        assert_eq!(occurrences(&house).await[0], OccurrenceState::Cancelled);
        house.activate().await;
        assert_eq!(recipients(&house)[2], "head@mfa.example.org");
        house.reconcile().await;
    }
);

on_both_databases!(
    what_nobody_knows_is_settled_by_asking,
    async |database: TestDatabase| {
        let silent = Script::default().at(Step::Content, Fault::TakeThenStall);
        let house = House::open_beside(database, silent, &one_deadline(), "2025-06-12 20:00").await;
        house.run_until("2025-06-13 01:00").await;
        for _ in 0..4 {
            house.clock.wait(TimeDelta::minutes(31));
            house.activate().await;
        }
        let first = house.notices().await.remove(0);
        assert_eq!(first.state, NoticeState::Parked, "a person decides");
        house.relay.set(|script| *script = Script::default());
        again(&house, first.id).await.unwrap();
        house.activate().await;
        assert_eq!(occurrences(&house).await, [OccurrenceState::Sent]);
        house.reconcile().await;
    }
);
