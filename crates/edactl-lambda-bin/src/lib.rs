//! What turns the reference functions into Lambda binaries (`bootstrap` of a custom runtime).

mod batch;
mod log;
mod runtime;
mod sqs;

pub use batch::consume;
pub use log::Stdout;
pub use runtime::{RuntimeError, outside_lambda, serve};
pub use sqs::Sqs;
