//! A provider of OpenID Connect that speaks the protocol over HTTP: discovery, keys, authorisation by code
//! with PKCE, tokens signed with RS256. It checks what a provider checks (client, redirect, verifier, that a
//! code is used once), and lies where it is told to.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::extract::{Form, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Router, body::Body};
use ring::rand::SystemRandom;
use ring::rsa::PublicKeyComponents;
use ring::signature::{self, RsaKeyPair};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

pub const CLIENT: &str = "aide-memoire";
pub const SECRET: &str = "a secret between houses";

/// Whom it vouches for, and how it lies.
#[derive(Debug, Clone)]
pub struct Manner {
    pub subject: String,
    pub email: String,
    pub email_verified: bool,
    pub lie: Lie,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lie {
    None,
    /// Another's nonce.
    Nonce,
    /// For another client.
    Audience,
    /// From another issuer.
    Issuer,
    /// Of yesterday.
    Expired,
    /// Signed with no key of its own.
    Signature,
    /// Not signed at all (`alg: none`).
    Unsigned,
    /// The access token is another's.
    AccessToken,
}

impl Lie {
    pub const ALL: [Lie; 7] = [
        Lie::Nonce,
        Lie::Audience,
        Lie::Issuer,
        Lie::Expired,
        Lie::Signature,
        Lie::Unsigned,
        Lie::AccessToken,
    ];
}

/// What it remembers of a code.
struct Asked {
    redirect: String,
    challenge: String,
    nonce: String,
}

struct Inner {
    issuer: String,
    manner: Mutex<Manner>,
    codes: Mutex<BTreeMap<String, Asked>>,
    key: RsaKeyPair,
    given: Mutex<u32>,
}

#[derive(Clone)]
pub struct Provider(Arc<Inner>);

impl Provider {
    pub async fn start(manner: Manner) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address: SocketAddr = listener.local_addr().unwrap();
        let provider = Self(Arc::new(Inner {
            issuer: format!("http://{address}"),
            manner: Mutex::new(manner),
            codes: Mutex::default(),
            key: key(),
            given: Mutex::new(0),
        }));
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(discovery))
            .route("/keys", get(keys))
            .route("/authorize", get(authorize))
            .route("/token", post(token))
            .with_state(provider.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        provider
    }

    pub fn issuer(&self) -> &str {
        &self.0.issuer
    }

    pub fn set(&self, change: impl FnOnce(&mut Manner)) {
        change(&mut self.0.manner.lock().unwrap());
    }

    /// How many tokens it gave.
    pub fn given(&self) -> u32 {
        *self.0.given.lock().unwrap()
    }
}

async fn discovery(State(provider): State<Provider>) -> Response {
    let issuer = provider.issuer();
    json_answer(&json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/authorize"),
        "token_endpoint": format!("{issuer}/token"),
        "jwks_uri": format!("{issuer}/keys"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "code_challenge_methods_supported": ["S256"],
    }))
}

async fn keys(State(provider): State<Provider>) -> Response {
    let public: PublicKeyComponents<Vec<u8>> = provider.0.key.public().into();
    let (n, e) = (base64url(&public.n), base64url(&public.e));
    json_answer(&json!({
        "keys": [{ "kty": "RSA", "use": "sig", "alg": "RS256", "kid": "one", "n": n, "e": e }]
    }))
}

/// Whoever comes is signed in there already: straight back, with a code.
async fn authorize(
    State(provider): State<Provider>,
    Query(asked): Query<BTreeMap<String, String>>,
) -> Response {
    let get = |name: &str| asked.get(name).cloned().unwrap_or_default();
    let fits = get("client_id") == CLIENT
        && get("response_type") == "code"
        && get("code_challenge_method") == "S256"
        && get("scope").split(' ').any(|scope| scope == "openid")
        && !get("state").is_empty()
        && !get("nonce").is_empty();
    if !fits {
        return (StatusCode::BAD_REQUEST, "not a request of ours").into_response();
    }
    let code = format!("code-{}", provider.0.codes.lock().unwrap().len() + 1);
    let redirect = get("redirect_uri");
    let back = format!("{redirect}?code={code}&state={}", get("state"));
    let asked = Asked {
        redirect,
        challenge: get("code_challenge"),
        nonce: get("nonce"),
    };
    provider.0.codes.lock().unwrap().insert(code, asked);
    Redirect::to(&back).into_response()
}

