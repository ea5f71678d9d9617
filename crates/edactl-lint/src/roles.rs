//! The two roles: separate, with what each needs, and not more.

use edactl_facts::topology::role::role_name;

use crate::{
    Facts, Finding, Function, Severity,
    access::{Actor, Side, Verdict},
    iam::{self, Statement},
    missing,
    wildcard::matches,
};

const EXECUTION_ROLE: &str =
    "https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html";
const LEAST: &str = "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html";
const EVALUATION: &str =
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html";

/// A log stream, in a request.
const ANY_STREAM: &str = ":log-stream:any";

/// What a role needs, on which resource.
struct Need {
    action: &'static str,
    resource: String,
}

impl Need {
    /// The resource as policies write it: a log group's streams.
    fn in_policy(&self) -> String {
        match self.resource.strip_suffix(ANY_STREAM) {
            Some(group) => format!("{group}:*"),
            None => self.resource.clone(),
        }
    }

    /// Whether the function works without: its log is beside its work.
    fn is_minor(&self) -> bool {
        self.action.starts_with("logs:")
    }

    /// Whether something that edactl does not read may allow it as well: the key's own policy.
    fn may_be_met(&self, verdict: Verdict) -> bool {
        verdict == Verdict::NotAllowed && self.action.starts_with("kms:")
    }
}

pub(super) fn check(facts: &Facts, findings: &mut Vec<Finding>) {
    if let (Some(producer), Some(consumer)) = (&facts.producer, &facts.consumer)
        && !producer.settings.role_arn.is_empty()
        && producer.settings.role_arn == consumer.settings.role_arn
    {
        findings.push(Finding {
            id: "role-shared",
            severity: Severity::Warning,
            resource: format!("role {}", role_name(&producer.settings.role_arn)),
            evidence: "both functions run as it, so each may do what only the other needs".into(),
            fix: "give each function a role of its own".into(),
            link: EXECUTION_ROLE,
        });
    }
    let Some(queue) = &facts.queue else { return };
    let arn = &queue.facts.arn;
    let key = queue.kms_key.as_deref().and_then(|key| key_arn(key, arn));
    for (function, on_queue, on_key) in [
        (
            &facts.producer,
            &["sqs:SendMessage"][..],
            &["kms:GenerateDataKey", "kms:Decrypt"][..],
        ),
        (
            &facts.consumer,
            &[
                "sqs:ReceiveMessage",
                "sqs:DeleteMessage",
                "sqs:GetQueueAttributes",
            ],
            &["kms:Decrypt"],
        ),
    ] {
        let Some(function) = function else { continue };
        let on = |actions: &[&'static str], resource: &str| -> Vec<Need> {
            let need = |action: &&'static str| Need {
                action,
                resource: resource.to_owned(),
            };
            actions.iter().map(need).collect()
        };
        let mut needs = on(on_queue, arn);
        needs.extend(key.iter().flat_map(|key| on(on_key, key)));
        let stream = log_stream(function);
        needs.extend(on(&["logs:CreateLogStream", "logs:PutLogEvents"], &stream));
        role(function, &needs, facts, findings);
    }
}

/// The ARN of the queue's key; `None` for aliases, which IAM does not know as resources.
fn key_arn(key: &str, queue_arn: &str) -> Option<String> {
    if key.starts_with("arn:") {
        return (!key.contains(":alias/")).then(|| key.to_owned());
    }
    if key.starts_with("alias/") {
        return None;
    }
    let parts: Vec<_> = queue_arn.split(':').collect();
    let (partition, region, account) = (parts.get(1)?, parts.get(3)?, parts.get(4)?);
    Some(format!("arn:{partition}:kms:{region}:{account}:key/{key}"))
}

/// A stream of the function's log group, as IAM sees it.
fn log_stream(function: &Function) -> String {
    // arn:aws:lambda:region:account:function:name
    let parts: Vec<_> = function.settings.arn.split(':').collect();
    let part = |index: usize| parts.get(index).copied().unwrap_or("*");
    format!(
        "arn:{}:logs:{}:{}:log-group:{}{ANY_STREAM}",
        part(1),
        part(3),
        part(4),
        function.settings.log_group
    )
}

