//! ministack, an AWS that nobody here wrote: it runs the functions as real processes and polls the
//! queue for the consumer. Each test starts its own.

use std::{
    path::{Path, PathBuf},
    process::{Child, ChildStdin, Command, Stdio},
};

use rustix::process::{Pid, Signal, kill_process_group};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::{CliSandbox, Ran, eventually, http, loopback::ReservedPort, python};

/// The region that everything is deployed to.
pub const REGION: &str = "eu-central-1";
/// ministack's account.
pub const ACCOUNT: &str = "000000000000";
/// The access key that ministack takes for the account's root.
const ROOT: Credentials<'static> = Credentials {
    key: "test",
    secret: "test",
};

/// Who calls.
#[derive(Debug, Clone, Copy)]
pub struct Credentials<'a> {
    pub key: &'a str,
    pub secret: &'a str,
}

/// A running ministack. Dropping it ends it and every function that it runs.
pub struct Ministack {
    /// Its address, such as `http://127.0.0.1:1234`.
    pub url: String,
    python: PathBuf,
    /// Nobody else gets its port between choosing and taking it, and after it has ended.
    _port: ReservedPort,
    server: Child,
    /// The server ends when this closes, also when the test is killed.
    _stdin: ChildStdin,
    dir: TempDir,
}

/// Whether signatures and IAM policies count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Auth {
    Off,
    On,
}

impl Ministack {
    /// Starts one with an empty account. `None`, after a word about it, where the machine has no
    /// Python; under `CI` that fails.
    pub fn start(auth: Auth) -> Option<Self> {
        let python = python::MINISTACK.python()?;
        Some(Self::start_with(python, auth))
    }

    fn start_with(python: &Path, auth: Auth) -> Self {
        let dir = tempfile::Builder::new()
            .prefix("edactl-ministack-")
            .tempdir()
            .expect("a temporary directory");
        let port = ReservedPort::new();
        let url = format!("http://{}", port.address);
        let log = std::fs::File::create(dir.path().join("log")).expect("a file");
        // It hands its environment to the functions, so nothing of this process may be in it.
        let mut server = Command::new(python)
            .arg(python::script("ministack_server.py"))
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", dir.path())
            .env("TMPDIR", dir.path())
            .env("PYTHONPATH", python::script("runtime"))
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .env("BIND_HOST", "127.0.0.1")
            .env("GATEWAY_PORT", port.address.port().to_string())
            .env("IOT_MTLS_ENABLED", "0")
            .env("MINISTACK_REGION", REGION)
            // For functions that are a binary; those in Python or JavaScript get it anyway.
            .env("AWS_ENDPOINT_URL", &url)
            .env("AUTH", (auth == Auth::On).to_string())
            .current_dir(dir.path())
            .stdin(Stdio::piped())
            .stdout(log.try_clone().expect("a file"))
            .stderr(log)
            .spawn()
            .expect("python runs");
        let stdin = server.stdin.take().expect("a pipe");
        let mut running = Self {
            url,
            python: python.to_owned(),
            _port: port,
            server,
            _stdin: stdin,
            dir,
        };
        eventually("ministack answers", || {
            let ended = running.server.try_wait().expect("a child");
            assert_eq!(ended, None, "ministack does not start: {}", running.log());
            is_healthy(&running.url).then_some(())
        });
        running
    }

    /// The environment that points an AWS client here, as the account's root.
    pub fn environment(&self) -> Vec<(&'static str, String)> {
        self.environment_of(ROOT)
    }

    /// The environment that points an AWS client here, as somebody.
    pub fn environment_of(&self, who: Credentials) -> Vec<(&'static str, String)> {
        vec![
            ("AWS_REGION", REGION.to_owned()),
            ("AWS_DEFAULT_REGION", REGION.to_owned()),
            ("AWS_ACCESS_KEY_ID", who.key.to_owned()),
            ("AWS_SECRET_ACCESS_KEY", who.secret.to_owned()),
            ("AWS_ENDPOINT_URL", self.url.clone()),
        ]
    }

    /// edactl in this sandbox, with nothing configured but region, credentials and endpoint.
    pub fn edactl(&self, sandbox: &CliSandbox) -> Command {
        let mut command = sandbox.edactl();
        command.envs(self.environment());
        command
    }

