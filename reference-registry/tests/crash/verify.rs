//! What is found after a crash, beside what was promised.

use std::collections::BTreeSet;
use std::io;

use fixtures::{Algorithm, Digest};

use crate::client::{Client, Reply};
use crate::ledger::{Expect, Ledger};

/// Reads back everything in a ledger. What could have gone either way is settled to what was found.
pub(crate) fn verify(client: &mut Client, ledger: &mut Ledger) -> io::Result<Vec<String>> {
    let mut broken = Vec::new();
    for (kind, entries) in [("blobs", &mut ledger.blobs), ("manifests", &mut ledger.manifests)] {
        for ((repository, digest), expect) in entries {
            let target = format!("/v2/{repository}/{kind}/{digest}");
            let found = whole(&client.get(&target)?, digest);
            match (&found, *expect) {
                (Ok(true), Expect::Absent) => broken.push(format!("{target}: deleted, and there again")),
                (Ok(false), Expect::Present) => broken.push(format!("{target}: acknowledged, and not there")),
                (Err(problem), _) => broken.push(format!("{target}: {problem}")),
                (Ok(true), _) => *expect = Expect::Present,
                (Ok(false), _) => *expect = Expect::Absent,
            }
        }
    }
    for ((repository, tag), states) in &mut ledger.tags {
        let target = format!("/v2/{repository}/manifests/{tag}");
        let reply = client.get(&target)?;
        let found = (reply.status == 200).then(|| Digest::of(Algorithm::Sha256, &reply.body).to_string());
        if !states.contains(&found) || !matches!(reply.status, 200 | 404) {
            broken.push(format!("{target}: status {}, at {found:?}, expected one of {states:?}", reply.status));
        }
        *states = vec![found];
    }
    broken.extend(resume(client, ledger)?);
    Ok(broken)
}

/// Whether a thing is there; an error when only a part of it is.
fn whole(reply: &Reply, digest: &str) -> Result<bool, String> {
    match reply.status {
        404 => Ok(false),
        200 if Digest::of(Algorithm::Sha256, &reply.body).to_string() == digest => Ok(true),
        200 => Err(format!("{} bytes of another digest", reply.body.len())),
        status => Err(format!("status {status}")),
    }
}

/// Goes on with the upload session that the crash interrupted.
fn resume(client: &mut Client, ledger: &mut Ledger) -> io::Result<Option<String>> {
    let Some(session) = ledger.session.take() else { return Ok(None) };
    let status = client.get(&session.location)?;
    let received = match status.header("range").rsplit_once('-').map(|(_, last)| last.parse::<usize>()) {
        _ if status.status != 204 => {
            return Ok(Some(format!("the session {}: status {}", session.location, status.status)));
        }
        // Nothing received is told as nothing, or as `0-0`, which is also one byte.
        Some(Ok(last)) if last > 0 => last + 1,
        _ => 0,
    };
    if received < session.acknowledged || received > session.content.len() {
        return Ok(Some(format!("{}: {received} bytes, {} acknowledged", session.location, session.acknowledged)));
    }
    let digest = Digest::of(Algorithm::Sha256, &session.content);
    let location = status.location();
    let location = if location.is_empty() { session.location } else { location };
    let separator = if location.contains('?') { '&' } else { '?' };
    let target = format!("{location}{separator}digest={digest}");
    let reply = client.request("PUT", &target, "", &session.content[received..])?;
    ledger.blobs.insert((session.repository, digest.to_string()), Expect::Present);
    Ok((reply.status != 201).then(|| format!("resuming {location} at {received}: status {}", reply.status)))
}

/// Every tag that is listed leads to a manifest.
pub(crate) fn listed<'a>(client: &mut Client, repositories: impl Iterator<Item = &'a str>) -> io::Result<Vec<String>> {
    let mut broken = Vec::new();
    for repository in repositories.collect::<BTreeSet<_>>() {
        let reply = client.get(&format!("/v2/{repository}/tags/list"))?;
        let list: serde_json::Value = match serde_json::from_slice(&reply.body) {
            Ok(list) if reply.status == 200 => list,
            // Nothing of it survived its first push.
            _ if reply.status == 404 => continue,
            _ => {
                broken.push(format!("tags of {repository}: status {}", reply.status));
                continue;
            }
        };
        for tag in list["tags"].as_array().into_iter().flatten().filter_map(|tag| tag.as_str()) {
            let status = client.get(&format!("/v2/{repository}/manifests/{tag}"))?.status;
            if status != 200 {
                broken.push(format!("{repository}:{tag} is listed, and answers {status}"));
            }
        }
    }
    Ok(broken)
}
