//! AWS, and the only floor that names an AWS SDK type: concrete clients, one file a service.
//! Tests swap the endpoint, not the code.

pub mod calls;
mod credentials;
pub mod error;
pub mod function_settings;
pub mod functions;
pub mod identity;
pub mod log_groups;
pub mod logs;
pub mod metrics;
pub mod producer;
mod profile;
mod query;
pub mod queue;
pub mod queue_settings;
pub mod roles;
pub mod session;
pub mod stacks;
