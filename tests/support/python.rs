//! A Python with the pinned packages of a requirements file in `tests/python/`.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::Command,
};

/// The Python with `tests/python/requirements.txt`; `None` as for [`with`].
pub fn python() -> Option<PathBuf> {
    with("test-venv", "requirements.txt")
}

/// The Python of a virtual environment under `target/`, made once for these requirements.
/// `None`, after a word about it, where the machine has no Python; under `CI` that fails.
pub fn with(name: &str, requirements: &str) -> Option<PathBuf> {
    if !succeeds(Command::new("python3").args(["-c", "import venv"])) {
        assert!(
            std::env::var_os("CI").is_none(),
            "python3 with venv is needed under CI"
        );
        eprintln!("skipped: there is no python3 with venv");
        return None;
    }
    let target = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let venv = target.join(name);
    let python = venv.join("bin/python");
    let made_for = venv.join("made-for.txt");
    // Other test processes may want the same at the same time.
    let lock = File::create(target.join(format!("{name}.lock"))).expect("a lock file");
    lock.lock().expect("the lock");
    let requirements = script(requirements);
    let wanted = fs::read_to_string(&requirements).expect("the requirements");
    if fs::read_to_string(&made_for).is_ok_and(|made_for| made_for == wanted) {
        return Some(python);
    }
    run(Command::new("python3")
        .args(["-m", "venv", "--clear"])
        .arg(&venv));
    run(Command::new(&python)
        .args(["-m", "pip", "install", "--quiet", "--no-deps"])
        .args(["--disable-pip-version-check", "--requirement"])
        .arg(&requirements));
    fs::write(&made_for, wanted).expect("a file that can be written");
    Some(python)
}

/// The path of a file in `tests/python/`.
pub fn script(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/python")
        .join(name)
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
