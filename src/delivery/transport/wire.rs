//! The stream under the conversation: how STARTTLS is asked for before lettre takes over, and the
//! exact bytes of a content.
//!
//! STARTTLS is done here and not by lettre, whose reader keeps what was buffered in the clear: an
//! attacker between could put replies there that are then believed. Here, anything that comes in
//! the clear after the relay's consent ends the conversation. The greeting has been read by then,
//! so lettre is handed one of our own to begin with.

use std::borrow::Cow;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};

use lettre::transport::smtp::client::AsyncTokioStream;
use lettre::transport::smtp::commands::{Ehlo, Starttls};
use lettre::transport::smtp::extension::{ClientId, Extension, ServerInfo};
use lettre::transport::smtp::response::Response;
use tokio::io::{
    AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader, ReadBuf,
};

use super::reply::Failure;

/// The longest reply read before TLS, in bytes.
const LONGEST_REPLY: u64 = 16 * 1024;
const OUR_GREETING: &[u8] = b"220 secured\r\n";

/// A stream as lettre takes it, which may begin with bytes that were not on the wire.
#[derive(Debug)]
pub(super) struct Wire<S> {
    first: &'static [u8],
    stream: S,
    peer: SocketAddr,
}

impl<S> Wire<S> {
    pub(super) fn new(stream: S, peer: SocketAddr) -> Self {
        Self {
            first: b"",
            stream,
            peer,
        }
    }

    /// A stream on which the greeting was read already.
    pub(super) fn greeted(stream: S, peer: SocketAddr) -> Self {
        Self {
            first: OUR_GREETING,
            stream,
            peer,
        }
    }
}

/// Speaks in the clear up to the relay's consent to TLS; returns the bare stream for the handshake.
pub(super) async fn ask_for_tls<S>(stream: S, hello: &ClientId) -> Result<S, Failure>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let mut stream = BufReader::new(stream);
    read_reply(&mut stream).await?;
    let offers = command(&mut stream, &Ehlo::new(hello.clone()).to_string()).await?;
    let offers = ServerInfo::from_response(&offers).map_err(|e| Failure::of(&e))?;
    if !offers.supports_feature(Extension::StartTls) {
        return Err(Failure::Unable(
            "the relay does not offer STARTTLS, which mail.smtp.tls requires".to_owned(),
        ));
    }
    command(&mut stream, &Starttls.to_string()).await?;
    if !stream.buffer().is_empty() {
        return Err(Failure::Unexpected(
            "more came in the clear after the relay agreed to TLS; somebody may be in between"
                .to_owned(),
        ));
    }
    Ok(stream.into_inner())
}

async fn command<S>(stream: &mut BufReader<S>, command: &str) -> Result<Response, Failure>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let lost = |e: io::Error| Failure::Network(e.to_string());
    stream.write_all(command.as_bytes()).await.map_err(lost)?;
    stream.flush().await.map_err(lost)?;
    read_reply(stream).await
}

/// Reads one reply of any number of lines; a negative one is a failure.
async fn read_reply<S>(stream: &mut BufReader<S>) -> Result<Response, Failure>
where
    S: AsyncRead + Unpin,
{
    let unreadable = || Failure::Unexpected("the relay's reply cannot be read".to_owned());
    let mut reply = String::new();
    let mut limited = stream.take(LONGEST_REPLY);
    loop {
        let begin = reply.len();
        let read = limited.read_line(&mut reply).await;
        match read.map_err(|e| Failure::Network(e.to_string()))? {
            0 if limited.limit() == 0 => return Err(unreadable()),
            0 => {
                return Err(Failure::Network(
                    "the relay closed the connection".to_owned(),
                ));
            }
            // `250-` goes on, `250 ` ends.
            _ if reply.as_bytes().get(begin + 3) == Some(&b'-') => {}
            _ => break,
        }
    }
    let response: Response = reply.parse().map_err(|_| unreadable())?;
    let said = || response.message().collect::<Vec<_>>().join(" ");
    match u16::from(response.code()) {
        200..=299 => Ok(response),
        code @ 400..=499 => Err(Failure::Temporary(code, said())),
        code @ 500..=599 => Err(Failure::Permanent(code, said())),
        _ => Err(Failure::unexpected(&response)),
    }
}

/// A content as it goes over the wire: every line ends with CRLF (a bare LF or CR is somebody's
/// way of hiding a second message), and the last line's end is left to the final dot. Dots are
/// doubled by lettre.
pub(super) fn canonical(content: &[u8]) -> Cow<'_, [u8]> {
    let content = content.strip_suffix(b"\r\n").unwrap_or(content);
    let is_bare = |at: usize| match content[at] {
        b'\n' => at == 0 || content[at - 1] != b'\r',
        b'\r' => content.get(at + 1) != Some(&b'\n'),
        _ => false,
    };
    if !(0..content.len()).any(is_bare) {
        return Cow::Borrowed(content);
    }
    let mut whole = Vec::with_capacity(content.len() + 64);
    for (at, byte) in content.iter().enumerate() {
        if is_bare(at) {
            whole.extend_from_slice(b"\r\n");
        } else {
            whole.push(*byte);
        }
    }
    Cow::Owned(whole)
}

impl<S: AsyncRead + Unpin> AsyncRead for Wire<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if !self.first.is_empty() {
            let (now, later) = self
                .first
                .split_at(self.first.len().min(buffer.remaining()));
            buffer.put_slice(now);
            self.first = later;
            return Poll::Ready(Ok(()));
        }
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Wire<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

impl<S> AsyncTokioStream for Wire<S>
where
    S: AsyncRead + AsyncWrite + Send + Sync + Unpin + std::fmt::Debug,
{
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        Ok(self.peer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_ends_alike() {
        let cases: [(&[u8], &[u8]); 7] = [
            (b"a\r\nb\r\n", b"a\r\nb"),
            (b"a\nb\n", b"a\r\nb\r\n"),
            (b"a\r.\r\n", b"a\r\n."),
            (b"\n.\n", b"\r\n.\r\n"),
            (b"a\r\r\nb", b"a\r\n\r\nb"),
            (b"", b""),
            (b"\xe2\x97\x8f\r\n", b"\xe2\x97\x8f"),
        ];
        for (content, wanted) in cases {
            assert_eq!(&*canonical(content), wanted, "{content:?}");
        }
        assert!(matches!(canonical(b"a\r\n.\r\nb\r\n"), Cow::Borrowed(_)));
    }
}
