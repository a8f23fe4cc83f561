//! Heads of requests and the values they are parsed to.

#![allow(clippy::expect_used, clippy::panic, reason = "a test may fail")]

use http::{HeaderMap, Method, Uri};
use proptest::prelude::*;
use reference_registry::protocol::{
    Algorithm, Conditions, Digest, EntityTag, EntityTags, RangeSpec, Ranges, Reference, RepositoryName, Request,
    RequestError, Session, Tag, UploadId,
};
use reference_registry::registry::Page;

fn parse(method: &str, target: &str) -> Result<Request, RequestError> {
    let method = Method::from_bytes(method.as_bytes()).expect("a method");
    Request::parse(&method, &target.parse::<Uri>().expect("a target"), &HeaderMap::new())
}

fn reparse(request: &Request) -> Result<Request, RequestError> {
    let mut headers = HeaderMap::new();
    for (name, value) in request.fields() {
        headers.append(name, value.parse().expect("a header value"));
    }
    let uri: Uri = request.target().parse().expect("a target");
    Request::parse(&request.method(), &uri, &headers)
}

fn name() -> impl Strategy<Value = RepositoryName> {
    let word = prop_oneof![
        "[a-z0-9]{1,4}((\\.|_|__|-{1,3})[a-z0-9]{1,3}){0,2}",
        Just("blobs".to_owned()),
        Just("uploads".to_owned()),
        Just("tags".to_owned()),
        Just("list".to_owned()),
        Just("manifests".to_owned()),
        Just("reference".to_owned()),
        Just("referrers".to_owned()),
        Just("v2".to_owned()),
    ];
    prop::collection::vec(word, 1..5).prop_map(|words| words.join("/").parse().expect("a name"))
}

fn digest() -> impl Strategy<Value = Digest> {
    (prop::bool::ANY, any::<[u8; 4]>()).prop_map(|(long, content)| {
        if long { Algorithm::Sha512.digest(&content) } else { Algorithm::Sha256.digest(&content) }
    })
}

fn tag() -> impl Strategy<Value = Tag> {
    "[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}".prop_map(|text| text.parse().expect("a tag"))
}

fn reference() -> impl Strategy<Value = Reference> {
    prop_oneof![tag().prop_map(Reference::Tag), digest().prop_map(Reference::Digest)]
}

fn entity_tags() -> impl Strategy<Value = EntityTags> {
    let tag = (any::<bool>(), "[a-z0-9:]{1,8}").prop_map(|(weak, text)| EntityTag { weak, text });
    prop_oneof![Just(EntityTags::Any), prop::collection::vec(tag, 1..3).prop_map(EntityTags::List)]
}

fn conditions() -> impl Strategy<Value = Conditions> {
    let range = (any::<bool>(), "[a-z0-9:]{1,8}").prop_map(|(weak, text)| EntityTag { weak, text });
    let tags = || prop::option::of(entity_tags());
    (tags(), tags(), prop::option::of(range)).prop_map(|(matches, none_match, range)| Conditions {
        matches,
        none_match,
        range,
    })
}

fn page() -> impl Strategy<Value = Page> {
    (prop::option::of(any::<usize>()), prop::option::of("\\PC{1,20}")).prop_map(|(n, last)| Page { n, last })
}

fn chunk() -> impl Strategy<Value = Option<(u64, u64)>> {
    prop::option::of((any::<u64>(), any::<u64>()).prop_map(|(a, b)| (a.min(b), a.max(b))))
}

fn ranges() -> impl Strategy<Value = Ranges> {
    let spec = prop_oneof![
        any::<u64>().prop_map(RangeSpec::From),
        any::<u64>().prop_map(RangeSpec::Last),
        (any::<u64>(), any::<u64>()).prop_map(|(a, b)| RangeSpec::FromTo(a.min(b), a.max(b))),
    ];
    prop::collection::vec(spec, 0..4).prop_map(Ranges::from)
}

fn session() -> impl Strategy<Value = Session> {
    (name(), prop::option::of("\\PC{0,20}")).prop_map(|(name, state)| Session { name, id: UploadId::random(), state })
}

