//! The kinds of failure that a call can meet.

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
    /// A connection was made, and nothing came through it for half a minute.
    Silent,
    /// What came is no answer of AWS's: a redirect, a web page, or more than any answer holds.
    ForeignAnswer,
    /// The front door redirects, which is not followed.
    Redirected,
    /// This machine's clock is too far from AWS's.
    ClockSkew,
    /// The service had a fault of its own (HTTP 5xx).
    ServiceFault,
    /// The request itself was wrong, or anything else.
    Other,
}
