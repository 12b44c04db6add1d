//! The server's side of one conversation: command by command, as the script says.

use std::io;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader, DuplexStream};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use super::{Fault, Hush, Mode, Record, Step, Taken, When, lock};

/// A stream that can be reset.
pub(super) trait Line: AsyncRead + AsyncWrite + Send + Unpin {
    fn prepare_reset(&self);
}

impl Line for TcpStream {
    fn prepare_reset(&self) {
        self.set_zero_linger().unwrap();
    }
}

impl Line for DuplexStream {
    fn prepare_reset(&self) {}
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
    hush: Option<Arc<Hush>>,
    from: String,
    to: Vec<String>,
}

/// A client that goes away ends its conversation, not the server.
pub(super) fn start_conversation(
    line: Box<dyn Line>,
    record: &Arc<Mutex<Record>>,
    acceptor: &TlsAcceptor,
    hush: Option<Arc<Hush>>,
) {
    let conversation = converse(line, Arc::clone(record), acceptor.clone(), hush);
    tokio::spawn(async move {
        let _ = conversation.await;
    });
}

async fn converse(
    mut line: Box<dyn Line>,
    record: Arc<Mutex<Record>>,
    acceptor: TlsAcceptor,
    hush: Option<Arc<Hush>>,
) -> io::Result<()> {
    let implicit = lock(&record).script.tls == Mode::Implicit;
    if implicit {
        line = Box::new(acceptor.accept(line).await?);
    }
    let mut conversation = Conversation {
        line: BufReader::new(line),
        record,
        acceptor,
        secured: implicit,
        signed_in: false,
        hush,
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
                    if self.hush.is_none() {
                        tokio::time::sleep(pause).await;
                    }
                    self.line.write_all(&[byte]).await?;
                    self.line.flush().await?;
                }
                Ok(Next::Done)
            }
            Some(Fault::Delay(pause)) => {
                match &self.hush {
                    Some(hush) => hush.falls_for_a_while().await,
                    None => tokio::time::sleep(pause).await,
                }
                self.say(usual).await.map(|()| Next::Done)
            }
            Some(Fault::Stall | Fault::TakeThenStall) => {
                if let Some(hush) = &self.hush {
                    hush.falls();
                }
                std::future::pending().await
            }
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
