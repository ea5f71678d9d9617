//! What the roles may do, and what an operator is told of it.

use super::*;

#[test]
fn the_roles() {
    use Severity::{Error, Note, Warning};
    finds("role-shared", Warning, |facts| {
        let role = facts.consumer.as_ref().unwrap().settings.role_arn.clone();
        parts(facts).0.settings.role_arn = role;
    });
    let with = |actions: &'static str, resource: &'static str| {
        move |facts: &mut Facts| {
            let policies = parts(facts).0.policies.as_mut().unwrap();
            policies.push(policy(actions, resource));
        }
    };
    finds("role-wildcard-action", Warning, with(r#""sqs:*""#, QUEUE));
    finds(
        "role-wildcard-resource",
        Warning,
        with(r#""sqs:SendMessage""#, "*"),
    );
    finds(
        "role-wildcard-resource",
        Warning,
        with(r#""logs:PutLogEvents""#, "arn:aws:logs:*:*:*"),
    );
    finds(
        "role-unneeded-right",
        Warning,
        with(
            r#"["lambda:InvokeFunction"]"#,
            "arn:aws:lambda:*:*:function:*",
        ),
    );
    finds(
        "role-unneeded-right",
        Note,
        with(r#""s3:GetObject""#, "arn:aws:s3:::bucket/*"),
    );
    finds("role-lacks-right", Error, |facts| {
        parts(facts).0.policies.as_mut().unwrap().remove(0);
    });
    finds("role-lacks-right", Warning, |facts| {
        // The consumer's role reads with the key of the queue, the producer's may not use it.
        parts(facts).1.kms_key = Some("0a1b".into());
        let key = "arn:aws:kms:eu-central-1:123456789012:key/0a1b";
        let consumer = facts.consumer.as_mut().unwrap();
        let policies = consumer.policies.as_mut().unwrap();
        policies.push(policy(r#""kms:Decrypt""#, key));
        let policies = parts(facts).0.policies.as_mut().unwrap();
        policies.push(policy(r#""kms:GenerateDataKey""#, key));
    });
    finds("role-allows-all-but", Warning, |facts| {
        let policies = parts(facts).0.policies.as_mut().unwrap();
        policies.push(RolePolicy {
            name: "wide".into(),
            document:
                r#"{"Statement": {"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}}"#
                    .into(),
        });
    });
    let mut facts = sound();
    with(r#""xray:PutTraceSegments""#, "*")(&mut facts);
    assert_eq!(check(&facts), []);
}

#[test]
fn one_missing_policy_of_a_role_is_one_finding() {
    let about = |change: &dyn Fn(&mut Facts)| -> Vec<Finding> {
        let mut facts = sound();
        change(&mut facts);
        check(&facts)
    };
    let role = "role consumer-role of consumer";
    let found = about(&|facts| {
        facts.consumer.as_mut().unwrap().policies = Some(Vec::new());
    });
    let [lacking] = &found[..] else {
        panic!("several findings of one missing policy: {found:#?}");
    };
    assert_eq!(
        (lacking.id, lacking.severity, lacking.resource.as_str()),
        ("role-lacks-right", Severity::Error, role)
    );
    let group = "arn:aws:logs:eu-central-1:123456789012:log-group:/aws/lambda/consumer:*";
    assert_eq!(
        lacking.evidence,
        format!(
            "it may not sqs:ReceiveMessage, sqs:DeleteMessage, sqs:GetQueueAttributes on {QUEUE}; \
             logs:CreateLogStream, logs:PutLogEvents on {group}"
        )
    );
    let command = "aws iam put-role-policy --role-name consumer-role ";
    assert!(lacking.fix.contains(command), "{}", lacking.fix);
    // Pasted, it mends what lacks, and gives no more.
    let document = lacking.fix.split('\'').nth(1).unwrap();
    let mended = about(&|facts| {
        facts.consumer.as_mut().unwrap().policies = Some(vec![RolePolicy {
            name: "pasted".into(),
            document: document.into(),
        }]);
    });
    assert_eq!(mended, []);

    // A key may be allowed by its own policy, which nobody reads here: that is told apart.
    let found = about(&|facts| {
        facts.consumer.as_mut().unwrap().policies = Some(Vec::new());
        parts(facts).1.kms_key = Some("0a1b".into());
    });
    let of_role: Vec<_> = found.iter().filter(|it| it.resource == role).collect();
    assert_eq!(of_role.len(), 2, "{found:#?}");
    assert_eq!(of_role[1].severity, Severity::Warning);
    let fix = &of_role[1].fix;
    assert!(
        fix.starts_with("unless the key's own policy does, "),
        "{fix}"
    );

    // A denial of several actions, and a boundary that leaves several out: one each.
    let on_queues = |effect: &str| RolePolicy {
        name: "other".into(),
        document: format!(
            r#"{{"Statement": {{"Effect": "{effect}", "Action": "sqs:*", "Resource": "*"}}}}"#
        ),
    };
    let ids = |found: Vec<Finding>| -> Vec<&str> { found.iter().map(|it| it.id).collect() };
    let denied = about(&|facts| {
        let policies = facts.consumer.as_mut().unwrap().policies.as_mut();
        policies.unwrap().push(on_queues("Deny"));
    });
    assert_eq!(ids(denied), ["role-denied"]);
    let bounded = about(&|facts| {
        facts.consumer.as_mut().unwrap().boundary = Some(on_queues("Allow"));
    });
    assert_eq!(ids(bounded), ["role-out-of-bounds"]);
}

#[test]
fn a_disabled_trigger_is_enabled_by_its_own_uuid() {
    let mut facts = sound();
    parts(&mut facts).2.uuid = "14e0db71-0000-4000-8000-000000000001".into();
    parts(&mut facts).2.state = "Disabled".into();
    assert_eq!(
        check(&facts)[0].fix,
        "enable it: aws lambda update-event-source-mapping --uuid \
         14e0db71-0000-4000-8000-000000000001 --enabled"
    );
}

/// The queue's policy with one statement about the producer's role.
fn about_producer(effect: &str, more: &str) -> String {
    format!(
        r#"{{"Statement": {{"Effect": "{effect}", "Action": "sqs:SendMessage", "Resource": "{QUEUE}",
            "Principal": {{"AWS": "arn:aws:iam::123456789012:role/producer-role"}}{more}}}}}"#
    )
}

#[test]
fn the_queues_own_policy_counts_for_and_against_a_role() {
    let mut facts = sound();
    parts(&mut facts).0.policies.as_mut().unwrap().remove(0);
    parts(&mut facts).1.policy = Some(about_producer("Allow", ""));
    assert_eq!(check(&facts), []);
    // What only a call through an SNS topic can meet is no allowance for the role.
    finds("role-lacks-right", Severity::Error, |facts| {
        parts(facts).0.policies.as_mut().unwrap().remove(0);
        let topic = r#", "Condition": {"ArnLike": {"aws:SourceArn": "arn:aws:sns:*"}}"#;
        parts(facts).1.policy = Some(about_producer("Allow", topic));
    });
    finds("role-denied", Severity::Error, |facts| {
        parts(facts).1.policy = Some(about_producer("Deny", ""));
    });
    let mut facts = sound();
    let plain_http = r#", "Condition": {"Bool": {"aws:SecureTransport": "false"}}"#;
    parts(&mut facts).1.policy = Some(about_producer("Deny", plain_http));
    assert_eq!(check(&facts), []);
}

#[test]
fn a_permissions_boundary_bounds_what_policies_allow() {
    let boundary = |document: &str| {
        Some(RolePolicy {
            name: "arn:aws:iam::123456789012:policy/bounds".into(),
            document: document.into(),
        })
    };
    let all = |effect: &str| format!(r#"{{"Effect": "{effect}", "Action": "*", "Resource": "*"}}"#);
    let mut facts = sound();
    parts(&mut facts).0.boundary = boundary(&format!(r#"{{"Statement": {}}}"#, all("Allow")));
    assert_eq!(check(&facts), []);
    let logs = r#"{"Statement": {"Effect": "Allow", "Action": "logs:*", "Resource": "*"}}"#;
    finds("role-out-of-bounds", Severity::Error, |facts| {
        parts(facts).0.boundary = boundary(logs);
    });
    let no_sending = format!(
        r#"{{"Statement": [{}, {{"Effect": "Deny", "Action": "sqs:Send*", "Resource": "*"}}]}}"#,
        all("Allow")
    );
    finds("role-denied", Severity::Error, |facts| {
        parts(facts).0.boundary = boundary(&no_sending);
    });
}
