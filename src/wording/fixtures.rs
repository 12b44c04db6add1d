//! What the tests of several files of this room speak of.

use chrono::NaiveDate;

use crate::domain::calendar::{Calendar, Weekend};
use crate::domain::directory::Directory;
use crate::domain::ids::CalendarId;

pub fn on(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// One calendar, `kh`, and nothing else.
pub fn phnom_penh() -> Directory {
    let calendar = Calendar {
        id: CalendarId::parse("kh").unwrap(),
        name: "Phnom Penh".into(),
        timezone: chrono_tz::Asia::Phnom_Penh,
        weekend: Weekend::default(),
        holidays: Default::default(),
    };
    Directory {
        calendars: [(calendar.id.clone(), calendar)].into(),
        ..Directory::default()
    }
}
