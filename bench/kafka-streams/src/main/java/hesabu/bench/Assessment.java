// The findings of a key at the benchmark's time and under its rules: as much of matching as its sales need.
package hesabu.bench;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

final class Assessment {
  /** 10 June 2026 in Shanghai: every deadline of the sales of 1 to 5 June has passed. */
  static final long AS_OF = Instant.parse("2026-06-09T16:00:00Z").toEpochMilli();

  private static final ZoneId ZONE = ZoneId.of("Asia/Shanghai");

  private record Price(int decimals, BigDecimal percent) {}

  private static final Map<String, Price> PRICES = Map.of(
      "KES", new Price(2, new BigDecimal("1.5")),
      "GHS", new Price(2, new BigDecimal("1")),
      "NGN", new Price(2, new BigDecimal("1.4")),
      "UGX", new Price(0, new BigDecimal("1.2")));

  private Assessment() {}

  static List<Finding> of(KnownKey known) {
    List<Finding> found = new ArrayList<>(2);
    List<KnownKey.Payment> payments = paymentsOf(known);
    if (payments.isEmpty()) {
      if (known.order != null && known.order.isPaid()) {
        found.add(finding("unmatched", "payment", "PAYMENT_MISSING", "", known.order.amount(), "0",
            known.order.currency(), known.order.at()));
      }
      return found;
    }
    found.add(paymentStage(known, payments));
    found.add(settlementStage(known, payments));
    return found;
  }

  /** Payments of the callbacks, and of lines whose payment no callback reported. */
  private static List<KnownKey.Payment> paymentsOf(KnownKey known) {
    List<KnownKey.Payment> payments = new ArrayList<>(known.payments);
    for (KnownKey.Line line : known.lines) {
      if (payments.stream().noneMatch(one -> one.id().equals(line.payment()))) {
        payments.add(new KnownKey.Payment(line.payment(), line.gross(), line.currency(), startOf(line.date())));
      }
    }
    return payments;
  }

  private static Finding paymentStage(KnownKey known, List<KnownKey.Payment> payments) {
    KnownKey.Payment first = payments.get(0);
    String paid = sum(payments.stream().map(KnownKey.Payment::amount).toList());
    long at = payments.stream().mapToLong(KnownKey.Payment::at).max().orElseThrow();
    KnownKey.Order order = known.order;
    if (order == null) return finding("unmatched", "payment", "ORDER_MISSING", "", "0", paid, first.currency(), at);
    if (payments.size() > 1) {
      return finding("duplicate", "payment", "DUPLICATE_PAYMENT", "", order.amount(), paid, first.currency(), at);
    }
    int compared = new BigDecimal(paid).compareTo(new BigDecimal(order.amount()));
    if (compared == 0) return finding("matched", "payment", "", "", order.amount(), paid, first.currency(), at);
    String reason = compared < 0 ? "AMOUNT_UNDER" : "AMOUNT_OVER";
    return finding("unmatched", "payment", reason, first.id(), order.amount(), paid, first.currency(), at);
  }

  private static Finding settlementStage(KnownKey known, List<KnownKey.Payment> payments) {
    long at = 0;
    List<String> settled = new ArrayList<>(1);
    for (KnownKey.Payment payment : payments) {
      KnownKey.Line line =
          known.lines.stream().filter(one -> one.payment().equals(payment.id())).findFirst().orElse(null);
      if (line == null) {
        return finding("unmatched", "settlement", "SETTLEMENT_MISSING", payment.id(), payment.amount(), "0",
            payment.currency(), payment.at());
      }
      at = Math.max(at, startOf(line.date()));
      String fee = feeOf(line);
      if (new BigDecimal(fee).compareTo(new BigDecimal(line.fee())) != 0) {
        return finding("unmatched", "settlement", "FEE_VARIANCE", payment.id(), fee, line.fee(), line.currency(), at);
      }
      settled.add(line.gross());
    }
    String sum = sum(settled);
    return finding("matched", "settlement", "", "", sum, sum, payments.get(0).currency(), at);
  }

  private static String feeOf(KnownKey.Line line) {
    Price price = PRICES.get(line.currency());
    BigDecimal fee = new BigDecimal(line.gross()).multiply(price.percent).movePointLeft(2);
    return fee.setScale(price.decimals, RoundingMode.HALF_UP).toPlainString();
  }

  private static String sum(List<String> amounts) {
    if (amounts.size() == 1) return amounts.get(0);
    return amounts.stream().map(BigDecimal::new).reduce(BigDecimal.ZERO, BigDecimal::add).toPlainString();
  }

  private static long startOf(String date) {
    return LocalDate.parse(date).atStartOfDay(ZONE).toInstant().toEpochMilli();
  }

  private static Finding finding(
      String kind, String stage, String reason, String subject, String expected, String observed, String currency,
      long at) {
    int decimals = PRICES.get(currency).decimals;
    BigDecimal left = new BigDecimal(expected).setScale(decimals, RoundingMode.UNNECESSARY);
    BigDecimal right = new BigDecimal(observed).setScale(decimals, RoundingMode.UNNECESSARY);
    return new Finding(kind, stage, reason, subject, left.toPlainString(), right.toPlainString(),
        right.subtract(left).toPlainString(), currency, at);
  }
}
