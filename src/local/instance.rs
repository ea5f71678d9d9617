//! The one embedded pipeline of a user: found by its address file, started when there is none.
//!
//! The address file says where a pipeline listened once. Whether it still does is asked of the
//! pipeline itself, so that a stale file, a dead or reused process id and a reused port never
//! block. A lock on a file of its own lets only one process start a pipeline at a time; the
//! system takes the lock away from a process that dies.

use std::{
    fs,
    io::{self, BufRead, BufReader, Write},
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::{Method, Request, StatusCode};
use hyper_util::rt::TokioIo;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tokio::{net::TcpStream, time::timeout};

use super::{
    server::{CONTROL, PROGRAM},
    settings::Settings,
};
use crate::dirs;

/// A pipeline on this machine answers at once, or it is none.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(2);
/// The option that a started pipeline is given to tell its starter that it listens.
pub const ANNOUNCE_OPTION: &str = "--announce";

/// Why there is no embedded pipeline.
#[derive(Debug, thiserror::Error)]
pub enum InstanceError {
    /// The state directory cannot be used.
    #[error("cannot use {path}: {source}")]
    Files {
        /// The file or directory.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// The pipeline was started and did not come up.
    #[error("the embedded pipeline did not start: {reason}")]
    Start {
        /// The last thing that it said.
        reason: String,
    },
    /// The pipeline refused new settings, or went away.
    #[error("the embedded pipeline at {address} did not take it: {reason}")]
    Refused {
        /// Where it listens.
        address: SocketAddr,
        /// Why.
        reason: String,
    },
}

impl InstanceError {
    /// The next step, in one sentence.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            Self::Files { .. } => {
                "check the directory's owner and space, or set EDACTL_STATE_DIR".into()
            }
            Self::Start { .. } => {
                "run it in the foreground to see more: edactl local start --foreground".into()
            }
            Self::Refused { .. } => {
                "start afresh: edactl local stop, then edactl local start".into()
            }
        }
    }
}

/// A running embedded pipeline, as it tells of itself.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Instance {
    /// Tells it from others, past and future.
    pub id: String,
    /// The edactl version that it is of.
    pub version: String,
    /// Its process id.
    pub pid: u32,
    /// Since when it runs.
    pub started: Timestamp,
    /// How it behaves.
    pub settings: Settings,
    /// Where it listens.
    #[serde(skip, default = "nowhere")]
    pub address: SocketAddr,
}

fn nowhere() -> SocketAddr {
    (Ipv4Addr::LOCALHOST, 0).into()
}

/// What the address file holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Address {
    id: String,
    pid: u32,
    port: u16,
}

/// Where the pipeline's files are.
#[derive(Debug, Clone)]
pub struct Registry {
    dir: PathBuf,
}

impl Registry {
    /// The user's registry, in the state directory, which is created.
    ///
    /// # Errors
    /// When the directory cannot be used.
    pub fn open() -> Result<Self, InstanceError> {
        let dir = dirs::state_dir().map_err(|source| InstanceError::Files {
            path: PathBuf::from("~"),
            source,
        })?;
        dirs::create_private(&dir).map_err(|source| InstanceError::Files {
            path: dir.clone(),
            source,
        })?;
        Ok(Self { dir })
    }

    fn address_file(&self) -> PathBuf {
        self.dir.join("local.json")
    }

    fn read(&self) -> Option<Address> {
        serde_json::from_slice(&fs::read(self.address_file()).ok()?).ok()
    }

    /// Only one process at a time may start a pipeline. The lock goes with the file.
    fn lock(&self) -> Result<fs::File, InstanceError> {
        let path = self.dir.join("local.lock");
        let locked = || {
            let file = dirs::private_file()
                .create(true)
                .truncate(false)
                .write(true)
                .open(&path)?;
            file.lock()?;
            Ok(file)
        };
        locked().map_err(|source| InstanceError::Files {
            path: path.clone(),
            source,
        })
    }

    /// The registered pipeline, if it lives.
    pub async fn running(&self) -> Option<Instance> {
        let address = self.read()?;
        let socket = SocketAddr::from((Ipv4Addr::LOCALHOST, address.port));
        let instance = status(socket).await?;
        // Another program, or another pipeline, may have got the port.
        (instance.id == address.id).then_some(instance)
    }

