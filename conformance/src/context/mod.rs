//! What a check has in its hands.
//!
//! A [`Context`] belongs to one run of one check: repositories nobody else uses, a recorded session, content seeded
//! by the check's id, and the steps every check needs before it comes to its point.

mod content;
mod core;
mod push;
mod raw;
mod upload;
mod url;

pub use content::Published;
pub use core::{Context, Surroundings};
pub use raw::{answered, refused};
