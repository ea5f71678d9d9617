//! Everything that can be read of a pipeline, and what could not be.

use std::{fmt, time::Duration};

use jiff::{Timestamp, tz::Offset};

use crate::{
    cli::DoctorArgs,
    commands::{Context, Error},
    render::doctor_report::Unknown,
    sender::batch::Batch,
};
use edactl_aws::{
    error::AwsError, functions::Functions, identity::Identity, log_groups, metrics::Metrics,
    queue::Queues, roles::Roles,
};
use edactl_core::{
    event::shape::Messages,
    topology::{
        self,
        function::{qualifier, unqualified_arn},
        queue::QueueSettings,
        role::role_name,
    },
};
use edactl_lint::{
    Facts, Function, Sample,
    permissions::{Key, Targets},
};

/// How far back errors and throttles are looked for.
const RECENT: Duration = Duration::from_hours(24);

/// What was read.
pub struct Gathered {
    /// The pipeline's settings.
    pub facts: Facts,
    /// Who calls.
    pub caller: Option<Identity>,
    /// What could not be read.
    pub unknown: Vec<Unknown>,
}

impl Gathered {
    /// Keeps what was read; what was not is unknown.
    fn looked<T>(&mut self, what: impl fmt::Display, read: Result<T, AwsError>) -> Option<T> {
        match read {
            Ok(seen) => Some(seen),
            Err(error) => {
                self.unknown.push(Unknown {
                    what: what.to_string(),
                    why: error.to_string(),
                });
                None
            }
        }
    }
}

/// Reads everything.
///
/// # Errors
/// When an event cannot be read. What AWS refuses is unknown, not an error.
pub async fn gather(context: &Context, args: &DoctorArgs) -> Result<Gathered, Error> {
    let mut gathered = Gathered {
        facts: Facts {
            today: Offset::UTC.to_datetime(Timestamp::now()).date(),
            producer: None,
            queue: None,
            triggers: None,
            consumer: None,
            dlq: None,
            samples: samples(context, args)?,
        },
        caller: None,
        unknown: Vec::new(),
    };
    let pipeline = &context.pipeline;
    let (queues, functions) = (
        Queues::new(&context.session),
        Functions::new(&context.session),
    );
    let caller = Identity::of(&context.session).await;
    gathered.caller = gathered.looked("the caller", caller);
    if let Some(queue) = &pipeline.queue {
        let settings = queues.settings(&queue.url).await;
        gathered.facts.queue = gathered.looked(format!("queue {}", queue.name), settings);
    }
    if let Some(queue) = &gathered.facts.queue {
        let triggers = functions.triggers(Some(&queue.facts.arn), None).await;
        gathered.facts.triggers = gathered.looked("the queue's triggers", triggers);
    }
    if let Some(dlq) = &pipeline.dlq {
        let settings = queues.settings(&dlq.url).await;
        gathered.facts.dlq = gathered.looked(format!("dead-letter queue {}", dlq.name), settings);
    }
    if let Some(producer) = &pipeline.producer {
        gathered.facts.producer = function(context, &functions, producer, &mut gathered).await;
    }
    if let Some(consumer) = &pipeline.consumer {
        gathered.facts.consumer = function(context, &functions, consumer, &mut gathered).await;
    }
    for (part, known) in [
        ("the producer", pipeline.producer.is_some()),
        ("the queue", pipeline.queue.is_some()),
        ("the consumer", pipeline.consumer.is_some()),
    ] {
        if !known {
            gathered.unknown.push(Unknown {
                what: part.to_owned(),
                why: "discovery found no way to it from the others".into(),
            });
        }
    }
    Ok(gathered)
}