fn reads() -> impl Strategy<Value = Request> {
    prop_oneof![
        Just(Request::Base),
        (name(), reference(), any::<bool>(), conditions())
            .prop_map(|(name, reference, head, conditions)| Request::Manifest { name, reference, head, conditions }),
        (name(), digest(), any::<bool>(), prop::option::of(ranges()), conditions()).prop_map(
            |(name, digest, head, ranges, conditions)| Request::Blob {
                name,
                digest,
                head,
                ranges: if head { None } else { ranges },
                conditions
            }
        ),
        (name(), page()).prop_map(|(name, page)| Request::Tags { name, page }),
        (name(), digest(), prop::option::of("\\PC{1,20}"), page())
            .prop_map(|(name, subject, artifact_type, page)| Request::Referrers { name, subject, artifact_type, page }),
        page().prop_map(|page| Request::Catalog { page }),
        session().prop_map(Request::UploadStatus),
    ]
}

fn writes() -> impl Strategy<Value = Request> {
    let media_type = || prop::option::of("[a-z]{1,5}/[a-z+.]{1,10}");
    prop_oneof![
        (name(), digest(), prop::collection::vec(tag(), 0..3), media_type(), conditions()).prop_map(
            |(name, digest, tags, media_type, conditions)| Request::PutManifest {
                name,
                reference: Reference::Digest(digest),
                tags,
                media_type,
                conditions
            }
        ),
        (name(), tag(), media_type(), conditions()).prop_map(|(name, tag, media_type, conditions)| {
            Request::PutManifest { name, reference: Reference::Tag(tag), tags: Vec::new(), media_type, conditions }
        }),
        (name(), reference()).prop_map(|(name, reference)| Request::DeleteManifest { name, reference }),
        (name(), digest()).prop_map(|(name, digest)| Request::DeleteBlob { name, digest }),
        (name(), prop::option::of(prop::sample::select(&Algorithm::ALL)))
            .prop_map(|(name, algorithm)| Request::StartUpload { name, algorithm }),
        (name(), digest()).prop_map(|(name, digest)| Request::PutBlob { name, digest }),
        (name(), digest(), prop::option::of(name())).prop_map(|(name, digest, from)| Request::Mount {
            name,
            digest,
            from
        }),
        (session(), chunk()).prop_map(|(session, range)| Request::AppendUpload { session, range }),
        (session(), digest(), chunk()).prop_map(|(session, digest, range)| Request::FinishUpload {
            session,
            digest,
            range
        }),
        session().prop_map(Request::CancelUpload),
        (name(), tag()).prop_map(|(name, tag)| Request::DeleteTag { name, tag }),
    ]
}

proptest! {
    #[test]
    fn parse_and_construct_are_inverse(request in prop_oneof![reads(), writes()]) {
        prop_assert_eq!(reparse(&request), Ok(request));
    }

    #[test]
    fn no_target_panics(path in "/v2/[a-z%/._0-9A-F-]{0,60}(\\?[a-z%&=0-9]{0,30})?") {
        for method in ["GET", "HEAD", "PUT", "POST", "PATCH", "DELETE", "TRACE"] {
            if let Ok(request) = parse(method, &path) {
                prop_assert_eq!(reparse(&request), Ok(request));
            }
        }
    }
}

/// The variant of an error, without what it holds.
fn kind(error: &RequestError) -> String {
    let text = format!("{error:?}");
    text.split([' ', '{']).next().unwrap_or_default().to_owned()
}

