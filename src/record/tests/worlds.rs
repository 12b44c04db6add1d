//! Books made of choices: proptest draws the choices and some odd texts, and a book is built that
//! uses every corner of the format. No choices left means the plainest of everything, so that a
//! failing world shrinks to a small one.

use std::collections::BTreeSet;
use std::str::FromStr;
use std::sync::Arc;

use chrono::{NaiveDate, NaiveTime, Weekday};
use proptest::prelude::*;

use crate::domain::book::Book;
use crate::domain::calendar::{Calendar, Weekend, plus};
use crate::domain::commitment::{
    Commitment, Confidentiality, Cycle, DeskRole, Effect, Handover, Kind, Lifecycle, Mention,
    Milestone, Promise, Raised, Revision, Snooze, Strength,
};
use crate::domain::deadline::{Deadline, MeetingDate, Term};
use crate::domain::desk::{Absence, Desk, EmailAddress, Person};
use crate::domain::directory::Directory;
use crate::domain::document::{Authority, Document};
use crate::domain::habits::{Cadence, Habits, Pause};
use crate::domain::ids::ReaderId;
use crate::domain::instrument::Instrument;
use crate::domain::meeting::{Forum, Meeting, MeetingStatus};
use crate::domain::partnership::{Coordinator, Partnership};
use crate::domain::party::{Chairmanship, Party, PartyKind};
use crate::domain::policy::PolicyOverride;
use crate::domain::progress::{Confidence, Extension, Reported, Update, UpdateState, Verified};
use crate::record::sha256_of;

/// Any book that a record can carry.
pub fn books() -> impl Strategy<Value = Book> {
    let odd_words = prop::sample::select(vec![
        "plain",
        "\"quoted\"",
        "three \"\"\" quotes\"",
        "back\\slash \\u0041 \\",
        "'single' '''",
        "# no comment",
        "= [x] {y}",
        "ព្រះរាជាណាចក្រកម្ពុជា",
        "Đà Nẵng – “x”",
        "🕊\u{200b}\u{feff}x",
        " spaces around ",
    ]);
    let line = prop_oneof![odd_words.prop_map(str::to_owned), "\\PC{1,12}"]
        .prop_filter("a name says something", |text| !text.trim().is_empty());
    let breaks = prop::sample::select(vec!["\n", "\n\n", "\r\n", "\t\n", "\n\t", "\u{c}\n"]);
    let prose = prop::collection::vec((line.clone(), breaks), 1..4).prop_map(|lines| {
        lines
            .into_iter()
            .flat_map(|(l, b)| [l, b.to_owned()])
            .collect()
    });
    (
        prop::collection::vec(line, 4),
        prop::collection::vec(prose, 3),
        prop::collection::vec(any::<u16>(), 0..500),
    )
        .prop_map(
            |(lines, proses, choices): (Vec<String>, Vec<String>, Vec<u16>)| {
                Maker {
                    lines,
                    proses,
                    choices: choices.into_iter(),
                }
                .book()
            },
        )
}

struct Maker {
    lines: Vec<String>,
    proses: Vec<String>,
    choices: std::vec::IntoIter<u16>,
}

const DEADLINES: [&str; 8] = [
    "2025-04-22",
    "22 April 2025",
    "July 2025",
    "by mid-2025",
    "2021-2025",
    "at m0",
    "before m0",
    "14 days before m0",
];

impl Maker {
    /// A number below `n`.
    fn pick(&mut self, n: usize) -> usize {
        self.choices.next().map_or(0, usize::from) % n
    }

    fn of<T: Clone>(&mut self, all: &[T]) -> T {
        let at = self.pick(all.len());
        all[at].clone()
    }

    fn maybe<T>(&mut self, make: impl FnOnce(&mut Self) -> T) -> Option<T> {
        (self.pick(2) == 1).then(|| make(self))
    }

    fn several<T>(&mut self, most: usize, mut make: impl FnMut(&mut Self) -> T) -> Vec<T> {
        (0..self.pick(most + 1)).map(|_| make(self)).collect()
    }

    /// Some of the ids `x0`, `x1`, none twice, in any order.
    fn ids<T: FromStr<Err: std::fmt::Debug>>(&mut self, letter: &str) -> Vec<T> {
        let numbers: &[u8] = self.of(&[&[][..], &[0], &[1], &[0, 1], &[1, 0]]);
        numbers.iter().map(|n| id(letter, *n)).collect()
    }

    fn id<T: FromStr<Err: std::fmt::Debug>>(&mut self, letter: &str) -> T {
        let n = self.pick(2);
        id(letter, n as u8)
    }

