//! The first line of a reminder: what is asked, and by when. Courteous, direct, and blaming nobody.
//! A request is owed to us, so it is phrased as something to raise with the partner.

use chrono::NaiveDate;

use super::matter::{Matter, Office, Writing};
use super::{one_line, words};
use crate::domain::commitment::Kind;
use crate::domain::progress::Update;
use crate::domain::rule::Rule;
use crate::wording;

/// What is asked of the reader, and by when.
pub(super) fn ask(matter: &Matter<'_>, writing: &Writing<'_>) -> String {
    let Some(title) = matter.title() else {
        return restricted(matter);
    };
    let asking = Asking {
        matter,
        writing,
        title,
    };
    match matter.item.rule {
        Rule::Before(_) => asking.before("Please say where", "stands"),
        Rule::Opens => asking.opens(),
        Rule::LastDay => asking.last_day(),
        Rule::Outcome(_) => asking.outcome(),
        Rule::Overdue(_) => asking.overdue(),
        Rule::Assigned => asking.assigned(),
        Rule::Returned => asking.returned(),
        Rule::Review(n) => asking.review(n),
        Rule::Stale(_) => asking.stale(),
        Rule::Decision(_) => asking.decision(),
        Rule::Brief | Rule::Digest => format!("“{}”.", asking.title),
    }
}

/// Reference and date, and nothing else. The page says the rest to those who may read it.
fn restricted(matter: &Matter<'_>) -> String {
    let reference = &matter.item.commitment;
    let date = wording::day(matter.date());
    if matter.is_about_deadline() {
        format!("{reference}: a deadline on {date}.")
    } else {
        format!("{reference}: a reminder of {date}.")
    }
}

struct Asking<'a> {
    matter: &'a Matter<'a>,
    writing: &'a Writing<'a>,
    title: String,
}

