//! The mail log, searched when somebody says "I never got it"; one notice with its message, its
//! tries and what it carried; and the mailbox of those who have no mail server yet.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use uuid::Uuid;

use crate::domain::bounce::ReportEntry;
use crate::domain::calendar::plus;
use crate::domain::deadline::parse_day;
use crate::domain::directory::Directory;
use crate::domain::ids::{CommitmentRef, ReaderId};
use crate::domain::ledger::{AttemptEntry, NoticeEntry, NoticeFilter};
use crate::domain::notice::NoticeState;
use crate::web::encoding::encoded;
use crate::web::filter::Complaints;
use crate::web::mail_view::{self, NoticeLine};
use crate::web::message::Message;
use crate::web::next::local_time;
use crate::web::pages::commitments::Opt;
use crate::web::row::{Link, MarkView};
use crate::web::say;
use crate::web::scene::Scene;
use crate::web::site::Pairs;
use crate::wording;

/// How many notices stand on one page.
pub const PAGE: u64 = 50;

/// What is asked of the log.
#[derive(Debug, Default)]
pub struct MailSearch {
    pub filter: NoticeFilter,
    pub from: Option<NaiveDate>,
    pub until: Option<NaiveDate>,
    /// How many notices of the log lie before this page.
    pub offset: u64,
    pub complaints: Complaints,
}

impl MailSearch {
    /// Reads the pairs of an address; what cannot be is said and left out.
    pub fn read(pairs: &Pairs, directory: &Directory) -> Self {
        let mut search = Self::default();
        if let Some(id) = pairs.get("recipient") {
            match ReaderId::parse(id)
                .ok()
                .filter(|r| directory.reader(r).is_some())
            {
                Some(reader) => search.filter.recipient = Some(reader),
                None => search
                    .complain("There is no such recipient on record; choose one from the list."),
            }
        }
        if let Some(word) = pairs.get("state") {
            match NoticeState::parse(word) {
                Some(state) => search.filter.state = Some(state),
                None => {
                    search.complain("There is no such state of a mail; choose one from the list.")
                }
            }
        }
        if let Some(reference) = pairs.get("reference") {
            match CommitmentRef::parse(reference) {
                Ok(reference) => search.filter.commitment = Some(reference),
                Err(_) => search.complain(
                    "A reference is one word, like US37-03; copy it from the commitment's page.",
                ),
            }
        }
        search.from = search.day(pairs, "from");
        search.until = search.day(pairs, "until");
        search.range();
        search.offset = pairs
            .get("after")
            .and_then(|n| n.parse().ok())
            .unwrap_or_default();
        search
    }

    fn complain(&mut self, words: &str) {
        self.complaints.push(words.to_owned());
    }

    fn day(&mut self, pairs: &Pairs, name: &str) -> Option<NaiveDate> {
        let day = parse_day(pairs.get(name)?);
        if day.is_err() {
            self.complain("A day is written like 2025-06-02.");
        }
        day.ok()
    }

    fn range(&mut self) {
        if self.from.is_none() && self.until.is_none() {
            return;
        }
        let first = self.from.unwrap_or(NaiveDate::MIN);
        let after = self.until.map_or(NaiveDate::MAX, |d| plus(d, 1));
        if after <= first {
            self.complain("The last day is before the first; they were left out.");
            (self.from, self.until) = (None, None);
            return;
        }
        self.filter.dates = Some(first..after);
    }

    /// The address of the log with this search, after so many notices.
    fn href(&self, offset: u64) -> String {
        let filter = &self.filter;
        let pairs = [
            (
                "recipient",
                filter.recipient.as_ref().map(ToString::to_string),
            ),
            ("state", filter.state.map(|s| s.to_string())),
            (
                "reference",
                filter.commitment.as_ref().map(ToString::to_string),
            ),
            ("from", self.from.map(|d| d.to_string())),
            ("until", self.until.map(|d| d.to_string())),
            ("after", (offset > 0).then(|| offset.to_string())),
        ];
        let pairs: Vec<String> = pairs
            .into_iter()
            .filter_map(|(name, value)| Some(format!("{name}={}", encoded(&value?))))
            .collect();
        match pairs.as_slice() {
            [] => "/mail".to_owned(),
            pairs => format!("/mail?{}", pairs.join("&")),
        }
    }

