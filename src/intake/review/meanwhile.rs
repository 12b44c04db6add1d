//! Two people at one proposal: what each changed, told from what the second of them saw.

use serde_json::Value;

use crate::record::Body;

/// The keys of a proposal as two editors left them together.
#[derive(Debug, Clone, PartialEq)]
pub struct Meanwhile {
    /// Mine where I changed something, else what is there by now.
    pub fields: Body,
    /// What both changed, each in another way, with what the other made of it.
    pub both: Vec<(String, Option<Value>)>,
}

/// Puts together what somebody made of the keys they saw and what is there by now.
pub fn together(saw: &Body, mine: &Body, now: &Body) -> Meanwhile {
    let mut fields = now.clone();
    let mut both = Vec::new();
    let mut keys: Vec<&String> = saw.keys().chain(mine.keys()).chain(now.keys()).collect();
    keys.sort_unstable();
    keys.dedup();
    for key in keys {
        let (was, want, is) = (saw.get(key), mine.get(key), now.get(key));
        if want == was || want == is {
            continue;
        }
        if is != was {
            both.push((key.clone(), is.cloned()));
        }
        match want {
            Some(want) => fields.insert(key.clone(), want.clone()),
            None => fields.shift_remove(key),
        };
    }
    Meanwhile { fields, both }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn body(value: Value) -> Body {
        value.as_object().cloned().expect("a table")
    }

    #[test]
    fn different_keys_stand_side_by_side_and_one_key_is_told() {
        let saw = body(json!({ "title": "One", "sector": "trade", "deadline": "2025" }));
        let mine = body(json!({ "title": "Two", "deadline": "2025" }));
        let theirs = body(json!({ "title": "One", "sector": "trade", "deadline": "2026" }));
        let both = together(&saw, &mine, &theirs);
        assert!(both.both.is_empty());
        assert_eq!(
            both.fields,
            body(json!({ "title": "Two", "deadline": "2026" }))
        );
        let theirs = body(json!({ "title": "Three", "sector": "trade", "deadline": "2025" }));
        let told = together(&saw, &mine, &theirs);
        assert_eq!(told.both, [("title".to_owned(), Some(json!("Three")))]);
        assert_eq!(told.fields["title"], "Two", "mine is kept to be sent again");
        assert!(!told.fields.contains_key("sector"));
    }

    fn some_body() -> impl Strategy<Value = Body> {
        let pairs = prop::collection::vec(("[a-c]", 0u8..3), 0..4);
        pairs.prop_map(|pairs| pairs.into_iter().map(|(k, v)| (k, v.into())).collect())
    }

    proptest! {
        /// Nothing is lost unsaid: whatever either changed stands, or is told.
        #[test]
        fn what_either_changed_stands_or_is_told(saw in some_body(), mine in some_body(), now in some_body()) {
            let done = together(&saw, &mine, &now);
            for key in ["a", "b", "c"] {
                let (was, want, is) = (saw.get(key), mine.get(key), now.get(key));
                let told = done.both.iter().any(|(known, _)| known == key);
                let kept = done.fields.get(key);
                prop_assert!(want == was || kept == want, "mine");
                prop_assert!(is == was || kept == is || told, "theirs");
                prop_assert_eq!(told, want != was && is != was && want != is);
            }
        }
    }
}
