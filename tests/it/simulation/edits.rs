//! What the clerks of a world do to its record on a day: each kind of edit that people make.

use chrono::NaiveDate;

use super::dice::Dice;
use super::drawing::{
    add_commitment, deadline, meeting_date, plus, policy, some_desk, some_person, somebody, update,
    zone,
};
use super::habits::{of_absence, of_habits};
use super::sketch::{Commitment, Sketch};

/// Makes one edit; says what was done, or `None` where the dice fell on nothing.
pub fn edit(dice: &mut Dice, today: NaiveDate, sketch: &mut Sketch) -> Option<String> {
    match dice.below(34) {
        0..5 => of_update(dice, today, sketch),
        5 | 6 => of_review(dice, today, sketch),
        7 | 8 => of_state(dice, today, sketch),
        9..12 => of_deadline(dice, today, sketch),
        12 => of_milestone(dice, today, sketch),
        13..16 => of_meeting(dice, today, sketch),
        16 | 17 => of_address(dice, sketch),
        18 | 19 => of_readers(dice, sketch),
        20 | 21 => of_calendar(dice, today, sketch),
        22 => of_person(dice, sketch),
        23 => of_offices(dice, sketch),
        24 => {
            add_commitment(dice, today, sketch);
            Some("a new commitment".to_owned())
        }
        25 => of_snooze(dice, today, sketch),
        26 => {
            let at = dice.below(sketch.commitments.len());
            sketch.commitments[at].policy = policy(dice);
            Some(format!(
                "{}: another policy",
                sketch.commitments[at].reference
            ))
        }
        27 => of_lead(dice, sketch),
        28 => of_ending(dice, today, sketch),
        29..31 => of_habits(dice, today, sketch),
        _ => of_absence(dice, today, sketch),
    }
}

/// One of the open commitments, and its place.
fn an_open(dice: &mut Dice, sketch: &Sketch) -> Option<usize> {
    let open: Vec<usize> = (0..sketch.commitments.len())
        .filter(|at| sketch.commitments[*at].state == "open")
        .collect();
    (!open.is_empty()).then(|| open[dice.below(open.len())])
}

fn told(commitment: &Commitment, what: &str) -> Option<String> {
    Some(format!("{}: {what}", commitment.reference))
}

fn of_update(dice: &mut Dice, today: NaiveDate, sketch: &mut Sketch) -> Option<String> {
    let at = an_open(dice, sketch)?;
    let date = plus(today, -dice.between(0, 2));
    let new = update(dice, date, &sketch.commitments[at], sketch);
    let what = format!("update of {date}, {} ({})", new.reported, new.state);
    let commitment = &mut sketch.commitments[at];
    if commitment
        .updates
        .last()
        .is_some_and(|last| last.date > date)
    {
        return None;
    }
    commitment.updates.push(new);
    told(commitment, &what)
}

fn of_review(dice: &mut Dice, today: NaiveDate, sketch: &mut Sketch) -> Option<String> {
    let at = an_open(dice, sketch)?;
    let state = dice.one_of(&["accepted", "returned"]);
    let commitment = &mut sketch.commitments[at];
    let last = commitment.updates.last_mut()?;
    if last.state != "submitted" || last.date > today {
        return None;
    }
    last.state = state;
    last.reviewed = Some(today);
    told(commitment, state)
}

fn of_state(dice: &mut Dice, today: NaiveDate, sketch: &mut Sketch) -> Option<String> {
    if dice.chance(15) {
        // A decision that is taken back.
        let closed = sketch
            .commitments
            .iter_mut()
            .find(|c| c.state == "closed")?;
        closed.state = "open";
        closed.closed = None;
        return told(closed, "open again");
    }
    let at = an_open(dice, sketch)?;
    let commitment = &mut sketch.commitments[at];
    commitment.state = dice.one_of(&["closed", "closed", "withdrawn", "superseded"]);
    commitment.closed = Some(today);
    told(commitment, commitment.state)
}

fn of_deadline(dice: &mut Dice, today: NaiveDate, sketch: &mut Sketch) -> Option<String> {
    let at = an_open(dice, sketch)?;
    let to = dice.chance(92).then(|| deadline(dice, today, sketch));
    let commitment = &mut sketch.commitments[at];
    let steps = commitment.milestones.len();
    let what = format!("deadline {}", to.as_deref().unwrap_or("none"));
    if steps > 0 && dice.chance(50) {
        commitment.milestones[dice.below(steps)].deadline = to;
    } else {
        commitment.deadline = to;
    }
    told(commitment, &what)
}

fn of_milestone(dice: &mut Dice, today: NaiveDate, sketch: &mut Sketch) -> Option<String> {
    let at = an_open(dice, sketch)?;
    let commitment = &mut sketch.commitments[at];
    let open = commitment
        .milestones
        .iter_mut()
        .find(|m| m.done.is_none())?;
    open.done = Some(today);
    told(commitment, "a milestone is reached")
}

fn of_meeting(dice: &mut Dice, today: NaiveDate, sketch: &mut Sketch) -> Option<String> {
    let at = dice.below(sketch.meetings.len());
    let meeting = &mut sketch.meetings[at];
    match dice.below(6) {
        0 => meeting.status = "cancelled",
        1 => {
            meeting.status = "postponed";
            meeting.date = dice.chance(50).then(|| meeting_date(dice, plus(today, 30)));
        }
        2 => {
            meeting.status = "awaiting-date";
            meeting.date = None;
        }
        3 if meeting.date.is_some() => meeting.status = "confirmed",
        _ => {
            meeting.status = "tentative";
            meeting.date = Some(meeting_date(dice, today));
        }
    }
    let date = meeting.date.as_deref().unwrap_or("no date");
    Some(format!("{}: {}, {date}", meeting.id, meeting.status))
}

