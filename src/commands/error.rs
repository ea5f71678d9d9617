//! What a command could not do, and the one printer of it.

use crate::{aws::error::AwsError, exit::ExitCode};

/// What a command could not do.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The arguments, a file or the configuration are wrong; nothing was sent.
    #[error("{message}")]
    Usage {
        /// What is wrong, and where.
        message: String,
        /// The next step.
        hint: String,
    },
    /// AWS refused or could not be reached.
    #[error(transparent)]
    Aws(#[from] AwsError),
    /// Standard output or a local file failed.
    #[error("{what}: {source}")]
    Io {
        /// What was being done, on which file.
        what: String,
        /// The system's error.
        source: std::io::Error,
    },
    /// Ctrl-C or SIGTERM.
    #[error("interrupted")]
    Interrupted,
}

impl Error {
    /// The exit code that the error ends in.
    #[must_use]
    pub fn exit_code(&self) -> ExitCode {
        match self {
            Self::Usage { .. } | Self::Io { .. } => ExitCode::Usage,
            Self::Aws(_) => ExitCode::Aws,
            Self::Interrupted => ExitCode::Interrupted,
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::Usage { hint, .. } => Some(hint.clone()),
            Self::Aws(error) => Some(error.hint()),
            Self::Io { .. } | Self::Interrupted => None,
        }
    }
}

/// Prints an error and its next step to stderr. A closed pipe is not an error to anyone.
#[must_use]
pub fn report(error: &Error) -> ExitCode {
    if let Error::Io { source, .. } = error
        && source.kind() == std::io::ErrorKind::BrokenPipe
    {
        return ExitCode::Proven;
    }
    anstream::eprintln!("error: {error}");
    if let Some(hint) = error.hint() {
        anstream::eprintln!("  next: {hint}");
    }
    error.exit_code()
}
