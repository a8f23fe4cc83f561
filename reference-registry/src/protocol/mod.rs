//! The protocol's values as types that cannot hold invalid text.
//!
//! Everything here is parsed at the edge, once. Text that came from a request reaches the rest of the server only
//! inside one of these types.

mod conditional;
mod digest;
mod hasher;
mod name;
mod parse;
pub mod path;
mod query;
mod range;
mod request;
mod tag;
mod upload_id;

pub use conditional::{Conditions, EntityTag, EntityTags, Verdict};
pub use digest::{Algorithm, Digest, DigestError};
pub use hasher::Hasher;
pub use name::{NameError, RepositoryName};
pub use parse::{RequestError, allowed_methods};
pub use range::{RangeSpec, Ranges, Selection, parse_chunk_range};
pub use request::{Request, Session};
pub use tag::{Reference, ReferenceError, Tag, TagError};
pub use upload_id::{UploadId, UploadIdError};
