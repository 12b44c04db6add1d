//! The pages over a real database, asked as a browser asks them.

use std::net::SocketAddr;
use std::sync::Arc;

use aide_memoire::acts::Actor;
use aide_memoire::acts::go_live::go_live;
use aide_memoire::acts::import::import;
use aide_memoire::clock::Clock;
use aide_memoire::config::{Config, Sources, TransportKind};
use aide_memoire::domain::notice::MailMode;
use aide_memoire::jobs::{Engine, Stopping};
use aide_memoire::record::{FIRST_RECORD, SourceFile};
use aide_memoire::store::Store;
use aide_memoire::web::{Advanced, Check, DemoControl, Readiness, WebSettings, WebState, router};
use async_trait::async_trait;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use chrono::{DateTime, TimeDelta, Utc};
use tower::ServiceExt;

use super::clock::TestClock;
use super::database::TestDatabase;
use super::house::instant;

/// Pages, the database under them, and the engine beside them.
pub struct Pages {
    pub database: TestDatabase,
    pub store: Store,
    pub clock: Arc<TestClock>,
    pub engine: Arc<Engine>,
    state: WebState,
    router: Router,
    /// Where links in mail lead; nobody answers there until the pages are served.
    listener: Option<tokio::net::TcpListener>,
}

/// What a page answered.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Answer {
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().expect("headers are plain"))
    }

    /// The words of the main part, one line a block, as somebody reads them.
    pub fn words(&self) -> String {
        words(&self.body)
    }
}

impl Pages {
    /// A demonstration: the first record at nine on Monday 2 June 2025, the morning's mail out.
    pub async fn demo() -> Self {
        Self::open(FIRST_RECORD, true, |_| {}).await
    }

    /// A daemon over a record, without sign-in.
    pub async fn serving(record: &str, change: impl FnOnce(&mut WebSettings)) -> Self {
        Self::open(record, false, change).await
    }

    async fn open(record: &str, demo: bool, change: impl FnOnce(&mut WebSettings)) -> Self {
        let database = TestDatabase::sqlite().await;
        let store = database.store().clone();
        let start = instant("2025-06-02 02:00");
        let clock = Arc::new(TestClock::at(start));
        let mut config = Config::load(&Sources::default()).unwrap();
        config.mail.transport = TransportKind::Mailbox;
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        config.web.public_url = format!("http://{address}");
        if !record.is_empty() {
            let file = SourceFile {
                name: "record.toml".into(),
                text: record.into(),
                ..SourceFile::default()
            };
            import(&store, &[file], &Actor::Operator, start)
                .await
                .unwrap();
        }
        go_live(&store, Some(start.date_naive()), start)
            .await
            .unwrap();
        let engine = Engine::new(store.clone(), &config, Arc::clone(&clock) as Arc<dyn Clock>);
        let engine = Arc::new(engine.unwrap());
        let mut settings = WebSettings {
            public_url: config.web.public_url.clone(),
            name: "Aide-mémoire".into(),
            mode: MailMode::Live,
            redirect_to: None,
            transport: TransportKind::Mailbox,
        };
        change(&mut settings);
        let stage = Arc::new(Stage {
            engine: Arc::clone(&engine),
            clock: Arc::clone(&clock),
        });
        let state = WebState {
            store: store.clone(),
            clock: Arc::clone(&clock) as Arc<dyn Clock>,
            settings: Arc::new(settings),
            readiness: Arc::new(Fine),
            demo: demo.then(|| Arc::clone(&stage) as Arc<dyn DemoControl>),
        };
        let pages = Self {
            database,
            store,
            clock,
            engine,
            router: router(state.clone()),
            state,
            listener: Some(listener),
        };
        stage.advance_to(start).await;
        pages
    }

    /// Lets time pass until an instant, stopping wherever somebody has something to say.
    pub async fn run_until(&self, until: &str) {
        let stage = Stage {
            engine: Arc::clone(&self.engine),
            clock: Arc::clone(&self.clock),
        };
        stage.advance_to(instant(until)).await;
    }

