//! The reader of commitments, with their milestones, updates, deadline revisions and the occasions
//! on which a request was raised.

use super::policy;
use crate::domain::commitment::{
    Commitment, Confidentiality, Cycle, DeskRole, Effect, Handover, Kind, Lifecycle, Mention,
    Milestone, Promise, Raised, Revision, Snooze, Strength,
};
use crate::domain::ids::{CommitmentRef, DeskId, ReaderId};
use crate::domain::nearest::nearest;
use crate::domain::progress::{Confidence, Extension, Reported, Update, UpdateState, Verified};
use crate::record::entity;
use crate::record::fields::{Fields, Keys};
use crate::record::names::Target;

pub(in crate::record) const KEYS: Keys = Keys {
    kind: entity::COMMITMENT,
    known: &[
        "ref",
        "title",
        "partnership",
        "meeting",
        "document",
        "paragraph",
        "promise",
        "kind",
        "strength",
        "obligors",
        "beneficiaries",
        "instruments",
        "sector",
        "lead",
        "cooperating",
        "confidentiality",
        "readers",
        "follows",
        "snoozed",
        "opened",
        "deadline",
        "review",
        "state",
        "closed",
        "verified",
        "policy",
        "milestone",
        "update",
        "revision",
        "raised",
        "handover",
        "mention",
    ],
    required: &["ref", "title", "promise", "kind", "lead", "opened"],
};

pub(in crate::record) const SNOOZE: Keys = Keys {
    kind: "snoozed",
    known: &["until", "reason"],
    required: &["until", "reason"],
};

pub(in crate::record) const MILESTONE: Keys = Keys {
    kind: "milestone",
    known: &["title", "deadline", "done"],
    required: &["title"],
};

pub(in crate::record) const UPDATE: Keys = Keys {
    kind: "update",
    known: &[
        "date",
        "by",
        "given",
        "reported",
        "confidence",
        "text",
        "evidence",
        "next",
        "state",
        "reviewed",
        "reviewer",
        "words",
        "assessed",
        "ask",
        "extension",
        "confidentiality",
    ],
    required: &["date", "reported"],
};

pub(in crate::record) const EXTENSION: Keys = Keys {
    kind: "extension",
    known: &["to", "milestone"],
    required: &["to"],
};

pub(in crate::record) const REVISION: Keys = Keys {
    kind: "revision",
    known: &[
        "date",
        "milestone",
        "from",
        "to",
        "reason",
        "by",
        "approved",
    ],
    required: &["date"],
};

pub(in crate::record) const RAISED: Keys = Keys {
    kind: "raised",
    known: &["date", "meeting", "by", "reply"],
    required: &["date"],
};

pub(in crate::record) const HANDOVER: Keys = Keys {
    kind: "handover",
    known: &["date", "from", "to", "role", "reason"],
    required: &["date", "from", "to"],
};

pub(in crate::record) const MENTION: Keys = Keys {
    kind: "mention",
    known: &["date", "document", "paragraph", "words", "effect"],
    required: &["date", "document", "words", "effect"],
};

