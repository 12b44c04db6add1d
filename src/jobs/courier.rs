//! The courier carries one claimed notice as far as it goes: asked again whether it still holds,
//! written, handed to the relay or the mailbox, settled. One courier, one session.

use std::time::Duration;

use chrono::{NaiveDate, TimeDelta};
use uuid::Uuid;

use super::Engine;
use super::checkpoint::Point;
use super::circuit::Standing;
use super::pace::back_off;
use super::pass::Round;
use super::scribe::Reported;
use crate::delivery::letter::{self, calendar};
use crate::delivery::message::{self, Headers};
use crate::delivery::refusal::{self, About};
use crate::delivery::signed::{self, AnswerLinks};
use crate::delivery::transport::{Outcome, Session, Verdict};
use crate::domain::book::Book;
use crate::domain::desk::EmailAddress;
use crate::domain::habits::Cadence;
use crate::domain::ids::{CommitmentRef, ReaderId};
use crate::domain::ledger::{StoredMessage, Told};
use crate::domain::notice::{Item, NoticeState, Phase, SkipReason};
use crate::planner::arrange;
use crate::planner::courtesy::no_longer_holds;
use crate::planner::expiry::has_expired;
use crate::store::{ClaimedNotice, NewAttempt, Settlement, StoreError, ToSettle, Undeliverable};

/// How long an answer that is overdue is waited for, once the notice is in doubt.
const LATE: Duration = Duration::from_secs(10);

/// What becomes of a notice that has nothing left to say: expired, if all of it gave way to its own
/// next steps.
fn emptied(notice: &ClaimedNotice, dropped: &[(i64, SkipReason)]) -> NoticeState {
    let before = notice.entry.items.iter().filter_map(|item| item.dropped);
    let mut reasons = before.chain(dropped.iter().map(|(_, reason)| *reason));
    if reasons.all(|reason| reason == SkipReason::Expired) {
        NoticeState::Expired
    } else {
        NoticeState::Cancelled
    }
}

/// Messages sent over one conversation; some relays refuse to take more.
const PER_CONVERSATION: u32 = 100;

/// An open conversation with the relay, and how many messages it has carried.
pub(super) struct Line {
    pub session: Session,
    carried: u32,
}

/// What is to be done with a claimed notice.
enum Ready {
    Send(Parcel),
    /// Settled without a try.
    Settle(NoticeState),
    /// The lease was lost: the notice is somebody else's now.
    Lost,
}

/// A message and where it goes.
pub(super) struct Parcel {
    pub to: EmailAddress,
    pub subject: String,
    pub content: Vec<u8>,
}

/// What a reader was told of before, and the part of the record that speaks of it and of the letter.
struct Before {
    told: Told,
    book: Book,
}

/// The notice that another repeats.
struct First {
    /// The reader's day; `None` where nobody knows that it arrived.
    sent_on: Option<NaiveDate>,
}

pub(super) struct Courier<'a> {
    pub engine: &'a Engine,
    pub round: &'a Round,
}

