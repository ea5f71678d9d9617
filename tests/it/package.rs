//! The package that people install: made by its script, installed into a root of its own, used there.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use crate::support::CliSandbox;

fn run(command: &mut Command) -> String {
    let output = command.stdin(Stdio::null()).output();
    let output = output.unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {said}{complaint}");
    said
}

fn is_there(program: &str) -> bool {
    let there = Command::new(program)
        .arg("--version")
        .output()
        .is_ok_and(|output| output.status.success());
    if !there {
        eprintln!("skipped: there is no {program}");
    }
    there
}

/// Packs the binary under test as `scripts/package.sh` packs that of a release, into `scratch`.
fn pack(scratch: &Path) {
    let dist = scratch.join("dist");
    fs::create_dir(&dist).expect("a folder");
    // Line tables are a hundred megabytes that nobody wants to compress.
    run(Command::new("strip")
        .arg("-o")
        .arg(dist.join("edactl"))
        .arg(env!("CARGO_BIN_EXE_edactl")));
    run(Command::new("bash")
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(["scripts/package.sh", "--no-build"])
        .env("CARGO_TARGET_DIR", scratch));
}

/// The one file in `folder` with this ending.
fn only(folder: &Path, ending: &str) -> PathBuf {
    let files = fs::read_dir(folder).expect("a folder");
    let mut files = files.map(|entry| entry.expect("an entry").path());
    let file = files.find(|file| file.to_string_lossy().ends_with(ending));
    file.unwrap_or_else(|| panic!("no {ending} in {}", folder.display()))
}

fn install(deb: &Path, root: &Path) {
    let database = root.join("var/lib/dpkg");
    for folder in ["info", "updates"] {
        fs::create_dir_all(database.join(folder)).expect("a folder");
    }
    fs::write(database.join("status"), "").expect("a file");
    run(Command::new("dpkg")
        .args([
            "--force-not-root",
            // The scratch root has no libc, which is this machine's.
            "--force-depends",
            "--log=/dev/null",
        ])
        .arg(format!("--root={}", root.display()))
        .arg("--install")
        .arg(deb));
}

#[test]
fn the_deb_is_installed_and_proves_two_messages() {
    if !is_there("dpkg") {
        return;
    }
    let sandbox = CliSandbox::new();
    let scratch = sandbox.path().join("target");
    fs::create_dir(&scratch).expect("a folder");
    pack(&scratch);
    let package = scratch.join("package");

    let archive = only(&package, ".tar.gz");
    let packed = run(Command::new("tar").arg("-tzf").arg(archive));
    for file in [
        "/bin/edactl",
        "/completions/_edactl",
        "/man/edactl-verify.1",
        "/LICENSE-MIT",
    ] {
        assert!(packed.lines().any(|it| it.ends_with(file)), "{packed}");
    }

    let root = sandbox.path().join("root");
    install(&only(&package, ".deb"), &root);
    let installed = root.join("usr/bin/edactl");
    let as_usual = sandbox.edactl();
    let verified = Command::new(installed)
        .current_dir(sandbox.path())
        .env_clear()
        .envs(
            as_usual
                .get_envs()
                .filter_map(|(name, value)| Some((name, value?))),
        )
        .args(["-p", "local", "verify"])
        .arg(root.join("usr/share/doc/edactl/samples/basic.json"))
        .output()
        .expect("the installed binary");
    let said = String::from_utf8_lossy(&verified.stdout).into_owned();
    assert_eq!(
        verified.status.code(),
        Some(0),
        "{said}{}",
        String::from_utf8_lossy(&verified.stderr)
    );
    assert!(said.contains("proven"), "{said}");
    sandbox.run("local stop").expect(0);

    let completions = root.join("usr/share/bash-completion/completions/edactl");
    let how = run(Command::new("bash")
        .args([
            "--norc",
            "-c",
            "source \"$1\" && complete -p edactl",
            "bash",
        ])
        .arg(completions));
    assert!(how.contains("edactl"), "{how}");
    let pages = root.join("usr/share/man");
    if is_there("man") {
        for page in ["edactl", "edactl-verify"] {
            let found = run(Command::new("man").arg("-M").arg(&pages).args(["-w", page]));
            assert!(found.contains(&format!("man1/{page}.1")), "{found}");
        }
    }
}
