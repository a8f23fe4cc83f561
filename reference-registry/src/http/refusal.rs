//! The envelope for what hyper refuses by itself.

/// The response to send in place of one that hyper made for a head it could not read: the same status and fields,
/// and the envelope, which hyper does not know. `None` when `bytes` are no such response.
pub(crate) fn enveloped(bytes: &[u8]) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(bytes).ok()?;
    let head = text.strip_suffix("\r\n\r\n").filter(|head| head.starts_with("HTTP/1.1 4"))?;
    let message = match head.get(9..12)? {
        "414" => "the request target is too long",
        "431" => "the head of the request is too large",
        _ => "the request is not HTTP",
    };
    let body = format!(r#"{{"errors":[{{"code":"UNSUPPORTED","message":"{message}"}}]}}"#);
    let mut response = String::with_capacity(512);
    for line in head.split("\r\n").filter(|line| !line.starts_with("content-length:")) {
        response.push_str(line);
        response.push_str("\r\n");
    }
    response.push_str("content-type: application/json\r\ndocker-distribution-api-version: registry/2.0\r\n");
    response.extend(["content-length: ", &body.len().to_string(), "\r\n\r\n", &body]);
    Some(response.into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_the_head_and_adds_the_envelope() {
        let bare = b"HTTP/1.1 431 Request Header Fields Too Large\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";
        let text = String::from_utf8(enveloped(bare).unwrap()).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("HTTP/1.1 431 Request Header Fields Too Large\r\nconnection: close\r\n"), "{head}");
        assert!(head.ends_with(&format!("content-length: {}", body.len())), "{head}");
        assert_eq!(body, r#"{"errors":[{"code":"UNSUPPORTED","message":"the head of the request is too large"}]}"#);
    }

    #[test]
    fn leaves_the_rest_alone() {
        for bytes in [&b"HTTP/1.1 200 OK\r\n\r\n"[..], b"HTTP/1.1 400 Bad Request\r\n\r\nmore", b"\xff", b""] {
            assert_eq!(enveloped(bytes), None);
        }
    }
}
