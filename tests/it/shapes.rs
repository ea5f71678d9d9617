//! What producers make of events, as strangers write them, on ministack: the verdict is the right
//! one for each kind, with and without markers, from an empty directory; and a second run needs no
//! option.

use std::{thread, time::Instant};

use serde_json::Value;

use crate::support::{
    CliSandbox, Ran,
    ministack::{Auth, Deployed, Language, Ministack, Spec, node},
};

const ORDER: &str = r#"{"order_id": "A-1007", "customer": "Ada Lovelace", "paid": true}"#;
const ORDERS: &str = r#"{"batch": "b-2026-11", "orders": [
    {"order_id": "A-1", "sku": "lamp"}, {"order_id": "A-2", "sku": "chair"}]}"#;
const REST: &str = r#"{"resource": "/orders", "path": "/orders", "httpMethod": "POST",
    "headers": {"Content-Type": "application/json"}, "requestContext": {"stage": "prod"},
    "body": "{\"order_id\": \"A-1007\", \"customer\": \"Ada Lovelace\"}",
    "isBase64Encoded": false}"#;
const HTTP: &str = r#"{"version": "2.0", "routeKey": "POST /orders", "rawPath": "/orders",
    "requestContext": {"http": {"method": "POST", "path": "/orders"}},
    "body": "{\"order_id\": \"A-1007\", \"customer\": \"Ada Lovelace\"}",
    "isBase64Encoded": false}"#;
const BUS: &str = r#"{"version": "0", "id": "e-1", "detail-type": "OrderPlaced",
    "source": "shop.orders", "account": "000000000000", "region": "eu-central-1",
    "detail": {"order_id": "A-1007", "customer": "Ada Lovelace"}}"#;

/// A kind of producer.
struct Kind {
    name: &'static str,
    failing: &'static str,
    file: &'static str,
    event: &'static str,
    /// What `--messages` has to say; none: nothing.
    messages: Option<&'static str>,
    /// How many payloads the event has then.
    payloads: u64,
    fifo: bool,
    consumer: Language,
}

