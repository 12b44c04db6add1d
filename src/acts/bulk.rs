//! One change of many commitments: another lead desk, a desk that joins or leaves, numbers of the
//! policy. What it does to each is seen first; then it is done to all of them in one transaction, or to
//! none. Each is edited by the rules by which one is edited, and has its own line in the audit.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use super::editing::{Edit, EditError, Editor, merged, note};
use super::merging::{Foreseen, carry_out, foresee};
use super::{ActError, another_try};
use crate::domain::access::may_read;
use crate::domain::book::Book;
use crate::domain::consequence::Consequences;
use crate::domain::directory::Directory;
use crate::domain::ids::{CommitmentRef, DeskId};
use crate::planner::Moment;
use crate::record::editing::{Changed, Wanted, body_of, changes};
use crate::record::{Body, EntityKey, Merged, entity};
use crate::store::{Store, StoreError};

/// How many commitments one change is of, at the most.
pub const MOST: usize = 500;

/// What somebody wants of all of them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Wish {
    pub lead: Option<DeskId>,
    /// A desk that cooperates from now on.
    pub joins: Option<DeskId>,
    /// A desk that no longer does.
    pub leaves: Option<DeskId>,
    /// Whether each goes back to the policy of its partnership, before the numbers below.
    pub clears_policy: bool,
    /// Numbers of the policy, as the record writes them.
    pub policy: Map<String, Value>,
    /// Why; kept in the audit.
    pub reason: Option<String>,
}

impl Wish {
    /// Nothing is wanted.
    pub fn is_empty(&self) -> bool {
        let Self {
            lead,
            joins,
            leaves,
            clears_policy,
            policy,
            reason: _,
        } = self;
        lead.is_none() && joins.is_none() && leaves.is_none() && !clears_policy && policy.is_empty()
    }

    /// The keys of a commitment with this wish fulfilled.
    fn applied(&self, body: &Body) -> Body {
        let mut body = body.clone();
        if let Some(lead) = &self.lead {
            body.insert(LEAD.to_owned(), Value::from(lead.as_str()));
        }
        let lead = body.get(LEAD).and_then(Value::as_str).map(str::to_owned);
        let known = body.get(COOPERATING).and_then(Value::as_array);
        let known = known.into_iter().flatten().filter_map(Value::as_str);
        let mut desks: Vec<String> = known.map(str::to_owned).collect();
        let joins = self.joins.iter().map(DeskId::to_string);
        desks.extend(
            joins
                .filter(|desk| !desks.contains(desk))
                .collect::<Vec<_>>(),
        );
        let leaves = self.leaves.as_ref().map(DeskId::as_str);
        desks.retain(|desk| Some(desk.as_str()) != leaves && Some(desk) != lead.as_ref());
        put(
            &mut body,
            COOPERATING,
            desks.into_iter().map(Value::from).collect(),
        );
        let known = body.get(POLICY).and_then(Value::as_object);
        let mut policy = match self.clears_policy {
            true => Map::new(),
            false => known.cloned().unwrap_or_default(),
        };
        policy.extend(self.policy.clone());
        match policy.is_empty() {
            true => body.shift_remove(POLICY),
            false => body.insert(POLICY.to_owned(), Value::Object(policy)),
        };
        body
    }
}

fn put(body: &mut Body, key: &str, values: Vec<Value>) {
    match values.is_empty() {
        true => body.shift_remove(key),
        false => body.insert(key.to_owned(), Value::Array(values)),
    };
}

/// The keys that a change of many touches.
const LEAD: &str = "lead";
const COOPERATING: &str = "cooperating";
const POLICY: &str = "policy";

/// One commitment that changes, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct One {
    pub reference: CommitmentRef,
    pub title: String,
    pub changes: Vec<Changed>,
}

/// One that cannot be changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    pub reference: CommitmentRef,
    pub title: String,
    /// A sentence.
    pub why: String,
}

/// What a change does to each, or would do. By reference.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    pub changing: Vec<One>,
    /// Those that are so already.
    pub same: Vec<(CommitmentRef, String)>,
    pub refused: Vec<Kept>,
    /// What is wrong with the wish itself.
    pub complaints: BTreeSet<String>,
    /// What was looked at, in short: where it differs, something was changed meanwhile, or the wish was.
    pub seen: String,
    merged: Merged,
}

