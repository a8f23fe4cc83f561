//! Which statements the checks account for.

use std::collections::BTreeSet;

use serde::Serialize;

use super::{Excuse, Level, Source, State, Statement, all, expand, statement};

/// How each source is accounted for; its JSON form is that of `plimsoll coverage --json`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Coverage {
    /// One entry per source that has statements, in the order of [`Source::ALL`].
    pub sources: Vec<SourceCoverage>,
}

/// How one source is accounted for: `checked`, `excused` and `unaccounted` add up to `statements`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SourceCoverage {
    /// The text.
    pub source: Source,
    /// How many statements it has.
    pub statements: usize,
    /// How many of them a check decides.
    pub checked: usize,
    /// How many are excused, each with a reason.
    pub excused: usize,
    /// The ids of those that a check should decide and none does.
    pub unaccounted: Vec<String>,
    /// The MUST statements that registries are addressed with.
    #[serde(skip)]
    pub must: Share,
    /// The SHOULD statements that registries are addressed with.
    #[serde(skip)]
    pub should: Share,
}

/// How many of some statements have a check.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Share {
    /// How many there are.
    pub addressed: usize,
    /// How many of them a check decides.
    pub checked: usize,
}

impl Share {
    /// The share in percent, from 0 to 100; 100 when there is nothing to check.
    #[expect(clippy::cast_precision_loss, reason = "a few hundred statements")]
    pub fn percent(self) -> f64 {
        if self.addressed == 0 { 100.0 } else { 100.0 * self.checked as f64 / self.addressed as f64 }
    }

    fn count(&mut self, checked: bool) {
        self.addressed += 1;
        self.checked += usize::from(checked);
    }
}

impl Coverage {
    /// Whether every statement of every source is checked or excused.
    pub fn is_complete(&self) -> bool {
        self.sources.iter().all(|source| source.unaccounted.is_empty())
    }
}

/// Why a citation is wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CitationError {
    /// The inventory has no such statement.
    #[error("the check {check} cites {id}, which no source has")]
    Unknown {
        /// The check's id.
        check: String,
        /// The id it cites.
        id: String,
    },
    /// The statement asks nothing of a registry, so no check can rest on it.
    #[error("the check {check} cites {id}, which is excused: {}", excuse.meaning())]
    Excused {
        /// The check's id.
        check: String,
        /// The id it cites.
        id: String,
        /// Why the statement is excused.
        excuse: Excuse,
    },
}

/// Accounts for every statement, given each check's id and the statement ids it cites.
///
/// Citing one text's statement counts for the same requirement in the other texts. An excused statement stays
/// excused when it is cited.
pub fn coverage(citations: &[(&str, &[&str])]) -> Coverage {
    let cited: BTreeSet<&str> =
        citations.iter().flat_map(|(_, ids)| expand(ids)).map(|statement| statement.id.as_str()).collect();
    let sources = Source::ALL.into_iter().map(|source| account(source, &cited)).filter(|s| s.statements > 0).collect();
    Coverage { sources }
}

fn account(source: Source, cited: &BTreeSet<&str>) -> SourceCoverage {
    let mut entry = SourceCoverage {
        source,
        statements: 0,
        checked: 0,
        excused: 0,
        unaccounted: Vec::new(),
        must: Share::default(),
        should: Share::default(),
    };
    for statement in all().iter().filter(|statement| statement.source == source) {
        entry.statements += 1;
        add(&mut entry, statement, cited.contains(statement.id.as_str()));
    }
    entry
}

fn add(entry: &mut SourceCoverage, statement: &Statement, cited: bool) {
    if let State::Excused(_) = statement.state {
        entry.excused += 1;
        return;
    }
    match statement.level {
        Level::Must => entry.must.count(cited),
        Level::Should => entry.should.count(cited),
        Level::May => {}
    }
    if cited {
        entry.checked += 1;
    } else {
        entry.unaccounted.push(statement.id.clone());
    }
}

