//! The letter: what a mail says, typed, before it is set as text or HTML. Written purely from a
//! notice and the part of the book it speaks of. See LOOK, "Mail".
//!
//! [`block`] words one reminder, [`sections`] arranges the lines of digests and briefs, [`line`] and
//! [`meetings`] word them, [`opening`] says the answer first, [`subject`] the subject, [`foot`] why
//! it came. [`matter`] gathers what is known of one item, and knows what must stay unsaid: of a
//! restricted commitment nothing is told but its reference, the date and a link.

mod access;
mod asking;
mod block;
pub mod calendar;
mod foot;
mod line;
mod matter;
mod meetings;
mod news;
mod opening;
pub(super) mod samples;
mod sections;
mod subject;

use chrono::{Datelike, NaiveDate};
use serde::Serialize;
use uuid::Uuid;

pub use self::access::access_letter;
use self::block::Block;
use self::matter::{Matter, Writing};
use self::sections::Section;
use crate::config::{Config, ConfigError};
use crate::delivery::signed::AnswerLinks;
use crate::domain::book::Book;
use crate::domain::desk::EmailAddress;
use crate::domain::ids::{CommitmentRef, ReaderId};
use crate::domain::notice::{Notice, NoticeKind};
use crate::wording;

/// Reminders beyond this many are told in one line each, so that a mail stays readable.
const MOST_BLOCKS: usize = 10;

/// What every letter of an installation shares.
#[derive(Debug, Clone, PartialEq)]
pub struct LetterSettings {
    /// Where the pages are, without a slash at the end.
    pub public_url: String,
    /// What the installation is called.
    pub name: String,
    pub from: EmailAddress,
    pub from_name: Option<String>,
    /// Where reports go, before a notice's token is added; `None`: to the sender.
    pub return_path: Option<EmailAddress>,
    /// Where replies go, before a notice's token is added; `None`: they are not taken.
    pub reply_to: Option<EmailAddress>,
    /// Where everything goes while mail is redirected.
    pub redirect: Option<EmailAddress>,
}

impl LetterSettings {
    pub fn from_config(config: &Config) -> Result<Self, ConfigError> {
        let (from_name, from) = config.mail.sender()?;
        Ok(Self {
            public_url: config.web.public_url.trim_end_matches('/').to_owned(),
            name: one_line(&config.mail.name),
            from,
            from_name,
            return_path: config.mail.return_path()?,
            reply_to: config.mail.reply_to()?,
            redirect: config.mail.redirect_to()?,
        })
    }

    fn page_of(&self, commitment: &CommitmentRef) -> String {
        format!("{}/commitments/{commitment}", self.public_url)
    }
}

/// What a mail says.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Letter {
    /// `daily`, `digest` or `brief`.
    pub kind: NoticeKind,
    /// At most 70 characters.
    pub subject: String,
    /// What a list of mails shows after the subject.
    pub preheader: String,
    /// For whom the mail was, while mail is redirected.
    pub redirected: Option<String>,
    /// That somebody asked for it again, and when it was first sent.
    pub again: Option<String>,
    /// What the letter holds, where it is more than one reminder.
    pub opening: Option<String>,
    /// The reminders, the most pressing first.
    pub blocks: Vec<Block>,
    /// The lines of digests and briefs.
    pub sections: Vec<Section>,
    /// Why it came, and from where.
    pub foot: Vec<String>,
    /// Where one click stops the digests; only a digest has it.
    pub stop: Option<Link>,
    pub home: Link,
    /// Its deadlines, for a reader who wants them in a calendar.
    #[serde(skip)]
    pub entries: Vec<calendar::Entry>,
    #[serde(skip)]
    pub thread: Thread,
}

/// A link: what it is called and where it leads.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Link {
    pub word: String,
    pub url: String,
}

/// The conversation a letter belongs to: a thread is a commitment's life, or a reader's week.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Thread {
    Commitment(CommitmentRef),
    Week {
        reader: ReaderId,
        year: i32,
        week: u32,
    },
    None,
}

