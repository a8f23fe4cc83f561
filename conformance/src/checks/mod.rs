//! The checks, one file for each heading of the specification.
//!
//! A file holds a `CHECKS` slice of records, and one function for each. To add a check, add both, and a fault of the
//! reference registry that breaks it; the self-test refuses a check without one.

use crate::check::Check;

pub mod base;
pub mod concurrency;
pub mod discovery;
pub mod docker;
pub mod errors;
pub mod hostile;
pub mod http;
pub mod isolation;
pub mod management;
pub mod pull;
pub mod push;

/// The lists of all files.
pub const LISTS: &[&[Check]] = &[
    base::CHECKS,
    concurrency::CHECKS,
    discovery::catalog::CHECKS,
    discovery::descriptor::CHECKS,
    discovery::referrer::CHECKS,
    discovery::referrers::CHECKS,
    discovery::tag_page::CHECKS,
    discovery::tags::CHECKS,
    docker::answer::CHECKS,
    docker::blob::CHECKS,
    docker::refusal::CHECKS,
    docker::upload::CHECKS,
    errors::code::CHECKS,
    errors::envelope::CHECKS,
    errors::input::CHECKS,
    errors::refusal::CHECKS,
    hostile::framing::CHECKS,
    hostile::head::CHECKS,
    hostile::query::CHECKS,
    http::condition::CHECKS,
    http::connection::CHECKS,
    http::message::CHECKS,
    http::method::CHECKS,
    isolation::CHECKS,
    management::blob::CHECKS,
    management::manifest::CHECKS,
    management::tag::CHECKS,
    pull::blob::CHECKS,
    pull::digest::CHECKS,
    pull::etag::CHECKS,
    pull::head::CHECKS,
    pull::manifest::CHECKS,
    pull::missing::CHECKS,
    pull::multirange::CHECKS,
    pull::proxy::CHECKS,
    pull::range::CHECKS,
    push::chunked::CHECKS,
    push::format::CHECKS,
    push::index::CHECKS,
    push::manifest::CHECKS,
    push::mount::CHECKS,
    push::refused_chunk::CHECKS,
    push::refused_manifest::CHECKS,
    push::session::CHECKS,
    push::single::CHECKS,
    push::tag::CHECKS,
];
