"""A producer as many write it: the whole event is one message."""

import json
import os

import boto3

sqs = boto3.client("sqs")


def handler(event, context):
    more = {}
    if os.environ["QUEUE_URL"].endswith(".fifo"):
        more = {"MessageGroupId": "orders", "MessageDeduplicationId": context.aws_request_id}
    sent = sqs.send_message(
        QueueUrl=os.environ["QUEUE_URL"], MessageBody=json.dumps(event), **more
    )
    return {"statusCode": 200, "body": json.dumps({"messageId": sent["MessageId"]})}
