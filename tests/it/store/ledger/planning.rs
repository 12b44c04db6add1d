//! Who is to be asked, when to look again, and who plans.

use super::*;

on_both_databases!(
    what_is_due_comes_the_longest_due_first,
    async |database: TestDatabase| {
        a_record_of(&database, 4).await;
        let store = database.store();
        let mut change = store.change().await.unwrap();
        let read = change.due_commitments(slot(), 4).await.unwrap();
        let next = [
            Some(slot()),
            Some(slot() - TimeDelta::days(1)),
            // Fractions of a second are text on SQLite, and must compare as times.
            Some(slot() + TimeDelta::microseconds(500)),
            None,
        ];
        let rows: Vec<_> = read
            .into_iter()
            .zip(next)
            .map(|(t, next)| (t.value, t.version, next))
            .collect();
        assert_eq!(change.set_next_due_commitments(&rows).await.unwrap(), 4);
        change.commit().await.unwrap();

        let snapshot = store.read().await.unwrap();
        let due = async |now, limit| -> Vec<String> {
            let due = snapshot.due_commitments(now, limit).await.unwrap();
            due.into_iter().map(|t| t.value.to_string()).collect()
        };
        assert_eq!(due(slot(), 10).await, ["US37-01", "US37-00"]);
        assert_eq!(due(slot(), 1).await, ["US37-01"]);
        let soon = slot() + TimeDelta::milliseconds(1);
        assert_eq!(due(soon, 10).await, ["US37-01", "US37-00", "US37-02"]);
    }
);

on_both_databases!(
    of_two_that_are_due_at_once_the_older_commitment_comes_first,
    async |database: TestDatabase| {
        a_record_of(&database, 3).await;
        let snapshot = database.store().read().await.unwrap();
        let due = snapshot.due_commitments(slot(), 2).await.unwrap();
        let due: Vec<_> = due.iter().map(|t| t.value.as_str()).collect();
        assert_eq!(due, ["US37-00", "US37-01"]);
    }
);

on_both_databases!(
    meetings_and_readers_are_asked_too,
    async |database: TestDatabase| {
        a_record_of(&database, 0).await;
        let store = database.store();
        let mut change = store.change().await.unwrap();
        let meetings = change.due_meetings(slot()).await.unwrap();
        let names: Vec<_> = meetings.iter().map(|t| t.value.as_str()).collect();
        assert_eq!(names, ["pmc-2025", "summit-13"]);
        let readers = change.due_readers(slot()).await.unwrap();
        let names: Vec<_> = readers.iter().map(|t| t.value.as_str()).collect();
        assert_eq!(names, ["desk", "head"]);
        let row = (meetings[0].value.clone(), meetings[0].version, None);
        assert_eq!(change.set_next_due_meetings(&[row]).await.unwrap(), 1);
        let stale = (meetings[1].value.clone(), meetings[1].version - 1, None);
        assert_eq!(change.set_next_due_meetings(&[stale]).await.unwrap(), 0);
        let row = (readers[0].value.clone(), readers[0].version, None);
        assert_eq!(change.set_next_due_readers(&[row]).await.unwrap(), 1);
        let stale = (readers[1].value.clone(), readers[1].version - 1, None);
        assert_eq!(change.set_next_due_readers(&[stale]).await.unwrap(), 0);
        change.commit().await.unwrap();
        let snapshot = store.read().await.unwrap();
        assert_eq!(snapshot.due_meetings(slot()).await.unwrap().len(), 1);
        assert_eq!(snapshot.due_readers(slot()).await.unwrap().len(), 1);
    }
);

on_both_databases!(
    a_planner_that_races_an_edit_does_not_undo_it,
    async |database: TestDatabase| {
        a_record_of(&database, 2).await;
        let store = database.store();
        let snapshot = store.read().await.unwrap();
        let read = snapshot.due_commitments(slot(), 2).await.unwrap();
        drop(snapshot);
        // The edit of the first: another version of it, to be asked at once.
        a_record_of(&database, 1).await;
        let mut change = store.change().await.unwrap();
        let later = Some(slot() + TimeDelta::days(30));
        let rows: Vec<_> = read
            .into_iter()
            .map(|t| (t.value, t.version, later))
            .collect();
        assert_eq!(change.set_next_due_commitments(&rows).await.unwrap(), 1);
        change.commit().await.unwrap();
        let snapshot = store.read().await.unwrap();
        let due = snapshot.due_commitments(slot(), 10).await.unwrap();
        let due: Vec<_> = due.iter().map(|t| t.value.as_str()).collect();
        assert_eq!(due, ["US37-00"], "the edited one is still to be asked");
    }
);

