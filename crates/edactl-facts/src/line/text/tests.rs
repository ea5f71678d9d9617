//! Lines in text that have all signs of a form, or all but one.

use super::*;
use crate::line::PlatformFormat;

const ID: &str = "169f3f51-0320-4f83-9099-ac1a414e52d0";
const TIME: &str = "2026-11-24T13:04:12.305Z";

/// The text with a request id and a time.
fn filled(text: &str) -> String {
    text.replace("ID", ID).replace("TIME", TIME)
}

#[test]
fn the_platforms_lines_are_the_runtimes_and_only_trouble_at_the_start_is_an_error() {
    for (text, level, status) in [
        ("START RequestId: {id} Version: 7", None, None),
        ("END RequestId: {id}", None, None),
        ("REPORT RequestId: {id}\tDuration: 1 ms", None, None),
        (
            "REPORT RequestId: {id}\tDuration: 1 ms\tStatus: timeout",
            None,
            Some(InvocationStatus::Timeout),
        ),
        ("INIT_START Runtime Version: python:3.13.v1", None, None),
        (
            "INIT_REPORT Init Duration: 3 ms\tStatus: success",
            None,
            None,
        ),
        (
            "INIT_REPORT Init Duration: 3 ms\tStatus: timeout",
            Some(Level::Error),
            None,
        ),
        ("EXTENSION Name: x State: Ready", None, None),
        ("TELEMETRY Name: x State: Subscribed", None, None),
        ("RESTORE_START Runtime Version: java", None, None),
        ("RESTORE_REPORT Restore Duration: 3 ms", None, None),
    ] {
        let text = text.replace("{id}", ID);
        let line = read(&text);
        assert_eq!(
            (line.origin, line.level, line.status, line.format),
            (ErrorOrigin::Runtime, level, status, PlatformFormat::Text),
            "{text}"
        );
        let is_of_invocation = text.contains(ID);
        assert_eq!(line.request_id.is_some(), is_of_invocation, "{text}");
        assert_eq!(line.kind == Kind::Platform, !is_of_invocation, "{text}");
    }
}

#[test]
fn a_report_tells_the_type_of_its_error_before_its_status() {
    for (text, failure) in [
        (
            "REPORT\tStatus: error\tError Type: Runtime.Exit",
            Some("Runtime.Exit"),
        ),
        ("REPORT\tStatus: timeout", Some("timeout")),
        ("REPORT\tStatus: success", None),
        ("REPORT\tError Type: Runtime.Exit", None),
    ] {
        assert_eq!(report_failure(text).as_deref(), failure, "{text}");
    }
}

#[test]
fn a_runtimes_prefix_has_an_id_or_a_time() {
    use Level::{Error, Info};
    for (text, request_id, level, message) in [
        ("[INFO]\tTIME\tID\thi", Some(ID), Some(Info), Some("hi")),
        ("[INFO]\tTIME\tno id\thi", None, Some(Info), None),
        ("TIME\tID\tERROR\thi", Some(ID), Some(Error), Some("hi")),
        ("TIME\t-\tERROR\thi", None, Some(Error), Some("hi")),
        ("TIME\tundefined\tERROR\thi", None, Some(Error), Some("hi")),
        ("TIME\t\tERROR\thi", None, Some(Error), Some("hi")),
        // Columns of the application's own.
        ("TIME\tx\tERROR\thi", None, None, None),
        ("chair\t-\tERROR\thi", None, None, None),
        ("3 chairs\t-\tERROR\thi", None, None, None),
        ("\t-\tERROR\thi", None, None, None),
        ("+002026-11-24T13:04:12Z\t-\tERROR\thi", None, None, None),
        ("TIME\tID\tnext\thi", None, None, None),
    ] {
        let text = filled(text);
        let line = read(&text);
        assert_eq!(
            (line.request_id, line.level, &*line.message),
            (request_id, level, message.unwrap_or(&text)),
            "{text}"
        );
        assert_eq!(line.kind, Kind::Application, "{text}");
    }
}

#[test]
fn what_node_and_dotnet_throw_is_a_failure_in_their_form_only() {
    let thrown = r#"{"errorType":"Error","errorMessage":"no"}"#;
    for (text, failure) in [
        (
            format!("TIME\tID\tERROR\tInvoke Error \t{thrown}"),
            Some("Error: no"),
        ),
        (
            format!("TIME\tID\tERROR\tUnhandled Promise Rejection \t{thrown}"),
            Some("Error: no"),
        ),
        (
            "TIME\tID\tERROR\tInvoke Error \t{broken".to_owned(),
            Some("{broken"),
        ),
        (format!("TIME\tID\tINFO\tInvoke Error \t{thrown}"), None),
        (format!("TIME\tID\tERROR\tInvoke Errors \t{thrown}"), None),
        ("TIME\tID\tERROR\tInvoke Error \tno JSON".to_owned(), None),
        (
            "TIME\tID\tfail\tSystem.Exception: no\n   at App.Handle()".to_owned(),
            Some("System.Exception: no"),
        ),
        (
            "TIME\tID\tfail\tcould not: no\n   at App.Handle()".to_owned(),
            None,
        ),
        ("TIME\tID\tfail\tSystem.Exception: no".to_owned(), None),
        (
            "TIME\tID\tinfo\tSystem.Exception: no\n   at App.Handle()".to_owned(),
            None,
        ),
    ] {
        let text = filled(&text);
        let kind = failure.map_or(Kind::Application, |error| Kind::Failure(error.to_owned()));
        assert_eq!(read(&text).kind, kind, "{text}");
    }
}