    fn is_plain(&self) -> bool {
        self.filter == NoticeFilter::default()
    }
}

#[derive(Debug, Serialize)]
pub struct MailPage<'a> {
    pub answer: String,
    pub complaints: Complaints,
    pub form: MailForm,
    pub lines: Vec<NoticeLine<'a>>,
    pub newer: Option<String>,
    pub older: Option<String>,
    pub mailbox: bool,
}

#[derive(Debug, Serialize)]
pub struct MailForm {
    pub recipients: Vec<Opt>,
    pub states: Vec<Opt>,
    pub reference: String,
    pub from: String,
    pub until: String,
    pub is_plain: bool,
}

/// Draws the log: `found` is what the search found from its offset on, one more than a page where
/// there is more.
pub fn mail<'a>(
    scene: &Scene<'a>,
    search: &MailSearch,
    found: &'a [NoticeEntry],
    mailbox: bool,
) -> MailPage<'a> {
    let page = PAGE as usize;
    let shown = &found[..found.len().min(page)];
    let lines = mail_view::lines(scene, shown);
    let answer = match (lines.len(), search.is_plain()) {
        (0, true) if search.offset == 0 => {
            "No mail yet. Each notice will stand here from the moment it is gathered.".to_owned()
        }
        (0, _) => "No mail matches.".to_owned(),
        (_, true) if search.offset == 0 => "Every notice, the latest first.".to_owned(),
        _ => "The notices that match, the latest first.".to_owned(),
    };
    let chosen = search.filter.state.map(NoticeState::as_str);
    let states = NoticeState::ALL.iter().map(|s| {
        let word = wording::notice_state(*s);
        Opt::new(s.as_str(), word.split(':').next().unwrap_or(word), chosen)
    });
    let text = |value: Option<String>| value.unwrap_or_default();
    MailPage {
        answer,
        complaints: search.complaints.clone(),
        form: MailForm {
            recipients: recipients(scene, search.filter.recipient.as_ref()),
            states: std::iter::once(Opt::new("", "any", chosen))
                .chain(states)
                .collect(),
            reference: text(search.filter.commitment.as_ref().map(ToString::to_string)),
            from: text(search.from.map(|d| d.to_string())),
            until: text(search.until.map(|d| d.to_string())),
            is_plain: search.is_plain(),
        },
        newer: (search.offset > 0).then(|| search.href(search.offset.saturating_sub(PAGE))),
        older: (found.len() > page).then(|| search.href(search.offset + PAGE)),
        lines,
        mailbox,
    }
}

/// Everybody who may get mail: desks, then people.
fn recipients(scene: &Scene<'_>, chosen: Option<&ReaderId>) -> Vec<Opt> {
    let directory = scene.directory();
    let chosen = chosen.map(ReaderId::as_str);
    let desks = directory
        .desks
        .values()
        .map(|d| Opt::new(d.id.as_str(), d.name.clone(), chosen));
    let people = directory
        .people
        .values()
        .map(|p| Opt::new(p.id.as_str(), p.name.clone(), chosen));
    std::iter::once(Opt::new("", "anybody", chosen))
        .chain(desks)
        .chain(people)
        .collect()
}

#[derive(Debug, Serialize)]
pub struct MailboxPage<'a> {
    pub answer: String,
    pub recipients: Vec<Opt>,
    pub lines: Vec<NoticeLine<'a>>,
    pub older: Option<String>,
    pub newer: Option<String>,
}

