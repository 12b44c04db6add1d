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

use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use aide_memoire::config::{self, Secret, Tls, TransportKind};
use aide_memoire::domain::notice::MailMode;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

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
        let shared = Arc::clone(&record);
        let accepting = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                lock(&shared).connections += 1;
                let conversation = converse(stream, Arc::clone(&shared), acceptor.clone());
                // A client that goes away ends its conversation, not the server.
                tokio::spawn(async move {
                    let _ = conversation.await;
                });
            }
        });
        Self {
            port,
            record,
            authority,
            _directory: directory,
            accepting,
        }
    }

    /// Changes the script while the server runs. TLS modes and certificates stay as they were.
    pub fn set(&self, change: impl FnOnce(&mut Script)) {
        change(&mut lock(&self.record).script);
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
            name: "Aide-mémoire".to_owned(),
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

/// A stream that can be reset.
trait Line: AsyncRead + AsyncWrite + Send + Unpin {
    fn prepare_reset(&self);
}

impl Line for TcpStream {
    fn prepare_reset(&self) {
        self.set_zero_linger().unwrap();
    }
}

impl Line for TlsStream<Box<dyn Line>> {
    fn prepare_reset(&self) {
        self.get_ref().0.prepare_reset();
    }
}

/// Stands where a stream was while it is being secured.
impl Line for tokio::io::Empty {
    fn prepare_reset(&self) {}
}

/// What a step came to.
enum Next {
    /// The usual reply went out.
    Done,
    /// Other words went out.
    Refused,
    HangUp,
}

struct Conversation {
    line: BufReader<Box<dyn Line>>,
    record: Arc<Mutex<Record>>,
    acceptor: TlsAcceptor,
    secured: bool,
    signed_in: bool,
    from: String,
    to: Vec<String>,
}

async fn converse(
    stream: TcpStream,
    record: Arc<Mutex<Record>>,
    acceptor: TlsAcceptor,
) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let implicit = lock(&record).script.tls == Mode::Implicit;
    let mut line: Box<dyn Line> = Box::new(stream);
    if implicit {
        line = Box::new(acceptor.accept(line).await?);
    }
    let mut conversation = Conversation {
        line: BufReader::new(line),
        record,
        acceptor,
        secured: implicit,
        signed_in: false,
        from: String::new(),
        to: Vec::new(),
    };
    let greeting = "220 relay.example.org ESMTP";
    if matches!(
        conversation.answer(Step::Greeting, greeting).await?,
        Next::HangUp
    ) {
        return Ok(());
    }
    while let Some(line) = conversation.read_line().await? {
        lock(&conversation.record).commands.push(line.clone());
        if matches!(conversation.obey(&line).await?, Next::HangUp) {
            break;
        }
    }
    Ok(())
}

impl Conversation {
    async fn read_line(&mut self) -> io::Result<Option<String>> {
        let mut line = Vec::new();
        let read = self.line.read_until(b'\n', &mut line).await?;
        Ok((read > 0).then(|| String::from_utf8_lossy(&line).trim_end().to_owned()))
    }

