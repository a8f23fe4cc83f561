//! From the body of a request into the data object of a session.

use bytes::{Bytes, BytesMut};

use super::digester::Digester;
use crate::engine::failure::failed;
use crate::error::Error;
use crate::storage::{Appender, Driver, StorePath};

/// How much is held back before anything is written, in bytes; a body that is over by then needs no session object.
pub(super) const HOLD: usize = 128 << 10;

/// Chunks of at least this size are written as they are; smaller ones are gathered.
const LARGE: usize = 64 << 10;

/// Takes in one body: hashes and writes it in pieces of a good size. Holds at most [`HOLD`] bytes, beside the pieces
/// that are being hashed.
#[derive(Debug)]
pub(super) struct Intake<'a> {
    driver: &'a dyn Driver,
    path: StorePath,
    start: u64,
    received: u64,
    held: BytesMut,
    appender: Option<Box<dyn Appender>>,
    digester: Option<Digester>,
}

impl<'a> Intake<'a> {
    /// Goes on after the first `start` bytes of `path`, which `digester` has seen.
    pub(super) fn new(driver: &'a dyn Driver, path: StorePath, start: u64, digester: Option<Digester>) -> Self {
        Self { driver, path, start, received: 0, held: BytesMut::new(), appender: None, digester }
    }

    /// The bytes taken in so far.
    pub(super) const fn received(&self) -> u64 {
        self.received
    }

    /// Takes in a chunk.
    pub(super) async fn take(&mut self, chunk: Bytes) -> Result<(), Error> {
        self.received += chunk.len() as u64;
        let gather = self.appender.is_none() || chunk.len() < LARGE;
        if gather && self.held.len() + chunk.len() <= HOLD {
            self.held.extend_from_slice(&chunk);
            return Ok(());
        }
        self.flush().await?;
        if chunk.len() < LARGE {
            self.held.extend_from_slice(&chunk);
            return Ok(());
        }
        self.write(chunk).await
    }

    /// All that was taken in, when it is the whole object and nothing of it is in the store yet.
    pub(super) fn whole(&mut self) -> Option<Bytes> {
        (self.start == 0 && self.appender.is_none()).then(|| std::mem::take(&mut self.held).freeze())
    }

    /// Makes what was taken in durable; the size of the object in bytes, and the hash of all of it, settled.
    pub(super) async fn store(mut self) -> Result<(u64, Option<Digester>), Error> {
        self.flush().await?;
        if let Some(digester) = &mut self.digester {
            digester.settle().await?;
        }
        let size = match self.appender {
            Some(appender) => appender.finish().await.map_err(failed)?,
            None => self.start,
        };
        Ok((size, self.digester))
    }

    async fn flush(&mut self) -> Result<(), Error> {
        let held = self.held.split().freeze();
        if held.is_empty() { Ok(()) } else { self.write(held).await }
    }

    async fn write(&mut self, piece: Bytes) -> Result<(), Error> {
        let mut appender = match self.appender.take() {
            Some(appender) => appender,
            None => self.driver.append(&self.path, self.start).await.map_err(super::body::refused)?,
        };
        if let Some(digester) = &mut self.digester {
            digester.update(piece.clone()).await?;
        }
        appender.append(piece).await.map_err(failed)?;
        self.appender = Some(appender);
        Ok(())
    }
}
