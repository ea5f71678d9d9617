//! Execution environments: each has a log stream of its own and runs one invocation at a time;
//! an idle one is used again.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use jiff::{Timestamp, tz::TimeZone};

use crate::{
    lambda::{
        log_group,
        platform::{self, Ended, Failure},
    },
    logs::LogStore,
};
use edactl_functions::log::{Log, LogFormat, Record};

/// All execution environments.
#[derive(Debug)]
pub struct Environments {
    logs: Arc<LogStore>,
    pools: Mutex<HashMap<&'static str, Pool>>,
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
    pub fn new(logs: Arc<LogStore>) -> Self {
        Self {
            logs,
            pools: Mutex::default(),
        }
    }

    fn pools(&self) -> MutexGuard<'_, HashMap<&'static str, Pool>> {
        self.pools
            .lock()
            .expect("nothing panics while it holds the lock")
    }

    /// Begins an invocation in an idle environment, or in a new one.
    pub fn begin(
        &self,
        function: &'static str,
        request_id: String,
        format: LogFormat,
    ) -> Invocation<'_> {
        let idle = {
            let mut pools = self.pools();
            let pool = pools.entry(function).or_default();
            pool.busy += 1;
            pool.idle.pop()
        };
        let is_cold = idle.is_none();
        let invocation = Invocation {
            environments: self,
            function,
            stream: idle.unwrap_or_else(new_stream),
            request_id,
            format,
            is_cold,
            lines: Mutex::default(),
        };
        if is_cold {
            invocation.write(|at| platform::init_start(format, at));
        }
        invocation.write(|at| platform::start(format, at, &invocation.request_id));
        invocation
    }
}

/// `2026/11/24/[$LATEST]<32 hexadecimal digits>`, as Lambda names streams.
fn new_stream() -> String {
    let day = Timestamp::now()
        .to_zoned_datetime(TimeZone::UTC)
        .strftime("%Y/%m/%d")
        .to_string();
    format!("{day}/[$LATEST]{}", uuid::Uuid::new_v4().simple())
}

/// One invocation under way.
#[derive(Debug)]
pub struct Invocation<'a> {
    environments: &'a Environments,
    function: &'static str,
    stream: String,
    request_id: String,
    format: LogFormat,
    is_cold: bool,
    lines: Mutex<Lines>,
}

#[derive(Debug, Default)]
struct Lines {
    /// Those that are not in the log group yet.
    new: Vec<(Timestamp, String)>,
    /// All of them, as text.
    text: String,
}

impl Invocation<'_> {
    /// The function that runs.
    #[must_use]
    pub fn function(&self) -> &'static str {
        self.function
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

    fn write(&self, line: impl FnOnce(Timestamp) -> String) {
        let mut lines = self.lines();
        // The clock may be set back; a stream's lines stay in order.
        let last = lines.new.last().map_or(Timestamp::MIN, |(at, _)| *at);
        let at = Timestamp::now().max(last);
        let line = line(at);
        lines.text += &line;
        lines.new.push((at, line));
    }

    /// Brings the lines so far to the log group. An invocation that takes its time does that, one
    /// that is soon over brings all of them at its end.
    pub fn flush(&self) {
        let lines = std::mem::take(&mut self.lines().new);
        let group = log_group(self.function);
        self.environments.logs.write(&group, &self.stream, lines);
    }

    /// Ends the invocation. Says how many environments of the function were busy, this one
    /// included, and the log as text.
    pub fn end(self, took: Duration, failure: Option<&Failure>) -> (usize, String) {
        let ended = Ended {
            request_id: &self.request_id,
            took,
            is_cold: self.is_cold,
            failure,
        };
        for line in platform::end(self.format, Timestamp::now(), &ended) {
            self.write(|_| line);
        }
        self.flush();
        let text = std::mem::take(&mut self.lines().text);
        let mut pools = self.environments.pools();
        let pool = pools.entry(self.function).or_default();
        let busy = pool.busy;
        pool.busy -= 1;
        pool.idle.push(self.stream);
        (busy, text)
    }
}

impl Log for Invocation<'_> {
    fn record(&self, record: Record) {
        self.write(|at| record.render(self.format, at, &self.request_id) + "\n");
    }
}
