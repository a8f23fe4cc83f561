//! One connection: which protocol it speaks, and how it ends.

use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;

use hyper::server::conn::{http1, http2};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulConnection;
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;
use tokio::sync::watch;

use super::flow::Flow;
use super::service::Service;
use super::transport::Transport;
#[cfg(feature = "faults")]
use crate::fault::Wire;
use crate::registry::Registry;
use crate::server::{Limits, ServerOptions};

/// What every HTTP/2 connection begins with. Source: RFC 9113, section 3.4.
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// How far the server is on its way to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phase {
    /// Requests are answered.
    Serve,
    /// Requests in progress are finished; there are no new ones.
    Drain,
    /// Connections are dropped.
    Stop,
}

/// Serves connections; one for a server.
#[derive(Debug)]
pub(crate) struct Connections {
    service: Arc<Service>,
    limits: Limits,
    h2c: bool,
    #[cfg(feature = "faults")]
    tampering: Option<Arc<crate::fault::FaultSet>>,
    http1: http1::Builder,
    http2: http2::Builder<TokioExecutor>,
}

impl Connections {
    /// Connections to `registry` under `options`.
    pub(crate) fn new(registry: Arc<dyn Registry>, options: ServerOptions) -> Self {
        let (limits, h2c) = (options.limits.clone(), options.h2c);
        #[cfg(feature = "faults")]
        let limits = faulty(limits, &options);
        #[cfg(feature = "faults")]
        let tampering = options.faults.tampers().then(|| Arc::new(options.faults.clone()));
        #[cfg(feature = "faults")]
        let h2c = h2c && tampering.is_none();
        let mut http1 = http1::Builder::new();
        // The transport keeps time itself: hyper would arm a timer for every request.
        http1.header_read_timeout(None).max_header_size(limits.head).max_headers(limits.header_fields).half_close(true);
        let mut http2 = http2::Builder::new(TokioExecutor::new());
        http2
            .timer(TokioTimer::new())
            .max_concurrent_streams(128)
            .max_header_list_size(u32::try_from(limits.head).unwrap_or(u32::MAX))
            .initial_stream_window_size(1 << 20)
            .initial_connection_window_size(4 << 20)
            .max_frame_size(256 << 10);
        let service = Arc::new(Service::new(registry, options));
        Self {
            service,
            limits,
            h2c,
            #[cfg(feature = "faults")]
            tampering,
            http1,
            http2,
        }
    }

    /// Serves one connection to its end.
    pub(crate) async fn serve(&self, mut stream: TcpStream, remote: SocketAddr, mut phases: watch::Receiver<Phase>) {
        // Small responses leave at once.
        let _ = stream.set_nodelay(true);
        let begun = tokio::select! {
            begun = tokio::time::timeout(self.limits.head_timeout, self.begin(&mut stream)) => begun,
            _ = phases.wait_for(|phase| *phase != Phase::Serve) => return,
        };
        let Ok(Ok(replay)) = begun else { return };
        let is_http2 = replay == PREFACE;
        let flow = Arc::new(Flow::default());
        #[cfg(feature = "faults")]
        let stream = super::tamper::Tampered::new(stream, self.tampering.clone());
        let transport = Transport::new(stream, flow.clone(), replay, &self.limits);
        let io = TokioIo::new(transport);
        let service = service_fn(|request| self.service.clone().answer(request, remote, flow.clone()));
        if is_http2 {
            // Each stream is a task of its own in hyper, so the service must own what it uses.
            let shared = self.service.clone();
            let service = service_fn(move |request| shared.clone().answer(request, remote, flow.clone()));
            drive(self.http2.serve_connection(io, service), phases).await;
        } else {
            drive(self.http1.serve_connection(io, service), phases).await;
        }
    }

    /// Reads the first bytes: enough to know HTTP/2 when it is spoken here, at least one byte otherwise.
    async fn begin(&self, stream: &mut TcpStream) -> std::io::Result<Vec<u8>> {
        stream.readable().await?;
        let mut bytes = Vec::new();
        while self.h2c && bytes.len() < PREFACE.len() && PREFACE.starts_with(&bytes) {
            let mut rest = stream.take((PREFACE.len() - bytes.len()) as u64);
            if rest.read_buf(&mut bytes).await? == 0 {
                break;
            }
        }
        Ok(bytes)
    }
}

/// Limits as the faults want them.
#[cfg(feature = "faults")]
fn faulty(mut limits: Limits, options: &ServerOptions) -> Limits {
    if options.faults.wire(Wire::NoHeadTimeout) {
        limits.head_timeout = std::time::Duration::from_hours(24);
    }
    limits
}

/// Runs a connection until it ends or the server stops.
async fn drive<C: GracefulConnection>(connection: C, mut phases: watch::Receiver<Phase>)
where
    C::Error: std::fmt::Display,
{
    let mut connection = pin!(connection);
    let mut draining = false;
    loop {
        tokio::select! {
            ended = connection.as_mut() => {
                if let Err(error) = ended {
                    tracing::debug!(%error, "connection ended");
                }
                return;
            }
            phase = wait(&mut phases, draining) => match phase {
                Phase::Drain => {
                    draining = true;
                    connection.as_mut().graceful_shutdown();
                }
                Phase::Serve | Phase::Stop => return,
            },
        }
    }
}

/// The next phase that a connection has to act on. A server that is gone has stopped.
async fn wait(phases: &mut watch::Receiver<Phase>, draining: bool) -> Phase {
    let next = |phase: &Phase| *phase == Phase::Stop || (*phase == Phase::Drain && !draining);
    phases.wait_for(next).await.map_or(Phase::Stop, |phase| *phase)
}
