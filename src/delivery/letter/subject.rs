//! The subject of a letter: what and when, reference first, at most 70 characters.
//! Of a restricted commitment the subject has the reference and the date.

use chrono::{Datelike, NaiveDate};

use super::matter::{Matter, Writing};
use super::meetings;
use super::{SUBJECT_LENGTH, one_line, shorten};
use crate::domain::calendar::plus;
use crate::domain::meeting::ordinal;
use crate::domain::notice::{Line, NoticeKind};
use crate::domain::rule::Rule;
use crate::wording::{self, count, short_day};

pub(super) fn of(
    reminders: &[&Matter<'_>],
    lines: &[&Matter<'_>],
    writing: &Writing<'_>,
) -> String {
    let subject = match (writing.notice.kind, reminders, lines) {
        (_, [one], []) => single(one, writing),
        (NoticeKind::Brief, _, _) => brief(lines, writing),
        _ => {
            let tally = Tally::of(reminders, lines, writing);
            let head = tally.head(writing);
            tally.fitted(&head, SUBJECT_LENGTH)
        }
    };
    shorten(&one_line(&subject), SUBJECT_LENGTH)
}

fn of_rule<'a, 'm>(lines: &[&'a Matter<'m>], rule: Rule) -> Vec<&'a Matter<'m>> {
    lines
        .iter()
        .filter(|m| m.item.rule == rule)
        .copied()
        .collect()
}

/// `US37-03: due in 14 days, Joint Vision Statement endorsed`
fn single(matter: &Matter<'_>, writing: &Writing<'_>) -> String {
    let reference = &matter.item.commitment;
    let head = format!("{reference}: {}, ", what(matter, writing));
    let room = SUBJECT_LENGTH.saturating_sub(head.chars().count());
    let Some(title) = matter.title_within(room, " ") else {
        let date = short_day(matter.date());
        return if matter.is_about_deadline() {
            format!("{reference}: a deadline on {date}")
        } else {
            format!("{reference}: a reminder of {date}")
        };
    };
    format!("{head}{title}")
}

/// What a single reminder is about, in a few words.
fn what(matter: &Matter<'_>, writing: &Writing<'_>) -> String {
    let over = matter.days_over(writing.today);
    let due = match over.unwrap_or_default() {
        0 => "due today".to_owned(),
        -1 => "due tomorrow".to_owned(),
        days if days < 0 => format!("due in {}", count(days.unsigned_abs() as usize, "day")),
        days => format!("{} overdue", count(days.unsigned_abs() as usize, "day")),
    };
    match matter.item.rule {
        Rule::Before(_) | Rule::LastDay | Rule::Overdue(_) if matter.is_request() => {
            format!("to raise, {due}")
        }
        Rule::Before(_) | Rule::LastDay | Rule::Overdue(_) => due,
        Rule::Opens => "its window has opened".to_owned(),
        Rule::Outcome(_) => "what came of the meeting".to_owned(),
        Rule::Assigned => "new".to_owned(),
        Rule::Returned => "update returned".to_owned(),
        Rule::Review(n) => format!("{} review", ordinal(n)),
        Rule::Stale(_) => {
            let since = matter.item.because.counted_from;
            format!("silent for {}", wording::days_between(since, writing.today))
        }
        Rule::Decision(_) => "to decide".to_owned(),
        Rule::Brief | Rule::Digest => "open".to_owned(),
    }
}

/// `For the PMC with the U.S., 10 July: 7 commitments`
fn brief(lines: &[&Matter<'_>], writing: &Writing<'_>) -> String {
    let of_briefs = of_rule(lines, Rule::Brief);
    let meetings = meetings::of_briefs(&of_briefs);
    let commitments = count(of_briefs.len(), "commitment");
    let [first, others @ ..] = meetings.as_slice() else {
        return commitments;
    };
    let name = match others.len() {
        0 => wording::the_meeting(first, writing.directory()),
        n => format!(
            "{} and {}",
            wording::the_meeting(first, writing.directory()),
            count(n, "other meeting")
        ),
    };
    let date = of_briefs
        .first()
        .map(|m| format!(", {}", short_day(m.item.because.counted_from)))
        .unwrap_or_default();
    let tail = format!("{date}: {commitments}");
    // The name gives way, not the date and the number.
    let room = SUBJECT_LENGTH.saturating_sub("For ".len() + tail.chars().count());
    format!("For {}{tail}", shorten(&one_line(&name), room))
}

/// What there is of each sort, the most pressing first.
pub(super) struct Tally {
    pub(super) parts: Vec<String>,
    is_digest: bool,
}

impl Tally {
    pub(super) fn of(
        reminders: &[&Matter<'_>],
        lines: &[&Matter<'_>],
        writing: &Writing<'_>,
    ) -> Self {
        let all = || {
            reminders
                .iter()
                .chain(lines.iter().filter(|m| m.item.rule == Rule::Digest))
        };
        let rules =
            |wanted: fn(Rule) -> bool| reminders.iter().filter(|m| wanted(m.item.rule)).count();
        let told = |wanted: &[Line]| {
            lines
                .iter()
                .filter(|m| m.item.line.is_some_and(|l| wanted.contains(&l)))
                .count()
        };
        let decisions = rules(|r| matches!(r, Rule::Decision(_)))
            + told(&[Line::AwaitsDecision, Line::ReportedCompleted]);
        let overdue = all().filter(|m| m.is_overdue()).count();
        let due: Vec<&&Matter<'_>> = all()
            .filter(|m| {
                matches!(m.item.rule, Rule::Before(_) | Rule::LastDay | Rule::Opens)
                    || m.item.line == Some(Line::DueSoon)
            })
            .collect();
        let asked = rules(|r| matches!(r, Rule::Review(_) | Rule::Stale(_)));
        let counted = [
            (decisions, "to decide"),
            (overdue, "overdue"),
            (
                rules(|r| matches!(r, Rule::Outcome(_))),
                "to tell the outcome of",
            ),
        ];
        let others = [
            (rules(|r| r == Rule::Returned), "returned"),
            (asked, "to report on"),
            (told(&[Line::Unanswered]), "unanswered"),
            (
                rules(|r| r == Rule::Assigned) + told(&[Line::Opened]),
                "new",
            ),
            (
                told(&[Line::HandedOver, Line::Redated, Line::Updated]),
                "changed",
            ),
        ];
        let said = |(n, word): (usize, &str)| (n > 0).then(|| format!("{n} {word}"));
        let mut parts: Vec<String> = counted.into_iter().filter_map(said).collect();
        parts.extend(due_by(&due, writing).map(|by| format!("{} {by}", due.len())));
        parts.extend(others.into_iter().filter_map(said));
        Self {
            parts,
            is_digest: writing.notice.kind == NoticeKind::Digest,
        }
    }

    /// `ASEAN-U.S. desk, week of 2 June` or `ASEAN-U.S. desk, 3 July`. In a subject the name gives
    /// way to the date and to what is most pressing.
    fn head(&self, writing: &Writing<'_>) -> String {
        let date = writing.notice.date;
        let when = if self.is_digest {
            let monday = plus(date, -i64::from(date.weekday().num_days_from_monday()));
            format!("week of {}", short_day(monday))
        } else {
            short_day(date)
        };
        let pressing = self.parts.first().map_or(0, |p| p.chars().count());
        let taken = when.chars().count() + pressing + ", : ".len();
        let name = one_line(writing.reader_name());
        let name = shorten(&name, SUBJECT_LENGTH.saturating_sub(taken));
        format!("{name}, {when}")
    }

    /// As many parts after the head as there is room for.
    fn fitted(&self, head: &str, length: usize) -> String {
        let mut subject = head.to_owned();
        for (place, part) in self.parts.iter().enumerate() {
            let longer = match place {
                0 => format!("{subject}: {part}"),
                _ => format!("{subject}, {part}"),
            };
            if longer.chars().count() > length {
                break;
            }
            subject = longer;
        }
        subject
    }
}

/// `due this week` where all end within seven days, else `due by 16 June`, `due today`; `None` for
/// nothing.
pub(super) fn due_by(due: &[&&Matter<'_>], writing: &Writing<'_>) -> Option<String> {
    let last: Option<NaiveDate> = due.iter().filter_map(|m| m.window).map(|w| w.last).max();
    let by = match last {
        _ if due.is_empty() => return None,
        None => return Some("due".to_owned()),
        Some(last) if last == writing.today => "today".to_owned(),
        Some(last) if last < plus(writing.today, 7) => "this week".to_owned(),
        Some(last) if last.year() == writing.today.year() => format!("by {}", short_day(last)),
        Some(last) => format!("by {}", wording::day(last)),
    };
    Some(format!("due {by}"))
}
