//! What the people and desks of a world choose for themselves, and when they are away.

use chrono::NaiveDate;

use super::dice::Dice;
use super::drawing::{plus, some_person};
use super::sketch::{Absence, Lines, Sketch};

/// The habits of a person or a desk, as they were told.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Habits {
    pub slot: Option<&'static str>,
    pub digest: Option<&'static str>,
    /// Its first and its last day.
    pub pause: Option<(NaiveDate, NaiveDate)>,
    pub calendar_part: bool,
}

pub const NEVER: &str = "never";

impl Habits {
    pub fn lines(&self) -> Lines {
        let mut lines = Lines::new();
        if let Some(slot) = self.slot {
            lines.push(("slot", format!("\"{slot}\"")));
        }
        if let Some(digest) = self.digest {
            lines.push(("digest", format!("\"{digest}\"")));
        }
        if let Some((from, until)) = self.pause {
            let pause = format!("{{ from = \"{from}\", until = \"{until}\" }}");
            lines.push(("pause", pause));
        }
        if self.calendar_part {
            lines.push(("calendar_part", "true".to_owned()));
        }
        lines
    }
}

/// Most people change nothing.
pub fn habits(dice: &mut Dice, today: NaiveDate) -> Habits {
    let cadence = ["weekly", "fortnightly", "monthly", NEVER];
    let from = plus(today, dice.between(-2, 60));
    Habits {
        slot: dice
            .chance(25)
            .then(|| dice.one_of(&["00:30", "02:30", "07:15", "12:00", "19:30"])),
        digest: dice.chance(25).then(|| dice.one_of(&cadence)),
        pause: dice
            .chance(15)
            .then(|| (from, plus(from, dice.between(0, 20)))),
        calendar_part: dice.chance(30),
    }
}

/// Somebody changes their habits.
pub fn of_habits(dice: &mut Dice, today: NaiveDate, sketch: &mut Sketch) -> Option<String> {
    let new = habits(dice, today);
    let (id, of) = if dice.chance(50) {
        let at = dice.below(sketch.desks.len());
        let desk = &mut sketch.desks[at];
        (&desk.id, &mut desk.habits)
    } else {
        let at = dice.below(sketch.people.len());
        let person = &mut sketch.people[at];
        (&person.id, &mut person.habits)
    };
    match dice.below(4) {
        0 => of.slot = new.slot,
        1 => of.digest = new.digest,
        2 => {
            let from = plus(today, dice.between(-1, 3));
            let days = dice.between(0, 20);
            of.pause = dice.chance(80).then(|| (from, plus(from, days)));
        }
        _ => of.calendar_part = !of.calendar_part,
    }
    Some(format!("{id}: {of:?}"))
}

/// Somebody who holds an office will be away, sometimes for long, sometimes with somebody to stand in.
pub fn add_absence(dice: &mut Dice, today: NaiveDate, sketch: &mut Sketch) -> Option<String> {
    let person = some_person(dice, sketch);
    let deputy = Some(some_person(dice, sketch)).filter(|d| *d != person && dice.chance(70));
    let from = plus(today, dice.between(-1, 40));
    let until = plus(from, dice.between(0, 25));
    let overlaps = |a: &Absence| a.person == person && a.from <= until && from <= a.until;
    if sketch.absences.iter().any(overlaps) {
        return None;
    }
    let told = format!("{person} is away from {from} to {until}, deputy {deputy:?}");
    sketch.absences.push(Absence {
        person,
        from,
        until,
        deputy,
    });
    Some(told)
}

/// Somebody is to be away, or one who is comes back earlier or later, or somebody else stands in.
pub fn of_absence(dice: &mut Dice, today: NaiveDate, sketch: &mut Sketch) -> Option<String> {
    let running: Vec<usize> = (0..sketch.absences.len())
        .filter(|at| sketch.absences[*at].until >= today)
        .collect();
    if running.is_empty() || dice.chance(40) {
        return add_absence(dice, today, sketch);
    }
    let at = running[dice.below(running.len())];
    let other = some_person(dice, sketch);
    let longer = dice.between(-5, 10);
    let others: Vec<Absence> = sketch.absences.clone();
    let absence = &mut sketch.absences[at];
    if dice.chance(50) {
        absence.deputy = Some(other).filter(|d| *d != absence.person && dice.chance(80));
    } else {
        let until = plus(absence.until, longer).max(absence.from);
        let overlaps = |(n, a): (usize, &Absence)| {
            n != at && a.person == absence.person && a.from <= until && absence.from <= a.until
        };
        if others.iter().enumerate().any(overlaps) {
            return None;
        }
        absence.until = until;
    }
    Some(format!(
        "{} is away from {} to {}, deputy {:?}",
        absence.person, absence.from, absence.until, absence.deputy
    ))
}
