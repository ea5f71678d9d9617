//! Pythons with the pinned packages of the requirements files in `tests/python/`.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
};

/// A virtual environment under `target/`, made once for its requirements.
pub struct Venv {
    name: &'static str,
    requirements: &'static str,
    /// The tests of this process share it.
    python: OnceLock<Option<PathBuf>>,
}

/// boto3 and a validator of XML.
pub static TOOLS: Venv = Venv::new("test-venv", "requirements.txt");
/// ministack and boto3.
pub static MINISTACK: Venv = Venv::new("ministack-venv", "requirements-ministack.txt");
/// cfn-lint.
pub static CFN_LINT: Venv = Venv::new("cfn-lint-venv", "requirements-cfn-lint.txt");
/// checkov, and its parsers of Terraform and `CloudFormation`.
pub static CHECKOV: Venv = Venv::new("checkov-venv", "requirements-checkov.txt");

impl Venv {
    const fn new(name: &'static str, requirements: &'static str) -> Self {
        Self {
            name,
            requirements,
            python: OnceLock::new(),
        }
    }

    /// Its Python. `None`, after a word about it, where the machine has no Python; under `CI` that
    /// fails.
    pub fn python(&self) -> Option<&Path> {
        let python = self.python.get_or_init(|| is_there().then(|| self.make()));
        if python.is_none() {
            eprintln!("skipped: there is no python3 with venv");
        }
        python.as_deref()
    }

    fn make(&self) -> PathBuf {
        let target = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let venv = target.join(self.name);
        let python = venv.join("bin/python");
        let made_for = venv.join("made-for.txt");
        // Another run of the tests may want the same at the same time.
        let lock = File::create(target.join(format!("{}.lock", self.name))).expect("a lock file");
        lock.lock().expect("the lock");
        let requirements = script(self.requirements);
        let wanted = fs::read_to_string(&requirements).expect("the requirements");
        if fs::read_to_string(&made_for).is_ok_and(|made_for| made_for == wanted) {
            return python;
        }
        run(Command::new("python3")
            .args(["-m", "venv", "--clear"])
            .arg(&venv));
        run(Command::new(&python)
            .args(["-m", "pip", "install", "--quiet", "--no-deps"])
            .args(["--disable-pip-version-check", "--requirement"])
            .arg(&requirements));
        fs::write(&made_for, wanted).expect("a file that can be written");
        python
    }
}

/// Whether there is a Python that can make virtual environments.
fn is_there() -> bool {
    let there = Command::new("python3")
        .args(["-c", "import venv"])
        .output()
        .is_ok_and(|output| output.status.success());
    assert!(
        there || std::env::var_os("CI").is_none(),
        "python3 with venv is needed under CI"
    );
    there
}

/// The path of a file in `tests/python/`.
pub fn script(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/python")
        .join(name)
}

fn run(command: &mut Command) {
    let output = command.output().expect("python3 runs");
    assert!(
        output.status.success(),
        "{command:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
}
