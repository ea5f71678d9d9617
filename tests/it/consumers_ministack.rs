//! Consumers as strangers write them, as real processes on ministack: the verdict is what the
//! functions' own account says, whatever they log and however they fail.

use std::{
    collections::{BTreeMap, VecDeque},
    fmt::Write,
    fs,
    sync::{Mutex, PoisonError},
    thread,
    time::Instant,
};

use serde_json::{Value, json};

use crate::support::{
    CliSandbox, Ran, eventually, http,
    ministack::{Auth, Deployed, Ministack, Spec, node},
};

/// So many pipelines are verified side by side.
const SIDE_BY_SIDE: usize = 11;
/// The queue's visibility timeout in seconds. A function that starts for the first time on a busy
/// machine takes seconds, and what it takes after this has come back all the same.
const VISIBILITY: u32 = 10;
/// A message with this quantity cannot be handled.
const BAD: i64 = -1;

/// What the log and the queue can tell of a consumer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tells {
    /// What became of each message.
    All,
    /// Only which messages are dead: what the log shows may be the producer's, or nobody's.
    Letters,
}

/// A kind of consumer.
#[derive(Debug, Clone, Copy)]
struct Kind {
    name: &'static str,
    consumer: &'static str,
    producer: &'static str,
    tells: Tells,
    /// What else is special.
    with: fn(Spec) -> Spec,
}

/// A consumer that is told by marker, id or values, behind a producer that tells its ids.
const fn kind(name: &'static str, consumer: &'static str) -> Kind {
    Kind {
        name,
        consumer,
        producer: "producer.js",
        tells: Tells::All,
        with: |spec| spec,
    }
}

const fn with(kind: Kind, with: fn(Spec) -> Spec) -> Kind {
    Kind { with, ..kind }
}

const fn untold(kind: Kind, producer: &'static str) -> Kind {
    Kind {
        producer,
        tells: Tells::Letters,
        ..kind
    }
}

fn in_bootstrap(spec: Spec) -> Spec {
    Spec {
        bootstrap: true,
        ..spec
    }
}

fn quiet(spec: Spec) -> Spec {
    Spec {
        partial: true,
        ..spec
    }
}

/// Each message comes back once, in silence.
fn recovering(spec: Spec) -> Spec {
    Spec {
        fails: 1,
        max_receives: Some(3),
        ..quiet(spec)
    }
}

fn shared(spec: Spec) -> Spec {
    Spec {
        shared_log: true,
        ..spec
    }
}

/// The trigger drops what cannot be handled.
fn filtered(spec: Spec) -> Spec {
    Spec {
        filter: json!({"body": {"quantity": [{"numeric": [">", 0]}]}}),
        ..shared(spec)
    }
}

const KINDS: [Kind; 22] = [
    kind("py-raising", "strangers/raising.py"),
    kind("py-custom", "strangers/custom.py"),
    kind("py-typed", "strangers/typed.py"),
    kind("py-ids", "strangers/ids.py"),
    with(kind("py-partial", "strangers/partial.py"), quiet),
    with(kind("py-recovering", "strangers/partial.py"), recovering),
    kind("js-raising", "strangers/raising.js"),
    kind("js-custom", "strangers/custom.js"),
    kind("js-typed", "strangers/typed.js"),
    kind("js-ids", "strangers/ids.js"),
    with(kind("js-partial", "strangers/partial.js"), quiet),
    with(kind("js-recovering", "strangers/partial.js"), recovering),
    with(kind("bs-raising", "strangers/raising.py"), in_bootstrap),
    with(kind("bs-custom", "strangers/custom.py"), in_bootstrap),
    with(kind("bs-typed", "strangers/typed.py"), in_bootstrap),
    with(kind("bs-ids", "strangers/ids.py"), in_bootstrap),
    with(kind("bs-partial", "strangers/partial.py"), |spec| {
        quiet(in_bootstrap(spec))
    }),
    with(kind("bs-recovering", "strangers/partial.py"), |spec| {
        recovering(in_bootstrap(spec))
    }),
    // Nobody tells whose the ids are.
    untold(kind("py-ids-untold", "strangers/ids.py"), "producer.py"),
    // Its streams have no name, and the request ids that ministack answers with are not those of
    // the log: what stands there may be the producer's.
    untold(
        with(kind("py-shared", "strangers/raising.py"), shared),
        "strangers/producer_loud.js",
    ),
    untold(
        with(kind("js-shared", "strangers/raising.js"), shared),
        "strangers/producer_loud.js",
    ),
    untold(
        with(kind("js-filtered", "strangers/raising.js"), filtered),
        "strangers/producer_loud.js",
    ),
];

/// What became of an order, by the consumer's own account.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Fate {
    /// How often the consumer was handed it.
    received: u32,
    /// The attempt that counts: an earlier one that ends later has no say any more.
    last: u64,
    /// Whether that one let it go.
    is_taken: bool,
    /// Whether it ended after its visibility timeout: then the consumer cannot know whether the
    /// queue took its word.
    is_late: bool,
}

