//! One conversation with the relay, driven command by command so that the phase is always known.
//!
//! A connection is lent to each step and comes back only when the step ended as expected; whatever
//! else happens (a deadline, a reset, a caller that goes away), it is dropped and never used again.

use std::fmt::{Debug, Display};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::pin::Pin;
use std::time::Duration;

use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::Mechanism;
use lettre::transport::smtp::client::{AsyncSmtpConnection, AsyncTokioStream};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt, Rset};
use lettre::transport::smtp::extension::{Extension, MailBodyParameter, MailParameter};
use lettre::transport::smtp::response::Response;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::Instant;

use super::network::{Reach, Stream};
use super::reply::{Failure, enhanced_code, queue_id, text_of};
use super::tls::{HandshakeError, Trust};
use super::wire::{Wire, ask_for_tls, canonical};
use super::{Outcome, Patience, Relay, Security, Verdict};
use crate::delivery::message::address;
use crate::domain::desk::EmailAddress;
use crate::domain::notice::Phase;

/// Goodbyes are a courtesy; nobody waits long for them.
const GOODBYE: Duration = Duration::from_secs(2);
/// The peer's address on a stream that has none; lettre wants one.
const NOWHERE: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), 0);

/// One conversation, for any number of messages one after another.
pub struct Session {
    state: State,
    patience: Patience,
    reach: Reach,
    /// The last transaction did not end with a message taken.
    needs_reset: bool,
}

enum State {
    Ready(Box<AsyncSmtpConnection>),
    /// The content is on its way, or its reply is awaited.
    Awaiting(ContentReply),
    Broken,
}

/// The content going out and the reply coming in. It is never dropped half-way and asked again: a
/// reply that was read in part must not be read as another.
type ContentReply =
    Pin<Box<dyn Future<Output = (Box<AsyncSmtpConnection>, Result<Response, Error>)> + Send>>;

/// Where a try ended.
struct End {
    verdict: Verdict,
    phase: Phase,
    reply: String,
}

impl End {
    fn failed(phase: Phase, failure: &Failure) -> Self {
        Self {
            verdict: failure.verdict(phase),
            phase,
            reply: failure.reply(),
        }
    }

    fn outcome(self, started: Instant) -> Outcome {
        Outcome {
            enhanced_code: enhanced_code(&self.reply),
            verdict: self.verdict,
            phase: self.phase,
            reply: self.reply,
            duration: started.elapsed(),
        }
    }
}

/// Opens a conversation with the relay.
pub(super) async fn open(relay: &Relay, reach: Reach) -> Result<Session, Outcome> {
    let started = Instant::now();
    let opened = async {
        let patience = relay.patience.connect;
        let stream = within(&reach, patience, Phase::Connect, dial(relay, &reach)).await?;
        over(relay, reach, stream).await
    };
    opened.await.map_err(|end| end.outcome(started))
}

/// Opens a conversation over a stream that is there already.
pub(super) async fn open_over<S>(relay: &Relay, reach: Reach, stream: S) -> Result<Session, Outcome>
where
    S: AsyncRead + AsyncWrite + Send + Sync + Unpin + Debug + 'static,
{
    let started = Instant::now();
    let opened = over(relay, reach, (stream, NOWHERE)).await;
    opened.map_err(|end| end.outcome(started))
}

async fn dial(relay: &Relay, reach: &Reach) -> Result<(Box<dyn Stream>, SocketAddr), Failure> {
    let lost = |e: std::io::Error| {
        Failure::Network(format!(
            "{}:{} cannot be reached: {e}",
            relay.host, relay.port
        ))
    };
    if let Some(network) = &reach.0 {
        return Ok((network.open().await.map_err(lost)?, NOWHERE));
    }
    let stream = TcpStream::connect((relay.host.as_str(), relay.port))
        .await
        .map_err(lost)?;
    // Body and final dot are written apart; without this the kernel waits 40 ms between them.
    stream.set_nodelay(true).map_err(lost)?;
    let peer = stream.peer_addr().map_err(lost)?;
    Ok((Box::new(stream), peer))
}

