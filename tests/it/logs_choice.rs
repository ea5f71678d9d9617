//! Which lines `edactl logs` shows, by their fields, streams, levels and times, and in which zone.

use crate::support::{
    CliSandbox, Ran,
    log_server::{Event, LogServer, Misbehaviour},
    sample,
};

const GROUP: &str = "/app/a";
/// 2026-10-25T00:30:00Z: half an hour before summer time ends in Berlin.
const CHANGE: i64 = 1_792_888_200_000;
const HOUR: i64 = 3_600_000;

fn server(lines: &[(i64, &str, &str)]) -> LogServer {
    let server = LogServer::start(Misbehaviour {
        page: 1_000,
        ..Misbehaviour::default()
    });
    let event = |(at, stream, text): &(i64, &str, &str)| Event {
        at: *at,
        ingested: *at,
        stream: (*stream).into(),
        text: format!("{text}\n"),
        readable: None,
    };
    server.write(GROUP, lines.iter().map(event).collect::<Vec<_>>());
    server
}

fn logs(server: &LogServer, arguments: &[&str]) -> Ran {
    let sandbox = CliSandbox::new();
    let mut command = sandbox.edactl();
    command
        .env("AWS_ACCESS_KEY_ID", "test")
        .env("AWS_SECRET_ACCESS_KEY", "test")
        .env("AWS_REGION", "us-east-1")
        .args(["logs", "--endpoint-url", &server.url(), "--group", GROUP])
        .args(arguments);
    command.output().expect("edactl runs").into()
}

const SPAN: [&str; 4] = [
    "--since",
    "2026-10-24T12:00:00Z",
    "--until",
    "2026-10-25T12:00:00Z",
];

fn shown(server: &LogServer, arguments: &[&str]) -> String {
    let mut all = SPAN.to_vec();
    all.extend(["-o", "raw"]);
    all.extend(arguments);
    let text = logs(server, &all).expect(0).stdout;
    text.lines().collect::<Vec<_>>().join("|")
}

