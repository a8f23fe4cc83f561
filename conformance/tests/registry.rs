//! Every check as one test: against `PLIMSOLL_TARGET` when it is set, and else against the embedded registry.
//! `PLIMSOLL_PROFILE` chooses the profile.

#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test ends where something is not as it should be")]

use std::process::ExitCode;

use conformance::Suite;

fn main() -> ExitCode {
    conformance::harness::run(|| async {
        let suite = match std::env::var("PLIMSOLL_TARGET") {
            Ok(url) => Suite::new(url),
            Err(_) => embedded().await,
        };
        match std::env::var("PLIMSOLL_PROFILE") {
            Ok(profile) => suite.profile(profile.parse().unwrap_or_else(|error| panic!("PLIMSOLL_PROFILE: {error}"))),
            Err(_) => suite,
        }
    })
}

#[cfg(feature = "embedded")]
async fn embedded() -> Suite {
    Suite::embedded().await.expect("the embedded registry starts")
}

#[cfg(not(feature = "embedded"))]
async fn embedded() -> Suite {
    panic!("set PLIMSOLL_TARGET to the URL of a registry: this build has no embedded one")
}
