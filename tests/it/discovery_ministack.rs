//! Discovery on an AWS that nobody here wrote: aliases, several consumers, FIFO queues, log
//! groups of a function's own, and what was found before and is wrong now.

use crate::support::{
    CliSandbox, Ran,
    ministack::{Auth, Deployed, Ministack, Spec},
};
use serde_json::{Value, json};

/// A sandbox with a ministack in it.
struct Cloud {
    sandbox: CliSandbox,
    stack: Ministack,
}

impl Cloud {
    fn new() -> Option<Self> {
        Self::with(Auth::Off)
    }

    fn with(auth: Auth) -> Option<Self> {
        let stack = Ministack::start(auth)?;
        let sandbox = CliSandbox::new();
        sandbox.file(
            "event.json",
            "{\"first\": {\"hello\": \"a\"}, \"second\": {\"hello\": \"b\"}}",
        );
        Some(Self { sandbox, stack })
    }

    fn run(&self, arguments: &str) -> Ran {
        let mut command = self.stack.edactl(&self.sandbox);
        command.args(arguments.split_whitespace());
        command.output().expect("edactl runs").into()
    }

    /// The values of `config show`.
    #[track_caller]
    fn found(&self, named: &str) -> Found {
        let ran = self.run(&format!("{named} config show -o json")).expect(0);
        Found {
            report: ran.json(),
            said: ran.stderr,
        }
    }
}

struct Found {
    report: Value,
    said: String,
}

impl Found {
    fn value(&self, name: &str) -> &str {
        let settings = self.report["settings"].as_array().expect("settings");
        let setting = settings.iter().find(|setting| setting["name"] == name);
        setting.expect("the setting")["value"]
            .as_str()
            .unwrap_or("-")
    }

    #[track_caller]
    fn is(&self, deployed: &Deployed) {
        assert_eq!(
            self.value("producer").rsplit(':').next(),
            Some(deployed.producer.as_str())
        );
        assert!(
            self.value("queue")
                .ends_with(&format!("{}-queue", deployed.name)),
            "{}",
            self.report
        );
        assert!(
            self.value("consumer").contains(&deployed.consumer),
            "{}",
            self.report
        );
        assert!(
            self.value("dlq")
                .ends_with(&format!("/{}-dlq", deployed.name)),
            "{}",
            self.report
        );
    }
}

#[test]
fn from_any_one_resource_to_all() {
    let Some(cloud) = Cloud::new() else { return };
    let deployed = cloud.stack.deploy(&Spec::new("orders"));
    // A second pipeline beside it is never mixed in.
    cloud.stack.deploy(&Spec::new("bills"));
    for named in [
        format!("--producer {}", deployed.producer),
        format!("--producer {}", deployed.producer_arn),
        format!("--queue {}", deployed.queue_url),
        format!("--queue {}", deployed.queue_arn),
        "--queue orders-queue".to_owned(),
        format!("--consumer {}", deployed.consumer),
        format!("--consumer {}", deployed.consumer_arn),
    ] {
        cloud.found(&named).is(&deployed);
    }
}

#[test]
fn versions_and_aliases_lead_to_the_same_pipeline() {
    let Some(cloud) = Cloud::new() else { return };
    let deployed = cloud.stack.deploy(&Spec::new("orders"));
    let call = |operation, arguments| cloud.stack.call("lambda", operation, &arguments);
    for function in [&deployed.producer, &deployed.consumer] {
        call("publish_version", json!({ "FunctionName": function }));
        call(
            "create_alias",
            json!({ "FunctionName": function, "Name": "live", "FunctionVersion": "1" }),
        );
    }
    cloud.found(&format!("--producer {}:1", deployed.producer));
    // Now the queue invokes the alias, which Lambda does not tell who asks for the bare name.
    call(
        "delete_event_source_mapping",
        json!({ "UUID": deployed.trigger }),
    );
    call(
        "create_event_source_mapping",
        json!({
            "EventSourceArn": deployed.queue_arn,
            "FunctionName": format!("{}:live", deployed.consumer_arn),
        }),
    );
    let found = cloud.found(&format!("--producer {}:live", deployed.producer));
    assert!(
        found.value("consumer").contains(&deployed.consumer),
        "{}",
        found.report
    );
    cloud
        .found(&format!("--consumer {}", deployed.consumer))
        .is(&deployed);
    let send = format!(
        "--producer {}:live verify event.json --timeout 60s --witness logs,queue",
        deployed.producer
    );
    cloud.run(&send).expect(0);
}