    fn line(&mut self) -> String {
        let lines = self.lines.clone();
        self.of(&lines)
    }

    fn prose(&mut self) -> String {
        let proses = self.proses.clone();
        match self.pick(2) {
            0 => self.line(),
            _ => self.of(&proses),
        }
    }

    fn day(&mut self) -> NaiveDate {
        let start = NaiveDate::from_ymd_opt(2025, 1, 1).unwrap();
        let days = self.pick(1000);
        plus(start, days as i64)
    }

    fn deadline(&mut self) -> Deadline {
        let text = self.of(&DEADLINES);
        Deadline::parse(text).unwrap()
    }

    fn reader(&mut self) -> ReaderId {
        match self.pick(2) {
            0 => self.id("d"),
            _ => self.id("h"),
        }
    }

    fn zone(&mut self) -> chrono_tz::Tz {
        self.of(&[
            chrono_tz::Asia::Phnom_Penh,
            chrono_tz::America::New_York,
            chrono_tz::UTC,
        ])
    }

    fn email(&mut self) -> EmailAddress {
        let text = self.of(&["desk@mfa.example.org", "d'x+y@example.org"]);
        EmailAddress::parse(text).unwrap()
    }

    fn book(mut self) -> Book {
        let directory = Directory {
            calendars: self.two(Self::calendar, |c| c.id.clone()),
            parties: self.two(Self::party, |p| p.id.clone()),
            people: self.two(Self::person, |p| p.id.clone()),
            desks: self.two(Self::desk, |d| d.id.clone()),
            partnerships: self.two(Self::partnership, |p| p.id.clone()),
            chairmanships: self.two(Self::chairmanship, |c| c.year),
            meetings: self.two(Self::meeting, |m| m.id.clone()),
            instruments: self.two(Self::instrument, |i| i.id.clone()),
            absences: self.absences(),
            bouncing: BTreeSet::new(),
            policy: self.policy(),
        };
        let documents = self.two(Self::document, |d| d.id.clone());
        let commitments = self.two(Self::commitment, |c| c.reference.clone());
        Book {
            directory: Arc::new(directory),
            documents: documents
                .into_iter()
                .map(|(k, v)| (k, Arc::new(v)))
                .collect(),
            commitments: commitments
                .into_iter()
                .map(|(k, v)| (k, Arc::new(v)))
                .collect(),
        }
    }

    fn two<K: Ord, T>(
        &mut self,
        make: fn(&mut Self, u8) -> T,
        key: fn(&T) -> K,
    ) -> std::collections::BTreeMap<K, T> {
        let things = [make(self, 0), make(self, 1)];
        things
            .into_iter()
            .map(|thing| (key(&thing), thing))
            .collect()
    }

    fn calendar(&mut self, n: u8) -> Calendar {
        let weekends: [&[Weekday]; 4] = [
            &[Weekday::Sat, Weekday::Sun],
            &[Weekday::Fri, Weekday::Sat],
            &[Weekday::Sun],
            &[],
        ];
        let holidays = self.of(&[0usize, 1, 40]);
        Calendar {
            id: id("c", n),
            name: self.line(),
            timezone: self.zone(),
            weekend: Weekend::new(self.of(&weekends).iter().copied()).unwrap(),
            holidays: (0..holidays).map(|_| self.day()).collect::<BTreeSet<_>>(),
        }
    }

    fn party(&mut self, n: u8) -> Party {
        Party {
            id: id("p", n),
            name: self.line(),
            kind: self.of(PartyKind::ALL),
        }
    }

    fn person(&mut self, n: u8) -> Person {
        Person {
            id: id("h", n),
            name: self.line(),
            email: self.maybe(Self::email),
            timezone: self.maybe(Self::zone),
            calendar: self.maybe(|m| m.id("c")),
            habits: self.habits(),
        }
    }

    fn desk(&mut self, n: u8) -> Desk {
        Desk {
            id: id("d", n),
            name: self.line(),
            party: self.maybe(|m| m.id("p")),
            email: self.maybe(Self::email),
            calendar: self.id("c"),
            head: self.maybe(|m| m.id("h")),
            som_leader: self.maybe(|m| m.id("h")),
            officers: self.ids("h"),
            through: self.maybe(|_| id("d", 0)).filter(|_| n > 0),
            ends: self.maybe(Self::day),
            successor: self.maybe(|_| id("d", 0)).filter(|_| n > 0),
            habits: self.habits(),
        }
    }

