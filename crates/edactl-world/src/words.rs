//! The words of each runtime and of Lambda itself, in text and in JSON format.

use super::{
    params::{Format, Runtime},
    payload::quote,
};

/// A moment of AWS's clock: milliseconds since 1970, within one day.
#[derive(Debug, Clone, Copy)]
pub struct Stamp(pub i64);

const DAY: &str = "2026-11-26";

impl Stamp {
    fn clock(self) -> String {
        let second = self.0.div_euclid(1000).rem_euclid(86_400);
        format!(
            "{:02}:{:02}:{:02}",
            second / 3600,
            second / 60 % 60,
            second % 60
        )
    }

    pub fn iso(self) -> String {
        format!("{DAY}T{}.{:03}Z", self.clock(), self.0.rem_euclid(1000))
    }

    fn go(self) -> String {
        format!("{} {}", DAY.replace('-', "/"), self.clock())
    }
}

/// A UUID's usual spelling.
pub fn uuid(id: u128) -> String {
    let hex = format!("{id:032x}");
    [
        &hex[..8],
        &hex[8..12],
        &hex[12..16],
        &hex[16..20],
        &hex[20..],
    ]
    .join("-")
}

/// Where a line stands: which runtime wrote it, in which format, when, in which invocation.
#[derive(Debug, Clone, Copy)]
pub struct Context {
    pub runtime: Runtime,
    pub format: Format,
    pub at: Stamp,
    pub request: u128,
}

/// How Lambda says that an invocation ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    Success,
    Failure,
    Timeout,
}

impl Context {
    fn is_text(self) -> bool {
        self.format == Format::Text
    }

    pub fn init(self) -> String {
        if self.is_text() {
            "INIT_START Runtime Version: provided.al2023.v75\tRuntime Version ARN: \
             arn:aws:lambda:eu-central-1::runtime:7a1c"
                .to_owned()
        } else {
            let at = self.at.iso();
            format!(
                "{{\"time\":\"{at}\",\"type\":\"platform.initStart\",\"record\":\
                 {{\"initializationType\":\"on-demand\",\"phase\":\"init\"}}}}"
            )
        }
    }

    pub fn start(self) -> String {
        let request = uuid(self.request);
        if self.is_text() {
            return format!("START RequestId: {request} Version: $LATEST\n");
        }
        let at = self.at.iso();
        format!(
            "{{\"time\":\"{at}\",\"type\":\"platform.start\",\"record\":\
             {{\"requestId\":\"{request}\",\"version\":\"$LATEST\"}}}}"
        )
    }

    pub fn end(self) -> String {
        format!("END RequestId: {}\n", uuid(self.request))
    }

    /// The report of an invocation that took `took` milliseconds.
    pub fn report(self, took: i64, status: Status) -> String {
        let request = uuid(self.request);
        if self.is_text() {
            let tail = if status == Status::Timeout {
                "Status: timeout"
            } else {
                ""
            };
            return format!(
                "REPORT RequestId: {request}\tDuration: {took}.00 ms\tBilled Duration: {took} ms\t\
                 Memory Size: 128 MB\tMax Memory Used: 41 MB\t{tail}\n"
            );
        }
        let at = self.at.iso();
        let status = match status {
            Status::Success => "success",
            Status::Failure => "error\",\"errorType\":\"Unhandled",
            Status::Timeout => "timeout",
        };
        format!(
            "{{\"time\":\"{at}\",\"type\":\"platform.report\",\"record\":{{\"requestId\":\
             \"{request}\",\"metrics\":{{\"durationMs\":{took}.0,\"billedDurationMs\":{took},\
             \"memorySizeMB\":128,\"maxMemoryUsedMB\":41}},\"status\":\"{status}\"}}}}"
        )
    }

    pub fn timed_out(self, seconds: i64) -> String {
        let (at, request) = (self.at.iso(), uuid(self.request));
        format!("{at} {request} Task timed out after {seconds}.00 seconds\n\n")
    }

    /// A line of the application.
    pub fn says(self, text: &str) -> String {
        self.says_at_level("INFO", text)
    }

    /// An error that the application caught and logged.
    pub fn caught(self) -> String {
        self.says_at_level("ERROR", "could not price the order, taking the last price")
    }

    fn says_at_level(self, level: &str, text: &str) -> String {
        let (at, request) = (self.at.iso(), uuid(self.request));
        if self.runtime == Runtime::Custom {
            return text.to_owned();
        }
        if !self.is_text() {
            let mut quoted = String::with_capacity(text.len() + 8);
            quote(text, &mut quoted);
            return match self.runtime {
                Runtime::Java => format!(
                    "{{\"timestamp\":\"{at}\",\"message\":{quoted},\"level\":\"{level}\",\
                     \"AWSRequestId\":\"{request}\"}}"
                ),
                Runtime::Go => format!(
                    "{{\"time\":\"{at}\",\"level\":\"{level}\",\"msg\":{quoted},\
                     \"requestId\":\"{request}\"}}"
                ),
                Runtime::Rust => format!(
                    "{{\"timestamp\":\"{at}\",\"level\":\"{level}\",\"fields\":{{\"message\":\
                     {quoted}}},\"target\":\"consumer\",\"span\":{{\"requestId\":\"{request}\",\
                     \"name\":\"Lambda runtime invoke\"}}}}"
                ),
                _ => format!(
                    "{{\"timestamp\":\"{at}\",\"level\":\"{level}\",\"message\":{quoted},\
                     \"requestId\":\"{request}\"}}"
                ),
            };
        }
        match self.runtime {
            Runtime::Python => format!("[{level}]\t{at}\t{request}\t{text}\n"),
            Runtime::Node | Runtime::Node24 => format!("{at}\t{request}\t{level}\t{text}\n"),
            Runtime::Dotnet => {
                let level = if level == "ERROR" { "fail" } else { "info" };
                format!("{at}\t{request}\t{level}\t{text}\n")
            }
            Runtime::Go => format!("{} {text}\n", self.at.go()),
            Runtime::Ruby => {
                let letter = &level[..1];
                format!("{letter}, [{at} #8]  {level} -- : {text}\n")
            }
            Runtime::Rust => format!(
                "{at}  {level} Lambda runtime invoke{{requestId=\"{request}\"}}: consumer: {text}\n"
            ),
            Runtime::Java | Runtime::Custom => format!("{text}\n"),
        }
    }

