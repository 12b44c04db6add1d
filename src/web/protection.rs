//! What guards every answer: headers that leave a page nothing to run and nobody to frame it, the
//! refusal of forms sent from elsewhere, of names under which nobody is served, and of whom the table
//! of routes does not let in.

use std::net::IpAddr;

use axum::extract::{Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HOST, HeaderName, ORIGIN, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};

use crate::domain::access::{Viewer, Who};

use super::api;
use super::encoding::encoded_path;
use super::failure::Failure;
use super::routes::{Door, Entry};
use super::site::Site;

/// Pages load their style sheet, their own images and the frame a mail is shown in; nothing else.
const PAGE_POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self' data:; \
                           frame-src 'self'; form-action 'self'; frame-ancestors 'none'; \
                           base-uri 'none'";
/// As every page, with the one script that is ours. It makes the page quicker; nothing needs it.
pub const SCRIPTED_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
                                   img-src 'self' data:; form-action 'self'; \
                                   frame-ancestors 'none'; base-uri 'none'";
/// The body of a mail: its own styles, no script, no network, shown only in a frame of ours, where
/// a click on a link leads the whole window there.
pub const MAIL_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; \
                               base-uri 'none'; form-action 'none'; frame-ancestors 'self'; \
                               sandbox allow-top-navigation-by-user-activation";

/// Puts the headers on every answer; an answer with its own policy keeps it.
pub async fn guard(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let mut set = |name: HeaderName, value: &'static str| {
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    };
    set(CONTENT_SECURITY_POLICY, PAGE_POLICY);
    set(X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(REFERRER_POLICY, "same-origin");
    set(CACHE_CONTROL, "no-store");
    set(
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    );
    response
}

/// What a request has to pass before a handler sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gate {
    door: Door,
    from_elsewhere: bool,
    needs_accounts: bool,
}

impl Gate {
    /// Where no address is: strangers are not told even that.
    pub const NOWHERE: Self = Self {
        door: Door::SignedIn,
        from_elsewhere: false,
        needs_accounts: false,
    };

    pub fn of(entry: &Entry) -> Self {
        Self {
            door: entry.door,
            from_elsewhere: entry.from_elsewhere,
            needs_accounts: entry.needs_accounts,
        }
    }
}

/// Lets in whom the table of routes lets in.
///
/// 1. A page asked for under a name that is not ours is refused: a stranger's name may be made to point
///    at this machine.
/// 2. So is what a browser sends on behalf of another site.
/// 3. A demonstration has no accounts: whoever reaches it looks as whom they choose.
/// 4. Elsewhere the cookie says who comes, and the door whether they may.
pub async fn admit(
    State((site, gate)): State<(Site, Gate)>,
    mut request: Request,
    next: Next,
) -> Response {
    let client = site.state.lodge.client(&request);
    request.extensions_mut().insert(client);
    if gate.door == Door::Watch {
        return next.run(request).await;
    }
    if !is_our_name(request.headers(), &site.state.settings.public_url) {
        let words = "This installation does not answer under that name. Use the address that \
                     web.public_url gives.\n";
        return (StatusCode::MISDIRECTED_REQUEST, words).into_response();
    }
    let looks = !changes(request.method());
    if !looks && !gate.from_elsewhere && !is_same_origin(request.headers()) {
        let why = "The form was sent from another site.";
        return site.failure(&Failure::Refused(why));
    }
    if site.state.demo.is_some() {
        return match gate.needs_accounts {
            true => site.failure(&Failure::NotFound),
            false => next.run(request).await,
        };
    }
    if gate.door == Door::Program {
        return admit_program(&site, request, next).await;
    }
    let signed_in = match site.state.lodge.signed_in(request.headers()).await {
        Ok(signed_in) => signed_in,
        Err(error) => return site.failure(&error.into()),
    };
    let who = signed_in.as_ref().map(|s| s.account.who());
    let answer = match turned_away(gate.door, who.as_ref()) {
        None => None,
        Some(Away::ToSignIn) if looks => Some(to_sign_in(request.uri())),
        Some(Away::ToSignIn) => Some(site.failure(&Failure::NotSignedIn)),
        Some(Away::ToThePublic) if looks && request.uri().path() == "/" => {
            Some(Redirect::to("/public").into_response())
        }
        Some(Away::ToThePublic | Away::Nowhere) => Some(site.failure(&Failure::NotFound)),
        Some(Away::NotTheirs) => {
            Some(site.failure(&Failure::Refused("This page is for administrators.")))
        }
    };
    if let Some(answer) = answer {
        return answer;
    }
    if let Some(signed_in) = signed_in {
        request.extensions_mut().insert(signed_in);
    }
    next.run(request).await
}

/// Lets in a program, by the key it brings or by the session of the browser it runs in.
async fn admit_program(site: &Site, mut request: Request, next: Next) -> Response {
    let holder = match site.state.lodge.program(request.headers()).await {
        Ok(holder) => holder,
        Err(error) => return api::problem(&error.into()),
    };
    match holder {
        None => api::not_known(),
        Some(holder) if matches!(holder.account.who().viewer, Viewer::Guest(_)) => {
            api::problem(&Failure::NotFound)
        }
        Some(holder) => {
            request.extensions_mut().insert(holder);
            next.run(request).await
        }
    }
}

fn changes(method: &Method) -> bool {
    !matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// Where somebody goes who may not come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Away {
    ToSignIn,
    /// A guest: to the pages that are for them.
    ToThePublic,
    /// A member of the house, at an administrator's door.
    NotTheirs,
    /// There is no such address here.
    Nowhere,
}

