//! Public holidays from an iCalendar file (RFC 5545), as statistics offices, calendars and mail
//! programs write them: all-day events, some over several days, some that return every year.
//!
//! 1. The file is unfolded and parsed; what is wrong is told with its line.
//! 2. Each event gives its days. What was cancelled gives none, what has an hour is no holiday.
//! 3. What returns every year returns up to the file's horizon: the last year for which the file
//!    says something of its own.
//! 4. The years for which the file is a calendar are those with enough days in them; a stray day at
//!    either end (a holiday over New Year's Eve) does not make it the calendar of another year.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, NaiveDate};
use icalendar::parser::{Component, Property, read_calendar};

use super::lines::{Lines, Places};
use crate::domain::calendar::plus;

/// The largest file that is read, in bytes: a calendar of holidays has a few hundred lines a year.
pub const LARGEST: usize = 4 * 1024 * 1024;
/// The longest holiday, in days.
const LONGEST: i64 = 62;
/// Years beyond the present for which a file is read that only says what returns every year.
const YEARS_AHEAD: i32 = 5;
/// The years that holidays may lie in, as those of a record.
const YEARS: std::ops::RangeInclusive<i32> = 1900..=2199;
/// How often an event may return.
const RETURNS: u16 = 300;

/// The holidays of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Holidays {
    /// Each day with its name.
    pub days: BTreeMap<NaiveDate, String>,
    /// The years for which the file is the calendar.
    pub years: BTreeSet<i32>,
    /// Days beyond them, which a calendar of those years will bring.
    pub left_out: BTreeMap<NaiveDate, String>,
    /// Events that were cancelled.
    pub cancelled: usize,
    /// Events with an hour: no holidays.
    pub timed: usize,
}

/// Why a file cannot be read, with the line where that is known.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}{message}", line.map(|n| format!("{n}: ")).unwrap_or_default())]
pub struct IcsError {
    pub line: Option<usize>,
    pub message: String,
}

impl IcsError {
    pub(super) fn at(line: usize, message: impl Into<String>) -> Self {
        Self {
            line: Some(line),
            message: message.into(),
        }
    }

    fn whole(message: impl Into<String>) -> Self {
        Self {
            line: None,
            message: message.into(),
        }
    }
}

/// Reads the holidays of a file. `today` bounds what returns for ever.
///
/// # Errors
/// What is no iCalendar file, or says something of a holiday that cannot be read, with its line.
pub fn read(bytes: &[u8], today: NaiveDate) -> Result<Holidays, IcsError> {
    if bytes.len() > LARGEST {
        return Err(IcsError::whole(format!(
            "the file is larger than {} MB; a calendar of holidays is not",
            LARGEST / 1024 / 1024
        )));
    }
    let lines = Lines::unfold(bytes)?;
    let begins = |(text, _): &(String, usize)| text.trim().eq_ignore_ascii_case("BEGIN:VCALENDAR");
    if !lines.lines.first().is_some_and(begins) {
        return Err(IcsError::at(
            1,
            "this is no iCalendar file: it does not begin with BEGIN:VCALENDAR",
        ));
    }
    let text = lines.text();
    let calendar = read_calendar(&text).map_err(|error| unreadable(&error, &lines))?;
    let places = lines.places_of("VEVENT");
    let events = calendar
        .components
        .iter()
        .filter(|c| c.name.as_str().eq_ignore_ascii_case("VEVENT"));
    let mut found = Found::default();
    for (event, place) in events.zip(&places) {
        found.take(event, place)?;
    }
    found.expand(today)?;
    found.settle()
}

fn unreadable(error: &str, lines: &Lines) -> IcsError {
    // The parser counts the lines of the unfolded text.
    let number = error.split("at line ").nth(1).and_then(|rest| {
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        digits.parse::<usize>().ok()
    });
    let line = number.and_then(|n| lines.lines.get(n.saturating_sub(1)));
    let message = "this line is not as an iCalendar file has it; was the file cut short?";
    match line.or(lines.lines.last()) {
        Some((_, line)) => IcsError::at(*line, message),
        None => IcsError::whole(message),
    }
}

/// An event that returns.
struct Returning {
    uid: Option<String>,
    name: String,
    first: NaiveDate,
    /// How many days it lasts.
    length: i64,
    rule: String,
    line: usize,
    /// Days on which it does not return.
    except: BTreeSet<NaiveDate>,
}

