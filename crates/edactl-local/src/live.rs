//! The settings in force, and the random numbers that decide about faults.

use std::sync::Arc;

use jiff::Timestamp;
use tokio::sync::watch;

use crate::{
    clock::Clock,
    faults::{Fault, FaultRng},
    settings::Settings,
};

/// What all parts of the embedded pipeline share: settings that may change while it runs.
#[derive(Debug)]
pub struct Live {
    state: watch::Sender<State>,
    /// AWS's clock, as the settings shift it.
    clock: Clock,
}

#[derive(Debug, Clone)]
struct State {
    settings: Settings,
    random: Arc<FaultRng>,
}

impl State {
    fn new(settings: Settings) -> Self {
        let random = Arc::new(FaultRng::new(settings.seed));
        Self { settings, random }
    }
}

impl Live {
    /// These settings, until others come.
    #[must_use]
    pub fn new(settings: Settings) -> Arc<Self> {
        let clock = Clock::default();
        clock.shift(settings.clock_skew);
        let state = watch::Sender::new(State::new(settings));
        Arc::new(Self { state, clock })
    }

    /// AWS's clock.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// What time it is by AWS's clock.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Reads what is needed of the settings.
    pub fn read<T>(&self, read: impl FnOnce(&Settings) -> T) -> T {
        read(&self.state.borrow().settings)
    }

    /// Puts other settings in force. Their random numbers begin anew, so that a seed
    /// decides the same again.
    pub fn replace(&self, settings: Settings) {
        self.clock.shift(settings.clock_skew);
        self.state.send_replace(State::new(settings));
    }

    /// Whether the fault happens this time.
    #[must_use]
    pub fn happens(&self, fault: Fault) -> bool {
        let state = self.state.borrow();
        state.random.happens(&state.settings.faults, fault)
    }

    /// Hears of every change from now on.
    #[must_use]
    pub fn changes(&self) -> Changes {
        Changes(self.state.subscribe())
    }
}

/// Hears of changes of the settings.
#[derive(Debug)]
pub struct Changes(watch::Receiver<State>);

impl Changes {
    /// Waits for a change that it has not heard of yet.
    pub async fn next(&mut self) {
        if self.0.changed().await.is_err() {
            // Nobody is left who could change anything.
            std::future::pending::<()>().await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_change_is_heard() {
        let live = Live::new(Settings::default());
        let mut changes = live.changes();
        live.replace(Settings {
            throttle: Some(5),
            ..Settings::default()
        });
        changes.next().await;
        assert_eq!(live.read(|settings| settings.throttle), Some(5));
    }

    #[test]
    fn a_seed_decides_the_same_after_a_change() {
        let settings = Settings {
            faults: "drop=0.5".parse().unwrap(),
            seed: Some(3),
            ..Settings::default()
        };
        let live = Live::new(settings.clone());
        let decide = || {
            (0..32)
                .map(|_| live.happens(Fault::Drop))
                .collect::<Vec<_>>()
        };
        let first = decide();
        assert_ne!(decide(), first);
        live.replace(settings);
        assert_eq!(decide(), first);
    }
}
