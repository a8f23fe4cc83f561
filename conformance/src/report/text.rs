//! Small things that several formats do with text.

use scenarios::outcome::CaseResult;

/// Breaks `text` into lines of at most `width` characters, between words; a longer word keeps a line of its own.
pub(super) fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// At most `most` characters of `text`, on one line, with `…` where something is left out.
pub(super) fn brief(text: &str, most: usize) -> String {
    let line: Vec<&str> = text.lines().map(str::trim_end).filter(|line| !line.is_empty()).collect();
    let line: String = line.join(" ").chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
    if line.chars().count() <= most { line } else { line.chars().take(most.saturating_sub(1)).chain(['…']).collect() }
}

/// The request that shows what is wrong, as a `curl` line.
pub(super) fn curl(result: &CaseResult) -> Option<String> {
    result.decisive.and_then(|place| result.exchanges.get(place)).map(scenarios::exchange::Exchange::curl)
}

/// `1 warning`, `2 warnings`.
pub(super) fn count(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

/// A time for people: `0.04 s`, `1.8 s`, `2 min 5 s`.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a time of a run, never negative")]
pub(super) fn seconds(seconds: f64) -> String {
    if seconds < 0.1 {
        format!("{seconds:.2} s")
    } else if seconds < 60.0 {
        format!("{seconds:.1} s")
    } else {
        let whole = seconds as u64;
        format!("{} min {} s", whole / 60, whole % 60)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_between_words() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("incomprehensibly long", 5), ["incomprehensibly", "long"]);
        assert!(wrap("  ", 5).is_empty());
    }

    #[test]
    fn long_texts_are_cut_and_control_characters_shown() {
        assert_eq!(brief("abc\n\ndef", 10), "abc def");
        assert_eq!(brief("abcdef", 4), "abc…");
        assert_eq!(brief("a\u{1b}[2Jb", 10), "a\u{fffd}[2Jb");
    }

    #[test]
    fn times_for_people() {
        assert_eq!(seconds(0.042), "0.04 s");
        assert_eq!(seconds(1.84), "1.8 s");
        assert_eq!(seconds(125.4), "2 min 5 s");
    }
}
