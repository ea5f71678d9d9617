"""Logs each body as text, and raises what Python has for it where one cannot be handled."""

import json

from account import kept


@kept
def handler(event, context):
    for record in event["Records"]:
        print("processing", record["body"])
        order = json.loads(record["body"])
        if order["quantity"] < 0:
            raise ValueError("quantity is negative")
