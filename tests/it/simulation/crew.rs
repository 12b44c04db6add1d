//! The daemons of a world, and the one hand that moves them: one step of one daemon at a time, from
//! one point of an activation to the next. Between two steps a daemon may be held, may sleep while
//! time passes, or may die.

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

/// What a daemon did with its step.
pub enum Step {
    /// It came to a point, and is held there.
    At(Point),
    /// Its activation is over.
    Done(Result<Report, StoreError>),
}

enum News {
    At(usize, Point, oneshot::Sender<()>),
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
        let _ = self.news.send(News::At(self.daemon, point, permit));
        // No permit ever comes to one that is left to die.
        if granted.await.is_err() {
            std::future::pending().await
        }
    }
}

#[derive(Default)]
enum Doing {
    #[default]
    Nothing,
    Activation {
        task: JoinHandle<()>,
        stopping: Stopping,
        held: Option<(Point, oneshot::Sender<()>)>,
    },
}

struct Daemon {
    engine: Arc<Engine>,
    doing: Doing,
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
            let doing = Doing::Nothing;
            crew.daemons.push(Daemon { engine, doing });
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

    /// Where a daemon is held, if it is.
    pub fn held_at(&self, n: usize) -> Option<Point> {
        match &self.daemons[n].doing {
            Doing::Activation { held, .. } => held.as_ref().map(|(point, _)| *point),
            Doing::Nothing => None,
        }
    }

    /// Whoever holds a transaction open: all others would wait for it.
    pub fn in_transaction(&self) -> Option<usize> {
        (0..self.len()).find(|n| self.held_at(*n).is_some_and(Point::is_in_transaction))
    }

    /// Lets a daemon go on to its next point, or begin an activation.
    pub async fn step(&mut self, n: usize) -> Step {
        let doing = std::mem::take(&mut self.daemons[n].doing);
        let (task, stopping) = match doing {
            Doing::Nothing => self.begin(n),
            Doing::Activation {
                task,
                stopping,
                held,
            } => {
                let (_, permit) = held.expect("a daemon in its activation is held somewhere");
                permit.send(()).expect("it waits for its permit");
                (task, stopping)
            }
        };
        match self.news.recv().await.expect("the crew holds a sender") {
            News::At(who, point, permit) => {
                assert_eq!(who, n, "only one daemon moves at a time");
                self.daemons[n].doing = Doing::Activation {
                    task,
                    stopping,
                    held: Some((point, permit)),
                };
                Step::At(point)
            }
            News::Done(who, done) => {
                assert_eq!(who, n, "only one daemon moves at a time");
                Step::Done(done)
            }
        }
    }

    fn begin(&self, n: usize) -> (JoinHandle<()>, Stopping) {
        let engine = Arc::clone(&self.daemons[n].engine);
        let (tell, stopping) = (self.tell.clone(), Stopping::new());
        let told = stopping.clone();
        let task = tokio::spawn(async move {
            let done = engine.activate(&told).await;
            let _ = tell.send(News::Done(n, done));
        });
        (task, stopping)
    }

    /// Asks a daemon to stop, as a signal does.
    pub fn ask_to_stop(&self, n: usize) {
        if let Doing::Activation { stopping, .. } = &self.daemons[n].doing {
            stopping.cancel();
        }
    }

    /// A daemon dies where it is held, and another one is started in its place.
    pub async fn dies(&mut self, n: usize) {
        if let Doing::Activation { task, held, .. } = std::mem::take(&mut self.daemons[n].doing) {
            task.abort();
            let _ = task.await;
            drop(held);
            // Its sessions die with it, as soon as they are looked at.
            for _ in 0..16 {
                tokio::task::yield_now().await;
            }
        }
        self.daemons[n].engine = self.make(n).await;
    }
}
