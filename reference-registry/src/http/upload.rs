//! Upload sessions, and blobs that come without one.

use http::header::{LOCATION, RANGE};
use http::{HeaderMap, Response, StatusCode};

use super::body::Payload;
use super::context::{Context, respond, set_digest};
use super::error::Rejection;
use super::header;
use super::incoming::RequestBody;
use crate::error::Error;
use crate::protocol::{Algorithm, Digest, RepositoryName, Request, RequestError, Session, path};
use crate::registry::{BlobInfo, Chunk, Mount, UploadStatus};

/// Begins a session (`end-4a`).
pub(crate) async fn start(
    context: Context<'_>,
    name: RepositoryName,
    algorithm: Option<Algorithm>,
) -> Result<Response<Payload>, Rejection> {
    let status = context.registry.start_upload(&name, algorithm).await?;
    Ok(progress(context, StatusCode::ACCEPTED, name, &status))
}

/// Stores a whole blob (`end-4b`).
pub(crate) async fn put_blob(
    context: Context<'_>,
    name: RepositoryName,
    digest: Digest,
    body: RequestBody,
) -> Result<Response<Payload>, Rejection> {
    let info = context.registry.put_blob(&name, &digest, chunk(None, body)).await?;
    Ok(created(context, &name, &info))
}

/// Mounts a blob, or begins a session (`end-11`).
pub(crate) async fn mount(
    context: Context<'_>,
    name: RepositoryName,
    digest: Digest,
    from: Option<RepositoryName>,
) -> Result<Response<Payload>, Rejection> {
    match context.registry.mount(&name, &digest, from.as_ref()).await? {
        Mount::Mounted(info) => Ok(created(context, &name, &info)),
        Mount::Started(status) => Ok(progress(context, StatusCode::ACCEPTED, name, &status)),
    }
}

/// Says how far a session has come (`end-13`).
pub(crate) async fn status(context: Context<'_>, session: Session) -> Result<Response<Payload>, Rejection> {
    verify(context, &session)?;
    let status = context.registry.upload_status(&session.name, session.id).await?;
    Ok(progress(context, StatusCode::NO_CONTENT, session.name, &status))
}

/// Adds a chunk (`end-5`).
pub(crate) async fn append(
    context: Context<'_>,
    session: Session,
    range: Option<(u64, u64)>,
    body: RequestBody,
) -> Result<Response<Payload>, Rejection> {
    verify(context, &session)?;
    match context.registry.append_upload(&session.name, session.id, chunk(range, body)).await {
        Ok(status) => Ok(progress(context, StatusCode::ACCEPTED, session.name, &status)),
        Err(error) => Err(out_of_order(context, session, error).await),
    }
}

/// Closes a session (`end-6`).
pub(crate) async fn finish(
    context: Context<'_>,
    session: Session,
    digest: Digest,
    range: Option<(u64, u64)>,
    body: RequestBody,
) -> Result<Response<Payload>, Rejection> {
    verify(context, &session)?;
    match context.registry.finish_upload(&session.name, session.id, &digest, chunk(range, body)).await {
        Ok(info) => Ok(created(context, &session.name, &info)),
        Err(error) => Err(out_of_order(context, session, error).await),
    }
}

/// Gives a session up (`end-14`).
pub(crate) async fn cancel(context: Context<'_>, session: Session) -> Result<Response<Payload>, Rejection> {
    verify(context, &session)?;
    context.registry.cancel_upload(&session.name, session.id).await?;
    Ok(respond(StatusCode::NO_CONTENT, Payload::Empty))
}

/// Adds to an error about the order of chunks where the next one has to begin, so that the client can go on.
/// Source: Docker's HTTP API V2, "Chunked Upload".
async fn out_of_order(context: Context<'_>, session: Session, error: Error) -> Rejection {
    if error.status != StatusCode::RANGE_NOT_SATISFIABLE {
        return error.into();
    }
    match context.registry.upload_status(&session.name, session.id).await {
        Ok(status) => {
            let response = progress(context, error.status, session.name, &status);
            let mut headers = HeaderMap::new();
            for name in [RANGE, LOCATION] {
                headers.extend(response.headers().get(&name).cloned().map(|value| (name, value)));
            }
            Rejection::new(error, headers)
        }
        // The session went away meanwhile, or was never there: that is what the client has to know.
        Err(gone) => gone.into(),
    }
}

/// The answer to a chunk whose range cannot be read. Source: Docker's HTTP API V2, "Chunked Upload".
pub(crate) async fn bad_range(context: Context<'_>, session: Session) -> Rejection {
    if let Err(error) = verify(context, &session) {
        return error.into();
    }
    let error = Rejection::from(RequestError::ChunkRange { session: Box::new(session.clone()) }).into_error();
    out_of_order(context, session, error).await
}

fn verify(context: Context<'_>, session: &Session) -> Result<(), Error> {
    context.signer.map_or(Ok(()), |signer| signer.verify(session))
}

fn chunk(range: Option<(u64, u64)>, body: RequestBody) -> Chunk {
    Chunk { range, length: body.length(), body: body.into_stream() }
}

/// A response that says how far a session has come, and where it goes on.
fn progress(context: Context<'_>, code: StatusCode, name: RepositoryName, status: &UploadStatus) -> Response<Payload> {
    let mut session = Session { name, id: status.id, state: None };
    session.state = context.signer.map(|signer| signer.sign(&session, status.received));
    let mut response = context.located(code, &Request::UploadStatus(session).target());
    let headers = response.headers_mut();
    // Nothing received yet is written like one byte received: there is no other form (Docker, "Upload Progress").
    headers.insert(RANGE, header::value(format!("0-{}", status.received.saturating_sub(1))));
    headers.insert(header::UPLOAD_UUID, header::value(status.id.to_string()));
    response
}

/// A response that says where a blob can be pulled from.
fn created(context: Context<'_>, name: &RepositoryName, info: &BlobInfo) -> Response<Payload> {
    let mut response = context.located(StatusCode::CREATED, &path::blob(name, &info.digest));
    set_digest(&mut response, &info.digest);
    response
}
