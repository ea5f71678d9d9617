//! The one embedded pipeline of a user: found by its address file, started when there is none.
//!
//! The registered pipeline holds a lock for as long as it lives, and the system takes the lock
//! away from a process that dies: so there is never more than one, and a dead one is known to be
//! dead. The address file only says where to ask; whether the pipeline there is the one that wrote
//! the file is asked of the pipeline itself. A stale file, a reused process id or a reused port
//! therefore never block.

use std::{
    fs::{self, File, TryLockError},
    io::{self, Write},
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use serde::{Deserialize, Serialize};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::Command,
    time::{Instant, sleep, timeout},
};

use crate::{
    client::{self, Instance},
    settings::Settings,
};

/// Holds the settings of a pipeline that edactl starts by itself, as JSON. A variable, since an
/// option would show up in every shell's completion.
const SETTINGS_VARIABLE: &str = "EDACTL_LOCAL_SETTINGS";
/// How long a pipeline may take to start or to end; it takes some tens of milliseconds.
const PATIENCE: Duration = Duration::from_secs(10);
/// How often the lock is tried meanwhile.
const RETRY: Duration = Duration::from_millis(5);

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
        /// What it said.
        reason: String,
        /// The next step.
        hint: String,
    },
    /// A pipeline listens elsewhere than it is wanted.
    #[error("the embedded pipeline already listens on port {running}, not on {wanted}")]
    OtherPort {
        /// Where it listens.
        running: u16,
        /// Where it is wanted.
        wanted: u16,
    },
    /// The pipeline refused new settings, or went away.
    #[error("the embedded pipeline at {address} did not take the settings: {reason}")]
    Refused {
        /// Where it listens.
        address: SocketAddr,
        /// Why.
        reason: String,
    },
    /// A live process holds the lock and does not answer.
    #[error("the embedded pipeline {}does not answer", .pid.map(|pid| format!("(process {pid}) ")).unwrap_or_default())]
    Silent {
        /// That process, if it said so in the address file.
        pid: Option<u32>,
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
            Self::Start { hint, .. } => hint.clone(),
            Self::OtherPort { .. } => {
                "leave --port away, or stop it first: edactl local stop".into()
            }
            Self::Refused { .. } => {
                "start afresh: edactl local stop, then edactl local start".into()
            }
            Self::Silent { pid: Some(pid) } => format!("end it: kill {pid}"),
            Self::Silent { pid: None } => "end that process: pgrep -fl 'edactl local'".into(),
        }
    }
}

/// What the address file holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Address {
    /// Who knows it may ask the pipeline's own endpoints; the file is its owner's alone.
    token: String,
    version: String,
    pid: u32,
    port: u16,
}

/// What a started pipeline tells its starter, as one line of JSON.
#[derive(Debug, Serialize, Deserialize)]
pub enum Announcement {
    /// It listens.
    Listening(SocketAddr),
    /// Another one was faster and listens here.
    Taken(SocketAddr),
    /// It cannot.
    Failed {
        /// Why.
        reason: String,
        /// The next step.
        hint: String,
    },
}

impl Announcement {
    /// Tells the process that started this one.
    pub fn send(&self) {
        // A starter that is gone does not need to know any more.
        let _ = serde_json::to_string(self)
            .map_err(io::Error::from)
            .and_then(|line| {
                let mut stdout = io::stdout().lock();
                writeln!(stdout, "{line}")?;
                stdout.flush()
            });
    }
}

/// Who is the user's pipeline.
#[derive(Debug)]
pub enum Registration {
    /// This process may be it.
    Mine(Claim),
    /// It runs already.
    Taken(Box<Instance>),
}

/// The right to be the user's pipeline; it ends with this value, or with the process.
#[derive(Debug)]
pub struct Claim {
    registry: Registry,
    /// Closing it gives the lock back.
    _lock: File,
}

