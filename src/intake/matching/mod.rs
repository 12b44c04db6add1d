//! What an extracted document means beside the record: whom and what its proposals name, by the ids of
//! the record; which meeting it is of; what the record has already, and what is an older promise said
//! again; who might lead; what of itself it says for the record; and what the previous meeting of its
//! series left open. All of it is proposed, nothing decided: a person confirms.
//!
//! 1. Names are compared as they are written and as they are meant (`keys`); where two things fit, none
//!    is taken and both are named (`things`, `meetings`).
//! 2. Deadlines are put into the record's words (`due`).
//! 3. Promises are compared by the words that tell them apart (`bag`, `likeness`), and are there
//!    already, an older one said again, or new (`documents`, `standing`, `effect`).
//! 4. Who led the like before (`leads`); what was left open before (`forward`); what the document says
//!    for the record (`proposed`).
//!
//! Pure and deterministic: the same words beside the same record give the same answer, in whatever
//! order the record was entered. What the reader may not read does not shape it.

mod bag;
mod before;
mod coming;
mod documents;
mod due;
mod effect;
mod forward;
mod ids;
mod keys;
mod kinds;
mod leads;
mod left_open;
mod likeness;
mod meetings;
mod on_record;
mod proposed;
mod quoted;
mod standing;
#[cfg(test)]
mod tests;
mod things;

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use self::documents::Incoming;
use self::leads::{Asked, Led};
use self::likeness::Matter;
use self::meetings::{Meetings, Said, meeting_in_title, partnership_of};
use self::on_record::OnRecord;
use self::proposed::Framed;
use self::standing::Account;
use self::things::{NamesOfText, Shelf, named};
use crate::domain::access::{Viewer, may_read};
use crate::domain::book::Book;
use crate::domain::commitment::{Commitment, Cycle, Kind};
use crate::domain::deadline::{MeetingDate, Window};
use crate::domain::directory::Directory;
use crate::domain::ids::{DocumentId, InstrumentId, MeetingId, PartnershipId, PartyId};
use crate::intake::extraction::{Extraction, Proposal};
use crate::intake::lexicon::Lexicon;

pub use self::documents::{DocumentIs, DocumentMatch};
pub use self::due::Due;
pub use self::forward::{Forward, Resemblance, of_proposal};
pub use self::leads::{Lead, Sector};
pub use self::left_open::{LeftOpen, left_open};
pub use self::likeness::{Like, SURE, WORTH_SHOWING};
pub use self::proposed::ProposedEntry;
pub use self::standing::{Standing, Unclaimed};
pub use self::things::{Found, Named};

/// What is known of a document beside its words, and for whom it is matched.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// Its date, on which deadlines were resolved.
    pub issued: NaiveDate,
    /// What they may not read neither shapes nor stands in what comes of it.
    pub viewer: &'a Viewer,
    pub lexicon: &'a Lexicon,
    /// As a person said; else by the document's parties.
    pub partnership: Option<&'a PartnershipId>,
    /// As a person said; else by the document's frame.
    pub meeting: Option<&'a MeetingId>,
    /// As what it stands on record already, where that is known.
    pub document: Option<&'a DocumentId>,
}

/// A document beside the record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Matches {
    pub partnership: Option<PartnershipId>,
    /// The meeting it is the outcome of.
    pub meeting: Option<Named<MeetingId>>,
    pub document: DocumentMatch,
    /// One for each proposal of the extraction, in its order.
    pub proposals: Vec<Match>,
    /// What other accounts of the meeting (or earlier readings of this document) claim and this reading
    /// does not.
    pub unclaimed: Vec<Unclaimed>,
    /// Open commitments of the previous meetings of the series, those of the last one first.
    pub forward: Vec<Forward>,
    /// What the document says for the record: its meeting, itself (without its text), the meetings to
    /// come, instruments the record does not have; in this order.
    pub proposed: Vec<ProposedEntry>,
}

/// A proposal beside the record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Match {
    pub obligors: Vec<Named<PartyId>>,
    pub beneficiaries: Vec<Named<PartyId>>,
    pub instruments: Vec<Named<InstrumentId>>,
    /// The meeting it names, or on which its deadline hangs.
    pub meeting: Option<Named<MeetingId>>,
    pub deadline: Option<Due>,
    /// The review cycle of a standing proposal that comes round again: `every 12 months`.
    pub review: Option<String>,
    pub sector: Option<Sector>,
    /// The best first.
    pub leads: Vec<Lead>,
    pub standing: Standing,
    /// What else on record resembles it, the most alike first.
    pub resembles: Vec<Like>,
}