/// A plan, and what it does to reminders.
#[derive(Debug, Clone)]
pub struct Looked {
    pub plan: Plan,
    pub before: Arc<Directory>,
    pub after: Arc<Directory>,
    pub consequences: Consequences,
}

#[derive(Debug, thiserror::Error)]
pub enum BulkError {
    /// What was seen is not so any more. Nothing was changed.
    #[error("something was changed in the meantime")]
    Overtaken,
    #[error(transparent)]
    Act(#[from] ActError),
}

impl From<StoreError> for BulkError {
    fn from(error: StoreError) -> Self {
        BulkError::Act(error.into())
    }
}

/// What a change would do, without doing it. What the editor may not read is not there.
pub async fn look(
    store: &Store,
    references: &[CommitmentRef],
    wish: &Wish,
    editor: &Editor,
    now: DateTime<Utc>,
) -> Result<Looked, ActError> {
    let snapshot = store.read().await?;
    let before = snapshot.book().await?;
    let plan = planned(&before, references, wish, editor, now)?;
    let live_on = snapshot.installation().await?.live_on;
    let moment = Moment { now, live_on };
    let Foreseen {
        after,
        consequences,
    } = foresee(
        Some(&snapshot),
        &before,
        &plan.merged,
        moment,
        &editor.viewer,
    )
    .await?;
    Ok(Looked {
        plan,
        before: Arc::clone(&before.directory),
        after,
        consequences,
    })
}

/// Makes the change that was looked at, of all that change or of none; begun again where another writer
/// was in the way. Returns how many changed.
pub async fn change(
    store: &Store,
    references: &[CommitmentRef],
    wish: &Wish,
    editor: &Editor,
    seen: &str,
    now: DateTime<Utc>,
) -> Result<usize, BulkError> {
    let mut n = 0;
    loop {
        match try_to_change(store, references, wish, editor, seen, now).await {
            Err(BulkError::Act(ActError::Store(error)))
                if another_try(n, &error).await.is_some() =>
            {
                n += 1;
            }
            done => return done,
        }
    }
}

async fn try_to_change(
    store: &Store,
    references: &[CommitmentRef],
    wish: &Wish,
    editor: &Editor,
    seen: &str,
    now: DateTime<Utc>,
) -> Result<usize, BulkError> {
    let mut change = store.edit().await?;
    let before = change.book().await?;
    let plan = planned(&before, references, wish, editor, now)?;
    if plan.seen != seen || !plan.complaints.is_empty() {
        change.roll_back().await?;
        return Err(BulkError::Overtaken);
    }
    if plan.changing.is_empty() {
        change.roll_back().await?;
        return Ok(0);
    }
    carry_out(&mut change, &before, &plan.merged).await?;
    for one in &plan.changing {
        let is_restricted = before
            .commitment(one.reference.as_str())
            .is_some_and(|c| c.is_restricted());
        let detail = note(&one.changes, is_restricted, wish.reason.as_deref());
        let (actor, subject) = (editor.actor.as_str(), one.reference.as_str());
        change
            .audit(now, actor, "edit commitment", subject, &detail)
            .await?;
    }
    change.commit().await?;
    Ok(plan.changing.len())
}

/// What a wish does to each commitment that the editor may read.
fn planned(
    before: &Book,
    references: &[CommitmentRef],
    wish: &Wish,
    editor: &Editor,
    now: DateTime<Utc>,
) -> Result<Plan, ActError> {
    let chosen: BTreeSet<&CommitmentRef> = references.iter().take(MOST).collect();
    let mut plan = Plan::default();
    let mut print = Sha256::new();
    print.update(format!("{wish:?}"));
    for reference in chosen {
        let known = before.commitment(reference.as_str());
        let Some(known) = known.filter(|c| may_read(&editor.viewer, c, &before.directory)) else {
            continue;
        };
        let title = known.title.clone();
        let key = EntityKey::of(entity::COMMITMENT, reference.as_str());
        let Some((key, seen)) = key.and_then(|key| {
            let body = body_of(before, &key)?;
            Some((key, body))
        }) else {
            continue;
        };
        print.update(format!("{reference} {}", Value::Object(seen.clone())));
        match one(before, &key, &seen, wish, editor, now) {
            Ok(Some((changes, merged))) => {
                let reference = reference.clone();
                plan.changing.push(One {
                    reference,
                    title,
                    changes,
                });
                plan.merged.changed.extend(merged.changed);
                plan.merged.book.commitments.extend(merged.book.commitments);
            }
            Ok(None) => plan.same.push((reference.clone(), title)),
            Err(EditError::Act(error)) => return Err(error),
            Err(EditError::Unknown) => {}
            Err(EditError::NotYours(why)) => plan.refused.push(Kept {
                reference: reference.clone(),
                title,
                why: why.to_owned(),
            }),
            Err(EditError::Complaints(complaints)) => {
                let of_wish = |key: &Option<String>| key.as_deref() == Some(POLICY);
                for complaint in complaints {
                    match of_wish(&complaint.key) {
                        true => {
                            // It is the same for all of them, and said once.
                            let words = complaint.message.split_once("policy: ");
                            let words = words.map_or(complaint.message.as_str(), |(_, rest)| rest);
                            plan.complaints.insert(words.to_owned());
                        }
                        false => plan.refused.push(Kept {
                            reference: reference.clone(),
                            title: title.clone(),
                            why: complaint.message,
                        }),
                    }
                }
            }
        }
    }
    let refused = plan.refused.iter();
    print.update(
        refused
            .map(|kept| format!("{} {}", kept.reference, kept.why))
            .collect::<String>(),
    );
    plan.seen = print
        .finalize()
        .iter()
        .take(12)
        .map(|b| format!("{b:02x}"))
        .collect();
    Ok(plan)
}

/// What a wish does to one; nothing where it is so already.
fn one(
    before: &Book,
    key: &EntityKey,
    now_on_record: &Body,
    wish: &Wish,
    editor: &Editor,
    now: DateTime<Utc>,
) -> Result<Option<(Vec<Changed>, Merged)>, EditError> {
    let mut seen = now_on_record.clone();
    seen.retain(|name, _| [LEAD, COOPERATING, POLICY].contains(&name.as_str()));
    let edit = Edit {
        wanted: Wanted {
            key: key.clone(),
            body: wish.applied(&seen),
            seen: Some(seen),
        },
        reason: wish.reason.clone(),
    };
    let merged = merged(before, &edit, editor, now)?;
    if merged.is_empty() {
        return Ok(None);
    }
    let after = body_of(&merged.book, key).unwrap_or_default();
    Ok(Some((changes(Some(now_on_record), &after), merged)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn body(value: Value) -> Body {
        value.as_object().expect("a table").clone()
    }

    fn desk(id: &str) -> Option<DeskId> {
        DeskId::parse(id).ok()
    }

    #[test]
    fn a_desk_that_leads_cooperates_no_longer_and_none_stands_twice() {
        let known = body(json!({"lead": "a", "cooperating": ["b", "c"]}));
        let lead = Wish {
            lead: desk("b"),
            joins: desk("c"),
            ..Wish::default()
        };
        assert_eq!(
            Value::Object(lead.applied(&known)),
            json!({"lead": "b", "cooperating": ["c"]})
        );
        let swap = Wish {
            joins: desk("a"),
            leaves: desk("c"),
            ..Wish::default()
        };
        assert_eq!(
            Value::Object(swap.applied(&known)),
            json!({"lead": "a", "cooperating": ["b"]})
        );
        let alone = body(json!({"lead": "a", "cooperating": ["b"]}));
        let left = Wish {
            leaves: desk("b"),
            ..Wish::default()
        };
        assert_eq!(Value::Object(left.applied(&alone)), json!({"lead": "a"}));
    }

    #[test]
    fn numbers_of_a_policy_are_set_one_by_one_or_all_taken_back() {
        let known = body(json!({"lead": "a", "policy": {"due_soon": 10, "head_after": 3}}));
        let set = Wish {
            policy: body(json!({"due_soon": 20})),
            ..Wish::default()
        };
        assert_eq!(
            set.applied(&known)[POLICY],
            json!({"due_soon": 20, "head_after": 3})
        );
        let cleared = Wish {
            clears_policy: true,
            ..Wish::default()
        };
        assert!(!cleared.applied(&known).contains_key(POLICY));
        let both = Wish {
            clears_policy: true,
            ..set
        };
        assert_eq!(both.applied(&known)[POLICY], json!({"due_soon": 20}));
        assert!(Wish::default().is_empty() && !both.is_empty());
    }
}
