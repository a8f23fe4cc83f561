//! A bounded map for what can be found out again.

use std::collections::HashMap;
use std::hash::Hash;

/// A map in two generations. When the young one is full it becomes the old one and what was in the old one and has
/// not been asked for since is dropped: about least recently used, at the price of two look-ups.
#[derive(Debug)]
pub(super) struct Cache<K, V> {
    young: HashMap<K, (V, usize)>,
    old: HashMap<K, (V, usize)>,
    weight: usize,
    limit: usize,
}

impl<K: Eq + Hash + Clone, V> Cache<K, V> {
    /// A cache whose entries weigh at most twice `limit`.
    pub(super) fn new(limit: usize) -> Self {
        Self { young: HashMap::new(), old: HashMap::new(), weight: 0, limit }
    }

    /// Takes an entry out.
    pub(super) fn remove(&mut self, key: &K) -> Option<V> {
        if let Some((value, weight)) = self.young.remove(key) {
            self.weight -= weight;
            return Some(value);
        }
        self.old.remove(key).map(|(value, _)| value)
    }

    /// Puts an entry in, over one of the same key. An entry heavier than the limit is not kept.
    pub(super) fn insert(&mut self, key: K, value: V, weight: usize) {
        self.remove(&key);
        if weight > self.limit {
            return;
        }
        if self.weight + weight > self.limit {
            self.old = std::mem::take(&mut self.young);
            self.weight = 0;
        }
        self.weight += weight;
        self.young.insert(key, (value, weight));
    }
}

impl<K: Eq + Hash + Clone, V: Clone> Cache<K, V> {
    /// A copy of an entry, which is young again.
    pub(super) fn get(&mut self, key: &K) -> Option<V> {
        if let Some((value, _)) = self.young.get(key) {
            return Some(value.clone());
        }
        let (value, weight) = self.old.remove(key)?;
        self.insert(key.clone(), value.clone(), weight);
        Some(value)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_asked_for_stays_and_the_rest_goes() {
        let mut cache = Cache::new(4);
        for key in 0..100 {
            cache.insert(key, key, 1);
            assert_eq!(cache.get(&0), Some(0), "after {key}");
        }
        assert_eq!(cache.get(&1), None);
        assert_eq!(cache.get(&99), Some(99));
    }

    #[test]
    fn an_entry_of_more_than_the_limit_is_not_kept() {
        let mut cache = Cache::new(4);
        cache.insert("large", 1, 5);
        assert_eq!(cache.get(&"large"), None);
    }

    proptest! {
        #[test]
        fn never_heavier_than_twice_the_limit_and_never_a_stale_value(
            operations in prop::collection::vec((0_u8..3, 0_u8..20, 1_usize..6), 1..200),
        ) {
            let mut cache = Cache::new(10);
            let mut last = HashMap::new();
            for (number, (operation, key, weight)) in operations.into_iter().enumerate() {
                match operation {
                    0 => {
                        cache.insert(key, number, weight);
                        last.insert(key, number);
                    }
                    1 => {
                        let removed = cache.remove(&key);
                        let known = last.remove(&key);
                        prop_assert!(removed.is_none() || removed == known);
                    }
                    _ => {
                        let found = cache.get(&key);
                        prop_assert!(found.is_none() || found == last.get(&key).copied());
                    }
                }
                let weigh = |map: &HashMap<u8, (usize, usize)>| map.values().map(|(_, weight)| weight).sum::<usize>();
                prop_assert_eq!(weigh(&cache.young), cache.weight);
                prop_assert!(weigh(&cache.young) <= 10 && weigh(&cache.old) <= 10);
            }
        }
    }
}
