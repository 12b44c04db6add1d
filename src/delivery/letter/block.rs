//! One reminder as a block of a letter: what is asked, the promise, where it stands, the answers,
//! why it came. Under 120 words, whatever the record holds.

use serde::Serialize;

use super::asking::{ask, reviewers_words};
use super::matter::{Matter, Office, Writing};
use super::{Link, one_line, words};
use crate::domain::answer::Answer;
use crate::domain::commitment::{Commitment, Kind};
use crate::domain::ids::PersonId;
use crate::domain::notice::Because;
use crate::domain::rule::Rule;
use crate::wording;

/// The most words of a block.
const BLOCK_WORDS: usize = 119;
/// The fewest words of a promise that are still worth quoting.
const PROMISE_WORDS: std::ops::RangeInclusive<usize> = 8..=50;

/// One reminder.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Block {
    pub reference: String,
    /// What is asked and by when.
    pub ask: String,
    /// That it comes late, and when it was due to leave.
    pub late: Option<String>,
    pub promise: Option<Quote>,
    pub state: Option<State>,
    /// What else the reader should know: the reviewer's words, who hears next.
    pub note: Option<String>,
    /// The answers, one step each.
    pub answers: Vec<Link>,
    pub why: Option<String>,
    /// The commitment's page.
    pub page: Link,
}

/// The promise in its words, and where they stand.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Quote {
    pub words: String,
    pub source: Option<String>,
}

/// One line of state: a shape and a word, then the facts.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct State {
    pub shape: &'static str,
    pub word: &'static str,
    pub class: &'static str,
    pub facts: String,
}

pub(super) fn of(matter: &Matter<'_>, writing: &Writing<'_>) -> Block {
    let reference = matter.item.commitment.to_string();
    let bare = Block {
        ask: ask(matter, writing),
        late: late(matter, writing),
        promise: None,
        state: None,
        note: None,
        answers: answers(matter, writing),
        why: None,
        page: Link {
            word: format!("Open {reference}"),
            url: matter.url.clone(),
        },
        reference,
    };
    let Some(commitment) = matter.commitment else {
        return bare;
    };
    let mut block = Block {
        state: state(matter, writing),
        note: note(matter, commitment, writing),
        why: Some(why(matter, writing)),
        ..bare
    };
    block.promise = promise(commitment, writing, &block);
    block
}

impl Block {
    /// Its words, as a reader counts them.
    pub fn word_count(&self) -> usize {
        let promise = self.promise.iter().flat_map(|q| {
            let source = q.source.as_deref().unwrap_or_default();
            [q.words.as_str(), source]
        });
        let state = self.state.iter().flat_map(|s| [s.word, &s.facts]);
        let answers = self.answers.iter().map(|l| l.word.as_str());
        let single = [&self.late, &self.note, &self.why];
        let single = single.into_iter().flatten().map(String::as_str);
        let always = [self.ask.as_str(), self.page.word.as_str()];
        let texts = always
            .into_iter()
            .chain(promise)
            .chain(state)
            .chain(answers)
            .chain(single);
        texts.map(|t| t.split_whitespace().count()).sum()
    }
}

fn late(matter: &Matter<'_>, writing: &Writing<'_>) -> Option<String> {
    let date = matter.item.because.date;
    matter.item.late.then(|| {
        let ago = wording::days_between(date, writing.today);
        format!(
            "This comes late: it was to leave on {}, {ago} ago.",
            wording::weekday_day(date)
        )
    })
}

/// The promise, cut so that the block stays readable; its source says where the whole stands.
fn promise(commitment: &Commitment, writing: &Writing<'_>, block: &Block) -> Option<Quote> {
    let source = source(commitment, writing);
    let source_words = source.as_deref().unwrap_or_default().split_whitespace();
    let left = BLOCK_WORDS.saturating_sub(block.word_count() + source_words.count());
    let most = left.clamp(*PROMISE_WORDS.start(), *PROMISE_WORDS.end());
    let said = one_line(&wording::unbroken(&commitment.promise.words));
    let said = words(&said, most);
    (!said.is_empty()).then_some(Quote {
        words: said,
        source,
    })
}

fn source(commitment: &Commitment, writing: &Writing<'_>) -> Option<String> {
    let document = commitment.promise.document.as_ref();
    let title = document
        .and_then(|id| writing.book.document(id.as_str()))
        .map(|d| one_line(&d.title));
    let meeting = || {
        let meeting = writing
            .directory()
            .meetings
            .get(commitment.meeting.as_ref()?)?;
        Some(one_line(&meeting.name()))
    };
    let paragraph = commitment
        .promise
        .paragraph
        .filter(|_| document.is_some())
        .map(|n| format!(", paragraph {n}"))
        .unwrap_or_default();
    let title = title.or_else(meeting)?;
    Some(format!("{}{paragraph}", words(&title, 12)))
}

