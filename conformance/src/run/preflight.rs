//! Whether there is a registry at all.

use scenarios::client::{Client, Response, TransportError, TransportKind};
use url::Url;

/// A registry that answered.
#[derive(Debug, Clone)]
pub struct Reached {
    /// The product, as far as its headers tell; empty when they do not.
    pub product: String,
}

/// Why there is nothing to judge.
#[derive(Debug, thiserror::Error)]
pub enum Unreachable {
    /// The name does not resolve.
    #[error("{0}: the host name is not known; check the spelling, or the resolver of this machine")]
    UnknownHost(Url),
    /// Nobody listens.
    #[error("{0}: the connection was refused; is the registry running, and is this its port?")]
    Refused(Url),
    /// TLS was spoken to a port that speaks plain HTTP.
    #[error("{0}: the port does not speak TLS; try http:// in place of https://")]
    NoTls(Url),
    /// Plain HTTP was spoken to a TLS port.
    #[error("{0}: the port speaks TLS; try https:// in place of http://")]
    NeedsTls(Url),
    /// The certificate is not trusted.
    #[error("{url}: the certificate is not trusted ({reason}); --insecure goes on without checking it")]
    Certificate {
        /// The address.
        url: Url,
        /// What is wrong with it.
        reason: String,
    },
    /// Redirects without end.
    #[error("{0}: the redirects never end: {1}")]
    Redirects(Url, String),
    /// Something else kept the answer from coming.
    #[error("{0}: {1}")]
    Transport(Url, String),
    /// A web page.
    #[error("{0}: this is a web site, not a registry: GET /v2/ answered {1} with a page of HTML")]
    WebSite(Url, u16),
    /// Something else than a registry.
    #[error("{0}: there is no registry here: GET /v2/ answered {1}, and a registry answers 200 or 401")]
    NotARegistry(Url, u16),
    /// Credentials are needed.
    #[error("{0}: the registry asks for credentials ({1}), and this version of plimsoll cannot log in yet")]
    Credentials(Url, String),
}

/// Asks for `/v2/` and says in one sentence what is wrong when no registry answers.
pub async fn preflight(client: &Client) -> Result<Reached, Unreachable> {
    let base = client.options().base.clone();
    let response = client.session().get("/v2/").send().await.map_err(|error| explain(base.clone(), &error))?;
    let text = std::str::from_utf8(response.body()).unwrap_or_default();
    if base.scheme() == "http" && response.code() == 400 && text.to_ascii_lowercase().contains("https") {
        return Err(Unreachable::NeedsTls(base));
    }
    if looks_like_a_page(&response, text) {
        return Err(Unreachable::WebSite(base, response.code()));
    }
    match response.code() {
        // That it should be 200 is for a check to say.
        200..=299 => Ok(Reached { product: product(&response) }),
        401 => {
            let challenge = response.header("www-authenticate").unwrap_or("no WWW-Authenticate header");
            Err(Unreachable::Credentials(base, challenge.chars().take(100).collect()))
        }
        status => Err(Unreachable::NotARegistry(base, status)),
    }
}

fn looks_like_a_page(response: &Response, text: &str) -> bool {
    let start = text.trim_start().get(..14).unwrap_or_default().to_ascii_lowercase();
    response.media_type() == Some("text/html") || start.starts_with("<!doctype html") || start.starts_with("<html")
}

fn explain(base: Url, error: &TransportError) -> Unreachable {
    let text = error.message.to_ascii_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| text.contains(word));
    if text.contains("redirects") {
        return Unreachable::Redirects(base, error.message.clone());
    }
    if base.scheme() == "https" && has(&["certificate", "unknownissuer", "notvalidforname"]) {
        let reason = error.message.rsplit(": ").next().unwrap_or_default().to_owned();
        return Unreachable::Certificate { url: base, reason };
    }
    if base.scheme() == "https" && has(&["corrupt message", "invalidcontenttype", "handshake eof", "unexpected eof"]) {
        return Unreachable::NoTls(base);
    }
    if error.kind == TransportKind::Connect {
        if has(&["dns", "lookup", "name or service", "resolve"]) {
            return Unreachable::UnknownHost(base);
        }
        if has(&["refused"]) {
            return Unreachable::Refused(base);
        }
    }
    // A TLS server that is spoken to in clear answers with an alert, which is no HTTP.
    if base.scheme() == "http" && has(&["invalid http version", "invalid token", "parse", "incomplete message"]) {
        return Unreachable::NeedsTls(base);
    }
    Unreachable::Transport(base, error.message.clone())
}

/// The product that its headers give away.
fn product(response: &Response) -> String {
    for name in ["server", "x-powered-by", "x-registry-supports-signatures"] {
        if let Some(value) = response.header(name).filter(|value| !value.is_empty() && *value != "nginx") {
            return value.chars().take(60).collect();
        }
    }
    if response.header("docker-distribution-api-version") == Some("registry/2.0") {
        return "docker-distribution or compatible".to_owned();
    }
    String::new()
}