#[test]
fn a_level_in_brackets_is_the_lines() {
    for (text, level) in [
        ("[WARN] 12 retries", Some(Level::Warn)),
        ("[main] 12 retries", None),
        ("WARN] 12 retries", None),
        ("[WARN 12 retries", None),
    ] {
        let line = read(text);
        assert_eq!(
            (line.level, line.kind),
            (level, Kind::Application),
            "{text}"
        );
    }
}

#[test]
fn a_timeout_is_told_with_a_time_an_id_and_a_number() {
    let other = ID.replace('d', "g");
    for (text, is_timeout) in [
        ("TIME ID Task timed out after 3.00 seconds".to_owned(), true),
        (
            "TIME ID Task timed out after 3 seconds\n\n".to_owned(),
            true,
        ),
        (
            "TIME ID Task timed out after three seconds".to_owned(),
            false,
        ),
        (
            format!("TIME {other} Task timed out after 3.00 seconds"),
            false,
        ),
        (
            "later ID Task timed out after 3.00 seconds".to_owned(),
            false,
        ),
        ("7 ID Task timed out after 3.00 seconds".to_owned(), false),
        (
            "TIME ID Task timed out after 3.00 minutes".to_owned(),
            false,
        ),
        (
            "TIME ID Task timed out after 3.00 seconds more".to_owned(),
            false,
        ),
    ] {
        let text = filled(&text);
        let line = read(&text);
        assert_eq!(line.request_id.is_some(), is_timeout, "{text}");
        assert_eq!(matches!(line.kind, Kind::Failure(_)), is_timeout, "{text}");
    }
}

#[test]
fn an_exception_is_a_types_name_and_a_message() {
    for (text, is_one) in [
        ("RuntimeError: boom", true),
        ("System.ApplicationException: boom", true),
        ("my_app.Price2Error: boom", true),
        ("RuntimeError", false),
        ("order: boom", false),
        ("the Error: boom", false),
        ("not-an-Exception: boom", false),
        ("Errors: boom", false),
    ] {
        assert_eq!(is_exception(text), is_one, "{text}");
        let line = format!("[ERROR] {text}");
        let kind = if is_one {
            Kind::Failure(text.to_owned())
        } else {
            Kind::Application
        };
        assert_eq!(read(&line).kind, kind, "{line}");
    }
}

#[test]
fn a_java_error_is_a_class_and_its_stack_trace() {
    for (text, error) in [
        ("no: a.Oops\na.Oops: no\n\tat a.App", Some("a.Oops: no")),
        (
            "no: a.Oops$In_1\na.Oops$In_1: no\n\tat a.App",
            Some("a.Oops$In_1: no"),
        ),
        // No class of a package.
        ("no: Oops\nOops: no\n\tat a.App", None),
        ("no: a. Oops\na. Oops: no\n\tat a.App", None),
        // Another trace, or none.
        ("no: a.Oops\nb.Oops: no\n\tat a.App", None),
        ("no: a.Oops\na.Oops: no", None),
        ("a.Oops\na.Oops: no\n\tat a.App", None),
        ("no: a.Oops", None),
    ] {
        assert_eq!(java_error(text), error, "{text}");
    }
}

#[test]
fn a_go_error_has_no_field_of_another() {
    for (text, error) in [
        (r#"2026/11/26 01:02:03 {"errorMessage":"no"}"#, Some("no")),
        (
            r#"2026/11/26 01:02:03 {"errorMessage":"no","errorType":"e","stackTrace":[]}"#,
            Some("e: no"),
        ),
        (r#"2026/11/26 01:02:03 {"errorType":"e"}"#, None),
        (
            r#"2026/11/26 01:02:03 {"errorMessage":"no","order":7}"#,
            None,
        ),
        (r#"2026/11/26 {"errorMessage":"no"}"#, None),
        (r#"2026/11/26 01:02:03 {"errorMessage":"no""#, None),
    ] {
        let kind = error.map_or(Kind::Application, |error| Kind::Failure(error.to_owned()));
        assert_eq!(read(text).kind, kind, "{text}");
    }
}

#[test]
fn a_ruby_error_is_told_even_where_its_json_is_not() {
    for (rest, error) in [
        (
            "\n{\"errorMessage\":\"no\",\"errorType\":\"Function<RuntimeError>\"}",
            "RuntimeError: no",
        ),
        (
            "\n{\"errorMessage\":\"no\",\"errorType\":\"RuntimeError\"}",
            "RuntimeError: no",
        ),
        ("\n{\"errorMessage\":\"no\"}", "no"),
        ("", "Error raised from handler method"),
    ] {
        let text = format!("Error raised from handler method{rest}");
        assert_eq!(read(&text).kind, Kind::Failure(error.to_owned()), "{text}");
    }
}
