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


def main():
    # A terminal's Ctrl-C is for the test; a group of its own can be ended as a whole.
    if os.getpgrp() != os.getpid():
        os.setpgid(0, 0)
    threading.Thread(target=end_with_stdin, daemon=True).start()
    from ministack.app import main as serve

    sys.argv = ["ministack"]
    serve()


main()