/// Draws the mailbox: what would have gone over the wire, for one recipient or for all.
pub fn mailbox<'a>(
    scene: &Scene<'a>,
    recipient: Option<&ReaderId>,
    offset: u64,
    found: &'a [NoticeEntry],
) -> MailboxPage<'a> {
    let page = PAGE as usize;
    let lines = mail_view::lines(scene, &found[..found.len().min(page)]);
    let whose = match recipient {
        Some(id) => wording::with_article(scene.directory().reader_name(id)),
        None => "everybody".to_owned(),
    };
    let href = |offset: u64| {
        let recipient = recipient
            .map(|r| format!("recipient={r}&"))
            .unwrap_or_default();
        format!("/mailbox?{recipient}after={offset}")
    };
    MailboxPage {
        answer: match lines.len() {
            0 => format!("No mail for {whose} yet."),
            _ => format!("Mail for {whose}, the latest first."),
        },
        recipients: recipients(scene, recipient),
        older: (found.len() > page).then(|| href(offset + PAGE)),
        newer: (offset > 0).then(|| href(offset.saturating_sub(PAGE))),
        lines,
    }
}

/// One notice.
#[derive(Debug, Serialize)]
pub struct NoticePage<'a> {
    pub subject: String,
    pub mark: MarkView,
    pub recipient: Link,
    pub to: &'a str,
    pub kind: &'static str,
    pub due: String,
    pub settled: Option<String>,
    pub message_id: &'a str,
    pub items: Vec<ItemLine>,
    pub dropped: Vec<ItemLine>,
    pub attempts: Vec<AttemptLine<'a>>,
    /// What other mail servers said later.
    pub reports: Vec<ReportLine<'a>>,
    pub message: Option<&'a Message>,
    /// Where the HTML is served from.
    pub body: Option<String>,
    /// Why there is no message to show.
    pub absent: Option<&'static str>,
    /// Where it is asked for once more, by those who may.
    pub again: Option<String>,
    /// What it repeats, and what repeats it.
    pub repeats: Vec<Link>,
}

/// One thing a notice carries, or would have.
#[derive(Debug, Serialize)]
pub struct ItemLine {
    pub link: Link,
    pub reference: String,
    pub what: String,
    pub why: String,
    /// The whole chain, as it was stored when it was planned.
    pub chain: Vec<wording::chain::Link>,
    pub late: bool,
}

/// What came back of a notice.
#[derive(Debug, Serialize)]
pub struct ReportLine<'a> {
    pub at: String,
    pub what: &'static str,
    pub reply: &'a str,
    pub code: Option<&'a str>,
}

#[derive(Debug, Serialize)]
pub struct AttemptLine<'a> {
    pub n: u32,
    pub at: String,
    pub phase: &'static str,
    pub outcome: MarkView,
    pub reply: &'a str,
    pub code: Option<&'a str>,
    pub took: String,
}

/// Draws one notice. `message` is what was kept of its message.
pub fn notice<'a>(
    scene: &Scene<'a>,
    notice: &'a NoticeEntry,
    attempts: &'a [AttemptEntry],
    reports: &'a [ReportEntry],
    message: Option<&'a Message>,
) -> NoticePage<'a> {
    let zone = scene.directory().hours(&notice.recipient).zone;
    let (dropped, items): (Vec<_>, Vec<_>) =
        mail_view::readable_items(scene, notice).partition(|i| i.dropped.is_some());
    let whole = mail_view::is_wholly_readable(scene, notice);
    let shown = message.filter(|_| whole);
    NoticePage {
        subject: mail_view::subject(scene, notice),
        mark: match (notice.state, message) {
            // No relay took it: it was kept here.
            (NoticeState::Sent, Some(_)) => MarkView {
                word: wording::notice_state_in_mailbox(notice.state),
                ..mail_view::state_mark(notice.state)
            },
            (state, _) => mail_view::state_mark(state),
        },
        recipient: crate::web::next::reader_link(scene, &notice.recipient),
        to: &notice.to,
        kind: wording::notice_kind(notice.kind),
        due: local_time(notice.due_at, zone),
        settled: notice.settled_at.map(|at| local_time(at, zone)),
        message_id: &notice.message_id,
        items: items.into_iter().map(|i| item_line(scene, i)).collect(),
        dropped: dropped.into_iter().map(|i| item_line(scene, i)).collect(),
        attempts: attempts.iter().map(attempt_line).collect(),
        reports: reports.iter().map(report_line).collect(),
        body: shown
            .filter(|m| m.html.is_some())
            .map(|_| format!("/mail/{}/body", notice.id)),
        absent: absent(notice, message.is_some(), whole),
        message: shown,
        again: None,
        repeats: Vec::new(),
    }
}

