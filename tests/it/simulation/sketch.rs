//! The record of a world as its clerks keep it: texts that are drawn, edited and written out as a
//! record, which goes through the real import.

use std::fmt::Write;

use chrono::NaiveDate;

use super::habits::Habits;

#[derive(Debug, Clone, Default)]
pub struct Sketch {
    pub calendars: Vec<Calendar>,
    pub people: Vec<Person>,
    pub desks: Vec<Desk>,
    pub partnerships: Vec<Partnership>,
    pub meetings: Vec<Meeting>,
    pub commitments: Vec<Commitment>,
    pub absences: Vec<Absence>,
    pub policy: Lines,
}

/// Keys and their values, as TOML writes them.
pub type Lines = Vec<(&'static str, String)>;

#[derive(Debug, Clone)]
pub struct Calendar {
    pub id: String,
    pub zone: &'static str,
    pub weekend: &'static [&'static str],
    pub holidays: Vec<NaiveDate>,
}

#[derive(Debug, Clone)]
pub struct Person {
    pub id: String,
    pub email: Option<String>,
    pub zone: Option<&'static str>,
    pub calendar: Option<String>,
    pub habits: Habits,
}

#[derive(Debug, Clone)]
pub struct Desk {
    pub id: String,
    pub email: Option<String>,
    pub calendar: String,
    pub head: Option<String>,
    pub leader: Option<String>,
    pub officers: Vec<String>,
    pub through: Option<String>,
    pub habits: Habits,
    /// Its last day.
    pub ends: Option<NaiveDate>,
    pub successor: Option<String>,
}

#[derive(Debug, Clone)]
pub struct Partnership {
    pub id: String,
    pub desk: Option<String>,
    /// Term and desk.
    pub coordinators: Vec<(String, String)>,
    pub policy: Lines,
}

#[derive(Debug, Clone)]
pub struct Meeting {
    pub id: String,
    pub partnership: String,
    pub date: Option<String>,
    pub status: &'static str,
}

#[derive(Debug, Clone)]
pub struct Commitment {
    pub reference: String,
    pub title: String,
    pub partnership: Option<String>,
    pub kind: &'static str,
    pub lead: String,
    pub cooperating: Vec<String>,
    pub opened: NaiveDate,
    pub deadline: Option<String>,
    pub review: Option<u32>,
    /// `Some` where it is restricted.
    pub readers: Option<Vec<String>>,
    pub state: &'static str,
    pub closed: Option<NaiveDate>,
    pub snoozed: Option<NaiveDate>,
    pub milestones: Vec<Milestone>,
    pub updates: Vec<Update>,
    pub policy: Lines,
}

#[derive(Debug, Clone)]
pub struct Milestone {
    pub title: String,
    pub deadline: Option<String>,
    pub done: Option<NaiveDate>,
}

#[derive(Debug, Clone)]
pub struct Update {
    pub date: NaiveDate,
    pub by: Option<String>,
    pub reported: &'static str,
    pub confidence: Option<&'static str>,
    pub state: &'static str,
    pub reviewed: Option<NaiveDate>,
    pub ask: bool,
    pub text: String,
    pub restricted: bool,
}

#[derive(Debug, Clone)]
pub struct Absence {
    pub person: String,
    pub from: NaiveDate,
    pub until: NaiveDate,
    pub deputy: Option<String>,
}

impl Sketch {
    pub fn to_toml(&self) -> String {
        let mut page = Page("schema = 1\n".to_owned());
        if !self.policy.is_empty() {
            page.head("[policy]");
            page.lines(&self.policy);
        }
        self.calendars.iter().for_each(|c| c.write(&mut page));
        for (id, kind) in [
            ("asean", "organisation"),
            ("us", "partner"),
            ("kh", "state"),
        ] {
            page.head("[[party]]");
            page.text("id", id);
            page.text("name", id);
            page.text("kind", kind);
        }
        self.people.iter().for_each(|p| p.write(&mut page));
        self.desks.iter().for_each(|d| d.write(&mut page));
        self.partnerships.iter().for_each(|p| p.write(&mut page));
        self.meetings.iter().for_each(|m| m.write(&mut page));
        self.commitments.iter().for_each(|c| c.write(&mut page));
        for absence in &self.absences {
            page.head("[[absence]]");
            page.text("person", &absence.person);
            page.day("from", Some(absence.from));
            page.day("until", Some(absence.until));
            page.maybe("deputy", absence.deputy.as_deref());
        }
        page.0
    }
}

/// A TOML page under the pen.
struct Page(String);

impl Page {
    fn head(&mut self, head: &str) {
        writeln!(self.0, "\n{head}").unwrap();
    }

    fn raw(&mut self, key: &str, value: &str) {
        writeln!(self.0, "{key} = {value}").unwrap();
    }

    fn text(&mut self, key: &str, value: &str) {
        self.raw(key, &format!("\"{value}\""));
    }