pub(super) fn commitment(f: &Fields<'_>) -> Option<Commitment> {
    let a_party = Target::One(entity::PARTY);
    let a_desk = Target::One(entity::DESK);
    let a_commitment = Target::One(entity::COMMITMENT);
    let reference: Option<CommitmentRef> = f.own_id("ref", entity::COMMITMENT);
    let title = f.text("title");
    let partnership = f.reference("partnership", Target::One(entity::PARTNERSHIP));
    let meeting = f.reference("meeting", Target::One(entity::MEETING));
    let document = f.reference("document", Target::One(entity::DOCUMENT));
    let paragraph = f.number("paragraph", 1..=99_999);
    let words = f.prose("promise");
    let kind = f.word("kind", Kind::ALL, Kind::as_str);
    let strength = f.word("strength", Strength::ALL, Strength::as_str);
    let obligors = f.references("obligors", a_party);
    let beneficiaries = f.references("beneficiaries", a_party);
    let instruments = f.references("instruments", Target::One(entity::INSTRUMENT));
    let sector = f.text("sector");
    let lead: Option<DeskId> = f.reference("lead", a_desk);
    let cooperating = f.references("cooperating", a_desk);
    let confidentiality = confidentiality(f);
    let readers = f.references("readers", Target::Reader);
    let follows = f.reference("follows", a_commitment);
    let snoozed = f.table("snoozed", &SNOOZE).as_ref().and_then(snooze);
    let opened = f.day("opened");
    let deadline = f.deadline("deadline");
    let review = f.parsed("review", Cycle::parse);
    let state = f.word("state", Lifecycle::ALL, Lifecycle::as_str);
    let closed = f.day("closed");
    let verified = f.word("verified", Verified::ALL, Verified::as_str);
    let policy = f.table("policy", &policy::KEYS);
    let milestones = milestones(f);
    let update = |f: &Fields<'_>| update(f, &milestones);
    let updates = log(f, "update", &UPDATE, update, |u| u.date);
    let revision = |f: &Fields<'_>| revision(f, &milestones);
    let revisions = log(f, "revision", &REVISION, revision, |r| r.date);
    let raised = log(f, "raised", &RAISED, raised, |r| r.date);
    let handovers = log(f, "handover", &HANDOVER, handover, |h| h.date);
    let mentions = log(f, "mention", &MENTION, mention, |m| m.date);
    check_review(f, kind);
    check_readers(f, confidentiality, &readers, lead.as_ref());
    Some(Commitment {
        reference: reference?,
        title: title?,
        partnership,
        meeting,
        promise: Promise {
            words: words?,
            document,
            paragraph,
        },
        kind: kind?,
        strength,
        obligors,
        beneficiaries,
        instruments,
        sector,
        lead: lead?,
        cooperating,
        confidentiality,
        readers,
        follows,
        snoozed,
        opened: opened?,
        deadline,
        review,
        state: state.unwrap_or(Lifecycle::Open),
        closed,
        verified,
        milestones,
        updates,
        revisions,
        raised,
        handovers,
        mentions,
        policy: policy.as_ref().map(policy::policy).unwrap_or_default(),
    })
}

/// Internal where nothing is said.
fn confidentiality(f: &Fields<'_>) -> Confidentiality {
    let all = Confidentiality::ALL;
    f.word("confidentiality", all, Confidentiality::as_str)
        .unwrap_or(Confidentiality::Internal)
}

fn snooze(f: &Fields<'_>) -> Option<Snooze> {
    let until = f.day("until");
    let reason = f.prose("reason");
    Some(Snooze {
        until: until?,
        reason: reason?,
    })
}

fn milestones(f: &Fields<'_>) -> Vec<Milestone> {
    let mut milestones: Vec<(Milestone, usize)> = Vec::new();
    for f in f.tables("milestone", &MILESTONE) {
        let title = f.text("title");
        let deadline = f.deadline("deadline");
        let done = f.day("done");
        let Some(title) = title else { continue };
        let place = f.place_of("title");
        if let Some((_, line)) = milestones.iter().find(|(m, _)| m.title == title) {
            let message = format!(
                "`title` is `{title}`, as of the milestone on line {line}; titles are unique within a commitment"
            );
            f.say(place, message);
            continue;
        }
        let milestone = Milestone {
            title,
            deadline,
            done,
        };
        milestones.push((milestone, place.line));
    }
    milestones.into_iter().map(|(m, _)| m).collect()
}

