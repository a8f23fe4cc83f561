//! The key that was probably meant.

/// The candidate nearest to `key`, when it is near enough to be a slip: one edit for short keys, a third of longer
/// ones. The first of several equally near ones.
pub(super) fn nearest<'c>(key: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let lower = key.to_lowercase();
    let limit = (key.chars().count() / 3).max(1);
    candidates
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(&lower, candidate), candidate))
        .filter(|(distance, candidate)| *distance <= limit && *distance < candidate.len())
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn finds_slips_and_nothing_else() {
        let keys = ["addr", "host", "headers", "relativeurls", "draintimeout"];
        for (written, meant) in [
            ("adr", Some("addr")),
            ("Addr", Some("addr")),
            ("drainTimeout", Some("draintimeout")),
            ("drain_timeout", Some("draintimeout")),
            ("header", Some("headers")),
            ("relativeuls", Some("relativeurls")),
            ("x", None),
            ("tls", None),
            ("port", None),
        ] {
            assert_eq!(nearest(written, keys), meant, "{written}");
        }
    }
}
