//! An older promise is said again by a later document: the mention stands beside it, and nothing that is
//! due changes by it.

use aide_memoire::acts::editing::EditError;
use aide_memoire::acts::mentions::{MentionError, Said, enter};
use aide_memoire::clock::Clock;
use aide_memoire::domain::commitment::{Effect, Mention};
use aide_memoire::domain::ledger::OccurrenceFilter;
use aide_memoire::record::write_toml;

use super::editing::editor;
use super::reporting::{audit, reference, staffed};
use super::{commitment, deliverable};
use crate::support::database::{TestDatabase, on_both_databases};
use crate::support::house::{ALL, House};

const DOCUMENT: &str = r#"
[[document]]
id = "statement"
meeting = "pmc"
kind = "chair's statement"
title = "Chair's Statement of the PMC"
issued = "2025-06-09"
authority = "chair"
"#;

fn said(commitment: &str, words: &str, effect: Effect) -> Said {
    Said {
        reference: reference(commitment),
        mention: Mention {
            date: "2025-06-09".parse().unwrap(),
            document: "statement".parse().unwrap(),
            paragraph: Some(3),
            words: words.into(),
            effect,
        },
    }
}

on_both_databases!(
    a_mention_is_kept_and_changes_nothing_that_is_due,
    async |database: TestDatabase| {
        let secret = commitment(
            "US37-09",
            "kind = \"deliverable\"\ndeadline = \"20 June 2025\"\nconfidentiality = \"restricted\"\nreaders = [\"us-desk\", \"head\"]\n",
        );
        let due = deliverable("US37-01", "20 June 2025");
        let record = format!("{}{DOCUMENT}{due}{secret}", staffed());
        let house = House::open(database, &record, "2025-06-02 02:00").await;
        house.run_until("2025-06-13 12:00").await;
        let ledger = async || {
            let snapshot = house.store.read().await.unwrap();
            let all = OccurrenceFilter::default();
            let entries = snapshot.occurrences(&all, ALL).await.unwrap();
            format!("{entries:?}")
        };
        let (before, planned) = (house.store.book().await.unwrap(), ledger().await);
        let now = house.clock.business_now();
        let again = said("US37-01", "will surely endorse it", Effect::Strengthens);
        let quiet = said("US37-09", "the quiet talks go on", Effect::Repeats);

        let one = std::slice::from_ref(&again);
        let refused = enter(&house.store, one, &editor("stranger"), now).await;
        let refused = refused.unwrap_err();
        let not_theirs = matches!(refused, MentionError::Edit(EditError::NotYours(_)));
        assert!(not_theirs, "{refused:?}");
        // What somebody may not read is not there, and then nothing of it all is entered.
        let both = [again.clone(), quiet.clone()];
        let refused = enter(&house.store, &both, &editor("leader"), now).await;
        assert!(
            matches!(refused, Err(MentionError::Edit(EditError::Unknown))),
            "{refused:?}"
        );
        let unfit = [again.clone(), again.clone()];
        let refused = enter(&house.store, &unfit, &editor("head"), now).await;
        let Err(MentionError::Unfit(complaints)) = refused else {
            panic!("{refused:?}");
        };
        assert_eq!(complaints[0].0, 1, "the same one twice: {complaints:?}");
        assert_eq!(house.store.book().await.unwrap(), before);

        enter(&house.store, &both, &editor("head"), now)
            .await
            .unwrap();
        let book = house.database.reopen().await.book().await.unwrap();
        let commitment = book.commitment("US37-01").unwrap();
        assert_eq!(commitment.mentions, [again.mention]);
        let mut without = commitment.clone();
        without.mentions.clear();
        assert_eq!(without, *before.commitment("US37-01").unwrap());
        let told = audit(&house).await;
        let lines = told.iter().filter(|e| e.act == "mention");
        let lines: Vec<&str> = lines.map(|e| e.detail.as_str()).collect();
        assert_eq!(lines.len(), 2);
        assert!(
            lines.contains(&"statement, paragraph 3 strengthens it"),
            "{lines:?}"
        );

        // The planner looks again, and has nothing more or less to say.
        house.activate().await;
        assert_eq!(ledger().await, planned);
        house.run_until("2025-06-30 12:00").await;
        house.reconcile().await;
        // What is exported is what is there.
        let imported = house.import(&write_toml(&book)).await.unwrap();
        assert!(
            imported.changed.is_empty() && imported.new.is_empty(),
            "{imported:?}"
        );
    }
);

on_both_databases!(
    a_document_that_is_mentioned_stays,
    async |database: TestDatabase| {
        let record = format!("{}{DOCUMENT}{}", staffed(), deliverable("US37-01", "2026"));
        let house = House::open(database, &record, "2025-06-10 02:00").await;
        let now = house.clock.business_now();
        let again = said("US37-01", "will endorse it", Effect::Repeats);
        enter(&house.store, &[again], &editor("head"), now)
            .await
            .unwrap();
        let gone = house
            .database
            .execute("DELETE FROM document WHERE id = 'statement'")
            .await;
        assert!(gone.is_err(), "it is still referred to");
        let odd = house
            .database
            .execute("UPDATE mention SET effect = 'doubles'")
            .await;
        assert!(odd.is_err(), "no such effect");
    }
);
