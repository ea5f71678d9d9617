//! A function's log: lines on stdout, which Lambda brings to the log group.

use std::io::{Write, stdout};

use jiff::Timestamp;

use edactl_functions::log::{Log, LogFormat, Record};

/// The log of one invocation.
#[derive(Debug)]
pub struct Stdout {
    format: LogFormat,
    request_id: String,
}

impl Stdout {
    /// The log of the invocation with this request id.
    #[must_use]
    pub fn new(format: LogFormat, request_id: String) -> Self {
        Self { format, request_id }
    }
}

impl Log for Stdout {
    fn record(&self, record: Record) {
        let line = record.render(self.format, Timestamp::now(), &self.request_id) + "\n";
        // One write for a line, so that Lambda takes it for one event. With nobody to read the log
        // there is nobody to tell, either.
        let _ = stdout().lock().write_all(line.as_bytes());
    }
}
