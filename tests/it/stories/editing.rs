//! The record edited by hand: what hangs on it is timed anew in the same transaction, what others did
//! meanwhile stays, and the audit says who changed what from what to what.

use aide_memoire::acts::Actor;
use aide_memoire::acts::editing::{Edit, EditError, Editor, edit, preview};
use aide_memoire::clock::Clock;
use aide_memoire::domain::access::Viewer;
use aide_memoire::domain::ids::{PersonId, ReaderId};
use aide_memoire::domain::ledger::Page;
use aide_memoire::record::EntityKey;
use aide_memoire::record::editing::{Wanted, body_of};
use serde_json::{Value, json};

use super::{DESK, commitment, deliverable, outsides};
use crate::support::database::{TestDatabase, on_both_databases};
use crate::support::house::House;

pub fn editor(id: &str) -> Editor {
    let person = PersonId::parse(id).unwrap();
    Editor {
        reader: ReaderId::from(&person),
        viewer: Viewer::Person(person.clone()),
        administrator: false,
        actor: Actor::Person(person),
    }
}

/// Everything the database holds of a commitment, with one key as somebody wants it.
async fn with(house: &House, reference: &str, key: &str, value: Value) -> Edit {
    let book = house.store.book().await.unwrap();
    let commitment = EntityKey::of("commitment", reference).unwrap();
    let mut seen = body_of(&book, &commitment).unwrap();
    seen.retain(|key, _| {
        [
            "title", "ref", "deadline", "kind", "promise", "lead", "opened",
        ]
        .contains(&key.as_str())
    });
    let mut body = seen.clone();
    body.insert(key.to_owned(), value);
    Edit {
        wanted: Wanted {
            key: commitment,
            seen: Some(seen),
            body,
        },
        reason: Some("the host asked".into()),
    }
}

async fn last_line(house: &House) -> (String, String, String) {
    let page = Page {
        offset: 0,
        limit: 1,
    };
    let snapshot = house.store.read().await.unwrap();
    let line = snapshot.audit_trail(page).await.unwrap().remove(0);
    (line.act, line.subject, line.detail)
}

on_both_databases!(
    a_new_deadline_typed_on_a_page_is_a_revision_and_re_times_what_hangs_on_it,
    async |database: TestDatabase| {
        let record = format!("{DESK}{}", deliverable("US37-01", "20 June 2025"));
        let house = House::open(database, &record, "2025-06-02 02:00").await;
        house.run_until("2025-06-10 12:00").await;
        let wish = with(&house, "US37-01", "deadline", json!("27 June 2025")).await;
        let now = house.clock.business_now();

        let seen = preview(&house.store, &wish, &editor("head"), now)
            .await
            .unwrap();
        assert_eq!(seen.changes.len(), 1, "{:?}", seen.changes);
        assert_eq!(seen.consequences.commitments.len(), 1);
        let book = house.store.book().await.unwrap();
        assert!(
            book.commitment("US37-01").unwrap().revisions.is_empty(),
            "only looked at"
        );

        edit(&house.store, &wish, &editor("head"), now)
            .await
            .unwrap();
        let book = house.store.book().await.unwrap();
        let revisions = &book.commitment("US37-01").unwrap().revisions;
        assert_eq!(revisions.len(), 1);
        assert_eq!(revisions[0].reason.as_deref(), Some("the host asked"));
        assert_eq!(revisions[0].by.as_ref().map(|by| by.as_str()), Some("head"));
        let (act, subject, detail) = last_line(&house).await;
        assert_eq!(
            (act.as_str(), subject.as_str()),
            ("edit commitment", "US37-01")
        );
        assert!(
            detail.starts_with("deadline: 20 June 2025 became 27 June 2025"),
            "{detail}"
        );

        // The week before the old end brings nothing, the week before the new one does.
        let before = outsides(&house).len();
        house.run_until("2025-06-19 12:00").await;
        let due = |(_, subject): &&(String, String)| subject.contains("due in 7 days");
        assert_eq!(outsides(&house)[before..].iter().filter(due).count(), 0);
        house.run_until("2025-06-20 12:00").await;
        let sent = outsides(&house);
        assert_eq!(sent[before..].iter().filter(due).count(), 1, "{sent:?}");
        house.reconcile().await;
    }
);

on_both_databases!(
    what_somebody_may_not_read_cannot_be_edited_and_the_audit_keeps_its_words_to_itself,
    async |database: TestDatabase| {
        let secret = commitment(
            "US37-09",
            "kind = \"deliverable\"\ndeadline = \"20 June 2025\"\nconfidentiality = \"restricted\"\nreaders = [\"us-desk\", \"head\"]\n",
        );
        let house = House::open(database, &format!("{DESK}{secret}"), "2025-06-02 02:00").await;
        let now = house.clock.business_now();
        let wish = with(&house, "US37-09", "title", json!("The quiet talks")).await;
        let refused = edit(&house.store, &wish, &editor("leader"), now).await;
        assert!(matches!(refused, Err(EditError::Unknown)), "{refused:?}");
        edit(&house.store, &wish, &editor("head"), now)
            .await
            .unwrap();
        let (_, subject, detail) = last_line(&house).await;
        assert_eq!(subject, "US37-09");
        assert_eq!(detail, "title (the host asked)");
    }
);

on_both_databases!(
    two_people_at_one_thing_lose_nothing,
    async |database: TestDatabase| {
        let record = format!("{DESK}{}", deliverable("US37-01", "20 June 2025"));
        let house = House::open(database, &record, "2025-06-02 02:00").await;
        let now = house.clock.business_now();
        let titled = with(&house, "US37-01", "title", json!("One title")).await;
        let again = with(&house, "US37-01", "title", json!("Another title")).await;
        let dated = with(&house, "US37-01", "deadline", json!("July 2025")).await;
        edit(&house.store, &titled, &editor("head"), now)
            .await
            .unwrap();
        edit(&house.store, &dated, &editor("leader"), now)
            .await
            .unwrap();
        let refused = edit(&house.store, &again, &editor("leader"), now).await;
        assert!(refused.unwrap_err().to_string().contains("“One title”"));
        let book = house.store.book().await.unwrap();
        let commitment = book.commitment("US37-01").unwrap();
        assert_eq!(commitment.title, "One title");
        assert_eq!(commitment.deadline.as_ref().unwrap().text(), "July 2025");

        // A file that says what it said at the last import changes nothing of it.
        let imported = house.import(&record).await.unwrap();
        assert!(imported.changed.is_empty(), "{imported:?}");
        // What is as it was asks for nothing, not even a line.
        let lines = house.database.count("SELECT COUNT(*) FROM audit").await;
        let same = with(&house, "US37-01", "title", json!("One title")).await;
        edit(&house.store, &same, &editor("head"), now)
            .await
            .unwrap();
        assert_eq!(
            house.database.count("SELECT COUNT(*) FROM audit").await,
            lines
        );
    }
);