fn turned_away(door: Door, who: Option<&Who>) -> Option<Away> {
    let is_guest = who.is_some_and(|who| matches!(who.viewer, Viewer::Guest(_)));
    match (door, who) {
        (Door::Anyone | Door::Watch | Door::Token, _) => None,
        (Door::Demonstration, _) => Some(Away::Nowhere),
        (_, None) => Some(Away::ToSignIn),
        (Door::SignedIn, Some(_)) => None,
        (Door::House | Door::Program | Door::Administrator, Some(_)) if is_guest => {
            Some(Away::ToThePublic)
        }
        (Door::House | Door::Program, Some(_)) => None,
        (Door::Administrator, Some(who)) => (!who.administrator).then_some(Away::NotTheirs),
    }
}

/// To the page of sign-in, and back from there.
fn to_sign_in(uri: &Uri) -> Response {
    let wanted = uri.path_and_query().map_or("/", |p| p.as_str());
    let to = match wanted {
        "/" => "/sign-in".to_owned(),
        wanted => format!("/sign-in?to={}", encoded_path(wanted)),
    };
    Redirect::to(&to).into_response()
}

/// A path of these pages, or the overview: nothing leads to another site.
pub fn own_path(back: &str) -> &str {
    let plain = back.bytes().all(|b| b.is_ascii_graphic() && b != b'\\');
    if plain && back.starts_with('/') && !back.starts_with("//") {
        back
    } else {
        "/"
    }
}

/// A browser says where a form comes from; what says nothing is no browser, and carries nobody's
/// cookies.
fn is_same_origin(headers: &HeaderMap) -> bool {
    let text = |name: &HeaderName| headers.get(name).map(|v| v.to_str().unwrap_or("?"));
    match text(&HeaderName::from_static("sec-fetch-site")) {
        Some("same-origin" | "none") => return true,
        Some(_) => return false,
        None => {}
    }
    let Some(origin) = text(&ORIGIN) else {
        return true;
    };
    let origin = origin.parse::<Uri>().ok();
    let from = origin.as_ref().and_then(|o| o.authority());
    from.is_some() && from.map(|a| a.as_str()) == text(&HOST)
}

/// An address in figures, this machine's own name, or the name readers are given.
fn is_our_name(headers: &HeaderMap, public_url: &str) -> bool {
    let Some(host) = headers.get(HOST) else {
        return true;
    };
    let Some(name) = host.to_str().ok().and_then(host_name) else {
        return false;
    };
    let bare = name.trim_start_matches('[').trim_end_matches(']');
    let public = public_url.parse::<Uri>().ok();
    let public = public.as_ref().and_then(|u| u.host());
    bare.parse::<IpAddr>().is_ok()
        || name.eq_ignore_ascii_case("localhost")
        || public.is_some_and(|p| p.eq_ignore_ascii_case(&name))
}

fn host_name(host: &str) -> Option<String> {
    let authority: axum::http::uri::Authority = host.parse().ok()?;
    Some(authority.host().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(n, v)| (HeaderName::from_static(n), HeaderValue::from_static(v)))
            .collect()
    }

    #[test]
    fn a_form_from_elsewhere_is_told_by_its_headers() {
        let same = |pairs: &[_]| is_same_origin(&headers(pairs));
        assert!(same(&[("sec-fetch-site", "same-origin")]));
        assert!(!same(&[("sec-fetch-site", "cross-site")]));
        assert!(!same(&[("sec-fetch-site", "same-site")]));
        assert!(same(&[
            ("host", "a.example.org"),
            ("origin", "http://a.example.org")
        ]));
        assert!(!same(&[
            ("host", "a.example.org"),
            ("origin", "http://b.example.org")
        ]));
        assert!(!same(&[("host", "a.example.org"), ("origin", "null")]));
        assert!(same(&[("host", "a.example.org")]));
    }

    #[test]
    fn a_form_never_leads_to_another_site() {
        assert_eq!(own_path("/commitments?q=x"), "/commitments?q=x");
        for odd in [
            "",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "/a\r\nb",
        ] {
            assert_eq!(own_path(odd), "/", "{odd:?}");
        }
    }

    #[test]
    fn each_door_opens_to_its_own() {
        let person = || crate::domain::ids::PersonId::parse("chan").unwrap();
        let member = Who {
            viewer: Viewer::Person(person()),
            administrator: false,
        };
        let administrator = Who {
            administrator: true,
            ..member.clone()
        };
        let guest = Who {
            viewer: Viewer::Guest(person()),
            administrator: false,
        };
        use Door::{Administrator, Anyone, Demonstration, House, SignedIn, Token};
        for door in [Anyone, Token] {
            assert_eq!(turned_away(door, None), None);
        }
        for door in [SignedIn, House, Administrator] {
            assert_eq!(turned_away(door, None), Some(Away::ToSignIn));
            assert_eq!(turned_away(door, Some(&administrator)), None);
        }
        assert_eq!(turned_away(SignedIn, Some(&guest)), None);
        assert_eq!(turned_away(House, Some(&guest)), Some(Away::ToThePublic));
        assert_eq!(turned_away(House, Some(&member)), None);
        let theirs = turned_away(Administrator, Some(&member));
        assert_eq!(theirs, Some(Away::NotTheirs));
        for who in [None, Some(&administrator)] {
            assert_eq!(turned_away(Demonstration, who), Some(Away::Nowhere));
        }
    }

    #[test]
    fn only_our_names_are_answered() {
        let ours = |host: &'static str| {
            is_our_name(&headers(&[("host", host)]), "https://aide.mfa.example.org")
        };
        assert!(ours("127.0.0.1:8080"));
        assert!(ours("[::1]:8080"));
        assert!(ours("localhost:8080"));
        assert!(ours("AIDE.mfa.example.org"));
        assert!(!ours("evil.example.net"));
        assert!(!ours("evil.example.net:8080"));
    }
}
