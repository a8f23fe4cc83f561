//! From method, path, query and headers to a typed request.

use criterion::Criterion;
use http::header::{ACCEPT, HeaderMap, HeaderValue, RANGE};
use http::{Method, Uri};
use reference_registry::protocol::Request;

pub(crate) fn bench(criterion: &mut Criterion) {
    let digest = "sha256:6c3c624b58dbbcd3c0dd82b4c53f04194d1247c6eebdaab7c610cf7d66709b3b";
    let mut headers = HeaderMap::new();
    headers.insert(ACCEPT, HeaderValue::from_static("application/vnd.oci.image.manifest.v1+json, */*"));
    headers.insert(RANGE, HeaderValue::from_static("bytes=0-1023"));
    let mut group = criterion.benchmark_group("request");
    for (name, method, target) in [
        ("ping", Method::GET, "/v2/".to_owned()),
        ("manifest by tag", Method::GET, "/v2/library/app/manifests/latest".to_owned()),
        ("manifest by digest", Method::GET, format!("/v2/library/app/manifests/{digest}")),
        ("blob", Method::GET, format!("/v2/library/app/blobs/{digest}")),
        ("tags", Method::GET, "/v2/a/b/c/d/e/f/tags/list?n=100&last=v1.2.3".to_owned()),
        ("unknown", Method::GET, "/v2/library/app/nothing/here".to_owned()),
    ] {
        let uri: Uri = target.parse().expect("a target written above");
        group.bench_function(name, |bencher| bencher.iter(|| Request::parse(&method, &uri, &headers)));
    }
    group.finish();
}
