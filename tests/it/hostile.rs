//! Hostile texts in log lines, keys and file names: whatever the output, none reaches a terminal,
//! GitHub's runner or a report as anything but letters.

use std::{fs, process::Command};

use crate::support::{
    CliSandbox, Ran,
    log_server::{Event, LogServer, Misbehaviour},
    proxy::{Proxy, Reply, Seen, Treatment},
};
use serde_json::{Map, Value, json};

const GROUP: &str = "/app/a";
/// 2026-11-24T12:00:00Z.
const NOON: i64 = 1_795_521_600_000;

/// What people were attacked with, or mangled their terminals by. Each holds its number, so that it
/// can be found again.
const TEXTS: [&str; 20] = [
    "t01 \u{1b}[2J\u{1b}[3J\u{1b}[1;1Hspoofed\u{1b}[60C",
    "t02 \u{1b}]0;new title\u{7}",
    "t03 \u{1b}]52;c;ZXZpbA==\u{7}",
    "t04 \u{1b}]8;;http://x.example\u{1b}\\link\u{1b}]8;;\u{1b}\\",
    "t05 \u{1b}[31mred never closed",
    "t06 nul \0 backspace \u{8}\u{8} del \u{7f} bell \u{7}",
    "t07 10%\rERROR hidden by return",
    "t08 c1 \u{9b}31m \u{9d}0;title\u{9c} \u{85}",
    "t09 bidi \u{202e}gnp.exe\u{202c} \u{2066}iso\u{2069}",
    "t10 zero\u{200b}width \u{200e}\u{feff}\u{2060}x pay\u{200d}pal",
    "t11 two\nerror: lines\n::error::forged",
    "t12 end\r::add-mask::x",
    "::warning file=a,title=t13::forged",
    "  \u{a0}::error::t14",
    "t15 ##[error]forged ##[group]x",
    "t16 ![img](http://x.example/i.png) [link](javascript:x) <img src=x onerror=y> <b>&amp;",
    "t17 http://x.example www.x.example me@x.example @octocat #7 :shipit:",
    "t18 | `cell` ``` | *b* _i_ ~s~ $m$ ]]> -->",
    "t19 50% a:b,c unterminated \u{1b}[",
    "t20 \u{2028}\u{fff9}\u{ad}\u{e0041}\u{3164} dcs \u{1b}Pq#0\u{1b}\\ \u{1b}c",
];

/// Fails when a text that was written holds what may not stand in it. `colors`: colour codes may.
#[track_caller]
fn is_harmless(what: &str, written: &str, colors: bool) {
    let mut rest = written;
    while let Some(at) = rest.find(is_hostile) {
        let found = &rest[at..];
        let numbers = found.strip_prefix("\u{1b}[").unwrap_or("x");
        let end = numbers.trim_start_matches(|c: char| c.is_ascii_digit() || c == ';');
        assert!(
            colors && end.starts_with('m'),
            "{what}: {:?} in\n{written:?}",
            found.chars().take(12).collect::<String>()
        );
        rest = end;
    }
}

fn is_hostile(c: char) -> bool {
    c.is_control() && c != '\n' && c != '\t'
        || "\u{ad}\u{61c}\u{3164}\u{feff}\u{fff9}\u{e0041}".contains(c)
        || ('\u{200b}'..='\u{200f}').contains(&c)
        || ('\u{2028}'..='\u{202e}').contains(&c)
        || ('\u{2060}'..='\u{206f}').contains(&c)
}

