//! The forms on a commitment's own page: the update, the review, a request raised. Each is there for
//! whoever may use it, and for nobody else.

use serde::Serialize;

use crate::acts::working::Worker;
use crate::domain::commitment::{Commitment, Kind};
use crate::domain::reporting::{Complaint, Seen};
use crate::web::forms::{Choice, Complaints, by_field};
use crate::web::pages::my_desk::Card;
use crate::web::report_form::{self, ReportForm, TypedReport};
use crate::web::review_form::{self, ReviewForm, TypedReview};
use crate::web::scene::{Scene, meeting_order};
use crate::web::standing::Standing;
use crate::wording;

/// What was typed into a review, what is the matter with it, and whether somebody was first.
pub type ReviewBack = (TypedReview, Vec<Complaint>, bool);

/// What was typed into the forms and could not be done.
#[derive(Default)]
pub struct Back {
    pub card: Option<Card>,
    pub review: Option<ReviewBack>,
    /// Date, meeting, reply and place.
    pub raised: Option<([String; 4], Vec<Complaint>)>,
}

impl Back {
    pub fn is_empty(&self) -> bool {
        self.card.is_none() && self.review.is_none() && self.raised.is_none()
    }
}

#[derive(Debug, Default, Serialize)]
pub struct Forms {
    pub report: Option<ReportForm>,
    pub review: Option<ReviewForm>,
    pub raise: Option<RaiseForm>,
}

/// A request is raised, or gets its reply.
#[derive(Debug, Serialize)]
pub struct RaiseForm {
    pub reference: String,
    pub seen: String,
    pub date: String,
    pub meetings: Vec<Choice>,
    pub reply: String,
    /// The occasions that have no reply yet: place and words.
    pub unanswered: Vec<Choice>,
    pub complaints: Complaints,
}

pub fn forms(
    scene: &Scene<'_>,
    standing: &Standing,
    worker: &Worker,
    answer: Option<&str>,
    back: &Back,
) -> Forms {
    let commitment: &Commitment = &standing.commitment;
    let rights = scene.rights();
    let reports = commitment.is_open() && rights.may_report(commitment);
    let report = match (&back.card, reports) {
        (_, false) => None,
        (Some(card), _) => {
            let (typed, complaints) = (&card.typed, &card.complaints);
            report_form::form(scene, commitment, worker, typed, complaints, card.overtaken)
        }
        (None, _) => {
            let begun = TypedReport::begun(commitment, worker).answering(answer);
            report_form::form(scene, commitment, worker, &begun, &[], false)
        }
    };
    let today = standing.today;
    let review = match &back.review {
        Some((typed, complaints, overtaken)) => {
            let typed = Some(typed);
            review_form::form(scene, commitment, today, typed, complaints, *overtaken)
        }
        None => review_form::form(scene, commitment, today, None, &[], false),
    };
    Forms {
        report,
        review,
        raise: raise_form(scene, standing, worker, back),
    }
}

fn raise_form(
    scene: &Scene<'_>,
    standing: &Standing,
    worker: &Worker,
    back: &Back,
) -> Option<RaiseForm> {
    let commitment: &Commitment = &standing.commitment;
    let may = commitment.kind == Kind::Request
        && commitment.is_open()
        && scene.rights().may_raise(commitment);
    let by = worker.reader().filter(|_| may)?;
    let nothing = Default::default();
    let ([date, meeting, reply, place], complaints) = match &back.raised {
        Some((typed, complaints)) => (typed, by_field(complaints)),
        None => (&nothing, Complaints::new()),
    };
    Some(RaiseForm {
        reference: commitment.reference.to_string(),
        seen: Seen::of(commitment, &by, None).to_string(),
        date: match date.is_empty() {
            true => standing.today.to_string(),
            false => date.clone(),
        },
        meetings: meetings(scene, commitment, meeting),
        reply: reply.clone(),
        unanswered: unanswered(commitment, place),
        complaints,
    })
}

/// The meetings of its partnership, the latest first.
fn meetings(scene: &Scene<'_>, commitment: &Commitment, chosen: &str) -> Vec<Choice> {
    let of_partnership = scene.directory().meetings.values();
    let mut all: Vec<_> = of_partnership
        .filter(|m| m.partnership == commitment.partnership)
        .collect();
    all.sort_by_key(|m| std::cmp::Reverse(meeting_order(m)));
    let nowhere = Choice {
        value: String::new(),
        text: "Elsewhere".to_owned(),
        chosen: chosen.is_empty(),
    };
    let choice = |m: &&crate::domain::meeting::Meeting| Choice {
        value: m.id.to_string(),
        text: format!("{}, {}", m.name(), wording::date_of_meeting(m)),
        chosen: m.id.as_str() == chosen,
    };
    std::iter::once(nowhere)
        .chain(all.iter().map(choice))
        .collect()
}

fn unanswered(commitment: &Commitment, chosen: &str) -> Vec<Choice> {
    let occasions = commitment.raised.iter().enumerate();
    let open = occasions.filter(|(_, raised)| raised.reply.is_none());
    open.map(|(place, raised)| Choice {
        value: place.to_string(),
        text: format!("raised on {}", wording::day(raised.date)),
        chosen: place.to_string() == chosen,
    })
    .collect()
}
