//! What is measured.

use std::io;
use std::net::SocketAddr;
use std::thread;
use std::time::{Duration, Instant};

use fixtures::{Blob, Digest, Image, Seed};

use crate::client::{Body, Connection};
use crate::peer::Peer;
use crate::process;

const REPOSITORY: &str = "bench/app";
const MIB: usize = 1024 * 1024;

/// One figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Figure {
    /// Manifests by tag, one after another on one connection.
    ManifestGet,
    /// Blobs of 4 KiB, likewise.
    SmallBlobGet,
    /// One large blob by this many clients at once.
    LargeBlobGet(usize),
    /// One large blob, by POST and a single PUT.
    LargeBlobPut,
    /// Two small blobs and a manifest with a tag, all new.
    ImagePush,
}

impl Figure {
    /// All of them, in the order of the table.
    pub const ALL: [Self; 6] = [
        Self::ManifestGet,
        Self::SmallBlobGet,
        Self::LargeBlobGet(1),
        Self::LargeBlobGet(4),
        Self::LargeBlobPut,
        Self::ImagePush,
    ];

    /// Its name in the table.
    pub fn name(self) -> String {
        match self {
            Self::ManifestGet => "manifest GET".to_owned(),
            Self::SmallBlobGet => "4 KiB blob GET".to_owned(),
            Self::LargeBlobGet(1) => "large blob GET, 1 client".to_owned(),
            Self::LargeBlobGet(clients) => format!("large blob GET, {clients} clients"),
            Self::LargeBlobPut => "large blob PUT".to_owned(),
            Self::ImagePush => "small image push".to_owned(),
        }
    }

    /// Whether it is counted in bytes rather than in operations.
    pub const fn by_bytes(self) -> bool {
        matches!(self, Self::LargeBlobGet(_) | Self::LargeBlobPut)
    }
}

/// How much is done in one round.
#[derive(Debug, Clone, Copy)]
pub struct Amount {
    /// Small requests.
    pub requests: u32,
    /// Image pushes.
    pub pushes: u32,
    /// The size of a large blob in MiB.
    pub large: usize,
}

/// One measurement of one registry.
#[derive(Debug, Clone, Copy)]
pub struct Sample {
    /// Operations, or GB (10⁹ bytes) where the figure is counted in bytes.
    pub amount: f64,
    /// From the first request to the last response.
    pub wall: Duration,
    /// The server's CPU time, when its process is known.
    pub cpu: Option<Duration>,
}

/// What every registry is loaded with: the same content for all.
#[derive(Debug)]
pub struct Content {
    amount: Amount,
    image: Image,
    small: Blob,
    large: Blob,
}

impl Content {
    /// Content of the sizes in `amount`.
    pub fn new(amount: Amount) -> Self {
        let seed = Seed::new("side-by-side");
        Self {
            image: Image::oci(&seed.child("image")).build(),
            small: Blob::random(&seed.child("small"), 4096),
            large: Blob::random(&seed.child("large"), amount.large * MIB),
            amount,
        }
    }

    /// Puts into a registry what the figures read. Errors: the registry refuses it.
    pub fn prepare(&self, peer: &Peer) -> io::Result<()> {
        let mut connection = Connection::open(peer.address)?;
        push_image(&mut connection, REPOSITORY, &self.image, "latest")?;
        push_blob(&mut connection, REPOSITORY, &self.small.bytes, &self.small.digest)?;
        push_blob(&mut connection, REPOSITORY, &self.large.bytes, &self.large.digest)
    }

    /// Measures one figure once. Errors: a request failed.
    pub fn measure(&self, figure: Figure, peer: &Peer, round: u32) -> io::Result<Sample> {
        match figure {
            Figure::ManifestGet => gets(peer, &format!("/v2/{REPOSITORY}/manifests/latest"), self.amount.requests, 1),
            Figure::SmallBlobGet => gets(peer, &blob_path(&self.small.digest), self.amount.requests, 1),
            Figure::LargeBlobGet(clients) => gets(peer, &blob_path(&self.large.digest), 1, clients),
            Figure::LargeBlobPut => self.large_put(peer, round),
            Figure::ImagePush => self.image_pushes(peer, round),
        }
        .map(|sample| if figure.by_bytes() { self.in_gigabytes(sample) } else { sample })
    }

    #[expect(clippy::cast_precision_loss, reason = "sizes are far below 2^52")]
    fn in_gigabytes(&self, sample: Sample) -> Sample {
        Sample { amount: sample.amount * (self.large.bytes.len() as f64) / 1e9, ..sample }
    }

