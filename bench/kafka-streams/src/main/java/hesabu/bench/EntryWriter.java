// Writes entries as Avro bytes by the schema of the recon topics.
package hesabu.bench;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.kafka.streams.processor.api.RecordMetadata;

final class EntryWriter {
  record Place(long partition, long height, long index) {
    String id() {
      return partition + "-" + height + "-" + index;
    }
  }

  /** The prefix of the wire format without a registry's schema id: only the benchmark reads these entries. */
  private static final byte[] PREFIX = new byte[5];

  private final Schema schema;
  private final Schema kinds;
  private final Schema stages;
  private final Schema causes;
  private final GenericDatumWriter<GenericRecord> writer;
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
  private BinaryEncoder encoder;

  EntryWriter(Schema schema) {
    this.schema = schema;
    kinds = schema.getField("kind").schema();
    stages = schema.getField("stage").schema();
    causes = schema.getField("cause").schema().getTypes().get(1);
    writer = new GenericDatumWriter<>(schema);
  }

  byte[] write(
      GenericRecord fact, KnownKey known, Finding finding, Place place, RecordMetadata at, List<String> supersedes)
      throws IOException {
    GenericRecord cause = new GenericData.Record(causes);
    cause.put("topic", at.topic().substring(at.topic().lastIndexOf('.', at.topic().length() - 4) + 1));
    cause.put("partition", (long) at.partition());
    cause.put("offset", at.offset());
    GenericRecord entry = new GenericData.Record(schema);
    entry.put("partition", place.partition());
    entry.put("height", place.height());
    entry.put("index", place.index());
    entry.put("key", fact.get("transaction_reference"));
    entry.put("version", (long) ++known.version);
    entry.put("merchant", known.order == null ? "" : known.order.merchant());
    entry.put("provider", known.provider);
    entry.put("kind", new GenericData.EnumSymbol(kinds, finding.kind()));
    entry.put("stage", new GenericData.EnumSymbol(stages, finding.stage()));
    entry.put("reason", finding.reason().isEmpty() ? null : finding.reason());
    entry.put("subject", finding.subject());
    entry.put("expected", finding.expected());
    entry.put("observed", finding.observed());
    entry.put("difference", finding.difference());
    entry.put("currency", finding.currency());
    entry.put("opened_at", finding.openedAt());
    entry.put("cause", cause);
    entry.put("supersedes", supersedes);
    entry.put("as_of", Assessment.AS_OF);
    bytes.reset();
    bytes.write(PREFIX);
    encoder = EncoderFactory.get().binaryEncoder(bytes, encoder);
    writer.write(entry, encoder);
    encoder.flush();
    return bytes.toByteArray();
  }
}
