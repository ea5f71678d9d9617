"""Drives the embedded pipeline with boto3, a client that nobody here wrote."""

import base64
import json
import os
import sys
import threading
import time
from datetime import datetime, timedelta, timezone

import boto3
from botocore.config import Config

PRODUCER = os.environ["EDACTL_PRODUCER"]
PROMPT = Config(retries={"max_attempts": 1}, connect_timeout=5, read_timeout=20)


def client(service, **options):
    return boto3.client(service, config=PROMPT.merge(Config(**options)))


def eventually(what, look, seconds=20):
    """The first true answer of `look`."""
    deadline = time.monotonic() + seconds
    while True:
        found = look()
        if found:
            return found
        assert time.monotonic() < deadline, f"{what}: not in time, last seen: {found!r}"
        time.sleep(0.02)


sent = 0


def invoke(event, **options):
    global sent
    sent += len(event) if options.get("InvocationType") != "DryRun" else 0
    return client("lambda").invoke(
        FunctionName=PRODUCER, Payload=json.dumps(event).encode(), **options
    )


def queue_url():
    """As a client that knows only the producer's name finds it."""
    settings = client("lambda").get_function_configuration(FunctionName=PRODUCER)
    values = settings["Environment"]["Variables"].values()
    return next(value for value in values if "/000000000000/" in value)


def consumer_name():
    sqs = client("sqs")
    arn = sqs.get_queue_attributes(QueueUrl=queue_url(), AttributeNames=["QueueArn"])
    mappings = client("lambda").list_event_source_mappings(
        EventSourceArn=arn["Attributes"]["QueueArn"]
    )
    (mapping,) = mappings["EventSourceMappings"]
    assert mapping["State"] == "Enabled", mapping
    return mapping["FunctionArn"].rsplit(":", 1)[-1]


def consumer_group():
    settings = client("lambda").get_function_configuration(FunctionName=consumer_name())
    return settings["LoggingConfig"]["LogGroup"]


def logged(text):
    """The consumer's events that hold this text, through the paginator."""
    pages = client("logs").get_paginator("filter_log_events").paginate(
        logGroupName=consumer_group(),
        filterPattern=f'"{text}"',
        PaginationConfig={"PageSize": 1},
    )
    return [event for page in pages for event in page["events"]]


def test_invoke_answers_with_the_log_s_tail():
    reply = invoke({"a": {"text": "boto-invoke"}, "b": 2}, LogType="Tail")
    assert reply["StatusCode"] == 200 and "FunctionError" not in reply, reply
    answer = json.load(reply["Payload"])
    assert answer["statusCode"] == 200, answer
    assert "2 messages" in answer["body"], answer
    tail = base64.b64decode(reply["LogResult"]).decode()
    assert "START RequestId: " in tail and "REPORT RequestId: " in tail, tail


def test_the_other_invocation_types():
    assert invoke({"a": 1}, InvocationType="DryRun")["StatusCode"] == 204
    reply = invoke({"a": "boto-async"}, InvocationType="Event")
    assert reply["StatusCode"] == 202, reply
    eventually("the asynchronous event's message", lambda: logged("boto-async"))


def test_queue_attributes():
    attributes = client("sqs").get_queue_attributes(
        QueueUrl=queue_url(), AttributeNames=["All"]
    )["Attributes"]
    redrive = json.loads(attributes["RedrivePolicy"])
    assert redrive["maxReceiveCount"] >= 1, redrive
    assert attributes["ApproximateNumberOfMessages"].isdigit(), attributes
    assert attributes["QueueArn"].startswith("arn:aws:sqs:"), attributes


def test_send_and_receive_on_the_dead_letter_queue():
    sqs = client("sqs")
    redrive = sqs.get_queue_attributes(QueueUrl=queue_url(), AttributeNames=["RedrivePolicy"])
    arn = json.loads(redrive["Attributes"]["RedrivePolicy"])["deadLetterTargetArn"]
    url = sqs.get_queue_url(QueueName=arn.rsplit(":", 1)[-1])["QueueUrl"]
    sent = sqs.send_message(QueueUrl=url, MessageBody="ünchanged")
    received = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=5)["Messages"]
    (message,) = received
    assert message["Body"] == "ünchanged" and message["MessageId"] == sent["MessageId"]
    sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    assert not sqs.receive_message(QueueUrl=url).get("Messages")


