//! Execution environments: each has a log stream of its own and runs one invocation at a time;
//! an idle one is used again.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use jiff::{Timestamp, tz::TimeZone};

use crate::{
    behaviour::platform::{self, Ended, Failure, Writing},
    faults::Fault,
    lambda::log_group,
    live::Live,
    logs::LogStore,
    settings::LATE_LINE,
};
use edactl_functions::log::{Log, Record};

/// All execution environments.
#[derive(Debug)]
pub struct Environments {
    logs: Arc<LogStore>,
    live: Arc<Live>,
    pools: Mutex<HashMap<Where, Pool>>,
}

/// A function, and whether it writes to the log group that both share: an environment keeps its
/// stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Where {
    function: &'static str,
    is_shared: bool,
}

#[derive(Debug, Default)]
struct Pool {
    /// The streams of idle environments; the last one used is used next, as Lambda does it.
    idle: Vec<String>,
    busy: usize,
}

impl Environments {
    /// No environment yet.
    #[must_use]
    pub fn new(logs: Arc<LogStore>, live: Arc<Live>) -> Self {
        Self {
            logs,
            live,
            pools: Mutex::default(),
        }
    }

    /// Where the functions' lines go.
    #[must_use]
    pub fn logs(&self) -> &LogStore {
        &self.logs
    }

    fn pools(&self) -> MutexGuard<'_, HashMap<Where, Pool>> {
        self.pools
            .lock()
            .expect("nothing panics while it holds the lock")
    }

    /// Begins an invocation in an idle environment, or in a new one.
    pub fn begin(&self, function: &'static str, request_id: String) -> Invocation<'_> {
        let (writing, is_shared, report_delay) = self.live.read(|settings| {
            let writing = Writing {
                format: settings.log_format,
                level: settings.system_log_level,
                style: settings.error_style,
            };
            (writing, settings.shared_log_group, settings.report_delay)
        });
        let place = Where {
            function,
            is_shared,
        };
        let idle = {
            let mut pools = self.pools();
            let pool = pools.entry(place).or_default();
            pool.busy += 1;
            pool.idle.pop()
        };
        let is_cold = idle.is_none();
        let invocation = Invocation {
            environments: self,
            place,
            stream: idle.unwrap_or_else(|| new_stream(place, self.live.now())),
            request_id,
            writing,
            report_delay,
            is_cold,
            lines: Mutex::default(),
        };
        if is_cold {
            invocation.write(|at| platform::init_start(writing, at));
        }
        invocation.write(|at| platform::start(writing, at, &invocation.request_id));
        invocation
    }
}

/// `2026/11/24/[$LATEST]<32 hexadecimal digits>`, as Lambda names streams; in a group that
/// functions share, with the function's name.
fn new_stream(place: Where, now: Timestamp) -> String {
    let day = now
        .to_zoned_datetime(TimeZone::UTC)
        .strftime("%Y/%m/%d")
        .to_string();
    let function = if place.is_shared { place.function } else { "" };
    format!("{day}/{function}[$LATEST]{}", uuid::Uuid::new_v4().simple())
}

/// One invocation under way.
#[derive(Debug)]
pub struct Invocation<'a> {
    environments: &'a Environments,
    place: Where,
    stream: String,
    request_id: String,
    writing: Writing,
    report_delay: Duration,
    is_cold: bool,
    lines: Mutex<Lines>,
}

#[derive(Debug, Default)]
struct Lines {
    /// Those that are not in the log group yet.
    new: Vec<(Timestamp, String)>,
    /// Those of them that can be read only later.
    late: Vec<(Timestamp, String)>,
    /// All of them, as text.
    text: String,
}

impl Invocation<'_> {
    /// The function that runs.
    #[must_use]
    pub fn function(&self) -> &'static str {
        self.place.function
    }

    /// The invocation's request id.
    #[must_use]
    pub fn request_id(&self) -> &str {
        &self.request_id
    }

    fn lines(&self) -> MutexGuard<'_, Lines> {
        self.lines
            .lock()
            .expect("nothing panics while it holds the lock")
    }

    fn write(&self, line: impl FnOnce(Timestamp) -> Option<String>) {
        let is_late = self.environments.live.happens(Fault::LateLine);
        let mut lines = self.lines();
        // The clock may be set back; a stream's lines stay in order.
        let last = |lines: &[(Timestamp, String)]| lines.last().map(|(at, _)| *at);
        let last = last(&lines.new).max(last(&lines.late));
        let now = self.environments.live.now();
        let at = last.map_or(now, |last| last.max(now));
        let Some(line) = line(at) else { return };
        lines.text += &line;
        if is_late {
            lines.late.push((at, line));
        } else {
            lines.new.push((at, line));
        }
    }

    /// Writes a line of the application as it is, past the runtime's form.
    pub fn print(&self, line: &str) {
        self.write(|_| Some(format!("{line}\n")));
    }

    /// Brings the lines so far to the log group. An invocation that takes its time does that, one
    /// that is soon over brings all of them at its end.
    pub fn flush(&self) {
        let (new, late) = {
            let mut lines = self.lines();
            (
                std::mem::take(&mut lines.new),
                std::mem::take(&mut lines.late),
            )
        };
        self.bring(new, Duration::ZERO);
        self.bring(late, LATE_LINE);
    }

    fn bring(&self, lines: Vec<(Timestamp, String)>, later: Duration) {
        if !lines.is_empty() {
            let group = log_group(self.place.function, self.place.is_shared);
            let logs = &self.environments.logs;
            logs.write_late(&group, &self.stream, lines, later);
        }
    }

    /// Ends the invocation. Says how many environments of the function were busy, this one
    /// included, and the log as text.
    pub fn end(self, took: Duration, failure: Option<&Failure>) -> (usize, String) {
        let ended = Ended {
            request_id: &self.request_id,
            took,
            is_cold: self.is_cold,
            failure,
            report_alone: self.report_delay > Duration::ZERO,
        };
        let now = self.environments.live.now();
        let last = platform::end(self.writing, now, &ended);
        for line in last.first {
            self.write(|_| Some(line));
        }
        if self.report_delay > Duration::ZERO {
            self.flush();
            if let Some(report) = last.report {
                self.lines().text += &report;
                self.bring(vec![(now, report)], self.report_delay);
            }
        } else {
            self.write(|_| last.report);
            self.flush();
        }
        let text = std::mem::take(&mut self.lines().text);
        let mut pools = self.environments.pools();
        let pool = pools.entry(self.place).or_default();
        let busy = pool.busy;
        pool.busy -= 1;
        pool.idle.push(self.stream);
        (busy, text)
    }
}

impl Log for Invocation<'_> {
    fn record(&self, record: Record) {
        let Writing { style, format, .. } = self.writing;
        self.write(|at| Some(style.line(&record, format, at, &self.request_id) + "\n"));
    }
}
