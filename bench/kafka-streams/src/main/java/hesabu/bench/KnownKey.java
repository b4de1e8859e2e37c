// The state of a key: its order, payments and settlement lines, and its current entries. It is stored as bytes.
package hesabu.bench;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.generic.GenericRecord;

final class KnownKey {
  record Order(String id, String merchant, String amount, String currency, boolean isPaid, long at) {}

  record Payment(String id, String amount, String currency, long at) {}

  record Line(String id, String payment, String gross, String fee, String currency, String date) {}

  record Held(String id, Finding finding) {}

  Order order;
  String provider = "";
  List<Payment> payments = new ArrayList<>(1);
  List<Line> lines = new ArrayList<>(1);
  List<Held> held = new ArrayList<>(2);
  int version;

  /** Adds a fact; false if it is already known. */
  boolean add(GenericRecord fact) {
    GenericRecord claim = (GenericRecord) fact.get("claim");
    GenericRecord body = (GenericRecord) claim.get("body");
    String id = claim.get("id").toString();
    provider = claim.get("provider").toString();
    switch (body.getSchema().getName()) {
      case "OrderPlaced" -> {
        if (order != null) return false;
        boolean isPaid = body.get("status").toString().equals("paid");
        long at = (long) (isPaid ? body.get("status_at") : body.get("placed_at"));
        String merchant = claim.get("merchant").toString();
        order = new Order(id, merchant, text(body, "amount"), text(body, "currency"), isPaid, at);
      }
      case "PaymentObserved" -> {
        String payment = text(body, "provider_transaction_id");
        if (payments.stream().anyMatch(one -> one.id.equals(payment))) return false;
        payments.add(new Payment(payment, text(body, "amount"), text(body, "currency"), (long) claim.get("occurred_at")));
      }
      case "SettlementLineReported" -> {
        if (lines.stream().anyMatch(one -> one.id.equals(id))) return false;
        String payment = text(body, "provider_transaction_id");
        String currency = text(body, "currency");
        String date = text(body, "settlement_date");
        lines.add(new Line(id, payment, text(body, "gross"), text(body, "fee"), currency, date));
      }
      default -> throw new IllegalStateException("no such fact: " + body.getSchema().getName());
    }
    return true;
  }

  Held holding(Finding finding) {
    for (Held one : held) if (one.finding.equals(finding)) return one;
    return null;
  }

  private static String text(GenericRecord record, String field) {
    Object value = record.get(field);
    return value == null ? "" : value.toString();
  }

  byte[] write() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeBoolean(order != null);
    if (order != null) {
      write(out, order.id, order.merchant, order.amount, order.currency);
      out.writeBoolean(order.isPaid);
      out.writeLong(order.at);
    }
    out.writeUTF(provider);
    out.writeByte(payments.size());
    for (Payment one : payments) {
      write(out, one.id, one.amount, one.currency);
      out.writeLong(one.at);
    }
    out.writeByte(lines.size());
    for (Line one : lines) write(out, one.id, one.payment, one.gross, one.fee, one.currency, one.date);
    out.writeByte(held.size());
    for (Held one : held) {
      Finding f = one.finding;
      write(out, one.id, f.kind(), f.stage(), f.reason(), f.subject(), f.expected(), f.observed(), f.difference());
      out.writeUTF(f.currency());
      out.writeLong(f.openedAt());
    }
    out.writeInt(version);
    return bytes.toByteArray();
  }

  private static void write(DataOutputStream out, String... texts) throws IOException {
    for (String text : texts) out.writeUTF(text);
  }

  static KnownKey read(byte[] bytes) throws IOException {
    KnownKey known = new KnownKey();
    if (bytes == null) return known;
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
    if (in.readBoolean()) {
      known.order =
          new Order(in.readUTF(), in.readUTF(), in.readUTF(), in.readUTF(), in.readBoolean(), in.readLong());
    }
    known.provider = in.readUTF();
    for (int left = in.readByte(); left > 0; left--) {
      known.payments.add(new Payment(in.readUTF(), in.readUTF(), in.readUTF(), in.readLong()));
    }
    for (int left = in.readByte(); left > 0; left--) {
      known.lines.add(
          new Line(in.readUTF(), in.readUTF(), in.readUTF(), in.readUTF(), in.readUTF(), in.readUTF()));
    }
    for (int left = in.readByte(); left > 0; left--) {
      String id = in.readUTF();
      known.held.add(new Held(id, new Finding(in.readUTF(), in.readUTF(), in.readUTF(), in.readUTF(), in.readUTF(),
          in.readUTF(), in.readUTF(), in.readUTF(), in.readLong())));
    }
    known.version = in.readInt();
    return known;
  }
}
