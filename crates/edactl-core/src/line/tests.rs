//! Lines of the platform, of runtimes and of loggers, as they are written.

use proptest::prelude::*;

use crate::line::*;

const ID: &str = "169f3f51-0320-4f83-9099-ac1a414e52d0";

#[test]
fn platform_lines_of_the_text_format() {
    for (text, kind) in [
        (
            format!("START RequestId: {ID} Version: $LATEST\n"),
            Kind::Start,
        ),
        (format!("END RequestId: {ID}\n"), Kind::End),
        (
            format!("REPORT RequestId: {ID}\tDuration: 232 ms\tBilled Duration: 232 ms\t\n"),
            Kind::Report(None),
        ),
        (
            format!("REPORT RequestId: {ID}\tDuration: 3000 ms\tStatus: timeout"),
            Kind::Report(Some("timeout".into())),
        ),
        (
            format!(
                "REPORT RequestId: {ID}\tDuration: 3 ms\tStatus: error\tError Type: Runtime.ExitError"
            ),
            Kind::Report(Some("Runtime.ExitError".into())),
        ),
    ] {
        let line = read(&text);
        assert_eq!((line.kind, line.request_id), (kind, Some(ID)), "{text}");
    }
    assert_eq!(
        read("INIT_START Runtime Version: python:3.13.v1\n").kind,
        Kind::Platform
    );
    assert_eq!(read("START of my own line").kind, Kind::Application);
}

#[test]
fn application_lines_of_python_and_node() {
    let text = format!("[INFO]\t2026-11-24T13:04:12.305Z\t{ID}\t{{'hello': 'b'}}\n");
    let line = read(&text);
    assert_eq!(
        (line.request_id, line.level, line.kind, line.message),
        (
            Some(ID),
            Some(Level::Info),
            Kind::Application,
            "{'hello': 'b'}".into()
        )
    );
    let text = format!("2026-11-24T13:04:12.305Z\t{ID}\tERROR\tcannot do it");
    let line = read(&text);
    assert_eq!(
        (line.request_id, line.level, line.message),
        (Some(ID), Some(Level::Error), "cannot do it".into())
    );
    assert_eq!(line.kind, Kind::Application);
    let plain = read("just a print");
    assert_eq!(
        (plain.request_id, plain.level, plain.message),
        (None, None, "just a print".into())
    );
}

#[test]
fn failed_invocations_are_recognised() {
    for (text, error, id) in [
        (
            "[ERROR] RuntimeError: boom\nTraceback (most recent call last):\n\u{a0}\u{a0}File"
                .to_owned(),
            "RuntimeError: boom",
            None,
        ),
        ("[ERROR] KeyError: 'x'".to_owned(), "KeyError: 'x'", None),
        (
            format!("2026-11-24T13:04:12.305Z {ID} Task timed out after 3.00 seconds\n\n"),
            "Task timed out after 3.00 seconds",
            Some(ID),
        ),
        (
            format!(
                "2026-11-24T13:04:12.305Z\t{ID}\tERROR\tInvoke Error \t{{\"errorType\":\"Error\",\"errorMessage\":\"no\"}}"
            ),
            "Error: no",
            Some(ID),
        ),
        (
            format!(
                "RequestId: {ID} Error: Runtime exited with error: signal: killed\nRuntime.ExitError"
            ),
            "Runtime exited with error: signal: killed",
            Some(ID),
        ),
    ] {
        let line = read(&text);
        assert_eq!(
            (line.kind, line.request_id),
            (Kind::Failure(error.into()), id),
            "{text}"
        );
    }
}

#[test]
fn json_lines() {
    let text = format!(r#"{{"timestamp":"t","level":"INFO","requestId":"{ID}","message":"hi"}}"#);
    let line = read(&text);
    assert_eq!(
        (line.request_id, line.level, line.kind, line.message),
        (Some(ID), Some(Level::Info), Kind::Application, "hi".into())
    );
    for (json, kind) in [
        (
            r#""type":"platform.start","record":{"requestId":"ID","version":"$LATEST"}"#,
            Kind::Start,
        ),
        (
            r#""type":"platform.runtimeDone","record":{"requestId":"ID","status":"success"}"#,
            Kind::End,
        ),
        (
            r#""type":"platform.runtimeDone","record":{"requestId":"ID","status":"timeout"}"#,
            Kind::Failure("timeout".into()),
        ),
        (
            r#""type":"platform.report","record":{"requestId":"ID","status":"success"}"#,
            Kind::Report(None),
        ),
        (
            r#""type":"platform.report","record":{"requestId":"ID","status":"error","errorType":"Runtime.Exit"}"#,
            Kind::Report(Some("Runtime.Exit".into())),
        ),
        (
            r#""errorType":"ValueError","errorMessage":"bad","stackTrace":[],"requestId":"ID""#,
            Kind::Failure("ValueError: bad".into()),
        ),
    ] {
        let text = format!("{{{}}}", json.replace("ID", ID));
        let line = read(&text);
        assert_eq!((line.kind, line.request_id), (kind, Some(ID)), "{text}");
    }
}

proptest! {
    #[test]
    fn any_text_is_read_without_a_panic(text in "\\PC{0,80}") {
        let _ = read(&text);
    }

    #[test]
    fn anything_like_a_line_is_read_without_a_panic(
        text in r#"(\[ERROR\]|START|REPORT|RequestId: |é| Task timed out after |\t|[0-9a-f-]{1,36}|\{"type":"platform|: ){0,8}"#
    ) {
        let _ = read(&text);
    }
}
