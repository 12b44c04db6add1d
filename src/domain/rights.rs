//! Who may do what to the record. Rights follow from the offices people hold on it, and from nothing
//! else: an officer reports for their desk, its head clears routine updates, the SOM leader decides
//! on closures, new dates and bad news, and whoever coordinates a partnership keeps its meetings.
//! REMINDING, Reviewer.
//!
//! What somebody may not read they may not act upon either: every right asks
//! [`may_read`] first. While a person is away, their deputy acts for them.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};

use super::access::{Viewer, may_read, may_read_update};
use super::commitment::Commitment;
use super::desk::Desk;
use super::directory::Directory;
use super::ids::{DeskId, PartnershipId, PersonId};
use super::meeting::Meeting;
use super::progress::Update;

/// Somebody's rights at an instant (by the business clock): terms and absences have days.
#[derive(Debug, Clone, Copy)]
pub struct Rights<'a> {
    pub viewer: &'a Viewer,
    pub directory: &'a Directory,
    pub now: DateTime<Utc>,
}

impl<'a> Rights<'a> {
    /// Reports for the desk that answers for the commitment: its officers, its head, its SOM leader,
    /// and the desk's own mailbox. A body outside is answered for by the desk it is reached
    /// `through`.
    pub fn may_report(&self, commitment: &Commitment) -> bool {
        self.reads(commitment)
            && self
                .desks_that_answer(commitment)
                .into_iter()
                .any(|desk| self.is_of(desk))
    }

    /// Decides on an update: one of its [reviewers](Self::reviewers), but not on their own where
    /// there is another.
    pub fn may_review(&self, commitment: &Commitment, update: &Update) -> bool {
        let reviewers = self.reviewers(commitment, update);
        let another = || reviewers.iter().any(|reviewer| !self.is_me(reviewer));
        may_read_update(self.viewer, update, commitment, self.directory)
            && reviewers.iter().any(|reviewer| self.acts_for(reviewer))
            && !(self.wrote(update) && another())
    }

