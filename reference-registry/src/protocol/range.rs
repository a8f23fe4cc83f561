//! Byte ranges: of a download, and of a chunk on its way in.

use std::fmt;

/// The most ranges one request may ask for.
const MAX_RANGES: usize = 16;

/// One range of a `Range` header.
///
/// Source: RFC 9110, section 14.1.2.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RangeSpec {
    /// From this byte to the end.
    From(u64),
    /// From the first byte to the last one, both inclusive.
    FromTo(u64, u64),
    /// This many bytes at the end.
    Last(u64),
}

impl RangeSpec {
    fn parse(text: &str) -> Option<Self> {
        let (first, last) = text.split_once('-')?;
        match (first, last) {
            ("", last) => position(last).map(Self::Last),
            (first, "") => position(first).map(Self::From),
            (first, last) => {
                let (first, last) = (position(first)?, position(last)?);
                (first <= last).then_some(Self::FromTo(first, last))
            }
        }
    }

    /// First and last byte within a content of `size` bytes; `None` when nothing of it is there.
    fn resolve(self, size: u64) -> Option<(u64, u64)> {
        let end = size.checked_sub(1)?;
        match self {
            Self::From(first) => (first <= end).then_some((first, end)),
            Self::FromTo(first, last) => (first <= end).then_some((first, last.min(end))),
            Self::Last(0) => None,
            Self::Last(length) => Some((size.saturating_sub(length), end)),
        }
    }
}

impl fmt::Display for RangeSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::From(first) => write!(f, "{first}-"),
            Self::FromTo(first, last) => write!(f, "{first}-{last}"),
            Self::Last(length) => write!(f, "-{length}"),
        }
    }
}

/// The byte ranges a client asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ranges(Vec<RangeSpec>);

/// What to send of a content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Selection {
    /// All of it.
    Whole,
    /// One stretch: first and last byte.
    One(u64, u64),
    /// Several stretches, as they were asked for.
    Many(Vec<(u64, u64)>),
    /// Nothing of what was asked for is there.
    Unsatisfiable,
}

impl Ranges {
    /// The ranges of a `Range` header. `None` for another unit than bytes, which has to be ignored. What is no range
    /// at all, or asks for too many, becomes the empty set: it is answered with 416.
    ///
    /// Source: RFC 9110, sections 14.2 and 15.5.17; Docker's HTTP API V2, "Fetch Blob Part".
    pub fn parse(text: &str) -> Option<Self> {
        let (unit, set) = text.split_once('=')?;
        if !unit.trim().eq_ignore_ascii_case("bytes") {
            return None;
        }
        let specs = set.split(',').map(str::trim).filter(|spec| !spec.is_empty());
        let specs: Option<Vec<_>> = specs.take(MAX_RANGES + 1).map(RangeSpec::parse).collect();
        Some(Self(specs.filter(|specs| specs.len() <= MAX_RANGES).unwrap_or_default()))
    }

    /// What to send of a content of `size` bytes.
    pub fn select(&self, size: u64) -> Selection {
        let mut found: Vec<_> = self.0.iter().filter_map(|spec| spec.resolve(size)).collect();
        match (self.0.len(), found.pop()) {
            (_, None) => Selection::Unsatisfiable,
            (_, Some((first, last))) if found.is_empty() => Selection::One(first, last),
            (_, Some(range)) => {
                found.push(range);
                // Ranges that overlap so much are asked for by mistake or by malice.
                let total: u64 = found.iter().fold(0, |sum, (first, last)| sum.saturating_add(last - first + 1));
                if total >= size { Selection::Whole } else { Selection::Many(found) }
            }
        }
    }
}

impl Ranges {
    /// Replaces each range.
    pub fn edit(&mut self, edit: impl FnMut(&mut RangeSpec)) {
        self.0.iter_mut().for_each(edit);
    }
}

impl From<Vec<RangeSpec>> for Ranges {
    fn from(specs: Vec<RangeSpec>) -> Self {
        Self(specs)
    }
}

