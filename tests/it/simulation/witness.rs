//! Who watches while a history goes on: what was true when a notice was claimed, when its bytes
//! became final, and when an occurrence was planned. What can only be judged at that moment is
//! judged here; the rest is left to the accounts.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use aide_memoire::clock::Clock;
use aide_memoire::domain::book::Book;
use aide_memoire::domain::ledger::{NoticeEntry, Page};
use aide_memoire::domain::notice::NoticeState;
use aide_memoire::jobs::checkpoint::Point;
use aide_memoire::planner::courtesy::{no_longer_holds, reader_may_read};
use aide_memoire::store::{DatabaseKind, Store};
use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, DatabaseConnection, QueryResult, Statement};

use super::crew::Hand;
use super::drawing::SECRET;
use super::letters;
use super::plans::Plans;
use super::sketch::Sketch;
use super::time::Clocks;
use crate::support::database::TestDatabase;
use crate::support::smtp::{FaultServer, Taken};

pub const ALL: Page = Page {
    offset: 0,
    limit: 100_000,
};

/// A moment: which state of the record, and when.
#[derive(Debug, Clone, Copy)]
struct Moment {
    page: usize,
    now: DateTime<Utc>,
}

pub struct Witness {
    raw: DatabaseConnection,
    kind: DatabaseKind,
    store: Store,
    relay: Arc<FaultServer>,
    /// Every state of the record, the newest last.
    pages: Vec<Arc<Book>>,
    /// The version of the newest.
    version: Option<i64>,
    /// By notice: under which token it was claimed last, and when.
    claims: BTreeMap<String, (String, Moment)>,
    /// By session: the notice whose bytes it has just made final, and when.
    committed: BTreeMap<Hand, (String, Moment)>,
    /// Tokens of the notices in data.
    in_data: BTreeMap<String, String>,
    taken: usize,
    /// Addresses that gave mail back, and since which page.
    unreachable: BTreeMap<String, usize>,
    plans: Plans,
    /// Who ever asked for deadlines in their calendar, by the clerks' notes.
    calendar_readers: BTreeSet<String>,
    pub violations: Vec<String>,
}

impl Witness {
    pub async fn new(database: &TestDatabase, relay: Arc<FaultServer>) -> Self {
        Self {
            raw: database.raw().await,
            kind: database.kind(),
            store: database.store().clone(),
            relay,
            pages: Vec::new(),
            version: None,
            claims: BTreeMap::new(),
            committed: BTreeMap::new(),
            in_data: BTreeMap::new(),
            taken: 0,
            unreachable: BTreeMap::new(),
            plans: Plans::default(),
            calendar_readers: BTreeSet::new(),
            violations: Vec::new(),
        }
    }

    /// The record may have been edited, by a clerk or by a daemon: its new state is a new page.
    /// Whether it was.
    pub async fn look_at_the_record(&mut self, store: &Store) -> bool {
        let rows = self.ask("SELECT record_version FROM installation").await;
        let version = rows.first().map(|row| row.try_get_by_index(0).unwrap());
        if version == self.version {
            return false;
        }
        self.version = version;
        let book = store.book().await.unwrap();
        if let Some(before) = self.pages.last() {
            self.plans.note_handovers(before, &book);
        }
        self.pages.push(book);
        true
    }

    /// A mail server gave back what was sent to an address; the page is turned already.
    pub fn gives_back(&mut self, address: &str) {
        let page = self.pages.len() - 1;
        self.unreachable.insert(address.to_lowercase(), page);
    }

    /// Mail reaches an address again.
    pub fn takes_again(&mut self, address: &str) {
        self.unreachable.remove(&address.to_lowercase());
    }

    /// The addresses that gave mail back.
    pub fn unreachable(&self) -> impl Iterator<Item = &str> {
        self.unreachable.keys().map(String::as_str)
    }

    /// Somebody set the clock: what is news to whom is no longer known by the hour.
    pub fn forget_handovers(&mut self) {
        self.plans.forget_handovers();
    }

    pub fn book(&self) -> &Arc<Book> {
        self.pages.last().expect("a world has a record")
    }

    /// The record as it was at the beginning.
    pub fn first_book(&self) -> &Arc<Book> {
        self.pages.first().expect("a world has a record")
    }

    pub async fn ask(&self, sql: &str) -> Vec<QueryResult> {
        let question = Statement::from_string(self.raw.get_database_backend(), sql);
        self.raw.query_all_raw(question).await.expect("rows")
    }

    /// Changes the database behind everybody's back.
    pub async fn change(&self, sql: &str) {
        self.raw.execute_unprepared(sql).await.expect("it is done");
    }

