//! Every statement of every text is accounted for: a check decides it, or it is excused with a reason.

use conformance::catalog;
use conformance::spec::{Coverage, Source, coverage};

fn of_the_checks() -> Coverage {
    let checks = catalog::all();
    let citations: Vec<_> = checks.iter().map(|check| (check.id, check.statements)).collect();
    coverage(&citations)
}

#[test]
fn no_statement_is_forgotten() {
    let coverage = of_the_checks();
    let left: Vec<_> = coverage
        .sources
        .iter()
        .filter(|entry| !entry.unaccounted.is_empty())
        .map(|entry| format!("{}: {}", entry.source, entry.unaccounted.join(", ")))
        .collect();
    assert!(left.is_empty(), "neither cited by a check nor excused:\n{}", left.join("\n"));
    for source in Source::ALL {
        let entry = coverage.sources.iter().find(|entry| entry.source == source);
        assert!(entry.is_some_and(|entry| entry.statements > 0), "{source} has no statements");
    }
}

#[test]
fn what_the_oci_texts_ask_of_registries_has_checks() {
    let coverage = of_the_checks();
    for source in [Source::OciDistribution10, Source::OciDistribution11, Source::OciDistributionDev] {
        let entry = coverage.sources.iter().find(|entry| entry.source == source).expect("the source is listed");
        assert!(entry.must.addressed > 10 && entry.should.addressed > 5, "{source}: {:?}", entry.must);
        assert_eq!(entry.must.checked, entry.must.addressed, "{source}: {}", entry.unaccounted.join(", "));
        assert!(entry.should.percent() >= 95.0, "{source}: {} % of its SHOULD", entry.should.percent());
    }
}
