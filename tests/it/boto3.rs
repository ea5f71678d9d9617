//! boto3, a client that nobody here wrote, drives the embedded pipeline's endpoints.

use std::{
    io::{BufRead, BufReader, Read},
    process::{Command, Stdio},
};

use crate::support::{CliSandbox, Ran, python};

#[test]
fn boto3_drives_the_embedded_endpoints() {
    let Some(python) = python::TOOLS.python() else {
        return;
    };
    let sandbox = CliSandbox::new();
    let mut pipeline = sandbox
        .edactl()
        .args([
            "local",
            "start",
            "--foreground",
            "--port",
            "0",
            "--print-env",
        ])
        .stdout(Stdio::piped())
        .spawn()
        .expect("edactl runs");
    let stdout = pipeline.stdout.take().expect("a pipe");
    let variables: Vec<_> = BufReader::new(stdout.take(4096))
        .lines()
        .map(|line| line.expect("a line"))
        .take(6)
        .map(|line| {
            let (name, value) = line
                .strip_prefix("export ")
                .and_then(|line| line.split_once('='))
                .unwrap_or_else(|| panic!("not for a shell: {line}"));
            (name.to_owned(), value.to_owned())
        })
        .collect();
    let drive = Command::new(python)
        .arg(python::script("drive.py"))
        .env_clear()
        .env("HOME", sandbox.path())
        .envs(variables)
        .output()
        .expect("python runs");
    sandbox.run("local stop").expect(0);
    let ended = pipeline.wait().expect("it has ended");
    let Ran {
        code,
        stdout,
        stderr,
    } = drive.into();
    assert_eq!(code, Some(0), "\n{stdout}\n{stderr}");
    assert_eq!(ended.code(), Some(0), "it was told to stop");
}
