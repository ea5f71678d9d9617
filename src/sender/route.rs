//! How events get to the producer: by `Invoke`, or by HTTP through its front door, and what comes
//! of each.

use std::env;

use crate::{
    cli::{GlobalArgs, SendingArgs},
    config::{Config, ConfigError, PipelineConfig},
    context::{Context, named_by},
    discovery::learned::LearnedShape,
    error::Error,
};
use edactl_aws::{
    error::{AwsError, AwsErrorKind},
    http::{self, FrontDoor, FrontDoorOptions, Requested},
    producer::{Invoked, Producer},
};
use edactl_core::{
    event::{
        Event,
        shape::{Messages, Shape},
    },
    run::{Outcome, PlannedEvent, attribution},
};

use edactl_local::instance::Registry;

const DEFAULT_METHOD: &str = "POST";

/// What options and edactl.toml say of the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// What of an event becomes a message.
    pub messages: Messages,
    url: Option<String>,
}

impl Route {
    /// The way for this pipeline. Nothing is asked of AWS.
    ///
    /// # Errors
    /// When edactl.toml is wrong, or options are given that need a URL.
    pub fn of(global: &GlobalArgs, args: &SendingArgs) -> Result<Self, Error> {
        let (name, settings) = chosen(global)?;
        let url = args.url.clone().or(settings.url.clone());
        if let Some(url) = &url {
            http::place(url)?;
        } else if let Some(option) = http_option(args) {
            return Err(Error::Usage {
                message: format!("{option} is for sending by HTTP, and no URL is named"),
                hint: "name it with --url, or as `url` in edactl.toml".into(),
            });
        }
        let messages = args.messages.clone().or(settings.messages.clone());
        let messages = match messages.unwrap_or_default() {
            Messages::Auto { .. } => Messages::Auto {
                learned: learned_shape(global, &name, &settings).and_then(|kept| kept.read()),
                by_http: url.is_some(),
            },
            given @ Messages::Given(_) => given,
        };
        Ok(Self { messages, url })
    }

    /// The same; of the embedded pipeline it is known what its producer sends.
    ///
    /// # Errors
    /// As of [`of`](Self::of).
    pub async fn open(global: &GlobalArgs, args: &SendingArgs) -> Result<Self, Error> {
        let mut route = Self::of(global, args)?;
        let (name, settings) = chosen(global)?;
        let is_embedded = settings.is_embedded(&name);
        let is_open = matches!(route.messages, Messages::Auto { .. });
        if is_embedded && is_open && embedded_sends_entries().await {
            route.messages = Messages::Given(Shape::Entries);
        }
        Ok(route)
    }

    /// Where the shape is kept that runs of this pipeline taught.
    #[must_use]
    pub fn learned_shape(global: &GlobalArgs) -> Option<LearnedShape> {
        let (name, settings) = chosen(global).unwrap_or_default();
        learned_shape(global, &name, &settings)
    }

    /// What may be recorded of the front door: scheme and host.
    #[must_use]
    pub fn place(&self) -> Option<String> {
        http::place(self.url.as_deref()?).ok()
    }

    /// The target of a send. No request is made.
    ///
    /// # Errors
    /// When the pipeline has no producer, or the URL, the method or a header is none.
    pub fn target(&self, context: &Context, args: &SendingArgs) -> Result<Target, Error> {
        let Some(url) = &self.url else {
            let function = context.producer()?;
            let reference = &function.reference;
            return Ok(Target::Function(Producer::new(
                &context.session,
                reference,
                args.invoke_timeout,
            )));
        };
        let options = FrontDoorOptions {
            url: url.clone(),
            headers: args.header.clone(),
            iam: args.iam,
            timeout: args.invoke_timeout,
        };
        let door = FrontDoor::new(&context.session, options)?;
        if let Some(method) = &args.method {
            door.check_method(method)?;
        }
        Ok(Target::FrontDoor {
            door: Box::new(door),
            method: args.method.clone(),
        })
    }
}

/// Whether the embedded producer sends a message for each entry: unless it was told otherwise.
async fn embedded_sends_entries() -> bool {
    let Ok(registry) = Registry::open() else {
        return true;
    };
    let running = registry.running().await;
    running.is_none_or(|instance| instance.settings.sends_entries())
}

