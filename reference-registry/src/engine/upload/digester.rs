//! Hashing on the side while a body comes in.

use bytes::Bytes;
use tokio::task::JoinHandle;

use crate::error::{Code, Error};
use crate::protocol::{Algorithm, Digest, Hasher};

/// Hashed in one go on a thread for blocking work, in bytes: enough to make the hand-over cheap, and little to keep.
const BATCH: usize = 256 << 10;

/// What is hashed where it stands when the digest is asked for, in bytes: a fraction of a millisecond.
const INLINE: usize = 64 << 10;

/// The digest of a stream of chunks. Hashing goes on beside whatever its owner does, one batch at a time, and no
/// thread is held while nothing comes in.
#[derive(Debug)]
pub(super) struct Digester {
    algorithm: Algorithm,
    /// Here when no batch is being hashed.
    state: Option<Hasher>,
    running: Option<JoinHandle<Hasher>>,
    pending: Vec<Bytes>,
    waiting: usize,
}

impl Digester {
    /// The digest of nothing.
    pub(super) fn new(algorithm: Algorithm) -> Self {
        let state = Some(Hasher::new(algorithm));
        Self { algorithm, state, running: None, pending: Vec::new(), waiting: 0 }
    }

    /// The algorithm.
    pub(super) const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Adds a chunk; waits while more than two batches are not hashed yet.
    pub(super) async fn update(&mut self, chunk: Bytes) -> Result<(), Error> {
        self.waiting += chunk.len();
        self.pending.push(chunk);
        if self.waiting >= BATCH { self.hand_over().await } else { Ok(()) }
    }

    /// Hashes what is pending, and waits for it: what is left needs no more room than the state.
    pub(super) async fn settle(&mut self) -> Result<(), Error> {
        if self.waiting > INLINE {
            self.hand_over().await?;
        }
        let mut state = self.take().await?;
        for chunk in std::mem::take(&mut self.pending) {
            state.update(&chunk);
        }
        self.waiting = 0;
        self.state = Some(state);
        Ok(())
    }

    /// The digest of all that was added.
    pub(super) async fn finish(mut self) -> Result<Digest, Error> {
        self.settle().await?;
        Ok(self.take().await?.finish())
    }

    async fn hand_over(&mut self) -> Result<(), Error> {
        let mut state = self.take().await?;
        let chunks = std::mem::take(&mut self.pending);
        self.waiting = 0;
        self.running = Some(tokio::task::spawn_blocking(move || {
            for chunk in &chunks {
                state.update(chunk);
            }
            state
        }));
        Ok(())
    }

    async fn take(&mut self) -> Result<Hasher, Error> {
        if let Some(running) = self.running.take() {
            return running.await.map_err(|error| Error::new(Code::Unknown).source(error));
        }
        self.state.take().ok_or_else(|| Error::new(Code::Unknown).source("the state of a hash is lost"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_digest_does_not_depend_on_the_chunks() {
        let content: Vec<u8> = (0..3_000_000_u32).map(|number| number.to_le_bytes()[1]).collect();
        for algorithm in Algorithm::ALL {
            for size in [999, 70_000, 600_000, 3_000_000] {
                let mut digester = Digester::new(algorithm);
                for (number, chunk) in content.chunks(size).enumerate() {
                    digester.update(Bytes::copy_from_slice(chunk)).await.unwrap();
                    if number % 3 == 0 {
                        digester.settle().await.unwrap();
                    }
                }
                assert_eq!(digester.finish().await.unwrap(), algorithm.digest(&content), "{algorithm:?} {size}");
            }
        }
    }
}
