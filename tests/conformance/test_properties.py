"""Properties of objects: each SDK and each guest language reads and sets those of each guest language that has them."""

from __future__ import annotations

import amino
import pytest

from tests.conformance.drivers import SdkDriver, SdkFailure

GUESTS = ("js", "python", "ruby")


@pytest.mark.parametrize("guest", GUESTS)
def test_every_sdk_reads_and_sets(sdk: SdkDriver, guest: str) -> None:
    value = {"string": f"{sdk.sdk}-{guest}"}
    sdk.call(f"echo-{guest}", "level=", value)
    assert sdk.call(f"echo-{guest}", "level") == value
    with pytest.raises(SdkFailure, match="MEMBER_NOT_FOUND"):
        sdk.call(f"echo-{guest}", "kind=", value)


@pytest.mark.parametrize("guest", GUESTS)
@pytest.mark.parametrize("other", GUESTS)
def test_every_guest_reads_and_sets(cluster: str, guest: str, other: str) -> None:
    with amino.connect(cluster) as client:
        assert client.get(f"echo-{guest}").light(f"echo-{other}", [guest, other]) == [guest, other]


@pytest.mark.parametrize("guest", GUESTS)
def test_a_property_is_described_and_assigned(cluster: str, guest: str) -> None:
    with amino.connect(cluster) as client:
        echo = client.get(f"echo-{guest}")
        echo.level = guest
        assert echo.level() == guest
        members = {member.name: member for member in client.describe(echo).members}
        assert (members["level"].property, members["level"].arity, members["level="].arity) == (True, 0, 1)
        assert not members["light"].property
