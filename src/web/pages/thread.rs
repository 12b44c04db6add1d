//! What was added to a commitment over time: progress updates with what the reviewer made of them,
//! changed dates, handovers from desk to desk, occasions on which a request was raised, later documents that say it
//! again. Each list has the latest first.

use serde::Serialize;

use crate::domain::commitment::{Commitment, DeskRole, Handover, Mention, Raised, Revision};
use crate::domain::deadline::Deadline;
use crate::domain::directory::Directory;
use crate::domain::ids::{DeskId, ReaderId};
use crate::domain::progress::{Extension, Update, UpdateState};
use crate::domain::reporting::FILE;
use crate::web::row::{Link, MarkView, confidence_mark, document_page};
use crate::web::say;
use crate::web::scene::Scene;
use crate::wording;

/// A progress update, and what became of it.
#[derive(Debug, Serialize)]
pub struct UpdateView<'a> {
    pub date: String,
    pub by: &'a str,
    /// Who gave it, in the desk's name.
    pub given: Option<&'a str>,
    pub reported: &'static str,
    pub confidence: Option<MarkView>,
    pub text: Option<&'a str>,
    pub evidence: Vec<Evidence<'a>>,
    pub state: &'static str,
    pub class: &'static str,
    /// Who decides, or who decided and when.
    pub review: Option<String>,
    pub words: Option<&'a str>,
    pub ask: Option<&'a str>,
    pub next: Option<&'a str>,
    /// `a new date, November 2025`
    pub wants: Option<String>,
    /// The reviewer's own confidence.
    pub assessed: Option<MarkView>,
}

/// A piece of evidence; only web addresses and files kept here become links.
#[derive(Debug, Serialize)]
pub struct Evidence<'a> {
    pub text: &'a str,
    pub href: Option<String>,
}

impl<'a> Evidence<'a> {
    fn of(text: &'a str, commitment: &Commitment) -> Self {
        if let Some((id, name)) = text.strip_prefix(FILE).and_then(|f| f.split_once('/')) {
            let href = format!("/commitments/{}/evidence/{id}", commitment.reference);
            return Self {
                text: name,
                href: Some(href),
            };
        }
        let is_address = text.starts_with("https://") || text.starts_with("http://");
        Self {
            text,
            href: is_address.then(|| text.to_owned()),
        }
    }
}

/// A changed date.
#[derive(Debug, Serialize)]
pub struct RevisionView<'a> {
    pub date: String,
    pub milestone: Option<&'a str>,
    pub from: String,
    pub to: String,
    pub reason: Option<&'a str>,
    pub people: Option<String>,
}

/// One occasion on which a request was raised.
#[derive(Debug, Serialize)]
pub struct RaisedView<'a> {
    pub date: String,
    pub meeting: Option<Link>,
    pub by: Option<&'a str>,
    pub reply: Option<&'a str>,
}

/// The updates this viewer may read.
pub fn updates<'a>(scene: &Scene<'a>, commitment: &'a Commitment) -> Vec<UpdateView<'a>> {
    let directory = scene.directory();
    let updates = commitment.updates.iter().rev();
    let updates = updates.filter(|u| scene.may_read_update(u, commitment));
    updates
        .map(|update| UpdateView {
            date: wording::day(update.date),
            by: update
                .by
                .as_ref()
                .map_or("the desk", |by| directory.reader_name(by)),
            given: update.given.as_deref(),
            reported: wording::reported(update.reported),
            confidence: update.confidence.map(confidence_mark),
            text: update.text.as_deref(),
            evidence: update
                .evidence
                .iter()
                .map(|text| Evidence::of(text, commitment))
                .collect(),
            state: wording::update_state(update.state),
            class: update.state.as_str(),
            review: review(scene, commitment, update),
            words: update.words.as_deref(),
            ask: update.ask.as_deref(),
            next: update.next.as_deref(),
            wants: update.extension.as_ref().map(|e| wants(e, directory)),
            assessed: update.assessed.map(confidence_mark),
        })
        .collect()
}

fn wants(extension: &Extension, directory: &Directory) -> String {
    let to = wording::deadline(&extension.to, directory);
    match &extension.milestone {
        Some(title) => format!("a new date for “{title}”, {to}"),
        None => format!("a new date, {to}"),
    }
}

fn review(scene: &Scene<'_>, commitment: &Commitment, update: &Update) -> Option<String> {
    let directory = scene.directory();
    let name = |reader: ReaderId| directory.reader_name(&reader).to_owned();
    match update.state {
        UpdateState::Draft => None,
        UpdateState::Submitted => {
            let reviewers = scene.rights().reviewers(commitment, update);
            Some(match reviewers.first() {
                Some(person) => format!("{} decides", name((*person).into())),
                None => "nobody holds the office that decides".to_owned(),
            })
        }
        UpdateState::Accepted | UpdateState::Returned => {
            let on = update
                .reviewed
                .map(|day| format!("on {}", wording::day(day)));
            let by = update.reviewer.clone().map(|by| format!("by {}", name(by)));
            let both: Vec<String> = on.into_iter().chain(by).collect();
            (!both.is_empty()).then(|| both.join(" "))
        }
    }
}

