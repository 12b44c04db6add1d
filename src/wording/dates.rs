//! Days, windows and deadlines in words.

use chrono::{DateTime, Datelike, NaiveDate, Utc, Weekday};
use chrono_tz::Tz;

use crate::domain::deadline::{Deadline, Expression, Span, Window, month_name};
use crate::domain::directory::Directory;
use crate::domain::ids::MeetingId;
use crate::domain::meeting::{Meeting, MeetingStatus};

/// `2 June 2025`
pub fn day(day: NaiveDate) -> String {
    format!("{} {}", short_day(day), day.year())
}

/// `Monday 2 June 2025`
pub fn weekday_day(date: NaiveDate) -> String {
    format!("{} {}", weekday(date.weekday()), day(date))
}

/// `2 June`, where the year is plain from what stands around it.
pub fn short_day(day: NaiveDate) -> String {
    format!("{} {}", day.day(), month_name(day.month()))
}

/// `Monday 2 June`, with the year where it is not that of `beside`.
pub(super) fn day_beside(date: NaiveDate, beside: NaiveDate) -> String {
    if date.year() == beside.year() {
        format!("{} {}", weekday(date.weekday()), short_day(date))
    } else {
        weekday_day(date)
    }
}

/// `Monday`
pub fn weekday(day: Weekday) -> &'static str {
    match day {
        Weekday::Mon => "Monday",
        Weekday::Tue => "Tuesday",
        Weekday::Wed => "Wednesday",
        Weekday::Thu => "Thursday",
        Weekday::Fri => "Friday",
        Weekday::Sat => "Saturday",
        Weekday::Sun => "Sunday",
    }
}

/// `1 notice`, `3 notices`, `2 countries`: a number and its noun, given in the singular.
pub fn count(n: usize, noun: &str) -> String {
    if n == 1 {
        return format!("1 {noun}");
    }
    let ends = |endings: &[&str]| endings.iter().any(|e| noun.ends_with(e));
    match noun.strip_suffix('y') {
        Some(stem) if !ends(&["ay", "ey", "oy", "uy"]) => format!("{n} {stem}ies"),
        _ if ends(&["s", "x", "ch", "sh"]) => format!("{n} {noun}es"),
        _ => format!("{n} {noun}s"),
    }
}

/// A number as it stands in prose: `four`, and in figures beyond twelve.
pub fn in_words(n: usize) -> String {
    const WORDS: [&str; 13] = [
        "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
        "eleven", "twelve",
    ];
    WORDS
        .get(n)
        .map_or_else(|| n.to_string(), |word| (*word).to_owned())
}

/// A day just behind us, after `since`: `Monday`, `last Monday` where today is one too, and
/// `26 May` where it is more than a week ago.
pub fn since(date: NaiveDate, today: NaiveDate) -> String {
    match (today - date).num_days() {
        1..=6 => weekday(date.weekday()).to_owned(),
        7 => format!("last {}", weekday(date.weekday())),
        _ if date.year() == today.year() => short_day(date),
        _ => day(date),
    }
}

/// Where a meeting of known dates stands, after its name: `is in 38 days`, `begins tomorrow`,
/// `is under way`.
pub fn meeting_ahead(window: Window, today: NaiveDate) -> String {
    let Window { first, last } = window;
    let verb = if first == last { "is" } else { "begins" };
    match (first - today).num_days() {
        1 => format!("{verb} tomorrow"),
        days if days > 1 => format!("{verb} in {}", how_far(today, first)),
        0 => format!("{verb} today"),
        _ if today <= last => "is under way".to_owned(),
        _ => format!("was {} ago", how_far(last, today)),
    }
}

/// The whole days from one date to another, never negative, in words: `12 days`.
pub fn days_between(from: NaiveDate, to: NaiveDate) -> String {
    count((to - from).num_days().unsigned_abs() as usize, "day")
}

/// Beyond so many days people reckon in months and years.
const COUNTED_IN_DAYS: i64 = 90;

