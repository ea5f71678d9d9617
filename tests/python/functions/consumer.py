"""A consumer as many write it: each message's body goes to the log as a Python dict."""

import json
import logging
import os

logger = logging.getLogger()
logger.setLevel(logging.INFO)
FAILS = int(os.environ.get("FAILS", "0"))
# Set once somebody has mended what fails.
MENDED = os.environ.get("MENDED")


def handler(event, context):
    for record in event["Records"]:
        body = json.loads(record["body"])
        fail = isinstance(body, dict) and body.get("fail")
        if fail == "otherwise":
            logger.error("no customer: %s", body)
            raise KeyError("customer")
        if fail and not MENDED:
            logger.error("this message cannot be handled: %s", body)
            raise ValueError("this message cannot be handled")
        if int(record["attributes"]["ApproximateReceiveCount"]) <= FAILS:
            raise RuntimeError("not yet")
        logger.info(body)
