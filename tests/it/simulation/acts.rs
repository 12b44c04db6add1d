//! What people do to a world beside its record: the product's own acts, each drawn by the seed and
//! done as the command line, a page or the mail server would have it done. The clerks note what they
//! did, so that the accounts know by themselves what is to be expected.

use std::collections::BTreeSet;

use aide_memoire::acts::digests::set_cadence;
use aide_memoire::acts::holidays::import_holidays;
use aide_memoire::acts::moving::{Moved, move_meeting, redate};
use aide_memoire::acts::returned::{Returned, take};
use aide_memoire::acts::{ActError, Actor, bounces};
use aide_memoire::domain::deadline::{Deadline, MeetingDate};
use aide_memoire::domain::desk::EmailAddress;
use aide_memoire::domain::habits::Cadence;
use aide_memoire::domain::ids::CommitmentRef;
use aide_memoire::domain::meeting::MeetingStatus;
use aide_memoire::domain::moving::{NewDate, NewDeadline};
use aide_memoire::domain::token::Purpose;
use aide_memoire::intake::holidays;
use chrono::{Datelike, NaiveDate};

use super::drawing::{deadline, meeting_date, plus};
use super::habits::NEVER;
use super::history::History;
use super::reports::{self, Kind};
use super::spoils::Spoil;
use crate::support::smtp::Taken;

/// Where reports of mail that did not arrive are to come in.
pub const BOUNCES: &str = "bounces@mfa.example.org";

impl History {
    /// One act; nothing where the dice fell on what is not there.
    pub async fn act(&mut self) {
        let done = match self.dice.below(12) {
            0..3 => self.moves_a_meeting().await,
            3..6 => self.redates().await,
            6 => self.imports_holidays().await,
            7..9 => self.mail_comes_back().await,
            9 => self.mail_reaches_it_again().await,
            10 => self.unsubscribes().await,
            _ => self.subscribes_again().await,
        };
        match done {
            None => {}
            Some(Ok(what)) => {
                self.witness.look_at_the_record(&self.clerk).await;
                self.edited = self.now();
                self.say(format!("act: {what}"));
                self.count("acts");
            }
            Some(Err(ActError::Refused(why))) => {
                self.say(format!("refused: {why}"));
                self.count("refused acts");
            }
            Some(Err(ActError::Store(error))) => {
                let failed = format!("an act failed: {error}");
                self.outcome.violations.push(failed);
            }
        }
    }

    fn today(&self) -> NaiveDate {
        self.now().date_naive()
    }

    /// Whether whoever acted makes the same change in the file, so that it is the common ground
    /// again. Where not, a later edit of the same thing is refused by name.
    fn is_noted(&mut self) -> bool {
        self.dice.chance(85)
    }

    async fn moves_a_meeting(&mut self) -> Option<Result<String, ActError>> {
        use MeetingStatus::{Cancelled, Confirmed, Held, Postponed, Tentative};
        let at = self.dice.below(self.sketch.meetings.len());
        let id = self.sketch.meetings[at].id.clone();
        let today = self.today();
        let dice = &mut self.dice;
        let status = match dice.below(9) {
            0 => Some(Cancelled),
            1 => Some(Postponed),
            2 => Some(Confirmed),
            3 => Some(Tentative),
            4 => Some(Held),
            _ => None,
        };
        let dated = match status {
            Some(Cancelled) => false,
            Some(Postponed | Confirmed | Held) => dice.chance(40),
            _ => true,
        };
        let date = dated.then(|| meeting_date(dice, today));
        let wanted = NewDate {
            date: date.map(|text| MeetingDate::parse(&text).expect("a date that was drawn")),
            status,
            reason: Some("The host asked for it.".to_owned()),
        };
        let moved = move_meeting(
            &self.clerk,
            &id,
            &wanted,
            &Actor::Operator,
            self.now(),
            false,
        );
        let Moved { after, what, .. } = match moved.await {
            Ok(moved) => moved,
            Err(error) => return Some(Err(error)),
        };
        if self.is_noted() {
            let now = &after.meetings[id.as_str()];
            let meeting = &mut self.sketch.meetings[at];
            meeting.date = now.date.as_ref().map(|d| d.text().to_owned());
            meeting.status = now.status.as_str();
        }
        Some(Ok(what))
    }