/// How far one date is from another, as people say it beside the date itself: `12 days`, `7 months`,
/// `2 years and 7 months`, to the nearest month.
fn how_far(from: NaiveDate, to: NaiveDate) -> String {
    if (to - from).num_days() <= COUNTED_IN_DAYS {
        return days_between(from, to);
    }
    let since = |date: NaiveDate| date.year() * 12 + date.month0() as i32;
    let beyond = i64::from(to.day()) - i64::from(from.day());
    let rounding = i32::from(beyond > 15) - i32::from(beyond < -15);
    let months = usize::try_from(since(to) - since(from) + rounding).unwrap_or_default();
    match (months / 12, months % 12) {
        (0, months) => count(months, "month"),
        (years, 0) => count(years, "year"),
        (years, months) => format!("{} and {}", count(years, "year"), count(months, "month")),
    }
}

/// A deadline as people say it: in its own words, with meetings by their names. `at pmc-2025`
/// becomes `at the PMC with the U.S.`.
pub fn deadline(deadline: &Deadline, directory: &Directory) -> String {
    let meeting = |id: &MeetingId| the_meeting(id, directory);
    match deadline.expression() {
        Expression::In(span) => span_words(*span, deadline.text()),
        Expression::By(span) => {
            let text = deadline.text();
            // The words begin with `by `, however it was capitalised.
            format!("by {}", span_words(*span, text.get(3..).unwrap_or(text)))
        }
        Expression::At(id) => format!("at {}", meeting(id)),
        Expression::Before(id) => format!("before {}", meeting(id)),
        Expression::Offset(0, id) => format!("on the day of {}", meeting(id)),
        Expression::Offset(days, id) => {
            let side = if *days < 0 { "before" } else { "after" };
            let days = count(days.unsigned_abs() as usize, "day");
            format!("{days} {side} {}", meeting(id))
        }
    }
}

/// A deadline after `it is due`: `in July 2025`, `on 10 July 2025`, `at the PMC with the U.S.`.
pub fn due(deadline: &Deadline, directory: &Directory) -> String {
    let words = self::deadline(deadline, directory);
    match deadline.expression() {
        Expression::In(Span::Day(_) | Span::Days(..)) => format!("on {words}"),
        Expression::In(Span::Half(..)) => format!("in the {words}"),
        Expression::In(_) => format!("in {words}"),
        _ => words,
    }
}

/// What stands in brackets after a deadline: the countdown, and where the deadline hangs on a
/// meeting, the meeting's date and how sure it is. `window closes in 12 days`, `10 July 2025,
/// tentative, in 7 days`.
pub fn distance(
    deadline: &Deadline,
    window: Option<Window>,
    directory: &Directory,
    today: NaiveDate,
) -> String {
    let countdown = countdown(window, today);
    let (Some(id), Some(resolved)) = (deadline.meeting(), window) else {
        return countdown;
    };
    let meeting = directory.meetings.get(id);
    let tentative = match meeting.map(|m| m.status) {
        Some(MeetingStatus::Tentative) => ", tentative",
        _ => "",
    };
    let date = match deadline.expression() {
        Expression::At(_) => meeting
            .and_then(|m| m.date.as_ref())
            .map_or_else(|| self::window(resolved), |d| span_words(d.span, d.text())),
        Expression::Before(_) => format!("by {}", day(resolved.last)),
        _ => self::window(resolved),
    };
    format!("{date}{tentative}, {countdown}")
}

/// A span in the words it was written in; a single day is always printed alike.
pub(super) fn span_words(span: Span, text: &str) -> String {
    match span {
        Span::Day(date) => day(date),
        _ => text.to_owned(),
    }
}

/// A meeting by its name, with the article: `the 13th ASEAN-U.S. Summit`.
pub fn the_meeting(id: &MeetingId, directory: &Directory) -> String {
    match directory.meetings.get(id) {
        Some(meeting) => with_article(&meeting.name()),
        None => format!("the meeting {id}"),
    }
}

