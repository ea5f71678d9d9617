"""Reads each body into a dataclass, which drops what it does not know, and logs that."""

import json
from dataclasses import dataclass

from account import kept


@dataclass
class Order:
    order_id: str
    customer: str
    quantity: int

    @classmethod
    def read(cls, text):
        raw = json.loads(text)
        return cls(raw["order_id"], raw["customer"], int(raw["quantity"]))


@kept
def handler(event, context):
    for record in event["Records"]:
        order = Order.read(record["body"])
        print("handling", order)
        if order.quantity < 0:
            raise ValueError("quantity is negative")
