"""A producer of a list: SendMessageBatch, whose answer it returns."""

import json
import os

import boto3

sqs = boto3.client("sqs")


def handler(event, context):
    entries = [
        {"Id": str(number), "MessageBody": json.dumps(order)}
        for number, order in enumerate(event["orders"])
    ]
    sent = sqs.send_message_batch(QueueUrl=os.environ["QUEUE_URL"], Entries=entries)
    return {
        "Successful": [
            {"Id": one["Id"], "MessageId": one["MessageId"]} for one in sent["Successful"]
        ],
        "Failed": sent.get("Failed", []),
    }
