//! Endpoints that misbehave, in front of every command that asks one: each ends in time, with a
//! sentence, in the exit code that tells whether anything had been told, and in little memory.

use std::{
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicBool, Ordering},
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, kill_process};

use crate::support::{
    CliSandbox, Ran, eventually,
    proxy::{Proxy, Reply, Seen, Treatment},
};

/// A login page, as a captive portal or a company's proxy shows it.
const PAGE: Reply = Reply {
    status: 200,
    headers: &[("content-type", "text/html; charset=utf-8")],
    body: b"<!doctype html><title>Log in</title><p>Please log in",
};
const ELSEWHERE: Reply = Reply {
    status: 302,
    headers: &[("location", "https://login.example.com/?from=aws")],
    body: b"",
};
/// An empty page, whatever is listed, that always leads to the same next one.
const LOOP: Reply = Reply {
    status: 200,
    headers: &[("content-type", "application/x-amz-json-1.1")],
    body: br#"{"events": [], "logGroups": [], "Functions": [], "EventSourceMappings": [],
        "QueueUrls": [], "queueUrls": [], "nextToken": "t", "NextToken": "t", "NextMarker": "t"}"#,
};

/// In which way the endpoint misbehaves.
const MANNERS: [(&str, Treatment); 7] = [
    ("silent", Treatment::Hold),
    ("dripping", Treatment::Drip),
    ("endless", Treatment::Endless),
    ("looping", Treatment::Answer(LOOP)),
    ("cut", Treatment::Cut),
    ("redirecting", Treatment::Answer(ELSEWHERE)),
    ("HTML-answering", Treatment::Answer(PAGE)),
];

/// A pipeline with a run and a dead letter, behind a proxy that misbehaves from a certain
/// operation on.
struct Behind {
    sandbox: CliSandbox,
    proxy: Proxy,
}

impl Behind {
    /// `from`: what the operation's name holds; empty: any. `begun`: how many of these are let
    /// through.
    fn new(treatment: Treatment, from: &'static str, begun: usize) -> Self {
        let left = std::sync::Mutex::new(begun);
        let broken = AtomicBool::new(false);
        Self::treating(move |seen: &Seen| {
            if broken.load(Ordering::SeqCst) {
                return treatment;
            }
            if seen.operation.contains(from) {
                let mut left = left.lock().expect("no panic under the lock");
                if *left == 0 {
                    broken.store(true, Ordering::SeqCst);
                    return treatment;
                }
                *left -= 1;
            }
            Treatment::Forward
        })
    }

    /// One operation is never answered, all others are.
    fn holding(operation: &'static str) -> Self {
        Self::treating(move |seen: &Seen| {
            if seen.operation.contains(operation) {
                Treatment::Hold
            } else {
                Treatment::Forward
            }
        })
    }

