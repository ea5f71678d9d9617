//! How Lambda's managed runtimes write: lines of the application, and errors that a handler threw.
//! The forms are those of the runtimes' published clients (github.com/aws/aws-lambda-*-runtime…).

use jiff::{Timestamp, tz::TimeZone};
use serde_json::{Value, json};

use crate::named::named;
use edactl_functions::log::{Level, LogFormat, Record, time};

named! {
    /// Whose words the embedded functions write in.
    pub enum RuntimeStyle: "error style" {
        #[default]
        Python = "python", "Python: [ERROR] RuntimeError: …, Traceback";
        PythonCustom = "python-custom", "Python, with an exception class whose name does not say Error";
        Node = "node", "Node up to 22: Invoke Error with JSON";
        Node24 = "node24", "Node 24: as before, without the request id";
        Java = "java", "Java: message, class and stack, without level and request id";
        Dotnet = "dotnet", ".NET: level fail, class and stack";
        Go = "go", "Go: JSON after date and time, without request id";
        Ruby = "ruby", "Ruby: a sentence, then indented JSON";
        Rust = "rust", "Rust: tracing's line";
    }
}

impl RuntimeStyle {
    /// The type of an error that is thrown on demand, as the runtime names it.
    pub(crate) fn error_kind(self) -> &'static str {
        match self {
            Self::Python => "RuntimeError",
            Self::PythonCustom => "OrderRejected",
            Self::Node | Self::Node24 => "Error",
            Self::Java => "java.lang.RuntimeException",
            Self::Dotnet => "System.ApplicationException",
            Self::Go => "errorString",
            Self::Ruby => "Function<RuntimeError>",
            Self::Rust => "alloc::string::String",
        }
    }

    fn request_id(self, request_id: &str) -> &str {
        if self == Self::Node24 {
            "-"
        } else {
            request_id
        }
    }

    /// A line of the application, without a newline.
    pub(crate) fn line(
        self,
        record: &Record,
        format: LogFormat,
        at: Timestamp,
        id: &str,
    ) -> String {
        let (iso, message) = (time(at), &record.message);
        let is_error = record.level == Level::Error;
        let level = if is_error { "ERROR" } else { "INFO" };
        match (self, format) {
            (Self::Python | Self::PythonCustom, _) => record.render(format, at, id),
            // A plain print: Lambda's JSON format does not touch what these runtimes print.
            (Self::Go, _) => format!("{} {message}", go_time(at)),
            (Self::Node | Self::Node24, LogFormat::Text) => {
                format!("{iso}\t{id}\t{level}\t{message}")
            }
            (Self::Java, LogFormat::Text) => message.clone(),
            (Self::Java, LogFormat::Json) => json!({
                "timestamp": iso, "message": message, "level": level, "AWSRequestId": id,
            })
            .to_string(),
            (Self::Dotnet, LogFormat::Text) => {
                let level = if is_error { "fail" } else { "info" };
                format!("{iso}\t{id}\t{level}\t{message}")
            }
            (Self::Dotnet, LogFormat::Json) => {
                let level = if is_error { "Error" } else { "Information" };
                json!({ "timestamp": iso, "level": level, "requestId": id, "message": message })
                    .to_string()
            }
            (Self::Ruby, LogFormat::Text) => format!(
                "{}, [{} #8] {level:>5} {id} -- : {message}",
                &level[..1],
                at.to_zoned_datetime(TimeZone::UTC)
                    .strftime("%Y-%m-%dT%H:%M:%S%.6f"),
            ),
            (Self::Rust, LogFormat::Text) => format!(
                "{iso} {level:>5} Lambda runtime invoke{{requestId=\"{id}\"}}: bootstrap: {message}"
            ),
            (Self::Rust, LogFormat::Json) => rust_json(&iso, level, message, "bootstrap", id),
            (Self::Node | Self::Node24 | Self::Ruby, LogFormat::Json) => {
                json!({ "timestamp": iso, "level": level, "requestId": id, "message": message })
                    .to_string()
            }
        }
    }

    /// The lines of an error that the handler threw: each is one event, without its last newline.
    pub(crate) fn thrown(
        self,
        kind: &str,
        message: &str,
        format: LogFormat,
        at: Timestamp,
        request_id: &str,
    ) -> Vec<String> {
        let (iso, id) = (time(at), self.request_id(request_id));
        let line = match (self, format) {
            (Self::Python | Self::PythonCustom, LogFormat::Text) => format!(
                "[ERROR] {kind}: {message}\nTraceback (most recent call last):\n\
                 \u{a0}\u{a0}File \"/var/task/handler.py\", line 12, in handler\n\
                 \u{a0}\u{a0}\u{a0}\u{a0}raise {kind}(text)"
            ),
            (Self::Python | Self::PythonCustom, LogFormat::Json) => json!({
                "timestamp": iso, "log_level": "ERROR", "errorMessage": message,
                "errorType": kind, "requestId": id,
                "stackTrace": ["  File \"/var/task/handler.py\", line 12, in handler\n    raise"],
            })
            .to_string(),
            (Self::Node | Self::Node24, LogFormat::Text) => {
                let error = json!({
                    "errorType": kind, "errorMessage": message, "stack": node_stack(kind, message),
                });
                format!("{iso}\t{id}\tERROR\tInvoke Error \t{error}")
            }
            (Self::Node | Self::Node24, LogFormat::Json) => json!({
                "timestamp": iso, "level": "ERROR", "requestId": id,
                "message": {
                    "errorType": kind, "errorMessage": message,
                    "stackTrace": node_stack(kind, message),
                },
            })
            .to_string(),
            (Self::Java, _) => {
                let text = format!(
                    "{message}: {kind}\n{kind}: {message}\n\
                     \tat example.Handler.handleRequest(Handler.java:12)"
                );
                if format == LogFormat::Text {
                    text
                } else {
                    json!({
                        "timestamp": iso, "message": text, "level": "UNDEFINED", "AWSRequestId": id,
                    })
                    .to_string()
                }
            }
            (Self::Dotnet, LogFormat::Text) => format!(
                "{iso}\t{id}\tfail\t{kind}: {message}\n   at Example.Function.Handler(SQSEvent event)"
            ),
            (Self::Dotnet, LogFormat::Json) => json!({
                "timestamp": iso, "level": "Error", "requestId": id,
                "message": format!("{kind}: {message}"), "errorType": kind,
                "errorMessage": message, "stackTrace": ["at Example.Function.Handler(SQSEvent event)"],
            })
            .to_string(),
            (Self::Go, _) => format!(
                "{} {}",
                go_time(at),
                json!({ "errorMessage": message, "errorType": kind })
            ),
            (Self::Ruby, _) => {
                let error = json!({
                    "errorMessage": message, "errorType": kind,
                    "stackTrace": ["/var/task/function.rb:12:in `handler'"],
                });
                let error = serde_json::to_string_pretty(&error).unwrap_or_default();
                return vec!["Error raised from handler method".to_owned(), error];
            }
            (Self::Rust, LogFormat::Text) => format!(
                "{iso} ERROR Lambda runtime invoke{{requestId=\"{id}\" xrayTraceId=\"Root=1-0-0\"}}: \
                 lambda_runtime::layers::panic: {message:?}"
            ),
            (Self::Rust, LogFormat::Json) => rust_json(
                &iso,
                "ERROR",
                &format!("{message:?}"),
                "lambda_runtime::layers::panic",
                id,
            ),
        };
        vec![line]
    }
}

