//! The operator's page: whether everything is in order, how far planning has come, what was said and
//! what was not and why, and who changed what.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;

use crate::config::TransportKind;
use crate::domain::audit::AuditEntry;
use crate::domain::bounce::Bouncing;
use crate::domain::calendar::Coverage;
use crate::domain::ids::ReaderId;
use crate::domain::ledger::{NoticeEntry, OccurrenceEntry, OccurrenceFilter};
use crate::domain::notice::{MailMode, NoticeState, OccurrenceState, SkipReason, Subject};
use crate::planner::handover::undecided;
use crate::planner::instead::concerned;
use crate::web::mail_view::{self, NoticeLine};
use crate::web::next::{local_time, reader_link};
use crate::web::pages::commitments::Opt;
use crate::web::pages::mail::utc;
use crate::web::row::{Link, MarkView};
use crate::web::say;
use crate::web::scene::Scene;
use crate::web::site::Pairs;
use crate::web::{Check, WebSettings};
use crate::wording;

/// How many occurrences stand on one page.
pub const PAGE: u64 = 50;

/// What the page is drawn from.
#[derive(Debug, Default)]
pub struct Ledger {
    pub live_on: Option<NaiveDate>,
    pub planned_until: Option<DateTime<Utc>>,
    pub replans: u64,
    pub notices: BTreeMap<NoticeState, u64>,
    pub occurrences: BTreeMap<(OccurrenceState, Option<SkipReason>), u64>,
    /// From the offset on, one more than a page where there is more.
    pub found: Vec<OccurrenceEntry>,
    /// Addresses mail does not reach.
    pub bouncing: Vec<Bouncing>,
    /// Deferred, in doubt, parked, rejected or bounced.
    pub troubled: Vec<NoticeEntry>,
    pub audit: Vec<AuditEntry>,
}

/// What is asked of the ledger.
#[derive(Debug, Default)]
pub struct LedgerSearch {
    pub filter: OccurrenceFilter,
    pub offset: u64,
}

impl LedgerSearch {
    pub fn read(pairs: &Pairs) -> Self {
        Self {
            filter: OccurrenceFilter {
                state: pairs.get("state").and_then(OccurrenceState::parse),
                reason: pairs.get("reason").and_then(SkipReason::parse),
                recipient: pairs
                    .get("recipient")
                    .and_then(|id| ReaderId::parse(id).ok()),
                commitment: pairs.get("reference").and_then(|id| id.parse().ok()),
                date: None,
            },
            offset: pairs
                .get("after")
                .and_then(|n| n.parse().ok())
                .unwrap_or_default(),
        }
    }

    fn href(&self, offset: u64) -> String {
        let filter = &self.filter;
        let pairs = [
            ("state", filter.state.map(|s| s.to_string())),
            ("reason", filter.reason.map(|s| s.to_string())),
            (
                "recipient",
                filter.recipient.as_ref().map(ToString::to_string),
            ),
            (
                "reference",
                filter.commitment.as_ref().map(ToString::to_string),
            ),
            ("after", (offset > 0).then(|| offset.to_string())),
        ];
        let pairs: Vec<String> = pairs
            .into_iter()
            .filter_map(|(name, value)| Some(format!("{name}={}", value?)))
            .collect();
        format!("/operator?{}#ledger", pairs.join("&"))
    }
}

#[derive(Debug, Serialize)]
pub struct OperatorPage<'a> {
    pub answer: String,
    pub checks: Vec<CheckLine<'a>>,
    pub facts: Vec<(&'static str, String)>,
    /// What a person must decide or renew.
    pub warnings: Vec<String>,
    pub notices: Vec<StateCount>,
    pub occurrences: Vec<StateCount>,
    pub bouncing: Vec<BouncingLine<'a>>,
    /// What was said to nobody, because nobody could be reached.
    pub unheard: Option<Link>,
    pub troubled: Vec<NoticeLine<'a>>,
    pub states: Vec<Opt>,
    pub reasons: Vec<Opt>,
    pub reference: String,
    pub found: Vec<OccurrenceLine>,
    pub newer: Option<String>,
    pub older: Option<String>,
    pub audit: Vec<AuditLine<'a>>,
}

