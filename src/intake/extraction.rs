//! From the text of an outcome document to proposed commitments, each with its words, its place and
//! its reason; and every sentence that was passed over, with why.
//!
//! 1. The text is cut into paragraphs, sentences and words that keep their places (`blocks`, `tokens`).
//! 2. The parties are found (`parties`).
//! 3. Paragraph by paragraph: an opening of a list, an item, a preamble, or prose (`items`, `clauses`).
//! 4. Each clause is judged (`judging`), its deadline read (`when`), its names and title (`names`, `titles`).

use chrono::NaiveDate;
use serde::Serialize;

use super::blocks::{Block, blocks, sentences};
use super::clauses::{Clause, Cutter, Speaker, trimmed};
use super::frame::{Frame, NextMeeting, frame};
use super::items::{Item, Opening, implied, item, opening, preamble};
use super::judging::{Finding, Judge, Verdict};
use super::lexicon::{Class, Lexicon};
use super::names::{names, words};
use super::parties::{Parties, parties};
use super::subjects::{Subjects, Who};
use super::titles::title;
use super::tokens::Token;
use super::when::{Clock, KnownMeetings, Precision};
use crate::domain::commitment::{Kind, Strength};

/// What was read in a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extraction {
    pub frame: Frame,
    pub proposals: Vec<Proposal>,
    pub passed: Vec<Passed>,
}

/// A proposed commitment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// Code points of the text: first, and one past the last.
    pub start: u32,
    pub end: u32,
    /// The words, exactly.
    pub quote: String,
    /// The paragraph it stands in, from 1.
    pub paragraph: u32,
    /// A short title.
    pub subject: String,
    pub strength: Strength,
    pub kind: Kind,
    pub obligors: Vec<String>,
    pub beneficiaries: Vec<String>,
    pub instruments: Vec<String>,
    pub meeting: Option<String>,
    pub deadline: Option<Deadline>,
    /// It comes round again: an ISO 8601 duration.
    pub recurrence: Option<String>,
    /// The words that made it a commitment, and what they mean.
    pub cue: String,
    pub why: String,
}

/// A deadline as proposed. Dates are null where it hangs on a meeting whose date is not known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Deadline {
    pub text: String,
    pub earliest: Option<NaiveDate>,
    pub latest: Option<NaiveDate>,
    pub precision: Precision,
}

/// The reason of what is passed over and is no sentence.
pub const A_HEADING: &str = "a heading, a date, a name";

/// A sentence that is no commitment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passed {
    pub start: u32,
    pub end: u32,
    pub quote: String,
    pub reason: String,
}

/// Reads a document. `issued` is its date, on which relative deadlines are resolved.
pub fn extract(text: &str, issued: NaiveDate, lexicon: &Lexicon) -> Extraction {
    let chars: Vec<char> = text.chars().collect();
    let blocks = blocks(&chars);
    let parties = parties(&blocks, lexicon);
    let mut frame = frame(&blocks, lexicon, &parties.labels);
    frame.forget_what_it_recalls(issued);
    let meetings = KnownMeetings::read(&blocks, issued, lexicon, &frame);
    let mut reader = Reader {
        chars: &chars,
        issued,
        lexicon,
        parties: &parties,
        meetings: &meetings,
        open: implied(frame.title.as_deref()),
        speaker: Speaker::default(),
        proposals: Vec::new(),
        passed: Vec::new(),
    };
    for block in &blocks {
        reader.block(block);
    }
    let Reader {
        proposals, passed, ..
    } = reader;
    frame.next_meetings = next_meetings(&proposals);
    Extraction {
        frame,
        proposals,
        passed,
    }
}

/// The date a document bears, where nobody says when it was issued.
pub fn date_of(text: &str, lexicon: &Lexicon) -> Option<NaiveDate> {
    let chars: Vec<char> = text.chars().collect();
    frame(&blocks(&chars), lexicon, &[]).dated
}

