"""What a value of the fleet says about itself."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from simulators.fleet.image import Painter
from simulators.fleet.layout import MAX_TAGS, Layout, Origin, address


@given(st.integers(1, 4000), st.integers(1, 4000), st.integers(0, 2**40), st.data())
def test_a_value_says_where_it_comes_from(devices: int, tags: int, counter: int, data: st.DataObject) -> None:
    """Any device, tag and counter of a fleet come out of the value as they went in, the counter modulo its bits."""
    assume(devices.bit_length() + tags.bit_length() <= 24)
    layout = Layout.fitting(devices, tags)
    device, tag = data.draw(st.integers(1, devices)), data.draw(st.integers(1, tags))
    value = layout.encode(Origin(device, tag, counter))
    assert 0 < value < 2**32
    assert layout.decode(value) == Origin(device, tag, counter % 2**layout.counter_bits)


@given(st.integers(1, 60), st.integers(1, 60), st.integers(0, 2**33))
def test_an_image_is_its_values_side_by_side(device: int, tags: int, counter: int) -> None:
    """What one sum makes of all registers is each tag's own value at its own address, also when counters roll over."""
    layout = Layout.fitting(60, 60)
    image = Painter(layout, tags).image(device, counter)
    for tag in range(1, tags + 1):
        at = 2 * address(tag)
        assert int.from_bytes(image[at : at + 4], "big") == layout.encode(Origin(device, tag, counter))


@pytest.mark.parametrize(
    ("devices", "tags", "complaint"),
    [
        (0, 1, "0 devices: there is at least 1"),
        (1, 0, f"0 tags: a device has 1 to {MAX_TAGS}"),
        (1, MAX_TAGS + 1, "of two registers each"),
        (65_536, 1000, "lower one of them"),
    ],
)
def test_what_can_t_be_carried_is_refused(devices: int, tags: int, complaint: str) -> None:
    """A fleet that its values have no room for is told why."""
    with pytest.raises(ValueError, match=complaint):
        Layout.fitting(devices, tags)
