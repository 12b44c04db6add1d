//! The daemons of a world, and the one hand that moves them: one step of one session of one daemon at
//! a time, from one point of an activation to the next. Between two steps a daemon may be held, may
//! sleep while time passes, or may die.
//!
//! A daemon at work is its activation and, while it delivers, its sessions. Only one of all of them
//! ever moves; the others are held at their points. Where the activation waits for its sessions, it
//! is at no point.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use aide_memoire::clock::Clock;
use aide_memoire::config::Config;
use aide_memoire::jobs::checkpoint::{Checkpoint, Point};
use aide_memoire::jobs::{Engine, Report, Stopping};
use aide_memoire::store::{Store, StoreError};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

use super::dice::{Dice, Seeded};
use super::network::Wires;

/// A daemon, and which of its tasks: 0 is the activation itself, its sessions are counted from 1 in
/// the order in which they came to work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hand {
    pub daemon: usize,
    pub task: usize,
}

impl fmt::Display for Hand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Hand { daemon, task: 0 } => write!(f, "daemon {daemon}"),
            Hand { daemon, task } => write!(f, "daemon {daemon}, session {task}"),
        }
    }
}

/// What came of a step.
pub enum Step {
    /// Whoever moved came to a point, and is held there; sessions that came to work at theirs. Nobody
    /// where a session ended and others go on.
    At(Vec<(Hand, Point)>),
    /// The daemon's activation is over.
    Done(Result<Report, StoreError>),
}

type Permit = oneshot::Sender<()>;

enum News {
    At(usize, tokio::task::Id, Point, Permit),
    Done(usize, Result<Report, StoreError>),
}

/// Holds whoever comes to a point until the permit to go on is given.
struct Gate {
    daemon: usize,
    news: mpsc::UnboundedSender<News>,
}

#[async_trait::async_trait]
impl Checkpoint for Gate {
    async fn reached(&self, point: Point) {
        let (permit, granted) = oneshot::channel();
        let news = News::At(self.daemon, tokio::task::id(), point, permit);
        let _ = self.news.send(news);
        // No permit ever comes to one that is left to die.
        if granted.await.is_err() {
            std::future::pending().await
        }
    }
}

struct Activation {
    task: JoinHandle<()>,
    stopping: Stopping,
    /// Everybody who ever came to a point, in that order.
    tasks: Vec<tokio::task::Id>,
    held: BTreeMap<usize, (Point, Permit)>,
}

struct Daemon {
    engine: Arc<Engine>,
    doing: Option<Activation>,
}

/// How daemons are made.
pub struct Maker {
    pub config: Config,
    pub clock: Arc<dyn Clock>,
    pub url: String,
    pub network: Box<dyn Fn() -> Wires>,
}

pub struct Crew {
    maker: Maker,
    dice: Dice,
    daemons: Vec<Daemon>,
    tell: mpsc::UnboundedSender<News>,
    news: mpsc::UnboundedReceiver<News>,
}

/// Times that others get their turn where nobody waits for anything but a turn.
const TURNS: usize = 16;

impl Crew {
    pub async fn of(number: usize, maker: Maker, dice: Dice) -> Self {
        let (tell, news) = mpsc::unbounded_channel();
        let mut crew = Self {
            maker,
            dice,
            daemons: Vec::new(),
            tell,
            news,
        };
        for n in 0..number {
            let engine = crew.make(n).await;
            crew.daemons.push(Daemon {
                engine,
                doing: None,
            });
        }
        crew
    }

    async fn make(&mut self, n: usize) -> Arc<Engine> {
        let store = Store::open(&self.maker.url).await.unwrap();
        let clock = Arc::clone(&self.maker.clock);
        let engine = Engine::new(store, &self.maker.config, clock).unwrap();
        let news = self.tell.clone();
        let engine = engine
            .with_entropy(Arc::new(Seeded::new(self.dice.fork())))
            .with_network(Arc::new((self.maker.network)()))
            .with_checkpoint(Arc::new(Gate { daemon: n, news }));
        Arc::new(engine)
    }

    pub fn len(&self) -> usize {
        self.daemons.len()
    }

    /// Who of a daemon is held, and where; nobody where it is not at work.
    pub fn held(&self, n: usize) -> Vec<(Hand, Point)> {
        let doing = self.daemons[n].doing.iter();
        let held = doing.flat_map(|activation| &activation.held);
        held.map(|(task, (point, _))| {
            (
                Hand {
                    daemon: n,
                    task: *task,
                },
                *point,
            )
        })
        .collect()
    }

