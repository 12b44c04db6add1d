//! Another house's sign-in: OpenID Connect, the code flow with PKCE. This file speaks the protocol and
//! nothing else; whose account it opens, `acts::accounts::elsewhere` decides.
//!
//! 1. The reader is sent to the provider with a state, a nonce and the hash of a verifier, all drawn
//!    anew; the reader's own browser keeps them, sealed.
//! 2. The provider sends the reader back with a code and the state.
//! 3. The code and the verifier are exchanged for a token, over TLS and with our own secret; the token is
//!    believed where the provider's key signed it, for us, lately, with the nonce.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use openidconnect::core::{
    CoreAuthenticationFlow, CoreClient, CoreProviderMetadata, CoreTokenResponse,
};
use openidconnect::{
    AccessTokenHash, AuthorizationCode, ClientId, ClientSecret, CsrfToken, IssuerUrl, Nonce,
    OAuth2TokenResponse, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope, TokenResponse,
};

use crate::config::Oidc;
use crate::domain::account::OidcIdentity;
use crate::domain::desk::EmailAddress;

/// Where a provider sends its readers back to.
pub const BACK: &str = "/sign-in/elsewhere/back";

/// How long a provider's own description of itself, its keys with it, is believed.
const KNOWN_FOR: Duration = Duration::from_secs(600);
/// How long a provider may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// The provider of the settings.
pub struct OpenId {
    settings: Oidc,
    back: String,
    client: reqwest::Client,
    known: Mutex<Option<(Instant, CoreProviderMetadata)>>,
}

/// Where a reader is sent, and what their browser keeps until they come back.
#[derive(Debug)]
pub struct Departure {
    pub url: String,
    pub errand: Errand,
}

/// What has to fit when somebody comes back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Errand {
    pub state: String,
    pub nonce: String,
    pub verifier: String,
    /// Where they wanted to go.
    pub to: String,
}

/// Whom the provider says it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vouched {
    pub identity: OidcIdentity,
    /// Only where the provider says that it verified it.
    pub email: Option<EmailAddress>,
}

/// Why nobody could be vouched for: for the log. It holds no token.
#[derive(Debug, thiserror::Error)]
#[error("the provider {issuer}: {problem}")]
pub struct OpenIdError {
    issuer: String,
    problem: String,
}

impl Errand {
    /// As one text, for a seal. None of the parts but the last can hold a space.
    pub fn to_text(&self) -> String {
        let Self {
            state,
            nonce,
            verifier,
            to,
        } = self;
        format!("{state} {nonce} {verifier} {to}")
    }

    pub fn of_text(text: &str) -> Option<Self> {
        let mut parts = text.splitn(4, ' ').map(str::to_owned);
        Some(Self {
            state: parts.next()?,
            nonce: parts.next()?,
            verifier: parts.next()?,
            to: parts.next()?,
        })
    }
}

impl OpenId {
    /// The provider of the settings; none where they name none. `public_url` is ours.
    ///
    /// # Errors
    /// No TLS can be had.
    pub fn new(settings: &Oidc, public_url: &str) -> Result<Option<Self>, OpenIdError> {
        if !settings.is_on() {
            return Ok(None);
        }
        let client = reqwest::Client::builder()
            // A provider that redirects us leads us where nobody said we should ask.
            .redirect(reqwest::redirect::Policy::none())
            .timeout(PATIENCE)
            .build();
        let client = client.map_err(|error| problem_of(settings, &error))?;
        Ok(Some(Self {
            settings: settings.clone(),
            back: format!("{}{BACK}", public_url.trim_end_matches('/')),
            client,
            known: Mutex::default(),
        }))
    }

    /// What the provider is called on the page of sign-in.
    pub fn name(&self) -> &str {
        &self.settings.name
    }

    /// Where to send a reader who wants to go to `to` after signing in.
    pub async fn depart(&self, to: &str) -> Result<Departure, OpenIdError> {
        let metadata = self.metadata().await?;
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let client = CoreClient::from_provider_metadata(metadata, self.id(), self.secret())
            .set_redirect_uri(self.redirect()?);
        let (url, state, nonce) = client
            .authorize_url(
                CoreAuthenticationFlow::AuthorizationCode,
                CsrfToken::new_random,
                Nonce::new_random,
            )
            .add_scope(Scope::new("email".to_owned()))
            .add_scope(Scope::new("profile".to_owned()))
            .set_pkce_challenge(challenge)
            .url();
        Ok(Departure {
            url: url.to_string(),
            errand: Errand {
                state: state.secret().clone(),
                nonce: nonce.secret().clone(),
                verifier: verifier.secret().clone(),
                to: to.to_owned(),
            },
        })
    }

