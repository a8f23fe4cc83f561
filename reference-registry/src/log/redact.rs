//! Taking secrets out of what a request says about itself.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

/// Query parameters whose value is a secret or as good as one: an upload state can be replayed.
const SECRET: &[&str] = &[
    "_state",
    "access_token",
    "api_key",
    "client_secret",
    "code",
    "id_token",
    "key",
    "passwd",
    "password",
    "refresh_token",
    "secret",
    "sig",
    "signature",
    "token",
    "x-amz-credential",
    "x-amz-security-token",
    "x-amz-signature",
];
const MARK: &str = "REDACTED";

/// A URL or request target without the values of secret query parameters and without user information.
///
/// Names are compared after percent-decoding and without regard to case. Also what follows a `#` is searched, as
/// clients put tokens there.
pub fn redact(target: &str) -> Cow<'_, str> {
    let target = without_user(target);
    let Some(start) = target.find(['?', '#']) else { return target };
    let (path, query) = target.split_at(start);
    let mut changed = false;
    let mut out = String::with_capacity(target.len());
    out.push_str(path);
    // Every part begins with the separator it was found behind.
    for part in parts(query) {
        let (separator, pair) = part.split_at(1);
        out.push_str(separator);
        match pair.split_once('=') {
            Some((name, value)) if !value.is_empty() && is_secret(name) => {
                changed = true;
                out.push_str(name);
                out.push('=');
                out.push_str(MARK);
            }
            _ => out.push_str(pair),
        }
    }
    if changed { Cow::Owned(out) } else { target }
}

/// The parts of a query, each with the separator before it.
fn parts(query: &str) -> impl Iterator<Item = &str> {
    let mut rest = query;
    std::iter::from_fn(move || {
        let end = rest.char_indices().skip(1).find(|(_, c)| matches!(c, '&' | ';' | '?' | '#')).map(|(index, _)| index);
        let (part, tail) = rest.split_at(end.unwrap_or(rest.len()));
        rest = tail;
        (!part.is_empty()).then_some(part)
    })
}

fn is_secret(name: &str) -> bool {
    let decoded = percent_decode_str(name).decode_utf8_lossy().to_lowercase();
    SECRET.contains(&decoded.trim())
}

/// `scheme://user:password@host` without what is before the `@`.
fn without_user(target: &str) -> Cow<'_, str> {
    let Some(start) = target.find("://").map(|index| index + 3) else { return Cow::Borrowed(target) };
    let end = target[start..].find(['/', '?', '#']).map_or(target.len(), |index| start + index);
    match target[start..end].rfind('@') {
        Some(at) => Cow::Owned(format!("{}{MARK}@{}", &target[..start], &target[start + at + 1..])),
        None => Cow::Borrowed(target),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn takes_out_secrets_and_leaves_the_rest() {
        for (target, expected) in [
            (
                "/v2/a/blobs/uploads/1?_state=abc&digest=sha256:0",
                "/v2/a/blobs/uploads/1?_state=REDACTED&digest=sha256:0",
            ),
            ("/v2/?n=1&TOKEN=x;Password=y", "/v2/?n=1&TOKEN=REDACTED;Password=REDACTED"),
            ("/v2/?%5fstate=x", "/v2/?%5fstate=REDACTED"),
            ("/v2/?a=b?token=x#access_token=y", "/v2/?a=b?token=REDACTED#access_token=REDACTED"),
            ("https://user:pass@host/v2/?n=1", "https://REDACTED@host/v2/?n=1"),
            ("/v2/?token=", "/v2/?token="),
            ("/v2/?n=10&last=token", "/v2/?n=10&last=token"),
            ("/v2/token=x/tags/list", "/v2/token=x/tags/list"),
            ("", ""),
            ("?", "?"),
            ("*", "*"),
        ] {
            assert_eq!(redact(target), expected, "{target}");
        }
    }

    proptest! {
        #[test]
        fn no_secret_stays(name in prop::sample::select(SECRET), before in "[a-z=&;?/é]{0,12}", value in "[0-9]{6}") {
            let target = format!("/v2/x?{before}&{name}={value}");
            prop_assert!(!redact(&target).contains(&value), "{}", redact(&target));
        }

        #[test]
        fn never_panics_and_keeps_what_has_no_query(target in "\\PC{0,30}") {
            let redacted = redact(&target);
            if !target.contains(['?', '#']) && !target.contains("://") {
                prop_assert_eq!(redacted, target.as_str());
            }
        }
    }
}
