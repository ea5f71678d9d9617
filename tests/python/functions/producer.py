"""A producer as many write it: one message for each top-level entry, an API Gateway style answer."""

import json
import os
import uuid

import boto3
from botocore.exceptions import ClientError

QUEUE = os.environ["QUEUE_URL"]
sqs = boto3.client("sqs")


def handler(event, context):
    more = {}
    try:
        for entry in event:
            if QUEUE.endswith(".fifo"):
                more = {"MessageGroupId": entry, "MessageDeduplicationId": str(uuid.uuid4())}
            sqs.send_message(QueueUrl=QUEUE, MessageBody=json.dumps(event[entry]), **more)
        count = len(event)
        noun = "message" if count == 1 else "messages"
        answer, status = {"Status": "Sent", "Message": f"Successfully sent {count} {noun}"}, 200
    except ClientError as error:
        answer, status = {"error": str(error)}, 502
    return {"isBase64Encoded": False, "statusCode": status, "body": json.dumps(answer)}
