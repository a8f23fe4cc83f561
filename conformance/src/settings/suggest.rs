//! "Did you mean …?"

/// The candidate that `text` is most likely a misspelling of; `None` when none is near.
pub fn nearest<'a>(text: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let likeness = |candidate: &'a str| (strsim::normalized_damerau_levenshtein(text, candidate), candidate);
    let near = candidates.into_iter().map(likeness).filter(|(score, _)| *score > 0.6);
    near.max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, candidate)| candidate)
}

/// `; did you mean X?`, or nothing.
pub(crate) fn did_you_mean<'a>(text: &str, candidates: impl IntoIterator<Item = &'a str>) -> String {
    nearest(text, candidates).map(|candidate| format!("; did you mean `{candidate}`?")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_found_and_a_stranger_is_not() {
        let names = ["profile", "prefix", "push.chunked.out-of-order"];
        assert_eq!(nearest("profil", names), Some("profile"));
        assert_eq!(nearest("push.chunk.out-of-order", names), Some("push.chunked.out-of-order"));
        assert_eq!(nearest("banana", names), None);
    }
}
