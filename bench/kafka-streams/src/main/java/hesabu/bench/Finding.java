// What holds of a key: as an entry's columns of the same names.
package hesabu.bench;

record Finding(
    String kind, String stage, String reason, String subject, String expected, String observed, String difference,
    String currency, long openedAt) {}
