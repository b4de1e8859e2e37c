// Keeps a table of Hesabu's entries. See ../README.md.
package example;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

public final class Subscriber {
  private static final String PREFIX = setting("HESABU_KAFKA_PREFIX", "");
  private static final List<String> TOPICS = Stream.of("matched", "unmatched", "duplicate", "reversal", "closed")
      .map(kind -> PREFIX + "recon." + kind + ".v1")
      .toList();

  private final Connection database;
  private final PreparedStatement addEntry;
  private final PreparedStatement addSuperseded;
  private final Registry registry =
      new Registry(setting("HESABU_REGISTRY_URL", "http://127.0.0.1:8080/apis/ccompat/v7/"));

  private Subscriber(String file) throws SQLException, IOException {
    database = DriverManager.getConnection("jdbc:sqlite:" + file);
    try (Statement statement = database.createStatement()) {
      for (String one : Files.readString(Path.of("..", "schema.sql")).replaceAll("(?m)^--.*$", "").split(";")) {
        if (!one.isBlank()) statement.execute(one);
      }
    }
    database.setAutoCommit(false);
    addEntry = database.prepareStatement("INSERT OR IGNORE INTO entry VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");
    addSuperseded = database.prepareStatement("INSERT OR IGNORE INTO superseded VALUES (?)");
  }

  public static void main(String[] args) throws Exception {
    Subscriber subscriber = new Subscriber(args.length > 0 ? args[0] : "findings.db");
    Map<String, Object> settings = Map.of(
        "bootstrap.servers", setting("HESABU_KAFKA_BROKERS", "127.0.0.1:9092"),
        "group.id", PREFIX + "subscriber-java",
        "isolation.level", "read_committed",
        "auto.offset.reset", "earliest",
        "enable.auto.commit", false,
        "session.timeout.ms", 10_000);
    KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer());
    Thread main = Thread.currentThread();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> {
      consumer.wakeup();
      try {
        main.join();
      } catch (InterruptedException error) {
        Thread.currentThread().interrupt();
      }
    }));
    try (consumer; subscriber.database) {
      consumer.subscribe(TOPICS);
      while (true) {
        ConsumerRecords<String, byte[]> records = consumer.poll(Duration.ofMillis(500));
        if (records.isEmpty()) continue;
        subscriber.write(records);
        consumer.commitSync();
      }
    } catch (WakeupException stop) {
      // A signal came: the consumer leaves its group, and the database is closed.
    }
  }

  /** Writes all records or none. Offsets are committed only after this returns. */
  private void write(ConsumerRecords<String, byte[]> records) throws Exception {
    for (ConsumerRecord<String, byte[]> record : records) {
      if (record.value() == null) continue;
      GenericRecord entry = registry.decode(ByteBuffer.wrap(record.value()));
      addEntry.setString(1, new String(record.headers().lastHeader("ce_id").value(), StandardCharsets.UTF_8));
      addEntry.setString(2, record.topic().substring(PREFIX.length()));
      addEntry.setString(3, text(entry, "key"));
      addEntry.setLong(4, (long) entry.get("version"));
      int column = 5;
      for (String name : List.of("stage", "kind", "reason", "difference", "currency")) {
        addEntry.setString(column++, text(entry, name));
      }
      addEntry.executeUpdate();
      for (Object id : (List<?>) entry.get("supersedes")) {
        addSuperseded.setString(1, id.toString());
        addSuperseded.executeUpdate();
      }
    }
    database.commit();
  }

  private static String text(GenericRecord entry, String name) {
    Object value = entry.get(name);
    return value == null ? null : value.toString();
  }

  private static String setting(String name, String byDefault) {
    return System.getenv().getOrDefault(name, byDefault);
  }
}
