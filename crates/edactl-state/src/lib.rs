//! Where edactl keeps what outlives a command, and how: directories and files that only their owner
//! may use.

use std::{
    fs, io,
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

use etcetera::{BaseStrategy, choose_base_strategy};

/// Overrides the state directory (tests and CI jobs that want one of their own).
pub const STATE_DIR_VARIABLE: &str = "EDACTL_STATE_DIR";

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

/// Creates a directory, and those above it, that only its owner may enter.
///
/// # Errors
/// As [`fs::DirBuilder::create`].
pub fn create_private(path: &Path) -> io::Result<()> {
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
}

/// Options for a file that only its owner may read; the caller adds how to open it.
#[must_use]
pub fn private_file() -> fs::OpenOptions {
    let mut options = fs::OpenOptions::new();
    options.mode(0o600);
    options
}
