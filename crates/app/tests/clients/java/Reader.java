import com.fasterxml.jackson.databind.ObjectMapper;
import io.apicurio.registry.serde.SerdeConfig;
import io.apicurio.registry.serde.avro.AvroKafkaDeserializer;
import java.io.BufferedWriter;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * Reads every record of some topics with Kafka's own client and Apicurio's deserializer, set to Confluent's framing: byte
 * 0, four bytes of content id.
 *
 * <pre>Reader BROKERS REGISTRY TOPIC…</pre>
 *
 * Lines on standard output are those of ../python/reader.py. REGISTRY is the base of Apicurio's own API.
 */
public final class Reader {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private Reader() {}

    public static void main(String[] arguments) throws Exception {
        var topics = Arrays.asList(arguments).subList(2, arguments.length);
        var out = new PrintWriter(new BufferedWriter(new OutputStreamWriter(System.out, StandardCharsets.UTF_8)));
        try (var consumer = consumer(arguments[0], arguments[1])) {
            read(consumer, topics, out);
        }
        out.flush();
    }

    private static KafkaConsumer<String, GenericRecord> consumer(String brokers, String registry) {
        Map<String, Object> config = new HashMap<>();
        config.put("bootstrap.servers", brokers);
        config.put("enable.auto.commit", false);
        config.put("auto.offset.reset", "earliest");
        config.put(SerdeConfig.REGISTRY_URL, registry);
        config.put(SerdeConfig.ENABLE_HEADERS, false);
        config.put(SerdeConfig.ENABLE_CONFLUENT_ID_HANDLER, true);
        config.put(SerdeConfig.USE_ID, "contentId");
        var values = new AvroKafkaDeserializer<GenericRecord>();
        values.configure(config, false);
        return new KafkaConsumer<>(config, new StringDeserializer(), values);
    }

    private static void read(KafkaConsumer<String, GenericRecord> consumer, List<String> topics, PrintWriter out)
            throws Exception {
        var partitions = new ArrayList<TopicPartition>();
        for (var topic : topics) {
            for (var partition : consumer.partitionsFor(topic, PATIENCE)) {
                partitions.add(new TopicPartition(topic, partition.partition()));
            }
        }
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        var ends = consumer.endOffsets(partitions, PATIENCE);
        var json = new ObjectMapper();
        var deadline = System.nanoTime() + PATIENCE.toNanos();
        while (partitions.stream().anyMatch(p -> consumer.position(p, PATIENCE) < ends.get(p))) {
            var records = consumer.poll(Duration.ofSeconds(1));
            if (!records.isEmpty()) {
                deadline = System.nanoTime() + PATIENCE.toNanos();
            } else if (System.nanoTime() > deadline) {
                throw new IllegalStateException("nothing came within " + PATIENCE);
            }
            for (var record : records) {
                out.println(json.writeValueAsString(line(record)));
            }
        }
    }

    private static Map<String, Object> line(ConsumerRecord<String, GenericRecord> record) {
        var line = new LinkedHashMap<String, Object>();
        line.put("topic", record.topic());
        line.put("partition", record.partition());
        line.put("offset", record.offset());
        line.put("key", record.key());
        var headers = new LinkedHashMap<String, String>();
        for (Header header : record.headers()) {
            headers.put(header.key(), new String(header.value(), StandardCharsets.UTF_8));
        }
        line.put("headers", headers);
        line.put("schema", record.value() == null ? null : record.value().getSchema().getFullName());
        line.put("record", plain(record.value()));
        return line;
    }

    /** Avro's values as Jackson writes them. */
    private static Object plain(Object value) {
        if (value instanceof GenericRecord record) {
            var members = new LinkedHashMap<String, Object>();
            for (Schema.Field field : record.getSchema().getFields()) {
                members.put(field.name(), plain(record.get(field.pos())));
            }
            return members;
        }
        if (value instanceof List<?> items) {
            return items.stream().map(Reader::plain).toList();
        }
        return value instanceof CharSequence text ? text.toString() : value;
    }
}