fn role(function: &Function, needs: &[Need], facts: &Facts, findings: &mut Vec<Finding>) {
    let Some(policies) = &function.policies else {
        return;
    };
    let Some(queue) = &facts.queue else { return };
    let settings = &function.settings;
    let resource = format!(
        "role {} of {}",
        role_name(&settings.role_arn),
        settings.name
    );
    let mut add = |id, severity, evidence: String, fix: String, link| {
        findings.push(Finding {
            id,
            severity,
            resource: resource.clone(),
            evidence,
            fix,
            link,
        });
    };
    let statements = policies
        .iter()
        .flat_map(|policy| iam::statements(&policy.document))
        .collect();
    let boundary = function.boundary.as_ref();
    let actor = Actor::new(
        &settings.role_arn,
        &settings.name,
        statements,
        boundary.map(|boundary| iam::statements(&boundary.document)),
        facts.today,
    );
    let queue_policy = queue.policy.as_deref().map(iam::statements);
    // What one change would mend is one finding.
    let mut lacks: Vec<(Lack, Vec<&Need>)> = Vec::new();
    for need in needs {
        let own = queue_policy
            .as_deref()
            .filter(|_| need.resource == queue.facts.arn);
        let verdict = actor.may(need.action, &need.resource, own.unwrap_or_default());
        let lack = Lack {
            verdict,
            may_be_met: need.may_be_met(verdict),
        };
        match lacks.iter_mut().find(|(known, _)| *known == lack) {
            Some((_, needs)) => needs.push(need),
            None => lacks.push((lack, vec![need])),
        }
    }
    let boundary = boundary.map_or("", |boundary| &boundary.name);
    for (lack, needs) in lacks {
        lack.tell(&needs, (&settings.role_arn, boundary), &mut add);
    }
    let queue_arn = &queue.facts.arn;
    let all = &actor.statements;
    for statement in all.iter().filter(|statement| statement.allows) {
        width(statement, needs, queue_arn, &mut add);
    }
}

/// What keeps a role from what it needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Lack {
    verdict: Verdict,
    may_be_met: bool,
}

impl Lack {
    fn tell(self, needs: &[&Need], (role_arn, boundary): (&str, &str), add: &mut Add<'_>) {
        let resources: Vec<_> = needs.iter().map(|need| need.in_policy()).collect();
        let actions = needs.iter().map(|need| need.action);
        let rights: Vec<_> = actions.zip(resources.iter().map(String::as_str)).collect();
        let what = missing::words(&rights);
        let severity = if self.may_be_met || needs.iter().all(|need| need.is_minor()) {
            Severity::Warning
        } else {
            Severity::Error
        };
        let give = || missing::give(role_arn, &missing::policy(&rights));
        match self.verdict {
            Verdict::Allowed => {}
            Verdict::NotAllowed if self.may_be_met => add(
                "role-lacks-right",
                severity,
                format!("its policies do not allow {what}, the queue's key"),
                format!("unless the key's own policy does, {}", give()),
                EXECUTION_ROLE,
            ),
            Verdict::NotAllowed => add(
                "role-lacks-right",
                severity,
                format!("it may not {what}"),
                give(),
                EXECUTION_ROLE,
            ),
            Verdict::Denied(side) => {
                let place = match side {
                    Side::Role => "its policies".to_owned(),
                    Side::Boundary => format!("its permissions boundary {boundary}"),
                    Side::Resource => "the queue's own policy".to_owned(),
                };
                add(
                    "role-denied",
                    severity,
                    format!("a statement of {place} denies it {what}"),
                    "take the statement away, or leave the role out of it: a denial wins over \
                     every allowance"
                        .into(),
                    EVALUATION,
                );
            }
            Verdict::OutOfBounds => add(
                "role-out-of-bounds",
                severity,
                format!(
                    "its permissions boundary {boundary} does not include {what}, whatever its \
                     policies allow"
                ),
                format!("allow it in {boundary}, too: {}", missing::policy(&rights)),
                EVALUATION,
            ),
        }
    }
}

type Add<'a> = dyn FnMut(&'static str, Severity, String, String, &'static str) + 'a;

