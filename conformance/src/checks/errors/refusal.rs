//! Refusals for other reasons: no credentials, too many requests; and warnings.

use futures_util::future::join_all;
use scenarios::client::Response;
use scenarios::expect::{Verdict, fail, skip};

use super::wrong::refusals;
use crate::check::{Check, Teeth, judge};
use crate::context::Context;

/// The checks of this file.
pub const CHECKS: &[Check] = &[
    Check {
        id: "errors.unauthorized.challenge",
        title: "A 401 carries a challenge in WWW-Authenticate",
        statements: &["HTTP-018"],
        needs: &[],
        tags: &[],
        teeth: Teeth { fault: "unauthorized-without-challenge", shows: "none" },
        usually: "401 is used for what is forbidden, without saying how to log in",
        run: |cx| judge(challenge(cx)),
    },
    Check {
        id: "errors.too-many-requests.retry-after",
        title: "A 429 says in Retry-After when to come back",
        statements: &["DEV-185", "HTTP-082"],
        needs: &[],
        tags: &[],
        teeth: Teeth { fault: "too-many-requests-without-retry-after", shows: "none" },
        usually: "the limiter sits in front of the registry and knows no Retry-After",
        run: |cx| judge(retry_after(cx)),
    },
    Check {
        id: "http.warning.form",
        title: "A Warning has the code 299, a hyphen as its agent, and no date",
        statements: &["D11-159"],
        needs: &[],
        tags: &[],
        teeth: Teeth { fault: "warning-with-code-199", shows: "199" },
        usually: "the header is written by a proxy or an older library in its HTTP/1.1 form",
        run: |cx| judge(warning_form(cx)),
    },
    Check {
        id: "http.warning.size",
        title: "The warnings of one answer come to 4096 bytes at most",
        statements: &["D11-160"],
        needs: &[],
        tags: &[],
        teeth: Teeth { fault: "warning-of-5000-bytes", shows: "bytes" },
        usually: "a warning is added for each of many causes without a limit",
        run: |cx| judge(warning_size(cx)),
    },
];

async fn challenge(cx: &Context) -> Verdict {
    let all = refusals(cx).await?;
    let mut asked = all.iter().filter(|response| response.code() == 401).peekable();
    if asked.peek().is_none() {
        return skip("no request is answered with 401");
    }
    for response in asked {
        response.expect_header("WWW-Authenticate")?;
    }
    Ok(())
}

async fn retry_after(cx: &Context) -> Verdict {
    let burst = join_all((0..30).map(|_| cx.http().get("/v2/").send())).await;
    let responses = burst.into_iter().collect::<Result<Vec<Response>, _>>()?;
    let Some(limited) = responses.iter().find(|response| response.code() == 429) else {
        return skip("no request is answered with 429");
    };
    let value = limited.expect_header("Retry-After")?;
    let date = value.ends_with(" GMT") && value.contains(':');
    if value.parse::<u64>().is_ok() || date {
        return Ok(());
    }
    fail("Retry-After: seconds or a date", format!("Retry-After: {value}"), limited.exchange())
}

/// Some ordinary answers.
async fn answers(cx: &Context) -> Verdict<Vec<Response>> {
    let mut all = refusals(cx).await?;
    all.push(cx.http().get("/v2/").send().await?);
    Ok(all)
}

async fn warning_form(cx: &Context) -> Verdict {
    for response in answers(cx).await? {
        for warning in response.header_values("Warning") {
            // 299 - "text", and nothing behind the text.
            let text = warning.strip_prefix("299 - \"").and_then(|rest| rest.strip_suffix('"'));
            if text.is_none() {
                return fail("Warning: 299 - \"…\"", format!("Warning: {warning}"), response.exchange());
            }
        }
    }
    Ok(())
}

async fn warning_size(cx: &Context) -> Verdict {
    for response in answers(cx).await? {
        let size: usize = response.header_values("Warning").iter().map(|value| value.len()).sum();
        if size > 4096 {
            return fail("at most 4096 bytes of warnings", format!("{size} bytes"), response.exchange());
        }
    }
    Ok(())
}
