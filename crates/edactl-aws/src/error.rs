//! An SDK error, told for people: what failed, on which resource, and the next step.

use std::error::Error as StdError;

use aws_smithy_runtime_api::client::{orchestrator::HttpResponse, result::SdkError};
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use crate::credentials;

/// What kind of failure a call met. It decides the next step that is suggested.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AwsErrorKind {
    /// No region is configured.
    NoRegion,
    /// No credentials were found, or they could not be loaded.
    NoCredentials,
    /// A profile or another AWS setting cannot be used.
    AwsConfiguration,
    /// The profile asks for a code from an MFA device.
    MfaNeeded,
    /// The credentials, or their session token, have expired or are unknown to AWS.
    BadCredentials,
    /// The caller lacks a permission.
    AccessDenied,
    /// The resource does not exist.
    NotFound,
    /// The request rate was too high.
    Throttled,
    /// No connection could be made: refused, unreachable, or the name is unknown.
    Unreachable,
    /// The endpoint's name cannot be resolved; a mistyped region makes such a name.
    UnknownHost,
    /// The endpoint's address is none.
    BadEndpoint,
    /// The TLS handshake failed.
    Tls,
    /// A connection was made, but no answer came in time or it broke.
    NoAnswer,
    /// This machine's clock is too far from AWS's.
    ClockSkew,
    /// The front door redirects, which is not followed.
    Redirected,
    /// The service had a fault of its own (HTTP 5xx).
    ServiceFault,
    /// The request itself was wrong, or anything else.
    Other,
}

/// One failed AWS call.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.sentence())]
pub struct AwsError {
    /// The IAM action of the call, such as `lambda:InvokeFunction`.
    pub action: &'static str,
    /// The resource as the user named it.
    pub resource: String,
    /// What kind of failure it was.
    pub kind: AwsErrorKind,
    /// The service's error code, such as `ThrottlingException`, where it gave one.
    pub code: Option<String>,
    /// The failure in words, from the service or from the transport.
    pub reason: String,
    /// Whether no connection was ever made, so that the request provably had no effect.
    pub never_sent: bool,
}

impl AwsError {
    /// The action of a request through the front door.
    pub const FRONT_DOOR: &str = "the request";

    /// Tells an SDK error. `action` is the call's IAM action.
    pub fn from_sdk<E>(
        action: &'static str,
        resource: impl Into<String>,
        error: &SdkError<E, HttpResponse>,
    ) -> Self
    where
        E: ProvideErrorMetadata + StdError + 'static,
    {
        let code = error.code().map(str::to_owned);
        let status = error.raw_response().map(|raw| raw.status().as_u16());
        let credentials = credentials::failure(error);
        let kind = match error {
            _ if let Some((kind, _)) = &credentials => *kind,
            SdkError::ServiceError(_) => kind_of_answer(code.as_deref(), status, error.message()),
            SdkError::TimeoutError(_) => AwsErrorKind::NoAnswer,
            SdkError::ResponseError(_) if status.is_some_and(|status| status >= 500) => {
                AwsErrorKind::ServiceFault
            }
            _ => kind_of_transport(error),
        };
        let never_sent = match error {
            SdkError::ConstructionFailure(_) => true,
            SdkError::DispatchFailure(_) => never_connected(error) || credentials.is_some(),
            _ => false,
        };
        let reason = match (error.message(), &code, status) {
            _ if let Some((_, reason)) = credentials => reason,
            (Some(message), Some(code), _) => format!("{code}: {message}"),
            (None, Some(code), _) => code.clone(),
            (Some(message), None, _) => message.to_owned(),
            (None, None, Some(status)) if kind == AwsErrorKind::ServiceFault => {
                format!("the endpoint answered HTTP {status}")
            }
            // The system's resolver words this differently from place to place and day to day.
            _ if kind == AwsErrorKind::UnknownHost => "its host name cannot be resolved".into(),
            _ => root_cause(error),
        };
        Self {
            action,
            resource: resource.into(),
            kind,
            code,
            reason,
            never_sent,
        }
    }

