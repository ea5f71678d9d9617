//! How a log line looks: as text for people, as JSON for programs, as it was written, or by a
//! template.

use std::io::Write;

use anstyle::{AnsiColor, Style};
use jiff::{Timestamp, tz::TimeZone};
use regex::Regex;
use schemars::JsonSchema;
use serde::Serialize;

use crate::render::{
    document_schema::DocumentSchema,
    escape,
    json_line::{self, JsonLine},
    report_line,
    template::Template,
    terminal, theme,
};
use edactl_aws::logs::EventRef;
use edactl_core::{
    humanize,
    line::{Kind, Level, Line},
    schema::UtcTime,
};

const SCHEMA: &str = "edactl.log/1";
/// How much of a request id tells invocations apart on a screen; `--request-id` takes it back.
const SHORT_ID: usize = 8;
/// The further lines of one event.
const CONTINUED: &str = "    ";

/// Where lines come from, in its colour.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Its name on the line.
    pub label: String,
    style: Style,
}

impl Source {
    /// Sources with these names, each in a colour of its own as long as there are enough.
    #[must_use]
    pub fn all(labels: impl IntoIterator<Item = String>) -> Vec<Self> {
        const COLORS: [AnsiColor; 5] = [
            AnsiColor::Cyan,
            AnsiColor::Magenta,
            AnsiColor::Green,
            AnsiColor::Blue,
            AnsiColor::Yellow,
        ];
        labels
            .into_iter()
            .zip(COLORS.into_iter().cycle())
            .map(|(label, color)| Self {
                label: escape::inline(&label).into_owned(),
                style: color.on_default(),
            })
            .collect()
    }
}

/// A line, read.
#[derive(Debug, Clone)]
pub struct LogLine<'a> {
    /// The event.
    pub event: EventRef<'a>,
    /// Where it comes from.
    pub source: &'a Source,
    /// What it says about itself.
    pub line: &'a Line<'a>,
    /// The invocation that it belongs to, where that is known.
    pub request_id: Option<&'a str>,
}

/// How the time of a line is shown.
#[derive(Debug, Clone)]
pub enum Clock {
    /// The time of day in this zone.
    At {
        /// The zone.
        zone: TimeZone,
        /// Lines from before this moment show their date, too.
        dated_before: Timestamp,
        /// Whether to show the offset, because the zone's clocks change in between.
        with_offset: bool,
    },
    /// How long before this moment.
    Before(Timestamp),
}

/// What becomes of the platform's own lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlatformLines {
    /// One summary line for each invocation.
    Folded,
    /// As they are.
    Shown,
    /// Left out.
    Hidden,
}

/// The form of a line.
#[derive(Debug, Clone)]
pub enum Form {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
    /// As it was written.
    Raw,
    /// By a template.
    Template(Template),
}

/// How lines look.
#[derive(Debug, Clone)]
pub struct LineFormat {
    /// The form.
    pub form: Form,
    /// Whether to use colour.
    pub colors: bool,
    /// The time.
    pub clock: Clock,
    /// The platform's lines.
    pub platform: PlatformLines,
    /// Made to stand out where they match.
    pub highlights: Vec<Regex>,
    /// The width of the longest source's name.
    pub source_width: usize,
}

#[derive(Serialize, JsonSchema)]
struct JsonEvent<'a> {
    /// The name and version of this document.
    schema: &'static str,
    /// When it was logged, to the millisecond.
    #[serde(serialize_with = "edactl_core::schema::in_millis")]
    #[schemars(with = "UtcTime")]
    timestamp: Timestamp,
    /// When CloudWatch took it in; null where that is not told.
    #[serde(serialize_with = "edactl_core::schema::in_millis_if_any")]
    #[schemars(with = "Option<UtcTime>")]
    ingested: Option<Timestamp>,
    /// Which function, or log group, it comes from, as on the screen.
    source: &'a str,
    /// The log group.
    group: &'a str,
    /// The log stream.
    stream: &'a str,
    /// The event's id in CloudWatch Logs; null where that is not told.
    id: Option<&'a str>,
    /// The invocation that it belongs to; null where that is not known.
    request_id: Option<&'a str>,
    /// What kind of line it is.
    kind: LineKind,
    /// Its level; null where it tells none.
    #[schemars(extend("enum" = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", null]))]
    level: Option<&'static str>,
    /// The line as it was written, without its line end.
    message: &'a str,
}

/// What kind of line it is.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum LineKind {
    /// An invocation begins.
    Start,
    /// The function's code is done.
    End,
    /// The invocation is over.
    Report,
    /// Other words of the platform.
    Platform,
    /// The whole invocation failed, says the runtime or the platform.
    Failure,
    /// The application's own line.
    Application,
}

