//! The porter's lodge: who comes in under which cookie, and who was seen lately. Pages are read far
//! more often than forms are sent, and a GET writes nothing; so when a session was last seen is kept
//! in memory and written for many at once, once a minute.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::http::header::{AUTHORIZATION, COOKIE};
use axum::http::{HeaderMap, HeaderValue};
use chrono::{DateTime, TimeDelta, Utc};

use crate::acts::accounts::Keeper;
use crate::acts::accounts::signing_in::Caller;
use crate::clock::Clock;
use crate::config::{Network, SignIn, Web};
use crate::domain::account::Account;
use crate::doors::password::Passwords;
use crate::doors::sealing::SealKey;
use crate::doors::word::Word;
use crate::entropy::SystemEntropy;
use crate::store::{Store, StoreError};

use super::client::Client;

/// What the pages need to let people in.
#[derive(Clone)]
pub struct Lodge {
    pub keeper: Keeper,
    seen: Arc<Mutex<HashMap<String, DateTime<Utc>>>>,
    /// Whether readers reach the pages over TLS.
    is_encrypted: bool,
    trusted_proxies: Arc<[Network]>,
    watch_from: Arc<[Network]>,
}

/// Somebody who is signed in.
#[derive(Debug, Clone)]
pub struct SignedIn {
    pub account: Account,
    pub word: Word,
}

/// Cookies, as they are named without TLS. Over TLS each has the prefix `__Host-`, with which browsers
/// keep them to this very host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cookie {
    /// The word of the session.
    Session,
    /// The seal between the password and the second step.
    SecondStep,
    /// The seal while another house's sign-in is asked.
    Elsewhere,
}

impl Cookie {
    fn name(self, is_encrypted: bool) -> &'static str {
        match (self, is_encrypted) {
            (Cookie::Session, true) => "__Host-session",
            (Cookie::Session, false) => "session",
            (Cookie::SecondStep, true) => "__Host-second-step",
            (Cookie::SecondStep, false) => "second-step",
            (Cookie::Elsewhere, true) => "__Host-elsewhere",
            (Cookie::Elsewhere, false) => "elsewhere",
        }
    }
}

impl Lodge {
    /// The same, with the key of the second steps.
    pub fn sealing_with(mut self, seals: Option<SealKey>) -> Self {
        self.keeper.seals = seals;
        self
    }

    pub fn new(store: Store, clock: Arc<dyn Clock>, web: &Web, sign_in: &SignIn) -> Self {
        Self {
            keeper: Keeper {
                store,
                clock,
                entropy: Arc::new(SystemEntropy),
                passwords: Passwords::default(),
                limits: sign_in.limits(),
                seals: None,
            },
            seen: Arc::default(),
            is_encrypted: web.is_encrypted(),
            trusted_proxies: web.trusted_proxies.clone().into(),
            watch_from: web.watch_from.clone().into(),
        }
    }

    /// Where a request comes from.
    pub(super) fn client<B>(&self, request: &axum::http::Request<B>) -> Client {
        Client::of(request, &self.trusted_proxies)
    }

    pub(super) fn may_watch(&self, client: Client) -> bool {
        client.may_watch(&self.watch_from)
    }

    /// Who is signed in under the cookie of a request, and was seen with it now.
    pub(super) async fn signed_in(
        &self,
        headers: &HeaderMap,
    ) -> Result<Option<SignedIn>, StoreError> {
        let Some(word) = self.session_word(headers) else {
            return Ok(None);
        };
        let Some(holder) = self.keeper.holder(&word).await? else {
            return Ok(None);
        };
        let now = self.keeper.clock.real_now();
        let session = holder.session;
        let seen_here = self.lock().get(&session.hash).copied();
        let seen = seen_here.map_or(session.seen_at, |at| at.max(session.seen_at));
        if now >= self.keeper.limits.expires_at(seen, session.ends_at) {
            return Ok(None);
        }
        // Once a minute is often enough to know.
        if seen + TimeDelta::minutes(1) <= now {
            self.lock().insert(session.hash, now);
        }
        Ok(Some(SignedIn {
            account: holder.account,
            word,
        }))
    }

    /// Whose program brings this key; without one, who is signed in.
    pub(super) async fn program(
        &self,
        headers: &HeaderMap,
    ) -> Result<Option<SignedIn>, StoreError> {
        let Some(brought) = headers.get(AUTHORIZATION) else {
            return self.signed_in(headers).await;
        };
        let Some(word) = brought.to_str().ok().and_then(key_in) else {
            return Ok(None);
        };
        let account = self.keeper.holder_of_key(&word).await?;
        Ok(account.map(|account| SignedIn { account, word }))
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<String, DateTime<Utc>>> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes who was seen since it was last called, and forgets what is over.
    pub async fn keep_house(&self) -> Result<(), StoreError> {
        let seen: Vec<(String, DateTime<Utc>)> = self.lock().drain().collect();
        let kept = self.keeper.keep_house(&seen).await;
        if kept.is_err() {
            // Not written: still known, unless it is known better by now.
            let mut known = self.lock();
            for (hash, at) in seen {
                known.entry(hash).or_insert(at);
            }
        }
        kept
    }

    /// The word of the session a request has.
    pub(super) fn session_word(&self, headers: &HeaderMap) -> Option<Word> {
        self.cookie(headers, Cookie::Session)
            .and_then(Word::brought)
    }

    pub(super) fn cookie<'h>(&self, headers: &'h HeaderMap, which: Cookie) -> Option<&'h str> {
        cookie(headers, which.name(self.is_encrypted))
    }

    /// The line that sets a cookie. One that lasts as long as a session may is told so, so that it
    /// outlives the browser's window and no more.
    pub(super) fn set(&self, which: Cookie, value: &str) -> HeaderValue {
        let seconds = match which {
            Cookie::Session => self.keeper.limits.absolute.num_seconds(),
            Cookie::SecondStep | Cookie::Elsewhere => 600,
        };
        self.line(which, value, seconds)
    }

    /// The line that takes a cookie away.
    pub(super) fn unset(&self, which: Cookie) -> HeaderValue {
        self.line(which, "", 0)
    }

    fn line(&self, which: Cookie, value: &str, seconds: i64) -> HeaderValue {
        let name = which.name(self.is_encrypted);
        let secure = if self.is_encrypted { "; Secure" } else { "" };
        let line =
            format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}");
        HeaderValue::from_str(&line).expect("words and seals are plain")
    }
}

impl Client {
    /// As the acts of signing in know a request.
    pub fn caller(self, before: Option<&Word>) -> Caller<'_> {
        Caller {
            source: self.source(),
            before,
        }
    }
}

/// The word in `Bearer WORD` (RFC 6750); the scheme is written as people like.
fn key_in(line: &str) -> Option<Word> {
    let (scheme, word) = line.trim().split_once(' ')?;
    let is_bearer = scheme.eq_ignore_ascii_case("bearer");
    is_bearer.then(|| Word::brought(word.trim()))?
}

/// The value of a cookie.
pub(super) fn cookie<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let pairs = headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'));
    pairs
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(n, _)| *n == name)
        .map(|(_, value)| value)
}
