//! "Error Codes": the shape of the body.

use scenarios::expect::{Verdict, fail, skip};

use super::wrong::{is_json, refusals};
use crate::check::{Check, Teeth, judge};
use crate::context::Context;
use crate::spec;

/// The checks of this file.
pub const CHECKS: &[Check] = &[
    Check {
        id: "errors.envelope.shape",
        title: "An error body in JSON is an object with a list errors of objects with a code",
        statements: &["D11-153"],
        needs: &[],
        tags: &[],
        teeth: Teeth { fault: "error-as-object", shows: "no `errors`" },
        usually: "the router's or the framework's own errors are sent in their own shape",
        run: |cx| judge(shape(cx)),
    },
    Check {
        id: "errors.code.characters",
        title: "An error code is made of upper-case letters and underscores",
        statements: &["D11-154"],
        needs: &[],
        tags: &[],
        teeth: Teeth { fault: "error-code-lower-case", shows: "unknown" },
        usually: "codes are written in another case or carry numbers",
        run: |cx| judge(characters(cx)),
    },
    Check {
        id: "errors.code.known",
        title: "An error code is one of the table",
        statements: &["D11-157"],
        needs: &[],
        tags: &[],
        teeth: Teeth { fault: "error-code-unknown", shows: "SOMETHING_WENT_WRONG" },
        usually: "the registry has codes of its own, which clients cannot know",
        run: |cx| judge(known(cx)),
    },
    Check {
        id: "errors.message.string",
        title: "A message, where there is one, is a string",
        statements: &["D11-155"],
        needs: &[],
        tags: &[],
        teeth: Teeth { fault: "error-message-as-object", shows: "`message`" },
        usually: "a structure is put into message instead of detail",
        run: |cx| judge(message(cx)),
    },
];

async fn shape(cx: &Context) -> Verdict {
    for response in refusals(cx).await?.iter().filter(|response| is_json(response)) {
        if let Err(reason) = scenarios::expect::Envelope::parse(response.body())
            && !reason.contains("`message`")
        {
            return fail("{\"errors\":[{\"code\":…}]}", reason, response.exchange());
        }
    }
    Ok(())
}

/// Every code of every refusal, with the exchange it came in.
async fn codes(cx: &Context) -> Verdict<Vec<(String, usize)>> {
    let all = refusals(cx).await?;
    let codes: Vec<(String, usize)> = all
        .iter()
        .filter_map(|response| Some((response.envelope()?, response.exchange())))
        .flat_map(|(envelope, exchange)| envelope.codes().into_iter().map(move |code| (code, exchange)))
        .collect();
    if codes.is_empty() { skip("no refusal carries an error envelope") } else { Ok(codes) }
}

async fn characters(cx: &Context) -> Verdict {
    for (code, exchange) in codes(cx).await? {
        if code.is_empty() || !code.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_') {
            return fail("a code of upper-case letters and underscores", code, exchange);
        }
    }
    Ok(())
}

async fn known(cx: &Context) -> Verdict {
    for (code, exchange) in codes(cx).await? {
        // Docker's older codes are allowed beside the table (D11-003).
        if spec::code(&code).is_none() {
            return fail("a code of the table", code, exchange);
        }
    }
    Ok(())
}

async fn message(cx: &Context) -> Verdict {
    for response in refusals(cx).await?.iter().filter(|response| is_json(response)) {
        if let Err(reason) = scenarios::expect::Envelope::parse(response.body())
            && reason.contains("`message`")
        {
            return fail("a message that is a string", reason, response.exchange());
        }
    }
    Ok(())
}
