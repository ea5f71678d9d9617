//! The API's operations, by name.

use std::sync::Arc;

use bytes::Bytes;
use hyper::StatusCode;
use serde::Serialize;

use crate::{
    logs::{
        LogStore, admin,
        insights::{self, Queries},
        live_tail, read,
        wire::{ApiError, parse},
    },
    reply::{Reply, whole},
};

/// The endpoint over a store.
#[derive(Debug)]
pub struct LogsEndpoint {
    store: Arc<LogStore>,
    queries: Queries,
}

impl LogsEndpoint {
    /// The endpoint over this store.
    #[must_use]
    pub fn new(store: Arc<LogStore>) -> Self {
        let queries = Queries::default();
        Self { store, queries }
    }

    /// Answers one `Logs_20140328` operation.
    pub fn answer(&self, operation: &str, body: &Bytes) -> Reply {
        answer(&self.store, &self.queries, operation, body)
    }
}

fn answer(store: &Arc<LogStore>, queries: &Queries, operation: &str, body: &Bytes) -> Reply {
    match operation {
        "CreateLogGroup" => done(parse(body).and_then(|asked| admin::create_group(store, &asked))),
        "DeleteLogGroup" => done(parse(body).and_then(|asked| admin::delete_group(store, &asked))),
        "PutRetentionPolicy" => {
            done(parse(body).and_then(|asked| admin::put_retention(store, &asked)))
        }
        "CreateLogStream" => {
            done(parse(body).and_then(|asked| admin::create_stream(store, &asked)))
        }
        "PutLogEvents" => told(parse(body).and_then(|asked| admin::put_events(store, asked))),
        "DescribeLogGroups" => {
            told(parse(body).and_then(|asked| admin::describe_groups(store, &asked)))
        }
        "DescribeLogStreams" => {
            told(parse(body).and_then(|asked| admin::describe_streams(store, &asked)))
        }
        "FilterLogEvents" => told(parse(body).and_then(|asked| read::filter_events(store, &asked))),
        "GetLogEvents" => told(parse(body).and_then(|asked| read::get_events(store, &asked))),
        "StartQuery" => told(parse(body).and_then(|asked| insights::start(store, queries, &asked))),
        "GetQueryResults" => told(parse(body).and_then(|asked| insights::results(queries, &asked))),
        "StopQuery" => told(parse(body).and_then(|asked| insights::stop(queries, &asked))),
        "StartLiveTail" => parse(body)
            .and_then(|asked| live_tail::start(store, asked))
            .unwrap_or_else(|refusal| refusal.reply()),
        unknown => ApiError::unknown_operation(unknown).reply(),
    }
}

/// The answer of an operation that returns nothing: no body at all, as AWS does.
fn done(result: Result<(), ApiError>) -> Reply {
    match result {
        Ok(()) => whole(StatusCode::OK, CONTENT_TYPE, Bytes::new()),
        Err(refusal) => refusal.reply(),
    }
}

fn told(result: Result<impl Serialize, ApiError>) -> Reply {
    match result.map(|answer| serde_json::to_vec(&answer)) {
        Ok(Ok(body)) => whole(StatusCode::OK, CONTENT_TYPE, body),
        Ok(Err(error)) => ApiError::fault(&error).reply(),
        Err(refusal) => refusal.reply(),
    }
}

const CONTENT_TYPE: &str = "application/x-amz-json-1.1";
