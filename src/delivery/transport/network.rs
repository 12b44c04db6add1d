//! What lies between us and the relay: how a stream is opened, and how long silence lasts. A
//! working daemon opens TCP and waits by the system's time; a simulation speaks over memory, where
//! nothing is waited for.

use std::fmt::Debug;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use tokio::io::{AsyncRead, AsyncWrite};

/// A stream to the relay.
pub trait Stream: AsyncRead + AsyncWrite + Send + Sync + Unpin + Debug {}

impl<S: AsyncRead + AsyncWrite + Send + Sync + Unpin + Debug> Stream for S {}

/// Another network than TCP.
#[async_trait]
pub trait Network: Send + Sync + 'static {
    /// Opens a stream to the relay.
    async fn open(&self) -> io::Result<Box<dyn Stream>>;

    /// Returns when this time has passed without an answer.
    async fn silence(&self, patience: Duration);
}

/// The other network, if there is one.
#[derive(Clone, Default)]
pub(super) struct Reach(pub Option<Arc<dyn Network>>);

impl Reach {
    /// What a step comes to within its deadline; `None` when it did not end in time.
    pub async fn within<T>(&self, patience: Duration, step: impl Future<Output = T>) -> Option<T> {
        match &self.0 {
            None => tokio::time::timeout(patience, step).await.ok(),
            Some(network) => tokio::select! {
                biased;
                done = step => Some(done),
                () = network.silence(patience) => None,
            },
        }
    }
}
