//! The server: a listener, its connections, and an orderly end.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use http::HeaderMap;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, watch};
use tokio::task::JoinHandle;

use crate::http::{Connections, Observer, Phase};
use crate::registry::Registry;

/// How a server listens and answers. `Default` is a server on a free loopback port.
#[derive(Debug, Clone)]
pub struct ServerOptions {
    /// Where to listen, `host:port`; an empty host means every interface, port 0 a free port (`http.addr`).
    pub address: String,
    /// Scheme and authority for the URLs the server makes, whatever a request says (`http.host`).
    pub host: Option<String>,
    /// What comes before `/v2/` in every path; starts and ends with a slash, or is empty (`http.prefix`).
    pub prefix: String,
    /// Whether `Location` is a path only (`http.relativeurls`).
    pub relative_urls: bool,
    /// The key of the signature in upload URLs; servers behind one name share it. Without it, upload URLs carry no
    /// signature (`http.secret`).
    pub secret: Option<Vec<u8>>,
    /// Headers added to every response (`http.headers`).
    pub headers: HeaderMap,
    /// Whether HTTP/2 without TLS is spoken with clients that begin with its preface (`http.h2c.enabled`).
    pub h2c: bool,
    /// What a client may make the server hold or wait for.
    pub limits: Limits,
    /// Told about each finished request.
    pub observer: Option<Arc<dyn Observer>>,
    /// What the server does wrong.
    #[cfg(feature = "faults")]
    pub faults: crate::fault::FaultSet,
}

impl Default for ServerOptions {
    fn default() -> Self {
        Self {
            address: "127.0.0.1:0".to_owned(),
            host: None,
            prefix: String::new(),
            relative_urls: false,
            secret: None,
            headers: HeaderMap::new(),
            h2c: true,
            limits: Limits::default(),
            observer: None,
            #[cfg(feature = "faults")]
            faults: crate::fault::FaultSet::default(),
        }
    }
}

/// What a client may make the server hold or wait for.
#[derive(Debug, Clone)]
pub struct Limits {
    /// The largest manifest in bytes; a larger one is refused before the registry sees it. Source: `D11-088`, and
    /// `D11-089`, which asks for at least 4 megabytes.
    pub manifest: usize,
    /// Connections open at once; further ones wait in the listener's queue.
    pub connections: usize,
    /// Bytes of a request's head.
    pub head: usize,
    /// Header fields of a request.
    pub header_fields: usize,
    /// From the first byte of a request's head to its last.
    pub head_timeout: Duration,
    /// From the end of one response to the next request on the connection.
    pub idle_timeout: Duration,
    /// Between two pieces of a request body.
    pub receive_timeout: Duration,
    /// For the client to take up what was sent to it.
    pub send_timeout: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            manifest: 4 << 20,
            connections: 4096,
            head: 64 << 10,
            header_fields: 100,
            head_timeout: Duration::from_secs(15),
            idle_timeout: Duration::from_mins(2),
            receive_timeout: Duration::from_mins(1),
            send_timeout: Duration::from_mins(2),
        }
    }
}

/// Why a server did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The address is not one, is taken, or may not be used.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// The address that was asked for.
        address: String,
        /// What the system said.
        source: std::io::Error,
    },
}

/// A running server. Dropped, it stops at once.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    prefix: String,
    phase: watch::Sender<Phase>,
    /// Yields `None` when the last connection is gone.
    open: mpsc::Receiver<()>,
    accepting: JoinHandle<()>,
}

impl Server {
    /// Binds the address and begins to answer.
    pub async fn start(registry: Arc<dyn Registry>, options: ServerOptions) -> Result<Self, StartError> {
        let listen_error = |source| StartError::Listen { address: options.address.clone(), source };
        let address = match options.address.strip_prefix(':') {
            Some(port) => format!("[::]:{port}"),
            None => options.address.clone(),
        };
        let listener = match TcpListener::bind(&address).await {
            // A machine without IPv6 still has every IPv4 interface.
            Err(_) if options.address.starts_with(':') => {
                TcpListener::bind(format!("0.0.0.0{}", options.address)).await
            }
            bound => bound,
        }
        .map_err(listen_error)?;
        let address = listener.local_addr().map_err(listen_error)?;
        let prefix = options.prefix.clone();
        let (phase, phases) = watch::channel(Phase::Serve);
        let (alive, open) = mpsc::channel(1);
        let slots = Arc::new(Semaphore::new(options.limits.connections));
        let connections = Arc::new(Connections::new(registry, options));
        let accepting = tokio::spawn(accept(listener, connections, slots, phases, alive));
        Ok(Self { address, prefix, phase, open, accepting })
    }

    /// The address it listens on.
    pub const fn addr(&self) -> SocketAddr {
        self.address
    }

    /// The URL a client on this machine reaches it by, without a path unless there is a prefix; no slash at the end.
    pub fn url(&self) -> String {
        let mut address = self.address;
        if address.ip().is_unspecified() {
            address.set_ip(std::net::Ipv4Addr::LOCALHOST.into());
        }
        format!("http://{address}{}", self.prefix.trim_end_matches('/'))
    }

    /// Stops listening, lets requests in progress finish for at most `drain`, then closes what is left.
    /// Returns whether every connection ended by itself.
    pub async fn shutdown(mut self, drain: Duration) -> bool {
        self.phase.send_replace(Phase::Drain);
        let drained = tokio::time::timeout(drain, self.open.recv()).await.is_ok();
        self.phase.send_replace(Phase::Stop);
        if !drained {
            self.open.recv().await;
        }
        drained
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.phase.send_replace(Phase::Stop);
        self.accepting.abort();
    }
}

/// Takes connections until the server drains. `alive` is cloned into every connection and never sent on.
async fn accept(
    listener: TcpListener,
    connections: Arc<Connections>,
    slots: Arc<Semaphore>,
    mut phases: watch::Receiver<Phase>,
    alive: mpsc::Sender<()>,
) {
    loop {
        let (stream, remote, slot) = tokio::select! {
            _ = phases.wait_for(|phase| *phase != Phase::Serve) => return,
            taken = take(&listener, &slots) => taken,
        };
        let (connections, phases, alive) = (connections.clone(), phases.clone(), alive.clone());
        tokio::spawn(async move {
            connections.serve(stream, remote, phases).await;
            drop((slot, alive));
        });
    }
}

/// One connection and the permission to have it.
async fn take(listener: &TcpListener, slots: &Arc<Semaphore>) -> (TcpStream, SocketAddr, Option<OwnedSemaphorePermit>) {
    // The semaphore is never closed, so there always is a permit.
    let slot = slots.clone().acquire_owned().await.ok();
    loop {
        match listener.accept().await {
            Ok((stream, remote)) => return (stream, remote, slot),
            Err(error) => {
                tracing::warn!(%error, "cannot accept a connection");
                // Out of descriptors is the usual cause, and it lasts; a peer that is gone already costs nothing.
                if error.kind() != std::io::ErrorKind::ConnectionAborted {
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            }
        }
    }
}
