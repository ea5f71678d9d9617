//! The reference producer and consumer: plain Rust, run by the embedded pipeline and by the
//! deployable Lambda binaries alike.

pub mod consumer;
pub mod log;
pub mod producer;