/// One kind's pipeline.
struct Pipeline<'a> {
    ministack: &'a Ministack,
    kind: &'a Kind,
    deployed: &'a Deployed,
    sandbox: &'a CliSandbox,
}

/// How a run went, for the table.
struct Told {
    line: String,
    wrong: Option<String>,
}

impl Pipeline<'_> {
    /// What the consumer says that it did with the orders of one run.
    fn account(&self, run: &str) -> (BTreeMap<String, Fate>, u64) {
        let text = fs::read_to_string(self.sandbox.path().join("account")).unwrap_or_default();
        let mut fates: BTreeMap<String, Fate> = BTreeMap::new();
        let mut together = 0;
        for line in text.lines() {
            let told: Value = serde_json::from_str(line).expect("JSON");
            let order = told["order"].as_str().expect("an order");
            if order.starts_with(run) {
                let fate = fates.entry(order.to_owned()).or_default();
                fate.received += 1;
                let attempt = told["attempt"].as_u64().unwrap_or_default();
                if attempt >= fate.last {
                    fate.last = attempt;
                    fate.is_taken = told["took"] == true;
                    let number = |name: &str| told[name].as_u64().unwrap_or_default();
                    let took = number("now").saturating_sub(number("since"));
                    fate.is_late = took > attempt * u64::from(VISIBILITY) * 1000;
                }
                together = together.max(told["together"].as_u64().unwrap_or_default());
            }
        }
        (fates, together)
    }

    /// Messages in one invocation of the consumer, at most.
    fn set_batch(&self, size: u32) {
        let line = format!(
            "PUT /2015-03-31/event-source-mappings/{}",
            self.deployed.trigger
        );
        let body = json!({ "BatchSize": size }).to_string();
        let (status, answer) =
            http::request(&self.ministack.url, &line, &[], &body).expect("an answer");
        assert!((200..300).contains(&status), "{status}: {answer}");
    }

    /// Lets the consumer start, which on a busy machine takes longer than its messages would wait.
    fn warm_up(&self) {
        let line = format!(
            "POST /2015-03-31/functions/{}/invocations",
            self.deployed.consumer
        );
        let (status, answer) = http::request(&self.ministack.url, &line, &[], r#"{"Records": []}"#)
            .expect("an answer");
        assert_eq!(status, 200, "{answer}");
    }

    fn verify(&self, more: &[&str]) -> Ran {
        let timeout = if self.kind.tells == Tells::All {
            "60s"
        } else {
            "40s"
        };
        self.ministack
            .edactl(self.sandbox)
            .args(["--producer", &self.deployed.producer, "--timeout", timeout])
            .args(["verify", "-o", "json"])
            .args(more)
            .output()
            .expect("edactl runs")
            .into()
    }

    /// Sends five orders, of which the third may be bad, and holds the verdict against the account.
    fn run(&self, run: &str, batch: u32, has_bad: bool) -> Told {
        self.set_batch(batch);
        let order = |number: i64| {
            let is_bad = has_bad && number == 3;
            json!({
                "order_id": format!("{run}-10{number}7"),
                "customer": format!("Customer {run} No. {number}"),
                "quantity": if is_bad { BAD } else { 70 + number },
            })
        };
        let event: serde_json::Map<String, Value> = (1..=5)
            .map(order)
            .map(|order| (order["order_id"].as_str().expect("text").to_owned(), order))
            .collect();
        let name = format!("{run}.json");
        self.sandbox.file(&name, Value::from(event).to_string());
        let began = Instant::now();
        let mut ran = self.verify(&[&name, "--messages", "entries"]);
        let first = ran.code;
        // A verdict that is certain does not wait for the other payloads: they come to rest now.
        if ran.code == Some(1) && is_open(&ran) {
            self.await_rest();
            ran = self.verify(&[]);
        }
        let took = began.elapsed();
        let (account, together) = self.account(run);
        let wrong = self.disagreement(run, first, &ran, &account, has_bad);
        let taken = account.values().filter(|fate| fate.is_taken).count();
        let attempts: u32 = account.values().map(|fate| fate.received).sum();
        let mut line = format!(
            "{:15} batch {batch:2} ({together} together)  account: {taken} taken, {} not, {} never \
             handed, {attempts} attempts  verdict: exit {:?}",
            self.kind.name,
            account.len() - taken,
            5 - account.len(),
            ran.code.unwrap_or_default(),
        );
        let report: Value = serde_json::from_str(&ran.stdout).unwrap_or_default();
        for (state, count) in counts(&report) {
            let _ = write!(line, ", {count} {state}");
        }
        let _ = write!(line, " in {:.1} s", took.as_secs_f64());
        Told { line, wrong }
    }

    /// Waits until nothing more is to come from the queue, by ministack's own word.
    fn await_rest(&self) {
        let question = json!({"QueueUrl": self.deployed.queue_url, "AttributeNames": ["All"]});
        eventually("the queue comes to rest", || {
            let (_, answer) = http::call(
                &self.ministack.url,
                "AmazonSQS.GetQueueAttributes",
                &question,
            );
            ["", "NotVisible", "Delayed"]
                .iter()
                .all(|kind| {
                    answer["Attributes"][format!("ApproximateNumberOfMessages{kind}")] == "0"
                })
                .then_some(())
        });
    }

    /// What is wrong with a report, by the account.
    fn disagreement(
        &self,
        run: &str,
        first: Option<i32>,
        ran: &Ran,
        account: &BTreeMap<String, Fate>,
        has_bad: bool,
    ) -> Option<String> {
        let report: Value = serde_json::from_str(&ran.stdout).unwrap_or_default();
        let all_handed = account.len() == 5;
        let may_be_taken = |fate: &Fate| fate.is_taken || fate.is_late;
        let may_be_dead = |fate: &Fate| !fate.is_taken || fate.is_late;
        let is_good = all_handed && account.values().all(may_be_taken);
        let is_bad = !all_handed || account.values().any(may_be_dead);
        let mut wrong = Vec::new();
        match (ran.code, self.kind.tells) {
            (Some(0), _) if is_good => {}
            (Some(1), _) if is_bad => {}
            (Some(4), Tells::Letters) if first == Some(4) => {}
            _ => wrong.push(format!("exit {:?}", ran.code)),
        }
        for message in report["messages"].as_array().into_iter().flatten() {
            let key = message["key"].as_str().unwrap_or_default();
            let fate = account.get(key);
            let is_right = match message["state"].as_str().unwrap_or_default() {
                "taken" => fate.is_some_and(may_be_taken),
                // A function that does not start in time is handed nothing that it knows of.
                "dead-lettered" => fate.is_none_or(may_be_dead),
                "filtered" => fate.is_none(),
                "untraced" | "received" | "waiting" | "in-doubt" => {
                    self.kind.tells == Tells::Letters
                }
                _ => false,
            };
            if !is_right {
                wrong.push(format!("{key} is not {}: {fate:?}", message["state"]));
            }
        }
        (!wrong.is_empty()).then(|| {
            format!(
                "{} {run} (bad: {has_bad}): {}\n{ran:#?}\n{account:#?}",
                self.kind.name,
                wrong.join(", ")
            )
        })
    }
}

