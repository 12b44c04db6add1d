//! One visit: the record at one moment, who looks, and the way to answer with a page. Every handler
//! of a page takes a [`Visit`]; what could not be loaded is answered before it is asked.

use std::convert::Infallible;
use std::sync::Arc;

use axum::Form;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::header::SET_COOKIE;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::acts::Actor;
use crate::acts::working::Worker;
use crate::domain::access::{Viewer, Who};
use crate::domain::account::Account;
use crate::domain::book::Book;
use crate::domain::directory::Directory;
use crate::domain::ids::ReaderId;

use crate::store::Hold;

use super::WebState;
use super::api;
use super::client::Client;
use super::failure::Failure;
use super::frame::{
    Area, DemoBar, Frame, MY_DESK, RECORD, REVIEWS, Standing as Reader, banner, first_viewer,
};
use super::lodge::{SignedIn, cookie};
use super::pages::edit::edit_of_page;
use super::pages::intake::may_bring;
use super::readings::Readings;
use super::render::Renderer;
use super::scene::{Role, Scene};
use super::standing::{Standings, StandingsCache};
use super::told::{self, TOLD_COOKIE, Told};

/// The pages and what they keep between visits.
#[derive(Clone)]
pub struct Site {
    pub state: WebState,
    pub renderer: Arc<Renderer>,
    standings: Arc<StandingsCache>,
    pub readings: Arc<Readings>,
}

impl Site {
    pub fn new(state: WebState) -> Self {
        Self {
            state,
            renderer: Arc::default(),
            standings: Arc::default(),
            readings: Arc::default(),
        }
    }

    /// A page without the record: while it cannot be read.
    pub fn failure(&self, failure: &Failure) -> Response {
        if let Failure::Store(error) = failure {
            tracing::error!("a page could not be shown: {error}");
        }
        let frame = Frame {
            name: &self.state.settings.name,
            title: failure.page().heading.to_owned(),
            style_path: self.renderer.style_path(),
            me: None,
            administrator: false,
            nav: Reader::Unknown.nav(Area::Elsewhere),
            searches: false,
            // Who asks is not known here, and how mail stands is not for strangers.
            banner: None,
            demo: None,
            edit: None,
            told: None,
        };
        self.renderer
            .page(failure.status(), "failure.html", &frame, &failure.page())
    }
}

/// The cookie that says as whom a demonstration is looked at.
pub const VIEWER_COOKIE: &str = "look-as";

/// One look at the pages.
pub struct Visit {
    pub site: Site,
    pub book: Arc<Book>,
    standings: Arc<Standings>,
    pub viewer: Viewer,
    /// Whether the viewer runs the installation.
    pub administrator: bool,
    /// Whose account it is; none in a demonstration, and for strangers.
    pub signed_in: Option<SignedIn>,
    pub client: Client,
    pub now: DateTime<Utc>,
    /// The path and the query, where a form comes back to.
    path: String,
    told: Option<Told>,
    hold: Option<Hold>,
}

impl Visit {
    async fn begin(site: &Site, parts: &Parts) -> Result<Self, Failure> {
        let (book, hold) = site.state.store.book_and_hold().await?;
        let now = site.state.clock.business_now();
        let standings = site.standings.get(&book, now);
        let signed_in = parts.extensions.get::<SignedIn>().cloned();
        let client = parts.extensions.get::<Client>().copied();
        let Who {
            viewer,
            administrator,
        } = match (&site.state.demo, &signed_in) {
            (Some(_), _) => chosen(&parts.headers, &book.directory),
            (None, Some(signed_in)) => signed_in.account.who(),
            (None, None) => Who::STRANGER,
        };
        let path = parts.uri.path_and_query();
        Ok(Self {
            site: site.clone(),
            book,
            standings,
            viewer,
            administrator,
            signed_in,
            client: client.ok_or(Failure::Fault)?,
            now,
            path: path.map_or("/", |p| p.as_str()).to_owned(),
            told: cookie(&parts.headers, TOLD_COOKIE).and_then(told::read),
            hold,
        })
    }

