//! The HTML report in a real browser.
//!
//! A local server hands out the report inside a frame as wide as a phone, with a script beside it that uses the page
//! as a reader would and writes down what it saw; the browser then prints the document.

#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test ends where something is not as it should be")]

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};

use conformance::report::{self, Exchanges};
use serde_json::Value;

mod support;

const BROWSERS: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "chrome"];

/// Uses the page in the frame and leaves what it found in the attribute `data-found` of the root element.
const READER: &str = r##"
const found = {};
const frame = document.getElementById("report");
const page = frame.contentDocument, view = frame.contentWindow;
const items = () => [...page.querySelectorAll("details.item")].filter((item) => !item.hidden).map((item) => item.id);
const chip = (outcome) => page.querySelector(`button[data-outcome="${outcome}"]`).click();
const type = (text) => {
  const input = page.getElementById("text");
  input.value = text;
  input.dispatchEvent(new view.Event("input"));
};
found.title = page.title;
found.width = page.documentElement.scrollWidth;
found.formShown = !page.getElementById("filter").hidden;
found.all = items().length;
chip("fail");
found.failed = items();
type("hostile");
found.failedAndHostile = items();
chip("fail");
type("");
const group = page.getElementById("group");
group.value = "discovery";
group.dispatchEvent(new view.Event("change"));
found.discovery = items();
found.shown = page.getElementById("shown").textContent;
group.value = "";
group.dispatchEvent(new view.Event("change"));
view.location.hash = "#push.chunked.final";
for (const fold of page.querySelectorAll("details")) fold.open = true;
found.widthUnfolded = page.documentElement.scrollWidth;
found.resources = view.performance.getEntriesByType("resource").map((entry) => entry.name);
document.documentElement.dataset.found = JSON.stringify(found);
"##;

fn browser() -> Option<&'static str> {
    let there = |name: &&&str| {
        let version = Command::new(name).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
        version.is_ok_and(|status| status.success())
    };
    BROWSERS.iter().find(there).copied()
}

/// Answers every request with what `pages` has for its path, and notes the path.
fn serve(listener: &TcpListener, pages: &[(&str, String)], asked: &Mutex<Vec<String>>) {
    for stream in listener.incoming().flatten() {
        let _ = answer(stream, pages, asked);
    }
}

fn answer(mut stream: TcpStream, pages: &[(&str, String)], asked: &Mutex<Vec<String>>) -> std::io::Result<()> {
    let mut lines = BufReader::new(stream.try_clone()?).lines();
    let Some(first) = lines.next().transpose()? else { return Ok(()) };
    while lines.next().transpose()?.is_some_and(|line| !line.is_empty()) {}
    let path = first.split(' ').nth(1).unwrap_or_default().to_owned();
    let page = pages.iter().find(|(known, _)| *known == path).map(|(_, page)| page.as_str());
    asked.lock().unwrap().push(path);
    let (status, body) = page.map_or(("404 Not Found", ""), |page| ("200 OK", page));
    write!(
        stream,
        "HTTP/1.1 {status}\r\ncontent-type: text/html; charset=utf-8\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    )
}

/// The document that the browser prints after the reader is done, and what it wrote to its console.
fn read(browser: &str, port: u16) -> (String, String) {
    let profile = tempfile::tempdir().expect("a directory for the browser");
    let output = Command::new(browser)
        .args(["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"])
        .args(["--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-proxy-server"])
        .args(["--enable-logging=stderr", "--virtual-time-budget=10000", "--timeout=60000", "--dump-dom"])
        .arg(format!("--user-data-dir={}", profile.path().display()))
        .arg(format!("http://127.0.0.1:{port}/"))
        .output()
        .expect("the browser runs");
    (String::from_utf8_lossy(&output.stdout).into_owned(), String::from_utf8_lossy(&output.stderr).into_owned())
}

#[test]
fn the_report_works_in_a_browser_on_a_phone() {
    let Some(browser) = browser() else {
        assert!(std::env::var_os("PLIMSOLL_CI").is_none(), "no browser: install one of {}", BROWSERS.join(", "));
        eprintln!("SKIPPED: no browser to look at the HTML report with: install one of {}", BROWSERS.join(", "));
        return;
    };
    let report = report::html(&support::sample(), Exchanges::All).unwrap();
    let frame = "<!doctype html><link rel=icon href=data:,><iframe id=report src=/report style=\"width:360px;height:800px;border:0\"></iframe>";
    let reader = format!("{frame}<script>addEventListener('load', () => {{ {READER} }})</script>");
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let asked = Arc::new(Mutex::new(Vec::new()));
    let noted = Arc::clone(&asked);
    std::thread::spawn(move || serve(&listener, &[("/", reader), ("/report", report)], &noted));

    let (document, console) = read(browser, port);
    let found = document.split_once("data-found=\"").and_then(|(_, rest)| rest.split_once('"'));
    let found = found.unwrap_or_else(|| panic!("the reader did not come to its end:\n{console}\n{document}")).0;
    let found: Value = serde_json::from_str(&found.replace("&quot;", "\"").replace("&amp;", "&")).unwrap();

    let messages: Vec<&str> = console.lines().filter(|line| line.contains("CONSOLE")).collect();
    assert!(messages.is_empty(), "the console is silent: {messages:#?}");
    assert_eq!(found["title"], "Plimsoll: 4 checks failed", "no script of the registry ran");
    assert_eq!(found["resources"], serde_json::json!([]), "nothing is loaded");
    assert_eq!(*asked.lock().unwrap(), ["/", "/report"], "nothing else is asked for");
    for width in ["width", "widthUnfolded"] {
        assert!(found[width].as_u64().unwrap() <= 360, "{width}: {} px on a phone of 360", found[width]);
    }
    assert_eq!(found["formShown"], true);
    assert_eq!(found["all"], 12);
    let failed = ["discovery.tags.known", "push.chunked.final", "push.chunked.overlap", "push.hostile.answer"];
    assert_eq!(found["failed"], serde_json::json!(failed));
    assert_eq!(found["failedAndHostile"], serde_json::json!(["push.hostile.answer"]));
    assert_eq!(found["discovery"].as_array().unwrap().len(), 5);
    assert_eq!(found["shown"], "5 of 12 checks");
}