/// Reads dated entries and puts them in the order of their dates; of one date, as they stand.
fn log<T, D: Ord>(
    f: &Fields<'_>,
    key: &str,
    keys: &Keys,
    read: impl Fn(&Fields<'_>) -> Option<T>,
    date: impl Fn(&T) -> D,
) -> Vec<T> {
    let entries = f.tables(key, keys);
    let mut entries: Vec<T> = entries.iter().filter_map(read).collect();
    entries.sort_by_key(date);
    entries
}

fn update(f: &Fields<'_>, milestones: &[Milestone]) -> Option<Update> {
    let date = f.day("date");
    let by = f.reference("by", Target::Reader);
    let given = f.text("given");
    let reported = f.word("reported", Reported::ALL, Reported::as_str);
    let confidence = f.word("confidence", Confidence::ALL, Confidence::as_str);
    let text = f.prose("text");
    let evidence = f.texts("evidence");
    let next = f.prose("next");
    let state = f.word("state", UpdateState::ALL, UpdateState::as_str);
    let reviewed = f.day("reviewed");
    let reviewer = f.reference("reviewer", Target::Reader);
    let words = f.prose("words");
    let assessed = f.word("assessed", Confidence::ALL, Confidence::as_str);
    let ask = f.prose("ask");
    let extension = f.table("extension", &EXTENSION);
    let extension = extension.as_ref().and_then(|f| extension_of(f, milestones));
    Some(Update {
        date: date?,
        by,
        given,
        reported: reported?,
        confidence,
        text,
        evidence,
        next,
        state: state.unwrap_or(UpdateState::Submitted),
        reviewed,
        reviewer,
        words,
        assessed,
        ask,
        extension,
        confidentiality: confidentiality(f),
        entered: None,
    })
}

fn extension_of(f: &Fields<'_>, milestones: &[Milestone]) -> Option<Extension> {
    let to = f.deadline("to");
    let milestone = milestone_of(f, milestones);
    Some(Extension { to: to?, milestone })
}

/// The milestone that an entry names, by its title; one that is not there is said.
fn milestone_of(f: &Fields<'_>, milestones: &[Milestone]) -> Option<String> {
    let milestone = f.text("milestone");
    let titles = || milestones.iter().map(|m| m.title.as_str());
    if let Some(title) = &milestone
        && !titles().any(|known| known == title)
    {
        let hint = nearest(title, titles())
            .map(|near| format!("; did you mean `{near}`?"))
            .unwrap_or_default();
        f.say(
            f.place_of("milestone"),
            format!("the commitment has no milestone `{title}`{hint}"),
        );
    }
    milestone
}

fn revision(f: &Fields<'_>, milestones: &[Milestone]) -> Option<Revision> {
    let date = f.day("date");
    let milestone = milestone_of(f, milestones);
    let from = f.deadline("from");
    let to = f.deadline("to");
    let reason = f.prose("reason");
    let by = f.reference("by", Target::Reader);
    let approved = f.reference("approved", Target::Reader);
    Some(Revision {
        date: date?,
        milestone,
        from,
        to,
        reason,
        by,
        approved,
        entered: None,
    })
}

fn raised(f: &Fields<'_>) -> Option<Raised> {
    let date = f.day("date");
    let meeting = f.reference("meeting", Target::One(entity::MEETING));
    let by = f.reference("by", Target::Reader);
    let reply = f.prose("reply");
    Some(Raised {
        date: date?,
        meeting,
        by,
        reply,
    })
}

fn handover(f: &Fields<'_>) -> Option<Handover> {
    let a_desk = Target::One(entity::DESK);
    let date = f.day("date");
    let from: Option<DeskId> = f.reference("from", a_desk);
    let to: Option<DeskId> = f.reference("to", a_desk);
    let role = f.word("role", DeskRole::ALL, DeskRole::as_str);
    let reason = f.prose("reason");
    let handover = Handover {
        date: date?,
        from: from?,
        to: to?,
        role: role.unwrap_or(DeskRole::Lead),
        reason,
        entered: None,
    };
    if handover.from == handover.to {
        f.say(
            f.place_of("to"),
            "a desk does not hand over to itself; name another desk in `to`",
        );
    }
    Some(handover)
}

fn mention(f: &Fields<'_>) -> Option<Mention> {
    let date = f.day("date");
    let document = f.reference("document", Target::One(entity::DOCUMENT));
    let paragraph = f.number("paragraph", 1..=99_999);
    let words = f.prose("words");
    let effect = f.word("effect", Effect::ALL, Effect::as_str);
    Some(Mention {
        date: date?,
        document: document?,
        paragraph,
        words: words?,
        effect: effect?,
    })
}

/// Only what has no end lives by review cycles.
fn check_review(f: &Fields<'_>, kind: Option<Kind>) {
    if let (Some(value), Some(kind)) = (f.value("review"), kind)
        && kind != Kind::Standing
    {
        let message = format!(
            "`review` is for standing commitments, and this is a {kind}; leave it out or make it `kind = \"standing\"`"
        );
        f.say(value.place, message);
    }
}

fn check_readers(
    f: &Fields<'_>,
    confidentiality: Confidentiality,
    readers: &[ReaderId],
    lead: Option<&DeskId>,
) {
    let Some(lead) = lead else { return };
    let among = readers.iter().any(|r| r.as_str() == lead.as_str());
    if confidentiality == Confidentiality::Restricted && !among {
        let key = match f.value("readers") {
            Some(_) => "readers",
            None => "confidentiality",
        };
        let message = format!(
            "it is restricted, but its lead desk `{lead}` is not among its readers; add it to `readers`"
        );
        f.say(f.place_of(key), message);
    }
}