    pub fn scene(&self) -> Scene<'_> {
        Scene {
            book: &self.book,
            standings: &self.standings,
            viewer: &self.viewer,
            now: self.now,
            seen: None,
        }
    }

    /// Who works here: with whose rights, and as whom the audit names them.
    pub fn worker(&self) -> Worker {
        let actor = match &self.viewer {
            Viewer::Person(person) | Viewer::Guest(person) => Actor::Person(person.clone()),
            Viewer::Desk(desk) => Actor::by_link(&desk.into()),
            Viewer::Operator | Viewer::Stranger => Actor::Operator,
        };
        Worker {
            viewer: self.viewer.clone(),
            actor,
        }
    }

    /// The record as it stands by now, to draw the page a form was on once more.
    pub async fn renew(&mut self, page: &str) -> Result<(), Failure> {
        self.book = self.site.state.store.book().await?;
        self.standings = self.site.standings.get(&self.book, self.now);
        page.clone_into(&mut self.path);
        Ok(())
    }

    /// Tells on this very page what was done.
    pub fn tell(&mut self, cookie: &str) {
        self.told = told::read(cookie);
    }

    fn frame(&self, area: Area, title: &str) -> Frame<'_> {
        let settings = &self.site.state.settings;
        let demo = self.site.state.demo.is_some();
        let reader = self.reader(demo);
        let mut nav = reader.nav(area);
        if self.scene().role() == Role::Onlooker {
            let keeps = may_bring(&self.scene(), self.administrator);
            nav.retain(|item| match item.href {
                MY_DESK | REVIEWS => false,
                RECORD => keeps,
                _ => true,
            });
        }
        Frame {
            name: &settings.name,
            title: title.to_owned(),
            style_path: self.site.renderer.style_path(),
            nav,
            searches: reader.searches(area),
            me: self.my_name(),
            administrator: self.administrator,
            banner: match self.viewer {
                Viewer::Stranger | Viewer::Guest(_) => None,
                _ => banner(settings, self.hold.as_ref(), demo),
            },
            demo: demo.then(|| DemoBar::of(&self.scene(), &self.path)),
            edit: edit_of_page(&self.scene(), self.administrator, &self.path),
            told: self.told.clone(),
        }
    }

    /// As what the viewer stands before a page.
    fn reader(&self, demo: bool) -> Reader {
        match (self.account(), &self.viewer) {
            _ if demo => Reader::Demonstration,
            (None, _) => Reader::Unknown,
            (Some(_), Viewer::Guest(_)) => Reader::Guest,
            (Some(account), _) => Reader::Member {
                administrator: account.administrator,
            },
        }
    }

    /// The name of whoever is signed in.
    fn my_name(&self) -> Option<&str> {
        let person = &self.account()?.person;
        let known = self.book.directory.people.get(person);
        Some(known.map_or(person.as_str(), |p| p.name.as_str()))
    }

    /// The same visit, of which no more is shown than a guest reads.
    pub fn shown_to_guests(mut self) -> Self {
        if let Viewer::Person(person) = self.viewer {
            self.viewer = Viewer::Guest(person);
        }
        self
    }

    /// Whether mail is held back until a person decides.
    pub fn is_held(&self) -> bool {
        self.hold.is_some()
    }

    /// The account of whoever is signed in.
    pub fn account(&self) -> Option<&Account> {
        self.signed_in.as_ref().map(|s| &s.account)
    }

    /// The answer with a page.
    pub fn page<P: Serialize>(
        &self,
        area: Area,
        title: &str,
        template: &str,
        page: &P,
    ) -> Response {
        self.page_with(StatusCode::OK, area, title, template, page)
    }

    pub fn page_with<P: Serialize>(
        &self,
        status: StatusCode,
        area: Area,
        title: &str,
        template: &str,
        page: &P,
    ) -> Response {
        let frame = self.frame(area, title);
        let renderer = &self.site.renderer;
        let mut response =
            renderer.page_seen(status, template, &frame, page, |html| self.saw_in(html));
        if self.told.is_some() {
            let forget = format!("{TOLD_COOKIE}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax");
            if let Ok(forget) = HeaderValue::from_str(&forget) {
                response.headers_mut().append(SET_COOKIE, forget);
            }
        }
        response
    }

    /// Notes what this answer shows of restricted commitments.
    pub fn saw_in(&self, html: &str) {
        let worker = self.worker();
        let who = (&self.viewer, &worker.actor);
        let page = (self.path.as_str(), html);
        let sightings = &self.site.state.sightings;
        sightings.page(who, &self.book, page, self.now);
    }

    /// The answer where the page cannot be shown.
    pub fn failure(&self, failure: &Failure) -> Response {
        if let Failure::Store(error) = failure {
            tracing::error!("a page could not be shown: {error}");
        }
        let page = failure.page();
        self.page_with(
            failure.status(),
            Area::Elsewhere,
            page.heading,
            "failure.html",
            &page,
        )
    }

    /// The answer of a handler: the page, or why there is none.
    pub fn answer(&self, result: Result<Response, Failure>) -> Response {
        result.unwrap_or_else(|failure| self.failure(&failure))
    }
}

