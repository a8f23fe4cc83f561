//! The record of a check.

use std::future::Future;
use std::pin::Pin;

use scenarios::capability::Capability;
use scenarios::expect::Verdict;
use scenarios::outcome::Level;

use crate::context::Context;
use crate::profile::Profile;
use crate::spec::{self, Source};

/// What a check's function returns.
pub type Judgement<'a> = Pin<Box<dyn Future<Output = Verdict> + Send + 'a>>;

/// A check: one behaviour, decided over HTTP.
///
/// The record stands beside its function, in the `CHECKS` of the file. How strongly a check speaks is not written
/// here: it is the strongest level among the statements it cites, in the profile of the run. So cite a statement only
/// when a failure of this check proves that the statement is broken.
#[derive(Debug, Clone, Copy)]
pub struct Check {
    /// The stable, public id: dotted lower-case slugs, the group first.
    pub id: &'static str,
    /// What holds, in one line, as a statement about the registry.
    pub title: &'static str,
    /// The statements it rests on.
    pub statements: &'static [&'static str],
    /// What the target must offer for the check to say anything.
    pub needs: &'static [Capability],
    /// Words to select by, beyond the id: `concurrency`, `hostile`, `slow`.
    pub tags: &'static [&'static str],
    /// The proof that it can fail.
    pub teeth: Teeth,
    /// What usually causes a failure, or what mends it, in one sentence for the registry's author.
    pub usually: &'static str,
    /// The function.
    pub run: for<'a> fn(&'a Context) -> Judgement<'a>,
}

/// The deviation of the reference registry under which a check must fail.
#[derive(Debug, Clone, Copy)]
pub struct Teeth {
    /// The fault's name, as `plimsoll serve --fault` takes it.
    pub fault: &'static str,
    /// What the failure must say under it: a part of its "actual".
    pub shows: &'static str,
}

impl Check {
    /// How strongly the check speaks in a profile; `None` when no cited text belongs to it.
    ///
    /// Citing one text's statement cites the same requirement in the others. A check that rests on general rules
    /// alone, such as those of HTTP, speaks in every profile.
    pub fn level_in(&self, profile: Profile) -> Option<Level> {
        let general = |id: &&str| Source::of_id(id).is_some_and(Source::is_general);
        let only_general = self.statements.iter().all(general);
        spec::expand(self.statements)
            .into_iter()
            .filter(|statement| {
                profile.sources().contains(&statement.source) || only_general && statement.source.is_general()
            })
            .map(|statement| statement.level)
            .max()
    }

    /// The statements it rests on that belong to a profile, or that are general.
    pub fn statements_in(&self, profile: Profile) -> Vec<&'static str> {
        spec::expand(self.statements)
            .into_iter()
            .filter(|statement| statement.source.is_general() || profile.sources().contains(&statement.source))
            .map(|statement| statement.id.as_str())
            .collect()
    }

    /// The first segment of the id.
    pub fn group(&self) -> &'static str {
        self.id.split('.').next().unwrap_or(self.id)
    }
}

/// Boxes a check's future; for the `run` of a record: `run: |cx| judge(my_check(cx))`.
pub fn judge<'a>(future: impl Future<Output = Verdict> + Send + 'a) -> Judgement<'a> {
    Box::pin(future)
}