impl LineFormat {
    /// Whether every event's text is all that is shown of it, so that nothing has to be read out
    /// of it.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        matches!(self.form, Form::Raw) && self.platform == PlatformLines::Shown
    }

    /// Appends an event as it was written.
    pub fn write_plain(message: &str, out: &mut Vec<u8>) {
        out.extend_from_slice(message.trim_end_matches(['\n', '\r']).as_bytes());
        out.push(b'\n');
    }

    /// Appends a line. Returns whether there was anything to show of it.
    pub fn write(&self, line: &LogLine<'_>, out: &mut Vec<u8>) -> bool {
        if self.platform == PlatformLines::Hidden && is_platform(&line.line.kind) {
            return false;
        }
        match &self.form {
            Form::Raw => Self::write_plain(line.event.message, out),
            Form::Json => write_json(line, out),
            Form::Template(template) => {
                let id = line.request_id.unwrap_or_default();
                template.write(out, |name| match name {
                    "time" => self.time(line.event.timestamp),
                    "timestamp" => format!("{:.3}", line.event.timestamp),
                    "source" => line.source.label.clone(),
                    "group" => escape::inline(line.event.group).into_owned(),
                    "stream" => escape::inline(line.event.stream).into_owned(),
                    "id" => escape::inline(line.event.id.unwrap_or_default()).into_owned(),
                    "request_id" => escape::inline(id).into_owned(),
                    "short_id" => escape::inline(short_id(id)).into_owned(),
                    "level" => line
                        .line
                        .level
                        .map(level_name)
                        .unwrap_or_default()
                        .to_owned(),
                    _ => escape::log(line.line.message.trim_end(), self.colors).into_owned(),
                });
            }
            Form::Text => return self.write_text(line, out),
        }
        true
    }

    fn write_text(&self, line: &LogLine<'_>, out: &mut Vec<u8>) -> bool {
        let text = line.event.message.trim_end();
        let folds = self.platform == PlatformLines::Folded;
        let is_json = text.starts_with('{');
        match &line.line.kind {
            Kind::Report(failure) if folds => {
                let failure = failure.as_deref();
                let folded = report_line::fold(text, failure);
                let style = failure.map_or(theme::DIM, |_| theme::BAD);
                self.write_head(line, failure.map(|_| Level::Error), out);
                self.write_body(folded.as_deref().unwrap_or(text), style, out);
            }
            Kind::Start | Kind::End if folds => return false,
            Kind::Platform if folds && !tells_trouble(text) => return false,
            kind if is_platform(kind) => {
                self.write_head(line, None, out);
                self.write_body(text, theme::DIM, out);
            }
            _ => {
                self.write_head(line, line.line.level, out);
                let style = match line.line.level {
                    Some(Level::Trace | Level::Debug) => theme::DIM,
                    _ => Style::new(),
                };
                let message = line.line.message.trim_end();
                let json = if is_json { text } else { behind_prefix(text) };
                if let Some(read) = json_line::read(json).filter(|_| json.starts_with('{')) {
                    self.write_json_line(&read, style, out);
                } else {
                    self.write_body(without_level(message), style, out);
                }
            }
        }
        true
    }

    fn write_json_line(&self, line: &JsonLine, style: Style, out: &mut Vec<u8>) {
        self.write_body(&line.message, style, out);
        if !line.fields.is_empty() {
            // Behind the message, before its line end.
            out.pop();
            if !line.message.is_empty() {
                out.extend_from_slice(b"  ");
            }
            self.write_body(&line.fields, theme::DIM, out);
        }
        for stack in &line.stack {
            out.extend_from_slice(CONTINUED.as_bytes());
            self.write_body(stack, theme::DIM, out);
        }
    }

    /// Time, source, short request id, level.
    fn write_head(&self, line: &LogLine<'_>, level: Option<Level>, out: &mut Vec<u8>) {
        self.write_styled(&self.time(line.event.timestamp), theme::DIM, out);
        let source = line.source;
        let pad = self
            .source_width
            .saturating_sub(source.label.chars().count());
        out.push(b' ');
        self.write_styled(&source.label, source.style, out);
        // Writing to a Vec cannot fail.
        let _ = write!(out, "{:pad$} ", "");
        let id = escape::inline(short_id(line.request_id.unwrap_or_default()));
        self.write_styled(&format!("{id:SHORT_ID$}"), theme::DIM, out);
        out.push(b' ');
        let name = level.map(level_name).unwrap_or_default();
        self.write_styled(&format!("{name:5}"), level_style(level), out);
        out.push(b' ');
    }

    /// The message, its further lines set in, with a line end.
    fn write_body(&self, text: &str, style: Style, out: &mut Vec<u8>) {
        let mut lines = text.lines();
        self.write_highlighted(lines.next().unwrap_or_default(), style, out);
        out.push(b'\n');
        for line in lines {
            out.extend_from_slice(CONTINUED.as_bytes());
            // Python's runtime sets tracebacks in with spaces that nothing else takes for such.
            let line = line.trim_end().replace('\u{a0}', " ");
            self.write_highlighted(&line, style, out);
            out.push(b'\n');
        }
    }

    fn write_highlighted(&self, text: &str, style: Style, out: &mut Vec<u8>) {
        if !self.colors || self.highlights.is_empty() {
            self.write_styled(&escape::log(text, self.colors), style, out);
            return;
        }
        let plain = escape::log(text, false);
        let mut found: Vec<(usize, usize)> = self
            .highlights
            .iter()
            .flat_map(|regex| regex.find_iter(&plain))
            .map(|found| (found.start(), found.end()))
            .collect();
        if found.is_empty() {
            self.write_styled(&escape::log(text, true), style, out);
            return;
        }
        // What was looked for stands out, instead of the line's own colours.
        let text = &*plain;
        found.sort_unstable();
        let mut at = 0;
        for (start, end) in found {
            let start = start.max(at);
            if end > start {
                self.write_styled(&text[at..start], style, out);
                self.write_styled(&text[start..end], theme::MATCH, out);
                at = end;
            }
        }
        self.write_styled(&text[at..], style, out);
    }

    fn write_styled(&self, text: &str, style: Style, out: &mut Vec<u8>) {
        if self.colors && !text.is_empty() && !style.is_plain() {
            let _ = write!(out, "{style}{text}{style:#}");
        } else {
            out.extend_from_slice(text.as_bytes());
        }
    }

    fn time(&self, at: Timestamp) -> String {
        match &self.clock {
            Clock::At {
                zone,
                dated_before,
                with_offset,
            } => {
                let format = match (at < *dated_before, with_offset) {
                    (true, false) => "%m-%d %H:%M:%S%.3f",
                    (false, false) => "%H:%M:%S%.3f",
                    (true, true) => "%m-%d %H:%M:%S%.3f%:z",
                    (false, true) => "%H:%M:%S%.3f%:z",
                };
                at.to_zoned_datetime(zone.clone())
                    .strftime(format)
                    .to_string()
            }
            Clock::Before(now) => {
                let ago = now.duration_since(at);
                let sign = if ago.is_negative() { '+' } else { '-' };
                format!(
                    "{:>11}",
                    format!("{sign}{}", humanize::duration(ago.unsigned_abs()))
                )
            }
        }
    }
}

