//! Entity tags and the conditions made of them.

use std::fmt;

use http::{HeaderMap, HeaderName, header};

use super::Digest;

/// An entity tag of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntityTag {
    /// Whether it is only good for a weak comparison.
    pub weak: bool,
    /// What stands between the quotes.
    pub text: String,
}

impl EntityTag {
    /// One tag, with its quotes or, as older clients send digests, without.
    fn parse(text: &str) -> Self {
        let (weak, text) = match text.strip_prefix("W/") {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let text = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(text);
        Self { weak, text: text.to_owned() }
    }

    /// Whether it names the content of `digest`, whose tag is the digest itself.
    fn names(&self, digest: &Digest) -> bool {
        let encoded = self.text.strip_prefix(digest.algorithm().as_str());
        encoded.and_then(|rest| rest.strip_prefix(':')) == Some(digest.hex())
    }
}

impl fmt::Display for EntityTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\"{}\"", if self.weak { "W/" } else { "" }, self.text)
    }
}

/// What an `If-Match` or `If-None-Match` header compares with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EntityTags {
    /// Anything that exists.
    Any,
    /// One of these.
    List(Vec<EntityTag>),
}

impl EntityTags {
    fn parse(headers: &HeaderMap, name: &HeaderName) -> Option<Self> {
        // Most requests come without conditions: the look-up is all they cost.
        headers.get(name)?;
        let values = headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
        let tags: Vec<_> =
            values.flat_map(|value| value.split(',')).map(str::trim).filter(|tag| !tag.is_empty()).collect();
        if tags == ["*"] {
            return Some(Self::Any);
        }
        Some(Self::List(tags.into_iter().map(EntityTag::parse).collect()))
    }
}

impl fmt::Display for EntityTags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Any => f.write_str("*"),
            Self::List(tags) => {
                for (index, tag) in tags.iter().enumerate() {
                    write!(f, "{}{tag}", if index > 0 { ", " } else { "" })?;
                }
                Ok(())
            }
        }
    }
}

/// The conditions of a request.
///
/// Nothing here has a date of last change, so conditions on dates are none.
/// Source: RFC 9110, section 13.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Conditions {
    /// `If-Match`: go on only when the content is one of these.
    pub matches: Option<EntityTags>,
    /// `If-None-Match`: go on only when the content is none of these.
    pub none_match: Option<EntityTags>,
    /// `If-Range`: serve a part only when the content is still this one.
    pub range: Option<EntityTag>,
}

/// What the conditions of a request come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// They hold.
    Proceed,
    /// The client has the content already (304 for a read, 412 for a write).
    Unchanged,
    /// The content is not the one the client counts on (412).
    Changed,
}

impl Conditions {
    /// The conditions in `headers`.
    pub fn parse(headers: &HeaderMap) -> Self {
        let range = headers.get(header::IF_RANGE).and_then(|value| value.to_str().ok());
        Self {
            matches: EntityTags::parse(headers, &header::IF_MATCH),
            none_match: EntityTags::parse(headers, &header::IF_NONE_MATCH),
            range: range.map(|text| EntityTag::parse(text.trim())),
        }
    }

    /// Whether there is any condition on the content as a whole.
    pub const fn is_empty(&self) -> bool {
        self.matches.is_none() && self.none_match.is_none()
    }

    /// Compares with the content that is there; `None` when there is none.
    pub fn evaluate(&self, current: Option<&Digest>) -> Verdict {
        // RFC 9110, section 13.2.2: If-Match first; it compares strongly, If-None-Match weakly.
        let listed = |tags: &EntityTags, strong: bool| match (tags, current) {
            (_, None) => false,
            (EntityTags::Any, Some(_)) => true,
            (EntityTags::List(tags), Some(digest)) => tags.iter().any(|tag| !(strong && tag.weak) && tag.names(digest)),
        };
        if self.matches.as_ref().is_some_and(|tags| !listed(tags, true)) {
            Verdict::Changed
        } else if self.none_match.as_ref().is_some_and(|tags| listed(tags, false)) {
            Verdict::Unchanged
        } else {
            Verdict::Proceed
        }
    }

