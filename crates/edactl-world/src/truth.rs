//! What truly happened to each payload, and what of a verdict is wrong by that.

use std::fmt;

use super::{Ms, World, messages::Sender};

/// What happened to one payload, in milliseconds since the send.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Truth {
    pub sent: Option<Ms>,
    /// The consumer succeeded, and the queue let it go.
    pub taken: Option<Ms>,
    /// It reached the dead-letter queue.
    pub dead: Option<Ms>,
    /// Purged, expired, or taken by another reader.
    pub gone: Option<Ms>,
    pub filtered: Option<Ms>,
    /// When the first line of the consumer that shows it became readable. By message id counts
    /// only where the producer's answer names the id.
    pub shown: Option<Ms>,
}

/// The three verdicts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Proven,
    Disproven,
    Undetermined,
}

/// What was said of one payload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Taken,
    Dead,
    Lost,
    Filtered,
    /// The producer refused it or never put it on the queue.
    NotSent,
    /// Anything that claims nothing: waiting, received, in doubt, untraced.
    Open,
}

/// What can be wrong with a verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// Proven, though a payload had not been taken.
    FalseProven,
    /// Proven and taken, and a copy died in the end: no wait excludes that.
    CopyDiedLater,
    FalseLost,
    FalseFiltered,
    FalseDead,
    FalseNotSent,
    /// Called lost, though it never was on the queue.
    LostButNeverSent,
    /// Undetermined, though all was taken.
    UndeterminedThoughTaken,
    /// Undetermined, though something failed for good.
    UndeterminedThoughFailed,
}

impl Fault {
    /// Whether a verdict with this fault is wrong, rather than late, modest or ill-worded.
    pub fn is_wrong(self) -> bool {
        matches!(
            self,
            Self::FalseProven
                | Self::FalseLost
                | Self::FalseFiltered
                | Self::FalseDead
                | Self::FalseNotSent
        )
    }
}

/// A fault of a verdict, with the story that shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    pub fault: Fault,
    pub payload: usize,
    pub explanation: String,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:?} of payload {}: {}",
            self.fault, self.payload, self.explanation
        )
    }
}

impl World {
    /// What is wrong with a verdict that was given at `at`; `states` has one state a payload.
    pub fn judge(&self, verdict: Verdict, states: &[State], at: Ms) -> Vec<Error> {
        let mut errors = Vec::new();
        for (payload, (state, truth)) in states.iter().zip(&self.truth).enumerate() {
            let fault = match verdict {
                Verdict::Proven if truth.taken.is_none_or(|taken| taken > at) => {
                    Some(Fault::FalseProven)
                }
                Verdict::Proven if truth.dead.is_some() => Some(Fault::CopyDiedLater),
                _ => None,
            };
            let fault = fault.or_else(|| state_fault(*state, *truth, at));
            errors.extend(fault.map(|fault| self.error(fault, payload, at)));
        }
        if verdict == Verdict::Undetermined {
            let failed = |truth: &Truth| {
                truth.taken.is_none() && (truth.gone.is_some() || truth.dead.is_some())
            };
            let never_dead = self.truth.iter().all(|truth| truth.dead.is_none());
            if never_dead && self.truth.iter().all(|truth| truth.taken.is_some()) {
                errors.push(self.error(Fault::UndeterminedThoughTaken, 0, at));
            } else if let Some(payload) = self.truth.iter().position(failed) {
                errors.push(self.error(Fault::UndeterminedThoughFailed, payload, at));
            }
        }
        errors
    }

    /// The same for "`count` of these payloads are lost".
    pub fn judge_some_lost(&self, count: usize, among: &[usize], at: Ms) -> Option<Error> {
        let lost = |&&payload: &&usize| state_fault(State::Lost, self.truth[payload], at).is_none();
        let payload = *among.first()?;
        let too_few = among.iter().filter(lost).count() < count;
        too_few.then(|| self.error(Fault::FalseLost, payload, at))
    }

    fn error(&self, fault: Fault, payload: usize, at: Ms) -> Error {
        Error {
            fault,
            payload,
            explanation: format!(
                "verdict {}.{:03} s after the send; {:?}; seed {}; {:?}\n{}",
                at / 1000,
                at % 1000,
                self.truth[payload],
                self.seed,
                self.params,
                self.told(payload),
            ),
        }
    }

    /// The story of a payload, a line each thing that happened to its messages.
    pub fn told(&self, payload: usize) -> String {
        let mut told: Vec<_> = self
            .story
            .iter()
            .filter(|story| match story.sender {
                Sender::Ours(group) => self.groups[group].contains(&payload),
                Sender::Twin => payload == 0,
                Sender::Other => false,
            })
            .collect();
        told.sort_by_key(|story| story.at);
        told.iter().fold(String::new(), |text, story| {
            let (seconds, rest) = (story.at.div_euclid(1000), story.at.rem_euclid(1000));
            text + &format!(
                "  {seconds:6}.{rest:03} {:?} {}\n",
                story.sender, story.what
            )
        })
    }
}

fn state_fault(state: State, truth: Truth, at: Ms) -> Option<Fault> {
    let arrived = truth.taken.is_some() || truth.dead.is_some();
    let may_arrive = truth.sent.is_some() && truth.gone.is_none() && truth.filtered.is_none();
    match state {
        State::Lost if arrived || may_arrive => Some(Fault::FalseLost),
        State::Lost if truth.sent.is_none() => Some(Fault::LostButNeverSent),
        State::Filtered if truth.filtered.is_none() => Some(Fault::FalseFiltered),
        State::Dead if truth.dead.is_none_or(|dead| dead > at) => Some(Fault::FalseDead),
        State::NotSent if truth.sent.is_some() => Some(Fault::FalseNotSent),
        _ => None,
    }
}
