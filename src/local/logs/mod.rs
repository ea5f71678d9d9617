//! The embedded CloudWatch Logs.

mod api;
mod store;

pub use api::answer;
pub use store::LogStore;
