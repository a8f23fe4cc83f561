//! The endpoints, with the statuses that each text lists for them.

use super::Source;

/// One row of a text's table of endpoints.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Endpoint {
    /// The text's own handle, for instance `end-12a`.
    pub id: &'static str,
    /// The methods, for instance `GET` and `HEAD`.
    pub methods: &'static [&'static str],
    /// The path and query, with `<name>`, `<digest>`, `<reference>` and `<upload>` for what varies; `<upload>` alone
    /// is the whole upload URL as the registry gave it.
    pub path: &'static str,
    /// The statuses of success.
    pub success: &'static [u16],
    /// The statuses of failure.
    pub failure: &'static [u16],
}

const fn row(
    id: &'static str,
    methods: &'static [&'static str],
    path: &'static str,
    success: &'static [u16],
    failure: &'static [u16],
) -> Endpoint {
    Endpoint { id, methods, path, success, failure }
}

const READ: &[&str] = &["GET", "HEAD"];
const GET: &[&str] = &["GET"];
const POST: &[&str] = &["POST"];
const PATCH: &[&str] = &["PATCH"];
const PUT: &[&str] = &["PUT"];
const DELETE: &[&str] = &["DELETE"];

const BLOB: &str = "/v2/<name>/blobs/<digest>";
const MANIFEST: &str = "/v2/<name>/manifests/<reference>";
const UPLOADS: &str = "/v2/<name>/blobs/uploads/";
const UPLOADS_DIGEST: &str = "/v2/<name>/blobs/uploads/?digest=<digest>";
const UPLOADS_ALGORITHM: &str = "/v2/<name>/blobs/uploads/?digest-algorithm=<algorithm>";
const MOUNT: &str = "/v2/<name>/blobs/uploads/?mount=<digest>&from=<name>";
const UPLOAD: &str = "<upload>";
const CLOSE: &str = "<upload>?digest=<digest>";
const TAGS: &str = "/v2/<name>/tags/list";
const TAGS_PAGE: &str = "/v2/<name>/tags/list?n=<count>&last=<tag>";
const REFERRERS: &str = "/v2/<name>/referrers/<digest>";
const REFERRERS_FILTER: &str = "/v2/<name>/referrers/<digest>?artifactType=<type>";

const V10: &[Endpoint] = &[
    row("end-1", GET, "/v2/", &[200], &[404, 401]),
    row("end-2", READ, BLOB, &[200], &[404]),
    row("end-3", READ, MANIFEST, &[200], &[404]),
    row("end-4a", POST, UPLOADS, &[202], &[404]),
    row("end-4b", POST, UPLOADS_DIGEST, &[201, 202], &[404, 400]),
    row("end-5", PATCH, UPLOAD, &[202], &[404, 416]),
    row("end-6", PUT, CLOSE, &[201], &[404, 400]),
    row("end-7", PUT, MANIFEST, &[201], &[404]),
    row("end-8a", GET, TAGS, &[200], &[404]),
    row("end-8b", GET, TAGS_PAGE, &[200], &[404]),
    row("end-9", DELETE, MANIFEST, &[202], &[404, 400, 405]),
    row("end-10", DELETE, BLOB, &[202], &[404, 405]),
    row("end-11", POST, MOUNT, &[201], &[404]),
];

const V11: &[Endpoint] = &[
    row("end-1", GET, "/v2/", &[200], &[404, 401]),
    row("end-2", READ, BLOB, &[200], &[404]),
    row("end-3", READ, MANIFEST, &[200], &[404]),
    row("end-4a", POST, UPLOADS, &[202], &[404]),
    row("end-4b", POST, UPLOADS_DIGEST, &[201, 202], &[404, 400]),
    row("end-5", PATCH, UPLOAD, &[202], &[404, 416]),
    row("end-6", PUT, CLOSE, &[201], &[404, 400]),
    row("end-7", PUT, MANIFEST, &[201], &[404, 413]),
    row("end-8a", GET, TAGS, &[200], &[404]),
    row("end-8b", GET, TAGS_PAGE, &[200], &[404]),
    row("end-9", DELETE, MANIFEST, &[202], &[404, 400, 405]),
    row("end-10", DELETE, BLOB, &[202], &[404, 400, 405]),
    row("end-11", POST, MOUNT, &[201, 202], &[404]),
    row("end-12a", GET, REFERRERS, &[200], &[404, 400]),
    row("end-12b", GET, REFERRERS_FILTER, &[200], &[404, 400]),
    row("end-13", GET, UPLOAD, &[204], &[404]),
];

