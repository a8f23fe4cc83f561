//! Bytes straight to the socket, for requests that no HTTP library would send.

use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;
use url::Url;

use crate::client::{Session, TransportError, TransportKind, tls_config};
use crate::exchange::{Exchange, RAW, RecordedBody, RecordedRequest, RecordedResponse};

/// What came back over a raw connection.
#[derive(Debug, Clone)]
pub struct RawReply {
    /// All bytes received, in order.
    pub bytes: Bytes,
    /// Whether the registry closed the connection before the deadline.
    pub closed: bool,
    /// The recorded exchange, by its place in the session.
    pub exchange: usize,
}

/// The head of one response found in a [`RawReply`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawHead {
    /// The status code.
    pub status: u16,
    /// Names in lower case, and values.
    pub headers: Vec<(String, String)>,
    /// Where the body begins in the reply.
    pub body_at: usize,
}

impl RawHead {
    /// The first value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}

impl RawReply {
    /// The head of the first response; `None` when nothing like one came.
    pub fn head(&self) -> Option<RawHead> {
        parse_head(&self.bytes)
    }

    /// How many response heads are in the reply, skipping bodies by their `Content-Length`.
    pub fn responses(&self) -> Vec<RawHead> {
        let mut heads = Vec::new();
        let mut at = 0;
        while let Some(mut head) = self.bytes.get(at..).and_then(parse_head) {
            head.body_at += at;
            let length: usize = head.header("content-length").and_then(|text| text.parse().ok()).unwrap_or(0);
            at = head.body_at + length;
            heads.push(head);
        }
        heads
    }
}

fn parse_head(bytes: &[u8]) -> Option<RawHead> {
    let mut headers = [httparse::EMPTY_HEADER; 100];
    let mut response = httparse::Response::new(&mut headers);
    let httparse::Status::Complete(body_at) = response.parse(bytes).ok()? else { return None };
    let headers = response
        .headers
        .iter()
        .map(|header| (header.name.to_ascii_lowercase(), String::from_utf8_lossy(header.value).into_owned()))
        .collect();
    Some(RawHead { status: response.code?, headers, body_at })
}

impl Session {
    /// Sends `pieces`, pausing between them, and reads until the registry closes the connection, falls silent for
    /// `quiet` behind something it sent, or `deadline` passes.
    ///
    /// `Host` is not added: what is sent is what stands in `pieces`. The record shows the first line as the request.
    pub async fn raw(
        &self,
        pieces: &[&[u8]],
        pause: Duration,
        quiet: Duration,
        deadline: Duration,
    ) -> Result<RawReply, TransportError> {
        self.talk(Script { pieces, pause, quiet, deadline, hang_up: false }).await
    }

    /// Sends `bytes` and closes the sending side behind them; reads as [`raw`](Self::raw) does.
    pub async fn raw_cut(&self, bytes: &[u8], quiet: Duration, deadline: Duration) -> Result<RawReply, TransportError> {
        self.talk(Script { pieces: &[bytes], pause: Duration::ZERO, quiet, deadline, hang_up: true }).await
    }

    async fn talk(&self, script: Script<'_>) -> Result<RawReply, TransportError> {
        let base = self.client().options().base.clone();
        let started = Instant::now();
        let work = async {
            let stream = connect(&base, self.client().options().insecure).await?;
            Ok(converse(stream, script).await)
        };
        let result = match tokio::time::timeout(script.deadline + Duration::from_secs(5), work).await {
            Ok(result) => result,
            Err(_) => Err(error(TransportKind::Timeout, "no connection in time")),
        };
        let sent: Bytes = script.pieces.concat().into();
        let exchange = self.note(record(&base, &sent, &result, started.elapsed()));
        let (bytes, closed) = result.map_err(|mut error| {
            error.exchange = Some(exchange);
            error
        })?;
        Ok(RawReply { bytes, closed, exchange })
    }

    /// The value of a `Host` header for raw requests.
    pub fn raw_host(&self) -> String {
        let base = &self.client().options().base;
        let host = base.host_str().unwrap_or_default();
        base.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
    }

