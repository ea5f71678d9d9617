//! An SDK error, told for people: what failed, on which resource, and the next step.

use std::error::Error as StdError;

use aws_smithy_runtime_api::client::{orchestrator::HttpResponse, result::SdkError};
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

pub use crate::error_kind::AwsErrorKind;
use crate::{causes::chain, credentials, transport::TransportError};

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
        let transport = chain(error).find_map(|cause| cause.downcast_ref::<TransportError>());
        let kind = match error {
            _ if let Some(TransportError::Silent(_)) = transport => AwsErrorKind::Silent,
            _ if transport.is_some() => AwsErrorKind::ForeignAnswer,
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
            _ if let Some(transport) = transport => transport.to_string(),
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

    /// A list whose pages lead back to one that was read already.
    pub(super) fn looping(action: &'static str, resource: &str) -> Self {
        Self {
            action,
            resource: resource.to_owned(),
            kind: AwsErrorKind::Other,
            code: None,
            reason: "its pages never end: a token came twice".into(),
            never_sent: false,
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

pub(super) fn root_cause(error: &(dyn StdError + 'static)) -> String {
    chain(error)
        .last()
        .map(ToString::to_string)
        .unwrap_or_default()
}
