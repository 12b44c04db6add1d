//! What is known of one item of a notice, and what may be said of it.

use chrono::NaiveDate;

use super::{LetterSettings, Link, one_line, shorten, words};
use crate::delivery::signed::AnswerLinks;
use crate::domain::book::Book;
use crate::domain::commitment::{Commitment, Confidentiality, Kind};
use crate::domain::deadline::{Deadline, Window};
use crate::domain::directory::Directory;
use crate::domain::ids::PersonId;
use crate::domain::notice::{Item, Notice};
use crate::domain::progress::{Update, UpdateState};
use crate::domain::rule::Rule;
use crate::domain::schedule::{self, DeadlineOf, Schedule, live_deadlines};
pub(super) use crate::planner::office::Office;
use crate::planner::office::office_of;
use crate::planner::reviewer;
use crate::wording;

/// The longest title in a sentence, in words.
const TITLE_WORDS: usize = 14;
/// The longest milestone in a sentence, in words.
const STEP_WORDS: usize = 8;

/// One letter in the writing.
pub(super) struct Writing<'a> {
    pub notice: &'a Notice,
    pub book: &'a Book,
    pub settings: &'a LetterSettings,
    pub today: NaiveDate,
    /// Where answers lead that need nothing but the letter.
    pub links: Option<AnswerLinks<'a>>,
    /// Whether its lines are about commitments of more than one lead desk.
    pub several_leads: bool,
}

/// One item, the commitment it is about and the deadline it speaks of.
pub(super) struct Matter<'a> {
    pub item: &'a Item,
    /// `None` where nothing but the reference, the date and a link may be told: of a restricted
    /// commitment, and of one that is not at hand.
    pub commitment: Option<&'a Commitment>,
    pub office: Office,
    pub deadline: Option<Deadline>,
    pub window: Option<Window>,
    /// The step whose deadline that is, where the item is about the commitment as a whole.
    pub step: Option<String>,
    /// The latest update that counts, as of the letter's day.
    pub latest: Option<&'a Update>,
    /// The page of the commitment.
    pub url: String,
}

impl<'a> Writing<'a> {
    pub(super) fn directory(&self) -> &'a Directory {
        &self.book.directory
    }

    pub(super) fn reader_name(&self) -> &str {
        self.book.directory.reader_name(&self.notice.recipient)
    }

    pub(super) fn matter(&self, item: &'a Item) -> Matter<'a> {
        let known = self.book.commitment(item.commitment.as_str());
        let (deadline, window, step) =
            known.map_or((None, None, None), |c| self.deadline_of(item, c));
        Matter {
            item,
            office: known.map_or(Office::Other, |c| self.office(c, item)),
            commitment: known.filter(|c| !c.is_restricted()),
            latest: known
                .filter(|c| !c.is_restricted())
                .and_then(|c| c.latest_update(self.today)),
            deadline,
            window: window.or(item.because.window.filter(|_| item.rule.has_window())),
            step,
            url: self.settings.page_of(&item.commitment),
        }
    }

    /// The deadline an item speaks of, and whose step it is where the item names none. A rule
    /// about a deadline is told as it was planned; a brief speaks of what hangs on its meeting;
    /// anything else of the deadline in force.
    fn deadline_of(
        &self,
        item: &Item,
        commitment: &Commitment,
    ) -> (Option<Deadline>, Option<Window>, Option<String>) {
        let stored = item.because.deadline.as_deref();
        if let Some(stored) = stored.and_then(|text| Deadline::parse(text).ok())
            && item.rule.has_window()
        {
            return (Some(stored), item.because.window, None);
        }
        let live = live_deadlines(commitment, self.directory());
        let Some(found) = spoken_of(item, commitment, &live) else {
            return (None, None, None);
        };
        let step = title_of(commitment, found).filter(|_| item.milestone.is_none());
        (
            Some(found.deadline.clone()),
            found.window,
            step.map(|s| in_sentence(&one_line(s))),
        )
    }

    fn office(&self, commitment: &Commitment, item: &Item) -> Office {
        let place = item.because.in_place_of.as_ref();
        office_of(&self.notice.recipient, place, commitment, self.directory())
    }

    /// The lead desk of a commitment, where the reader would not know it: it is another's, and the
    /// letter speaks of several.
    pub(super) fn lead_to_name(&self, matter: &Matter<'_>) -> Option<String> {
        let commitment = matter.commitment.filter(|_| self.several_leads)?;
        let name = self.directory().desk_name(&commitment.lead);
        (matter.office != Office::LeadDesk)
            .then(|| shorten(&one_line(&wording::with_article(name)), 50))
    }

    /// The list of the reader's commitments on the pages, of this schedule if one is given.
    pub(super) fn list(&self, schedule: Option<Schedule>) -> Link {
        let reader = &self.notice.recipient;
        let lead = self.directory().desks.contains_key(reader.as_str());
        let lead = lead.then(|| format!("lead={reader}"));
        let schedule = schedule.map(|s| format!("schedule={s}"));
        let asked: Vec<String> = lead.into_iter().chain(schedule).collect();
        let query = match asked.is_empty() {
            true => String::new(),
            false => format!("?{}", asked.join("&")),
        };
        Link {
            word: "The whole list".to_owned(),
            url: format!("{}/commitments{query}", self.settings.public_url),
        }
    }
}

