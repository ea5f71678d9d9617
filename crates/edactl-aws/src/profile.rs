//! The profile that somebody named: whether it is there, and its credentials before those of the
//! environment, as every AWS tool has it. (aws-config would take the environment's first.)

use std::env;

use aws_config::{
    SdkConfig,
    profile::{self, ProfileFileCredentialsProvider, ProfileSet},
    provider_config::ProviderConfig,
};
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_types::os_shim_internal::{Env, Fs};

use crate::{
    causes::{chain, one_line},
    error::{AwsError, AwsErrorKind},
};

/// Checks the profile in force and, where it was named to edactl itself, takes its credentials.
///
/// # Errors
/// When the profile is not there, or asks for what edactl cannot give.
pub(super) async fn apply(sdk: SdkConfig, named: Option<&str>) -> Result<SdkConfig, AwsError> {
    let variable = env::var("AWS_PROFILE").ok().filter(|name| !name.is_empty());
    let Some(name) = named.or(variable.as_deref()) else {
        return Ok(sdk);
    };
    let profiles = load().await?;
    check(&profiles, name)?;
    if named.is_none() {
        return Ok(sdk);
    }
    let mut config = ProviderConfig::without_region().with_region(sdk.region().cloned());
    if let Some(client) = sdk.http_client() {
        config = config.with_http_client(client);
    }
    let provider = ProfileFileCredentialsProvider::builder()
        .profile_name(name)
        .configure(&config)
        .build();
    Ok(sdk
        .into_builder()
        .credentials_provider(SharedCredentialsProvider::new(provider))
        .build())
}

/// The profiles of this machine's AWS configuration files, each with its region; none where the
/// files cannot be read.
pub async fn known() -> Vec<(String, Option<String>)> {
    let Ok(profiles) = load().await else {
        return Vec::new();
    };
    let mut all: Vec<_> = profiles
        .profiles()
        .map(|name| {
            let profile = profiles.get_profile(name);
            let region = profile.and_then(|profile| profile.get("region"));
            (name.to_owned(), region.map(str::to_owned))
        })
        .collect();
    all.sort_unstable();
    all
}

async fn load() -> Result<ProfileSet, AwsError> {
    // The type's own name is in a crate that is not ours to name.
    #[expect(clippy::default_trait_access)]
    profile::load(&Fs::real(), &Env::real(), &Default::default(), None)
        .await
        .map_err(|error| {
            let reason = one_line(&chain(&error).collect::<Vec<_>>());
            AwsError::configuration(reason)
        })
}

fn check(profiles: &ProfileSet, name: &str) -> Result<(), AwsError> {
    let Some(profile) = profiles.get_profile(name) else {
        let mut known: Vec<_> = profiles.profiles().collect();
        known.sort_unstable();
        let known = match known.as_slice() {
            [] => "there are none".to_owned(),
            known => format!("there are {}", known.join(", ")),
        };
        let reason = format!("there is no profile `{name}` ({known})");
        return Err(AwsError::configuration(reason));
    };
    // aws-config would ask STS without the code, and STS would only say that access is denied.
    if profile.get("role_arn").is_some() && profile.get("mfa_serial").is_some() {
        let reason =
            format!("the profile `{name}` asks for an MFA code, which edactl does not read");
        return Err(AwsError {
            kind: AwsErrorKind::MfaNeeded,
            ..AwsError::configuration(reason)
        });
    }
    Ok(())
}
