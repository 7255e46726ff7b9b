"""An S3 service on loopback, with a bucket of its own for each test."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import boto3
import pytest
from moto.server import ThreadedMotoServer

NewBucket = Callable[[], str]
_NUMBERS = itertools.count()  # the service remembers buckets as long as the process lives


@contextmanager
def new_buckets() -> Iterator[NewBucket]:
    """Give what makes buckets and returns their addresses; AWS_* leads nowhere else meanwhile."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    endpoint = f"http://{host}:{port}"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL", endpoint)
        patch.setenv("AWS_ACCESS_KEY_ID", "tests")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "tests")
        patch.setenv("AWS_REGION", "us-east-1")
        patch.setenv("AWS_DEFAULT_REGION", "us-east-1")

        def new() -> str:
            name = f"films-{next(_NUMBERS)}"
            boto3.client("s3", endpoint_url=endpoint).create_bucket(Bucket=name)
            return f"s3://{name}/lantern"

        try:
            yield new
        finally:
            server.stop()