    /// The same pages, told otherwise how things are.
    pub fn with_readiness(mut self, readiness: Arc<dyn Readiness>) -> Self {
        self.state.readiness = readiness;
        self.router = router(self.state.clone());
        self
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.ask(Request::get(path).body(Body::empty()).unwrap())
            .await
    }

    /// Looks as somebody, in a demonstration.
    pub async fn get_as(&self, reader: &str, path: &str) -> Answer {
        let request = Request::get(path).header("cookie", format!("look-as={reader}"));
        self.ask(request.body(Body::empty()).unwrap()).await
    }

    /// Sends a form, as a browser does from our own page.
    pub async fn post(&self, path: &str, form: &str) -> Answer {
        self.post_from("same-origin", path, form).await
    }

    pub async fn post_from(&self, site: &str, path: &str, form: &str) -> Answer {
        let request = Request::post(path)
            .header("content-type", "application/x-www-form-urlencoded")
            .header("sec-fetch-site", site)
            .body(Body::from(form.to_owned()));
        self.ask(request.unwrap()).await
    }

    pub async fn ask(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, 10_000_000).await.unwrap();
        Answer {
            status: parts.status,
            headers: parts.headers,
            body: String::from_utf8_lossy(&bytes).into_owned(),
        }
    }

    /// Serves the pages, for a browser.
    pub async fn serve(&mut self) -> SocketAddr {
        let listener = self.listener.take().expect("they are served once");
        let address = listener.local_addr().unwrap();
        let router = self.router.clone();
        tokio::spawn(async move { axum::serve(listener, router).await });
        address
    }
}

/// Everything is in order.
struct Fine;

#[async_trait]
impl Readiness for Fine {
    async fn check(&self) -> Vec<Check> {
        ["database", "schema", "scheduler", "relay"]
            .map(|name| Check {
                name,
                problem: None,
            })
            .to_vec()
    }
}

struct Stage {
    engine: Arc<Engine>,
    clock: Arc<TestClock>,
}

impl Stage {
    async fn advance_to(&self, target: DateTime<Utc>) -> u64 {
        let mut sent = 0;
        loop {
            let report = self.engine.activate(&Stopping::new()).await.unwrap();
            sent += report.delivered.sent;
            let now = self.clock.business_now();
            if now >= target {
                return sent;
            }
            let snapshot = self.engine.store.read().await.unwrap();
            let due = snapshot.next_due().await.unwrap();
            let at = due.map_or(target, |at| at.max(now + TimeDelta::minutes(30)));
            self.clock.set(at.min(target));
        }
    }
}

#[async_trait]
impl DemoControl for Stage {
    async fn advance(&self, days: u32) -> Result<Advanced, String> {
        let from = self.clock.business_now();
        let to = from + TimeDelta::days(i64::from(days));
        let sent = self.advance_to(to).await;
        Ok(Advanced { from, to, sent })
    }
}

/// The words of a page's main part: tags gone, blocks on lines of their own, white space folded.
fn words(html: &str) -> String {
    let main = html.split_once("<main").map_or(html, |(_, rest)| rest);
    let main = main.split_once('>').map_or(main, |(_, rest)| rest);
    let main = main.split_once("</main>").map_or(main, |(main, _)| main);
    let mut text = String::new();
    for piece in main.split('<') {
        let (tag, words) = piece.split_once('>').unwrap_or(("", piece));
        let name = tag.trim_start_matches('/').split([' ', '/']).next();
        let inline = [
            "a", "span", "strong", "em", "mark", "q", "code", "text", "line", "rect", "option",
        ];
        if !inline.contains(&name.unwrap_or_default()) && !tag.is_empty() {
            text.push('\n');
        }
        text.push_str(words);
    }
    let text = text
        .replace("&#39;", "'")
        .replace("&quot;", "\"")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&");
    let lines = text.lines().map(|line| {
        let words: Vec<&str> = line.split_whitespace().collect();
        words.join(" ")
    });
    let lines: Vec<String> = lines.filter(|line| !line.is_empty()).collect();
    lines.join("\n")
}
