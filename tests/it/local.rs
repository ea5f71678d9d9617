//! The embedded pipeline's life: started once, found again, replaced when dead, stopped.

use std::{
    fs,
    io::{BufRead, BufReader},
    net::TcpListener,
    process::{Child, Command, Stdio},
};

use crate::support::{CliSandbox, Ran, eventually, http, sample};
use serde_json::{Value, json};

/// Starts `local start --foreground --print-env` and waits for the first variable.
fn foreground(sandbox: &CliSandbox, more: &str) -> (Child, String) {
    let mut child = sandbox
        .edactl()
        .args(["local", "start", "--foreground", "--print-env"])
        .args(more.split_whitespace())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("edactl runs");
    let mut line = String::new();
    let stdout = child.stdout.as_mut().expect("a pipe");
    BufReader::new(stdout)
        .read_line(&mut line)
        .expect("the first variable");
    let url = line.trim().strip_prefix("export AWS_ENDPOINT_URL=");
    let url = url.unwrap_or_else(|| panic!("no endpoint: {line}"));
    (child, url.to_owned())
}

fn signal(name: &str, pid: &Value) {
    let ended = Command::new("kill").args([name, &pid.to_string()]).status();
    assert!(ended.expect("kill runs").success());
}

#[test]
fn it_starts_by_itself_and_stays() {
    let sandbox = CliSandbox::new();
    assert_eq!(sandbox.pipeline(), Value::Null);
    let event = sample("basic.json");
    sandbox.run(&format!("-p local send {event}")).expect(0);
    let first = sandbox.pipeline();
    sandbox.run(&format!("-p local send {event}")).expect(0);
    assert_eq!(sandbox.pipeline()["pid"], first["pid"]);
    assert_ne!(first["pid"], Value::Null);
}

#[test]
fn commands_that_start_it_at_once_end_with_one() {
    let sandbox = CliSandbox::new();
    let start = || {
        sandbox
            .edactl()
            .args(["local", "start"])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("edactl runs")
    };
    let all: Vec<_> = (0..8).map(|_| start()).collect();
    let address = |child: Child| {
        let ran: Ran = child.wait_with_output().expect("it ends").into();
        let stdout = ran.expect(0).stdout;
        let first = stdout.lines().next().expect("a line");
        first.rsplit(' ').next().expect("an address").to_owned()
    };
    let addresses: Vec<_> = all.into_iter().map(address).collect();
    let one = sandbox.pipeline();
    for address in addresses {
        assert_eq!(one["endpoint"], json!(address));
    }
}

#[test]
fn settings_are_given_to_the_running_one_exactly() {
    let sandbox = CliSandbox::new();
    sandbox
        .run("local start --fault drop=1 --log-delay 2s --seed 7")
        .expect(0);
    let first = sandbox.pipeline();
    assert_eq!(first["settings"]["faults"], "drop=1");
    assert_eq!(first["settings"]["log_delay"], "2000ms");
    sandbox
        .run("local start --fault duplicate=1 --idle 1h")
        .expect(0);
    let second = sandbox.pipeline();
    assert_eq!(second["pid"], first["pid"]);
    assert_eq!(second["settings"]["faults"], "duplicate=1");
    assert_eq!(second["settings"]["idle"], "3600000ms");
    // What was not asked for again is over.
    assert_eq!(second["settings"]["log_delay"], "0ms");
    assert_eq!(second["settings"]["seed"], Value::Null);
}

#[test]
fn a_dead_one_is_replaced() {
    let sandbox = CliSandbox::new();
    sandbox.run("local start").expect(0);
    let dead = sandbox.pipeline();
    signal("-KILL", &dead["pid"]);
    eventually("it is gone", || {
        (sandbox.pipeline() == Value::Null).then_some(())
    });
    assert!(
        sandbox.state().join("local.json").exists(),
        "nobody tidied up"
    );
    sandbox.run("local stop").expect(0);
    sandbox.run("local start").expect(0);
    assert_ne!(sandbox.pipeline()["pid"], dead["pid"]);
}

#[test]
fn a_reused_port_and_process_id_block_nobody() {
    let (sandbox, neighbour) = (CliSandbox::new(), CliSandbox::new());
    let (mut foreign, url) = foreground(&neighbour, "--port 0");
    let port: u16 = url
        .rsplit(':')
        .next()
        .expect("a port")
        .parse()
        .expect("a number");
    // The file of a dead pipeline; its port and process id have gone to others since.
    let stale =
        json!({"token": "old", "version": "0.0.1", "pid": std::process::id(), "port": port});
    fs::create_dir_all(sandbox.state()).expect("a directory");
    fs::write(sandbox.state().join("local.json"), stale.to_string()).expect("a file");
    sandbox.run("local start").expect(0);
    let started = sandbox.pipeline();
    assert_ne!(started["endpoint"], neighbour.pipeline()["endpoint"]);
    assert_ne!(started, Value::Null);
    neighbour.run("local stop").expect(0);
    foreign.wait().expect("it ends");
}

