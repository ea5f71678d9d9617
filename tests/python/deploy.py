"""Deploys pipelines with boto3, as its argument describes them (JSON); prints what came of them."""

import functools
import io
import json
import os
import sys
import zipfile
from pathlib import Path

import boto3
from botocore.config import Config

FUNCTIONS = Path(__file__).parent / "functions"
REGION = os.environ["AWS_REGION"]
FILES = {"python": ("py", "python3.13"), "node": ("js", "nodejs22.x")}


@functools.cache
def client(service):
    return boto3.client(service, config=Config(connect_timeout=5, read_timeout=60))


def package(part, file, more=()):
    """One function as Lambda wants it: a zip with a handler, and with what else it needs."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr(part + Path(file).suffix, (FUNCTIONS / file).read_text())
        for other in more:
            entry = zipfile.ZipInfo(other.name)
            entry.external_attr = 0o755 << 16
            archive.writestr(entry, other.read_text())
    return content.getvalue()


def allow(actions, resources):
    return {"Effect": "Allow", "Action": actions, "Resource": resources}


def role(name, statements):
    """A role for Lambda with these rights, in one inline policy."""
    trust = {
        "Effect": "Allow",
        "Principal": {"Service": "lambda.amazonaws.com"},
        "Action": "sts:AssumeRole",
    }
    iam = client("iam")
    made = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(document([trust])))
    iam.put_role_policy(
        RoleName=name, PolicyName="inline", PolicyDocument=json.dumps(document(statements))
    )
    return made["Role"]["Arn"]


def document(statements):
    return {"Version": "2012-10-17", "Statement": statements}


def queue(name, attributes, fifo):
    if fifo:
        name, attributes = f"{name}.fifo", attributes | {"FifoQueue": "true"}
    sqs = client("sqs")
    url = sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
    got = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    return url, got["Attributes"]["QueueArn"]


def deploy(spec):
    name, fifo = spec["name"], spec["fifo"]
    attributes = {
        "DelaySeconds": str(spec["delay"]),
        "VisibilityTimeout": str(spec["visibility"]),
    } | spec["attributes"]
    made = {"name": name}
    if spec["max_receives"]:
        made["dlq_url"], dlq_arn = queue(f"{name}-dlq", {"MessageRetentionPeriod": "1209600"}, fifo)
        redrive = {"deadLetterTargetArn": dlq_arn, "maxReceiveCount": spec["max_receives"]}
        attributes["RedrivePolicy"] = json.dumps(redrive)
    made["queue_url"], queue_arn = queue(f"{name}-queue", attributes, fifo)
    made["queue_arn"] = queue_arn
    account = queue_arn.split(":")[4]
    lam, logs = client("lambda"), client("logs")
    rights = {
        "producer": [allow(["sqs:SendMessage"], queue_arn)],
        "consumer": [
            allow(["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"], queue_arn)
        ],
    }
    for part, statements in rights.items():
        function, group = f"{name}-{part}", f"/aws/lambda/{name}-{part}"
        writes = ["logs:CreateLogStream", "logs:PutLogEvents"]
        group_arn = f"arn:aws:logs:{REGION}:{account}:log-group:{group}:*"
        statements = spec["rights"].get(part) or [*statements, allow(writes, group_arn)]
        logs.create_log_group(logGroupName=group)
        if spec["log_retention"]:
            logs.put_retention_policy(logGroupName=group, retentionInDays=spec["log_retention"])
        suffix, runtime = FILES[spec["language"]]
        file, more = f"{part}.{suffix}", []
        if spec[f"{part}_file"]:
            file = spec[f"{part}_file"]
            suffix, runtime = next(of for of in FILES.values() if file.endswith(of[0]))
        environment = {"QUEUE_URL": made["queue_url"]} if part == "producer" else {}
        if part == "consumer":
            environment |= spec["environment"]
            if spec["fails"]:
                environment["FAILS"] = str(spec["fails"])
            if "ACCOUNT" in environment:
                more.append(FUNCTIONS / "strangers" / f"account.{suffix}")
            if spec["bootstrap"]:
                more.append(FUNCTIONS / "strangers" / "bootstrap")
                runtime = "provided.al2023"
        is_text = suffix == "py" or spec["consumer_file"]
        logging = {"LogFormat": "Text" if is_text else "JSON"}
        if spec["shared_log"]:
            logging["LogGroup"] = f"/aws/lambda/{name}-consumer"
        answer = lam.create_function(
            FunctionName=function,
            Runtime=spec.get("runtime") or runtime,
            Handler=f"{part}.handler",
            Role=role(f"{function}-role", statements),
            Code={"ZipFile": package(part, file, more)},
            Timeout=spec["timeout"],
            Environment={"Variables": environment},
            LoggingConfig=logging,
        )
        lam.get_waiter("function_active_v2").wait(FunctionName=function)
        made[part], made[f"{part}_arn"] = function, answer["FunctionArn"]
    options = {"FunctionResponseTypes": ["ReportBatchItemFailures"]} if spec["partial"] else {}
    if "ACCOUNT" in spec["environment"]:
        # The least that AWS allows: each environment takes its time to start.
        options["ScalingConfig"] = {"MaximumConcurrency": 2}
    if spec["filter"]:
        options["FilterCriteria"] = {"Filters": [{"Pattern": json.dumps(spec["filter"])}]}
    mapping = lam.create_event_source_mapping(
        EventSourceArn=queue_arn,
        FunctionName=made["consumer"],
        BatchSize=spec["batch"],
        **options,
    )
    made["trigger"] = mapping["UUID"]
    return made


print(json.dumps([deploy(spec) for spec in json.loads(sys.argv[1])]))
