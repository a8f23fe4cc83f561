//! Buffers that are used again.
//!
//! A large pull goes through many reads of the same size. A buffer that was just sent is still in the processor's
//! cache, and need not be cleared before the next read overwrites it.

use std::sync::Arc;

use bytes::Bytes;
use parking_lot::Mutex;

/// Reads from this size on use the pool, in bytes; below it a buffer of the right size costs less.
const LEAST: usize = 32 * 1024;

/// The size of a buffer in bytes; larger reads do not use the pool.
const SIZE: usize = 256 * 1024;

/// How many idle buffers are kept.
const IDLE: usize = 16;

/// The idle buffers.
#[derive(Debug, Default)]
pub(super) struct Pool {
    idle: Mutex<Vec<Box<[u8]>>>,
}

impl Pool {
    /// A buffer for `len` bytes, of whatever content.
    pub(super) fn take(self: &Arc<Self>, len: usize) -> Buffer {
        if !(LEAST..=SIZE).contains(&len) {
            return Buffer::own(len);
        }
        let bytes = self.idle.lock().pop().unwrap_or_else(|| vec![0; SIZE].into());
        Buffer { bytes, len, home: Some(self.clone()) }
    }
}

/// A buffer that returns to its pool when the last handle to it goes.
#[derive(Debug)]
pub(super) struct Buffer {
    bytes: Box<[u8]>,
    len: usize,
    home: Option<Arc<Pool>>,
}

impl Buffer {
    /// A buffer of no pool, for what may be kept for long.
    pub(super) fn own(len: usize) -> Self {
        Self { bytes: vec![0; len].into(), len, home: None }
    }

    /// What can be read into.
    pub(super) fn as_mut(&mut self) -> &mut [u8] {
        &mut self.bytes[..self.len]
    }

    /// The buffer as what was read.
    pub(super) fn freeze(mut self) -> Bytes {
        if self.home.is_some() { Bytes::from_owner(self) } else { Bytes::from(std::mem::take(&mut self.bytes)) }
    }
}

impl AsRef<[u8]> for Buffer {
    fn as_ref(&self) -> &[u8] {
        &self.bytes[..self.len]
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        if let Some(home) = &self.home {
            let mut idle = home.idle.lock();
            if idle.len() < IDLE {
                idle.push(std::mem::take(&mut self.bytes));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_buffer_comes_back_when_its_last_handle_goes() {
        let pool = Arc::new(Pool::default());
        let mut buffer = pool.take(SIZE - 1);
        buffer.as_mut().fill(7);
        let bytes = buffer.freeze();
        let slice = bytes.slice(5..10);
        drop(bytes);
        assert_eq!((pool.idle.lock().len(), &slice[..]), (0, &[7; 5][..]));
        drop(slice);
        assert_eq!(pool.idle.lock().len(), 1);
        assert_eq!(pool.take(LEAST).freeze().len(), LEAST);
        for len in [0, LEAST - 1, SIZE + 1] {
            assert_eq!(pool.take(len).freeze().len(), len);
        }
        assert_eq!(pool.idle.lock().len(), 1);
    }

    #[test]
    fn no_more_than_a_few_are_kept() {
        let pool = Arc::new(Pool::default());
        let taken: Vec<_> = (0..2 * IDLE).map(|_| pool.take(SIZE).freeze()).collect();
        drop(taken);
        assert_eq!(pool.idle.lock().len(), IDLE);
    }
}
