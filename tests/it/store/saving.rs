//! What an edit writes, and what it leaves alone.

use std::sync::Arc;

use aide_memoire::domain::commitment::{Commitment, Lifecycle};
use aide_memoire::domain::deadline::Deadline;
use aide_memoire::domain::ids::{DeskId, MeetingId};
use aide_memoire::store::StoreError;

use super::books::{
    change_commitment, change_directory, day, full_book, key, keys_of, many, reference, save,
    save_all,
};
use crate::support::database::{TestDatabase, on_both_databases};

on_both_databases!(
    only_what_is_named_is_saved,
    async |database: TestDatabase| {
        let before = full_book();
        save_all(database.store(), &before).await;
        let mut after = before.clone();
        for name in ["US37-01", "US37-03"] {
            change_commitment(&mut after, name, |it| it.title = "Changed".to_owned());
        }
        change_directory(&mut after, |directory| {
            directory.parties.get_mut("us").unwrap().name = "Changed".to_owned();
            directory.policy.due_soon = Some(99);
        });
        save(database.store(), &after, &[key("commitment", "US37-01")]).await;

        let book = database.reopen().await.book().await.unwrap();
        assert_eq!(book.commitments["US37-01"], after.commitments["US37-01"]);
        assert_eq!(book.commitments["US37-03"], before.commitments["US37-03"]);
        assert_eq!(book.directory, before.directory);

        save(database.store(), &after, &[key("policy", "general")]).await;
        let directory = database.reopen().await.directory().await.unwrap();
        assert_eq!(directory.policy, after.directory.policy);
        assert_eq!(directory.parties, before.directory.parties);
    }
);

on_both_databases!(lists_are_replaced, async |database: TestDatabase| {
    let mut book = full_book();
    save_all(database.store(), &book).await;
    change_commitment(&mut book, "US37-02", |it| {
        it.obligors.reverse();
        it.beneficiaries.clear();
        it.instruments.truncate(1);
        it.readers.reverse();
        it.milestones.swap(0, 1);
        it.updates.remove(0);
        it.revisions.remove(1);
        it.raised.clear();
        it.follows = None;
        it.snoozed = None;
    });
    change_directory(&mut book, |directory| {
        directory.calendars.get_mut("pnh").unwrap().holidays = [day("2026-01-01")].into();
        let agency = directory.desks.get_mut("agency").unwrap();
        agency.officers.reverse();
        agency.through = None;
        let partnership = directory.partnerships.get_mut("asean-us").unwrap();
        partnership.parties.reverse();
        partnership.coordinators.remove(0);
    });
    save_all(database.store(), &book).await;
    assert_eq!(*database.reopen().await.book().await.unwrap(), book);
});

on_both_databases!(
    versions_count_and_the_planner_is_called,
    async |database: TestDatabase| {
        let mut book = full_book();
        save_all(database.store(), &book).await;
        let of = |name: &str, column: &str| {
            format!("SELECT {column} FROM commitment WHERE reference = '{name}'")
        };
        assert_eq!(database.count(&of("US37-01", "version")).await, 1);
        assert_eq!(database.count(&of("US37-01", "changed_in")).await, 1);
        let to_look_at =
            "SELECT COUNT(*) FROM commitment WHERE next_due IS NOT NULL AND state = 'open'";
        let asleep = "SELECT COUNT(*) FROM commitment WHERE next_due IS NULL AND state <> 'open'";
        assert_eq!(database.count(to_look_at).await, 1);
        assert_eq!(database.count(asleep).await, 2);

        // Saved, and looked at again for the one commitment of its partnership that was saved with it.
        let meeting = "SELECT version FROM meeting WHERE id = 'pmc' AND next_due IS NOT NULL";
        assert_eq!(database.count(meeting).await, 2);

        // The planner has looked; then the commitment is edited.
        let looked = "UPDATE commitment SET next_due = NULL; UPDATE meeting SET next_due = NULL";
        database.execute(looked).await.unwrap();
        change_commitment(&mut book, "US37-01", |it| it.title = "Again".to_owned());
        let keys = [key("commitment", "US37-01"), key("meeting", "pmc")];
        save(database.store(), &book, &keys).await;
        assert_eq!(database.count(&of("US37-01", "version")).await, 2);
        assert_eq!(database.count(&of("US37-01", "changed_in")).await, 2);
        assert_eq!(database.count(&of("US37-03", "version")).await, 1);
        assert_eq!(database.count(&of("US37-03", "changed_in")).await, 1);
        assert_eq!(database.count(to_look_at).await, 1);
        // Saved again; the commitment beside it is of no partnership.
        assert_eq!(database.count(meeting).await, 3);
        let other = "SELECT version FROM meeting WHERE id = 'bare-meeting' AND next_due IS NULL";
        assert_eq!(database.count(other).await, 1);

        change_commitment(&mut book, "US37-01", |it| it.state = Lifecycle::Withdrawn);
        save(database.store(), &book, &[key("commitment", "US37-01")]).await;
        assert_eq!(database.count(to_look_at).await, 0);
        assert_eq!(database.count(asleep).await, 3);

        // A commitment of its partnership calls the planner for the meeting, and not for others.
        change_commitment(&mut book, "US37-02", |it| it.title = "Again".to_owned());
        save(database.store(), &book, &[key("commitment", "US37-02")]).await;
        assert_eq!(database.count(meeting).await, 4);
        assert_eq!(database.count(other).await, 1);

        let snapshot = database.store().read().await.unwrap();
        assert_eq!(snapshot.installation().await.unwrap().record_version, 4);
    }
);

