from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from edge.drivers.opcua.address import NodeAddress
from edge.map_browse.tree import MOST_ELEMENTS, Leaf, map_text, tags
from edge.plc_map.load import OpcuaMachine, load_map

NAMES = st.text(min_size=1, max_size=40)
LEAVES = st.lists(
    st.builds(
        Leaf,
        st.lists(NAMES, min_size=1, max_size=4).map(tuple),
        st.builds(
            NodeAddress,
            st.from_regex(r"urn:[a-zA-Z:/.]{1,20}", fullmatch=True),
            st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=20).map(
                lambda text: f"s={text}"
            ),
        ),
        NAMES,
        st.sampled_from(["Double", "Int16", "String", "DateTime", ""]),
        st.none() | st.integers(0, MOST_ELEMENTS + 1),
        st.booleans(),
        st.booleans(),
        st.text(max_size=10),
        st.text(max_size=40),
    ),
    min_size=1,
    max_size=5,
    unique_by=lambda leaf: leaf.node,
)


@given(leaves=LEAVES)
def test_whatever_a_server_names_its_nodes_the_map_loads(leaves: list[Leaf]) -> None:
    """In any script, with quotes, line breaks and commands to a terminal in it; and it has the tags that were promised."""
    text = map_text(["a\nb"], "any: thing", leaves)
    if not tags(leaves):
        return
    machine = _loaded(text)
    assert len(machine.tags) == tags(leaves)
    found = {(tag.node, tag.index) for tag in machine.tags}
    assert len(found) == len(machine.tags)
    assert {tag.node for tag in machine.tags} == {leaf.node for leaf in leaves if not leaf.fault}


def _loaded(text: str) -> OpcuaMachine:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "map.yaml"
        file.write_text(text, encoding="utf-8")
        machine = load_map(file)
    assert isinstance(machine, OpcuaMachine)
    return machine


def leaf(*path: str, size: int | None = None, kind: str = "Double", unit: str = "") -> Leaf:
    """Return a variable."""
    node = NodeAddress("urn:x", f"s={'.'.join(path)}")
    return Leaf(path, node, path[-1], kind, size, is_array=size is not None, unit=unit)


def test_a_key_says_as_much_of_the_path_as_there_is_room_for() -> None:
    """The last names tell most; what has no Latin name gets a number."""
    text = map_text(
        [],
        "x",
        [
            leaf("Hall", "T01", "pH", unit="pH"),
            leaf("FermentationHall", "TankNumberTwentyFour", "Temperature"),
            leaf("大厅", "温度"),
            leaf("大厅", "湿度"),
        ],
    )
    keys = [line.split(":")[0].strip() for line in text.splitlines() if line.startswith("  ")]
    assert keys == ["hall_t01_ph", "temperature", "tag", "tag_2"]


def test_what_is_no_tag_is_said_in_a_comment() -> None:
    """With its node, so that it can be added by hand."""
    text = map_text([], "x", [leaf("a"), leaf("b", kind="DateTime"), leaf("c", size=1000)])
    assert "# b (nsu=urn:x;s=b) is a DateTime" in text
    assert "# c (nsu=urn:x;s=c) is an array of 1000: add the elements that matter with index:" in text


def test_what_a_map_takes_for_a_parameter_is_not_one() -> None:
    """A description is written apart; a node id cannot be."""
    text = map_text(
        [], "${site}", [Leaf(("a",), NodeAddress("urn:x", "s=a"), "${a}", unit="${"), leaf("b${c}")]
    )
    assert "s=b${c}) cannot be written in a map: ${ begins a parameter there" in text
    assert [tag.tag.name for tag in _loaded(text).tags] == ["a"]


def test_a_short_array_is_written_element_by_element() -> None:
    """Each with its index, and its type beside it."""
    text = map_text([], "x", [leaf("a", size=2)])
    assert "a_0: {node: 'nsu=urn:x;s=a', index: 0}  # Double" in text
    assert "a_1: {node: 'nsu=urn:x;s=a', index: 1}  # Double" in text
