//! The load: pushes, overwritten tags, deletions, one after another until the server is gone.

use std::io;
use std::net::SocketAddr;

use fixtures::{Blob, Image, Layer, Seed};

use crate::client::{Client, Reply};
use crate::ledger::{Expect, Ledger, Session, key};

/// Larger than what the server holds in memory before it writes, so that both ways are taken.
const LARGEST: u64 = 600_000;

/// Every worker has a repository of its own and one that all share.
const SHARED: &str = "shared/all";

pub(crate) struct Worker {
    pub(crate) number: usize,
    pub(crate) ledger: Ledger,
    seed: Seed,
    rolls: u64,
}

impl Worker {
    pub(crate) fn new(number: usize, seed: &Seed) -> Self {
        Self { number, ledger: Ledger::default(), seed: seed.child(number), rolls: 0 }
    }

    /// Works until the server does not answer any more.
    pub(crate) fn run(&mut self, address: SocketAddr) {
        let Ok(mut client) = Client::connect(address) else { return };
        while self.step(&mut client).is_ok() && self.ledger.wrong.is_empty() {}
    }

    fn roll(&mut self, end: u64) -> u64 {
        self.rolls += 1;
        self.seed.child(self.rolls).below(end)
    }

    fn fresh(&mut self) -> Seed {
        self.rolls += 1;
        self.seed.child(self.rolls)
    }

    fn repository(&mut self) -> String {
        if self.roll(2) == 0 { SHARED.to_owned() } else { format!("own/worker-{}", self.number) }
    }

    fn step(&mut self, client: &mut Client) -> io::Result<()> {
        let repository = self.repository();
        match self.roll(10) {
            0 | 1 => self.push_blob(client, &repository).map(drop),
            2 | 3 => self.push_chunks(client, &repository),
            4..=6 => self.push_image(client, &repository, true),
            7 => self.push_image(client, &repository, false),
            8 => self.delete_tag(client),
            _ if self.roll(2) == 0 => self.delete_manifest(client),
            _ => self.delete_blob(client),
        }
    }

    /// Notes an answer, which must have the given status.
    fn answered(&mut self, what: &str, reply: Reply, status: u16) -> Reply {
        self.ledger.acknowledged += 1;
        if reply.status != status {
            let body = String::from_utf8_lossy(&reply.body).into_owned();
            self.ledger.wrong.push(format!("{what}: status {}, expected {status}: {body}", reply.status));
        }
        reply
    }

    fn start(&mut self, client: &mut Client, repository: &str) -> io::Result<String> {
        let reply = client.request("POST", &format!("/v2/{repository}/blobs/uploads/"), "", &[])?;
        Ok(self.answered("POST upload", reply, 202).location())
    }

    fn finish(
        &mut self,
        client: &mut Client,
        repository: &str,
        location: &str,
        blob: &Blob,
        rest: &[u8],
    ) -> io::Result<()> {
        let separator = if location.contains('?') { '&' } else { '?' };
        let target = format!("{location}{separator}digest={}", blob.digest);
        self.ledger.blobs.insert(key(repository, &blob.digest), Expect::Either);
        let reply = client.request("PUT", &target, "Content-Type: application/octet-stream\r\n", rest)?;
        self.answered("PUT upload", reply, 201);
        self.ledger.blobs.insert(key(repository, &blob.digest), Expect::Present);
        Ok(())
    }

    fn push(&mut self, client: &mut Client, repository: &str, blob: &Blob) -> io::Result<()> {
        let location = self.start(client, repository)?;
        self.finish(client, repository, &location, blob, &blob.bytes)
    }

    fn blob(&mut self) -> Blob {
        let len = usize::try_from(self.roll(LARGEST)).expect("a small number");
        Blob::random(&self.fresh(), len)
    }

    fn push_blob(&mut self, client: &mut Client, repository: &str) -> io::Result<Blob> {
        let blob = self.blob();
        self.push(client, repository, &blob)?;
        Ok(blob)
    }

