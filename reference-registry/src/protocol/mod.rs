//! The protocol's values as types that cannot hold invalid text.
//!
//! Everything here is parsed at the edge, once. Text that came from a request reaches the rest of the server only
//! inside one of these types.

mod digest;
mod name;
mod tag;
mod upload_id;

pub use digest::{Algorithm, Digest, DigestError};
pub use name::{NameError, RepositoryName};
pub use tag::{Reference, ReferenceError, Tag, TagError};
pub use upload_id::{UploadId, UploadIdError};
