//! Faults of the bytes on the wire: where requests begin and end, and what their heads may look like.

use http::{Method, Version};

use super::bytes::{
    LARGE, Line, METHODS, begins_request, canned, drop_if, edit_fields, failure, first_chunk, has_field, head,
};
use super::hook::{Hook, Wire};
use super::set::Fault;
use crate::protocol::allowed_methods;

/// The faults of this area.
pub(super) const FAULTS: &[Fault] = &[
    Fault {
        name: "length-invalid-as-zero",
        summary: "a Content-Length that is no number counts as zero",
        hooks: &[Hook::Received(|bytes| {
            edit_fields(bytes, |name, value| match value.parse::<u64>() {
                Err(_) if name == "content-length" => Line::Become("Content-Length: 0".to_owned()),
                _ => Line::Keep,
            })
        })],
    },
    Fault {
        name: "length-twice-first-wins",
        summary: "of several Content-Length fields the first counts",
        hooks: &[Hook::Received(|bytes| {
            let mut found = false;
            edit_fields(bytes, |name, _| {
                let again = name == "content-length" && std::mem::replace(&mut found, true);
                drop_if(again)
            })
        })],
    },
    Fault {
        name: "mixed-framing-accepted",
        summary: "a request with both Content-Length and Transfer-Encoding is taken, and its connection goes on",
        hooks: &[Hook::Received(|bytes| {
            let coded = head(bytes).is_some_and(|head| has_field(head, "transfer-encoding"));
            edit_fields(bytes, |name, _| drop_if(coded && name == "content-length"))
        })],
    },
    Fault {
        name: "old-client-chunked-accepted",
        summary: "a request of HTTP/1.0 with Transfer-Encoding is taken, and its connection goes on",
        hooks: &[Hook::Received(|bytes| {
            let head = head(bytes).filter(|head| has_field(head, "transfer-encoding"))?;
            let at = head.find(" HTTP/1.0\r\n")?;
            bytes.splice(at..at + 9, *b" HTTP/1.1");
            None
        })],
    },
    Fault {
        name: "chunk-size-overflow-as-201",
        summary: "a manifest in a chunk whose size fits no number is taken",
        hooks: &[Hook::Received(|bytes| {
            let size = first_chunk(bytes)?;
            let overflows = size.len() > 16 && size.iter().all(u8::is_ascii_hexdigit);
            overflows.then(|| canned("201 Created", "Content-Length: 0\r\nLocation: /v2/", ""))
        })],
    },
    Fault {
        name: "chunk-malformed-as-500",
        summary: "a chunk whose size is no number is an internal error",
        hooks: &[Hook::Received(|bytes| {
            let size = first_chunk(bytes)?;
            (size.is_empty() || !size[0].is_ascii_hexdigit()).then(failure)
        })],
    },
    Fault {
        name: "coding-unknown-as-identity",
        summary: "a transfer coding that is not known is passed over",
        hooks: &[Hook::Received(|bytes| {
            edit_fields(bytes, |name, value| drop_if(name == "transfer-encoding" && value != "chunked"))
        })],
    },
    Fault {
        name: "unread-body-as-request",
        summary: "the body of a request to nowhere is taken for the next request",
        hooks: &[Hook::Received(|bytes| {
            let target = head(bytes)?.split(' ').nth(1).unwrap_or_default();
            let refused = allowed_methods(target).is_none();
            edit_fields(bytes, |name, _| drop_if(refused && name == "content-length"))
        })],
    },
    Fault {
        name: "chunked-body-empty",
        summary: "a manifest in chunks is read as an empty one",
        hooks: &[Hook::Received(|bytes| {
            let manifest = head(bytes)?.starts_with("PUT ") && head(bytes)?.contains("/manifests/");
            edit_fields(bytes, |name, _| match name {
                "transfer-encoding" if manifest => Line::Become("Content-Length: 0".to_owned()),
                _ => Line::Keep,
            })
        })],
    },
    Fault {
        name: "short-body-accepted",
        summary: "the end of the connection is the end of the body",
        hooks: &[Hook::Wire(Wire::ShortBody)],
    },
    Fault {
        name: "host-unchecked",
        summary: "a request may have no Host, or several, of which the first counts",
        hooks: &[Hook::Received(|bytes| {
            let mut found = false;
            edit_fields(bytes, |name, _| {
                let again = name == "host" && std::mem::replace(&mut found, true);
                drop_if(again)
            });
            let at = head(bytes)?.find("\r\n").unwrap_or(head(bytes)?.len());
            if !found {
                bytes.splice(at..at, *b"\r\nHost: localhost");
            }
            None
        })],
    },
    Fault {
        name: "field-name-space-ignored",
        summary: "a space between a field name and its colon is passed over",
        hooks: &[Hook::Received(|bytes| {
            edit_fields(bytes, |name, value| match name.strip_suffix(' ') {
                Some(name) => Line::Become(format!("{}: {value}", name.trim_end())),
                None => Line::Keep,
            })
        })],
    },
    Fault {
        name: "folded-header-as-500",
        summary: "a folded header line is an internal error",
        hooks: &[Hook::Received(|bytes| head(bytes)?.contains("\r\n ").then(failure))],
    },
    Fault {
        name: "nul-in-header-as-500",
        summary: "NUL in a header field is an internal error",
        hooks: &[Hook::Received(|bytes| head(bytes)?.contains('\0').then(failure))],
    },
    Fault {
        name: "large-header-as-500",
        summary: "more header fields than fit are an internal error",
        hooks: &[Hook::Received(|bytes| {
            let begun = begins_request(bytes) && bytes.len() > LARGE && head(bytes).is_none();
            (begun && bytes[..LARGE].contains(&b'\n')).then(failure)
        })],
    },
    Fault {
        name: "long-target-as-500",
        summary: "a request target that does not fit is an internal error",
        hooks: &[Hook::Received(|bytes| {
            (begins_request(bytes) && bytes.len() > LARGE && !bytes[..LARGE].contains(&b'\n')).then(failure)
        })],
    },
    Fault {
        name: "long-request-line-refused",
        summary: "a request line of more than 4096 bytes is answered with 414",
        hooks: &[Hook::Received(|bytes| {
            let line = head(bytes)?.split("\r\n").next().unwrap_or_default();
            (line.len() > 4096).then(|| canned("414 URI Too Long", "Content-Length: 0", ""))
        })],
    },
    Fault {
        name: "request-line-invalid-as-200",
        summary: "whatever ends in header fields is a request",
        hooks: &[Hook::Received(|bytes| {
            let text = std::str::from_utf8(bytes).ok()?;
            let fields = text.ends_with("\r\n\r\n") && text.contains("\r\nHost: ");
            (fields && head(bytes).is_none()).then(|| canned("200 OK", "Content-Length: 0", ""))
        })],
    },
    Fault {
        name: "method-unknown-as-get",
        summary: "a method that is not known is GET",
        hooks: &[Hook::Head(|head| {
            if !METHODS.contains(&head.method.as_str()) {
                head.method = Method::GET;
            }
        })],
    },
    Fault {
        name: "connection-close-ignored",
        summary: "a connection goes on after the client asked to close it",
        hooks: &[Hook::Received(|bytes| edit_fields(bytes, |name, _| drop_if(name == "connection")))],
    },
    Fault {
        name: "pipelined-request-lost",
        summary: "what comes in behind a request is thrown away",
        hooks: &[Hook::Received(|bytes| {
            let head = head(bytes).filter(|head| head.starts_with("GET ") || head.starts_with("HEAD "))?;
            let length = head.len() + 4;
            bytes.truncate(length);
            None
        })],
    },
    Fault {
        name: "expect-continue-ignored",
        summary: "a client that waits for 100 waits for ever",
        hooks: &[Hook::Received(|bytes| edit_fields(bytes, |name, _| drop_if(name == "expect")))],
    },
    Fault {
        name: "old-client-gets-chunked",
        summary: "a client that speaks HTTP/1.0 is answered in chunks",
        hooks: &[Hook::Received(|bytes| {
            let old = head(bytes)?.split("\r\n").next()?.ends_with(" HTTP/1.0");
            old.then(|| canned("200 OK", "Transfer-Encoding: chunked", "0\r\n\r\n"))
        })],
    },
    Fault {
        name: "absolute-target-as-404",
        summary: "a request target in absolute form leads nowhere",
        hooks: &[Hook::Head(|head| {
            if head.version == Version::HTTP_11 && head.uri.scheme().is_some() {
                head.uri = http::Uri::from_static("/");
            }
        })],
    },
    Fault {
        name: "date-missing",
        summary: "responses come without Date",
        hooks: &[Hook::Sent(|bytes| {
            edit_fields(bytes, |name, _| drop_if(name == "date"));
        })],
    },
    Fault {
        name: "no-content-with-length",
        summary: "204 comes with a Content-Length",
        hooks: &[Hook::Sent(|bytes| {
            const STATUS: &[u8] = b"HTTP/1.1 204 No Content\r\n";
            if bytes.starts_with(STATUS) {
                bytes.splice(STATUS.len()..STATUS.len(), *b"Content-Length: 0\r\n");
            }
        })],
    },
    Fault {
        name: "head-with-body",
        summary: "HEAD of the base is answered with content",
        hooks: &[Hook::Received(|bytes| {
            head(bytes)?.starts_with("HEAD /v2/ ").then(|| canned("200 OK", "Content-Length: 2", "{}"))
        })],
    },
];