    async fn redates(&mut self) -> Option<Result<String, ActError>> {
        let at = self.dice.below(self.sketch.commitments.len());
        let today = self.today();
        let text = deadline(&mut self.dice, today, &self.sketch);
        let steps = self.sketch.commitments[at].milestones.len();
        let step = (steps > 0 && self.dice.chance(50)).then(|| self.dice.below(steps));
        let commitment = &self.sketch.commitments[at];
        let reference: CommitmentRef = commitment.reference.parse().unwrap();
        let wanted = NewDeadline {
            milestone: step.map(|n| commitment.milestones[n].title.clone()),
            deadline: Deadline::parse(&text).expect("a deadline that was drawn"),
            reason: Some("The partner needs longer.".to_owned()),
            by: None,
            approved: None,
        };
        let redated = redate(
            &self.clerk,
            &reference,
            &wanted,
            &Actor::Operator,
            self.now(),
            false,
        );
        if let Err(error) = redated.await {
            return Some(Err(error));
        }
        if self.is_noted() {
            let commitment = &mut self.sketch.commitments[at];
            match step {
                Some(n) => commitment.milestones[n].deadline = Some(text.clone()),
                None => commitment.deadline = Some(text.clone()),
            }
        }
        Some(Ok(format!("{reference}: deadline {text}, step {step:?}")))
    }

    /// The administrator imports the holidays of this year and the next.
    async fn imports_holidays(&mut self) -> Option<Result<String, ActError>> {
        let at = self.dice.below(self.sketch.calendars.len());
        let today = self.today();
        let mut days: Vec<NaiveDate> = (0..8)
            .map(|_| plus(today, self.dice.between(-20, 100)))
            .collect();
        let long = plus(today, self.dice.between(0, 30));
        days.extend((0..self.dice.between(1, 5)).map(|n| plus(long, n)));
        // Enough in each year for the file to be the calendar of it.
        for year in [today.year(), today.year() + 1] {
            let new_year = NaiveDate::from_ymd_opt(year, 1, 1).unwrap();
            days.extend((0..6).map(|n| plus(new_year, n * 61)));
        }
        days.sort_unstable();
        days.dedup();
        let file = reports::holiday_file(&days);
        let read = holidays::read(file.as_bytes(), today).expect("a calendar that was drawn");
        let id = self.sketch.calendars[at].id.clone();
        let forgotten = self.spoil == Spoil::HolidaysForgotten;
        let renewed = import_holidays(
            &self.clerk,
            &id,
            &read,
            &Actor::Operator,
            self.now(),
            forgotten,
        );
        if let Err(error) = renewed.await {
            return Some(Err(error));
        }
        // What the file is the calendar of is as the file has it; all other years stay.
        let calendar = &mut self.sketch.calendars[at];
        calendar
            .holidays
            .retain(|day| !read.years.contains(&day.year()));
        calendar.holidays.extend(read.days.keys());
        calendar.holidays.sort_unstable();
        calendar.holidays.dedup();
        Some(Ok(format!("{id}: holidays of {:?}", read.years)))
    }

