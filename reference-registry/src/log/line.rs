//! One log line, as text or as JSON.
//!
//! Both forms keep to one line whatever a value holds: control characters, line separators and the characters that
//! reorder text on a terminal are escaped.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde_json::Value as Json;

use crate::config::{Formatter, Level};

/// The value of a field.
#[derive(Debug, Clone, Copy)]
pub enum Field<'a> {
    /// Text.
    Text(&'a str),
    /// A count, a size in bytes, or milliseconds.
    Number(u64),
    /// Whatever a configuration gives.
    Any(&'a Json),
}

/// Everything a line says.
pub(super) struct Line<'a> {
    pub(super) time: &'a str,
    pub(super) level: Level,
    pub(super) message: &'a str,
    /// Fields of every line, from `log.fields`.
    pub(super) common: &'a BTreeMap<String, Json>,
    pub(super) fields: &'a [(&'a str, Field<'a>)],
}

impl Level {
    /// The name of the level in configurations and lines.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warn => "warn",
            Self::Info => "info",
            Self::Debug => "debug",
        }
    }
}

impl Line<'_> {
    /// The line with its line feed.
    pub(super) fn render(&self, formatter: Formatter) -> String {
        let mut out = String::with_capacity(512);
        match formatter {
            Formatter::Text => self.text(&mut out),
            Formatter::Json => self.json(&mut out),
        }
        out.push('\n');
        out
    }

    /// Time, level and message, then the fields by name.
    fn text(&self, out: &mut String) {
        let head = [
            ("time", Field::Text(self.time)),
            ("level", Field::Text(self.level.name())),
            ("msg", Field::Text(self.message)),
        ];
        let fields = self.sorted();
        for (index, (key, value)) in head.into_iter().chain(fields).enumerate() {
            if index > 0 {
                out.push(' ');
            }
            text_value(out, key);
            out.push('=');
            match value {
                Field::Text(text) => text_value(out, text),
                Field::Any(Json::String(text)) => text_value(out, text),
                Field::Number(number) => push(out, number),
                Field::Any(value) => text_value(out, &value.to_string()),
            }
        }
    }

    /// All keys by name, as one object.
    fn json(&self, out: &mut String) {
        let mut fields = self.sorted();
        fields.extend([
            ("level", Field::Text(self.level.name())),
            ("msg", Field::Text(self.message)),
            ("time", Field::Text(self.time)),
        ]);
        fields.sort_by_key(|(key, _)| *key);
        out.push('{');
        for (index, (key, value)) in fields.into_iter().enumerate() {
            if index > 0 {
                out.push(',');
            }
            json_string(out, key);
            out.push(':');
            match value {
                Field::Text(text) => json_string(out, text),
                Field::Number(number) => push(out, number),
                Field::Any(value) => json_value(out, value),
            }
        }
        out.push('}');
    }

    /// The fields by name. One of the line replaces a common one; a common one named like a part of every line gets
    /// a prefix, as in Docker Distribution.
    fn sorted(&self) -> Vec<(&str, Field<'_>)> {
        let common = self.common.iter().filter_map(|(key, value)| {
            let key = match key.as_str() {
                "time" => "fields.time",
                "level" => "fields.level",
                "msg" => "fields.msg",
                key => key,
            };
            let replaced = self.fields.iter().any(|(name, _)| *name == key);
            (!replaced).then_some((key, Field::Any(value)))
        });
        let mut fields: Vec<_> = self.fields.iter().copied().chain(common).collect();
        fields.sort_by_key(|(key, _)| *key);
        fields
    }
}

fn push(out: &mut String, value: impl std::fmt::Display) {
    // Writing to a string cannot fail.
    let _ = write!(out, "{value}");
}

/// Whether text needs no quotes in a text line.
fn is_bare(text: &str) -> bool {
    text.bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'/' | b'@' | b'^' | b'+'))
}

fn text_value(out: &mut String, text: &str) {
    if is_bare(text) { out.push_str(text) } else { quoted(out, text) }
}

/// Text in double quotes, with the escapes of Go's `%q`.
fn quoted(out: &mut String, text: &str) {
    escaped(out, text, |out, c| {
        if c.is_ascii() {
            push(out, format_args!("\\x{:02x}", u32::from(c)));
        } else {
            push(out, format_args!("\\u{:04x}", u32::from(c)));
        }
    });
}

