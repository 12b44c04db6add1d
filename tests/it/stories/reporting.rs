//! An officer reports: what they say is on record, what it answers is not asked again, and two who
//! write at once lose nothing.

use aide_memoire::acts::reporting::{save_draft, submit, withdraw_draft};
use aide_memoire::acts::working::{WorkError, Worker};
use aide_memoire::clock::Clock;
use aide_memoire::config::Config;
use aide_memoire::domain::audit::AuditEntry;
use aide_memoire::domain::ids::{CommitmentRef, PersonId, ReaderId};
use aide_memoire::domain::ledger::{OccurrenceEntry, OccurrenceFilter};
use aide_memoire::domain::notice::{MailMode, OccurrenceState, SkipReason};
use aide_memoire::domain::progress::{Reported, UpdateState};
use aide_memoire::domain::reporting::{Report, Seen, draft_of};

use super::{DESK, commitment, deliverable, outsides};
use crate::support::database::{TestDatabase, on_both_databases};
use crate::support::house::{ALL, House};

/// The desk of the stories, with two officers, and one who belongs to another desk.
pub fn staffed() -> String {
    let people = ["officer-a", "officer-b", "stranger"].map(|id| {
        format!("\n[[person]]\nid = \"{id}\"\nname = \"Person {id}\"\nemail = \"{id}@mfa.example.org\"\n")
    });
    let desk = DESK.replace(
        "som_leader = \"leader\"\n",
        "som_leader = \"leader\"\nofficers = [\"officer-a\", \"officer-b\"]\n",
    );
    let other = "\n[[desk]]\nid = \"other-desk\"\nname = \"Other desk\"\ncalendar = \"phnom-penh\"\nofficers = [\"stranger\"]\n";
    format!("{desk}{}{other}", people.concat())
}

pub fn worker(id: &str) -> Worker {
    Worker::person(&PersonId::parse(id).unwrap())
}

pub fn reference(text: &str) -> CommitmentRef {
    CommitmentRef::parse(text).unwrap()
}

pub fn saying(reported: Reported, text: &str) -> Report {
    Report {
        text: Some(text.into()),
        ..Report::of(reported)
    }
}

/// What waits or waited, in a state.
pub async fn in_state(house: &House, state: OccurrenceState) -> Vec<OccurrenceEntry> {
    let filter = OccurrenceFilter {
        state: Some(state),
        ..OccurrenceFilter::default()
    };
    let snapshot = house.store.read().await.unwrap();
    snapshot.occurrences(&filter, ALL).await.unwrap()
}

pub async fn audit(house: &House) -> Vec<AuditEntry> {
    let snapshot = house.store.read().await.unwrap();
    snapshot.audit_trail(ALL).await.unwrap()
}

pub fn hold(config: &mut Config) {
    config.mail.mode = MailMode::Hold;
}

fn live(config: &mut Config) {
    config.mail.mode = MailMode::Live;
}

async fn seen_by(house: &House, id: &str) -> Seen {
    let book = house.store.book().await.unwrap();
    let by = ReaderId::parse(id).unwrap();
    Seen::of(book.commitment("US37-01").unwrap(), &by, None)
}

