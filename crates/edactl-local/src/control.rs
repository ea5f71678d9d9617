//! The pipeline's own endpoints, under `/_edactl/`: status, settings, stop, and the account of what
//! really happened. They want the token of the registration file.

use bytes::Bytes;
use hyper::{Method, StatusCode};
use serde_json::{Value, json};

use crate::{
    client::public_id,
    names,
    pipeline::Pipeline,
    reply::{Reply, json as json_reply, json_error, whole},
    route::CONTROL,
    settings::Settings,
};

/// Answers one request.
pub async fn answer(pipeline: &Pipeline, method: &Method, path: &str, body: &Bytes) -> Reply {
    match (method, path.strip_prefix(CONTROL)) {
        (&Method::GET, Some("status")) => json_reply(StatusCode::OK, &status(pipeline)),
        (&Method::GET, Some("account")) => {
            whole(StatusCode::OK, "application/x-ndjson", account(pipeline))
        }
        (&Method::PUT, Some("settings")) => {
            let applied = match serde_json::from_slice::<Settings>(body) {
                Ok(settings) => pipeline.apply(settings).await,
                Err(error) => Err(error.to_string()),
            };
            match applied {
                Ok(()) => json_reply(StatusCode::OK, &status(pipeline)),
                Err(error) => json_error(StatusCode::BAD_REQUEST, "BadSettings", &error),
            }
        }
        (&Method::POST, Some("stop")) => {
            pipeline.stop.notify_one();
            json_reply(StatusCode::OK, &json!({ "stopping": true }))
        }
        _ => json_error(
            StatusCode::NOT_FOUND,
            "NotFound",
            "edactl's embedded pipeline has no such endpoint.",
        ),
    }
}

/// What happened to each message, a line each; before them, what is no longer known.
fn account(pipeline: &Pipeline) -> String {
    let holdings = pipeline.logs.holdings();
    let mut text = String::new();
    if holdings.evicted_events > 0 {
        text = json!({ "evictedLogs": holdings }).to_string() + "\n";
    }
    text + &pipeline.truth.json_lines()
}

fn status(pipeline: &Pipeline) -> Value {
    let [queue_url, dlq_url] = pipeline.queues.urls();
    let (messages, forgotten_messages) = pipeline.truth.counts();
    json!({
        "name": names::PROGRAM,
        "id": public_id(&pipeline.token),
        "version": env!("CARGO_PKG_VERSION"),
        "pid": std::process::id(),
        "started": pipeline.started,
        "settings": pipeline.live.read(Settings::clone),
        "log_store": pipeline.logs.holdings(),
        "account": { "messages": messages, "forgotten_messages": forgotten_messages },
        "region": names::REGION,
        "producer": names::PRODUCER,
        "queue_url": queue_url,
        "consumer": names::CONSUMER,
        "dlq_url": dlq_url,
    })
}
