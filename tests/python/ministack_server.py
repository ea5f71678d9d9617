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


def read_each_log_to_its_end():
    """On AWS a line stands in the log of its own invocation. ministack takes what its reading
    thread has handed over 50 ms after the answer, or 5 ms after a line; on a busy machine (1 to 8
    of 480 invocations) the rest stands in the log of the next invocation, or nowhere."""
    import contextlib
    import fcntl
    import queue
    import select
    import struct
    import termios
    import time

    from ministack.core.lambda_runtime import ProvidedWorker, Worker

    def read(worker, stream, lines):
        """What is read is handed over before the lock is given back."""
        lock, rest, chunk = threading.Lock(), b"", b"-"
        worker._log = (stream, lock)
        with contextlib.suppress(OSError, ValueError):  # It is closed under us.
            while chunk:
                select.select([stream], [], [])
                with lock:
                    chunk = os.read(stream.fileno(), 1 << 16)
                    *whole, rest = (rest + chunk).split(b"\n")
                    worker._is_amid_a_line = bool(rest)
                    for line in whole if chunk else filter(None, [rest]):
                        with contextlib.suppress(queue.Full):
                            lines.put_nowait(line.decode(errors="replace").rstrip("\r"))

    def is_unread(stream):
        try:
            return struct.unpack("i", fcntl.ioctl(stream, termios.FIONREAD, bytes(4)))[0] > 0
        except (OSError, TypeError, ValueError):
            return False

    def drain(worker, **_):
        """The functions write before they answer: an empty pipe is the end of the invocation's."""
        if worker._proc is None and worker._stderr_thread:
            worker._stderr_thread.join(5)
        # A line may be longer than the pipe holds: its writer has to come again.
        until, looks = time.monotonic() + 1, 0
        while looks < 10:
            stream, lock = worker._log
            with lock:
                is_more = is_unread(stream)
                is_more |= worker._is_amid_a_line and time.monotonic() < until
            looks = 0 if is_more else looks + 1
            time.sleep(0.001)
        return worker._drain_stderr()

    Worker._read_stderr = lambda worker: read(worker, worker._proc.stderr, worker._stderr_queue)
    ProvidedWorker._pump_output = read
    Worker._drain_stderr_bounded = drain
    Worker._log = (None, threading.Lock())
    Worker._is_amid_a_line = False


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
