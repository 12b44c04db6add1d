//! Reading the keys of one table: each accessor takes a key, checks its value and reports what is
//! wrong with it. An accessor answers `None` both for what is absent and for what was reported.

use std::fmt::Display;
use std::ops::RangeInclusive;
use std::str::FromStr;

use chrono::NaiveDate;

use super::entity::EntityKey;
use super::names::{Names, Target};
use super::problems::{Place, Report};
use super::source::{Entry, Kind, Value};
use crate::domain::deadline::{Deadline, parse_day};
use crate::domain::nearest::nearest;

/// The control characters that a text of several lines may hold: form feeds too, which documents
/// made of PDF pages bring along.
pub(super) const LAYOUT: [char; 4] = ['\n', '\r', '\t', '\u{c}'];

/// What the readers share while they read.
#[derive(Debug, Default)]
pub(super) struct Reading {
    /// The names of the files.
    pub files: Vec<String>,
    pub report: Report,
    pub names: Names,
}

/// The keys of one kind of table.
#[derive(Debug)]
pub(super) struct Keys {
    /// What the table is called: "commitment".
    pub kind: &'static str,
    /// All of them, in the order in which they are written.
    pub known: &'static [&'static str],
    pub required: &'static [&'static str],
}

/// One table, opened.
pub(super) struct Fields<'a> {
    pub reading: &'a Reading,
    /// "commitment `US37-03`", "milestone of commitment `US37-03`".
    pub what: String,
    pub place: Place,
    entries: &'a [Entry],
    required: &'static [&'static str],
}

impl<'a> Fields<'a> {
    /// Opens a table: unknown, repeated and missing keys are reported.
    pub fn open(reading: &'a Reading, value: &'a Value, keys: &Keys, what: String) -> Option<Self> {
        let Kind::Table(entries) = &value.kind else {
            let is = value.kind.name();
            let message = format!("{what} is to be a table of keys and values, but it is {is}");
            reading.report.say(value.place, message);
            return None;
        };
        let fields = Self {
            reading,
            what,
            place: value.place,
            entries,
            required: keys.required,
        };
        fields.check_keys(keys);
        Some(fields)
    }

    fn check_keys(&self, keys: &Keys) {
        for (at, entry) in self.entries.iter().enumerate() {
            let key = entry.key.as_str();
            if !keys.known.contains(&key) {
                let hint = match nearest(key, keys.known.iter().copied()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("it may have {}", listed(keys.known.iter().copied())),
                };
                self.say(
                    entry.place,
                    format!(
                        "`{}` is not a key of a {}; {hint}",
                        key.escape_debug(),
                        keys.kind
                    ),
                );
            } else if let Some(first) = self.entries[..at].iter().find(|e| e.key == entry.key) {
                let line = first.place.line;
                self.say(
                    entry.place,
                    format!("`{key}` is given a second time; the first is on line {line}"),
                );
            }
        }
        for key in keys.required.iter().filter(|k| self.value(k).is_none()) {
            self.say(self.place, format!("`{key}` is missing; add it"));
        }
    }

    /// Reports a problem of this table.
    pub fn say(&self, place: Place, message: impl Display) {
        let what = &self.what;
        self.reading.report.say(place, format!("{what}: {message}"));
    }