impl Claim {
    /// Writes the address file, in one step. `token` is the one that the pipeline was bound with.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn register(&self, token: String, address: SocketAddr) -> Result<(), InstanceError> {
        let path = self.registry.address_file();
        let address = Address {
            token,
            version: client::VERSION.to_owned(),
            pid: std::process::id(),
            port: address.port(),
        };
        let written = || {
            let mut file = tempfile::NamedTempFile::new_in(&self.registry.dir)?;
            serde_json::to_writer(&mut file, &address)?;
            file.persist(&path)?;
            Ok(())
        };
        written().map_err(files(&path))
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        // The lock is still held, so the file is this process' own or a stale one.
        let _ = fs::remove_file(self.registry.address_file());
    }
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
        let dir = edactl_state::state_dir()
            .and_then(std::path::absolute)
            .map_err(files(Path::new("the state directory")))?;
        edactl_state::create_private(&dir).map_err(files(&dir))?;
        Ok(Self { dir })
    }

    fn address_file(&self) -> PathBuf {
        self.dir.join("local.json")
    }

    fn read(&self) -> Option<Address> {
        serde_json::from_slice(&fs::read(self.address_file()).ok()?).ok()
    }

    /// The lock of the registered pipeline, if no live process has it.
    fn try_lock(&self) -> Result<Option<File>, InstanceError> {
        let path = self.dir.join("local.lock");
        let file = edactl_state::private_file()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .map_err(files(&path))?;
        match file.try_lock() {
            Ok(()) => Ok(Some(file)),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(source)) => Err(files(&path)(source)),
        }
    }

    /// The registered pipeline, if it lives.
    pub async fn running(&self) -> Option<Instance> {
        let address = self.read()?;
        let socket = (Ipv4Addr::LOCALHOST, address.port).into();
        let instance = client::status(socket, &address.token).await?;
        // Another program may have got the port.
        (instance.id == client::public_id(&address.token)).then_some(instance)
    }

    /// Finds out whether this process may be the user's pipeline. One that is just starting or
    /// ending is waited for.
    ///
    /// # Errors
    /// When the lock's holder does not answer, or the files cannot be used.
    pub async fn claim(&self) -> Result<Registration, InstanceError> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(lock) = self.try_lock()? {
                return Ok(Registration::Mine(Claim {
                    registry: self.clone(),
                    _lock: lock,
                }));
            }
            if let Some(instance) = self.running().await {
                return Ok(Registration::Taken(Box::new(instance)));
            }
            self.wait_until(deadline).await?;
        }
    }

    async fn wait_until(&self, deadline: Instant) -> Result<(), InstanceError> {
        if Instant::now() >= deadline {
            let pid = self.read().map(|address| address.pid);
            return Err(InstanceError::Silent { pid });
        }
        sleep(RETRY).await;
        Ok(())
    }

    /// The running pipeline, or a new one with these settings on this port (0: any). Says whether
    /// it is new; one that is not keeps its settings.
    ///
    /// # Errors
    /// When a new one does not come up, or the running one listens on another port.
    pub async fn ensure(
        &self,
        port: u16,
        settings: &Settings,
    ) -> Result<(Instance, bool), InstanceError> {
        let found = match self.running().await {
            Some(instance) if instance.is_ours() => (instance, false),
            Some(_) => {
                // One of another version may not speak as this one expects.
                self.stop().await?;
                self.start(port, settings).await?
            }
            None => self.start(port, settings).await?,
        };
        let running = found.0.address.port();
        if port != 0 && port != running {
            return Err(InstanceError::OtherPort {
                running,
                wanted: port,
            });
        }
        Ok(found)
    }

    /// Stops the running pipeline, if there is one, and waits until its process has let go.
    ///
    /// # Errors
    /// When it does not end.
    pub async fn stop(&self) -> Result<Option<Instance>, InstanceError> {
        let deadline = Instant::now() + PATIENCE;
        let mut stopped: Option<Instance> = None;
        loop {
            if self.try_lock()?.is_some() {
                return Ok(stopped);
            }
            match (self.running().await, &stopped) {
                // A new one is not meant.
                (Some(other), Some(first)) if other.id != first.id => return Ok(stopped),
                (Some(instance), None) => {
                    // One that goes away while it is asked has stopped, too.
                    let _ = client::stop(&instance).await;
                    stopped = Some(instance);
                }
                _ => {}
            }
            self.wait_until(deadline).await?;
        }
    }

    /// Starts a pipeline in a process of its own, which outlives this one and its terminal, and
    /// waits for its announcement.
    async fn start(
        &self,
        port: u16,
        settings: &Settings,
    ) -> Result<(Instance, bool), InstanceError> {
        let log = self.dir.join("local.log");
        let failed = |reason: &str| InstanceError::Start {
            reason: reason.to_owned(),
            hint: format!(
                "run `edactl local start --foreground` to see more; its log is {}",
                log.display()
            ),
        };
        let system = |error: io::Error| failed(&error.to_string());
        let settings = serde_json::to_string(settings).map_err(|error| system(error.into()))?;
        let mut command = Command::new(std::env::current_exe().map_err(system)?);
        // It outlives its first user, and has no use for that user's credentials.
        for (name, _) in std::env::vars_os() {
            if name.as_encoded_bytes().starts_with(b"AWS_") {
                command.env_remove(name);
            }
        }
        let mut child = command
            .args(["local", "start", "--foreground", "--port"])
            .arg(port.to_string())
            .env(SETTINGS_VARIABLE, settings)
            .env(edactl_state::STATE_DIR_VARIABLE, &self.dir)
            // It must not keep the directory of its first user busy.
            .current_dir("/")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(empty_log(&log).map_err(files(&log))?)
            .spawn()
            .map_err(system)?;
        let mut line = String::new();
        if let Some(stdout) = child.stdout.take() {
            let mut stdout = BufReader::new(stdout);
            // It waits for others as long as this process would, and then says so itself.
            if let Ok(read) = timeout(PATIENCE * 2, stdout.read_line(&mut line)).await {
                read.map_err(system)?;
            } else {
                child.kill().await.map_err(system)?;
                return Err(failed("it said nothing in time"));
            }
        }
        let (address, is_new) = match serde_json::from_str(&line) {
            Ok(Announcement::Listening(address)) => (address, true),
            Ok(Announcement::Taken(address)) => (address, false),
            Ok(Announcement::Failed { reason, hint }) => {
                return Err(InstanceError::Start { reason, hint });
            }
            Err(_) => return Err(failed(&last_words(&log))),
        };
        // It registers itself before it says where it listens.
        let instance = self
            .running()
            .await
            .filter(|instance| instance.address == address);
        let instance = instance.ok_or_else(|| failed("it went away at once"))?;
        Ok((instance, is_new))
    }
}