impl Thread {
    /// The name of the thread's root, the same for every mail of it.
    pub fn root(&self) -> Option<Uuid> {
        let name = match self {
            Thread::Commitment(reference) => format!("commitment/{reference}"),
            Thread::Week { reader, year, week } => format!("week/{reader}/{year}-W{week:02}"),
            Thread::None => return None,
        };
        Some(Uuid::new_v5(&THREADS, name.as_bytes()))
    }
}

/// The name space of thread roots; changing it would break every thread.
const THREADS: Uuid = Uuid::from_u128(0x6f1d_2c58_9a3e_4b7c_8e21_5d40_97ba_c3f6);

/// Writes the letter of a notice. `book` holds the directory and at least the commitments of the
/// notice's items; `today` is the reader's civil date. Its answers lead to the commitment's own page,
/// for whoever may answer there.
pub fn write(notice: &Notice, book: &Book, settings: &LetterSettings, today: NaiveDate) -> Letter {
    write_with(notice, book, settings, today, None)
}

/// As [`write`], with answers that can be given by their links alone.
pub fn write_answerable(
    notice: &Notice,
    book: &Book,
    settings: &LetterSettings,
    today: NaiveDate,
    links: AnswerLinks<'_>,
) -> Letter {
    write_with(notice, book, settings, today, Some(links))
}

fn write_with(
    notice: &Notice,
    book: &Book,
    settings: &LetterSettings,
    today: NaiveDate,
    links: Option<AnswerLinks<'_>>,
) -> Letter {
    let writing = Writing {
        notice,
        book,
        settings,
        today,
        links,
        several_leads: several_leads(notice, book),
    };
    let matters: Vec<Matter<'_>> = notice.items.iter().map(|i| writing.matter(i)).collect();
    let (reminders, lines): (Vec<_>, Vec<_>) = matters.iter().partition(|m| m.item.line.is_none());
    let in_full = reminders.len().min(MOST_BLOCKS);
    let blocks: Vec<Block> = reminders[..in_full]
        .iter()
        .map(|m| block::of(m, &writing))
        .collect();
    let sections = sections::of(&reminders[in_full..], &lines, &writing);
    let subject = subject::of(&reminders, &lines, &writing);
    let opening = opening::of(&reminders, &lines, &writing);
    // The subject counts already; what is asked first tells more, unless there is a week to tell of.
    let preheader = match (&opening, blocks.first()) {
        (Some(opening), _) if !lines.is_empty() => opening.clone(),
        (_, Some(block)) => block.ask.clone(),
        (opening, None) => opening.clone().unwrap_or_default(),
    };
    Letter {
        kind: notice.kind,
        subject,
        preheader,
        redirected: redirected(&writing),
        again: None,
        opening,
        blocks,
        sections,
        foot: foot::of(&writing),
        stop: None,
        home: home(settings),
        entries: Vec::new(),
        thread: thread(notice),
    }
}

impl Letter {
    /// Offers to stop the digests with one click at this address. Reminders are duty mail, so
    /// nothing but a digest can be stopped; of other letters this changes nothing.
    pub fn stopped_at(mut self, url: String) -> Self {
        if self.kind == NoticeKind::Digest {
            self.stop = Some(Link {
                word: "Stop these digests".to_owned(),
                url,
            });
        }
        self
    }
}

impl Letter {
    /// Says that somebody asked for it again; `first` is the day it was sent before, where it is known.
    pub fn repeated(mut self, first: Option<NaiveDate>) -> Self {
        self.again = Some(match first {
            Some(day) => format!(
                "You get this once more because somebody asked for it; it was first sent on {}.",
                wording::day(day)
            ),
            None => "You get this once more because somebody asked for it; the first may not have arrived.".to_owned(),
        });
        self
    }
}

fn several_leads(notice: &Notice, book: &Book) -> bool {
    let known = notice
        .items
        .iter()
        .filter_map(|i| book.commitment(i.commitment.as_str()));
    let mut leads = known.filter(|c| !c.is_restricted()).map(|c| &c.lead);
    leads
        .next()
        .is_some_and(|first| leads.any(|lead| lead != first))
}