on_both_databases!(
    what_is_answered_is_taken_back_in_the_same_step,
    async |database: TestDatabase| {
        let record = format!("{}{}", staffed(), deliverable("US37-01", "20 June 2025"));
        let mut house = House::open(database, &record, "2025-06-12 20:00").await;
        house.restart(hold);
        house.run_until("2025-06-13 02:00").await;
        let waiting = in_state(&house, OccurrenceState::Waiting).await;
        assert!(!waiting.is_empty(), "before-7 waits on hold");

        let now = house.clock.business_now();
        let report = saying(
            Reported::Completed,
            "Signed this morning, said nobody aloud.",
        );
        let us = reference("US37-01");
        submit(&house.store, &us, &report, None, &worker("officer-a"), now)
            .await
            .unwrap();
        let book = house.store.book().await.unwrap();
        let update = &book.commitment("US37-01").unwrap().updates[0];
        assert_eq!(update.date, "2025-06-13".parse().unwrap());
        assert_eq!(update.state, UpdateState::Submitted);
        assert_eq!(update.entered, Some(now));
        let left = in_state(&house, OccurrenceState::Waiting).await;
        let about_it = left
            .iter()
            .filter(|o| format!("{:?}", o.subject).contains("US37-01"));
        assert_eq!(about_it.count(), 0, "{left:?}");
        let answered = in_state(&house, OccurrenceState::Cancelled).await;
        assert!(
            answered
                .iter()
                .all(|o| o.reason == Some(SkipReason::Answered)),
            "{answered:?}"
        );
        assert_eq!(answered.len(), waiting.len());

        let told = audit(&house).await;
        assert_eq!(told[0].act, "submit update");
        assert_eq!(told[0].actor, "officer-a");
        assert_eq!(told[0].detail, "reported completed");
        house.restart(live);
        house.run_until("2025-06-13 12:00").await;
        let sent = outsides(&house);
        assert!(sent.is_empty(), "it was answered: {sent:?}");
        // The SOM leader hears of it with the week's digest, and decides.
        house.run_until("2025-06-16 12:00").await;
        assert!(
            outsides(&house)
                .iter()
                .any(|(to, _)| to == "som@mfa.example.org")
        );
        house.reconcile().await;
    }
);

on_both_databases!(
    what_is_not_answered_by_it_goes_out,
    async |database: TestDatabase| {
        let record = format!("{}{}", staffed(), deliverable("US37-01", "20 June 2025"));
        let mut house = House::open(database, &record, "2025-06-12 20:00").await;
        house.restart(hold);
        house.run_until("2025-06-13 02:00").await;
        let waiting = in_state(&house, OccurrenceState::Waiting).await;
        let now = house.clock.business_now();
        let report = saying(Reported::Ongoing, "With the lawyers.");
        let us = reference("US37-01");
        submit(&house.store, &us, &report, None, &worker("officer-a"), now)
            .await
            .unwrap();
        let left = in_state(&house, OccurrenceState::Waiting).await;
        assert_eq!(left.len(), waiting.len(), "a week's warning still counts");
        house.restart(live);
        house.run_until("2025-06-13 12:00").await;
        assert_eq!(outsides(&house).len(), 1);
        house.reconcile().await;
    }
);

on_both_databases!(
    two_who_write_at_once_lose_nothing,
    async |database: TestDatabase| {
        let record = format!("{}{}", staffed(), deliverable("US37-01", "20 June 2025"));
        let house = House::open(database, &record, "2025-06-02 02:00").await;
        let (us, now) = (reference("US37-01"), house.clock.business_now());
        let seen = [
            seen_by(&house, "officer-a").await,
            seen_by(&house, "officer-b").await,
        ];
        let both = ["officer-a", "officer-b"].map(|id| {
            (
                worker(id),
                saying(Reported::Ongoing, &format!("As {id} sees it.")),
            )
        });
        let [(a, report_a), (b, report_b)] = &both;
        let (first, second) = tokio::join!(
            submit(&house.store, &us, report_a, Some(&seen[0]), a, now),
            submit(&house.store, &us, report_b, Some(&seen[1]), b, now),
        );
        let overtaken = [&first, &second]
            .into_iter()
            .filter(|r| matches!(r, Err(WorkError::Overtaken)));
        assert_eq!(overtaken.count(), 1, "{first:?} {second:?}");
        assert!(first.is_ok() || second.is_ok());

        // The other one has seen it now, and sends again.
        let (again, report) = if first.is_ok() {
            (b, report_b)
        } else {
            (a, report_a)
        };
        let seen = seen_by(&house, again.actor.as_str()).await;
        submit(&house.store, &us, report, Some(&seen), again, now)
            .await
            .unwrap();
        let book = house.store.book().await.unwrap();
        let mut texts: Vec<_> = book.commitment("US37-01").unwrap().updates.iter().collect();
        texts.sort_by_key(|u| u.by.clone());
        let texts: Vec<_> = texts.iter().map(|u| u.text.as_deref().unwrap()).collect();
        assert_eq!(texts, ["As officer-a sees it.", "As officer-b sees it."]);
    }
);