fn files(path: &Path) -> impl Fn(io::Error) -> InstanceError + use<> {
    let path = path.to_owned();
    move |source| InstanceError::Files {
        path: path.clone(),
        source,
    }
}

/// The log of a new pipeline. It is appended to, so that two starters do not overwrite each other.
fn empty_log(path: &Path) -> io::Result<File> {
    let file = edactl_state::private_file()
        .create(true)
        .append(true)
        .open(path)?;
    file.set_len(0)?;
    Ok(file)
}

fn last_words(log: &Path) -> String {
    fs::read_to_string(log)
        .unwrap_or_default()
        .lines()
        .rfind(|line| !line.trim().is_empty())
        .unwrap_or("it ended without a word")
        .to_owned()
}

/// The user's embedded pipeline, started with ordinary settings if it does not run.
///
/// # Errors
/// When it does not come up.
pub async fn ensure_running() -> Result<Instance, InstanceError> {
    let (instance, _) = Registry::open()?.ensure(0, &Settings::default()).await?;
    Ok(instance)
}

/// Gives a running pipeline exactly these settings.
///
/// # Errors
/// When it refuses, or went away.
pub async fn apply(instance: &Instance, settings: &Settings) -> Result<Instance, InstanceError> {
    let address = instance.address;
    client::apply(instance, settings)
        .await
        .map_err(|error| InstanceError::Refused {
            address,
            reason: error.to_string(),
        })
}

