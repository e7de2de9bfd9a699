package worldlog.bench;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * The counting job of the bench in Kafka Streams: for each user the events, the steps and the newest timestamp, in a
 * state store with its changelog. Decodes each record with Avro's generic reader, as a stock deserialiser does.
 *
 * <p>Arguments: bootstrap servers, topic, records there are, schema file, cache bytes (negative: the default), state
 * folder. Prints one line of JSON: seconds from the first record to the last, and to a clean close.
 */
public final class Steps {
    private static final int PREFIX = 5;

    public static void main(String[] args) throws Exception {
        var records = Long.parseLong(args[2]);
        var schema = new Schema.Parser().parse(Files.readString(Path.of(args[3])));
        var seen = new AtomicLong();
        var first = new AtomicLong();
        var done = new CountDownLatch(1);
        var reader = ThreadLocal.withInitial(() -> new Reader(schema));

        var builder = new StreamsBuilder();
        builder.<byte[], byte[]>stream(args[1])
                .groupByKey()
                .aggregate(
                        () -> new byte[0],
                        (key, value, state) -> {
                            first.compareAndSet(0, System.nanoTime());
                            var next = step(reader.get().read(value), state);
                            if (seen.incrementAndGet() == records) {
                                done.countDown();
                            }
                            return next;
                        },
                        Materialized.<byte[], byte[], KeyValueStore<Bytes, byte[]>>as("steps"));

        var streams = new KafkaStreams(builder.build(), settings(args));
        streams.setUncaughtExceptionHandler(error -> {
            error.printStackTrace();
            System.exit(1);
            return null;
        });
        streams.start();
        done.await();
        var folded = System.nanoTime();
        streams.close(Duration.ofMinutes(2));
        System.out.printf(
                "{\"records\":%d,\"seconds\":%.3f,\"closed\":%.3f}%n",
                seen.get(), (folded - first.get()) / 1e9, (System.nanoTime() - first.get()) / 1e9);
    }

    private static Properties settings(String[] args) {
        var settings = new Properties();
        settings.put(StreamsConfig.APPLICATION_ID_CONFIG, "bench-steps-" + System.nanoTime());
        settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, args[0]);
        settings.put(StreamsConfig.STATE_DIR_CONFIG, args[5]);
        settings.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, 2);
        settings.put(StreamsConfig.DEFAULT_KEY_SERDE_CLASS_CONFIG, Serdes.ByteArraySerde.class);
        settings.put(StreamsConfig.DEFAULT_VALUE_SERDE_CLASS_CONFIG, Serdes.ByteArraySerde.class);
        settings.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, 1);
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        var cache = Long.parseLong(args[4]);
        if (cache >= 0) {
            settings.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, cache);
        }
        return settings;
    }

    /** State: events, steps and newest timestamp, beside the padding that makes it as large as a player's aggregate. */
    private static byte[] step(GenericRecord event, byte[] state) {
        var before = ByteBuffer.wrap(state.length == 0 ? new byte[200] : state);
        var after = ByteBuffer.allocate(200);
        var metadata = (GenericRecord) event.get("metadata");
        var steps = metadata.get("stepCount");
        after.putLong(before.getLong() + 1);
        after.putLong(before.getLong() + (steps == null ? 0 : ((Number) steps).longValue()));
        after.putLong(Math.max(before.getLong(), ((Number) event.get("timestamp")).longValue()));
        return after.array();
    }

    /** A reader of one thread. */
    private static final class Reader {
        private final GenericDatumReader<GenericRecord> datum;
        private BinaryDecoder decoder;
        private GenericRecord reused;

        Reader(Schema schema) {
            datum = new GenericDatumReader<>(schema);
        }

        GenericRecord read(byte[] framed) {
            try {
                decoder = DecoderFactory.get().binaryDecoder(framed, PREFIX, framed.length - PREFIX, decoder);
                reused = datum.read(reused, decoder);
                return reused;
            } catch (java.io.IOException error) {
                throw new java.io.UncheckedIOException(
                        new String(framed, StandardCharsets.ISO_8859_1).substring(0, 20), error);
            }
        }
    }
}
