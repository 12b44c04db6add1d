//! A reminder is answered by one of its links: without signing in, once, by the desk it was sent to,
//! as long as the desk answers for the commitment. Looking at a link changes nothing.
//!
//! A link is believed on what it is bound to (`domain::token`), and asked again for everything that
//! can have changed since: see [`look`].

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;

use super::working::put_in;
use super::{Actor, another_try};
use crate::delivery::signed::bound_address;
use crate::domain::answer::{Answer, VALID_DAYS};
use crate::domain::answering::{AnswerForm, Asked, Giver, Said, giver, said};
use crate::domain::calendar::plus;
use crate::domain::commitment::Commitment;
use crate::domain::directory::Directory;
use crate::domain::ids::{DeskId, PersonId, ReaderId};
use crate::domain::ledger::NoticeEntry;
use crate::domain::moving::Entered;
use crate::domain::reporting::{Complaint, submitted};
use crate::domain::schedule::desk_today;
use crate::domain::token::{AnswerClaim, Answerable, SigningKey};
use crate::planner::courtesy::reader_may_read;
use crate::planner::office::desk_answered_for;
use crate::store::{AnsweredItem, GivenAnswer, Snapshot, Store, StoreError};

/// The two times a link is looked at: the business day of an answer, and the age of the link.
#[derive(Debug, Clone, Copy)]
pub struct Times {
    pub business: DateTime<Utc>,
    pub real: DateTime<Utc>,
}

/// What a link that we signed is good for.
#[derive(Debug)]
pub enum Link {
    Open(Box<Question>),
    /// It was used before; by whom, and for what.
    Used(Box<Question>, GivenAnswer),
    /// Its days are over, the desk does not answer for this any more, or there is nothing left to
    /// answer: which of them, nobody is told.
    Ended,
}

/// What may be answered by a link, and by whom.
#[derive(Debug)]
pub struct Question {
    notice: NoticeEntry,
    /// Whose accounts are disabled: they answer nothing.
    locked_out: BTreeSet<PersonId>,
    pub commitment: Arc<Commitment>,
    /// The title of the milestone the reminder was about.
    pub milestone: Option<String>,
    pub directory: Arc<Directory>,
    /// The desk that answers.
    pub desk: DeskId,
    /// The lead desk's civil date.
    pub today: NaiveDate,
    /// The date the reminder was about: the end of the deadline, else its own.
    pub date: NaiveDate,
}

impl Question {
    /// What the desk may say.
    pub fn open_to(&self) -> &'static [Answer] {
        Answer::open_to(self.desk == self.commitment.lead)
    }

    /// Who may say so: whoever the letter went to, where that is a person; else whoever is of the desk.
    pub fn people(&self) -> Vec<PersonId> {
        let directory = &self.directory;
        let reader = &self.notice.recipient;
        if let Some(person) = directory.people.get(reader.as_str()) {
            return vec![person.id.clone()];
        }
        let own = directory.desks.get(reader.as_str());
        let desks = own.into_iter().chain(directory.desks.get(&self.desk));
        let mut people: Vec<PersonId> = Vec::new();
        for person in desks.flat_map(|desk| desk.officers.iter().chain(&desk.head)) {
            if !people.contains(person) && !self.locked_out.contains(person) {
                people.push(person.clone());
            }
        }
        people
    }

    /// Whether the mailbox is one person's: then nobody else answers from it.
    pub fn is_of_one_person(&self) -> bool {
        let reader = &self.notice.recipient;
        self.directory.people.contains_key(reader.as_str())
    }

    /// In whose zone the lead desk's days are told.
    pub fn zone(&self) -> Tz {
        self.directory.desk_hours(&self.commitment.lead).zone
    }

    fn item(&self) -> AnsweredItem<'_> {
        AnsweredItem {
            notice: self.notice.id,
            commitment: &self.commitment.reference,
            milestone: self.milestone.as_deref(),
        }
    }
}

