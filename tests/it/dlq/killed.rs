//! A redrive that is killed at any moment loses nothing, and its record says what may exist twice.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    process::Stdio,
};

use rand::{RngExt, SeedableRng, rngs::StdRng};
use serde_json::{Value, json};

use super::{files, list, lives, sqs};
use crate::support::{CliSandbox, eventually, random};

/// Puts this many letters into the dead-letter queue, each with a marker of its own: the markers by
/// message id.
fn put_letters(sandbox: &CliSandbox, count: usize) -> BTreeMap<String, String> {
    let url = format!("{}/000000000000/edactl-local-dlq", sandbox.endpoint());
    let mut markers = BTreeMap::new();
    for first in (0..count).step_by(10) {
        let marker = |n: usize| format!("edactl-000000000000-{n:05}");
        let entries: Vec<_> = (first..count.min(first + 10))
            .map(|n| {
                let body = json!({"edactl": marker(n), "n": n}).to_string();
                json!({"Id": n.to_string(), "MessageBody": body})
            })
            .collect();
        let input = json!({"QueueUrl": url, "Entries": entries});
        let sent = sqs(sandbox, "SendMessageBatch", &input);
        for sent in sent["Successful"].as_array().expect("results") {
            let n = sent["Id"].as_str().and_then(|id| id.parse().ok());
            let id = sent["MessageId"].as_str().expect("an id").to_owned();
            markers.insert(id, marker(n.expect("a number")));
        }
    }
    assert_eq!(markers.len(), count);
    markers
}

/// The letters that may exist twice by the records of all redrives: those of which the last word is
/// not that they were redriven.
fn may_be_twice(sandbox: &CliSandbox) -> BTreeSet<String> {
    let mut twice = BTreeSet::new();
    for entry in fs::read_dir(sandbox.state().join("redrives")).expect("records") {
        let text = fs::read_to_string(entry.expect("an entry").path()).expect("a record");
        let mut open = BTreeMap::new();
        // A line that was cut off tells of nothing that has happened.
        let lines = text.lines().skip(1);
        for line in lines.filter_map(|line| serde_json::from_str::<Value>(line).ok()) {
            if let Some(letter) = line["letter"].as_str() {
                let is_over = line["line"] == "outcome" && line["state"] == "redriven";
                open.insert(letter.to_owned(), !is_over);
            }
        }
        twice.extend(open.into_iter().filter(|(_, open)| *open).map(|(id, _)| id));
    }
    twice
}

#[test]
fn a_redrive_that_is_killed_loses_nothing_and_its_record_says_what_may_exist_twice() {
    const LETTERS: usize = 2_000;
    let kills = random::cases(30);
    let mut dice = StdRng::seed_from_u64(random::seed(None));
    let sandbox = CliSandbox::with_pipeline("");
    let letters = put_letters(&sandbox, LETTERS);
    for _ in 0..kills {
        let mut child = sandbox
            .edactl()
            .args(["-p", "local", "dlq", "redrive", "--all", "--one-by-one"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("edactl runs");
        // Killed at some letter, whatever this machine's speed: when its record has this length.
        let length = dice.random_range(1..12_000);
        let records = sandbox.state().join("redrives");
        let seen: BTreeSet<_> = files(&records);
        eventually("it is worked on, or over", || {
            let new = files(&records);
            let newest = new.difference(&seen).next().or_else(|| new.last());
            let written = newest.and_then(|path| fs::metadata(path).ok());
            let is_long = written.is_some_and(|file| file.len() >= length);
            let is_over = child.try_wait().is_ok_and(|ended| ended.is_some());
            (is_long || is_over).then_some(())
        });
        // Killing an ended child does no harm.
        let _ = child.kill();
        child.wait().expect("it has ended");
    }
    // What the last killed one had received comes back after a few seconds.
    eventually("the dead-letter queue is empty", || {
        sandbox
            .run("-p local dlq redrive --all --one-by-one")
            .expect(0);
        let held = &list(&sandbox, "")["held"];
        (held["visible"] == 0 && held["in_flight"] == 0).then_some(())
    });
    let consumed = eventually("the consumer took everything", || {
        let mut times: BTreeMap<String, usize> = BTreeMap::new();
        for life in lives(&sandbox) {
            if life["outcome"] != "deleted" {
                return None;
            }
            let marker = life["marker"].as_str().expect("a marker");
            *times.entry(marker.to_owned()).or_default() += 1;
        }
        Some(times)
    });
    let lost = letters
        .values()
        .filter(|marker| !consumed.contains_key(*marker))
        .count();
    assert_eq!(lost, 0, "letters are lost");
    let twice = may_be_twice(&sandbox);
    let copied: Vec<_> = letters
        .iter()
        .filter(|(_, marker)| consumed[*marker] > 1)
        .map(|(id, _)| id)
        .collect();
    for id in &copied {
        assert!(
            twice.contains(*id),
            "no record says that {id} may exist twice"
        );
    }
    eprintln!(
        "{kills} kills: {} copies, {} letters may exist twice by the records",
        copied.len(),
        twice.len()
    );
    assert!(!twice.is_empty(), "no kill came between two steps");
}