#[test]
fn lines_are_chosen_by_fields_streams_and_versions() {
    let server = server(&[
        (CHANGE, "2026/10/25/[$LATEST]a", r#"{"n":1,"who":"A"}"#),
        (
            CHANGE,
            "2026/10/25/[3]b",
            r#"INFO	{"n":20,"items":[{"sku":"x"}]}"#,
        ),
        (CHANGE, "2026/10/25/[3]c", "no fields"),
    ]);
    for (arguments, expected) in [
        (
            &["--where", "n >= 2"][..],
            "INFO\t{\"n\":20,\"items\":[{\"sku\":\"x\"}]}",
        ),
        (
            &["--where", "items[0].sku = x", "--where", "n=20"][..],
            "INFO\t{\"n\":20,\"items\":[{\"sku\":\"x\"}]}",
        ),
        (
            &["--where", "who != B", "--qualifier", "$LATEST"][..],
            r#"{"n":1,"who":"A"}"#,
        ),
        (&["--stream", "2026/10/25/[3]c"][..], "no fields"),
        // A name alone stands for its beginning, and for nothing else.
        (
            &["--stream", "2026/10/25/[3]"][..],
            "INFO\t{\"n\":20,\"items\":[{\"sku\":\"x\"}]}|no fields",
        ),
        (&["--stream", "]c"][..], ""),
        (&["--stream", "*]c"][..], "no fields"),
        (
            &["--qualifier", "3", "--exclude", "fields"][..],
            "INFO\t{\"n\":20,\"items\":[{\"sku\":\"x\"}]}",
        ),
        (&["--qualifier", "4"][..], ""),
    ] {
        assert_eq!(shown(&server, arguments), expected, "{arguments:?}");
    }
    let wrong = logs(&server, &["--where", "n like 2"]).expect(2);
    assert!(
        wrong.stderr.contains("order.total >= 100"),
        "{}",
        wrong.stderr
    );
    let alias = logs(&server, &["--qualifier", "live"]).expect(2);
    assert!(alias.stderr.contains("is an alias"), "{}", alias.stderr);
}

#[test]
fn what_has_no_level_is_counted() {
    let server = server(&[
        (CHANGE, "s", "[ERROR] ValueError: no"),
        (CHANGE, "s", r#"{"level":"INFO","message":"fine"}"#),
        (CHANGE, "s", "who knows"),
        (CHANGE, "s", "nor this"),
    ]);
    for choice in [
        &["--level", "warn"][..],
        &["--only-errors", "--context", "0"][..],
    ] {
        let mut arguments = SPAN.to_vec();
        arguments.extend(choice);
        let ran = logs(&server, &arguments).expect(0);
        assert_eq!(ran.stdout.lines().count(), 1, "{}", ran.stdout);
        assert!(
            ran.stderr.contains("; 2 lines had no level; "),
            "{}",
            ran.stderr
        );
    }
}

#[test]
fn one_zone_in_one_output_with_its_offset_where_the_clocks_change() {
    let server = server(&[(CHANGE, "s", "before"), (CHANGE + HOUR, "s", "after")]);
    let mut arguments = SPAN.to_vec();
    arguments.extend(["--tz", "Europe/Berlin"]);
    let ran = logs(&server, &arguments).expect(0);
    for time in ["02:30:00.000+02:00", "02:30:00.000+01:00"] {
        assert!(ran.stdout.contains(time), "{}", ran.stdout);
    }
    assert!(
        ran.stderr.contains(
            "from 2026-10-25 02:30:00+02:00 to 2026-10-25 02:30:00+01:00; complete; times in \
             Europe/Berlin"
        ),
        "{}",
        ran.stderr
    );
    let mut arguments = SPAN.to_vec();
    arguments.push("--utc");
    let ran = logs(&server, &arguments).expect(0);
    assert!(ran.stdout.contains("10-25 00:30:00.000 "), "{}", ran.stdout);
    assert!(
        ran.stderr
            .contains("00:30:00 to 2026-10-25 01:30:00; complete; times in UTC"),
        "{}",
        ran.stderr
    );
    let mut arguments = SPAN.to_vec();
    arguments.extend(["-o", "json"]);
    let ran = logs(&server, &arguments).expect(0);
    assert!(
        ran.stdout
            .contains(r#""timestamp":"2026-10-25T00:30:00.000Z""#),
        "{}",
        ran.stdout
    );
}

#[test]
fn times_that_cannot_be_meant_are_refused() {
    let server = server(&[]);
    let soon = jiff::Timestamp::now() + jiff::SignedDuration::from_hours(1);
    let soon = soon.to_string();
    for (arguments, said) in [
        (&["--since", "2999-01-01"][..], "is still to come"),
        (&["--since", &soon][..], "is still to come"),
        (&["--since", "soon"][..], "1d12h, 2w"),
        (
            &["--tz", "Europe/Berlin", "--since", "2026-10-25T02:30"][..],
            "write 2026-10-25T02:30:00+02 for the first",
        ),
        (
            &["--tz", "Europe/Berlin", "--since", "2026-03-29T02:30"][..],
            "never was in Europe/Berlin",
        ),
        (&["--tz", "Mars/Phobos"][..], "is no time zone"),
    ] {
        let ran = logs(&server, arguments).expect(2);
        assert!(ran.stderr.contains(said), "{arguments:?}: {}", ran.stderr);
    }
    for since in [
        "1d",
        "2w",
        "1d12h",
        "5m ago",
        "20:00",
        "today",
        "yesterday",
        "1792888200",
    ] {
        logs(&server, &["--since", since]).expect(0);
    }
}

#[test]
fn groups_are_found_by_wildcards_and_lines_by_the_servers_pattern() {
    let sandbox = CliSandbox::new();
    sandbox
        .run(&format!("-p local send {}", sample("basic.json")))
        .expect(0);
    sandbox
        .run("-p local verify --witness logs,queue --timeout 20s")
        .expect(0);
    let all = sandbox.run("-p local logs --since 5m -o raw").expect(0);
    let by_name = sandbox
        .run("-p local logs --since 5m -o raw --group /aws/lambda/edactl-*-?onsumer --group *producer")
        .expect(0);
    assert_eq!(by_name.stdout.lines().count(), all.stdout.lines().count());
    let none = sandbox.run("-p local logs --group /nowhere/*").expect(2);
    assert!(none.stderr.contains("fits `/nowhere/*`"), "{}", none.stderr);
    let found = sandbox
        .run("-p local logs --since 5m -o raw --filter-pattern RequestId")
        .expect(0);
    let (some, all) = (found.stdout.lines().count(), all.stdout.lines().count());
    assert!(0 < some && some < all, "{some} of {all}");
    assert!(
        found.stdout.lines().all(|line| line.contains("RequestId")),
        "{}",
        found.stdout
    );
}
