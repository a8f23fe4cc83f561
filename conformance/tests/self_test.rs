//! Every check passes on the clean registry, and fails under its fault for the stated reason.

#![cfg(feature = "embedded")]

use conformance::catalog;
use conformance::selftest::self_test;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_check_has_teeth() {
    let only = std::env::var("PLIMSOLL_SELF_TEST").unwrap_or_default();
    let checks: Vec<_> = catalog::all().into_iter().filter(|check| check.id.starts_with(&only)).collect();
    assert!(!checks.is_empty(), "no check begins with {only}");
    let report = self_test(&checks, |_| {}).await;
    let lines: Vec<String> = report.unproven.iter().map(|one| format!("{}: {}", one.id, one.reason)).collect();
    assert!(lines.is_empty(), "{} of {} checks are not proven:\n{}", lines.len(), report.checks, lines.join("\n"));
}