    fn treating(treat: impl Fn(&Seen) -> Treatment + Send + Sync + 'static) -> Self {
        let sandbox = CliSandbox::with_pipeline("");
        sandbox.file("event.json", r#"{"good": {"n": 1}, "bad": {"fail": true}}"#);
        sandbox.run("-p local -q send event.json").expect(0);
        eventually("the letter is there, and nobody hides it", || {
            sandbox.account().contains("deadLettered").then_some(())
        });
        let proxy = Proxy::start(&sandbox.endpoint(), treat);
        Self { sandbox, proxy }
    }

    /// edactl in front of the proxy, which knows the pipeline from its configuration; it may not
    /// take 100 MB.
    fn edactl(&self, arguments: &[&str]) -> Command {
        let edactl = self.sandbox.edactl_with_account();
        let mut command = Command::new("sh");
        command
            .args(["-c", "ulimit -d 102400; exec \"$@\"", "sh"])
            .arg(edactl.get_program())
            .env_clear()
            .envs(
                edactl
                    .get_envs()
                    .filter_map(|(name, value)| Some((name, value?))),
            )
            .env("AWS_ENDPOINT_URL", self.proxy.url())
            .current_dir(self.sandbox.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .args(["--producer", "edactl-local-producer"])
            .args(arguments);
        command
    }
}

/// How a child ends, which it does by itself: what hangs is ended, and fails the test.
#[track_caller]
fn ended(what: &str, mut child: Child) -> Ran {
    let deadline = Instant::now() + Duration::from_secs(25);
    while child.try_wait().expect("a child").is_none() {
        if Instant::now() >= deadline {
            let _ = child.kill();
            panic!("{what}: it does not end");
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    child.wait_with_output().expect("its output").into()
}

/// Runs all of these at once against one endpoint, each with so much time: what each came to.
fn all(behind: &Behind, commands: &[&[&str]], timeout: &str) -> Vec<(String, Ran)> {
    let children: Vec<_> = commands
        .iter()
        .map(|arguments| {
            let mut command = behind.edactl(&["--timeout", timeout]);
            let child = command.args(*arguments).spawn().expect("edactl runs");
            (arguments.join(" "), child)
        })
        .collect();
    let ran = children.into_iter().map(|(what, child)| {
        let ran = ended(&what, child);
        (what, ran)
    });
    ran.collect()
}

/// Every command that asks an endpoint.
const COMMANDS: [&[&str]; 15] = [
    &["verify", "event.json"],
    &["verify", "--run", "last"],
    &["send", "event.json"],
    &["logs", "--no-pager"],
    &["logs", "--no-pager", "--follow"],
    &["logs", "--no-pager", "--tail", "5"],
    &["logs", "--count-by", "level"],
    &["doctor"],
    &["config", "show"],
    &["config", "init", "--force"],
    &["dlq", "list"],
    &["dlq", "peek"],
    &["dlq", "export", "-"],
    &["dlq", "redrive", "--all"],
    &["dlq", "delete", "--all", "--yes"],
];

#[test]
fn before_anything_was_told_it_is_the_endpoint_s_fault() {
    for (manner, treatment) in MANNERS {
        let behind = Behind::new(treatment, "", 0);
        for (what, ran) in all(&behind, &COMMANDS, "2s") {
            let what = format!("{manner}: {what}");
            if manner == "looping" {
                // It tells that there is nothing: what was named may be missing.
                assert!(!ran.stderr.is_empty() || !ran.stdout.is_empty(), "{what}");
                continue;
            }
            assert_eq!(ran.code, Some(3), "{what}: {ran:?}");
            let errors = ran.stderr.matches("error: ").count();
            assert_eq!(errors, 1, "{what}: {}", ran.stderr);
            assert!(ran.stderr.contains("\nnext: "), "{what}: {}", ran.stderr);
        }
    }
}

/// The command, the operation at which its endpoint begins to misbehave, and how many of those are
/// answered before: so much is told by then that only the end is not known.
const LATER: [(&[&str], &str, usize); 8] = [
    (
        &["verify", "event.json", "--witness", "logs"],
        "FilterLogEvents",
        4,
    ),
    (&["send", "event.json"], "/invocations", 0),
    (&["logs", "--no-pager"], "FilterLogEvents", 1),
    (&["logs", "--no-pager", "--follow"], "FilterLogEvents", 2),
    (&["dlq", "list"], "ReceiveMessage", 1),
    (&["dlq", "peek", "5"], "ReceiveMessage", 1),
    (&["dlq", "export", "-"], "ReceiveMessage", 1),
    (
        &["dlq", "redrive", "--all", "--one-by-one"],
        "SendMessageBatch",
        0,
    ),
];

#[test]
fn after_something_was_told_it_is_undetermined() {
    let try_manner = |(manner, treatment): (&str, Treatment)| {
        for (arguments, from, begun) in LATER {
            // What answers a single message or a list wrongly, but whole, is another kind.
            if manner == "looping" && from != "FilterLogEvents" {
                continue;
            }
            let behind = Behind::new(treatment, from, begun);
            let (what, ran) = all(&behind, &[arguments], "8s").remove(0);
            let what = format!("{manner}: {what}");
            assert_eq!(ran.code, Some(4), "{what}: {ran:?}");
            assert!(!ran.stdout.is_empty() || !ran.stderr.is_empty(), "{what}");
        }
    };
    std::thread::scope(|scope| {
        for manner in MANNERS {
            scope.spawn(move || try_manner(manner));
        }
    });
}

#[test]
fn a_front_door_that_misbehaves() {
    let behind = Behind::new(Treatment::Forward, "", 0);
    for (manner, treatment) in MANNERS {
        let door = Proxy::start("http://127.0.0.1:9", move |_: &Seen| treatment);
        let mut command = behind.edactl(&["--timeout", "2s", "send", "event.json"]);
        let child = command
            .args(["--invoke-timeout", "1s", "--url", &door.url()])
            .spawn()
            .expect("edactl runs");
        let ran = ended(manner, child);
        // A redirect is not followed, so the URL is wrong; a body is the producer's own.
        let expected = match manner {
            "redirecting" => 2,
            "looping" | "endless" | "HTML-answering" => 0,
            _ => 4,
        };
        assert_eq!(ran.code, Some(expected), "{manner}: {ran:?}");
    }
}

/// Signals that end a command, in each of its phases.
#[test]
fn a_signal_ends_every_phase() {
    let behind = Behind::new(Treatment::Hold, "", 0);
    let vault = behind.sandbox.path().join("aws-config");
    let process = "[profile slow]\ncredential_process = sh -c 'sleep 60'\n";
    std::fs::write(&vault, process).expect("a file");
    let later = Behind::holding("FilterLogEvents");
    let letters = Behind::holding("ReceiveMessage");
    let mut children = Vec::new();
    for signal in [Signal::INT, Signal::TERM] {
        for arguments in COMMANDS {
            interrupt_all(&mut children);
            let what = format!("{signal:?} {arguments:?}");
            // While it finds the pipeline.
            let child = behind.edactl(arguments).spawn().expect("edactl runs");
            children.push((format!("discovery: {what}"), child, signal));
            // While it waits for credentials.
            let mut command = behind.edactl(arguments);
            command
                .env_remove("AWS_ACCESS_KEY_ID")
                .env_remove("AWS_SECRET_ACCESS_KEY")
                .env("AWS_CONFIG_FILE", &vault)
                .env("AWS_PROFILE", "slow");
            let child = command.spawn().expect("edactl runs");
            children.push((format!("credentials: {what}"), child, signal));
            // While it works.
            let at_work = match arguments[0] {
                // What is recorded is of the pipeline by another name.
                "verify" if arguments.contains(&"--run") => continue,
                "logs" | "verify" if !arguments.contains(&"--count-by") => &later,
                "dlq" if !arguments.contains(&"redrive") => &letters,
                _ => continue,
            };
            let child = at_work.edactl(arguments).spawn().expect("edactl runs");
            children.push((format!("at work: {what}"), child, signal));
        }
    }
    interrupt_all(&mut children);
}

/// Signals each once it has begun to wait, and sees it end.
#[track_caller]
fn interrupt_all(children: &mut Vec<(String, Child, Signal)>) {
    for (what, child, _) in children.iter_mut() {
        // It sleeps: it waits for the endpoint, or for its child.
        let stat = format!("/proc/{}/stat", child.id());
        let mut asleep = 0;
        eventually(what, || {
            let text = std::fs::read_to_string(&stat).unwrap_or_default();
            let is_edactl = text.contains("(edactl)");
            asleep = if is_edactl && text.contains(") S ") {
                asleep + 1
            } else {
                0
            };
            (asleep > 40).then_some(())
        });
    }
    for (what, child, signal) in children.drain(..) {
        kill_process(Pid::from_child(&child), signal).expect(&what);
        let ran = ended(&what, child);
        assert_eq!(ran.code, Some(130), "{what}: {ran:?}");
    }
}
