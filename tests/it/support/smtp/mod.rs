//! A relay that fails as told: a real SMTP server on loopback whose log is the truth about what was
//! taken. A [`Script`] says what happens at which step; it can be changed while the server runs.
//!
//! ```ignore
//! let relay = FaultServer::start(Script::default()
//!     .for_recipient("gone@mfa.example.org", Step::Rcpt, Fault::reply("550 5.1.1 no such user"))
//!     .nth(2, Step::Content, Fault::TakeThenReset)).await;
//! let mail = relay.mail_settings();
//! relay.set(|script| *script = Script::default());
//! assert_eq!(relay.log().len(), 1);
//! ```

mod conversation;
mod hush;

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use aide_memoire::config::{self, Secret, Tls, TransportKind};
use aide_memoire::domain::notice::MailMode;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio::io::DuplexStream;
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use self::conversation::start_conversation;
pub use self::hush::Hush;

/// A step of the conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    Greeting,
    Ehlo,
    Starttls,
    Auth,
    Mail,
    Rcpt,
    /// The DATA command, up to 354.
    Data,
    /// The content, up to the reply to it.
    Content,
    Rset,
}

/// What happens instead of the usual reply.
#[derive(Debug, Clone, PartialEq)]
pub enum Fault {
    /// These words, which may be several lines; 421 also hangs up.
    Reply(String),
    /// Nothing is ever answered, and nothing is taken.
    Stall,
    /// The connection is reset, and nothing is taken.
    Reset,
    /// The usual reply, byte by byte with a pause between.
    Drip(Duration),
    /// The usual reply after a while; a content is taken at once.
    Delay(Duration),
    /// The content is taken, and the connection reset before the 250.
    TakeThenReset,
    /// The content is taken, and nothing is ever answered.
    TakeThenStall,
}

impl Fault {
    pub fn reply(words: &str) -> Self {
        Fault::Reply(words.to_owned())
    }
}

/// How the server behaves. The first rule that fits a step decides.
#[derive(Debug, Clone, Default)]
pub struct Script {
    tls: Mode,
    credentials: Option<(String, String)>,
    /// The certificate is for this name, not for this machine.
    certified_for: Option<String>,
    without: Vec<&'static str>,
    mechanisms: Option<&'static str>,
    rules: Vec<(When, Step, Fault)>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Mode {
    #[default]
    Plain,
    Starttls,
    Implicit,
}

#[derive(Debug, Clone, PartialEq)]
enum When {
    Always,
    /// The n-th time the server comes to this step, from 1.
    Nth(usize),
    /// In a transaction with this recipient.
    Recipient(String),
}

impl Script {
    /// At every visit of a step.
    pub fn at(self, step: Step, fault: Fault) -> Self {
        self.rule(When::Always, step, fault)
    }

    /// The n-th time the server comes to a step, counted from 1 over all connections.
    pub fn nth(self, n: usize, step: Step, fault: Fault) -> Self {
        self.rule(When::Nth(n), step, fault)
    }

    /// In every transaction with this recipient.
    pub fn for_recipient(self, address: &str, step: Step, fault: Fault) -> Self {
        self.rule(When::Recipient(address.to_owned()), step, fault)
    }

    fn rule(mut self, when: When, step: Step, fault: Fault) -> Self {
        self.rules.push((when, step, fault));
        self
    }

    pub fn with_starttls(mut self) -> Self {
        self.tls = Mode::Starttls;
        self
    }

    pub fn with_implicit_tls(mut self) -> Self {
        self.tls = Mode::Implicit;
        self
    }

    /// Presents a certificate for another name.
    pub fn certified_for(mut self, name: &str) -> Self {
        self.certified_for = Some(name.to_owned());
        self
    }

    /// Asks for these credentials before anything is sent.
    pub fn with_auth(mut self, username: &str, password: &str) -> Self {
        self.credentials = Some((username.to_owned(), password.to_owned()));
        self
    }

    /// Offers these mechanisms instead of `PLAIN LOGIN`.
    pub fn with_mechanisms(mut self, mechanisms: &'static str) -> Self {
        self.mechanisms = Some(mechanisms);
        self
    }

