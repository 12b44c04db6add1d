//! The scope of an edit's re-timing: compared with timing everything anew, over generated houses and
//! edits, no commitment is left behind; and what hangs on nothing that changed is left alone.

use std::collections::BTreeSet;

use aide_memoire::acts::retiming::scopes;
use aide_memoire::domain::book::Book;
use aide_memoire::domain::calendar::plus;
use aide_memoire::domain::commitment::{Commitment, Kind};
use aide_memoire::domain::deadline::{Deadline, MeetingDate};
use aide_memoire::domain::desk::{Absence, EmailAddress};
use aide_memoire::domain::directory::Directory;
use aide_memoire::domain::meeting::MeetingStatus;
use aide_memoire::domain::policy::PolicyOverride;
use aide_memoire::domain::progress::Reported;
use aide_memoire::domain::retiming::Scope;
use aide_memoire::planner::{Moment, Recorded, due};
use aide_memoire::record::{EntityKey, entity};
use chrono::{DateTime, Days, NaiveDate, Utc};
use proptest::prelude::*;

use crate::support::dice::Dice;
use crate::support::world::{World, day, id, milestone, update};

impl Dice {
    fn date(&mut self) -> NaiveDate {
        day("2025-05-01") + Days::new(self.below(400) as u64)
    }

    fn some(&mut self, name: &str, of: usize) -> String {
        format!("{name}-{}", self.below(of))
    }

    fn perhaps<T: std::str::FromStr>(&mut self, name: &str, of: usize) -> Option<T>
    where
        T::Err: std::fmt::Debug,
    {
        (!self.one_in(3)).then(|| id(&self.some(name, of)))
    }
}

const DESKS: usize = 9;
const PEOPLE: usize = 8;
const CALENDARS: usize = 4;
const MEETINGS: usize = 3;

fn house(dice: &mut Dice) -> Book {
    let mut world = World::empty();
    let zones = [
        chrono_tz::Asia::Phnom_Penh,
        chrono_tz::America::New_York,
        chrono_tz::Asia::Dili,
        chrono_tz::UTC,
    ];
    for (n, zone) in zones.into_iter().enumerate() {
        world.calendar(&format!("calendar-{n}"), "Calendar", zone);
    }
    for n in 0..PEOPLE {
        world.person(&format!("person-{n}"), "Person");
    }
    for n in 0..DESKS {
        world.desk(&format!("desk-{n}"), "Desk", |_| {});
    }
    world.partnership("asean-other", "ASEAN-Other", "desk-0");
    for n in 0..MEETINGS {
        let on = dice.date().to_string();
        world.meeting(&format!("meeting-{n}"), "Meeting", |m| {
            m.date = Some(MeetingDate::parse(&on).unwrap());
            m.status = MeetingStatus::Confirmed;
        });
    }
    for n in 0..PEOPLE {
        edit_person(world.directory(), n, dice);
    }
    for n in 0..DESKS {
        edit_desk(world.directory(), n, dice);
    }
    if dice.one_in(2) {
        let absence = an_absence(dice);
        world.directory().absences.push(absence);
    }
    for n in 0..30 {
        let reference = format!("C-{n:02}");
        let changes = draw_commitment(dice);
        world.commit(&reference, "Commitment", changes);
    }
    world.book()
}

fn draw_commitment(dice: &mut Dice) -> impl FnOnce(&mut Commitment) + use<> {
    let (meeting, on) = (dice.some("meeting", MEETINGS), dice.date());
    let deadline = match dice.below(6) {
        0 => format!("at {meeting}"),
        1 => format!("10 days after {meeting}"),
        2 => on.format("%B %Y").to_string(),
        _ => on.to_string(),
    };
    let lead = id(&dice.some("desk", DESKS));
    let cooperating = dice.perhaps("desk", DESKS);
    let step = dice
        .one_in(3)
        .then(|| format!("before {}", dice.some("meeting", MEETINGS)));
    let kind = [
        Kind::Deliverable,
        Kind::Deliverable,
        Kind::Request,
        Kind::Standing,
    ][dice.below(4)];
    let partnership = ["asean-us", "asean-other"][dice.below(2)];
    let told = dice.one_in(3).then(|| dice.date().to_string());
    move |c| {
        c.kind = kind;
        c.partnership = Some(id(partnership));
        c.lead = lead;
        c.cooperating = cooperating.into_iter().filter(|d| *d != c.lead).collect();
        c.deadline = (kind != Kind::Standing).then(|| Deadline::parse(&deadline).unwrap());
        c.milestones = step.iter().map(|step| milestone("Step", step)).collect();
        c.updates = told
            .iter()
            .map(|on| update(on, Reported::Ongoing))
            .collect();
    }
}

