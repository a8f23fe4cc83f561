//! What is shown while a run goes on.

use std::collections::BTreeSet;
use std::io::Write;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use scenarios::event::{Event, Reporter};
use scenarios::outcome::Outcome;

/// A bar on standard error, for a terminal. It vanishes at the end.
#[derive(Debug)]
pub struct Live {
    bar: ProgressBar,
    running: BTreeSet<String>,
    wrong: usize,
}

impl Default for Live {
    fn default() -> Self {
        Self { bar: ProgressBar::hidden(), running: BTreeSet::new(), wrong: 0 }
    }
}

impl Reporter for Live {
    fn event(&mut self, event: &Event) {
        match event {
            Event::RunStarted(info) => {
                self.bar = ProgressBar::new(info.selected as u64);
                if let Ok(style) = ProgressStyle::with_template("  {bar:30} {pos}/{len}   {wide_msg}") {
                    self.bar.set_style(style);
                }
            }
            Event::CaseStarted { id } => {
                self.running.insert(id.clone());
            }
            Event::CaseFinished(result) => {
                self.running.remove(&result.id);
                self.wrong += usize::from(matches!(result.outcome, Outcome::Fail | Outcome::Error));
                let wrong = if self.wrong > 0 { format!("{} failed   ", self.wrong) } else { String::new() };
                let waiting = self.running.first().map(String::as_str).unwrap_or_default();
                self.bar.set_message(format!("{wrong}{waiting}"));
                self.bar.inc(1);
            }
            Event::RunFinished(_) => self.bar.finish_and_clear(),
        }
    }
}

/// Plain lines, for logs: nothing in a short run, now and then a count in a long one.
#[derive(Debug)]
pub struct Lines<W> {
    out: W,
    every: Duration,
    last: Instant,
    total: usize,
    done: usize,
}

impl<W: Write> Lines<W> {
    /// Writes to `out` at most once in ten seconds.
    pub fn new(out: W) -> Self {
        Self::every(out, Duration::from_secs(10))
    }

    /// Writes to `out` at most once in `every`.
    pub fn every(out: W, every: Duration) -> Self {
        Self { out, every, last: Instant::now(), total: 0, done: 0 }
    }
}

impl<W: Write + Send> Reporter for Lines<W> {
    fn event(&mut self, event: &Event) {
        match event {
            Event::RunStarted(info) => {
                self.total = info.selected;
                self.last = Instant::now();
            }
            Event::CaseFinished(_) => {
                self.done += 1;
                if self.last.elapsed() >= self.every {
                    self.last = Instant::now();
                    // A log that cannot be written to is no reason to stop.
                    let _ = writeln!(self.out, "{} of {} checks done", self.done, self.total);
                }
            }
            Event::CaseStarted { .. } | Event::RunFinished(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::report::tree::tests::{report, result};

    #[test]
    fn a_log_gets_a_line_now_and_then() {
        let tell = |every: Duration| {
            let mut out = Vec::new();
            let mut lines = Lines::every(&mut out, every);
            let report = report(vec![result("a", Outcome::Pass), result("b", Outcome::Pass)]);
            lines.event(&Event::RunStarted(Arc::new(report.info)));
            for result in report.results {
                lines.event(&Event::CaseFinished(result));
            }
            String::from_utf8(out).unwrap()
        };
        assert_eq!(tell(Duration::ZERO), "1 of 2 checks done\n2 of 2 checks done\n");
        assert_eq!(tell(Duration::from_mins(1)), "");
    }
}
