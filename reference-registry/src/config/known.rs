//! Keys that Docker Distribution knows and this registry does not implement (yet).
//!
//! They are told apart from typing errors, so that somebody who brings a working configuration learns what will be
//! missing. A key that gets implemented leaves this table; a test makes sure that no key is in both places.

/// A key, or a section with all that is below it, and what to do without it.
pub(super) struct Known {
    pub(super) path: &'static str,
    pub(super) hint: &'static str,
}

const fn known(path: &'static str, hint: &'static str) -> Known {
    Known { path, hint }
}

const USE_ANOTHER_DRIVER: &str = "use `filesystem` or `inmemory`";

/// Source: "Configuring a registry" of Docker Distribution 2.8 and 3.
pub(super) const KNOWN: &[Known] = &[
    known("auth.htpasswd", ""),
    known("auth.none", "leave `auth` out for a registry open to everyone"),
    known("auth.silly", ""),
    known("auth.token", ""),
    known("catalog", ""),
    known("compatibility", "schema 1 manifests are refused"),
    known("health", ""),
    known("http.debug", ""),
    known("http.http2", "without TLS there is only `http.h2c`"),
    known("http.net", "only TCP is served"),
    known("http.tls", "put a proxy that speaks TLS before the registry, and its URL in `http.host`"),
    known("log.hooks", ""),
    known("log.reportcaller", ""),
    known("loglevel", "use `log.level`"),
    known("middleware", ""),
    known("notifications", ""),
    known("policy", ""),
    known("profiling", ""),
    known("proxy", ""),
    known("redis", ""),
    known("reporting", ""),
    known("storage.azure", USE_ANOTHER_DRIVER),
    known("storage.cache", "nothing is cached; leave it out"),
    known("storage.filesystem.maxthreads", "the runtime bounds the threads that do file operations; leave it out"),
    known("storage.gcs", USE_ANOTHER_DRIVER),
    known("storage.maintenance", ""),
    known("storage.oss", USE_ANOTHER_DRIVER),
    known("storage.rados", USE_ANOTHER_DRIVER),
    known("storage.redirect", "nothing is redirected; leave it out"),
    known("storage.s3", USE_ANOTHER_DRIVER),
    known("storage.swift", USE_ANOTHER_DRIVER),
    known("storage.tag", ""),
    known("tags", ""),
    known("validation", ""),
];

/// Those of [`KNOWN`] that are storage drivers, of which a configuration has exactly one.
pub(super) const DRIVERS: &[&str] = &["azure", "gcs", "oss", "rados", "s3", "swift"];

/// The entry of a path.
pub(super) fn find(path: &str) -> Option<&'static Known> {
    KNOWN.iter().find(|known| known.path == path)
}

/// The names of the table directly below `path` (empty for the top).
pub(super) fn below(path: &str) -> impl Iterator<Item = &str> {
    KNOWN.iter().filter_map(move |known| {
        let rest = if path.is_empty() { known.path } else { known.path.strip_prefix(path)?.strip_prefix('.')? };
        rest.split('.').next()
    })
}