on_both_databases!(
    an_edit_sees_what_it_saved,
    async |database: TestDatabase| {
        let mut book = full_book();
        save_all(database.store(), &book).await;
        // Something is in memory, so that it would show if the edit read that.
        let before = database.store().book().await.unwrap();
        change_commitment(&mut book, "US37-01", |it| it.title = "Mine".to_owned());
        change_directory(&mut book, |directory| {
            directory.parties.get_mut("us").unwrap().name = "Mine".to_owned();
        });
        let mut edit = database.store().edit().await.unwrap();
        assert_eq!(*edit.book().await.unwrap(), *before);
        let keys = [key("commitment", "US37-01"), key("party", "us")];
        edit.save(&book, &keys).await.unwrap();
        assert_eq!(*edit.book().await.unwrap(), book);
        assert_eq!(edit.directory().await.unwrap(), book.directory);
        let found = edit.commitments(&[reference("US37-01")]).await.unwrap();
        assert_eq!(found["US37-01"].title, "Mine");
        // Then it is given up, and nobody ever sees it.
        edit.roll_back().await.unwrap();
        assert_eq!(*database.store().book().await.unwrap(), *before);
        assert_eq!(
            database.store().directory().await.unwrap(),
            before.directory
        );

        // The next edit has the same version, and other content.
        change_commitment(&mut book, "US37-01", |it| it.title = "Theirs".to_owned());
        save(database.store(), &book, &keys).await;
        assert_eq!(*database.store().book().await.unwrap(), book);
    }
);

on_both_databases!(
    an_edit_that_is_dropped_leaves_no_trace,
    async |database: TestDatabase| {
        let book = full_book();
        let mut edit = database.store().edit().await.unwrap();
        edit.save(&book, &keys_of(&book)).await.unwrap();
        drop(edit);
        let found = database.store().book().await.unwrap();
        assert!(found.commitments.is_empty() && found.directory.desks.is_empty());
        let snapshot = database.store().read().await.unwrap();
        assert_eq!(snapshot.installation().await.unwrap().record_version, 0);
    }
);

on_both_databases!(saving_needs_an_edit, async |database: TestDatabase| {
    let book = full_book();
    let mut change = database.store().change().await.unwrap();
    let refused = change.save(&book, &keys_of(&book)).await.unwrap_err();
    assert!(matches!(refused, StoreError::NotAnEdit), "{refused}");
});

on_both_databases!(
    what_the_book_does_not_hold_is_named,
    async |database: TestDatabase| {
        let book = full_book();
        for (kind, id) in [
            ("commitment", "US37-99"),
            ("desk", "nobody"),
            ("chairmanship", "1999"),
            ("chairmanship", "soon"),
            ("absence", "nobody"),
        ] {
            let mut edit = database.store().edit().await.unwrap();
            let refused = edit.save(&book, &[key(kind, id)]).await.unwrap_err();
            assert!(matches!(refused, StoreError::NotInTheBook(_)), "{refused}");
            assert!(refused.to_string().contains(id), "{refused}");
        }
    }
);

on_both_databases!(an_absence_can_end, async |database: TestDatabase| {
    let mut book = full_book();
    save_all(database.store(), &book).await;
    change_directory(&mut book, |directory| {
        directory.absences.remove(0);
    });
    save(
        database.store(),
        &book,
        &[key("absence", "head@2025-08-01")],
    )
    .await;
    let directory = database.store().directory().await.unwrap();
    assert_eq!(directory.absences, book.directory.absences);
});

type Break = fn(&mut Commitment);

on_both_databases!(references_must_resolve, async |database: TestDatabase| {
    let book = full_book();
    save_all(database.store(), &book).await;
    let dangling: [(&str, Break); 4] = [
        ("lead", |it| it.lead = DeskId::parse("nobody").unwrap()),
        ("meeting", |it| it.meeting = MeetingId::parse("never").ok()),
        ("follows", |it| it.follows = Some(reference("US37-99"))),
        ("deadline", |it| {
            let deadline = Deadline::parse("at never");
            it.milestones[0].deadline = deadline.ok();
        }),
    ];
    for (what, break_it) in dangling {
        let mut broken = book.clone();
        change_commitment(&mut broken, "US37-02", break_it);
        let mut edit = database.store().edit().await.unwrap();
        let refused = edit
            .save(&broken, &[key("commitment", "US37-02")])
            .await
            .expect_err(what);
        assert!(matches!(refused, StoreError::Refused(_)), "{refused}");
    }
    assert_eq!(*database.store().book().await.unwrap(), book);
});

on_both_databases!(
    more_than_one_statement_can_carry,
    async |database: TestDatabase| {
        let mut book = many(1_234);
        // A chain across the batches, in the direction that is not there yet when it is written.
        let references: Vec<_> = book.commitments.keys().cloned().collect();
        for (it, next) in references.iter().zip(&references[1..]) {
            let it = book.commitments.get_mut(it.as_str()).unwrap();
            Arc::make_mut(it).follows = Some(next.clone());
        }
        save_all(database.store(), &book).await;
        assert_eq!(*database.reopen().await.book().await.unwrap(), book);
        let snapshot = database.store().read().await.unwrap();
        let found = snapshot.commitments(&references).await.unwrap();
        assert_eq!(found, book.commitments);
    }
);

on_both_databases!(going_live_is_kept, async |database: TestDatabase| {
    let before = database
        .store()
        .read()
        .await
        .unwrap()
        .installation()
        .await
        .unwrap();
    assert_eq!(before.live_on, None);
    let mut change = database.store().change().await.unwrap();
    change.set_live_on(day("2025-05-01")).await.unwrap();
    change.commit().await.unwrap();
    let after = database
        .reopen()
        .await
        .read()
        .await
        .unwrap()
        .installation()
        .await
        .unwrap();
    assert_eq!(after.live_on, Some(day("2025-05-01")));
    assert_eq!(
        (after.token, after.created_at),
        (before.token, before.created_at)
    );
});