on_both_databases!(
    many_are_written_in_few_statements,
    async |database: TestDatabase| {
        a_record_of(&database, 2_500).await;
        let mut change = database.store().change().await.unwrap();
        let all = change.due_commitments(slot(), 10_000).await.unwrap();
        let rows: Vec<_> = all
            .into_iter()
            .map(|t| (t.value, t.version, None))
            .collect();
        assert_eq!(change.set_next_due_commitments(&rows).await.unwrap(), 2_500);
        assert_eq!(change.due_commitments(slot(), 1).await.unwrap(), []);
        assert_eq!(change.set_next_due_commitments(&[]).await.unwrap(), 0);
    }
);

on_both_databases!(
    the_next_thing_to_do_is_the_earliest_of_all,
    async |database: TestDatabase| {
        let store = database.store();
        let next = async || store.read().await.unwrap().next_due().await.unwrap();
        assert_eq!(next().await, None);
        plan(store, "desk", &[reminder("US37-01", Rule::LastDay)]).await;
        assert_eq!(next().await, Some(slot()));
        a_record_of(&database, 1).await;
        let mut change = store.change().await.unwrap();
        let before = slot() - TimeDelta::minutes(1);
        let asked = change.due_meetings(slot()).await.unwrap();
        let rows: Vec<_> = asked
            .into_iter()
            .map(|t| (t.value, t.version, None))
            .collect();
        change.set_next_due_meetings(&rows).await.unwrap();
        let asked = change.due_readers(slot()).await.unwrap();
        let rows: Vec<_> = asked
            .into_iter()
            .map(|t| (t.value, t.version, None))
            .collect();
        change.set_next_due_readers(&rows).await.unwrap();
        let asked = change.due_commitments(slot(), 1).await.unwrap().remove(0);
        let row = |next| (asked.value.clone(), asked.version, next);
        let rows = [row(Some(before))];
        change.set_next_due_commitments(&rows).await.unwrap();
        change.commit().await.unwrap();
        assert_eq!(next().await, Some(before));
        claim(store, token()).await;
        let mut change = store.change().await.unwrap();
        change.set_next_due_commitments(&[row(None)]).await.unwrap();
        change.commit().await.unwrap();
        assert_eq!(next().await, None, "a claimed notice is under way");
    }
);

on_both_databases!(
    the_cursor_goes_forward_only,
    async |database: TestDatabase| {
        let store = database.store();
        assert_eq!(
            store.read().await.unwrap().planned_until().await.unwrap(),
            None
        );
        let mut change = store.change().await.unwrap();
        change.advance_cursor(slot()).await.unwrap();
        change
            .advance_cursor(slot() - TimeDelta::days(1))
            .await
            .unwrap();
        change.commit().await.unwrap();
        assert_eq!(
            store.read().await.unwrap().planned_until().await.unwrap(),
            Some(slot())
        );
    }
);

on_both_databases!(
    one_daemon_plans_until_its_lease_ends,
    async |database: TestDatabase| {
        let (first, second) = (token(), token());
        let take = async |token, now| {
            let mut change = database.store().change().await.unwrap();
            let until = now + TimeDelta::seconds(60);
            let taken = change.take_planner_lease(token, now, until).await.unwrap();
            change.commit().await.unwrap();
            taken
        };
        let confirm = async |token, until| {
            let mut change = database.store().change().await.unwrap();
            let mine = change.confirm_planner_lease(token, until).await.unwrap();
            change.commit().await.unwrap();
            mine
        };
        assert!(!confirm(first, noon()).await, "nobody has it yet");
        assert!(take(first, noon()).await);
        assert!(!take(second, noon() + TimeDelta::seconds(59)).await);
        assert!(confirm(first, noon() + TimeDelta::seconds(120)).await);
        assert!(!take(second, noon() + TimeDelta::seconds(119)).await);
        assert!(take(second, noon() + TimeDelta::seconds(120)).await);
        assert!(
            !confirm(first, noon() + TimeDelta::days(1)).await,
            "the batch of a planner that overslept must not be committed"
        );
        // Giving back what is not one's own changes nothing.
        let mut change = database.store().change().await.unwrap();
        change.give_back_planner_lease(first).await.unwrap();
        change.commit().await.unwrap();
        assert!(!take(first, noon() + TimeDelta::seconds(121)).await);
        let mut change = database.store().change().await.unwrap();
        change.give_back_planner_lease(second).await.unwrap();
        change.commit().await.unwrap();
        assert!(take(first, noon()).await);
    }
);
