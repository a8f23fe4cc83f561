//! Real programs and the registry: the official suite, the clients people use, and other registries.
//!
//! A test whose programs are not on this machine says so on standard error and passes; with `PLIMSOLL_CI` set it
//! fails. `.ci/install` installs them all.

#[cfg(test)]
mod buildah;
#[cfg(test)]
mod content;
#[cfg(test)]
mod crane;
#[cfg(test)]
mod docker;
#[cfg(test)]
mod matrix;
#[cfg(test)]
mod official;
#[cfg(test)]
mod oras;
#[cfg(test)]
mod podman;
#[cfg(test)]
mod regctl;
#[cfg(test)]
mod registries;
#[cfg(test)]
mod shared_root;
#[cfg(test)]
mod skopeo;
#[cfg(test)]
mod support;
