//! The pages over a real database, asked as a browser asks them.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use aide_memoire::acts::Actor;
use aide_memoire::acts::accounts::inviting::{By, Invitation};
use aide_memoire::acts::go_live::go_live;
use aide_memoire::acts::import::import;
use aide_memoire::clock::Clock;
use aide_memoire::config::{Config, Oidc, Sources, TransportKind};
use aide_memoire::domain::account::{Reach, Session, SessionLimits};
use aide_memoire::domain::ids::PersonId;
use aide_memoire::domain::notice::MailMode;
use aide_memoire::doors::sealing::SealKey;
use aide_memoire::doors::word::Word;
use aide_memoire::entropy::SystemEntropy;
use aide_memoire::jobs::{Engine, Stopping};
use aide_memoire::openid::OpenId;
use aide_memoire::record::{FIRST_RECORD, SourceFile};
use aide_memoire::store::Store;
use aide_memoire::web::{
    Advanced, Check, DemoControl, Lodge, Readiness, Sightings, WebSettings, WebState, router,
};
use async_trait::async_trait;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
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
    /// Who asks, unless a request brings a cookie of its own.
    cookie: Mutex<Option<String>>,
    /// Whose that is.
    own: Option<PersonId>,
    /// Where links in mail lead; nobody answers there until the pages are served.
    listener: Option<tokio::net::TcpListener>,
}

/// What a page answered.
#[derive(Clone)]
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

/// Begins a session of somebody who has an account; its cookie.
pub async fn begin_session(
    store: &Store,
    limits: SessionLimits,
    person: &PersonId,
    now: DateTime<Utc>,
) -> String {
    let word = Word::draw(&SystemEntropy);
    let session = Session {
        hash: word.hash(),
        person: person.clone(),
        created_at: now,
        seen_at: now,
        expires_at: now + limits.idle,
        ends_at: now + limits.absolute,
    };
    let mut change = store.change().await.unwrap();
    change.begin_session(&session).await.unwrap();
    change.commit().await.unwrap();
    format!("session={}", word.reveal())
}

impl Pages {
    /// A demonstration: the first record at nine on Monday 2 June 2025, the morning's mail out.
    pub async fn demo() -> Self {
        Self::open(FIRST_RECORD, true, |_| {}).await
    }

    /// A daemon over a record, looked at by an administrator who holds no office.
    pub async fn serving(record: &str, change: impl FnOnce(&mut WebSettings)) -> Self {
        let mut pages = Self::open(record, false, change).await;
        let invitation = Invitation {
            name: "Administrator".into(),
            email: "administrator@mfa.example.org".into(),
            reach: Reach::House,
            administrator: true,
        };
        let own = pages.invite(&invitation).await;
        pages.cookie = Mutex::new(Some(pages.cookie_of(&own).await));
        pages.own = Some(own);
        pages
    }

    /// A daemon over a record that nobody has an account with.
    pub async fn unattended(record: &str, change: impl FnOnce(&mut WebSettings)) -> Self {
        Self::open(record, false, change).await
    }

    /// Somebody with an account who is signed in; their cookie.
    pub async fn enter(&self, invitation: &Invitation) -> String {
        self.cookie_of(&self.invite(invitation).await).await
    }

    async fn invite(&self, invitation: &Invitation) -> PersonId {
        let keeper = &self.state.lodge.keeper;
        let made = keeper.invite(&Actor::Operator, invitation, By::Hand);
        made.await.unwrap().person
    }

    /// A member of the house who stands on the record already; their cookie.
    pub async fn enter_person(&self, person: &str) -> String {
        let directory = self.store.directory().await.unwrap();
        let email = directory.people[person].email.clone();
        let email = email.unwrap_or_else(|| panic!("{person} has an address"));
        let invitation = Invitation {
            name: String::new(),
            email: email.to_string(),
            reach: Reach::House,
            administrator: false,
        };
        self.enter(&invitation).await
    }

    /// The cookie of a session that begins now.
    pub async fn cookie_of(&self, person: &PersonId) -> String {
        let limits = self.state.lodge.keeper.limits;
        begin_session(&self.store, limits, person, self.clock.real_now()).await
    }

