//! Statements and the texts they come from.

use scenarios::outcome::Level;

/// A text that registries follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Source {
    /// OCI Distribution Specification 1.0.1.
    OciDistribution10,
    /// OCI Distribution Specification 1.1.1.
    OciDistribution11,
    /// OCI Distribution Specification, development text.
    OciDistributionDev,
    /// Docker Registry HTTP API V2.
    DockerApi,
    /// Docker's image manifest, version 2 schema 2.
    DockerManifest,
    /// What GitLab's registry adds.
    Gitlab,
    /// HTTP itself: RFC 9110, 9112, 8288.
    Http,
}

/// One normative statement.
#[derive(Debug, Clone)]
pub struct Statement {
    /// Its id.
    pub id: &'static str,
    /// The text it comes from.
    pub source: Source,
    /// How strongly it asks.
    pub level: Level,
}

/// The statement of that id.
pub fn statement(id: &str) -> Option<Statement> {
    let source = match id.split('-').next()? {
        "D10" => Source::OciDistribution10,
        "D11" => Source::OciDistribution11,
        "DEV" => Source::OciDistributionDev,
        "API" => Source::DockerApi,
        "MAN" => Source::DockerManifest,
        "GITLAB" => Source::Gitlab,
        "HTTP" => Source::Http,
        _ => return None,
    };
    Some(Statement { id: "", source, level: Level::Must })
}
