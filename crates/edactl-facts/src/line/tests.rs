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

/// What each runtime writes when a handler throws, from the runtimes' published clients.
#[test]
fn failed_invocations_are_recognised_in_each_runtimes_words() {
    let time = "2026-11-24T13:04:12.305Z";
    let with_id = |text: &str| text.replace("ID", ID).replace("TIME", time);
    for (text, error, has_id) in [
        (
            "[ERROR] RuntimeError: boom\nTraceback (most recent call last):\n\u{a0}\u{a0}File",
            "RuntimeError: boom",
            false,
        ),
        (
            "[ERROR] OutOfStock: chair\nTraceback (most recent call last):\n  File",
            "OutOfStock: chair",
            false,
        ),
        (
            "TIME ID Task timed out after 3.00 seconds\n\n",
            "Task timed out after 3.00 seconds",
            true,
        ),
        (
            "TIME\tID\tERROR\tInvoke Error \t{\"errorType\":\"Error\",\"errorMessage\":\"no\",\"stack\":[]}",
            "Error: no",
            true,
        ),
        (
            "TIME\t-\tERROR\tInvoke Error \t{\"errorType\":\"Error\",\"errorMessage\":\"no\",\"stack\":[]}",
            "Error: no",
            false,
        ),
        (
            "TIME\tundefined\tERROR\tUncaught Exception \t{\"errorType\":\"SyntaxError\",\"errorMessage\":\"no\"}",
            "SyntaxError: no",
            false,
        ),
        (
            "RequestId: ID Error: Runtime exited with error: signal: killed\nRuntime.ExitError",
            "Runtime exited with error: signal: killed",
            true,
        ),
        (
            "boom: java.lang.RuntimeException\njava.lang.RuntimeException: boom\n\tat com.acme.App.handle(App.java:12)\n\n",
            "java.lang.RuntimeException: boom",
            false,
        ),
        (
            "2026/11/26 01:02:03 {\"errorMessage\":\"boom\",\"errorType\":\"errorString\"}",
            "errorString: boom",
            false,
        ),
        (
            "Error raised from handler method\n{\n  \"errorMessage\": \"boom\",\n  \"errorType\": \"Function<RuntimeError>\",\n  \"stackTrace\": []\n}",
            "RuntimeError: boom",
            false,
        ),
        (
            "TIME ERROR Lambda runtime invoke{requestId=\"ID\" xrayTraceId=\"Root=1\"}: lambda_runtime::layers::panic: \"boom\"",
            "boom",
            true,
        ),
        (
            "\u{1b}[2mTIME\u{1b}[0m \u{1b}[31mERROR\u{1b}[0m Lambda runtime invoke{requestId=\"ID\"}: lambda_runtime::layers::panic: \"boom\"",
            "boom",
            true,
        ),
        // In JSON format.
        (
            r#"{"timestamp":"TIME","log_level":"ERROR","errorMessage":"bad","errorType":"ValueError","requestId":"ID","stackTrace":["  File"]}"#,
            "ValueError: bad",
            true,
        ),
        (
            r#"{"timestamp":"TIME","level":"ERROR","requestId":"ID","message":{"errorType":"Error","errorMessage":"no","stackTrace":[]}}"#,
            "Error: no",
            true,
        ),
        (
            r#"{"timestamp":"TIME","message":"boom: java.lang.RuntimeException\njava.lang.RuntimeException: boom\n\tat com.acme.App.handle(App.java:12)\n","level":"ERROR","AWSRequestId":"ID"}"#,
            "java.lang.RuntimeException: boom",
            true,
        ),
        (
            r#"{"timestamp":"TIME","level":"ERROR","fields":{"message":"boom"},"target":"lambda_runtime::layers::panic","span":{"requestId":"ID","name":"Lambda runtime invoke"}}"#,
            "boom",
            true,
        ),
    ] {
        let text = with_id(text);
        let line = read(&text);
        assert_eq!(
            (line.kind, line.origin, line.request_id, line.level),
            (
                Kind::Failure(error.into()),
                ErrorOrigin::Runtime,
                has_id.then_some(ID),
                Some(Level::Error)
            ),
            "{text}"
        );
    }
}