    fn maybe(&mut self, key: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.text(key, value);
        }
    }

    fn day(&mut self, key: &str, day: Option<NaiveDate>) {
        self.maybe(key, day.map(|d| d.to_string()).as_deref());
    }

    fn list<T: std::fmt::Display>(&mut self, key: &str, values: &[T]) {
        if !values.is_empty() {
            self.raw(key, &list(values));
        }
    }

    fn lines(&mut self, lines: &Lines) {
        lines.iter().for_each(|(key, value)| self.raw(key, value));
    }

    fn policy(&mut self, lines: &Lines) {
        if !lines.is_empty() {
            let inside: Vec<_> = lines.iter().map(|(k, v)| format!("{k} = {v}")).collect();
            self.raw("policy", &format!("{{ {} }}", inside.join(", ")));
        }
    }
}

pub fn list<T: std::fmt::Display>(values: &[T]) -> String {
    let quoted: Vec<_> = values.iter().map(|v| format!("\"{v}\"")).collect();
    format!("[{}]", quoted.join(", "))
}

impl Calendar {
    fn write(&self, page: &mut Page) {
        page.head("[[calendar]]");
        page.text("id", &self.id);
        page.text("name", &self.id);
        page.text("timezone", self.zone);
        page.raw("weekend", &list(self.weekend));
        page.list("holidays", &self.holidays);
    }
}

impl Person {
    fn write(&self, page: &mut Page) {
        page.head("[[person]]");
        page.text("id", &self.id);
        page.text("name", &format!("Office holder {}", self.id));
        page.maybe("email", self.email.as_deref());
        page.maybe("timezone", self.zone);
        page.maybe("calendar", self.calendar.as_deref());
        page.lines(&self.habits.lines());
    }
}

impl Desk {
    fn write(&self, page: &mut Page) {
        page.head("[[desk]]");
        page.text("id", &self.id);
        page.text("name", &format!("The desk {}", self.id));
        page.text("party", "kh");
        page.maybe("email", self.email.as_deref());
        page.text("calendar", &self.calendar);
        page.maybe("head", self.head.as_deref());
        page.maybe("som_leader", self.leader.as_deref());
        page.list("officers", &self.officers);
        page.maybe("through", self.through.as_deref());
        page.lines(&self.habits.lines());
        page.day("ends", self.ends);
        page.maybe("successor", self.successor.as_deref());
    }
}

impl Partnership {
    fn write(&self, page: &mut Page) {
        page.head("[[partnership]]");
        page.text("id", &self.id);
        page.text("name", &self.id);
        page.list("parties", &["asean", "us"]);
        page.maybe("desk", self.desk.as_deref());
        let terms: Vec<_> = self
            .coordinators
            .iter()
            .map(|(term, desk)| {
                format!("{{ party = \"kh\", term = \"{term}\", desk = \"{desk}\" }}")
            })
            .collect();
        if !terms.is_empty() {
            page.raw("coordinators", &format!("[{}]", terms.join(", ")));
        }
        page.policy(&self.policy);
    }
}

impl Meeting {
    fn write(&self, page: &mut Page) {
        page.head("[[meeting]]");
        page.text("id", &self.id);
        page.text("partnership", &self.partnership);
        page.text("series", "Dialogue");
        page.maybe("date", self.date.as_deref());
        page.text("status", self.status);
    }
}

impl Commitment {
    fn write(&self, page: &mut Page) {
        page.head("[[commitment]]");
        page.text("ref", &self.reference);
        page.text("title", &self.title);
        page.maybe("partnership", self.partnership.as_deref());
        page.text("promise", &format!("Words as adopted: {}.", self.title));
        page.text("kind", self.kind);
        page.list("obligors", &["asean"]);
        page.text("lead", &self.lead);
        page.list("cooperating", &self.cooperating);
        page.day("opened", Some(self.opened));
        page.maybe("deadline", self.deadline.as_deref());
        if let Some(months) = self.review {
            page.text("review", &format!("every {months} months"));
        }
        if let Some(readers) = &self.readers {
            page.text("confidentiality", "restricted");
            page.list("readers", readers);
        }
        page.text("state", self.state);
        page.day("closed", self.closed);
        if let Some(until) = self.snoozed {
            page.raw(
                "snoozed",
                &format!("{{ until = \"{until}\", reason = \"Waiting.\" }}"),
            );
        }
        page.policy(&self.policy);
        for milestone in &self.milestones {
            page.head("[[commitment.milestone]]");
            page.text("title", &milestone.title);
            page.maybe("deadline", milestone.deadline.as_deref());
            page.day("done", milestone.done);
        }
        self.updates.iter().for_each(|u| u.write(page));
    }
}

impl Update {
    fn write(&self, page: &mut Page) {
        page.head("[[commitment.update]]");
        page.day("date", Some(self.date));
        page.maybe("by", self.by.as_deref());
        page.text("reported", self.reported);
        page.maybe("confidence", self.confidence);
        page.text("text", &self.text);
        page.text("state", self.state);
        page.day("reviewed", self.reviewed);
        if self.ask {
            page.text("ask", "A new date.");
        }
        if self.restricted {
            page.text("confidentiality", "restricted");
        }
    }
}
