//! AWS, and the only floor that names an AWS SDK type: concrete clients, one file a service.
//! Tests swap the endpoint, not the code.

pub mod calls;
mod credentials;
pub mod error;
pub mod functions;
pub mod logs;
pub mod metrics;
pub mod producer;
mod profile;
pub mod queue;
pub mod session;
