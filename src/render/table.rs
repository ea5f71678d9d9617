//! Plain tables: columns under a header, no frames, so that they can be cut and searched.

use comfy_table::{ContentArrangement, Table, presets};
use edactl_core::humanize::count;
use indicatif::HumanBytes;

/// No table is made narrower.
pub const NARROWEST: u16 = 20;

/// A table with this header.
#[must_use]
pub fn with_header(header: &[&str]) -> Table {
    let mut table = Table::new();
    table
        .load_style(presets::NOTHING)
        .set_content_arrangement(ContentArrangement::Disabled);
    table.set_header(header.iter().map(|name| name.to_uppercase()));
    table
}

/// The table as text: two spaces between columns, nothing at the ends of lines.
#[must_use]
pub fn render(table: &mut Table) -> String {
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
    }
    let mut text = String::new();
    for line in table.lines() {
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

/// The same on a terminal of this width: no line is wider, cells are cut with `…` instead.
#[must_use]
pub fn render_within(table: &mut Table, width: u16) -> String {
    table
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(width);
    for row in table.row_iter_mut() {
        row.max_height(1);
    }
    render(table)
}

/// The width of the terminal that stdout is; `None`: it is none.
#[must_use]
pub fn terminal_width() -> Option<u16> {
    // One that tells no width, or none that a table fits in, is as if there were none.
    Table::new().width().filter(|width| *width >= NARROWEST)
}

/// A line cut to this many columns, with `…` where it was longer.
#[must_use]
pub fn cut(line: &str, width: usize) -> String {
    console::truncate_str(line, width, "…").into_owned()
}

/// Text broken at blanks into lines of at most this many columns; further lines begin with `indent`.
/// A word that is longer keeps its line to itself. A command in it (`edactl …` or `aws …`, up to a
/// semicolon) is broken as a shell takes it: pasted as it stands, it works.
#[must_use]
pub fn wrap(text: &str, width: usize, indent: &str) -> String {
    /// What a shell wants at the end of a line that goes on.
    const GOES_ON: &str = " \\";
    let width_of = console::measure_text_width;
    let mut lines = String::new();
    let mut used = 0;
    // Whether the line holds a word: blanks at its begin are no place to break it.
    let mut has_word = false;
    let mut in_command = false;
    for (nth, word) in text.split(' ').enumerate() {
        let end = if in_command { GOES_ON } else { "" };
        let room = width.saturating_sub(width_of(end));
        if has_word && used + 1 + width_of(word) > room {
            lines.push_str(end);
            lines.push('\n');
            lines.push_str(indent);
            used = width_of(indent);
        } else if nth > 0 {
            lines.push(' ');
            used += 1;
        }
        lines.push_str(word);
        used += width_of(word);
        has_word |= !word.is_empty();
        in_command = (in_command || ["edactl", "aws"].contains(&word)) && !word.ends_with(';');
    }
    lines
}

/// A number of bytes as people say it, in binary units.
#[must_use]
pub fn size(bytes: u64) -> String {
    HumanBytes(bytes).to_string()
}

/// `1 message`, `1,200 messages`.
#[must_use]
pub fn counted(number: u64, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", count(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_readable() {
        for (number, text) in [
            (0, "0"),
            (999, "999"),
            (1_000, "1,000"),
            (1_234_567, "1,234,567"),
        ] {
            assert_eq!(count(number), text);
        }
        for (bytes, text) in [
            (1_023, "1023 B"),
            (1_536, "1.50 KiB"),
            (1_048_576, "1.00 MiB"),
            (1 << 52, "4.00 PiB"),
        ] {
            assert_eq!(size(bytes), text);
        }
        assert_eq!(counted(1, "message"), "1 message");
        assert_eq!(counted(0, "message"), "0 messages");
    }

    #[test]
    fn lines_are_broken_at_blanks_and_commands_as_a_shell_takes_them() {
        assert_eq!(
            wrap("one two three four", 9, "  "),
            "one two\n  three\n  four"
        );
        assert_eq!(wrap("a-very-long-word b", 5, " "), "a-very-long-word\n b");
        assert_eq!(wrap("     log  a b", 11, "  "), "     log  a\n  b");
        assert_eq!(
            wrap("look: edactl logs --from consumer; then on", 16, "  "),
            "look: edactl \\\n  logs --from \\\n  consumer; then\n  on"
        );
        assert_eq!(
            wrap("\u{1b}[31mred\u{1b}[0m two", 7, ""),
            "\u{1b}[31mred\u{1b}[0m two"
        );
    }

    #[test]
    fn no_line_is_wider_than_the_terminal_and_no_cell_wraps() {
        let id = "169f3f51-0320-4f83-9099-ac1a414e52d0";
        let mut table = with_header(&["entry", "error"]);
        table
            .add_row(["a", &format!("{id} {id} {id}")])
            .add_row([id, "short"]);
        let text = render_within(&mut table, 60);
        assert_eq!(text.lines().count(), 3, "{text}");
        for line in text.lines() {
            assert!(console::measure_text_width(line) <= 60, "{text}");
        }
        assert!(text.contains('…'), "{text}");
        assert_eq!(cut("abcdef", 4), "abc…");
    }

    #[test]
    fn a_table_has_no_frame_and_no_trailing_space() {
        let mut table = with_header(&["entry", "state"]);
        table
            .add_row(["first", "done"])
            .add_row(["a-longer-one", "lost"]);
        assert_eq!(
            render(&mut table),
            "ENTRY         STATE\nfirst         done\na-longer-one  lost\n"
        );
    }
}
