//! What a command could not do, and the one printer of it.

use std::{io, time::Duration};

use crate::{
    config::ConfigError,
    discovery::DiscoveryError,
    render::{aws_hint::aws_hint, escape, terminal, theme},
    say,
    store::StoreError,
};
use edactl_aws::error::{AwsError, AwsErrorKind};
use edactl_core::{event::EventError, exit::ExitCode, humanize};
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
    /// An endpoint broke off after it had told a part.
    #[error("{source}; what came before is shown, and more may stand there")]
    BrokenOff {
        /// What went wrong.
        source: AwsError,
    },
    /// What is asked about cannot be seen any more.
    #[error("{message}")]
    NotObservable {
        /// What cannot be seen, and why.
        message: String,
        /// The next step.
        hint: String,
    },
    /// What was sent could not be verified: repeating the command could send it again.
    #[error("{source}")]
    AfterSend {
        /// What went wrong.
        source: Box<Error>,
        /// The command that goes on without sending.
        again: String,
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
            // A missing region or profile, or an endpoint that is none or elsewhere, is the configuration's fault, not AWS's.
            Self::Aws(error) | Self::Discovery(DiscoveryError::Aws(error)) => match error.kind {
                AwsErrorKind::NoRegion
                | AwsErrorKind::AwsConfiguration
                | AwsErrorKind::BadEndpoint
                | AwsErrorKind::Redirected
                | AwsErrorKind::MfaNeeded => ExitCode::Usage,
                _ => ExitCode::Aws,
            },
            Self::AfterSend { source, .. } => source.exit_code(),
            Self::TimeUp { exit, .. } => *exit,
            Self::NotObservable { .. } | Self::BrokenOff { .. } => ExitCode::Undetermined,
            _ => ExitCode::Usage,
        }
    }

    /// The time was up, and AWS, or the endpoint, had not told anything.
    #[must_use]
    pub fn unanswered(limit: Duration) -> Self {
        Self::TimeUp {
            message: format!(
                "the time is up (--timeout {}): AWS, or the endpoint, had not answered",
                humanize::duration(limit)
            ),
            hint: "give it more --timeout, or check the endpoint (--endpoint-url, \
                   AWS_ENDPOINT_URL) and the network; -v shows each call"
                .to_owned(),
            exit: ExitCode::Aws,
        }
    }

    /// An error that an endpoint ended a reading in: once it had told something, the end is not
    /// known, unless AWS refuses to tell more.
    #[must_use]
    pub fn of_reading(error: AwsError, was_answered: bool) -> Self {
        let is_refused = !matches!(
            error.kind,
            AwsErrorKind::NoAnswer
                | AwsErrorKind::Silent
                | AwsErrorKind::ForeignAnswer
                | AwsErrorKind::ServiceFault
                | AwsErrorKind::Unreachable
        );
        if was_answered && !is_refused {
            return Self::BrokenOff { source: error };
        }
        Self::Aws(error)
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
            Self::Aws(error)
            | Self::Discovery(DiscoveryError::Aws(error))
            | Self::BrokenOff { source: error } => Some(aws_hint(error)),
            Self::Discovery(DiscoveryError::OtherRegion { its, .. }) => {
                Some(format!("look there with --region {its}"))
            }
            Self::Discovery(DiscoveryError::Several { option, .. }) => {
                Some(format!("name the right one with {option}"))
            }
            Self::AfterSend { source, again } => Some(after_send(source.hint(), again)),
            Self::Io { .. } => None,
        }
    }
}

/// The next step where "repeat" would send once more.
fn after_send(hint: Option<String>, again: &str) -> String {
    let hint = hint.unwrap_or_default();
    let first = hint.strip_suffix(", then repeat").unwrap_or(&hint);
    if first.is_empty() || first.starts_with("repeat") {
        format!("look again, which sends nothing: {again}")
    } else {
        format!("{first}; then look again, which sends nothing: {again}")
    }
}

/// Prints an error and its next step to stderr.
#[must_use]
pub fn report(error: &Error) -> ExitCode {
    let say = |line: &str| say!("{}", terminal::folded_block(line, "  "));
    say(&format!(
        "{} {}",
        theme::paint(theme::BAD, "error:"),
        escape::block(&error.to_string())
    ));
    if let Some(hint) = error.hint() {
        say(&format!(
            "{} {}",
            theme::paint(theme::BOLD, "next:"),
            escape::block(&hint)
        ));
    }
    error.exit_code()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_told_to_send_again() {
        let again = "edactl verify --run 0g";
        for (hint, step) in [
            (
                "log in again, then repeat",
                "log in again; then look again, which sends nothing: edactl verify --run 0g",
            ),
            (
                "repeat in a minute; AWS had a fault",
                "look again, which sends nothing: edactl verify --run 0g",
            ),
        ] {
            assert_eq!(after_send(Some(hint.into()), again), step);
        }
    }
}