/// The citations that are wrong: ids that no source has, and statements that ask nothing of a registry. A check may
/// cite a permission, to say which freedom it respects.
pub fn citation_errors(citations: &[(&str, &[&str])]) -> Vec<CitationError> {
    let each = citations.iter().flat_map(|(check, ids)| ids.iter().map(move |id| (*check, *id)));
    each.filter_map(|(check, id)| match statement(id).map(|statement| statement.state) {
        None => Some(CitationError::Unknown { check: check.to_owned(), id: id.to_owned() }),
        Some(State::Registry | State::Excused(Excuse::Permission)) => None,
        Some(State::Excused(excuse)) => {
            Some(CitationError::Excused { check: check.to_owned(), id: id.to_owned(), excuse })
        }
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(coverage: &Coverage, source: Source) -> &SourceCoverage {
        coverage.sources.iter().find(|entry| entry.source == source).unwrap()
    }

    #[test]
    fn without_checks_all_that_addresses_registries_is_unaccounted() {
        let coverage = coverage(&[]);
        assert!(!coverage.is_complete());
        for entry in &coverage.sources {
            assert_eq!(entry.checked, 0);
            assert_eq!(entry.excused + entry.unaccounted.len(), entry.statements, "{}", entry.source);
        }
        assert!(of(&coverage, Source::OciDistribution11).unaccounted.contains(&"D11-018".to_owned()));
    }

    #[test]
    fn one_citation_counts_in_every_text() {
        let before = coverage(&[]);
        let after = coverage(&[("pull.manifest.head", &["D11-033"])]);
        for source in [Source::OciDistribution10, Source::OciDistribution11, Source::OciDistributionDev] {
            assert_eq!(of(&after, source).checked, 1, "{source}");
            assert_eq!(of(&after, source).unaccounted.len() + 1, of(&before, source).unaccounted.len(), "{source}");
        }
        assert_eq!(of(&after, Source::OciDistribution11).should.checked, 1);
        assert_eq!(of(&after, Source::OciDistributionDev).must.checked, 1);
    }

    #[test]
    fn with_everything_cited_nothing_is_left() {
        let ids: Vec<_> = all().iter().map(|statement| statement.id.as_str()).collect();
        let coverage = coverage(&[("everything", &ids)]);
        assert!(coverage.is_complete());
        for entry in &coverage.sources {
            assert_eq!(entry.checked + entry.excused, entry.statements);
            assert!((entry.must.percent() - 100.0).abs() < f64::EPSILON);
        }
    }

    #[test]
    fn the_json_form_is_the_published_one() {
        let json = serde_json::to_value(coverage(&[])).unwrap();
        let entry =
            json["sources"].as_array().unwrap().iter().find(|e| e["source"] == "oci-distribution-1.1.1").unwrap();
        assert_eq!(entry["statements"], 163);
        let keys: Vec<_> = entry.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(
            BTreeSet::from_iter(keys),
            BTreeSet::from(["checked", "excused", "source", "statements", "unaccounted"])
        );
    }

    #[test]
    fn wrong_citations_are_named() {
        let errors = citation_errors(&[("a.check", &["D11-018", "D11-020", "D11-013", "D99-001"])]);
        let messages: Vec<_> = errors.iter().map(ToString::to_string).collect();
        assert_eq!(
            messages,
            [
                "the check a.check cites D11-013, which is excused: addressed to clients or to those who make content",
                "the check a.check cites D99-001, which no source has",
            ]
        );
    }

    #[test]
    fn every_check_cites_what_registries_are_asked_for() {
        let checks = crate::catalog::all();
        let citations: Vec<_> = checks.iter().map(|check| (check.id, check.statements)).collect();
        let errors: Vec<_> = citation_errors(&citations).iter().map(ToString::to_string).collect();
        assert!(errors.is_empty(), "{}", errors.join("\n"));
    }

    #[test]
    fn shares_are_in_percent() {
        assert!((Share { addressed: 8, checked: 6 }.percent() - 75.0).abs() < f64::EPSILON);
        assert!((Share::default().percent() - 100.0).abs() < f64::EPSILON);
    }
}