/// The settings that the starter of this process gave it; `None`: the user started it.
///
/// # Errors
/// When they are no settings.
pub fn given_settings() -> serde_json::Result<Option<Settings>> {
    std::env::var(SETTINGS_VARIABLE)
        .ok()
        .map(|given| serde_json::from_str(&given))
        .transpose()
}

/// Leaves the starter's session, so that neither its terminal's end nor its Ctrl-C reaches here.
pub fn detach() {
    // Fails only for a process that leads a group, which one just started does not.
    let _ = rustix::process::setsid();
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::Server;

    fn registry() -> (tempfile::TempDir, Registry) {
        let dir = tempfile::tempdir().unwrap();
        let registry = Registry {
            dir: dir.path().to_owned(),
        };
        (dir, registry)
    }

    async fn serve(id: &str) -> SocketAddr {
        let server = Server::bind(0, id.into(), Settings::default())
            .await
            .unwrap();
        let address = server.address();
        tokio::spawn(server.run());
        address
    }

    async fn claim(registry: &Registry) -> Claim {
        match registry.claim().await.unwrap() {
            Registration::Mine(claim) => claim,
            Registration::Taken(instance) => panic!("taken by {instance:?}"),
        }
    }

    #[tokio::test]
    async fn a_broken_address_file_names_no_pipeline_and_blocks_nobody() {
        let (_dir, registry) = registry();
        assert_eq!(registry.running().await, None);
        fs::write(registry.address_file(), "not json").unwrap();
        assert_eq!(registry.running().await, None);
        claim(&registry).await;
    }

    #[tokio::test]
    async fn a_port_that_another_pipeline_got_is_not_taken_for_ours() {
        let (_dir, registry) = registry();
        let address = serve("theirs").await;
        let claim = claim(&registry).await;
        claim.register("mine".into(), address).unwrap();
        assert_eq!(registry.running().await, None);
        claim.register("theirs".into(), address).unwrap();
        let found = registry.running().await.unwrap();
        assert_eq!(found.id, client::public_id("theirs"));
        assert!(!found.id.contains("theirs"));
    }

    #[tokio::test]
    async fn the_place_is_taken_until_the_pipeline_is_gone() {
        let (_dir, registry) = registry();
        let address = serve("mine").await;
        let first = claim(&registry).await;
        first.register("mine".into(), address).unwrap();
        match registry.claim().await.unwrap() {
            Registration::Taken(instance) => assert_eq!(instance.address, address),
            Registration::Mine(_) => panic!("two pipelines"),
        }
        drop(first);
        assert!(!registry.address_file().exists());
        claim(&registry).await;
    }

    #[tokio::test]
    async fn stopping_waits_until_the_lock_is_free() {
        let (_dir, registry) = registry();
        assert_eq!(registry.stop().await.unwrap(), None);
        let server = Server::bind(0, "mine".into(), Settings::default())
            .await
            .unwrap();
        let claim = claim(&registry).await;
        claim.register("mine".into(), server.address()).unwrap();
        tokio::spawn(async move {
            server.run().await;
            drop(claim);
        });
        assert_eq!(
            registry.stop().await.unwrap().unwrap().id,
            client::public_id("mine")
        );
        assert!(registry.try_lock().unwrap().is_some());
    }

    #[tokio::test(start_paused = true)]
    async fn a_holder_of_the_lock_that_never_answers_is_named() {
        let (_dir, registry) = registry();
        let claim = claim(&registry).await;
        claim
            .register("mine".into(), ([127, 0, 0, 1], 1).into())
            .unwrap();
        let error = registry.claim().await.unwrap_err();
        let me = std::process::id();
        assert!(
            matches!(error, InstanceError::Silent { pid: Some(pid) } if pid == me),
            "{error}"
        );
    }
}
