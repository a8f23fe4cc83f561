//! The address to listen on.

use std::fmt;

/// Host and port, as Go's `net.Listen` takes them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// A name or an IP address without brackets; `None` listens on all interfaces.
    pub host: Option<String>,
    /// The port; 0 for any free one.
    pub port: u16,
}

impl Address {
    /// Parses `HOST:PORT`, `[V6]:PORT` or `:PORT`.
    pub fn parse(text: &str) -> Option<Self> {
        let (host, port) = text.rsplit_once(':')?;
        if port.is_empty() || !port.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let host = match host.strip_prefix('[') {
            Some(v6) => v6.strip_suffix(']').filter(|v6| v6.parse::<std::net::Ipv6Addr>().is_ok())?,
            None => host,
        };
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
        let is_v6 = host.contains(':') && text.starts_with('[');
        if !is_v6 && !host.chars().all(plain) {
            return None;
        }
        Some(Self { host: (!host.is_empty()).then(|| host.to_owned()), port: port.parse().ok()? })
    }

    /// Any free port of the loopback interface.
    pub fn loopback() -> Self {
        Self { host: Some("127.0.0.1".to_owned()), port: 0 }
    }
}

impl Default for Address {
    fn default() -> Self {
        Self::loopback()
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.host {
            None => write!(f, ":{}", self.port),
            Some(host) if host.contains(':') => write!(f, "[{host}]:{}", self.port),
            Some(host) => write!(f, "{host}:{}", self.port),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn reads_and_refuses() {
        for text in ["localhost:5000", ":5000", "0.0.0.0:80", "[::1]:0", "registry.example.com:65535"] {
            assert_eq!(Address::parse(text).map(|address| address.to_string()).as_deref(), Some(text));
        }
        for text in
            ["", "5000", "localhost", "localhost:", ":65536", ":-1", "::1:5000", "[::1]", "[x]:1", "a b:1", "h:+1"]
        {
            assert_eq!(Address::parse(text), None, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn round_trips(host in prop_oneof![Just(String::new()), "[a-z][a-z0-9.-]{0,20}"], port: u16) {
            let text = format!("{host}:{port}");
            prop_assert_eq!(Address::parse(&text).map(|address| address.to_string()), Some(text));
        }
    }
}
