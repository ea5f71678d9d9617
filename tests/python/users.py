"""Makes a user for each policy ({name: document}); prints their keys."""

import json
import sys

import boto3

iam = boto3.client("iam")


def user(name, document):
    iam.create_user(UserName=name)
    policy = json.dumps(document)
    iam.put_user_policy(UserName=name, PolicyName="inline", PolicyDocument=policy)
    key = iam.create_access_key(UserName=name)["AccessKey"]
    return {"key": key["AccessKeyId"], "secret": key["SecretAccessKey"]}


policies = json.loads(sys.argv[1])
print(json.dumps({name: user(name, document) for name, document in policies.items()}))