#[derive(Default)]
struct Found {
    /// By day; what returns is added last.
    days: BTreeMap<NaiveDate, String>,
    /// The first days of what the file says of its own, which set its horizon.
    own: BTreeSet<NaiveDate>,
    returning: Vec<Returning>,
    /// Returns that were moved or cancelled, by the event they belong to.
    replaced: BTreeSet<(String, NaiveDate)>,
    cancelled: usize,
    timed: usize,
}

impl Found {
    fn take(&mut self, event: &Component<'_>, place: &Places) -> Result<(), IcsError> {
        let uid = text(event, "UID");
        let replaces = property(event, "RECURRENCE-ID")
            .map(|p| date_of(p, place.of("RECURRENCE-ID")))
            .transpose()?
            .flatten();
        if let (Some(uid), Some(day)) = (&uid, replaces) {
            self.replaced.insert((uid.clone(), day));
        }
        let status = text(event, "STATUS");
        if status.is_some_and(|s| s.eq_ignore_ascii_case("CANCELLED")) {
            self.cancelled += 1;
            return Ok(());
        }
        let Some(start) = property(event, "DTSTART") else {
            return Err(IcsError::at(place.begins, "this event has no DTSTART"));
        };
        let Some(first) = date_of(start, place.of("DTSTART"))? else {
            self.timed += 1;
            return Ok(());
        };
        let length = length(event, first, place)?;
        let name = text(event, "SUMMARY").unwrap_or_else(|| "holiday".to_owned());
        match text(event, "RRULE") {
            None => {
                self.add(first, length, &name);
                self.own.insert(first);
            }
            Some(rule) => self.returning.push(Returning {
                uid,
                name: name.clone(),
                first,
                length,
                rule,
                line: place.of("RRULE"),
                except: dates_of(event, "EXDATE", place)?,
            }),
        }
        for more in dates_of(event, "RDATE", place)? {
            self.add(more, length, &name);
            self.own.insert(more);
        }
        Ok(())
    }

    fn add(&mut self, first: NaiveDate, length: i64, name: &str) {
        for n in 0..length {
            self.days
                .entry(plus(first, n))
                .or_insert_with(|| name.to_owned());
        }
    }

    fn expand(&mut self, today: NaiveDate) -> Result<(), IcsError> {
        let own = self.own.iter().next_back().map(|day| day.year());
        for event in std::mem::take(&mut self.returning) {
            let rule = yearly(&event)?;
            let ends = rule.contains("UNTIL=") || rule.contains("COUNT=");
            let horizon = match own {
                _ if ends => *YEARS.end(),
                Some(year) => year,
                None => today.year() + YEARS_AHEAD,
            };
            let unfit = || {
                let what = "this RRULE cannot be read";
                IcsError::at(event.line, format!("{what}: {}", event.rule))
            };
            let text = format!(
                "DTSTART:{}T000000Z\nRRULE:{rule}",
                event.first.format("%Y%m%d")
            );
            let returns: rrule::RRuleSet = text.parse().map_err(|_| unfit())?;
            let until = NaiveDate::from_ymd_opt(horizon, 12, 31).ok_or_else(unfit)?;
            let until = until.and_hms_opt(23, 59, 59).ok_or_else(unfit)?;
            let until = until.and_utc().with_timezone(&rrule::Tz::UTC);
            let days = returns.before(until).all(RETURNS).dates;
            for day in days.into_iter().map(|at| at.date_naive()) {
                let replaced = event
                    .uid
                    .clone()
                    .is_some_and(|uid| self.replaced.contains(&(uid, day)));
                if !replaced && !event.except.contains(&day) {
                    self.add(day, event.length, &event.name);
                }
            }
        }
        Ok(())
    }

    /// Which years the file is a calendar for, and what of its days counts.
    fn settle(self) -> Result<Holidays, IcsError> {
        let Self {
            days,
            own,
            cancelled,
            timed,
            ..
        } = self;
        let odd = days.keys().find(|day| !YEARS.contains(&day.year()));
        if let Some(day) = odd {
            return Err(IcsError::whole(format!(
                "{day} is outside the years 1900 to 2199"
            )));
        }
        let mut counts: BTreeMap<i32, usize> = BTreeMap::new();
        for day in days.keys() {
            *counts.entry(day.year()).or_default() += 1;
        }
        let most = counts.values().copied().max().unwrap_or(0);
        if most == 0 {
            return Err(IcsError::whole(
                "the file has no all-day event; a holiday is an event with a date and no hour",
            ));
        }
        let years: BTreeSet<i32> = counts
            .iter()
            .filter(|(_, count)| **count * 2 >= most)
            .map(|(year, _)| *year)
            .collect();
        let first = years.first().copied().unwrap_or_default();
        // New Year's Day kept on New Year's Eve belongs to the year that follows.
        let eve =
            |day: &NaiveDate| day.year() == first - 1 && day.month() == 12 && own.contains(day);
        let (days, left_out) = days
            .into_iter()
            .partition(|(day, _)| years.contains(&day.year()) || eve(day));
        Ok(Holidays {
            days,
            years,
            left_out,
            cancelled,
            timed,
        })
    }
}

