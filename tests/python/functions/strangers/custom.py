"""Logs each body as a dict, and raises a class of its own whose name says nothing of an error."""

import json
import logging

from account import kept

logger = logging.getLogger()
logger.setLevel("INFO")


class OrderRejected(Exception):
    pass


@kept
def handler(event, context):
    for record in event["Records"]:
        order = json.loads(record["body"])
        logger.info("order received: %s", order)
        if order["quantity"] < 0:
            raise OrderRejected(order["order_id"])
