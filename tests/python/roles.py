"""The two roles of a stack, held against IAM: takes the place of Lambda, which polls the queue and
writes the logs with them. With a role as it is, each of its actions works where it is needed and
nowhere else; without one of them, that one does not. Prints what was tried."""

import json
import sys

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

REFUSED = ("AccessDenied", "AccessDeniedException")


def client(service, **credentials):
    return boto3.client(service, config=Config(retries={"total_max_attempts": 1}), **credentials)


class Place:
    """A queue and a log group."""

    def __init__(self, queue_url, group):
        self.queue_url = queue_url
        self.group = group


class Role:
    def __init__(self, name):
        self.name = name
        iam = client("iam")
        [self.policy] = iam.list_role_policies(RoleName=name)["PolicyNames"]
        found = iam.get_role_policy(RoleName=name, PolicyName=self.policy)
        self.document = found["PolicyDocument"]
        attached = iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]
        assert attached == [], attached
        self.trust = iam.get_role(RoleName=name)["Role"]["AssumeRolePolicyDocument"]
        [statement] = self.trust["Statement"]
        assert statement["Principal"] == {"Service": "lambda.amazonaws.com"}, statement

    def actions(self):
        every = [statement["Action"] for statement in self.document["Statement"]]
        return [action for some in every for action in ([some] if isinstance(some, str) else some)]

    def put(self, document):
        client("iam").put_role_policy(
            RoleName=self.name, PolicyName=self.policy, PolicyDocument=json.dumps(document)
        )

    def without(self, action):
        statements = []
        for statement in self.document["Statement"]:
            some = statement["Action"]
            some = [some] if isinstance(some, str) else some
            if rest := [other for other in some if other != action]:
                statements.append({**statement, "Action": rest})
        return {**self.document, "Statement": statements}

    def lend(self):
        """Credentials of the role, for us; otherwise Lambda alone would get them."""
        iam, sts = client("iam"), client("sts")
        arn = sts.get_caller_identity()["Arn"]
        trust = {"Effect": "Allow", "Principal": {"AWS": arn}, "Action": "sts:AssumeRole"}
        iam.update_assume_role_policy(
            RoleName=self.name,
            PolicyDocument=json.dumps({**self.trust, "Statement": [trust]}),
        )
        role = iam.get_role(RoleName=self.name)["Role"]["Arn"]
        lent = sts.assume_role(RoleArn=role, RoleSessionName="instead-of-lambda")
        iam.update_assume_role_policy(RoleName=self.name, PolicyDocument=json.dumps(self.trust))
        lent = lent["Credentials"]
        return {
            "aws_access_key_id": lent["AccessKeyId"],
            "aws_secret_access_key": lent["SecretAccessKey"],
            "aws_session_token": lent["SessionToken"],
        }


def uses(credentials, place, stream):
    """What the role is for: an action, and how it is used."""
    sqs, logs = client("sqs", **credentials), client("logs", **credentials)
    queue, written = {"QueueUrl": place.queue_url}, {"timestamp": 1, "message": "a line"}
    where = {"logGroupName": place.group, "logStreamName": stream}
    entry = {"Id": "1", "ReceiptHandle": "none"}
    return {
        "sqs:SendMessage": lambda: sqs.send_message_batch(
            **queue, Entries=[{"Id": "1", "MessageBody": "{}"}]
        ),
        "sqs:ReceiveMessage": lambda: sqs.receive_message(**queue),
        "sqs:DeleteMessage": lambda: sqs.delete_message_batch(**queue, Entries=[entry]),
        "sqs:GetQueueAttributes": lambda: sqs.get_queue_attributes(
            **queue, AttributeNames=["QueueArn"]
        ),
        "logs:CreateLogStream": lambda: logs.create_log_stream(**where),
        "logs:PutLogEvents": lambda: logs.put_log_events(**where, logEvents=[written]),
    }


def allowed(use):
    try:
        use()
    except ClientError as error:
        if error.response["Error"]["Code"] in REFUSED:
            return False
        raise
    return True


def check(role, needed, own, other, stranger, credentials):
    """Tries everything; returns the number of refusals seen."""
    assert sorted(role.actions()) == sorted(needed), f"{role.name}: {role.actions()}"
    tried = 0

    def expect(document, place, right):
        nonlocal tried
        role.put(document)
        tried += 1
        stream = f"stream-{tried}"
        # The stream is there beforehand for all but its own creation.
        for action, use in uses(credentials, place, stream).items():
            if action == "logs:PutLogEvents":
                ensure_stream(place.group, stream)
            assert allowed(use) == right(action), (role.name, action, place.group, document)

    expect(role.document, own, lambda action: action in needed)
    for place in (other, stranger):
        expect(role.document, place, lambda action: is_mine(action, place, own, needed))
    for gone in needed:
        expect(role.without(gone), own, lambda action: action in needed and action != gone)
    role.put(role.document)
    return tried


def is_mine(action, place, own, needed):
    """The queue is the same for both roles, the log groups are not."""
    return (
        action in needed
        and action.startswith("sqs:")
        and place.queue_url == own.queue_url
    )


def ensure_stream(group, stream):
    try:
        client("logs").create_log_stream(logGroupName=group, logStreamName=stream)
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceAlreadyExistsException":
            raise


def main(stack):
    cloudformation = client("cloudformation")
    resources = {
        resource["LogicalResourceId"]: resource["PhysicalResourceId"]
        for resource in cloudformation.describe_stack_resources(StackName=stack)["StackResources"]
    }
    # What runs here must not take messages, or fail for want of rights that are away for a while.
    client("lambda").update_event_source_mapping(UUID=resources["Trigger"], Enabled=False)
    queue, dlq = resources["Queue"], resources["DeadLetterQueue"]
    groups = [resources["ProducerLogGroup"], resources["ConsumerLogGroup"]]
    client("logs").create_log_group(logGroupName="/a/stranger")
    stranger = Place(dlq, "/a/stranger")
    logging = ["logs:CreateLogStream", "logs:PutLogEvents"]
    tried = {}
    for logical, own_group, other_group, needed in (
        ("ProducerRole", groups[0], groups[1], ["sqs:SendMessage", *logging]),
        (
            "ConsumerRole",
            groups[1],
            groups[0],
            ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes", *logging],
        ),
    ):
        role = Role(resources[logical])
        credentials = role.lend()
        own, other = Place(queue, own_group), Place(queue, other_group)
        tried[logical] = check(role, needed, own, other, stranger, credentials)
    return tried


print(json.dumps(main(sys.argv[1])))