impl Courier<'_> {
    /// Takes one notice as far as it goes, over the session that is open or a new one. Returns what
    /// was reported of it; `None` when it is somebody else's by now.
    pub async fn carry(
        &self,
        notice: ClaimedNotice,
        line: &mut Option<Line>,
    ) -> Result<Option<Reported>, StoreError> {
        let ready = self.make_ready(&notice).await?;
        self.engine.reached(Point::LetterWritten).await;
        let settlement = match ready {
            Ready::Lost => return Ok(None),
            Ready::Settle(state) => self.settlement(state),
            Ready::Send(parcel) if self.engine.transport.is_mailbox() => self.kept(&notice, parcel),
            Ready::Send(parcel) => return self.send(&notice, &parcel, line).await,
        };
        Ok(Some(self.settle(&notice, settlement).await))
    }

    /// Asks again whether every item still holds, and writes the message of those that do.
    async fn make_ready(&self, notice: &ClaimedNotice) -> Result<Ready, StoreError> {
        let Some(headers) = self.headers(notice) else {
            return self.without_address(notice, SkipReason::NoRecipient).await;
        };
        if self.is_bouncing(&headers.to) {
            let reason = SkipReason::Undeliverable;
            return self.without_address(notice, reason).await;
        }
        let today = self.today(notice);
        let dropped: Vec<(i64, SkipReason)> = notice
            .items
            .iter()
            .filter_map(|(id, item)| Some((*id, self.reason_to_drop(item, notice, today)?)))
            .collect();
        if let Some(content) = &notice.content {
            // These bytes may have arrived already; they are sent again only as they are.
            let lost_access = dropped
                .iter()
                .any(|(_, reason)| *reason == SkipReason::NotPermitted);
            return Ok(if lost_access {
                Ready::Settle(NoticeState::Parked)
            } else {
                Ready::Send(Parcel {
                    to: headers.to,
                    subject: notice.entry.subject.clone().unwrap_or_default(),
                    content: content.clone(),
                })
            });
        }
        if !dropped.is_empty() && !self.drop_items(notice, &dropped).await? {
            return Ok(Ready::Lost);
        }
        let is_dropped = |id: &i64| dropped.iter().any(|(gone, _)| gone == id);
        let items: Vec<Item> = notice
            .items
            .iter()
            .filter(|(id, _)| !is_dropped(id))
            .map(|(_, item)| item.clone())
            .collect();
        if items.is_empty() {
            return Ok(Ready::Settle(emptied(notice, &dropped)));
        }
        let before = self.told_before(notice, &items, today).await?;
        let again = self.first_of(notice).await?;
        Ok(match self.write(notice, items, &headers, before, again) {
            Ok(parcel) => Ready::Send(parcel),
            Err(error) => {
                tracing::error!(notice.id = %notice.entry.id, "{error}");
                Ready::Settle(NoticeState::Parked)
            }
        })
    }

    fn write(
        &self,
        notice: &ClaimedNotice,
        items: Vec<Item>,
        headers: &Headers,
        before: Option<Before>,
        again: Option<First>,
    ) -> Result<Parcel, message::MessageError> {
        let entry = &notice.entry;
        let today = self.today(notice);
        let arranged = arrange(entry.recipient.clone(), entry.date, items);
        let letters = &self.engine.letters;
        let book = &self.round.book;
        let links = AnswerLinks {
            key: &self.round.key,
            public_url: &letters.public_url,
            notice: entry.id,
            reader: &entry.recipient,
            // While mail is redirected, the links are the reader's all the same.
            address: book.directory.email_of(&entry.recipient),
            issued: self.engine.clock.real_now().date_naive(),
        };
        let mut letter = letter::write_answerable(&arranged, book, letters, today, links);
        if let Some(stop) = self.stop_of(&entry.recipient) {
            letter = letter.stopped_at(stop);
        }
        if let Some(First { sent_on }) = again {
            letter = letter.repeated(sent_on);
        }
        if let Some(Before { told, book }) = before {
            letter.entries = calendar::entries(&arranged, &told, &book, letters, today);
        }
        Ok(Parcel {
            content: message::of_letter(&letter, headers, &self.engine.stationery)?,
            subject: letter.subject,
            to: headers.to.clone(),
        })
    }

    /// Where one click stops the reader's digests; `None` where they are stopped already.
    fn stop_of(&self, recipient: &ReaderId) -> Option<String> {
        let reader = self.round.book.directory.reader(recipient)?;
        let url = &self.engine.letters.public_url;
        (reader.habits.digest != Cadence::Never)
            .then(|| signed::unsubscribe_url(&self.round.key, url, recipient))
    }

    /// When what somebody asked for again was sent before.
    async fn first_of(&self, notice: &ClaimedNotice) -> Result<Option<First>, StoreError> {
        let Some(first) = notice.entry.again_of else {
            return Ok(None);
        };
        let ledger = self.engine.store.read().await?;
        let first = ledger.notice(first).await?;
        let sent = first.filter(|it| it.state == NoticeState::Sent);
        let zone = self.zone_of(notice);
        let sent_on = sent
            .and_then(|it| it.settled_at)
            .map(|at| at.with_timezone(&zone).date_naive());
        Ok(Some(First { sent_on }))
    }

    /// What the reader was told of before, where they want deadlines in their calendar: it may have
    /// ended or moved since.
    async fn told_before(
        &self,
        notice: &ClaimedNotice,
        items: &[Item],
        today: NaiveDate,
    ) -> Result<Option<Before>, StoreError> {
        let recipient = &notice.entry.recipient;
        let reader = self.round.book.directory.reader(recipient);
        if !reader.is_some_and(|r| r.habits.calendar_part) {
            return Ok(None);
        }
        let ledger = self.engine.store.read().await?;
        let told = ledger.told(recipient, calendar::told_since(today)).await?;
        let mut spoken_of: Vec<CommitmentRef> = told
            .deadlines
            .iter()
            .map(|(reference, ..)| reference.clone())
            .chain(items.iter().map(|i| i.commitment.clone()))
            .collect();
        spoken_of.sort();
        spoken_of.dedup();
        let book = ledger.book_of(&spoken_of).await?;
        Ok(Some(Before { told, book }))
    }

    /// Nobody to send to, or mail does not reach the address: the copy is not sent, and the
    /// operator's page says so.
    /// What may have gone out already keeps its items: a person decides.
    async fn without_address(
        &self,
        notice: &ClaimedNotice,
        reason: SkipReason,
    ) -> Result<Ready, StoreError> {
        if notice.content.is_some() {
            return Ok(Ready::Settle(NoticeState::Parked));
        }
        let all: Vec<(i64, SkipReason)> =
            notice.items.iter().map(|(id, _)| (*id, reason)).collect();
        Ok(if self.drop_items(notice, &all).await? {
            Ready::Settle(NoticeState::Cancelled)
        } else {
            Ready::Lost
        })
    }

    /// Whether this became known as an address mail does not reach after the notice was planned.
    fn is_bouncing(&self, to: &EmailAddress) -> bool {
        let is_readers = self.engine.letters.redirect.is_none();
        let bouncing = &self.round.book.directory.bouncing;
        is_readers && bouncing.contains(&to.lower_case())
    }

    async fn drop_items(
        &self,
        notice: &ClaimedNotice,
        dropped: &[(i64, SkipReason)],
    ) -> Result<bool, StoreError> {
        let store = &self.engine.store;
        store
            .drop_items(notice.entry.id, self.round.token, dropped)
            .await
    }

    fn reason_to_drop(
        &self,
        item: &Item,
        notice: &ClaimedNotice,
        today: NaiveDate,
    ) -> Option<SkipReason> {
        let book = &self.round.book;
        let expired = || {
            // What was planned this morning was weighed then.
            let commitment = book.commitment(item.commitment.as_str());
            notice.entry.date < today
                && commitment.is_some_and(|it| {
                    let now = self.engine.clock.business_now();
                    has_expired(item, &notice.entry.recipient, it, &book.directory, now)
                })
        };
        reason_to_drop(item, notice, book, today)
            .or_else(|| expired().then_some(SkipReason::Expired))
    }

    /// The outside of the message; `None` when there is nobody to send it to.
    fn headers(&self, notice: &ClaimedNotice) -> Option<Headers> {
        let reader = self.round.book.directory.reader(&notice.entry.recipient)?;
        let now = self.engine.clock.business_now();
        let letters = &self.engine.letters;
        let headers = Headers::for_reader(notice.entry.id, now, &reader, letters)?;
        let reply_to = letters.reply_to.as_ref();
        Some(Headers {
            reply_to: reply_to
                .map(|base| signed::reply_address(&self.round.key, base, notice.entry.id)),
            ..headers
        })
    }

    /// The envelope's sender: where a report goes, if the notice does not arrive.
    fn return_path(&self, notice: Uuid) -> EmailAddress {
        let letters = &self.engine.letters;
        match &letters.return_path {
            Some(base) => signed::return_path(&self.round.key, base, notice),
            None => letters.from.clone(),
        }
    }

    fn zone_of(&self, notice: &ClaimedNotice) -> chrono_tz::Tz {
        let directory = &self.round.book.directory;
        directory.hours(&notice.entry.recipient).zone
    }

    /// The reader's civil date.
    pub(super) fn today(&self, notice: &ClaimedNotice) -> NaiveDate {
        let zone = self.zone_of(notice);
        let now = self.engine.clock.business_now();
        now.with_timezone(&zone).date_naive()
    }

    /// The mailbox transport: the message is stored in the transaction that settles.
    fn kept(&self, notice: &ClaimedNotice, parcel: Parcel) -> Settlement {
        let message = StoredMessage {
            notice: notice.entry.id,
            recipient: notice.entry.recipient.clone(),
            to: parcel.to.to_string(),
            subject: parcel.subject,
            delivered_at: self.engine.clock.business_now(),
            raw: parcel.content,
        };
        Settlement {
            attempt: Some(NewAttempt {
                phase: Phase::Content,
                reply: "kept in the mailbox of this installation".into(),
                enhanced_code: None,
                duration_ms: 0,
            }),
            message: Some(message),
            ..self.settlement(NoticeState::Sent)
        }
    }

    async fn send(
        &self,
        notice: &ClaimedNotice,
        parcel: &Parcel,
        line: &mut Option<Line>,
    ) -> Result<Option<Reported>, StoreError> {
        let mut open = match self.open_line(line).await {
            Ok(open) => open,
            Err(outcome) => return Ok(self.settle_outcome(notice, &parcel.to, &outcome).await),
        };
        let session = &mut open.session;
        let outcome = session
            .send(
                &self.return_path(notice.entry.id),
                &parcel.to,
                &parcel.content,
                async || self.make_final(notice, parcel).await,
            )
            .await;
        self.judge_relay(&outcome, session.is_usable());
        let reported = self.settle_outcome(notice, &parcel.to, &outcome).await;
        if outcome.verdict == Verdict::InDoubt
            && let Some(doubt) = reported
        {
            return self.wait_for_late(notice, &parcel.to, doubt, session).await;
        }
        if session.is_usable() && open.carried < PER_CONVERSATION {
            *line = Some(open);
        } else {
            open.session.quit().await;
        }
        Ok(reported)
    }

    /// The conversation that is open, or a new one.
    async fn open_line(&self, line: &mut Option<Line>) -> Result<Line, Outcome> {
        if let Some(open) = line.take() {
            return Ok(Line {
                carried: open.carried + 1,
                ..open
            });
        }
        match self.engine.transport.connect().await {
            Ok(session) => Ok(Line {
                session,
                carried: 1,
            }),
            Err(outcome) => {
                self.engine.relay_failed(&outcome.reply);
                Err(outcome)
            }
        }
    }

    /// What a try says of the relay. An answer about one recipient or one message shows that it
    /// works; a trial that brought no such answer failed.
    fn judge_relay(&self, outcome: &Outcome, answered: bool) {
        let (circuit, now) = (&self.engine.circuit, self.engine.clock.real_now());
        let is_about_the_message = outcome.phase > Phase::MailFrom;
        match outcome.verdict {
            Verdict::Sent { .. } | Verdict::Rejected => circuit.closes(),
            Verdict::RelayRefused => {
                self.engine.relay_failed(&outcome.reply);
                circuit.refused_mail();
            }
            Verdict::Deferred if answered && is_about_the_message => circuit.closes(),
            Verdict::Deferred | Verdict::InDoubt if circuit.standing(now) == Standing::HalfOpen => {
                self.engine.relay_failed(&outcome.reply);
                circuit.refused_mail();
            }
            Verdict::Deferred | Verdict::InDoubt | Verdict::Abandoned => {}
        }
    }

    /// A late answer counts under the notice's own token; so that it finds the doubt, the doubt is
    /// written before anybody listens.
    async fn wait_for_late(
        &self,
        notice: &ClaimedNotice,
        to: &EmailAddress,
        doubt: Reported,
        session: &mut Session,
    ) -> Result<Option<Reported>, StoreError> {
        let doubt = doubt.written(&self.engine.scribe).await?;
        if doubt.is_held() {
            self.engine.reached(Point::AnswerOverdue).await;
            if let Some(late) = session.late_reply(LATE).await {
                return Ok(self.settle_outcome(notice, to, &late).await);
            }
        }
        Ok(Some(doubt))
    }

    async fn settle_outcome(
        &self,
        notice: &ClaimedNotice,
        to: &EmailAddress,
        outcome: &Outcome,
    ) -> Option<Reported> {
        let state = match outcome.verdict {
            Verdict::Sent { .. } => NoticeState::Sent,
            Verdict::Deferred | Verdict::RelayRefused => NoticeState::Deferred,
            Verdict::Rejected => NoticeState::Rejected,
            Verdict::InDoubt => NoticeState::InDoubt,
            // The lease was lost, or T2 could not be written: a rescue gives it back.
            Verdict::Abandoned => return None,
        };
        let first =
            TimeDelta::minutes(i64::try_from(self.engine.delivery.retry_after).unwrap_or(60));
        let failures = notice.entry.attempts + 1;
        let settlement = Settlement {
            retry_at: (state == NoticeState::Deferred).then(|| {
                self.engine.clock.real_now()
                    + back_off(first, failures, self.engine.entropy.as_ref())
            }),
            attempt: Some(NewAttempt {
                phase: outcome.phase,
                reply: outcome.reply.clone(),
                enhanced_code: outcome.enhanced_code.clone(),
                duration_ms: u32::try_from(outcome.duration.as_millis()).unwrap_or(u32::MAX),
            }),
            undeliverable: (state == NoticeState::Rejected)
                .then(|| self.undeliverable(to, outcome))
                .flatten(),
            ..self.settlement(state)
        };
        Some(self.settle(notice, settlement).await)
    }

    /// What a refusal says of the address, unless it is about the message. While mail is redirected
    /// it says nothing of the reader's.
    fn undeliverable(&self, to: &EmailAddress, outcome: &Outcome) -> Option<Undeliverable> {
        let code = outcome.enhanced_code.as_deref();
        let about = refusal::of_reply(outcome.phase, code, &outcome.reply);
        let is_readers = self.engine.letters.redirect.is_none();
        (about == About::Mailbox && is_readers).then(|| Undeliverable {
            address: to.clone(),
            reply: outcome.reply.clone(),
            enhanced_code: outcome.enhanced_code.clone(),
        })
    }

    fn settlement(&self, state: NoticeState) -> Settlement {
        Settlement {
            state,
            at: self.engine.clock.business_now(),
            at_real: self.engine.clock.real_now(),
            retry_at: None,
            attempt: None,
            message: None,
            undeliverable: None,
        }
    }

    /// T3.
    async fn settle(&self, notice: &ClaimedNotice, settlement: Settlement) -> Reported {
        let outcome = ToSettle {
            notice: notice.entry.id,
            token: self.round.token,
            settlement,
        };
        self.engine.reached(Point::BeforeSettling).await;
        let reported = self.engine.scribe.report(outcome).await;
        self.engine.reached(Point::Settled).await;
        reported
    }
}

/// Why an item of a notice is not to be sent after all, by what is on the record.
pub(super) fn reason_to_drop(
    item: &Item,
    notice: &ClaimedNotice,
    book: &Book,
    today: NaiveDate,
) -> Option<SkipReason> {
    let commitment = book.commitment(item.commitment.as_str());
    let recipient = &notice.entry.recipient;
    no_longer_holds(item, recipient, commitment, &book.directory, today)
}