/// The notice it repeats, and those that repeat it.
pub fn repeats(notice: &NoticeEntry, by: &[Uuid]) -> Vec<Link> {
    let href = |id: &Uuid| format!("/mail/{id}");
    let of = notice.again_of.iter();
    let of = of.map(|id| Link::new(href(id), "Asked for again: the first one"));
    let by = by
        .iter()
        .map(|id| Link::new(href(id), "Asked for, and sent once more"));
    of.chain(by).collect()
}

fn absent(notice: &NoticeEntry, kept: bool, whole: bool) -> Option<&'static str> {
    match (kept, notice.state) {
        (true, _) if whole => None,
        (true, _) => Some("The message is for its recipient to read."),
        (false, NoticeState::Sent | NoticeState::Bounced) => Some(
            "The relay took the message; this installation keeps its record, not a copy. The \
             Message-ID above finds it in the relay's log and in the recipient's mailbox.",
        ),
        (false, _) => Some("The message has not left; it is written when it does."),
    }
}

fn item_line(scene: &Scene<'_>, item: &crate::domain::ledger::NoticeItem) -> ItemLine {
    let directory = scene.directory();
    let dropped = item.dropped;
    let item = &item.item;
    let title = directory_title(scene, &item.commitment);
    let step = item.milestone.as_ref().map(|m| format!("{m}: "));
    let what = match item.line {
        Some(line) => wording::line(line).to_owned(),
        None => wording::rule_name(item.rule),
    };
    ItemLine {
        link: Link::new(format!("/commitments/{}", item.commitment), title),
        reference: item.commitment.to_string(),
        what: format!("{}{what}", step.unwrap_or_default()),
        why: match dropped {
            Some(reason) => wording::reason(reason).to_owned(),
            None => wording::because(item.rule, &item.because, directory),
        },
        // Whoever sees the line may read all of it.
        chain: wording::chain(item.rule, &item.because, directory, false),
        late: item.late,
    }
}

fn directory_title(scene: &Scene<'_>, reference: &CommitmentRef) -> String {
    let known = scene.commitment(reference.as_str());
    known.map_or(reference.to_string(), |c| c.title.clone())
}

fn attempt_line(attempt: &AttemptEntry) -> AttemptLine<'_> {
    AttemptLine {
        n: attempt.n,
        at: utc(attempt.at),
        phase: wording::phase(attempt.phase),
        outcome: mail_view::state_mark(attempt.outcome),
        reply: &attempt.reply,
        code: attempt.enhanced_code.as_deref(),
        took: format!("{} ms", say::figures(attempt.duration_ms as usize)),
    }
}

fn report_line(report: &ReportEntry) -> ReportLine<'_> {
    ReportLine {
        at: utc(report.at),
        what: wording::report(report.action),
        reply: &report.reply,
        code: report.enhanced_code.as_deref(),
    }
}

/// An instant for those who compare logs: `2 June 2025, 01:00:00 UTC`.
pub fn utc(at: DateTime<Utc>) -> String {
    format!(
        "{}, {} UTC",
        wording::day(at.date_naive()),
        at.format("%H:%M:%S")
    )
}

/// The id in an address.
pub fn notice_id(text: &str) -> Option<Uuid> {
    text.parse().ok()
}