def test_metrics_of_the_queue():
    invoke({"a": "boto-metric", "b": "boto-metric"})
    # Nobody else uses this pipeline: what this script sent is what was sent and received.
    eventually(f"{sent} sent and received", lambda: sums() == [sent, sent])


def sums():
    """Sent and Received, as sums over the minutes."""
    name = queue_url().rsplit("/", 1)[-1]
    now = datetime.now(timezone.utc).replace(second=0, microsecond=0)
    reply = client("cloudwatch").get_metric_data(
        StartTime=now - timedelta(minutes=10),
        EndTime=now + timedelta(minutes=1),
        MetricDataQueries=[
            {
                "Id": metric.lower(),
                "MetricStat": {
                    "Metric": {
                        "Namespace": "AWS/SQS",
                        "MetricName": f"NumberOfMessages{metric}",
                        "Dimensions": [{"Name": "QueueName", "Value": name}],
                    },
                    "Period": 60,
                    "Stat": "Sum",
                },
            }
            for metric in ["Sent", "Received"]
        ],
    )
    # Nothing is there before it is published.
    values = {found["Id"]: sum(found.get("Values", [])) for found in reply["MetricDataResults"]}
    return [values["sent"], values["received"]]


def test_log_events_through_the_paginator():
    invoke({str(number): f"boto-page-{number}" for number in range(7)})
    events = eventually(
        "seven lines", lambda: (found := logged("boto-page-")) and len(found) >= 7 and found
    )
    assert len({event["eventId"] for event in events}) == len(events), "an event came twice"
    for number in range(7):
        assert sum(f"boto-page-{number}" in event["message"] for event in events) == 1


def test_get_log_events_of_one_stream():
    invoke({"a": "boto-stream"})
    (event,) = eventually("the line", lambda: logged("boto-stream"))
    logs, token, seen = client("logs"), None, []
    while True:
        more = {"nextToken": token} if token else {}
        page = logs.get_log_events(
            logGroupName=consumer_group(),
            logStreamName=event["logStreamName"],
            startFromHead=True,
            limit=2,
            **more,
        )
        seen += [found["message"] for found in page["events"]]
        if page["nextForwardToken"] == token:
            break
        token = page["nextForwardToken"]
    assert seen.count(event["message"]) == 1, seen
    assert any(line.startswith("START RequestId: ") for line in seen), seen


def test_live_tail_shows_a_line_as_it_is_written():
    group = consumer_group()
    (described,) = client("logs").describe_log_groups(logGroupNamePrefix=group)["logGroups"]
    # The host prefix of this operation makes a loopback address unresolvable.
    stream = client("logs", inject_host_prefix=False).start_live_tail(
        logGroupIdentifiers=[described["logGroupArn"]]
    )["responseStream"]
    late = threading.Timer(20, stream.close)
    late.start()
    seen = []
    for part in stream:
        if "sessionStart" in part:
            invoke({"a": "boto-live"})
        for result in part.get("sessionUpdate", {}).get("sessionResults", []):
            seen.append(result["message"])
        if any("boto-live" in line for line in seen):
            break
    late.cancel()
    stream.close()
    assert sum("boto-live" in line for line in seen) == 1, seen


def test_caller_identity():
    assert client("sts").get_caller_identity()["Account"] == "000000000000"


def main():
    tests = [(name, test) for name, test in globals().items() if name.startswith("test_")]
    failed = []
    for name, test in tests:
        try:
            test()
            print(f"ok      {name}", flush=True)
        except Exception as error:  # the next test is worth running all the same
            failed.append(name)
            print(f"FAILED  {name}: {type(error).__name__}: {error}", flush=True)
    sys.exit(1 if failed or not tests else 0)


main()