    /// Who of a daemon may move next. Whoever claims holds the others back until it knows what it
    /// has.
    pub fn movable(&self, n: usize) -> Vec<Hand> {
        let held = self.held(n);
        if held.is_empty() {
            return vec![Hand { daemon: n, task: 0 }];
        }
        let claims = held.iter().find(|(_, point)| *point == Point::Claimed);
        match claims {
            Some((hand, _)) => vec![*hand],
            None => held.into_iter().map(|(hand, _)| hand).collect(),
        }
    }

    /// Whoever holds a transaction open: all others would wait for it.
    pub fn in_transaction(&self) -> Option<usize> {
        let is_in = |n: &usize| self.held(*n).iter().any(|(_, p)| p.is_in_transaction());
        (0..self.len()).find(is_in)
    }

    /// Lets one who is held go on to the next point, or begins an activation. Returns also the point
    /// from which it went.
    pub async fn step(&mut self, hand: Hand) -> (Option<Point>, Step) {
        let Hand { daemon: n, task } = hand;
        let from = match &mut self.daemons[n].doing {
            None => {
                self.begin(n);
                None
            }
            Some(activation) => {
                let (point, permit) = activation.held.remove(&task).expect("it is held");
                let others_go_on = !activation.held.is_empty();
                permit.send(()).expect("it waits for its permit");
                if point == Point::SessionEnded && others_go_on {
                    self.give_turns().await;
                    return (Some(point), Step::At(Vec::new()));
                }
                Some(point)
            }
        };
        let first = self.news.recv().await.expect("the crew holds a sender");
        let (who, id, point, permit) = match first {
            News::At(who, id, point, permit) => (who, id, point, permit),
            News::Done(who, done) => {
                assert_eq!(who, n, "only one daemon moves at a time");
                self.daemons[n].doing = None;
                return (from, Step::Done(done));
            }
        };
        let mut came = vec![self.note(n, who, id, point, permit)];
        if point == Point::SessionBegun {
            // The others that came to work with it.
            self.give_turns().await;
            while let Ok(News::At(who, id, point, permit)) = self.news.try_recv() {
                came.push(self.note(n, who, id, point, permit));
            }
        }
        (from, Step::At(came))
    }

    fn begin(&mut self, n: usize) {
        let engine = Arc::clone(&self.daemons[n].engine);
        let (tell, stopping) = (self.tell.clone(), Stopping::new());
        let told = stopping.clone();
        let task = tokio::spawn(async move {
            let done = engine.activate(&told).await;
            let _ = tell.send(News::Done(n, done));
        });
        self.daemons[n].doing = Some(Activation {
            tasks: vec![task.id()],
            task,
            stopping,
            held: BTreeMap::new(),
        });
    }

    /// Somebody came to a point.
    fn note(
        &mut self,
        expected: usize,
        daemon: usize,
        id: tokio::task::Id,
        point: Point,
        permit: Permit,
    ) -> (Hand, Point) {
        assert_eq!(daemon, expected, "only one daemon moves at a time");
        let activation = self.daemons[daemon].doing.as_mut().expect("it is at work");
        let known = activation.tasks.iter().position(|known| *known == id);
        let task = known.unwrap_or_else(|| {
            activation.tasks.push(id);
            activation.tasks.len() - 1
        });
        activation.held.insert(task, (point, permit));
        (Hand { daemon, task }, point)
    }

    async fn give_turns(&self) {
        for _ in 0..TURNS {
            tokio::task::yield_now().await;
        }
    }

    /// Asks a daemon to stop, as a signal does.
    pub fn ask_to_stop(&self, n: usize) {
        if let Some(activation) = &self.daemons[n].doing {
            activation.stopping.cancel();
        }
    }

    /// A daemon dies where it is held, and another one is started in its place.
    pub async fn dies(&mut self, n: usize) {
        if let Some(Activation { task, held, .. }) = self.daemons[n].doing.take() {
            task.abort();
            let _ = task.await;
            drop(held);
            // Its sessions die with it, as soon as they are looked at.
            self.give_turns().await;
        }
        self.daemons[n].engine = self.make(n).await;
    }
}
