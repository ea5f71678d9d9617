"""What AWS's own Python runtime does and ministack's does not: a handler on the root logger, with
the runtime's line format and the request id of the invocation under way."""

import logging
import os
import sys
import time


def request_id():
    """ministack's worker keeps the invocation in a local variable of the frame that calls us."""
    frame = sys._getframe()
    while frame:
        if "_ms_ctx" in frame.f_locals:
            return frame.f_locals["_ms_ctx"].get("request_id", "")
        frame = frame.f_back
    return ""


class WithRequestId(logging.Filter):
    def filter(self, record):
        record.aws_request_id = request_id()
        return True


def install():
    form = logging.Formatter(
        "[%(levelname)s]\t%(asctime)s.%(msecs)03dZ\t%(aws_request_id)s\t%(message)s",
        "%Y-%m-%dT%H:%M:%S",
    )
    form.converter = time.gmtime
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(form)
    handler.addFilter(WithRequestId())
    logging.getLogger().addHandler(handler)


if "AWS_LAMBDA_FUNCTION_NAME" in os.environ:
    install()