    fn push_chunks(&mut self, client: &mut Client, repository: &str) -> io::Result<()> {
        let blob = self.blob();
        let mut location = self.start(client, repository)?;
        let third = blob.bytes.len() / 3;
        let mut session = Session {
            repository: repository.to_owned(),
            location: location.clone(),
            content: blob.bytes.to_vec(),
            acknowledged: 0,
        };
        self.ledger.session = Some(session.clone());
        for part in [0..third, third..2 * third] {
            if part.is_empty() {
                continue;
            }
            let fields =
                format!("Content-Range: {}-{}\r\nContent-Type: application/octet-stream\r\n", part.start, part.end - 1);
            let reply = client.request("PATCH", &location, &fields, &blob.bytes[part.clone()])?;
            location = self.answered("PATCH", reply, 202).location();
            session.location.clone_from(&location);
            session.acknowledged = part.end;
            self.ledger.session = Some(session.clone());
        }
        let rest = &blob.bytes[session.acknowledged..];
        // From here on the session may be gone for the right reason.
        self.ledger.session = None;
        self.finish(client, repository, &location, &blob, rest)
    }

    /// An image with a new or an overwritten tag, or by its digest alone.
    fn push_image(&mut self, client: &mut Client, repository: &str, tagged: bool) -> io::Result<()> {
        let seed = self.fresh();
        let len = usize::try_from(self.roll(20_000)).expect("a small number");
        let image = Image::oci(&seed).layer(Layer::random(&seed.child("layer"), len)).build();
        for blob in &image.blobs {
            self.push(client, repository, blob)?;
        }
        let digest = image.manifest.digest.to_string();
        let slot = self.roll(4);
        let tag = (repository.to_owned(), format!("w{}-{slot}", self.number));
        let reference = if tagged { tag.1.clone() } else { digest.clone() };
        self.ledger.manifests.insert(key(repository, &image.manifest.digest), Expect::Either);
        if tagged {
            self.ledger.moving(&tag, Some(&digest));
        }
        let fields = format!("Content-Type: {}\r\n", image.manifest.media_type);
        let target = format!("/v2/{repository}/manifests/{reference}");
        let reply = client.request("PUT", &target, &fields, &image.manifest.bytes)?;
        self.answered("PUT manifest", reply, 201);
        self.ledger.manifests.insert(key(repository, &image.manifest.digest), Expect::Present);
        if tagged {
            self.ledger.moved(&tag, Some(&digest));
        }
        Ok(())
    }

    fn delete_tag(&mut self, client: &mut Client) -> io::Result<()> {
        let present = self.ledger.tags.iter().find(|(_, states)| matches!(&states[..], [Some(_)]));
        let Some(tag) = present.map(|(tag, _)| tag.clone()) else { return Ok(()) };
        self.ledger.moving(&tag, None);
        let reply = client.request("DELETE", &format!("/v2/{}/manifests/{}", tag.0, tag.1), "", &[])?;
        self.answered("DELETE tag", reply, 202);
        self.ledger.moved(&tag, None);
        Ok(())
    }

    fn delete_manifest(&mut self, client: &mut Client) -> io::Result<()> {
        let present = self.ledger.manifests.iter().find(|(_, expect)| **expect == Expect::Present);
        let Some(manifest) = present.map(|(manifest, _)| manifest.clone()) else { return Ok(()) };
        let tags = self.ledger.tags_at(&manifest.0, &manifest.1);
        for tag in &tags {
            self.ledger.moving(tag, None);
        }
        self.ledger.manifests.insert(manifest.clone(), Expect::Either);
        let reply = client.request("DELETE", &format!("/v2/{}/manifests/{}", manifest.0, manifest.1), "", &[])?;
        self.answered("DELETE manifest", reply, 202);
        self.ledger.manifests.insert(manifest, Expect::Absent);
        for tag in &tags {
            self.ledger.moved(tag, None);
        }
        Ok(())
    }

    /// Deletes a blob pushed just for this; those of images stay.
    fn delete_blob(&mut self, client: &mut Client) -> io::Result<()> {
        let repository = self.repository();
        let blob = self.push_blob(client, &repository)?;
        self.ledger.blobs.insert(key(&repository, &blob.digest), Expect::Either);
        let reply = client.request("DELETE", &format!("/v2/{repository}/blobs/{}", blob.digest), "", &[])?;
        self.answered("DELETE blob", reply, 202);
        self.ledger.blobs.insert(key(&repository, &blob.digest), Expect::Absent);
        Ok(())
    }
}
