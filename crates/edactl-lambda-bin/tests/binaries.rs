//! The built binaries. That these tests are here makes cargo build both of them in
//! `cargo test --workspace`, where the tests of the deployed pipeline look for them.

use std::process::Command;

#[test]
fn without_a_runtime_api_each_ends_and_says_so() {
    for binary in [
        env!("CARGO_BIN_EXE_edactl-producer"),
        env!("CARGO_BIN_EXE_edactl-consumer"),
    ] {
        let ended = Command::new(binary)
            .env_clear()
            // Nobody listens there.
            .env("AWS_LAMBDA_RUNTIME_API", "127.0.0.1:9")
            .env("AWS_LAMBDA_FUNCTION_NAME", "function")
            .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128")
            .env("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST")
            .env("AWS_LAMBDA_LOG_GROUP_NAME", "group")
            .env("AWS_LAMBDA_LOG_STREAM_NAME", "stream")
            .output()
            .expect("it runs");
        let said = String::from_utf8_lossy(&ended.stderr);
        assert_eq!(ended.status.code(), Some(1), "{binary}: {said}");
        assert!(said.contains("127.0.0.1:9"), "{binary}: {said}");
    }
}

#[test]
fn outside_lambda_each_says_in_one_sentence_that_it_runs_there_only() {
    for (name, binary) in [
        ("edactl-producer", env!("CARGO_BIN_EXE_edactl-producer")),
        ("edactl-consumer", env!("CARGO_BIN_EXE_edactl-consumer")),
    ] {
        let ended = Command::new(binary).env_clear().output().expect("it runs");
        assert_eq!(ended.status.code(), Some(1), "{name}");
        assert!(ended.stdout.is_empty(), "{name}");
        let said = String::from_utf8_lossy(&ended.stderr);
        assert!(
            said.starts_with(&format!("{name} runs in AWS Lambda only")),
            "{said}"
        );
        assert_eq!(said.lines().count(), 1, "{said}");
    }
}
