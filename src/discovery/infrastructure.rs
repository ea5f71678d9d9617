//! What Terraform and CloudFormation say of a pipeline that they made: outputs by their names,
//! and resources by what they are.

use edactl_core::topology::Named;
use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::discovery::{
    environment::mentions_queue,
    error::{self, DiscoveryError},
};
use edactl_core::topology::{function::function_name, queue::queue_name};

/// The resources that infrastructure as code declares.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Declared {
    /// The resources.
    pub named: Named,
    /// The region that they are in.
    pub region: Option<String>,
}

impl Declared {
    /// Whether the pipeline can be found from this.
    #[must_use]
    pub fn is_enough(&self) -> bool {
        self.named.producer.is_some()
    }

    /// What is missing here, taken from elsewhere.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self {
            named: self.named.or(other.named),
            region: self.region.or(other.region),
        }
    }
}

/// Reads outputs by what their names say: `producer_function_name`, `QueueUrl`, `dlq_arn`, …
#[must_use]
pub fn from_outputs<'a>(outputs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Declared {
    let mut declared = Declared::default();
    for (name, value) in outputs {
        let name: String = name
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .map(|letter| letter.to_ascii_lowercase())
            .collect();
        let slot = match name.trim_start_matches("aws") {
            "producer"
            | "producername"
            | "producerarn"
            | "producerfunction"
            | "producerfunctionname"
            | "producerfunctionarn" => &mut declared.named.producer,
            "queue" | "queuename" | "queueurl" | "queuearn" => &mut declared.named.queue,
            "consumer"
            | "consumername"
            | "consumerarn"
            | "consumerfunction"
            | "consumerfunctionname"
            | "consumerfunctionarn" => &mut declared.named.consumer,
            "dlq"
            | "dlqname"
            | "dlqurl"
            | "dlqarn"
            | "deadletterqueue"
            | "deadletterqueuename"
            | "deadletterqueueurl"
            | "deadletterqueuearn" => &mut declared.named.dlq,
            "region" => &mut declared.region,
            _ => continue,
        };
        if !value.is_empty() {
            slot.get_or_insert_with(|| value.to_owned());
        }
    }
    declared
}

/// Reads what `terraform output -json` or `terraform show -json` prints; which of them is seen
/// from its shape. What `flags` name needs no finding.
///
/// # Errors
/// When several resources fit.
pub fn from_terraform(document: &Value, flags: &Named) -> Result<Declared, DiscoveryError> {
    if document.get("format_version").is_none() {
        return Ok(outputs_of(document));
    }
    let values = document.get("values").unwrap_or(&Value::Null);
    let outputs = outputs_of(values.get("outputs").unwrap_or(&Value::Null));
    let mut resources = Resources::default();
    resources.collect(values.get("root_module").unwrap_or(&Value::Null));
    let settled = flags.clone().or(outputs.named.clone());
    Ok(outputs.or(resources.pipeline(&settled)?))
}

fn outputs_of(outputs: &Value) -> Declared {
    let texts = outputs
        .as_object()
        .into_iter()
        .flatten()
        .filter_map(|(name, output)| Some((name.as_str(), output.get("value")?.as_str()?)));
    from_outputs(texts)
}

/// The producer among those functions of a stack that nothing invokes by itself.
///
/// # Errors
/// When there are several.
pub fn producer_among(functions: Vec<String>) -> Result<Option<String>, DiscoveryError> {
    single(functions.into_iter().collect(), "producer", "--producer")
}

/// What a Terraform state holds of the kinds that a pipeline is made of.
#[derive(Debug, Default)]
struct Resources {
    /// Functions by name, with the values of their environment variables.
    functions: BTreeMap<String, BTreeMap<String, String>>,
    /// Queues by ARN.
    queues: BTreeSet<String>,
    /// The ARNs of dead-letter queues.
    dead_letter: BTreeSet<String>,
    /// Each trigger's source and function.
    triggers: BTreeSet<(String, String)>,
}

