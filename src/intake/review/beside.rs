//! The proposals of a document beside the record, as both are now: whom and what they name, who might
//! lead, what is there already. It is asked afresh for whoever looks, so that nothing one may not read
//! shapes what one sees.

use super::deciding::Drafted;
use super::drafting::{House, fields_of, untitled};
use super::text::folded;
use super::{Intake, Item, Review};
use crate::domain::access::Viewer;
use crate::domain::book::Book;
use crate::domain::commitment::Kind;
use crate::domain::commitment::Strength;
use crate::domain::intake::State;
use crate::intake::extraction::{Extraction, Proposal, extract};
use crate::intake::frame::Frame;
use crate::intake::lexicon::Lexicon;
use crate::intake::matching::{Like, Match, Matches, Place, Standing, against, of_proposal};

/// A document and its proposals beside the record.
#[derive(Debug, Clone, PartialEq)]
pub struct Beside {
    pub matches: Matches,
    /// Which proposal each match is of.
    numbers: Vec<u32>,
}

/// For whom, and by which words.
#[derive(Debug, Clone, Copy)]
pub struct Look<'a> {
    pub book: &'a Book,
    pub viewer: &'a Viewer,
    pub lexicon: &'a Lexicon,
}

impl Beside {
    pub fn of(&self, n: u32) -> Option<&Match> {
        let at = self.numbers.iter().position(|number| *number == n)?;
        self.matches.proposals.get(at)
    }

    /// The number of the proposal at a place of the matches.
    pub fn number(&self, at: usize) -> Option<u32> {
        self.numbers.get(at).copied()
    }

    /// What earlier meetings of the series left open and a proposal resembles, the most alike first.
    pub fn left_open(&self, n: u32) -> Vec<Like> {
        let at = self.numbers.iter().position(|number| *number == n);
        let mut alike = at.map_or_else(Vec::new, |at| of_proposal(&self.matches.forward, at));
        alike.sort_by_key(|like| std::cmp::Reverse(like.likeness));
        alike
    }

    /// Whether a proposal is neither on record already nor an older promise said again.
    pub fn is_new(&self, n: u32) -> bool {
        self.of(n)
            .is_none_or(|found| found.standing == Standing::New)
    }
}

/// Puts a document as it is now beside the record. `read` is what the program reads in it.
pub fn beside(review: &Review, read: &Extraction, look: Look<'_>) -> Beside {
    let counts = |item: &&Item| !matches!(item.state, State::Split | State::Merged { .. });
    let (numbers, proposals) = review
        .items
        .iter()
        .filter(counts)
        .map(|item| (item.n, proposal_of(review, item, read, look.lexicon)))
        .unzip();
    let extraction = Extraction {
        frame: read.frame.clone(),
        proposals,
        passed: Vec::new(),
    };
    Beside {
        matches: matched(&review.intake, &extraction, look),
        numbers,
    }
}

fn matched(intake: &Intake, extraction: &Extraction, look: Look<'_>) -> Matches {
    let place = Place {
        issued: intake.issued,
        viewer: look.viewer,
        lexicon: look.lexicon,
        partnership: Some(&intake.partnership),
        meeting: intake.meeting.as_ref(),
        document: intake.document.as_ref(),
    };
    against(extraction, &intake.text, look.book, &place)
}

/// A document that was just read beside the record.
pub fn first(intake: &Intake, read: &Extraction, look: Look<'_>) -> Matches {
    matched(intake, read, look)
}

/// What the program reads in a proposal: what it read at first, or what it reads in its words alone.
fn proposal_of(review: &Review, item: &Item, read: &Extraction, lexicon: &Lexicon) -> Proposal {
    let same = |p: &&Proposal| (p.start..p.end) == item.place;
    match read.proposals.iter().find(same) {
        Some(proposal) => proposal.clone(),
        None => of_words(
            &review.words(item),
            &review.intake,
            item.place.start,
            lexicon,
        ),
    }
}

fn of_words(words: &str, intake: &Intake, start: u32, lexicon: &Lexicon) -> Proposal {
    let quote = folded(words);
    let read = extract(&quote, intake.issued, lexicon);
    let length = u32::try_from(words.chars().count()).unwrap_or(u32::MAX);
    let why = || {
        read.passed
            .first()
            .map(|p| p.reason.clone())
            .unwrap_or_default()
    };
    match read.proposals.first() {
        Some(proposal) => Proposal {
            start,
            end: start.saturating_add(length),
            quote,
            ..proposal.clone()
        },
        None => Proposal {
            start,
            end: start.saturating_add(length),
            paragraph: 1,
            subject: untitled(words),
            // Nothing says that it binds.
            strength: Strength::Hortatory,
            kind: Kind::Standing,
            obligors: Vec::new(),
            beneficiaries: Vec::new(),
            instruments: Vec::new(),
            meeting: None,
            deadline: None,
            recurrence: None,
            cue: String::new(),
            why: why(),
            quote,
        },
    }
}

/// What a piece of a document would be on record. Where the program reads nothing in it, its first words
/// are the title, and a person says the rest.
pub fn of_piece(words: &str, intake: &Intake, house: House<'_>, look: Look<'_>) -> Drafted {
    let proposal = of_words(words, intake, 0, look.lexicon);
    let (cue, why) = (proposal.cue.clone(), proposal.why.clone());
    let is_read = !cue.is_empty();
    let extraction = Extraction {
        frame: Frame::default(),
        proposals: vec![proposal],
        passed: Vec::new(),
    };
    let matches = matched(intake, &extraction, look);
    let found = matches.proposals.first();
    let mut fields = fields_of(&extraction.proposals[0], found, house);
    if !is_read {
        fields.shift_remove("strength");
    }
    Drafted { fields, cue, why }
}