fn an_absence(dice: &mut Dice) -> Absence {
    let from = dice.date();
    Absence {
        person: id(&dice.some("person", PEOPLE)),
        from,
        until: plus(from, 40),
        deputy: dice.perhaps("person", PEOPLE),
    }
}

fn edit_person(directory: &mut Directory, n: usize, dice: &mut Dice) {
    let person: aide_memoire::domain::ids::PersonId = id(&format!("person-{n}"));
    let person = directory.people.get_mut(&person).unwrap();
    person.calendar = dice
        .one_in(2)
        .then(|| id(&dice.some("calendar", CALENDARS)));
    person.timezone = dice.one_in(3).then_some(chrono_tz::Europe::Brussels);
    person.email = (!dice.one_in(5)).then(|| EmailAddress::parse("p@mfa.example.org").unwrap());
}

fn edit_desk(directory: &mut Directory, n: usize, dice: &mut Dice) {
    let desk: aide_memoire::domain::ids::DeskId = id(&format!("desk-{n}"));
    let desk = directory.desks.get_mut(&desk).unwrap();
    desk.calendar = id(&dice.some("calendar", CALENDARS));
    desk.email = (!dice.one_in(3)).then(|| EmailAddress::parse("d@mfa.example.org").unwrap());
    desk.head = dice.perhaps("person", PEOPLE);
    desk.som_leader = dice.perhaps("person", PEOPLE);
    desk.officers = dice.perhaps("person", PEOPLE).into_iter().collect();
    desk.through = dice
        .perhaps::<aide_memoire::domain::ids::DeskId>("desk", DESKS)
        .filter(|through| *through != desk.id);
}

/// Something many may hang on is edited; which thing it was.
fn edit(directory: &mut Directory, dice: &mut Dice) -> EntityKey {
    let key = |kind, id: String| EntityKey { kind, id };
    match dice.below(12) {
        0..=2 => {
            let name = dice.some("calendar", CALENDARS);
            let calendar = directory.calendars.get_mut(name.as_str()).unwrap();
            if dice.one_in(4) {
                calendar.timezone = chrono_tz::Australia::Sydney;
            }
            for _ in 0..20 {
                calendar.holidays.insert(dice.date());
            }
            key(entity::CALENDAR, name)
        }
        3..=4 => {
            let n = dice.below(PEOPLE);
            edit_person(directory, n, dice);
            key(entity::PERSON, format!("person-{n}"))
        }
        5..=7 => {
            let n = dice.below(DESKS);
            edit_desk(directory, n, dice);
            key(entity::DESK, format!("desk-{n}"))
        }
        8 => {
            let absence = match directory.absences.pop() {
                Some(gone) => gone,
                None => {
                    let absence = an_absence(dice);
                    directory.absences.push(absence.clone());
                    absence
                }
            };
            key(
                entity::ABSENCE,
                format!("{}@{}", absence.person, absence.from),
            )
        }
        9 => {
            let name = dice.some("meeting", MEETINGS);
            let meeting = directory.meetings.get_mut(name.as_str()).unwrap();
            meeting.date = Some(MeetingDate::parse(&dice.date().to_string()).unwrap());
            meeting.date_revision += 1;
            key(entity::MEETING, name)
        }
        10 => {
            let other = directory.partnerships.get_mut("asean-other").unwrap();
            other.policy = sooner(dice);
            key(entity::PARTNERSHIP, "asean-other".into())
        }
        _ => {
            directory.policy = sooner(dice);
            key(entity::POLICY, "general".into())
        }
    }
}

fn sooner(dice: &mut Dice) -> PolicyOverride {
    PolicyOverride {
        before: Some(vec![u32::try_from(dice.below(30)).unwrap()]),
        stale_after: Some(45),
        ..PolicyOverride::default()
    }
}