    /// Registers a pipeline that listens; the file is replaced in one step.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn register(&self, id: &str, port: u16) -> Result<(), InstanceError> {
        let path = self.address_file();
        let address = Address {
            id: id.to_owned(),
            pid: std::process::id(),
            port,
        };
        let written = || {
            let mut file = tempfile::NamedTempFile::new_in(&self.dir)?;
            serde_json::to_writer(&mut file, &address)?;
            file.persist(&path)?;
            Ok(())
        };
        written().map_err(|source| InstanceError::Files {
            path: path.clone(),
            source,
        })
    }

    /// Takes a pipeline out of the registry, if it is the registered one.
    pub fn unregister(&self, id: &str) {
        if self.read().is_some_and(|address| address.id == id) {
            // A stale file harms nobody.
            let _ = fs::remove_file(self.address_file());
        }
    }

    /// The running pipeline, or a new one with these settings. Says whether it is new.
    ///
    /// # Errors
    /// When a new one does not come up.
    pub async fn ensure(&self, settings: &Settings) -> Result<(Instance, bool), InstanceError> {
        if let Some(instance) = self.running().await
            && instance.version == env!("CARGO_PKG_VERSION")
        {
            return Ok((instance, false));
        }
        let _lock = self.lock()?;
        // Somebody else may have been faster.
        if let Some(instance) = self.running().await {
            if instance.version == env!("CARGO_PKG_VERSION") {
                return Ok((instance, false));
            }
            // One of another version may not speak as this one expects.
            stop(&instance).await?;
        }
        let address = start(&self.dir, settings)?;
        match status(address).await {
            Some(instance) => Ok((instance, true)),
            None => Err(InstanceError::Start {
                reason: "it went away at once".into(),
            }),
        }
    }
}

/// The user's embedded pipeline, started with ordinary settings if it does not run.
///
/// # Errors
/// When it does not come up.
pub async fn ensure_running() -> Result<Instance, InstanceError> {
    Ok(Registry::open()?.ensure(&Settings::default()).await?.0)
}

/// Starts a pipeline in a process of its own, which outlives this one and its terminal, and waits
/// for the line in which it announces its address.
fn start(dir: &Path, settings: &Settings) -> Result<SocketAddr, InstanceError> {
    let failed = |error: io::Error| InstanceError::Start {
        reason: error.to_string(),
    };
    let log = dir.join("local.log");
    let errors = dirs::private_file()
        .create(true)
        .truncate(true)
        .write(true)
        .open(&log)
        .map_err(|source| InstanceError::Files {
            path: log.clone(),
            source,
        })?;
    let settings = serde_json::to_string(settings).map_err(|error| failed(error.into()))?;
    let mut child = Command::new(std::env::current_exe().map_err(failed)?)
        .args(["local", "start", "--foreground", ANNOUNCE_OPTION, &settings])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(errors)
        .spawn()
        .map_err(failed)?;
    let mut line = String::new();
    if let Some(stdout) = child.stdout.take() {
        // It announces itself or it ends: both end this reading.
        BufReader::new(stdout)
            .read_line(&mut line)
            .map_err(failed)?;
    }
    line.trim().parse().map_err(|_| {
        let said = fs::read_to_string(&log).unwrap_or_default();
        let last = said
            .lines()
            .rfind(|line| !line.trim().is_empty())
            .unwrap_or("it said nothing");
        InstanceError::Start {
            reason: last.to_owned(),
        }
    })
}

/// Tells the process that started this one where the pipeline listens, and lets go of it.
///
/// # Errors
/// When the starter is gone.
pub fn announce(address: SocketAddr) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    writeln!(stdout, "{address}")?;
    stdout.flush()
}

/// Leaves the starter's session, so that neither its terminal's end nor its Ctrl-C reaches here.
pub fn detach() {
    // Fails only for a process that leads a group, which one just started does not.
    let _ = rustix::process::setsid();
}

