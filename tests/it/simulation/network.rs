//! The network of a world: streams in memory to the relay, on which nothing takes time. Where the
//! relay falls silent, its client's patience is at an end at once.

use std::collections::HashMap;
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use aide_memoire::delivery::transport::{Network, Stream};

use crate::support::smtp::{FaultServer, Hush};

/// One daemon's way to the relay. Each of its sessions speaks over one stream at a time.
pub struct Wires {
    relay: Arc<FaultServer>,
    /// Whether the relay cannot be reached at all.
    cut: Arc<AtomicBool>,
    /// By session: whether the server of its stream is silent.
    current: Mutex<HashMap<tokio::task::Id, Arc<Hush>>>,
}

impl Wires {
    pub fn new(relay: Arc<FaultServer>, cut: Arc<AtomicBool>) -> Self {
        Self {
            relay,
            cut,
            current: Mutex::default(),
        }
    }
}

#[async_trait::async_trait]
impl Network for Wires {
    async fn open(&self) -> io::Result<Box<dyn Stream>> {
        if self.cut.load(Ordering::Relaxed) {
            return Err(io::ErrorKind::ConnectionRefused.into());
        }
        let hush = Arc::<Hush>::default();
        let mut current = self.current.lock().unwrap();
        current.insert(tokio::task::id(), Arc::clone(&hush));
        Ok(Box::new(self.relay.in_memory_with(hush)))
    }

    async fn silence(&self, _patience: Duration) {
        let hush = {
            let current = self.current.lock().unwrap();
            current.get(&tokio::task::id()).map(Arc::clone)
        };
        match hush {
            Some(hush) => hush.is_felt().await,
            None => std::future::pending().await,
        }
    }
}