/// Fails when GitHub's runner would take a line for a command that is none of edactl's own.
#[track_caller]
fn commands_nothing(what: &str, written: &str) {
    assert!(!written.contains("##["), "{what}: {written}");
    // As the runner reads: any line end, blanks before the sign.
    for line in written.split(['\n', '\r']) {
        let own = [
            "::error title=edactl%3A ",
            "::error file=evil ",
            "::error file=evil.json,title=edactl%3A ",
            "::warning title=edactl%3A ",
        ];
        assert!(
            !line.trim_start().starts_with("::") || own.iter().any(|own| line.starts_with(own)),
            "{what}: {line:?}"
        );
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Output {
    Pipe,
    Terminal,
    /// A terminal, with `NO_COLOR`.
    Plain,
    Github,
}

/// Runs edactl with these arguments in front of such an output: stdout and stderr together on a
/// terminal, else stdout, then stderr.
fn run(sandbox: &CliSandbox, arguments: &[&str], output: Output) -> String {
    let edactl = sandbox.edactl();
    if matches!(output, Output::Pipe | Output::Github) {
        let mut command = edactl;
        if output == Output::Github {
            let summary = sandbox.path().join("summary.md");
            command
                .env("GITHUB_ACTIONS", "true")
                .env("GITHUB_STEP_SUMMARY", summary);
        }
        let ran: Ran = aws(&mut command)
            .args(arguments)
            .output()
            .expect("edactl runs")
            .into();
        return ran.stdout + &ran.stderr;
    }
    let quoted = |text: &str| format!("'{}'", text.replace('\'', r"'\''"));
    let line = arguments.iter().map(|text| quoted(text));
    let line = line.collect::<Vec<_>>().join(" ");
    let mut command = Command::new("script");
    command
        .env_clear()
        .envs(
            edactl
                .get_envs()
                .filter_map(|(name, value)| Some((name, value?))),
        )
        .env("TERM", "xterm-256color")
        .current_dir(sandbox.path())
        .stdin(std::process::Stdio::null())
        .args([
            "-qec",
            &format!("stty cols 500; {} {line}", env!("CARGO_BIN_EXE_edactl")),
            "/dev/null",
        ]);
    if output == Output::Terminal {
        command.env_remove("NO_COLOR");
    }
    let ran: Ran = aws(&mut command).output().expect("script runs").into();
    // The terminal's own line ends.
    ran.stdout.replace("\r\n", "\n")
}

fn aws(command: &mut Command) -> &mut Command {
    command
        .env("AWS_ACCESS_KEY_ID", "test")
        .env("AWS_SECRET_ACCESS_KEY", "test")
        .env("AWS_REGION", "us-east-1")
}

/// Whether each text is there, as far as it can be told.
#[track_caller]
fn shows_all(what: &str, written: &str) {
    for number in 1..=20 {
        assert!(
            written.contains(&format!("t{number:02}")),
            "{what}: t{number:02} in\n{written}"
        );
    }
}

fn lines(from: &[&str]) -> Vec<Event> {
    let event = |(at, text): (i64, &&str)| Event {
        at: NOON + at,
        ingested: NOON + at,
        stream: "2026/11/24/[$LATEST]a\u{1b}[2J".into(),
        text: format!("{text}\n"),
        readable: None,
    };
    (0..).zip(from).map(event).collect()
}

const SPAN: [&str; 6] = [
    "--no-pager",
    "--since",
    "2026-11-24T11:00:00Z",
    "--until",
    "2026-11-24T13:00:00Z",
    "--group",
];

#[test]
fn log_lines() {
    let server = LogServer::start(Misbehaviour {
        page: 1_000,
        ..Misbehaviour::default()
    });
    server.write(GROUP, lines(&TEXTS));
    let sandbox = CliSandbox::new();
    let url = server.url();
    for form in [
        "",
        "-o json",
        "-o raw",
        "--template {message}|{stream}",
        "--highlight example",
    ] {
        for output in [
            Output::Pipe,
            Output::Terminal,
            Output::Plain,
            Output::Github,
        ] {
            let what = format!("logs {form} {output:?}");
            let mut arguments = vec!["logs", "--endpoint-url", &url];
            arguments.extend(SPAN);
            arguments.push(GROUP);
            arguments.extend(form.split_whitespace());
            let written = run(&sandbox, &arguments, output);
            shows_all(&what, &written);
            if form == "-o raw" && matches!(output, Output::Pipe | Output::Github) {
                let bytes: String = TEXTS.iter().map(|text| format!("{text}\n")).collect();
                assert!(written.starts_with(&bytes), "{what}");
                continue;
            }
            is_harmless(&what, &written, output == Output::Terminal);
            if form == "-o json" {
                let texts: Vec<String> = written
                    .lines()
                    .filter_map(|line| serde_json::from_str::<Value>(line).ok())
                    .map(|line| line["message"].as_str().expect("a text").to_owned())
                    .collect();
                assert_eq!(texts, TEXTS, "{what}");
            }
            if output == Output::Github {
                commands_nothing(&what, &written);
            }
        }
    }
}

#[test]
fn colours_of_a_line_end_with_it() {
    let server = LogServer::start(Misbehaviour {
        page: 1_000,
        ..Misbehaviour::default()
    });
    server.write(GROUP, lines(&["\u{1b}[31mred", "after"]));
    let sandbox = CliSandbox::new();
    let url = server.url();
    let mut arguments = vec!["logs", "--endpoint-url", &url];
    arguments.extend(SPAN);
    arguments.push(GROUP);
    let written = run(&sandbox, &arguments, Output::Terminal);
    assert!(written.contains("\u{1b}[31mred\u{1b}[0m\n"), "{written:?}");
    let written = run(&sandbox, &arguments, Output::Pipe);
    assert!(written.contains(" red\n"), "{written:?}");
}

/// A run whose keys are the hostile texts, in a file with such a name.
#[test]
fn keys_and_file_names() {
    let sandbox = CliSandbox::new();
    sandbox.run("local start").expect(0);
    let entries: Map<String, Value> = TEXTS
        .iter()
        .map(|text| ((*text).to_owned(), json!({"fail": true, "text": text})))
        .collect();
    let name = "evil \u{1b}[2J\u{202e}\n::error::x\r.json";
    sandbox.file(name, Value::from(entries).to_string());
    // The live line of a terminal moves the cursor, and means to.
    let verify = ["-p", "local", "-q", "verify", name, "--timeout", "20s"];
    let written = run(&sandbox, &verify, Output::Terminal);
    is_harmless("verify", &written, true);
    let written = run(&sandbox, &verify[..5], Output::Github);
    is_harmless("verify", &written, false);
    commands_nothing("verify", &written);
    assert!(written.contains("::error file=evil "), "{written}");
    let summary = fs::read_to_string(sandbox.path().join("summary.md")).expect("a summary");
    is_harmless("summary", &summary, false);
    for link in [
        "](", "http://", "www.", "<img", "<b>", "@octocat", "#7", ":shipit:", "me@",
    ] {
        assert!(!summary.contains(link), "{link}: {summary}");
    }
    for arguments in [
        "report",
        "report -o json",
        "report --junit j.xml",
        "trace last 1",
        "trace last 11",
        "trace last 1 -o json",
        "-p local logs --since 5m --no-pager",
        "-p local logs --since 5m -o raw --no-pager",
    ] {
        for output in [
            Output::Pipe,
            Output::Terminal,
            Output::Plain,
            Output::Github,
        ] {
            if arguments.contains("raw") && matches!(output, Output::Pipe | Output::Github) {
                continue;
            }
            let written = run(
                &sandbox,
                &arguments.split_whitespace().collect::<Vec<_>>(),
                output,
            );
            let what = format!("{arguments} {output:?}");
            is_harmless(&what, &written, output == Output::Terminal);
            if output == Output::Github {
                commands_nothing(&what, &written);
            }
            if arguments == "report" {
                assert!(
                    written.contains(r"t11 two\nerror: lines"),
                    "{what}: {written}"
                );
                shows_all(&what, &written);
            }
        }
    }
    let junit = fs::read_to_string(sandbox.path().join("j.xml")).expect("a JUnit file");
    is_harmless("JUnit", &junit, false);
    shows_all("JUnit", &junit);
    for arguments in [
        vec!["send", "--dry-run", name],
        vec!["send", "--dry-run", "-o", "json", name],
        vec!["-p", "local", "-q", "send", name],
        vec!["send", "no such \u{1b}[2J\n::error::x"],
        vec!["-p", "x\u{1b}[2J\n::error::x", "doctor"],
        vec!["logs", "--grep", "(\u{1b}[2J\n::error::x"],
    ] {
        for output in [
            Output::Pipe,
            Output::Terminal,
            Output::Plain,
            Output::Github,
        ] {
            let written = run(&sandbox, &arguments, output);
            let what = format!("{arguments:?} {output:?}");
            is_harmless(&what, &written, output == Output::Terminal);
            if output == Output::Github {
                commands_nothing(&what, &written);
            }
        }
    }
}

/// Runs a command in front of every output, and holds what it writes against what may stand there.
#[track_caller]
fn is_harmless_everywhere(sandbox: &CliSandbox, arguments: &[&str], says: &str) {
    for output in [
        Output::Pipe,
        Output::Terminal,
        Output::Plain,
        Output::Github,
    ] {
        let what = format!("{arguments:?} {output:?}");
        let written = run(sandbox, arguments, output);
        is_harmless(&what, &written, output == Output::Terminal);
        if output == Output::Github {
            commands_nothing(&what, &written);
        }
        assert!(written.contains(says), "{what}: {written}");
    }
}

/// A pipeline whose twenty dead letters have the hostile texts as keys, bodies and errors.
fn with_letters() -> CliSandbox {
    let sandbox = CliSandbox::new();
    sandbox.run("local start").expect(0);
    let entries: Map<String, Value> = TEXTS
        .iter()
        .map(|text| ((*text).to_owned(), json!({"fail": true, "text": text})))
        .collect();
    sandbox.file("evil.json", Value::from(entries).to_string());
    sandbox.run("-p local -q verify evil.json").expect(1);
    sandbox
}

#[test]
fn dead_letters_and_runs() {
    let sandbox = with_letters();
    for (arguments, says) in [
        ("-p local dlq list", "20 letters looked at"),
        ("-p local dlq list -o json", "t20"),
        ("-p local dlq peek 20", "t20"),
        ("-p local dlq peek 20 --show-body", "t16"),
        ("-p local dlq peek 20 --show-body -o json", "t20"),
        ("-p local dlq export -", "t20"),
        ("-p local dlq export letters.jsonl --force", "letters"),
        ("-p local dlq redrive --run last --dry-run", "20 letters"),
        ("-p local dlq redrive --run last --dry-run -o json", "t20"),
        ("-p local dlq delete --run last --dry-run", "20 letters"),
        ("-p local dlq redrive --all --dry-run", "20 letters"),
        ("runs list", "local"),
        ("runs list -o json", "local"),
        ("runs show last", "fail"),
        ("runs show last -o json", "evil.json"),
        ("runs diff last last", "the same"),
        ("runs diff last last -o json", "unchanged"),
        ("runs prune --older 0 --dry-run", ""),
        ("-p local doctor --event evil.json", ""),
        ("-p local doctor --event evil.json -o json", ""),
        ("-p local config show", "local"),
    ] {
        let arguments: Vec<_> = arguments.split_whitespace().collect();
        is_harmless_everywhere(&sandbox, &arguments, says);
    }
    let text = sandbox.read("letters.jsonl");
    is_harmless("export", &text, false);
    assert_eq!(text.lines().count(), 20);
    // A diff of runs whose payloads changed.
    let good = fs::read_to_string(sandbox.path().join("evil.json")).expect("the event");
    sandbox.file("evil.json", good.replace("true", "false"));
    sandbox.run("-p local -q verify evil.json").expect(0);
    let list = sandbox.run("runs list -o json").expect(0).json();
    let bad = list["runs"][1]["run"].as_str().expect("a run").to_owned();
    is_harmless_everywhere(&sandbox, &["runs", "diff", &bad, "last"], "t03");
    for arguments in [
        &[
            "-p",
            "local",
            "dlq",
            "list",
            "--run",
            "x\u{1b}[2J\n::error::x",
        ][..],
        &[
            "-p",
            "local",
            "dlq",
            "peek",
            "--where",
            "\u{1b}[2J..\n::error::x",
        ],
        &[
            "-p",
            "local",
            "dlq",
            "redrive",
            "--id",
            "\u{1b}[2J\n::error::x",
        ],
        &[
            "--dlq",
            "\u{1b}[2J\n::error::x",
            "-p",
            "local",
            "dlq",
            "list",
        ],
        &["runs", "show", "\u{1b}[2J\n::error::x"],
        &["config", "init", "--path", "no/\u{1b}[2J\n::error::x"],
        &["send", "evil.json", "--url", "http://\u{1b}[2J\n::error::x"],
        &[
            "send",
            "evil.json",
            "--url",
            "http://127.0.0.1:9/",
            "--header",
            "x\u{1b}[2J: y\n::error::x",
        ],
    ] {
        is_harmless_everywhere(&sandbox, arguments, "");
    }
    // Sent again at the end, each output its own share of them.
    for (number, output) in [Output::Pipe, Output::Terminal, Output::Github]
        .into_iter()
        .enumerate()
    {
        let text = format!("t{:02}", number + 3);
        let field = format!("text={}", TEXTS[number + 2]);
        // The live line of a terminal moves the cursor, and means to.
        let arguments = ["-q", "-p", "local", "dlq", "redrive", "--where", &field];
        let written = run(&sandbox, &arguments, output);
        is_harmless(&text, &written, output == Output::Terminal);
        assert!(written.contains("1 letter sent again"), "{text}: {written}");
    }
}

/// What an endpoint answers to one operation: an error with a hostile text.
fn refusal(text: &str) -> Treatment {
    let body = json!({"__type": format!("Evil{text}Exception"), "message": text, "Message": text});
    Treatment::Answer(Reply {
        status: 400,
        headers: &[("content-type", "application/x-amz-json-1.0")],
        body: Box::leak(body.to_string().into_bytes().into_boxed_slice()),
    })
}

#[test]
fn answers_of_endpoints() {
    let sandbox = with_letters();
    let all_texts = TEXTS.join(" ");
    for (operation, commands) in [
        (
            "GetFunctionConfiguration",
            &["doctor", "config show", "config init --path new.toml"][..],
        ),
        (
            "/functions/",
            &["doctor", "config show", "config init --path new.toml"],
        ),
        (
            "GetQueueAttributes",
            &["doctor", "dlq list", "verify evil.json --timeout 3s"],
        ),
        ("ReceiveMessage", &["dlq list", "dlq peek", "dlq export -"]),
        (
            "SendMessageBatch",
            &["dlq redrive --run last", "dlq redrive --run last -o json"],
        ),
        ("StartMessageMoveTask", &["dlq redrive --all"]),
        (
            "FilterLogEvents",
            &["logs --no-pager", "verify evil.json --timeout 3s"],
        ),
        ("GetMetricData", &["verify evil.json --timeout 3s"]),
        (
            "/invocations",
            &["send evil.json", "verify evil.json --timeout 3s"],
        ),
    ] {
        let treatment = refusal(&all_texts);
        let proxy = Proxy::start(&sandbox.endpoint(), move |seen: &Seen| {
            if seen.operation.contains(operation) {
                treatment
            } else {
                Treatment::Forward
            }
        });
        let url = proxy.url();
        for command in commands {
            let mut arguments = vec!["-q", "--producer", "edactl-local-producer"];
            arguments.extend(["--endpoint-url", &url]);
            arguments.extend(command.split_whitespace());
            is_harmless_everywhere(&sandbox, &arguments, "");
        }
    }
    // The front door's answer, and what it refuses.
    for status in [200, 403, 500] {
        let texts: Vec<u8> = all_texts.clone().into_bytes();
        let reply = Reply {
            status,
            headers: &[("content-type", "text/plain")],
            body: Box::leak(texts.into_boxed_slice()),
        };
        let door = Proxy::answering(move |_| reply);
        let url = door.url();
        let arguments = ["-p", "local", "-q", "send", "evil.json", "--url", &url];
        is_harmless_everywhere(&sandbox, &arguments, "");
    }
}
