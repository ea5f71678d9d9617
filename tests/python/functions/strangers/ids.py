"""Logs nothing of a message but the id that SQS gave it."""

import json

from account import kept


@kept
def handler(event, context):
    for record in event["Records"]:
        print(f"message {record['messageId']}")
        if json.loads(record["body"])["quantity"] < 0:
            raise ValueError("quantity is negative")
