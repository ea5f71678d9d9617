//! What lines look like.

use std::sync::Arc;

use crate::render::log_line::*;
use edactl_core::line;

const ID: &str = "169f3f51-0320-4f83-9099-ac1a414e52d0";

fn look(form: Form, platform: PlatformLines) -> LineFormat {
    LineFormat {
        form,
        colors: false,
        clock: Clock::At {
            zone: TimeZone::UTC,
            dated_before: Timestamp::MIN,
            with_offset: false,
        },
        platform,
        highlights: Vec::new(),
        source_width: 8,
    }
}

fn shown(look: &LineFormat, messages: &[&str]) -> String {
    let sources = Source::all(["producer".to_owned(), "consumer".to_owned()]);
    let (group, stream): (Arc<str>, Arc<str>) = ("/aws/lambda/f".into(), "s".into());
    let mut out = Vec::new();
    for message in messages {
        let line = line::read(message);
        let line = LogLine {
            event: EventRef {
                group: &group,
                stream: &stream,
                timestamp: "2026-11-24T12:00:00.25Z".parse().unwrap(),
                ingested: None,
                id: Some("7"),
                message,
            },
            source: &sources[1],
            line: &line,
            request_id: Some(ID),
        };
        look.write(&line, &mut out);
    }
    String::from_utf8(out).unwrap()
}

fn lines() -> [String; 6] {
    [
        "INIT_START Runtime Version: python:3.13.v1\n".into(),
        format!("START RequestId: {ID} Version: $LATEST\n"),
        format!("[INFO]\t2026-11-24T12:00:00.250Z\t{ID}\torder 7 taken\n"),
        "[ERROR] ValueError: no\nTraceback (most recent call last):\n\u{a0}\u{a0}File".into(),
        format!("END RequestId: {ID}\n"),
        format!(
            "REPORT RequestId: {ID}\tDuration: 12.50 ms\tMemory Size: 128 MB\tMax Memory Used: 39 MB\tStatus: error\tError Type: ValueError\n"
        ),
    ]
}

fn texts(lines: &[String]) -> Vec<&str> {
    lines.iter().map(String::as_str).collect()
}

#[test]
fn an_invocation_is_folded_into_its_lines_and_one_summary() {
    let text = shown(&look(Form::Text, PlatformLines::Folded), &texts(&lines()));
    insta::assert_snapshot!(text, @"
        12:00:00.250 consumer 169f3f51 INFO  order 7 taken
        12:00:00.250 consumer 169f3f51 ERROR ValueError: no
            Traceback (most recent call last):
              File
        12:00:00.250 consumer 169f3f51 ERROR failed after 12.50 ms: ValueError, 39 of 128 MB
        ");
}

#[test]
fn platform_lines_are_shown_or_hidden_on_demand() {
    let of = |platform| shown(&look(Form::Raw, platform), &texts(&lines()));
    assert_eq!(of(PlatformLines::Shown).lines().count(), 8);
    let hidden = of(PlatformLines::Hidden);
    assert_eq!(hidden.lines().count(), 4);
    assert!(!hidden.contains("REPORT"), "{hidden}");
}

#[test]
fn a_logger_s_json_is_a_message_with_fields() {
    let json = format!(
        r#"{{"timestamp":"t","level":"WARN","requestId":"{ID}","message":"slow","took":3}}"#
    );
    let text = shown(&look(Form::Text, PlatformLines::Folded), &[&json]);
    assert_eq!(text, "12:00:00.250 consumer 169f3f51 WARN  slow  took=3\n");
}

#[test]
fn json_behind_a_prefix_is_shown_as_fields() {
    let line = format!("2026-11-24T12:00:00.000Z\t{ID}\tINFO\t{{\"msg\":\"slow\",\"took\":3}}");
    let text = shown(&look(Form::Text, PlatformLines::Folded), &[&line]);
    assert!(text.ends_with(" slow  took=3\n"), "{text}");
}

#[test]
fn json_is_one_object_a_line() {
    let text = shown(&look(Form::Json, PlatformLines::Shown), &texts(&lines()));
    assert_eq!(text.lines().count(), 6);
    let third: serde_json::Value = serde_json::from_str(text.lines().nth(2).unwrap()).unwrap();
    assert_eq!(third["schema"], "edactl.log/1");
    assert_eq!(third["timestamp"], "2026-11-24T12:00:00.250Z");
    assert_eq!(third["request_id"], ID);
    assert_eq!(
        (&third["level"], &third["kind"]),
        (&"INFO".into(), &"application".into())
    );
    let written = lines()[2].trim_end().to_owned();
    assert_eq!(third["message"], written);
}

#[test]
fn a_line_cannot_take_over_the_terminal() {
    let text = shown(
        &look(Form::Text, PlatformLines::Folded),
        &["a\u{1b}[2Jb\u{7}"],
    );
    assert!(text.ends_with("a\\u{1b}[2Jb\\u{7}\n"), "{text}");
}

#[test]
fn matches_stand_out_in_colour_only() {
    let mut look = look(Form::Text, PlatformLines::Folded);
    look.highlights = vec![Regex::new("ord").unwrap(), Regex::new("rder").unwrap()];
    let plain = shown(&look, &["an order"]);
    assert!(plain.ends_with("an order\n"));
    look.colors = true;
    let colored = shown(&look, &["an order"]);
    let mark = theme::MATCH;
    let expected = format!("an {mark}ord{mark:#}{mark}er{mark:#}\n");
    assert!(colored.ends_with(&expected), "{colored:?}");
}
