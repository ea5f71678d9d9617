"""A producer as tutorials write it: a message of its own, whatever the event."""

import json
import os

import boto3

sqs = boto3.client("sqs")


def handler(event, context):
    sent = sqs.send_message(
        QueueUrl=os.environ["QUEUE_URL"], MessageBody='"Hello from the producer!"'
    )
    answer = {"message": "Message sent", "MessageId": sent["MessageId"]}
    return {"statusCode": 200, "body": json.dumps(answer)}
