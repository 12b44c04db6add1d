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
use axum::response::{IntoResponse, Response};

use super::failure::Failure;
use super::routes::{Door, Entry};
use super::site::Site;

/// Pages load their style sheet, their own images and the frame a mail is shown in; nothing else.
const PAGE_POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self' data:; \
                           frame-src 'self'; form-action 'self'; frame-ancestors 'none'; \
                           base-uri 'none'";
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
    pub door: Door,
    from_elsewhere: bool,
}

impl Gate {
    /// Where no address is.
    pub const NOWHERE: Self = Self {
        door: Door::SignedIn,
        from_elsewhere: false,
    };

    pub fn of(entry: &Entry) -> Self {
        Self {
            door: entry.door,
            from_elsewhere: entry.from_elsewhere,
        }
    }
}

/// Lets in whom the table of routes lets in. Refuses what a browser sends on behalf of another site,
/// and a page asked for under a name that is not ours: a stranger's name may be made to point at this
/// machine.
pub async fn admit(
    State((site, gate)): State<(Site, Gate)>,
    request: Request,
    next: Next,
) -> Response {
    let is_page = gate.door != Door::Watch;
    if is_page && !is_our_name(request.headers(), &site.state.settings.public_url) {
        let words = "This installation does not answer under that name. Use the address that \
                     web.public_url gives.\n";
        return (StatusCode::MISDIRECTED_REQUEST, words).into_response();
    }
    let changes = !matches!(
        *request.method(),
        Method::GET | Method::HEAD | Method::OPTIONS
    );
    if changes && !gate.from_elsewhere && !is_same_origin(request.headers()) {
        let why = "The form was sent from another site.";
        return site.failure(&Failure::Refused(why));
    }
    if gate.door == Door::Demonstration && site.state.demo.is_none() {
        return site.failure(&Failure::NotFound);
    }
    next.run(request).await
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