    /// Takes every reader's rights away, as of now, in the eyes of the witness alone.
    pub fn forget_rights(&mut self) {
        let mut book = Book::clone(self.book());
        for commitment in book.commitments.values_mut() {
            Arc::make_mut(commitment).readers.clear();
        }
        let page = self.pages.len() - 1;
        self.pages[page] = Arc::new(book);
    }

    fn moment(&self, now: DateTime<Utc>) -> Moment {
        Moment {
            page: self.pages.len() - 1,
            now,
        }
    }

    pub fn before(&mut self) {
        self.taken = self.relay.taken();
    }

    /// A daemon came to a point.
    pub async fn at(&mut self, who: Hand, point: Point, now: DateTime<Utc>, sketch: &Sketch) {
        let asking = sketch.readers_who(|h| h.calendar_part);
        self.calendar_readers.extend(asking);
        match point {
            Point::Claimed => {
                for (id, token) in self.tokens_of(NoticeState::Claimed).await {
                    let moment = self.moment(now);
                    let known = self.claims.get(&id);
                    if known.is_none_or(|(before, _)| *before != token) {
                        self.claims.insert(id, (token, moment));
                    }
                }
            }
            Point::ContentFinal => {
                self.committed.remove(&who);
                for (id, token) in self.tokens_of(NoticeState::InData).await {
                    if self.in_data.insert(id.clone(), token.clone()) != Some(token) {
                        let moment = self.moment(now);
                        self.committed.insert(who, (id, moment));
                    }
                }
            }
            Point::BatchCommitted => {
                let book = Arc::clone(self.book());
                let mut plans = std::mem::take(&mut self.plans);
                let found = plans.look(self, &book, sketch).await;
                self.plans = plans;
                self.violations.extend(found);
            }
            _ => {}
        }
    }

    /// The step is over: whatever reached the relay is judged.
    pub async fn after(&mut self, who: Hand) -> Vec<String> {
        let mut told = Vec::new();
        if self.relay.taken() == self.taken {
            return told;
        }
        let log = self.relay.log();
        for message in log.into_iter().skip(self.taken) {
            let id = message.message_id.clone().unwrap_or_default();
            told.push(format!("relay takes {id} for {}", message.to.join(", ")));
            match self.committed.remove(&who) {
                Some((committed, moment)) if committed == id => {
                    self.judge(&message, moment).await;
                }
                _ => self
                    .violations
                    .push(format!("unexpected: {id} went out without T2")),
            }
        }
        told
    }

    async fn tokens_of(&self, state: NoticeState) -> Vec<(String, String)> {
        let token = match self.kind {
            DatabaseKind::Sqlite => "hex(lease_token)",
            DatabaseKind::Postgres => "CAST(lease_token AS TEXT)",
        };
        let sql = format!(
            "SELECT message_id, {token} FROM notice WHERE state = '{state}' ORDER BY message_id"
        );
        let rows = self.ask(&sql).await;
        rows.iter()
            .map(|row| {
                let id = row.try_get_by_index(0).unwrap();
                let token: Option<String> = row.try_get_by_index(1).unwrap();
                (id, token.unwrap_or_default())
            })
            .collect()
    }

    /// The notice whose bytes are on the way: in data, or in doubt where its daemon has slept past
    /// its lease.
    async fn on_the_way(&self, message_id: &str) -> Option<NoticeEntry> {
        let snapshot = self.store.read().await.unwrap();
        let id = snapshot.notice_of_message_id(message_id).await.unwrap()?;
        snapshot.notice(id).await.unwrap()
    }

    /// Whether a message should have gone out, as of the moment at which its bytes became final.
    async fn judge(&mut self, message: &Taken, at: Moment) {
        let id = message.message_id.clone().unwrap_or_default();
        let Some(notice) = self.on_the_way(&id).await else {
            self.violations
                .push(format!("unexpected: {id} is no notice of the ledger"));
            return;
        };
        let book = Arc::clone(&self.pages[at.page]);
        let reader = &notice.recipient;
        let text = readable(message);
        if text.contains(SECRET) {
            self.violations
                .push(format!("unexpected: {id} tells a secret to {reader}"));
        }
        for commitment in book.commitments.values().filter(|c| c.is_restricted()) {
            if text.contains(commitment.reference.as_str())
                && !reader_may_read(reader, commitment, &book.directory)
            {
                self.violations.push(format!(
                    "unexpected: {id} names {} to {reader}, who may not read it",
                    commitment.reference
                ));
            }
        }
        let address = book.directory.reader(reader).and_then(|r| r.email);
        let ever = self.pages.iter().any(|page| {
            let known = page.directory.reader(reader).and_then(|r| r.email);
            known.is_some_and(|email| message.to == [email.to_string()])
        });
        if !ever {
            self.violations.push(format!(
                "unexpected: {id} for {reader} ({address:?}) went to {:?}",
                message.to
            ));
        }
        self.judge_items(&notice, message, at).await;
    }

