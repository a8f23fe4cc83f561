//! Durations as Go writes them.

use std::time::Duration;

/// Units and their length in nanoseconds.
const UNITS: &[(&str, u64)] = &[
    ("ns", 1),
    ("us", 1_000),
    ("\u{b5}s", 1_000),
    ("\u{3bc}s", 1_000),
    ("ms", 1_000_000),
    ("s", 1_000_000_000),
    ("m", 60_000_000_000),
    ("h", 3_600_000_000_000),
];

/// Parses a duration such as `1h15m30.9s`, `1.5h` or `300ms`: one or more decimal numbers, each with a unit, added
/// up. `0` needs no unit. `None` for anything else, for a negative one, and above about 292 years.
pub(super) fn parse(text: &str) -> Option<Duration> {
    let text = text.strip_prefix('+').unwrap_or(text);
    if text == "0" {
        return Some(Duration::ZERO);
    }
    if text.is_empty() {
        return None;
    }
    let (mut rest, mut total) = (text, 0u64);
    while !rest.is_empty() {
        let (nanoseconds, tail) = term(rest)?;
        total = total.checked_add(nanoseconds)?;
        rest = tail;
    }
    (i64::try_from(total).is_ok()).then(|| Duration::from_nanos(total))
}

/// One number with its unit, in nanoseconds, and what follows.
fn term(text: &str) -> Option<(u64, &str)> {
    let number_end = text.find(|c: char| !c.is_ascii_digit() && c != '.')?;
    let (number, rest) = text.split_at(number_end);
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    if whole.is_empty() && fraction.is_empty() || fraction.contains('.') {
        return None;
    }
    let unit_end = rest.find(|c: char| c.is_ascii_digit() || c == '.').unwrap_or(rest.len());
    let (unit, tail) = rest.split_at(unit_end);
    let scale = UNITS.iter().find(|(name, _)| *name == unit)?.1;

    let whole: u64 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    // Eighteen digits are finer than a nanosecond in every unit; what is below one is dropped, as Go does.
    let digits = &fraction[..fraction.len().min(18)];
    let value: u128 = if digits.is_empty() { 0 } else { digits.parse().ok()? };
    let part = value * u128::from(scale) / 10u128.pow(u32::try_from(digits.len()).ok()?);
    let nanoseconds = whole.checked_mul(scale)?.checked_add(u64::try_from(part).ok()?)?;
    Some((nanoseconds, tail))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn reads_what_go_reads() {
        for (text, nanoseconds) in [
            ("0", 0),
            ("0s", 0),
            ("+5s", 5_000_000_000),
            ("1h15m30.9s", 4_530_900_000_000),
            ("1.5h", 5_400_000_000_000),
            (".5m", 30_000_000_000),
            ("5.s", 5_000_000_000),
            ("10ms", 10_000_000),
            ("1\u{b5}s", 1_000),
            ("1\u{3bc}s", 1_000),
            ("100ns", 100),
            ("0.3333333333333333333h", 1_199_999_999_999),
            ("9223372036854775807ns", 9_223_372_036_854_775_807),
        ] {
            let parsed = parse(text).map(|duration| duration.as_nanos());
            // Two nanoseconds of room: Go rounds a long fraction through floating point.
            assert!(parsed.is_some_and(|value| value.abs_diff(nanoseconds) <= 2), "{text}: {parsed:?}");
        }
    }

    #[test]
    fn refuses_what_go_refuses() {
        for text in
            ["", "+", "-1s", "1", "60", "s", ".s", "1 s", "1d", "1.2.3s", "1S", "9223372036854775808ns", "3000000h"]
        {
            assert_eq!(parse(text), None, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn sums_its_terms(h in 0u64..1000, m in 0u64..1000, s in 0u64..1000, ms in 0u64..1000) {
            let expected = Duration::from_millis(((h * 60 + m) * 60 + s) * 1000 + ms);
            prop_assert_eq!(parse(&format!("{h}h{m}m{s}.{ms:03}s")), Some(expected));
            prop_assert_eq!(parse(&format!("{ms}ms{s}s{m}m{h}h")), Some(expected));
        }

        #[test]
        fn never_panics(text in "\\PC{0,24}") {
            parse(&text);
        }
    }
}
