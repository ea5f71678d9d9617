//! Where what is found out about one pipeline is written down.

use std::path::{Path, PathBuf};

use edactl_core::humanize::hex;
use sha2::{Digest, Sha256};

/// The file in `state` of the pipeline that all these parts together tell from others; its name ends
/// in `ending`.
pub fn state_file<'a>(
    state: &Path,
    parts: impl IntoIterator<Item = &'a str>,
    ending: &str,
) -> PathBuf {
    let mut digest = Sha256::new();
    for part in parts {
        digest.update(part.len().to_le_bytes());
        digest.update(part.as_bytes());
    }
    let key = hex(&digest.finalize()[..12]);
    state.join("discovery").join(format!("{key}{ending}"))
}
