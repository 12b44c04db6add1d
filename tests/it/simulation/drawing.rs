//! Worlds drawn by the dice: calendars from everywhere, desks with gaps, one person in several
//! offices, every form of deadline, and secrets that must never be seen.

use chrono::{Datelike, Days, NaiveDate};

use super::dice::Dice;
use super::habits::{add_absence, habits};
use super::sketch::{
    Calendar, Commitment, Desk, Lines, Meeting, Milestone, Partnership, Person, Sketch, Update,
};

const ZONES: [&str; 16] = [
    "Asia/Phnom_Penh",
    "Asia/Yangon",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Asia/Dili",
    "America/New_York",
    "America/St_Johns",
    "America/Santiago",
    "Europe/Brussels",
    "Africa/Cairo",
    "Australia/Lord_Howe",
    "Pacific/Auckland",
    "Pacific/Chatham",
    "Pacific/Kiritimati",
    "Pacific/Pago_Pago",
    "UTC",
];

const WEEKENDS: [&[&str]; 4] = [
    &["saturday", "sunday"],
    &["friday", "saturday"],
    &["saturday", "sunday"],
    &["sunday"],
];

/// What stands in every text that is restricted, and must never be in any mail.
pub const SECRET: &str = "Quicksilver";

pub fn plus(day: NaiveDate, days: i64) -> NaiveDate {
    match days {
        0.. => day + Days::new(days.unsigned_abs()),
        _ => day - Days::new(days.unsigned_abs()),
    }
}

/// A world whose history begins on a day.
pub fn draw(dice: &mut Dice, start: NaiveDate) -> Sketch {
    let mut sketch = Sketch::default();
    for n in 0..dice.between(1, 4) {
        let calendar = calendar(dice, n, start);
        sketch.calendars.push(calendar);
    }
    for n in 0..dice.between(2, 6) {
        let calendar = some_calendar(dice, &sketch);
        sketch.people.push(Person {
            id: format!("person-{n}"),
            email: dice.chance(92).then(|| format!("person-{n}@example.org")),
            zone: dice.chance(30).then(|| dice.one_of(&ZONES)),
            calendar: dice.chance(30).then_some(calendar),
            habits: habits(dice, start),
        });
    }
    for n in 0..dice.between(1, 4) {
        let desk = desk(dice, n, start, &sketch);
        sketch.desks.push(desk);
    }
    for n in 0..dice.between(1, 2) {
        let desk = some_desk(dice, &sketch);
        sketch.partnerships.push(Partnership {
            id: format!("part-{n}"),
            desk: dice.chance(60).then_some(desk.clone()),
            coordinators: terms(dice, start, desk, &sketch),
            policy: if dice.chance(20) {
                policy(dice)
            } else {
                Lines::new()
            },
        });
    }
    for n in 0..dice.between(1, 4) {
        let meeting = meeting(dice, n, start, &sketch);
        sketch.meetings.push(meeting);
    }
    if dice.chance(25) {
        sketch.policy = general_policy(dice);
    }
    for _ in 0..dice.between(3, 12) {
        add_commitment(dice, start, &mut sketch);
    }
    for _ in 0..dice.below(3) {
        add_absence(dice, start, &mut sketch);
    }
    sketch
}

/// No coordinator, one for years, or one whose term ends with the year and one who follows.
fn terms(
    dice: &mut Dice,
    start: NaiveDate,
    desk: String,
    sketch: &Sketch,
) -> Vec<(String, String)> {
    let year = |days| plus(start, days).year();
    match dice.below(4) {
        0 => Vec::new(),
        1 => vec![(format!("{}-{}", year(0), year(400)), desk)],
        _ => vec![
            (format!("{}-{}", year(0) - 2, year(0)), desk),
            (
                format!("{}-{}", year(0) + 1, year(0) + 3),
                some_desk(dice, sketch),
            ),
        ],
    }
}

fn calendar(dice: &mut Dice, n: i64, start: NaiveDate) -> Calendar {
    let mut holidays: Vec<_> = (0..dice.between(0, 12))
        .map(|_| plus(start, dice.between(-30, 240)))
        .collect();
    if dice.chance(30) {
        let long = plus(start, dice.between(0, 90));
        holidays.extend((0..dice.between(3, 9)).map(|d| plus(long, d)));
    }
    holidays.sort_unstable();
    holidays.dedup();
    Calendar {
        id: format!("cal-{n}"),
        zone: dice.one_of(&ZONES),
        weekend: dice.one_of(&WEEKENDS),
        holidays,
    }
}

pub fn zone(dice: &mut Dice) -> &'static str {
    dice.one_of(&ZONES)
}

fn some_calendar(dice: &mut Dice, sketch: &Sketch) -> String {
    sketch.calendars[dice.below(sketch.calendars.len())]
        .id
        .clone()
}

