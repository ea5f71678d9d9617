//! Text from outside (log lines, errors, answers, keys, file names) made harmless: what could move
//! a cursor, set a title, reach the clipboard, reverse the reading order or hide is shown as an
//! escape such as `\u{1b}`. One function for each place that such a text stands in; what is left
//! out here by mistake is still caught by [`terminal`](super::terminal), through which all goes.

use std::borrow::Cow;

/// The further lines of a text that has several.
const CONTINUED: &str = "    ";

/// A text in one line: a cell, a key, a name, a part of a sentence. Line ends and tabs are shown as
/// `\n` and `\t`, colour codes are left out.
#[must_use]
pub fn inline(text: &str) -> Cow<'_, str> {
    escape(text, |c| matches!(c, '\n' | '\t'), false)
}

/// A text of several lines, such as an error with its excerpt. Further lines are set in, so that
/// none passes for a line of edactl's own; colour codes are left out.
#[must_use]
pub fn block(text: &str) -> String {
    let text = escape(text, |_| false, false);
    let mut lines = text.trim_end().lines();
    let mut block = lines.next().unwrap_or_default().to_owned();
    for line in lines {
        block.push('\n');
        if !line.is_empty() && !line.starts_with("  ") {
            block.push_str(CONTINUED);
        }
        block.push_str(line);
    }
    block
}

/// A line of a log. Its colour codes are honoured with `colors`, and end with the line; else they
/// are left out.
#[must_use]
pub fn log(text: &str, colors: bool) -> Cow<'_, str> {
    let clean = escape(text, |_| false, colors);
    if colors && clean.contains('\u{1b}') {
        return Cow::Owned(clean.into_owned() + "\u{1b}[0m");
    }
    clean
}

/// What any text may hold on its way to a stream: line ends, tabs, and with `colors` colour codes.
#[must_use]
pub fn stream(text: &str, colors: bool) -> Cow<'_, str> {
    escape(text, |_| false, colors)
}

/// A text of which no line is a workflow command of GitHub's runner: one begins with `::`, blanks
/// before it or not, or holds `##[` anywhere.
#[must_use]
pub fn no_commands(text: &str) -> Cow<'_, str> {
    if !text.contains("::") && !text.contains("##[") {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len() + 16);
    for line in text.split_inclusive('\n') {
        let begin = line.len() - line.trim_start().len();
        let (blank, rest) = line.split_at(begin);
        safe.push_str(blank);
        match rest.strip_prefix("::") {
            Some(rest) => {
                safe.push_str("\\u{3a}:");
                safe.push_str(&rest.replace("##[", "#\\u{23}["));
            }
            None => safe.push_str(&rest.replace("##[", "#\\u{23}[")),
        }
    }
    Cow::Owned(safe)
}

/// Whether a character must not be seen as it is: it controls the terminal, changes the reading
/// order, or cannot be seen at all.
#[must_use]
pub fn is_hostile(c: char) -> bool {
    match c {
        '\n' | '\t' => false,
        c if c.is_control() => true,
        // Reading order.
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
        // Line ends of another kind.
        | '\u{2028}' | '\u{2029}'
        // Nothing to see: soft hyphen, fillers, zero width, annotations, tags.
        | '\u{ad}' | '\u{115f}' | '\u{1160}' | '\u{180e}' | '\u{200b}'..='\u{200d}'
        | '\u{2060}'..='\u{2065}' | '\u{206a}'..='\u{206f}' | '\u{3164}' | '\u{feff}'
        | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}' | '\u{fffe}' | '\u{ffff}'
        | '\u{e0000}'..='\u{e007f}' => true,
        _ => false,
    }
}

