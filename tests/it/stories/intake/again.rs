//! What says an older promise again is kept beside it, and is no commitment of its own.

use aide_memoire::acts::intake::IntakeError;
use aide_memoire::acts::intake::mentioning::{Again, keep_as_mention};
use aide_memoire::domain::commitment::Effect;
use aide_memoire::domain::intake::State;

use super::super::{DESK, commitment};
use super::*;
use crate::support::database::{TestDatabase, on_both_databases};

on_both_databases!(
    a_proposal_is_kept_as_a_mention_of_an_older_promise,
    async |database: TestDatabase| {
        let older = commitment("US37-01", "kind = \"standing\"\n");
        let hidden = commitment(
            "US37-02",
            "kind = \"standing\"\nconfidentiality = \"restricted\"\nreaders = [\"us-desk\"]\n",
        );
        let record = format!("{DESK}{OTHERS}{older}{hidden}");
        let house = House::open(database, &record, "2025-06-02 02:00").await;
        let id = with_document(&house).await;
        let disaster = target(&review(&house, id).await, "disaster");
        let keep = async |who: &str, target: Target, reference: &str| {
            let again = Again {
                reference: reference.parse().unwrap(),
                effect: Effect::Strengthens,
            };
            keep_as_mention(
                &house.store,
                (id, target),
                &again,
                &editor(who),
                now(&house),
            )
            .await
        };
        let unconfirmed = keep("head", disaster, "US37-01").await;
        let Err(IntakeError::Wrong(wrong)) = unconfirmed else {
            panic!("{unconfirmed:?}");
        };
        assert_eq!(wrong[0].key.as_deref(), Some("document"));
        confirm_it(&house, id).await;
        let before = review(&house, id).await;
        let lines = audit(&house).await.len();
        // What is not there and what is not theirs to read are told alike.
        for nowhere in ["US37-99", "US37-02"] {
            let refused = keep("head", disaster, nowhere).await;
            let Err(IntakeError::Wrong(wrong)) = refused else {
                panic!("{nowhere}: {refused:?}");
            };
            assert_eq!(
                wrong[0].message,
                "There is no commitment of that name on record."
            );
        }
        let stranger = keep("other", disaster, "US37-01").await;
        assert!(
            matches!(stranger, Err(IntakeError::NotFound)),
            "{stranger:?}"
        );
        assert_eq!(review(&house, id).await, before);
        assert_eq!(audit(&house).await.len(), lines);

        keep("head", disaster, "US37-01").await.unwrap();
        let book = house.store.book().await.unwrap();
        let mentions = &book.commitment("US37-01").unwrap().mentions;
        assert_eq!(mentions.len(), 1);
        assert_eq!(mentions[0].document.as_str(), "outcomes-38");
        assert_eq!(mentions[0].paragraph, Some(4));
        assert_eq!(mentions[0].effect, Effect::Strengthens);
        assert!(mentions[0].words.contains("disaster management"));
        assert_eq!(book.commitments.len(), 2, "nothing new");
        let after = review(&house, id).await;
        let reference = "US37-01".parse().unwrap();
        let effect = Effect::Strengthens;
        assert_eq!(
            after.item(disaster.n).unwrap().state,
            State::Mention { reference, effect }
        );
        let twice = keep("leader", disaster, "US37-01").await;
        assert!(matches!(twice, Err(IntakeError::Overtaken(_))), "{twice:?}");
        let audit = audit(&house).await;
        let told = format!("proposal {}: it strengthens US37-01", disaster.n);
        assert!(audit.iter().any(|line| line.contains(&told)), "{audit:?}");
    }
);