    /// The same pages, with another house's sign-in beside ours.
    pub fn with_openid(mut self, settings: &Oidc) -> Self {
        let url = &self.state.settings.public_url;
        self.state.openid = OpenId::new(settings, url).unwrap().map(Arc::new);
        self.router = router(self.state.clone());
        self
    }

    pub fn lodge(&self) -> &Lodge {
        &self.state.lodge
    }

    /// Where readers reach the pages.
    pub fn url(&self) -> &str {
        &self.state.settings.public_url
    }

    /// Who saw what since this was last asked, as the daemon writes it every few seconds.
    pub async fn write_sightings(&self) {
        self.state.sightings.write(&self.store).await.unwrap();
    }

    /// Nobody is signed in from here on.
    pub fn signed_out(mut self) -> Self {
        self.cookie = Mutex::default();
        self
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
            max_file: config.web.max_file(),
            max_document: config.extraction.max_document(),
        };
        change(&mut settings);
        config.web.public_url.clone_from(&settings.public_url);
        let stage = Arc::new(Stage {
            engine: Arc::clone(&engine),
            clock: Arc::clone(&clock),
        });
        let state = WebState {
            store: store.clone(),
            clock: Arc::clone(&clock) as Arc<dyn Clock>,
            lodge: Lodge::new(
                store.clone(),
                Arc::clone(&clock) as Arc<dyn Clock>,
                &config.web,
                &config.sign_in,
            )
            .sealing_with(Some(SealKey::draw(&SystemEntropy))),
            openid: None,
            settings: Arc::new(settings),
            sightings: Sightings::default(),
            lexicon: Arc::new(config.extraction.read_lexicon().unwrap()),
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
            cookie: Mutex::default(),
            own: None,
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
        // Days went by: whoever looks signs in again.
        if let Some(own) = &self.own {
            let cookie = self.cookie_of(own).await;
            *self.cookie.lock().unwrap() = Some(cookie);
        }
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

    /// Looks under a cookie.
    pub async fn get_with(&self, cookie: &str, path: &str) -> Answer {
        let request = Request::get(path).header("cookie", cookie);
        self.ask(request.body(Body::empty()).unwrap()).await
    }

    /// Sends a form under a cookie.
    pub async fn post_with(&self, cookie: &str, path: &str, form: &str) -> Answer {
        let request = Request::post(path)
            .header("content-type", "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin")
            .header("cookie", cookie)
            .body(Body::from(form.to_owned()));
        self.ask(request.unwrap()).await
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

    /// Sends a form as somebody, in a demonstration.
    pub async fn post_as(&self, reader: &str, path: &str, form: &str) -> Answer {
        let request = Request::post(path)
            .header("content-type", "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin")
            .header("cookie", format!("look-as={reader}"))
            .body(Body::from(form.to_owned()));
        self.ask(request.unwrap()).await
    }

    pub async fn ask(&self, mut request: Request<Body>) -> Answer {
        let brought = request
            .headers()
            .get("cookie")
            .map(|c| c.to_str().unwrap().to_owned());
        let is_signed_in = brought.as_ref().is_some_and(|c| c.contains("session"));
        if let Some(own) = self
            .cookie
            .lock()
            .unwrap()
            .clone()
            .filter(|_| !is_signed_in)
        {
            let all = brought
                .into_iter()
                .chain([own])
                .collect::<Vec<_>>()
                .join("; ");
            request.headers_mut().insert("cookie", all.parse().unwrap());
        }
        if request
            .extensions()
            .get::<ConnectInfo<SocketAddr>>()
            .is_none()
        {
            let peer = SocketAddr::from(([127, 0, 0, 1], 40_000));
            request.extensions_mut().insert(ConnectInfo(peer));
        }
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
        self.serve_beside(Router::new()).await
    }

    /// Serves the pages, and under addresses they do not have something of the story's own.
    pub async fn serve_beside(&mut self, own: Router) -> SocketAddr {
        let listener = self.listener.take().expect("they are served once");
        let address = listener.local_addr().unwrap();
        let router = own.fallback_service(self.router.clone());
        let router = router.into_make_service_with_connect_info::<SocketAddr>();
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
