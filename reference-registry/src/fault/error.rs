//! Faults of error responses, and of what every response has.

use http::{Method, StatusCode};
use serde_json::{Value, json};

use super::hook::{Hook, Reply};
use super::set::Fault;

/// The faults of this area.
pub(super) const FAULTS: &[Fault] = &[
    Fault {
        name: "error-as-text",
        summary: "errors are plain text",
        hooks: &[Hook::Response(|_, reply| {
            if is_error(reply) {
                reply.set("content-type", "text/plain; charset=utf-8");
                reply.body = format!("{}\n", reply.status).into();
            }
        })],
    },
    Fault {
        name: "error-as-object",
        summary: "an error is one object, not a list of them",
        hooks: &[Hook::Response(|_, reply| {
            if is_error(reply) {
                reply.edit_json(|envelope| *envelope = envelope["errors"][0].take());
            }
        })],
    },
    Fault {
        name: "error-code-lower-case",
        summary: "error codes are written in lower case",
        hooks: &[Hook::Response(|_, reply| {
            edit_errors(reply, |error| {
                let code = error["code"].as_str().unwrap_or_default().to_lowercase();
                error["code"] = json!(code);
            });
        })],
    },
    Fault {
        name: "error-code-unknown",
        summary: "every error has a code that no text knows",
        hooks: &[Hook::Response(|_, reply| edit_errors(reply, |error| error["code"] = json!("SOMETHING_WENT_WRONG")))],
    },
    Fault {
        name: "error-code-missing",
        summary: "errors have no code",
        hooks: &[Hook::Response(|_, reply| {
            edit_errors(reply, |error| {
                error.as_object_mut().map(|error| error.remove("code"));
            });
        })],
    },
    Fault {
        name: "error-message-as-object",
        summary: "the message of an error is no string",
        hooks: &[Hook::Response(|_, reply| edit_errors(reply, |error| error["message"] = json!({ "text": "no" })))],
    },
    Fault {
        name: "method-not-allowed-as-404",
        summary: "a method that an endpoint does not know is answered with 404",
        hooks: &[Hook::Response(|_, reply| {
            if reply.status == StatusCode::METHOD_NOT_ALLOWED {
                reply.status = StatusCode::NOT_FOUND;
                reply.headers.remove("allow");
            }
        })],
    },
    Fault {
        name: "method-not-allowed-without-allow",
        summary: "405 does not say which methods there are",
        hooks: &[Hook::Response(|_, reply| {
            reply.headers.remove("allow");
        })],
    },
    Fault {
        name: "unknown-route-as-200",
        summary: "every path that the API does not have is answered with a web page",
        hooks: &[Hook::Response(|seen, reply| {
            let unknown = crate::protocol::allowed_methods(seen.head.uri.path()).is_none();
            if unknown && seen.head.method == Method::GET {
                reply.status = StatusCode::OK;
                reply.set("content-type", "text/html");
                reply.body = "<!doctype html><title>Registry</title>".into();
            }
        })],
    },
    Fault {
        name: "name-invalid-as-500",
        summary: "a name that breaks the grammar is an internal error",
        hooks: &[Hook::Response(|_, reply| {
            let envelope: Value = serde_json::from_slice(&reply.body).unwrap_or_default();
            if envelope["errors"][0]["code"] == "NAME_INVALID" {
                reply.status = StatusCode::INTERNAL_SERVER_ERROR;
            }
        })],
    },
    Fault {
        name: "api-version-missing",
        summary: "responses come without Docker-Distribution-API-Version",
        hooks: &[Hook::Response(|_, reply| {
            reply.headers.remove("docker-distribution-api-version");
        })],
    },
    Fault {
        name: "base-as-404",
        summary: "/v2/ is not there",
        hooks: &[Hook::Head(|head| {
            if head.uri.path() == "/v2/" {
                head.uri = http::Uri::from_static("/v2/-");
            }
        })],
    },
];

fn is_error(reply: &Reply) -> bool {
    reply.status.is_client_error() || reply.status.is_server_error()
}

fn edit_errors(reply: &mut Reply, edit: impl Fn(&mut Value)) {
    if is_error(reply) {
        super::edit::edit_array(reply, "errors", |errors| errors.iter_mut().for_each(edit));
    }
}
