// The benchmark's join on Kafka Streams: orders, callbacks and settlements by key, the state of keys in RocksDB, and an
// entry for each change of the findings. Exactly once, with the settings that were fastest for it.
package hesabu.bench;

import java.nio.file.Path;
import java.util.Properties;
import org.apache.avro.Schema;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.Stores;

public final class StreamsJoin {
  static final String STORE = "keys";

  private StreamsJoin() {}

  /**
   * Arguments: brokers, prefix of the topics, threads, directory of the state, folder of the schemas, bytes of the
   * record cache of each thread (0 for none).
   */
  public static void main(String[] args) throws Exception {
    String prefix = args[1];
    int threads = Integer.parseInt(args[2]);
    Schema fact = new Schema.Parser().parse(Path.of(args[4], "fact.avsc").toFile());
    Schema entry = new Schema.Parser().parse(Path.of(args[4], "entry.avsc").toFile());

    long cache = Long.parseLong(args[5]);

    KafkaStreams streams =
        new KafkaStreams(topology(prefix, fact, entry, cache > 0), settings(args[0], prefix, threads, args[3], cache));
    long began = System.nanoTime();
    streams.setStateListener((now, before) -> {
      if (now == KafkaStreams.State.RUNNING) {
        System.out.printf("running after %.2f s%n", (System.nanoTime() - began) / 1e9);
      }
    });
    streams.setUncaughtExceptionHandler(error -> {
      error.printStackTrace();
      Runtime.getRuntime().halt(1);
      return null;
    });
    Runtime.getRuntime().addShutdownHook(new Thread(streams::close));
    streams.start();
  }

  private static Topology topology(String prefix, Schema fact, Schema entry, boolean isCached) {
    var bytes = Serdes.ByteArray();
    Topology topology = new Topology();
    topology.addSource(
        "facts",
        bytes.deserializer(),
        bytes.deserializer(),
        prefix + "orders.v1",
        prefix + "callbacks.v1",
        prefix + "settlements.v1");
    topology.addProcessor("join", () -> new Join(fact, entry), "facts");
    var store = Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(STORE), bytes, bytes);
    topology.addStateStore(isCached ? store.withCachingEnabled() : store.withCachingDisabled(), "join");
    topology.addSink("entries", prefix + "streams-out.v1", bytes.serializer(), bytes.serializer(), "join");
    return topology;
  }

  private static Properties settings(String brokers, String prefix, int threads, String dir, long cache) {
    Properties settings = new Properties();
    // The application's topics and group have this name: each run is a new application, except for a restart.
    settings.put(StreamsConfig.APPLICATION_ID_CONFIG, prefix + "streams-" + Path.of(dir).getFileName());
    settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, brokers);
    settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    settings.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, threads);
    // The setting is for all threads together.
    settings.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, cache * threads);
    settings.put(StreamsConfig.STATE_DIR_CONFIG, dir);
    settings.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, 1);
    // Otherwise a restart waits for the session of the previous process, which is not part of restoring.
    settings.put("internal.leave.group.on.close", true);
    settings.put(StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
    settings.put(StreamsConfig.producerPrefix(ProducerConfig.BATCH_SIZE_CONFIG), 131_072);
    return settings;
  }
}
