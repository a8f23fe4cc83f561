//! What is tested.

use std::fmt;

use url::Url;

/// A registry under test.
///
/// An address is all a black box offers. A target that is ours to control (the embedded registry, an owned process)
/// keeps whatever it has to own for as long as this value lives.
pub trait Target: Send + Sync + fmt::Debug {
    /// How people name it: `embedded`, or its URL.
    fn name(&self) -> String;

    /// Its base URL, without `/v2/`.
    fn url(&self) -> &Url;
}

/// A registry somewhere, of which nothing is known but its address.
#[derive(Debug, Clone)]
pub struct UrlTarget(Url);

/// An address that is not one of a registry.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum TargetError {
    /// It is not a URL.
    #[error("`{0}` is not a URL: give http://HOST[:PORT] or https://HOST[:PORT]")]
    NotAUrl(String),
    /// The scheme is neither http nor https.
    #[error("`{0}` has the scheme `{1}`: only http and https are spoken")]
    Scheme(String, String),
    /// Credentials in the URL would end up in reports and shell histories.
    #[error("the URL of `{0}` holds a user name or password: give the address alone")]
    Credentials(String),
}

impl UrlTarget {
    /// The target at `text`: a URL, or `host[:port]`, which means plain HTTP for loopback addresses and HTTPS
    /// elsewhere, as container clients do. A trailing `/v2/` is taken off.
    pub fn parse(text: &str) -> Result<Self, TargetError> {
        let with_scheme = if text.contains("://") {
            text.to_owned()
        } else {
            let scheme = if is_loopback(text) { "http" } else { "https" };
            format!("{scheme}://{text}")
        };
        let mut url = Url::parse(&with_scheme).map_err(|_| TargetError::NotAUrl(text.to_owned()))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(TargetError::Scheme(text.to_owned(), url.scheme().to_owned()));
        }
        let host = url.host_str().unwrap_or_default().to_owned();
        if host.is_empty() {
            return Err(TargetError::NotAUrl(text.to_owned()));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(TargetError::Credentials(host));
        }
        let path = url.path().trim_end_matches('/');
        let path = path.strip_suffix("/v2").unwrap_or(path).to_owned();
        url.set_path(&path);
        url.set_query(None);
        url.set_fragment(None);
        Ok(Self(url))
    }
}

/// Whether `host[:port]` names this machine.
fn is_loopback(text: &str) -> bool {
    let host = text.split('/').next().unwrap_or_default();
    let host = host
        .strip_prefix('[')
        .map_or_else(|| host.split(':').next().unwrap_or_default(), |rest| rest.split(']').next().unwrap_or_default());
    host == "localhost"
        || host.ends_with(".localhost")
        || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

impl Target for UrlTarget {
    fn name(&self) -> String {
        self.0.as_str().trim_end_matches('/').to_owned()
    }

    fn url(&self) -> &Url {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_as_people_write_them() {
        for (text, url) in [
            ("http://127.0.0.1:5000", "http://127.0.0.1:5000"),
            ("http://127.0.0.1:5000/v2/", "http://127.0.0.1:5000"),
            ("localhost:5000", "http://localhost:5000"),
            ("[::1]:5000", "http://[::1]:5000"),
            ("registry.example.com", "https://registry.example.com"),
            ("https://registry.example.com/prefix/", "https://registry.example.com/prefix"),
        ] {
            assert_eq!(UrlTarget::parse(text).map(|target| target.name()), Ok(url.to_owned()));
        }
    }

    #[test]
    fn what_is_no_registry_address() {
        assert!(matches!(UrlTarget::parse("ftp://host"), Err(TargetError::Scheme(..))));
        assert!(matches!(UrlTarget::parse("http://"), Err(TargetError::NotAUrl(_))));
        let error = UrlTarget::parse("http://user:secret@host").expect_err("credentials are refused");
        assert!(!error.to_string().contains("secret"));
    }
}
