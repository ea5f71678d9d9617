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
use edactl_core::topology::queue::queue_name;
use edactl_lint::{
    Finding, Severity, access, missing,
    permissions::{self, Permission, Purpose},
    refusal::Refusal,
};

const LINK: &str = "https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html";

/// How a permission was found.
enum Answer {
    Allowed,
    Denied { evidence: String, refusal: Refusal },
    Unknown(String),
}

/// What the caller may not do, for one and the same reason.
struct Denial {
    refusal: Refusal,
    /// Whether it is about a key, whose own policy may allow it as well.
    is_on_key: bool,
    /// What the first answer said.
    evidence: String,
    /// The actions, each on the resources that it was denied on.
    denied: Vec<Permission>,
}

impl Denial {
    /// Adds an action on a resource, as policies write it.
    fn add(&mut self, permission: &Permission, resource: &str) {
        let streams = format!("{resource}:*");
        let all = [resource, &streams].map(str::to_owned);
        let resources = all
            .into_iter()
            .filter(|it| permission.resources.contains(it));
        let same = self.denied.iter_mut().find(|known| {
            (known.action, known.purpose, &known.key_alias)
                == (permission.action, permission.purpose, &permission.key_alias)
        });
        match same {
            Some(known) => known.resources.extend(resources),
            None => self.denied.push(Permission {
                resources: resources.collect(),
                ..permission.clone()
            }),
        }
    }

    fn finding(self, principal: Option<&str>) -> Finding {
        let all = self.denied.iter();
        let rights: Vec<_> = all
            .flat_map(|it| it.resources.iter().map(|resource| (it.action, &**resource)))
            .collect();
        let what = missing::words(&rights);
        let mut needed_for: Vec<_> = self.denied.iter().map(|it| it.purpose.commands()).collect();
        needed_for.dedup();
        let severities = self.denied.iter().map(|it| severity(it.action));
        Finding {
            id: "caller-lacks-right",
            severity: severities.max().unwrap_or(Severity::Error),
            resource: match &self.denied[..] {
                [one] => format!("caller's {}", one.action),
                several => format!("caller's {} actions", several.len()),
            },
            evidence: format!(
                "{}; what lacks, needed for {}: {what}",
                self.evidence,
                needed_for.join(", ")
            ),
            fix: match (&self.refusal, principal) {
                (Refusal::NotAllowed, Some(principal)) => {
                    missing::give(principal, &permissions::policy(&self.denied))
                }
                (refusal, _) => refusal.fix(&what),
            },
            link: LINK,
        }
    }
}

/// What only makes a look easier is no error.
fn severity(action: &str) -> Severity {
    match action {
        "logs:StartLiveTail"
        | "logs:StartQuery"
        | "logs:GetQueryResults"
        | "logs:StopQuery"
        | "sqs:ReceiveMessage"
        // The key's own policy may allow it as well.
        | "kms:Decrypt" => Severity::Warning,
        _ => Severity::Error,
    }
}

/// Whom IAM is asked about.
struct Caller {
    /// The user, or the role with its path.
    principal: String,
    /// As it calls: the session of a role.
    session: String,
    is_root: bool,
}

/// Goes through the permissions; each that lacks is a finding. `doctor`'s own have shown
/// themselves: what it could not read is unknown already.
pub async fn check(
    context: &Context,
    gathered: &mut Gathered,
    needed: &[Permission],
    findings: &mut Vec<Finding>,
) {
    let caller = caller(context, gathered).await;
    // What one change would mend is one finding.
    let mut denials: Vec<Denial> = Vec::new();
    for permission in needed {
        if permission.purpose == Purpose::Doctor {
            continue;
        }
        for resource in &permission.resources {
            // The same log group once more, as policies write it.
            if resource.ends_with(":*") {
                continue;
            }
            match ask(context, gathered, &caller, permission, resource).await {
                Answer::Allowed => {}
                Answer::Denied { evidence, refusal } => {
                    let is_on_key = permission.action.starts_with("kms:");
                    let known = denials
                        .iter_mut()
                        .find(|known| known.refusal == refusal && known.is_on_key == is_on_key);
                    if let Some(denial) = known {
                        denial.add(permission, resource);
                    } else {
                        let mut denial = Denial {
                            refusal,
                            is_on_key,
                            evidence,
                            denied: Vec::new(),
                        };
                        denial.add(permission, resource);
                        denials.push(denial);
                    }
                }
                Answer::Unknown(why) => gathered.unknown.push(Unknown {
                    what: format!("the caller's {} on {resource}", permission.action),
                    why,
                }),
            }
        }
    }
    let principal = caller.as_ref().ok().map(|it| it.principal.as_str());
    findings.extend(denials.into_iter().map(|denial| denial.finding(principal)));
}