    /// A setting of the user's AWS configuration that cannot be used; no call was made.
    pub(super) fn configuration(reason: String) -> Self {
        Self {
            action: "sts:GetCallerIdentity",
            resource: "the AWS configuration".into(),
            kind: AwsErrorKind::AwsConfiguration,
            code: None,
            reason,
            never_sent: true,
        }
    }

    fn sentence(&self) -> String {
        let Self {
            action,
            resource,
            reason,
            ..
        } = self;
        if *action == Self::FRONT_DOOR {
            return match self.kind {
                AwsErrorKind::BadEndpoint | AwsErrorKind::NoCredentials => {
                    format!("{action} to {resource} cannot be made: {reason}")
                }
                AwsErrorKind::Unreachable | AwsErrorKind::UnknownHost => {
                    format!("no connection could be made to {resource}: {reason}")
                }
                _ => format!("{action} to {resource} failed: {reason}"),
            };
        }
        match self.kind {
            AwsErrorKind::NoRegion => "no AWS region is configured".to_owned(),
            AwsErrorKind::NoCredentials => {
                format!("no AWS credentials were found for {action} on {resource} ({reason})")
            }
            AwsErrorKind::AwsConfiguration | AwsErrorKind::MfaNeeded => {
                format!("the AWS configuration cannot be used: {reason}")
            }
            AwsErrorKind::BadEndpoint => {
                format!("the endpoint is not an address: {reason}")
            }
            AwsErrorKind::Unreachable | AwsErrorKind::UnknownHost => {
                format!("no connection could be made for {action} on {resource}: {reason}")
            }
            _ => format!("{action} on {resource} failed: {reason}"),
        }
    }

    /// The next step, in one sentence.
    #[must_use]
    pub fn hint(&self) -> String {
        if self.action == Self::FRONT_DOOR {
            return self.front_door_hint().into();
        }
        match self.kind {
            AwsErrorKind::NoRegion => {
                "name a region: --region eu-central-1, or AWS_REGION, or `region` in edactl.toml"
                    .into()
            }
            AwsErrorKind::NoCredentials => "log in (`aws sso login`, `aws configure`), name a \
                profile with --profile, or try the embedded pipeline with `-p local`"
                .into(),
            AwsErrorKind::AwsConfiguration => "mend it (~/.aws/config, AWS_CONFIG_FILE, the AWS_* \
                variables), or name another profile with --profile"
                .into(),
            AwsErrorKind::MfaNeeded => "let the AWS CLI ask for it: \
                eval \"$(aws configure export-credentials --format env --profile NAME)\", then \
                repeat without the profile"
                .into(),
            AwsErrorKind::BadCredentials => "log in again (`aws sso login`), or renew the AWS_* \
                variables that hold the credentials, then repeat"
                .into(),
            AwsErrorKind::AccessDenied => {
                format!("allow {} on {} for the caller", self.action, self.resource)
            }
            AwsErrorKind::NotFound => {
                "check the name, the region (--region) and the account (--profile)".into()
            }
            AwsErrorKind::Throttled => "wait a little, or send slower with --rate".into(),
            AwsErrorKind::Unreachable => {
                "check the network and the endpoint (--endpoint-url, AWS_ENDPOINT_URL)".into()
            }
            AwsErrorKind::UnknownHost => "check the region (--region), the endpoint \
                (--endpoint-url, AWS_ENDPOINT_URL) and the network"
                .into(),
            AwsErrorKind::BadEndpoint => {
                "write it with its scheme, such as http://127.0.0.1:4566".into()
            }
            AwsErrorKind::Tls => {
                "check the proxy and its certificate (AWS_CA_BUNDLE), or the endpoint's scheme"
                    .into()
            }
            AwsErrorKind::NoAnswer => {
                "repeat; if it stays, check the network and the endpoint".into()
            }
            AwsErrorKind::ClockSkew => "set this machine's clock, then repeat".into(),
            AwsErrorKind::ServiceFault => {
                "repeat in a minute; AWS or the endpoint had a fault".into()
            }
            AwsErrorKind::Other | AwsErrorKind::Redirected => {
                "repeat with -v to see each AWS call".into()
            }
        }
    }

