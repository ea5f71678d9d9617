//! The embedded pipeline: the reference functions behind Lambda, SQS, CloudWatch and Logs
//! endpoints on one loopback port. The rest of edactl reaches it only over HTTP, as it reaches AWS.

pub mod activity;
pub mod behaviour;
#[cfg(test)]
mod behaviour_tests;
pub mod client;
pub mod clock;
pub mod control;
pub mod faults;
pub mod ground_truth;
pub mod instance;
pub mod lambda;
pub mod live;
pub mod logs;
pub mod metrics;
mod named;
pub mod names;
pub mod pipeline;
pub mod queues;
pub mod reply;
pub mod route;
pub mod server;
pub mod settings;
pub mod throttle;
pub mod traffic;
