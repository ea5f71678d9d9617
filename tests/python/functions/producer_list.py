"""A producer of a list: a message for each order."""

import json
import os

import boto3

sqs = boto3.client("sqs")


def handler(event, context):
    ids = []
    for order in event["orders"]:
        sent = sqs.send_message(QueueUrl=os.environ["QUEUE_URL"], MessageBody=json.dumps(order))
        ids.append(sent["MessageId"])
    return {"statusCode": 200, "body": json.dumps({"sent": len(ids), "messageIds": ids})}