/// The one escaping. `also` names further characters to escape; colour codes stay with `colors`.
fn escape(text: &str, also: impl Fn(char) -> bool, colors: bool) -> Cow<'_, str> {
    let is_clean = |c: char| !is_hostile(c) && !also(c);
    let Some(begin) = text.find(|c| !is_clean(c)) else {
        return Cow::Borrowed(text);
    };
    let mut clean = String::with_capacity(text.len() + 16);
    clean.push_str(&text[..begin]);
    let mut rest = &text[begin..];
    while let Some(c) = rest.chars().next() {
        if let Some(code) = color_code(rest) {
            if colors {
                clean.push_str(code);
            }
            rest = &rest[code.len()..];
            continue;
        }
        let after = &rest[c.len_utf8()..];
        if c == '\r' && after.starts_with('\n') {
            // A line end, as some systems write it.
        } else if is_clean(c) || joins(c, &clean, after) {
            clean.push(c);
        } else {
            clean.extend(c.escape_default());
        }
        rest = after;
    }
    Cow::Owned(clean)
}

/// The colour code (SGR) that a text begins with: `ESC [`, numbers, `m`.
fn color_code(text: &str) -> Option<&str> {
    let numbers = text.strip_prefix("\u{1b}[")?;
    let end = numbers.find(|c: char| !c.is_ascii_digit() && c != ';' && c != ':')?;
    numbers[end..].starts_with('m').then(|| &text[..=end + 2])
}

/// Whether a joiner of width zero stands between two letters or pictures that it joins, as in
/// Persian words and in the emoji of a family; between others it only hides.
fn joins(c: char, before: &str, after: &str) -> bool {
    let is_joined = |c: Option<char>| c.is_some_and(|c| !c.is_ascii() && !is_hostile(c));
    matches!(c, '\u{200c}' | '\u{200d}')
        && is_joined(before.chars().next_back())
        && is_joined(after.chars().next())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_controls_a_terminal_is_shown() {
        for (text, shown) in [
            ("a\u{1b}[2Jb\u{7}", "a\\u{1b}[2Jb\\u{7}"),
            ("\u{1b}]0;title\u{7}", "\\u{1b}]0;title\\u{7}"),
            ("\u{9b}31m \0 \u{7f}", "\\u{9b}31m \\u{0} \\u{7f}"),
            ("10%\r90%", "10%\\r90%"),
            ("\u{202e}gnp.exe", "\\u{202e}gnp.exe"),
            ("zero\u{200b}width\u{feff}", "zero\\u{200b}width\\u{feff}"),
            ("pay\u{200d}pal", "pay\\u{200d}pal"),
            ("end \u{1b}[", "end \\u{1b}["),
            ("tab\tend\r\n", "tab\tend\n"),
        ] {
            assert_eq!(stream(text, true), shown, "{text:?}");
            assert_eq!(stream(text, false), shown, "{text:?}");
        }
    }

    #[test]
    fn what_people_write_stays() {
        for text in [
            "日本語 e\u{301} \u{1f9d1}\u{200d}\u{1f680}",
            "می\u{200c}خواهم",
            "a\u{a0}b ✅ 50% — “x”",
        ] {
            assert_eq!(stream(text, false), text);
        }
    }

    #[test]
    fn colours_are_honoured_or_left_out() {
        let text = "\u{1b}[1;31mred\u{1b}[K";
        assert_eq!(log(text, true), "\u{1b}[1;31mred\\u{1b}[K\u{1b}[0m");
        assert_eq!(log(text, false), "red\\u{1b}[K");
        assert_eq!(log("plain", true), "plain");
        assert_eq!(inline("\u{1b}[8mhidden\u{1b}[m"), "hidden");
    }

    #[test]
    fn one_line_stays_one_and_a_block_is_set_in() {
        assert_eq!(inline("a\nerror: b\tc\r"), "a\\nerror: b\\tc\\r");
        assert_eq!(
            block("first\nnext: evil\n  3 | x\n\u{1b}[2J"),
            "first\n    next: evil\n  3 | x\n    \\u{1b}[2J"
        );
    }

    #[test]
    fn no_line_is_a_workflow_command() {
        for (text, safe) in [
            ("::error::x\n", "\\u{3a}:error::x\n"),
            (
                "a::b\n \u{a0}::add-mask::x",
                "a::b\n \u{a0}\\u{3a}:add-mask::x",
            ),
            ("a ##[error]x ##[", "a #\\u{23}[error]x #\\u{23}["),
            ("::##[x]", "\\u{3a}:#\\u{23}[x]"),
        ] {
            assert_eq!(no_commands(text), safe, "{text:?}");
        }
    }
}