    fn large_put(&self, peer: &Peer, round: u32) -> io::Result<Sample> {
        // New content each time, or a registry could answer without storing it.
        let mut content = self.large.bytes.to_vec();
        content[..4].copy_from_slice(&round.to_le_bytes());
        let digest = Digest::sha256(&content);
        let mut connection = Connection::open(peer.address)?;
        timed(peer, 1.0, || push_blob(&mut connection, "bench/large", &content, &digest))
    }

    fn image_pushes(&self, peer: &Peer, round: u32) -> io::Result<Sample> {
        let seed = Seed::new("push").child(round);
        let images: Vec<_> = (0..self.amount.pushes).map(|number| Image::oci(&seed.child(number)).build()).collect();
        let mut connection = Connection::open(peer.address)?;
        timed(peer, f64::from(self.amount.pushes), || {
            images.iter().enumerate().try_for_each(|(number, image)| {
                push_image(&mut connection, "bench/pushed", image, &format!("r{round}-{number}"))
            })
        })
    }
}

/// Pushes and pulls one blob of `mib` MiB; for the memory it takes. Errors: a request failed.
pub fn roundtrip(address: SocketAddr, mib: usize) -> io::Result<()> {
    let blob = Blob::random(&Seed::new("roundtrip").child(mib), mib * MIB);
    let mut connection = Connection::open(address)?;
    push_blob(&mut connection, REPOSITORY, &blob.bytes, &blob.digest)?;
    expect(&mut connection, "GET", &blob_path(&blob.digest), None, 200).map(drop)
}

fn gets(peer: &Peer, path: &str, count: u32, clients: usize) -> io::Result<Sample> {
    let mut connections: Vec<_> = (0..clients).map(|_| Connection::open(peer.address)).collect::<io::Result<_>>()?;
    // The first request of a connection is not like the others.
    for connection in &mut connections {
        expect(connection, "GET", "/v2/", None, 200)?;
    }
    let work =
        |connection: &mut Connection| (0..count).try_for_each(|_| expect(connection, "GET", path, None, 200).map(drop));
    #[expect(clippy::cast_precision_loss, reason = "a handful of clients")]
    let amount = f64::from(count) * clients as f64;
    timed(peer, amount, || match &mut connections[..] {
        [only] => work(only),
        many => thread::scope(|scope| {
            let threads: Vec<_> = many.iter_mut().map(|connection| scope.spawn(|| work(connection))).collect();
            threads
                .into_iter()
                .try_for_each(|thread| thread.join().unwrap_or_else(|_| Err(io::Error::other("a client panicked"))))
        }),
    })
}

fn timed(peer: &Peer, amount: f64, work: impl FnOnce() -> io::Result<()>) -> io::Result<Sample> {
    let before = peer.pid.map(process::cpu).transpose()?;
    let begin = Instant::now();
    work()?;
    let wall = begin.elapsed();
    let after = peer.pid.map(process::cpu).transpose()?;
    let cpu = before.zip(after).map(|(before, after)| after.saturating_sub(before));
    Ok(Sample { amount, wall, cpu })
}

fn blob_path(digest: &Digest) -> String {
    format!("/v2/{REPOSITORY}/blobs/{digest}")
}

fn push_image(connection: &mut Connection, repository: &str, image: &Image, tag: &str) -> io::Result<()> {
    for blob in &image.blobs {
        push_blob(connection, repository, &blob.bytes, &blob.digest)?;
    }
    let manifest = &image.manifest;
    let body = Body { media_type: &manifest.media_type, content: &manifest.bytes };
    expect(connection, "PUT", &format!("/v2/{repository}/manifests/{tag}"), Some(body), 201).map(drop)
}

fn push_blob(connection: &mut Connection, repository: &str, content: &[u8], digest: &Digest) -> io::Result<()> {
    let location = expect(connection, "POST", &format!("/v2/{repository}/blobs/uploads/"), None, 202)?
        .ok_or_else(|| io::Error::other("an upload without Location"))?;
    let separator = if location.contains('?') { '&' } else { '?' };
    let body = Body { media_type: "application/octet-stream", content };
    expect(connection, "PUT", &format!("{location}{separator}digest={digest}"), Some(body), 201).map(drop)
}

/// Sends a request that must be answered with `status`; returns the `Location`.
fn expect(
    connection: &mut Connection,
    method: &str,
    path: &str,
    body: Option<Body<'_>>,
    status: u16,
) -> io::Result<Option<String>> {
    let response = connection.request(method, path, body)?;
    if response.status == status {
        return Ok(response.location);
    }
    Err(io::Error::other(format!("{method} {path}: status {}, expected {status}", response.status)))
}
