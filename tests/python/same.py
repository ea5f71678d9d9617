"""What the Terraform configuration and the CloudFormation template make, in the same words; prints
both, each a line of JSON. Runs where checkov is installed, which brings a parser of HCL and YAML."""

import json
import re
import sys
from pathlib import Path

import hcl2
import yaml


class Template(yaml.SafeLoader):
    """CloudFormation's tags as plain values: what is referred to has no part in the comparison."""


Template.add_multi_constructor("!", lambda loader, tag, node: {tag: getattr(node, "value", None)})


def kinds(files, block):
    found = {}
    for file in files:
        for entry in file.get(block, []):
            for kind, named in entry.items():
                found.setdefault(kind, {}).update(named)
    return found


def plain(value):
    """Without the lists that the parser puts around everything."""
    while isinstance(value, list) and len(value) == 1:
        value = value[0]
    return value


def terraform(directory):
    files = [hcl2.load(path.open()) for path in sorted(directory.glob("*.tf"))]
    resources, data = kinds(files, "resource"), kinds(files, "data")
    variables = {name: plain(body.get("default")) for name, body in kinds(files, "variable").items()}
    queues, policies = resources["aws_sqs_queue"], data["aws_iam_policy_document"]
    trigger = resources["aws_lambda_event_source_mapping"]["trigger"]

    def value(of, key):
        found = plain(of[key])
        variable = re.fullmatch(r"\$\{var\.(\w+)\}", str(found))
        return variables[variable[1]] if variable else found

    def queue(name):
        body = queues[name]
        receives = re.search(r"maxReceiveCount': (\d+)", str(body.get("redrive_policy")))
        return {
            "delay": value(body, "delay_seconds") if "delay_seconds" in body else 0,
            "visibility": plain(body.get("visibility_timeout_seconds")),
            "retention": value(body, "message_retention_seconds"),
            "encrypted": value(body, "sqs_managed_sse_enabled"),
            "receives": receives and int(receives[1]),
        }

    def function(name):
        body = resources["aws_lambda_function"][name]
        logging = plain(body["logging_config"])
        variables = plain(plain(body.get("environment", {})).get("variables", {}))
        group = resources["aws_cloudwatch_log_group"][name]
        return {
            "name": last(value(body, "function_name")),
            **{key: value(body, key) for key in ("description", "runtime", "handler", "timeout")},
            "memory": value(body, "memory_size"),
            "architecture": value(body, "architectures"),
            "variables": sorted(variables),
            "log": [
                plain(logging[key])
                for key in ("log_format", "application_log_level", "system_log_level")
            ],
            "log group": last(value(group, "name")),
            "days": value(group, "retention_in_days"),
            "rights": rights(policies[name]),
            "trusts": plain(plain(plain(policies["lambda"]["statement"])["principals"])["identifiers"]),
        }

    def rights(policy):
        return {plain(one["sid"]): sorted(one["actions"][0]) for one in policy["statement"]}

    return {
        "queue": queue("main"),
        "dlq": queue("dead_letters"),
        "producer": function("producer"),
        "consumer": function("consumer"),
        "trigger": [
            value(trigger, "batch_size"),
            value(trigger, "maximum_batching_window_in_seconds"),
            plain(plain(trigger["scaling_config"])["maximum_concurrency"]),
            value(trigger, "function_response_types"),
        ],
        "project": [variables["project"], variables["environment"]],
    }


def cloudformation(path):
    template = yaml.load(path.read_text(), Loader=Template)
    resources = {name: body["Properties"] for name, body in template["Resources"].items()}
    defaults = {name: body.get("Default") for name, body in template["Parameters"].items()}
    trigger = resources["Trigger"]

    def value(of, key):
        found = plain(of[key])
        return defaults[found["Ref"]] if isinstance(found, dict) and "Ref" in found else found

    def queue(name):
        body = resources[name]
        return {
            "delay": value(body, "DelaySeconds") if "DelaySeconds" in body else 0,
            "visibility": body.get("VisibilityTimeout"),
            "retention": body["MessageRetentionPeriod"],
            "encrypted": body["SqsManagedSseEnabled"],
            "receives": body.get("RedrivePolicy", {}).get("maxReceiveCount"),
        }

    def function(name):
        body, group = resources[name], resources[f"{name}LogGroup"]
        role = resources[f"{name}Role"]
        logging = body["LoggingConfig"]
        [policy] = role["Policies"]
        [trust] = role["AssumeRolePolicyDocument"]["Statement"]
        return {
            "name": last(body["FunctionName"]["Sub"]),
            "description": body["Description"],
            "runtime": body["Runtime"],
            "handler": body["Handler"],
            "timeout": body["Timeout"],
            "memory": body["MemorySize"],
            "architecture": value(body, "Architectures"),
            "variables": sorted(body.get("Environment", {}).get("Variables", {})),
            "log": [
                logging[key] for key in ("LogFormat", "ApplicationLogLevel", "SystemLogLevel")
            ],
            "log group": last(group["LogGroupName"]["Sub"]),
            "days": value(group, "RetentionInDays"),
            "rights": {
                one["Sid"]: sorted([one["Action"]] if isinstance(one["Action"], str) else one["Action"])
                for one in policy["PolicyDocument"]["Statement"]
            },
            "trusts": trust["Principal"]["Service"],
        }

    return {
        "queue": queue("Queue"),
        "dlq": queue("DeadLetterQueue"),
        "producer": function("Producer"),
        "consumer": function("Consumer"),
        "trigger": [
            trigger["BatchSize"],
            trigger["MaximumBatchingWindowInSeconds"],
            trigger["ScalingConfig"]["MaximumConcurrency"],
            plain(trigger["FunctionResponseTypes"]),
        ],
        "project": [defaults["Project"], defaults["Environment"]],
    }


def last(name):
    """What comes after project and environment."""
    return name.rpartition("}-")[2]


deploy = Path(sys.argv[1])
print(json.dumps(terraform(deploy / "terraform")))
print(json.dumps(cloudformation(deploy / "cloudformation.yaml")))
