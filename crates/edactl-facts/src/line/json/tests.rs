//! Lines in JSON that have all signs of a form, or all but one.

use super::*;

const ID: &str = "169f3f51-0320-4f83-9099-ac1a414e52d0";
const TIME: &str = "2026-11-24T13:04:12.305Z";

/// The text with a request id and a time.
fn filled(text: &str) -> String {
    text.replace("ID", ID).replace("TIME", TIME)
}

#[test]
fn the_platforms_events_are_the_runtimes_and_only_trouble_of_no_invocation_is_an_error() {
    for (kind, record, level) in [
        ("start", r#""requestId":"ID""#, None),
        (
            "runtimeDone",
            r#""requestId":"ID","status":"success""#,
            None,
        ),
        ("runtimeDone", r#""requestId":"ID","status":"error""#, None),
        ("report", r#""requestId":"ID","status":"timeout""#, None),
        ("initStart", r#""phase":"init""#, None),
        ("initReport", r#""status":"success""#, None),
        ("initReport", r#""status":"timeout""#, Some(Level::Error)),
    ] {
        let text = filled(&format!(
            r#"{{"time":"TIME","type":"platform.{kind}","record":{{{record}}}}}"#
        ));
        let line = read(&text).unwrap();
        assert_eq!(
            (line.origin, line.level),
            (ErrorOrigin::Runtime, level),
            "{text}"
        );
        let is_of_invocation = text.contains(ID);
        assert_eq!(
            line.status.is_some(),
            is_of_invocation && kind != "start",
            "{text}"
        );
        assert_eq!(line.kind == Kind::Platform, !is_of_invocation, "{text}");
    }
}

#[test]
fn the_platforms_fields_in_another_order_are_the_applications() {
    for text in [
        r#"{"type":"platform.start","time":"TIME","record":{"requestId":"ID"}}"#,
        r#"{"time":"TIME","type":"shop.start","record":{"requestId":"ID"}}"#,
        r#"{"time":"TIME","type":"platform.start","record":{"requestId":"no id"}}"#,
    ] {
        let text = filled(text);
        let line = read(&text).unwrap();
        assert_eq!(
            (line.kind, line.json),
            (Kind::Application, Some(&*text)),
            "{text}"
        );
    }
}

#[test]
fn a_loggers_line_has_the_whole_text_as_its_json() {
    let text = filled(r#"{"level":"WARN","requestId":"ID","message":"hi"}"#);
    let line = read_logger(&text).unwrap();
    assert_eq!(
        line,
        Line {
            request_id: Some(ID),
            level: Some(Level::Warn),
            kind: Kind::Application,
            format: PlatformFormat::Json,
            status: None,
            origin: ErrorOrigin::Application,
            message: "hi".into(),
            json: Some(&text),
        }
    );
}

#[test]
fn an_id_is_found_under_each_name_that_runtimes_and_loggers_give_it() {
    for text in [
        r#"{"requestId":"ID"}"#,
        r#"{"AWSRequestId":"ID"}"#,
        r#"{"request_id":"ID"}"#,
        r#"{"awsRequestId":"ID"}"#,
        r#"{"function_request_id":"ID"}"#,
        r#"{"requestId":"other","awsRequestId":"ID"}"#,
        r#"{"span":{"requestId":"ID"}}"#,
        r#"{"span":{"request_id":"ID"}}"#,
    ] {
        let text = filled(text);
        assert_eq!(read_logger(&text).unwrap().request_id, Some(ID), "{text}");
    }
    for text in [r#"{"id":"ID"}"#, r#"{"requestId":"7"}"#, r#"{"span":"ID"}"#] {
        let text = filled(text);
        assert_eq!(read_logger(&text).unwrap().request_id, None, "{text}");
    }
}

#[test]
fn a_failure_has_the_runtimes_time_level_and_id() {
    let exception = r#""errorType":"E","errorMessage":"no","stackTrace":[]"#;
    let java = r#""message":"no: a.Oops\na.Oops: no\n\tat a.App""#;
    for (text, failure) in [
        (format!(r#""timestamp":"TIME","log_level":"ERROR","requestId":"ID",{exception}"#), Some("E: no")),
        (format!(r#""timestamp":"TIME","log_level":"INFO","requestId":"ID",{exception}"#), None),
        (format!(r#""timestamp":"TIME","requestId":"ID",{exception}"#), None),
        (format!(r#""log_level":"ERROR","requestId":"ID",{exception}"#), None),
        (format!(r#""timestamp":"TIME","log_level":"ERROR",{exception}"#), None),
        (
            r#""timestamp":"TIME","log_level":"ERROR","requestId":"ID","errorType":"E""#.to_owned(),
            None,
        ),
        (
            format!(r#""timestamp":"TIME","level":"ERROR","requestId":"ID","message":{{{exception}}}"#),
            Some("E: no"),
        ),
        (
            r#""timestamp":"TIME","level":"ERROR","requestId":"ID","message":{"errorType":"E"}"#
                .to_owned(),
            None,
        ),
        (
            format!(r#""timestamp":"TIME","level":"ERROR","requestId":"ID",{java}"#),
            Some("a.Oops: no"),
        ),
        (format!(r#""timestamp":"TIME","level":"WARN","requestId":"ID",{java}"#), None),
        (
            r#""timestamp":"TIME","level":"ERROR","requestId":"ID","message":"no","target":"lambda_runtime::x""#
                .to_owned(),
            Some("no"),
        ),
        (
            r#""timestamp":"TIME","level":"ERROR","requestId":"ID","message":"no","target":"shop::x""#
                .to_owned(),
            None,
        ),
    ] {
        let text = filled(&format!("{{{text}}}"));
        let kind = failure.map_or(Kind::Application, |error| Kind::Failure(error.to_owned()));
        assert_eq!(read_logger(&text).unwrap().kind, kind, "{text}");
    }
}

#[test]
fn only_pythons_runtime_is_certain_to_be_the_one_that_caught_an_error() {
    let rest = r#""timestamp":"TIME","requestId":"ID","errorType":"E","stackTrace":[]"#;
    for (level, origin) in [
        ("log_level", ErrorOrigin::Runtime),
        ("level", ErrorOrigin::Application),
    ] {
        let text = filled(&format!(r#"{{"{level}":"ERROR",{rest}}}"#));
        let line = read_logger(&text).unwrap();
        assert_eq!(
            (line.kind, line.origin),
            (Kind::Failure("E".into()), origin)
        );
    }
}
