//! The embedded pipeline: the reference functions behind Lambda, SQS, CloudWatch and Logs
//! endpoints on one loopback port. The rest of edactl reaches it only over HTTP, as it reaches AWS.

pub mod client;
pub mod faults;
pub mod instance;
pub mod lambda;
pub mod logs;
pub mod metrics;
pub mod moves;
pub mod names;
pub mod queues;
pub mod reply;
pub mod server;
pub mod settings;