pub fn revisions<'a>(commitment: &'a Commitment, directory: &Directory) -> Vec<RevisionView<'a>> {
    let words = |deadline: &Option<Deadline>| match deadline {
        Some(deadline) => wording::deadline(deadline, directory),
        None => "no deadline".to_owned(),
    };
    let view = |revision: &'a Revision| RevisionView {
        date: wording::day(revision.date),
        milestone: revision.milestone.as_deref(),
        from: words(&revision.from),
        to: words(&revision.to),
        reason: revision.reason.as_deref(),
        people: people(revision, directory),
    };
    commitment.revisions.iter().rev().map(view).collect()
}

fn people(revision: &Revision, directory: &Directory) -> Option<String> {
    let asked = revision.by.as_ref();
    let asked = asked.map(|by| format!("asked by {}", directory.reader_name(by)));
    let approved = revision.approved.as_ref();
    let approved = approved.map(|by| format!("approved by {}", directory.reader_name(by)));
    let both: Vec<String> = asked.into_iter().chain(approved).collect();
    (!both.is_empty()).then(|| both.join(", "))
}

/// How a commitment, or a cooperating place in it, came to another desk.
#[derive(Debug, Serialize)]
pub struct HandoverView {
    pub date: String,
    /// `The ASEAN-U.S. desk passed the lead to the Americas desk`
    pub words: String,
    pub reason: Option<String>,
}

pub fn handovers(commitment: &Commitment, directory: &Directory) -> Vec<HandoverView> {
    let desk = |id: &DeskId| wording::with_article(directory.desk_name(id));
    let view = |handover: &Handover| {
        let what = match handover.role {
            DeskRole::Lead => "the lead",
            DeskRole::Cooperating => "its place",
        };
        let words = format!(
            "{} passed {what} to {}",
            desk(&handover.from),
            desk(&handover.to)
        );
        HandoverView {
            date: wording::day(handover.date),
            words: say::sentence(&words),
            reason: handover.reason.as_deref().map(say::sentence),
        }
    };
    commitment.handovers.iter().rev().map(view).collect()
}

/// A later document that says the promise again.
#[derive(Debug, Serialize)]
pub struct MentionView<'a> {
    pub date: String,
    /// `says it more strongly`
    pub effect: &'static str,
    pub document: &'a str,
    /// Where the document can be read.
    pub href: Option<String>,
    pub paragraph: Option<u32>,
    pub words: &'a str,
}

pub fn mentions<'a>(scene: &Scene<'a>, commitment: &'a Commitment) -> Vec<MentionView<'a>> {
    let view = |mention: &'a Mention| {
        let document = scene.book.document(mention.document.as_str());
        MentionView {
            date: wording::day(mention.date),
            effect: wording::effect(mention.effect),
            document: document.map_or(mention.document.as_str(), |d| &d.title),
            href: document.map(document_page),
            paragraph: mention.paragraph,
            words: &mention.words,
        }
    };
    commitment.mentions.iter().rev().map(view).collect()
}

pub fn raised<'a>(commitment: &'a Commitment, directory: &'a Directory) -> Vec<RaisedView<'a>> {
    let view = |raised: &'a Raised| RaisedView {
        date: wording::day(raised.date),
        meeting: raised
            .meeting
            .as_ref()
            .and_then(|id| directory.meetings.get(id))
            .map(Link::meeting),
        by: raised.by.as_ref().map(|by| directory.reader_name(by)),
        reply: raised.reply.as_deref(),
    };
    commitment.raised.iter().rev().map(view).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::domain::access::Viewer;
    use crate::domain::commitment::Confidentiality;
    use crate::web::testing::{MONDAY, World, first_book, person};

    /// What viewers read of the updates of PREP-03, with its one update changed.
    fn read_by(viewer: Viewer, change: impl Fn(&mut Update)) -> usize {
        let mut book = first_book();
        let mut commitment = book.commitments["PREP-03"].as_ref().clone();
        commitment.updates.iter_mut().for_each(change);
        let reference = commitment.reference.clone();
        book.commitments
            .insert(reference.clone(), Arc::new(commitment));
        let world = World::of(book, viewer, MONDAY);
        let scene = world.scene();
        let known = scene.commitment(reference.as_str());
        updates(&scene, known.expect("it is for everybody")).len()
    }

    #[test]
    fn an_update_may_be_more_confidential_than_what_it_is_about() {
        let restricted = |u: &mut Update| u.confidentiality = Confidentiality::Restricted;
        assert_eq!(read_by(person("officer-cyber"), |_| {}), 1);
        assert_eq!(read_by(person("officer-cyber"), restricted), 0);
    }

    #[test]
    fn a_draft_is_for_those_who_write_it() {
        let draft = |u: &mut Update| u.state = UpdateState::Draft;
        assert_eq!(read_by(person("officer-economic"), draft), 1);
        assert_eq!(read_by(person("head-economic"), draft), 0);
        assert_eq!(read_by(Viewer::Operator, draft), 0);
    }
}
