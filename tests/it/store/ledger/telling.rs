//! Lists and counts.

use std::collections::BTreeMap;

use aide_memoire::domain::ledger::{NoticeFilter, OccurrenceFilter};
use aide_memoire::domain::notice::OccurrenceState;

use super::*;

/// Three mornings of two readers; one sent, one rejected, one waiting.
async fn some_history(store: &Store) -> [Uuid; 3] {
    let mut notices = Vec::new();
    for (n, desk) in ["desk", "head", "desk"].into_iter().enumerate() {
        let days = i64::try_from(n).unwrap();
        let date = monday() + TimeDelta::days(days);
        let due_at = slot() + TimeDelta::days(days);
        let mut change = store.change().await.unwrap();
        let desk = reader(desk);
        let morning = Morning {
            date,
            due_at,
            ..morning(&desk)
        };
        let Seat::On(notice) = change.seat(&morning, false).await.unwrap() else {
            panic!()
        };
        let said = Occurrence {
            recipient: desk,
            date,
            slot: due_at,
            ..reminder(&format!("US37-0{n}"), Rule::LastDay)
        };
        let quiet = Occurrence {
            rule: Rule::Opens,
            ..said.clone()
        };
        let new = [waiting(&said), skipped(&quiet, SkipReason::Coalesced)];
        let ids = change.record(&new, slot()).await.unwrap();
        let item = (ids[0].unwrap(), &said.items[0]);
        change.add_items(notice, &[item]).await.unwrap();
        change.release_gathering().await.unwrap();
        change.commit().await.unwrap();
        notices.push(notice);
    }
    for (n, end) in [NoticeState::Sent, NoticeState::Rejected]
        .into_iter()
        .enumerate()
    {
        let token = token();
        let now = slot() + TimeDelta::days(i64::try_from(n).unwrap());
        let claimed = store.claim(now, noon(), token, lease_end(), 1).await;
        assert_eq!(claimed.unwrap()[0].entry.id, notices[n]);
        let settlement = match end {
            NoticeState::Sent => delivered(notices[n], "desk"),
            _ => outcome(end),
        };
        assert!(store.settle(notices[n], token, settlement).await.unwrap());
    }
    notices.try_into().expect("three")
}

on_both_databases!(
    notices_are_listed_the_latest_first_and_filtered,
    async |database: TestDatabase| {
        let store = database.store();
        let [sent, rejected, pending] = some_history(store).await;
        let snapshot = store.read().await.unwrap();
        let list = async |filter: NoticeFilter, page| -> Vec<Uuid> {
            let notices = snapshot.notices(&filter, page).await.unwrap();
            notices.into_iter().map(|n| n.id).collect()
        };
        let all = NoticeFilter::default;
        assert_eq!(list(all(), ALL).await, [pending, rejected, sent]);
        let second = Page {
            offset: 1,
            limit: 1,
        };
        assert_eq!(list(all(), second).await, [rejected]);
        let of_desk = NoticeFilter {
            recipient: Some(reader("desk")),
            ..all()
        };
        assert_eq!(list(of_desk, ALL).await, [pending, sent]);
        let about = NoticeFilter {
            commitment: Some(commitment("US37-01")),
            ..all()
        };
        assert_eq!(list(about, ALL).await, [rejected]);
        let waiting = NoticeFilter {
            state: Some(NoticeState::Pending),
            ..all()
        };
        assert_eq!(list(waiting, ALL).await, [pending]);
        let first_two_days = NoticeFilter {
            dates: Some(monday()..day("2025-06-04")),
            ..all()
        };
        assert_eq!(list(first_two_days, ALL).await, [rejected, sent]);
        let none = NoticeFilter {
            recipient: Some(reader("head")),
            state: Some(NoticeState::Sent),
            ..all()
        };
        assert!(list(none, ALL).await.is_empty());
        assert_eq!(snapshot.notice(token()).await.unwrap(), None);
        let counts = snapshot.notice_counts().await.unwrap();
        let one_each = [
            NoticeState::Sent,
            NoticeState::Rejected,
            NoticeState::Pending,
        ];
        assert_eq!(counts, one_each.map(|s| (s, 1)).into());
    }
);

on_both_databases!(
    a_notice_is_listed_once_however_many_of_its_items_are_about_a_commitment,
    async |database: TestDatabase| {
        let store = database.store();
        let said = [
            reminder("US37-01", Rule::LastDay),
            step("US37-01", "endorsed", Rule::LastDay),
        ];
        plan(store, "desk", &said).await;
        let about = NoticeFilter {
            commitment: Some(commitment("US37-01")),
            ..NoticeFilter::default()
        };
        let snapshot = store.read().await.unwrap();
        let notices = snapshot.notices(&about, ALL).await.unwrap();
        assert_eq!(notices.len(), 1);
        assert_eq!(notices[0].items.len(), 2);
    }
);

