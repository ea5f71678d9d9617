//! Takes events, chooses lines and hands them to the outlet; counts what went by.

use std::{
    collections::{HashMap, VecDeque},
    io,
    ops::ControlFlow,
    sync::Arc,
};

use jiff::Timestamp;

use crate::{
    commands::logs::{
        filter::{Filter, is_error, severity},
        streams::Streams,
    },
    render::{
        background_writer::BackgroundWriter,
        log_line::{LineFormat, LogLine, Source, is_platform},
    },
};
use edactl_aws::logs::{EventRef, EventSink};
use edactl_core::line::{self, active_invocation::ActiveInvocations};

/// What went by.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LineCounts {
    /// Events that were read.
    pub events: u64,
    /// Events that were shown.
    pub shown: u64,
    /// Events that tell no level, where lines were chosen by it.
    pub without_level: u64,
    /// The times of the first and the last event.
    pub extent: Option<(Timestamp, Timestamp)>,
}

/// Log events on their way to the reader.
pub struct LogView<'a> {
    sources: Vec<Source>,
    /// The source of each group.
    by_group: HashMap<String, usize>,
    look: &'a LineFormat,
    filter: &'a Filter,
    streams: &'a Streams,
    outlet: BackgroundWriter,
    active_invocation: ActiveInvocations,
    around: Option<Around>,
    /// With `--tail`: the last lines, until their number is known.
    last: Option<(usize, VecDeque<Vec<u8>>)>,
    piece: Vec<u8>,
    /// What went by.
    pub tally: LineCounts,
    /// Nobody reads any more.
    pub closed: bool,
    /// Pushed lines have no id. Beside them one of the same log that was read has none either, or
    /// `id` would tell how a line came rather than which it is.
    pub without_ids: bool,
}

/// The lines around errors, stream by stream.
struct Around {
    lines: usize,
    streams: HashMap<Arc<str>, Near>,
}

#[derive(Default)]
struct Near {
    before: VecDeque<Vec<u8>>,
    /// How many of the lines that follow belong to the last error.
    after: usize,
}

impl<'a> LogView<'a> {
    /// A view of these groups, each with its source; `around` is the number of lines around an
    /// error when only errors are shown.
    pub fn new(
        groups: &[(String, Source)],
        (look, filter, streams): (&'a LineFormat, &'a Filter, &'a Streams),
        outlet: BackgroundWriter,
        around: Option<usize>,
    ) -> Self {
        let named = groups.iter().enumerate();
        Self {
            sources: groups.iter().map(|(_, source)| source.clone()).collect(),
            by_group: named
                .map(|(index, (group, _))| (group.clone(), index))
                .collect(),
            look,
            filter,
            streams,
            outlet,
            active_invocation: ActiveInvocations::default(),
            around: around.map(|lines| Around {
                lines,
                streams: HashMap::new(),
            }),
            last: None,
            piece: Vec::new(),
            tally: LineCounts::default(),
            closed: false,
            without_ids: false,
        }
    }

    /// Forgets everything: the reading begins again.
    pub fn restart(&mut self) {
        self.active_invocation = ActiveInvocations::default();
        self.tally = LineCounts::default();
        self.last = None;
        self.piece.clear();
        if let Some(around) = &mut self.around {
            around.streams.clear();
        }
    }

    /// Waits until nobody reads any more.
    pub async fn closed(&self) {
        self.outlet.closed().await;
    }

    /// Keeps only the last `count` lines, until [`release`](Self::release).
    pub fn keep_last(&mut self, count: usize) {
        self.last = Some((count, VecDeque::new()));
    }

    /// How many lines it holds back.
    pub fn held(&self) -> usize {
        self.last.as_ref().map_or(0, |(_, lines)| lines.len())
    }

    /// Shows the lines that were kept, and from now on every line.
    pub fn release(&mut self) {
        if let Some((_, lines)) = self.last.take() {
            self.tally.shown = lines.len() as u64;
            self.piece.extend(lines.into_iter().flatten());
        }
    }

    /// Waits until everything is written.
    ///
    /// # Errors
    /// When it could not be written, but for a reader that closed the pipe.
    pub async fn finish(mut self) -> io::Result<()> {
        // Whoever closed the pipe has seen enough.
        let _ = self.pause().await;
        self.outlet.finish().await
    }

    fn show(&mut self, line: Vec<u8>) {
        match &mut self.last {
            Some((count, lines)) => {
                lines.push_back(line);
                if lines.len() > *count {
                    lines.pop_front();
                }
            }
            None => self.piece.extend(line),
        }
    }

    fn read(&mut self, event: EventRef<'_>) {
        let Some(source) = self.by_group.get(&**event.group) else {
            return;
        };
        let line = line::read(event.message);
        let request_id = self.active_invocation.request_id(event.stream, &line);
        if !self.filter.wants(event.message, request_id) {
            return;
        }
        let chooses_by_level = self.filter.asks_level() || self.around.is_some();
        if chooses_by_level && severity(&line).is_none() && !is_platform(&line.kind) {
            self.tally.without_level += 1;
        }
        if !self.filter.wants_level(&line) {
            return;
        }
        let mut text = Vec::new();
        let shown = self.look.write(
            &LogLine {
                event,
                source: &self.sources[*source],
                line: &line,
                request_id,
            },
            &mut text,
        );
        if !shown {
            return;
        }
        let Some(around) = &mut self.around else {
            self.tally.shown += 1;
            self.show(text);
            return;
        };
        let near = around.streams.entry(Arc::clone(event.stream)).or_default();
        if is_error(&line) {
            near.after = around.lines;
            let before = std::mem::take(&mut near.before);
            self.tally.shown += before.len() as u64 + 1;
            for line in before {
                self.show(line);
            }
            self.show(text);
        } else if near.after > 0 {
            near.after -= 1;
            self.tally.shown += 1;
            self.show(text);
        } else {
            near.before.push_back(text);
            if near.before.len() > around.lines {
                near.before.pop_front();
            }
        }
    }
}

impl EventSink for LogView<'_> {
    fn take(&mut self, mut event: EventRef<'_>) {
        if self.without_ids {
            event.id = None;
        }
        self.tally.events += 1;
        let (first, last) = self
            .tally
            .extent
            .unwrap_or((event.timestamp, event.timestamp));
        self.tally.extent = Some((first.min(event.timestamp), last.max(event.timestamp)));
        if !self.streams.wants(event.group, event.stream) {
            return;
        }
        let needs_reading =
            self.around.is_some() || self.filter.reads_lines() || !self.look.is_plain();
        if needs_reading {
            self.read(event);
        } else if self.filter.wants_text(event.message) {
            self.tally.shown += 1;
            if self.last.is_some() {
                let mut text = Vec::new();
                LineFormat::write_plain(event.message, &mut text);
                self.show(text);
            } else {
                LineFormat::write_plain(event.message, &mut self.piece);
            }
        }
    }

    async fn pause(&mut self) -> ControlFlow<()> {
        if self.piece.is_empty() {
            return ControlFlow::Continue(());
        }
        let room = Vec::with_capacity(self.piece.len());
        let piece = std::mem::replace(&mut self.piece, room);
        if self.outlet.write(piece).await {
            ControlFlow::Continue(())
        } else {
            self.closed = true;
            ControlFlow::Break(())
        }
    }
}