    pub fn value(&self, key: &str) -> Option<&'a Value> {
        let entry = self.entries.iter().find(|e| e.key == key);
        entry.map(|e| &e.value)
    }

    /// Where a key's value stands, else where the table begins.
    pub fn place_of(&self, key: &str) -> Place {
        self.value(key).map_or(self.place, |v| v.place)
    }

    fn wrong_type(&self, key: &str, value: &Value, wanted: &str) {
        let is = value.kind.name();
        self.say(
            value.place,
            format!("`{key}` is to be {wanted}, but it is {is}"),
        );
    }

    fn as_text(&self, key: &str, value: &'a Value) -> Option<&'a str> {
        match &value.kind {
            Kind::Text(text) => Some(text),
            Kind::Whole(number) => {
                self.say(
                    value.place,
                    format!("`{key}` is to be a text; put it in quotes: \"{number}\""),
                );
                None
            }
            _ => {
                self.wrong_type(key, value, "a text in quotes");
                None
            }
        }
    }

    fn check_text(&self, key: &str, value: &'a Value, allowed: &[char]) -> Option<&'a str> {
        let text = self.as_text(key, value)?;
        if text.trim().is_empty() {
            let advice = match self.required.contains(&key) {
                true => "write something",
                false => "write something or leave the key out",
            };
            self.say(value.place, format!("`{key}` is empty; {advice}"));
            return None;
        }
        if let Some(odd) = text
            .chars()
            .find(|c| c.is_control() && !allowed.contains(c))
        {
            let odd = odd.escape_default();
            let message = match allowed {
                [] => format!(
                    "`{key}` holds the control character `{odd}`; it must be one plain line"
                ),
                _ => format!("`{key}` holds the control character `{odd}`; take it out"),
            };
            self.say(value.place, message);
            return None;
        }
        Some(text)
    }

    /// One line of text, as it may stand in a heading or a mail's subject.
    pub fn text(&self, key: &str) -> Option<String> {
        let value = self.value(key)?;
        self.check_text(key, value, &[]).map(str::to_owned)
    }

    /// A text that may have several lines.
    pub fn prose(&self, key: &str) -> Option<String> {
        let value = self.value(key)?;
        self.check_text(key, value, &LAYOUT).map(str::to_owned)
    }

    /// A list, or nothing where the key is absent.
    pub fn list(&self, key: &str) -> &'a [Value] {
        match self.value(key) {
            None => &[],
            Some(Value {
                kind: Kind::List(list),
                ..
            }) => list,
            Some(value) => {
                self.wrong_type(key, value, "a list");
                &[]
            }
        }
    }

    /// A list of lines.
    pub fn texts(&self, key: &str) -> Vec<String> {
        let texts = self.list(key).iter();
        texts
            .filter_map(|value| self.check_text(key, value, &[]).map(str::to_owned))
            .collect()
    }

    fn parse<T, E: Display>(
        &self,
        key: &str,
        value: &'a Value,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        let text = self.check_text(key, value, &[])?;
        parse(text)
            .map_err(|error| self.say(value.place, format!("`{key}`: {error}")))
            .ok()
    }

    /// A text read by a parser of the domain, whose message says what is wrong.
    pub fn parsed<T, E: Display>(
        &self,
        key: &str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        self.parse(key, self.value(key)?, parse)
    }

    /// A text or one of TOML's own dates, read by a parser of the domain.
    fn parsed_date<T, E: Display>(
        &self,
        key: &str,
        value: &'a Value,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        match &value.kind {
            Kind::Date(text) => parse(text)
                .map_err(|error| self.say(value.place, format!("`{key}`: {error}")))
                .ok(),
            _ => self.parse(key, value, parse),
        }
    }

    fn read_day(&self, key: &str, value: &'a Value) -> Option<NaiveDate> {
        self.parsed_date(key, value, |text| {
            parse_day(text).map_err(|error| match error.reason {
                crate::domain::deadline::Reason::Unknown => {
                    format!("`{text}` is not a date; write it like `2025-04-22`")
                }
                reason => format!("`{text}` {reason}"),
            })
        })
    }

    /// A civil date.
    pub fn day(&self, key: &str) -> Option<NaiveDate> {
        self.read_day(key, self.value(key)?)
    }

    /// A list of civil dates.
    pub fn days(&self, key: &str) -> Vec<NaiveDate> {
        let days = self.list(key).iter();
        days.filter_map(|value| self.read_day(key, value)).collect()
    }

    /// A text or date that a parser of the domain reads.
    pub fn dated<T, E: Display>(
        &self,
        key: &str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        self.parsed_date(key, self.value(key)?, parse)
    }

    /// A deadline; the meeting it names is to exist.
    pub fn deadline(&self, key: &str) -> Option<Deadline> {
        let deadline = self.dated(key, Deadline::parse)?;
        if let Some(meeting) = deadline.meeting() {
            let target = Target::One(super::entity::MEETING);
            self.refer(key, self.place_of(key), target, meeting.as_str());
        }
        Some(deadline)
    }

    /// A word of a closed list.
    pub fn word<T: Copy>(
        &self,
        key: &str,
        all: &[T],
        name: impl Fn(T) -> &'static str,
    ) -> Option<T> {
        let value = self.value(key)?;
        self.read_word(key, value, all, &name)
    }

    /// Words of a closed list.
    pub fn words<T: Copy>(&self, key: &str, all: &[T], name: impl Fn(T) -> &'static str) -> Vec<T> {
        let list = self.list(key).iter();
        list.filter_map(|value| self.read_word(key, value, all, &name))
            .collect()
    }

    fn read_word<T: Copy>(
        &self,
        key: &str,
        value: &'a Value,
        all: &[T],
        name: &impl Fn(T) -> &'static str,
    ) -> Option<T> {
        let text = self.check_text(key, value, &[])?;
        let found = all.iter().copied().find(|each| name(*each) == text);
        if found.is_none() {
            let allowed = || all.iter().map(|each| name(*each));
            let hint = nearest(text, allowed())
                .map(|near| format!("; did you mean `{near}`?"))
                .unwrap_or_default();
            let allowed = listed(allowed());
            self.say(
                value.place,
                format!("`{key}` cannot be `{text}`; it is one of {allowed}{hint}"),
            );
        }
        found
    }

    fn read_number(&self, key: &str, value: &Value, range: &RangeInclusive<u32>) -> Option<u32> {
        let Kind::Whole(number) = value.kind else {
            self.wrong_type(key, value, "a number without quotes");
            return None;
        };
        let fit = u32::try_from(number).ok().filter(|n| range.contains(n));
        if fit.is_none() {
            let (from, to) = (range.start(), range.end());
            self.say(
                value.place,
                format!("`{key}` is {number}; it must be from {from} to {to}"),
            );
        }
        fit
    }

    /// True or false; false where the key is absent.
    pub fn flag(&self, key: &str) -> bool {
        match self.value(key) {
            None => false,
            Some(Value {
                kind: Kind::Flag(flag),
                ..
            }) => *flag,
            Some(value) => {
                self.wrong_type(key, value, "`true` or `false`, without quotes");
                false
            }
        }
    }

    /// A whole number within a range.
    pub fn number(&self, key: &str, range: RangeInclusive<u32>) -> Option<u32> {
        self.read_number(key, self.value(key)?, &range)
    }

    /// A list of whole numbers within a range, none twice. `None` where the key is absent.
    pub fn numbers(&self, key: &str, range: RangeInclusive<u32>) -> Option<Vec<u32>> {
        self.value(key)?;
        let mut numbers = Vec::new();
        for value in self.list(key) {
            let number = self.read_number(key, value, &range);
            match number {
                Some(number) if numbers.contains(&number) => {
                    self.say(value.place, format!("`{key}` lists {number} twice"));
                }
                number => numbers.extend(number),
            }
        }
        Some(numbers)
    }

    fn read_id<T: FromStr<Err: Display>>(&self, key: &str, value: &'a Value) -> Option<T> {
        self.parse(key, value, str::parse)
    }

    /// The id under which this very thing is known.
    pub fn own_id<T: FromStr<Err: Display> + Display>(
        &self,
        key: &str,
        kind: &'static str,
    ) -> Option<T> {
        let id: T = self.read_id(key, self.value(key)?)?;
        self.declare(
            EntityKey {
                kind,
                id: id.to_string(),
            },
            self.place_of(key),
        );
        Some(id)
    }

    pub fn declare(&self, key: EntityKey, place: Place) {
        let Reading {
            files,
            report,
            names,
        } = self.reading;
        names.declare(key, place, report, files);
    }

    fn refer(&self, key: &str, place: Place, target: Target, id: &str) {
        let by = format!("{}: `{key}`", self.what);
        self.reading.names.refer(target, id, place, by);
    }

    /// The id of another thing.
    pub fn reference<T: FromStr<Err: Display> + Display>(
        &self,
        key: &str,
        target: Target,
    ) -> Option<T> {
        let value = self.value(key)?;
        let id: T = self.read_id(key, value)?;
        self.refer(key, value.place, target, &id.to_string());
        Some(id)
    }

    /// The ids of other things, none twice.
    pub fn references<T: FromStr<Err: Display> + Display + PartialEq>(
        &self,
        key: &str,
        target: Target,
    ) -> Vec<T> {
        let mut ids: Vec<T> = Vec::new();
        for value in self.list(key) {
            let Some(id) = self.read_id::<T>(key, value) else {
                continue;
            };
            if ids.contains(&id) {
                self.say(value.place, format!("`{key}` lists `{id}` twice"));
                continue;
            }
            self.refer(key, value.place, target, &id.to_string());
            ids.push(id);
        }
        ids
    }

    /// The tables of a list, each opened: `[[commitment.milestone]]`.
    pub fn tables(&self, key: &str, keys: &Keys) -> Vec<Fields<'a>> {
        let list = self.list(key).iter();
        list.filter_map(|value| self.open_part(value, keys))
            .collect()
    }

    /// The one table under a key: `snoozed = { ... }`.
    pub fn table(&self, key: &str, keys: &Keys) -> Option<Fields<'a>> {
        self.open_part(self.value(key)?, keys)
    }

    fn open_part(&self, value: &'a Value, keys: &Keys) -> Option<Fields<'a>> {
        let what = format!("{}, {}", self.what, keys.kind);
        Fields::open(self.reading, value, keys, what)
    }
}

/// `a`, `b` or `c`.
pub(super) fn listed<'a>(words: impl Iterator<Item = &'a str>) -> String {
    let words: Vec<String> = words.map(|w| format!("`{w}`")).collect();
    match words.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => words.join(""),
    }
}
