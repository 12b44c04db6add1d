//! The meetings of a letter: the one a brief prepares and what has moved since the two sides last
//! met, and those a digest looks ahead to.

use chrono::{Days, NaiveDate};

use super::line::{SectionLine, moved};
use super::matter::{Matter, Writing};
use super::sections::{Fact, Section};
use super::{one_line, shorten};
use crate::domain::ids::{MeetingId, PartnershipId};
use crate::domain::meeting::{Meeting, MeetingStatus};
use crate::wording;

/// How far ahead a digest looks for meetings, in days, and how many it names.
const MEETINGS_AHEAD: u64 = 90;
const MOST_MEETINGS: usize = 5;
/// What moved since the last meeting is told in so many lines.
const MOST_MOVED: usize = 12;

/// The meetings that a letter's briefs prepare, in the order of their lines.
pub(super) fn of_briefs<'a>(lines: &[&'a Matter<'_>]) -> Vec<&'a MeetingId> {
    let mut meetings: Vec<&MeetingId> = Vec::new();
    for meeting in lines.iter().filter_map(|m| m.item.meeting.as_ref()) {
        if !meetings.contains(&meeting) {
            meetings.push(meeting);
        }
    }
    meetings
}

/// What is known of the meeting that a brief prepares.
pub(super) fn card(meeting: &Meeting, writing: &Writing<'_>) -> Section {
    let away = meeting
        .dated()
        .map(|d| wording::countdown(Some(d.window), writing.today));
    let away = away.map(|a| format!(", {a}")).unwrap_or_default();
    let date = format!("{}{away}", wording::date_of_meeting(meeting));
    let partnership = meeting
        .partnership
        .as_ref()
        .and_then(|id| writing.directory().partnerships.get(id))
        .map(|p| match &p.status {
            Some(status) => format!("{}, {status}", p.name),
            None => p.name.clone(),
        });
    let listed = |names: &[String]| (!names.is_empty()).then(|| names.join("; "));
    let facts = [
        ("Date", Some(date)),
        ("Place", meeting.place.clone()),
        ("Host", meeting.host.clone()),
        ("Co-chairs", listed(&meeting.co_chairs)),
        ("Partnership", partnership),
    ];
    let said = |(name, words): (&'static str, Option<String>)| {
        let words = shorten(&one_line(&words?), 160);
        (!words.is_empty()).then_some(Fact { name, words })
    };
    let name = one_line(&meeting.name());
    Section {
        facts: facts.into_iter().filter_map(said).collect(),
        list: super::Link {
            word: format!("Open the page of {}", wording::with_article(&name)),
            url: page(meeting, writing),
        },
        ..empty(name)
    }
}

/// What moved among the lines of a brief since the partnership last met: dates, reports, requests
/// raised, what is new. `None` where nothing did, or where no meeting was held before.
pub(super) fn since_the_last(
    meeting: &Meeting,
    lines: &[&Matter<'_>],
    writing: &Writing<'_>,
) -> Option<Section> {
    let (held_on, last) = last_held(meeting, writing)?;
    let mut changed: Vec<SectionLine> = lines
        .iter()
        .filter_map(|m| changed_since(m, held_on, &last.id, writing))
        .collect();
    let more = changed.len().saturating_sub(MOST_MOVED);
    changed.truncate(MOST_MOVED);
    let heading = format!(
        "Changed since {}, {}",
        wording::with_article(&one_line(&last.name())),
        wording::day(held_on)
    );
    (!changed.is_empty()).then(|| Section {
        lines: changed,
        more,
        list: super::Link {
            word: "The last meeting".to_owned(),
            url: page(last, writing),
        },
        ..empty(heading)
    })
}

/// The partnership's last meeting before this one, and its last day.
fn last_held<'a>(meeting: &Meeting, writing: &Writing<'a>) -> Option<(NaiveDate, &'a Meeting)> {
    let partnership = meeting.partnership.as_ref()?;
    let others = writing.directory().meetings.values();
    others
        .filter(|m| m.id != meeting.id && m.partnership.as_ref() == Some(partnership))
        .filter(|m| m.status == MeetingStatus::Held)
        .filter_map(|m| Some((m.dated()?.window.last, m)))
        .filter(|(last, _)| *last < writing.today)
        .max_by_key(|(last, m)| (*last, m.id.clone()))
}