    /// Runs a script of `tests/python/` with boto3 at hand, as the account's root.
    pub fn script(&self, name: &str, arguments: &[&str]) -> Ran {
        Command::new(&self.python)
            .arg(python::script(name))
            .args(arguments)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.dir.path())
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .envs(self.environment())
            .current_dir(self.dir.path())
            .stdin(Stdio::null())
            .output()
            .expect("python runs")
            .into()
    }

    /// One boto3 call, such as `("sqs", "list_queues", json!({}))`; its answer.
    #[track_caller]
    pub fn call(&self, service: &str, operation: &str, arguments: &Value) -> Value {
        self.script("call.py", &[service, operation, &arguments.to_string()])
            .expect(0)
            .json()
    }

    /// Deploys a pipeline; what came of it.
    #[track_caller]
    pub fn deploy(&self, spec: &Spec) -> Deployed {
        let mut deployed = self.deploy_all(std::slice::from_ref(spec));
        deployed.pop().expect("one pipeline")
    }

    /// Deploys several pipelines; what came of each.
    #[track_caller]
    pub fn deploy_all(&self, specs: &[Spec]) -> Vec<Deployed> {
        let specs = serde_json::to_string(specs).expect("JSON");
        let answer = self.script("deploy.py", &[&specs]).expect(0).stdout;
        serde_json::from_str(&answer).expect("the script's answer")
    }

    /// What ministack wrote so far, for a failing test to show.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.dir.path().join("log")).unwrap_or_default()
    }
}

impl Drop for Ministack {
    fn drop(&mut self) {
        // The script has put itself and its functions into a group of its own.
        let group = Pid::from_child(&self.server);
        let _ = kill_process_group(group, Signal::KILL);
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// Whether ministack answers there.
fn is_healthy(url: &str) -> bool {
    http::request(url, "GET /_ministack/health", &[], "").is_ok_and(|(status, _)| status == 200)
}

/// The language of both functions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// Text logs: the consumer logs each body as a Python dict.
    Python,
    /// JSON logs: the consumer logs each body as an object in an object.
    Node,
}

/// A pipeline to deploy: a sound one, but for what a test changes.
#[derive(Debug, Clone, Serialize)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is one independent property of a pipeline"
)]
pub struct Spec {
    /// `NAME-producer`, `NAME-queue`, `NAME-consumer` and `NAME-dlq` are made.
    pub name: &'static str,
    pub language: Language,
    /// The producer's file in `tests/python/functions`, instead of the language's own.
    pub producer_file: Option<&'static str>,
    /// The consumer's file there, likewise.
    pub consumer_file: Option<&'static str>,
    /// Whether the consumer runs under a runtime of somebody's own, which is written in Python.
    pub bootstrap: bool,
    /// More of the consumer's environment.
    pub environment: Value,
    /// Whether both functions write to the consumer's log group.
    pub shared_log: bool,
    /// What the trigger lets through, as a filter's pattern; null: all.
    pub filter: Value,
    /// Instead of a current runtime of the language.
    pub runtime: Option<&'static str>,
    /// Messages in one invocation of the consumer, at most.
    pub batch: u32,
    /// The queue's `DelaySeconds`.
    pub delay: u32,
    /// The queue's visibility timeout in seconds: after a failure the message is back that late.
    pub visibility: u32,
    /// The functions' timeout in seconds.
    pub timeout: u32,
    /// `maxReceiveCount`; none: no dead-letter queue.
    pub max_receives: Option<u32>,
    pub fifo: bool,
    /// How often the consumer fails on each message before it works.
    pub fails: u32,
    /// Whether the trigger asks for `ReportBatchItemFailures`.
    pub partial: bool,
    /// Days that the log groups keep; none: for ever.
    pub log_retention: Option<u32>,
    /// More attributes of the queue, such as `Policy`.
    pub attributes: Value,
    /// The statements of the role's policy of `producer` or `consumer`, instead of what it needs.
    pub rights: Value,
}

impl Spec {
    /// A pipeline to which nothing can be said against.
    pub fn new(name: &'static str) -> Self {
        Self {
            name,
            language: Language::Python,
            producer_file: None,
            consumer_file: None,
            bootstrap: false,
            environment: json!({}),
            shared_log: false,
            filter: Value::Null,
            runtime: None,
            batch: 10,
            delay: 0,
            visibility: 180,
            timeout: 30,
            max_receives: Some(5),
            fifo: false,
            fails: 0,
            partial: false,
            log_retention: Some(30),
            attributes: json!({}),
            rights: json!({}),
        }
    }
}

/// What a deployment made.
#[derive(Debug, Clone, Deserialize)]
pub struct Deployed {
    pub name: String,
    pub producer: String,
    pub producer_arn: String,
    pub consumer: String,
    pub consumer_arn: String,
    pub queue_url: String,
    pub queue_arn: String,
    /// The event source mapping's id.
    pub trigger: String,
}

/// Whether there is a Node for ministack to run functions with; says so where there is none.
pub fn node() -> bool {
    let there = Command::new("node")
        .arg("--version")
        .output()
        .is_ok_and(|output| output.status.success());
    if !there {
        assert!(
            std::env::var_os("CI").is_none(),
            "node is needed under CI to run the functions written for it"
        );
        eprintln!("skipped: there is no node to run functions with");
    }
    there
}
