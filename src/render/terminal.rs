//! stdout and stderr: the only place that names them. Everything that edactl writes passes the
//! escaping here, but for the bytes that a program reads (`-o raw` into a pipe).

#![allow(clippy::disallowed_methods)]

use std::{
    borrow::Cow,
    io::{self, BufWriter, IsTerminal, Write},
    sync::LazyLock,
};

use anstream::{AutoStream, ColorChoice};
use serde::Serialize;
use serde_json::ser::{Formatter, PrettyFormatter};

use crate::render::{
    escape,
    table::{self, NARROWEST},
};

/// Whether GitHub's runner reads what is written, and takes some lines for commands.
static GITHUB: LazyLock<bool> =
    LazyLock::new(|| std::env::var_os("GITHUB_ACTIONS").is_some_and(|value| value == "true"));

/// Says a line on stderr, as `eprintln!` would.
#[macro_export]
macro_rules! say {
    ($($part:tt)*) => { $crate::render::terminal::say(&format!($($part)*)) };
}

/// A text as one of the two streams may hold it.
fn safe(text: &str, colors: bool) -> Cow<'_, str> {
    let clean = escape::stream(text, colors);
    if !*GITHUB {
        return clean;
    }
    match clean {
        Cow::Borrowed(text) => escape::no_commands(text),
        Cow::Owned(text) => Cow::Owned(escape::no_commands(&text).into_owned()),
    }
}

/// Writes text to a stream, escaped; whole lines, or at least whole characters, at a time.
#[derive(Debug)]
pub struct Escaping<W> {
    to: W,
    colors: bool,
}

impl<W: Write> Write for Escaping<W> {
    fn write(&mut self, text: &[u8]) -> io::Result<usize> {
        let text_read = String::from_utf8_lossy(text);
        self.to
            .write_all(safe(&text_read, self.colors).as_bytes())?;
        Ok(text.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}

/// Whether stdout shows colours.
#[must_use]
pub fn has_colors() -> bool {
    AutoStream::choice(&io::stdout()) != ColorChoice::Never
}

/// Whether stdout is a terminal.
#[must_use]
pub fn is_terminal() -> bool {
    io::stdout().is_terminal()
}

/// Stdout for text from outside.
#[must_use]
pub fn stdout() -> Escaping<impl Write + Send + 'static> {
    escaping(io::stdout())
}

/// Another way to a terminal, such as a pager's standard input.
#[must_use]
pub fn escaping<W: Write>(to: W) -> Escaping<W> {
    Escaping {
        to,
        colors: has_colors(),
    }
}

/// Stdout for a program: byte for byte.
#[must_use]
pub fn raw_stdout() -> impl Write + Send + 'static {
    io::stdout()
}

/// Writes a result to stdout. A reader that closed the pipe has seen enough: that is no error.
///
/// # Errors
/// When stdout cannot be written for another reason.
pub fn print(text: &str) -> io::Result<()> {
    print_bytes(safe(text, has_colors()).as_bytes())
}

/// Writes to stdout what edactl itself made for a program: a script, a man page.
///
/// # Errors
/// As [`print`].
pub fn print_bytes(bytes: &[u8]) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    quietly(stdout.write_all(bytes).and_then(|()| stdout.flush()))
}

/// Writes a result to stdout as one JSON document, piece by piece: it may be large.
///
/// # Errors
/// As [`print`].
pub fn print_json(document: &impl Serialize) -> io::Result<()> {
    let mut stdout = BufWriter::new(io::stdout().lock());
    let form = JsonForm(PrettyFormatter::new());
    let written = document
        .serialize(&mut serde_json::Serializer::with_formatter(
            &mut stdout,
            form,
        ))
        .map_err(io::Error::from)
        .and_then(|()| stdout.write_all(b"\n"))
        .and_then(|()| stdout.flush());
    if written.is_err() {
        // What is still in the buffer has no reader either.
        let _ = stdout.into_parts();
    }
    quietly(written)
}

