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


# So long after the last line nothing more is on its way.
QUIET = 0.05


def read_each_log_to_its_end():
    """A line of AWS stands in the log of its own invocation. ministack takes what its reading
    thread has handed over 50 ms after the answer, or 5 ms after a line; on a busy machine (1 of 480
    invocations) the rest stands in the log of the next invocation, or nowhere."""
    import fcntl
    import queue
    import struct
    import termios
    import time

    from ministack.core.lambda_runtime import Worker

    def is_unread(worker):
        process = worker._proc
        pipe = process and (process.stderr or process.stdout)
        if not pipe or pipe.closed:
            return False
        return struct.unpack("i", fcntl.ioctl(pipe, termios.FIONREAD, bytes(4)))[0] > 0

    def drain(worker, **_):
        lines, end = [], time.monotonic() + QUIET
        while time.monotonic() < end:
            try:
                lines.append(worker._stderr_queue.get_nowait())
            except queue.Empty:
                if not is_unread(worker):
                    time.sleep(0.001)
                    continue
            end = time.monotonic() + QUIET
        return "\n".join(lines)

    Worker._drain_stderr_bounded = drain


def main():
    # A terminal's Ctrl-C is for the test; a group of its own can be ended as a whole.
    if os.getpgrp() != os.getpid():
        os.setpgid(0, 0)
    threading.Thread(target=end_with_stdin, daemon=True).start()
    ask_for_rights_as_aws_does()
    read_each_log_to_its_end()
    from ministack.app import main as serve

    sys.argv = ["ministack"]
    serve()


main()
