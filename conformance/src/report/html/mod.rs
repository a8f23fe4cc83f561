//! The HTML report: one file that needs nothing else and asks no network for anything.
//!
//! What a registry sent is shown in it, and a registry can be hostile: the template escapes every value, and the page's
//! own content security policy allows its one script and its one style sheet by their digests, and nothing more.

mod page;
mod view;

pub use page::html;