/// A name with its article: `the ASEAN-U.S. desk`.
pub fn with_article(name: &str) -> String {
    if name.to_lowercase().starts_with("the ") {
        name.to_owned()
    } else {
        format!("the {name}")
    }
}

/// `10 July 2025`, `1-31 July 2025`, `1 July to 30 September 2025`.
pub fn window(window: Window) -> String {
    let Window { first, last } = window;
    if first == last {
        day(first)
    } else if (first.year(), first.month()) == (last.year(), last.month()) {
        format!("{}-{}", first.day(), day(last))
    } else if first.year() == last.year() {
        format!("{} to {}", short_day(first), day(last))
    } else {
        format!("{} to {}", day(first), day(last))
    }
}

/// An instant on a reader's clock: `Thursday 26 June 2025, 08:00 in Phnom Penh`.
pub fn local_time(at: DateTime<Utc>, zone: Tz) -> String {
    let local = at.with_timezone(&zone);
    format!(
        "{}, {} {}",
        weekday_day(local.date_naive()),
        local.format("%H:%M"),
        place(zone)
    )
}

/// The place a zone is named after: `in Phnom Penh`; `UTC` is nowhere.
fn place(zone: Tz) -> String {
    match zone.name().rsplit_once('/') {
        Some((_, city)) => format!("in {}", city.replace('_', " ")),
        None => zone.name().to_owned(),
    }
}

/// How far away a window is, as seen from a day: `window closes in 12 days`, `closed 3 days ago`,
/// `opens in 5 days`, `last day is today`, `awaits its meeting`.
pub fn countdown(window: Option<Window>, today: NaiveDate) -> String {
    let Some(Window { first, last }) = window else {
        return "awaits its meeting".to_owned();
    };
    let is_day = first == last;
    let ahead = |to: NaiveDate| match (to - today).num_days() {
        1 => "tomorrow".to_owned(),
        _ => format!("in {}", how_far(today, to)),
    };
    if today < first {
        let ahead = ahead(first);
        return if is_day {
            ahead
        } else {
            format!("opens {ahead}")
        };
    }
    if today < last {
        return format!("window closes {}", ahead(last));
    }
    match (today - last).num_days() {
        0 if is_day => "today".to_owned(),
        0 => "last day is today".to_owned(),
        1 if is_day => "yesterday".to_owned(),
        1 => "closed yesterday".to_owned(),
        _ if is_day => format!("{} ago", how_far(last, today)),
        _ => format!("closed {} ago", how_far(last, today)),
    }
}

