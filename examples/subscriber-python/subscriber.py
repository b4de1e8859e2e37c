"""Keeps a table of Hesabu's entries. See ../README.md."""

import os
import pathlib
import signal
import sqlite3
import sys

from confluent_kafka import Consumer, KafkaError, KafkaException
from confluent_kafka.schema_registry import SchemaRegistryClient
from confluent_kafka.schema_registry.avro import AvroDeserializer
from confluent_kafka.serialization import MessageField, SerializationContext

BROKERS = os.environ.get("HESABU_KAFKA_BROKERS", "127.0.0.1:9092")
REGISTRY = os.environ.get("HESABU_REGISTRY_URL", "http://127.0.0.1:8080/apis/ccompat/v7/")
PREFIX = os.environ.get("HESABU_KAFKA_PREFIX", "")
TOPICS = [f"recon.{kind}.v1" for kind in ("matched", "unmatched", "duplicate", "reversal", "closed")]
COLUMNS = ("key", "version", "stage", "kind", "reason", "difference", "currency")


def main() -> None:
    running = True

    def stop(*_) -> None:
        nonlocal running
        running = False

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    database = sqlite3.connect(sys.argv[1] if len(sys.argv) > 1 else "findings.db", timeout=30)
    database.executescript((pathlib.Path(__file__).parent.parent / "schema.sql").read_text())
    # Without a timeout, a registry that does not answer would block for ever. By default subjects are looked up as
    # "associations", which only Confluent's own registry knows, before schemas are looked up by their ids.
    registry = SchemaRegistryClient({"url": REGISTRY.rstrip("/"), "timeout": 10})
    decode = AvroDeserializer(registry, conf={"subject.name.strategy.type": "TOPIC"})
    consumer = Consumer(
        {
            "bootstrap.servers": BROKERS,
            "group.id": f"{PREFIX}subscriber-python",
            "isolation.level": "read_committed",
            "auto.offset.reset": "earliest",
            "enable.auto.commit": False,
            "session.timeout.ms": 10_000,
        }
    )
    consumer.subscribe([PREFIX + topic for topic in TOPICS])
    while running:
        records = consumer.consume(num_messages=500, timeout=0.5)
        if records:
            write(database, decode, records)
            commit(consumer)
    consumer.close()
    database.close()


def write(database: sqlite3.Connection, decode: AvroDeserializer, records: list) -> None:
    """Write all records or none. Offsets are committed only after this returns."""
    with database:
        for record in records:
            if record.error() is not None:
                if record.error().code() == KafkaError._PARTITION_EOF:
                    continue
                raise KafkaException(record.error())
            if record.value() is None:
                continue
            entry = decode(record.value(), SerializationContext(record.topic(), MessageField.VALUE))
            entry_id = dict(record.headers())["ce_id"].decode()
            row = (entry_id, record.topic().removeprefix(PREFIX), *(entry[column] for column in COLUMNS))
            database.execute("INSERT OR IGNORE INTO entry VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
            database.executemany("INSERT OR IGNORE INTO superseded VALUES (?)", [(one,) for one in entry["supersedes"]])


def commit(consumer: Consumer) -> None:
    """If partitions are reassigned meanwhile, this fails, but nothing is lost: repeated records find their ids."""
    try:
        consumer.commit(asynchronous=False)
    except KafkaException as error:
        print(f"not committed: {error}", file=sys.stderr)


if __name__ == "__main__":
    main()