impl Asking<'_> {
    fn today(&self) -> NaiveDate {
        self.writing.today
    }

    /// `it is due in July 2025 (window closes in 7 days)`
    fn due(&self) -> String {
        let what = match &self.matter.step {
            Some(step) => format!("its step “{}” is", words(step, 8)),
            None => "it is".to_owned(),
        };
        match self.matter.when(self.writing) {
            Some(when) if self.matter.is_request() => format!("{what} expected {when}"),
            Some(when) => format!("{what} due {when}"),
            None => "it has no deadline".to_owned(),
        }
    }

    fn was_due(&self) -> String {
        let when = self.matter.when(self.writing).unwrap_or_default();
        if self.matter.is_request() {
            format!("it was expected {when}")
        } else {
            format!("it was due {when}")
        }
    }

    fn raise(&self) -> String {
        let partner = self.matter.partner(self.writing);
        format!("Please raise “{}” with {partner}", self.title)
    }

    fn before(&self, ask: &str, verb: &str) -> String {
        let due = self.due();
        if self.matter.is_request() {
            format!("{}: {due}.", self.raise())
        } else {
            format!("{ask} “{}” {verb}: {due}.", self.title)
        }
    }

    fn opens(&self) -> String {
        let due = self.due();
        if self.matter.is_request() {
            return format!("{}: its window has opened, and {due}.", self.raise());
        }
        let title = &self.title;
        format!("Please say where “{title}” stands: its window has opened, and {due}.")
    }

    fn last_day(&self) -> String {
        let over = self.matter.days_over(self.today());
        let today = match over {
            Some(0) => "today, the last day",
            _ => "today, the last working day before the end",
        };
        let due = self.due();
        if self.matter.is_request() {
            format!("{} {today}: {due}.", self.raise())
        } else {
            format!("Please report on “{}” {today}: {due}.", self.title)
        }
    }

    /// The morning after a meeting asks what came of it, not why it is late.
    fn outcome(&self) -> String {
        let deadline = self.matter.deadline.as_ref();
        let meeting = match deadline.and_then(|d| d.meeting()) {
            Some(id) => wording::the_meeting(id, self.writing.directory()),
            None => "the meeting".to_owned(),
        };
        let when = match self.matter.days_over(self.today()) {
            Some(1) => "yesterday".to_owned(),
            Some(days) if days > 1 => {
                let days = wording::count(days.unsigned_abs() as usize, "day");
                format!("{days} ago")
            }
            _ => "now".to_owned(),
        };
        let title = &self.title;
        let question = if self.matter.is_request() {
            let partner = self.matter.partner(self.writing);
            format!("was “{title}” raised with {partner}, and what was the reply?")
        } else {
            format!("what came of “{title}”?")
        };
        let asked = format!("{meeting} was {when}: {question}");
        super::sentence(&asked)
    }

    fn overdue(&self) -> String {
        let (title, was_due) = (&self.title, self.was_due());
        if self.matter.is_request() {
            return format!("{}: {was_due}.", self.raise());
        }
        match self.matter.office {
            Office::Head | Office::SomLeader => {
                format!("For your attention: “{title}” is not reported completed; {was_due}.")
            }
            _ => format!("Please report on “{title}”, or ask for a new date: {was_due}."),
        }
    }

    fn assigned(&self) -> String {
        let title = &self.title;
        let lead = self.matter.commitment.map(|c| {
            let name = self.writing.directory().desk_name(&c.lead);
            one_line(&wording::with_article(name))
        });
        let standing = self
            .matter
            .commitment
            .filter(|c| c.kind == Kind::Standing && self.matter.deadline.is_none());
        let due = match standing {
            Some(commitment) => {
                let policy = self.writing.directory().policy_for(commitment);
                let cycle = commitment.review.unwrap_or(policy.review_every);
                format!("it has no end, and is reviewed every {cycle}")
            }
            None => self.due(),
        };
        match (self.matter.office, lead) {
            (Office::LeadDesk, _) if self.matter.is_request() => {
                let partner = self.matter.partner(self.writing);
                format!("Your desk follows the new request “{title}” to {partner}: {due}.")
            }
            (Office::LeadDesk, _) | (_, None) => {
                format!("Please confirm that your desk leads “{title}”, which is new: {due}.")
            }
            (_, Some(lead)) => {
                format!("Your desk contributes to “{title}”, new and led by {lead}: {due}.")
            }
        }
    }

    fn update_of(&self) -> String {
        match self.matter.latest {
            Some(Update { date, .. }) => format!("update of {}", wording::day(*date)),
            None => "latest update".to_owned(),
        }
    }

    fn returned(&self) -> String {
        let (title, update) = (&self.title, self.update_of());
        format!("Please look again at the {update} on “{title}”: the reviewer returned it.")
    }

    fn review(&self, n: u32) -> String {
        let nth = crate::domain::meeting::ordinal(n);
        let title = &self.title;
        if self.matter.is_request() {
            return format!("{}: it is time for its {nth} review.", self.raise());
        }
        format!("Please report on “{title}”: it is time for its {nth} review.")
    }

    fn stale(&self) -> String {
        let since = self.matter.item.because.counted_from;
        if self.matter.is_request() {
            return format!(
                "{}, or say where it stands: {}.",
                self.raise(),
                self.unheard()
            );
        }
        let silence = wording::days_between(since, self.today());
        let tail = match self.matter.when(self.writing) {
            Some(_) => format!("nothing was reported in {silence}, and {}", self.due()),
            None => format!("nothing was reported in {silence}"),
        };
        format!("Please say where “{}” stands: {tail}.", self.title)
    }

    /// `no update since 23 April, last raised on 21 May`: that a request was raised is no update, and
    /// no silence either.
    fn unheard(&self) -> String {
        let day = |date| wording::since(date, self.today());
        let since = self.matter.item.because.counted_from;
        let update = format!("no update since {}", day(since));
        let raised = self
            .matter
            .commitment
            .and_then(|c| c.raised.iter().map(|r| r.date).max());
        let raised = raised.map(|date| format!("last raised on {}", wording::day(date)));
        let due = self.matter.when(self.writing).map(|_| self.due());
        let parts: Vec<String> = std::iter::once(update).chain(raised).chain(due).collect();
        parts.join(", ")
    }

    fn decision(&self) -> String {
        let since = self.matter.item.because.counted_from;
        format!(
            "Please decide on the update of {} on “{}”: it awaits your review.",
            wording::day(since),
            self.title
        )
    }
}

/// The reviewer's words on a returned update, shortened.
pub(super) fn reviewers_words(matter: &Matter<'_>) -> Option<String> {
    let said = matter.latest_words()?.words.as_deref()?;
    Some(format!(
        "The reviewer wrote: “{}”",
        words(&one_line(said), 20)
    ))
}
