//! One failure per cause.
//!
//! Checks look at one behaviour from several sides, and one defect can break many of them. Results are put together
//! when they break the same statements, or when they failed in the same way and name the same usual cause.

use std::collections::BTreeMap;

use scenarios::outcome::{CaseResult, Outcome};

use crate::spec;

/// Results that one cause explains.
#[derive(Debug, Clone)]
pub struct Cause<'a> {
    /// The result to show; the first by id.
    pub lead: &'a CaseResult,
    /// The others, by id.
    pub also: Vec<&'a CaseResult>,
}

/// What makes two results have one cause.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Mark<'a> {
    Statements(Outcome, Vec<&'a str>),
    Way(Outcome, String, &'a str),
}

/// Puts together, in the order of their first members, the results that have one cause.
pub fn causes<'a>(results: impl IntoIterator<Item = &'a CaseResult>) -> Vec<Cause<'a>> {
    let mut found: Vec<Cause<'a>> = Vec::new();
    let mut places: BTreeMap<Mark<'a>, usize> = BTreeMap::new();
    for result in results {
        let marks = marks(result);
        let place = marks.iter().find_map(|mark| places.get(mark).copied()).unwrap_or(found.len());
        match found.get_mut(place) {
            Some(cause) => cause.also.push(result),
            None => found.push(Cause { lead: result, also: Vec::new() }),
        }
        for mark in marks {
            places.entry(mark).or_insert(place);
        }
    }
    found
}

fn marks(result: &CaseResult) -> Vec<Mark<'_>> {
    let mut marks = Vec::new();
    // An undecided result says nothing about its statements.
    // Rules that hold everywhere, such as "no 5xx for a wrong request", are broken in many places for many causes.
    let general = |id: &String| spec::statement(id).is_some_and(|statement| statement.source.is_general());
    if result.outcome != Outcome::Error && !result.statements.iter().all(general) {
        let mut statements: Vec<&str> = result.statements.iter().map(String::as_str).collect();
        statements.sort_unstable();
        marks.push(Mark::Statements(result.outcome, statements));
    }
    if !result.actual.is_empty() && (result.outcome == Outcome::Error || !result.remedy.is_empty()) {
        marks.push(Mark::Way(result.outcome, without_names(&result.actual), &result.remedy));
    }
    marks
}

/// The text without the words that differ from check to check: numbers, digests, repositories, URLs.
fn without_names(text: &str) -> String {
    let varies = |word: &&str| !word.contains('/') && !word.contains(':') && word.len() < 32;
    text.split_whitespace().filter(varies).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::tree::tests::result;

    fn failed(id: &str, statements: &[&str], actual: &str, remedy: &str) -> CaseResult {
        CaseResult {
            statements: statements.iter().map(|&s| s.to_owned()).collect(),
            actual: actual.to_owned(),
            remedy: remedy.to_owned(),
            ..result(id, Outcome::Fail)
        }
    }

    fn grouped(results: &[CaseResult]) -> Vec<Vec<&str>> {
        let ids = |cause: Cause<'_>| -> Vec<String> {
            std::iter::once(cause.lead).chain(cause.also).map(|result| result.id.clone()).collect()
        };
        let groups: Vec<Vec<String>> = causes(results).into_iter().map(ids).collect();
        let find = |id: String| results.iter().find(|result| result.id == id).unwrap().id.as_str();
        groups.into_iter().map(|group| group.into_iter().map(find).collect()).collect()
    }

    #[test]
    fn the_same_statements_in_any_order_are_one_cause() {
        let results = [
            failed("a", &["D11-001", "D11-002"], "404", "x"),
            failed("b", &["D11-003"], "404", "y"),
            failed("c", &["D11-002", "D11-001"], "500", "z"),
        ];
        assert_eq!(grouped(&results), [vec!["a", "c"], vec!["b"]]);
    }

    #[test]
    fn the_same_way_to_fail_with_the_same_remedy_is_one_cause() {
        let results = [
            failed("a", &["D11-001"], "404 Not Found on /v2/x", "no referrers"),
            failed("b", &["D11-002"], "404 Not Found on /v2/y", "no referrers"),
            failed("c", &["D11-003"], "404 Not Found on /v2/y", "something else"),
            failed("d", &["D11-004"], "500 Internal Server Error", "no referrers"),
        ];
        assert_eq!(grouped(&results), [vec!["a", "b"], vec!["c"], vec!["d"]]);
    }

    #[test]
    fn undecided_results_go_by_what_happened() {
        let error =
            |id: &str, actual: &str| CaseResult { outcome: Outcome::Error, ..failed(id, &["D11-001"], actual, "") };
        let results = [error("a", "no connection"), error("b", "the check broke"), error("c", "no connection")];
        assert_eq!(grouped(&results), [vec!["a", "c"], vec!["b"]]);
    }
}
