//! What changed from one result file to another.

use std::collections::BTreeMap;

use scenarios::outcome::Outcome;

use super::Document;

/// One check whose outcome changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The check's id.
    pub id: String,
    /// What became of it before; `None` when it was not there.
    pub before: Option<Outcome>,
    /// What becomes of it now; `None` when it is not there any more.
    pub after: Option<Outcome>,
}

/// What changed from one result file to another; every list is sorted by id.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Comparison {
    /// What makes the comparison uneven: other targets, profiles or versions.
    pub notes: Vec<String>,
    /// Was in order or not judged, and is broken now; or broken worse than before.
    pub worse: Vec<Change>,
    /// Was broken, and passes now; or broken less than before.
    pub better: Vec<Change>,
    /// Judged before and not judged now, or the other way round, without being broken.
    pub other: Vec<Change>,
    /// Only in the later file.
    pub new: Vec<Change>,
    /// Only in the earlier file.
    pub gone: Vec<Change>,
    /// How many have the same outcome in both.
    pub same: usize,
}

/// Compares two result files. A new check that is broken counts as worse.
pub fn compare(before: &Document, after: &Document) -> Comparison {
    let outcomes = |document: &Document| -> BTreeMap<String, Outcome> {
        document.results.iter().map(|row| (row.id.clone(), row.outcome)).collect()
    };
    let (old, new) = (outcomes(before), outcomes(after));
    let mut comparison = Comparison { notes: notes(before, after), ..Comparison::default() };
    let ids: std::collections::BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    for id in ids {
        let change = Change { id: id.clone(), before: old.get(id).copied(), after: new.get(id).copied() };
        let harm = |outcome: Option<Outcome>| outcome.map_or(0, harm);
        let list = match (change.before, change.after) {
            (one, other) if one == other => {
                comparison.same += 1;
                continue;
            }
            (one, other) if harm(other) > harm(one) => &mut comparison.worse,
            (None, _) => &mut comparison.new,
            (_, None) => &mut comparison.gone,
            (one, other) if harm(other) < harm(one) => &mut comparison.better,
            _ => &mut comparison.other,
        };
        list.push(change);
    }
    comparison
}

/// How bad an outcome is: what is not judged does no harm.
const fn harm(outcome: Outcome) -> u8 {
    match outcome {
        Outcome::Pass | Outcome::Disabled | Outcome::Skip => 0,
        Outcome::Warn => 1,
        Outcome::Error => 2,
        Outcome::Fail => 3,
    }
}

fn notes(before: &Document, after: &Document) -> Vec<String> {
    let pairs = [
        ("target", &before.target, &after.target),
        ("profile", &before.profile, &after.profile),
        ("version", &before.tool, &after.tool),
    ];
    let differing = pairs.into_iter().filter(|(_, one, other)| one != other);
    differing.map(|(what, one, other)| format!("the {what} differs: {one}, then {other}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Exchanges;
    use crate::report::tree::tests::{report, result};

    fn document(outcomes: &[(&str, Outcome)]) -> Document {
        let results = outcomes.iter().map(|(id, outcome)| result(id, *outcome)).collect();
        Document::of(&report(results), Exchanges::Failed)
    }

    #[test]
    fn changes_are_sorted_into_better_and_worse() {
        use Outcome::{Error, Fail, Pass, Skip, Warn};
        let before = document(&[
            ("a.broke", Pass),
            ("a.fixed", Fail),
            ("a.gone", Pass),
            ("a.milder", Fail),
            ("a.same", Fail),
            ("a.unjudged", Pass),
            ("a.undecided", Warn),
        ]);
        let after = document(&[
            ("a.broke", Fail),
            ("a.fixed", Pass),
            ("a.milder", Warn),
            ("a.new", Pass),
            ("a.new-broken", Warn),
            ("a.same", Fail),
            ("a.undecided", Error),
            ("a.unjudged", Skip),
        ]);
        let ids = |changes: &[Change]| changes.iter().map(|change| change.id.clone()).collect::<Vec<_>>();
        let comparison = compare(&before, &after);
        assert_eq!(ids(&comparison.worse), ["a.broke", "a.new-broken", "a.undecided"]);
        assert_eq!(ids(&comparison.better), ["a.fixed", "a.milder"]);
        assert_eq!(ids(&comparison.other), ["a.unjudged"]);
        assert_eq!(ids(&comparison.new), ["a.new"]);
        assert_eq!(ids(&comparison.gone), ["a.gone"]);
        assert_eq!(comparison.same, 1);
        assert!(comparison.notes.is_empty());
    }

    #[test]
    fn an_uneven_comparison_is_noted() {
        let before = document(&[]);
        let after = Document { profile: "docker-v2".into(), ..document(&[]) };
        assert_eq!(compare(&before, &after).notes, ["the profile differs: oci-1.1, then docker-v2"]);
    }
}
