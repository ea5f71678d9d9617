"""A producer that a rule of EventBridge starts: the detail goes on."""

import json
import os

import boto3

sqs = boto3.client("sqs")


def handler(event, context):
    body = json.dumps(event["detail"])
    sent = sqs.send_message(QueueUrl=os.environ["QUEUE_URL"], MessageBody=body)
    print("forwarded", sent["MessageId"])
    return {"MessageId": sent["MessageId"]}
