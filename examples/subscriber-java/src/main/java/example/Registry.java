// Decodes values by their schemas in a registry. Each schema is fetched once.
package example;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;

final class Registry {
  private final String url;
  private final HttpClient http = HttpClient.newHttpClient();
  private final Map<Integer, GenericDatumReader<GenericRecord>> readers = new HashMap<>();

  Registry(String url) {
    this.url = url.endsWith("/") ? url : url + "/";
  }

  /** The wire format: a zero byte, the schema's id in four bytes, Avro. */
  GenericRecord decode(ByteBuffer value) throws IOException, InterruptedException {
    if (value.get() != 0) throw new IOException("the value does not start with a schema id");
    int id = value.getInt();
    GenericDatumReader<GenericRecord> reader = readers.get(id);
    if (reader == null) {
      reader = new GenericDatumReader<>(schema(id));
      readers.put(id, reader);
    }
    return reader.read(
        null, DecoderFactory.get().binaryDecoder(value.array(), value.position(), value.remaining(), null));
  }

  private Schema schema(int id) throws IOException, InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(URI.create(url + "schemas/ids/" + id)).build();
    HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() != 200) throw new IOException("schema " + id + ": the registry answered " + answer.body());
    return new Schema.Parser().parse(new ObjectMapper().readTree(answer.body()).get("schema").asText());
  }
}
