//! Query parameters.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

/// The query of a request.
///
/// Percent-encoding is undone; `+` stays a plus sign, because media types contain one and nothing that the API takes
/// contains a space. Parameters the API does not know are ignored.
#[derive(Debug, Clone, Copy)]
pub(super) struct Query<'a>(&'a str);

impl<'a> Query<'a> {
    /// The query part of a URI, without the question mark.
    pub(super) fn new(query: Option<&'a str>) -> Self {
        Self(query.unwrap_or_default())
    }

    /// Every value of a parameter, in order.
    pub(super) fn all(self, key: &'a str) -> impl Iterator<Item = Cow<'a, str>> {
        self.0.split('&').filter_map(move |pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(name) == key).then(|| decode(value))
        })
    }

    /// The first value of a parameter.
    pub(super) fn get(self, key: &'a str) -> Option<Cow<'a, str>> {
        if self.0.is_empty() {
            return None;
        }
        self.all(key).next()
    }
}

/// What is no UTF-8 becomes the replacement character, which no grammar takes.
fn decode(text: &str) -> Cow<'_, str> {
    if text.contains('%') { percent_decode_str(text).decode_utf8_lossy() } else { Cow::Borrowed(text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_and_decodes() {
        let query = Query::new(Some("a=1&tag=x&b&tag=y%2Fz&%63=d+e&f=%ff"));
        assert_eq!(query.all("tag").collect::<Vec<_>>(), ["x", "y/z"]);
        assert_eq!(query.get("a").as_deref(), Some("1"));
        assert_eq!(query.get("b").as_deref(), Some(""));
        assert_eq!(query.get("c").as_deref(), Some("d+e"));
        assert_eq!(query.get("f").as_deref(), Some("\u{fffd}"));
        assert_eq!(query.get("z"), None);
        assert_eq!(Query::new(None).get(""), None);
    }
}