fn quietly(written: io::Result<()>) -> io::Result<()> {
    match written {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}

/// Says a line on stderr. What cannot be said there cannot be said anywhere.
pub fn say(text: &str) {
    ask(&format!("{text}\n"));
}

/// Says something on stderr without ending the line.
pub fn ask(text: &str) {
    let stderr = io::stderr();
    let colors = AutoStream::choice(&stderr) != ColorChoice::Never;
    let _ = stderr.lock().write_all(safe(text, colors).as_bytes());
}

/// Gives GitHub's runner commands that are meant, in one piece. It reads them from stderr as well
/// as from stdout, which is the result's.
pub fn command_github(commands: &str) {
    let _ = io::stderr().write_all(commands.as_bytes());
}

/// Whether stderr is a terminal.
#[must_use]
pub fn stderr_is_terminal() -> bool {
    io::stderr().is_terminal()
}

/// The width of the terminal that stderr is; `None`: it is none, or tells no width.
#[must_use]
pub fn stderr_width() -> Option<u16> {
    let (_, columns) = console::Term::stderr().size_checked()?;
    Some(columns).filter(|columns| *columns >= NARROWEST)
}

/// A text for stderr, broken at blanks where that is a terminal.
#[must_use]
pub fn folded(text: &str, indent: &str) -> String {
    match stderr_width() {
        Some(width) => table::wrap(text, usize::from(width), indent),
        None => text.to_owned(),
    }
}

/// A text of several lines for stderr, each broken at blanks where that is a terminal. What is set
/// in, such as a table or an excerpt with a caret below it, stays as it is.
#[must_use]
pub fn folded_block(text: &str, indent: &str) -> String {
    let lines = text.lines().map(|line| {
        if line.starts_with(' ') {
            line.to_owned()
        } else {
            folded(line, indent)
        }
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Appends one JSON document in one line.
pub fn write_json_line(document: &impl Serialize, out: &mut Vec<u8>) {
    let form = JsonForm(serde_json::ser::CompactFormatter);
    // Texts and numbers always have a JSON form, and a Vec takes everything.
    let _ = document.serialize(&mut serde_json::Serializer::with_formatter(&mut *out, form));
    out.push(b'\n');
}

/// JSON in which hostile characters are escaped as JSON escapes them: any program reads the same
/// text, and a terminal or GitHub's runner sees no more than letters.
struct JsonForm<F>(F);

fn write_escaped<W: ?Sized + Write>(to: &mut W, fragment: &str) -> io::Result<()> {
    let is_command = *GITHUB && fragment.contains("##[");
    if !is_command && fragment.bytes().all(|byte| byte.is_ascii() && byte != 0x7f) {
        return to.write_all(fragment.as_bytes());
    }
    let mut units = [0; 2];
    for c in fragment.chars() {
        if escape::is_hostile(c) || is_command && c == '#' {
            for unit in c.encode_utf16(&mut units) {
                write!(to, "\\u{unit:04x}")?;
            }
        } else {
            to.write_all(c.encode_utf8(&mut [0; 4]).as_bytes())?;
        }
    }
    Ok(())
}

impl<F: Formatter> Formatter for JsonForm<F> {
    fn write_string_fragment<W: ?Sized + Write>(
        &mut self,
        to: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        write_escaped(to, fragment)
    }

    fn write_raw_fragment<W: ?Sized + Write>(
        &mut self,
        to: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        // Outside of strings, where nothing can be escaped, JSON has no other control character.
        write_escaped(to, &fragment.replace('\r', " "))
    }

    fn begin_array<W: ?Sized + Write>(&mut self, to: &mut W) -> io::Result<()> {
        self.0.begin_array(to)
    }

    fn end_array<W: ?Sized + Write>(&mut self, to: &mut W) -> io::Result<()> {
        self.0.end_array(to)
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, to: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_array_value(to, first)
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, to: &mut W) -> io::Result<()> {
        self.0.end_array_value(to)
    }

    fn begin_object<W: ?Sized + Write>(&mut self, to: &mut W) -> io::Result<()> {
        self.0.begin_object(to)
    }

    fn end_object<W: ?Sized + Write>(&mut self, to: &mut W) -> io::Result<()> {
        self.0.end_object(to)
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, to: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_object_key(to, first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, to: &mut W) -> io::Result<()> {
        self.0.begin_object_value(to)
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, to: &mut W) -> io::Result<()> {
        self.0.end_object_value(to)
    }
}
