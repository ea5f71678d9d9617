//! A terminal of some size with a program in it, and the screen that people would see.

use std::{
    io::{Read, Write},
    num::NonZeroU16,
    process::{Child, Command},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread::{self, JoinHandle},
};

use pty_process::{
    Size,
    blocking::{Command as PtyCommand, Pty},
};
use vt100::Parser;

use super::eventually;

/// More lines than any program here writes: what scrolled away stays readable.
const TALL: u16 = 2_000;

/// The same bytes on a screen of the terminal's size, and on one from which nothing scrolls away.
struct Screens {
    shown: Parser,
    whole: Parser,
}

/// A program in a terminal.
pub struct Terminal {
    child: Child,
    pty: Arc<Pty>,
    screens: Arc<Mutex<Screens>>,
    reader: JoinHandle<()>,
}

/// What a program left behind in its terminal.
pub struct Left {
    pub code: Option<i32>,
    /// The rows that are on the screen at the end.
    pub screen: Vec<String>,
    /// All rows, also those that scrolled away, and whether each was too wide for its row.
    pub rows: Vec<(String, bool)>,
    /// The foreground colours that stand on the screen at the end, row by row.
    pub colors: Vec<Vec<vt100::Color>>,
    /// Every colour, before and behind, that was used anywhere.
    pub used: Vec<vt100::Color>,
}

fn number(value: u16) -> NonZeroU16 {
    NonZeroU16::new(value).expect("a size")
}

impl Terminal {
    /// Starts a program in a terminal of so many columns and rows. Of the command, the program, its
    /// arguments and the variables that were set count; nothing else is in its environment.
    pub fn start(command: &Command, (columns, rows): (u16, u16)) -> Self {
        let (pty, pts) = pty_process::blocking::open().expect("a terminal");
        pty.resize(Size::new(rows, columns)).expect("a size");
        let set = command
            .get_envs()
            .filter_map(|(name, value)| Some((name, value?)));
        let mut started = PtyCommand::new(command.get_program())
            .args(command.get_args())
            .env_clear()
            .envs(set)
            .env("TERM", "xterm-256color");
        if let Some(directory) = command.get_current_dir() {
            started = started.current_dir(directory);
        }
        let child = started.spawn(pts).expect("the program starts");
        let screens = Arc::new(Mutex::new(Screens {
            shown: Parser::new(number(rows), number(columns), 0),
            whole: Parser::new(number(TALL), number(columns), 0),
        }));
        let pty = Arc::new(pty);
        let (from, to) = (Arc::clone(&pty), Arc::clone(&screens));
        let reader = thread::spawn(move || {
            let mut piece = [0; 4096];
            // The last one who had the other end open has gone: an error says so on Linux.
            while let Ok(length @ 1..) = (&*from).read(&mut piece) {
                let mut screens = to.lock().unwrap_or_else(PoisonError::into_inner);
                screens.shown.process(&piece[..length]);
                screens.whole.process(&piece[..length]);
            }
        });
        Self {
            child,
            pty,
            screens,
            reader,
        }
    }

    fn screens(&self) -> MutexGuard<'_, Screens> {
        self.screens.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Types this.
    pub fn enter(&self, text: &str) {
        (&*self.pty).write_all(text.as_bytes()).expect("it reads");
    }

    /// What is on the screen now.
    pub fn contents(&self) -> String {
        let screens = self.screens();
        let screen = screens.shown.screen();
        let (_, columns) = screen.size();
        let rows = screen.rows(0, columns.get());
        let rows: Vec<_> = rows.map(|row| row.trim_end().to_owned()).collect();
        rows.join("\n").trim_end().to_owned()
    }

    /// Waits until the screen shows what is looked for.
    #[track_caller]
    pub fn wait_for(&self, what: &str, is_there: impl Fn(&str) -> bool) -> String {
        let seen = || Some(self.contents()).filter(|screen| is_there(screen));
        let mut tries = 0;
        eventually(what, || {
            tries += 1;
            let found = seen();
            assert!(
                tries < 3_000 || found.is_some(),
                "{what}:\n{}",
                self.contents()
            );
            found
        })
    }

    /// Waits for the end of the program.
    pub fn finish(mut self) -> Left {
        let code = self.child.wait().expect("it ends").code();
        self.reader.join().expect("the reader ends");
        let screens = self.screens.lock().unwrap_or_else(PoisonError::into_inner);
        let of = |parser: &Parser| {
            let screen = parser.screen();
            let (_, columns) = screen.size();
            let rows = (0..).zip(screen.rows(0, columns.get()));
            rows.map(|(nth, text)| (text.trim_end().to_owned(), screen.row_wrapped(nth)))
                .collect::<Vec<_>>()
        };
        let shown = screens.shown.screen();
        let (rows, columns) = shown.size();
        let color = |row, column| shown.cell(row, column).map(vt100::Cell::fgcolor);
        let whole = screens.whole.screen();
        let mut used = Vec::new();
        for row in 0..TALL {
            for column in 0..columns.get() {
                let cell = whole.cell(row, column);
                let colors = cell.map(|cell| [cell.fgcolor(), cell.bgcolor()]);
                for color in colors.into_iter().flatten() {
                    if !used.contains(&color) {
                        used.push(color);
                    }
                }
            }
        }
        Left {
            code,
            screen: of(&screens.shown)
                .into_iter()
                .map(|(text, _)| text)
                .collect(),
            rows: of(&screens.whole),
            colors: (0..rows.get())
                .map(|row| (0..columns.get()).filter_map(|it| color(row, it)).collect())
                .collect(),
            used,
        }
    }
}

impl Left {
    /// The colours that cannot be read on some grounds: all but the terminal's own and the six that
    /// every palette makes readable on dark and on light (red, green, yellow, blue, magenta, cyan).
    pub fn unreadable(&self) -> Vec<vt100::Color> {
        let is_readable = |color: &&vt100::Color| {
            matches!(color, vt100::Color::Default | vt100::Color::Idx(1..=6))
        };
        let used = self.used.iter();
        used.filter(|color| !is_readable(color)).copied().collect()
    }

    /// The rows that are too wide for the terminal, but for what nobody can break: one long word.
    pub fn too_wide(&self) -> Vec<&str> {
        let wide = self.rows.iter().filter(|(_, is_wrapped)| *is_wrapped);
        wide.map(|(text, _)| text.as_str())
            .filter(|text| text.trim().contains(' '))
            .collect()
    }

    /// The colours in the row of the screen that begins so.
    #[track_caller]
    pub fn colors_of(&self, begin: &str) -> &[vt100::Color] {
        let row = self.screen.iter().position(|row| row.starts_with(begin));
        &self.colors[row.unwrap_or_else(|| panic!("no {begin} in {:#?}", self.screen))]
    }
}
