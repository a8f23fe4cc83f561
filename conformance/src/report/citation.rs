//! Where a statement stands and what it asks for.

use scenarios::outcome::Level;

use crate::spec;

/// A statement, as a reader of a report wants it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Citation {
    /// Its id.
    pub id: String,
    /// The text it stands in.
    pub text: &'static str,
    /// The heading it stands under.
    pub section: String,
    /// What it asks for, in our own words.
    pub says: String,
    /// How strongly.
    pub level: Level,
    /// Where the text is published: a URL, or the documents' names.
    pub document: &'static str,
}

impl Citation {
    /// The statement of that id; `None` for one that the inventory does not have.
    pub fn of(id: &str) -> Option<Self> {
        let statement = spec::statement(id)?;
        Some(Self {
            id: statement.id.clone(),
            text: statement.source.title(),
            section: statement.section.clone(),
            says: statement.says.clone(),
            level: statement.level,
            document: statement.source.document(),
        })
    }

    /// The first of the strongest among the statements of these ids.
    pub fn strongest(ids: &[String]) -> Option<Self> {
        let cited: Vec<Self> = ids.iter().filter_map(|id| Self::of(id)).collect();
        let level = cited.iter().map(|citation| citation.level).max()?;
        cited.into_iter().find(|citation| citation.level == level)
    }

    /// Text, heading and demand in one sentence.
    pub fn sentence(&self) -> String {
        format!("{}, \"{}\": {}", self.text, self.section, self.says)
    }
}