/// The conversation over a stream that is open.
async fn over<S>(
    relay: &Relay,
    reach: Reach,
    (stream, peer): (S, SocketAddr),
) -> Result<Session, End>
where
    S: AsyncRead + AsyncWrite + Send + Sync + Unpin + Debug + 'static,
{
    let patience = relay.patience;
    let (wire, phase): (Box<dyn AsyncTokioStream>, Phase) = match &relay.security {
        Security::None => (Box::new(Wire::new(stream, peer)), Phase::Connect),
        Security::Implicit(trust) => {
            let secured =
                within(&reach, patience.connect, Phase::Tls, secure(trust, stream)).await?;
            (Box::new(Wire::new(secured, peer)), Phase::Connect)
        }
        Security::Starttls(trust) => {
            let asked = async {
                let asked = ask_for_tls(stream, &relay.hello);
                let asked = reach.within(patience.connect, asked).await;
                asked.unwrap_or_else(|| Err(silence(patience.connect)))
            };
            // A greeting that refuses us is no matter of TLS, but it means the same.
            let bare = asked.await.map_err(|f| End::failed(Phase::Tls, &f))?;
            let secured = within(&reach, patience.command, Phase::Tls, secure(trust, bare)).await?;
            (Box::new(Wire::greeted(secured, peer)), Phase::Tls)
        }
    };
    let hello = async {
        AsyncSmtpConnection::connect_with_transport(wire, &relay.hello)
            .await
            .map_err(|e| Failure::of(&e))
    };
    let mut connection = within(&reach, patience.connect, phase, hello).await?;
    if let Some(credentials) = &relay.credentials {
        let sign_in = async {
            let mechanisms = [Mechanism::Plain, Mechanism::Login];
            let reply = connection.auth(&mechanisms, credentials).await;
            reply.map_err(|e| Failure::of(&e))
        };
        let reply = within(&reach, patience.command, Phase::Auth, sign_in).await?;
        if !is_done(&reply) {
            return Err(End::failed(Phase::Auth, &Failure::unexpected(&reply)));
        }
    }
    Ok(Session {
        state: State::Ready(Box::new(connection)),
        patience,
        reach,
        needs_reset: false,
    })
}

async fn secure<S>(trust: &Trust, stream: S) -> Result<tokio_rustls::client::TlsStream<S>, Failure>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    trust.handshake(stream).await.map_err(|error| match error {
        HandshakeError::Refused(reason) => Failure::Unable(format!(
            "TLS failed: {reason}; if the relay's certificate is of an authority of your own, set mail.smtp.ca_file"
        )),
        HandshakeError::Network(reason) => Failure::Network(reason),
    })
}

/// Runs a step within its deadline.
async fn within<T>(
    reach: &Reach,
    patience: Duration,
    phase: Phase,
    step: impl Future<Output = Result<T, Failure>>,
) -> Result<T, End> {
    let result = reach.within(patience, step).await;
    let result = result.unwrap_or_else(|| Err(silence(patience)));
    result.map_err(|failure| End::failed(phase, &failure))
}

fn silence(patience: Duration) -> Failure {
    Failure::Network(format!("no answer within {patience:?}"))
}

fn is_done(response: &Response) -> bool {
    (200..300).contains(&u16::from(response.code()))
}

impl Session {
    /// Whether another message can be sent over it.
    pub fn is_usable(&self) -> bool {
        matches!(self.state, State::Ready(_))
    }

    /// Sends one message to one recipient. On the server's `354`, before any of the content goes
    /// out, `on_354` is awaited; when it says false the connection is dropped and the verdict is
    /// *abandoned*. From there on, silence means *in doubt*.
    ///
    /// Dropping the future breaks the session, not the next message.
    pub async fn send(
        &mut self,
        from: &EmailAddress,
        to: &EmailAddress,
        content: &[u8],
        on_354: impl AsyncFnOnce() -> bool,
    ) -> Outcome {
        let started = Instant::now();
        let end = match self.announce(from, to, content).await {
            Err(end) => end,
            Ok(_) if !on_354().await => End {
                verdict: Verdict::Abandoned,
                phase: Phase::Data,
                reply: "stopped before the content".to_owned(),
            },
            Ok(connection) => {
                self.hand_over(connection, content);
                let (end, _) = self.settle(self.patience.content).await;
                end
            }
        };
        end.outcome(started)
    }

    /// Waits on for the reply to a content that is in doubt. `None` when none came in that time,
    /// or when none is awaited. The session is not used for another message.
    pub async fn late_reply(&mut self, patience: Duration) -> Option<Outcome> {
        let started = Instant::now();
        if !matches!(self.state, State::Awaiting(_)) {
            return None;
        }
        let (end, answered) = self.settle(patience).await;
        if answered {
            self.state = State::Broken;
        }
        answered.then(|| end.outcome(started))
    }

    /// Ends the conversation politely, where there still is one.
    pub async fn quit(self) {
        if let State::Ready(mut connection) = self.state {
            // Whether the goodbye arrives changes nothing.
            let _ = self.reach.within(GOODBYE, connection.quit()).await;
        }
    }

    /// MAIL, RCPT, DATA: up to the server's `354`. The connection is given out on it.
    async fn announce(
        &mut self,
        from: &EmailAddress,
        to: &EmailAddress,
        content: &[u8],
    ) -> Result<Box<AsyncSmtpConnection>, End> {
        if self.needs_reset {
            self.step(Phase::MailFrom, Rset).await?;
        }
        self.needs_reset = true;
        let parameters = self.parameters(from, to, content)?;
        self.step(Phase::MailFrom, Mail::new(Some(address(from)), parameters))
            .await?;
        self.step(Phase::RcptTo, Rcpt::new(address(to), Vec::new()))
            .await?;
        let mut connection = self.take(Phase::Data)?;
        let patience = self.patience.command;
        match ask(&self.reach, patience, &mut connection, Data).await {
            Ok(reply) if reply.has_code(354) => Ok(connection),
            Ok(other) => Err(End::failed(Phase::Data, &Failure::unexpected(&other))),
            Err(failure) => Err(self.refused(connection, Phase::Data, &failure)),
        }
    }

