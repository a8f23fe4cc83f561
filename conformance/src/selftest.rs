//! The proof that the checks can fail.
//!
//! Each check is run against the clean reference registry, where it must pass, and against the registry with the
//! check's fault, where it must fail for the stated reason.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use futures_util::{StreamExt as _, stream};
use scenarios::capability::Capability;
use scenarios::client::{Client, ClientOptions};
use scenarios::event::RunInfo;
use scenarios::outcome::{CaseResult, Level, Outcome};
use scenarios::target::Target as _;
use serde::Serialize;
use tokio::sync::mpsc;

use crate::check::Check;
use crate::context::Surroundings;
use crate::embedded::Embedded;
use crate::profile::Profile;
use crate::run::{self, RunOptions, Selected};

/// What the self-test found. Its JSON form is that of `conformance/schema/self-test.json`.
#[derive(Debug, Clone, Serialize)]
pub struct SelfTestReport {
    /// How many checks there are.
    pub checks: usize,
    /// How many pass on the clean registry and fail under their fault.
    pub proven: usize,
    /// The others.
    pub unproven: Vec<Unproven>,
}

/// A check that was not proven.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Unproven {
    /// Its id.
    pub id: String,
    /// Why not, in one sentence.
    pub reason: String,
}

/// Checks of what the reference registry never does: it deletes, asks for no credentials, limits nobody and redirects
/// nothing, so on the clean registry they have nothing to look at and are skipped.
const NOTHING_TO_SEE: [&str; 9] = [
    "errors.too-many-requests.retry-after",
    "errors.unauthorized.challenge",
    "http.redirect.location",
    "management.blob.delete-disabled",
    "management.docker.delete-disabled",
    "management.manifest.delete-disabled",
    "management.tag.delete-disabled",
    "pull.docker.redirect",
    "pull.proxy.namespace",
];

/// How many registries with a fault run side by side.
const REGISTRIES: usize = 4;
/// How many checks run side by side against one of them.
const JOBS: usize = 8;

/// Proves `checks`. `told` hears the number of checks done so far.
pub async fn self_test(checks: &[&'static Check], told: impl Fn(usize)) -> SelfTestReport {
    let mut reasons: BTreeMap<&'static str, String> = BTreeMap::new();
    for (check, reason) in against(&[], checks, clean).await {
        reasons.insert(check.id, reason);
    }
    let mut groups: BTreeMap<&'static str, Vec<&'static Check>> = BTreeMap::new();
    for check in checks {
        groups.entry(check.teeth.fault).or_default().push(check);
    }
    let mut done = 0;
    let mut running = stream::iter(groups)
        .map(|(fault, group)| async move {
            let by_id: BTreeMap<&str, &'static Check> = group.iter().map(|check| (check.id, *check)).collect();
            let found = against(&[fault], &group, |result| bitten(result, by_id.get(result.id.as_str())?)).await;
            (group.len(), found)
        })
        .buffer_unordered(REGISTRIES);
    while let Some((count, found)) = running.next().await {
        for (check, reason) in found {
            // What is wrong on the clean registry comes first: it explains the rest.
            reasons.entry(check.id).or_insert(reason);
        }
        done += count;
        told(done);
    }
    let unproven: Vec<Unproven> =
        reasons.into_iter().map(|(id, reason)| Unproven { id: id.to_owned(), reason }).collect();
    SelfTestReport { checks: checks.len(), proven: checks.len() - unproven.len(), unproven }
}

/// Runs `checks` against a registry with `faults`; those for which `objection` has one, with it.
async fn against(
    faults: &[&str],
    checks: &[&'static Check],
    objection: impl Fn(&CaseResult) -> Option<String>,
) -> Vec<(&'static Check, String)> {
    let everybody = |reason: String| checks.iter().map(|check| (*check, reason.clone())).collect();
    let registry = match Embedded::start(faults).await {
        Ok(registry) => registry,
        Err(error) => return everybody(error.to_string()),
    };
    let client = match Client::new(ClientOptions::new(registry.url().clone())) {
        Ok(client) => client,
        Err(error) => return everybody(error.to_string()),
    };
    // The reference registry offers everything; probing one with a fault would meet the fault before the check does.
    let mut capabilities = scenarios::capability::Capabilities::default();
    for capability in Capability::ALL {
        capabilities.set(capability, !absent_under(faults, capability), "known of the reference registry");
    }
    let surroundings = Arc::new(Surroundings {
        client,
        capabilities: capabilities.clone(),
        prefix: "self-test".to_owned(),
        run: "run".to_owned(),
        existing: None,
    });
    let selected: Vec<Selected> =
        checks.iter().map(|check| Selected { check, level: Level::Must, disabled: false }).collect();
    let info = RunInfo {
        tool: String::new(),
        target: registry.name(),
        product: String::new(),
        profile: String::new(),
        capabilities,
        selected: selected.len(),
    };
    let options =
        RunOptions { profile: Profile::default(), jobs: JOBS, deadline: Duration::from_mins(1), clean_up: false };
    let (nobody, _) = mpsc::unbounded_channel();
    let (results, _) = run::run(info, &selected, surroundings, &options, &nobody).await;
    results
        .iter()
        .filter_map(|result| {
            let check = checks.iter().find(|check| check.id == result.id)?;
            Some((*check, objection(result)?))
        })
        .collect()
}

/// Whether a fault consists in not offering something in a way that is not allowed.
fn absent_under(faults: &[&str], capability: Capability) -> bool {
    let named = |name: &str| faults.contains(&name);
    match capability {
        Capability::DeleteTag => named("tag-delete-disabled-as-501"),
        Capability::DeleteManifest => named("manifest-delete-disabled-as-501"),
        Capability::DeleteBlob => named("blob-delete-disabled-as-501"),
        _ => false,
    }
}

/// What is wrong with a result on the clean registry.
fn clean(result: &CaseResult) -> Option<String> {
    let received = match result.outcome {
        Outcome::Pass => return None,
        Outcome::Skip if NOTHING_TO_SEE.contains(&result.id.as_str()) => return None,
        Outcome::Fail => format!("expected {}, received {}", result.expected, result.actual),
        _ => result.actual.clone(),
    };
    Some(format!("on the clean registry: {}: {received}", result.outcome.as_str()))
}

/// What is wrong with a result under the check's fault.
fn bitten(result: &CaseResult, check: &Check) -> Option<String> {
    let fault = check.teeth.fault;
    match result.outcome {
        Outcome::Fail if result.actual.contains(check.teeth.shows) => None,
        Outcome::Fail => Some(format!(
            "under {fault} it fails for another reason: `{}` instead of something with `{}`",
            result.actual, check.teeth.shows
        )),
        outcome => Some(format!("under {fault}: {}: {}", outcome.as_str(), result.actual)),
    }
}
