//! boto3, a client that nobody here wrote, drives the embedded pipeline's endpoints.

mod support;

use std::{
    io::{BufRead, BufReader, Read},
    process::{Command, Stdio},
};

use support::{Ran, World, python::python};

#[test]
fn boto3_drives_the_embedded_endpoints() {
    let Some(python) = python() else { return };
    let world = World::new();
    let mut pipeline = world
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
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/python/drive.py");
    let drive = Command::new(python)
        .arg(script)
        .env_clear()
        .env("HOME", world.path())
        .envs(variables)
        .output()
        .expect("python runs");
    world.run("local stop").expect(0);
    let ended = pipeline.wait().expect("it has ended");
    let Ran {
        code,
        stdout,
        stderr,
    } = drive.into();
    assert_eq!(code, Some(0), "\n{stdout}\n{stderr}");
    assert_eq!(ended.code(), Some(0), "it was told to stop");
}
