//! How each section and each value is read from the tree.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::Value as Json;
use url::Url;

use super::address::Address;
use super::duration;
use super::known;
use super::model::{
    AccessLog, Config, Delete, Filesystem, Formatter, H2c, Http, Level, Log, Prefix, Secret, Storage, StorageDriver,
};
use super::problem::Reason;
use super::scalar::{self, Mismatch};
use super::section::Section;
use super::tree::{Node, Value};

impl Config {
    pub(super) fn decode(section: &Section<'_>) -> Self {
        section.require("version", "write `version: 0.1`");
        section.require("storage", "name a driver, `filesystem` or `inmemory`");
        section.value("version", version);
        Self {
            log: section.section("log", Log::decode),
            storage: section.section("storage", Storage::decode),
            http: section.section("http", Http::decode),
        }
    }
}

impl Log {
    fn decode(section: &Section<'_>) -> Self {
        Self {
            level: section.value("level", level),
            formatter: section.value("formatter", formatter),
            fields: section.value("fields", fields),
            accesslog: section
                .section("accesslog", |section| AccessLog { disabled: section.value("disabled", scalar::flag) }),
        }
    }
}

impl Storage {
    fn decode(section: &Section<'_>) -> Self {
        let filesystem = section
            .present("filesystem", |section| Filesystem { rootdirectory: section.value("rootdirectory", directory) });
        let inmemory = section.present("inmemory", |_| StorageDriver::Inmemory);
        let delete = section.section("delete", |section| Delete { enabled: section.value("enabled", scalar::flag) });

        let is_driver = |key: &str| matches!(key, "filesystem" | "inmemory") || known::DRIVERS.contains(&key);
        let given: Vec<&str> =
            section.entries().iter().map(|entry| entry.key.as_str()).filter(|key| is_driver(key)).collect();
        if given.len() > 1 {
            section
                .problem(Reason::Conflict { allowed: "filesystem, inmemory".to_owned(), found: given.join(" and ") });
        } else if given.is_empty() {
            section.require("", "name a driver, `filesystem` or `inmemory`");
        }
        // Without any driver there is a problem in the report, and this value is never used.
        let driver = filesystem.map(StorageDriver::Filesystem).or(inmemory).unwrap_or(StorageDriver::Inmemory);
        Self { driver, delete }
    }
}

impl Http {
    fn decode(section: &Section<'_>) -> Self {
        Self {
            addr: section.value("addr", address),
            host: section.optional("host", host),
            prefix: section.optional("prefix", prefix),
            secret: section.optional("secret", secret),
            relativeurls: section.value("relativeurls", scalar::flag),
            draintimeout: section.value("draintimeout", timeout),
            headers: section.value("headers", headers),
            h2c: section.section("h2c", |section| H2c { enabled: section.value("enabled", scalar::flag) }),
        }
    }
}

/// Reads text by a parser that knows only whether it can.
fn parsed<T>(node: &Node, expected: &str, parse: impl FnOnce(&str) -> Option<T>) -> Result<T, Mismatch> {
    let text = scalar::text(node).map_err(|_| Mismatch::new(expected, node))?;
    parse(&text).ok_or_else(|| Mismatch::new(expected, node))
}

fn version(node: &Node) -> Result<(), Mismatch> {
    parsed(node, "version 0.1", |text| (text == "0.1").then_some(()))
}

fn level(node: &Node) -> Result<Level, Mismatch> {
    parsed(node, "error, warn, info or debug", |text| match text.to_lowercase().as_str() {
        "error" => Some(Level::Error),
        "warn" => Some(Level::Warn),
        "info" => Some(Level::Info),
        "debug" => Some(Level::Debug),
        _ => None,
    })
}

fn formatter(node: &Node) -> Result<Formatter, Mismatch> {
    parsed(node, "text or json (Docker Distribution's `logstash` is not implemented here yet)", |text| match text {
        "text" => Some(Formatter::Text),
        "json" => Some(Formatter::Json),
        _ => None,
    })
}

fn fields(node: &Node) -> Result<BTreeMap<String, Json>, Mismatch> {
    match &node.value {
        Value::Map(entries) => Ok(entries.iter().map(|entry| (entry.key.clone(), scalar::any(&entry.value))).collect()),
        _ => Err(Mismatch::new("a mapping of names to values", node)),
    }
}

fn directory(node: &Node) -> Result<PathBuf, Mismatch> {
    parsed(node, "the path of a directory", |text| (!text.is_empty()).then(|| PathBuf::from(text)))
}

fn address(node: &Node) -> Result<Address, Mismatch> {
    parsed(node, "HOST:PORT such as `localhost:5000`, or `:5000` for all interfaces", Address::parse)
}

fn host(node: &Node) -> Result<Url, Mismatch> {
    parsed(node, "a URL such as `https://registry.example.com`, without user, query and fragment", |text| {
        Url::parse(text).ok().filter(|url| {
            matches!(url.scheme(), "http" | "https")
                && url.has_host()
                && url.username().is_empty()
                && url.password().is_none()
                && url.query().is_none()
                && url.fragment().is_none()
        })
    })
}

fn prefix(node: &Node) -> Result<Prefix, Mismatch> {
    parsed(node, "a path with a slash at both ends, such as `/registry/`", Prefix::parse)
}

fn secret(node: &Node) -> Result<Secret, Mismatch> {
    // The value is not repeated, whatever is wrong with it.
    let hidden = |_| Mismatch { found: "something else".to_owned(), ..Mismatch::new("text", node) };
    scalar::text(node).map(Secret::new).map_err(hidden)
}

fn timeout(node: &Node) -> Result<Duration, Mismatch> {
    parsed(node, "a duration with a unit (ns, us, ms, s, m, h), such as `60s` or `1m30s`", duration::parse)
}

fn headers(node: &Node) -> Result<HeaderMap, Mismatch> {
    let Value::Map(entries) = &node.value else {
        return Err(Mismatch::new("a mapping of header names to lists of values", node));
    };
    let mut headers = HeaderMap::new();
    for entry in entries {
        let name = HeaderName::from_bytes(entry.key.as_bytes()).map_err(|_| Mismatch {
            expected: "the name of a header".to_owned(),
            found: format!("`{}`", entry.key.escape_debug()),
            origin: entry.origin.clone(),
        })?;
        let Value::List(values) = &entry.value.value else {
            return Err(Mismatch::new(
                format!("a list of values for `{}`, such as `[nosniff]`", entry.key),
                &entry.value,
            ));
        };
        for value in values {
            let expected = format!("values of `{}` that a header can hold", entry.key);
            let value = parsed(value, &expected, |text| HeaderValue::from_str(text).ok())?;
            headers.append(name.clone(), value);
        }
    }
    Ok(headers)
}