/// When the commitment would be asked, looked at from many days on which all before was said.
fn times(commitment: &Commitment, directory: &Directory) -> Vec<(Option<DateTime<Utc>>, usize)> {
    let first: DateTime<Utc> = "2025-04-24T12:00:00Z".parse().unwrap();
    (0..60)
        .map(|n| {
            let now = first + Days::new(n * 8);
            let moment = Moment { now, live_on: None };
            let said = due(
                commitment,
                directory,
                &Recorded::settled_before(now),
                moment,
            );
            (said.next, said.said.len() + said.skipped.len())
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn no_commitment_is_left_behind(seed in any::<u64>()) {
        let mut dice = Dice(seed);
        let book = house(&mut dice);
        let before = &book.directory;
        let mut after = Directory::clone(before);
        let edits = 1 + dice.below(2);
        let changed: Vec<EntityKey> = (0..edits).map(|_| edit(&mut after, &mut dice)).collect();
        let scopes = scopes(before, &after, &changed);
        for commitment in book.open() {
            let is_in = scopes.iter().any(|scope| scope.includes(commitment));
            if !is_in {
                prop_assert_eq!(
                    times(commitment, before),
                    times(commitment, &after),
                    "{} is in none of {:?} after {:?}", commitment.reference, scopes, changed
                );
            }
        }
    }
}

/// Three desks, each with its own calendar, head and partner; nothing in common.
fn apart() -> Book {
    let mut world = World::empty();
    for n in 0..5 {
        world.calendar(
            &format!("calendar-{n}"),
            "Calendar",
            chrono_tz::Asia::Phnom_Penh,
        );
        world.person(&format!("person-{n}"), "Person");
        world.person(&format!("deputy-{n}"), "Deputy");
        world.desk(&format!("desk-{n}"), "Desk", |desk| {
            desk.calendar = id(&format!("calendar-{n}"));
            desk.head = Some(id(&format!("person-{n}")));
        });
    }
    world.directory().absences.push(Absence {
        person: id("person-1"),
        from: day("2025-07-01"),
        until: day("2025-07-14"),
        deputy: Some(id("deputy-1")),
    });
    world.book()
}

#[test]
fn an_edit_concerns_those_who_hang_on_it_and_nobody_else() {
    let book = apart();
    let of = |kind, id: &str| {
        let changed = [EntityKey::of(kind, id).unwrap()];
        scopes(&book.directory, &book.directory, &changed)
    };
    let desk = |name: &str| BTreeSet::from([Scope::Desk(id(name))]);
    assert_eq!(of(entity::CALENDAR, "calendar-1"), desk("desk-1"));
    assert_eq!(of(entity::PERSON, "person-1"), desk("desk-1"));
    assert_eq!(of(entity::PERSON, "deputy-1"), desk("desk-1"));
    assert_eq!(of(entity::ABSENCE, "person-2@2025-08-01"), desk("desk-2"));
    assert_eq!(of(entity::DESK, "desk-3"), desk("desk-3"));
    let meeting = BTreeSet::from([Scope::Meeting(id("pmc-2025"))]);
    assert_eq!(of(entity::MEETING, "pmc-2025"), meeting);
    let partnership = BTreeSet::from([Scope::Partnership(id("asean-us"))]);
    assert_eq!(of(entity::PARTNERSHIP, "asean-us"), partnership);
    assert_eq!(
        of(entity::POLICY, "general"),
        BTreeSet::from([Scope::Everything])
    );
    // What is new, and what no time hangs on.
    for (kind, name) in [
        (entity::DESK, "desk-new"),
        (entity::MEETING, "meeting-new"),
        (entity::PARTNERSHIP, "partnership-new"),
        (entity::CALENDAR, "calendar-new"),
        (entity::PARTY, "asean"),
        (entity::COMMITMENT, "US37-01"),
    ] {
        assert_eq!(of(kind, name), BTreeSet::new(), "{kind} {name}");
    }
}

#[test]
fn what_most_desks_hang_on_concerns_everything() {
    let mut world = World::empty();
    for n in 0..5 {
        world.desk(&format!("desk-{n}"), "Desk", |_| {});
    }
    let book = world.book();
    let changed = [EntityKey::of(entity::CALENDAR, "kh").unwrap()];
    let scopes = scopes(&book.directory, &book.directory, &changed);
    assert_eq!(scopes, BTreeSet::from([Scope::Everything]));
}

/// A tie that the edit itself cuts: the head had the calendar of the first desk that named her.
#[test]
fn a_tie_that_was_cut_counts() {
    let mut world = World::empty();
    for n in 0..5 {
        world.calendar(
            &format!("calendar-{n}"),
            "Calendar",
            chrono_tz::Asia::Phnom_Penh,
        );
        world.desk(&format!("desk-{n}"), "Desk", |desk| {
            desk.calendar = id(&format!("calendar-{n}"));
            desk.head = (n == 3).then(|| id("head"));
            desk.officers = if n == 0 { vec![id("head")] } else { Vec::new() };
        });
    }
    // Whoever else names her comes later.
    let others = ["asean-us", "cyber"];
    for other in others {
        world.directory().desks.remove(other);
    }
    let before = world.book().directory;
    let mut after = Directory::clone(&before);
    after.desks.get_mut("desk-0").unwrap().officers.clear();
    let changed = [EntityKey::of(entity::DESK, "desk-0").unwrap()];
    let both = ["desk-0", "desk-3"].map(|name| Scope::Desk(id(name)));
    assert_eq!(scopes(&before, &after, &changed), BTreeSet::from(both));
}