#[test]
fn each_malformed_request_has_its_error() {
    let digest = Algorithm::Sha256.digest(b"");
    let id = UploadId::random();
    let long = "a".repeat(256);
    let table = [
        ("GET", "/".to_owned(), "Route"),
        ("GET", "/v2/a".to_owned(), "Route"),
        ("GET", "/v2/a/unknown/b".to_owned(), "Route"),
        ("GET", "/v2/a/manifests/latest/".to_owned(), "Route"),
        ("POST", "/v2/".to_owned(), "Method"),
        ("PATCH", "/v2/a/manifests/b".to_owned(), "Method"),
        ("PUT", format!("/v2/a/blobs/{digest}"), "Method"),
        ("GET", "/v2/a/blobs/uploads/".to_owned(), "Method"),
        ("POST", format!("/v2/a/blobs/uploads/{id}"), "Method"),
        ("GET", "/v2/a/tags/reference/b".to_owned(), "Method"),
        ("DELETE", "/v2/_catalog".to_owned(), "Method"),
        ("GET", "/v2/A/manifests/b".to_owned(), "Name"),
        ("GET", format!("/v2/{long}/manifests/b"), "Name"),
        ("GET", "/v2/../manifests/b".to_owned(), "Name"),
        ("GET", "/v2/%2e%2e/manifests/b".to_owned(), "Name"),
        ("GET", "/v2/a%2Fb/manifests/b".to_owned(), "Name"),
        ("GET", "/v2/a%00/manifests/b".to_owned(), "Name"),
        ("GET", "/v2/%ff/manifests/b".to_owned(), "Name"),
        ("GET", "/v2//manifests/b".to_owned(), "Name"),
        ("GET", "/v2/manifests/b".to_owned(), "Name"),
        ("GET", "/v2/a/manifests/.b".to_owned(), "NoManifest"),
        ("GET", "/v2/a/manifests/sha384:ab".to_owned(), "NoManifest"),
        ("GET", "/v2/a/manifests/sha256:ab".to_owned(), "Digest"),
        ("PUT", "/v2/a/manifests/.b".to_owned(), "Tag"),
        ("PUT", "/v2/a/manifests/sha384:ab".to_owned(), "Digest"),
        ("PUT", format!("/v2/a/manifests/{digest}?tag=b&tag=.c"), "Tag"),
        ("DELETE", "/v2/a/tags/reference/.b".to_owned(), "NoManifest"),
        ("GET", "/v2/a/blobs/b".to_owned(), "Digest"),
        ("GET", "/v2/a/blobs/sha384:ab".to_owned(), "NoBlob"),
        ("GET", "/v2/a/referrers/b".to_owned(), "Digest"),
        ("POST", "/v2/a/blobs/uploads/?digest=b".to_owned(), "Digest"),
        ("POST", "/v2/a/blobs/uploads/?mount=b&from=c".to_owned(), "Digest"),
        ("POST", "/v2/a/blobs/uploads/?digest-algorithm=md5".to_owned(), "Digest"),
        ("PATCH", "/v2/a/blobs/uploads/b".to_owned(), "NoUpload"),
        ("PUT", format!("/v2/a/blobs/uploads/{id}"), "DigestMissing"),
        ("PUT", format!("/v2/a/blobs/uploads/{id}?digest="), "Digest"),
        ("GET", "/v2/a/tags/list?n=-1".to_owned(), "PageSize"),
        ("GET", "/v2/a/tags/list?n=".to_owned(), "PageSize"),
        ("GET", "/v2/a/tags/list?n=1.5".to_owned(), "PageSize"),
        ("GET", "/v2/_catalog?n=x".to_owned(), "PageSize"),
    ];
    for (method, target, expected) in table {
        match parse(method, &target) {
            Ok(request) => panic!("{method} {target} is taken for {request:?}"),
            Err(error) => assert_eq!(kind(&error), expected, "{method} {target}"),
        }
    }
}

#[test]
fn freedoms_of_clients_are_granted() {
    let name: RepositoryName = "a".parse().expect("a name");
    let digest = Algorithm::Sha256.digest(b"");
    for (method, target, expected) in [
        ("HEAD", "/v2/".to_owned(), Request::Base),
        ("GET", "/v2".to_owned(), Request::Base),
        ("GET", "/v2/?x=%ff".to_owned(), Request::Base),
        ("HEAD", "/v2/a/tags/list".to_owned(), Request::Tags { name: name.clone(), page: Page::default() }),
        ("POST", "/v2/a/blobs/uploads".to_owned(), Request::StartUpload { name: name.clone(), algorithm: None }),
        (
            "POST",
            format!("/v2/a/blobs/uploads/?mount={digest}&from=B"),
            Request::StartUpload { name: name.clone(), algorithm: None },
        ),
        (
            "POST",
            "/v2/%61/blobs/uploads/?digest-algorithm=sha512".to_owned(),
            Request::StartUpload { name: name.clone(), algorithm: Some(Algorithm::Sha512) },
        ),
        (
            "GET",
            "/v2/a/tags/list?n=99999999999999999999999&last=".to_owned(),
            Request::Tags { name: name.clone(), page: Page { n: Some(usize::MAX), last: None } },
        ),
        (
            "GET",
            format!("/v2/a/referrers/{digest}?artifactType=application/a+b&n=0"),
            Request::Referrers {
                name: name.clone(),
                subject: digest.clone(),
                artifact_type: Some("application/a+b".to_owned()),
                page: Page { n: Some(0), last: None },
            },
        ),
    ] {
        assert_eq!(parse(method, &target), Ok(expected), "{method} {target}");
    }
}
