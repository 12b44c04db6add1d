//! What was taken back before it was heard is entered once more in its own row; everything else the
//! ledger holds once, whatever came of it.

use super::*;

async fn enter(store: &Store, new: &[NewOccurrence<'_>]) -> Vec<bool> {
    let mut change = store.change().await.unwrap();
    let ids = change.record(new, slot()).await.unwrap();
    change.commit().await.unwrap();
    ids.iter().map(Option::is_some).collect()
}

on_both_databases!(
    what_gave_way_is_entered_again_and_what_was_answered_is_not,
    async |database: TestDatabase| {
        let store = database.store();
        let of_it = commitment("US37-01");
        let of = |rule| Occurrence {
            recipient: reader("desk"),
            ..reminder("US37-01", rule)
        };
        let (gave_way, answered) = (of(Rule::Before(7)), of(Rule::Before(1)));
        plan(store, "desk", &[gave_way.clone(), answered.clone()]).await;
        for (rule, reason) in [
            (Rule::Before(7), SkipReason::Superseded),
            (Rule::Before(1), SkipReason::Answered),
        ] {
            let mut change = store.change().await.unwrap();
            let taken = change.supersede(&of_it, None, reason, |r| r == rule);
            assert_eq!(taken.await.unwrap(), 1);
            change.commit().await.unwrap();
        }
        // Given twice in one go, it is entered once.
        let both = [waiting(&gave_way), waiting(&answered), waiting(&gave_way)];
        assert_eq!(enter(store, &both).await, [true, false, false]);
        assert_eq!(
            ledger(store).await,
            ["before-7 waiting", "before-1 cancelled answered"]
        );
        assert_eq!(enter(store, &both).await, [false, false, false]);
    }
);

on_both_databases!(
    what_gave_way_may_be_left_unsaid_after_all_and_is_done_with_then,
    async |database: TestDatabase| {
        let store = database.store();
        let of_it = commitment("US37-01");
        let gave_way = Occurrence {
            recipient: reader("desk"),
            ..reminder("US37-01", Rule::Before(7))
        };
        plan(store, "desk", std::slice::from_ref(&gave_way)).await;
        let mut change = store.change().await.unwrap();
        let superseded = SkipReason::Superseded;
        let taken = change.supersede(&of_it, None, superseded, |_| true);
        assert_eq!(taken.await.unwrap(), 1);
        change.commit().await.unwrap();
        let coalesced = skipped(&gave_way, SkipReason::Coalesced);
        assert_eq!(enter(store, &[coalesced]).await, [true]);
        assert_eq!(ledger(store).await, ["before-7 skipped coalesced"]);
        assert_eq!(enter(store, &[waiting(&gave_way)]).await, [false]);
    }
);

on_both_databases!(
    what_a_worker_drops_because_it_gave_way_is_looked_at_again,
    async |database: TestDatabase| {
        let store = database.store();
        a_record_of(&database, 2).await;
        let mut change = store.change().await.unwrap();
        let asked = change.due_commitments(slot(), 10).await.unwrap();
        let later: Vec<_> = asked
            .into_iter()
            .map(|turn| (turn.value, turn.version, None))
            .collect();
        change.set_next_due_commitments(&later).await.unwrap();
        change.commit().await.unwrap();
        let said = ["US37-00", "US37-01"].map(|reference| reminder(reference, Rule::LastDay));
        let notice = plan(store, "desk", &said).await;
        let mine = token();
        let claimed = claim(store, mine).await;
        let ids: Vec<i64> = claimed[0].items.iter().map(|(id, _)| *id).collect();
        let due = async || {
            let snapshot = store.read().await.unwrap();
            snapshot.due_commitments(slot(), 10).await.unwrap().len()
        };
        let answered = [(ids[0], SkipReason::Answered)];
        assert!(store.drop_items(notice, mine, &answered).await.unwrap());
        assert_eq!(due().await, 0);
        let gave_way = [(ids[1], SkipReason::Superseded)];
        assert!(store.drop_items(notice, mine, &gave_way).await.unwrap());
        assert!(due().await > 0, "the record may call for it again by now");
    }
);
