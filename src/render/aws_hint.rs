//! The next step after a failed AWS call.

use edactl_aws::error::{AwsError, AwsErrorKind};
use edactl_lint::refusal::Refusal;

/// The next step, in one sentence.
#[must_use]
pub fn aws_hint(error: &AwsError) -> String {
    if error.action == AwsError::FRONT_DOOR {
        return front_door_hint(error.kind).into();
    }
    match error.kind {
        AwsErrorKind::NoRegion => {
            "name a region: --region eu-central-1, or AWS_REGION, or `region` in edactl.toml".into()
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
            let what = format!("{} on {}", error.action, error.resource);
            Refusal::of_message(&error.reason).fix(&what)
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
            "check the proxy and its certificate (AWS_CA_BUNDLE), or the endpoint's scheme".into()
        }
        AwsErrorKind::NoAnswer => "repeat; if it stays, check the network and the endpoint".into(),
        AwsErrorKind::Silent => "repeat; if it stays, check the endpoint (--endpoint-url, \
            AWS_ENDPOINT_URL), a proxy or a firewall between here and it"
            .into(),
        AwsErrorKind::ForeignAnswer => "check the endpoint (--endpoint-url, \
            AWS_ENDPOINT_URL) and the network: a proxy or a login page may have answered"
            .into(),
        AwsErrorKind::ClockSkew => "set this machine's clock, then repeat".into(),
        AwsErrorKind::ServiceFault => "repeat in a minute; AWS or the endpoint had a fault".into(),
        AwsErrorKind::Other | AwsErrorKind::Redirected => {
            "repeat with -v to see each AWS call".into()
        }
    }
}

/// The next step after a request by HTTP that failed.
fn front_door_hint(kind: AwsErrorKind) -> &'static str {
    match kind {
        AwsErrorKind::BadEndpoint => {
            "write it whole, such as \
             --url https://abc123.execute-api.eu-central-1.amazonaws.com/orders"
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
