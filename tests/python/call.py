"""Makes one AWS call with boto3: service, operation, arguments as JSON; prints the answer."""

import json
import sys

import boto3

service, operation, arguments = sys.argv[1:]
answer = getattr(boto3.client(service), operation)(**json.loads(arguments))
answer.pop("ResponseMetadata", None)
print(json.dumps(answer, default=str))