    /// The people whose office it is to decide on an update, the first to be asked first: the head
    /// for routine, with the SOM leaders behind; the SOM leaders alone for the rest, and the head
    /// only where there is none.
    pub fn reviewers(&self, commitment: &Commitment, update: &Update) -> Vec<&'a PersonId> {
        let leaders = self.som_leaders(commitment);
        let head = self.head(commitment);
        let mut reviewers: Vec<&PersonId> = Vec::new();
        if !update.wants_som_leader() || leaders.is_empty() {
            reviewers.extend(head);
        }
        for leader in leaders {
            if !reviewers.contains(&leader) {
                reviewers.push(leader);
            }
        }
        reviewers
    }

    /// Whether it is this viewer who is asked to decide: of routine the head alone, while the SOM
    /// leader may step in; an author's own goes to the next.
    pub fn is_asked(&self, commitment: &Commitment, update: &Update) -> bool {
        let reviewers = self.reviewers(commitment, update);
        let wrote = |person: &PersonId| {
            let by = update.by.as_ref();
            by.is_some_and(|by| by.as_str() == person.as_str())
        };
        let others = reviewers.iter().filter(|person| !wrote(person));
        let first = others.copied().next().or(reviewers.first().copied());
        self.may_review(commitment, update)
            && (update.wants_som_leader() || first.is_some_and(|person| self.acts_for(person)))
    }

    /// Says what was verified: whoever decides on updates of the commitment, routine or not.
    pub fn may_verify(&self, commitment: &Commitment) -> bool {
        let head = self.head(commitment).into_iter();
        self.reads(commitment)
            && head
                .chain(self.som_leaders(commitment))
                .any(|person| self.acts_for(person))
    }

    /// Ends a commitment: met, discontinued, withdrawn, carried forward.
    pub fn may_close(&self, commitment: &Commitment) -> bool {
        self.decides(commitment)
    }

    /// Proposes to the SOM leader what becomes of a commitment at a later meeting: whoever coordinates
    /// its partnership and so keeps what its meetings adopt.
    pub fn may_propose_outcome(&self, commitment: &Commitment) -> bool {
        self.reads(commitment) && self.coordinates_for(commitment)
    }

    /// Gives a new date, whether a desk asked for it or not.
    pub fn may_redate(&self, commitment: &Commitment) -> bool {
        self.decides(commitment)
    }

    /// Writes down that a request was raised with the partner, and what came back: the desk, and
    /// whoever coordinates the partnership.
    pub fn may_raise(&self, commitment: &Commitment) -> bool {
        self.may_report(commitment) || (self.reads(commitment) && self.coordinates_for(commitment))
    }

    fn coordinates_for(&self, commitment: &Commitment) -> bool {
        let partnership = commitment.partnership.as_ref();
        partnership.is_some_and(|id| self.coordinates(id))
    }

    /// Moves a meeting: whoever coordinates its partnership, and an administrator.
    pub fn may_move_meeting(&self, meeting: &Meeting, administrator: bool) -> bool {
        self.may_edit_record(meeting.partnership.as_ref(), administrator)
    }

    /// Edits what is on record of a partnership (for `None`: what belongs to none): whoever
    /// coordinates it, and an administrator.
    pub fn may_edit_record(
        &self,
        partnership: Option<&PartnershipId>,
        administrator: bool,
    ) -> bool {
        administrator || partnership.is_some_and(|id| self.coordinates(id))
    }

    /// Whether the viewer belongs to the partnership's desk, or to that of a coordinator whose term
    /// covers today.
    pub fn coordinates(&self, partnership: &PartnershipId) -> bool {
        let Some(partnership) = self.directory.partnerships.get(partnership) else {
            return false;
        };
        let today = self.today();
        let term = partnership.coordinators.iter();
        let term = term.filter(|c| c.term.contains(today));
        let mut desks = partnership
            .desk
            .iter()
            .chain(term.filter_map(|c| c.desk.as_ref()));
        desks.any(|id| self.desk(id).is_some_and(|desk| self.is_of(desk)))
    }

    /// Whether the viewer is this person, or heads a desk they are of.
    pub fn leads(&self, person: &str) -> bool {
        let Viewer::Person(me) = self.viewer else {
            return false;
        };
        let mut desks = self.directory.desks.values();
        me.as_str() == person
            || desks.any(|desk| {
                desk.head.as_ref().is_some_and(|head| self.acts_for(head))
                    && desk
                        .officers
                        .iter()
                        .any(|officer| officer.as_str() == person)
            })
    }

    /// Whether the viewer wrote the update, by themselves or in their desk's name.
    pub fn wrote(&self, update: &Update) -> bool {
        let Viewer::Person(me) = self.viewer else {
            return false;
        };
        let named = || {
            let me = self.directory.people.get(me);
            me.is_some_and(|me| update.given.as_deref() == Some(me.name.as_str()))
        };
        update
            .by
            .as_ref()
            .is_some_and(|by| by.as_str() == me.as_str())
            || named()
    }

    /// Desks, and those bodies outside that are reached through one of them.
    pub fn with_those_reached_through(&self, mut desks: BTreeSet<DeskId>) -> BTreeSet<DeskId> {
        loop {
            let known = desks.len();
            let reached = self
                .directory
                .desks
                .values()
                .filter(|desk| desk.through.as_ref().is_some_and(|id| desks.contains(id)));
            let reached: Vec<DeskId> = reached.map(|desk| desk.id.clone()).collect();
            desks.extend(reached);
            if desks.len() == known {
                return desks;
            }
        }
    }

    /// The SOM leaders of the desk and of the partnership; the head, where there is none.
    fn decides(&self, commitment: &Commitment) -> bool {
        let leaders = self.som_leaders(commitment);
        let head = self.head(commitment).filter(|_| leaders.is_empty());
        self.reads(commitment)
            && leaders
                .into_iter()
                .chain(head)
                .any(|person| self.acts_for(person))
    }

    fn reads(&self, commitment: &Commitment) -> bool {
        may_read(self.viewer, commitment, self.directory)
    }

    fn desk(&self, id: &DeskId) -> Option<&'a Desk> {
        self.directory.desks.get(id)
    }

    /// The lead desk, and the desks it is reached through.
    fn desks_that_answer(&self, commitment: &Commitment) -> Vec<&'a Desk> {
        self.directory.desks_answering_for(&commitment.lead)
    }

    fn head(&self, commitment: &Commitment) -> Option<&'a PersonId> {
        let mut desks = self.desks_that_answer(commitment).into_iter();
        desks.find_map(|desk| desk.head.as_ref())
    }

    /// The SOM leader of the lead desk first, then that of the partnership's desk.
    fn som_leaders(&self, commitment: &Commitment) -> Vec<&'a PersonId> {
        let mut desks = self.desks_that_answer(commitment).into_iter();
        let own = desks.find_map(|desk| desk.som_leader.as_ref());
        let partnership = commitment.partnership.as_ref();
        let partnership = partnership.and_then(|id| self.directory.partnerships.get(id));
        let of_partnership = partnership
            .and_then(|p| p.desk_on(self.today()))
            .and_then(|id| self.desk(id)?.som_leader.as_ref());
        let mut leaders: Vec<&PersonId> = own.into_iter().collect();
        leaders.extend(of_partnership.filter(|leader| Some(*leader) != own));
        leaders
    }

    /// Whether the viewer is of a desk: its mailbox, an officer, or in one of its offices.
    pub fn is_of(&self, desk: &Desk) -> bool {
        match self.viewer {
            Viewer::Operator | Viewer::Guest(_) | Viewer::Stranger => false,
            Viewer::Desk(id) => *id == desk.id,
            Viewer::Person(person) => {
                let mut offices = desk.head.iter().chain(&desk.som_leader);
                desk.officers.contains(person) || offices.any(|holder| self.acts_for(holder))
            }
        }
    }

    fn is_me(&self, person: &PersonId) -> bool {
        matches!(self.viewer, Viewer::Person(me) if me == person)
    }

    /// Whether the viewer is this person, or stands in for them today: their deputy while they are
    /// away, else the deputy's.
    fn acts_for(&self, holder: &PersonId) -> bool {
        let mut passed: Vec<&PersonId> = Vec::new();
        let mut at = holder;
        loop {
            if self.is_me(at) {
                return true;
            }
            passed.push(at);
            let hours = self.directory.person_hours(at);
            let day = self.now.with_timezone(&hours.zone).date_naive();
            match hours.absence_on(day).and_then(|away| away.deputy.as_ref()) {
                Some(deputy) if !passed.contains(&deputy) => at = deputy,
                _ => return false,
            }
        }
    }

    fn today(&self) -> NaiveDate {
        let zone = self.directory.house_zone();
        self.now.with_timezone(&zone).date_naive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::access::may_read_update;
    use crate::domain::book::Book;
    use crate::record;

    const HOUSE: &str = r#"
schema = 1
calendar = [{ id = "kh", name = "Phnom Penh", timezone = "Asia/Phnom_Penh" }]
party = [{ id = "us", name = "U.S.", kind = "partner" }, { id = "kh", name = "Cambodia", kind = "state" }]
person = [
  { id = "officer", name = "Officer" }, { id = "head", name = "Head" }, { id = "som", name = "SOM" },
  { id = "deputy", name = "Deputy" }, { id = "other", name = "Other" }, { id = "keeper", name = "Keeper" },
  { id = "keeper-som", name = "Keeper's SOM" }, { id = "helper", name = "Helper" },
]
desk = [
  { id = "lead", name = "Lead", calendar = "kh", head = "head", som_leader = "som", officers = ["officer"] },
  { id = "with", name = "With", calendar = "kh", officers = ["helper"] },
  { id = "keeping", name = "Keeping", calendar = "kh", som_leader = "keeper-som", officers = ["keeper"] },
  { id = "outside", name = "Outside", calendar = "kh", through = "lead" },
]
partnership = [{ id = "asean-us", name = "ASEAN-U.S.", coordinators = [{ party = "kh", term = "2025-2026", desk = "keeping" }] }]
meeting = [{ id = "pmc", partnership = "asean-us", series = "PMC" }]
absence = [{ person = "head", from = "2025-06-02", until = "2025-06-06", deputy = "deputy" }]
"#;

    fn book(of_commitment: &str) -> Book {
        let text = format!(
            "{HOUSE}[[commitment]]\nref = \"C\"\ntitle = \"C\"\npromise = \"will\"\nopened = \"2025-04-01\"\n\
             kind = \"deliverable\"\npartnership = \"asean-us\"\ncooperating = [\"with\"]\n{of_commitment}"
        );
        record::read_text("record.toml", &text).expect("a sound record")
    }

    const OURS: &str = "lead = \"lead\"\n";

    fn viewer(name: &str) -> Viewer {
        match name {
            "operator" => Viewer::Operator,
            "lead" | "with" | "outside" => Viewer::Desk(name.parse().unwrap()),
            person => Viewer::Person(person.parse().unwrap()),
        }
    }

    /// 2 June 2025 is a Monday on which the head is away; a week before she is there.
    const AWAY: &str = "2025-06-02T02:00:00Z";
    const THERE: &str = "2025-05-26T02:00:00Z";

    /// `report review decide raise meet`, a letter each: what somebody may do. Review is of a routine
    /// update by the officer. Whoever keeps the meetings proposes what becomes of what they read.
    fn may(book: &Book, name: &str, now: &str) -> String {
        let viewer = viewer(name);
        let rights = Rights {
            viewer: &viewer,
            directory: &book.directory,
            now: now.parse().unwrap(),
        };
        let commitment = book.commitment("C").unwrap();
        let update = commitment.updates.first().unwrap();
        let meeting = &book.directory.meetings["pmc"];
        let decides = rights.may_close(commitment);
        assert_eq!(decides, rights.may_redate(commitment));
        let keeps = rights.may_move_meeting(meeting, false);
        let reads = may_read(&viewer, commitment, &book.directory);
        assert_eq!(rights.may_propose_outcome(commitment), keeps && reads);
        [
            ('r', rights.may_report(commitment)),
            ('v', rights.may_review(commitment, update)),
            ('d', decides),
            ('a', rights.may_raise(commitment)),
            ('m', rights.may_move_meeting(meeting, false)),
        ]
        .map(|(letter, may)| if may { letter } else { '-' })
        .iter()
        .collect()
    }

    const ROUTINE: &str = "[[commitment.update]]\ndate = \"2025-05-20\"\nby = \"officer\"\nreported = \"ongoing\"\nstate = \"submitted\"\n";

    #[test]
    fn each_role_has_its_acts() {
        let ours = book(&format!("{OURS}{ROUTINE}"));
        for (name, there, away) in [
            ("officer", "r--a-", "r--a-"),
            ("head", "rv-a-", "rv-a-"),
            ("deputy", "-----", "rv-a-"),
            ("som", "rvda-", "rvda-"),
            ("helper", "-----", "-----"),
            ("keeper", "---am", "---am"),
            ("keeper-som", "-vdam", "-vdam"),
            ("other", "-----", "-----"),
            ("operator", "-----", "-----"),
            ("lead", "r--a-", "r--a-"),
            ("with", "-----", "-----"),
        ] {
            assert_eq!(may(&ours, name, THERE), there, "{name}");
            assert_eq!(may(&ours, name, AWAY), away, "{name}, the head away");
        }
    }

    #[test]
    fn a_som_leader_is_not_asked_about_routine() {
        let asked = |book: &Book, name: &str| {
            let viewer = viewer(name);
            let rights = Rights {
                viewer: &viewer,
                directory: &book.directory,
                now: THERE.parse().unwrap(),
            };
            let commitment = book.commitment("C").unwrap();
            rights.is_asked(commitment, &commitment.updates[0])
        };
        let routine = book(&format!("{OURS}{ROUTINE}"));
        assert!(asked(&routine, "head") && !asked(&routine, "som"));
        let of_head = ROUTINE.replace("\"officer\"", "\"head\"");
        let of_head = book(&format!("{OURS}{of_head}"));
        assert!(!asked(&of_head, "head") && asked(&of_head, "som"));
        let done = ROUTINE.replace("\"ongoing\"", "\"completed\"");
        let done = book(&format!("{OURS}{done}"));
        assert!(!asked(&done, "head") && asked(&done, "som"));
    }

    #[test]
    fn closures_new_dates_and_bad_news_are_for_the_som_leader() {
        for line in [
            "reported = \"completed\"",
            "reported = \"discontinued\"",
            "reported = \"ongoing\"\nconfidence = \"red\"",
            "reported = \"ongoing\"\nask = \"May we?\"",
            "reported = \"ongoing\"\nextension = { to = \"August 2025\" }",
        ] {
            let update = ROUTINE.replace("reported = \"ongoing\"", line);
            let book = book(&format!("{OURS}{update}"));
            assert_eq!(may(&book, "head", THERE), "r--a-", "{line}");
            assert_eq!(may(&book, "som", THERE), "rvda-", "{line}");
        }
    }

    #[test]
    fn nobody_decides_on_their_own_where_there_is_another() {
        let by = |who: &str| ROUTINE.replace("by = \"officer\"", who);
        let of_head = book(&format!("{OURS}{}", by("by = \"head\"")));
        assert_eq!(may(&of_head, "head", THERE), "r--a-");
        assert_eq!(may(&of_head, "som", THERE), "rvda-");
        let named = book(&format!("{OURS}{}", by("by = \"lead\"\ngiven = \"Head\"")));
        assert_eq!(may(&named, "head", THERE), "r--a-", "in the desk's name");
        let of_leader = by("by = \"som\"").replace("\"ongoing\"", "\"completed\"");
        let of_leader = book(&format!("{OURS}{of_leader}"));
        assert_eq!(may(&of_leader, "som", THERE), "r-da-");
        assert_eq!(may(&of_leader, "keeper-som", THERE), "-vdam");
        let alone = format!("lead = \"with\"\n{}", by("by = \"keeper-som\""));
        let mut alone = book(&alone);
        std::sync::Arc::make_mut(&mut alone.directory)
            .desks
            .get_mut("with")
            .unwrap()
            .officers
            .push("keeper-som".parse().unwrap());
        assert_eq!(
            may(&alone, "keeper-som", THERE),
            "rvdam",
            "there is nobody else"
        );
    }

    #[test]
    fn a_body_outside_is_answered_for_by_the_desk_it_is_reached_through() {
        let outside = book(&format!("lead = \"outside\"\n{ROUTINE}"));
        assert_eq!(may(&outside, "officer", THERE), "r--a-");
        assert_eq!(may(&outside, "head", THERE), "rv-a-");
        assert_eq!(may(&outside, "lead", THERE), "r--a-");
    }

    #[test]
    fn a_draft_for_a_body_outside_is_read_where_it_is_answered_for() {
        let draft = ROUTINE
            .replace("submitted", "draft")
            .replace("by = \"officer\"", "by = \"outside\"");
        let outside = book(&format!("lead = \"outside\"\n{draft}"));
        let commitment = outside.commitment("C").unwrap();
        let reads = |name: &str| {
            let update = &commitment.updates[0];
            may_read_update(&viewer(name), update, commitment, &outside.directory)
        };
        for name in ["officer", "lead", "outside"] {
            assert!(reads(name), "{name}");
        }
        for name in ["helper", "with", "other", "operator"] {
            assert!(!reads(name), "{name}");
        }
    }

    #[test]
    fn what_one_may_not_read_one_may_not_act_upon() {
        let readers = "confidentiality = \"restricted\"\nreaders = [\"lead\"]\n";
        let secret = book(&format!("{OURS}{readers}{ROUTINE}"));
        for (name, may_do) in [
            ("officer", "r--a-"),
            ("head", "-----"),
            ("som", "-----"),
            ("keeper", "----m"),
            ("lead", "r--a-"),
        ] {
            assert_eq!(may(&secret, name, THERE), may_do, "{name}");
        }
    }

    #[test]
    fn a_coordinator_is_one_while_the_term_lasts() {
        let ours = book(&format!("{OURS}{ROUTINE}"));
        assert_eq!(may(&ours, "keeper", "2027-01-02T02:00:00Z"), "-----");
        let viewer = Viewer::Person("other".parse().unwrap());
        let rights = Rights {
            viewer: &viewer,
            directory: &ours.directory,
            now: THERE.parse().unwrap(),
        };
        let meeting = &ours.directory.meetings["pmc"];
        assert!(!rights.may_move_meeting(meeting, false));
        assert!(rights.may_move_meeting(meeting, true), "an administrator");
        assert!(!rights.may_edit_record(None, false) && rights.may_edit_record(None, true));
    }
}
