//! Where commands print.

use std::io::{IsTerminal as _, Write as _};

use anstream::{AutoStream, ColorChoice};
use clap::ValueEnum;

/// When to use colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Color {
    /// On a terminal, unless `NO_COLOR` is set
    #[default]
    Auto,
    /// Even into files and pipes
    Always,
    /// Never
    Never,
}

/// Standard output and standard error, with or without colours.
#[derive(Debug, Clone, Copy)]
pub struct Console {
    color: Color,
}

impl Console {
    /// A console that uses colours as told.
    pub const fn new(color: Color) -> Self {
        Self { color }
    }

    fn choice(self) -> ColorChoice {
        match self.color {
            Color::Auto => ColorChoice::Auto,
            Color::Always => ColorChoice::Always,
            Color::Never => ColorChoice::Never,
        }
    }

    /// Prints on standard output. Nobody listening any more (`| head`) is no error.
    pub fn print(self, text: &str) {
        let mut out = AutoStream::new(std::io::stdout().lock(), self.choice());
        let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    }

    /// Prints on standard error.
    pub fn note(self, text: &str) {
        let mut out = AutoStream::new(std::io::stderr().lock(), self.choice());
        let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    }

    /// Whether standard output is a terminal.
    pub fn is_terminal(self) -> bool {
        std::io::stdout().is_terminal()
    }

    /// Whether standard error is a terminal, where progress can be shown.
    pub fn shows_progress(self) -> bool {
        std::io::stderr().is_terminal()
    }

    /// How wide text may be: the terminal's width within reason, or 100 columns.
    pub fn width(self) -> usize {
        if !self.is_terminal() {
            return 100;
        }
        terminal_size::terminal_size().map_or(100, |(width, _)| usize::from(width.0).clamp(60, 120))
    }
}