    /// Nothing was sent that had ceased to hold before the notice was claimed.
    async fn judge_items(&mut self, notice: &NoticeEntry, message: &Taken, at: Moment) {
        let claimed = self
            .claims
            .get(&notice.message_id)
            .map(|(_, moment)| *moment);
        let Some(claimed) = claimed else {
            self.violations.push(format!(
                "unexpected: {} was never claimed",
                notice.message_id
            ));
            return;
        };
        let to = message.to.concat().to_lowercase();
        if self
            .unreachable
            .get(&to)
            .is_some_and(|since| *since <= claimed.page)
        {
            self.violations.push(format!(
                "unexpected: {} goes to {to}, which gave mail back",
                notice.message_id
            ));
        }
        if self.doubts_of(&notice.message_id).await > 0 {
            // These bytes were final before: they go out as they are.
            return;
        }
        let reader = notice.recipient.as_str();
        if letters::has_calendar(message) && !self.calendar_readers.contains(reader) {
            self.violations.push(format!(
                "unexpected: {} brings {reader} a calendar part they never asked for",
                notice.message_id
            ));
        }
        let pages = &self.pages[claimed.page..=at.page];
        self.violations
            .extend(letters::objections(notice, message, pages, &self.pages));
        for item in notice.items.iter().filter(|i| i.dropped.is_none()) {
            let silent = |page: usize, now: DateTime<Utc>| {
                let book = &self.pages[page];
                let zone = book.directory.hours(&notice.recipient).zone;
                let today = now.with_timezone(&zone).date_naive();
                let commitment = book.commitment(item.item.commitment.as_str());
                no_longer_holds(
                    &item.item,
                    &notice.recipient,
                    commitment,
                    &book.directory,
                    today,
                )
            };
            let never_held = (claimed.page..=at.page)
                .all(|page| silent(page, claimed.now).is_some() && silent(page, at.now).is_some());
            if never_held {
                self.violations.push(format!(
                    "unexpected: {} says {} of {}, which was {:?}",
                    notice.message_id,
                    item.item.rule,
                    item.item.commitment,
                    silent(claimed.page, claimed.now)
                ));
            }
        }
    }

    async fn doubts_of(&self, message_id: &str) -> usize {
        let sql = format!("SELECT doubts FROM notice WHERE message_id = '{message_id}'");
        let rows = self.ask(&sql).await;
        let doubts: Option<i32> = rows.first().map(|row| row.try_get_by_index(0).unwrap());
        doubts.unwrap_or_default().unsigned_abs() as usize
    }

    /// How often an outcome was in doubt.
    pub async fn doubts(&self) -> usize {
        let rows = self.ask("SELECT doubts FROM notice WHERE doubts > 0").await;
        rows.len()
    }

    /// Whether nothing waits for anything but its time.
    pub async fn is_nothing_open(&self, store: &Store, clocks: &Clocks) -> bool {
        let snapshot = store.read().await.unwrap();
        let now = clocks.business_now();
        let due = snapshot.next_due().await.unwrap();
        if due.is_some_and(|at| at <= now) || snapshot.replans().await.unwrap() > 0 {
            return false;
        }
        let open = self
            .ask(
                "SELECT id FROM notice WHERE state IN \
                 ('gathering', 'claimed', 'in-data', 'in-doubt', 'deferred') LIMIT 1",
            )
            .await;
        open.is_empty()
    }
}

/// Everything a message says, in the clear.
fn readable(message: &Taken) -> String {
    let parsed = mail_parser::MessageParser::default()
        .parse(&message.content)
        .expect("a message that can be read");
    let raw = String::from_utf8_lossy(&message.content);
    let head = raw.split("\r\n\r\n").next().unwrap_or_default().to_owned();
    let mut text = head;
    text.push_str(parsed.subject().unwrap_or_default());
    for at in 0..parsed.parts.len() {
        if let Some(body) = parsed.body_text(at) {
            text.push_str(&body);
        }
        if let Some(body) = parsed.body_html(at) {
            text.push_str(&body);
        }
    }
    for part in &parsed.parts {
        if let Some(words) = part.text_contents() {
            text.push_str(words);
        }
    }
    text
}