async fn token(
    State(provider): State<Provider>,
    headers: HeaderMap,
    Form(sent): Form<BTreeMap<String, String>>,
) -> Response {
    let get = |name: &str| sent.get(name).map_or("", String::as_str);
    let refuse = |status: StatusCode, error: &str| {
        let mut answer = json_answer(&json!({ "error": error }));
        *answer.status_mut() = status;
        answer
    };
    let authorization = headers
        .get("authorization")
        .map_or("", |v| v.to_str().unwrap());
    let secret = SECRET.replace(' ', "+");
    let expected = format!("Basic {}", base64(format!("{CLIENT}:{secret}").as_bytes()));
    if authorization != expected {
        return refuse(StatusCode::UNAUTHORIZED, "invalid_client");
    }
    // Once.
    let asked = provider.0.codes.lock().unwrap().remove(get("code"));
    let Some(asked) = asked else {
        return refuse(StatusCode::BAD_REQUEST, "invalid_grant");
    };
    let challenge = base64url(&Sha256::digest(get("code_verifier").as_bytes()));
    if get("grant_type") != "authorization_code"
        || get("redirect_uri") != asked.redirect
        || challenge != asked.challenge
    {
        return refuse(StatusCode::BAD_REQUEST, "invalid_grant");
    }
    *provider.0.given.lock().unwrap() += 1;
    let manner = provider.0.manner.lock().unwrap().clone();
    json_answer(&json!({
        "access_token": "an access token",
        "token_type": "Bearer",
        "expires_in": 300,
        "id_token": id_token(&provider, &manner, &asked),
    }))
}

fn id_token(provider: &Provider, manner: &Manner, asked: &Asked) -> String {
    let lie = manner.lie;
    let now = chrono::Utc::now().timestamp();
    let now = if lie == Lie::Expired {
        now - 86_400
    } else {
        now
    };
    let or = |is: Lie, lie_: &str, truth: &str| match lie == is {
        true => lie_.to_owned(),
        false => truth.to_owned(),
    };
    let access = or(Lie::AccessToken, "another's", "an access token");
    let claims = json!({
        "iss": or(Lie::Issuer, "http://127.0.0.1:9", provider.issuer()),
        "sub": manner.subject,
        "aud": or(Lie::Audience, "another-client", CLIENT),
        "exp": now + 300,
        "iat": now,
        "nonce": or(Lie::Nonce, "another nonce", &asked.nonce),
        "email": manner.email,
        "email_verified": manner.email_verified,
        "at_hash": base64url(&Sha256::digest(access.as_bytes())[..16]),
    });
    let header = match lie {
        Lie::Unsigned => json!({ "alg": "none" }),
        _ => json!({ "alg": "RS256", "kid": "one", "typ": "JWT" }),
    };
    let signed = format!(
        "{}.{}",
        base64url(header.to_string().as_bytes()),
        base64url(claims.to_string().as_bytes())
    );
    let key = &provider.0.key;
    let mut bytes = vec![0; key.public().modulus_len()];
    let random = SystemRandom::new();
    key.sign(
        &signature::RSA_PKCS1_SHA256,
        &random,
        signed.as_bytes(),
        &mut bytes,
    )
    .unwrap();
    match lie {
        Lie::Signature => bytes[7] ^= 1,
        Lie::Unsigned => bytes.clear(),
        _ => {}
    }
    format!("{signed}.{}", base64url(&bytes))
}

fn json_answer(value: &Value) -> Response {
    let answer = Response::builder().header("content-type", "application/json");
    answer.body(Body::from(value.to_string())).unwrap()
}

/// The key of the stories of signed mail: what it signs does not matter here.
fn key() -> RsaKeyPair {
    let pem = include_str!("../delivery/keys/dkim.pem");
    let lines = pem.lines().filter(|line| !line.starts_with("-----"));
    let der = from_base64(&lines.collect::<String>());
    RsaKeyPair::from_der(&der).expect("a PKCS#1 key")
}

const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

fn base64(bytes: &[u8]) -> String {
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let word = chunk
            .iter()
            .fold(0_u32, |word, b| (word << 8) | u32::from(*b));
        let word = word << (8 * (3 - chunk.len()));
        for place in 0..4 {
            let letter = LETTERS[(word >> (18 - 6 * place)) as usize & 63];
            text.push(if place <= chunk.len() {
                char::from(letter)
            } else {
                '='
            });
        }
    }
    text
}

fn base64url(bytes: &[u8]) -> String {
    base64(bytes)
        .trim_end_matches('=')
        .replace('+', "-")
        .replace('/', "_")
}

fn from_base64(text: &str) -> Vec<u8> {
    let (mut held, mut bits, mut bytes) = (0_u32, 0, Vec::new());
    for letter in text.bytes().filter(|letter| *letter != b'=') {
        let value = LETTERS
            .iter()
            .position(|known| *known == letter)
            .expect("base64");
        held = (held << 6) | u32::try_from(value).unwrap();
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from((held >> bits) & 255).unwrap());
        }
    }
    bytes
}
