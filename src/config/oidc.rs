//! Another house's sign-in, by OpenID Connect.

use std::net::IpAddr;
use std::path::Path;

use serde::Deserialize;

use super::{ConfigError, Secret, unfit};

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Oidc {
    pub issuer: String,
    pub client_id: String,
    pub client_secret: Secret,
    pub client_secret_file: String,
    pub name: String,
}

impl Oidc {
    pub fn is_on(&self) -> bool {
        !self.issuer.trim().is_empty()
    }

    pub(super) fn read_secret_file(&mut self) -> Result<(), ConfigError> {
        if self.client_secret_file.is_empty() {
            return Ok(());
        }
        let path = Path::new(&self.client_secret_file);
        let text = std::fs::read_to_string(path).map_err(|reason| {
            unfit(
                "oidc.client_secret_file",
                format!("{} cannot be read: {reason}", path.display()),
            )
        })?;
        self.client_secret = Secret::new(text.trim_end_matches(['\r', '\n']));
        Ok(())
    }

    pub(super) fn validate(&self) -> Result<(), ConfigError> {
        if !self.is_on() {
            return Ok(());
        }
        let issuer = self.issuer.trim();
        let url = issuer.parse::<axum::http::Uri>();
        let host = url.as_ref().ok().and_then(|u| u.host()).unwrap_or_default();
        let is_here = host == "localhost" || host.parse::<IpAddr>().is_ok_and(|a| a.is_loopback());
        if host.is_empty() || !(issuer.starts_with("https://") || is_here) {
            return Err(unfit(
                "oidc.issuer",
                format!("`{issuer}` is not an https:// address; write it as the provider does"),
            ));
        }
        if self.client_id.trim().is_empty() {
            return Err(unfit(
                "oidc.client_id",
                "is empty; it is what the provider calls this installation".into(),
            ));
        }
        Ok(())
    }
}
