//! The record as it may be handed to a partner: public commitments of the partnerships the partner is in,
//! with their words, deadlines and milestones. How we work at them stays here: updates and what a
//! reviewer made of them, reasons, requests and replies, people, addresses, policies, other desks.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::domain::book::Book;
use crate::domain::commitment::{Commitment, Confidentiality, Lifecycle, Promise, Revision};
use crate::domain::desk::Desk;
use crate::domain::directory::Directory;
use crate::domain::document::Document;
use crate::domain::habits::Habits;
use crate::domain::ids::{CommitmentRef, DocumentId, MeetingId, PartyId};
use crate::domain::partnership::{Coordinator, Partnership};
use crate::domain::policy::PolicyOverride;

/// What of a book may be handed to a party. It is a sound record by itself.
pub fn for_partner(book: &Book, party: &PartyId) -> Book {
    let directory = &book.directory;
    let is_theirs = |commitment: &Commitment| {
        let partnership = commitment.partnership.as_ref();
        let partnership = partnership.and_then(|id| directory.partnerships.get(id));
        commitment.confidentiality == Confidentiality::Public
            && commitment.state != Lifecycle::Proposed
            && (partnership.is_some_and(|p| p.parties.contains(party))
                || commitment.obligors.contains(party)
                || commitment.beneficiaries.contains(party))
    };
    let kept = book.commitments.values().filter(|c| is_theirs(c));
    let kept: BTreeMap<&CommitmentRef, &Arc<Commitment>> =
        kept.map(|c| (&c.reference, c)).collect();
    let commitments = kept.iter().map(|(reference, commitment)| {
        let follows = commitment.follows.as_ref().filter(|r| kept.contains_key(r));
        let told = told(commitment, follows.cloned());
        ((*reference).clone(), Arc::new(told))
    });
    let commitments: BTreeMap<CommitmentRef, Arc<Commitment>> = commitments.collect();
    let cited = commitments.values();
    let cited: BTreeSet<_> = cited.filter_map(|c| c.promise.document.as_ref()).collect();
    let documents = book.documents.iter().filter(|(id, _)| cited.contains(id));
    let documents: BTreeMap<_, _> = documents
        .map(|(id, document)| (id.clone(), Arc::new(named(document))))
        .collect();
    let directory = named_in(directory, &commitments, &documents);
    Book {
        directory: Arc::new(directory),
        documents,
        commitments,
    }
}

/// A commitment without how we work at it. Every part is named, so that whoever adds one says here
/// whether a partner is told.
fn told(commitment: &Commitment, follows: Option<CommitmentRef>) -> Commitment {
    let Commitment {
        reference,
        title,
        partnership,
        meeting,
        promise: Promise {
            words,
            document,
            paragraph,
        },
        kind,
        strength,
        obligors,
        beneficiaries,
        instruments,
        sector,
        lead,
        cooperating: _,
        confidentiality,
        readers: _,
        follows: _,
        snoozed: _,
        opened,
        deadline,
        review,
        state,
        closed,
        verified: _,
        milestones,
        updates: _,
        revisions,
        raised: _,
        handovers: _,
        mentions: _,
        policy: _,
    } = commitment;
    let revisions = revisions.iter().map(|revision| Revision {
        reason: None,
        by: None,
        approved: None,
        ..revision.clone()
    });
    Commitment {
        reference: reference.clone(),
        title: title.clone(),
        partnership: partnership.clone(),
        meeting: meeting.clone(),
        promise: Promise {
            words: words.clone(),
            document: document.clone(),
            paragraph: *paragraph,
        },
        kind: *kind,
        strength: *strength,
        obligors: obligors.clone(),
        beneficiaries: beneficiaries.clone(),
        instruments: instruments.clone(),
        sector: sector.clone(),
        lead: lead.clone(),
        cooperating: Vec::new(),
        confidentiality: *confidentiality,
        readers: Vec::new(),
        follows,
        snoozed: None,
        opened: *opened,
        deadline: deadline.clone(),
        review: *review,
        state: *state,
        closed: *closed,
        verified: None,
        milestones: milestones.clone(),
        updates: Vec::new(),
        revisions: revisions.collect(),
        raised: Vec::new(),
        handovers: Vec::new(),
        // What a later document makes of it is our reading.
        mentions: Vec::new(),
        policy: PolicyOverride::default(),
    }
}

