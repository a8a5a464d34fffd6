"""What has been committed is told once, as ranges, until the node's outbox begins anew."""

from __future__ import annotations

from edge.ingest.acknowledgements import MAX_EPOCHS, AcknowledgementLedger
from edge.messages import acknowledgement
from edge.messages.acknowledgement import Acknowledgement


def told(ledger: AcknowledgementLedger) -> list[tuple[str, Acknowledgement]]:
    """Return what is to be told, decoded."""
    return [(topic, acknowledgement.decode(payload)) for topic, _, payload in ledger.take_untold()]


def test_tells_ranges_by_topic() -> None:
    """Numbers that follow one another become one range; each topic is told of its own."""
    ledger = AcknowledgementLedger()
    for seq in (7, 5, 6, 9):
        ledger.add("a", "e1", seq)
    ledger.add("b", "e2", 1)

    assert told(ledger) == [
        ("a", Acknowledgement("e1", ((5, 7), (9, 9)))),
        ("b", Acknowledgement("e2", ((1, 1),))),
    ]


def test_tells_what_changed_only() -> None:
    """What has been told is told again only with more, or when it did not get out."""
    ledger = AcknowledgementLedger()
    ledger.add("a", "e", 1)
    ledger.add("b", "e", 1)
    told(ledger)
    ledger.add("a", "e", 2)

    assert told(ledger) == [("a", Acknowledgement("e", ((1, 2),)))]
    assert told(ledger) == []
    ledger.untell("b", "e")
    assert told(ledger) == [("b", Acknowledgement("e", ((1, 1),)))]


def test_a_new_epoch_begins_anew() -> None:
    """Numbers of a former outbox say nothing about the new one; the newest epoch is told last, so that it is retained."""
    ledger = AcknowledgementLedger()
    ledger.add("a", "e1", 100)
    ledger.add("a", "e2", 1)

    assert told(ledger) == [
        ("a", Acknowledgement("e1", ((100, 100),))),
        ("a", Acknowledgement("e2", ((1, 1),))),
    ]
    assert not ledger.covers("a", "e2", 100)


def test_epochs_are_forgotten_when_there_are_too_many() -> None:
    """Whoever sends ever new epochs takes no memory with them."""
    ledger = AcknowledgementLedger()
    for number in range(100):
        ledger.add("a", f"e{number}", 1)

    assert len(told(ledger)) == MAX_EPOCHS
    assert ledger.covers("a", "e99", 1)


def test_what_is_missing_between_is_counted() -> None:
    """Batches that never came leave a number, and nothing waits for them."""
    ledger = AcknowledgementLedger()
    for seq in (1, 2, 5, 9):
        ledger.add("a", "e", seq)

    assert ledger.missing() == 5
