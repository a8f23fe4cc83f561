//! Pages of lists.

use crate::registry::{Listing, Page};

/// How many entries a page holds.
pub(super) fn limit(page: &Page, most: usize) -> usize {
    page.n.unwrap_or(most).min(most)
}

/// A page from the entries that come after `last`, of which there is one more than `limit` when there are more.
///
/// A page of nothing is the last one. Source: `D11-107`.
pub(super) fn listing<T>(mut entries: Vec<T>, limit: usize) -> Listing<T> {
    let more = limit > 0 && entries.len() > limit;
    entries.truncate(limit);
    Listing { entries, more }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_cut_and_says_so() {
        assert_eq!(listing(vec![1, 2, 3], 2), Listing { entries: vec![1, 2], more: true });
        assert_eq!(listing(vec![1, 2], 2), Listing { entries: vec![1, 2], more: false });
        assert_eq!(listing(vec![1], 0), Listing { entries: vec![], more: false });
    }

    #[test]
    fn a_client_cannot_ask_for_more_than_a_page_holds() {
        assert_eq!(limit(&Page { n: Some(5), last: None }, 3), 3);
        assert_eq!(limit(&Page { n: Some(2), last: None }, 3), 2);
        assert_eq!(limit(&Page::default(), 3), 3);
    }
}