    /// One command that is done with a 2xx.
    async fn step<C: Display>(&mut self, phase: Phase, command: C) -> Result<(), End> {
        let mut connection = self.take(phase)?;
        let patience = self.patience.command;
        match ask(&self.reach, patience, &mut connection, command).await {
            Ok(reply) if is_done(&reply) => {
                self.state = State::Ready(connection);
                Ok(())
            }
            Ok(other) => Err(End::failed(phase, &Failure::unexpected(&other))),
            Err(failure) => Err(self.refused(connection, phase, &failure)),
        }
    }

    /// What driving by hand must check itself: letters beyond ASCII in addresses and content.
    fn parameters(
        &mut self,
        from: &EmailAddress,
        to: &EmailAddress,
        content: &[u8],
    ) -> Result<Vec<MailParameter>, End> {
        let State::Ready(connection) = &self.state else {
            return Err(not_usable(Phase::MailFrom));
        };
        let offers = |extension| connection.server_info().supports_feature(extension);
        let unable = |phase: Phase, what: &str| {
            let failure = Failure::Unable(format!("the relay does not take {what}"));
            Err(End::failed(phase, &failure))
        };
        let (from_plain, to_plain) = (from.as_str().is_ascii(), to.as_str().is_ascii());
        let mut parameters = Vec::new();
        if !(from_plain && to_plain) {
            if !offers(Extension::SmtpUtfEight) {
                let phase = if from_plain {
                    Phase::RcptTo
                } else {
                    Phase::MailFrom
                };
                return unable(phase, "addresses with letters beyond ASCII (SMTPUTF8)");
            }
            parameters.push(MailParameter::SmtpUtfEight);
        }
        if !content.is_ascii() {
            if !offers(Extension::EightBitMime) {
                return unable(Phase::Data, "content beyond ASCII (8BITMIME)");
            }
            parameters.push(MailParameter::Body(MailBodyParameter::EightBitMime));
        }
        Ok(parameters)
    }

    /// Takes the connection for one step; it is broken unless the step puts it back.
    fn take(&mut self, phase: Phase) -> Result<Box<AsyncSmtpConnection>, End> {
        match std::mem::replace(&mut self.state, State::Broken) {
            State::Ready(connection) => Ok(connection),
            _ => Err(not_usable(phase)),
        }
    }

    /// A refusal that is an answer leaves the conversation intact.
    fn refused(
        &mut self,
        connection: Box<AsyncSmtpConnection>,
        phase: Phase,
        failure: &Failure,
    ) -> End {
        if failure.leaves_healthy() {
            self.state = State::Ready(connection);
        }
        End::failed(phase, failure)
    }

    fn hand_over(&mut self, mut connection: Box<AsyncSmtpConnection>, content: &[u8]) {
        let content = canonical(content).into_owned();
        self.state = State::Awaiting(Box::pin(async move {
            let reply = connection.message(&content).await;
            (connection, reply)
        }));
    }

    /// Waits for the reply to the content; says whether one came.
    async fn settle(&mut self, patience: Duration) -> (End, bool) {
        let State::Awaiting(reply) = &mut self.state else {
            return (not_usable(Phase::Content), false);
        };
        let Some((connection, reply)) = self.reach.within(patience, reply.as_mut()).await else {
            return (End::failed(Phase::Content, &silence(patience)), false);
        };
        self.state = State::Broken;
        let end = match reply {
            Ok(reply) if is_done(&reply) => {
                self.state = State::Ready(connection);
                self.needs_reset = false;
                let reply = text_of(&reply);
                End {
                    verdict: Verdict::Sent {
                        queue_id: queue_id(&reply),
                    },
                    phase: Phase::Content,
                    reply,
                }
            }
            Ok(other) => End::failed(Phase::Content, &Failure::unexpected(&other)),
            Err(error) => self.refused(connection, Phase::Content, &Failure::of(&error)),
        };
        (end, true)
    }
}

fn not_usable(phase: Phase) -> End {
    let failure = Failure::Network("the connection was given up after an earlier step".to_owned());
    End {
        // Nothing was sent over it, so nothing can be in doubt.
        verdict: Verdict::Deferred,
        phase,
        reply: failure.reply(),
    }
}

/// One command and its reply, within a deadline.
async fn ask<C: Display>(
    reach: &Reach,
    patience: Duration,
    connection: &mut AsyncSmtpConnection,
    command: C,
) -> Result<Response, Failure> {
    match reach.within(patience, connection.command(command)).await {
        Some(reply) => reply.map_err(|e| Failure::of(&e)),
        None => Err(silence(patience)),
    }
}
