//! One invocation of the consumer: which messages it holds, and what happens to each.

use crate::{Ms, params::Kind};

/// One invocation of the consumer.
pub struct Invocation {
    pub request: u128,
    pub stream: usize,
    pub start: Ms,
    pub batch: Vec<usize>,
    pub kinds: Vec<Kind>,
}

impl Invocation {
    pub fn has(&self, kind: Kind) -> bool {
        self.kinds.contains(&kind)
    }

    pub fn fails(&self) -> bool {
        self.kinds.iter().any(|kind| kind.fails_batch())
    }
}