/// Why an answer was not entered.
#[derive(Debug, thiserror::Error)]
pub enum AnswerError {
    /// No link of ours.
    #[error("there is nothing of that name")]
    NotFound,
    /// It is not open, or not any more.
    #[error("the link is not open")]
    Closed(Link),
    /// What was typed cannot be entered as it is.
    #[error("{}", .1.first().map_or("", |complaint| complaint.words.as_str()))]
    Unfit(Box<Question>, Vec<Complaint>),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What a token is good for; `None` where we did not sign it, or not for this reader at this address.
///
/// 1. The token names the notice; which of its items it is for, the signature says.
/// 2. Its days are counted on the real clock.
/// 3. The reader's account is not disabled; the commitment is open, its reader may read it, and answers for a desk that has it.
/// 4. It was not used.
pub async fn look(
    snapshot: &Snapshot,
    key: &SigningKey,
    token: &str,
    times: Times,
) -> Result<Option<Link>, StoreError> {
    let Some(claim) = AnswerClaim::read(token) else {
        return Ok(None);
    };
    let Some(notice) = snapshot.notice(claim.notice).await? else {
        return Ok(None);
    };
    let directory = snapshot.directory().await?;
    let address = bound_address(directory.email_of(&notice.recipient));
    let granted = notice
        .items
        .iter()
        .map(|carried| &carried.item)
        .find(|item| {
            let of = Answerable {
                notice: notice.id,
                reader: &notice.recipient,
                address: &address,
                commitment: &item.commitment,
                milestone: item.milestone.as_deref(),
            };
            key.grants(&claim, &of)
        });
    let Some(item) = granted.cloned() else {
        return Ok(None);
    };
    let locked_out = locked_out(snapshot).await?;
    let is_locked_out = locked_out.contains(notice.recipient.as_str());
    let is_over = times.real.date_naive() > plus(claim.issued, i64::from(VALID_DAYS));
    let asked = std::slice::from_ref(&item.commitment);
    let commitment = snapshot.commitments(asked).await?.remove(&item.commitment);
    let Some(commitment) = commitment.filter(|it| !is_over && !is_locked_out && it.is_open())
    else {
        return Ok(Some(Link::Ended));
    };
    let place = item.because.in_place_of.as_ref();
    let desk = desk_answered_for(&notice.recipient, place, &commitment, &directory).cloned();
    let Some(desk) = desk.filter(|_| reader_may_read(&notice.recipient, &commitment, &directory))
    else {
        return Ok(Some(Link::Ended));
    };
    let question = Box::new(Question {
        today: desk_today(&commitment, &directory, times.business),
        date: match item.because.window {
            Some(window) if item.rule.has_window() => window.last,
            _ => item.because.date,
        },
        milestone: item.milestone,
        notice,
        locked_out,
        commitment,
        directory,
        desk,
    });
    let used = snapshot.answer_to(question.item()).await?;
    Ok(Some(match used {
        Some(given) => Link::Used(question, given),
        None => Link::Open(question),
    }))
}

/// Whose accounts are disabled.
pub(super) async fn locked_out(snapshot: &Snapshot) -> Result<BTreeSet<PersonId>, StoreError> {
    let accounts = snapshot.accounts().await?.into_iter();
    let disabled = accounts.filter(|account| account.disabled_at.is_some());
    Ok(disabled.map(|account| account.person).collect())
}

/// Gives an answer by a link. Returns what was answered.
pub async fn answer(
    store: &Store,
    token: &str,
    answer: Answer,
    form: &AnswerForm,
    times: Times,
) -> Result<GivenAnswer, AnswerError> {
    let key = store.signing_key().await?;
    let mut n = 0;
    loop {
        match try_to_answer(store, &key, token, answer, form, times).await {
            Err(AnswerError::Store(error)) if another_try(n, &error).await.is_some() => n += 1,
            done => return done,
        }
    }
}

/// 1. The link as it stands under the edit's lock, and what the form comes to.
/// 2. The link is used up, and the commitment saved, in one transaction with the audit.
async fn try_to_answer(
    store: &Store,
    key: &SigningKey,
    token: &str,
    answer: Answer,
    form: &AnswerForm,
    times: Times,
) -> Result<GivenAnswer, AnswerError> {
    let mut change = store.edit().await?;
    let question = match look(&change, key, token, times).await? {
        Some(Link::Open(question)) => question,
        Some(closed) => return Err(AnswerError::Closed(closed)),
        None => return Err(AnswerError::NotFound),
    };
    let (after, name) = match changed(&question, answer, form, times.business) {
        Ok(changed) => changed,
        Err(complaints) => return Err(AnswerError::Unfit(question, complaints)),
    };
    let given = GivenAnswer {
        answer,
        given: name,
        at: times.business,
    };
    if !change.use_answer(question.item(), &given).await? {
        return Err(AnswerError::Closed(Link::Used(question, given)));
    }
    let actor = Actor::by_link(&question.notice.recipient);
    let pair = (Some(Arc::clone(&question.commitment)), Arc::new(after));
    let (directory, now) = (&question.directory, times.business);
    put_in(&mut change, directory, &[pair], actor.as_str(), now).await?;
    let detail = format!("answered {answer}; given by {}", given.given);
    let subject = question.commitment.reference.as_str();
    change
        .audit(now, actor.as_str(), "answer", subject, &detail)
        .await?;
    change.commit().await?;
    Ok(given)
}

/// The commitment with what was answered, and the name of whoever answered.
fn changed(
    question: &Question,
    answer: Answer,
    form: &AnswerForm,
    now: DateTime<Utc>,
) -> Result<(Commitment, String), Vec<Complaint>> {
    let Question {
        commitment,
        directory,
        desk,
        today,
        ..
    } = question;
    if !question.open_to().contains(&answer) {
        let words = "This desk cannot answer that; choose one of the answers below.";
        return Err(vec![Complaint::new("all", words)]);
    }
    let asked = Asked {
        commitment,
        milestone: question.milestone.as_deref(),
        directory,
        today: *today,
    };
    let (said, giver) = match (said(answer, form, asked), giver(form, &question.people())) {
        (Ok(said), Ok(giver)) => (said, giver),
        (said, giver) => {
            let complaints = said.err().unwrap_or_default().into_iter();
            return Err(complaints.chain(giver.err()).collect());
        }
    };
    if question.is_of_one_person() && matches!(giver, Giver::Named(_)) {
        let words = "This mail went to one person; nobody else answers by its links.";
        return Err(vec![Complaint::new("by", words)]);
    }
    let (by, given) = match giver {
        Giver::Person(person) => (ReaderId::from(&person), None),
        Giver::Named(name) => (ReaderId::from(desk), Some(name)),
    };
    let name = given.clone();
    let name = name.unwrap_or_else(|| directory.reader_name(&by).to_owned());
    let after = match said {
        Said::Snooze(snooze) => Commitment {
            snoozed: Some(snooze),
            ..Commitment::clone(commitment)
        },
        Said::Report(mut report) => {
            report.given = given;
            let entered = Entered {
                on: *today,
                at: now,
            };
            submitted(commitment, directory, &report, &by, entered)?
        }
    };
    Ok((after, name))
}
