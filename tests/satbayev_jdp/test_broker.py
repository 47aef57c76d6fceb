"""Files as broker: what is half written or broken stops no worker."""

import logging
import threading
from contextlib import suppress
from pathlib import Path
from queue import Empty

import pytest
from celery import current_app
from django.conf import settings
from kombu import Connection

from satbayev_jdp.broker import Channel, Transport


@pytest.fixture
def channel(tmp_path: Path) -> Channel:
    folders = {"data_folder_in": "messages", "data_folder_out": "messages"}
    folders |= {"processed_folder": "processed", "control_folder": "control"}
    for name in set(folders.values()):
        (tmp_path / name).mkdir()
    options = {option: str(tmp_path / name) for option, name in folders.items()}
    connection = Connection("filesystem://localhost", transport=Transport, transport_options=options)
    made = connection.channel()
    assert isinstance(made, Channel)
    return made


def test_a_message_that_cannot_be_read_is_left_out_and_told_of(
    channel: Channel, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "messages" / "0_empty.celery.msg").touch()
    (tmp_path / "messages" / "0_half.celery.msg").write_text('{"body": "ab')
    channel._put("celery", {"body": "whole"})
    channel._put("jobs", {"body": "elsewhere"})

    with caplog.at_level(logging.ERROR):
        assert channel._get("celery") == {"body": "whole"}
    with pytest.raises(Empty):
        channel._get("celery")

    assert [record.args for record in caplog.records] == [("0_empty.celery.msg",), ("0_half.celery.msg",)]
    assert [one.name.partition(".")[2] for one in (tmp_path / "messages").iterdir()] == ["jobs.msg"]
    assert list((tmp_path / "processed").iterdir()) == []


def test_a_reader_beside_a_writer_meets_whole_messages_alone_and_each_once(
    channel: Channel, caplog: pytest.LogCaptureFixture
) -> None:
    count = 300

    def write() -> None:
        for n in range(count):
            channel._put("celery", {"n": n, "more": "x" * 50_000})

    writer, found = threading.Thread(target=write), list[int]()
    writer.start()
    while writer.is_alive() or len(found) < count:
        with suppress(Empty):
            found.append(channel._get("celery")["n"])
    writer.join()

    assert sorted(found) == list(range(count))
    assert caplog.records == []


def test_an_exchange_that_another_process_is_making_is_waited_for(channel: Channel, tmp_path: Path) -> None:
    made = tmp_path / "control" / "celery.exchange"
    made.touch()
    threading.Timer(0.1, lambda: made.write_text('[["celery", "", "celery"]]')).start()

    assert [queue.queue for queue in channel.get_table("celery")] == ["celery"]


def test_the_embedded_default_uses_it_and_redis_does_without() -> None:
    assert isinstance(current_app.connection().transport, Transport) != bool(settings.REDIS_URL)