    fn habits(&mut self) -> Habits {
        Habits {
            slot: self.maybe(|m| NaiveTime::from_hms_opt(m.pick(24) as u32, 15, 0).unwrap()),
            digest: self.of(Cadence::ALL),
            pause: self.maybe(|m| {
                let from = m.day();
                let until = plus(from, m.pick(30) as i64);
                Pause { from, until }
            }),
            calendar_part: self.pick(2) == 1,
        }
    }

    fn partnership(&mut self, n: u8) -> Partnership {
        Partnership {
            id: id("s", n),
            name: self.line(),
            parties: self.ids("p"),
            status: self.maybe(Self::line),
            desk: self.maybe(|m| m.id("d")),
            coordinators: self.several(3, |m| Coordinator {
                party: m.id("p"),
                term: Term::parse(m.of(&["2024-2027", "2025"])).unwrap(),
                desk: m.maybe(|m| m.id("d")),
            }),
            policy: self.policy(),
        }
    }

    fn chairmanship(&mut self, n: u8) -> Chairmanship {
        Chairmanship {
            year: 2025 + i32::from(n),
            party: self.id("p"),
            theme: self.maybe(Self::line),
        }
    }

    fn meeting(&mut self, n: u8) -> Meeting {
        let dates = [
            "10 July 2025",
            "26-28 October 2025",
            "2025",
            "late May 2026",
        ];
        Meeting {
            id: id("m", n),
            partnership: self.maybe(|m| m.id("s")),
            series: self.line(),
            number: self.maybe(|m| 1 + m.pick(99_999) as u32),
            forum: self.maybe(|m| m.of(Forum::ALL)),
            date: self.maybe(|m| MeetingDate::parse(m.of(&dates)).unwrap()),
            status: self.of(MeetingStatus::ALL),
            place: self.maybe(Self::line),
            host: self.maybe(Self::line),
            co_chairs: self.several(3, Self::line),
            attending: self.several(3, Self::line),
            date_revision: 1,
            moved_on: None,
            moves: Vec::new(),
        }
    }

    fn instrument(&mut self, n: u8) -> Instrument {
        Instrument {
            id: id("i", n),
            name: self.line(),
            acronym: self.maybe(Self::line),
            kind: self.maybe(Self::line),
        }
    }

    fn absences(&mut self) -> Vec<Absence> {
        let mut absences = self.several(3, |m| {
            let from = m.day();
            let person: crate::domain::ids::PersonId = m.id("h");
            let other = if person.as_str() == "h0" { 1 } else { 0 };
            Absence {
                person,
                from,
                until: plus(from, m.pick(30) as i64),
                deputy: m.maybe(|_| id("h", other)),
            }
        });
        absences.sort_by(|a, b| (&a.person, a.from).cmp(&(&b.person, b.from)));
        absences.dedup_by(|a, b| (&a.person, a.from) == (&b.person, b.from));
        absences
    }

    fn policy(&mut self) -> PolicyOverride {
        if self.pick(3) > 0 {
            return PolicyOverride::default();
        }
        let ladders = [vec![], vec![1], vec![1, 8, 15], vec![3, 10]];
        let days = |m: &mut Self| m.maybe(|m| 1 + m.pick(3660) as u32);
        PolicyOverride {
            before: self.maybe(|m| m.of(&ladders).into_iter().rev().collect()),
            overdue: self.maybe(|m| m.of(&ladders)),
            head_after: days(self),
            leader_after: days(self),
            slot: self.maybe(|m| NaiveTime::from_hms_opt(m.pick(24) as u32, 30, 0).unwrap()),
            stale_after: days(self),
            review_every: self.maybe(Self::cycle),
            decision: self.maybe(|m| m.of(&ladders)),
            due_soon: days(self),
            unanswered_after: days(self),
            brief_working_days: days(self),
            digest_weekday: self.maybe(|m| m.of(&[Weekday::Mon, Weekday::Thu])),
        }
    }

    fn cycle(&mut self) -> Cycle {
        Cycle {
            months: 1 + self.pick(1200) as u32,
        }
    }

    fn document(&mut self, n: u8) -> Document {
        let text = self.maybe(Self::prose);
        let hash = text.as_deref().map(sha256_of);
        Document {
            id: id("t", n),
            meeting: self.maybe(|m| m.id("m")),
            kind: self.maybe(Self::line),
            title: self.line(),
            issued: self.maybe(Self::day),
            issuer: self.maybe(|m| m.id("p")),
            authority: self.maybe(|m| m.of(Authority::ALL)),
            text,
            sha256: hash.or_else(|| self.maybe(|_| "0f".repeat(32))),
        }
    }

