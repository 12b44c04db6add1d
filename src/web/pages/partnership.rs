//! One partnership: what it is, who coordinates it, its meetings, its commitments by how they press,
//! and its year.

use chrono::Datelike;
use serde::Serialize;

use crate::domain::intake::partnerships_of;
use crate::domain::partnership::Partnership;
use crate::domain::schedule::Schedule;
use crate::web::row::{Link, MarkView, MeetingLine, Row};
use crate::web::say;
use crate::web::scene::{Scene, meeting_order};
use crate::web::standing::Standing;
use crate::web::timeline::{self, Timeline};

/// How many commitments stand on the page.
const LINES: usize = 50;

#[derive(Debug, Serialize)]
pub struct PartnershipPage<'a> {
    pub name: &'a str,
    pub answer: String,
    pub status: Option<&'a str>,
    pub parties: Vec<&'a str>,
    pub desk: Option<Link>,
    pub coordinators: Vec<CoordinatorLine<'a>>,
    pub chairmanship: Option<String>,
    pub counts: Vec<Count>,
    pub meetings: Vec<MeetingLine<'a>>,
    pub rows: Vec<Row<'a>>,
    pub all: Link,
    /// Where its outcome documents are brought in, for whoever keeps its record.
    pub bring: Option<String>,
    pub year: Option<Timeline<'a>>,
}

#[derive(Debug, Serialize)]
pub struct CoordinatorLine<'a> {
    pub party: &'a str,
    pub term: String,
    pub now: bool,
    pub desk: Option<Link>,
}

/// How many commitments stand so, and the list of them.
#[derive(Debug, Serialize)]
pub struct Count {
    pub mark: MarkView,
    pub n: usize,
    pub href: String,
}

/// Where an outcome document of this partnership is brought in, by whoever keeps its record.
pub fn bring(scene: &Scene<'_>, partnership: &Partnership, administrator: bool) -> Option<String> {
    partnerships_of(&scene.rights(), administrator)
        .contains(&partnership.id)
        .then(|| format!("/documents/new?partnership={}", partnership.id))
}

/// Draws one partnership.
pub fn partnership<'a>(scene: &Scene<'a>, partnership: &'a Partnership) -> PartnershipPage<'a> {
    let directory = scene.directory();
    let today = scene.today();
    let open: Vec<&Standing> = scene
        .open()
        .filter(|s| s.commitment.partnership.as_ref() == Some(&partnership.id))
        .collect();
    let tied = scene.tied();
    let mut meetings: Vec<_> = directory
        .meetings
        .values()
        .filter(|m| m.partnership.as_ref() == Some(&partnership.id))
        .collect();
    meetings.sort_by_key(|m| meeting_order(m));
    let desk_link = |id: &crate::domain::ids::DeskId| {
        Link::new(format!("/desks/{id}"), directory.desk_name(id))
    };
    PartnershipPage {
        name: &partnership.name,
        answer: answer(&open),
        status: partnership.status.as_deref(),
        parties: partnership
            .parties
            .iter()
            .map(|p| directory.party_name(p))
            .collect(),
        desk: partnership.desk_on(today).map(desk_link),
        coordinators: partnership
            .coordinators
            .iter()
            .map(|c| CoordinatorLine {
                party: directory.party_name(&c.party),
                term: c.term.to_string(),
                now: c.term.contains(today),
                desk: c.desk.as_ref().map(desk_link),
            })
            .collect(),
        chairmanship: directory.chairmanships.get(&today.year()).map(|chair| {
            let theme = chair.theme.as_ref().map(|t| format!(": “{t}”"));
            let theme = theme.unwrap_or_default();
            let chairs = directory.party_name(&chair.party);
            format!("{chairs} chairs ASEAN in {}{theme}.", chair.year)
        }),
        counts: counts(&open, partnership),
        meetings: meetings
            .into_iter()
            .map(|m| MeetingLine::of(m, today, tied.get(&m.id).copied().unwrap_or(0)))
            .collect(),
        rows: open
            .iter()
            .take(LINES)
            .map(|s| Row::of(s, directory))
            .collect(),
        bring: None,
        all: Link::new(
            format!("/commitments?partnership={}", partnership.id),
            match open.len().saturating_sub(LINES) {
                0 => "In the list, with filters".to_owned(),
                more => format!("and {} more, with filters", say::figures(more)),
            },
        ),
        year: timeline::of_partnership(scene, partnership, &open),
    }
}

fn answer(open: &[&Standing]) -> String {
    let of = |schedule| open.iter().filter(|s| s.schedule == schedule).count();
    let said: Vec<String> = [
        (of(Schedule::Overdue), "overdue"),
        (of(Schedule::DueSoon), "due soon"),
    ]
    .into_iter()
    .filter(|(n, _)| *n > 0)
    .map(|(n, word)| format!("{} {word}", say::figures(n)))
    .collect();
    match (open.len(), said.is_empty()) {
        (0, _) => "Nothing is open.".to_owned(),
        (n, true) => format!("{} open, none of them overdue or due soon.", say::number(n)),
        (n, false) => format!("{} open: {}.", say::number(n), say::list(&said)),
    }
}

fn counts(open: &[&Standing], partnership: &Partnership) -> Vec<Count> {
    let listed = Schedule::ALL.iter().filter(|s| **s != Schedule::Closed);
    listed
        .map(|schedule| Count {
            mark: (*schedule).into(),
            n: open.iter().filter(|s| s.schedule == *schedule).count(),
            href: format!(
                "/commitments?partnership={}&schedule={schedule}",
                partnership.id
            ),
        })
        .collect()
}