impl fmt::Display for Ranges {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("bytes=")?;
        for (index, spec) in self.0.iter().enumerate() {
            write!(f, "{}{spec}", if index > 0 { "," } else { "" })?;
        }
        Ok(())
    }
}

/// First and last byte of a chunk, from its `Content-Range`.
///
/// Only the registry's own form is taken, `first-last` without a unit. Source: `D11-053`.
pub fn parse_chunk_range(text: &str) -> Option<(u64, u64)> {
    let (first, last) = text.split_once('-')?;
    let (first, last) = (position(first)?, position(last)?);
    (first <= last).then_some((first, last))
}

/// A byte position: digits alone, where [`str::parse`] would take a sign too.
fn position(text: &str) -> Option<u64> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn each_form_selects_what_the_rfc_says() {
        for (header, size, selection) in [
            ("bytes=0-0", 10, Selection::One(0, 0)),
            ("bytes=0-9", 10, Selection::One(0, 9)),
            ("bytes=2-", 10, Selection::One(2, 9)),
            ("bytes=-3", 10, Selection::One(7, 9)),
            ("bytes=-30", 10, Selection::One(0, 9)),
            ("bytes=5-99", 10, Selection::One(5, 9)),
            ("BYTES= 1-2 ", 10, Selection::One(1, 2)),
            ("bytes=10-", 10, Selection::Unsatisfiable),
            ("bytes=-0", 10, Selection::Unsatisfiable),
            ("bytes=0-", 0, Selection::Unsatisfiable),
            ("bytes=-1", 0, Selection::Unsatisfiable),
            ("bytes=3-2", 10, Selection::Unsatisfiable),
            ("bytes=", 10, Selection::Unsatisfiable),
            ("bytes=x", 10, Selection::Unsatisfiable),
            ("bytes=+1-2", 10, Selection::Unsatisfiable),
            ("bytes=0-0,x", 10, Selection::Unsatisfiable),
            ("bytes=0-99999999999999999999", 10, Selection::Unsatisfiable),
            ("bytes=0-1,4-5", 10, Selection::Many(vec![(0, 1), (4, 5)])),
            ("bytes=0-1,,40-50", 10, Selection::One(0, 1)),
            ("bytes=0-8,1-9", 10, Selection::Whole),
        ] {
            assert_eq!(Ranges::parse(header).map(|ranges| ranges.select(size)), Some(selection), "{header}");
        }
        assert_eq!(Ranges::parse("lines=0-1"), None);
        assert_eq!(Ranges::parse("bytes"), None);
        let many = format!("bytes={}", vec!["0-0"; 17].join(","));
        assert_eq!(Ranges::parse(&many).map(|ranges| ranges.select(100)), Some(Selection::Unsatisfiable));
    }

    #[test]
    fn a_chunk_range_has_no_unit() {
        assert_eq!(parse_chunk_range("0-9"), Some((0, 9)));
        for text in ["", "-", "0-", "-9", "9-0", "bytes 0-9/10", "bytes=0-9", "0-9/10", "+0-9", " 0-9", "a-b"] {
            assert_eq!(parse_chunk_range(text), None, "{text}");
        }
    }

    fn spec() -> impl Strategy<Value = RangeSpec> {
        prop_oneof![
            any::<u64>().prop_map(RangeSpec::From),
            any::<u64>().prop_map(RangeSpec::Last),
            (any::<u64>(), any::<u64>()).prop_map(|(a, b)| RangeSpec::FromTo(a.min(b), a.max(b))),
        ]
    }

    proptest! {
        #[test]
        fn display_and_parse_are_inverse(specs in prop::collection::vec(spec(), 0..=MAX_RANGES)) {
            let ranges = Ranges(specs);
            prop_assert_eq!(Ranges::parse(&ranges.to_string()), Some(ranges));
        }

        #[test]
        fn a_selection_lies_within_the_content(spec in spec(), size in any::<u64>()) {
            if let Some((first, last)) = spec.resolve(size) {
                prop_assert!(first <= last && last < size);
            }
        }

        #[test]
        fn no_text_panics(text in "\\PC*") {
            let _ = (Ranges::parse(&text), parse_chunk_range(&text));
        }
    }
}
