//! The canonical form of a commitment and its parts.

use super::{Body, BodyBuilder, Entity};
use crate::domain::commitment::{
    Commitment, Confidentiality, DeskRole, Handover, Lifecycle, Mention, Milestone, Promise,
    Raised, Revision, Snooze,
};
use crate::domain::progress::{Extension, Update};
use crate::record::entity;

impl Entity for Commitment {
    const KIND: &'static str = entity::COMMITMENT;

    fn id(&self) -> String {
        self.reference.to_string()
    }

    fn body(&self) -> Body {
        let Commitment {
            reference,
            title,
            partnership,
            meeting,
            promise,
            kind,
            strength,
            obligors,
            beneficiaries,
            instruments,
            sector,
            lead,
            cooperating,
            confidentiality,
            readers,
            follows,
            snoozed,
            opened,
            deadline,
            review,
            state,
            closed,
            verified,
            milestones,
            updates,
            revisions,
            raised,
            handovers,
            mentions,
            policy,
        } = self;
        let Promise {
            words,
            document,
            paragraph,
        } = promise;
        BodyBuilder::default()
            .text("ref", reference)
            .text("title", title)
            .maybe("partnership", partnership.as_ref())
            .maybe("meeting", meeting.as_ref())
            .maybe("document", document.as_ref())
            .number("paragraph", *paragraph)
            .text("promise", words)
            .text("kind", kind)
            .maybe("strength", *strength)
            .texts("obligors", obligors)
            .texts("beneficiaries", beneficiaries)
            .texts("instruments", instruments)
            .maybe("sector", sector.as_ref())
            .text("lead", lead)
            .texts("cooperating", cooperating)
            .unless(
                "confidentiality",
                *confidentiality,
                Confidentiality::Internal,
            )
            .texts("readers", readers)
            .maybe("follows", follows.as_ref())
            .table("snoozed", snoozed.as_ref().map(snooze).unwrap_or_default())
            .text("opened", opened)
            .maybe("deadline", deadline.as_ref())
            .maybe("review", review.map(|cycle| format!("every {cycle}")))
            .unless("state", *state, Lifecycle::Open)
            .maybe("closed", *closed)
            .maybe("verified", *verified)
            .table("policy", policy.body())
            .tables("milestone", milestones.iter().map(milestone))
            .tables("update", updates.iter().map(update))
            .tables("revision", revisions.iter().map(revision))
            .tables("raised", raised.iter().map(occasion))
            .tables("handover", handovers.iter().map(handover))
            .tables("mention", mentions.iter().map(mention))
            .finish()
    }
}

fn snooze(snooze: &Snooze) -> Body {
    let Snooze { until, reason } = snooze;
    BodyBuilder::default()
        .text("until", until)
        .text("reason", reason)
        .finish()
}

fn milestone(milestone: &Milestone) -> Body {
    let Milestone {
        title,
        deadline,
        done,
    } = milestone;
    BodyBuilder::default()
        .text("title", title)
        .maybe("deadline", deadline.as_ref())
        .maybe("done", *done)
        .finish()
}

fn update(update: &Update) -> Body {
    let Update {
        date,
        by,
        given,
        reported,
        confidence,
        text,
        evidence,
        next,
        state,
        reviewed,
        reviewer,
        words,
        assessed,
        ask,
        extension,
        confidentiality,
        entered: _,
    } = update;
    BodyBuilder::default()
        .text("date", date)
        .maybe("by", by.as_ref())
        .maybe("given", given.as_ref())
        .text("reported", reported)
        .maybe("confidence", *confidence)
        .maybe("text", text.as_ref())
        .texts("evidence", evidence)
        .maybe("next", next.as_ref())
        .text("state", state)
        .maybe("reviewed", *reviewed)
        .maybe("reviewer", reviewer.as_ref())
        .maybe("words", words.as_ref())
        .maybe("assessed", *assessed)
        .maybe("ask", ask.as_ref())
        .table(
            "extension",
            extension.as_ref().map(extension_body).unwrap_or_default(),
        )
        .unless(
            "confidentiality",
            *confidentiality,
            Confidentiality::Internal,
        )
        .finish()
}

fn extension_body(extension: &Extension) -> Body {
    let Extension { to, milestone } = extension;
    BodyBuilder::default()
        .text("to", to)
        .maybe("milestone", milestone.as_ref())
        .finish()
}

pub(in crate::record) fn revision(revision: &Revision) -> Body {
    let Revision {
        date,
        milestone,
        from,
        to,
        reason,
        by,
        approved,
        entered: _,
    } = revision;
    BodyBuilder::default()
        .text("date", date)
        .maybe("milestone", milestone.as_ref())
        .maybe("from", from.as_ref())
        .maybe("to", to.as_ref())
        .maybe("reason", reason.as_ref())
        .maybe("by", by.as_ref())
        .maybe("approved", approved.as_ref())
        .finish()
}

fn occasion(raised: &Raised) -> Body {
    let Raised {
        date,
        meeting,
        by,
        reply,
    } = raised;
    BodyBuilder::default()
        .text("date", date)
        .maybe("meeting", meeting.as_ref())
        .maybe("by", by.as_ref())
        .maybe("reply", reply.as_ref())
        .finish()
}

pub(in crate::record) fn handover(handover: &Handover) -> Body {
    let Handover {
        date,
        from,
        to,
        role,
        reason,
        entered: _,
    } = handover;
    BodyBuilder::default()
        .text("date", date)
        .text("from", from)
        .text("to", to)
        .unless("role", *role, DeskRole::Lead)
        .maybe("reason", reason.as_ref())
        .finish()
}

fn mention(mention: &Mention) -> Body {
    let Mention {
        date,
        document,
        paragraph,
        words,
        effect,
    } = mention;
    BodyBuilder::default()
        .text("date", date)
        .text("document", document)
        .number("paragraph", *paragraph)
        .text("words", words)
        .text("effect", effect)
        .finish()
}