    /// The path below which the registry lives, without a slash at its end; empty for most.
    pub fn raw_prefix(&self) -> String {
        self.client().options().base.path().trim_end_matches('/').to_owned()
    }
}

fn error(kind: TransportKind, message: impl Into<String>) -> TransportError {
    TransportError { kind, message: message.into(), exchange: None }
}

trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Stream for T {}

async fn connect(base: &Url, insecure: bool) -> Result<Box<dyn Stream>, TransportError> {
    let host = base.host_str().unwrap_or_default().trim_matches(['[', ']']).to_owned();
    let port = base.port_or_known_default().unwrap_or(80);
    let tcp = TcpStream::connect((host.as_str(), port))
        .await
        .map_err(|cause| error(TransportKind::Connect, format!("no connection: {cause}")))?;
    let _ = tcp.set_nodelay(true);
    if base.scheme() != "https" {
        return Ok(Box::new(tcp));
    }
    let failed = |cause: String| error(TransportKind::Connect, format!("TLS: {cause}"));
    let name = rustls::pki_types::ServerName::try_from(host).map_err(|cause| failed(cause.to_string()))?;
    let config = tls_config(insecure).map_err(failed)?;
    let stream = tokio_rustls::TlsConnector::from(Arc::new(config))
        .connect(name, tcp)
        .await
        .map_err(|cause| failed(cause.to_string()))?;
    Ok(Box::new(stream))
}

/// What to say on a raw connection, and for how long to listen.
#[derive(Debug, Clone, Copy)]
struct Script<'a> {
    pieces: &'a [&'a [u8]],
    pause: Duration,
    quiet: Duration,
    deadline: Duration,
    /// Whether the sending side is closed behind the last piece.
    hang_up: bool,
}

/// Writes all pieces while reading whatever comes; returns it and whether the other side closed.
async fn converse(stream: Box<dyn Stream>, script: Script<'_>) -> (Bytes, bool) {
    let Script { pieces, pause, quiet, deadline, hang_up } = script;
    let (mut reader, mut writer) = tokio::io::split(stream);
    let write = async {
        for (place, piece) in pieces.iter().enumerate() {
            if place > 0 {
                tokio::time::sleep(pause).await;
            }
            // A registry that has answered and closed does not read the rest; what it said counts.
            if writer.write_all(piece).await.is_err() || writer.flush().await.is_err() {
                return;
            }
        }
        if hang_up {
            let _ = writer.shutdown().await;
        }
    };
    let read = async {
        let until = tokio::time::Instant::now() + deadline;
        let patience = quiet + pause * u32::try_from(pieces.len()).unwrap_or(u32::MAX);
        let mut received = Vec::new();
        let mut buffer = vec![0; 16 << 10];
        loop {
            let left = until.saturating_duration_since(tokio::time::Instant::now());
            // A registry may take its time to answer; the silence that counts is the one behind an answer.
            let wait = if received.is_empty() { left } else { patience.min(left) };
            match tokio::time::timeout(wait, reader.read(&mut buffer)).await {
                Ok(Ok(0) | Err(_)) => return (received, true),
                Ok(Ok(count)) => received.extend_from_slice(&buffer[..count]),
                Err(_) => return (received, false),
            }
            if received.len() > (4 << 20) {
                return (received, false);
            }
        }
    };
    let ((), (received, closed)) = tokio::join!(write, read);
    (received.into(), closed)
}

/// The record of a raw exchange.
fn record(base: &Url, sent: &Bytes, result: &Result<(Bytes, bool), TransportError>, took: Duration) -> Exchange {
    let line = sent.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let line = String::from_utf8_lossy(&line[..line.len().min(300)]).trim_end().to_owned();
    let mut words = line.splitn(2, ' ');
    let method = words.next().unwrap_or_default().to_owned();
    let target = words.next().unwrap_or_default();
    let target = target.rsplit_once(" HTTP/").map_or(target, |(target, _)| target);
    let origin = format!("{}://{}", base.scheme(), base.authority());
    let (response, error) = match result {
        Ok((bytes, closed)) => {
            let response = parse_head(bytes).map(|head| RecordedResponse {
                status: head.status,
                headers: head.headers.clone(),
                body: RecordedBody::of(&bytes.slice(head.body_at..)),
            });
            let error = response.is_none().then(|| match (bytes.is_empty(), closed) {
                (true, true) => "the connection was closed without a response".to_owned(),
                (true, false) => "no response before the deadline".to_owned(),
                (false, _) => "what came is not an HTTP response".to_owned(),
            });
            (response, error)
        }
        Err(error) => (None, Some(error.message.clone())),
    };
    Exchange {
        request: RecordedRequest {
            method,
            url: format!("{origin}{target}"),
            headers: vec![(RAW.to_owned(), "sent byte by byte; the body is the whole request".to_owned())],
            body: RecordedBody::of(sent),
        },
        response,
        error,
        seconds: took.as_secs_f64(),
    }
}
