"""Runs ministack until stdin is closed, so that it cannot outlive the test that started it."""

import os
import signal
import sys
import threading


def end_with_stdin():
    while sys.stdin.buffer.read(4096):
        pass
    # The functions' processes are in the same group.
    os.killpg(os.getpgrp(), signal.SIGKILL)


def ask_for_rights_as_aws_does():
    """Where ministack's IAM asks for other rights than AWS's own (Service Authorization
    Reference): there is no `sqs:SendMessageBatch`, `sqs:SendMessage` covers it, and likewise for
    the other batches; and what is in a log group is asked for as `log-group:NAME:log-stream:…`."""
    from ministack.core import iam_actions

    action_of, resource_of = iam_actions.extract_iam_action, iam_actions.extract_resource_arn

    def action(service, *request, **more):
        found = action_of(service, *request, **more)
        return found.removesuffix("Batch") if service == "sqs" and found else found

    def resource(service, method, path, headers, *request, **more):
        found = resource_of(service, method, path, headers, *request, **more)
        operation = headers.get("x-amz-target", "").rpartition(".")[2]
        if service == "logs" and operation in ("CreateLogStream", "PutLogEvents"):
            found += ":log-stream:any"
        return found

    iam_actions.extract_iam_action, iam_actions.extract_resource_arn = action, resource


def main():
    # A terminal's Ctrl-C is for the test; a group of its own can be ended as a whole.
    if os.getpgrp() != os.getpid():
        os.setpgid(0, 0)
    threading.Thread(target=end_with_stdin, daemon=True).start()
    ask_for_rights_as_aws_does()
    from ministack.app import main as serve

    sys.argv = ["ministack"]
    serve()


main()
