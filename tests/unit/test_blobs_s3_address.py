"""The address of a bucket: what it may say, and that nothing of it is repeated where it cannot be."""

from __future__ import annotations

import pytest
from amino_store.blobs.s3.address import S3Address
from amino_wire.errors import ConfigInvalid


def test_an_address_says_all_that_there_is_to_say() -> None:
    assert S3Address.parse("s3://a-bucket") == S3Address("a-bucket")
    full = S3Address.parse("s3://a.bucket/some/where/?endpoint=https://store:9000&region=eu-west-1&timeout=2.5")
    assert full == S3Address("a.bucket", "some/where", "https://store:9000", "eu-west-1", 2.5)
    assert full.title == "s3://a.bucket/some/where at https://store:9000"


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "bucket",
            "http://bucket",
            "s3:/bucket",
            "s3://",
            "s3://[x",
            "s3://ab",
            "s3://Bucket",
            "s3://key:hidden@bucket",
            "s3://bucket:9000",
        ),
        *(
            "s3://bucket/a b",
            "s3://bucket/../up",
            "s3://bucket/a//b",
            "s3://bucket?key=hidden",
            "s3://bucket?endpoint",
            "s3://bucket#hidden",
        ),
        *(
            "s3://bucket?endpoint=",
            "s3://bucket?endpoint=http://my_store:9000",
            "s3://bucket?endpoint=store:9000",
            "s3://bucket?endpoint=http://a:b",
            "s3://bucket?endpoint=http://h/hidden",
        ),
        *("s3://bucket?endpoint=http://key:hidden@host", "s3://bucket?region=", "s3://bucket?region=a/b"),
        *("s3://bucket?timeout=", "s3://bucket?timeout=0", "s3://bucket?timeout=nan", "s3://bucket?timeout=601"),
    ],
)
def test_an_address_that_cannot_be_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(ConfigInvalid, match="write s3://BUCKET/PREFIX") as raised:
        S3Address.parse(text)
    assert "hidden" not in str(raised.value)
