"""Logs each body, and names the messages that go back, in silence: ReportBatchItemFailures."""

import json
import os

from account import kept

FAILS = int(os.environ.get("FAILS", "0"))


@kept
def handler(event, context):
    failures = []
    for record in event["Records"]:
        try:
            order = json.loads(record["body"])
            print("order", order)
            if order["quantity"] < 0:
                raise ValueError("quantity is negative")
            if int(record["attributes"]["ApproximateReceiveCount"]) <= FAILS:
                raise TimeoutError("the shop does not answer")
        except Exception:
            failures.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failures}