impl Resources {
    fn collect(&mut self, module: &Value) {
        let list = |key: &str| module.get(key).and_then(Value::as_array);
        for resource in list("resources").into_iter().flatten() {
            let values = &resource["values"];
            let text = |key: &str| values[key].as_str().map(str::to_owned);
            match resource["type"].as_str() {
                Some("aws_lambda_function") => {
                    let variables = values["environment"][0]["variables"].as_object();
                    let environment = variables
                        .into_iter()
                        .flatten()
                        .filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned())));
                    if let Some(name) = text("function_name") {
                        self.functions.insert(name, environment.collect());
                    }
                }
                Some("aws_sqs_queue") => {
                    self.queues.extend(text("arn"));
                    self.dead_letter.extend(redrive_target(values));
                }
                Some("aws_sqs_queue_redrive_policy") => {
                    self.dead_letter.extend(redrive_target(values));
                }
                Some("aws_lambda_event_source_mapping") => {
                    let function = text("function_arn").or_else(|| text("function_name"));
                    if let (Some(source), Some(function)) = (text("event_source_arn"), function) {
                        self.triggers
                            .insert((source, function_name(&function).to_owned()));
                    }
                }
                _ => {}
            }
        }
        for child in list("child_modules").into_iter().flatten() {
            self.collect(child);
        }
    }

    /// The pipeline that these make up, as far as it is one. What is settled narrows the rest.
    fn pipeline(&self, settled: &Named) -> Result<Declared, DiscoveryError> {
        let fits = |wanted: &Option<String>, name: &str| {
            wanted.as_ref().is_none_or(|wanted| wanted == name)
        };
        let settled_queue = settled
            .queue
            .as_deref()
            .map(|queue| queue_name(queue).to_owned());
        let settled_consumer = settled
            .consumer
            .as_deref()
            .map(|function| function_name(function).to_owned());
        let triggers: Vec<_> = self
            .triggers
            .iter()
            .filter(|(source, function)| {
                source.contains(":sqs:")
                    && fits(&settled_queue, queue_name(source))
                    && fits(&settled_consumer, function)
            })
            .collect();
        let read: BTreeSet<_> = triggers.iter().map(|(source, _)| source.clone()).collect();
        let idle = || {
            self.queues
                .difference(&self.dead_letter)
                .filter(|arn| fits(&settled_queue, queue_name(arn)))
                .cloned()
                .collect()
        };
        let queue = single(
            if read.is_empty() { idle() } else { read },
            "queue",
            "--queue",
        )?;
        let consumers = triggers
            .iter()
            .map(|(_, function)| function.clone())
            .collect();
        let consumer = single(consumers, "consumer", "--consumer")?;
        let producer = match &settled.producer {
            Some(_) => None,
            None => single(self.producers(queue.as_deref()), "producer", "--producer")?,
        };
        let region = queue
            .as_deref()
            .and_then(|arn| arn.split(':').nth(3))
            .filter(|region| !region.is_empty());
        Ok(Declared {
            region: region.map(str::to_owned),
            named: Named {
                producer,
                queue,
                consumer,
                dlq: None,
            },
        })
    }

    /// The functions that no queue invokes; where there are several, those that speak of the
    /// queue in their environment.
    fn producers(&self, queue: Option<&str>) -> BTreeSet<String> {
        let invoked: BTreeSet<_> = self.triggers.iter().map(|(_, name)| name).collect();
        let free: BTreeSet<String> = self
            .functions
            .keys()
            .filter(|name| !invoked.contains(name))
            .cloned()
            .collect();
        let sends = |name: &&String| {
            let environment = &self.functions[*name];
            queue.is_some_and(|queue| mentions_queue(environment, queue_name(queue)))
        };
        let senders: BTreeSet<String> = free.iter().filter(sends).cloned().collect();
        if senders.is_empty() { free } else { senders }
    }
}

fn redrive_target(values: &Value) -> Option<String> {
    let policy: Value = serde_json::from_str(values["redrive_policy"].as_str()?).ok()?;
    policy["deadLetterTargetArn"].as_str().map(str::to_owned)
}

