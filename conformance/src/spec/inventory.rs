//! The embedded inventory and how to look things up in it.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::{Level, LoadError, Source, Statement, load};

/// Embeds the rule files by name.
macro_rules! embedded {
    ($($name:literal),* $(,)?) => {
        &[$((concat!("rules/", $name, ".toml"), include_str!(concat!("rules/", $name, ".toml")))),*]
    };
}

const RULES: &[(&str, &str)] = embedded![
    "overview",
    "pull-manifests",
    "pull-blobs",
    "push-sessions",
    "push-chunks",
    "push-mounts",
    "push-manifests",
    "push-subjects",
    "tags",
    "referrers",
    "referrers-tags",
    "management",
    "errors",
    "plain",
    "http-messages",
    "http-connections",
    "http-ranges",
    "http-conditionals",
    "http-limits",
    "docker-base",
    "docker-content",
    "docker-lists",
    "docker-answers",
    "docker-plain",
    "docker-manifest",
    "image-manifest",
    "image-index",
    "image-descriptor",
    "gitlab",
];

const HEADINGS: &str = include_str!("headings.toml");

/// All statements, in the order of sources and numbers, with their ids and rules indexed.
#[derive(Debug)]
pub struct Inventory {
    statements: Vec<Statement>,
    by_id: BTreeMap<String, usize>,
    by_rule: BTreeMap<String, Vec<usize>>,
}

impl Inventory {
    /// Reads the embedded files.
    ///
    /// # Errors
    /// A [`LoadError`] that names the file and the line.
    pub fn embedded() -> Result<Self, LoadError> {
        let headings = load::headings("headings.toml", HEADINGS)?;
        let mut statements = load::rules(RULES, &headings)?;
        statements.sort_by(|a, b| (a.source, &a.id).cmp(&(b.source, &b.id)));
        let mut by_rule: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (position, statement) in statements.iter().enumerate() {
            by_rule.entry(statement.rule.clone()).or_default().push(position);
        }
        let by_id = statements.iter().enumerate().map(|(position, s)| (s.id.clone(), position)).collect();
        Ok(Self { statements, by_id, by_rule })
    }

    /// Every statement, by source and number.
    pub fn statements(&self) -> &[Statement] {
        &self.statements
    }

    /// The statement with this id.
    pub fn statement(&self, id: &str) -> Option<&Statement> {
        self.by_id.get(id).and_then(|position| self.statements.get(*position))
    }

    /// The statement with this id and the same requirement in other texts; nothing for an unknown id.
    pub fn siblings(&self, id: &str) -> impl Iterator<Item = &Statement> {
        let positions = self.statement(id).and_then(|statement| self.by_rule.get(&statement.rule));
        positions.into_iter().flatten().filter_map(|position| self.statements.get(*position))
    }
}

/// The inventory, read at first use.
///
/// # Panics
/// When the files that are part of this program are malformed, which the tests beside this module rule out.
fn inventory() -> &'static Inventory {
    static INVENTORY: LazyLock<Inventory> = LazyLock::new(|| match Inventory::embedded() {
        Ok(inventory) => inventory,
        Err(error) => panic!("the embedded inventory cannot be read: {error}"),
    });
    &INVENTORY
}

/// Every statement of every source, by source and number.
pub fn all() -> &'static [Statement] {
    inventory().statements()
}

/// The statement with this id, for instance `D11-034`.
pub fn statement(id: &str) -> Option<&'static Statement> {
    inventory().statement(id)
}

/// The statements that citing `ids` stands for: each with the same requirement in other texts, by source and
/// number and without repetition. Unknown ids stand for nothing; `citation_errors` reports them.
pub fn expand(ids: &[&str]) -> Vec<&'static Statement> {
    let mut found: Vec<_> = ids.iter().flat_map(|id| inventory().siblings(id)).collect();
    found.sort_by(|a, b| (a.source, &a.id).cmp(&(b.source, &b.id)));
    found.dedup_by(|a, b| a.id == b.id);
    found
}

