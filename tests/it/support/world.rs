//! Small worlds built from domain values: a desk, its head and its SOM leader, the meetings of a
//! year with the U.S., the document of the 37th Dialogue and a handful of its commitments.

use std::sync::Arc;

use aide_memoire::domain::book::Book;
use aide_memoire::domain::calendar::{Calendar, Weekend};
use aide_memoire::domain::commitment::{
    Commitment, Confidentiality, Kind, Lifecycle, Milestone, Promise, Raised, Strength,
};
use aide_memoire::domain::deadline::{Deadline, MeetingDate};
use aide_memoire::domain::desk::{Desk, EmailAddress, Person};
use aide_memoire::domain::directory::Directory;
use aide_memoire::domain::document::Document;
use aide_memoire::domain::habits::Habits;
use aide_memoire::domain::ids::{CommitmentRef, MeetingId, ReaderId};
use aide_memoire::domain::meeting::{Forum, Meeting, MeetingStatus};
use aide_memoire::domain::partnership::Partnership;
use aide_memoire::domain::party::{Party, PartyKind};
use aide_memoire::domain::progress::{Reported, Update, UpdateState};
use chrono::NaiveDate;

pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// An id of whatever kind is wanted.
pub fn id<T: std::str::FromStr>(text: &str) -> T
where
    T::Err: std::fmt::Debug,
{
    text.parse().unwrap()
}

/// An update of a day, submitted by the ASEAN-U.S. desk.
pub fn update(date: &str, reported: Reported) -> Update {
    Update {
        date: day(date),
        by: Some(id("asean-us")),
        given: None,
        reported,
        confidence: None,
        text: None,
        evidence: Vec::new(),
        next: None,
        state: UpdateState::Submitted,
        reviewed: None,
        reviewer: None,
        words: None,
        assessed: None,
        ask: None,
        extension: None,
        confidentiality: Confidentiality::Internal,
        entered: None,
    }
}

/// A request raised with the partner on a day, without a reply.
pub fn raised(date: &str) -> Raised {
    Raised {
        date: day(date),
        meeting: None,
        by: Some(id("asean-us")),
        reply: None,
    }
}

/// A commitment of the ASEAN-U.S. desk, open since the Dialogue: a deliverable without a deadline.
pub fn commitment(reference: &str, title: &str) -> Commitment {
    Commitment {
        reference: id(reference),
        title: title.to_owned(),
        partnership: Some(id("asean-us")),
        meeting: Some(id("dialogue-37")),
        promise: Promise {
            words: title.to_owned(),
            document: Some(id("press-release-37")),
            paragraph: Some(4),
        },
        kind: Kind::Deliverable,
        strength: Some(Strength::Firm),
        obligors: vec![id("asean"), id("us")],
        beneficiaries: Vec::new(),
        instruments: Vec::new(),
        sector: None,
        lead: id("asean-us"),
        cooperating: Vec::new(),
        confidentiality: Confidentiality::Internal,
        readers: Vec::new(),
        follows: None,
        snoozed: None,
        opened: day("2025-04-23"),
        deadline: None,
        review: None,
        state: Lifecycle::Open,
        closed: None,
        verified: None,
        milestones: Vec::new(),
        updates: Vec::new(),
        revisions: Vec::new(),
        raised: Vec::new(),
        handovers: Vec::new(),
        mentions: Vec::new(),
        policy: Default::default(),
    }
}

pub fn milestone(title: &str, deadline: &str) -> Milestone {
    Milestone {
        title: title.to_owned(),
        deadline: Some(Deadline::parse(deadline).unwrap()),
        done: None,
    }
}

/// A world under construction.
#[derive(Default)]
pub struct World {
    directory: Directory,
    book: Book,
}