/// The rule, if it returns yearly, with an end as the rule's reader takes it.
fn yearly(event: &Returning) -> Result<String, IcsError> {
    let rule = event.rule.trim().to_ascii_uppercase();
    let parts: Vec<&str> = rule.split(';').filter(|part| !part.is_empty()).collect();
    if !parts.contains(&"FREQ=YEARLY") {
        return Err(IcsError::at(
            event.line,
            format!("a holiday returns yearly, and this event returns by {rule}"),
        ));
    }
    let parts = parts
        .into_iter()
        .map(|part| match part.strip_prefix("UNTIL=") {
            Some(day) if !day.contains('T') => format!("UNTIL={day}T235959Z"),
            Some(at) if !at.ends_with('Z') => format!("UNTIL={at}Z"),
            _ => part.to_owned(),
        });
    Ok(parts.collect::<Vec<_>>().join(";"))
}

fn property<'a>(event: &'a Component<'_>, name: &str) -> Option<&'a Property<'a>> {
    let mut properties = event.properties.iter();
    properties.find(|p| p.name.as_str().eq_ignore_ascii_case(name))
}

/// A text property on one line, its escapes resolved.
fn text(event: &Component<'_>, name: &str) -> Option<String> {
    let value = property(event, name)?.val.as_str();
    let mut plain = String::with_capacity(value.len());
    let mut escaped = false;
    for c in value.chars() {
        match c {
            '\\' if !escaped => {
                escaped = true;
                continue;
            }
            'n' | 'N' if escaped => plain.push(' '),
            c if c.is_control() => plain.push(' '),
            c => plain.push(c),
        }
        escaped = false;
    }
    let plain = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    (!plain.is_empty()).then_some(plain)
}

/// The civil date of a property; `None` where it has an hour.
fn date_of(property: &Property<'_>, line: usize) -> Result<Option<NaiveDate>, IcsError> {
    let value = property.val.as_str().trim();
    if value.contains('T') {
        return Ok(None);
    }
    date(value, property.name.as_str(), line).map(Some)
}

fn date(value: &str, name: &str, line: usize) -> Result<NaiveDate, IcsError> {
    let unfit = || {
        let wanted = "a date is written like 20250414";
        IcsError::at(line, format!("{name} is `{value}`; {wanted}"))
    };
    if value.len() != 8 || !value.bytes().all(|b| b.is_ascii_digit()) {
        return Err(unfit());
    }
    NaiveDate::parse_from_str(value, "%Y%m%d").map_err(|_| unfit())
}

/// The dates of every property of a name, several of which may stand in one.
fn dates_of(
    event: &Component<'_>,
    name: &str,
    place: &Places,
) -> Result<BTreeSet<NaiveDate>, IcsError> {
    let of_name = |p: &&Property<'_>| p.name.as_str().eq_ignore_ascii_case(name);
    let mut dates = BTreeSet::new();
    for property in event.properties.iter().filter(of_name) {
        for value in property.val.as_str().split(',').map(str::trim) {
            // Some programs give an exception of an all-day event an hour.
            let day = value.split('T').next().unwrap_or(value);
            dates.insert(date(day, name, place.of(name))?);
        }
    }
    Ok(dates)
}

/// How many days an event lasts. DTEND is the day after the last; without an end it lasts one day.
fn length(event: &Component<'_>, first: NaiveDate, place: &Places) -> Result<i64, IcsError> {
    let (length, line) = match (property(event, "DTEND"), text(event, "DURATION")) {
        (Some(end), _) => {
            let line = place.of("DTEND");
            let Some(end) = date_of(end, line)? else {
                let message = "DTEND has an hour, but DTSTART has none";
                return Err(IcsError::at(line, message));
            };
            // Many programs end a day on itself.
            let days = (end - first).num_days();
            (if days == 0 { 1 } else { days }, line)
        }
        (None, Some(duration)) => {
            let line = place.of("DURATION");
            let days = days_of(&duration).ok_or_else(|| {
                let wanted = "an all-day event lasts whole days, like P1D or P1W";
                IcsError::at(line, format!("DURATION is `{duration}`; {wanted}"))
            })?;
            (days, line)
        }
        (None, None) => (1, place.begins),
    };
    if length < 1 {
        return Err(IcsError::at(line, "the event ends before it begins"));
    }
    if length > LONGEST {
        let message = format!("the event lasts {length} days; no public holiday does");
        return Err(IcsError::at(line, message));
    }
    Ok(length)
}