/// How strongly the `sources` together ask for what `ids` stand for: the strongest level among the statements that
/// are in one of them, or `None` when none of them asks for it.
pub fn level(ids: &[&str], sources: &[Source]) -> Option<Level> {
    expand(ids).into_iter().filter(|statement| sources.contains(&statement.source)).map(|s| s.level).max()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::{Excuse, State};

    #[test]
    fn the_embedded_files_load() {
        if let Err(error) = Inventory::embedded() {
            panic!("{error}");
        }
    }

    #[test]
    fn every_statement_of_each_text_is_listed_once_and_in_order() {
        for (source, count) in [
            (Source::OciDistribution10, 89),
            (Source::OciDistribution11, 163),
            (Source::OciDistributionDev, 191),
            (Source::DockerApi, 355),
            (Source::DockerManifest, 16),
            (Source::OciImageManifest, 34),
            (Source::OciImageIndex, 34),
            (Source::OciImageDescriptor, 45),
        ] {
            let ids: Vec<_> = all().iter().filter(|s| s.source == source).map(|s| s.id.clone()).collect();
            let expected: Vec<_> = (1..=count).map(|n| format!("{}-{n:03}", source.prefix())).collect();
            assert_eq!(ids, expected, "{source}");
        }
    }

    #[test]
    fn our_own_lists_have_no_gaps() {
        for source in [Source::OciDistributionPlain, Source::Http, Source::DockerPlain, Source::Gitlab] {
            let ids: Vec<_> = all().iter().filter(|s| s.source == source).map(|s| s.id.clone()).collect();
            assert!(!ids.is_empty(), "{source}");
            for (position, id) in ids.iter().enumerate() {
                assert_eq!(id, &format!("{}-{:03}", source.prefix(), position + 1));
            }
        }
    }

    #[test]
    fn summaries_are_single_sentences_without_keywords() {
        for statement in all() {
            let says = &statement.says;
            assert!(says.ends_with('.') && says.len() <= 200, "{}: {says}", statement.id);
            for keyword in ["MUST", "SHOULD", "SHALL", "MAY", "OPTIONAL", "REQUIRED"] {
                assert!(!says.contains(keyword), "{}: keywords are in the level, not in the summary", statement.id);
            }
        }
    }

    #[test]
    fn texts_can_differ_in_level() {
        let level = |id| statement(id).unwrap().level;
        assert_eq!(level("D11-019"), Level::Should);
        assert_eq!(level("DEV-019"), Level::Must);
        assert_eq!(statement("D11-019").unwrap().rule, statement("DEV-019").unwrap().rule);
        assert_eq!(super::level(&["D11-019"], &[Source::OciDistribution10]), Some(Level::Should));
        assert_eq!(super::level(&["D11-019"], &[Source::OciDistributionDev]), Some(Level::Must));
        assert_eq!(super::level(&["DEV-068"], &[Source::OciDistribution11]), None);
    }

    #[test]
    fn citing_one_text_stands_for_all() {
        let ids = |cited: &[&str]| expand(cited).into_iter().map(|s| s.id.as_str()).collect::<Vec<_>>();
        assert_eq!(ids(&["D11-018"]), ["D10-013", "D11-018", "DEV-018", "DKR-002"]);
        assert_eq!(ids(&["DEV-018", "D11-018"]), ["D10-013", "D11-018", "DEV-018", "DKR-002"]);
        assert_eq!(ids(&["D11-024"]), ["D11-024", "DEV-024"], "1.0.1 asks this of the registry as a whole only");
        assert_eq!(ids(&["D11-999"]), Vec::<&str>::new());
    }

    #[test]
    fn a_freedom_is_never_more_than_may() {
        for statement in all().iter().filter(|s| s.state == State::Excused(Excuse::Permission)) {
            assert_eq!(statement.level, Level::May, "{}", statement.id);
        }
    }
}
