//! Progress on stderr: one live line on a terminal, elsewhere a line when something changes.

use std::{
    io::{self, IsTerminal},
    time::Duration,
};

use indicatif::{ProgressBar, ProgressStyle};

/// Elsewhere than on a terminal, at most one line in this time.
const PLAIN_PAUSE: Duration = Duration::from_secs(2);

/// What is shown while a command works.
#[derive(Debug)]
pub struct Progress {
    look: Look,
}

#[derive(Debug)]
enum Look {
    Quiet,
    Live(ProgressBar),
    Plain { said: String, at: Option<Duration> },
}

impl Progress {
    /// Progress as fits stderr; `quiet` shows none.
    #[must_use]
    pub fn new(quiet: bool) -> Self {
        let look = if quiet {
            Look::Quiet
        } else if io::stderr().is_terminal() {
            let bar = ProgressBar::new_spinner();
            // Without colour of its own: NO_COLOR needs no second look here.
            if let Ok(style) = ProgressStyle::with_template("{spinner} {wide_msg}") {
                bar.set_style(style);
            }
            Look::Live(bar)
        } else {
            Look::Plain {
                said: String::new(),
                at: None,
            }
        };
        Self { look }
    }

    /// Shows where the work stands, `elapsed` after its begin.
    pub fn show(&mut self, elapsed: Duration, state: &str) {
        match &mut self.look {
            Look::Quiet => {}
            Look::Live(bar) => {
                bar.set_message(format!("{} s  {state}", elapsed.as_secs()));
                bar.tick();
            }
            Look::Plain { said, at } => {
                let waited = at.is_none_or(|at| elapsed >= at + PLAIN_PAUSE);
                if waited && said != state {
                    anstream::eprintln!("{:>5.1} s  {state}", elapsed.as_secs_f64());
                    state.clone_into(said);
                    *at = Some(elapsed);
                }
            }
        }
    }

    /// Says something that stays, above the live line.
    pub fn say(&self, text: &str) {
        match &self.look {
            Look::Quiet => {}
            Look::Live(bar) => bar.suspend(|| anstream::eprintln!("{text}")),
            Look::Plain { .. } => anstream::eprintln!("{text}"),
        }
    }

    /// Takes the live line away.
    pub fn clear(&self) {
        if let Look::Live(bar) = &self.look {
            bar.finish_and_clear();
        }
    }
}