/// A document by its name: its text is the issuer's to hand on.
fn named(document: &Document) -> Document {
    Document {
        text: None,
        sha256: None,
        ..document.clone()
    }
}

/// What the commitments and their documents name, and nothing beside it.
fn named_in(
    directory: &Directory,
    commitments: &BTreeMap<CommitmentRef, Arc<Commitment>>,
    documents: &BTreeMap<DocumentId, Arc<Document>>,
) -> Directory {
    let commitments = || commitments.values().map(Arc::as_ref);
    let meetings: BTreeSet<&MeetingId> = commitments()
        .flat_map(meetings_of)
        .chain(documents.values().filter_map(|d| d.meeting.as_ref()))
        .collect();
    let meetings = kept(&directory.meetings, |id| meetings.contains(id));
    let partnerships: BTreeSet<_> = commitments()
        .filter_map(|c| c.partnership.as_ref())
        .chain(meetings.values().filter_map(|m| m.partnership.as_ref()))
        .collect();
    let partnerships = kept(&directory.partnerships, |id| partnerships.contains(id));
    let partnerships: BTreeMap<_, _> = partnerships
        .into_iter()
        .map(|(id, partnership)| (id, told_of(partnership)))
        .collect();
    let desks: BTreeSet<_> = commitments().map(|c| &c.lead).collect();
    let desks = kept(&directory.desks, |id| desks.contains(id));
    let desks: BTreeMap<_, _> = desks
        .into_iter()
        .map(|(id, desk)| (id, only_named(desk)))
        .collect();
    let calendars: BTreeSet<_> = desks.values().map(|d| &d.calendar).collect();
    let instruments: BTreeSet<_> = commitments().flat_map(|c| &c.instruments).collect();
    let chairmanships = directory.chairmanships.clone();
    let parties: BTreeSet<&PartyId> = commitments()
        .flat_map(|c| c.obligors.iter().chain(&c.beneficiaries))
        .chain(desks.values().filter_map(|d| d.party.as_ref()))
        .chain(documents.values().filter_map(|d| d.issuer.as_ref()))
        .chain(partnerships.values().flat_map(|p| &p.parties))
        .chain(
            partnerships
                .values()
                .flat_map(|p| p.coordinators.iter().map(|c| &c.party)),
        )
        .chain(chairmanships.values().map(|c| &c.party))
        .collect();
    Directory {
        calendars: kept(&directory.calendars, |id| calendars.contains(id)),
        parties: kept(&directory.parties, |id| parties.contains(id)),
        instruments: kept(&directory.instruments, |id| instruments.contains(id)),
        chairmanships,
        meetings,
        partnerships,
        desks,
        ..Directory::default()
    }
}

fn kept<K: Ord + Clone, V: Clone>(
    things: &BTreeMap<K, V>,
    is_kept: impl Fn(&K) -> bool,
) -> BTreeMap<K, V> {
    let these = things.iter().filter(|(id, _)| is_kept(id));
    these
        .map(|(id, thing)| (id.clone(), thing.clone()))
        .collect()
}

/// The meetings a commitment came from or hangs on.
fn meetings_of(commitment: &Commitment) -> impl Iterator<Item = &MeetingId> {
    let steps = commitment.milestones.iter();
    let steps = steps.filter_map(|m| m.deadline.as_ref());
    let revised = commitment.revisions.iter();
    let revised = revised.flat_map(|r| r.from.iter().chain(&r.to));
    let deadlines = commitment.deadline.iter().chain(steps).chain(revised);
    let hung_on = deadlines.filter_map(|deadline| deadline.meeting());
    commitment.meeting.iter().chain(hung_on)
}

fn told_of(partnership: Partnership) -> Partnership {
    let coordinators = partnership.coordinators.into_iter();
    Partnership {
        desk: None,
        coordinators: coordinators
            .map(|coordinator| Coordinator {
                desk: None,
                ..coordinator
            })
            .collect(),
        policy: PolicyOverride::default(),
        ..partnership
    }
}

/// A desk without its people, its address and its habits.
fn only_named(desk: Desk) -> Desk {
    Desk {
        email: None,
        head: None,
        som_leader: None,
        officers: Vec::new(),
        through: None,
        habits: Habits::default(),
        ends: None,
        successor: None,
        ..desk
    }
}