impl<'a> Matter<'a> {
    /// What it is called: the title, and the milestone it is about. The milestone tells one line
    /// from another of the same commitment, so the title gives way to it.
    pub(super) fn title(&self) -> Option<String> {
        let title = one_line(&self.commitment?.title);
        Some(match self.milestone() {
            Some(step) => {
                let step = words(&step, STEP_WORDS);
                let left = TITLE_WORDS - step.split_whitespace().count();
                format!("{}: {step}", words(&title, left))
            }
            None => words(&title, TITLE_WORDS),
        })
    }

    /// The same in so many characters, with this between the title and the milestone.
    pub(super) fn title_within(&self, length: usize, between: &str) -> Option<String> {
        let title = one_line(&self.commitment?.title);
        Some(match self.milestone() {
            Some(step) => {
                let step = shorten(&step, length / 2);
                let taken = step.chars().count() + between.chars().count();
                let title = shorten(&title, length.saturating_sub(taken));
                format!("{title}{between}{step}")
            }
            None => shorten(&title, length),
        })
    }

    fn milestone(&self) -> Option<String> {
        let step = self.item.milestone.as_ref()?;
        Some(in_sentence(&one_line(step)))
    }

    /// The date a reader of a restricted commitment is told: the end of the deadline, else the day
    /// the item is about.
    pub(super) fn date(&self) -> NaiveDate {
        self.window
            .filter(|_| self.is_about_deadline())
            .map_or(self.item.because.date, |w| w.last)
    }

    /// Whether the date to tell is that of a deadline.
    pub(super) fn is_about_deadline(&self) -> bool {
        self.item.rule.has_window() || (self.item.line.is_some() && self.window.is_some())
    }

    pub(super) fn is_request(&self) -> bool {
        self.commitment.is_some_and(|c| c.kind == Kind::Request)
    }

    /// Days since the window ended; negative while it is ahead.
    pub(super) fn days_over(&self, today: NaiveDate) -> Option<i64> {
        self.window.map(|w| (today - w.last).num_days())
    }

    /// `in July 2025 (window closes in 12 days)`: when it is due, and how far that is.
    pub(super) fn when(&self, writing: &Writing<'_>) -> Option<String> {
        let deadline = self.deadline.as_ref()?;
        Some(format!(
            "{} ({})",
            wording::due(deadline, writing.directory()),
            self.distance(writing)?
        ))
    }

    /// `July 2025 (window closes in 12 days)`, without a preposition.
    pub(super) fn deadline_words(&self, writing: &Writing<'_>) -> Option<String> {
        let deadline = self.deadline.as_ref()?;
        Some(format!(
            "{} ({})",
            wording::deadline(deadline, writing.directory()),
            self.distance(writing)?
        ))
    }

    fn distance(&self, writing: &Writing<'_>) -> Option<String> {
        let deadline = self.deadline.as_ref()?;
        Some(wording::distance(
            deadline,
            self.window,
            writing.directory(),
            writing.today,
        ))
    }

    /// Where it stands: the deadline the item is about, or the commitment as a whole.
    pub(super) fn schedule(&self, writing: &Writing<'_>) -> Option<Schedule> {
        let commitment = self.commitment?;
        let whole = schedule::of_commitment(commitment, writing.directory(), writing.today);
        let is_of_step = self.item.milestone.is_some() || self.step.is_some();
        if !is_of_step || whole == Schedule::Closed {
            return Some(whole);
        }
        let due_soon = writing.directory().policy_for(commitment).due_soon;
        let step = schedule::of_window(self.window, writing.today, due_soon);
        let completed = self.latest.is_some_and(Update::reports_completion);
        Some(match step {
            Schedule::Overdue | Schedule::DueSoon if completed => Schedule::OnTrack,
            step => step,
        })
    }

    /// The same of any line. Of a restricted one nothing is known here but its date.
    pub(super) fn standing(&self, writing: &Writing<'_>) -> Schedule {
        let by_date = || {
            let due_soon = writing.directory().general_policy().due_soon;
            schedule::of_window(self.window, writing.today, due_soon)
        };
        self.schedule(writing).unwrap_or_else(by_date)
    }

