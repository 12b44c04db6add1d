//! A wire to PostgreSQL that can be cut at a COMMIT: before it arrives, or when it is done and only
//! its answer is under way, which is the commit of which nobody knows what became of it. It can also
//! be held at either point, so that a daemon can be stopped there.
//!
//! ```ignore
//! let wire = Proxy::start(cluster.port()).await;
//! wire.at_commit(1, says("assigned"), Cut::Answer);
//! let daemon = Daemon::start(&wire.url(database.url()), ..);
//! ```

use std::io;
use std::sync::{Arc, Mutex};

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// A COMMIT as a client says it: a simple query of that one word.
const COMMIT: &[u8] = b"Q\0\0\0\x0bCOMMIT\0";

/// Where the wire is cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    /// The COMMIT never arrives.
    Commit,
    /// The COMMIT is done, and its answer never arrives.
    Answer,
    /// The COMMIT waits on the way until [`Proxy::release`].
    HoldCommit,
    /// The COMMIT is done, and its answer waits on the way until [`Proxy::release`].
    HoldAnswer,
}

/// Of which transactions a rule speaks, by everything the client said in one.
pub type Which = Box<dyn Fn(&[u8]) -> bool + Send>;

/// Those in which these words were said, in a statement or as a value.
pub fn says(words: &'static str) -> Which {
    Box::new(move |said| holds(said, words.as_bytes()))
}

pub fn holds(said: &[u8], words: &[u8]) -> bool {
    said.windows(words.len()).any(|part| part == words)
}

struct Rule {
    which: Which,
    /// How many such commits still go through before the one that meets it.
    after: usize,
    cut: Cut,
}

#[derive(Default)]
struct Book {
    rules: Vec<Rule>,
    /// One commit in so many is cut, before or after, as the dice fall.
    chance: Option<(StdRng, u32)>,
    commits: usize,
    cuts: usize,
}

/// The wire; it ends with this value.
pub struct Proxy {
    port: u16,
    server: u16,
    book: Arc<Mutex<Book>>,
    released: watch::Sender<bool>,
    accepting: tokio::task::JoinHandle<()>,
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

impl Proxy {
    /// A wire to the server on a loopback port.
    pub async fn start(server: u16) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let book = Arc::<Mutex<Book>>::default();
        let (released, waiting) = watch::channel(false);
        let shared = Arc::clone(&book);
        let accepting = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let (book, waiting) = (Arc::clone(&shared), waiting.clone());
                tokio::spawn(async move {
                    // Whoever ends the conversation ends it for both.
                    let _ = carry(client, server, book, waiting).await;
                });
            }
        });
        Self {
            port,
            server,
            book,
            released,
            accepting,
        }
    }

    /// A URL of the server, by way of this wire.
    pub fn url(&self, url: &str) -> String {
        url.replace(
            &format!("127.0.0.1:{}", self.server),
            &format!("127.0.0.1:{}", self.port),
        )
    }

    /// Cuts at the n-th commit (from 1) of such a transaction, once.
    pub fn at_commit(&self, n: usize, which: Which, cut: Cut) {
        let after = n - 1;
        let rule = Rule { which, after, cut };
        self.book.lock().unwrap().rules.push(rule);
    }

    /// From now on one commit in so many is cut, half of them before and half after.
    pub fn at_random(&self, seed: u64, one_in: u32) {
        self.book.lock().unwrap().chance = Some((StdRng::seed_from_u64(seed), one_in));
    }

    /// Nothing is cut any more.
    pub fn mend(&self) {
        let mut book = self.book.lock().unwrap();
        book.rules.clear();
        book.chance = None;
    }

    /// How many commits were cut or held.
    pub fn cuts(&self) -> usize {
        self.book.lock().unwrap().cuts
    }

    /// How many commits came by.
    pub fn commits(&self) -> usize {
        self.book.lock().unwrap().commits
    }

    /// Lets go what is held, and holds nothing any more.
    pub fn release(&self) {
        self.released.send_replace(true);
    }
}

impl Book {
    /// What happens at the commit of a transaction in which this was said.
    fn decide(&mut self, said: &[u8]) -> Option<Cut> {
        self.commits += 1;
        let met = self.rules.iter().position(|rule| (rule.which)(said));
        let cut = match met {
            Some(place) if self.rules[place].after == 0 => Some(self.rules.remove(place).cut),
            Some(place) => {
                self.rules[place].after -= 1;
                None
            }
            None => self.chance.as_mut().and_then(|(dice, one_in)| {
                let (met, after) = (dice.random_range(0..*one_in) == 0, dice.random());
                let cut = if after { Cut::Answer } else { Cut::Commit };
                met.then_some(cut)
            }),
        };
        self.cuts += usize::from(cut.is_some());
        cut
    }
}

async fn carry(
    mut client: TcpStream,
    server: u16,
    book: Arc<Mutex<Book>>,
    mut released: watch::Receiver<bool>,
) -> io::Result<()> {
    let mut server = TcpStream::connect(("127.0.0.1", server)).await?;
    client.set_nodelay(true)?;
    server.set_nodelay(true)?;
    let (mut up, mut down) = (vec![0; 64 * 1024], vec![0; 64 * 1024]);
    // Everything the client said since it began its transaction.
    let mut said: Vec<u8> = Vec::new();
    loop {
        tokio::select! {
            read = client.read(&mut up) => {
                let spoken = &up[..read?];
                if spoken.is_empty() {
                    return Ok(());
                }
                if holds(spoken, b"BEGIN") {
                    said.clear();
                }
                said.extend_from_slice(spoken);
                let cut = holds(spoken, COMMIT)
                    .then(|| book.lock().unwrap().decide(&said))
                    .flatten();
                match cut {
                    None => server.write_all(spoken).await?,
                    Some(Cut::Commit) => return break_off(&client, &server),
                    Some(Cut::Answer) => {
                        server.write_all(spoken).await?;
                        let _answered = server.read(&mut down).await?;
                        return break_off(&client, &server);
                    }
                    Some(Cut::HoldCommit) => {
                        let _ = released.wait_for(|go| *go).await;
                        server.write_all(spoken).await?;
                    }
                    Some(Cut::HoldAnswer) => {
                        server.write_all(spoken).await?;
                        let answered = server.read(&mut down).await?;
                        let _ = released.wait_for(|go| *go).await;
                        client.write_all(&down[..answered]).await?;
                    }
                }
            }
            read = server.read(&mut down) => {
                let answer = &down[..read?];
                if answer.is_empty() {
                    return Ok(());
                }
                client.write_all(answer).await?;
            }
        }
    }
}

/// Both ends see a reset, not a good-bye.
fn break_off(client: &TcpStream, server: &TcpStream) -> io::Result<()> {
    client.set_zero_linger()?;
    server.set_zero_linger()
}