#[derive(Debug, Serialize)]
pub struct CheckLine<'a> {
    pub name: &'static str,
    pub mark: MarkView,
    pub words: &'a str,
}

/// An address mail does not reach.
#[derive(Debug, Serialize)]
pub struct BouncingLine<'a> {
    pub address: &'a str,
    pub since: String,
    pub times: u32,
    pub code: Option<&'a str>,
    pub reply: &'a str,
    /// The notice that came back last.
    pub notice: String,
    pub concerns: Vec<ConcernedLine>,
}

#[derive(Debug, Serialize)]
pub struct ConcernedLine {
    pub reader: Link,
    /// Who hears instead, if anybody does.
    pub hears: Option<Link>,
}

#[derive(Debug, Serialize)]
pub struct StateCount {
    pub words: &'static str,
    pub why: Option<&'static str>,
    pub n: String,
    pub href: String,
}

/// One line of the ledger.
#[derive(Debug, Serialize)]
pub struct OccurrenceLine {
    pub subject: Link,
    pub milestone: Option<String>,
    pub rule: String,
    pub recipient: Link,
    pub slot: String,
    pub state: &'static str,
    pub why: String,
}

#[derive(Debug, Serialize)]
pub struct AuditLine<'a> {
    pub at: String,
    pub actor: &'a str,
    pub act: &'a str,
    pub subject: &'a str,
    pub detail: &'a str,
}

/// Draws the operator's page.
pub fn operator<'a>(
    scene: &Scene<'a>,
    settings: &WebSettings,
    checks: &'a [Check],
    ledger: &'a Ledger,
    search: &LedgerSearch,
) -> OperatorPage<'a> {
    let page = PAGE as usize;
    let hidden = hidden(scene);
    let shown = ledger.found.iter().take(page);
    let state = search.filter.state.map(OccurrenceState::as_str);
    let reason = search.filter.reason.map(SkipReason::as_str);
    let states = OccurrenceState::ALL
        .iter()
        .map(|s| Opt::new(s.as_str(), wording::occurrence_state(*s), state));
    let reasons = SkipReason::ALL
        .iter()
        .map(|r| Opt::new(r.as_str(), r.as_str().replace('-', " "), reason));
    OperatorPage {
        answer: answer(settings, checks, ledger),
        checks: checks.iter().map(check_line).collect(),
        facts: facts(scene, settings, ledger),
        warnings: warnings(scene),
        notices: notice_counts(settings, ledger),
        occurrences: occurrence_counts(ledger),
        bouncing: ledger
            .bouncing
            .iter()
            .map(|b| bouncing_line(scene, b))
            .collect(),
        unheard: unheard(ledger),
        troubled: mail_view::lines(scene, &ledger.troubled),
        states: std::iter::once(Opt::new("", "any", state))
            .chain(states)
            .collect(),
        reasons: std::iter::once(Opt::new("", "any", reason))
            .chain(reasons)
            .collect(),
        reference: search
            .filter
            .commitment
            .as_ref()
            .map(ToString::to_string)
            .unwrap_or_default(),
        found: shown.filter_map(|e| occurrence_line(scene, e)).collect(),
        newer: (search.offset > 0).then(|| search.href(search.offset.saturating_sub(PAGE))),
        older: (ledger.found.len() > page).then(|| search.href(search.offset + PAGE)),
        audit: ledger
            .audit
            .iter()
            .filter(|e| !hidden.iter().any(|reference| names(e, reference)))
            .map(audit_line)
            .collect(),
    }
}