fn single(
    candidates: BTreeSet<String>,
    what: &str,
    option: &'static str,
) -> Result<Option<String>, DiscoveryError> {
    error::single(candidates, &format!("the {what}"), option)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn arn(name: &str) -> String {
        format!("arn:aws:sqs:eu-central-1:123456789012:{name}")
    }

    fn function(name: &str, environment: &Value) -> Value {
        json!({ "type": "aws_lambda_function", "values": {
            "function_name": name, "environment": [{ "variables": environment }],
        }})
    }

    fn queue(name: &str, dlq: Option<&str>) -> Value {
        let policy =
            dlq.map(|dlq| json!({ "deadLetterTargetArn": arn(dlq), "maxReceiveCount": 5 }));
        json!({ "type": "aws_sqs_queue", "values": {
            "name": name, "arn": arn(name), "redrive_policy": policy.map(|policy| policy.to_string()),
        }})
    }

    fn trigger(queue: &str, function: &str) -> Value {
        json!({ "type": "aws_lambda_event_source_mapping", "values": {
            "event_source_arn": arn(queue),
            "function_arn": format!("arn:aws:lambda:eu-central-1:123456789012:function:{function}"),
        }})
    }

    fn state(resources: &[Value]) -> Value {
        // Half of it in a module, as people have it.
        let (root, child) = resources.split_at(resources.len() / 2);
        json!({ "format_version": "1.0", "values": { "root_module": {
            "resources": root, "child_modules": [{ "resources": child }],
        }}})
    }

    fn pipeline() -> Vec<Value> {
        vec![
            function(
                "front",
                &json!({ "QUEUE_URL": "https://sqs.eu-central-1.amazonaws.com/123456789012/orders" }),
            ),
            function("back", &json!({})),
            queue("orders", Some("orders-dead")),
            queue("orders-dead", None),
            trigger("orders", "back"),
        ]
    }

    #[test]
    fn outputs_are_read_by_their_names() {
        let terraform = json!({
            "producer_function_name": { "sensitive": false, "type": "string", "value": "p" },
            "queue_url": { "value": "https://sqs.eu-central-1.amazonaws.com/1/q" },
            "consumer_function_name": { "value": "c" },
            "dlq_url": { "value": "" },
            "region": { "value": "eu-central-1" },
            "count": { "value": 3 },
        });
        let found = from_terraform(&terraform, &Named::default()).unwrap();
        let stack = from_outputs([
            ("ProducerFunctionName", "p"),
            ("QueueUrl", "https://sqs.eu-central-1.amazonaws.com/1/q"),
            ("ConsumerFunctionName", "c"),
            ("Region", "eu-central-1"),
            ("BucketName", "b"),
        ]);
        assert_eq!(found, stack);
        assert_eq!(found.named.producer.as_deref(), Some("p"));
        assert_eq!(found.named.dlq, None);
        assert!(found.is_enough());
    }

    #[test]
    fn resources_are_read_by_what_they_are() {
        let found = from_terraform(&state(&pipeline()), &Named::default()).unwrap();
        assert_eq!(found.named.producer.as_deref(), Some("front"));
        assert_eq!(found.named.queue, Some(arn("orders")));
        assert_eq!(found.named.consumer.as_deref(), Some("back"));
        assert_eq!(found.region.as_deref(), Some("eu-central-1"));
    }

    #[test]
    fn a_function_beside_the_pipeline_is_not_taken_for_its_producer() {
        let mut resources = pipeline();
        resources.push(function("cron", &json!({ "QUEUE_URL": "other" })));
        let found = from_terraform(&state(&resources), &Named::default()).unwrap();
        assert_eq!(found.named.producer.as_deref(), Some("front"));
    }

    #[test]
    fn several_pipelines_are_listed_and_a_flag_settles_it() {
        let mut resources = pipeline();
        resources.extend([queue("bills", None), trigger("bills", "clerk")]);
        let state = state(&resources);
        let error = from_terraform(&state, &Named::default()).unwrap_err();
        assert_eq!(
            error.to_string(),
            format!(
                "the queue could be any of: {}, {}",
                arn("bills"),
                arn("orders")
            )
        );
        let flags = Named {
            queue: Some("orders".into()),
            ..Named::default()
        };
        let found = from_terraform(&state, &flags).unwrap();
        assert_eq!(found.named.consumer.as_deref(), Some("back"));
    }
}
