//! Requests as bytes.

use std::time::Duration;

use scenarios::expect::{Verdict, fail};
use scenarios::raw::{RawHead, RawReply};

use super::Context;

/// How long a connection that fell silent is watched before what came counts as all.
const QUIET: Duration = Duration::from_millis(800);
const DEADLINE: Duration = Duration::from_secs(5);

impl Context {
    /// The head of a raw request up to and with `Host`; lines end in CR LF, the empty line is not there yet.
    pub fn raw_head(&self, method: &str, path: &str) -> String {
        format!("{method} {}{path} HTTP/1.1\r\nHost: {}\r\n", self.http().raw_prefix(), self.http().raw_host())
    }

    /// Sends bytes and reads until the registry closes or falls silent.
    pub async fn raw(&self, request: impl AsRef<[u8]>) -> Verdict<RawReply> {
        Ok(self.http().raw(&[request.as_ref()], Duration::ZERO, QUIET, DEADLINE).await?)
    }

    /// Like [`raw`](Self::raw), and closes the sending side behind the bytes.
    pub async fn raw_cut(&self, request: impl AsRef<[u8]>) -> Verdict<RawReply> {
        Ok(self.http().raw_cut(request.as_ref(), QUIET, DEADLINE).await?)
    }

    /// Like [`raw`](Self::raw), in two pieces with a pause of 100 ms between them.
    pub async fn raw_in_two(&self, first: impl AsRef<[u8]>, second: impl AsRef<[u8]>) -> Verdict<RawReply> {
        let pieces = [first.as_ref(), second.as_ref()];
        Ok(self.http().raw(&pieces, Duration::from_millis(100), QUIET, DEADLINE).await?)
    }
}

/// The first response of a reply; a failure when there is none.
pub fn answered(reply: &RawReply) -> Verdict<RawHead> {
    match reply.head() {
        Some(head) => Ok(head),
        None => fail("an HTTP response", silence(reply), reply.exchange),
    }
}

/// The request was refused with a 4xx, or with one of `also`; closing the connection without a word counts when
/// `may_close`.
pub fn refused(reply: &RawReply, also: &[u16], may_close: bool) -> Verdict {
    match reply.head() {
        Some(head) if (400..500).contains(&head.status) || also.contains(&head.status) => Ok(()),
        Some(head) => fail("a 4xx status", head.status.to_string(), reply.exchange),
        None if may_close && reply.closed => Ok(()),
        None => fail("a 4xx status", silence(reply), reply.exchange),
    }
}

fn silence(reply: &RawReply) -> &'static str {
    match (reply.bytes.is_empty(), reply.closed) {
        (true, true) => "the connection was closed without a response",
        (true, false) => "no response",
        (false, _) => "something that is not HTTP",
    }
}