const DEV: &[Endpoint] = &[
    row("end-1", GET, "/v2/", &[200], &[404, 401]),
    row("end-2", READ, BLOB, &[200], &[404]),
    row("end-3", READ, MANIFEST, &[200], &[404]),
    row("end-4a", POST, UPLOADS, &[202], &[404]),
    row("end-4b", POST, UPLOADS_DIGEST, &[201, 202], &[404, 400]),
    row("end-4c", POST, UPLOADS_ALGORITHM, &[201, 202], &[404, 400]),
    row("end-5", PATCH, UPLOAD, &[202], &[404, 416]),
    row("end-6", PUT, CLOSE, &[201], &[404, 400, 416]),
    row("end-7a", PUT, MANIFEST, &[201], &[404, 413]),
    row("end-7b", PUT, "/v2/<name>/manifests/<digest>?tag=<tag>&tag=<tag>", &[201], &[404, 413]),
    row("end-8a", GET, TAGS, &[200], &[404]),
    row("end-8b", GET, TAGS_PAGE, &[200], &[404]),
    row("end-9", DELETE, MANIFEST, &[202], &[404, 400, 405]),
    row("end-10", DELETE, BLOB, &[202], &[404, 400, 405]),
    row("end-11", POST, MOUNT, &[201, 202], &[404]),
    row("end-12a", GET, REFERRERS, &[200], &[404, 400]),
    row("end-12b", GET, REFERRERS_FILTER, &[200], &[404, 400]),
    row("end-13", GET, UPLOAD, &[204], &[404]),
    row("end-14", DELETE, UPLOAD, &[204], &[404, 400]),
];

/// The table of endpoints of one text; empty for texts without such a table.
pub const fn endpoints(source: Source) -> &'static [Endpoint] {
    match source {
        Source::OciDistribution10 => V10,
        Source::OciDistribution11 => V11,
        Source::OciDistributionDev => DEV,
        _ => &[],
    }
}

/// The row with this handle: of 1.1.1, or of the main branch when 1.1.1 has none.
pub fn endpoint(id: &str) -> Option<&'static Endpoint> {
    V11.iter().chain(DEV).find(|endpoint| endpoint.id == id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_table_has_its_rows() {
        let count = |source| endpoints(source).len();
        assert_eq!(count(Source::OciDistribution10), 13);
        assert_eq!(count(Source::OciDistribution11), 16);
        assert_eq!(count(Source::OciDistributionDev), 19);
        assert_eq!(count(Source::Http), 0);
    }

    #[test]
    fn successes_and_failures_are_of_their_classes() {
        for endpoint in [V10, V11, DEV].into_iter().flatten() {
            assert!(endpoint.success.iter().all(|status| (200..300).contains(status)), "{}", endpoint.id);
            assert!(endpoint.failure.iter().all(|status| (400..500).contains(status)), "{}", endpoint.id);
        }
    }

    #[test]
    fn newer_texts_keep_the_older_endpoints() {
        let split = |id: &str| if id == "end-7" { "end-7a".to_owned() } else { id.to_owned() };
        for old in V10 {
            assert!(V11.iter().any(|new| new.id == old.id && new.methods == old.methods), "{}", old.id);
        }
        for old in V11 {
            assert!(DEV.iter().any(|new| new.id == split(old.id) && new.methods == old.methods), "{}", old.id);
        }
    }

    #[test]
    fn lookup_prefers_the_stable_text() {
        assert_eq!(endpoint("end-6").unwrap().failure, [404, 400]);
        assert_eq!(endpoint("end-14").unwrap().methods, ["DELETE"]);
        assert!(endpoint("end-15").is_none());
    }
}
