"""A CloudFormation stack with the functions' code: `create NAME TEMPLATE PRODUCER CONSUMER` (the
binaries' paths; prints the outputs), `delete NAME`, `inventory` (what there is in the account)."""

import io
import json
import sys
import zipfile
from pathlib import Path

import boto3
from botocore.config import Config

BUCKET = "functions-of-the-test"


def client(service):
    # One attempt: a stack is not to be made twice.
    return boto3.client(service, config=Config(retries={"total_max_attempts": 1}))


def package(binary):
    """A zip as deploy/package.sh makes it."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        entry = zipfile.ZipInfo("bootstrap")
        entry.external_attr = 0o755 << 16
        archive.writestr(entry, Path(binary).read_bytes(), zipfile.ZIP_DEFLATED)
    return content.getvalue()


def create(name, template, producer, consumer):
    s3, cloudformation = client("s3"), client("cloudformation")
    s3.create_bucket(
        Bucket=BUCKET,
        CreateBucketConfiguration={"LocationConstraint": s3.meta.region_name},
    )
    for function, binary in (("producer", producer), ("consumer", consumer)):
        s3.put_object(Bucket=BUCKET, Key=f"{name}/{function}.zip", Body=package(binary))
    parameters = {"CodeBucket": BUCKET, "CodePrefix": name}
    cloudformation.create_stack(
        StackName=name,
        TemplateBody=Path(template).read_text(),
        Parameters=[
            {"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()
        ],
        Capabilities=["CAPABILITY_IAM"],
    )
    wait(cloudformation, name, "stack_create_complete")
    [stack] = cloudformation.describe_stacks(StackName=name)["Stacks"]
    return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}


def delete(name):
    s3, cloudformation = client("s3"), client("cloudformation")
    cloudformation.delete_stack(StackName=name)
    wait(cloudformation, name, "stack_delete_complete")
    for entry in s3.list_objects_v2(Bucket=BUCKET)["Contents"]:
        s3.delete_object(Bucket=BUCKET, Key=entry["Key"])
    s3.delete_bucket(Bucket=BUCKET)


def wait(cloudformation, name, state):
    waiter = cloudformation.get_waiter(state)
    waiter.wait(StackName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 60})


def inventory():
    def names(service, operation, found, name):
        answer = getattr(client(service), operation)().get(found, [])
        return sorted(entry if name is None else entry[name] for entry in answer)

    return {
        "queues": names("sqs", "list_queues", "QueueUrls", None),
        "functions": names("lambda", "list_functions", "Functions", "FunctionName"),
        "triggers": names("lambda", "list_event_source_mappings", "EventSourceMappings", "UUID"),
        "log groups": names("logs", "describe_log_groups", "logGroups", "logGroupName"),
        "roles": names("iam", "list_roles", "Roles", "RoleName"),
        "buckets": names("s3", "list_buckets", "Buckets", "Name"),
    }


command, *arguments = sys.argv[1:]
print(json.dumps({"create": create, "delete": delete, "inventory": inventory}[command](*arguments)))