/// What every program that answers like this one says first.
#[derive(Deserialize)]
struct Named {
    name: String,
}

/// What the pipeline at this address tells of itself; `None`: there is none.
async fn status(address: SocketAddr) -> Option<Instance> {
    let (code, body) = ask(address, Method::GET, "status", Vec::new()).await.ok()?;
    let Named { name } = serde_json::from_slice(&body).ok()?;
    let instance: Instance = serde_json::from_slice(&body).ok()?;
    (code == StatusCode::OK && name == PROGRAM).then_some(Instance {
        address,
        ..instance
    })
}

/// Gives a running pipeline these settings.
///
/// # Errors
/// When it refuses, or went away.
pub async fn apply(instance: &Instance, settings: &Settings) -> Result<Instance, InstanceError> {
    let address = instance.address;
    let refused = |reason: String| InstanceError::Refused { address, reason };
    let body = serde_json::to_vec(settings).map_err(|error| refused(error.to_string()))?;
    let (code, body) = ask(address, Method::PUT, "settings", body)
        .await
        .map_err(|error| refused(error.to_string()))?;
    if code != StatusCode::OK {
        return Err(refused(String::from_utf8_lossy(&body).into_owned()));
    }
    status(address)
        .await
        .ok_or_else(|| refused("it went away".into()))
}

/// Stops a running pipeline and waits until it no longer answers.
///
/// # Errors
/// When it does not stop.
pub async fn stop(instance: &Instance) -> Result<(), InstanceError> {
    let address = instance.address;
    // One that goes away while it is asked has stopped, too.
    let _ = ask(address, Method::POST, "stop", Vec::new()).await;
    for _ in 0..200 {
        if status(address)
            .await
            .is_none_or(|found| found.id != instance.id)
        {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    Err(InstanceError::Refused {
        address,
        reason: "it did not stop".into(),
    })
}

async fn ask(
    address: SocketAddr,
    method: Method,
    what: &str,
    body: Vec<u8>,
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
            .header(hyper::header::HOST, address.to_string())
            .body(Full::new(Bytes::from(body)))
            .map_err(io::Error::other)?;
        let reply = sender
            .send_request(request)
            .await
            .map_err(io::Error::other)?;
        let code = reply.status();
        let body = reply
            .into_body()
            .collect()
            .await
            .map_err(io::Error::other)?
            .to_bytes();
        Ok((code, body))
    };
    timeout(ANSWER_TIMEOUT, exchange)
        .await
        .map_err(io::Error::other)?
}

#[cfg(test)]
mod tests {
    use super::*;

    fn registry() -> (tempfile::TempDir, Registry) {
        let dir = tempfile::tempdir().unwrap();
        let registry = Registry {
            dir: dir.path().to_owned(),
        };
        (dir, registry)
    }

    #[tokio::test]
    async fn a_stale_or_broken_file_names_no_pipeline() {
        let (_dir, registry) = registry();
        assert_eq!(registry.running().await, None);
        fs::write(registry.address_file(), "not json").unwrap();
        assert_eq!(registry.running().await, None);
        // A port on which something listens that is no pipeline: it never answers as one.
        let other = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        registry
            .register("mine", other.local_addr().unwrap().port())
            .unwrap();
        tokio::spawn(async move { while other.accept().await.is_ok() {} });
        assert_eq!(registry.running().await, None);
    }

    #[tokio::test]
    async fn only_the_registered_pipeline_is_found_and_taken_out() {
        use crate::local::server::Server;
        let (_dir, registry) = registry();
        let server = Server::bind(0, "mine".into(), Settings::default())
            .await
            .unwrap();
        let port = server.address().port();
        tokio::spawn(server.run());
        registry.register("another", port).unwrap();
        assert_eq!(registry.running().await, None);
        registry.register("mine", port).unwrap();
        let found = registry.running().await.unwrap();
        assert_eq!((found.id.as_str(), found.address.port()), ("mine", port));
        registry.unregister("another");
        assert!(registry.address_file().exists());
        stop(&found).await.unwrap();
        assert_eq!(registry.running().await, None);
        registry.unregister("mine");
        assert!(!registry.address_file().exists());
    }
}