    async fn obey(&mut self, line: &str) -> io::Result<Next> {
        let (verb, rest) = line.split_once(' ').unwrap_or((line, ""));
        let (mode, credentials) = {
            let record = lock(&self.record);
            (record.script.tls, record.script.credentials.clone())
        };
        match verb.to_ascii_uppercase().as_str() {
            "QUIT" => {
                self.say("221 2.0.0 bye").await?;
                Ok(Next::HangUp)
            }
            "EHLO" => {
                let offers = self.offers();
                self.answer(Step::Ehlo, &offers).await
            }
            "STARTTLS" => self.start_tls().await,
            _ if mode == Mode::Starttls && !self.secured => {
                self.refuse("530 5.7.0 STARTTLS first").await
            }
            "AUTH" => self.sign_in(rest).await,
            _ if credentials.is_some() && !self.signed_in => {
                self.refuse("530 5.7.0 authentication required").await
            }
            "RSET" => {
                self.to.clear();
                self.answer(Step::Rset, "250 2.0.0 reset").await
            }
            "MAIL" => {
                self.from = between_angles(rest);
                self.to.clear();
                self.answer(Step::Mail, "250 2.1.0 sender ok").await
            }
            "RCPT" => {
                self.to.push(between_angles(rest));
                let next = self.answer(Step::Rcpt, "250 2.1.5 recipient ok").await?;
                if matches!(next, Next::Refused) {
                    self.to.pop();
                }
                Ok(next)
            }
            "DATA" if self.to.is_empty() => self.refuse("503 5.5.1 nobody to send to").await,
            "DATA" => match self.answer(Step::Data, "354 go ahead").await? {
                Next::Done => self.take_content().await,
                next => Ok(next),
            },
            _ => self.refuse("502 5.5.2 unknown command").await,
        }
    }

    fn offers(&self) -> String {
        let record = lock(&self.record);
        let script = &record.script;
        let mut lines = vec!["relay.example.org".to_owned()];
        for extension in ["8BITMIME", "SMTPUTF8", "STARTTLS"] {
            let apt = extension != "STARTTLS" || (script.tls == Mode::Starttls && !self.secured);
            if apt && !script.without.contains(&extension) {
                lines.push(extension.to_owned());
            }
        }
        if script.credentials.is_some() && (self.secured || script.tls == Mode::Plain) {
            let mechanisms = script.mechanisms.unwrap_or("PLAIN LOGIN");
            lines.push(format!("AUTH {mechanisms}"));
        }
        let last = lines.len() - 1;
        let numbered = lines.iter().enumerate().map(|(n, line)| {
            let mark = if n == last { ' ' } else { '-' };
            format!("250{mark}{line}")
        });
        numbered.collect::<Vec<_>>().join("\r\n")
    }

    async fn start_tls(&mut self) -> io::Result<Next> {
        match self.answer(Step::Starttls, "220 2.0.0 ready").await? {
            Next::Done => {}
            next => return Ok(next),
        }
        let bare = std::mem::replace(&mut self.line, BufReader::new(Box::new(tokio::io::empty())));
        let secured = self.acceptor.accept(bare.into_inner()).await?;
        self.line = BufReader::new(Box::new(secured));
        self.secured = true;
        Ok(Next::Done)
    }

    async fn sign_in(&mut self, request: &str) -> io::Result<Next> {
        let credentials = lock(&self.record).script.credentials.clone();
        let (username, password) = credentials.unwrap_or_default();
        let wanted = [
            base64(format!("\0{username}\0{password}").as_bytes()),
            base64(username.as_bytes()),
            base64(password.as_bytes()),
        ];
        let right = match request.split_once(' ') {
            Some(("PLAIN", given)) => given == wanted[0],
            _ if request == "LOGIN" => {
                self.say("334 VXNlcm5hbWU6").await?;
                let name = self.read_line().await?;
                self.say("334 UGFzc3dvcmQ6").await?;
                let word = self.read_line().await?;
                name.as_ref() == Some(&wanted[1]) && word.as_ref() == Some(&wanted[2])
            }
            _ => false,
        };
        if !right {
            return self
                .refuse("535 5.7.8 these credentials are not known")
                .await;
        }
        let next = self.answer(Step::Auth, "235 2.7.0 welcome").await?;
        self.signed_in = matches!(next, Next::Done);
        Ok(next)
    }