    fn commitment(&mut self, n: u8) -> Commitment {
        let lead: crate::domain::ids::DeskId = self.id("d");
        let confidentiality = self.of(Confidentiality::ALL);
        let mut readers: Vec<ReaderId> = self.ids("h");
        if confidentiality == Confidentiality::Restricted {
            readers.push(ReaderId::from(&lead));
        }
        let kind = self.of(Kind::ALL);
        let titles: Vec<String> = self.several(2, Self::line);
        let titles: BTreeSet<String> = titles.into_iter().collect();
        let milestones: Vec<Milestone> = titles
            .into_iter()
            .map(|title| Milestone {
                title,
                deadline: self.maybe(Self::deadline),
                done: self.maybe(Self::day),
            })
            .collect();
        let mut revisions = self.several(3, |m| m.revision(&milestones));
        revisions.sort_by_key(|r| r.date);
        let mut updates = self.several(3, |m| m.update(&milestones));
        updates.sort_by_key(|u| u.date);
        let mut raised = self.several(2, |m| Raised {
            date: m.day(),
            meeting: m.maybe(|m| m.id("m")),
            by: m.maybe(Self::reader),
            reply: m.maybe(Self::prose),
        });
        raised.sort_by_key(|r| r.date);
        let mut handovers = self.several(2, |m| Handover {
            date: m.day(),
            from: id("d", 0),
            to: id("d", 1),
            role: m.of(DeskRole::ALL),
            reason: m.maybe(Self::prose),
            entered: None,
        });
        handovers.sort_by_key(|h| h.date);
        let mut mentions = self.several(2, |m| Mention {
            date: m.day(),
            document: m.id("t"),
            paragraph: m.maybe(|m| 1 + m.pick(99_999) as u32),
            words: m.prose(),
            effect: m.of(Effect::ALL),
        });
        mentions.sort_by_key(|m| m.date);
        Commitment {
            reference: id("US37-", n),
            title: self.line(),
            partnership: self.maybe(|m| m.id("s")),
            meeting: self.maybe(|m| m.id("m")),
            promise: Promise {
                words: self.prose(),
                document: self.maybe(|m| m.id("t")),
                paragraph: self.maybe(|m| 1 + m.pick(99_999) as u32),
            },
            kind,
            strength: self.maybe(|m| m.of(Strength::ALL)),
            obligors: self.ids("p"),
            beneficiaries: self.ids("p"),
            instruments: self.ids("i"),
            sector: self.maybe(Self::line),
            lead,
            cooperating: self.ids("d"),
            confidentiality,
            readers,
            follows: self.maybe(|_| id("US37-", 0)).filter(|_| n > 0),
            snoozed: self.maybe(|m| Snooze {
                until: m.day(),
                reason: m.prose(),
            }),
            opened: self.day(),
            deadline: self.maybe(Self::deadline),
            review: self.maybe(Self::cycle).filter(|_| kind == Kind::Standing),
            state: self.of(Lifecycle::ALL),
            closed: self.maybe(Self::day),
            verified: self.maybe(|m| m.of(Verified::ALL)),
            milestones,
            updates,
            revisions,
            raised,
            handovers,
            mentions,
            policy: self.policy(),
        }
    }

    fn revision(&mut self, milestones: &[Milestone]) -> Revision {
        let of_milestone = self.maybe(|m| m.pick(2));
        Revision {
            date: self.day(),
            milestone: of_milestone.and_then(|at| milestones.get(at).map(|m| m.title.clone())),
            from: self.maybe(Self::deadline),
            to: self.maybe(Self::deadline),
            reason: self.maybe(Self::prose),
            by: self.maybe(Self::reader),
            approved: self.maybe(Self::reader),
            entered: None,
        }
    }

    fn update(&mut self, milestones: &[Milestone]) -> Update {
        Update {
            date: self.day(),
            by: self.maybe(Self::reader),
            given: self.maybe(Self::line),
            reported: self.of(Reported::ALL),
            confidence: self.maybe(|m| m.of(Confidence::ALL)),
            text: self.maybe(Self::prose),
            evidence: self.several(2, Self::line),
            next: self.maybe(Self::prose),
            state: self.of(UpdateState::ALL),
            reviewed: self.maybe(Self::day),
            reviewer: self.maybe(Self::reader),
            words: self.maybe(Self::prose),
            assessed: self.maybe(|m| m.of(Confidence::ALL)),
            ask: self.maybe(Self::prose),
            extension: self.maybe(|m| Extension {
                to: m.deadline(),
                milestone: milestones.first().map(|it| it.title.clone()),
            }),
            confidentiality: self.of(Confidentiality::ALL),
            entered: None,
        }
    }
}

fn id<T: FromStr<Err: std::fmt::Debug>>(letter: &str, n: u8) -> T {
    format!("{letter}{n}").parse().unwrap()
}
