// Reads facts one by one: adds each to the state of its key and writes new findings as entries.
package hesabu.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueStore;

final class Join implements Processor<byte[], byte[], byte[], byte[]> {
  /** The registry's wire format starts with a zero byte and the schema's id. */
  private static final int WIRE_PREFIX_BYTES = 5;

  private final GenericDatumReader<GenericRecord> facts;
  private final EntryWriter entries;
  private ProcessorContext<byte[], byte[]> context;
  private KeyValueStore<byte[], byte[]> store;
  private GenericRecord reused;
  private BinaryDecoder decoder;

  Join(Schema fact, Schema entry) {
    facts = new GenericDatumReader<>(fact);
    entries = new EntryWriter(entry);
  }

  @Override
  public void init(ProcessorContext<byte[], byte[]> given) {
    context = given;
    store = given.getStateStore(StreamsJoin.STORE);
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    try {
      byte[] value = record.value();
      decoder = DecoderFactory.get()
          .binaryDecoder(value, WIRE_PREFIX_BYTES, value.length - WIRE_PREFIX_BYTES, decoder);
      reused = facts.read(reused, decoder);
      KnownKey known = KnownKey.read(store.get(record.key()));
      if (!known.add(reused)) return;
      emit(record, known, Assessment.of(known));
      store.put(record.key(), known.write());
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
  }

  /** Each new finding becomes an entry; the first of them supersedes the entries that no longer hold. */
  private void emit(Record<byte[], byte[]> record, KnownKey known, List<Finding> found) throws IOException {
    List<KnownKey.Held> held = new ArrayList<>(found.size());
    List<Finding> fresh = new ArrayList<>(found.size());
    for (Finding finding : found) {
      KnownKey.Held same = known.holding(finding);
      if (same == null) fresh.add(finding);
      else held.add(same);
    }
    List<String> gone = new ArrayList<>(known.held.size());
    for (KnownKey.Held before : known.held) if (!held.contains(before)) gone.add(before.id());
    RecordMetadata at = context.recordMetadata().orElseThrow();
    int index = 0;
    for (Finding finding : fresh) {
      EntryWriter.Place place = new EntryWriter.Place(at.partition(), at.offset() * 4 + topicNumber(at), index++);
      byte[] entry = entries.write(reused, known, finding, place, at, index == 1 ? gone : List.of());
      context.forward(record.withValue(entry));
      held.add(new KnownKey.Held(place.id(), finding));
    }
    known.held = held;
  }

  /** Makes ids from the position of the fact, so that a second run gives the same ids. */
  private static int topicNumber(RecordMetadata at) {
    if (at.topic().endsWith("orders.v1")) return 0;
    return at.topic().endsWith("callbacks.v1") ? 1 : 2;
  }
}