    /// Whether its latest update awaits the decision of the reader, or of the one in whose place
    /// they read.
    pub(super) fn awaits_reader(&self, writing: &Writing<'_>) -> bool {
        let (Some(commitment), Some(latest)) = (self.commitment, self.latest) else {
            return false;
        };
        let decides = |person: &PersonId| {
            let readers = [
                Some(&writing.notice.recipient),
                self.item.because.in_place_of.as_ref(),
            ];
            let mut readers = readers.into_iter().flatten();
            readers.any(|reader| reader.as_str() == person.as_str())
        };
        latest.awaits_review()
            && reviewer(commitment, latest, writing.directory())
                .is_some_and(|r| decides(r.person()))
    }

    /// The latest update, where its words may be told: it can be more confidential than its
    /// commitment.
    pub(super) fn latest_words(&self) -> Option<&'a Update> {
        self.latest
            .filter(|u| u.confidentiality != Confidentiality::Restricted)
    }

    /// The last report in words: `reported ongoing on 20 May 2025, confidence amber`.
    pub(super) fn last_report(&self) -> String {
        let Some(update) = self.latest else {
            // What was raised is what there is to tell of a request.
            let raised = self.last_raised();
            return raised.unwrap_or_else(|| "nothing reported yet".to_owned());
        };
        let date = wording::day(update.date);
        if update.confidentiality == Confidentiality::Restricted {
            return format!("last update on {date}");
        }
        let reported = wording::reported(update.reported);
        let confidence = update
            .confidence
            .map(|c| format!(", confidence {}", wording::confidence(c)))
            .unwrap_or_default();
        let returned = match update.state {
            UpdateState::Returned => ", returned by the reviewer",
            _ => "",
        };
        format!("reported {reported} on {date}{confidence}{returned}")
    }

    /// When a request was last raised: `last raised on 10 July 2025, no reply yet`.
    pub(super) fn last_raised(&self) -> Option<String> {
        let last = self.commitment?.raised.iter().max_by_key(|r| r.date)?;
        let reply = match &last.reply {
            Some(said) => format!("the reply: “{}”", shorten(&one_line(said), 100)),
            None => "no reply yet".to_owned(),
        };
        Some(format!(
            "last raised on {}, {reply}",
            wording::day(last.date)
        ))
    }

    /// Those who owe it, by name.
    pub(super) fn partner(&self, writing: &Writing<'_>) -> String {
        let obligors = self.commitment.map_or(&[][..], |c| &c.obligors);
        let directory = writing.directory();
        let names: Vec<_> = obligors
            .iter()
            .map(|id| one_line(directory.party_name(id)))
            .collect();
        match names.as_slice() {
            [] => "the partner".to_owned(),
            names => format!("the partner ({})", words(&names.join(", "), 6)),
        }
    }

    /// Whether it is past its deadline, as a reminder or as a line.
    pub(super) fn is_overdue(&self) -> bool {
        matches!(self.item.rule, Rule::Overdue(_))
            || self.item.line == Some(crate::domain::notice::Line::Overdue)
    }
}

fn title_of<'a>(commitment: &'a Commitment, deadline: &DeadlineOf<'_>) -> Option<&'a str> {
    let milestone = commitment.milestones.get(deadline.milestone?)?;
    Some(&milestone.title)
}

/// Which of the live deadlines of its commitment an item speaks of.
fn spoken_of<'d, 'a>(
    item: &Item,
    commitment: &Commitment,
    live: &'d [DeadlineOf<'a>],
) -> Option<&'d DeadlineOf<'a>> {
    let own = || {
        live.iter()
            .find(|d| title_of(commitment, d) == item.milestone.as_deref())
    };
    let of_meeting = || {
        let hangs = |d: &&DeadlineOf<'_>| d.deadline.meeting() == item.meeting.as_ref();
        let tied = live.iter().filter(|_| item.meeting.is_some()).filter(hangs);
        tied.min_by_key(|d| !d.deadline.is_at_meeting())
    };
    let nearest = || {
        let dated = live.iter().filter(|d| d.window.is_some());
        dated
            .min_by_key(|d| d.window.map(|w| w.last))
            .or(live.first())
    };
    match item.milestone {
        Some(_) => own(),
        None => of_meeting().or_else(own).or_else(nearest),
    }
}

/// The live deadline an item speaks of: the milestone's title, where it is one's, and its window.
pub(super) fn live_deadline(
    item: &Item,
    commitment: &Commitment,
    directory: &Directory,
) -> Option<(Option<String>, Option<Window>)> {
    let live = live_deadlines(commitment, directory);
    let found = spoken_of(item, commitment, &live)?;
    let title = title_of(commitment, found).map(str::to_owned);
    Some((title, found.window))
}

/// A milestone's title within a sentence: `Endorsed` becomes `endorsed`, `ASW live` stays.
pub(super) fn in_sentence(title: &str) -> String {
    let mut letters = title.chars();
    let (first, second) = (letters.next(), letters.clone().next());
    match (first, second) {
        (Some(first), Some(second)) if first.is_uppercase() && second.is_lowercase() => {
            first.to_lowercase().chain(letters).collect()
        }
        _ => title.to_owned(),
    }
}
