//! The names that new commitments are given: those of their series go on (`US37-19`, then for the next
//! meeting `US38-01`). They are proposals like everything else; a person may write others.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::access::{Viewer, may_read};
use crate::domain::book::Book;
use crate::domain::commitment::Commitment;
use crate::domain::directory::Directory;
use crate::domain::ids::{CommitmentRef, MeetingId, PartnershipId};
use crate::domain::meeting::Meeting;
use crate::domain::party::PartyKind;

/// Names for commitments of one document, one after the other.
#[derive(Debug, Clone)]
pub struct Names {
    /// `US38`
    stem: String,
    next: u32,
    taken: BTreeSet<String>,
}

impl Names {
    /// How the commitments of a meeting are called by those who may read them.
    pub fn of(
        book: &Book,
        viewer: &Viewer,
        partnership: &PartnershipId,
        meeting: Option<&MeetingId>,
    ) -> Self {
        let directory = &book.directory;
        let readable = book.commitments.values().map(AsRef::as_ref);
        let readable: Vec<&Commitment> = readable
            .filter(|c| may_read(viewer, c, directory))
            .collect();
        let meeting = meeting.and_then(|id| directory.meetings.get(id));
        let stem = own_stem(&readable, meeting)
            .or_else(|| stem_of_series(&readable, directory, meeting))
            .unwrap_or_else(|| stem_of_partner(directory, partnership, meeting));
        let serials = readable.iter().filter_map(|c| {
            let (known, serial) = parts(&c.reference)?;
            (known == stem).then_some(serial)
        });
        Self {
            next: serials.max().unwrap_or(0) + 1,
            stem,
            taken: BTreeSet::new(),
        }
    }

    /// A name that somebody chose, so that it is given to no other.
    pub fn take(&mut self, reference: &str) {
        self.taken.insert(reference.to_owned());
    }

    /// The next name.
    pub fn draw(&mut self) -> String {
        loop {
            let name = format!("{}-{:02}", self.stem, self.next);
            self.next += 1;
            if !self.taken.contains(&name) {
                return name;
            }
        }
    }
}

/// `US37` and 3 of `US37-03`.
fn parts(reference: &CommitmentRef) -> Option<(&str, u32)> {
    let (stem, serial) = reference.as_str().rsplit_once('-')?;
    let is_serial = serial.bytes().all(|b| b.is_ascii_digit());
    Some((stem, serial.parse().ok().filter(|_| is_serial)?))
}

/// What most commitments of the meeting itself begin with.
fn own_stem(readable: &[&Commitment], meeting: Option<&Meeting>) -> Option<String> {
    let meeting = meeting?;
    let own = readable
        .iter()
        .filter(|c| c.meeting.as_ref() == Some(&meeting.id));
    most(own.filter_map(|c| Some(parts(&c.reference)?.0.to_owned())))
}

/// What the commitments of the series' other meetings begin with, with this meeting's number for theirs.
fn stem_of_series(
    readable: &[&Commitment],
    directory: &Directory,
    meeting: Option<&Meeting>,
) -> Option<String> {
    let meeting = meeting?;
    let number = meeting.number?;
    let letters = readable.iter().filter_map(|c| {
        let other = directory.meetings.get(c.meeting.as_ref()?)?;
        let of_series = other.series == meeting.series && other.partnership == meeting.partnership;
        let (stem, _) = parts(&c.reference)?;
        let letters = stem.strip_suffix(&other.number?.to_string())?;
        (of_series && !letters.ends_with(|c: char| c.is_ascii_digit())).then(|| letters.to_owned())
    });
    most(letters).map(|letters| format!("{letters}{number}"))
}

/// The partner's short name, with the meeting's number or its year.
fn stem_of_partner(
    directory: &Directory,
    partnership: &PartnershipId,
    meeting: Option<&Meeting>,
) -> String {
    let parties = directory.partnerships.get(partnership).map(|p| &p.parties);
    let partner = parties.into_iter().flatten().find(|id| {
        let party = directory.parties.get(*id);
        party.is_some_and(|party| party.kind == PartyKind::Partner)
    });
    let name = partner.map_or(partnership.as_str(), |id| id.as_str());
    let number = meeting.and_then(|m| m.number).map(|n| n.to_string());
    format!("{}{}", name.to_uppercase(), number.unwrap_or_default())
}

/// The one that comes up most; of several the first in order.
fn most(all: impl Iterator<Item = String>) -> Option<String> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for each in all {
        *counts.entry(each).or_default() += 1;
    }
    let most = counts.values().copied().max()?;
    counts
        .into_iter()
        .find(|(_, n)| *n == most)
        .map(|(each, _)| each)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::domain::commitment::Confidentiality;
    use crate::record::first_record;

    fn with_meeting(mut book: Book, id: &str, number: Option<u32>) -> Book {
        let directory = Arc::make_mut(&mut book.directory);
        let mut next = directory.meetings["asean-us-dialogue-37"].clone();
        next.id = id.parse().expect("an id");
        next.number = number;
        directory.meetings.insert(next.id.clone(), next);
        book
    }

    fn names(book: &Book, viewer: &Viewer, meeting: Option<&str>) -> Names {
        let meeting: Option<MeetingId> = meeting.map(|id| id.parse().expect("an id"));
        Names::of(
            book,
            viewer,
            &"asean-us".parse().expect("an id"),
            meeting.as_ref(),
        )
    }

    #[test]
    fn the_series_goes_on_and_nothing_is_named_twice() {
        let book = with_meeting(first_record(), "asean-us-dialogue-38", Some(38));
        let viewer = Viewer::Person("officer-cyber".parse().expect("an id"));
        let mut next = names(&book, &viewer, Some("asean-us-dialogue-38"));
        next.take("US38-02");
        assert_eq!([next.draw(), next.draw()], ["US38-01", "US38-03"]);
        let same = names(&book, &viewer, Some("asean-us-dialogue-37")).draw();
        assert_eq!(same, "US37-20");
        assert_eq!(names(&book, &viewer, None).draw(), "US-01");
        let pmc = names(&book, &viewer, Some("pmc-us-2025")).draw();
        assert!(pmc.starts_with("US-") || pmc.starts_with("PMC"), "{pmc}");
    }

    #[test]
    fn what_one_may_not_read_is_not_counted() {
        let mut book = first_record();
        let last = CommitmentRef::parse("US37-19").expect("a reference");
        let hidden = Arc::make_mut(book.commitments.get_mut(&last).expect("on record"));
        hidden.confidentiality = Confidentiality::Restricted;
        hidden.readers = vec!["economic-desk".parse().expect("an id")];
        let dialogue = Some("asean-us-dialogue-37");
        let other = Viewer::Person("officer-cyber".parse().expect("an id"));
        assert_eq!(names(&book, &other, dialogue).draw(), "US37-19");
        let reader = Viewer::Person("officer-economic".parse().expect("an id"));
        assert_eq!(names(&book, &reader, dialogue).draw(), "US37-20");
    }
}
