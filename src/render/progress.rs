//! Progress on stderr: one live line on a terminal, elsewhere a line when something changes.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use crate::{
    render::{escape, terminal},
    say,
};

/// Elsewhere than on a terminal, at most one line in this time, or in a tenth of the time so far:
/// a log that is read later needs no more.
const PLAIN_PAUSE: Duration = Duration::from_secs(2);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// Without a change there is still a line this often: silence looks like a hanging job.
const HEARTBEAT: Duration = Duration::from_mins(1);

/// What is shown while a command works.
#[derive(Debug)]
pub struct Progress {
    look: Display,
}

#[derive(Debug)]
enum Display {
    Quiet,
    Live(ProgressBar),
    Plain(Plain),
}

/// Decides which states become lines of a log.
#[derive(Debug, Default)]
struct Plain {
    said: String,
    at: Option<Duration>,
}

impl Plain {
    /// Whether the state at this time deserves a line.
    fn is_worth_a_line(&mut self, elapsed: Duration, state: &str) -> bool {
        let pause = (elapsed / 10).clamp(PLAIN_PAUSE, LONGEST_PAUSE);
        let is_due = match self.at {
            None => true,
            Some(at) if self.said == state => elapsed >= at + HEARTBEAT,
            Some(at) => elapsed >= at + pause,
        };
        if is_due {
            state.clone_into(&mut self.said);
            self.at = Some(elapsed);
        }
        is_due
    }
}

impl Progress {
    /// Progress as fits stderr; `quiet` shows none.
    #[must_use]
    pub fn new(quiet: bool) -> Self {
        let look = if quiet {
            Display::Quiet
        } else if terminal::stderr_is_terminal() {
            let bar = ProgressBar::new_spinner();
            // Without colour of its own: NO_COLOR needs no second look here.
            if let Ok(style) = ProgressStyle::with_template("{spinner} {wide_msg}") {
                bar.set_style(style);
            }
            Display::Live(bar)
        } else {
            Display::Plain(Plain::default())
        };
        Self { look }
    }

    /// Shows where the work stands, `elapsed` after its begin.
    pub fn show(&mut self, elapsed: Duration, state: &str) {
        match &mut self.look {
            Display::Quiet => {}
            Display::Live(bar) => {
                bar.set_message(format!(
                    "{} s  {}",
                    elapsed.as_secs(),
                    escape::inline(state)
                ));
                bar.tick();
            }
            Display::Plain(plain) => {
                if plain.is_worth_a_line(elapsed, state) {
                    let state = escape::inline(state);
                    say!("{:>5.1} s  {state}", elapsed.as_secs_f64());
                }
            }
        }
    }

    /// Says something that stays, above the live line.
    pub fn say(&self, text: &str) {
        match &self.look {
            Display::Quiet => {}
            Display::Live(bar) => bar.suspend(|| say!("{}", escape::block(text))),
            Display::Plain(_) => say!("{}", escape::block(text)),
        }
    }

    /// Takes the live line away.
    pub fn clear(&self) {
        if let Display::Live(bar) = &self.look {
            bar.finish_and_clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_gets_a_line_when_something_changes_and_never_many() {
        let mut plain = Plain::default();
        let mut said = Vec::new();
        for tenth in 0..=1_000 {
            // Changes in each of the first five seconds, then rests.
            let state = (tenth / 10).min(5).to_string();
            if plain.is_worth_a_line(Duration::from_millis(tenth * 100), &state) {
                said.push((tenth / 10, state));
            }
        }
        let said: Vec<_> = said
            .iter()
            .map(|(at, state)| (*at, state.as_str()))
            .collect();
        assert_eq!(said, [(0, "0"), (2, "2"), (4, "4"), (6, "5"), (66, "5")]);
    }

    #[test]
    fn a_long_wait_gets_fewer_lines() {
        let mut plain = Plain::default();
        let lines = (0..3_600)
            .filter(|second| {
                plain.is_worth_a_line(Duration::from_secs(*second), &second.to_string())
            })
            .count();
        assert!((100..200).contains(&lines), "{lines}");
    }
}
