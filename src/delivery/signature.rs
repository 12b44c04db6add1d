//! The DKIM signature (RFC 6376) of an installation that signs its own mail. Off unless a key is
//! named: most relays sign better, because they see the message last.
//!
//! Relaxed canonicalisation of headers and body, RSA and SHA-256. The signature carries the time at
//! which the message was rendered; its bytes are final once they may have left, so that a second
//! copy carries the same one.

use std::path::PathBuf;

use lettre::message::Message;
use lettre::message::dkim::{
    DkimCanonicalization, DkimCanonicalizationType, DkimConfig, DkimSigningAlgorithm,
    DkimSigningKey,
};
use lettre::message::header::HeaderName;

use crate::config::Dkim;
use crate::domain::desk::EmailAddress;

/// What is signed besides the body. A header of this list that a message does not have cannot be
/// added under way either. RFC 8058 wants the one-click headers signed. `Content-Type` belongs to
/// the body's parts in lettre's eyes and is not among the headers it can sign.
const SIGNED: [&str; 14] = [
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "Reply-To",
    "In-Reply-To",
    "References",
    "MIME-Version",
    "Content-Language",
    "Auto-Submitted",
    "List-Id",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
];

/// Signs messages with the installation's key.
#[derive(Debug)]
pub struct Signer(DkimConfig);

/// A key that cannot be used: why, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum SignatureError {
    #[error("setting mail.dkim.key_file: {path} cannot be read: {reason}")]
    Unreadable {
        path: PathBuf,
        reason: std::io::Error,
    },
    #[error(
        "setting mail.dkim.key_file: {path} holds a key in PKCS #8; turn it into the form that is read here with `openssl rsa -in {path} -traditional -out {path}`"
    )]
    OtherForm { path: PathBuf },
    #[error(
        "setting mail.dkim.key_file: {path} holds no RSA key in PEM (`-----BEGIN RSA PRIVATE KEY-----`); make one with `openssl genrsa -traditional -out {path} 2048`"
    )]
    NoKey { path: PathBuf },
    #[error(
        "setting mail.dkim.domain: a signature of {domain} does not speak for {from}, the sender; name the sender's domain, or one it lies in"
    )]
    OtherDomain { domain: String, from: EmailAddress },
}

impl Signer {
    /// The signer of these settings, for mail from this sender; `None` where they are empty.
    ///
    /// # Errors
    /// A key file that cannot be read or holds no key, and a domain that is not the sender's.
    pub fn from_settings(
        settings: &Dkim,
        from: &EmailAddress,
    ) -> Result<Option<Self>, SignatureError> {
        if !settings.is_on() {
            return Ok(None);
        }
        let domain = settings.domain.trim().to_lowercase();
        let sender = from.domain().to_lowercase();
        if sender != domain && !sender.ends_with(&format!(".{domain}")) {
            let from = from.clone();
            return Err(SignatureError::OtherDomain { domain, from });
        }
        let key = key(PathBuf::from(&settings.key_file))?;
        let relaxed = DkimCanonicalization {
            header: DkimCanonicalizationType::Relaxed,
            body: DkimCanonicalizationType::Relaxed,
        };
        let signed = SIGNED.map(HeaderName::new_from_ascii_str).to_vec();
        let selector = settings.selector.trim().to_owned();
        Ok(Some(Self(DkimConfig::new(
            selector, domain, key, signed, relaxed,
        ))))
    }

    /// Adds the signature of the message as it stands; nothing may be changed in it after.
    pub(super) fn sign(&self, message: &mut Message) {
        message.sign(&self.0);
    }
}

fn key(path: PathBuf) -> Result<DkimSigningKey, SignatureError> {
    let pem = match std::fs::read_to_string(&path) {
        Ok(pem) => pem,
        Err(reason) => return Err(SignatureError::Unreadable { path, reason }),
    };
    if pem.contains("-----BEGIN PRIVATE KEY-----") {
        return Err(SignatureError::OtherForm { path });
    }
    DkimSigningKey::new(pem.trim(), DkimSigningAlgorithm::Rsa)
        .map_err(|_| SignatureError::NoKey { path })
}
