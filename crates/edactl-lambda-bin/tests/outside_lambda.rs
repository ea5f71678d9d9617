//! The Lambda binaries, started where no Lambda is.

use std::process::Command;

#[test]
fn each_binary_says_in_one_sentence_that_it_runs_in_lambda_only() {
    for (name, program) in [
        ("edactl-producer", env!("CARGO_BIN_EXE_edactl-producer")),
        ("edactl-consumer", env!("CARGO_BIN_EXE_edactl-consumer")),
    ] {
        let output = Command::new(program)
            .env_clear()
            .output()
            .expect("the binary starts");
        assert_eq!(output.status.code(), Some(1), "{name}");
        assert!(output.stdout.is_empty(), "{name}");
        let said = String::from_utf8(output.stderr).expect("UTF-8");
        assert!(
            said.starts_with(&format!("{name} runs in AWS Lambda only")),
            "{said}"
        );
        assert_eq!(said.lines().count(), 1, "{said}");
    }
}