/// The letter of `send-test`: that mail arrives, and from which installation.
pub fn test_letter(settings: &LetterSettings) -> Letter {
    Letter {
        kind: NoticeKind::Daily,
        subject: shorten(&format!("Test from {}", settings.name), SUBJECT_LENGTH),
        preheader: "Mail from this installation arrives.".to_owned(),
        redirected: None,
        again: None,
        opening: Some(format!(
            "This is a test. {} can send mail to this address; nothing is asked of you.",
            settings.name
        )),
        blocks: Vec::new(),
        sections: Vec::new(),
        foot: vec!["An administrator asked for this message.".to_owned()],
        stop: None,
        home: home(settings),
        entries: Vec::new(),
        thread: Thread::None,
    }
}

/// The longest subject, in characters.
const SUBJECT_LENGTH: usize = 70;

fn home(settings: &LetterSettings) -> Link {
    Link {
        word: settings.name.clone(),
        url: format!("{}/", settings.public_url),
    }
}

fn redirected(writing: &Writing<'_>) -> Option<String> {
    writing.settings.redirect.as_ref()?;
    let reader = writing.book.directory.reader(&writing.notice.recipient);
    let name = one_line(writing.reader_name());
    let whom = match reader.and_then(|r| r.email) {
        Some(email) => format!("{name} <{email}>"),
        None => name,
    };
    Some(format!(
        "Mail is redirected: this was for {whom}. They did not receive it."
    ))
}

fn thread(notice: &Notice) -> Thread {
    let mut references = notice.items.iter().map(|i| &i.commitment);
    match references.next() {
        Some(first) if references.all(|r| r == first) => Thread::Commitment(first.clone()),
        _ => {
            let week = notice.date.iso_week();
            Thread::Week {
                reader: notice.recipient.clone(),
                year: week.year(),
                week: week.week(),
            }
        }
    }
}

/// A text on one line, without control characters: fit for a subject, a name, a sentence.
pub fn one_line(text: &str) -> String {
    let plain: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Words begun with a capital and ended with a full stop.
fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    let whole: String = first.chain(letters).collect();
    if whole.ends_with(['.', '?']) {
        whole
    } else {
        format!("{whole}.")
    }
}

/// At most so many characters, cut at a word where there is one to cut at.
fn shorten(text: &str, length: usize) -> String {
    if text.chars().count() <= length {
        return text.to_owned();
    }
    let kept: String = text.chars().take(length.saturating_sub(1)).collect();
    // A text that is one long word (or a script without spaces) is cut where it must be.
    let at_word = kept.rfind(' ').filter(|at| *at > kept.len() / 2);
    let kept = at_word.map_or(kept.as_str(), |at| &kept[..at]);
    format!("{}…", kept.trim_end_matches([' ', ',', ';', ':', '.', '-']))
}

/// At most so many words.
fn words(text: &str, most: usize) -> String {
    let all: Vec<&str> = text.split_whitespace().collect();
    if all.len() <= most {
        return all.join(" ");
    }
    let kept = all[..most].join(" ");
    format!("{}…", kept.trim_end_matches([',', ';', ':', '.']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_cut_at_words_and_never_carry_a_line_break() {
        assert_eq!(one_line("a\r\nBcc: x@y\0z\t b"), "a Bcc: x@y z b");
        assert_eq!(shorten("four words fit here", 19), "four words fit here");
        assert_eq!(shorten("four words, fit here", 12), "four words…");
        assert_eq!(shorten("កម្ពុជាកម្ពុជាកម្ពុជា", 5).chars().count(), 5);
        assert_eq!(words("one, two, three", 2), "one, two…");
    }

    #[test]
    fn a_thread_is_a_commitment_or_a_week_and_keeps_its_root() {
        let us = Thread::Commitment(CommitmentRef::parse("US37-03").unwrap());
        let week = |week| Thread::Week {
            reader: ReaderId::parse("asean-us").unwrap(),
            year: 2025,
            week,
        };
        assert_eq!(us.root(), us.clone().root());
        assert_ne!(week(1).root(), week(2).root());
        assert_eq!(Thread::None.root(), None);
        // Pinned: mail programs have this root in their archives.
        assert_eq!(
            us.root().unwrap().to_string(),
            Uuid::new_v5(&THREADS, b"commitment/US37-03").to_string()
        );
    }
}
