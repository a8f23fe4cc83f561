//! Taking secrets out of what is recorded.

use url::Url;

/// What stands in the place of a secret.
pub const REDACTED: &str = "[redacted]";

const SECRET_HEADERS: [&str; 6] =
    ["authorization", "proxy-authorization", "cookie", "set-cookie", "x-auth-token", "x-registry-auth"];

const SECRET_PARAMETERS: [&str; 11] = [
    "access_token",
    "token",
    "refresh_token",
    "id_token",
    "password",
    "client_secret",
    "signature",
    "sig",
    "x-amz-signature",
    "x-amz-security-token",
    "x-goog-signature",
];

const SECRET_FIELDS: [&str; 6] = ["token", "access_token", "refresh_token", "identitytoken", "password", "secret"];

/// The value of a header, safe to show.
pub(super) fn header(name: &str, value: &[u8]) -> String {
    if !SECRET_HEADERS.contains(&name.to_ascii_lowercase().as_str()) {
        let text = String::from_utf8_lossy(value).into_owned();
        return if name.eq_ignore_ascii_case("location") { location(&text) } else { text };
    }
    // The scheme tells a reader how the client tried to log in, and is no secret.
    let text = String::from_utf8_lossy(value);
    match text.split_once(' ') {
        Some((scheme @ ("Basic" | "Bearer" | "basic" | "bearer"), _)) => format!("{scheme} {REDACTED}"),
        _ => REDACTED.to_owned(),
    }
}

/// A URL, safe to show.
pub(super) fn url(url: &Url) -> String {
    let mut shown = url.clone();
    if !shown.username().is_empty() || shown.password().is_some() {
        // Only fails for URLs that cannot have credentials, and those have none.
        let _ = shown.set_username("");
        let _ = shown.set_password(None);
    }
    match shown.query() {
        Some(query) if has_secret(query) => {
            let clean = redact_query(query);
            shown.set_query(Some(&clean));
            shown.to_string()
        }
        _ => shown.to_string(),
    }
}

fn location(text: &str) -> String {
    match text.split_once('?') {
        Some((path, query)) if has_secret(query) => format!("{path}?{}", redact_query(query)),
        _ => text.to_owned(),
    }
}

fn is_secret(pair: &str) -> bool {
    let name = pair.split('=').next().unwrap_or_default().to_ascii_lowercase();
    SECRET_PARAMETERS.contains(&name.as_str())
}

fn has_secret(query: &str) -> bool {
    query.split('&').any(is_secret)
}

fn redact_query(query: &str) -> String {
    let pairs: Vec<String> = query
        .split('&')
        .map(|pair| {
            let name = pair.split('=').next().unwrap_or_default();
            if is_secret(pair) { format!("{name}={REDACTED}") } else { pair.to_owned() }
        })
        .collect();
    pairs.join("&")
}

/// A text body, safe to show: in JSON, the fields that hold tokens are replaced.
pub(super) fn text(text: &str) -> String {
    let suspicious = SECRET_FIELDS.iter().any(|field| text.contains(&format!("\"{field}\"")));
    if !suspicious {
        return text.to_owned();
    }
    match serde_json::from_str::<serde_json::Value>(text) {
        Ok(mut value) => {
            json(&mut value);
            value.to_string()
        }
        // Not JSON, or cut off: nothing of it can be shown for certain.
        Err(_) => REDACTED.to_owned(),
    }
}

fn json(value: &mut serde_json::Value) {
    match value {
        serde_json::Value::Object(fields) => {
            for (name, field) in fields {
                if SECRET_FIELDS.contains(&name.as_str()) && field.is_string() {
                    *field = REDACTED.into();
                } else {
                    json(field);
                }
            }
        }
        serde_json::Value::Array(items) => items.iter_mut().for_each(json),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_secret_is_shown() {
        assert_eq!(header("Authorization", b"Bearer abc"), "Bearer [redacted]");
        assert_eq!(header("authorization", b"abc"), "[redacted]");
        assert_eq!(header("Set-Cookie", b"id=1"), "[redacted]");
        assert_eq!(header("Location", b"/b?token=x&y=1"), "/b?token=[redacted]&y=1");
        assert_eq!(text(r#"{"token":"x","expires_in":3}"#), r#"{"expires_in":3,"token":"[redacted]"}"#);
        assert_eq!(text(r#"{"token":"x"#), "[redacted]");
        let with_secrets = Url::parse("http://u:p@h/p?Token=x&n=1").expect("a URL");
        assert_eq!(url(&with_secrets), "http://h/p?Token=[redacted]&n=1");
    }

    #[test]
    fn what_is_no_secret_stays_as_it_was() {
        assert_eq!(header("Range", b"0-1"), "0-1");
        let plain = Url::parse("http://h/v2/a/tags/list?n=1&last=a%2Bb").expect("a URL");
        assert_eq!(url(&plain), "http://h/v2/a/tags/list?n=1&last=a%2Bb");
        assert_eq!(text("hello"), "hello");
    }
}
