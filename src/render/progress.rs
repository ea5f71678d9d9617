//! Progress on stderr: live lines on a terminal, elsewhere a line when something changes.

mod live;

use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

pub use self::live::LiveState;
use self::live::{Row, rows, status_line, urgent_lines};
use crate::{
    render::{escape, table, terminal, theme},
    say,
};

/// Elsewhere than on a terminal, at most one line in this time, or in a tenth of the time so far:
/// a log that is read later needs no more.
const PLAIN_PAUSE: Duration = Duration::from_secs(2);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// Without a change there is still a line this often: silence looks like a hanging job.
const HEARTBEAT: Duration = Duration::from_mins(1);
/// The width of a terminal that does not tell it.
const WIDTH: u16 = 80;

/// What is shown while a command works.
#[derive(Debug)]
pub struct Progress {
    look: Display,
    /// What was said at once: each is said once.
    urgent: Vec<String>,
}

#[derive(Debug)]
enum Display {
    Quiet,
    Live(Screen),
    Plain(Plain),
}

/// The live lines: one, or one a source.
#[derive(Debug)]
struct Screen {
    lines: MultiProgress,
    bars: Vec<ProgressBar>,
    ages: Ages,
    /// What is good to know while it lasts.
    notes: Vec<String>,
}

/// The width of the terminal.
fn columns() -> u16 {
    terminal::stderr_width().unwrap_or(WIDTH)
}

/// Since when each row says what it says.
#[derive(Debug, Default)]
struct Ages(Vec<(String, Duration)>);

impl Ages {
    /// For how long the row of this number has said this.
    fn of(&mut self, row: usize, text: &str, elapsed: Duration) -> Duration {
        if self.0.len() <= row {
            self.0.resize(row + 1, (String::new(), elapsed));
        }
        let (said, since) = &mut self.0[row];
        if said != text {
            text.clone_into(said);
            *since = elapsed;
        }
        elapsed.saturating_sub(*since)
    }
}

impl Screen {
    fn new() -> Self {
        Self {
            lines: MultiProgress::new(),
            bars: Vec::new(),
            ages: Ages::default(),
            notes: Vec::new(),
        }
    }

    /// Shows these lines, cut to the terminal's width.
    fn draw(&mut self, lines: &[String]) {
        while self.bars.len() < lines.len() {
            let bar = self.lines.add(ProgressBar::new_spinner());
            // Without colour of its own: NO_COLOR needs no second look here.
            if let Ok(style) = ProgressStyle::with_template("{msg}") {
                bar.set_style(style);
            }
            self.bars.push(bar);
        }
        for bar in self.bars.split_off(lines.len()) {
            bar.finish_and_clear();
            self.lines.remove(&bar);
        }
        let width = usize::from(columns());
        for (bar, line) in self.bars.iter().zip(lines) {
            bar.set_message(table::cut(line, width.saturating_sub(1)));
            bar.tick();
        }
    }

    fn update(&mut self, state: &LiveState<'_>) {
        let all = rows(state);
        let width = usize::from(columns()) - 1;
        let mut lines: Vec<String> = Vec::with_capacity(all.len() + 1);
        for note in &self.notes {
            let folded = table::wrap(note, width, "  ");
            lines.extend(folded.lines().map(str::to_owned));
        }
        for (nth, row) in all.iter().enumerate() {
            let age = self.ages.of(nth, &row.text, state.elapsed);
            lines.push(row.line(age));
        }
        // What is waited for is never cut.
        let status = table::wrap(&status_line(state), width, "  ");
        lines.extend(status.lines().map(str::to_owned));
        self.draw(&lines);
    }
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

    fn show(&mut self, elapsed: Duration, state: &str, more: &str) {
        if self.is_worth_a_line(elapsed, state) {
            say!("{:>5.1} s  {state}{more}", elapsed.as_secs_f64());
        }
    }
}

impl Progress {
    /// Progress as fits stderr; `quiet` shows none.
    #[must_use]
    pub fn new(quiet: bool) -> Self {
        let look = if quiet {
            Display::Quiet
        } else if terminal::stderr_is_terminal() && !is_ci() {
            Display::Live(Screen::new())
        } else {
            Display::Plain(Plain::default())
        };
        Self {
            look,
            urgent: Vec::new(),
        }
    }

    /// Shows where the work stands, `elapsed` after its begin.
    pub fn show(&mut self, elapsed: Duration, state: &str) {
        match &mut self.look {
            Display::Quiet => {}
            Display::Live(screen) => {
                screen.draw(&[format!("{} s  {state}", elapsed.as_secs())]);
            }
            Display::Plain(plain) => plain.show(elapsed, state, ""),
        }
    }

    /// Shows where a verify stands: each source, what is waited for and until when, and at once
    /// what no waiting mends.
    pub fn update(&mut self, state: &LiveState<'_>) {
        for line in urgent_lines(state) {
            if !self.urgent.contains(&line) {
                self.say(&format!("{} {line}", theme::paint(theme::BAD, "already:")));
                self.urgent.push(line);
            }
        }
        match &mut self.look {
            Display::Quiet => {}
            Display::Live(screen) => screen.update(state),
            Display::Plain(plain) => {
                let all = rows(state);
                let told: Vec<String> = all.iter().map(Row::plain).collect();
                // The time left changes all the time: it is said, and is no change.
                let more = format!(" · {}", status_line(state));
                plain.show(state.elapsed, &told.join(" · "), &more);
            }
        }
    }

    /// Says something that stays, above the live lines.
    pub fn say(&self, text: &str) {
        match &self.look {
            Display::Quiet => {}
            Display::Live(screen) => {
                let folded = table::wrap(&escape::block(text), usize::from(columns()), "  ");
                screen.lines.suspend(|| say!("{folded}"));
            }
            Display::Plain(_) => say!("{}", escape::block(text)),
        }
    }

    /// Says what is good to know while it lasts: on a terminal it goes with the live lines.
    pub fn note(&mut self, text: &str) {
        match &mut self.look {
            Display::Live(screen) => screen.notes.push(escape::block(text)),
            Display::Quiet | Display::Plain(_) => self.say(text),
        }
    }

    /// Takes the live lines away.
    pub fn clear(&mut self) {
        if let Display::Live(screen) = &mut self.look {
            for bar in screen.bars.drain(..) {
                bar.finish_and_clear();
                screen.lines.remove(&bar);
            }
        }
    }
}

/// Whether the terminal is a CI system's, which shows every frame one below the other.
fn is_ci() -> bool {
    std::env::var_os("CI").is_some_and(|value| !value.is_empty() && value != "false")
}

#[cfg(test)]
mod tests;
