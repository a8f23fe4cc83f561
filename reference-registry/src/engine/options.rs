//! What can be chosen about an engine.

/// Which references of a manifest must be in the repository before it is accepted. `subject` is never among them
/// (`D11-036`), nor are layers that are non-distributable or carry `urls`.
///
/// Source: `D11-037`, which leaves this to the registry.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum References {
    /// Config and layers, and the entries of an index.
    All,
    /// Config and layers; an index may be sparse, as copies of single platforms are in the field.
    #[default]
    Blobs,
    /// Nothing: a manifest may come before its content.
    Nothing,
}

/// What can be chosen about an engine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EngineOptions {
    /// Whether manifests, tags and blobs can be deleted; off as in Docker Distribution (`storage.delete.enabled`).
    pub delete_enabled: bool,
    /// Whether a blob may be mounted without naming the repository it comes from (`D11-071`).
    pub anonymous_mount: bool,
    /// Which references of a manifest must exist.
    pub references: References,
    /// The largest manifest that is accepted, in bytes (`D11-087` to `D11-089`).
    pub manifest_limit: u64,
    /// The most entries one page of a list holds, whatever the client asks for.
    pub page_limit: usize,
}

impl EngineOptions {
    /// The default of [`manifest_limit`](Self::manifest_limit): 4 MiB, Docker Distribution's limit and no less than
    /// the 4 megabytes of `D11-089`.
    pub const MANIFEST_LIMIT: u64 = 4 << 20;
}

impl Default for EngineOptions {
    fn default() -> Self {
        Self {
            delete_enabled: false,
            anonymous_mount: true,
            references: References::default(),
            manifest_limit: Self::MANIFEST_LIMIT,
            page_limit: 1000,
        }
    }
}
