//! The way to the relay, step by step, and what came back. Each phase has its own deadline, one
//! envelope has one recipient, and a connection on which anything unexpected happened is thrown
//! away. See DELIVERY, "Driving lettre".
//!
//! [`Transport`] knows the relay, [`Session`] is one conversation with it, [`network`] what lies in
//! between, [`tls`] what we trust, [`wire`] the stream under the conversation, [`reply`] how replies
//! are read.
//!
//! Of the `mailbox` transport there is nothing here but its name: its server is the database.

mod network;
mod reply;
mod session;
mod tls;
mod wire;

use std::fmt::Debug;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::extension::ClientId;
use tokio::io::{AsyncRead, AsyncWrite};

use self::network::Reach;
pub use self::network::{Network, Stream};
pub use self::session::Session;
use self::tls::Trust;
use crate::config::{Mail, Smtp, Tls, TransportKind};
use crate::domain::notice::Phase;

/// What one try at sending came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    pub verdict: Verdict,
    /// How far the try came.
    pub phase: Phase,
    /// The server's reply, or what went wrong, on one line.
    pub reply: String,
    /// RFC 3463: `5.1.1`.
    pub enhanced_code: Option<String>,
    pub duration: Duration,
}

/// What follows for the notice. DELIVERY, "States of one notice".
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// The relay took it, under this id where it named one.
    Sent { queue_id: Option<String> },
    /// 4xx at any phase, or the network before the content: try again later.
    Deferred,
    /// 5xx for this recipient or this message.
    Rejected,
    /// Greeting, TLS, authentication or sender refused: no notice will do better.
    RelayRefused,
    /// The content may have been taken: nobody can know.
    InDoubt,
    /// We stopped before the content, because we were told to.
    Abandoned,
}

/// Settings with which mail cannot be sent.
#[derive(Debug, thiserror::Error)]
pub enum TransportError {
    #[error("setting mail.smtp.host: `{0}` is not a host name that TLS can check")]
    Host(String),
    #[error("setting mail.smtp.hello_name: `{0}` is not a host name")]
    HelloName(String),
    #[error("setting mail.smtp.ca_file: {path} cannot be used: {reason}")]
    Authority { path: PathBuf, reason: String },
    #[error(
        "this machine has no certificates to trust ({0}); install ca-certificates or set mail.smtp.ca_file"
    )]
    NoTrust(String),
}

/// The way mail leaves: through a relay, or into the mailbox. Cheap to clone.
#[derive(Clone)]
pub struct Transport {
    way: Way,
    reach: Reach,
}

#[derive(Clone)]
enum Way {
    Mailbox,
    Smtp(Arc<Relay>),
}

/// The relay, as the settings describe it.
struct Relay {
    host: String,
    port: u16,
    security: Security,
    credentials: Option<Credentials>,
    hello: ClientId,
    patience: Patience,
}

enum Security {
    None,
    Starttls(Trust),
    Implicit(Trust),
}

/// How long each step may take.
#[derive(Debug, Clone, Copy)]
struct Patience {
    /// Reaching the relay, its greeting and EHLO.
    connect: Duration,
    /// Any one command.
    command: Duration,
    /// The content and the reply to it.
    content: Duration,
}

impl Transport {
    /// Reads what the settings point to (certificates), and checks it.
    pub fn new(mail: &Mail) -> Result<Self, TransportError> {
        let way = match mail.transport {
            TransportKind::Mailbox => Way::Mailbox,
            TransportKind::Smtp => Way::Smtp(Arc::new(Relay::new(&mail.smtp)?)),
        };
        Ok(Self {
            way,
            reach: Reach::default(),
        })
    }

    /// The same relay, reached over another network.
    pub fn over(self, network: Arc<dyn Network>) -> Self {
        Self {
            reach: Reach(Some(network)),
            ..self
        }
    }

    /// Whether messages are kept in the database instead of leaving.
    pub fn is_mailbox(&self) -> bool {
        matches!(self.way, Way::Mailbox)
    }

    /// Opens a conversation: TCP, TLS, EHLO, AUTH. The failure is an outcome like any other; no
    /// recipient was named yet.
    pub async fn connect(&self) -> Result<Session, Outcome> {
        session::open(self.relay()?, self.reach.clone()).await
    }

    /// The same conversation over a stream that is open already, from its TLS on.
    pub async fn connect_over<S>(&self, stream: S) -> Result<Session, Outcome>
    where
        S: AsyncRead + AsyncWrite + Send + Sync + Unpin + Debug + 'static,
    {
        session::open_over(self.relay()?, self.reach.clone(), stream).await
    }

    fn relay(&self) -> Result<&Relay, Outcome> {
        match &self.way {
            Way::Smtp(relay) => Ok(relay),
            Way::Mailbox => Err(Outcome {
                verdict: Verdict::RelayRefused,
                phase: Phase::Connect,
                reply: "mail.transport is `mailbox`, which has no relay to connect to".to_owned(),
                enhanced_code: None,
                duration: Duration::ZERO,
            }),
        }
    }
}

impl Relay {
    fn new(smtp: &Smtp) -> Result<Self, TransportError> {
        let host = smtp.host.trim_matches(['[', ']']).to_owned();
        let trust = || Trust::new(&host, &smtp.ca_file);
        let security = match smtp.tls {
            Tls::None => Security::None,
            Tls::Starttls => Security::Starttls(trust()?),
            Tls::Implicit => Security::Implicit(trust()?),
        };
        let credentials = (!smtp.username.is_empty())
            .then(|| Credentials::new(smtp.username.clone(), smtp.password.reveal().to_owned()));
        Ok(Self {
            security,
            credentials,
            hello: hello(&smtp.hello_name)?,
            port: smtp.port,
            patience: Patience {
                connect: Duration::from_secs(smtp.connect_timeout),
                command: Duration::from_secs(smtp.command_timeout),
                content: Duration::from_secs(smtp.content_timeout),
            },
            host,
        })
    }
}

fn hello(name: &str) -> Result<ClientId, TransportError> {
    let name = name.trim();
    if name.is_empty() {
        return Ok(ClientId::default());
    }
    let plain = |c: char| c.is_ascii_alphanumeric() || "-._[]:".contains(c);
    if name.chars().all(plain) {
        Ok(ClientId::Domain(name.to_owned()))
    } else {
        Err(TransportError::HelloName(name.to_owned()))
    }
}
