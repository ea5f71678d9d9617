"""A producer as tutorials write it: a message of its own, whatever the event."""

import os

import boto3

sqs = boto3.client("sqs")


def handler(event, context):
    sent = sqs.send_message(
        QueueUrl=os.environ["QUEUE_URL"], MessageBody='"Hello from the producer!"'
    )
    return {"statusCode": 200, "body": sent["MessageId"], "MessageId": sent["MessageId"]}
