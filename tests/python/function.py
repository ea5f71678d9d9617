"""A function, embedded or deployed: `invoke FUNCTION EVENT` prints what it answers, `lines FUNCTION`
what it logged, a line an event."""

import json
import sys

import boto3


def invoke(function, event):
    answer = boto3.client("lambda").invoke(FunctionName=function, Payload=event.encode())
    return {
        "failed": "FunctionError" in answer,
        "payload": json.loads(answer["Payload"].read()),
    }


def lines(function):
    pages = boto3.client("logs").get_paginator("filter_log_events")
    found = pages.paginate(logGroupName=f"/aws/lambda/{function}")
    return [event["message"] for page in found for event in page["events"]]


command, *arguments = sys.argv[1:]
print(json.dumps({"invoke": invoke, "lines": lines}[command](*arguments)))
