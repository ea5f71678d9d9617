//! A Python with the pinned packages of `tests/python/requirements.txt`.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::Command,
};

const REQUIREMENTS: &str = include_str!("../python/requirements.txt");

/// The Python of a virtual environment under `target/`, made once for these requirements.
/// `None`, after a word about it, where the machine has no Python; under `CI` that fails.
pub fn python() -> Option<PathBuf> {
    if !succeeds(Command::new("python3").args(["-c", "import venv"])) {
        assert!(
            std::env::var_os("CI").is_none(),
            "python3 with venv is needed under CI"
        );
        eprintln!("skipped: there is no python3 with venv");
        return None;
    }
    let target = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let venv = target.join("test-venv");
    let python = venv.join("bin/python");
    let made_for = venv.join("made-for.txt");
    // Other test processes may want the same at the same time.
    let lock = File::create(target.join("test-venv.lock")).expect("a lock file");
    lock.lock().expect("the lock");
    if fs::read_to_string(&made_for).is_ok_and(|made_for| made_for == REQUIREMENTS) {
        return Some(python);
    }
    let requirements = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/python/requirements.txt");
    run(Command::new("python3")
        .args(["-m", "venv", "--clear"])
        .arg(&venv));
    run(Command::new(&python)
        .args(["-m", "pip", "install", "--quiet", "--no-deps"])
        .args(["--disable-pip-version-check", "--requirement"])
        .arg(&requirements));
    fs::write(&made_for, REQUIREMENTS).expect("a file that can be written");
    Some(python)
}

fn succeeds(command: &mut Command) -> bool {
    command.output().is_ok_and(|output| output.status.success())
}

fn run(command: &mut Command) {
    let output = command.output().expect("python3 runs");
    assert!(
        output.status.success(),
        "{command:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
}