pub fn some_desk(dice: &mut Dice, sketch: &Sketch) -> String {
    sketch.desks[dice.below(sketch.desks.len())].id.clone()
}

pub fn some_person(dice: &mut Dice, sketch: &Sketch) -> String {
    sketch.people[dice.below(sketch.people.len())].id.clone()
}

/// A desk of the house, or of anybody.
pub fn somebody(dice: &mut Dice, sketch: &Sketch) -> String {
    if dice.chance(50) {
        some_desk(dice, sketch)
    } else {
        some_person(dice, sketch)
    }
}

fn desk(dice: &mut Dice, n: i64, start: NaiveDate, sketch: &Sketch) -> Desk {
    let mut officers: Vec<_> = (0..dice.between(0, 2))
        .map(|_| some_person(dice, sketch))
        .collect();
    officers.sort();
    officers.dedup();
    Desk {
        id: format!("desk-{n}"),
        email: dice.chance(85).then(|| format!("desk-{n}@example.org")),
        calendar: some_calendar(dice, sketch),
        head: dice.chance(75).then(|| some_person(dice, sketch)),
        leader: dice.chance(65).then(|| some_person(dice, sketch)),
        officers,
        through: (n > 0 && dice.chance(25)).then(|| "desk-0".to_owned()),
        habits: habits(dice, start),
        // It passes on to a desk before it, so that no line of successors leads back.
        ends: (n > 0 && dice.chance(15)).then(|| plus(start, dice.between(5, 90))),
        successor: (n > 0 && dice.chance(70))
            .then(|| sketch.desks[dice.below(sketch.desks.len())].id.clone()),
    }
}

fn meeting(dice: &mut Dice, n: i64, start: NaiveDate, sketch: &Sketch) -> Meeting {
    let date = dice.chance(80).then(|| meeting_date(dice, start));
    let status = match (&date, dice.below(10)) {
        (None, 0..8) => "awaiting-date",
        (_, 8) => "postponed",
        (_, 9) => "cancelled",
        (Some(_), 0..5) => "confirmed",
        _ => "tentative",
    };
    let status = if date.is_none() && status == "tentative" {
        "awaiting-date"
    } else {
        status
    };
    Meeting {
        id: format!("meet-{n}"),
        partnership: sketch.partnerships[dice.below(sketch.partnerships.len())]
            .id
            .clone(),
        date,
        status,
    }
}

/// A meeting's date in one of its forms, around the time of the world.
pub fn meeting_date(dice: &mut Dice, near: NaiveDate) -> String {
    let day = plus(near, dice.between(-20, 120));
    match dice.below(8) {
        0 => day.format("%B %Y").to_string(),
        1 => day.format("late %B %Y").to_string(),
        2 => span(day),
        _ => day.format("%-d %B %Y").to_string(),
    }
}

fn span(day: NaiveDate) -> String {
    let end = plus(day, 2);
    if end.format("%m").to_string() == day.format("%m").to_string() {
        format!("{}-{}", day.format("%-d"), end.format("%-d %B %Y"))
    } else {
        day.format("%-d %B %Y").to_string()
    }
}

/// A deadline in any of its forms, before or after a day.
pub fn deadline(dice: &mut Dice, near: NaiveDate, sketch: &Sketch) -> String {
    let day = plus(near, dice.between(-40, 120));
    let quarter = |d: NaiveDate| (d.format("%m").to_string().parse::<u32>().unwrap() - 1) / 3 + 1;
    let at = |dice: &mut Dice| {
        sketch.meetings[dice.below(sketch.meetings.len())]
            .id
            .clone()
    };
    let plain = |dice: &mut Dice| match dice.below(13) {
        0..3 => day.to_string(),
        3 | 4 => day.format("%-d %B %Y").to_string(),
        5 => span(day),
        6 => day.format("%B %Y").to_string(),
        7 => format!("Q{} {}", quarter(day), day.format("%Y")),
        8 => format!("first half of {}", day.format("%Y")),
        9 => format!("second half of {}", day.format("%Y")),
        10 => day.format("%Y").to_string(),
        11 => format!("{}-{}", day.format("%Y"), plus(day, 366).format("%Y")),
        _ => {
            let third = dice.one_of(&["early ", "mid-", "late "]);
            let whole = dice.one_of(&["%B %Y", "%Y"]);
            format!("{third}{}", day.format(whole))
        }
    };
    match dice.below(12) {
        0..7 => plain(dice),
        7 => format!("by {}", plain(dice)),
        8 => format!("at {}", at(dice)),
        9 => format!("before {}", at(dice)),
        10 => format!("{} days before {}", dice.between(2, 20), at(dice)),
        _ => format!("{} days after {}", dice.between(2, 30), at(dice)),
    }
}

