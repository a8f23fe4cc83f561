//! Ids of requests: unique across restarts and instances, and sorted by the time an instance started.

use std::time::{SystemTime, UNIX_EPOCH};

/// Crockford's base 32.
const DIGITS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Makes ids of the shape of a ULID: 26 characters for 48 bits of time and 80 others.
#[derive(Debug)]
pub(super) struct RequestIds {
    high: u128,
}

impl RequestIds {
    /// A source whose ids no other source makes: they hold the time of its start and 40 random bits.
    pub(super) fn new() -> Self {
        let started = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis());
        let random = u128::from(rand::random::<u64>() >> 24);
        Self { high: (started & 0xffff_ffff_ffff) << 80 | random << 40 }
    }

    /// The id of the request of this number.
    pub(super) fn id(&self, number: u64) -> String {
        let value = self.high | u128::from(number & 0xff_ffff_ffff);
        let digit = |index: u32| char::from(DIGITS[(value >> (index * 5) & 31) as usize]);
        (0..26).rev().map(digit).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_have_their_shape_and_differ() {
        let (one, other) = (RequestIds::new(), RequestIds::new());
        let ids = [one.id(1), one.id(2), other.id(1), other.id(2)];
        for id in &ids {
            assert_eq!(id.len(), 26);
            assert!(id.bytes().all(|byte| DIGITS.contains(&byte)), "{id}");
            assert_eq!(ids.iter().filter(|another| *another == id).count(), 1);
        }
        assert!(one.id(1) < one.id(2));
        assert_eq!(RequestIds { high: 0 }.id(33), "00000000000000000000000011");
    }
}
