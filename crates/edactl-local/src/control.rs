//! The pipeline's own endpoints, under `/_edactl/`: status, settings, stop, and the account.

use bytes::Bytes;
use hyper::{Method, StatusCode};
use serde_json::{Value, json};

use crate::{
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
        (&Method::GET, Some("account")) => whole(
            StatusCode::OK,
            "application/x-ndjson",
            pipeline.account.json_lines(),
        ),
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

fn status(pipeline: &Pipeline) -> Value {
    let [queue_url, dlq_url] = pipeline.queues.urls();
    json!({
        "name": names::PROGRAM,
        "id": pipeline.id,
        "version": env!("CARGO_PKG_VERSION"),
        "pid": std::process::id(),
        "started": pipeline.started,
        "settings": pipeline.live.read(Settings::clone),
        "region": names::REGION,
        "producer": names::PRODUCER,
        "queue_url": queue_url,
        "consumer": names::CONSUMER,
        "dlq_url": dlq_url,
    })
}
