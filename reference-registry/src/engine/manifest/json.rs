//! JSON that every reader understands alike.

use std::collections::HashSet;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};

/// Refuses what is not one JSON object, and objects in it that name a member twice: which of the two counts depends
/// on the reader, and so would the meaning of a digest. Nesting is limited by `serde_json`, at 128 levels.
///
/// Source: RFC 8259, section 4, which wants names to be unique.
pub(super) fn check(content: &[u8]) -> Result<(), serde_json::Error> {
    let mut deserializer = serde_json::Deserializer::from_slice(content);
    Checked { top: true }.deserialize(&mut deserializer)?;
    deserializer.end()
}

#[derive(Clone, Copy)]
struct Checked {
    top: bool,
}

impl<'de> DeserializeSeed<'de> for Checked {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        if self.top { deserializer.deserialize_map(self) } else { deserializer.deserialize_any(self) }
    }
}

const INNER: Checked = Checked { top: false };

impl<'de> Visitor<'de> for Checked {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.top { "a JSON object" } else { "a JSON value" })
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut seen = HashSet::new();
        while let Some(name) = map.next_key::<String>()? {
            map.next_value_seed(INNER)?;
            if let Some(name) = seen.replace(name) {
                return Err(A::Error::custom(format_args!("the member {name:?} is there twice")));
            }
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        while items.next_element_seed(INNER)?.is_some() {}
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_object_without_duplicates_passes() {
        for text in ["{}", r#" {"a":{"a":[{"a":1},{"a":-1.5e3}]},"b":[null,true,"x"]} "#] {
            assert!(check(text.as_bytes()).is_ok(), "{text}");
        }
        let deep = format!("{{\"a\":{}1{}}}", "[".repeat(120), "]".repeat(120));
        assert!(check(deep.as_bytes()).is_ok());
    }

    #[test]
    fn the_rest_is_refused() {
        let deep = format!("{{\"a\":{}1{}}}", "[".repeat(100_000), "]".repeat(100_000));
        for text in [
            "",
            "[]",
            "1",
            "null",
            "\"a\"",
            "{",
            "{}{}",
            "{} x",
            r#"{"a":1,"a":1}"#,
            r#"{"a":[{"b":1,"b":2}]}"#,
            r#"{"a":1,"\u0061":2}"#,
            "{\"a\":\"\u{1}\"}",
            "\u{feff}{}",
            &deep,
        ] {
            assert!(check(text.as_bytes()).is_err(), "{text:.40}");
        }
        assert!(check(b"{\"a\":\"\xff\"}").is_err());
    }
}
