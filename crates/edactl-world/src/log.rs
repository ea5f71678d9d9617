//! The consumer's log group: which lines stand in it, and from when a reader can see each.

use std::{fmt::Write, sync::Arc};

use super::{
    Ms, World,
    messages::Sender,
    params::{Means, Params, Runtime},
    payload::{Style, Value},
    rng::Rng,
    words::{Context, LOOKALIKES, Stamp, Status, uuid},
};

/// Who writes a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Writer {
    Consumer,
    Producer,
    DlqHandler,
    /// Another function that is told of every message, too.
    Audit,
    /// No Lambda.
    Stray,
}

impl Writer {
    /// The function's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Consumer => "orders",
            Self::Producer => "orders-producer",
            Self::DlqHandler => "orders-dlq",
            Self::Audit => "orders-audit",
            Self::Stray => "collector",
        }
    }
}

/// An execution environment, and the stream that it writes.
#[derive(Debug)]
pub struct Stream {
    pub writer: Writer,
    pub name: Arc<str>,
    /// Its host's clock less AWS's.
    drift: Ms,
    busy_until: Ms,
}

/// What a line says.
#[derive(Debug, Clone)]
pub enum What {
    Init,
    Start,
    /// Messages are shown; each is an index of the world's messages.
    Shown(Vec<usize>),
    Note(usize),
    Lookalike(usize),
    Caught,
    Thrown,
    TimedOut,
    End,
    Report(Ms, Status),
}

/// A line before it is text.
#[derive(Debug, Clone)]
pub struct Line {
    pub readable: Ms,
    pub at: Ms,
    pub stream: usize,
    pub request: u128,
    pub what: What,
    /// The same in each delivery of the line.
    event: u64,
}

/// A line as a reader gets it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogLine {
    /// Its place in the order in which lines become readable.
    pub index: usize,
    /// When it became readable, in milliseconds since the send.
    pub readable: Ms,
    pub stream: Arc<str>,
    /// Milliseconds since 1970, by the clock of the function's host.
    pub timestamp: i64,
    /// `eventId`; some emulators give none.
    pub event_id: Option<String>,
    pub text: String,
}

/// The log group while it is written.
#[derive(Debug, Default)]
pub struct Log {
    pub streams: Vec<Stream>,
    pub lines: Vec<Line>,
    events: u64,
}

impl Log {
    /// The stream of an environment that is free at `from`; true when it is new.
    pub fn stream(
        &mut self,
        params: &Params,
        rng: &mut Rng,
        writer: Writer,
        from: Ms,
        until: Ms,
    ) -> (usize, bool) {
        let free = self
            .streams
            .iter()
            .position(|stream| stream.writer == writer && stream.busy_until <= from)
            .filter(|_| !params.stream_per_invocation);
        if let Some(index) = free {
            self.streams[index].busy_until = until;
            return (index, false);
        }
        let hex = format!("{:032x}", rng.uuid());
        let function = if params.shared_group {
            writer.name()
        } else {
            ""
        };
        let name = match writer {
            Writer::Stray => "collector/2026-11-26".to_owned(),
            _ => format!("2026/11/26/{function}[$LATEST]{hex}"),
        };
        self.streams.push(Stream {
            writer,
            name: name.into(),
            drift: rng.range(-20, 21),
            busy_until: until,
        });
        (self.streams.len() - 1, true)
    }

    /// Writes a line at `at`; a reader sees it seconds later, sometimes minutes, sometimes twice.
    pub fn write(
        &mut self,
        params: &Params,
        rng: &mut Rng,
        at: Ms,
        stream: usize,
        request: u128,
        what: What,
    ) -> Ms {
        let late = if rng.chance(params.late) {
            rng.range(10_000, params.late_max)
        } else {
            rng.range(300, 4000)
        };
        let mut readable = at + late;
        if let Some((from, until)) = params.unreadable
            && (from..until).contains(&readable)
            && rng.chance(800)
        {
            readable = until + rng.range(0, 1000);
        }
        self.events += 1;
        let line = Line {
            readable,
            at,
            stream,
            request,
            what,
            event: self.events,
        };
        if rng.chance(params.repeated) {
            let again = Line {
                readable: readable + rng.range(0, 60_000),
                ..line.clone()
            };
            self.lines.push(again);
        }
        self.lines.push(line);
        readable
    }
}