#[test]
fn stopping_twice_is_no_error() {
    let sandbox = CliSandbox::new();
    sandbox.run("local start").expect(0);
    let pid = sandbox.pipeline()["pid"].clone();
    let stopped = sandbox.run("local stop").expect(0);
    assert_eq!(stopped.stdout, format!("stopped (process {pid})\n"));
    assert!(!sandbox.state().join("local.json").exists());
    assert_eq!(sandbox.run("local stop").expect(0).stdout, "not running\n");
    assert_eq!(
        sandbox.run("local status").expect(0).stdout,
        "not running\n"
    );
}

#[test]
fn one_in_the_foreground_is_found_by_others_until_it_is_interrupted() {
    let sandbox = CliSandbox::new();
    let (mut child, url) = foreground(&sandbox, "--port 0");
    let found = sandbox.pipeline();
    assert_eq!(found["endpoint"], json!(url));
    assert_eq!(found["pid"], json!(child.id()));
    signal("-INT", &found["pid"]);
    assert_eq!(child.wait().expect("it ends").code(), Some(130));
    assert_eq!(sandbox.pipeline(), Value::Null);
    assert!(!sandbox.state().join("local.json").exists());
}

#[test]
fn a_second_one_in_the_foreground_leaves_the_first_registered() {
    let sandbox = CliSandbox::new();
    sandbox.run("local start").expect(0);
    let first = sandbox.pipeline();
    let (mut child, url) = foreground(&sandbox, "--port 0");
    assert_ne!(first["endpoint"], json!(url));
    assert_eq!(sandbox.pipeline(), first);
    signal("-TERM", &json!(child.id()));
    assert_eq!(child.wait().expect("it ends").code(), Some(130));
    assert_eq!(sandbox.pipeline(), first, "the other's end is not its own");
    let mut said = String::new();
    let mut stderr = child.stderr.take().expect("a pipe");
    std::io::Read::read_to_string(&mut stderr, &mut said).expect("text");
    assert!(said.contains("keeps using the pipeline at"), "{said}");
}

#[test]
fn it_ends_when_nobody_needs_it() {
    let sandbox = CliSandbox::new();
    let (mut child, _) = foreground(&sandbox, "--port 0 --idle 100ms");
    assert_eq!(child.wait().expect("it ends").code(), Some(0));
    assert_eq!(sandbox.pipeline(), Value::Null);
}

#[test]
fn it_survives_the_interruption_of_its_starter() {
    let sandbox = CliSandbox::new();
    sandbox.run("local start").expect(0);
    let pid = sandbox.pipeline()["pid"].clone();
    // A session of its own: neither a terminal's end nor its Ctrl-C reaches it.
    let stat = fs::read_to_string(format!("/proc/{pid}/stat"));
    if let Ok(stat) = stat {
        let session = stat.rsplit(") ").next().expect("fields").split(' ').nth(3);
        assert_eq!(session, Some(pid.to_string().as_str()));
    }
}

#[test]
fn its_files_are_private() {
    use std::os::unix::fs::PermissionsExt;
    let sandbox = CliSandbox::new();
    sandbox.run("local start").expect(0);
    for name in ["local.json", "local.lock", "local.log"] {
        let file = fs::metadata(sandbox.state().join(name)).expect("a file");
        assert_eq!(file.permissions().mode() & 0o777, 0o600, "{name}");
    }
}

#[test]
fn it_takes_no_credentials_of_its_starter_along() {
    let sandbox = CliSandbox::new();
    let started = sandbox
        .edactl()
        .args(["local", "start"])
        .env("AWS_SECRET_ACCESS_KEY", "confidential")
        .env("AWS_PROFILE", "theirs")
        .output()
        .expect("edactl runs");
    assert!(started.status.success());
    let pid = &sandbox.pipeline()["pid"];
    // Only Linux shows a process' environment.
    if let Ok(environment) = fs::read(format!("/proc/{pid}/environ")) {
        let environment = String::from_utf8_lossy(&environment);
        assert!(environment.contains("EDACTL_STATE_DIR"), "{environment}");
        assert!(!environment.contains("AWS_"), "{environment}");
    }
}

