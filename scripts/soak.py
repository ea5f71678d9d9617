#!/usr/bin/env python3
"""Soak: `logs --follow` on the embedded pipeline under steady load, held against the truth.

    cargo build && scripts/soak.py [--minutes 10] [--lines 200] [--log-delay 3s] [--edactl PATH]

Starts an embedded pipeline of its own (in a temporary state directory), follows both logs as JSON,
sends through the producer at a steady rate, and at the end compares what was followed with two
truths that know nothing of the follower: the server's own account of every delivery (one line
"Received message" for each), and the log store read stream by stream (GetLogEvents) by this
script. Of messages that the server has forgotten, the ids in the sender's record count, one delivery
each. Prints the resident memory of the server and of the follower every half minute. Exit code 1
if a line was lost or came twice.
"""

import argparse
import collections
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
RECEIVED = re.compile(r"Received message ([0-9a-f-]{36}): ")
# One message of the reference pipeline, a producer's invocation each: START, "Sent entry", END and
# REPORT of the producer and of the consumer, and the consumer's "Received message".
LINES_OF_A_MESSAGE = 8


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--lines", type=int, default=200, help="log lines a second, about")
    parser.add_argument("--log-delay", default="3s")
    parser.add_argument("--log-megabytes", type=int, default=64)
    parser.add_argument("--edactl", default=os.path.join(ROOT, "target", "debug", "edactl"))
    return parser.parse_args()


def resident_mb(pid):
    with open(f"/proc/{pid}/status") as status:
        for line in status:
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
    return 0.0


class Server:
    """The embedded pipeline's own endpoints, and its CloudWatch Logs as any client may call it."""

    def __init__(self, state):
        with open(os.path.join(state, "local.json")) as registered:
            registered = json.load(registered)
        self.token = registered["token"]
        self.url = "http://127.0.0.1:{}".format(registered["port"])

    def ask(self, path):
        request = urllib.request.Request(self.url + path, headers={"X-Edactl-Token": self.token})
        with urllib.request.urlopen(request) as answer:
            return answer.read()

    def account(self):
        """Every message that the server remembers, and how many it has forgotten."""
        lines = [json.loads(line) for line in self.ask("/_edactl/account").splitlines()]
        forgotten = sum(line.get("forgottenMessages", 0) for line in lines)
        return [line for line in lines if "messageId" in line], forgotten

    def logs(self, operation, **asked):
        scope = "20260101/us-east-1/logs/aws4_request"
        request = urllib.request.Request(
            self.url,
            data=json.dumps(asked).encode(),
            headers={
                "X-Amz-Target": f"Logs_20140328.{operation}",
                "Content-Type": "application/x-amz-json-1.1",
                "Authorization": f"AWS4-HMAC-SHA256 Credential=k/{scope}, SignedHeaders=host, Signature=s",
            },
        )
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)

    def stored(self, group):
        """Every event of a group, stream by stream, as (stream, time, text)."""
        streams, token = [], {}
        while True:
            page = self.logs("DescribeLogStreams", logGroupName=group, **token)
            streams += [stream["logStreamName"] for stream in page["logStreams"]]
            if "nextToken" not in page:
                break
            token = {"nextToken": page["nextToken"]}
        found = collections.Counter()
        for stream in streams:
            token = {}
            while True:
                page = self.logs("GetLogEvents", logGroupName=group, logStreamName=stream, startFromHead=True, **token)
                for event in page["events"]:
                    found[(stream, event["timestamp"], event["message"].rstrip("\n"))] += 1
                if token.get("nextToken") == page["nextForwardToken"]:
                    break
                token = {"nextToken": page["nextForwardToken"]}
        return found


def main():
    args = arguments()
    with tempfile.TemporaryDirectory(prefix="edactl-soak-") as home:
        state = os.path.join(home, "state")
        environment = dict(os.environ, HOME=home, EDACTL_STATE_DIR=state, NO_COLOR="1")

        def edactl(*words, **more):
            return subprocess.run([args.edactl, *words], env=environment, cwd=home, check=True, **more)

        edactl("local", "start", "--log-delay", args.log_delay, "--log-megabytes", str(args.log_megabytes),
               stdout=subprocess.DEVNULL)
        try:
            return soak(args, home, state, environment, edactl)
        finally:
            edactl("local", "stop", stdout=subprocess.DEVNULL)