const fn kind(
    [name, failing, file]: [&'static str; 3],
    event: &'static str,
    messages: Option<&'static str>,
    payloads: u64,
) -> Kind {
    Kind {
        name,
        failing,
        file,
        event,
        messages,
        payloads,
        fifo: false,
        consumer: Language::Python,
    }
}

/// The kinds. What AWS defines needs no option.
const KINDS: [Kind; 9] = [
    kind(
        ["whole", "whole-bad", "producer_whole.py"],
        ORDER,
        Some("event"),
        1,
    ),
    kind(["body", "body-bad", "producer_body.py"], REST, None, 1),
    kind(
        ["wrapped", "wrapped-bad", "producer_wrapped.js"],
        HTTP,
        None,
        1,
    ),
    kind(["detail", "detail-bad", "producer_detail.py"], BUS, None, 1),
    kind(
        ["list", "list-bad", "producer_list.py"],
        ORDERS,
        Some("/orders/*"),
        2,
    ),
    kind(
        ["batch", "batch-bad", "producer_batch.py"],
        ORDERS,
        Some("/orders/*"),
        2,
    ),
    kind(
        ["envelope", "envelope-bad", "producer_envelope.js"],
        ORDER,
        Some("event"),
        1,
    ),
    // Only ids tell what holds nothing of the event: this consumer logs them.
    Kind {
        consumer: Language::Node,
        ..kind(
            ["fixed", "fixed-bad", "producer_fixed.py"],
            ORDER,
            Some("unknown"),
            1,
        )
    },
    Kind {
        fifo: true,
        ..kind(
            ["ordered", "ordered-bad", "producer_whole.py"],
            ORDER,
            Some("event"),
            1,
        )
    },
];

impl Kind {
    fn spec(&self, is_good: bool) -> Spec {
        let spec = Spec {
            producer_file: Some(self.file),
            fifo: self.fifo,
            language: self.consumer,
            ..Spec::new(if is_good { self.name } else { self.failing })
        };
        if is_good {
            return spec;
        }
        Spec {
            // On each message, until it is in the dead-letter queue.
            fails: 99,
            max_receives: Some(1),
            visibility: 1,
            ..spec
        }
    }
}

/// Runs `edactl --producer NAME verify event.json` with these options.
fn verify(ministack: &Ministack, to: &Deployed, sandbox: &CliSandbox, options: &[&str]) -> Ran {
    ministack
        .edactl(sandbox)
        .args(["--producer", &to.producer, "--timeout", "60s"])
        .args(["verify", "event.json", "-o", "json"])
        .args(options)
        .output()
        .expect("edactl runs")
        .into()
}

/// What a run came to: exit code, verdict, and how many payloads are taken and dead.
fn told(ran: &Ran) -> (Option<i32>, String, u64, u64) {
    let report: Value = serde_json::from_str(&ran.stdout).unwrap_or_default();
    let count = |name: &str| report["counts"][name].as_u64().unwrap_or_default();
    let verdict = report["verdict"].as_str().unwrap_or_default().to_owned();
    (ran.code, verdict, count("taken"), count("dead_lettered"))
}

/// The runs of one kind; what was wrong with any.
fn runs_of(ministack: &Ministack, kind: &Kind, good: &Deployed, bad: &Deployed) -> Vec<String> {
    let option: Vec<&str> = kind
        .messages
        .iter()
        .flat_map(|it| ["--messages", it])
        .collect();
    let sandbox = CliSandbox::new();
    sandbox.file("event.json", kind.event);
    let mut wrong = Vec::new();
    let mut check = |what: &str, ran: Ran, expected: (i32, &str, u64, u64)| {
        let (code, verdict, taken, dead) = told(&ran);
        if (code, verdict.as_str(), taken, dead)
            != (Some(expected.0), expected.1, expected.2, expected.3)
        {
            wrong.push(format!("{} {what}: not {expected:?}: {ran:#?}", kind.name));
        }
    };
    let n = kind.payloads;
    let first = verify(ministack, good, &sandbox, &option);
    check("with a marker", first, (0, "proven", n, 0));
    // The second run needs no option.
    let second = verify(ministack, good, &sandbox, &["--no-marker"]);
    check("without a marker", second, (0, "proven", n, 0));
    let failing = verify(ministack, bad, &sandbox, &option);
    check("failing", failing, (1, "disproven", 0, n));
    let unmarked: Vec<&str> = option.iter().copied().chain(["--no-marker"]).collect();
    let failing = verify(ministack, bad, &sandbox, &unmarked);
    check("failing without a marker", failing, (1, "disproven", 0, n));
    wrong
}

#[test]
fn each_kind_of_producer_gets_the_right_verdict() {
    if !node() {
        return;
    }
    let Some(ministack) = Ministack::start(Auth::Off) else {
        return;
    };
    let began = Instant::now();
    let specs: Vec<Spec> = KINDS
        .iter()
        .flat_map(|kind| [kind.spec(true), kind.spec(false)])
        .collect();
    let deployed = ministack.deploy_all(&specs);
    let wrong: Vec<String> = thread::scope(|scope| {
        let runs: Vec<_> = KINDS
            .iter()
            .zip(deployed.chunks(2))
            .map(|(kind, pair)| {
                let ministack = &ministack;
                scope.spawn(move || runs_of(ministack, kind, &pair[0], &pair[1]))
            })
            .collect();
        runs.into_iter()
            .flat_map(|run| run.join().expect("no panic"))
            .collect()
    });
    println!("{} kinds in {:?}", KINDS.len(), began.elapsed());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Whether a report has this finding, with these words for people.
#[track_caller]
fn expect_told(report: &Value, id: &str, words: &str) {
    let has = |list: &str, is_it: &dyn Fn(&Value) -> bool| {
        report[list]
            .as_array()
            .is_some_and(|all| all.iter().any(is_it))
    };
    assert!(has("findings", &|it| it["id"] == id), "no {id} in {report}");
    let is_said = |note: &Value| note.as_str().is_some_and(|it| it.contains(words));
    assert!(has("notes", &is_said), "no {words} in {report}");
}

#[test]
fn a_run_teaches_the_shape_that_the_next_one_takes_up() {
    let Some(ministack) = Ministack::start(Auth::Off) else {
        return;
    };
    let spec = |name, file| Spec {
        producer_file: Some(file),
        ..Spec::new(name)
    };
    let deployed = ministack.deploy_all(&[
        spec("list", "producer_list.py"),
        spec("whole", "producer_whole.py"),
        spec("fixed", "producer_fixed.py"),
    ]);
    // No entry of the event is a message: nothing is called lost, and the next step is told.
    let sandbox = CliSandbox::new();
    sandbox.file("event.json", ORDERS);
    let first = verify(&ministack, &deployed[0], &sandbox, &[])
        .expect(4)
        .json();
    assert_eq!(first["counts"]["lost"], 0, "{first}");
    expect_told(&first, "shape-seen", "messages = \"/orders/*\"");
    let second = verify(&ministack, &deployed[0], &sandbox, &[])
        .expect(0)
        .json();
    assert_eq!(second["counts"]["taken"], 2, "{second}");
    let mut init = ministack.edactl(&sandbox);
    init.args(["--producer", &deployed[0].producer, "config", "init"]);
    Ran::from(init.output().expect("edactl runs")).expect(0);
    let written = sandbox.read("edactl.toml");
    assert!(written.contains("messages = \"/orders/*\""), "{written}");
    // All that was sent arrived inside a larger message.
    let sandbox = CliSandbox::new();
    sandbox.file("event.json", ORDER);
    let whole = verify(&ministack, &deployed[1], &sandbox, &[])
        .expect(0)
        .json();
    assert_eq!(whole["counts"]["taken"], 3, "{whole}");
    expect_told(&whole, "shape-seen", "messages = \"event\"");
    let second = verify(&ministack, &deployed[1], &sandbox, &[])
        .expect(0)
        .json();
    assert_eq!(second["counts"]["taken"], 1, "{second}");
    // A message of the producer's own shows nothing of the event: that is said, and no more.
    let fixed = verify(&ministack, &deployed[2], &sandbox, &[])
        .expect(4)
        .json();
    assert_eq!(fixed["counts"]["lost"], 0, "{fixed}");
    expect_told(&fixed, "shape-refuted", "unknown");
}
