//! Apart from the floors: what turns the reference functions into Lambda binaries. Only with the
//! feature `lambda`.

mod batch;
mod log;
mod runtime;
mod sqs;

pub use batch::consume;
pub use log::Stdout;
pub use runtime::{RuntimeError, serve};
pub use sqs::Sqs;
