//! Whose AWS, where: region, credentials and endpoint, resolved once for all clients.

use std::{env, fs, sync::Arc, time::Duration};

use aws_config::{
    BehaviorVersion, ConfigLoader, Region, SdkConfig, retry::RetryConfig, timeout::TimeoutConfig,
};
use aws_smithy_http_client::{Builder as HttpClientBuilder, tls};

use crate::{
    calls::CallListener,
    error::{AwsError, AwsErrorKind},
    limiter::{self, Limiter},
    profile,
    transport::GuardedClient,
};

/// A person waits: three repetitions in about a second, then the error.
const ATTEMPTS: u32 = 4;
const FIRST_PAUSE: Duration = Duration::from_millis(150);
/// How long making a connection may take before the endpoint counts as unreachable.
pub(super) const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// What the user said about the account, region and endpoint; the rest comes from the environment
/// and the AWS configuration files, as in every AWS tool.
#[derive(Debug, Clone, Default)]
pub struct SessionOptions {
    /// The region, such as `eu-central-1`.
    pub region: Option<String>,
    /// The profile in the AWS configuration files.
    pub profile: Option<String>,
    /// Sends every call to this address.
    pub endpoint_url: Option<String>,
    /// Signs with made-up credentials and reads neither environment nor files: for the embedded
    /// pipeline, which must never see the user's own credentials.
    pub embedded: bool,
    /// How many calls of `FilterLogEvents` a second are made at most; the region's quota where
    /// nobody says so.
    pub log_reads_per_second: Option<u32>,
    /// Hears of every call.
    pub listener: Option<CallListener>,
}

/// A resolved account, region and endpoint; clients are made from it.
#[derive(Debug, Clone)]
pub struct Session {
    sdk: SdkConfig,
    region: String,
    listener: Option<CallListener>,
    log_reads: Arc<Limiter>,
}

impl Session {
    /// Whether every call goes to an address of this machine: an emulator.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        let url = self.sdk.endpoint_url().unwrap_or_default();
        let host = url.split_once("://").map_or(url, |(_, rest)| rest);
        let host = host.split(['/', '?']).next().unwrap_or_default();
        host.starts_with("127.") || host.starts_with("localhost") || host.starts_with("[::1]")
    }

    /// Resolves the region and prepares the credentials, which are fetched with the first call.
    ///
    /// # Errors
    /// When no region is configured anywhere.
    pub async fn open(options: SessionOptions) -> Result<Self, AwsError> {
        let mut loader = aws_config::defaults(BehaviorVersion::latest())
            .retry_config(
                RetryConfig::standard()
                    .with_max_attempts(ATTEMPTS)
                    .with_initial_backoff(FIRST_PAUSE),
            )
            .timeout_config(
                TimeoutConfig::builder()
                    .connect_timeout(CONNECT_TIMEOUT)
                    .build(),
            );
        if options.embedded {
            loader = loader.empty_test_environment().credentials_provider(
                aws_sdk_sqs::config::Credentials::new("edactl", "edactl", None, None, "embedded"),
            );
        }
        if let Some(region) = options.region {
            loader = loader.region(Region::new(region));
        }
        if let Some(profile) = &options.profile {
            loader = loader.profile_name(profile);
        }
        loader = with_http_client(loader, options.endpoint_url.as_deref())?;
        if let Some(url) = options.endpoint_url {
            loader = loader.endpoint_url(url);
        }
        let mut sdk = loader.load().await;
        if !options.embedded {
            sdk = profile::apply(sdk, options.profile.as_deref()).await?;
        }
        let region = sdk
            .region()
            .map(ToString::to_string)
            .ok_or_else(|| AwsError {
                action: "sts:GetCallerIdentity",
                resource: "the AWS configuration".into(),
                kind: AwsErrorKind::NoRegion,
                code: None,
                reason: "no region is configured".into(),
                never_sent: true,
            })?;
        let has_own_endpoint = sdk.endpoint_url().is_some();
        let quota = options
            .log_reads_per_second
            .or_else(|| (!has_own_endpoint).then(|| limiter::quota(&region)));
        Ok(Self {
            sdk,
            region,
            listener: options.listener,
            log_reads: Arc::new(Limiter::new(quota)),
        })
    }

    /// How many calls of `FilterLogEvents` a second the account has in this region, where that is
    /// known: an endpoint of the user's own may have any limit, or none.
    #[must_use]
    pub fn log_reads_per_second(&self) -> Option<u32> {
        self.log_reads.per_second()
    }

    /// What spaces the calls of `FilterLogEvents`, for all readers of this session.
    pub(super) fn log_reads(&self) -> &Arc<Limiter> {
        &self.log_reads
    }

    /// The region in force.
    #[must_use]
    pub fn region(&self) -> &str {
        &self.region
    }

    /// The configuration and the listener, for the clients of this floor.
    pub(super) fn parts(&self) -> (&SdkConfig, Option<&CallListener>) {
        (&self.sdk, self.listener.as_ref())
    }
}

/// Certificates to trust beside the system's, as the AWS CLI has it.
const CA_BUNDLE: &str = "AWS_CA_BUNDLE";

/// Loading the system's root certificates costs tens of milliseconds, so a plain-HTTP endpoint
/// (the embedded pipeline, an emulator) gets a client without TLS.
fn with_http_client(
    loader: ConfigLoader,
    endpoint_url: Option<&str>,
) -> Result<ConfigLoader, AwsError> {
    let plain = endpoint_url.is_some_and(|url| url.starts_with("http://"));
    let builder = HttpClientBuilder::new();
    if plain {
        return Ok(loader.http_client(GuardedClient::shared(builder.build_http())));
    }
    let provider = tls::Provider::Rustls(tls::rustls_provider::CryptoMode::Ring);
    let client = builder.tls_provider(provider).tls_context(trusted()?);
    Ok(loader.http_client(GuardedClient::shared(client.build_https())))
}

/// The certificates to trust.
pub(super) fn trusted() -> Result<tls::TlsContext, AwsError> {
    let mut trusted = tls::TrustStore::default();
    if let Some(path) = env::var_os(CA_BUNDLE).filter(|path| !path.is_empty()) {
        let pem = fs::read(&path).map_err(|error| {
            let path = path.display();
            AwsError::configuration(format!("{CA_BUNDLE} ({path}) cannot be read: {error}"))
        })?;
        trusted.add_pem_certificate(pem);
    }
    tls::TlsContext::builder()
        .with_trust_store(trusted)
        .build()
        .map_err(|error| AwsError::configuration(format!("{CA_BUNDLE}: {error}")))
}