/// What a statement allows beyond the needs.
fn width(statement: &Statement, needs: &[Need], queue_arn: &str, add: &mut Add<'_>) {
    let (actions, resources) = (&statement.actions, &statement.resources);
    if actions.all_but || resources.all_but {
        let evidence = "a statement allows everything but what it names (NotAction, NotResource)";
        let fix = "name what is needed instead".into();
        add(
            "role-allows-all-but",
            Severity::Warning,
            evidence.into(),
            fix,
            LEAST,
        );
        return;
    }
    let known = |action: &str| {
        needs
            .iter()
            .map(|need| need.action)
            .chain(HARMLESS)
            .any(|needed| needed.eq_ignore_ascii_case(action))
    };
    let (wild, named): (Vec<_>, Vec<_>) = actions
        .listed
        .iter()
        .map(String::as_str)
        .partition(|action| action.contains(['*', '?']));
    let more: Vec<_> = named.into_iter().filter(|action| !known(action)).collect();
    let on = resources.listed.join(", ");
    if !wild.is_empty() {
        let evidence = format!("it may {} on {on}", wild.join(", "));
        let fix = format!("name the actions that it needs: {}", names(needs, &wild));
        add(
            "role-wildcard-action",
            Severity::Warning,
            evidence,
            fix,
            LEAST,
        );
    }
    if !more.is_empty() {
        // What its code does with other services, only its author knows.
        let severity = if more.iter().any(|action| is_of_pipeline(action)) {
            Severity::Warning
        } else {
            Severity::Note
        };
        let evidence = format!(
            "it may {} on {on}, which the pipeline does not need",
            more.join(", ")
        );
        let fix = "take it away unless the function's code needs it".into();
        add("role-unneeded-right", severity, evidence, fix, LEAST);
    }
    let wide: Vec<_> = resources
        .listed
        .iter()
        .map(String::as_str)
        .filter(|pattern| is_wide(pattern, queue_arn))
        .collect();
    let has_to_be_wide = actions
        .listed
        .iter()
        .all(|action| takes_no_resource(action));
    // Otherwise it is told already.
    if !wide.is_empty() && !has_to_be_wide && wild.is_empty() && more.is_empty() {
        let evidence = format!(
            "it may {} on {}",
            actions.listed.join(", "),
            wide.join(", ")
        );
        let fix = "name the one queue or log group".into();
        add(
            "role-wildcard-resource",
            Severity::Warning,
            evidence,
            fix,
            LEAST,
        );
    }
}

/// Whether an action belongs to what a pipeline is made of.
fn is_of_pipeline(action: &str) -> bool {
    let service = action.split(':').next().unwrap_or_default();
    ["sqs", "lambda", "logs", "iam", "sts"]
        .iter()
        .any(|known| service.eq_ignore_ascii_case(known))
}

/// The needed actions that these wildcards stand for.
fn names(needs: &[Need], wild: &[&str]) -> String {
    let meant: Vec<_> = needs
        .iter()
        .map(|need| need.action)
        .filter(|action| {
            let action = action.to_ascii_lowercase();
            wild.iter()
                .any(|pattern| matches(&pattern.to_ascii_lowercase(), &action))
        })
        .collect();
    if meant.is_empty() {
        "none of these".to_owned()
    } else {
        meant.join(", ")
    }
}

/// Rights that widen nothing on the pipeline's own queue and log group.
const HARMLESS: [&str; 8] = [
    "logs:CreateLogGroup",
    "sqs:GetQueueUrl",
    "sqs:GetQueueAttributes",
    "sqs:ChangeMessageVisibility",
    "xray:PutTraceSegments",
    "xray:PutTelemetryRecords",
    "kms:Decrypt",
    "kms:GenerateDataKey",
];

/// Actions that AWS allows on `*` only.
fn takes_no_resource(action: &str) -> bool {
    let action = action.to_ascii_lowercase();
    action.starts_with("xray:put") || action == "cloudwatch:putmetricdata"
}

/// Whether a pattern covers more than one queue, function or log group.
fn is_wide(pattern: &str, queue_arn: &str) -> bool {
    let mut parts = pattern.splitn(6, ':').skip(2);
    let (service, name) = (parts.next().unwrap_or("*"), parts.nth(2).unwrap_or("*"));
    match service {
        // log-group:NAME:… : the stream may be any.
        "logs" => name
            .split(':')
            .nth(1)
            .is_none_or(|group| group.contains(['*', '?'])),
        "sqs" => name.contains(['*', '?']) && matches(pattern, queue_arn),
        _ => name.contains(['*', '?']),
    }
}
