//! What the integration tests share: a sandbox for each, the built binary in it, and the servers
//! that it meets.

pub mod embedded_aws;
pub mod gateway;
pub mod http;
pub mod log_server;
pub mod loopback;
pub mod ministack;
pub mod proxy;
pub mod python;
pub mod random;
pub mod redact;
pub mod schema;
pub mod screen;
pub mod suggested;

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    time::{Duration, Instant},
};

use serde_json::Value;
use tempfile::TempDir;

/// A home, a working directory and a state directory that nobody else uses. Dropping it stops the
/// embedded pipeline that was started in it.
pub struct CliSandbox {
    dir: TempDir,
}

/// How a command ended.
#[derive(Debug)]
pub struct Ran {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Ran {
    /// Stdout as JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// GitHub's annotations among what it said.
    pub fn annotations(&self) -> Vec<&str> {
        let lines = self.stderr.lines();
        lines.filter(|line| line.starts_with("::")).collect()
    }

    /// Fails the test unless the command ended with this exit code.
    #[track_caller]
    pub fn expect(self, code: i32) -> Self {
        assert_eq!(
            self.code,
            Some(code),
            "\nstdout:\n{}\nstderr:\n{}",
            self.stdout,
            self.stderr
        );
        self
    }
}

impl From<Output> for Ran {
    /// What a command wrote. Each command that it suggests has to be one.
    #[track_caller]
    fn from(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).expect("edactl writes UTF-8");
        let ran = Self {
            code: output.status.code(),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
        };
        suggested::check(&ran.stdout);
        suggested::check(&ran.stderr);
        ran
    }
}

impl CliSandbox {
    pub fn new() -> Self {
        let dir = tempfile::Builder::new()
            .prefix("edactl-test-")
            .tempdir()
            .expect("a temporary directory");
        Self { dir }
    }

    pub fn path(&self) -> &Path {
        self.dir.path()
    }

    pub fn state(&self) -> PathBuf {
        self.path().join("state")
    }

    /// The built binary: no AWS settings, no colour, nothing of the user's.
    pub fn edactl(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_edactl"));
        command
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.path())
            .env("EDACTL_STATE_DIR", self.state())
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .env("NO_COLOR", "1")
            .current_dir(self.path())
            .stdin(Stdio::null());
        command
    }

    /// Runs edactl with these arguments, separated by blanks.
    #[track_caller]
    pub fn run(&self, arguments: &str) -> Ran {
        self.edactl()
            .args(arguments.split_whitespace())
            .output()
            .expect("edactl runs")
            .into()
    }

    /// The text of a file in the working directory.
    #[track_caller]
    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path().join(name)).expect("a text file")
    }

    /// Writes a file into the working directory.
    pub fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path().join(name);
        fs::write(&path, content).expect("a file that can be written");
        path
    }

    /// Starts the embedded pipeline with these options of `local start`.
    #[track_caller]
    pub fn with_pipeline(options: &str) -> Self {
        let sandbox = Self::new();
        sandbox.run(&format!("local start {options}")).expect(0);
        sandbox
    }

    /// edactl as somebody with an account, who has never heard of the embedded pipeline.
    pub fn edactl_with_account(&self) -> Command {
        let mut command = self.edactl();
        command
            .env("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
            .env("AWS_SECRET_ACCESS_KEY", "secret")
            .env("AWS_REGION", "us-east-1");
        command
    }

    /// Runs edactl with these variables more and these arguments.
    #[track_caller]
    pub fn run_with(&self, variables: &[(&str, String)], arguments: &[&str]) -> Ran {
        let mut command = self.edactl();
        command
            .envs(variables.iter().map(|(name, value)| (*name, value)))
            .args(arguments);
        command.output().expect("edactl runs").into()
    }

    /// Text without the path of this sandbox.
    pub fn tidy(&self, text: &str) -> String {
        text.replace(&*self.path().to_string_lossy(), "[sandbox]")
    }

    /// What `local status` says about the embedded pipeline; null when it does not run.
    #[track_caller]
    pub fn pipeline(&self) -> Value {
        self.run("local status -o json").expect(0).json()["running"].clone()
    }

    /// Where the embedded pipeline is, such as `http://127.0.0.1:1234`.
    #[track_caller]
    pub fn endpoint(&self) -> String {
        let running = self.pipeline();
        running["endpoint"].as_str().expect("it runs").to_owned()
    }

    /// Asks one of the embedded pipeline's own endpoints, such as `PUT settings`.
    #[track_caller]
    pub fn control(&self, method: &str, what: &str, body: &str) -> (u16, String) {
        let registered = fs::read(self.state().join("local.json")).expect("it is registered");
        let registered: Value = serde_json::from_slice(&registered).expect("JSON");
        let token = registered["token"].as_str().expect("a token");
        let line = format!("{method} /_edactl/{what}");
        let headers = [("X-Edactl-Token", token)];
        http::request(&self.endpoint(), &line, &headers, body).expect("an answer")
    }

    /// What really happened to each message, one JSON object a line.
    #[track_caller]
    pub fn account(&self) -> String {
        let (status, body) = self.control("GET", "account", "");
        assert_eq!(status, 200, "{body}");
        body
    }

    /// How many messages the consumer took, by the embedded pipeline's own account.
    #[track_caller]
    pub fn consumed(&self) -> usize {
        let account = self.account();
        let outcomes = account.lines().map(|line| {
            let life: Value = serde_json::from_str(line).expect("JSON");
            life["outcome"].clone()
        });
        outcomes.filter(|outcome| outcome == "deleted").count()
    }
}

impl Drop for CliSandbox {
    fn drop(&mut self) {
        if self.state().join("local.lock").exists() {
            // The test has already said what it has to say.
            let _ = self.edactl().args(["local", "stop"]).output();
        }
    }
}

/// The path of a sample event.
pub fn sample(name: &str) -> String {
    format!("{}/samples/{name}", env!("CARGO_MANIFEST_DIR"))
}

/// Waits for something that happens in another process.
#[track_caller]
pub fn eventually<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + Duration::from_secs(20);
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(Instant::now() < deadline, "{what}: not in time");
        std::thread::sleep(Duration::from_millis(5));
    }
}