impl World {
    /// The places and the people, without a commitment.
    pub fn empty() -> Self {
        let mut world = World::default();
        world.calendar("kh", "Phnom Penh", chrono_tz::Asia::Phnom_Penh);
        world.party("asean", "ASEAN", PartyKind::Organisation);
        world.party("us", "United States", PartyKind::Partner);
        world.person("head", "Head, Americas Division");
        world.person("som", "SOM Leader");
        world.desk("asean-us", "ASEAN-U.S. desk", |desk| {
            desk.head = Some(id("head"));
            desk.som_leader = Some(id("som"));
        });
        world.desk("cyber", "Cybersecurity desk", |_| {});
        world.partnership("asean-us", "ASEAN-United States", "asean-us");
        world.meeting("dialogue-37", "ASEAN-U.S. Dialogue", |m| {
            m.number = Some(37);
            m.forum = Some(Forum::Dialogue);
            m.date = Some(MeetingDate::parse("22 April 2025").unwrap());
            m.status = MeetingStatus::Held;
        });
        world.meeting("pmc-2025", "PMC with the U.S.", |m| {
            m.forum = Some(Forum::Pmc);
            m.date = Some(MeetingDate::parse("10 July 2025").unwrap());
            m.status = MeetingStatus::Confirmed;
        });
        world.meeting("summit-13", "ASEAN-U.S. Summit", |m| {
            m.number = Some(13);
            m.forum = Some(Forum::Summit);
            m.date = Some(MeetingDate::parse("2025").unwrap());
            m.status = MeetingStatus::Tentative;
        });
        world.meeting("jcc-16", "ASEAN-U.S. JCC", |m| {
            m.number = Some(16);
            m.forum = Some(Forum::Jcc);
        });
        let document = Document {
            id: id("press-release-37"),
            meeting: Some(id("dialogue-37")),
            kind: Some("press release".to_owned()),
            title: "Outcomes of the 37th ASEAN-U.S. Dialogue".to_owned(),
            issued: Some(day("2025-04-23")),
            issuer: None,
            authority: None,
            text: None,
            sha256: None,
        };
        let document = Arc::new(document);
        world.book.documents.insert(document.id.clone(), document);
        world
    }

    /// The commitments of the Dialogue as the desk keeps them.
    pub fn asean_us() -> Self {
        let mut world = World::empty();
        world.commit("US37-01", "Joint Vision Statement", |c| {
            c.promise.words = "The Dialogue also looked forward to the timely conclusion of the ASEAN-U.S. Leaders' Joint Vision Statement to Promote a Stronger, Safer and More Prosperous America and ASEAN, which will be endorsed at the upcoming ASEAN Post Ministerial Conference with the U.S. in July 2025".to_owned();
            c.milestones = vec![
                milestone("Concluded", "before pmc-2025"),
                milestone("Endorsed", "at pmc-2025"),
                milestone("Adopted", "at summit-13"),
            ];
        });
        world.commit("US37-02", "Support for the ASEAN Single Window", |c| {
            c.kind = Kind::Standing;
            c.promise.words =
                "ASEAN looked forward to the U.S.'s sustained support for the ASEAN Single Window"
                    .to_owned();
            c.promise.paragraph = Some(5);
            c.obligors = vec![id("us")];
        });
        world.commit("US37-03", "Work plan on online scams", |c| {
            c.promise.words = "Both sides reaffirmed their commitments to advancing collaboration in priority areas, particularly in addressing transnational crimes".to_owned();
            c.deadline = Some(Deadline::parse("July 2025").unwrap());
            c.cooperating = vec![id("cyber")];
        });
        world.commit("US37-04", "U.S. support for DEFA", |c| {
            c.kind = Kind::Request;
            c.promise.words = "ASEAN looked forward to the U.S.'s sustained support for the ASEAN Digital Economy Framework Agreement".to_owned();
            c.promise.paragraph = Some(5);
            c.obligors = vec![id("us")];
            c.beneficiaries = vec![id("asean")];
            c.deadline = Some(Deadline::parse("by 10 August 2025").unwrap());
        });
        world.commit("US37-11", "The vessel question", |c| {
            c.promise.words = "Both sides will settle the vessel question".to_owned();
            c.deadline = Some(Deadline::parse("31 July 2025").unwrap());
            c.confidentiality = Confidentiality::Restricted;
            c.readers = vec![id("asean-us"), id("head"), id("som")];
        });
        world
    }

    /// The same, where only US37-03 (July 2025) and US37-04 (10 August) have a deadline to come
    /// after the PMC.
    pub fn with_one_deadline() -> Self {
        let mut world = World::asean_us();
        world.amend("US37-11", |c| c.deadline = None);
        world.amend("US37-01", |c| {
            c.milestones[1].done = Some(day("2025-07-10"))
        });
        world
    }