fn json_value(out: &mut String, value: &Json) {
    match value {
        Json::String(text) => json_string(out, text),
        Json::Array(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                json_value(out, item);
            }
            out.push(']');
        }
        Json::Object(entries) => {
            out.push('{');
            for (index, (key, item)) in entries.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                json_string(out, key);
                out.push(':');
                json_value(out, item);
            }
            out.push('}');
        }
        scalar => push(out, scalar),
    }
}

fn json_string(out: &mut String, text: &str) {
    escaped(out, text, |out, c| push(out, format_args!("\\u{:04x}", u32::from(c))));
}

/// Text in double quotes. What both formats escape alike is escaped here, other unsafe characters by `escape`; the
/// rest, nearly always all of it, is copied in runs.
fn escaped(out: &mut String, text: &str, escape: impl Fn(&mut String, char)) {
    out.push('"');
    let mut rest = text;
    loop {
        let plain = rest.bytes().position(|byte| !matches!(byte, b' '..=b'~') || matches!(byte, b'"' | b'\\'));
        let (run, tail) = rest.split_at(plain.unwrap_or(rest.len()));
        out.push_str(run);
        let mut chars = tail.chars();
        match chars.next() {
            None => break,
            Some('"') => out.push_str("\\\""),
            Some('\\') => out.push_str("\\\\"),
            Some('\n') => out.push_str("\\n"),
            Some('\r') => out.push_str("\\r"),
            Some('\t') => out.push_str("\\t"),
            Some(c) if is_unsafe(c) => escape(out, c),
            Some(c) => out.push(c),
        }
        rest = chars.as_str();
    }
    out.push('"');
}

/// Control characters, line and paragraph separators, and the characters that change the direction of text. All of
/// them are in the basic plane, so four hexadecimal digits name each.
fn is_unsafe(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{2028}' | '\u{2029}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn render(formatter: Formatter, message: &str, common: &Json, fields: &[(&str, Field<'_>)]) -> String {
        let common = common.as_object().into_iter().flatten().map(|(k, v)| (k.clone(), v.clone())).collect();
        let line = Line { time: "2026-01-02T03:04:05.678Z", level: Level::Warn, message, common: &common, fields };
        line.render(formatter)
    }

    #[test]
    fn text_quotes_what_needs_it_and_sorts_keys() {
        let fields = [("uri", Field::Text("/v2/a b")), ("status", Field::Number(404)), ("empty", Field::Text(""))];
        let line = render(Formatter::Text, "a \"b\"\n", &json!({"service": "x", "zone": [1], "level": 3}), &fields);
        assert_eq!(
            line,
            "time=\"2026-01-02T03:04:05.678Z\" level=warn msg=\"a \\\"b\\\"\\n\" empty= fields.level=3 service=x \
             status=404 uri=\"/v2/a b\" zone=\"[1]\"\n"
        );
    }

    #[test]
    fn json_has_one_object_per_line_with_sorted_keys() {
        let fields = [("uri", Field::Text("/v2/\u{1b}[31m\u{85}\u{202e}")), ("status", Field::Number(404))];
        let line =
            render(Formatter::Json, "hello", &json!({"status": "common", "nested": {"a": [null, true]}}), &fields);
        assert_eq!(
            line,
            "{\"level\":\"warn\",\"msg\":\"hello\",\"nested\":{\"a\":[null,true]},\"status\":404,\
             \"time\":\"2026-01-02T03:04:05.678Z\",\"uri\":\"/v2/\\u001b[31m\\u0085\\u202e\"}\n"
        );
    }

    proptest! {
        #[test]
        fn any_text_stays_on_its_line_and_comes_back(text in "(\\PC|[\\x00-\\x1f\u{7f}-\u{9f}\u{2028}\"\\\\]){0,20}") {
            let json = render(Formatter::Json, &text, &json!({}), &[("key", Field::Text(&text))]);
            let parsed: Json = serde_json::from_str(&json).expect("JSON");
            prop_assert_eq!(parsed["msg"].as_str(), Some(text.as_str()));
            prop_assert_eq!(parsed["key"].as_str(), Some(text.as_str()));
            for line in [json, render(Formatter::Text, &text, &json!({}), &[("key", Field::Text(&text))])] {
                prop_assert!(line.ends_with('\n'));
                prop_assert!(!line[..line.len() - 1].contains(is_unsafe), "{:?}", line);
            }
        }
    }
}
