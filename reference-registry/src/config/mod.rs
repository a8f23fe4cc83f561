//! Docker Distribution's `config.yml`, with its `REGISTRY_…` overrides.
//!
//! [`load`] reads a file into a tree that still knows where each value was written, lays the environment over it and
//! decodes it into [`Config`], whose fields mirror the keys one to one. A key that no decoder asks for is an error,
//! so a new key needs three things only: a field, the line that decodes it, and its default in `default.yaml`.
//!
//! Source: Docker Distribution, "Configuring a registry" (2.8 and 3).

mod address;
mod decode;
mod duration;
mod environment;
mod known;
mod load;
mod model;
mod problem;
mod scalar;
mod section;
mod suggestion;
mod tree;

pub use address::Address;
pub use environment::{Environment, Warning};
pub use load::{ConfigError, Loaded, load, parse};
pub use model::{
    AccessLog, Config, Delete, Filesystem, Formatter, H2c, Http, Level, Log, Prefix, Secret, Storage, StorageDriver,
};
pub use problem::{Origin, Problem, Reason};