    pub fn calendar(&mut self, calendar: &str, name: &str, timezone: chrono_tz::Tz) {
        let calendar = Calendar {
            id: id(calendar),
            name: name.to_owned(),
            timezone,
            weekend: Weekend::default(),
            holidays: Default::default(),
        };
        let calendars = &mut self.directory.calendars;
        calendars.insert(calendar.id.clone(), calendar);
    }

    pub fn party(&mut self, party: &str, name: &str, kind: PartyKind) {
        let party = Party {
            id: id(party),
            name: name.to_owned(),
            kind,
        };
        self.directory.parties.insert(party.id.clone(), party);
    }

    /// A person with a mail address of that name.
    pub fn person(&mut self, person: &str, name: &str) {
        let address = format!("{person}@mfa.example.org");
        let person = Person {
            id: id(person),
            name: name.to_owned(),
            email: Some(EmailAddress::parse(&address).unwrap()),
            timezone: None,
            calendar: None,
            habits: Habits::default(),
        };
        self.directory.people.insert(person.id.clone(), person);
    }

    /// A desk with a mailbox of that name, in Phnom Penh.
    pub fn desk(&mut self, desk: &str, name: &str, change: impl FnOnce(&mut Desk)) {
        let address = format!("{desk}@mfa.example.org");
        let mut desk = Desk {
            id: id(desk),
            name: name.to_owned(),
            party: None,
            email: Some(EmailAddress::parse(&address).unwrap()),
            calendar: id("kh"),
            head: None,
            som_leader: None,
            officers: Vec::new(),
            through: None,
            habits: Habits::default(),
            ends: None,
            successor: None,
        };
        change(&mut desk);
        self.directory.desks.insert(desk.id.clone(), desk);
    }

    pub fn partnership(&mut self, partnership: &str, name: &str, desk: &str) {
        let partnership = Partnership {
            id: id(partnership),
            name: name.to_owned(),
            parties: vec![id("asean"), id("us")],
            status: Some("Comprehensive Strategic Partnership".to_owned()),
            desk: Some(id(desk)),
            coordinators: Vec::new(),
            policy: Default::default(),
        };
        let partnerships = &mut self.directory.partnerships;
        partnerships.insert(partnership.id.clone(), partnership);
    }

    /// A meeting of the partnership with the U.S. that awaits its date.
    pub fn meeting(&mut self, meeting: &str, series: &str, change: impl FnOnce(&mut Meeting)) {
        let mut meeting = Meeting {
            id: id(meeting),
            partnership: Some(id("asean-us")),
            series: series.to_owned(),
            number: None,
            forum: None,
            date: None,
            status: MeetingStatus::AwaitingDate,
            place: None,
            host: None,
            co_chairs: Vec::new(),
            attending: Vec::new(),
            date_revision: 1,
            moved_on: None,
            moves: Vec::new(),
        };
        change(&mut meeting);
        self.directory.meetings.insert(meeting.id.clone(), meeting);
    }

    /// Another commitment of the desk.
    pub fn commit(&mut self, reference: &str, title: &str, change: impl FnOnce(&mut Commitment)) {
        let mut commitment = commitment(reference, title);
        change(&mut commitment);
        let commitments = &mut self.book.commitments;
        commitments.insert(commitment.reference.clone(), Arc::new(commitment));
    }

    /// Changes a commitment that is there.
    pub fn amend(&mut self, reference: &str, change: impl FnOnce(&mut Commitment)) {
        let reference: CommitmentRef = id(reference);
        let known = self.book.commitments.get_mut(&reference).unwrap();
        change(Arc::make_mut(known));
    }

    /// Changes a meeting that is there.
    pub fn amend_meeting(&mut self, meeting: &str, change: impl FnOnce(&mut Meeting)) {
        let meeting: MeetingId = id(meeting);
        change(self.directory.meetings.get_mut(&meeting).unwrap());
    }

    pub fn directory(&mut self) -> &mut Directory {
        &mut self.directory
    }

    pub fn book(self) -> Book {
        Book {
            directory: Arc::new(self.directory),
            ..self.book
        }
    }
}

/// The readers of the world.
pub fn reader(name: &str) -> ReaderId {
    id(name)
}
