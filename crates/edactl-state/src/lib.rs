//! Where edactl keeps what outlives a command, and how: directories and files that only their owner
//! may use.

#[cfg(not(any(target_os = "linux", target_os = "macos")))]
compile_error!("edactl runs on Linux and macOS; on Windows, build it under WSL");

use std::{
    fmt, fs, io,
    os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
};

use etcetera::{BaseStrategy, choose_base_strategy};

/// Overrides the state directory (tests and CI jobs that want one of their own).
pub const STATE_DIR_VARIABLE: &str = "EDACTL_STATE_DIR";

/// Write permission of the group and of all others.
const OTHERS_MAY_WRITE: u32 = 0o022;

/// The directory for recorded runs and the embedded pipeline's address:
/// `$EDACTL_STATE_DIR`, else `edactl` under the user's state directory
/// (`$XDG_STATE_HOME`, `~/.local/state`). It is not created.
///
/// # Errors
/// When no home directory is known.
pub fn state_dir() -> io::Result<PathBuf> {
    if let Some(given) = std::env::var_os(STATE_DIR_VARIABLE).filter(|value| !value.is_empty()) {
        return Ok(PathBuf::from(given));
    }
    let strategy = choose_base_strategy().map_err(io::Error::other)?;
    let base = strategy.state_dir().unwrap_or_else(|| strategy.data_dir());
    Ok(base.join("edactl"))
}

/// The user's configuration directory for edactl (`$XDG_CONFIG_HOME/edactl`, `~/.config/edactl`).
///
/// # Errors
/// When no home directory is known.
pub fn config_dir() -> io::Result<PathBuf> {
    let strategy = choose_base_strategy().map_err(io::Error::other)?;
    Ok(strategy.config_dir().join("edactl"))
}

/// How a private directory was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Access {
    /// Only its owner may write there.
    Private,
    /// Others could, and cannot any more. Who runs the command should hear of it.
    Mended {
        /// The directory.
        path: PathBuf,
        /// Its mode before.
        mode: u32,
    },
}

impl fmt::Display for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Private => f.write_str("only its owner may write there"),
            Self::Mended { path, mode } => write!(
                f,
                "others could write to {} (mode {mode:04o}); only you can now, but look at what is \
                 in it",
                path.display()
            ),
        }
    }
}

/// Creates a directory, and those above it, that only its owner may enter. One that is there and
/// that others may write is taken from them, as [`mend`] does.
///
/// # Errors
/// As [`fs::DirBuilder::create`] and [`mend`].
pub fn create_private(path: &Path) -> io::Result<Access> {
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)?;
    mend(path)
}

/// Takes a directory that is there, and that others may write, from them.
///
/// # Errors
/// `NotFound` where there is none; `PermissionDenied` for one of another user.
pub fn mend(path: &Path) -> io::Result<Access> {
    let mode = fs::metadata(path)?.permissions().mode() & 0o7777;
    if mode & OTHERS_MAY_WRITE == 0 {
        return Ok(Access::Private);
    }
    // Only its owner, or root, may do that: the system refuses it to everyone else.
    fs::set_permissions(path, fs::Permissions::from_mode(mode & !OTHERS_MAY_WRITE)).map_err(
        |error| {
            let reason = format!(
                "others may write to it (mode {mode:04o}), and it is not yours to change: {error}"
            );
            io::Error::new(error.kind(), reason)
        },
    )?;
    Ok(Access::Mended {
        path: path.to_owned(),
        mode,
    })
}

/// Options for a file that only its owner may read; the caller adds how to open it.
#[must_use]
pub fn private_file() -> fs::OpenOptions {
    let mut options = fs::OpenOptions::new();
    options.mode(0o600);
    options
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o7777
    }

    #[test]
    fn a_new_directory_is_its_owners_alone() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a/b");
        assert_eq!(create_private(&path).unwrap(), Access::Private);
        assert_eq!((mode(&path), mode(path.parent().unwrap())), (0o700, 0o700));
        assert_eq!(create_private(&path).unwrap(), Access::Private);
    }

    #[test]
    fn a_directory_that_others_may_write_is_taken_from_them_and_told() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("open");
        fs::create_dir(&path).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o777)).unwrap();
        let found = create_private(&path).unwrap();
        let told = found.to_string();
        assert_eq!(mode(&path), 0o755);
        assert_eq!(
            found,
            Access::Mended {
                path: path.clone(),
                mode: 0o777
            }
        );
        assert!(
            told.contains("(mode 0777)") && told.contains("open"),
            "{told}"
        );
        assert_eq!(create_private(&path).unwrap(), Access::Private);
        let missing = mend(&dir.path().join("missing")).unwrap_err();
        assert_eq!(missing.kind(), io::ErrorKind::NotFound);
    }
}
