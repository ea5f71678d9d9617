//! What a command could not do, and the one printer of it.

use std::io;

use crate::{
    config::ConfigError,
    discovery::DiscoveryError,
    render::{aws_hint::aws_hint, escape, theme},
    say,
    store::StoreError,
};
use edactl_aws::error::{AwsError, AwsErrorKind};
use edactl_core::{event::EventError, exit::ExitCode};
use edactl_local::instance::InstanceError;

/// What a command could not do.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The arguments are wrong; nothing was sent.
    #[error("{message}")]
    Usage {
        /// What is wrong, and where.
        message: String,
        /// The next step.
        hint: String,
    },
    /// An event is wrong; nothing was sent.
    #[error(transparent)]
    Event(#[from] EventError),
    /// The configuration is wrong; nothing was sent.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The recorded runs cannot be used.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The embedded pipeline did not start.
    #[error(transparent)]
    Instance(#[from] InstanceError),
    /// The pipeline's resources were not found.
    #[error(transparent)]
    Discovery(#[from] DiscoveryError),
    /// AWS refused or could not be reached.
    #[error(transparent)]
    Aws(#[from] AwsError),
    /// The time was up before anything was known.
    #[error("{message}")]
    TimeUp {
        /// What was not over.
        message: String,
        /// The next step.
        hint: String,
        /// What the command ends in: by whom it was kept waiting.
        exit: ExitCode,
    },
    /// What is asked about cannot be seen any more.
    #[error("{message}")]
    NotObservable {
        /// What cannot be seen, and why.
        message: String,
        /// The next step.
        hint: String,
    },
    /// A stream or a file of this machine failed.
    #[error("{what}: {source}")]
    Io {
        /// What was being done.
        what: String,
        /// The system's error.
        source: io::Error,
    },
}

impl Error {
    /// The exit code that the error ends in.
    #[must_use]
    pub fn exit_code(&self) -> ExitCode {
        match self {
            // A missing region or profile, or an endpoint that is none, is the configuration's fault, not AWS's.
            Self::Aws(error) | Self::Discovery(DiscoveryError::Aws(error)) => match error.kind {
                AwsErrorKind::NoRegion
                | AwsErrorKind::AwsConfiguration
                | AwsErrorKind::BadEndpoint
                | AwsErrorKind::MfaNeeded => ExitCode::Usage,
                _ => ExitCode::Aws,
            },
            Self::TimeUp { exit, .. } => *exit,
            Self::NotObservable { .. } => ExitCode::Undetermined,
            _ => ExitCode::Usage,
        }
    }

    /// The next step, where there is one.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Usage { hint, .. }
            | Self::TimeUp { hint, .. }
            | Self::NotObservable { hint, .. } => Some(hint.clone()),
            Self::Event(error) => Some(error.hint()),
            Self::Config(error) => Some(error.hint()),
            Self::Store(error) => Some(error.hint()),
            Self::Instance(error) => Some(error.hint()),
            Self::Aws(error) | Self::Discovery(DiscoveryError::Aws(error)) => Some(aws_hint(error)),
            Self::Discovery(DiscoveryError::OtherRegion { its, .. }) => {
                Some(format!("look there with --region {its}"))
            }
            Self::Discovery(DiscoveryError::Several { option, .. }) => {
                Some(format!("name the right one with {option}"))
            }
            Self::Io { .. } => None,
        }
    }
}

/// Prints an error and its next step to stderr.
#[must_use]
pub fn report(error: &Error) -> ExitCode {
    say!(
        "{} {}",
        theme::paint(theme::BAD, "error:"),
        escape::block(&error.to_string())
    );
    if let Some(hint) = error.hint() {
        say!(
            "{} {}",
            theme::paint(theme::BOLD, "next:"),
            escape::block(&hint)
        );
    }
    error.exit_code()
}