fn rust_json(iso: &str, level: &str, message: &str, target: &str, id: &str) -> String {
    let span = json!({ "requestId": id, "name": "Lambda runtime invoke" });
    json!({
        "timestamp": iso, "level": level, "fields": { "message": message }, "target": target,
        "span": span, "spans": [span],
    })
    .to_string()
}

fn node_stack(kind: &str, message: &str) -> Value {
    json!([
        format!("{kind}: {message}"),
        "    at Runtime.handler (file:///var/task/index.mjs:12:9)"
    ])
}

fn go_time(at: Timestamp) -> String {
    at.to_zoned_datetime(TimeZone::UTC)
        .strftime("%Y/%m/%d %H:%M:%S")
        .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noon() -> Timestamp {
        "2026-11-26T01:02:03.25Z".parse().unwrap()
    }

    fn thrown(style: RuntimeStyle, format: LogFormat) -> Vec<String> {
        style.thrown(style.error_kind(), "boom", format, noon(), "r-1")
    }

    #[test]
    fn a_thrown_error_is_written_as_each_runtime_does() {
        for (style, expected) in [
            (
                RuntimeStyle::Python,
                "[ERROR] RuntimeError: boom\nTraceback (most recent call last):\n",
            ),
            (
                RuntimeStyle::PythonCustom,
                "[ERROR] OrderRejected: boom\nTraceback",
            ),
            (
                RuntimeStyle::Node,
                "2026-11-26T01:02:03.250Z\tr-1\tERROR\tInvoke Error \t{\"errorType\":\"Error\",\"errorMessage\":\"boom\",\"stack\":[\"Error: boom\",",
            ),
            (
                RuntimeStyle::Node24,
                "2026-11-26T01:02:03.250Z\t-\tERROR\tInvoke Error \t{\"errorType\":\"Error\"",
            ),
            (
                RuntimeStyle::Java,
                "boom: java.lang.RuntimeException\njava.lang.RuntimeException: boom\n\tat ",
            ),
            (
                RuntimeStyle::Dotnet,
                "2026-11-26T01:02:03.250Z\tr-1\tfail\tSystem.ApplicationException: boom\n   at ",
            ),
            (
                RuntimeStyle::Go,
                "2026/11/26 01:02:03 {\"errorMessage\":\"boom\",\"errorType\":\"errorString\"}",
            ),
            (
                RuntimeStyle::Rust,
                "2026-11-26T01:02:03.250Z ERROR Lambda runtime invoke{requestId=\"r-1\" ",
            ),
        ] {
            let [line] = &thrown(style, LogFormat::Text)[..] else {
                panic!("one event of {style}")
            };
            assert!(line.starts_with(expected), "{line}");
        }
        let ruby = thrown(RuntimeStyle::Ruby, LogFormat::Text);
        assert_eq!(ruby[0], "Error raised from handler method");
        assert!(
            ruby[1].contains("\n  \"errorType\": \"Function<RuntimeError>\""),
            "{}",
            ruby[1]
        );
        let rust = thrown(RuntimeStyle::Rust, LogFormat::Text);
        assert!(rust[0].ends_with("lambda_runtime::layers::panic: \"boom\""));
    }

    #[test]
    fn json_format_has_the_runtimes_own_fields() {
        let read = |style| -> Value {
            serde_json::from_str(&thrown(style, LogFormat::Json)[0]).unwrap_or_default()
        };
        assert_eq!(read(RuntimeStyle::Python)["log_level"], "ERROR");
        assert_eq!(read(RuntimeStyle::Node)["message"]["errorMessage"], "boom");
        assert_eq!(read(RuntimeStyle::Java)["AWSRequestId"], "r-1");
        assert_eq!(read(RuntimeStyle::Dotnet)["level"], "Error");
        assert_eq!(read(RuntimeStyle::Rust)["fields"]["message"], "\"boom\"");
        assert_eq!(read(RuntimeStyle::Rust)["span"]["requestId"], "r-1");
    }

    #[test]
    fn lines_of_the_application_are_the_runtimes_too() {
        let info = Record::info("hello".into());
        let line = |style: RuntimeStyle, format| style.line(&info, format, noon(), "r-1");
        for (style, expected) in [
            (
                RuntimeStyle::Python,
                "[INFO]\t2026-11-26T01:02:03.250Z\tr-1\thello",
            ),
            (
                RuntimeStyle::Node,
                "2026-11-26T01:02:03.250Z\tr-1\tINFO\thello",
            ),
            (RuntimeStyle::Java, "hello"),
            (
                RuntimeStyle::Dotnet,
                "2026-11-26T01:02:03.250Z\tr-1\tinfo\thello",
            ),
            (RuntimeStyle::Go, "2026/11/26 01:02:03 hello"),
            (
                RuntimeStyle::Ruby,
                "I, [2026-11-26T01:02:03.250000 #8]  INFO r-1 -- : hello",
            ),
            (
                RuntimeStyle::Rust,
                "2026-11-26T01:02:03.250Z  INFO Lambda runtime invoke{requestId=\"r-1\"}: bootstrap: hello",
            ),
        ] {
            assert_eq!(line(style, LogFormat::Text), expected);
        }
        let rust: Value = serde_json::from_str(&line(RuntimeStyle::Rust, LogFormat::Json)).unwrap();
        assert_eq!(rust["fields"]["message"], "hello");
    }
}
