"""The counting job of the bench in quixstreams: for each user the events, the steps and the newest timestamp.

Arguments: bootstrap servers, topic, records there are, schema file, state folder. Prints one line of JSON.
"""

import io
import json
import sys
import time

import fastavro
from quixstreams import Application

PREFIX = 5


def main() -> None:
    brokers, topic, records, schema_file, state_folder = sys.argv[1:6]
    with open(schema_file) as file:
        schema = fastavro.parse_schema(json.load(file))
    wanted = int(records)
    seen = 0
    first = None
    app = Application(
        broker_address=brokers,
        consumer_group=f"bench-steps-{time.time_ns()}",
        auto_offset_reset="earliest",
        state_dir=state_folder,
        loglevel="ERROR",
    )
    source = app.topic(topic, key_deserializer="bytes", value_deserializer="bytes")
    frame = app.dataframe(source)

    def step(value, state):
        nonlocal seen, first
        if first is None:
            first = time.monotonic()
        event = fastavro.schemaless_reader(io.BytesIO(value[PREFIX:]), schema)
        before = state.get("steps", [0, 0, 0])
        after = [before[0] + 1, before[1] + (event["metadata"]["stepCount"] or 0), max(before[2], event["timestamp"])]
        state.set("steps", after)
        seen += 1
        if seen == wanted:
            app.stop()
        return after

    frame.apply(step, stateful=True)
    app.run()
    print(json.dumps({"records": seen, "seconds": round(time.monotonic() - first, 3)}))


main()
