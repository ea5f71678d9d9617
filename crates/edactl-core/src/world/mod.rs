//! The proof in virtual time, held against simulated pipelines whose truth is known.

mod defaults;
mod driver;
mod proof;
