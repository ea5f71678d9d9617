//! The colours. `anstream` drops them where the stream, `NO_COLOR` or `--color` says so.

use anstyle::{AnsiColor, Style};

/// What is good.
pub const GOOD: Style = AnsiColor::Green.on_default();
/// What is bad.
pub const BAD: Style = AnsiColor::Red.on_default();
/// What deserves a look.
pub const WARN: Style = AnsiColor::Yellow.on_default();
/// What is there for completeness.
pub const DIM: Style = Style::new().dimmed();
/// What stands out.
pub const BOLD: Style = Style::new().bold();
/// What was looked for.
pub const MATCH: Style = Style::new().bold().underline();

/// The text in a style.
#[must_use]
pub fn paint(style: Style, text: &str) -> String {
    format!("{style}{text}{style:#}")
}