#[test]
fn several_consumers_are_listed_and_one_that_is_off_is_none() {
    let Some(cloud) = Cloud::new() else { return };
    let deployed = cloud.stack.deploy(&Spec::new("orders"));
    let other = cloud.stack.deploy(&Spec::new("audit"));
    let named = format!("--producer {}", deployed.producer);
    cloud.found(&named).is(&deployed);
    let call = |operation, arguments| cloud.stack.call("lambda", operation, &arguments);
    let second = call(
        "create_event_source_mapping",
        json!({ "EventSourceArn": deployed.queue_arn, "FunctionName": other.consumer }),
    );
    // What was found before does not hide the second.
    let ran = cloud.run(&format!("{named} send event.json")).expect(2);
    insta::assert_snapshot!(ran.stderr, @r"
    error: the consumer of orders-queue could be any of: arn:aws:lambda:eu-central-1:000000000000:function:audit-consumer, arn:aws:lambda:eu-central-1:000000000000:function:orders-consumer
    next: name the right one with --consumer
    ");
    cloud
        .found(&format!("{named} --consumer {}", deployed.consumer))
        .is(&deployed);
    let uuid = &second["UUID"];
    call(
        "update_event_source_mapping",
        json!({ "UUID": uuid, "Enabled": false }),
    );
    cloud.found(&named).is(&deployed);
    // And when the queue changes hands, the new one is found.
    call(
        "update_event_source_mapping",
        json!({ "UUID": uuid, "Enabled": true }),
    );
    call(
        "delete_event_source_mapping",
        json!({ "UUID": deployed.trigger }),
    );
    let found = cloud.found(&named);
    assert!(
        found.value("consumer").contains(&other.consumer),
        "{}",
        found.report
    );
}

#[test]
fn several_producers_are_a_note_for_who_only_reads() {
    let Some(cloud) = Cloud::new() else { return };
    let deployed = cloud.stack.deploy(&Spec::new("orders"));
    let environment = |function: &str| {
        let asked = json!({ "FunctionName": function });
        cloud
            .stack
            .call("lambda", "get_function_configuration", &asked)["Environment"]
            .clone()
    };
    let other = cloud.stack.deploy(&Spec::new("bills"));
    cloud.stack.call(
        "lambda",
        "update_function_configuration",
        &json!({ "FunctionName": other.producer, "Environment": environment(&deployed.producer) }),
    );
    let found = cloud.found("--queue orders-queue");
    assert_eq!(found.value("producer"), "-");
    insta::assert_snapshot!(found.said, @"hint: the producer of orders-queue could be any of: bills-producer, orders-producer; name the right one with --producer");
    let ran = cloud.run("--queue orders-queue send event.json").expect(2);
    assert!(
        ran.stderr
            .contains("the producer of the pipeline `orders-queue` is not known"),
        "{ran:?}"
    );
}

#[test]
fn a_consumer_with_a_log_group_of_its_own() {
    let Some(cloud) = Cloud::new() else { return };
    let deployed = cloud.stack.deploy(&Spec::new("orders"));
    cloud.stack.call(
        "lambda",
        "update_function_configuration",
        &json!({
            "FunctionName": deployed.consumer,
            "LoggingConfig": { "LogFormat": "Text", "LogGroup": "/shared/orders" },
        }),
    );
    let found = cloud.found(&format!("--producer {}", deployed.producer));
    assert_eq!(found.value("consumer log group"), "/shared/orders");
    assert_eq!(
        found.value("producer log group"),
        "/aws/lambda/orders-producer"
    );
}

#[test]
fn a_fifo_queue_swallows_no_repeated_message_unsaid() {
    let Some(cloud) = Cloud::new() else { return };
    let deployed = cloud.stack.deploy(&Spec {
        fifo: true,
        ..Spec::new("orders")
    });
    cloud.stack.call(
        "sqs",
        "set_queue_attributes",
        &json!({
            "QueueUrl": deployed.queue_url,
            "Attributes": { "ContentBasedDeduplication": "true" },
        }),
    );
    let send = format!(
        "--producer {} send event.json --repeat 2",
        deployed.producer
    );
    let ran = cloud.run(&format!("{send} --no-marker")).expect(2);
    insta::assert_snapshot!(ran.stderr, @r"
    error: orders-queue.fifo deduplicates by content, so it would swallow 2 messages equal to an earlier one
    next: let them carry markers (objects do, without --no-marker; other payloads with {{marker}}), or send each once
    ");
    assert!(!cloud.sandbox.state().join("runs").exists());
    // With markers no message equals another, and each arrives.
    cloud.run(&send).expect(0);
    let verify = format!(
        "--producer {} verify --timeout 90s --witness logs,queue -o json",
        deployed.producer
    );
    cloud.run(&verify).expect(0);
}

/// A producer, a queue and a consumer in a template; the producer knows the queue by its URL.
fn template(outputs: &Value) -> String {
    let function = |handler: &str, variables: Value| {
        json!({
            "Type": "AWS::Lambda::Function",
            "Properties": {
                "FunctionName": format!("stack-{handler}"),
                "Runtime": "python3.13",
                "Handler": format!("index.{handler}"),
                "Role": "arn:aws:iam::000000000000:role/any",
                "Code": { "ZipFile": format!("def {handler}(event, context):\n    return {{}}\n") },
                "Environment": { "Variables": variables },
            },
        })
    };
    json!({
        "Resources": {
            "Queue": { "Type": "AWS::SQS::Queue", "Properties": { "QueueName": "stack-queue" } },
            "Front": function("front", json!({ "QUEUE_URL": { "Ref": "Queue" } })),
            "Back": function("back", json!({})),
            "Trigger": {
                "Type": "AWS::Lambda::EventSourceMapping",
                "Properties": {
                    "EventSourceArn": { "Fn::GetAtt": ["Queue", "Arn"] },
                    "FunctionName": { "Ref": "Back" },
                },
            },
        },
        "Outputs": outputs,
    })
    .to_string()
}

/// The stack is asked for with signatures that somebody checks.
#[test]
fn a_stack_tells_its_pipeline() {
    let Some(cloud) = Cloud::with(Auth::On) else {
        return;
    };
    let create = |name: &str, body: &str| {
        let stack = json!({ "StackName": name, "TemplateBody": body });
        cloud.stack.call("cloudformation", "create_stack", &stack);
    };
    let init = "config init --force --from-stack";
    // Nothing but resources: the producer is the function that the queue does not invoke.
    create("bare", &template(&json!({})));
    cloud.run(&format!("{init} bare")).expect(0);
    let found = cloud.found("");
    assert_eq!(found.value("producer"), "stack-front");
    assert_eq!(found.value("consumer"), "stack-back");
    assert!(
        found.value("queue").ends_with("/stack-queue"),
        "{}",
        found.report
    );
    // Outputs come before resources.
    let outputs = json!({ "Resources": {
        "Other": { "Type": "AWS::SQS::Queue", "Properties": { "QueueName": "other" } } },
        "Outputs": {
            "ProducerFunctionName": { "Value": "stack-front" },
            "QueueUrl": { "Value": { "Ref": "Other" } },
            "ConsumerFunctionName": { "Value": "stack-back" },
        } });
    create("told", &outputs.to_string());
    cloud.run(&format!("-p told {init} told")).expect(0);
    let found = cloud.found("");
    assert_eq!(found.value("pipeline"), "told");
    assert!(found.value("queue").ends_with("/other"), "{}", found.report);
    let ran = cloud.run(&format!("{init} nowhere")).expect(3);
    insta::assert_snapshot!(ran.stderr, @r"
    error: cloudformation:DescribeStacks on nowhere failed: ValidationError: Stack with id nowhere does not exist
    next: check the name, the region (--region) and the account (--profile)
    ");
}