fn http_option(args: &SendingArgs) -> Option<&'static str> {
    [
        (args.method.is_some(), "--method"),
        (!args.header.is_empty(), "--header"),
        (args.iam, "--iam"),
    ]
    .into_iter()
    .find_map(|(is_given, option)| is_given.then_some(option))
}

/// What edactl.toml says of the pipeline. One that is not named is told of where it is needed.
fn chosen(global: &GlobalArgs) -> Result<(String, PipelineConfig), Error> {
    let here = env::current_dir().unwrap_or_default();
    let config = Config::find(&here)?;
    match config.choose(global.pipeline.as_deref(), &named_by(global)) {
        Ok(chosen) => Ok(chosen),
        Err(ConfigError::None { .. }) => Ok(Default::default()),
        Err(error) => Err(error.into()),
    }
}

/// Where the shape is kept that runs of the chosen pipeline taught. The embedded pipeline begins
/// anew each time.
fn learned_shape(
    global: &GlobalArgs,
    name: &str,
    settings: &PipelineConfig,
) -> Option<LearnedShape> {
    if settings.is_embedded(name) {
        return None;
    }
    let named = named_by(global).or(settings.named());
    let account = [
        global.region.as_ref().or(settings.region.as_ref()).cloned(),
        global
            .profile
            .as_ref()
            .or(settings.profile.as_ref())
            .cloned(),
        global
            .endpoint_url
            .as_ref()
            .or(settings.endpoint_url.as_ref())
            .cloned(),
    ];
    LearnedShape::of(name, &named, &account.each_ref())
}

/// Where events go.
#[derive(Clone)]
pub enum Target {
    /// The producer, by `Invoke`.
    Function(Producer),
    /// What stands in front of it, by HTTP.
    FrontDoor {
        /// The URL.
        door: Box<FrontDoor>,
        /// The method that the user wants.
        method: Option<String>,
    },
}

/// What came of sending one event.
pub enum Reply {
    /// By `Invoke`.
    Invoked(Invoked),
    /// By HTTP.
    Requested(Requested),
}

impl Target {
    /// Sends an event's text, at most once.
    pub async fn send(self, text: String) -> Reply {
        match self {
            Self::Function(producer) => Reply::Invoked(producer.invoke(text.into_bytes()).await),
            Self::FrontDoor { door, method } => {
                let request = Event::http_request(text);
                let method = method.or(request.method);
                let method = method.as_deref().unwrap_or(DEFAULT_METHOD);
                Reply::Requested(door.send(method, request.body).await)
            }
        }
    }
}

/// A reply, as the record tells it.
pub struct Told {
    /// What became of the invocation.
    pub outcome: Outcome,
    /// Why further ones would meet the same.
    pub fatal: Option<AwsError>,
    /// The end of the function's log, where it came with the answer.
    pub log_tail: Option<String>,
}

impl Reply {
    /// Reads the reply to an event.
    #[must_use]
    pub fn read(self, event: &PlannedEvent) -> Told {
        match self {
            Self::Invoked(Invoked::Answered(answer)) => {
                let error = answer.function_error.as_deref();
                Told {
                    outcome: attribution::outcome(event, &answer.payload, error, answer.request_id),
                    fatal: None,
                    log_tail: answer.log_tail,
                }
            }
            Self::Requested(Requested::Answered(answer)) => Told {
                outcome: attribution::http_outcome(event, answer.status, &answer.body),
                fatal: answer.refusal,
                log_tail: None,
            },
            Self::Invoked(Invoked::NotRun(error)) | Self::Requested(Requested::NotRun(error)) => {
                Told {
                    outcome: Outcome::NotRun {
                        reason: error.reason.clone(),
                    },
                    fatal: (error.kind != AwsErrorKind::Throttled).then_some(error),
                    log_tail: None,
                }
            }
            Self::Invoked(Invoked::InDoubt(error)) | Self::Requested(Requested::InDoubt(error)) => {
                Told {
                    outcome: Outcome::InDoubt {
                        reason: error.reason,
                    },
                    fatal: None,
                    log_tail: None,
                }
            }
        }
    }
}