async fn function(
    context: &Context,
    functions: &Functions,
    function: &topology::Function,
    gathered: &mut Gathered,
) -> Option<Function> {
    let (session, name) = (&context.session, &function.name);
    let settings = functions.facts(&function.reference).await;
    let settings = gathered.looked(format!("function {name}"), settings)?;
    let reserved = functions.reserved_concurrency(name).await;
    let reserved = gathered.looked(format!("reserved concurrency of {name}"), reserved);
    let now = Timestamp::now();
    let since = now.saturating_sub(RECENT).unwrap_or(now);
    let health = Metrics::new(session)
        .function_health(name, since, now)
        .await;
    let health = gathered.looked(format!("errors and throttles of {name}"), health);
    let log_group = log_groups::settings(session, &settings.log_group).await;
    let log_group = gathered.looked(format!("log group {}", settings.log_group), log_group);
    let (mut policies, mut boundary) = (None, None);
    // The embedded functions run as no role.
    if !context.embedded && !settings.role_arn.is_empty() {
        let roles = Roles::new(session);
        let role = role_name(&settings.role_arn);
        let read = roles.policies(&settings.role_arn).await;
        policies = gathered.looked(format!("rights of the role {role}"), read);
        let read = roles.boundary(&settings.role_arn).await;
        let read = gathered.looked(format!("permissions boundary of the role {role}"), read);
        boundary = read.flatten();
    }
    Some(Function {
        settings,
        reserved,
        health,
        log_group,
        policies,
        boundary,
    })
}

/// The messages of the named events, else of the pipeline's smoke events.
fn samples(context: &Context, args: &DoctorArgs) -> Result<Vec<Sample>, Error> {
    let mut names = args.events.clone();
    if names.is_empty() {
        let paths = context.smoke_events.iter();
        names.extend(paths.map(|path| path.display().to_string()));
    }
    let batch = Batch::read_untouched(&names, Messages::default())?;
    Ok(batch
        .events()
        .iter()
        .flat_map(|event| {
            event.payloads.iter().map(|payload| Sample {
                name: format!("`{}` of {}", payload.key, event.origin),
                body: payload.body(""),
            })
        })
        .collect())
}

/// The ARNs of everything that was found.
pub fn targets(context: &Context, gathered: &Gathered) -> Targets {
    let facts = &gathered.facts;
    let account = facts
        .queue
        .as_ref()
        .and_then(|queue| queue.facts.arn.split(':').nth(4))
        .or(gathered
            .caller
            .as_ref()
            .map(|caller| caller.account.as_str()))
        .unwrap_or("*");
    let partition = facts
        .queue
        .as_ref()
        .and_then(|queue| queue.facts.arn.split(':').nth(1))
        .unwrap_or("aws");
    let region = context.session.region();
    // A function that may not be read is known by its name all the same, and an alias is called by
    // an ARN of its own.
    let arn = |known: &Option<topology::Function>, read: &Option<Function>| {
        let known = known.as_ref()?;
        let bare = match read {
            Some(read) => unqualified_arn(&read.settings.arn).to_owned(),
            None => format!(
                "arn:{partition}:lambda:{region}:{account}:function:{}",
                known.name
            ),
        };
        Some(match qualifier(&known.reference) {
            Some(qualifier) => format!("{bare}:{qualifier}"),
            None => bare,
        })
    };
    let both = [&facts.producer, &facts.consumer];
    let mut log_groups: Vec<_> = both
        .into_iter()
        .flatten()
        .map(|function| {
            let group = &function.settings.log_group;
            format!("arn:{partition}:logs:{region}:{account}:log-group:{group}")
        })
        .collect();
    log_groups.dedup();
    let mut roles: Vec<_> = both
        .into_iter()
        .flatten()
        .map(|function| function.settings.role_arn.clone())
        .filter(|role| !role.is_empty() && !context.embedded)
        .collect();
    roles.dedup();
    let queue_key = |queue: &Option<QueueSettings>| {
        let queue = queue.as_ref()?;
        Key::named(queue.kms_key.as_deref()?, &queue.facts.arn)
    };
    let of_functions = both.into_iter().flatten().filter_map(|function| {
        let settings = &function.settings;
        Key::named(settings.kms_key.as_deref()?, &settings.arn)
    });
    let of_filters = facts
        .triggers
        .iter()
        .flatten()
        .filter_map(|trigger| Key::named(trigger.kms_key.as_deref()?, &trigger.function_arn));
    Targets {
        producer: arn(&context.pipeline.producer, &facts.producer),
        consumer: arn(&context.pipeline.consumer, &facts.consumer),
        queue: facts.queue.as_ref().map(|queue| queue.facts.arn.clone()),
        dlq: facts.dlq.as_ref().map(|dlq| dlq.facts.arn.clone()),
        log_groups,
        roles,
        principals: (!context.embedded).then(|| format!("arn:{partition}:iam::{account}:*")),
        queue_key: queue_key(&facts.queue),
        dlq_key: queue_key(&facts.dlq),
        setting_keys: of_functions.chain(of_filters).collect(),
    }
}
