//! Listing the tags of a repository that has ten thousand.

use std::sync::Arc;

use bytes::Bytes;
use criterion::Criterion;
use reference_registry::engine::{Engine, EngineOptions};
use reference_registry::protocol::{Algorithm, RepositoryName};
use reference_registry::registry::{Page, Registry as _};
use reference_registry::storage::{Driver as _, Memory, StorePath};

const TAGS: u32 = 10_000;

pub(crate) fn bench(criterion: &mut Criterion) {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let name: RepositoryName = "bench".parse().expect("a name");
    let driver = Arc::new(Memory::new());
    runtime.block_on(async {
        let manifest = Algorithm::Sha256.digest(b"{}");
        let link = Bytes::from(manifest.to_string());
        let objects = [StorePath::blob_data(&manifest), StorePath::revision_link(&name, &manifest)];
        for (path, content) in objects.iter().zip([Bytes::from_static(b"{}"), link.clone()]) {
            driver.write(path, content).await.expect("memory takes it");
        }
        for number in 0..TAGS {
            let tag = format!("v1.{number}").parse().expect("a tag");
            driver.write(&StorePath::tag_current(&name, &tag), link.clone()).await.expect("memory takes it");
        }
    });
    let engine = Engine::new(driver, EngineOptions::default());
    let mut group = criterion.benchmark_group("tags");
    for (label, n) in [("a page of 100", Some(100)), ("all", None)] {
        let page = Page { n, last: None };
        group.bench_function(label, |bencher| {
            bencher.to_async(&runtime).iter(|| async { engine.tags(&name, &page).await.expect("a repository") });
        });
    }
    group.finish();
}