fn days_of(duration: &str) -> Option<i64> {
    let number = duration
        .strip_prefix('+')
        .unwrap_or(duration)
        .strip_prefix('P')?;
    let (number, days) = match number.strip_suffix('W') {
        Some(weeks) => (weeks, 7),
        None => (number.strip_suffix('D')?, 1),
    };
    number.parse::<u16>().ok().map(|n| i64::from(n) * days)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn today() -> NaiveDate {
        "2026-11-25".parse().unwrap()
    }

    fn file(events: &str) -> String {
        format!("BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//test//EN\n{events}END:VCALENDAR\n")
    }

    fn event(lines: &str) -> String {
        format!("BEGIN:VEVENT\nUID:{}\n{lines}END:VEVENT\n", lines.len())
    }

    fn read_events(events: &str) -> Result<Holidays, IcsError> {
        read(file(events).as_bytes(), today())
    }

    fn days(holidays: &Holidays) -> Vec<String> {
        let days = holidays.days.iter();
        days.map(|(day, name)| format!("{day} {name}")).collect()
    }

    #[test]
    fn all_day_events_give_their_days_and_the_end_is_not_counted() {
        let events = [
            event("SUMMARY:New Year\nDTSTART;VALUE=DATE:20270101\nDTEND;VALUE=DATE:20270102\n"),
            event(
                "SUMMARY:Khmer New Year\nDTSTART;VALUE=DATE:20270414\nDTEND;VALUE=DATE:20270417\n",
            ),
            event("SUMMARY:Labour Day\nDTSTART;VALUE=DATE:20270501\n"),
            event("SUMMARY:On itself\nDTSTART;VALUE=DATE:20270502\nDTEND;VALUE=DATE:20270502\n"),
            event("SUMMARY:Water Festival\nDTSTART;VALUE=DATE:20271112\nDURATION:P3D\n"),
        ];
        let read = read_events(&events.concat()).unwrap();
        assert_eq!(
            days(&read),
            [
                "2027-01-01 New Year",
                "2027-04-14 Khmer New Year",
                "2027-04-15 Khmer New Year",
                "2027-04-16 Khmer New Year",
                "2027-05-01 Labour Day",
                "2027-05-02 On itself",
                "2027-11-12 Water Festival",
                "2027-11-13 Water Festival",
                "2027-11-14 Water Festival",
            ]
        );
        assert_eq!(read.years, [2027].into());
    }

    #[test]
    fn what_was_cancelled_or_has_an_hour_is_no_holiday() {
        let events = [
            event("SUMMARY:Kept\nDTSTART;VALUE=DATE:20270101\n"),
            event("SUMMARY:Gone\nSTATUS:CANCELLED\nDTSTART;VALUE=DATE:20270102\n"),
            event("SUMMARY:A meeting\nDTSTART:20270103T090000Z\nDTEND:20270103T100000Z\n"),
        ];
        let read = read_events(&events.concat()).unwrap();
        assert_eq!(days(&read), ["2027-01-01 Kept"]);
        assert_eq!((read.cancelled, read.timed), (1, 1));
    }

    #[test]
    fn what_returns_every_year_returns_up_to_the_files_horizon() {
        let returning = event("SUMMARY:New Year\nDTSTART;VALUE=DATE:20200101\nRRULE:FREQ=YEARLY\n");
        let own: String = (1..=5)
            .map(|n| event(&format!("SUMMARY:Own {n}\nDTSTART;VALUE=DATE:2027020{n}\n")))
            .collect();
        let read = read_events(&format!("{returning}{own}")).unwrap();
        assert_eq!(read.years, [2027].into(), "it is no calendar of 2020");
        assert_eq!(days(&read)[0], "2027-01-01 New Year");
        assert_eq!(read.days.len(), 6);

        let alone = read_events(&returning).unwrap();
        assert_eq!(
            alone.years.last(),
            Some(&2031),
            "five years beyond this one"
        );
        let ends =
            event("SUMMARY:Until\nDTSTART;VALUE=DATE:20260301\nRRULE:FREQ=YEARLY;UNTIL=20280301\n");
        let until = read_events(&ends).unwrap();
        assert_eq!(until.years, [2026, 2027, 2028].into());
        let fourth = event(
            "SUMMARY:Thanksgiving\nDTSTART;VALUE=DATE:20261126\nRRULE:FREQ=YEARLY;COUNT=2;BYMONTH=11;BYDAY=4TH\nEXDATE;VALUE=DATE:20261126\n",
        );
        assert_eq!(
            days(&read_events(&fourth).unwrap()),
            ["2027-11-25 Thanksgiving"]
        );
    }

    #[test]
    fn a_return_that_was_moved_is_not_on_its_old_day() {
        let master = "BEGIN:VEVENT\nUID:king\nSUMMARY:Birthday\nDTSTART;VALUE=DATE:20260514\nRRULE:FREQ=YEARLY;COUNT=3\nEND:VEVENT\n";
        let moved = "BEGIN:VEVENT\nUID:king\nSUMMARY:Birthday\nRECURRENCE-ID;VALUE=DATE:20270514\nDTSTART;VALUE=DATE:20270517\nEND:VEVENT\n";
        let read = read_events(&format!("{master}{moved}")).unwrap();
        assert_eq!(
            days(&read),
            [
                "2026-05-14 Birthday",
                "2027-05-17 Birthday",
                "2028-05-14 Birthday"
            ]
        );
    }

    #[test]
    fn a_stray_day_does_not_make_it_the_calendar_of_another_year() {
        let eve = event("SUMMARY:New Year, kept\nDTSTART;VALUE=DATE:20261231\n");
        let over = event(
            "SUMMARY:New Year's Eve\nDTSTART;VALUE=DATE:20271231\nDTEND;VALUE=DATE:20280102\n",
        );
        let own: String = (1..=6)
            .map(|n| event(&format!("SUMMARY:Own {n}\nDTSTART;VALUE=DATE:2027020{n}\n")))
            .collect();
        let read = read_events(&format!("{eve}{own}{over}")).unwrap();
        assert_eq!(read.years, [2027].into());
        assert!(read.days.contains_key(&"2026-12-31".parse().unwrap()));
        assert!(read.left_out.contains_key(&"2028-01-01".parse().unwrap()));
        assert!(!read.days.contains_key(&"2028-01-01".parse().unwrap()));
    }

    #[test]
    fn folded_lines_are_unfolded_even_inside_a_character() {
        let mut bytes =
            b"\xEF\xBB\xBFBEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:1\r\nSUMMARY:F\xC3"
                .to_vec();
        bytes.extend_from_slice(b"\r\n \xAAte\\, kept\r\nDTSTART;VALUE=DATE:2027\r\n\t0714\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n");
        let read = read(&bytes, today()).unwrap();
        assert_eq!(days(&read), ["2027-07-14 Fête, kept"]);
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        let said = |events: &str| read_events(events).unwrap_err().to_string();
        let cases = [
            ("DTSTART;VALUE=DATE:20270230\n", "6: DTSTART is `20270230`"),
            ("DTSTART;VALUE=DATE:2027\n", "6: DTSTART is `2027`"),
            (
                "DTSTART;VALUE=DATE:20270105\nDTEND;VALUE=DATE:20270104\n",
                "7: the event ends before",
            ),
            (
                "DTSTART;VALUE=DATE:20270105\nDTEND;VALUE=DATE:20280104\n",
                "7: the event lasts 364 days",
            ),
            (
                "DTSTART;VALUE=DATE:20270105\nDURATION:PT5H\n",
                "7: DURATION is `PT5H`",
            ),
            (
                "DTSTART;VALUE=DATE:20270105\nRRULE:FREQ=WEEKLY\n",
                "7: a holiday returns yearly",
            ),
            (
                "DTSTART;VALUE=DATE:20270105\nRRULE:FREQ=YEARLY;BYDAY=XX\n",
                "7: this RRULE",
            ),
            ("SUMMARY:nothing\n", "4: this event has no DTSTART"),
        ];
        for (lines, words) in cases {
            let message = said(&event(lines));
            assert!(message.starts_with(words), "{words}: {message}");
        }
        assert!(said("").contains("no all-day event"));
        let broken = |text: &[u8]| read(text, today()).unwrap_err().to_string();
        assert!(broken(b"schema = 1\n").starts_with("1: this is no iCalendar file"));
        assert!(broken(b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:2027").contains("cut short"));
        assert!(broken(b"BEGIN:VCALENDAR\nSUMMARY:\xFF\n").starts_with("2: the file is not UTF-8"));
        assert!(broken(&vec![b' '; LARGEST + 1]).contains("larger than 4 MB"));
    }
}
