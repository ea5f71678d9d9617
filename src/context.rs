//! What every command that talks to a pipeline needs: which one, where it is, and a session.

use edactl_core::topology::Named;
use std::{
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use jiff::{SignedDuration, Timestamp};

use crate::{
    cli::GlobalArgs,
    config::{Config, ConfigError, LOCAL, PipelineConfig},
    discovery::{cache::DiscoveryCache, discover},
    error::Error,
    interrupt,
    render::hints::{hint, show_call},
};
use edactl_aws::{
    calls::{CallListener, ClockReading},
    session::{Session, SessionOptions},
};
use edactl_core::{
    clock::ClockBounds,
    topology::{Function, Pipeline, queue::QueueFacts},
    waits::{Environment, Waits},
};
use edactl_local::{instance, names};

/// AWS says that a log line may take 5 to 10 minutes to be readable.
pub const AWS_SETTLE: Duration = Duration::from_mins(10);
/// A `Date` header tells whole seconds.
const HEADER_STEP: SignedDuration = SignedDuration::from_secs(1);
/// Lines may be written by hosts whose clocks differ by this much.
const HOST_DRIFT: SignedDuration = SignedDuration::from_secs(2);
/// The embedded pipeline has no delay of its own.
const EMBEDDED_SETTLE: Duration = Duration::from_secs(2);

/// A chosen pipeline and the session to reach it.
#[derive(Debug, Clone)]
pub struct Context {
    /// Whose AWS, where.
    pub session: Session,
    /// The resources, as far as they were named or found.
    pub pipeline: Pipeline,
    /// Whether to ask before sending.
    pub production: bool,
    /// What `verify` sends when there is nothing else to verify.
    pub smoke_events: Vec<PathBuf>,
    /// How long recorded runs are kept.
    pub keep_runs: Option<Duration>,
    /// How long the queue must be empty, without a trace in the logs, before a message is lost.
    pub settle: Duration,
    /// Whether somebody said so, or the pipeline itself: else it is the usual one.
    pub is_settle_given: bool,
    /// The queue's settings, where the queue is known.
    pub queue: Option<QueueFacts>,
    /// Whether this is the embedded pipeline, which costs nothing to ask often.
    pub embedded: bool,
    /// The embedded pipeline's log store had to forget lines that were written before this.
    pub forgotten_before: Option<Timestamp>,
    /// What the answers so far tell of AWS's clock.
    pub clock: Clock,
}

/// AWS's clock against this machine's, watched in every answer.
#[derive(Debug, Clone, Default)]
pub struct Clock(Arc<Mutex<ClockBounds>>);

impl Clock {
    /// The clock that an embedded pipeline shares with this machine.
    fn of_this_machine() -> Self {
        let same = ClockBounds::new(SignedDuration::ZERO, SignedDuration::ZERO);
        Self(Arc::new(Mutex::new(same)))
    }

    fn note(&self, reading: &ClockReading) {
        let theirs = (
            reading.theirs,
            reading
                .theirs
                .saturating_add(HEADER_STEP)
                .unwrap_or(reading.theirs),
        );
        // Bounds are whole at every moment, so a poisoned lock does no harm.
        let mut bounds = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        bounds.exchange(theirs, (reading.asked, reading.answered));
    }

    /// The bounds known so far.
    #[must_use]
    pub fn bounds(&self) -> ClockBounds {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Context {
    /// Chooses the pipeline, starts the embedded one where that is meant, and finds the rest.
    ///
    /// # Errors
    /// When nothing or something unknown is named, and whatever AWS refuses.
    pub async fn open(global: &GlobalArgs) -> Result<Self, Error> {
        interrupt::asking_aws();
        let here = std::env::current_dir().unwrap_or_default();
        let config = Config::find(&here)?;
        let flags = named_by(global);
        let (name, settings) = config.choose(global.pipeline.as_deref(), &flags)?;
        let embedded = settings.is_embedded(&name);
        let opened = if embedded {
            open_embedded(global, flags).await?
        } else {
            open_deployed(global, flags, name, settings).await?
        };
        Ok(Self {
            keep_runs: config.keep_runs,
            ..opened
        })
    }

    /// As [`open`](Self::open), for a command that can do without a pipeline: where nothing names
    /// one, there is only the session.
    ///
    /// # Errors
    /// As [`open`](Self::open), but for that.
    pub async fn open_or_session(global: &GlobalArgs) -> Result<Self, Error> {
        match Self::open(global).await {
            Err(Error::Config(ConfigError::None { .. })) => {
                let clock = Clock::default();
                let options = session_options(global, &clock, None, None, None);
                Ok(Self {
                    session: Session::open(options).await?,
                    pipeline: Pipeline::named("no pipeline"),
                    production: false,
                    smoke_events: Vec::new(),
                    keep_runs: None,
                    settle: AWS_SETTLE,
                    is_settle_given: false,
                    queue: None,
                    embedded: false,
                    forgotten_before: None,
                    clock,
                })
            }
            opened => opened,
        }
    }

    /// Where the pipeline runs, as far as it decides how late things come.
    #[must_use]
    pub fn environment(&self) -> Environment {
        if self.embedded {
            Environment::Embedded
        } else {
            deployed_on(&self.pipeline)
        }
    }

    /// The bounds on how far AWS's clock is ahead of this machine's.
    #[must_use]
    pub fn clock_bounds(&self) -> ClockBounds {
        self.clock.bounds()
    }

    /// How far the clocks of AWS's hosts, which write the log's times, may be from the one that its
    /// answers tell.
    #[must_use]
    pub fn host_drift(&self) -> SignedDuration {
        if self.environment() == Environment::Aws {
            HOST_DRIFT
        } else {
            SignedDuration::ZERO
        }
    }

    /// The latest that it may have been by any clock of AWS when it was `ours` by this machine's.
    #[must_use]
    pub fn latest_by_aws(&self, ours: Timestamp) -> Timestamp {
        let ahead = self.clock_bounds().ahead().1 + self.host_drift();
        ours.saturating_add(ahead).unwrap_or(ours)
    }

    /// The function to invoke.
    ///
    /// # Errors
    /// When the pipeline has none.
    pub fn producer(&self) -> Result<&Function, Error> {
        self.pipeline
            .producer
            .as_ref()
            .ok_or_else(|| self.lacks("producer", "--producer"))
    }

    /// The function whose log tells what arrived.
    ///
    /// # Errors
    /// When the pipeline has none.
    pub fn consumer(&self) -> Result<&Function, Error> {
        self.pipeline
            .consumer
            .as_ref()
            .ok_or_else(|| self.lacks("consumer", "--consumer"))
    }

    fn lacks(&self, what: &str, option: &str) -> Error {
        Error::Usage {
            message: format!(
                "the {what} of the pipeline `{}` is not known",
                self.pipeline.name
            ),
            hint: format!("name it with {option}; discovery found no way to it from the others"),
        }
    }
}

/// What a pipeline that is not the embedded one runs on.
fn deployed_on(pipeline: &Pipeline) -> Environment {
    let queue = pipeline.queue.as_ref();
    if queue.is_some_and(|queue| is_emulators(&queue.url)) {
        Environment::Emulator
    } else {
        Environment::Aws
    }
}

/// Whether a queue's URL is on this machine, or of the account that emulators make up.
fn is_emulators(url: &str) -> bool {
    let host = url.split("://").nth(1).unwrap_or_default();
    let host = host.split(['/', ':']).next().unwrap_or_default();
    host == "localhost"
        || host.ends_with(".localhost")
        || host.starts_with("127.")
        || host == "[" // `[::1]`, cut at its first colon
        || url.contains("/000000000000/")
}

async fn open_embedded(global: &GlobalArgs, flags: Named) -> Result<Context, Error> {
    let instance = instance::ensure_running().await?;
    let clock = if instance.settings.clock_skew.is_zero() {
        Clock::of_this_machine()
    } else {
        Clock::default()
    };
    let session = Session::open(SessionOptions {
        region: Some(names::REGION.to_owned()),
        endpoint_url: Some(format!("http://{}", instance.address)),
        embedded: true,
        listener: Some(listener(global, clock.clone())),
        ..SessionOptions::default()
    })
    .await?;
    let named = Named {
        producer: Some(names::PRODUCER.to_owned()),
        ..Named::default()
    };
    let discovered = discover(&session, LOCAL, &flags.or(named), None).await?;
    Ok(Context {
        session,
        pipeline: Pipeline {
            instance: Some(instance.id),
            ..discovered.pipeline
        },
        production: false,
        smoke_events: Vec::new(),
        keep_runs: None,
        settle: EMBEDDED_SETTLE + instance.settings.log_delay,
        is_settle_given: true,
        queue: discovered.queue,
        embedded: true,
        forgotten_before: instance.log_store.complete_since,
        clock,
    })
}

async fn open_deployed(
    global: &GlobalArgs,
    flags: Named,
    name: String,
    settings: PipelineConfig,
) -> Result<Context, Error> {
    let named = flags.or(settings.named());
    let clock = Clock::default();
    let options = session_options(
        global,
        &clock,
        settings.region,
        settings.profile,
        settings.endpoint_url,
    );
    let (profile, endpoint_url) = (options.profile.clone(), options.endpoint_url.clone());
    // What tells one account from another before anything is asked.
    let account = [&profile, &endpoint_url].map(|told| told.clone().unwrap_or_default());
    let session = Session::open(options).await?;
    let cache = edactl_state::state_dir().ok().map(|state| {
        let account = account.each_ref().map(String::as_str);
        DiscoveryCache::new(&state, &name, &named, session.region(), &account)
    });
    let discovered = discover(&session, &name, &named, cache.as_ref()).await?;
    for note in &discovered.notes {
        hint(global, note);
    }
    let environment = deployed_on(&discovered.pipeline);
    let usual = Waits::of(environment, None);
    let settle = settings.settle.unwrap_or(match environment {
        Environment::Aws => usual.settle_loss,
        Environment::Emulator | Environment::Embedded => usual.settle_time,
    });
    Ok(Context {
        session,
        pipeline: Pipeline {
            profile,
            // What may hold a secret is not recorded.
            endpoint_url: endpoint_url.filter(|url| !url.contains(['@', '?'])),
            ..discovered.pipeline
        },
        production: settings.production,
        smoke_events: settings.smoke_events,
        keep_runs: None,
        settle,
        is_settle_given: settings.settle.is_some(),
        queue: discovered.queue,
        embedded: false,
        forgotten_before: None,
        clock,
    })
}

/// The resources that options name.
#[must_use]
pub fn named_by(global: &GlobalArgs) -> Named {
    Named {
        producer: global.producer.clone(),
        queue: global.queue.clone(),
        consumer: global.consumer.clone(),
        dlq: global.dlq.clone(),
    }
}

/// How to reach AWS: what the options say, else these. The clock hears of every answer.
#[must_use]
pub fn session_options(
    global: &GlobalArgs,
    clock: &Clock,
    region: Option<String>,
    profile: Option<String>,
    endpoint_url: Option<String>,
) -> SessionOptions {
    interrupt::asking_aws();
    SessionOptions {
        region: global.region.clone().or(region),
        profile: global.profile.clone().or(profile),
        endpoint_url: global.endpoint_url.clone().or(endpoint_url),
        embedded: false,
        log_reads_per_second: log_reads_per_second(),
        listener: Some(listener(global, clock.clone())),
    }
}

/// How often log pages are asked for, where the region's quota is not the user's to use up, or an
/// endpoint has one of its own.
fn log_reads_per_second() -> Option<u32> {
    let told = std::env::var("EDACTL_LOG_READS_PER_SECOND").ok()?;
    told.parse().ok().filter(|rate| *rate > 0)
}

fn listener(global: &GlobalArgs, clock: Clock) -> CallListener {
    let verbose = global.verbose;
    CallListener::new(move |call| {
        if let Some(reading) = &call.clock {
            clock.note(reading);
        }
        if verbose > 0 {
            show_call(call, verbose > 1);
        }
    })
}