    /// Whether a part of the content of `digest` may be served.
    pub fn allows_range(&self, digest: &Digest) -> bool {
        self.range.as_ref().is_none_or(|tag| !tag.weak && tag.names(digest))
    }

    /// The headers these conditions are made of.
    pub(super) fn fields(&self) -> impl Iterator<Item = (HeaderName, String)> {
        let matches = self.matches.as_ref().map(|tags| (header::IF_MATCH, tags.to_string()));
        let none_match = self.none_match.as_ref().map(|tags| (header::IF_NONE_MATCH, tags.to_string()));
        let range = self.range.as_ref().map(|tag| (header::IF_RANGE, tag.to_string()));
        [matches, none_match, range].into_iter().flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::Algorithm;

    fn conditions(fields: &[(HeaderName, &str)]) -> Conditions {
        let mut headers = HeaderMap::new();
        for (name, value) in fields {
            headers.append(name, value.parse().unwrap());
        }
        Conditions::parse(&headers)
    }

    #[test]
    fn compares_as_the_rfc_says() {
        let digest = Algorithm::Sha256.digest(b"a");
        let other = Algorithm::Sha256.digest(b"b");
        let (quoted, weak, bare) = (format!("\"{digest}\""), format!("W/\"{digest}\""), digest.to_string());
        let list = format!("\"{other}\", \"{digest}\"");
        for (name, value, with, without) in [
            (header::IF_NONE_MATCH, "*", Verdict::Unchanged, Verdict::Proceed),
            (header::IF_NONE_MATCH, &*quoted, Verdict::Unchanged, Verdict::Proceed),
            (header::IF_NONE_MATCH, &*weak, Verdict::Unchanged, Verdict::Proceed),
            (header::IF_NONE_MATCH, &*bare, Verdict::Unchanged, Verdict::Proceed),
            (header::IF_NONE_MATCH, &*list, Verdict::Unchanged, Verdict::Proceed),
            (header::IF_NONE_MATCH, "\"x\"", Verdict::Proceed, Verdict::Proceed),
            (header::IF_MATCH, "*", Verdict::Proceed, Verdict::Changed),
            (header::IF_MATCH, &*quoted, Verdict::Proceed, Verdict::Changed),
            (header::IF_MATCH, &*weak, Verdict::Changed, Verdict::Changed),
            (header::IF_MATCH, "\"x\"", Verdict::Changed, Verdict::Changed),
        ] {
            let conditions = conditions(&[(name.clone(), value)]);
            assert_eq!(conditions.evaluate(Some(&digest)), with, "{name}: {value}");
            assert_eq!(conditions.evaluate(None), without, "{name}: {value}, absent");
        }
    }

    #[test]
    fn several_headers_are_one_list() {
        let digest = Algorithm::Sha256.digest(b"a");
        let quoted = format!("\"{digest}\"");
        let conditions = conditions(&[(header::IF_NONE_MATCH, "\"x\""), (header::IF_NONE_MATCH, &quoted)]);
        assert_eq!(conditions.evaluate(Some(&digest)), Verdict::Unchanged);
    }

    #[test]
    fn a_range_needs_the_very_content() {
        let digest = Algorithm::Sha256.digest(b"a");
        for (value, allowed) in [
            (format!("\"{digest}\""), true),
            (format!("W/\"{digest}\""), false),
            ("\"x\"".to_owned(), false),
            ("Sat, 21 Nov 2026 00:00:00 GMT".to_owned(), false),
        ] {
            assert_eq!(conditions(&[(header::IF_RANGE, &value)]).allows_range(&digest), allowed, "{value}");
        }
        assert!(conditions(&[]).allows_range(&digest));
    }
}
