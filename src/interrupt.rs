//! Ctrl-C, SIGTERM and `--timeout`, in every phase of every command.
//!
//! A thread of its own watches for them, so that nothing that blocks or hangs can hold up the end.
//! A command that has something to do at its end listens ([`Interrupt`]) and gets a moment for it;
//! before it does, and when the moment is over, the process ends there and then. A second signal
//! ends it at once.

use std::{
    sync::{
        OnceLock,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use tokio::{
    signal::unix::{SignalKind, signal},
    sync::watch,
    time::{Instant, sleep, sleep_until},
};

use edactl_core::{exit::ExitCode, humanize};

use crate::error::{Error, report};

/// What is left to do after Ctrl-C has to fit into a second.
const LAST_WORDS: Duration = Duration::from_millis(900);
/// What is left to do when the time is up: a diagnosis may ask AWS for five seconds.
const AFTER_TIME: Duration = Duration::from_secs(7);

/// Whether the command ends by itself, in an orderly way.
static LISTENS: AtomicBool = AtomicBool::new(false);
/// Whether a child that has the terminal (a pager) decides when it is over.
static LEFT_TO_USER: AtomicBool = AtomicBool::new(false);
/// Whether AWS is being waited for.
static ASKS_AWS: AtomicBool = AtomicBool::new(false);
static ASKED: OnceLock<watch::Receiver<bool>> = OnceLock::new();

/// Watches from now on. `limit` is the time that the whole command has.
pub fn watch(limit: Option<Duration>) {
    let _ = start(limit);
}

/// From now on AWS is what a command waits for: time that is up is AWS's silence.
pub fn asking_aws() {
    ASKS_AWS.store(true, Ordering::Relaxed);
}

/// From now on only the user ends it: a pager is open.
pub fn leave_to_user() {
    LEFT_TO_USER.store(true, Ordering::Relaxed);
}

/// Tells that the user, or the system, asked for the end.
#[derive(Debug, Clone)]
pub struct Interrupt(watch::Receiver<bool>);

impl Interrupt {
    /// Hears of what [`watch()`] sees.
    #[must_use]
    pub fn listen() -> Self {
        Self(start(None))
    }

    /// Waits for the first signal. From the first call on the command has a moment for its end.
    pub async fn wait(&mut self) {
        LISTENS.store(true, Ordering::Relaxed);
        if self.0.wait_for(|asked| *asked).await.is_err() {
            // The watching thread lives as long as the process; without it nothing will ever come.
            std::future::pending::<()>().await;
        }
    }
}

fn start(limit: Option<Duration>) -> watch::Receiver<bool> {
    let until = limit.map(|limit| (limit, Instant::now() + limit));
    ASKED
        .get_or_init(|| {
            let (asked, heard) = watch::channel(false);
            std::thread::spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread()
                    .enable_all()
                    .build();
                // Without a runtime signals end the process as they do by themselves.
                if let Ok(runtime) = runtime {
                    runtime.block_on(watch_until_end(&asked, until));
                }
            });
            heard
        })
        .clone()
}

async fn watch_until_end(asked: &watch::Sender<bool>, until: Option<(Duration, Instant)>) {
    let mut interrupts = signal(SignalKind::interrupt()).ok();
    let mut terminations = signal(SignalKind::terminate()).ok();
    let mut signalled = async || {
        tokio::select! {
            Some(()) = async { interrupts.as_mut()?.recv().await } => {}
            Some(()) = async { terminations.as_mut()?.recv().await } => {}
            else => std::future::pending().await,
        }
    };
    let time_is_up = async {
        match until {
            Some((limit, end)) => {
                sleep_until(end).await;
                if LISTENS.load(Ordering::Relaxed) {
                    sleep(AFTER_TIME).await;
                }
                limit
            }
            None => std::future::pending().await,
        }
    };
    tokio::select! {
        () = signalled() => {}
        limit = time_is_up => {
            if !LEFT_TO_USER.load(Ordering::Relaxed) {
                std::process::exit(report(&time_up(limit)) as i32);
            }
        }
    }
    asked.send_replace(true);
    let last_words = async {
        if LISTENS.load(Ordering::Relaxed) {
            sleep(LAST_WORDS).await;
        }
        if LEFT_TO_USER.load(Ordering::Relaxed) {
            std::future::pending::<()>().await;
        }
    };
    tokio::select! {
        () = signalled() => {}
        () = last_words => {}
    }
    std::process::exit(ExitCode::Interrupted as i32);
}

fn time_up(limit: Duration) -> Error {
    let listens = LISTENS.load(Ordering::Relaxed);
    if !listens && ASKS_AWS.load(Ordering::Relaxed) {
        return Error::unanswered(limit);
    }
    let (what, hint, exit) = if listens {
        (
            "the command was still at work",
            "give it more --timeout",
            ExitCode::Undetermined,
        )
    } else {
        (
            "what was named was still being read",
            "check the files that were named, or give it more --timeout",
            ExitCode::Usage,
        )
    };
    let limit = humanize::duration(limit);
    Error::TimeUp {
        message: format!("the time is up (--timeout {limit}): {what}"),
        hint: hint.to_owned(),
        exit,
    }
}