    /// Does not offer an extension: `8BITMIME`, `SMTPUTF8`, `STARTTLS`.
    pub fn without(mut self, extension: &'static str) -> Self {
        self.without.push(extension);
        self
    }
}

/// One message the server took: from its final dot on, it is the server's.
#[derive(Debug, Clone, PartialEq)]
pub struct Taken {
    pub from: String,
    pub to: Vec<String>,
    /// As it was sent, dots undone.
    pub content: Vec<u8>,
    pub message_id: Option<String>,
    /// Whether the 250 went out.
    pub answered: bool,
}

#[derive(Default)]
struct Record {
    script: Script,
    taken: Vec<Taken>,
    connections: usize,
    commands: Vec<String>,
    visits: Vec<Step>,
}

/// The running server; it ends with this value.
pub struct FaultServer {
    port: u16,
    record: Arc<Mutex<Record>>,
    authority: PathBuf,
    _directory: tempfile::TempDir,
    accepting: tokio::task::JoinHandle<()>,
    acceptor: TlsAcceptor,
}

impl Drop for FaultServer {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

impl FaultServer {
    pub async fn start(script: Script) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let authority = directory.path().join("authority.pem");
        let acceptor = certify(&script, &authority);
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let record = Arc::new(Mutex::new(Record {
            script,
            ..Record::default()
        }));
        let (shared, on_network) = (Arc::clone(&record), acceptor.clone());
        let accepting = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                lock(&shared).connections += 1;
                stream.set_nodelay(true).unwrap();
                start_conversation(Box::new(stream), &shared, &on_network, None);
            }
        });
        Self {
            port,
            record,
            authority,
            _directory: directory,
            accepting,
            acceptor,
        }
    }

    /// Another way in: the client's end of a conversation in memory, without a network.
    pub fn in_memory(&self) -> DuplexStream {
        self.duplex(None)
    }

    /// The same, where nothing takes time: the client is told of every silence instead.
    pub fn in_memory_with(&self, hush: Arc<Hush>) -> DuplexStream {
        self.duplex(Some(hush))
    }

    fn duplex(&self, hush: Option<Arc<Hush>>) -> DuplexStream {
        lock(&self.record).connections += 1;
        // Wide enough for the longest letter: nobody waits for the other to read.
        let (ours, theirs) = tokio::io::duplex(1024 * 1024);
        start_conversation(Box::new(ours), &self.record, &self.acceptor, hush);
        theirs
    }

    /// Falsifies the log.
    pub fn tamper(&self, change: impl FnOnce(&mut Vec<Taken>)) {
        change(&mut lock(&self.record).taken);
    }

    /// How many messages were taken.
    pub fn taken(&self) -> usize {
        lock(&self.record).taken.len()
    }

    /// Changes the script while the server runs: `set(|s| *s = Script::default())` ends all faults.
    /// TLS and credentials stay as they were, and so do the counts behind `nth`.
    pub fn set(&self, change: impl FnOnce(&mut Script)) {
        let script = &mut lock(&self.record).script;
        let (tls, credentials) = (script.tls, script.credentials.clone());
        change(script);
        (script.tls, script.credentials) = (tls, credentials);
    }

    /// Every message taken, in the order of their final dots.
    pub fn log(&self) -> Vec<Taken> {
        lock(&self.record).taken.clone()
    }

    pub fn connections(&self) -> usize {
        lock(&self.record).connections
    }

    /// Every command line received, over all connections.
    pub fn commands(&self) -> Vec<String> {
        lock(&self.record).commands.clone()
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    /// The authority to trust, as a PEM file.
    pub fn authority(&self) -> &std::path::Path {
        &self.authority
    }

    /// Settings by which this server is the relay: `live`, over SMTP, with its TLS mode, trusting
    /// its certificate and with short deadlines.
    pub fn mail_settings(&self) -> config::Mail {
        let script = lock(&self.record).script.clone();
        let (username, password) = script.credentials.unwrap_or_default();
        let (tls, ca_file) = match script.tls {
            Mode::Plain => (Tls::None, String::new()),
            Mode::Starttls => (Tls::Starttls, self.authority.display().to_string()),
            Mode::Implicit => (Tls::Implicit, self.authority.display().to_string()),
        };
        config::Mail {
            transport: TransportKind::Smtp,
            mode: MailMode::Live,
            redirect_to: String::new(),
            from: "Aide-mémoire <aide-memoire@mfa.example.org>".to_owned(),
            return_path: String::new(),
            reply_to: String::new(),
            reply_trust: aide_memoire::config::ReplyTrust::Dmarc,
            authserv_id: String::new(),
            name: "Aide-mémoire".to_owned(),
            templates: String::new(),
            dkim: Default::default(),
            smtp: config::Smtp {
                host: "127.0.0.1".to_owned(),
                port: self.port,
                tls,
                username,
                password: Secret::new(password),
                password_file: String::new(),
                ca_file,
                hello_name: "daemon.mfa.example.org".to_owned(),
                connect_timeout: 1,
                command_timeout: 1,
                content_timeout: 1,
            },
        }
    }
}

fn lock(record: &Mutex<Record>) -> MutexGuard<'_, Record> {
    record.lock().unwrap()
}

/// A certificate of our own making, and its PEM file to trust.
fn certify(script: &Script, authority: &std::path::Path) -> TlsAcceptor {
    let names = match &script.certified_for {
        Some(name) => vec![name.clone()],
        None => vec!["localhost".to_owned(), "127.0.0.1".to_owned()],
    };
    let rcgen::CertifiedKey { cert, signing_key } =
        rcgen::generate_simple_self_signed(names).unwrap();
    std::fs::write(authority, cert.pem()).unwrap();
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(signing_key.serialize_der()));
    let chain = vec![CertificateDer::from(cert.der().to_vec())];
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .unwrap();
    TlsAcceptor::from(Arc::new(config))
}
