//! A run that only has to begin.

use std::sync::Arc;

use scenarios::capability::Capability;
use scenarios::client::{Client, ClientOptions};
use scenarios::event::{Event, RunInfo};
use scenarios::outcome::CaseResult;
use scenarios::target::{Target as _, UrlTarget};
use tokio::sync::mpsc;

use super::{Suite, SuiteError};
use crate::context::Surroundings;
use crate::report::Report;
use crate::run::{self, RunOptions, Selected};

/// A registry that was reached and asked what it offers, and the checks to run against it.
#[derive(Debug)]
pub struct Prepared {
    info: RunInfo,
    selected: Vec<Selected>,
    surroundings: Arc<Surroundings>,
    options: RunOptions,
}

impl Prepared {
    /// Everything before the first check. What can be known to be wrong without the registry is found first.
    pub(super) async fn of(suite: &Suite) -> Result<Self, SuiteError> {
        let target = UrlTarget::parse(&suite.address)?;
        let selected = suite.checks()?;
        for word in [&suite.prefix, &suite.run_id] {
            check_name(word)?;
        }
        if let Some(image) = suite.image.as_ref().filter(|image| !is_image(image)) {
            return Err(SuiteError::Image(image.clone()));
        }
        let name = suite.name.clone().unwrap_or_else(|| target.name());
        let client = Client::new(ClientOptions {
            timeout: suite.request_timeout,
            insecure: suite.insecure,
            ..ClientOptions::new(target.url().clone())
        })?;
        let reached = run::preflight(&client).await?;
        let probe = run::probe(&client, &suite.prefix, &suite.run_id, suite.image.as_deref(), &suite.declared)
            .await
            .map_err(|error| SuiteError::Lost { target: name.clone(), error })?;
        if let (Some(image), None) = (&suite.image, &probe.existing) {
            return Err(SuiteError::NoImage { target: name, image: image.clone() });
        }
        // The embedded registry bears the headers of the product whose API it follows; we know better.
        let product = if suite.name.is_some() { String::new() } else { reached.product };
        let info = RunInfo {
            tool: concat!("plimsoll ", env!("CARGO_PKG_VERSION")).to_owned(),
            target: name,
            product,
            profile: suite.profile.as_str().to_owned(),
            capabilities: probe.capabilities.clone(),
            selected: selected.len(),
        };
        let surroundings = Surroundings {
            client,
            capabilities: probe.capabilities,
            prefix: suite.prefix.clone(),
            run: suite.run_id.clone(),
            existing: probe.existing,
        };
        let options =
            RunOptions { profile: suite.profile, jobs: suite.jobs, deadline: suite.deadline, clean_up: suite.clean_up };
        Ok(Self { info, selected, surroundings: Arc::new(surroundings), options })
    }

    /// What is tested.
    pub fn info(&self) -> &RunInfo {
        &self.info
    }

    /// The checks that will run, sorted by id.
    pub fn selected(&self) -> &[Selected] {
        &self.selected
    }

    /// Whether the target offers something.
    pub fn has(&self, capability: Capability) -> bool {
        self.surroundings.capabilities.has(capability)
    }

    /// Runs all selected checks side by side; tells `sink` what happens.
    pub async fn run(&self, sink: &mpsc::UnboundedSender<Event>) -> Report {
        let surroundings = Arc::clone(&self.surroundings);
        let (results, summary) = run::run(self.info.clone(), &self.selected, surroundings, &self.options, sink).await;
        Report::new(self.info.clone(), results, summary)
    }

    /// Runs one of the selected checks; `None` for an id that is not selected.
    pub async fn run_one(&self, id: &str) -> Option<Arc<CaseResult>> {
        let selected = self.selected.iter().find(|selected| selected.check.id == id)?;
        let (sink, _) = mpsc::unbounded_channel();
        let surroundings = Arc::clone(&self.surroundings);
        let (results, _) = run::run(self.info.clone(), &[*selected], surroundings, &self.options, &sink).await;
        results.into_iter().next()
    }
}

/// Whether `word` can stand in a repository name: components of lower-case letters and digits with single separators.
fn check_name(word: &str) -> Result<(), SuiteError> {
    let alphanumeric = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let component = |part: &str| !part.is_empty() && part.chars().all(alphanumeric);
    let fine = word.len() <= 64 && word.split(['.', '_', '-', '/']).all(component);
    if fine { Ok(()) } else { Err(SuiteError::Name(word.to_owned())) }
}

fn is_image(text: &str) -> bool {
    let tag = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-');
    text.rsplit_once(':').is_some_and(|(repository, reference)| {
        !repository.is_empty()
            && !repository.contains(['@', ':'])
            && !reference.is_empty()
            && reference.chars().all(tag)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_can_stand_in_repository_names() {
        for word in ["plimsoll", "a/b-c.d_e", "0"] {
            assert!(check_name(word).is_ok(), "{word}");
        }
        for word in ["", "Plimsoll", "a//b", "-a", "a-", "a b", "ä"] {
            assert!(check_name(word).is_err(), "{word}");
        }
    }

    #[test]
    fn images_to_pull() {
        for image in ["busybox:1", "a/b:v1.2_x-y"] {
            assert!(is_image(image), "{image}");
        }
        for image in ["busybox", ":1", "a:", "a@sha256:00", "localhost:5000/a"] {
            assert!(!is_image(image), "{image}");
        }
    }
}
