//! Meetings by the way documents speak of them: `the 38th ASEAN-U.S. Dialogue`, `the next Summit`,
//! `the PMC in July 2025`. By series, number, partnership and date, never by forum alone across
//! partnerships; where two fit, both are told.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::keys::{Key, key};
use super::things::Found;
use crate::domain::deadline::Window;
use crate::domain::directory::Directory;
use crate::domain::ids::{MeetingId, PartnershipId};
use crate::domain::meeting::{Forum, Meeting, MeetingStatus};
use crate::intake::extraction::Extraction;
use crate::intake::lexicon::Lexicon;
use crate::intake::names::{names, words};
use crate::intake::tokens::tokenize_phrase;

/// What is said of a meeting.
#[derive(Debug, Clone)]
pub(super) struct Said {
    pub(super) key: Key,
    /// `the next`, `the upcoming`.
    pub(super) comes: bool,
    /// When it is to be held, where the document says so.
    pub(super) within: Option<Window>,
}

/// The meetings of the record.
pub(super) struct Meetings<'a> {
    lexicon: &'a Lexicon,
    /// Of the document.
    partnership: Option<&'a PartnershipId>,
    issued: NaiveDate,
    known: Vec<Known<'a>>,
}

struct Known<'a> {
    meeting: &'a Meeting,
    series: Key,
    /// The parties of its partnership, by the lexicon's labels.
    parties: BTreeSet<String>,
}

/// How a series fits: by its words, or by its forum within the document's own partnership.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Series {
    Words,
    Forum,
}

impl<'a> Meetings<'a> {
    pub(super) fn of(
        directory: &'a Directory,
        lexicon: &'a Lexicon,
        partnership: Option<&'a PartnershipId>,
        issued: NaiveDate,
    ) -> Self {
        let known = directory.meetings.values().map(|meeting| Known {
            meeting,
            series: key(&meeting.series, lexicon),
            parties: labels_of(meeting.partnership.as_ref(), directory, lexicon),
        });
        Self {
            lexicon,
            partnership,
            issued,
            known: known.collect(),
        }
    }

    /// The meeting that is meant.
    ///
    /// 1. Those of the series; of the words' own where there are any.
    /// 2. Of these by number, where one is said.
    /// 3. Else by date, where one is said.
    /// 4. Else the next that is still to come.
    pub(super) fn find(&self, said: &Said) -> Found<MeetingId> {
        let of_series = self.of_series(&said.key);
        let numbered = said.key.number;
        let fits = |meeting: &Meeting| match (numbered, meeting.number, said.within) {
            (Some(said), Some(known), _) => said == known,
            // A number the record does not have yet is told by the date.
            (_, _, Some(within)) => meets(meeting, within),
            (Some(_), None, None) => false,
            (None, _, None) => true,
        };
        let mut found: Vec<&Meeting> = of_series.into_iter().filter(|m| fits(m)).collect();
        if numbered.is_none() && (said.comes || said.within.is_none()) {
            found = self.next_of(found);
        }
        one_of(found)
    }

    /// Every meeting of the series that is meant, the best fit alone.
    pub(super) fn of_series(&self, said: &Key) -> Vec<&'a Meeting> {
        let fits = self.known.iter().filter_map(|known| {
            let fit = self.series(said, known)?;
            Some((fit, known.meeting))
        });
        let fits: Vec<_> = fits.collect();
        let best = fits.iter().map(|(fit, _)| *fit).min();
        fits.into_iter()
            .filter(|(fit, _)| Some(*fit) == best)
            .map(|(_, meeting)| meeting)
            .collect()
    }

    fn series(&self, said: &Key, known: &Known<'_>) -> Option<Series> {
        if !self.same_parties(said, known) {
            return None;
        }
        let tails =
            said.tail == known.series.tail || said.tail.is_empty() || known.series.tail.is_empty();
        if said.core == known.series.core && tails {
            return Some(Series::Words);
        }
        let forum = forum_of(said)?;
        (tails && known.meeting.forum == Some(forum) && forum_of(&known.series) == Some(forum))
            .then_some(Series::Forum)
    }

    /// The same parties meet. Who says none speaks of the document's own partnership.
    fn same_parties(&self, said: &Key, known: &Known<'_>) -> bool {
        let of_document = || {
            let own = known.meeting.partnership.as_ref();
            self.partnership.is_some() && own == self.partnership
        };
        if said.parties.is_empty() {
            return of_document() || said.plain == known.series.plain;
        }
        let own = &known.series.parties;
        let all: BTreeSet<&String> = own.union(&known.parties).collect();
        let same = |some: &BTreeSet<&String>| some.iter().copied().eq(said.parties.iter());
        if said.parties == *own || !known.parties.is_empty() && same(&all) {
            return true;
        }
        // `the PMC with the U.S.`: ASEAN goes without saying; a partner does not.
        let mut unsaid = all.iter().filter(|label| !said.parties.contains(**label));
        let is_group = |label: &str| {
            let name = self.lexicon.labelled(label);
            name.is_some_and(|name| self.lexicon.name_at(name).is_group)
        };
        said.parties.iter().all(|label| all.contains(label)) && unsaid.all(|label| is_group(label))
    }

    /// The next that is to come; where none has a date, those without.
    fn next_of(&self, meetings: Vec<&'a Meeting>) -> Vec<&'a Meeting> {
        let coming: Vec<&Meeting> = meetings
            .into_iter()
            .filter(|m| is_to_come(m, self.issued))
            .collect();
        let first = |m: &Meeting| m.dated().map(|d| d.window.first);
        match coming.iter().filter_map(|m| first(m)).min() {
            Some(next) => coming
                .into_iter()
                .filter(|m| first(m) == Some(next))
                .collect(),
            None => match coming.iter().filter_map(|m| m.number).min() {
                Some(least) => coming
                    .into_iter()
                    .filter(|m| m.number == Some(least))
                    .collect(),
                None => coming,
            },
        }
    }
}

