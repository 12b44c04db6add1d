//! What an earlier meeting left open and a proposal resembles: it is offered to be continued by the
//! proposal, in the step that accepts it.

use serde::Serialize;

use crate::acts::carrying::{Standing, standing};
use crate::domain::commitment::Commitment;
use crate::domain::ids::ReaderId;
use crate::domain::reporting::Seen;
use crate::intake::matching::Like;
use crate::intake::review::Intake;
use crate::web::pages::carrying::waiting;
use crate::web::row::Link;
use crate::web::say;
use crate::web::scene::Scene;

#[derive(Debug, Serialize)]
pub struct Older {
    pub link: Link,
    pub reference: String,
    /// Why it is taken for one that goes on here.
    pub why: String,
    /// Which one, and what this page saw of it.
    pub about: String,
    /// The SOM leader decides on it.
    pub proposes: bool,
}

/// The one that a proposal resembles most, of those that this viewer may carry forward. Nothing is
/// carried forward before the document is on record as that of a meeting.
pub fn older(scene: &Scene<'_>, intake: &Intake, alike: &[Like]) -> Option<Older> {
    intake.document.as_ref().and(intake.meeting.as_ref())?;
    let mut known = alike
        .iter()
        .filter_map(|like| Some((scene.commitment(like.reference.as_str())?, like)));
    known.find_map(|(commitment, like)| one(scene, commitment, like))
}

fn one(scene: &Scene<'_>, commitment: &Commitment, like: &Like) -> Option<Older> {
    use crate::domain::access::Viewer;
    let Viewer::Person(person) = scene.viewer else {
        return None;
    };
    let by: ReaderId = person.into();
    let proposes = standing(&scene.rights(), commitment)? == Standing::Proposes;
    if !commitment.is_open() || proposes && waiting(scene, commitment).is_some() {
        return None;
    }
    let reference = &commitment.reference;
    let seen = Seen::of(commitment, &by, None);
    Some(Older {
        link: Link::new(
            format!("/commitments/{reference}"),
            format!("{reference} {}", commitment.title),
        ),
        why: say::sentence(&like.why),
        about: format!("{reference} {seen}"),
        reference: reference.to_string(),
        proposes,
    })
}