impl FromRequestParts<Site> for Visit {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, Response> {
        let begun = Visit::begin(site, parts).await;
        begun.map_err(
            |failure| match parts.uri.path().starts_with(api::ADDRESSES) {
                true => api::problem(&failure),
                false => site.failure(&failure),
            },
        )
    }
}

/// The pairs of an address's query, however many and whatever their names; what cannot be decoded
/// is not there.
pub struct Pairs(pub Vec<(String, String)>);

impl Pairs {
    pub fn get(&self, name: &str) -> Option<&str> {
        let pair = self.0.iter().find(|(n, _)| n == name);
        pair.map(|(_, value)| value.trim())
            .filter(|v| !v.is_empty())
    }
}

/// What a form sent, pair by pair, whatever it is.
pub struct Typed(pub Vec<(String, String)>);

impl<S: Send + Sync> FromRequest<S> for Typed {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let form = Form::<Vec<(String, String)>>::from_request(request, state).await;
        match form {
            Ok(Form(pairs)) => Ok(Self(pairs)),
            Err(refused) => Err(refused.into_response()),
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Pairs {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        use axum::extract::Query;
        let query = Query::<Vec<(String, String)>>::from_request_parts(parts, state).await;
        Ok(Self(query.map(|Query(pairs)| pairs).unwrap_or_default()))
    }
}

/// As whom a demonstration is looked at. Nobody has an account there.
fn chosen(headers: &HeaderMap, directory: &Directory) -> Who {
    let chosen = cookie(headers, VIEWER_COOKIE).and_then(|id| ReaderId::parse(id).ok());
    let known = chosen.and_then(|id| Viewer::from_reader(&id, directory));
    let viewer = known.unwrap_or_else(|| first_viewer(directory));
    Who {
        administrator: viewer == Viewer::Operator,
        viewer,
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let page = self.page();
        (self.status(), format!("{}. {}\n", page.heading, page.what)).into_response()
    }
}

#[cfg(test)]
mod tests {
    use axum::http::header::COOKIE;

    use super::*;

    #[test]
    fn a_cookie_is_found_among_others_and_believed_only_so_far() {
        let mut headers = HeaderMap::new();
        headers.insert(COOKIE, HeaderValue::from_static("a=b; told=7.12;look-as=x"));
        assert_eq!(cookie(&headers, "told"), Some("7.12"));
        assert_eq!(cookie(&headers, "look-as"), Some("x"));
        assert_eq!(cookie(&headers, "look"), None);
    }
}
