//! The canonical form of a policy.

use super::{Body, BodyBuilder, Entity};
use crate::domain::policy::PolicyOverride;
use crate::record::entity;
use crate::record::reading::weekday_name;

impl Entity for PolicyOverride {
    const KIND: &'static str = entity::POLICY;

    fn id(&self) -> String {
        entity::GENERAL_POLICY.to_owned()
    }

    fn body(&self) -> Body {
        let PolicyOverride {
            before,
            overdue,
            head_after,
            leader_after,
            slot,
            stale_after,
            review_every,
            decision,
            due_soon,
            unanswered_after,
            brief_working_days,
            digest_weekday,
        } = self;
        // An empty ladder says something: no such reminder at all.
        let ladder = |builder: BodyBuilder, key, days: &Option<Vec<u32>>| match days {
            Some(days) => builder.put(key, days.clone()),
            None => builder,
        };
        let builder = ladder(BodyBuilder::default(), "before", before);
        let builder = ladder(builder, "overdue", overdue)
            .number("head_after", *head_after)
            .number("leader_after", *leader_after)
            .maybe("slot", slot.map(|time| time.format("%H:%M")))
            .number("stale_after", *stale_after)
            .maybe("review_every", *review_every);
        ladder(builder, "decision", decision)
            .number("due_soon", *due_soon)
            .number("unanswered_after", *unanswered_after)
            .number("brief_working_days", *brief_working_days)
            .maybe("digest_weekday", digest_weekday.map(weekday_name))
            .finish()
    }
}