on_both_databases!(
    occurrences_are_listed_the_latest_first_and_filtered,
    async |database: TestDatabase| {
        let store = database.store();
        some_history(store).await;
        let milestone = step("US37-00", "endorsed", Rule::Opens);
        let mut change = store.change().await.unwrap();
        change
            .record(&[skipped(&milestone, SkipReason::Passed)], slot())
            .await
            .unwrap();
        change.commit().await.unwrap();
        let snapshot = store.read().await.unwrap();
        let list = async |filter: OccurrenceFilter, page| -> Vec<String> {
            let entries = snapshot.occurrences(&filter, page).await.unwrap();
            entries
                .iter()
                .map(|e| format!("{} {} {} {}", e.date, e.rule, e.recipient, e.state))
                .collect()
        };
        let all = OccurrenceFilter::default;
        let everything = list(all(), ALL).await;
        assert_eq!(
            everything,
            [
                "2025-06-04 opens desk skipped",
                "2025-06-04 last-day desk waiting",
                "2025-06-03 opens head skipped",
                "2025-06-03 last-day head cancelled",
                "2025-06-02 opens asean-us-desk skipped",
                "2025-06-02 opens desk skipped",
                "2025-06-02 last-day desk sent",
            ]
        );
        let page = Page {
            offset: 2,
            limit: 2,
        };
        assert_eq!(list(all(), page).await, everything[2..4]);
        let about = OccurrenceFilter {
            commitment: Some(commitment("US37-00")),
            ..all()
        };
        assert_eq!(
            list(about, ALL).await,
            everything[4..],
            "with its milestones"
        );
        let to_head = OccurrenceFilter {
            recipient: Some(reader("head")),
            ..all()
        };
        assert_eq!(list(to_head, ALL).await, everything[2..4]);
        let sent = OccurrenceFilter {
            state: Some(OccurrenceState::Sent),
            ..all()
        };
        assert_eq!(list(sent, ALL).await, everything[6..]);
        let passed = OccurrenceFilter {
            reason: Some(SkipReason::Passed),
            ..all()
        };
        assert_eq!(list(passed, ALL).await, everything[4..5]);
        let counts = snapshot.occurrence_counts().await.unwrap();
        let expected = BTreeMap::from([
            ((OccurrenceState::Waiting, None), 1),
            ((OccurrenceState::Sent, None), 1),
            ((OccurrenceState::Cancelled, None), 1),
            ((OccurrenceState::Skipped, Some(SkipReason::Coalesced)), 3),
            ((OccurrenceState::Skipped, Some(SkipReason::Passed)), 1),
        ]);
        assert_eq!(counts, expected);
    }
);

on_both_databases!(
    messages_are_listed_the_latest_first_without_their_bytes,
    async |database: TestDatabase| {
        let store = database.store();
        let mut notices = Vec::new();
        for (n, desk) in ["desk", "head", "desk-2"].into_iter().enumerate() {
            let notice = plan(store, desk, &[reminder("US37-01", Rule::LastDay)]).await;
            let token = token();
            claim(store, token).await;
            let mut settlement = delivered(notice, desk);
            let message = settlement.message.as_mut().unwrap();
            message.delivered_at += TimeDelta::minutes(i64::try_from(n).unwrap());
            assert!(store.settle(notice, token, settlement).await.unwrap());
            notices.push(notice);
        }
        let snapshot = store.read().await.unwrap();
        let all = snapshot.messages(None, ALL).await.unwrap();
        let listed: Vec<Uuid> = all.iter().map(|m| m.notice).collect();
        notices.reverse();
        assert_eq!(listed, notices);
        assert!(all.iter().all(|m| m.raw.is_empty()));
        assert_eq!(
            (all[2].to.as_str(), all[2].subject.as_str()),
            (TO, "US37-01: due")
        );
        let head = reader("head");
        let of_head = snapshot.messages(Some(&head), ALL).await.unwrap();
        assert_eq!(of_head.len(), 1);
        let whole = snapshot.message(of_head[0].notice).await.unwrap().unwrap();
        assert_eq!(whole.raw, kept(whole.notice, "head").raw);
        assert_eq!(snapshot.message(token()).await.unwrap(), None);
    }
);
