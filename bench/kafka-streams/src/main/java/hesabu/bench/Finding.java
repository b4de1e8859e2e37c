// A finding of a key, with the names of an entry's columns.
package hesabu.bench;

record Finding(
    String kind, String stage, String reason, String subject, String expected, String observed, String difference,
    String currency, long openedAt) {}
