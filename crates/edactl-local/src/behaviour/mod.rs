//! How the embedded functions, and Lambda around them, can be told to behave.

pub mod log_style;
pub mod platform;
mod prints;
pub mod producer_answer;
pub mod producer_shape;
pub mod runtime_style;
