//! What edactl asks of AWS: the only crate that names an AWS SDK type. Concrete clients, one file
//! a service; tests swap the endpoint, not the code.

pub mod calls;
mod causes;
mod credentials;
pub mod dead_letters;
mod endpoints;
pub mod error;
mod error_kind;
pub mod function_health;
pub mod functions;
pub mod http;
pub mod identity;
mod limiter;
pub mod log_groups;
pub mod logs;
pub mod metrics;
pub mod producer;
pub mod profile;
mod query;
pub mod queue;
pub mod queue_settings;
pub mod roles;
pub mod session;
pub mod stacks;
mod transport;
