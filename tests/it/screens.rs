//! What people see in a terminal of 80 × 24 and of 120 × 40: no line is wider, the verdict and why
//! are in the last rows, and the states have the verdict's colour.

use serde_json::{Map, json};

use crate::support::{
    CliSandbox,
    screen::{Left, Terminal},
};

const SIZES: [(u16, u16); 2] = [(80, 24), (120, 40)];
const RED: vt100::Color = vt100::Color::Idx(1);
const GREEN: vt100::Color = vt100::Color::Idx(2);

/// A sandbox with an embedded pipeline that behaves so, and an event of so many entries.
fn with_event(options: &str, entries: usize) -> CliSandbox {
    let sandbox = CliSandbox::with_pipeline(options);
    let entries: Map<_, _> = (1..=entries)
        .map(|number| {
            (
                format!("order-{number}"),
                json!({"sku": number, "note": "x".repeat(40)}),
            )
        })
        .collect();
    sandbox.file("event.json", json!(entries).to_string());
    sandbox
}

fn start(sandbox: &CliSandbox, arguments: &str, size: (u16, u16)) -> Terminal {
    let mut command = sandbox.edactl();
    command
        .env_remove("NO_COLOR")
        .args(arguments.split_whitespace());
    Terminal::start(&command, size)
}

#[test]
fn logs_and_help_have_only_colours_that_read_on_dark_and_light() {
    let sandbox = with_event("--fault consumer-error=0.5", 8);
    let _ = sandbox.run("-p local verify event.json");
    for arguments in [
        "-p local logs --no-pager --highlight message",
        "-p local logs --no-pager --only-errors --platform",
        "-p local dlq list",
        "verify --help",
        "--fllow",
    ] {
        let left = start(&sandbox, arguments, SIZES[0]).finish();
        let is_colored = left.used.len() > 1;
        assert!(is_colored || !arguments.contains("logs"), "{arguments}");
        assert_eq!(left.unreadable(), [], "{arguments}");
    }
}

/// Runs edactl in a terminal and checks what holds for every screen.
#[track_caller]
fn show(sandbox: &CliSandbox, arguments: &str, size: (u16, u16), code: i32) -> Left {
    let left = start(sandbox, arguments, size).finish();
    assert_eq!(left.code, Some(code), "{:#?}", left.screen);
    assert_eq!(left.too_wide(), Vec::<&str>::new(), "{size:?}");
    assert_eq!(left.unreadable(), [], "on dark or on light grounds");
    left
}

#[track_caller]
fn row<'a>(left: &'a Left, begin: &str) -> &'a str {
    let found = left.screen.iter().find(|row| row.starts_with(begin));
    found.unwrap_or_else(|| panic!("no {begin} in {:#?}", left.screen))
}

#[test]
fn a_proof_is_green_and_fits() {
    let sandbox = with_event("", 5);
    for size in SIZES {
        let left = show(&sandbox, "-p local verify event.json", size, 0);
        row(&left, "proven: 5 of 5 messages taken");
        assert!(left.colors_of("proven").contains(&GREEN));
        let first = left.colors_of("1  order-1");
        assert!(first.contains(&GREEN) && !first.contains(&RED), "{first:?}");
    }
}

#[test]
fn of_forty_failures_verdict_and_reason_are_on_the_screen() {
    let sandbox = with_event("--fault consumer-error=1", 40);
    for size in SIZES {
        let left = show(&sandbox, "-p local verify event.json", size, 1);
        row(&left, "disproven: 0 of 40 messages taken, 40 dead-lettered");
        row(
            &left,
            "why: 40 payloads: the consumer failed: RuntimeError: message",
        );
        assert!(left.colors_of("disproven").contains(&RED));
        // The table may be above the screen: a cell is cut there, never wrapped.
        let cells: Vec<_> = left
            .rows
            .iter()
            .filter(|(row, _)| row.contains("dead-lettered  "))
            .collect();
        assert_eq!(cells.len(), 20, "{cells:#?}");
        assert!(
            cells.iter().all(|(row, _)| row.ends_with('…')),
            "{cells:#?}"
        );
        let report = show(&sandbox, "report", size, 1);
        row(
            &report,
            "disproven: 0 of 40 messages taken, 40 dead-lettered",
        );
        row(&report, "why: 40 payloads: the consumer failed");
    }
}

#[test]
fn an_undetermined_run_says_what_would_settle_it() {
    let sandbox = with_event("--log-delay 10m", 5);
    for size in SIZES {
        let left = show(&sandbox, "-p local verify event.json --timeout 2s", size, 4);
        row(&left, "undetermined (not in time): 0 of 5 messages taken");
        row(&left, "why: 5 payloads: nothing shows where they are yet");
    }
}