    /// The mail server hands over a report about something the relay took.
    async fn mail_comes_back(&mut self) -> Option<Result<String, ActError>> {
        let log = self.relay.log();
        // Of late rather than of long ago.
        let back = self.dice.below(log.len().min(6));
        let message: &Taken = log.iter().rev().nth(back)?;
        let kind = self.dice.one_of(&Kind::ALL);
        let (report, path) = reports::about(message, kind);
        let returned = take(&self.clerk, report.as_bytes(), Some(&path), self.now()).await;
        let address = message.to.concat();
        let what = format!(
            "{kind:?} from {address} of {:?}: {returned:?}",
            message.message_id
        );
        let misjudged = match (&returned, kind) {
            (Ok(Returned::Ignored(_)), Kind::Forged) => None,
            (Ok(_), Kind::Forged) => Some("unexpected: a forged report was believed"),
            (Ok(Returned::Ignored(_)), _) => Some("lost: a report was left alone"),
            (Ok(Returned::Bounced { .. }), Kind::Delayed) => {
                Some("unexpected: what is only late was taken for given up")
            }
            (Ok(Returned::Bounced { undeliverable, .. }), _)
                if *undeliverable != (kind == Kind::NoSuchUser) =>
            {
                Some("unexpected: an address was judged by what was said of a message")
            }
            _ => None,
        };
        if let Some(misjudged) = misjudged {
            self.outcome.violations.push(format!("{misjudged}: {what}"));
        }
        if let Ok(Returned::Bounced {
            undeliverable: true,
            ..
        }) = returned
        {
            self.count("bounces");
            self.witness.look_at_the_record(&self.clerk).await;
            self.witness.gives_back(&address);
            if self.spoil == Spoil::BounceForgotten {
                self.clear(&address).await;
            }
        }
        Some(Ok(what))
    }

    async fn clear(&self, address: &str) -> bool {
        let address = EmailAddress::parse(address).expect("an address that was drawn");
        let cleared = bounces::clear(&self.clerk, &address, &Actor::Operator, self.now());
        cleared.await.expect("it is cleared")
    }

    /// Somebody has seen to a mailbox.
    async fn mail_reaches_it_again(&mut self) -> Option<Result<String, ActError>> {
        let snapshot = self.clerk.read().await.unwrap();
        let bouncing = snapshot.bouncing().await.unwrap();
        drop(snapshot);
        let mut addresses: Vec<String> = bouncing.iter().map(|b| b.address.to_string()).collect();
        addresses.sort();
        if addresses.is_empty() {
            return None;
        }
        let address = self.dice.one_of(&addresses);
        if !self.clear(&address).await {
            let lost = format!("lost: nobody knows any more that {address} gave mail back");
            self.outcome.violations.push(lost);
        }
        self.witness.takes_again(&address);
        Some(Ok(format!("{address} takes mail again")))
    }

    /// A reader follows the link in one of their digests.
    async fn unsubscribes(&mut self) -> Option<Result<String, ActError>> {
        let log = self.relay.log();
        let links = log
            .iter()
            .filter_map(|m| reports::unsubscribe_token(&m.content));
        let links: BTreeSet<String> = links.collect();
        let links: Vec<String> = links.into_iter().collect();
        if links.is_empty() {
            return None;
        }
        let token = self.dice.one_of(&links);
        let key = self.clerk.signing_key().await.unwrap();
        let Some(reader) = key.reader_of(Purpose::Unsubscribe, &token) else {
            let lost = format!("lost: the link {token} leads nowhere");
            self.outcome.violations.push(lost);
            return None;
        };
        self.choose(reader.as_str(), Cadence::Never).await;
        if let Some(habits) = self.sketch.habits_of_mut(reader.as_str()) {
            habits.digest = Some(NEVER);
        }
        if self.spoil == Spoil::UnsubscribeForgotten {
            self.choose(reader.as_str(), Cadence::Weekly).await;
        }
        Some(Ok(format!("{reader} wants no digest")))
    }

    async fn subscribes_again(&mut self) -> Option<Result<String, ActError>> {
        let stopped = self.sketch.readers_who(|h| h.digest == Some(NEVER));
        if stopped.is_empty() {
            return None;
        }
        let reader = self.dice.one_of(&stopped);
        self.choose(&reader, Cadence::Weekly).await;
        if let Some(habits) = self.sketch.habits_of_mut(&reader) {
            habits.digest = Some(Cadence::Weekly.as_str());
        }
        Some(Ok(format!("{reader} wants digests again")))
    }

    async fn choose(&mut self, reader: &str, cadence: Cadence) {
        let reader = reader.parse().expect("a reader's id");
        let actor = Actor::by_link(&reader);
        let before = set_cadence(&self.clerk, &reader, cadence, &actor, self.now()).await;
        if before.expect("it is set").is_none() {
            let lost = format!("lost: nobody knows {reader}");
            self.outcome.violations.push(lost);
        }
    }
}