    fn front_door_hint(&self) -> &'static str {
        match self.kind {
            AwsErrorKind::BadEndpoint => {
                "write it whole, such as --url https://abc.execute-api.eu-central-1.amazonaws.com/orders"
            }
            AwsErrorKind::Redirected => "give the address that it redirects to with --url",
            AwsErrorKind::AccessDenied => {
                "sign with --iam, or give the token or key that it asks for with --header"
            }
            AwsErrorKind::NotFound => "check the path and the stage in --url, and --method",
            AwsErrorKind::Throttled => "wait a little, or send slower with --rate",
            AwsErrorKind::NoCredentials => {
                "log in (`aws sso login`, `aws configure`), or leave --iam away"
            }
            AwsErrorKind::Tls => "check the certificate (AWS_CA_BUNDLE), or the scheme of --url",
            _ => "check --url and the network",
        }
    }
}

fn kind_of_answer(code: Option<&str>, status: Option<u16>, message: Option<&str>) -> AwsErrorKind {
    // Services and emulators differ in prefixes and suffixes (`…Exception`), so match on meaning.
    let code = code.unwrap_or_default();
    let has = |part: &str| code.contains(part);
    if has("Throttl")
        || has("TooManyRequests")
        || has("RequestLimitExceeded")
        || status == Some(429)
    {
        AwsErrorKind::Throttled
    } else if has("RequestTimeTooSkewed")
        || has("RequestExpired")
        // Most services call it an invalid signature, and only their words tell why.
        || message.is_some_and(|message| {
            message.contains("Signature expired") || message.contains("Signature not yet current")
        })
    {
        AwsErrorKind::ClockSkew
    } else if has("Expired")
        || has("UnrecognizedClient")
        || has("InvalidClientTokenId")
        || has("SignatureDoesNotMatch")
        || has("InvalidSignature")
    {
        AwsErrorKind::BadCredentials
    } else if has("AccessDenied")
        || has("Unauthorized")
        || has("NotAuthorized")
        || status == Some(403)
    {
        AwsErrorKind::AccessDenied
    } else if has("NotFound")
        || has("NonExistent")
        || has("DoesNotExist")
        || status == Some(404)
        // CloudFormation, of a stack.
        || has("ValidationError") && message.is_some_and(|text| text.ends_with("does not exist"))
    {
        AwsErrorKind::NotFound
    } else if status.is_some_and(|status| status >= 500) {
        AwsErrorKind::ServiceFault
    } else {
        AwsErrorKind::Other
    }
}

pub(super) fn kind_of_transport(error: &(dyn StdError + 'static)) -> AwsErrorKind {
    let story = chain(error)
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(": ");
    let says = |part: &str| story.contains(part);
    if says("credential") || says("Credential") || says("no providers in chain") {
        AwsErrorKind::NoCredentials
    } else if says("A region must be set")
        || says("missing region")
        || says("Invalid Configuration: Missing Region")
    {
        AwsErrorKind::NoRegion
    } else if says("certificate") || says("TLS") || says("handshake") || says("corrupt message") {
        AwsErrorKind::Tls
    } else if says("endpoint must contain scheme") || says("invalid endpoint") {
        AwsErrorKind::BadEndpoint
    } else if says("dns error") {
        AwsErrorKind::UnknownHost
    } else if never_connected(error) {
        AwsErrorKind::Unreachable
    } else {
        AwsErrorKind::NoAnswer
    }
}

/// Whether the failure was in making the connection, so that no byte of the request left.
pub(super) fn never_connected(error: &(dyn StdError + 'static)) -> bool {
    chain(error).any(|cause| {
        cause
            .downcast_ref::<hyper_util::client::legacy::Error>()
            .is_some_and(hyper_util::client::legacy::Error::is_connect)
            || cause
                .downcast_ref::<std::io::Error>()
                .is_some_and(|io| io.kind() == std::io::ErrorKind::ConnectionRefused)
    })
}

pub(super) fn chain<'a>(
    error: &'a (dyn StdError + 'static),
) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |cause: &&'a (dyn StdError + 'static)| {
        (*cause).source()
    })
}

pub(super) fn root_cause(error: &(dyn StdError + 'static)) -> String {
    chain(error)
        .last()
        .map(ToString::to_string)
        .unwrap_or_default()
}