fn answer(settings: &WebSettings, checks: &[Check], ledger: &Ledger) -> String {
    let wrong: Vec<&str> = checks
        .iter()
        .filter(|c| c.problem.is_some())
        .map(|c| c.name)
        .collect();
    let order = match wrong.as_slice() {
        [] => "Everything is in order.".to_owned(),
        names => say::sentence(&format!(
            "{} {} not in order",
            say::list(names),
            say::are(names.len())
        )),
    };
    let count = |state| ledger.notices.get(&state).copied().unwrap_or(0) as usize;
    let troubled = count(NoticeState::Deferred)
        + count(NoticeState::InDoubt)
        + count(NoticeState::Parked)
        + count(NoticeState::Rejected)
        + count(NoticeState::Bounced);
    let trouble = match troubled {
        0 => String::new(),
        1 => " One mail is in trouble.".to_owned(),
        n => format!(" {} mails are in trouble.", say::number(n)),
    };
    let unreached = match ledger.bouncing.len() {
        0 => String::new(),
        1 => " Mail does not reach one address.".to_owned(),
        n => format!(
            " Mail does not reach {} addresses.",
            say::number(n).to_lowercase()
        ),
    };
    let mode = match (settings.mode, settings.transport) {
        (MailMode::Live, TransportKind::Mailbox) => "mail is kept in the mailbox here".to_owned(),
        (mode, _) => format!("mail is {}", wording::mail_mode(mode)),
    };
    let mode = say::sentence(&mode);
    format!("{order}{trouble}{unreached} {mode}")
}

fn bouncing_line<'a>(scene: &Scene<'a>, bouncing: &'a Bouncing) -> BouncingLine<'a> {
    let Bouncing {
        address,
        since,
        last_at: _,
        notice,
        reply,
        enhanced_code,
        times,
    } = bouncing;
    let concerns = concerned(address, scene.directory())
        .into_iter()
        .map(|unreached| ConcernedLine {
            reader: reader_link(scene, &unreached.reader),
            hears: unreached.hears.map(|hears| reader_link(scene, &hears)),
        });
    BouncingLine {
        address: address.as_str(),
        since: local_time(*since, scene.zone()),
        times: *times,
        code: enhanced_code.as_deref(),
        reply,
        notice: format!("/mail/{notice}"),
        concerns: concerns.collect(),
    }
}

/// What fell due for somebody who cannot be reached, with nobody in their place.
fn unheard(ledger: &Ledger) -> Option<Link> {
    let reason = Some(SkipReason::NoRecipient);
    let key = (OccurrenceState::Skipped, reason);
    let n = ledger.occurrences.get(&key).copied().filter(|n| *n > 0)? as usize;
    let search = LedgerSearch {
        filter: OccurrenceFilter {
            reason,
            ..OccurrenceFilter::default()
        },
        offset: 0,
    };
    let words = match n {
        1 => "One reminder reached nobody: there was no address to send it to.".to_owned(),
        n => format!(
            "{} reminders reached nobody: there was no address to send them to.",
            say::number(n)
        ),
    };
    Some(Link::new(search.href(0), words))
}

fn check_line(check: &Check) -> CheckLine<'_> {
    let (shape, word, class) = match check.problem {
        None => ("✓", "in order", "good"),
        Some(_) => ("✕", "not in order", "bad"),
    };
    CheckLine {
        name: check.name,
        mark: MarkView { shape, word, class },
        words: check.problem.as_deref().unwrap_or(""),
    }
}

fn facts(
    scene: &Scene<'_>,
    settings: &WebSettings,
    ledger: &Ledger,
) -> Vec<(&'static str, String)> {
    let mode = match (settings.mode, settings.transport) {
        (MailMode::Live, TransportKind::Mailbox) => "live: mail is kept in the mailbox here",
        (mode, _) => wording::mail_mode(mode),
    };
    let mut facts = vec![("Mode", mode.to_owned())];
    if let Some(to) = &settings.redirect_to
        && settings.mode == MailMode::Redirect
    {
        facts.push(("Redirected to", to.clone()));
    }
    let transport = match settings.transport {
        TransportKind::Smtp => "a relay, by SMTP",
        TransportKind::Mailbox => "the mailbox in these pages; nothing goes over the wire",
    };
    facts.push(("Mail goes to", transport.to_owned()));
    facts.push((
        "Live since",
        ledger
            .live_on
            .map_or("not live yet".to_owned(), wording::day),
    ));
    facts.push((
        "Planned until",
        ledger
            .planned_until
            .map_or("nothing planned yet".to_owned(), |at| {
                format!("{} ({})", local_time(at, scene.zone()), utc(at))
            }),
    ));
    if ledger.replans > 0 {
        facts.push((
            "Being timed anew",
            "a change that many commitments hang on is being worked off".to_owned(),
        ));
    }
    facts
}