fn of_address(dice: &mut Dice, sketch: &mut Sketch) -> Option<String> {
    let (id, email) = if dice.chance(60) {
        let at = dice.below(sketch.desks.len());
        let desk = &mut sketch.desks[at];
        (desk.id.clone(), &mut desk.email)
    } else {
        let at = dice.below(sketch.people.len());
        let person = &mut sketch.people[at];
        (person.id.clone(), &mut person.email)
    };
    *email = match email {
        Some(_) if dice.chance(60) => None,
        _ => Some(format!("{id}.{}@example.org", dice.below(9))),
    };
    Some(format!(
        "{id}: {}",
        email.as_deref().unwrap_or("no address")
    ))
}

fn of_readers(dice: &mut Dice, sketch: &mut Sketch) -> Option<String> {
    let restricted: Vec<usize> = (0..sketch.commitments.len())
        .filter(|at| sketch.commitments[*at].readers.is_some())
        .collect();
    if restricted.is_empty() {
        return None;
    }
    let newcomer = somebody(dice, sketch);
    let commitment = &mut sketch.commitments[restricted[dice.below(restricted.len())]];
    let lead = commitment.lead.clone();
    let readers = commitment.readers.as_mut()?;
    let others: Vec<String> = readers.iter().filter(|r| **r != lead).cloned().collect();
    if others.is_empty() || dice.chance(30) {
        readers.push(newcomer);
        readers.sort();
        readers.dedup();
    } else {
        let gone = &others[dice.below(others.len())];
        readers.retain(|r| r != gone);
    }
    let what = format!("readers {}", readers.join(", "));
    told(commitment, &what)
}

fn of_calendar(dice: &mut Dice, today: NaiveDate, sketch: &mut Sketch) -> Option<String> {
    let at = dice.below(sketch.calendars.len());
    let other = zone(dice);
    let calendar = &mut sketch.calendars[at];
    match dice.below(4) {
        0 => calendar.zone = other,
        1 => calendar.weekend = &["friday", "saturday"],
        2 if !calendar.holidays.is_empty() => {
            calendar
                .holidays
                .remove(dice.below(calendar.holidays.len()));
        }
        _ => {
            let from = plus(today, dice.between(0, 20));
            let days = (0..dice.between(1, 5)).map(|d| plus(from, d));
            calendar.holidays.extend(days);
            calendar.holidays.sort_unstable();
            calendar.holidays.dedup();
        }
    }
    Some(format!("{}: another calendar", calendar.id))
}

fn of_person(dice: &mut Dice, sketch: &mut Sketch) -> Option<String> {
    let at = dice.below(sketch.people.len());
    let calendar = sketch.calendars[dice.below(sketch.calendars.len())]
        .id
        .clone();
    let person = &mut sketch.people[at];
    person.zone = dice.chance(50).then(|| zone(dice));
    person.calendar = dice.chance(50).then_some(calendar);
    Some(format!("{}: works elsewhere", person.id))
}

fn of_offices(dice: &mut Dice, sketch: &mut Sketch) -> Option<String> {
    let person = some_person(dice, sketch);
    let at = dice.below(sketch.desks.len());
    let desk = &mut sketch.desks[at];
    let holder = dice.chance(80).then_some(person);
    if dice.chance(60) {
        desk.head = holder;
    } else {
        desk.leader = holder;
    }
    Some(format!(
        "{}: head {:?}, leader {:?}",
        desk.id, desk.head, desk.leader
    ))
}

/// Another desk answers for it from now on.
fn of_lead(dice: &mut Dice, sketch: &mut Sketch) -> Option<String> {
    let at = an_open(dice, sketch)?;
    let desk = some_desk(dice, sketch);
    let commitment = &mut sketch.commitments[at];
    commitment.cooperating.retain(|other| *other != desk);
    if let Some(readers) = &mut commitment.readers {
        readers.push(desk.clone());
        readers.sort();
        readers.dedup();
    }
    commitment.lead = desk;
    let what = format!("led by {}", commitment.lead);
    told(commitment, &what)
}

/// A desk is to end soon, or not any more.
fn of_ending(dice: &mut Dice, today: NaiveDate, sketch: &mut Sketch) -> Option<String> {
    let at = dice.below(sketch.desks.len());
    let ends = (at > 0 && dice.chance(80)).then(|| plus(today, dice.between(-1, 20)));
    let successor = (at > 0 && dice.chance(80)).then(|| sketch.desks[dice.below(at)].id.clone());
    let desk = &mut sketch.desks[at];
    (desk.ends, desk.successor) = (ends, successor);
    Some(format!(
        "{}: ends {:?}, {:?}",
        desk.id, desk.ends, desk.successor
    ))
}

fn of_snooze(dice: &mut Dice, today: NaiveDate, sketch: &mut Sketch) -> Option<String> {
    let at = an_open(dice, sketch)?;
    let commitment = &mut sketch.commitments[at];
    commitment.snoozed = match commitment.snoozed {
        Some(_) => None,
        None => Some(plus(today, dice.between(3, 40))),
    };
    told(commitment, "snoozed or not any more")
}