#[test]
fn the_live_view_has_a_row_a_source_and_says_whole_what_is_waited_for() {
    let sandbox = with_event("--log-delay 10m", 5);
    for size in SIZES {
        let terminal = start(&sandbox, "-p local verify event.json --timeout 6s", size);
        let rows = ["logs ", "queue ", "metrics ", "dlq "];
        let screen = terminal.wait_for("the live view", |screen| {
            let has = |begin: &&str| screen.lines().any(|row| row.starts_with(*begin));
            let words: Vec<_> = screen.split_whitespace().collect();
            let waits = "left · waiting for log lines that may still come (--settle) (";
            rows.iter().all(has) && words.join(" ").contains(waits)
        });
        assert!(!screen.contains('…'), "{screen}");
        let left = terminal.finish();
        assert_eq!(left.code, Some(4));
        assert_eq!(left.too_wide(), Vec::<&str>::new());
        // It is gone when the result is there.
        assert!(
            !left.screen.iter().any(|row| row.contains("s left")),
            "{:#?}",
            left.screen
        );
    }
}

#[test]
fn how_long_it_may_take_is_taken_off_when_it_is_over() {
    let sandbox = with_event("--log-delay 10m --queue-delay 1s", 5);
    let endpoint = sandbox.endpoint();
    for size in SIZES {
        // As on AWS: not the embedded pipeline, of which is known what it delays.
        let mut command = sandbox.edactl_with_account();
        command
            .env_remove("NO_COLOR")
            .env("EDACTL_ENDPOINT_URL", &endpoint)
            .args(["--producer", "edactl-local-producer", "--timeout", "5s"])
            .args(["verify", "event.json"]);
        let terminal = Terminal::start(&command, size);
        let notes = [
            "waiting for up to 5 s (--timeout)",
            "the queue delays every message",
        ];
        terminal.wait_for("how long it may take", |screen| {
            notes.iter().all(|note| screen.contains(note)) && screen.contains("s left")
        });
        let left = terminal.finish();
        assert_eq!(left.code, Some(4), "{:#?}", left.screen);
        assert_eq!(left.too_wide(), Vec::<&str>::new());
        for note in notes {
            let stays = left.rows.iter().any(|(row, _)| row.contains(note));
            assert!(!stays, "{note} stays: {:#?}", left.rows);
        }
    }
}

#[test]
fn what_is_known_at_once_is_broken_at_blanks() {
    // One fails, four are dropped: these are waited for long after the failure could be read.
    let sandbox = with_event("--fault drop=0.5,consumer-error=1 --seed 2", 5);
    let left = show(&sandbox, "-p local verify event.json", (80, 24), 1);
    let mut rows = left.rows.iter().map(|(row, _)| row.as_str());
    let said = rows.find(|row| row.starts_with("already: "));
    assert!(said.is_some(), "{:#?}", left.rows);
    assert!(
        rows.next().is_some_and(|next| next.starts_with("  ")),
        "{:#?}",
        left.rows
    );
}

#[test]
fn the_last_line_of_logs_fits() {
    let sandbox = with_event("", 5);
    sandbox.run("-p local verify event.json").expect(0);
    for size in SIZES {
        let left = start(
            &sandbox,
            "-p local logs --no-pager --grep nothing-is-like-this",
            size,
        );
        let left = left.finish();
        assert_eq!(
            (left.code, left.too_wide()),
            (Some(0), Vec::new()),
            "{:#?}",
            left.screen
        );
        row(&left, "logs: 0 ");
    }
}

#[test]
fn doctor_begins_with_a_table_and_ends_with_the_worst() {
    let sandbox = with_event("", 1);
    // One finding that is an error, among notes.
    let large = json!({"large": {"text": "x".repeat(1_100_000)}});
    sandbox.file("large.json", large.to_string());
    let arguments = "-p local doctor --notes large.json";
    for size in SIZES {
        let left = show(&sandbox, arguments, size, 1);
        let rows: Vec<_> = left.rows.iter().map(|(row, _)| row.as_str()).collect();
        assert!(rows[0].starts_with("SEVERITY  FINDING"), "{rows:#?}");
        let ends = rows.iter().position(|row| row.is_empty()).expect("a table");
        let table: Vec<_> = rows[1..ends]
            .iter()
            .map(|row| row.split(' ').next())
            .collect();
        let number = |severity| table.iter().filter(|it| **it == Some(severity)).count();
        assert!(number("note") > 0 && number("error") > 0, "{rows:#?}");
        let mut sorted = table.clone();
        sorted.sort_by_key(|it| {
            ["note", "warning", "error"]
                .iter()
                .position(|name| *it == Some(name))
        });
        assert_eq!(table, sorted, "the worst is not last");
        row(&left, "local: 1 error, ");
    }
    // In a pipe, the worst comes first.
    let piped = sandbox.run(arguments).expect(1).stdout;
    let first = piped.lines().nth(1).unwrap_or_default();
    assert!(first.starts_with("error"), "{piped}");
}