    /// Whom the provider vouches for, by the code it sent back.
    pub async fn arrive(&self, errand: &Errand, code: &str) -> Result<Vouched, OpenIdError> {
        let metadata = self.metadata().await?;
        let client = CoreClient::from_provider_metadata(metadata, self.id(), self.secret())
            .set_redirect_uri(self.redirect()?);
        let request = client
            .exchange_code(AuthorizationCode::new(code.to_owned()))
            .map_err(|error| self.problem(&error))?;
        let response: CoreTokenResponse = request
            .set_pkce_verifier(PkceCodeVerifier::new(errand.verifier.clone()))
            .request_async(&self.client)
            .await
            .map_err(|error| self.problem(&error))?;
        let token = response.id_token();
        let token = token.ok_or_else(|| self.says("it gave no ID token"))?;
        let verifier = client.id_token_verifier();
        let nonce = Nonce::new(errand.nonce.clone());
        let claims = token
            .claims(&verifier, &nonce)
            .map_err(|error| self.problem(&error))?;
        if let Some(expected) = claims.access_token_hash() {
            let algorithm = token.signing_alg().map_err(|e| self.problem(&e))?;
            let key = token.signing_key(&verifier).map_err(|e| self.problem(&e))?;
            let actual = AccessTokenHash::from_token(response.access_token(), algorithm, key)
                .map_err(|error| self.problem(&error))?;
            if actual != *expected {
                return Err(self.says("its tokens do not belong together"));
            }
        }
        let verified = claims
            .email()
            .filter(|_| claims.email_verified() == Some(true));
        Ok(Vouched {
            identity: OidcIdentity {
                issuer: claims.issuer().to_string(),
                subject: claims.subject().to_string(),
            },
            email: verified.and_then(|email| EmailAddress::parse(email).ok()),
        })
    }

    /// What the provider says of itself; asked again after a while, because keys change.
    async fn metadata(&self) -> Result<CoreProviderMetadata, OpenIdError> {
        if let Some(known) = self.known() {
            return Ok(known);
        }
        let issuer = IssuerUrl::new(self.settings.issuer.trim().to_owned());
        let issuer = issuer.map_err(|error| self.problem(&error))?;
        let found = CoreProviderMetadata::discover_async(issuer, &self.client).await;
        let found = found.map_err(|error| self.problem(&error))?;
        let mut known = self.known.lock().unwrap_or_else(|p| p.into_inner());
        *known = Some((Instant::now(), found.clone()));
        Ok(found)
    }

    fn known(&self) -> Option<CoreProviderMetadata> {
        let known = self.known.lock().unwrap_or_else(|p| p.into_inner());
        let (since, found) = known.as_ref()?;
        (since.elapsed() < KNOWN_FOR).then(|| found.clone())
    }

    fn id(&self) -> ClientId {
        ClientId::new(self.settings.client_id.clone())
    }

    fn secret(&self) -> Option<ClientSecret> {
        let secret = self.settings.client_secret.reveal();
        (!secret.is_empty()).then(|| ClientSecret::new(secret.to_owned()))
    }

    fn redirect(&self) -> Result<RedirectUrl, OpenIdError> {
        RedirectUrl::new(self.back.clone()).map_err(|error| self.problem(&error))
    }

    fn problem(&self, error: &dyn std::error::Error) -> OpenIdError {
        problem_of(&self.settings, error)
    }

    fn says(&self, problem: &str) -> OpenIdError {
        OpenIdError {
            issuer: self.settings.issuer.clone(),
            problem: problem.to_owned(),
        }
    }
}

/// The chain of reasons, on one line.
fn problem_of(settings: &Oidc, error: &dyn std::error::Error) -> OpenIdError {
    let mut problem = error.to_string();
    let mut deeper = error.source();
    while let Some(reason) = deeper {
        problem.push_str(": ");
        problem.push_str(&reason.to_string());
        deeper = reason.source();
    }
    OpenIdError {
        issuer: settings.issuer.clone(),
        problem: problem.replace(['\r', '\n'], " "),
    }
}
