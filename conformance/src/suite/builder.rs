//! The settings of a run.

use std::any::Any;
use std::hash::{BuildHasher as _, Hasher as _};
use std::sync::Arc;
use std::time::Duration;

use scenarios::capability::Capability;
use scenarios::event::Event;
use scenarios::outcome::Level;
use tokio::sync::mpsc;

use super::{Prepared, SuiteError};
use crate::profile::Profile;
use crate::report::Report;
use crate::run::{Selected, Selection};

/// A run of the checks against one registry.
///
/// This is all that a registry's own tests need. Start the registry on a free port, and:
///
/// ```no_run
/// # async fn conforms(url: &str) -> Result<(), Box<dyn std::error::Error>> {
/// let report = conformance::Suite::new(url).run().await?;
/// report.assert_conformant();
/// # Ok(())
/// # }
/// ```
///
/// Everything pushed goes to repositories of the run's own and is deleted afterwards where the registry allows it.
#[derive(Debug, Clone)]
#[must_use = "a suite does nothing until it is run"]
pub struct Suite {
    pub(super) address: String,
    pub(super) name: Option<String>,
    pub(super) profile: Profile,
    pub(super) select: Vec<String>,
    pub(super) skip: Vec<String>,
    pub(super) levels: Vec<Level>,
    pub(super) jobs: usize,
    pub(super) deadline: Duration,
    pub(super) request_timeout: Duration,
    pub(super) insecure: bool,
    pub(super) image: Option<String>,
    pub(super) declared: Vec<(Capability, bool)>,
    pub(super) prefix: String,
    pub(super) run_id: String,
    pub(super) clean_up: bool,
    /// What has to live as long as the suite: the registry, when it is the caller's own.
    held: Option<Arc<dyn Any + Send + Sync>>,
}

impl Suite {
    /// How many checks run at once, unless told otherwise.
    pub const JOBS: usize = 16;
    /// The deadline of one check, unless told otherwise.
    pub const DEADLINE: Duration = Duration::from_mins(1);
    /// The deadline of one request, unless told otherwise.
    pub const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);
    /// What repository names begin with, unless told otherwise.
    pub const PREFIX: &'static str = "plimsoll";

    /// A run of every check of the default profile. `address` is `http://HOST[:PORT]`, `https://…`, or `HOST[:PORT]`.
    pub fn new(address: impl Into<String>) -> Self {
        Self {
            address: address.into(),
            name: None,
            profile: Profile::default(),
            select: Vec::new(),
            skip: Vec::new(),
            levels: Vec::new(),
            jobs: Self::JOBS,
            deadline: Self::DEADLINE,
            request_timeout: Self::REQUEST_TIMEOUT,
            insecure: false,
            image: None,
            declared: Vec::new(),
            prefix: Self::PREFIX.to_owned(),
            run_id: random_word(),
            clean_up: true,
            held: None,
        }
    }

    /// A run against the embedded reference registry, which lives as long as the suite. Must be called inside a Tokio
    /// runtime.
    #[cfg(feature = "embedded")]
    pub async fn embedded() -> Result<Self, crate::embedded::EmbeddedError> {
        use scenarios::target::Target as _;
        let embedded = crate::embedded::Embedded::start(&[]).await?;
        Ok(Self::new(embedded.url().as_str()).named(embedded.name()).holding(embedded))
    }

    /// Keeps `guard` for as long as the suite lives: the handle that stops the registry when it is dropped.
    pub fn holding(mut self, guard: impl Any + Send + Sync) -> Self {
        self.held = Some(Arc::new(guard));
        self
    }

    /// The name in reports, in place of the address.
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// The texts to judge by; [`Profile::Oci11`] unless told otherwise.
    pub fn profile(mut self, profile: Profile) -> Self {
        self.profile = profile;
        self
    }

    /// Takes only checks that match one of the patterns: ids (`push.*`) or tags (`tag:hostile`).
    pub fn select<S: Into<String>>(mut self, patterns: impl IntoIterator<Item = S>) -> Self {
        self.select.extend(patterns.into_iter().map(Into::into));
        self
    }

    /// Switches off the checks that match one of the patterns.
    pub fn skip<S: Into<String>>(mut self, patterns: impl IntoIterator<Item = S>) -> Self {
        self.skip.extend(patterns.into_iter().map(Into::into));
        self
    }

    /// Takes only checks of these levels; none means all.
    pub fn levels(mut self, levels: impl IntoIterator<Item = Level>) -> Self {
        self.levels.extend(levels);
        self
    }

    /// How many checks run at once; at least one.
    pub fn jobs(mut self, jobs: usize) -> Self {
        self.jobs = jobs.max(1);
        self
    }

    /// The deadline of one check.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// The deadline of one request.
    pub fn request_timeout(mut self, timeout: Duration) -> Self {
        self.request_timeout = timeout;
        self
    }

    /// Believes every TLS certificate.
    pub fn insecure(mut self, insecure: bool) -> Self {
        self.insecure = insecure;
        self
    }

    /// An image that is already there, `REPOSITORY:TAG`, for registries that take no pushes.
    pub fn image(mut self, image: impl Into<String>) -> Self {
        self.image = Some(image.into());
        self
    }

    /// Declares that the registry offers something, or does not, instead of asking it.
    pub fn declare(mut self, capability: Capability, offered: bool) -> Self {
        self.declared.push((capability, offered));
        self
    }

    /// What repository names begin with.
    pub fn prefix(mut self, prefix: impl Into<String>) -> Self {
        self.prefix = prefix.into();
        self
    }

    /// The word that tells this run's repositories and content from those of other runs; random unless told otherwise.
    pub fn run_id(mut self, run_id: impl Into<String>) -> Self {
        self.run_id = run_id.into();
        self
    }

    /// Whether what was pushed is deleted afterwards; yes unless told otherwise.
    pub fn clean_up(mut self, clean_up: bool) -> Self {
        self.clean_up = clean_up;
        self
    }

    /// The checks that will run, sorted by id; needs no registry.
    pub fn checks(&self) -> Result<Vec<Selected>, SuiteError> {
        Ok(Selection::new(self.profile, &self.select, &self.skip, &self.levels)?.apply()?)
    }

    /// Reaches the registry, asks what it offers, and runs the selected checks.
    pub async fn run(&self) -> Result<Report, SuiteError> {
        let (sink, _) = mpsc::unbounded_channel();
        self.run_with(&sink).await
    }

    /// As [`run`](Self::run), and tells `sink` what happens while it happens.
    pub async fn run_with(&self, sink: &mpsc::UnboundedSender<Event>) -> Result<Report, SuiteError> {
        Ok(self.prepare().await?.run(sink).await)
    }

    /// Reaches the registry and asks what it offers; runs nothing yet.
    pub async fn prepare(&self) -> Result<Prepared, SuiteError> {
        Prepared::of(self).await
    }
}

/// Eight hexadecimal digits from the system's randomness.
fn random_word() -> String {
    let number = std::hash::RandomState::new().build_hasher().finish();
    format!("{:08x}", number & 0xffff_ffff)
}
