//! May the caller do what edactl needs? Each permission is tried where trying has no effect
//! (a read, or a dry run); where it has one, IAM is asked what it would say.

use jiff::Timestamp;

use crate::{
    commands::{Context, doctor::gather::Gathered},
    render::doctor_report::Unknown,
};
use edactl_aws::{
    error::{AwsError, AwsErrorKind},
    functions::Functions,
    log_groups,
    metrics::{Metrics, MetricsRequest},
    queue::Queues,
    roles::Roles,
};
use edactl_core::{
    lint::{
        Finding, Severity,
        permissions::{Permission, Purpose},
    },
    topology::queue::queue_name,
};

const LINK: &str = "https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html";

/// How a permission was found.
enum Answer {
    Allowed,
    Denied(String),
    Unknown(String),
}

/// Goes through the permissions; each that lacks is a finding. `doctor`'s own have shown
/// themselves: what it could not read is unknown already.
pub async fn check(
    context: &Context,
    gathered: &mut Gathered,
    needed: &[Permission],
    findings: &mut Vec<Finding>,
) {
    for permission in needed {
        if permission.purpose == Purpose::Doctor {
            continue;
        }
        for resource in &permission.resources {
            // The same log group once more, as policies write it.
            if resource.ends_with(":*") {
                continue;
            }
            match ask(context, gathered, permission.action, resource).await {
                Answer::Allowed => {}
                Answer::Denied(evidence) => findings.push(Finding {
                    id: "caller-lacks-right",
                    // What only makes a look easier is no error.
                    severity: match permission.action {
                        "logs:StartLiveTail"
                        | "logs:StartQuery"
                        | "logs:GetQueryResults"
                        | "logs:StopQuery"
                        | "sqs:ReceiveMessage" => Severity::Warning,
                        _ => Severity::Error,
                    },
                    resource: format!("caller's {}", permission.action),
                    evidence,
                    fix: format!(
                        "allow {} on {resource} for the caller; needed for {}",
                        permission.action,
                        permission.purpose.commands()
                    ),
                    link: LINK,
                }),
                Answer::Unknown(why) => gathered.unknown.push(Unknown {
                    what: format!("the caller's {} on {resource}", permission.action),
                    why,
                }),
            }
        }
    }
}

async fn ask(context: &Context, gathered: &Gathered, action: &str, resource: &str) -> Answer {
    match try_it(context, action, resource).await {
        Some(Ok(())) => Answer::Allowed,
        Some(Err(error)) => match error.kind {
            AwsErrorKind::AccessDenied => Answer::Denied(error.to_string()),
            _ => Answer::Unknown(error.to_string()),
        },
        None => simulate(context, gathered, action, resource).await,
    }
}

/// Does it, where that changes nothing; `None` where it would.
async fn try_it(context: &Context, action: &str, resource: &str) -> Option<Result<(), AwsError>> {
    let session = &context.session;
    let (functions, queues) = (Functions::new(session), Queues::new(session));
    let done = match action {
        "lambda:InvokeFunction" => functions.dry_run(resource).await,
        "lambda:GetFunctionConfiguration" => functions.facts(resource).await.map(|_| ()),
        "lambda:ListEventSourceMappings" => {
            let source = context.queue.as_ref().map(|queue| queue.arn.as_str());
            functions.triggers(source, None).await.map(|_| ())
        }
        "sqs:GetQueueUrl" => queues.url(resource).await.map(|_| ()),
        "sqs:GetQueueAttributes" => {
            let known = [&context.pipeline.queue, &context.pipeline.dlq];
            let queue = known
                .into_iter()
                .flatten()
                .find(|queue| queue.name == queue_name(resource))?;
            queues.facts(&queue.url).await.map(|_| ())
        }
        "cloudwatch:GetMetricData" => {
            let queue = context.pipeline.queue.as_ref()?;
            let now = Timestamp::now();
            let metrics = Metrics::new(session);
            {
                let request = MetricsRequest {
                    queue: &queue.name,
                    consumer: None,
                    mapping: None,
                };
                metrics.pipeline(request, now, now).await.map(|_| ())
            }
        }
        "logs:FilterLogEvents" => {
            let group = resource.split(":log-group:").nth(1)?;
            log_groups::try_reading(session, group).await
        }
        _ => return None,
    };
    Some(done)
}

async fn simulate(context: &Context, gathered: &Gathered, action: &str, resource: &str) -> Answer {
    let Some(caller) = &gathered.caller else {
        return Answer::Unknown(
            "it cannot be tried without effect, and the caller is unknown".into(),
        );
    };
    if caller.is_root() {
        return Answer::Allowed;
    }
    let roles = Roles::new(&context.session);
    let principal = caller.principal();
    match roles.denied(&principal, action, resource).await {
        Ok(false) => Answer::Allowed,
        Ok(true) => Answer::Denied(format!("the policies of {principal} do not allow it")),
        Err(error) => Answer::Unknown(format!(
            "trying it would have an effect, and asking IAM failed: {error}"
        )),
    }
}
