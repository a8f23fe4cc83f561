//! The page as a whole.

use askama::Template;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use scenarios::outcome::Outcome;

use super::view::{self, CauseView, GroupView};
use crate::exit;
use crate::report::text::{count, seconds};
use crate::report::{Exchanges, Report, Standing};

const STYLE: &str = include_str!("report.css");
const SCRIPT: &str = include_str!("report.js");

#[derive(Template)]
#[template(path = "report.html")]
struct Page {
    policy: String,
    style: &'static str,
    script: &'static str,
    verdict: Verdict,
    facts: Vec<(&'static str, String)>,
    tallies: Vec<Tally>,
    causes: Vec<CauseView>,
    groups: Vec<GroupView>,
    absent: Vec<(String, String)>,
}

struct Verdict {
    class: &'static str,
    text: String,
}

struct Tally {
    outcome: &'static str,
    word: &'static str,
    number: usize,
}

/// The report as one HTML file.
pub fn html(report: &Report, keep: Exchanges) -> Result<String, askama::Error> {
    let page = Page {
        policy: policy(),
        style: STYLE,
        script: SCRIPT,
        verdict: verdict(report),
        facts: facts(report),
        tallies: tallies(report),
        causes: view::causes_of(report),
        groups: view::groups_of(report, keep),
        absent: report
            .info
            .capabilities
            .iter()
            .filter(|(_, support)| !support.offered)
            .map(|(capability, support)| (capability.as_str().to_owned(), support.because.clone()))
            .collect(),
    };
    page.render()
}

/// The policy that allows this page's own script and style, and nothing from anywhere.
fn policy() -> String {
    let allowed = |text: &str| {
        let digest = fixtures::Digest::sha256(text.as_bytes()).to_string();
        let bytes: Vec<u8> = digest
            .trim_start_matches("sha256:")
            .as_bytes()
            .chunks(2)
            .filter_map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
            .collect();
        format!("'sha256-{}'", STANDARD.encode(bytes))
    };
    format!(
        "default-src 'none'; style-src {}; script-src {}; img-src data:; base-uri 'none'; form-action 'none'",
        allowed(STYLE),
        allowed(SCRIPT)
    )
}

fn verdict(report: &Report) -> Verdict {
    let broken = report.results.iter().filter(|result| report.standing(result).fails()).count();
    match report.exit_code() {
        exit::FAILED => Verdict { class: "fail", text: format!("{} failed", count(broken, "check")) },
        exit::HELD => {
            let known = report.results.iter().any(|result| matches!(report.standing(result), Standing::Known(_)));
            let text = if known { "Held, known failures aside" } else { "Everything held" };
            Verdict { class: "pass", text: text.to_owned() }
        }
        _ => Verdict { class: "error", text: "Undecided".to_owned() },
    }
}

fn facts(report: &Report) -> Vec<(&'static str, String)> {
    let info = &report.info;
    let facts = [
        ("target", info.target.clone()),
        ("product", info.product.clone()),
        ("profile", info.profile.clone()),
        ("finished", report.finished.strftime("%Y-%m-%d %H:%M:%S UTC").to_string()),
        ("took", seconds(report.summary.seconds)),
        ("by", info.tool.clone()),
    ];
    facts.into_iter().filter(|(_, value)| !value.is_empty()).collect()
}

fn tallies(report: &Report) -> Vec<Tally> {
    let s = &report.summary;
    let all = [
        (Outcome::Fail, "failed", s.fail),
        (Outcome::Warn, if s.warn == 1 { "warning" } else { "warnings" }, s.warn),
        (Outcome::Error, "undecided", s.error),
        (Outcome::Pass, "passed", s.pass),
        (Outcome::Skip, "skipped", s.skip),
        (Outcome::Disabled, "disabled", s.disabled),
    ];
    let there = all.into_iter().filter(|(_, _, number)| *number > 0);
    there.map(|(outcome, word, number)| Tally { outcome: outcome.as_str(), word, number }).collect()
}
