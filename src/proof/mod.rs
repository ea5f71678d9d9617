//! The proof: pure, without I/O and without a clock of its own. Evidence in any order goes into
//! the [`ledger`]; the [`verdict`] says what it proves, the
//! [`diagnosis`] why something is not proven.

pub mod clock;
pub mod diagnosis;
mod ids;
pub mod latency;
pub mod ledger;
pub mod line;
pub mod loose;
pub mod matcher;
pub mod sent;
mod stack;
pub mod under_way;
pub mod verdict;

#[cfg(test)]
mod tests;
