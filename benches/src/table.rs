//! The result as Markdown.

use std::fmt::Write as _;

use crate::run::{Cell, Outcome, SIZES};

/// The tables of a run. The first registry is compared with the best of the others.
pub fn markdown(outcome: &Outcome) -> String {
    let registries: Vec<&str> = outcome.memory.iter().map(|memory| memory.registry.as_str()).collect();
    let mut text = String::new();
    section(&mut text, "CPU time of the server", &registries, outcome, |cell| cell.cpu);
    section(&mut text, "Wall time", &registries, outcome, |cell| Some(cell.wall));
    memory(&mut text, &registries, outcome);
    text
}

fn section(
    text: &mut String,
    title: &str,
    registries: &[&str],
    outcome: &Outcome,
    value: impl Fn(&Cell) -> Option<f64>,
) {
    head(text, &format!("{title}, {} rounds, large = {} MiB", outcome.rounds, outcome.large), registries);
    for row in outcome.cells.chunks(registries.len().max(1)) {
        let values: Vec<Option<f64>> = row.iter().map(&value).collect();
        let (name, by_bytes) = row.first().map_or(("", false), |cell| (cell.figure.as_str(), cell.by_bytes));
        let shown = |value: f64| if by_bytes { format!("{value:.2} s/GB") } else { format!("{:.0} µs", value * 1e6) };
        line(text, name, &values, shown);
    }
}

#[expect(clippy::cast_precision_loss, reason = "memory is far below 2^52 bytes")]
fn memory(text: &mut String, registries: &[&str], outcome: &Outcome) {
    let shown = |bytes: f64| format!("{:.1} MiB", bytes / 1024.0 / 1024.0);
    head(text, "Peak memory", registries);
    let run: Vec<_> = outcome.memory.iter().map(|memory| memory.run.map(|bytes| bytes as f64)).collect();
    line(text, "whole run", &run, shown);
    for (index, mib) in SIZES.into_iter().enumerate() {
        let values: Vec<_> =
            outcome.memory.iter().map(|memory| memory.by_size.map(|sizes| sizes[index] as f64)).collect();
        line(text, &format!("one blob of {mib} MiB in and out"), &values, shown);
    }
}

fn head(text: &mut String, title: &str, registries: &[&str]) {
    let _ = writeln!(text, "\n| {title} | {} | first ÷ best other |", registries.join(" | "));
    let _ = writeln!(text, "|---|{}---|", "---|".repeat(registries.len()));
}

fn line(text: &mut String, name: &str, values: &[Option<f64>], shown: impl Fn(f64) -> String) {
    let cells: Vec<String> = values.iter().map(|value| value.map_or("–".to_owned(), &shown)).collect();
    let best = values.iter().skip(1).flatten().copied().reduce(f64::min);
    let ratio = match (values.first().copied().flatten(), best) {
        (Some(first), Some(best)) if best > 0.0 => format!("{:.2}", first / best),
        _ => "–".to_owned(),
    };
    let _ = writeln!(text, "| {name} | {} | {ratio} |", cells.join(" | "));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::Memory;

    #[test]
    fn shows_units_and_the_ratio_to_the_best_other() {
        let cell = |registry: &str, cpu: Option<f64>, wall| Cell {
            registry: registry.to_owned(),
            figure: "manifest GET".to_owned(),
            by_bytes: false,
            wall,
            cpu,
        };
        let memory = |registry: &str, run| Memory { registry: registry.to_owned(), run, by_size: None };
        let outcome = Outcome {
            rounds: 5,
            large: 256,
            cells: vec![cell("a", Some(2e-5), 1e-4), cell("b", Some(4e-5), 3e-4), cell("c", None, 2e-4)],
            memory: vec![memory("a", Some(1 << 20)), memory("b", None), memory("c", Some(2 << 20))],
        };
        let text = markdown(&outcome);
        assert!(text.contains("| manifest GET | 20 µs | 40 µs | – | 0.50 |"), "{text}");
        assert!(text.contains("| manifest GET | 100 µs | 300 µs | 200 µs | 0.50 |"), "{text}");
        assert!(text.contains("| whole run | 1.0 MiB | – | 2.0 MiB | 0.50 |"), "{text}");
    }
}