fn state(matter: &Matter<'_>, writing: &Writing<'_>) -> Option<State> {
    // The morning after a meeting asks what came of it; that it is late is not the point.
    if matches!(matter.item.rule, Rule::Outcome(_)) {
        return None;
    }
    let mark = wording::schedule(matter.schedule(writing)?);
    let mut facts = vec![matter.last_report()];
    // A sentence that names the deadline needs no second telling.
    if !matter.item.rule.has_window()
        && !matches!(matter.item.rule, Rule::Assigned | Rule::Stale(_))
        && let Some(deadline) = matter.deadline_words(writing)
    {
        let step = matter.step.as_ref().map(|s| format!("{}, ", words(s, 8)));
        facts.insert(0, format!("{}{deadline}", step.unwrap_or_default()));
    }
    if let Some(verified) = matter.commitment.and_then(|c| c.verified) {
        facts.push(format!("verified: {}", wording::verified(verified)));
    }
    if matter.is_request() && matches!(matter.item.rule, Rule::Overdue(_)) {
        facts.push("it stands on the agenda of the next brief".to_owned());
    }
    facts.extend(super::news::of(matter, writing));
    Some(State {
        shape: mark.shape,
        word: mark.word,
        class: mark.class,
        facts: facts.join("; "),
    })
}

fn note(matter: &Matter<'_>, commitment: &Commitment, writing: &Writing<'_>) -> Option<String> {
    match matter.item.rule {
        Rule::Returned => reviewers_words(matter),
        Rule::Outcome(_) => Some(super::sentence(&matter.last_report())),
        Rule::Overdue(days) => further_up(matter, commitment, days, writing),
        Rule::Decision(_) => {
            let asked = matter.latest_words()?.ask.as_deref()?;
            Some(format!("The desk asks: “{}”", words(&one_line(asked), 20)))
        }
        _ => None,
    }
}

/// Once the head has heard, when the SOM leader will. REMINDING, the ladder.
fn further_up(
    matter: &Matter<'_>,
    commitment: &Commitment,
    days: u32,
    writing: &Writing<'_>,
) -> Option<String> {
    let directory = writing.directory();
    let policy = directory.policy_for(commitment);
    if commitment.kind == Kind::Request
        || matter.office == Office::SomLeader
        || !(policy.head_after..policy.leader_after).contains(&days)
    {
        return None;
    }
    let desk = directory.desks.get(&commitment.lead)?;
    let leader: &PersonId = desk.som_leader.as_ref()?;
    let reachable = directory.address_of_person(leader).is_some();
    if !reachable || desk.head.as_ref() == Some(leader) {
        return None;
    }
    let steps = policy.overdue.iter().copied();
    let step = steps.filter(|k| *k >= policy.leader_after).min()?;
    let Because { counted_from, .. } = matter.item.because;
    let exact = crate::domain::calendar::plus(counted_from, i64::from(step));
    let date = directory.desk_calendar(&commitment.lead).next(exact);
    let weekday = directory.general_policy().digest_weekday;
    let hears = directory
        .person_hours(leader)
        .calendar
        .digest_day_from(date, weekday);
    Some(format!(
        "Unless it is reported completed, the SOM leader hears of it on {}.",
        wording::weekday_day(hears)
    ))
}

/// What the reader can answer in one step. A head decides; a cooperating desk can say that it is
/// the wrong one. To a restricted commitment the same can be said: the words tell nothing of it.
fn answers(matter: &Matter<'_>, writing: &Writing<'_>) -> Vec<Link> {
    let open_to = match (matter.item.rule, matter.office) {
        (Rule::Decision(_), _) if matter.commitment.is_none() => return Vec::new(),
        (Rule::Decision(_), _) => {
            return vec![Link {
                word: "Review the update".to_owned(),
                url: format!("{}#updates", matter.url),
            }];
        }
        (_, Office::LeadDesk) => Answer::open_to(true),
        (_, Office::CooperatingDesk) => Answer::open_to(false),
        _ => &[],
    };
    let url = |answer: Answer| match &writing.links {
        Some(links) => links.url(
            &matter.item.commitment,
            matter.item.milestone.as_deref(),
            answer,
        ),
        None => format!("{}?answer={answer}#answer", matter.url),
    };
    // What is past its end is answered by what came of it; that it is on track answers nothing.
    let is_past = matches!(matter.item.rule, Rule::Overdue(_) | Rule::Outcome(_));
    open_to
        .iter()
        .filter(|answer| !(is_past && **answer == Answer::OnTrack))
        .map(|answer| Link {
            word: answer.label().to_owned(),
            url: url(*answer),
        })
        .collect()
}

fn why(matter: &Matter<'_>, writing: &Writing<'_>) -> String {
    let item = matter.item;
    wording::because(item.rule, &item.because, writing.directory())
}