fn write_json(line: &LogLine<'_>, out: &mut Vec<u8>) {
    let event = JsonEvent {
        schema: SCHEMA,
        timestamp: line.event.timestamp,
        ingested: line.event.ingested,
        source: &line.source.label,
        group: line.event.group,
        stream: line.event.stream,
        id: line.event.id,
        request_id: line.request_id,
        kind: match line.line.kind {
            Kind::Start => LineKind::Start,
            Kind::End => LineKind::End,
            Kind::Report(_) => LineKind::Report,
            Kind::Platform => LineKind::Platform,
            Kind::Failure(_) => LineKind::Failure,
            Kind::Application => LineKind::Application,
        },
        level: line.line.level.map(level_name),
        message: line.event.message.trim_end_matches(['\n', '\r']),
    };
    terminal::write_json_line(&event, out);
}

/// Whether the platform wrote the line, not the function.
#[must_use]
pub fn is_platform(kind: &Kind) -> bool {
    matches!(
        kind,
        Kind::Start | Kind::End | Kind::Report(_) | Kind::Platform
    )
}

/// `INIT_REPORT … Status: timeout`, `platform.fault`: not part of an invocation that went well.
fn tells_trouble(text: &str) -> bool {
    [
        "Status: ",
        "\"status\":\"error\"",
        "\"status\":\"timeout\"",
        "platform.fault",
    ]
    .iter()
    .any(|sign| text.contains(sign))
}

/// What a line has behind the runtime's prefix: time, request id and level, each with a tab.
fn behind_prefix(text: &str) -> &str {
    let begin = text.find("\t{").filter(|at| text[..*at].contains('\t'));
    begin.map_or("", |at| &text[at + 1..])
}

/// The level stands before the message already.
fn without_level(message: &str) -> &str {
    let bracketed = message
        .strip_prefix('[')
        .and_then(|rest| rest.split_once("] "));
    bracketed
        .filter(|(name, _)| Level::parse(name).is_some())
        .map_or(message, |(_, rest)| rest)
}

fn short_id(id: &str) -> &str {
    id.get(..SHORT_ID).unwrap_or(id)
}

fn level_name(level: Level) -> &'static str {
    match level {
        Level::Trace => "TRACE",
        Level::Debug => "DEBUG",
        Level::Info => "INFO",
        Level::Warn => "WARN",
        Level::Error => "ERROR",
    }
}

fn level_style(level: Option<Level>) -> Style {
    match level {
        Some(Level::Error) => theme::BAD.bold(),
        Some(Level::Warn) => theme::WARN,
        Some(Level::Info) => theme::GOOD,
        _ => theme::DIM,
    }
}

/// The schema of that document.
#[must_use]
pub fn json_schema() -> DocumentSchema {
    DocumentSchema::of::<JsonEvent<'_>>(SCHEMA, "`edactl logs -o json`, a document a line,")
}

#[cfg(test)]
mod tests;
