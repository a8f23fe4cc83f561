//! The bytes of one object: a list of chunks that grows without copying what is there.

use bytes::{Bytes, BytesMut};

/// Chunks below this size are gathered into one of about this size, in bytes. A small chunk is mostly a slice of a
/// much larger receive buffer, which it would keep alive.
const GATHER: usize = 64 * 1024;

/// The bytes of one object. Cloning shares them.
#[derive(Debug, Clone, Default)]
pub(super) struct Content {
    chunks: Vec<Bytes>,
    /// The offset behind each chunk.
    ends: Vec<u64>,
}

impl Content {
    /// Content of one chunk, as it is.
    pub(super) fn whole(content: Bytes) -> Self {
        let mut whole = Self::default();
        whole.push_chunk(content);
        whole
    }

    /// Size in bytes.
    pub(super) fn size(&self) -> u64 {
        self.ends.last().copied().unwrap_or(0)
    }

    /// Adds bytes at the end.
    pub(super) fn push(&mut self, chunk: Bytes) {
        if chunk.len() >= GATHER {
            return self.push_chunk(chunk);
        }
        let gathered = match self.chunks.pop_if(|last| last.len() + chunk.len() <= GATHER) {
            None => Bytes::copy_from_slice(&chunk),
            Some(last) => {
                self.ends.pop();
                // A reader that holds the last chunk keeps its own; only then is it copied.
                let mut last = last.try_into_mut().unwrap_or_else(|shared| BytesMut::from(&shared[..]));
                last.extend_from_slice(&chunk);
                last.freeze()
            }
        };
        self.push_chunk(gathered);
    }

    fn push_chunk(&mut self, chunk: Bytes) {
        if !chunk.is_empty() {
            self.ends.push(self.size() + chunk.len() as u64);
            self.chunks.push(chunk);
        }
    }

    /// Up to `len` bytes from `offset`: a slice when they lie in one chunk, a copy when not.
    pub(super) fn slice(&self, offset: u64, len: usize) -> Bytes {
        let len = usize::try_from(self.size().saturating_sub(offset)).map_or(len, |rest| rest.min(len));
        if len == 0 {
            return Bytes::new();
        }
        let first = self.ends.partition_point(|&end| end <= offset);
        let before = if first == 0 { 0 } else { self.ends[first - 1] };
        // In range: `first` is the chunk that holds `offset`, so the difference is below its length.
        #[expect(clippy::cast_possible_truncation, reason = "below the length of a chunk")]
        let mut skip = (offset - before) as usize;
        if skip + len <= self.chunks[first].len() {
            return self.chunks[first].slice(skip..skip + len);
        }
        let mut copy = BytesMut::with_capacity(len);
        for chunk in &self.chunks[first..] {
            let take = (chunk.len() - skip).min(len - copy.len());
            copy.extend_from_slice(&chunk[skip..skip + take]);
            skip = 0;
            if copy.len() == len {
                break;
            }
        }
        copy.freeze()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_slice_is_that_of_the_joined_chunks(
            lengths in prop::collection::vec(0_usize..90_000, 0..8),
            offset in 0_usize..400_000,
            len in 0_usize..400_000,
        ) {
            let mut number = 0_u8;
            let chunks: Vec<Vec<u8>> = lengths.iter().map(|&length| {
                number += 1;
                (0..length).map(|at| number.wrapping_mul(31) ^ at.to_le_bytes()[0] ^ at.to_le_bytes()[1]).collect()
            }).collect();
            let mut content = Content::default();
            for chunk in &chunks {
                content.push(Bytes::copy_from_slice(chunk));
            }
            let joined = chunks.concat();
            prop_assert_eq!(content.size(), joined.len() as u64);
            let from = offset.min(joined.len());
            let to = (offset + len).min(joined.len());
            prop_assert_eq!(&content.slice(offset as u64, len)[..], &joined[from..to]);
        }
    }

    #[test]
    fn small_chunks_are_gathered_and_large_ones_are_not_copied() {
        let mut content = Content::default();
        for _ in 0..GATHER {
            content.push(Bytes::from_static(b"x"));
        }
        assert_eq!(content.chunks.len(), 1);
        let large = Bytes::from(vec![1; GATHER]);
        content.push(large.clone());
        assert_eq!(content.slice(GATHER as u64, GATHER).as_ptr(), large.as_ptr());
    }
}
