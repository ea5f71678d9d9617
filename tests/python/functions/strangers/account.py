"""The consumer's own account: what it was handed, and how it let go of it. edactl never sees it."""

import functools
import json
import os
import time


def kept(handler):
    """Writes a line for each message once the handler has answered, or failed."""

    @functools.wraps(handler)
    def wrapped(event, context):
        refused = {record["messageId"] for record in event["Records"]}
        try:
            answer = handler(event, context) or {}
            refused = {one["itemIdentifier"] for one in answer.get("batchItemFailures", [])}
            return answer
        finally:
            with open(os.environ["ACCOUNT"], "a") as account:
                for record in event["Records"]:
                    told = {
                        "order": json.loads(record["body"])["order_id"],
                        "attempt": int(record["attributes"]["ApproximateReceiveCount"]),
                        "since": int(record["attributes"]["ApproximateFirstReceiveTimestamp"]),
                        "now": int(time.time() * 1000),
                        "took": record["messageId"] not in refused,
                        "together": len(event["Records"]),
                    }
                    account.write(json.dumps(told) + "\n")

    return wrapped