fn warnings(scene: &Scene<'_>) -> Vec<String> {
    let directory = scene.directory();
    let left = undecided(scene.book, scene.now);
    let left = left
        .iter()
        .map(|left| say::sentence(&wording::undecided(left, directory)));
    let calendars = directory.calendars.values();
    let ending = calendars.filter_map(|calendar| {
        let coverage = calendar.coverage(scene.today());
        let ends = !matches!(coverage, Coverage::Known(_));
        let words = format!(
            "The calendar {}: {}",
            calendar.name,
            wording::coverage(coverage)
        );
        ends.then(|| say::sentence(&words))
    });
    left.chain(ending).collect()
}

fn notice_counts(settings: &WebSettings, ledger: &Ledger) -> Vec<StateCount> {
    let words = match settings.transport {
        TransportKind::Smtp => wording::notice_state,
        TransportKind::Mailbox => wording::notice_state_in_mailbox,
    };
    let counts = ledger.notices.iter().map(|(state, n)| StateCount {
        words: words(*state),
        why: None,
        n: say::figures(*n as usize),
        href: format!("/mail?state={state}"),
    });
    counts.collect()
}

fn occurrence_counts(ledger: &Ledger) -> Vec<StateCount> {
    let counts = ledger.occurrences.iter().map(|((state, reason), n)| {
        let search = LedgerSearch {
            filter: OccurrenceFilter {
                state: Some(*state),
                reason: *reason,
                ..OccurrenceFilter::default()
            },
            offset: 0,
        };
        StateCount {
            words: wording::occurrence_state(*state),
            why: reason.map(wording::reason),
            n: say::figures(*n as usize),
            href: search.href(0),
        }
    });
    counts.collect()
}

/// One line of the ledger; `None` where the viewer may not read what it is about.
fn occurrence_line(scene: &Scene<'_>, entry: &OccurrenceEntry) -> Option<OccurrenceLine> {
    let (subject, milestone) = match &entry.subject {
        Subject::Commitment(reference) => (commitment_link(scene, reference.as_str())?, None),
        Subject::Milestone(reference, title) => (
            commitment_link(scene, reference.as_str())?,
            Some(title.clone()),
        ),
        Subject::Meeting(id) => match scene.directory().meetings.get(id) {
            Some(meeting) => (Link::meeting(meeting), None),
            None => (Link::new("/meetings", id.to_string()), None),
        },
        Subject::Reader(reader) => (reader_link(scene, reader), None),
    };
    let zone = scene.directory().hours(&entry.recipient).zone;
    let said = matches!(
        entry.state,
        OccurrenceState::Sent | OccurrenceState::Waiting
    );
    Some(OccurrenceLine {
        subject,
        milestone,
        rule: wording::rule_name(entry.rule),
        recipient: reader_link(scene, &entry.recipient),
        slot: local_time(entry.slot, zone),
        state: wording::occurrence_state(entry.state),
        why: if said {
            wording::because(entry.rule, &entry.because, scene.directory())
        } else {
            mail_view::why(entry).to_owned()
        },
    })
}

fn commitment_link(scene: &Scene<'_>, reference: &str) -> Option<Link> {
    let commitment = scene.commitment(reference)?;
    Some(Link::new(
        format!("/commitments/{reference}"),
        format!("{reference} {}", commitment.title),
    ))
}

/// What this viewer may not read: the audit does not tell of it either.
fn hidden<'a>(scene: &Scene<'a>) -> Vec<&'a str> {
    let all = scene.book.commitments.values();
    all.filter(|c| !scene.may_read(c))
        .map(|c| c.reference.as_str())
        .collect()
}

fn names(entry: &AuditEntry, reference: &str) -> bool {
    entry.subject.contains(reference) || entry.detail.contains(reference)
}

fn audit_line(entry: &AuditEntry) -> AuditLine<'_> {
    AuditLine {
        at: utc(entry.at),
        actor: &entry.actor,
        act: &entry.act,
        subject: &entry.subject,
        detail: &entry.detail,
    }
}
