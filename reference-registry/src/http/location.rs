//! The URLs the server makes.

use http::header::{FORWARDED, HOST};
use http::request::Parts;
use http::{HeaderMap, HeaderValue};

use super::header;
use crate::server::ServerOptions;

/// A `Location` for `path`, as the options and the request ask for it.
///
/// Source: Docker Distribution's configuration, `http.host`, `http.relativeurls` and `http.prefix`; RFC 7239.
pub(crate) fn location(options: &ServerOptions, request: &Parts, path: &str) -> HeaderValue {
    let prefix = options.prefix.trim_end_matches('/');
    if options.relative_urls {
        return header::value(format!("{prefix}{path}"));
    }
    if let Some(host) = &options.host {
        let host = host.trim_end_matches('/');
        // A host with a path of its own says where the API begins.
        let has_path = host.split_once("://").is_some_and(|(_, rest)| rest.contains('/'));
        return header::value(format!("{host}{}{path}", if has_path { "" } else { prefix }));
    }
    let headers = &request.headers;
    let (forwarded_host, forwarded_scheme) = forwarded(headers);
    let own = || request.uri.authority().map(http::uri::Authority::as_str).or_else(|| text(headers, HOST.as_str()));
    match forwarded_host.or_else(own).filter(|host| is_authority(host)) {
        Some(host) => {
            let scheme = forwarded_scheme.filter(|scheme| matches!(*scheme, "http" | "https")).unwrap_or("http");
            header::value(format!("{scheme}://{host}{prefix}{path}"))
        }
        // HTTP/1.0 may come without a host.
        None => header::value(format!("{prefix}{path}")),
    }
}

/// Host and scheme that the client of the first proxy used.
fn forwarded(headers: &HeaderMap) -> (Option<&str>, Option<&str>) {
    if let Some(field) = text(headers, FORWARDED.as_str()) {
        let first = field.split(',').next().unwrap_or_default();
        let find = |key: &str| {
            first.split(';').find_map(|pair| {
                let (name, value) = pair.split_once('=')?;
                name.trim().eq_ignore_ascii_case(key).then(|| value.trim().trim_matches('"'))
            })
        };
        return (find("host"), find("proto"));
    }
    let first = |name| text(headers, name).and_then(|list| list.split(',').next()).map(str::trim);
    (first("x-forwarded-host"), first("x-forwarded-proto"))
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// Host and port, or an address in brackets; nothing that would change the meaning of a URL.
fn is_authority(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b':' | b'[' | b']');
    !text.is_empty() && text.len() <= 260 && text.bytes().all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(options: &ServerOptions, fields: &[(&str, &str)]) -> String {
        let mut request = http::Request::builder().uri("/v2/");
        for (name, value) in fields {
            request = request.header(*name, *value);
        }
        let (parts, ()) = request.body(()).unwrap().into_parts();
        location(options, &parts, "/v2/a").to_str().unwrap().to_owned()
    }

    #[test]
    fn follows_the_request() {
        let options = ServerOptions { prefix: "/p/".to_owned(), ..ServerOptions::default() };
        for (fields, expected) in [
            (&[("host", "h:5000")][..], "http://h:5000/p/v2/a"),
            (&[("host", "h"), ("x-forwarded-proto", "https")], "https://h/p/v2/a"),
            (&[("host", "h"), ("x-forwarded-host", "x:1, y")], "http://x:1/p/v2/a"),
            (&[("host", "h"), ("x-forwarded-host", "x"), ("forwarded", "proto=https")], "https://h/p/v2/a"),
            (&[("host", "h"), ("forwarded", "for=1;Host=\"f:1\";proto=https, host=g")], "https://f:1/p/v2/a"),
            (&[("host", "h"), ("x-forwarded-host", "x/y")], "/p/v2/a"),
            (&[("host", "h"), ("x-forwarded-proto", "ftp")], "http://h/p/v2/a"),
            (&[], "/p/v2/a"),
        ] {
            assert_eq!(at(&options, fields), expected, "{fields:?}");
        }
    }

    #[test]
    fn options_go_before_the_request() {
        let fields = [("host", "h"), ("x-forwarded-proto", "https")];
        let mut options = ServerOptions { host: Some("https://r.test:1/".to_owned()), ..ServerOptions::default() };
        assert_eq!(at(&options, &fields), "https://r.test:1/v2/a");
        options.prefix = "/p/".to_owned();
        assert_eq!(at(&options, &fields), "https://r.test:1/p/v2/a");
        options.host = Some("https://r.test/q".to_owned());
        assert_eq!(at(&options, &fields), "https://r.test/q/v2/a");
        options.relative_urls = true;
        assert_eq!(at(&options, &fields), "/p/v2/a");
    }
}
