//! An HTTP API in front of the embedded pipeline's producer, as API Gateway is one: it makes a
//! request the producer's event, and the producer's answer the response. It keeps what it saw, and
//! misbehaves on demand.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use bytes::Bytes;
use edactl_local::names::PRODUCER;
use http_body_util::{BodyExt, Full};
use hyper::{HeaderMap, Method, Request, Response, body::Incoming};
use serde_json::{Value, json};

use super::{
    http,
    loopback::{Failure, Loopback},
};

/// The request id that the gateway gives, which is not the function's.
pub const REQUEST_ID: &str = "gateway-request-0001";

/// What becomes of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// The producer runs; its answer is passed on.
    Pass,
    /// The same, and the answer comes this much later.
    Late(Duration),
    /// The producer runs; the answer says something else.
    Instead(u16, &'static str),
    /// The producer runs; the connection is closed instead of an answer.
    CutOff,
    /// The producer does not run; this is the answer.
    Refuse(u16, &'static str),
    /// The producer does not run; it is elsewhere.
    Redirect(&'static str),
}

/// A request as the gateway saw it.
#[derive(Debug, Clone)]
pub struct SeenRequest {
    pub method: Method,
    pub path: String,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl SeenRequest {
    /// A header's value; empty where there is none.
    pub fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        value.and_then(|it| it.to_str().ok()).unwrap_or_default()
    }
}

pub struct Gateway {
    server: Loopback,
    seen: Arc<Mutex<Vec<SeenRequest>>>,
}

impl Gateway {
    /// In front of the embedded pipeline at this endpoint.
    pub fn start(endpoint: &str, manner: Manner) -> Self {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (kept, endpoint) = (Arc::clone(&seen), endpoint.to_owned());
        let server = Loopback::serve(move |request| {
            answer(request, manner, Arc::clone(&kept), endpoint.clone())
        });
        Self { server, seen }
    }

    /// Its address with a path, such as `http://127.0.0.1:1234/orders`.
    pub fn url(&self) -> String {
        format!("{}/orders", self.server.url())
    }

    /// Its address without a scheme, such as `127.0.0.1:1234`.
    pub fn authority(&self) -> String {
        self.server.address.to_string()
    }

    pub fn seen(&self) -> Vec<SeenRequest> {
        self.seen.lock().expect("no panic under the lock").clone()
    }
}

async fn answer(
    request: Request<Incoming>,
    manner: Manner,
    seen: Arc<Mutex<Vec<SeenRequest>>>,
    endpoint: String,
) -> Result<Response<Full<Bytes>>, Failure> {
    let (parts, body) = request.into_parts();
    let body = body.collect().await?.to_bytes();
    let path = parts.uri.path_and_query().map_or("/", |it| it.as_str());
    let one = SeenRequest {
        method: parts.method,
        path: path.to_owned(),
        headers: parts.headers,
        body,
    };
    seen.lock()
        .expect("no panic under the lock")
        .push(one.clone());
    let reply = |status: u16, body: String| {
        let reply = Response::builder()
            .status(status)
            .header("apigw-requestid", REQUEST_ID)
            .header("x-amzn-requestid", REQUEST_ID);
        Ok(reply.body(Full::new(Bytes::from(body)))?)
    };
    match manner {
        Manner::Refuse(status, body) => return reply(status, body.to_owned()),
        Manner::Redirect(to) => {
            let reply = Response::builder().status(302).header("location", to);
            return Ok(reply.body(Full::default())?);
        }
        Manner::Pass | Manner::Late(_) | Manner::Instead(..) | Manner::CutOff => {}
    }
    let (status, body) = tokio::task::spawn_blocking(move || invoke(&endpoint, &one)).await??;
    match manner {
        Manner::Late(delay) => tokio::time::sleep(delay).await,
        Manner::CutOff => return Err("the connection is cut off on demand".into()),
        Manner::Instead(status, body) => return reply(status, body.to_owned()),
        Manner::Pass | Manner::Refuse(..) | Manner::Redirect(_) => {}
    }
    reply(status, body)
}

/// Invokes the producer with the request as API Gateway's REST API words it.
fn invoke(endpoint: &str, request: &SeenRequest) -> std::io::Result<(u16, String)> {
    let event = json!({
        "resource": "/orders", "path": "/orders", "httpMethod": request.method.as_str(),
        "headers": {}, "requestContext": {"stage": "test", "requestId": REQUEST_ID},
        "body": String::from_utf8_lossy(&request.body), "isBase64Encoded": false,
    });
    let line = format!("POST /2015-03-31/functions/{PRODUCER}/invocations");
    let (_, answer) = http::request(endpoint, &line, &[], &event.to_string())?;
    let answer: Value = serde_json::from_str(&answer)?;
    let status = answer["statusCode"].as_u64().unwrap_or(502);
    let body = match &answer["body"] {
        Value::String(body) => body.clone(),
        other => other.to_string(),
    };
    Ok((u16::try_from(status).unwrap_or(502), body))
}