/// The ARN whose policies count: of a role's session, the role's, whose path only IAM tells.
async fn caller(context: &Context, gathered: &Gathered) -> Result<Caller, String> {
    let Some(identity) = &gathered.caller else {
        return Err("it cannot be tried without effect, and the caller is unknown".into());
    };
    let mut principal = identity.arn.clone();
    if let Some(role) = identity.role() {
        principal = match Roles::new(&context.session).arn(role).await {
            Ok(arn) => arn,
            // Roles of IAM Identity Center always have a path.
            Err(error) if role.starts_with("AWSReservedSSO_") => {
                return Err(format!(
                    "trying it would have an effect, and the path of the caller's role is not \
                     known: {error}"
                ));
            }
            Err(_) => identity.pathless(role),
        };
    }
    Ok(Caller {
        principal,
        session: identity.arn.clone(),
        is_root: identity.is_root(),
    })
}

async fn ask(
    context: &Context,
    gathered: &Gathered,
    caller: &Result<Caller, String>,
    permission: &Permission,
    resource: &str,
) -> Answer {
    match try_it(context, permission.action, resource).await {
        Some(Ok(())) => Answer::Allowed,
        Some(Err(error)) => match error.kind {
            AwsErrorKind::AccessDenied => Answer::Denied {
                refusal: Refusal::of_message(&error.reason),
                evidence: error.to_string(),
            },
            _ => Answer::Unknown(error.to_string()),
        },
        None => match caller {
            Ok(caller) => simulate(context, gathered, caller, permission, resource).await,
            Err(why) => Answer::Unknown(why.clone()),
        },
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

async fn simulate(
    context: &Context,
    gathered: &Gathered,
    caller: &Caller,
    permission: &Permission,
    resource: &str,
) -> Answer {
    if caller.is_root {
        return Answer::Allowed;
    }
    let (principal, action) = (&caller.principal, permission.action);
    let own_word = own_word(gathered, caller, action, resource);
    if own_word == Some(false) {
        return Answer::Denied {
            evidence: format!("the policy of {resource} itself denies {action} to {principal}"),
            refusal: Refusal::ResourcePolicy,
        };
    }
    let roles = Roles::new(&context.session);
    let alias = permission.key_alias.as_deref();
    let refused = roles.refusal(principal, (action, resource), alias).await;
    let refusal = match refused {
        Ok(None) => return Answer::Allowed,
        // In one account, the resource's word is enough.
        Ok(Some(Refusal::NotAllowed)) if own_word == Some(true) => return Answer::Allowed,
        Ok(Some(refusal)) => refusal,
        Err(error) => {
            return Answer::Unknown(format!(
                "trying it would have an effect, and asking IAM failed: {error}"
            ));
        }
    };
    let evidence = match &refusal {
        Refusal::Denied(Some(policy)) => {
            format!("a statement of {policy} denies {action} to {principal}")
        }
        Refusal::Denied(None) => format!("a policy of {principal} denies {action}"),
        Refusal::Boundary => {
            format!("the permissions boundary of {principal} does not include {action}")
        }
        Refusal::ServiceControl => format!(
            "the service control policies (SCP) of the organization keep {action} from {principal}"
        ),
        _ if action.starts_with("kms:") => {
            format!("the policies of {principal} do not allow {action}; the key's own policy may")
        }
        _ => format!("the policies of {principal} do not allow {action}"),
    };
    Answer::Denied { evidence, refusal }
}

/// What the dead-letter queue's own policy says of the caller: that it allows by itself, or denies.
fn own_word(gathered: &Gathered, caller: &Caller, action: &str, resource: &str) -> Option<bool> {
    let facts = &gathered.facts;
    let queues = [&facts.queue, &facts.dlq].into_iter().flatten();
    let queue = queues
        .into_iter()
        .find(|queue| queue.facts.arn == resource)?;
    let policy = queue.policy.as_deref()?;
    let (principal, session) = (caller.principal.as_str(), caller.session.as_str());
    access::own_word(
        policy,
        (principal, session),
        (action, resource),
        facts.today,
    )
}
