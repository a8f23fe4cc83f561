//! Storage errors as the registry's.

use http::StatusCode;

use crate::error::{Code, Error};
use crate::storage::StorageError;

/// What a client is told when storage fails: nothing of the path, which is for the log.
pub(super) fn failed(error: StorageError) -> Error {
    let answer = Error::new(Code::Unknown);
    match error {
        StorageError::Full(_) => answer
            .status(StatusCode::INSUFFICIENT_STORAGE)
            .message("no space is left in the registry's storage")
            .source(error),
        _ => answer.source(error),
    }
}

/// `None` for an object that is not there.
pub(super) fn present<T>(result: Result<T, StorageError>) -> Result<Option<T>, Error> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(StorageError::NotFound(_)) => Ok(None),
        Err(error) => Err(failed(error)),
    }
}