    /// What the runtime writes when the handler throws. A custom runtime writes nothing.
    pub fn thrown(self) -> Option<String> {
        let (at, request) = (self.at.iso(), uuid(self.request));
        let text = self.is_text();
        Some(match self.runtime {
            Runtime::Custom => return None,
            Runtime::Python if text => "[ERROR] NoPrice: boom\nTraceback (most recent call last):\n\
                 \u{a0}\u{a0}File \"/var/task/app.py\", line 7, in handler\n\
                 \u{a0}\u{a0}\u{a0}\u{a0}raise NoPrice(\"boom\")"
                .to_owned(),
            Runtime::Python => format!(
                "{{\"timestamp\":\"{at}\",\"log_level\":\"ERROR\",\"errorMessage\":\"boom\",\
                 \"errorType\":\"NoPrice\",\"requestId\":\"{request}\",\"stackTrace\":\
                 [\"  File \\\"/var/task/app.py\\\", line 7, in handler\\n\"]}}"
            ),
            Runtime::Node | Runtime::Node24 if text => {
                let id = if self.runtime == Runtime::Node24 { "-" } else { &request };
                format!(
                    "{at}\t{id}\tERROR\tInvoke Error \t{{\"errorType\":\"Error\",\"errorMessage\":\
                     \"boom\",\"stack\":[\"Error: boom\",\"    at handler (/var/task/index.js:3:9)\"]}}\n"
                )
            }
            Runtime::Node | Runtime::Node24 => format!(
                "{{\"timestamp\":\"{at}\",\"level\":\"ERROR\",\"requestId\":\"{request}\",\"message\":\
                 {{\"errorType\":\"Error\",\"errorMessage\":\"boom\",\"stackTrace\":[\"Error: boom\"]}}}}"
            ),
            Runtime::Java if text => "boom: java.lang.RuntimeException\n\
                 java.lang.RuntimeException: boom\n\tat shop.Consumer.handleRequest(Consumer.java:21)\n"
                .to_owned(),
            Runtime::Java => format!(
                "{{\"timestamp\":\"{at}\",\"message\":\"boom: java.lang.RuntimeException\\n\
                 java.lang.RuntimeException: boom\\n\\tat shop.Consumer.handleRequest\",\
                 \"level\":\"UNDEFINED\",\"AWSRequestId\":\"{request}\"}}"
            ),
            Runtime::Dotnet if text => format!(
                "{at}\t{request}\tfail\tSystem.ApplicationException: boom\n   at Shop.Consumer.Handle()\n"
            ),
            Runtime::Dotnet => format!(
                "{{\"timestamp\":\"{at}\",\"level\":\"Error\",\"requestId\":\"{request}\",\"message\":\
                 \"boom\",\"errorType\":\"System.ApplicationException\",\"errorMessage\":\"boom\",\
                 \"stackTrace\":[\"at Shop.Consumer.Handle()\"]}}"
            ),
            Runtime::Go => format!(
                "{} {{\"errorMessage\":\"boom\",\"errorType\":\"errorString\"}}\n",
                self.at.go()
            ),
            Runtime::Ruby => "Error raised from handler method\n{\n  \"errorMessage\": \"boom\",\n  \
                 \"errorType\": \"Function<RuntimeError>\",\n  \"stackTrace\": [\n    \
                 \"/var/task/app.rb:5:in `handler'\"\n  ]\n}\n"
                .to_owned(),
            Runtime::Rust if text => format!(
                "{at} ERROR Lambda runtime invoke{{requestId=\"{request}\" \
                 xrayTraceId=\"Root=1-6566\"}}: lambda_runtime::layers::panic: \"boom\"\n"
            ),
            Runtime::Rust => format!(
                "{{\"timestamp\":\"{at}\",\"level\":\"ERROR\",\"fields\":{{\"message\":\"\\\"boom\\\"\"}},\
                 \"target\":\"lambda_runtime::layers::panic\",\"span\":{{\"requestId\":\"{request}\",\
                 \"name\":\"Lambda runtime invoke\"}}}}"
            ),
        })
    }
}

/// Lines of healthy applications that look as if they said more than they do.
pub const LOOKALIKES: &[&str] = &[
    "Task timed out after 3.00 seconds, asking again",
    "[ERROR] ValueError: no price, using 0",
    "{\"errorType\":\"ValueError\",\"stackTrace\":[\"a\"],\"handled\":true}",
    "{\"type\":\"platform.report\",\"record\":{\"requestId\":\"none\",\"status\":\"failure\"}}",
    "{\"type\":\"platform.runtimeDone\",\"record\":{\"status\":\"success\"}}",
    "body read, correlation 7d1f6f0a-3c55-4a8c-9f0e-2f0f5f2a9b11",
    "END RequestId: of the upstream call",
    "REPORT RequestId: upstream\tDuration: 3 ms\tStatus: timeout",
    "Error raised from handler method, retried",
    "{\"body\":\"8b0c1d55-6f0e-4c1b-8c8e-0d6a1c2f3e4d\"}",
];
