//! Hashing, which bounds every push.

use criterion::{BenchmarkId, Criterion, Throughput};
use fixtures::Seed;
use reference_registry::protocol::{Algorithm, Hasher};

pub(crate) fn bench(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("digest");
    for algorithm in Algorithm::ALL {
        for len in [4096, 1 << 20] {
            let content = Seed::new("digest").bytes(len);
            group.throughput(Throughput::Bytes(len as u64));
            group.bench_function(BenchmarkId::new(algorithm.as_str(), len), |bencher| {
                bencher.iter(|| {
                    let mut hasher = Hasher::new(algorithm);
                    hasher.update(&content);
                    hasher.finish()
                });
            });
        }
    }
    let text = Algorithm::Sha256.digest(b"content").to_string();
    group.throughput(Throughput::Elements(1));
    group.bench_function("parse", |bencher| bencher.iter(|| text.parse::<reference_registry::protocol::Digest>()));
    group.finish();
}
