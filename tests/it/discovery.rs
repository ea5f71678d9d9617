//! Discovery by the binary, against the embedded pipeline: what it asks, what it keeps, and what
//! it makes of a file that is wrong.

use std::{fs, os::unix::fs::PermissionsExt, path::PathBuf, process::Command};

use crate::support::{
    CliSandbox, Ran,
    proxy::{Proxy, Treatment},
};
use serde_json::Value;

/// An embedded pipeline, taken for a deployed one, and what is asked of it.
struct Watched {
    sandbox: CliSandbox,
    proxy: Proxy,
}

impl Watched {
    fn new() -> Self {
        let sandbox = CliSandbox::with_pipeline("");
        let proxy = Proxy::start(&sandbox.endpoint(), |_| Treatment::Forward);
        Self { sandbox, proxy }
    }

    fn edactl(&self, arguments: &str) -> Command {
        let mut command = self.sandbox.edactl_with_account();
        command
            .env("EDACTL_ENDPOINT_URL", self.proxy.url())
            .args(arguments.split_whitespace());
        command
    }

    fn run(&self, arguments: &str) -> Ran {
        self.edactl(arguments).output().expect("edactl runs").into()
    }

    /// Names of producer, queue, consumer and dead-letter queue, as found.
    #[track_caller]
    fn found(&self, named: &str) -> [String; 4] {
        let report = self
            .run(&format!("{named} config show -o json"))
            .expect(0)
            .json();
        names(&report)
    }

    /// The operations asked for since so many requests.
    fn asked(&self, since: usize) -> Vec<String> {
        let mut asked: Vec<_> = self.proxy.seen()[since..]
            .iter()
            .map(|seen| seen.operation.clone())
            .collect();
        asked.sort();
        asked
    }

    fn cached(&self) -> Vec<PathBuf> {
        let entries = fs::read_dir(self.sandbox.state().join("discovery"));
        entries
            .into_iter()
            .flatten()
            .map(|entry| entry.expect("an entry").path())
            .collect()
    }
}

fn names(report: &Value) -> [String; 4] {
    ["producer", "queue", "consumer", "dlq"].map(|name| {
        let settings = report["settings"].as_array().expect("settings");
        let setting = settings.iter().find(|setting| setting["name"] == name);
        let value = setting.expect("the setting")["value"]
            .as_str()
            .unwrap_or("-");
        value.rsplit(['/', ':']).next().expect("a name").to_owned()
    })
}

const PIPELINE: [&str; 4] = [
    "edactl-local-producer",
    "edactl-local-queue",
    "edactl-local-consumer",
    "edactl-local-dlq",
];

#[test]
fn from_any_one_resource_to_all() {
    let watched = Watched::new();
    for named in [
        "--producer edactl-local-producer",
        "--queue edactl-local-queue",
        "--consumer edactl-local-consumer",
        "--queue arn:aws:sqs:us-east-1:000000000000:edactl-local-queue",
    ] {
        assert_eq!(watched.found(named), PIPELINE, "{named}");
    }
}

#[test]
fn what_was_found_is_asked_for_at_once_and_never_searched_again() {
    let watched = Watched::new();
    let named = "--producer edactl-local-producer";
    assert_eq!(watched.found(named), PIPELINE);
    let searched = watched.proxy.seen().len();
    let [kept] = watched.cached().try_into().expect("one file");
    let mode = fs::metadata(&kept).expect("the file").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let dir = fs::metadata(kept.parent().expect("a directory")).expect("the directory");
    assert_eq!(dir.permissions().mode() & 0o777, 0o700);
    assert_eq!(watched.found(named), PIPELINE);
    let asked = watched.asked(searched);
    assert_eq!(
        asked,
        [
            "/2015-03-31/event-source-mappings",
            "/2015-03-31/functions/arn%3Aaws%3Alambda%3Aus-east-1%3A000000000000%3Afunction%3Aedactl-local-consumer/configuration",
            "/2015-03-31/functions/edactl-local-producer/configuration",
            "AmazonSQS.GetQueueAttributes",
            "AmazonSQS.GetQueueUrl",
        ],
    );
    // Other settings are another finding.
    assert_eq!(
        watched.found(&format!("{named} --dlq edactl-local-dlq")),
        PIPELINE
    );
    assert_eq!(watched.cached().len(), 2);
}

#[test]
fn what_is_kept_and_wrong_is_thrown_away() {
    let watched = Watched::new();
    let named = "--producer edactl-local-producer";
    assert_eq!(watched.found(named), PIPELINE);
    let [kept] = watched.cached().try_into().expect("one file");
    let right = fs::read_to_string(&kept).expect("the file");
    let wrong = [
        // Another function, queue or dead-letter queue than the account has now.
        right.replace("edactl-local-consumer", "edactl-local-producer"),
        right.replace("function:edactl-local-consumer", "function:gone"),
        right.replace("000000000000", "999999999999"),
        right.replace("edactl-local-dlq", "edactl-local-queue"),
        right.replace("/aws/lambda/", "/other/"),
        right.replace("edactl-local-queue", "gone"),
        right[..right.len() / 2].to_owned(),
        String::new(),
    ];
    for text in wrong {
        assert_ne!(text, right);
        fs::write(&kept, &text).expect("a file that can be written");
        assert_eq!(watched.found(named), PIPELINE, "{text}");
        assert_eq!(
            fs::read_to_string(&kept).expect("the file"),
            right,
            "{text}"
        );
    }
    // A directory where nothing can be kept stops nobody.
    fs::remove_dir_all(watched.sandbox.state().join("discovery")).expect("a directory");
    watched.sandbox.file("state/discovery", "in the way");
    assert_eq!(watched.found(named), PIPELINE);
}

#[test]
fn a_queue_of_another_account_is_asked_for_by_its_owner() {
    let watched = Watched::new();
    let ran = watched.run("--queue arn:aws:sqs:us-east-1:999999999999:orders config show");
    assert_eq!(ran.code, Some(3), "{ran:?}");
    let seen = watched.proxy.seen();
    let asked: Value = serde_json::from_slice(&seen[0].body).expect("JSON");
    assert_eq!(seen[0].operation, "AmazonSQS.GetQueueUrl");
    assert_eq!(asked["QueueName"], "orders");
    assert_eq!(asked["QueueOwnerAWSAccountId"], "999999999999");
}

#[test]
fn a_resource_of_another_region_is_not_asked_for() {
    let watched = Watched::new();
    let ran =
        watched.run("--producer arn:aws:lambda:eu-west-1:000000000000:function:orders config show");
    let ran = ran.expect(2);
    insta::assert_snapshot!(ran.stderr, @r"
    error: arn:aws:lambda:eu-west-1:000000000000:function:orders is in eu-west-1, but edactl looks in us-east-1
    next: look there with --region eu-west-1
    ");
    assert!(watched.proxy.seen().is_empty());
}
