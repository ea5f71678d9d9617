//! Ctrl-C and SIGTERM: the first asks for an orderly end, the second ends at once.

use tokio::{
    signal::unix::{SignalKind, signal},
    sync::watch,
};

use edactl_core::exit::ExitCode;

/// Tells that the user, or the system, asked for the end.
#[derive(Debug, Clone)]
pub struct Interrupt(watch::Receiver<bool>);

impl Interrupt {
    /// Listens from now on. Needs a tokio runtime.
    #[must_use]
    pub fn listen() -> Self {
        let (asked, heard) = watch::channel(false);
        tokio::spawn(async move {
            let mut terminate = signal(SignalKind::terminate()).ok();
            loop {
                tokio::select! {
                    _ = tokio::signal::ctrl_c() => {}
                    Some(()) = async { terminate.as_mut()?.recv().await } => {}
                }
                if asked.send_replace(true) {
                    std::process::exit(ExitCode::Interrupted as i32);
                }
            }
        });
        Self(heard)
    }

    /// Waits for the first signal.
    pub async fn wait(&mut self) {
        if self.0.wait_for(|asked| *asked).await.is_err() {
            // The listener lives as long as the runtime; without it nothing will ever come.
            std::future::pending::<()>().await;
        }
    }
}