/// Matches a document with the record. The book may hold what the viewer may not read.
pub fn against(extraction: &Extraction, text: &str, book: &Book, place: &Place<'_>) -> Matches {
    let lexicon = place.lexicon;
    let directory = &book.directory;
    let partnership = place
        .partnership
        .or_else(|| partnership_of(extraction, directory, lexicon));
    let readable: Vec<&Commitment> = book
        .commitments
        .values()
        .map(AsRef::as_ref)
        .filter(|c| may_read(place.viewer, c, directory))
        .collect();
    let of_partnership =
        |c: &&&Commitment| partnership.is_none() || c.partnership.as_ref() == partnership;
    let compared: Vec<&Commitment> = readable.iter().filter(of_partnership).copied().collect();
    let matcher = Matcher {
        lexicon,
        issued: place.issued,
        directory,
        partnership,
        parties: things::parties(directory, lexicon),
        instruments: things::instruments(directory, lexicon),
        meetings: Meetings::of(directory, lexicon, partnership, place.issued),
        of_text: NamesOfText::of(text, lexicon),
        record: OnRecord::of(book, &compared, lexicon),
        led: Led::of(&readable),
    };
    matcher.matches(extraction, text, place)
}

struct Matcher<'a> {
    lexicon: &'a Lexicon,
    issued: NaiveDate,
    directory: &'a Directory,
    partnership: Option<&'a PartnershipId>,
    parties: Shelf<PartyId>,
    instruments: Shelf<InstrumentId>,
    meetings: Meetings<'a>,
    of_text: NamesOfText,
    record: OnRecord<'a>,
    led: Led<'a>,
}