fn changed_since(
    matter: &Matter<'_>,
    since: NaiveDate,
    at: &MeetingId,
    writing: &Writing<'_>,
) -> Option<SectionLine> {
    let commitment = matter.commitment?;
    let is_new = |day: NaiveDate| since < day && day <= writing.today;
    let mut facts = Vec::new();
    // What a meeting produced is opened just after it, and is no news at the next.
    if is_new(commitment.opened) && commitment.meeting.as_ref() != Some(at) {
        facts.push(format!("new since {}", wording::day(commitment.opened)));
    }
    for revision in commitment.revisions.iter().filter(|r| is_new(r.date)) {
        let step = revision.milestone.as_deref().map(one_line);
        let step = step.map(|s| format!("{}: ", shorten(&s, 40)));
        facts.push(format!(
            "{}{}",
            step.unwrap_or_default(),
            moved(revision, writing)
        ));
    }
    if matter.latest.is_some_and(|u| is_new(u.date)) {
        facts.push(matter.last_report());
    }
    if commitment.raised.iter().any(|r| is_new(r.date)) {
        facts.extend(matter.last_raised());
    }
    (!facts.is_empty()).then(|| SectionLine {
        shape: "",
        state: "",
        class: "",
        name: commitment.reference.to_string(),
        title: shorten(&one_line(&commitment.title), 110),
        words: shorten(&facts.join("; "), 300),
        url: matter.url.clone(),
        promise: None,
    })
}

/// The next meetings of the partnerships a digest speaks of.
pub(super) fn next(lines: &[&Matter<'_>], writing: &Writing<'_>) -> Section {
    let lines = ahead(lines, writing)
        .into_iter()
        .take(MOST_MEETINGS)
        .map(|meeting| {
            // How far away a month or a year is says little.
            let exact = meeting.dated().filter(|d| !d.coarse).map(|d| d.window);
            let away = exact.map(|w| format!(", {}", wording::countdown(Some(w), writing.today)));
            SectionLine {
                shape: "",
                state: "",
                class: "",
                name: one_line(&meeting.name()),
                title: String::new(),
                words: format!(
                    "{}{}",
                    wording::date_of_meeting(meeting),
                    away.unwrap_or_default()
                ),
                url: page(meeting, writing),
                promise: None,
            }
        });
    Section {
        lines: lines.collect(),
        ..empty("Next meetings".to_owned())
    }
}

/// Meetings to come of the partnerships that these lines are about, the nearest first. A restricted
/// line does not tell which partnership it belongs to.
pub(super) fn ahead<'a>(lines: &[&Matter<'_>], writing: &Writing<'a>) -> Vec<&'a Meeting> {
    let mut partnerships: Vec<&PartnershipId> = Vec::new();
    for id in lines
        .iter()
        .filter_map(|m| m.commitment?.partnership.as_ref())
    {
        if !partnerships.contains(&id) {
            partnerships.push(id);
        }
    }
    let horizon = writing
        .today
        .checked_add_days(Days::new(MEETINGS_AHEAD))
        .unwrap_or(NaiveDate::MAX);
    let mut ahead: Vec<(NaiveDate, &Meeting)> = writing
        .directory()
        .meetings
        .values()
        .filter(|m| m.status != MeetingStatus::Held)
        .filter(|m| {
            m.partnership
                .as_ref()
                .is_some_and(|p| partnerships.contains(&p))
        })
        .filter_map(|m| Some((m.dated()?.window, m)))
        .filter(|(w, _)| w.last >= writing.today && w.first <= horizon)
        .map(|(w, m)| (w.last, m))
        .collect();
    ahead.sort_by(|a, b| (a.0, &a.1.id).cmp(&(b.0, &b.1.id)));
    ahead.into_iter().map(|(_, meeting)| meeting).collect()
}

fn page(meeting: &Meeting, writing: &Writing<'_>) -> String {
    format!("{}/meetings/{}", writing.settings.public_url, meeting.id)
}

fn empty(heading: String) -> Section {
    Section {
        heading,
        facts: Vec::new(),
        lines: Vec::new(),
        more: 0,
        list: super::Link {
            word: String::new(),
            url: String::new(),
        },
    }
}
