//! Misbehaviour on demand: a verifier that was never seen to say no proves nothing.

use std::{collections::BTreeMap, fmt, str::FromStr, sync::Mutex};

use rand::{RngExt, SeedableRng, rngs::StdRng};
use serde::{Deserialize, Serialize};

/// One way to misbehave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fault {
    /// SQS accepts the message and loses it.
    Drop,
    /// The message is delivered twice, with the same message id.
    Duplicate,
    /// An attempt at the message fails in the consumer's code.
    ConsumerError,
    /// The consumer's invocation that holds the message times out.
    ConsumerTimeout,
    /// The trigger's filter swallows the message: it is deleted, and nobody is told.
    Filtered,
    /// The producer raises an error before it sends anything.
    ProducerError,
    /// SQS refuses one entry of a batch for good.
    PartialSend,
    /// The producer runs, and its answer comes [`super::settings::LATE_ANSWER`] later.
    LateAnswer,
    /// The producer runs, and the connection is closed without an answer.
    NoAnswer,
    /// The consumer logs the message, puts it among its batch item failures and says nothing.
    QuietFailure,
    /// The consumer's handler throws after it has logged its messages.
    ConsumerThrow,
    /// The consumer's handler throws before it has logged anything.
    ConsumerThrowEarly,
    /// The consumer's handler throws, and its custom runtime writes no word of it.
    ConsumerThrowSilent,
    /// The producer raises an error after it has sent half of its messages.
    ProducerMidway,
    /// A line can be read only [`super::settings::LATE_LINE`] after its neighbours.
    LateLine,
    /// After the message was deleted, a copy of it is delivered once more.
    GhostCopy,
}

const NAMES: [(Fault, &str); 16] = [
    (Fault::Drop, "drop"),
    (Fault::Duplicate, "duplicate"),
    (Fault::ConsumerError, "consumer-error"),
    (Fault::ConsumerTimeout, "consumer-timeout"),
    (Fault::Filtered, "filtered"),
    (Fault::ProducerError, "producer-error"),
    (Fault::PartialSend, "partial-send"),
    (Fault::LateAnswer, "late-answer"),
    (Fault::NoAnswer, "no-answer"),
    (Fault::QuietFailure, "quiet-failure"),
    (Fault::ConsumerThrow, "consumer-throw"),
    (Fault::ConsumerThrowEarly, "consumer-throw-early"),
    (Fault::ConsumerThrowSilent, "consumer-throw-silent"),
    (Fault::ProducerMidway, "producer-midway"),
    (Fault::LateLine, "late-line"),
    (Fault::GhostCopy, "ghost-copy"),
];

/// The names of all faults, separated by commas.
#[must_use]
pub fn names() -> String {
    NAMES.map(|(_, name)| name).join(", ")
}

impl Fault {
    fn name(self) -> &'static str {
        NAMES
            .iter()
            .find(|(fault, _)| *fault == self)
            .map_or("", |(_, name)| name)
    }
}

/// Which faults happen, and how probable each is.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Faults(BTreeMap<Fault, f64>);

impl Faults {
    /// Whether nothing is to go wrong.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether this one may happen.
    #[must_use]
    pub fn includes(&self, fault: Fault) -> bool {
        self.probability(fault) > 0.0
    }

    fn probability(&self, fault: Fault) -> f64 {
        self.0.get(&fault).copied().unwrap_or_default()
    }
}

impl FromStr for Faults {
    type Err = String;

    /// Reads `drop=0.01,duplicate=0.05`.
    fn from_str(text: &str) -> Result<Self, String> {
        let mut faults = BTreeMap::new();
        for part in text
            .split(',')
            .map(str::trim)
            .filter(|part| !part.is_empty())
        {
            let (name, value) = part.split_once('=').ok_or_else(|| {
                format!(
                    "`{part}` is no fault; write NAME=PROBABILITY, with one of {}",
                    names()
                )
            })?;
            let (fault, _) = NAMES
                .into_iter()
                .find(|(_, known)| *known == name.trim())
                .ok_or_else(|| {
                    format!("there is no fault `{}`; known are {}", name.trim(), names())
                })?;
            let probability = value
                .trim()
                .parse::<f64>()
                .ok()
                .filter(|value| (0.0..=1.0).contains(value))
                .ok_or_else(|| {
                    format!("`{value}` is not a probability; write a number from 0 to 1")
                })?;
            faults.insert(fault, probability);
        }
        Ok(Self(faults))
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (fault, probability)) in self.0.iter().enumerate() {
            let comma = if index > 0 { "," } else { "" };
            write!(f, "{comma}{}={probability}", fault.name())?;
        }
        Ok(())
    }
}

impl TryFrom<String> for Faults {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<Faults> for String {
    fn from(faults: Faults) -> Self {
        faults.to_string()
    }
}

/// Random numbers that decide when a fault happens: one sequence for each fault, so that how often
/// one is asked for does not change another's.
#[derive(Debug)]
pub struct FaultRng {
    sequences: Mutex<BTreeMap<Fault, StdRng>>,
    seed: u64,
}

impl FaultRng {
    /// The same seed gives the same decisions.
    #[must_use]
    pub fn new(seed: Option<u64>) -> Self {
        Self {
            sequences: Mutex::default(),
            seed: seed.unwrap_or_else(rand::random),
        }
    }

    /// Whether the fault happens this time.
    ///
    /// # Panics
    /// Never: nothing panics while it holds the lock.
    pub fn happens(&self, faults: &Faults, fault: Fault) -> bool {
        let probability = faults.probability(fault);
        if probability <= 0.0 {
            return false;
        }
        let mut sequences = self
            .sequences
            .lock()
            .expect("nothing panics while it holds the lock");
        let seed = self.seed ^ (fault as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let rng = sequences
            .entry(fault)
            .or_insert_with(|| StdRng::seed_from_u64(seed));
        rng.random_bool(probability)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_are_read_and_shown() {
        let faults: Faults = "drop=0.01, duplicate=1".parse().unwrap();
        assert_eq!(faults.to_string(), "drop=0.01,duplicate=1");
        assert!("".parse::<Faults>().unwrap().is_empty());
        let say = |text: &str| text.parse::<Faults>().unwrap_err();
        assert!(say("drp=1").starts_with("there is no fault `drp`; known are drop, duplicate"));
        assert!(say("drop").starts_with("`drop` is no fault"));
        assert_eq!(
            say("drop=2"),
            "`2` is not a probability; write a number from 0 to 1"
        );
        assert_eq!(
            say("drop=x"),
            "`x` is not a probability; write a number from 0 to 1"
        );
    }

    #[test]
    fn the_same_seed_decides_the_same() {
        let faults: Faults = "drop=0.5,duplicate=0.5".parse().unwrap();
        let decide = |seed| {
            let random = FaultRng::new(Some(seed));
            (0..64)
                .map(|_| random.happens(&faults, Fault::Drop))
                .collect::<Vec<_>>()
        };
        assert_eq!(decide(7), decide(7));
        assert_ne!(decide(7), decide(8));
        let random = FaultRng::new(Some(7));
        assert!(!random.happens(&faults, Fault::Filtered));
    }
}
