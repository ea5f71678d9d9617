"""A producer behind API Gateway: the request's body goes on as it is."""

import json
import os

import boto3

sqs = boto3.client("sqs")


def handler(event, context):
    sent = sqs.send_message(QueueUrl=os.environ["QUEUE_URL"], MessageBody=event["body"])
    return {"statusCode": 202, "body": json.dumps({"message_id": sent["MessageId"]})}
