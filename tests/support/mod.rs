//! What the tests of the whole binary share.

// Each test binary uses a part of this.
#![allow(dead_code)]

use std::{path::Path, process::Command};

use tempfile::TempDir;

/// The built binary in a world of its own: an empty home, its own state directory, no AWS
/// settings, no colour. Dropping the directory ends that world.
pub fn edactl() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_edactl"));
    command
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("NO_COLOR", "1");
    command
}