fn one_of(mut found: Vec<&Meeting>) -> Found<MeetingId> {
    found.sort_by(|a, b| a.id.cmp(&b.id));
    match found.as_slice() {
        [] => Found::Unknown,
        [only] => Found::Known(only.id.clone()),
        several => Found::Several(several.iter().map(|m| m.id.clone()).collect()),
    }
}

/// Whether it is held, or may be, within a window.
fn meets(meeting: &Meeting, within: Window) -> bool {
    meeting
        .dated()
        .is_some_and(|d| d.window.first <= within.last && within.first <= d.window.last)
}

/// Nothing of it is to come.
pub(super) fn is_over(status: MeetingStatus) -> bool {
    matches!(status, MeetingStatus::Held | MeetingStatus::Cancelled)
}

/// Still to come on a day.
pub(super) fn is_to_come(meeting: &Meeting, day: NaiveDate) -> bool {
    !is_over(meeting.status) && meeting.dated().is_none_or(|d| d.window.last >= day)
}

/// The forum that a name says by itself.
pub(super) fn forum_of(key: &Key) -> Option<Forum> {
    let core: Vec<&str> = key.core.iter().map(String::as_str).collect();
    let forum = match core.as_slice() {
        ["jcc"] | ["jcc", "meeting"] | ["joint", "cooperation", "committee"] => Forum::Jcc,
        ["joint", "cooperation", "committee", "meeting"] => Forum::Jcc,
        ["joint", "co", "operation", "committee"] => Forum::Jcc,
        ["som"] | ["senior", "official", "meeting"] => Forum::Som,
        ["dialogue"] => Forum::Dialogue,
        ["pmc"] | ["post", "ministerial", "conference"] | ["pmc", "session"] => Forum::Pmc,
        ["post", "ministerial", "conference", "session"] => Forum::Pmc,
        ["summit"] => Forum::Summit,
        _ => return None,
    };
    Some(forum)
}

/// The parties of a partnership, by the lexicon's labels; their names where it has none.
pub(super) fn labels_of(
    partnership: Option<&PartnershipId>,
    directory: &Directory,
    lexicon: &Lexicon,
) -> BTreeSet<String> {
    let partnership = partnership.and_then(|id| directory.partnerships.get(id));
    let parties = partnership.into_iter().flat_map(|p| &p.parties);
    let names = parties.filter_map(|id| directory.parties.get(id));
    names
        .map(|party| {
            let key = key(&party.name, lexicon);
            let label = key
                .parties
                .into_iter()
                .next()
                .filter(|_| key.core.is_empty());
            label.unwrap_or_else(|| party.name.clone())
        })
        .collect()
}

/// The one partnership of the document's parties.
pub(super) fn partnership_of<'a>(
    extraction: &Extraction,
    directory: &'a Directory,
    lexicon: &Lexicon,
) -> Option<&'a PartnershipId> {
    let parties: BTreeSet<&String> = extraction.frame.parties.iter().collect();
    let fits = |exactly: bool| {
        let mut fitting = directory.partnerships.keys().filter(|id| {
            let labels = labels_of(Some(id), directory, lexicon);
            let labels: BTreeSet<&String> = labels.iter().collect();
            match exactly {
                true => labels == parties,
                false => labels.len() > 1 && labels.is_subset(&parties),
            }
        });
        let first = fitting.next();
        first.filter(|_| fitting.next().is_none())
    };
    fits(true).or_else(|| fits(false))
}

pub(super) fn meeting_in_title(title: &str, lexicon: &Lexicon) -> Option<String> {
    let tokens = tokenize_phrase(title);
    let named = names(&tokens, 0, tokens.len(), lexicon);
    let meeting = named.iter().find(|n| n.meeting)?;
    Some(words(&tokens, meeting.from, meeting.to))
}
