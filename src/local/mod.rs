//! The embedded pipeline: the reference functions behind Lambda, SQS, CloudWatch and Logs
//! endpoints on one loopback port. The rest of edactl reaches it only over HTTP, as it reaches AWS.

pub mod logs;
pub mod reply;