/// Whether more may become of a payload than a report says.
fn is_open(ran: &Ran) -> bool {
    let report: Value = serde_json::from_str(&ran.stdout).unwrap_or_default();
    let open = ["waiting", "received", "failing", "untraced"];
    counts(&report).keys().any(|state| open.contains(&&**state))
}

/// The payloads of a report by state.
fn counts(report: &Value) -> BTreeMap<String, u64> {
    let mut counts = BTreeMap::new();
    for message in report["messages"].as_array().into_iter().flatten() {
        let state = message["state"].as_str().unwrap_or_default().to_owned();
        *counts.entry(state).or_default() += 1;
    }
    counts
}

#[test]
fn the_verdict_is_what_the_functions_own_account_says() {
    if !node() {
        return;
    }
    let Some(ministack) = Ministack::start(Auth::Off) else {
        return;
    };
    let began = Instant::now();
    let sandboxes: Vec<CliSandbox> = KINDS.iter().map(|_| CliSandbox::new()).collect();
    let spec = |(kind, sandbox): (&Kind, &CliSandbox)| {
        (kind.with)(Spec {
            producer_file: Some(kind.producer),
            consumer_file: Some(kind.consumer),
            environment: json!({"ACCOUNT": sandbox.path().join("account")}),
            visibility: VISIBILITY,
            max_receives: Some(1),
            ..Spec::new(kind.name)
        })
    };
    let specs: Vec<Spec> = KINDS.iter().zip(&sandboxes).map(spec).collect();
    let deployed = ministack.deploy_all(&specs);
    println!("{} pipelines in {:?}", KINDS.len(), began.elapsed());
    let pipelines = KINDS.iter().zip(&sandboxes).zip(&deployed);
    let pipelines: VecDeque<Pipeline> = pipelines
        .map(|((kind, sandbox), deployed)| Pipeline {
            ministack: &ministack,
            kind,
            deployed,
            sandbox,
        })
        .collect();
    let waiting = Mutex::new(pipelines);
    let told = Mutex::new(Vec::new());
    let work = || {
        let next = || {
            waiting
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .pop_front()
        };
        while let Some(pipeline) = next() {
            pipeline.warm_up();
            for (run, batch, has_bad) in [("X", 10, false), ("Y", 10, true), ("Z", 1, true)] {
                let one = pipeline.run(run, batch, has_bad);
                told.lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .push(one);
            }
        }
    };
    thread::scope(|scope| {
        for _ in 0..SIDE_BY_SIDE {
            scope.spawn(work);
        }
    });
    let mut told = told.into_inner().unwrap_or_else(PoisonError::into_inner);
    told.sort_by(|one, other| one.line.cmp(&other.line));
    for one in &told {
        println!("{}", one.line);
    }
    println!("{} runs in {:?}", told.len(), began.elapsed());
    let wrong: Vec<_> = told.into_iter().filter_map(|one| one.wrong).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