#[test]
fn an_error_that_the_application_may_have_written_is_called_so() {
    let time = "2026-11-24T13:04:12.305Z";
    for (text, error) in [
        (
            "[ERROR] ValueError: no price, using 0".to_owned(),
            "ValueError: no price, using 0",
        ),
        (
            format!("{time}\t{ID}\tfail\tSystem.ApplicationException: boom\n   at App.Handle()"),
            "System.ApplicationException: boom",
        ),
        (
            format!(
                r#"{{"timestamp":"{time}","level":"Error","requestId":"{ID}","message":"could not","errorType":"System.Exception","errorMessage":"boom","stackTrace":[]}}"#
            ),
            "System.Exception: boom",
        ),
    ] {
        let line = read(&text);
        assert_eq!(
            (line.kind, line.origin),
            (Kind::Failure(error.into()), ErrorOrigin::Application),
            "{text}"
        );
    }
}

#[test]
fn a_body_that_looks_like_the_platforms_words_is_the_applications() {
    let prefix = format!("[INFO]\t2026-11-24T13:04:12.305Z\t{ID}\tgot ");
    for body in [
        format!("the ticket says: {ID} Task timed out after 3.00 seconds"),
        format!("{{\"text\":\"x {ID} Task timed out after 3.00 seconds\"}}"),
        "2026-11-24T13:04:12.305Z x Task timed out after 3.00 seconds".to_owned(),
        r#"{"errorType":"ValueError","errorMessage":"x","stackTrace":[]}"#.to_owned(),
        format!(r#"{{"errorType":"E","errorMessage":"x","stackTrace":[],"requestId":"{ID}"}}"#),
        r#"{"type":"platform.report","record":{"requestId":"ID","status":"timeout"}}"#
            .replace("ID", ID),
        r#"{"time":"yesterday","type":"platform.start","record":{"requestId":"ID"}}"#
            .replace("ID", ID),
        r#"{"time":"2026-11-24T13:04:12Z","type":"platform.report","record":{"status":"error"}}"#
            .to_owned(),
        r#"{"time":"2026-11-24T13:04:12Z","type":"platform.report","record":{"requestId":"ID","status":"error"},"edactl":"m"}"#
            .replace("ID", ID),
        format!("REPORT RequestId: {ID} is what I look for"),
        format!("END RequestId: {ID} and more"),
        format!("START RequestId: {ID}"),
        "Invoke Error {\"errorType\":\"E\"}".to_owned(),
        "order: java.lang.Order\nfine".to_owned(),
        "2026/11/26 01:02:03 {\"errorMessage\":\"boom\",\"order\":7}".to_owned(),
    ] {
        for text in [body.clone(), format!("{prefix}{body}")] {
            let line = read(&text);
            assert_eq!((line.kind, line.status), (Kind::Application, None), "{text}");
        }
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
    for (json, kind, status) in [
        (
            r#""type":"platform.start","record":{"requestId":"ID","version":"$LATEST"}"#,
            Kind::Start,
            None,
        ),
        (
            r#""type":"platform.runtimeDone","record":{"requestId":"ID","status":"success"}"#,
            Kind::End,
            Some(InvocationStatus::Success),
        ),
        (
            r#""type":"platform.runtimeDone","record":{"requestId":"ID","status":"timeout"}"#,
            Kind::End,
            Some(InvocationStatus::Timeout),
        ),
        (
            r#""type":"platform.report","record":{"requestId":"ID","metrics":{},"status":"success"}"#,
            Kind::Report(None),
            Some(InvocationStatus::Success),
        ),
        (
            r#""type":"platform.report","record":{"requestId":"ID","status":"error","errorType":"Runtime.Exit"}"#,
            Kind::Report(Some("Runtime.Exit".into())),
            Some(InvocationStatus::Error),
        ),
        (
            r#""type":"platform.report","record":{"requestId":"ID","status":"failure"}"#,
            Kind::Report(Some("failure".into())),
            Some(InvocationStatus::Failure),
        ),
    ] {
        let text = format!(
            r#"{{"time":"2026-11-24T13:04:12.305Z",{}}}"#,
            json.replace("ID", ID)
        );
        let line = read(&text);
        assert_eq!(
            (line.kind, line.status, line.request_id, line.format),
            (kind, status, Some(ID), PlatformFormat::Json),
            "{text}"
        );
    }
    let init = r#"{"time":"2026-11-24T13:04:12.305Z","type":"platform.initReport","record":{"phase":"init","status":"error","errorType":"Runtime.ImportModuleError"}}"#;
    let line = read(init);
    assert_eq!(
        (line.kind, line.level),
        (Kind::Platform, Some(Level::Error))
    );
    let init = "INIT_REPORT Init Duration: 312.12 ms\tPhase: init\tStatus: error\tError Type: Runtime.ImportModuleError";
    let line = read(init);
    assert_eq!(
        (line.kind, line.level),
        (Kind::Platform, Some(Level::Error))
    );
    assert_eq!(
        report_failure(init).as_deref(),
        Some("Runtime.ImportModuleError")
    );
}

#[test]
fn the_applications_own_level_counts_and_its_json_is_found_behind_the_prefix() {
    let line = |level: &str, text: &str| format!("2026-11-26T01:00:00.477Z\t{ID}\t{level}\t{text}");
    for (text, level, message, json) in [
        (
            line("INFO", r#"{"level":"ERROR","message":"payment failed"}"#),
            Some(Level::Error),
            "payment failed",
            Some(r#"{"level":"ERROR","message":"payment failed"}"#),
        ),
        (
            line("ERROR", r#"{"level":"warn","message":"a warning"}"#),
            Some(Level::Warn),
            "a warning",
            Some(r#"{"level":"warn","message":"a warning"}"#),
        ),
        (
            line("INFO", r#"{"level":50,"msg":"pino error"}"#),
            Some(Level::Error),
            "pino error",
            Some(r#"{"level":50,"msg":"pino error"}"#),
        ),
        (
            line(
                "INFO",
                "ERROR NodeMasterController - Error retrieving status",
            ),
            Some(Level::Error),
            "ERROR NodeMasterController - Error retrieving status",
            None,
        ),
        (
            line("INFO", "3 errors"),
            Some(Level::Info),
            "3 errors",
            None,
        ),
        (
            line("fail", "Unhandled"),
            Some(Level::Error),
            "Unhandled",
            None,
        ),
        (
            line("crit", "critical"),
            Some(Level::Error),
            "critical",
            None,
        ),
        (
            line(
                "info",
                "\n{\n  \"level\": \"Error\",\n  \"message\": \"boom multi\"\n}",
            ),
            Some(Level::Error),
            "boom multi",
            Some("{\n  \"level\": \"Error\",\n  \"message\": \"boom multi\"\n}"),
        ),
        (
            line("INFO", r#"{"order":7}"#),
            Some(Level::Info),
            r#"{"order":7}"#,
            Some(r#"{"order":7}"#),
        ),
    ] {
        let line = read(&text);
        assert_eq!(
            (line.level, &*line.message, line.json, line.request_id),
            (level, message, json, Some(ID)),
            "{text}"
        );
    }
}

#[test]
fn levels_of_json_lines_are_found_where_loggers_put_them() {
    for text in [
        r#"{"severity":"ERROR","message":"gcp style"}"#,
        r#"{"@timestamp":"2026-11-26T01:00:00Z","log.level":"ERROR","message":"ecs dotted"}"#,
        r#"{"log":{"level":"error"},"message":"ecs nested"}"#,
        r#"{"lvl":"ERROR","message":"lvl"}"#,
        r#"{"level":"SEVERE","message":"java severe"}"#,
        r#"{"severity_text":"ERROR","body":"otel"}"#,
        r#"{"@l":"Error","@mt":"serilog clef"}"#,
        r#"{"LogLevel":"Error","Message":"dotnet json console"}"#,
        r#"{"level":{"levelInt":40000,"levelStr":"ERROR"},"message":"logback nested"}"#,
        r#"{"level":"\u001b[31merror\u001b[39m","message":"winston"}"#,
        r#"{"level":"Critical","fields":{"message":"x"}}"#,
    ] {
        assert_eq!(read(text).level, Some(Level::Error), "{text}");
    }
    assert_eq!(
        read(r#"{"level":"Information","message":"x"}"#).level,
        Some(Level::Info)
    );
    assert_eq!(read(r#"{"level":3,"game":"x"}"#).level, None);
}

#[test]
fn a_request_id_has_the_form_of_a_uuid() {
    let short = &ID[..35];
    let long = format!("{ID}0");
    let dashes = "-".repeat(36);
    let digits = "0".repeat(36);
    let other = ID.replace('d', "g");
    for (text, is_id) in [
        (ID, true),
        (&ID.to_uppercase(), true),
        (short, false),
        (&long, false),
        (&dashes, false),
        (&digits, false),
        (&other, false),
        ("", false),
    ] {
        assert_eq!(is_uuid(text), is_id, "{text}");
    }
}

#[test]
fn the_json_of_a_line_is_the_whole_line_whatever_its_message_looks_like() {
    for message in ["{}", "{x}", "hi"] {
        let text = format!(r#"{{"level":"WARN","message":"{message}"}}"#);
        let line = read(&text);
        assert_eq!(
            (&*line.message, line.json, line.level),
            (message, Some(&*text), Some(Level::Warn))
        );
        assert_eq!(line.format, PlatformFormat::Json);
        assert_eq!(read_outer(&text), line);
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
