//! The embedded CloudWatch Logs: what AWS documents of it, in memory.

mod admin;
mod api;
mod group;
mod insights;
mod key;
mod live_tail;
mod pattern;
mod read;
mod store;
mod token;
mod wire;

pub use api::LogsEndpoint;
pub use store::{Holdings, LogStore};
