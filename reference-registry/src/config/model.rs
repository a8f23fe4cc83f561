//! The configuration as the rest of the registry sees it: one field per key, of the same name.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use http::HeaderMap;
use serde_json::Value as Json;
use url::Url;

use super::address::Address;

/// A whole configuration. Its defaults are in `default.yaml`.
#[derive(Debug, Clone)]
pub struct Config {
    /// `log`
    pub log: Log,
    /// `storage`
    pub storage: Storage,
    /// `http`
    pub http: Http,
}

/// `log`: what is logged, and how.
#[derive(Debug, Clone, Default)]
pub struct Log {
    /// `log.level`: the least important lines that are still written.
    pub level: Level,
    /// `log.formatter`
    pub formatter: Formatter,
    /// `log.fields`: added to every line.
    pub fields: BTreeMap<String, Json>,
    /// `log.accesslog`
    pub accesslog: AccessLog,
}

/// `log.level`, from the most important to the least.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Something failed that should not.
    Error,
    /// Something an operator should know.
    Warn,
    /// The ordinary course of things.
    #[default]
    Info,
    /// What helps to find a mistake.
    Debug,
}

/// `log.formatter`
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Formatter {
    /// `key=value`, values quoted as needed.
    #[default]
    Text,
    /// One JSON object per line.
    Json,
}

/// `log.accesslog`
#[derive(Debug, Clone, Default)]
pub struct AccessLog {
    /// `log.accesslog.disabled`
    pub disabled: bool,
}

/// `storage`: where content is kept.
#[derive(Debug, Clone)]
pub struct Storage {
    /// `storage.filesystem` or `storage.inmemory`.
    pub driver: StorageDriver,
    /// `storage.delete`
    pub delete: Delete,
}

/// The one storage driver of a configuration.
#[derive(Debug, Clone)]
pub enum StorageDriver {
    /// `storage.filesystem`
    Filesystem(Filesystem),
    /// `storage.inmemory`
    Inmemory,
}

/// `storage.filesystem`
#[derive(Debug, Clone)]
pub struct Filesystem {
    /// `storage.filesystem.rootdirectory`
    pub rootdirectory: PathBuf,
}

/// `storage.delete`
#[derive(Debug, Clone, Default)]
pub struct Delete {
    /// `storage.delete.enabled`: whether manifests, tags and blobs can be deleted.
    pub enabled: bool,
}

/// `http`: how the registry is reached.
#[derive(Debug, Clone)]
pub struct Http {
    /// `http.addr`
    pub addr: Address,
    /// `http.host`: the URL that clients use; without it each request tells.
    pub host: Option<Url>,
    /// `http.prefix`
    pub prefix: Option<Prefix>,
    /// `http.secret`: signs the state of uploads; random when left out.
    pub secret: Option<Secret>,
    /// `http.relativeurls`: whether `Location` headers leave out scheme and host.
    pub relativeurls: bool,
    /// `http.draintimeout`: how long requests may go on after a signal to stop.
    pub draintimeout: Duration,
    /// `http.headers`: added to every response.
    pub headers: HeaderMap,
    /// `http.h2c`
    pub h2c: H2c,
}

/// `http.h2c`
#[derive(Debug, Clone, Default)]
pub struct H2c {
    /// `http.h2c.enabled`: whether HTTP/2 without TLS is spoken beside HTTP/1.1.
    pub enabled: bool,
}

/// A path before `/v2/`; it begins and ends with a slash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prefix(String);

impl Prefix {
    /// Parses a path such as `/registry/`; `None` when a slash is missing at either end, or when a character in it
    /// would have to be escaped.
    pub fn parse(text: &str) -> Option<Self> {
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '-' | '.' | '_' | '~');
        let whole = text.starts_with('/') && text.ends_with('/') && !text.contains("//");
        (whole && text.chars().all(plain)).then(|| Self(text.to_owned()))
    }

    /// The path as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Text that is never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// A secret of this text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text, for the one who needs it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl Config {
    /// What a registry without a configuration file has: content in memory, deletes allowed, a free port of the
    /// loopback interface.
    pub const IN_MEMORY: &str = "version: 0.1\n\
                                 storage: {inmemory: {}, delete: {enabled: true}}\n\
                                 http: {addr: '127.0.0.1:0'}\n";

    /// The configuration of [`IN_MEMORY`](Self::IN_MEMORY).
    pub fn in_memory() -> Self {
        Self::with_driver(StorageDriver::Inmemory)
    }

    /// As [`in_memory`](Self::in_memory), with content below `root`.
    pub fn filesystem(root: impl Into<PathBuf>) -> Self {
        Self::with_driver(StorageDriver::Filesystem(Filesystem { rootdirectory: root.into() }))
    }

    fn with_driver(driver: StorageDriver) -> Self {
        let defaults = super::load::defaults();
        let http = Http { addr: Address::loopback(), ..defaults.http };
        Self { log: defaults.log, storage: Storage { driver, delete: Delete { enabled: true } }, http }
    }
}
