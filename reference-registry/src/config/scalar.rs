//! What a scalar means, by the rules of the YAML library that Docker Distribution uses (YAML 1.1 habits).

use serde_json::{Number, Value as Json};

use super::problem::{Origin, Reason};
use super::tree::{Node, Value};

/// What was expected, and what was found instead, and where.
#[derive(Debug)]
pub(super) struct Mismatch {
    pub(super) expected: String,
    pub(super) found: String,
    pub(super) origin: Origin,
}

impl Mismatch {
    pub(super) fn new(expected: impl Into<String>, node: &Node) -> Self {
        Self { expected: expected.into(), found: describe(node), origin: node.origin.clone() }
    }

    pub(super) fn into_reason(self) -> Reason {
        Reason::Mismatch { expected: self.expected, found: self.found }
    }
}

/// A value in words.
fn describe(node: &Node) -> String {
    match &node.value {
        _ if node.is_null() => "nothing".to_owned(),
        Value::Scalar { text, .. } => {
            let short: String = text.chars().take(60).map(|c| if c.is_control() { ' ' } else { c }).collect();
            let quote = if matches!(&node.value, Value::Scalar { plain: false, .. }) { "quoted text " } else { "" };
            format!("{quote}`{short}{}`", if text.chars().count() > 60 { "…" } else { "" })
        }
        Value::List(_) => "a list".to_owned(),
        Value::Map(_) => "a mapping".to_owned(),
    }
}

/// Text: every scalar is text when text is wanted, so `0.1`, `012345` and `on` stay as they were written.
pub(super) fn text(node: &Node) -> Result<String, Mismatch> {
    match &node.value {
        Value::Scalar { text, .. } => Ok(text.clone()),
        _ => Err(Mismatch::new("text", node)),
    }
}

/// A boolean: `true`, `yes`, `on`, `y` and their opposites, in lower, upper or title case, without quotes.
pub(super) fn flag(node: &Node) -> Result<bool, Mismatch> {
    match &node.value {
        Value::Scalar { text, plain: true } => boolean(text).ok_or_else(|| Mismatch::new("true or false", node)),
        Value::Scalar { text, plain: false } if boolean(text).is_some() => {
            Err(Mismatch::new("true or false without quotes", node))
        }
        _ => Err(Mismatch::new("true or false", node)),
    }
}

fn boolean(text: &str) -> Option<bool> {
    match text {
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => Some(true),
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => Some(false),
        _ => None,
    }
}

/// A value of no particular type, as JSON: plain scalars become null, booleans and numbers where YAML 1.1 says so.
pub(super) fn any(node: &Node) -> Json {
    match &node.value {
        Value::List(items) => items.iter().map(any).collect(),
        Value::Map(entries) => {
            entries.iter().map(|entry| (entry.key.clone(), any(&entry.value))).collect::<serde_json::Map<_, _>>().into()
        }
        Value::Scalar { .. } if node.is_null() => Json::Null,
        Value::Scalar { text, plain: true } => boolean(text)
            .map(Json::Bool)
            .or_else(|| integer(text).map(Json::from))
            .or_else(|| float(text).map(Json::Number))
            .unwrap_or_else(|| Json::String(text.clone())),
        Value::Scalar { text, plain: false } => Json::String(text.clone()),
    }
}

/// An integer as Go writes it: decimal, `0x`, `0b`, `0o`, and octal for a leading zero; underscores are ignored.
fn integer(text: &str) -> Option<i64> {
    let plain = text.replace('_', "");
    let (sign, digits) = match plain.as_bytes().first()? {
        b'-' => ("-", &plain[1..]),
        b'+' => ("", &plain[1..]),
        _ => ("", plain.as_str()),
    };
    let (radix, digits) = match digits.get(..2).map(str::to_ascii_lowercase).as_deref() {
        Some("0x") => (16, &digits[2..]),
        Some("0b") => (2, &digits[2..]),
        Some("0o") => (8, &digits[2..]),
        Some(start) if start.starts_with('0') => (8, &digits[1..]),
        _ => (10, digits),
    };
    // `from_str_radix` takes a sign of its own; two are too many.
    let unsigned = digits.as_bytes().first().is_some_and(u8::is_ascii_alphanumeric);
    unsigned.then(|| i64::from_str_radix(&format!("{sign}{digits}"), radix).ok())?
}

/// A finite decimal number with an optional fraction and exponent.
fn float(text: &str) -> Option<Number> {
    let plain = text.replace('_', "");
    let starts = plain.trim_start_matches(['+', '-']).bytes().next()?;
    let numeric = plain.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'+' | b'-' | b'.' | b'e' | b'E'));
    let begins = starts.is_ascii_digit() || starts == b'.';
    (begins && numeric).then(|| plain.parse().ok().and_then(Number::from_f64))?
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::tree;
    use super::*;

    fn node(text: &str) -> Node {
        tree::parse(text, None).expect("YAML")
    }

    #[test]
    fn scalars_have_the_habits_of_yaml_1_1() {
        let read = |text| any(&node(text));
        assert_eq!(
            read("[yes, Off, 'yes', 0755, 0x1f, 0b11, 1_000, -7, 1.5, 1e3, ~, '', 012345, 089, 1.2.3, 10.0.0.1]"),
            json!([true, false, "yes", 493, 31, 3, 1000, -7, 1.5, 1000.0, null, "", 5349, 89.0, "1.2.3", "10.0.0.1"])
        );
        assert_eq!(read("{a: {b: [c]}}"), json!({"a": {"b": ["c"]}}));
        assert_eq!(read("!!str 12"), json!("12"));
        assert_eq!(read("--5"), json!("--5"));
        assert_eq!(read(".nan"), json!(".nan"));
    }

    #[test]
    fn text_is_kept_as_written() {
        for written in ["0.1", "012345", "on", "1e3", "yes"] {
            assert_eq!(text(&node(written)).ok().as_deref(), Some(written));
        }
        assert!(text(&node("[a]")).is_err());
    }

    #[test]
    fn flags_are_plain() {
        for (written, value) in [("true", true), ("ON", true), ("n", false), ("False", false)] {
            assert_eq!(flag(&node(written)).ok(), Some(value));
        }
        for written in ["'true'", "1", "tRUE", "[true]", "{}"] {
            assert!(flag(&node(written)).is_err(), "{written}");
        }
    }
}
