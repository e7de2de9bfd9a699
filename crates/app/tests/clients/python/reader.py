"""Reads every record of some topics with Confluent's own client, as an analyst does: a consumer, the Avro deserializer and
a schema registry, and nothing of the platform's.

    reader.py BROKERS REGISTRY TOPIC…

Each record is a line on standard output: topic, partition, offset, key, headers, the full name of its schema, and the
record as Avro has it. Topics are read up to where they ended when this began.
"""

import json
import sys

from confluent_kafka import Consumer, TopicPartition
from confluent_kafka.schema_registry import SchemaRegistryClient
from confluent_kafka.schema_registry.avro import AvroDeserializer
from confluent_kafka.serialization import MessageField, SerializationContext

# Seconds without a record before it gives up: on a busy machine.
PATIENCE = 60


def ends(consumer, topics):
    """The end of every partition that has records, by (topic, partition)."""
    found = {}
    for topic in topics:
        for partition in consumer.list_topics(topic, timeout=PATIENCE).topics[topic].partitions:
            low, high = consumer.get_watermark_offsets(TopicPartition(topic, partition), timeout=PATIENCE)
            if low < high:
                found[topic, partition] = high
    return found


def messages(consumer, wanted):
    """Every message up to these ends; a partition may end in something that is no message."""
    consumer.assign([TopicPartition(topic, partition, 0) for topic, partition in wanted])
    left = dict(wanted)
    while left:
        message = consumer.poll(PATIENCE)
        if message is None:
            raise SystemExit(f"nothing came within {PATIENCE} s; left: {left}")
        if message.error() is None:
            yield message
        elif message.error().name() != "_PARTITION_EOF":
            raise SystemExit(message.error())
        place = message.topic(), message.partition()
        if place in left and (message.error() is not None or message.offset() + 1 >= left[place]):
            del left[place]


def main(brokers, registry, *topics):
    client = SchemaRegistryClient({"url": registry})
    decode = AvroDeserializer(client)
    names = {}

    def name(value):
        number = int.from_bytes(value[1:5], "big")
        if number not in names:
            schema = json.loads(client.get_schema(number).schema_str)
            names[number] = f"{schema['namespace']}.{schema['name']}"
        return names[number]

    consumer = Consumer(
        {
            "bootstrap.servers": brokers,
            "group.id": "an-analyst",
            "enable.auto.commit": False,
            "enable.partition.eof": True,
            "auto.offset.reset": "earliest",
        }
    )
    for message in messages(consumer, ends(consumer, topics)):
        value = message.value()
        context = SerializationContext(message.topic(), MessageField.VALUE, message.headers())
        line = {
            "topic": message.topic(),
            "partition": message.partition(),
            "offset": message.offset(),
            "key": message.key() and message.key().decode(),
            "headers": {header: text.decode() for header, text in message.headers() or []},
            "schema": value and name(value),
            "record": value and decode(value, context),
        }
        print(json.dumps(line))
    consumer.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
