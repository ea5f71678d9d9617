//! The client's side of a running embedded pipeline's control endpoints.

use std::{io, net::SocketAddr, time::Duration};

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::{Method, Request, StatusCode, header::HOST};
use hyper_util::rt::TokioIo;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tokio::{net::TcpStream, time::timeout};

use crate::{
    names::PROGRAM,
    route::{CONTROL, TOKEN},
    settings::Settings,
};
use edactl_facts::{humanize::hex, schema::UtcTime};

/// The version that a pipeline must be of to be spoken to.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");
/// A pipeline on this machine answers at once, or it is none.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(2);

/// What a pipeline with this token calls itself: it tells instances from each other, and nothing of
/// the token.
#[must_use]
pub fn public_id(token: &str) -> String {
    let digest = Sha256::digest(format!("edactl local {token}"));
    hex(&digest[..8])
}

/// What the log store of a pipeline holds, and what it had to forget.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LogHoldings {
    /// Events that can be read.
    pub events: u64,
    /// What they take, in bytes.
    pub bytes: u64,
    /// Events that were forgotten for their age, or for want of room.
    pub evicted_events: u64,
    /// What they took, in bytes.
    pub evicted_bytes: u64,
    /// Every event from this time on is still there; `None`: nothing was forgotten.
    #[serde(serialize_with = "edactl_facts::schema::in_millis_if_any")]
    #[schemars(with = "Option<UtcTime>")]
    pub complete_since: Option<Timestamp>,
}

/// A running embedded pipeline, as it tells of itself.
#[derive(Debug, Clone, PartialEq)]
pub struct Instance {
    /// Where it listens.
    pub address: SocketAddr,
    /// Tells it from others, past and future.
    pub id: String,
    /// The edactl version that it is of.
    pub version: String,
    /// Its process id.
    pub pid: u32,
    /// Since when it runs.
    pub started: Timestamp,
    /// How it behaves; the ordinary settings, where it is of another version.
    pub settings: Settings,
    /// What its log store holds.
    pub log_store: LogHoldings,
    /// The token that its own endpoints want.
    token: String,
}

impl Instance {
    /// Whether it speaks as this edactl expects.
    #[must_use]
    pub fn is_ours(&self) -> bool {
        self.version == VERSION
    }
}

/// The status endpoint's answer, as far as every version gives it.
#[derive(Deserialize)]
struct Status {
    name: String,
    id: String,
    version: String,
    pid: u32,
    started: Timestamp,
    settings: serde_json::Value,
    #[serde(default)]
    log_store: LogHoldings,
}

/// What the pipeline at this address tells of itself; `None`: there is none.
pub async fn status(address: SocketAddr, token: &str) -> Option<Instance> {
    let (code, body) = ask(address, token, Method::GET, "status", Bytes::new())
        .await
        .ok()?;
    if code != StatusCode::OK {
        return None;
    }
    read(address, token, &body)
}

fn read(address: SocketAddr, token: &str, body: &[u8]) -> Option<Instance> {
    let status: Status = serde_json::from_slice(body).ok()?;
    if status.name != PROGRAM {
        return None;
    }
    // Another version's settings may not be known here, and it is to be replaced all the same.
    let settings = if status.version == VERSION {
        serde_json::from_value(status.settings).ok()?
    } else {
        Settings::default()
    };
    Some(Instance {
        address,
        id: status.id,
        version: status.version,
        pid: status.pid,
        started: status.started,
        settings,
        log_store: status.log_store,
        token: token.to_owned(),
    })
}

/// Gives a pipeline exactly these settings; it answers with its new status.
///
/// # Errors
/// When it refuses, or went away.
pub async fn apply(instance: &Instance, settings: &Settings) -> io::Result<Instance> {
    let Instance { address, token, .. } = instance;
    let body = serde_json::to_vec(settings)?;
    let (code, body) = ask(*address, token, Method::PUT, "settings", body.into()).await?;
    read(*address, token, &body)
        .filter(|_| code == StatusCode::OK)
        .ok_or_else(|| io::Error::other(String::from_utf8_lossy(&body).into_owned()))
}

/// Asks a pipeline to end. It answers before it does.
///
/// # Errors
/// When it does not answer, as one that has already gone.
pub async fn stop(instance: &Instance) -> io::Result<()> {
    let Instance { address, token, .. } = instance;
    ask(*address, token, Method::POST, "stop", Bytes::new())
        .await
        .map(drop)
}

async fn ask(
    address: SocketAddr,
    token: &str,
    method: Method,
    what: &str,
    body: Bytes,
) -> io::Result<(StatusCode, Bytes)> {
    let exchange = async {
        let stream = TcpStream::connect(address).await?;
        let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
            .await
            .map_err(io::Error::other)?;
        tokio::spawn(connection);
        let request = Request::builder()
            .method(method)
            .uri(format!("{CONTROL}{what}"))
            .header(HOST, address.to_string())
            .header(TOKEN, token)
            .body(Full::new(body))
            .map_err(io::Error::other)?;
        let reply = sender
            .send_request(request)
            .await
            .map_err(io::Error::other)?;
        let code = reply.status();
        let body = reply.into_body().collect().await;
        Ok((code, body.map_err(io::Error::other)?.to_bytes()))
    };
    timeout(ANSWER_TIMEOUT, exchange)
        .await
        .map_err(io::Error::other)?
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn answer(name: &str, version: &str, settings: &serde_json::Value) -> Option<Instance> {
        let body = json!({
            "name": name, "id": "a", "version": version, "pid": 7,
            "started": "2026-11-24T12:00:00Z", "settings": settings, "more": true,
        });
        read(
            ([127, 0, 0, 1], 1).into(),
            "token",
            body.to_string().as_bytes(),
        )
    }

    #[test]
    fn another_program_is_no_pipeline() {
        let ordinary = json!(Settings::default());
        assert!(answer(PROGRAM, VERSION, &ordinary).is_some());
        assert!(answer("something", VERSION, &ordinary).is_none());
    }

    #[test]
    fn another_version_is_seen_whatever_its_settings_look_like() {
        let strange = json!({"weather": "rain"});
        let found = answer(PROGRAM, "99.0.0", &strange).unwrap();
        assert!(!found.is_ours());
        assert!(answer(PROGRAM, VERSION, &strange).is_none());
    }

    #[tokio::test]
    async fn who_listens_but_is_no_pipeline_has_no_status() {
        let other = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = other.local_addr().unwrap();
        tokio::spawn(async move { while other.accept().await.is_ok() {} });
        assert_eq!(status(address, "token").await, None);
    }
}
