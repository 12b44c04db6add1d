//! Meetings: events in a series, with dates that may be imprecise, tentative, or not set at all.

use chrono::{DateTime, NaiveDate, Utc};

use super::deadline::{Dated, MeetingDate};
use super::ids::{MeetingId, PartnershipId};

closed_list! {
    /// The kind of forum.
    Forum {
        Jcc = "jcc",
        Som = "som",
        Dialogue = "dialogue",
        Pmc = "pmc",
        Summit = "summit",
        Sectoral = "sectoral",
    }
}

closed_list! {
    /// How sure the meeting is.
    MeetingStatus {
        AwaitingDate = "awaiting-date",
        Tentative = "tentative",
        Confirmed = "confirmed",
        Held = "held",
        Postponed = "postponed",
        Cancelled = "cancelled",
    }
}

/// An event in a series: the 37th ASEAN-U.S. Dialogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meeting {
    pub id: MeetingId,
    pub partnership: Option<PartnershipId>,
    pub series: String,
    pub number: Option<u32>,
    pub forum: Option<Forum>,
    pub date: Option<MeetingDate>,
    pub status: MeetingStatus,
    pub place: Option<String>,
    pub host: Option<String>,
    pub co_chairs: Vec<String>,
    pub attending: Vec<String>,
    /// Counts the dates the meeting has had, from 1; every move counts one up. Not part of the
    /// record format.
    pub date_revision: u32,
    /// The day its date was last moved. Not part of the record format.
    pub moved_on: Option<NaiveDate>,
    /// What became of its date, in the order in which it was entered. Not part of the record format.
    pub moves: Vec<Move>,
}

/// One change of a meeting's date or of how sure it is. It stays visible for ever.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Move {
    /// The day it was entered.
    pub date: NaiveDate,
    /// The instant, by the business clock: a move that was entered after a digest had left is news
    /// in the next one.
    pub entered: Option<DateTime<Utc>>,
    pub from: Option<MeetingDate>,
    pub from_status: MeetingStatus,
    pub to: Option<MeetingDate>,
    pub to_status: MeetingStatus,
    pub reason: Option<String>,
}

impl Meeting {
    /// The meeting's own window, on which deadlines hang. A cancelled meeting has none; a postponed
    /// one has its new date or none.
    pub fn dated(&self) -> Option<Dated> {
        if self.status == MeetingStatus::Cancelled {
            return None;
        }
        self.date.as_ref().map(|d| Dated {
            window: d.span.window(),
            coarse: d.span.is_coarse(),
        })
    }

    /// Its name as people say it: "37th ASEAN-U.S. Dialogue".
    pub fn name(&self) -> String {
        match self.number {
            Some(n) => format!("{} {}", ordinal(n), self.series),
            None => self.series.clone(),
        }
    }
}

/// 1st, 2nd, 3rd, 4th, 11th, 21st.
pub fn ordinal(n: u32) -> String {
    let suffix = match (n % 10, n % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    format!("{n}{suffix}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinals() {
        let words: Vec<_> = [1, 2, 3, 4, 11, 12, 13, 21, 37, 101, 111]
            .map(ordinal)
            .to_vec();
        assert_eq!(
            words,
            [
                "1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "37th", "101st",
                "111th"
            ]
        );
    }
}
