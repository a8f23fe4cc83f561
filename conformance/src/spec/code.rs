//! The error codes, by name: the texts' own numbers shift between versions and one text misquotes its own.

use super::Source;

/// One error code that a text lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Code {
    /// The name, as it stands in an error body.
    pub name: &'static str,
    /// What it tells the client, in our own words.
    pub means: &'static str,
    /// The handle in OCI Distribution 1.1.1 and later; `None` for codes of Docker alone.
    pub oci: Option<&'static str>,
    /// Whether Docker's API lists it.
    pub docker: bool,
}

const fn oci(id: &'static str, name: &'static str, means: &'static str) -> Code {
    Code { name, means, oci: Some(id), docker: true }
}

const fn docker(name: &'static str, means: &'static str) -> Code {
    Code { name, means, oci: None, docker: true }
}

const CODES: &[Code] = &[
    oci("code-1", "BLOB_UNKNOWN", "the repository has no such blob"),
    oci("code-2", "BLOB_UPLOAD_INVALID", "the upload went wrong and cannot go on"),
    oci("code-3", "BLOB_UPLOAD_UNKNOWN", "there is no such upload session"),
    oci("code-4", "DIGEST_INVALID", "the digest is malformed or is not that of the content"),
    oci("code-5", "MANIFEST_BLOB_UNKNOWN", "the manifest names content that is not there"),
    oci("code-6", "MANIFEST_INVALID", "the manifest is not valid"),
    oci("code-7", "MANIFEST_UNKNOWN", "the repository has no such manifest"),
    oci("code-8", "NAME_INVALID", "the repository name is outside the grammar"),
    oci("code-9", "NAME_UNKNOWN", "there is no such repository"),
    oci("code-10", "SIZE_INVALID", "the length announced is not that of the content"),
    oci("code-11", "UNAUTHORIZED", "the client has to authenticate"),
    oci("code-12", "DENIED", "the client may not do this"),
    oci("code-13", "UNSUPPORTED", "the registry does not do this"),
    oci("code-14", "TOOMANYREQUESTS", "the client asks too often"),
    docker("MANIFEST_UNVERIFIED", "the signature of the manifest does not hold"),
    docker("PAGINATION_NUMBER_INVALID", "the number of entries asked for is no valid number"),
    docker("RANGE_INVALID", "the range of the content is not valid"),
    docker("TAG_INVALID", "the tag in the manifest is not that of the URL"),
];

/// Codes of Docker's schema 1 that OCI Distribution tells clients to expect (`D11-003`).
const LEGACY: [&str; 2] = ["MANIFEST_UNVERIFIED", "TAG_INVALID"];

/// The code with this name, in whatever text.
pub fn code(name: &str) -> Option<&'static Code> {
    CODES.iter().find(|code| code.name == name)
}

/// The codes that a registry of this text can send, the legacy ones that the text mentions among them.
pub fn codes(source: Source) -> impl Iterator<Item = &'static Code> {
    CODES.iter().filter(move |code| match source {
        Source::OciDistribution10 => code.oci.is_some(),
        Source::OciDistribution11 | Source::OciDistributionDev => code.oci.is_some() || LEGACY.contains(&code.name),
        Source::DockerApi => code.docker,
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_of_the_form_that_the_text_asks_for() {
        for code in CODES {
            assert!(code.name.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_'), "{}", code.name);
        }
    }

    #[test]
    fn handles_run_from_one_to_fourteen() {
        let handles: Vec<_> = CODES.iter().filter_map(|code| code.oci).collect();
        let expected: Vec<_> = (1..=14).map(|number| format!("code-{number}")).collect();
        assert_eq!(handles, expected);
    }

    #[test]
    fn each_text_has_its_codes() {
        let has = |source, name| codes(source).any(|code| code.name == name);
        assert_eq!(codes(Source::OciDistribution10).count(), 14);
        assert!(has(Source::OciDistribution11, "TAG_INVALID") && !has(Source::OciDistribution10, "TAG_INVALID"));
        assert!(has(Source::DockerApi, "RANGE_INVALID") && !has(Source::OciDistributionDev, "RANGE_INVALID"));
        assert_eq!(codes(Source::Http).count(), 0);
        assert_eq!(code("MANIFEST_UNKNOWN").and_then(|code| code.oci), Some("code-7"));
    }
}