/// Steps and cycles that override the general ones.
pub fn policy(dice: &mut Dice) -> Lines {
    let mut lines = Lines::new();
    if dice.chance(50) {
        lines.push(("before", dice.one_of(&["[14, 3]", "[10]", "[]"]).to_owned()));
    }
    if dice.chance(50) {
        lines.push((
            "overdue",
            dice.one_of(&["[2, 5]", "[1, 8, 15, 30]"]).to_owned(),
        ));
    }
    if dice.chance(40) {
        lines.push(("head_after", dice.between(1, 10).to_string()));
        lines.push(("leader_after", dice.between(2, 20).to_string()));
    }
    if dice.chance(40) {
        lines.push(("stale_after", dice.between(10, 60).to_string()));
    }
    if dice.chance(30) {
        lines.push(("due_soon", dice.between(5, 60).to_string()));
    }
    lines
}

fn general_policy(dice: &mut Dice) -> Lines {
    let mut lines = policy(dice);
    if dice.chance(50) {
        let slot = dice.one_of(&["\"02:30\"", "\"09:00\"", "\"17:45\""]);
        lines.push(("slot", slot.to_owned()));
    }
    if dice.chance(40) {
        lines.push(("digest_weekday", "\"tuesday\"".to_owned()));
    }
    if dice.chance(40) {
        lines.push(("brief_working_days", dice.between(3, 12).to_string()));
    }
    lines
}

pub fn add_commitment(dice: &mut Dice, today: NaiveDate, sketch: &mut Sketch) {
    let n = sketch.commitments.len();
    let lead = some_desk(dice, sketch);
    let kind = dice.one_of(&[
        "deliverable",
        "deliverable",
        "deliverable",
        "standing",
        "request",
    ]);
    let readers = dice.chance(30).then(|| {
        let mut readers = vec![lead.clone()];
        readers.extend((0..dice.between(0, 3)).map(|_| somebody(dice, sketch)));
        readers.sort();
        readers.dedup();
        readers
    });
    let mut cooperating: Vec<_> = (0..dice.below(2))
        .map(|_| some_desk(dice, sketch))
        .filter(|d| *d != lead)
        .collect();
    cooperating.dedup();
    let secret = if readers.is_some() { SECRET } else { "Plain" };
    let with_deadline = if kind == "standing" { 25 } else { 80 };
    let partnership = &sketch.partnerships[dice.below(sketch.partnerships.len())];
    let mut commitment = Commitment {
        reference: format!("W-{n:02}"),
        title: format!("{secret} undertaking {n}"),
        partnership: Some(partnership.id.clone()),
        kind,
        cooperating,
        opened: plus(today, dice.between(-100, 5)),
        deadline: dice
            .chance(with_deadline)
            .then(|| deadline(dice, today, sketch)),
        review: (kind == "standing" && dice.chance(50)).then(|| dice.between(1, 4) as u32),
        readers,
        state: if dice.chance(93) { "open" } else { "closed" },
        closed: None,
        snoozed: dice.chance(10).then(|| plus(today, dice.between(-10, 40))),
        milestones: Vec::new(),
        updates: Vec::new(),
        policy: if dice.chance(15) {
            policy(dice)
        } else {
            Lines::new()
        },
        lead,
    };
    if dice.chance(30) {
        for step in 0..dice.between(1, 3) {
            commitment.milestones.push(Milestone {
                title: format!("{secret} step {step}"),
                deadline: dice.chance(90).then(|| deadline(dice, today, sketch)),
                done: None,
            });
        }
    }
    for _ in 0..dice.below(3) {
        let date = plus(today, dice.between(-60, 0));
        if date >= commitment.opened {
            let update = update(dice, date, &commitment, sketch);
            commitment.updates.push(update);
        }
    }
    commitment.updates.sort_by_key(|u| u.date);
    sketch.commitments.push(commitment);
}

pub fn update(
    dice: &mut Dice,
    date: NaiveDate,
    commitment: &Commitment,
    sketch: &Sketch,
) -> Update {
    let state = dice.one_of(&["draft", "submitted", "submitted", "accepted", "returned"]);
    let restricted = commitment.readers.is_some() || dice.chance(10);
    let by = if dice.chance(60) {
        commitment.lead.clone()
    } else {
        somebody(dice, sketch)
    };
    Update {
        date,
        by: dice.chance(90).then_some(by),
        reported: dice.one_of(&[
            "not-started",
            "ongoing",
            "ongoing",
            "ongoing",
            "completed",
            "completed-and-ongoing",
            "discontinued",
        ]),
        confidence: dice
            .chance(60)
            .then(|| dice.one_of(&["green", "amber", "red"])),
        state,
        reviewed: matches!(state, "accepted" | "returned").then_some(date),
        ask: dice.chance(15),
        text: format!(
            "{} progress on {date}.",
            if restricted { SECRET } else { "Plain" }
        ),
        restricted,
    }
}