    /// Reads up to the final dot, and undoes the doubled dots. A line ends with CRLF and nothing
    /// else.
    async fn take_content(&mut self) -> io::Result<Next> {
        let mut content = Vec::new();
        let mut line = Vec::new();
        loop {
            if self.line.read_until(b'\n', &mut line).await? == 0 {
                return Ok(Next::HangUp);
            }
            if !line.ends_with(b"\r\n") {
                continue;
            }
            if line == b".\r\n" {
                break;
            }
            content.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
            line.clear();
        }
        let fault = self.fault(Step::Content);
        let refused = matches!(fault, Some(Fault::Reply(_) | Fault::Stall | Fault::Reset));
        let number = (!refused).then(|| {
            let mut record = lock(&self.record);
            record.taken.push(Taken {
                from: self.from.clone(),
                to: std::mem::take(&mut self.to),
                message_id: message_id(&content),
                content,
                answered: false,
            });
            record.taken.len()
        });
        let queued = format!("250 2.0.0 Ok: queued as Q{:04}", number.unwrap_or_default());
        let next = self.play(fault, &queued).await?;
        if let (Some(number), Next::Done) = (number, &next) {
            lock(&self.record).taken[number - 1].answered = true;
        }
        Ok(next)
    }

    /// The usual reply, or what the script says of this step.
    async fn answer(&mut self, step: Step, usual: &str) -> io::Result<Next> {
        let fault = self.fault(step);
        self.play(fault, usual).await
    }

    /// Counts the visit and finds the rule for it.
    fn fault(&self, step: Step) -> Option<Fault> {
        let mut record = lock(&self.record);
        record.visits.push(step);
        let visit = record.visits.iter().filter(|s| **s == step).count();
        let fits = |when: &When| match when {
            When::Always => true,
            When::Nth(n) => *n == visit,
            When::Recipient(address) => self.to.contains(address),
        };
        let rules = &record.script.rules;
        let rule = rules.iter().find(|(when, at, _)| *at == step && fits(when));
        rule.map(|(_, _, fault)| fault.clone())
    }

    async fn play(&mut self, fault: Option<Fault>, usual: &str) -> io::Result<Next> {
        match fault {
            None => self.say(usual).await.map(|()| Next::Done),
            Some(Fault::Reply(words)) => {
                self.say(&words).await?;
                Ok(match words.as_bytes() {
                    [b'4', b'2', b'1', ..] => Next::HangUp,
                    // Other words for yes are a yes.
                    [first, ..] if usual.as_bytes()[0] == *first => Next::Done,
                    _ => Next::Refused,
                })
            }
            Some(Fault::Drip(pause)) => {
                for byte in format!("{usual}\r\n").bytes() {
                    tokio::time::sleep(pause).await;
                    self.line.write_all(&[byte]).await?;
                    self.line.flush().await?;
                }
                Ok(Next::Done)
            }
            Some(Fault::Delay(pause)) => {
                tokio::time::sleep(pause).await;
                self.say(usual).await.map(|()| Next::Done)
            }
            Some(Fault::Stall | Fault::TakeThenStall) => std::future::pending().await,
            Some(Fault::Reset | Fault::TakeThenReset) => {
                self.line.get_ref().prepare_reset();
                Ok(Next::HangUp)
            }
        }
    }

    async fn refuse(&mut self, words: &str) -> io::Result<Next> {
        self.say(words).await.map(|()| Next::Refused)
    }

    async fn say(&mut self, words: &str) -> io::Result<()> {
        let line = format!("{words}\r\n");
        self.line.write_all(line.as_bytes()).await?;
        self.line.flush().await
    }
}

fn between_angles(text: &str) -> String {
    let inside = text.split_once('<').and_then(|(_, t)| t.split_once('>'));
    inside.map_or(text, |(address, _)| address).to_owned()
}

fn message_id(content: &[u8]) -> Option<String> {
    let message = mail_parser::MessageParser::default().parse(content)?;
    message.message_id().map(|id| format!("<{id}>"))
}

fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let n = chunk.iter().fold(0u32, |n, b| n << 8 | u32::from(*b)) << (8 * (3 - chunk.len()));
        for place in 0..4 {
            let six = ALPHABET[(n >> (18 - 6 * place)) as usize & 63];
            let padding = place > chunk.len();
            text.push(if padding { '=' } else { char::from(six) });
        }
    }
    text
}
