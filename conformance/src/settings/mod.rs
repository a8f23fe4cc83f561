//! The options of a run: from the command line, the environment and `plimsoll.toml`, in this order of precedence.

mod arguments;
mod error;
mod expected;
mod file;
mod options;
mod suggest;
mod value;

pub use error::SettingsError;
pub use expected::{Expected, Pattern};
pub use file::{DEFAULT_FILE, Settings};
pub use options::Options;
pub(crate) use suggest::did_you_mean;
pub use suggest::nearest;
pub use value::{Annotations, Keep, Strictness};
