//! Appending to an upload session and giving it its name, on both drivers.

use std::sync::Arc;

use bytes::Bytes;
use criterion::{BenchmarkId, Criterion, Throughput};
use fixtures::Seed;
use reference_registry::protocol::{Algorithm, RepositoryName, UploadId};
use reference_registry::storage::{Driver, Filesystem, Memory, StorageError, StorePath};

/// About what one read from a socket brings, in bytes.
const CHUNK: usize = 400_000;

pub(crate) fn bench(criterion: &mut Criterion) {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let root = tempfile::tempdir().expect("a directory");
    let drivers: [Arc<dyn Driver>; 2] =
        [Arc::new(Memory::new()), Arc::new(Filesystem::open(root.path()).expect("a root just made"))];
    let name: RepositoryName = "bench".parse().expect("a name");
    let mut group = criterion.benchmark_group("upload");
    group.sample_size(20);
    for (label, chunks) in [("4 KiB", vec![4096]), ("16 MB", vec![CHUNK; 40])] {
        let content: Vec<Bytes> = chunks.iter().map(|&len| Seed::new("upload").bytes(len)).collect();
        group.throughput(Throughput::Bytes(chunks.iter().sum::<usize>() as u64));
        for driver in &drivers {
            group.bench_function(BenchmarkId::new(driver.name(), label), |bencher| {
                bencher.to_async(&runtime).iter(|| async {
                    let digest = Algorithm::Sha256.digest(&content[0]);
                    upload(&**driver, &name, &content, &StorePath::blob_data(&digest)).await.expect("an upload");
                });
            });
        }
    }
    group.finish();
}

async fn upload(
    driver: &dyn Driver,
    name: &RepositoryName,
    content: &[Bytes],
    to: &StorePath,
) -> Result<(), StorageError> {
    let id = UploadId::random();
    let data = StorePath::upload_data(name, id);
    let mut appender = driver.append(&data, 0).await?;
    for chunk in content {
        appender.append(chunk.clone()).await?;
    }
    appender.finish().await?;
    driver.rename(&data, to).await?;
    driver.delete(&StorePath::upload(name, id)).await
}
