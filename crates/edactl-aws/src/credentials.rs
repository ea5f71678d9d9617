//! Why no credentials could be loaded, in one sentence: aws-config's own account of it runs over
//! many lines or names only the last cause.

use std::{error::Error as StdError, io};

use aws_config::meta::ProviderChainError;
use aws_credential_types::provider::error::CredentialsError;

use crate::{
    causes::{chain, one_line},
    error_kind::AwsErrorKind,
};

/// What is wrong with the credentials, where that is what stopped a call.
pub(super) fn failure(error: &(dyn StdError + 'static)) -> Option<(AwsErrorKind, String)> {
    chain(error)
        .find_map(|cause| cause.downcast_ref::<CredentialsError>())
        .map(tell)
}

fn tell(error: &CredentialsError) -> (AwsErrorKind, String) {
    let causes: Vec<_> = chain(error).skip(1).collect();
    if let Some(attempts) = causes
        .first()
        .and_then(|cause| cause.downcast_ref::<ProviderChainError<CredentialsError>>())
    {
        return nowhere(attempts);
    }
    let story = one_line(&causes);
    if story.contains("SSO token") {
        let reason = "the SSO login has expired, or was never made";
        (AwsErrorKind::BadCredentials, reason.to_owned())
    } else if story.contains("credentials-login") {
        let reason = "the profile uses `aws login`, which edactl does not read";
        (AwsErrorKind::AwsConfiguration, reason.to_owned())
    } else if let Some(io) = causes
        .first()
        .and_then(|cause| cause.downcast_ref::<io::Error>())
    {
        let reason = format!("the web identity token file cannot be read: {io}");
        (AwsErrorKind::AwsConfiguration, reason)
    } else if matches!(error, CredentialsError::InvalidConfiguration(_))
        || matches!(error, CredentialsError::CredentialsNotLoaded(_)) && !story.is_empty()
    {
        let reason = story.trim_start_matches("ProfileFile provider could not be built: ");
        (AwsErrorKind::AwsConfiguration, reason.to_owned())
    } else if story.is_empty() {
        let reason = match error {
            CredentialsError::CredentialsNotLoaded(_) => "the profile has none".to_owned(),
            error => error.to_string(),
        };
        (AwsErrorKind::NoCredentials, reason)
    } else {
        (AwsErrorKind::NoCredentials, story)
    }
}

/// No source of credentials had any. Most sources only say that nobody set them up; a profile
/// that was named and is not there is worth a word of its own.
fn nowhere(attempts: &ProviderChainError<CredentialsError>) -> (AwsErrorKind, String) {
    let profile = attempts
        .attempts()
        .iter()
        .filter(|attempt| attempt.name() == "Profile")
        .find_map(|attempt| attempt.error().source());
    match profile {
        Some(problem) => (AwsErrorKind::AwsConfiguration, problem.to_string()),
        None => (
            AwsErrorKind::NoCredentials,
            "none in the environment or a profile, from a web identity, a container or an instance"
                .to_owned(),
        ),
    }
}
