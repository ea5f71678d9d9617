//! The proof: pure, without I/O and without a clock of its own. Evidence in any order goes into
//! the [`ledger`]; the [`verdict`] says what it proves, the
//! [`diagnosis`] why something is not proven.

pub mod clock;
pub mod diagnosis;
pub mod latency;
pub mod ledger;
pub mod line;
pub mod matcher;
pub mod python;
pub mod sent;
pub mod under_way;
pub mod verdict;

#[cfg(test)]
mod tests;