#[test]
fn a_state_directory_that_others_may_write_is_taken_from_them() {
    use std::os::unix::fs::PermissionsExt;
    let sandbox = CliSandbox::new();
    fs::create_dir(sandbox.state()).expect("a directory");
    fs::set_permissions(sandbox.state(), fs::Permissions::from_mode(0o777)).expect("its mode");
    let first = sandbox.run("local status").expect(0);
    assert!(
        first.stderr.contains("others could write to") && first.stderr.contains("(mode 0777)"),
        "{}",
        first.stderr
    );
    let mode = fs::metadata(sandbox.state())
        .expect("it")
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o755);
    assert_eq!(sandbox.run("local status").expect(0).stderr, "");
}

#[test]
fn what_its_log_store_had_to_forget_is_told() {
    let sandbox = CliSandbox::new();
    sandbox.run("local start --log-megabytes 1").expect(0);
    assert!(!sandbox.run("local status").stdout.contains("forgotten"));
    let group = "/aws/lambda/edactl-local-consumer";
    let call = |operation: &str, mut asked: Value| {
        asked["logGroupName"] = json!(group);
        asked["logStreamName"] = json!("many");
        let target = format!("Logs_20140328.{operation}");
        let (status, answer) = http::call(&sandbox.endpoint(), &target, &asked);
        assert_eq!(status, 200, "{answer}");
    };
    call("CreateLogStream", json!({}));
    for _ in 0..2 {
        let now = jiff::Timestamp::now().as_millisecond();
        let event = json!({ "timestamp": now, "message": "x".repeat(200_000) });
        call("PutLogEvents", json!({ "logEvents": vec![event; 4] }));
    }
    let told = sandbox.run("local status").expect(0).stdout;
    assert!(
        told.contains("4 events (782.03 KiB) forgotten; complete since 2"),
        "{told}"
    );
    let account = sandbox.account();
    assert!(
        account.starts_with(r#"{"evictedLogs":{"events":4,"#),
        "{account}"
    );
    let status = sandbox.run("local status -o json").json();
    assert_eq!(status["running"]["log_store"]["evicted_events"], 4);

    // What was forgotten may have been of the run: it is not lost, the log is not whole.
    sandbox.file("event.json", r#"{"a": {"n": 1}}"#);
    sandbox
        .run("local start --log-megabytes 1 --fault drop=1")
        .expect(0);
    sandbox.run("-p local -q send event.json").expect(0);
    for _ in 0..2 {
        let now = jiff::Timestamp::now().as_millisecond();
        let event = json!({ "timestamp": now, "message": "x".repeat(200_000) });
        call("PutLogEvents", json!({ "logEvents": vec![event; 4] }));
    }
    let ran = sandbox
        .run("-p local verify --run last --timeout 6s")
        .expect(4);
    assert!(
        ran.stdout.contains("log could not be read to its end"),
        "{ran:?}"
    );
}

#[test]
fn bad_settings_are_refused_and_nothing_starts() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = taken.local_addr().expect("an address").port();
    let sandbox = CliSandbox::new();
    for (arguments, sentence) in [
        (
            "--fault drp=1",
            "there is no fault `drp`; known are drop, duplicate",
        ),
        ("--fault drop=2", "`2` is not a probability"),
        ("--log-delay soon", "`soon` is not a duration"),
        ("--throttle 0", "`0` is less than 1"),
        ("--traffic inf", "`inf` is not a rate"),
        ("--traffic-failures 2", "`2` is not a share of a whole"),
        ("--error-style cobol", "does not take `cobol`"),
        (
            "--clock-skew 2days",
            "the clocks may differ by a day at most",
        ),
        (
            "--system-log-level warn",
            "Lambda has a system log level in JSON log format only",
        ),
        (
            &*format!("--port {port}"),
            &*format!("cannot listen on 127.0.0.1:{port}"),
        ),
        (
            &*format!("--foreground --port {port}"),
            &*format!("cannot listen on 127.0.0.1:{port}"),
        ),
    ] {
        let ran = sandbox.run(&format!("local start {arguments}")).expect(2);
        assert!(ran.stderr.contains(sentence), "{arguments}: {}", ran.stderr);
        assert_eq!(ran.stdout, "", "{arguments}");
        assert_eq!(sandbox.pipeline(), Value::Null, "{arguments}");
    }
    sandbox.run("local start").expect(0);
    let ran = sandbox.run(&format!("local start --port {port}")).expect(2);
    assert!(
        ran.stderr.contains("already listens on port"),
        "{}",
        ran.stderr
    );
}