def soak(args, home, state, environment, edactl):
    status = json.loads(edactl("local", "status", "-o", "json", stdout=subprocess.PIPE).stdout)["running"]
    server_pid, server = status["pid"], Server(state)
    followed_path = os.path.join(home, "followed.jsonl")
    with open(followed_path, "wb") as followed, open(os.path.join(home, "follow.err"), "wb") as errors:
        follow = subprocess.Popen(
            [args.edactl, "-p", "local", "logs", "--follow", "--since", "1m", "-o", "json"],
            env=environment, cwd=home, stdout=followed, stderr=errors)
    rate = max(1, args.lines // LINES_OF_A_MESSAGE)
    count = int(rate * args.minutes * 60)
    with open(os.path.join(home, "event.json"), "w") as event:
        json.dump({"order": {"customer": 17, "note": "x" * 60}}, event)
    send = subprocess.Popen(
        [args.edactl, "-q", "-p", "local", "send", "event.json", "--repeat", str(count), "--rate", str(rate)],
        env=environment, cwd=home, stdout=subprocess.DEVNULL)
    began = time.monotonic()
    print(f"{count} messages, {rate} a second, about {rate * LINES_OF_A_MESSAGE} lines a second, "
          f"log delay {args.log_delay}, store of {args.log_megabytes} MB", flush=True)
    next_report = 0
    while send.poll() is None:
        if time.monotonic() - began >= next_report:
            report(began, server_pid, follow, followed_path, server)
            next_report += 30
        time.sleep(0.5)
    report(began, server_pid, follow, followed_path, server)
    took = time.monotonic() - began
    # The last lines become readable, and a sweep over the whole window passes.
    time.sleep(25)
    account, forgotten = server.account()
    stored = server.stored("/aws/lambda/edactl-local-producer") + server.stored("/aws/lambda/edactl-local-consumer")
    holdings = json.loads(server.ask("/_edactl/status"))
    follow.send_signal(signal.SIGINT)
    follow.wait(timeout=30)
    with open(os.path.join(home, "follow.err")) as errors:
        print("the follower said:", errors.read().strip().splitlines()[-1])
    return verdict(followed_path, (account, forgotten, sent_ids(state)), stored, holdings, took, send.returncode)


def sent_ids(state):
    """The message ids that the producer told, from the record of the run."""
    runs = os.path.join(state, "runs")
    ids = []
    for name in os.listdir(runs):
        if name.endswith(".jsonl"):
            with open(os.path.join(runs, name)) as record:
                for line in record:
                    ids += [id for id in json.loads(line).get("message_ids", []) if id]
    return ids


def report(began, server_pid, follow, followed_path, server):
    holdings = json.loads(server.ask("/_edactl/status")).get("log_store") or {}
    print(f"{time.monotonic() - began:6.0f} s  server {resident_mb(server_pid):6.1f} MB  "
          f"follower {resident_mb(follow.pid):6.1f} MB  followed {os.path.getsize(followed_path) / 1e6:6.1f} MB  "
          f"store {json.dumps(holdings)}", flush=True)


def verdict(followed_path, messages, stored, holdings, took, sent):
    events, ids, received = collections.Counter(), collections.Counter(), collections.Counter()
    lines = 0
    with open(followed_path) as followed:
        for line in followed:
            event = json.loads(line)
            lines += 1
            ids[event.get("id")] += 1
            text = event["message"].rstrip("\n")
            events[(event["stream"], text)] += 1
            found = RECEIVED.search(text)
            if found:
                received[found.group(1)] += 1
    account, forgotten, sent_messages = messages
    deliveries = collections.Counter(sent_messages)
    for message in account:
        deliveries.pop(message["messageId"], None)
    for message in account:
        deliveries[message["messageId"]] += len(message["attempts"])
    doubled_ids = {event: n for event, n in ids.items() if n > 1}
    by_text = collections.Counter()
    for (stream, _, text), n in stored.items():
        by_text[(stream, text)] += n
    lost, doubled = by_text - events, events - by_text
    lost_deliveries, doubled_deliveries = deliveries - received, received - deliveries
    evicted = (holdings.get("log_store") or {}).get("evicted_events", 0)
    print(f"sent in {took:.0f} s (exit {sent}): {len(sent_messages)} messages "
          f"({forgotten} forgotten by the server), {sum(deliveries.values())} deliveries; "
          f"{lines} lines followed, {lines / took:.0f} a second")
    print(f"event ids that came twice: {len(doubled_ids)}")
    print(f"deliveries without a line: {sum(lost_deliveries.values())}, with one too many: {sum(doubled_deliveries.values())}")
    print(f"lines in the store that were not followed: {sum(lost.values())}; "
          f"followed more often than stored: {sum(doubled.values())} ({evicted} evicted from the store meanwhile)")
    bad = bool(doubled_ids) or bool(lost) or bool(lost_deliveries) or bool(doubled_deliveries) or sent != 0
    bad |= bool(doubled) and not evicted
    print("FAILED" if bad else "0 lost, 0 doubled")
    return int(bad)


if __name__ == "__main__":
    sys.exit(main())