on_both_databases!(
    a_draft_is_kept_sent_or_withdrawn,
    async |database: TestDatabase| {
        let record = format!("{}{}", staffed(), deliverable("US37-01", "20 June 2025"));
        let house = House::open(database, &record, "2025-06-02 02:00").await;
        let (us, now) = (reference("US37-01"), house.clock.business_now());
        let store = &house.store;
        let officer = worker("officer-a");
        let me = ReaderId::parse("officer-a").unwrap();
        let begun = seen_by(&house, "officer-a").await;
        let draft = saying(Reported::Ongoing, "Half a thought");
        let kept = save_draft(store, &us, &draft, Some(&begun), &officer, now).await;
        let kept = draft_of(&kept.unwrap(), &me).cloned().unwrap();
        assert_eq!(kept.text.as_deref(), Some("Half a thought"));
        // The same form in another window does not wipe it out unseen.
        let other = saying(Reported::Ongoing, "Another thought");
        let late = save_draft(store, &us, &other, Some(&begun), &officer, now).await;
        assert!(matches!(late, Err(WorkError::Overtaken)), "{late:?}");
        // A colleague's update does not stand in the way of a draft.
        let theirs = saying(Reported::Ongoing, "Sent meanwhile");
        submit(store, &us, &theirs, None, &worker("officer-b"), now)
            .await
            .unwrap();
        let seen = Seen::of(
            &store.book().await.unwrap().commitments["US37-01"],
            &me,
            None,
        );
        save_draft(store, &us, &other, Some(&seen), &officer, now)
            .await
            .unwrap();
        let after = withdraw_draft(store, &us, None, &officer, now)
            .await
            .unwrap();
        assert_eq!(draft_of(&after, &me), None);
        assert_eq!(after.updates.len(), 1, "the colleague's stays");
        let nothing = withdraw_draft(store, &us, None, &officer, now).await;
        assert!(matches!(nothing, Err(WorkError::Unfit(_))), "{nothing:?}");
        let acts: Vec<String> = audit(&house).await.into_iter().map(|e| e.act).collect();
        let draft = "draft update";
        assert_eq!(acts[..4], ["withdraw draft", draft, "submit update", draft]);
    }
);

on_both_databases!(
    only_the_desk_reports_and_what_is_hidden_is_not_there,
    async |database: TestDatabase| {
        let secret = commitment(
            "US37-09",
            "kind = \"deliverable\"\ndeadline = \"20 June 2025\"\nconfidentiality = \"restricted\"\nreaders = [\"us-desk\"]\n",
        );
        let record = format!(
            "{}{}{secret}",
            staffed(),
            deliverable("US37-01", "20 June 2025")
        );
        let house = House::open(database, &record, "2025-06-02 02:00").await;
        let now = house.clock.business_now();
        let version = house
            .store
            .read()
            .await
            .unwrap()
            .record_version()
            .await
            .unwrap();
        let report = saying(Reported::Ongoing, "Nothing to see");
        for (who, what, hidden) in [
            ("stranger", "US37-01", false),
            ("stranger", "US37-09", true),
            ("head", "US37-09", true),
            ("officer-a", "US37-99", true),
        ] {
            let (us, worker) = (reference(what), worker(who));
            let refused = submit(&house.store, &us, &report, None, &worker, now);
            let refused = refused.await.unwrap_err();
            let as_expected = match refused {
                WorkError::NotFound => hidden,
                WorkError::NotPermitted(_) => !hidden,
                _ => false,
            };
            assert!(as_expected, "{who} {what}: {refused}");
        }
        let after = house
            .store
            .read()
            .await
            .unwrap()
            .record_version()
            .await
            .unwrap();
        assert_eq!(version, after, "what was refused leaves no trace");
        submit(
            &house.store,
            &reference("US37-09"),
            &report,
            None,
            &worker("officer-a"),
            now,
        )
        .await
        .unwrap();
        let told = audit(&house).await;
        assert!(
            !told[0].detail.contains("Nothing to see") && !told[0].detail.contains("Statement")
        );
    }
);