impl World {
    /// The lines that a reader sees at `until` and did not see at `after`, in the order in which
    /// they became readable: not that of their timestamps.
    pub fn lines_readable(&self, after: Ms, until: Ms) -> Vec<LogLine> {
        let lines = &self.log.lines;
        let first = lines.partition_point(|line| line.readable <= after);
        let end = lines.partition_point(|line| line.readable <= until);
        (first..end.max(first))
            .map(|index| self.line(index))
            .collect()
    }

    /// Whether a reader that asks at `at` comes to the log's end rather than being throttled.
    pub fn log_readable_to_end(&self, at: Ms) -> bool {
        !self
            .params
            .unreadable
            .is_some_and(|(from, until)| (from..until).contains(&at))
    }

    fn line(&self, index: usize) -> LogLine {
        let line = &self.log.lines[index];
        let stream = &self.log.streams[line.stream];
        let timestamp = self.aws_clock(line.at) + stream.drift;
        LogLine {
            index,
            readable: line.readable,
            stream: Arc::clone(&stream.name),
            timestamp,
            event_id: self
                .params
                .event_ids
                .then(|| format!("3761{timestamp}{:039}", line.event)),
            text: self.text(line, stream, timestamp),
        }
    }

    fn text(&self, line: &Line, stream: &Stream, timestamp: i64) -> String {
        let context = Context {
            runtime: self.params.runtime,
            format: self.params.format,
            at: Stamp(timestamp),
            request: line.request,
        };
        match &line.what {
            What::Init => context.init(),
            What::Start => context.start(),
            What::Shown(messages) if stream.writer == Writer::Consumer => {
                context.says(&self.shown(messages, self.params.means))
            }
            What::Shown(messages) => {
                let shown = self.shown(messages, Means::Marker);
                if stream.writer == Writer::Stray {
                    shown
                } else {
                    context.says(&shown)
                }
            }
            What::Note(records) => {
                let other = uuid(line.request.rotate_left(40));
                context.says(&format!("batch {other}: {records} body read"))
            }
            What::Lookalike(which) if *which % 2 == 0 => LOOKALIKES[*which].to_owned(),
            What::Lookalike(which) => context.says(LOOKALIKES[*which]),
            What::Caught => context.caught(),
            What::Thrown => context.thrown().unwrap_or_default(),
            What::TimedOut => context.timed_out(self.params.function_timeout / 1000),
            What::End => context.end(),
            What::Report(took, status) => context.report(*took, *status),
        }
    }

    fn shown(&self, messages: &[usize], means: Means) -> String {
        let mut text = String::with_capacity(200);
        for (index, &message) in messages.iter().enumerate() {
            text.push_str(if index == 0 { "processing " } else { ", " });
            self.show(message, means, &mut text);
        }
        text
    }

    fn show(&self, message: usize, means: Means, text: &mut String) {
        let message = &self.messages[message];
        let style = if self.params.json_print || self.params.runtime == Runtime::Custom {
            Style::Json
        } else {
            Style::Native(self.params.runtime)
        };
        let print = |value: &Value| match value {
            Value::Text(plain) => plain.clone(),
            other => other.printed(style),
        };
        match means {
            Means::Nothing => {}
            Means::Id => {
                let _ = write!(text, "{}", uuid(message.id));
            }
            Means::Marker if self.params.whole => text.push_str(&print(&self.body(message))),
            Means::Marker | Means::Content => {
                let carried: &[usize] = match message.sender {
                    Sender::Ours(group) => &self.groups[group],
                    Sender::Twin | Sender::Other => {
                        text.push_str(&print(&self.content(message)));
                        return;
                    }
                };
                for (index, &payload) in carried.iter().enumerate() {
                    let payload = &self.payloads[payload];
                    text.push_str(if index == 0 { "" } else { " " });
                    match (&payload.marker, means) {
                        (Some(marker), Means::Marker) => text.push_str(marker),
                        _ => text.push_str(&print(&payload.original)),
                    }
                }
            }
        }
    }
}
