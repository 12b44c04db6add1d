//! What an edit takes back, and what it leaves to the worker that holds it.

use aide_memoire::domain::ids::MeetingId;
use aide_memoire::domain::notice::NoticeKind;

use super::*;

async fn take_back(store: &Store, milestone: Option<&str>, reason: SkipReason) -> u64 {
    let mut change = store.change().await.unwrap();
    let taken = change
        .supersede(&commitment("US37-01"), milestone, reason, Rule::has_window)
        .await
        .unwrap();
    change.commit().await.unwrap();
    taken
}

on_both_databases!(
    a_moved_deadline_takes_back_its_own_reminders_and_no_others,
    async |database: TestDatabase| {
        let store = database.store();
        let notice = plan(
            store,
            "desk",
            &[
                reminder("US37-01", Rule::Before(7)),
                step("US37-01", "endorsed", Rule::Before(1)),
                reminder("US37-01", Rule::Assigned),
                reminder("US37-02", Rule::LastDay),
            ],
        )
        .await;
        assert_eq!(take_back(store, None, SkipReason::Superseded).await, 1);
        assert_eq!(
            ledger(store).await,
            [
                "before-7 superseded superseded",
                "before-1 waiting",
                "assigned waiting",
                "last-day waiting"
            ]
        );
        assert_eq!(
            take_back(store, Some("endorsed"), SkipReason::Superseded).await,
            1
        );
        let told = entry(store, notice).await;
        let dropped: Vec<_> = told.items.iter().map(|i| i.dropped).collect();
        let gone = Some(SkipReason::Superseded);
        assert_eq!(dropped, [gone, gone, None, None]);
        assert_eq!(told.state, NoticeState::Pending);
        let snapshot = store.read().await.unwrap();
        let gathered = snapshot.gathered(&reader("desk"), monday()).await.unwrap();
        assert_eq!(gathered.len(), 2, "what was dropped is not gathered");
        assert_eq!(take_back(store, None, SkipReason::Superseded).await, 0);
    }
);

on_both_databases!(
    what_was_answered_is_cancelled_and_says_so,
    async |database: TestDatabase| {
        let store = database.store();
        plan(store, "desk", &[reminder("US37-01", Rule::Before(7))]).await;
        assert_eq!(take_back(store, None, SkipReason::Answered).await, 1);
        assert_eq!(ledger(store).await, ["before-7 cancelled answered"]);
    }
);

on_both_databases!(
    a_notice_without_items_is_cancelled_and_the_others_are_weighed_anew,
    async |database: TestDatabase| {
        let store = database.store();
        let alone = gather(store, "desk", &[reminder("US37-01", Rule::Before(7))]).await;
        let meeting = MeetingId::parse("pmc-2025").unwrap();
        let brief = occurrence(Subject::Meeting(meeting), None, Rule::Brief);
        let shared = plan(
            store,
            "leader",
            &[reminder("US37-01", Rule::Overdue(15)), brief],
        )
        .await;
        assert_eq!(take_back(store, None, SkipReason::Superseded).await, 2);
        assert_eq!(state(store, alone).await, NoticeState::Cancelled);
        let told = entry(store, shared).await;
        assert_eq!(told.state, NoticeState::Pending);
        assert_eq!(told.kind, NoticeKind::Brief);
    }
);

on_both_databases!(
    a_deferred_notice_is_taken_back_too,
    async |database: TestDatabase| {
        let store = database.store();
        plan(store, "desk", &[reminder("US37-01", Rule::Before(7))]).await;
        let token = token();
        let notice = claim(store, token).await[0].entry.id;
        assert!(settle(store, notice, token, NoticeState::Deferred).await);
        assert_eq!(take_back(store, None, SkipReason::Superseded).await, 1);
        assert_eq!(state(store, notice).await, NoticeState::Cancelled);
        let late = noon() + TimeDelta::days(1);
        assert_eq!(claim_at(store, super::token(), late).await, []);
    }
);

on_both_databases!(
    what_a_worker_holds_is_left_to_the_worker,
    async |database: TestDatabase| {
        let store = database.store();
        plan(store, "desk", &[reminder("US37-01", Rule::Before(7))]).await;
        let token = token();
        let notice = claim(store, token).await[0].entry.id;
        assert_eq!(take_back(store, None, SkipReason::Superseded).await, 0);
        assert!(mark(store, notice, token).await);
        assert_eq!(take_back(store, None, SkipReason::Superseded).await, 0);
        assert!(settle(store, notice, token, NoticeState::InDoubt).await);
        assert_eq!(take_back(store, None, SkipReason::Superseded).await, 0);
        let wait = TimeDelta::minutes(30);
        assert_eq!(store.rescue(noon() + wait, wait).await.unwrap().again, 1);
        let taken = take_back(store, None, SkipReason::Superseded).await;
        assert_eq!(taken, 0, "its bytes are final");
        assert_eq!(ledger(store).await, ["before-7 waiting"]);
        assert!(entry(store, notice).await.items[0].dropped.is_none());
    }
);

on_both_databases!(what_was_sent_stays_sent, async |database: TestDatabase| {
    let store = database.store();
    plan(store, "desk", &[reminder("US37-01", Rule::Before(7))]).await;
    let token = token();
    let notice = take_to_data(store, token).await;
    assert!(settle(store, notice, token, NoticeState::Sent).await);
    assert_eq!(take_back(store, None, SkipReason::Superseded).await, 0);
    assert_eq!(ledger(store).await, ["before-7 sent"]);
});