fn next_meetings(proposals: &[Proposal]) -> Vec<NextMeeting> {
    let mut found: Vec<NextMeeting> = Vec::new();
    for proposal in proposals {
        let Some(name) = &proposal.meeting else {
            continue;
        };
        let date = proposal.deadline.as_ref().map(|d| d.text.clone());
        match found.iter_mut().find(|m| m.name == *name) {
            Some(known) => known.date = known.date.take().or(date),
            None => found.push(NextMeeting {
                name: name.clone(),
                date,
            }),
        }
    }
    found
}

struct Reader<'a> {
    chars: &'a [char],
    issued: NaiveDate,
    lexicon: &'a Lexicon,
    parties: &'a Parties,
    meetings: &'a KnownMeetings,
    /// The opening of the list that is being read.
    open: Option<Opening>,
    speaker: Speaker,
    proposals: Vec<Proposal>,
    passed: Vec<Passed>,
}

impl<'a> Reader<'a> {
    fn cutter(&self, listed: bool) -> Cutter<'a> {
        Cutter {
            subjects: Subjects {
                lexicon: self.lexicon,
                parties: self.parties,
            },
            listed,
        }
    }

    fn block(&mut self, block: &Block) {
        let tokens = &block.tokens;
        let judge = Judge {
            tokens,
            lexicon: self.lexicon,
            parties: self.parties,
            clock: Clock {
                tokens,
                issued: self.issued,
                lexicon: self.lexicon,
                meetings: self.meetings,
            },
        };
        if let Some(mut opened) = opening(block, &judge) {
            // What stands before the opening sentence is read like any other.
            self.open = None;
            let all = sentences(tokens);
            let last = all.last().map_or(0, |(start, _)| *start);
            // Where no colon says that it opens, it may promise as well.
            let opens = block.opens_list();
            for (start, end) in all.iter().filter(|(start, _)| *start < last || !opens) {
                self.sentence(block, &judge, *start, *end);
            }
            opened.owners = self.owners(&opened, tokens, last);
            if opens {
                self.pass(tokens, last, tokens.len(), "opens the list that follows");
            }
            self.open = Some(opened);
            return;
        }
        // `In the short term:` within a list parts it and does not end it.
        if self.open.is_some() && block.opens_list() && tokens.len() <= 8 {
            self.pass(tokens, 0, tokens.len(), A_HEADING);
            return;
        }
        if self
            .open
            .as_ref()
            .is_some_and(|open| open.ends_before(block))
        {
            self.open = None;
        }
        if let Some(open) = &mut self.open {
            open.items = open.items.or(block.mark);
        }
        let mut listed = false;
        for (start, end) in sentences(tokens) {
            listed |= self.sentence(block, &judge, start, end);
        }
        let over = self.open.as_ref().is_some_and(|open| !open.implied);
        if !listed && !block.is_heading() && over {
            self.open = None;
        }
    }

    /// Who opens a list, where it is one of the parties and not all: "Indonesia will, by 2030:".
    fn owners(&mut self, opened: &Opening, tokens: &[Token], from: usize) -> Vec<String> {
        let cutter = self.cutter(false);
        let clauses = cutter.clauses(tokens, from, tokens.len(), &mut self.speaker);
        let opens = |clause: &&Clause| {
            !clause.relative
                && tokens[clause.group..clause.rest.max(clause.group)]
                    .iter()
                    .any(|t| *t.lower == *opened.verb)
        };
        let Some(clause) = clauses.iter().rev().find(opens) else {
            // `Norway will:`: no verb follows that would make it a clause.
            let verb = tokens.len().saturating_sub(2);
            let who = cutter.subjects.who(tokens, from, verb.max(from));
            return match who {
                Who::Named(names) if verb < from + 6 => names,
                _ => Vec::new(),
            };
        };
        // `the United States and Africa`: with somebody whom the lexicon does not have.
        let joined = tokens[clause.subject..clause.group.max(clause.subject)]
            .iter()
            .filter(|t| t.is("and"))
            .count();
        match &clause.who {
            Who::Named(names) if joined < names.len() => names.clone(),
            _ => Vec::new(),
        }
    }

    /// Reads a sentence; true where it is an item of the open list.
    fn sentence(&mut self, block: &Block, judge: &Judge<'_>, start: usize, end: usize) -> bool {
        let tokens = judge.tokens;
        if let Some(open) = self.open.clone()
            && (block.marked || !open.implied)
            && (block.marked || !block.is_heading() || tokens[end - 1].is_any(&[";", "."]))
        {
            match item(judge, &open, start, end) {
                Item::Commits(finding) => {
                    let told = judge.told_within(start + 1, end);
                    let own_end = told.as_ref().map_or(end, |(from, _)| *from);
                    self.propose(block, judge, start, own_end, start, *finding);
                    if let Some((from, finding)) = told {
                        self.propose(block, judge, from, end, from, finding);
                    }
                    return true;
                }
                Item::Passes(reason) => {
                    self.pass(tokens, start, end, &reason);
                    return true;
                }
                Item::Prose => {}
            }
        }
        match preamble(judge, start, end) {
            Some(Item::Commits(finding)) => {
                self.propose(block, judge, start, end, start, *finding);
                return false;
            }
            Some(Item::Passes(reason)) => {
                self.pass(tokens, start, end, &reason);
                return false;
            }
            _ => {}
        }
        self.prose(block, judge, start, end);
        block.marked && self.open.is_some()
    }

    fn prose(&mut self, block: &Block, judge: &Judge<'_>, start: usize, end: usize) {
        let tokens = judge.tokens;
        let cutter = self.cutter(block.marked || self.open.is_some());
        let clauses = cutter.clauses(tokens, start, end, &mut self.speaker);
        let before = self.proposals.len();
        if let Some(lead) = judge.lead(&clauses, start)
            && let Some(finding) = judge.reaffirmed_in_front(&lead)
        {
            self.propose(block, judge, lead.from, lead.to, lead.subject, finding);
        }
        let mut reasons: Vec<(usize, usize, String)> = Vec::new();
        for (n, clause) in clauses.iter().enumerate() {
            // What is told of in a that-clause belongs to the verb that tells it.
            if clause.within.is_some() {
                continue;
            }
            let told = clauses[n + 1..]
                .iter()
                .take_while(|c| c.within.is_some())
                .filter(|c| c.within == Some(n))
                .find_map(|inner| Some((inner, judge.told_of(clause, inner)?)));
            match judge.judge(clause) {
                Verdict::Passes(_) | Verdict::Silent if told.is_some() => {
                    if let Some((inner, finding)) = told {
                        self.propose(block, judge, clause.from, inner.to, inner.subject, finding);
                    }
                }
                Verdict::Commits(_) if judge.told_as_past(clause, start) => {
                    let reason = self.lexicon.passed(Class::Done).to_owned();
                    reasons.push((clause.from, clause.to, reason));
                }
                Verdict::Commits(mut finding) => {
                    judge.date_in_front(clause, start, &mut finding);
                    // The second of two objects has its verb further in front.
                    if clause.verb < clause.from {
                        finding.cue = (clause.from, finding.act.min(clause.to));
                    }
                    // "We commit to take the following actions by May: The United States will".
                    if finding.due.is_none() {
                        finding.due = self.open.as_ref().and_then(|open| open.due.clone());
                    }
                    self.propose(
                        block,
                        judge,
                        clause.from,
                        clause.to,
                        clause.subject,
                        finding,
                    );
                }
                Verdict::Passes(reason) => reasons.push((clause.from, clause.to, reason)),
                Verdict::Silent => {}
            }
        }
        if self.proposals.len() == before {
            let reason = reasons.first().map_or_else(
                || {
                    let frame = block.is_heading() || end - start < 5;
                    if frame {
                        A_HEADING
                    } else {
                        "a statement: no act of the parties is named"
                    }
                    .to_owned()
                },
                |(.., reason)| reason.clone(),
            );
            self.pass(tokens, start, end, &reason);
        } else {
            for (from, to, reason) in reasons {
                self.pass(tokens, from, to, &reason);
            }
        }
    }

    fn quote(&self, tokens: &[Token], from: usize, to: usize) -> (u32, u32, String) {
        let (start, end) = (tokens[from].start, tokens[to - 1].end);
        let quote: String = self.chars[start as usize..end as usize].iter().collect();
        (start, end, quote)
    }

    fn pass(&mut self, tokens: &[Token], from: usize, to: usize, reason: &str) {
        if from < to {
            let (start, end, quote) = self.quote(tokens, from, to);
            self.passed.push(Passed {
                start,
                end,
                quote,
                reason: reason.to_owned(),
            });
        }
    }

    fn propose(
        &mut self,
        block: &Block,
        judge: &Judge<'_>,
        from: usize,
        to: usize,
        subject: usize,
        finding: Finding,
    ) {
        let tokens = judge.tokens;
        let to = trimmed(tokens, from + 1, to);
        if from >= to {
            return;
        }
        let (start, end, quote) = self.quote(tokens, from, to);
        let all = names(tokens, subject.min(from), to, self.lexicon);
        let mut instruments: Vec<String> = Vec::new();
        for name in all.iter().filter(|n| !n.meeting) {
            let name = words(tokens, name.from, name.to);
            if !instruments.contains(&name) {
                instruments.push(name);
            }
        }
        let meeting = all
            .iter()
            .find(|n| n.meeting && n.from >= finding.act.min(to));
        let meeting = meeting.map(|n| words(tokens, n.from, n.to));
        let deadline = finding.due.as_ref().map(|due| {
            let (from, to) = (due.from.min(tokens.len() - 1), due.to.min(tokens.len()));
            Deadline {
                text: due_in_words(tokens, from, to),
                earliest: due.earliest,
                latest: due.latest,
                precision: due.precision,
            }
        });
        let titled = if finding.passive {
            let thing = title(tokens, subject.min(from), from.max(subject));
            let deed = &tokens[finding.act.min(to - 1)].text;
            if thing.is_empty() {
                title(tokens, finding.act, to)
            } else {
                format!("{thing}: {deed}")
            }
        } else {
            title(tokens, finding.act, to)
        };
        let kind = kind(&finding);
        self.proposals.push(Proposal {
            start,
            end,
            quote,
            paragraph: block.paragraph,
            subject: if titled.is_empty() {
                title(tokens, from, to)
            } else {
                titled
            },
            strength: finding.strength,
            kind,
            obligors: finding.obligors,
            beneficiaries: finding.beneficiaries,
            instruments,
            meeting,
            deadline,
            recurrence: finding.due.and_then(|due| due.recurrence),
            cue: words(tokens, finding.cue.0, finding.cue.1.max(finding.cue.0)),
            why: finding.why,
        });
    }
}

/// The time words of a deadline; of years that stand in brackets behind names, the first and the last.
fn due_in_words(tokens: &[Token], from: usize, to: usize) -> String {
    if from >= to {
        return String::new();
    }
    let opened = tokens[from..to].iter().filter(|t| t.is("(")).count();
    let closed = tokens[from..to].iter().filter(|t| t.is(")")).count();
    let first = tokens[from..to].iter().find(|t| t.is_any(&["(", ")"]));
    let whole = opened == closed && !first.is_some_and(|t| t.is(")"));
    if whole {
        return words(tokens, from, to);
    }
    format!("{}\u{2013}{}", tokens[from].text, tokens[to - 1].text)
}

/// What one side owes at the other's wish is chased; what is checkable or dated can be overdue; the
/// rest lives by reviews.
fn kind(finding: &Finding) -> Kind {
    if finding.asked {
        Kind::Request
    } else if finding.strength == Strength::Firm
        || finding.due.as_ref().is_some_and(|d| {
            d.latest.is_some() && d.precision != Precision::Range || d.precision == Precision::Event
        })
    {
        Kind::Deliverable
    } else {
        Kind::Standing
    }
}