impl Matcher<'_> {
    fn matches(&self, extraction: &Extraction, text: &str, place: &Place<'_>) -> Matches {
        let meeting = self.own_meeting(extraction, place);
        let known = meeting.as_ref().and_then(|m| m.is.known());
        let incoming = Incoming {
            text,
            frame: &extraction.frame,
            issued: place.issued,
            meeting: known,
            document: place.document,
        };
        let document = documents::document(&incoming, self.record.book, self.lexicon);
        let account = Account {
            document: &document,
            meeting: known,
            issued: place.issued,
        };
        let named: Vec<NamedIn> = extraction
            .proposals
            .iter()
            .map(|p| self.names_in(p))
            .collect();
        let matters: Vec<Matter> = extraction
            .proposals
            .iter()
            .zip(&named)
            .map(|(proposal, named)| self.matter(proposal, named))
            .collect();
        let alike: Vec<_> = matters.iter().map(|m| self.record.alike(m)).collect();
        let mut found: Vec<(Standing, Vec<Like>)> = extraction
            .proposals
            .iter()
            .zip(&alike)
            .map(|(proposal, alike)| standing::standing(proposal, alike, &self.record, &account))
            .collect();
        standing::once_each(&mut found);
        let each = extraction.proposals.iter().zip(&matters);
        let proposals: Vec<Match> = each
            .zip(named)
            .zip(found)
            .map(|(((proposal, matter), named), found)| {
                self.proposal(proposal, matter, named, found)
            })
            .collect();
        let standings: Vec<&Standing> = proposals.iter().map(|m| &m.standing).collect();
        let unclaimed = standing::unclaimed(&standings, &self.record, &account);
        let previous = known.and_then(|id| self.directory.meetings.get(id));
        let previous = previous.map(|m| forward::previous(m, &self.meetings, self.lexicon));
        let previous = previous.unwrap_or_default();
        let forward = forward::forward(&previous, &standings, &alike, &self.record);
        let proposed = self.proposed(extraction, text, meeting.as_ref(), &document, &proposals);
        Matches {
            partnership: self.partnership.cloned(),
            document,
            unclaimed,
            forward,
            proposed,
            proposals,
            meeting,
        }
    }

    /// The meeting a person said, else the one of the frame or the title.
    fn own_meeting(&self, extraction: &Extraction, place: &Place<'_>) -> Option<Named<MeetingId>> {
        let frame = &extraction.frame;
        let of_title = || meeting_in_title(frame.title.as_deref()?, self.lexicon);
        let words = frame.meeting.clone().or_else(of_title);
        if let Some(id) = place.meeting {
            let known = self.directory.meetings.get(id);
            let words = words.or_else(|| known.map(|m| m.name()));
            return Some(Named {
                words: words.unwrap_or_else(|| id.to_string()),
                is: Found::Known(id.clone()),
            });
        }
        let words = words?;
        let held = frame
            .held
            .and_then(|(first, last)| Window::new(first, last));
        let mut key = keys::key(&words, self.lexicon);
        key.number = key.number.or(frame.ordinal);
        let is = self.meetings.find(&Said {
            key,
            comes: false,
            within: held.or(Some(Window::day(self.issued))),
        });
        Some(Named { words, is })
    }

    fn names_in(&self, proposal: &Proposal) -> NamedIn {
        let (of_text, lexicon) = (&self.of_text, self.lexicon);
        NamedIn {
            obligors: named(&proposal.obligors, &self.parties, of_text, lexicon),
            beneficiaries: named(&proposal.beneficiaries, &self.parties, of_text, lexicon),
            instruments: self.instruments_in(proposal),
            meeting: self.meeting_in(proposal),
        }
    }

    /// `the new Plan of Action` is not the one on record, whatever that is called.
    fn instruments_in(&self, proposal: &Proposal) -> Vec<Named<InstrumentId>> {
        let mut found = named(
            &proposal.instruments,
            &self.instruments,
            &self.of_text,
            self.lexicon,
        );
        for named in &mut found {
            if before::is_a_new_one(&proposal.quote, &named.words) {
                named.is = Found::Unknown;
            }
        }
        found
    }

    fn meeting_in(&self, proposal: &Proposal) -> Option<Named<MeetingId>> {
        let deadline = proposal.deadline.as_ref();
        let within = deadline.and_then(|d| Window::new(d.earliest?, d.latest?));
        let (words, comes) = match &proposal.meeting {
            Some(name) => (name.clone(), before::comes(&proposal.quote, name)),
            None => before::meeting_in(&deadline.filter(|d| d.latest.is_none())?.text)?,
        };
        let key = keys::key(&words, self.lexicon);
        let is = self.meetings.find(&Said { key, comes, within });
        Some(Named { words, is })
    }

    /// A meeting that is to come, on record.
    fn meeting_named(&self, next: &coming::Next) -> Found<MeetingId> {
        let date = next.date.as_ref();
        let date = date.and_then(|text| MeetingDate::parse(text).ok());
        self.meetings.find(&Said {
            key: keys::key(&next.name, self.lexicon),
            comes: true,
            within: date.map(|date| date.span.window()),
        })
    }

    fn matter(&self, proposal: &Proposal, named: &NamedIn) -> Matter {
        let obligors: BTreeSet<PartyId> = known_of(&named.obligors);
        let instruments = known_of(&named.instruments);
        Matter::of_proposal(proposal, obligors, instruments, self.lexicon)
    }

    fn proposal(
        &self,
        proposal: &Proposal,
        matter: &Matter,
        named: NamedIn,
        (standing, resembles): (Standing, Vec<Like>),
    ) -> Match {
        let like = standing::references_of(&standing)
            .into_iter()
            .map(|reference| Like {
                reference: reference.clone(),
                likeness: 100,
                why: String::new(),
            });
        let like: Vec<Like> = like.collect();
        let alike: Vec<&Like> = like.iter().chain(&resembles).collect();
        let sector = leads::sector(matter, &alike, &self.record, self.lexicon);
        let asked = Asked {
            matter,
            sector: sector.as_ref().map(|s| s.sector.as_str()),
            partnership: self.partnership,
            day: self.issued,
        };
        let hangs_on = named.meeting.as_ref().and_then(|m| m.is.known());
        Match {
            deadline: due::due(proposal, hangs_on, self.issued, self.directory),
            review: review(proposal),
            leads: leads::leads(&asked, &self.led, self.directory),
            sector,
            standing,
            resembles,
            obligors: named.obligors,
            beneficiaries: named.beneficiaries,
            instruments: named.instruments,
            meeting: named.meeting,
        }
    }

    fn proposed(
        &self,
        extraction: &Extraction,
        text: &str,
        meeting: Option<&Named<MeetingId>>,
        document: &DocumentMatch,
        proposals: &[Match],
    ) -> Vec<ProposedEntry> {
        let framed = Framed {
            extraction,
            text,
            issued: self.issued,
            partnership: self.partnership,
            meeting,
            book: self.record.book,
            lexicon: self.lexicon,
        };
        let mut entries: Vec<ProposedEntry> = framed.own_meeting().into_iter().collect();
        let own = entries.first().map(|entry| entry.id.clone());
        let own = own.or_else(|| meeting.and_then(|m| m.is.known()).map(ToString::to_string));
        let known = document.already_there().map(DocumentId::as_str);
        entries.push(framed.document(known, own.as_deref()));
        for next in framed.next_meetings() {
            let is = self.meeting_named(&next);
            let entry = framed.next_meeting(&next, &is);
            let is_new = |entry: &ProposedEntry| !entries.iter().any(|e| e.id == entry.id);
            entries.extend(entry.filter(is_new));
        }
        let named = proposals.iter().flat_map(|m| &m.instruments);
        entries.extend(framed.instruments(named));
        entries
    }
}

/// The names in a proposal, with what the record has of them.
struct NamedIn {
    obligors: Vec<Named<PartyId>>,
    beneficiaries: Vec<Named<PartyId>>,
    instruments: Vec<Named<InstrumentId>>,
    meeting: Option<Named<MeetingId>>,
}

fn known_of<I: Ord + Clone>(named: &[Named<I>]) -> BTreeSet<I> {
    named.iter().filter_map(|n| n.is.known()).cloned().collect()
}

/// Only what has no end lives by reviews.
fn review(proposal: &Proposal) -> Option<String> {
    if proposal.kind != Kind::Standing {
        return None;
    }
    let length = proposal.recurrence.as_deref()?.strip_prefix('P')?;
    let count = |unit: char| length.strip_suffix(unit)?.parse::<u32>().ok();
    let months = count('M').or_else(|| Some(12 * count('Y')?))?;
    let cycle = Cycle { months };
    (months > 0).then(|| format!("every {cycle}"))
}
