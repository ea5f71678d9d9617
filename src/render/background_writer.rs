//! Where a stream of lines goes: stdout, written by a thread of its own, so that a reader that
//! does not read (a pager, a stopped pipe) never keeps the command from seeing Ctrl-C.

use std::{
    io::{self, Write},
    thread::JoinHandle,
};

use tokio::sync::mpsc;

/// How many pieces may wait for a slow reader before the source of the lines waits too.
const PIECES: usize = 2;

/// Writes pieces of text in order.
#[derive(Debug)]
pub struct BackgroundWriter {
    pieces: mpsc::Sender<Vec<u8>>,
    writer: JoinHandle<io::Result<()>>,
}

impl BackgroundWriter {
    /// An outlet into `to`. Each piece is flushed.
    pub fn into(mut to: impl Write + Send + 'static) -> Self {
        let (pieces, mut waiting) = mpsc::channel::<Vec<u8>>(PIECES);
        let writer = std::thread::spawn(move || {
            while let Some(piece) = waiting.blocking_recv() {
                to.write_all(&piece)?;
                to.flush()?;
            }
            Ok(())
        });
        Self { pieces, writer }
    }

    /// Hands over a piece, once there is room for it. `false`: nobody reads any more.
    pub async fn write(&self, piece: Vec<u8>) -> bool {
        self.pieces.send(piece).await.is_ok()
    }

    /// Waits until a piece could not be written.
    pub async fn closed(&self) {
        self.pieces.closed().await;
    }

    /// Waits until everything is written. A reader that closed the pipe has seen enough: that is
    /// no error.
    ///
    /// # Errors
    /// When a piece could not be written for another reason.
    pub async fn finish(self) -> io::Result<()> {
        drop(self.pieces);
        let ended = tokio::task::spawn_blocking(|| self.writer.join());
        match ended.await {
            Ok(Ok(Err(error))) if error.kind() != io::ErrorKind::BrokenPipe => Err(error),
            _ => Ok(()),
        }
    }
}