/// When a meeting is, and how sure that is: `10 July 2025, tentative`, `date awaited`.
pub fn date_of_meeting(meeting: &Meeting) -> String {
    let date = meeting.date.as_ref().map(|d| span_words(d.span, d.text()));
    match (date, meeting.status) {
        (Some(date), MeetingStatus::AwaitingDate) => date,
        (Some(date), MeetingStatus::Postponed) => format!("postponed to {date}"),
        (Some(date), status) => format!("{date}, {}", super::states::meeting_status(status)),
        (None, MeetingStatus::Postponed) => "postponed, date awaited".to_owned(),
        (None, MeetingStatus::Cancelled) => "cancelled".to_owned(),
        (None, MeetingStatus::Held) => "held, date not recorded".to_owned(),
        (None, _) => "date awaited".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::deadline::MeetingDate;

    fn on(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn span(first: &str, last: &str) -> Window {
        Window::new(on(first), on(last)).unwrap()
    }

    fn meeting(id: &str, number: Option<u32>, series: &str) -> Meeting {
        Meeting {
            id: MeetingId::parse(id).unwrap(),
            partnership: None,
            series: series.into(),
            number,
            forum: None,
            date: Some(MeetingDate::parse("2025-07-10").unwrap()),
            status: MeetingStatus::Tentative,
            place: None,
            host: None,
            co_chairs: Vec::new(),
            attending: Vec::new(),
            date_revision: 1,
            moved_on: None,
            moves: Vec::new(),
        }
    }

    fn directory() -> Directory {
        let meetings = [
            meeting("pmc-2025", None, "PMC with the U.S."),
            meeting("summit-13", Some(13), "ASEAN-U.S. Summit"),
        ];
        Directory {
            meetings: meetings.into_iter().map(|m| (m.id.clone(), m)).collect(),
            ..Directory::default()
        }
    }

    #[test]
    fn days_are_written_out() {
        let monday = on("2025-06-02");
        assert_eq!(day(monday), "2 June 2025");
        assert_eq!(weekday_day(monday), "Monday 2 June 2025");
        assert_eq!(short_day(monday), "2 June");
        assert_eq!(day_beside(monday, on("2026-01-01")), "Monday 2 June 2025");
        assert_eq!(day_beside(monday, on("2025-01-01")), "Monday 2 June");
    }

    #[test]
    fn what_is_far_away_is_told_in_months_and_years() {
        let from = on("2025-06-02");
        for (to, words) in [
            ("2025-08-31", "90 days"),
            ("2025-09-01", "3 months"),
            ("2025-09-02", "3 months"),
            ("2025-12-31", "7 months"),
            ("2026-06-01", "1 year"),
            ("2026-05-15", "11 months"),
            ("2026-06-02", "1 year"),
            ("2027-12-31", "2 years and 7 months"),
        ] {
            assert_eq!(how_far(from, on(to)), words, "{to}");
        }
        let until = span("2025-01-01", "2027-12-31");
        let said = countdown(Some(until), from);
        assert_eq!(said, "window closes in 2 years and 7 months");
    }

    #[test]
    fn numbers_days_and_meetings_in_prose() {
        assert_eq!(
            [in_words(0), in_words(4), in_words(13)],
            ["no", "four", "13"]
        );
        let monday = on("2025-06-09");
        assert_eq!(since(on("2025-06-06"), monday), "Friday");
        assert_eq!(since(on("2025-06-02"), monday), "last Monday");
        assert_eq!(since(on("2025-05-26"), monday), "26 May");
        assert_eq!(
            since(on("2024-12-30"), on("2025-01-13")),
            "30 December 2024"
        );
        let pmc = span("2025-07-10", "2025-07-10");
        assert_eq!(meeting_ahead(pmc, on("2025-07-08")), "is in 2 days");
        assert_eq!(meeting_ahead(pmc, on("2025-07-09")), "is tomorrow");
        assert_eq!(meeting_ahead(pmc, on("2025-07-10")), "is today");
        let days = span("2025-10-26", "2025-10-28");
        assert_eq!(meeting_ahead(days, on("2025-10-25")), "begins tomorrow");
        assert_eq!(meeting_ahead(days, on("2025-10-27")), "is under way");
    }

    #[test]
    fn nouns_follow_their_number() {
        let words = [
            count(0, "notice"),
            count(1, "notice"),
            count(3, "commitment"),
            count(2, "party"),
            count(2, "day"),
            count(2, "address"),
        ];
        let wanted = [
            "0 notices",
            "1 notice",
            "3 commitments",
            "2 parties",
            "2 days",
            "2 addresses",
        ];
        assert_eq!(words, wanted);
    }

    #[test]
    fn deadlines_keep_their_words_and_name_their_meetings() {
        let cases = [
            ("July 2025", "July 2025"),
            ("second half of 2025", "second half of 2025"),
            ("2025-04-22", "22 April 2025"),
            ("by 2025-04-22", "by 22 April 2025"),
            ("By July 2025", "by July 2025"),
            ("at pmc-2025", "at the PMC with the U.S."),
            ("before pmc-2025", "before the PMC with the U.S."),
            (
                "14 days before summit-13",
                "14 days before the 13th ASEAN-U.S. Summit",
            ),
            (
                "1 day after summit-13",
                "1 day after the 13th ASEAN-U.S. Summit",
            ),
            (
                "0 days after summit-13",
                "on the day of the 13th ASEAN-U.S. Summit",
            ),
            ("at jcc-16", "at the meeting jcc-16"),
        ];
        for (text, words) in cases {
            let parsed = Deadline::parse(text).unwrap();
            assert_eq!(deadline(&parsed, &directory()), words, "{text}");
        }
    }

    #[test]
    fn what_is_due_reads_as_a_sentence_and_says_how_far_it_is() {
        let directory = directory();
        let on = |text: &str| text.parse::<NaiveDate>().unwrap();
        let said = |text: &str| {
            let deadline = Deadline::parse(text).unwrap();
            let window = deadline
                .resolve(on("2025-04-23"), |id| directory.meeting_dated(id))
                .map(|d| d.window);
            let away = distance(&deadline, window, &directory, on("2025-07-03"));
            format!("{} ({away})", due(&deadline, &directory))
        };
        let cases = [
            ("July 2025", "in July 2025 (window closes in 28 days)"),
            (
                "second half of 2025",
                "in the second half of 2025 (window closes in 6 months)",
            ),
            ("10 July 2025", "on 10 July 2025 (in 7 days)"),
            ("by July 2025", "by July 2025 (window closes in 28 days)"),
            (
                "at pmc-2025",
                "at the PMC with the U.S. (10 July 2025, tentative, in 7 days)",
            ),
            (
                "before pmc-2025",
                "before the PMC with the U.S. (by 9 July 2025, tentative, window closes in 6 days)",
            ),
            (
                "2 days before pmc-2025",
                "2 days before the PMC with the U.S. (8 July 2025, tentative, in 5 days)",
            ),
            ("at jcc-16", "at the meeting jcc-16 (awaits its meeting)"),
        ];
        for (text, words) in cases {
            assert_eq!(said(text), words, "{text}");
        }
    }

    #[test]
    fn windows_are_as_short_as_they_can_be() {
        assert_eq!(window(span("2025-07-10", "2025-07-10")), "10 July 2025");
        assert_eq!(window(span("2025-07-01", "2025-07-31")), "1-31 July 2025");
        assert_eq!(
            window(span("2025-07-01", "2025-09-30")),
            "1 July to 30 September 2025"
        );
        assert_eq!(
            window(span("2021-01-01", "2025-12-31")),
            "1 January 2021 to 31 December 2025"
        );
    }

    #[test]
    fn a_countdown_says_where_today_is() {
        let july = Some(span("2025-07-01", "2025-07-31"));
        let cases = [
            ("2025-06-26", "opens in 5 days"),
            ("2025-06-30", "opens tomorrow"),
            ("2025-07-01", "window closes in 30 days"),
            ("2025-07-30", "window closes tomorrow"),
            ("2025-07-31", "last day is today"),
            ("2025-08-01", "closed yesterday"),
            ("2025-08-03", "closed 3 days ago"),
        ];
        for (today, words) in cases {
            assert_eq!(countdown(july, on(today)), words, "{today}");
        }
        let pmc = Some(span("2025-07-10", "2025-07-10"));
        let cases = [
            ("2025-07-05", "in 5 days"),
            ("2025-07-09", "tomorrow"),
            ("2025-07-10", "today"),
            ("2025-07-11", "yesterday"),
            ("2025-07-13", "3 days ago"),
        ];
        for (today, words) in cases {
            assert_eq!(countdown(pmc, on(today)), words, "{today}");
        }
        assert_eq!(countdown(None, on("2025-07-10")), "awaits its meeting");
    }

    #[test]
    fn a_meeting_says_how_sure_it_is() {
        let mut pmc = meeting("pmc-2025", None, "PMC with the U.S.");
        assert_eq!(date_of_meeting(&pmc), "10 July 2025, tentative");
        pmc.status = MeetingStatus::Postponed;
        assert_eq!(date_of_meeting(&pmc), "postponed to 10 July 2025");
        pmc.date = None;
        assert_eq!(date_of_meeting(&pmc), "postponed, date awaited");
        pmc.status = MeetingStatus::AwaitingDate;
        assert_eq!(date_of_meeting(&pmc), "date awaited");
    }
}
