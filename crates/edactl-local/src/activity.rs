//! Whether anyone still uses the pipeline: it ends when nobody has for a while.

use std::{
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use http_body_util::BodyExt;
use hyper::body::Body as _;
use tokio::time::Instant;

use crate::reply::Reply;

/// Requests under way, and when the last one ended.
#[derive(Debug)]
pub struct Activity(Mutex<State>);

#[derive(Debug)]
struct State {
    active: usize,
    last: Instant,
}

/// A request under way; it ends when this is dropped.
#[derive(Debug)]
pub struct ActiveRequest(Arc<Activity>);

impl Activity {
    /// Nothing asked yet.
    #[must_use]
    pub fn new() -> Arc<Self> {
        Arc::new(Self(Mutex::new(State {
            active: 0,
            last: Instant::now(),
        })))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0
            .lock()
            .expect("nothing panics while it holds the lock")
    }

    /// A request has begun.
    #[must_use]
    pub fn begin(self: &Arc<Self>) -> ActiveRequest {
        self.state().active += 1;
        ActiveRequest(Arc::clone(self))
    }

    /// For how long nobody has asked for anything.
    #[must_use]
    pub fn idle(&self, now: Instant) -> Duration {
        let state = self.state();
        if state.active > 0 {
            Duration::ZERO
        } else {
            now.saturating_duration_since(state.last)
        }
    }
}

impl ActiveRequest {
    /// Lets the request last as long as its answer, where that is a stream (Live Tail).
    #[must_use]
    pub fn until_read(self, reply: Reply) -> Reply {
        if reply.body().size_hint().exact().is_some() {
            return reply;
        }
        reply.map(|body| {
            body.map_frame(move |frame| {
                let _active = &self;
                frame
            })
            .boxed()
        })
    }
}

impl Drop for ActiveRequest {
    fn drop(&mut self) {
        let mut state = self.0.state();
        state.active -= 1;
        state.last = Instant::now();
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use bytes::Bytes;
    use http_body_util::{Full, StreamBody};
    use hyper::{Response, body::Frame};

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_request_active_is_no_idleness() {
        let activity = Activity::new();
        let wait = Duration::from_secs(9);
        tokio::time::advance(wait).await;
        assert_eq!(activity.idle(Instant::now()), wait);
        let request = activity.begin();
        tokio::time::advance(wait).await;
        assert_eq!(activity.idle(Instant::now()), Duration::ZERO);
        drop(request);
        tokio::time::advance(wait).await;
        assert_eq!(activity.idle(Instant::now()), wait);
    }

    #[tokio::test(start_paused = true)]
    async fn a_streamed_answer_is_active_until_it_is_dropped() {
        let activity = Activity::new();
        let wait = Duration::from_secs(9);
        let whole = Response::new(Full::new(Bytes::from("all")).boxed());
        let _whole = activity.begin().until_read(whole);
        let frames = futures_util::stream::pending::<Result<Frame<Bytes>, Infallible>>();
        let streamed = Response::new(BodyExt::boxed(StreamBody::new(frames)));
        let streamed = activity.begin().until_read(streamed);
        tokio::time::advance(wait).await;
        assert_eq!(activity.idle(Instant::now()), Duration::ZERO);
        drop(streamed);
        tokio::time::advance(wait).await;
        assert_eq!(activity.idle(Instant::now()), wait);
    }
}
