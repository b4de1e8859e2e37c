// Proofs, imports, reports, alerts and operations.

import { z } from 'zod';
import { READER_LANGUAGES } from '../../../domain/language.ts';
import { FILE_KINDS } from '../../../producers/formats/format.ts';
import { amount, day, instant, message, named } from './basic.ts';

export const Checkpoints = named('Checkpoints', z.strictObject({ checkpoints: z.array(z.string()) }));

const content = { encoding: z.enum(['utf8', 'base64']), content: z.string() };

export const Proof = named(
  'Proof',
  z.strictObject({ entry: z.string(), files: z.array(z.strictObject({ name: z.string(), ...content })) }),
);

const Import = named(
  'Import',
  z.strictObject({
    id: z.int(),
    status: z.enum(['begun', 'done', 'unread', 'refused']),
    file: z.string(),
    kind: z.enum(FILE_KINDS),
    bytes: z.int(),
    sha256: z.string().nullable(),
    /** A hash over how it was read: its kind, provider, account and mapping. */
    reading: z.string(),
    /** The mapping that it was read by. */
    mapping: z.record(z.string(), z.unknown()).optional(),
    rows: z.int(),
    rejected: z.int(),
    /** How many of the rows its mapping left out. */
    left_out: z.int().optional(),
    /** What its rows come to, by currency: amounts, and fees of settlement lines. */
    sums: z.record(z.string(), z.string()).optional(),
    fees: z.record(z.string(), z.string()).optional(),
    /** Whether its last row has no line end, so that it may be cut. */
    perhaps_cut: z.boolean().optional(),
    /** Where its table begins, if not in the first line with commas between the cells. */
    header: z.strictObject({ line: z.int(), separator: z.string() }).optional(),
    /** Where the list of its rows is in a JSON document, where its mapping says it. */
    each: z.string().optional(),
    at: instant,
    /** Who speaks in it: the provider and its account. */
    source: z.string(),
    /** When its file was made, and its report was issued. */
    stated_at: instant,
    /** The reports that its lines are of. */
    reports: z.array(z.string()).optional(),
    /** The imports that it replaces. */
    replaces: z.array(z.int()).optional(),
    /** Why it was withdrawn, if it was. */
    withdrawn: z.string().optional(),
    /** Whether all is in the log that follows from it for other imports. */
    settled: z.boolean().optional(),
  }),
);

const Reject = z.strictObject({
  file: z.string(),
  line: z.int().nullable(),
  field: z.string(),
  code: z.string(),
  message: z.string(),
  /** The parts of the message: what was expected, what was found, and what to do. */
  expected: z.string(),
  found: z.string(),
  remedy: z.string(),
});

export const Rejects = named(
  'Rejects',
  z.strictObject({
    rejects: z.array(Reject),
    /** The next page; null on the last one. */
    next: z.string().nullable(),
  }),
);

export const Taken = named('Taken', z.strictObject({ import: Import, ...Rejects.shape }));
export const Imports = named('Imports', z.strictObject({ imports: z.array(Import) }));

export const Alerts = named(
  'Alerts',
  z.strictObject({
    alerts: z.array(
      z.strictObject({
        alert: z.string(),
        about: z.string(),
        severity: z.enum(['warning', 'critical']),
        since: instant,
        until: instant.nullable(),
        value: z.string(),
        threshold: z.string(),
        message,
        next: message,
      }),
    ),
  }),
);

const ReportLine = z.strictObject({
  line: z.string().nullable(),
  transaction_reference: z.string(),
  line_type: z.string(),
  gross: z.string(),
  currency: z.string(),
  fee: z.string().nullable(),
  settlement_date: z.string(),
});
const lines = z.array(ReportLine);

export const Settlements = named(
  'Settlements',
  z.strictObject({
    reports: z.array(
      z.strictObject({
        account: z.string(),
        date: day,
        status: z.enum(['waiting', 'taken', 'done']),
        due: instant,
        next: instant.nullable(),
        tries: z.int(),
        rows: z.int().nullable(),
        /** The number of its rejects, and the import that shows them. */
        rejected: z.int().nullable(),
        import: z.int().nullable(),
        is_missing: z.boolean(),
      }),
    ),
    changes: z.array(
      z.strictObject({
        account: z.string(),
        date: day,
        at: instant,
        counts: z.strictObject({ vanished: z.int(), added: z.int(), changed: z.int() }),
        vanished: lines,
        added: lines,
        changed: z.array(z.strictObject({ before: ReportLine, after: ReportLine })),
      }),
    ),
  }),
);

export const Unread = named(
  'Unread',
  z.strictObject({
    webhooks: z.array(
      z.strictObject({
        exchange: z.string(),
        provider: z.string(),
        account: z.string(),
        received_at: instant,
        /** How often the same body came, and when it came last. */
        times: z.int(),
        last_received_at: instant,
        fault: z.string(),
      }),
    ),
    /** The next, older page; null on the last one. */
    next: z.string().nullable(),
  }),
);

export const DeadLetters = named(
  'DeadLetters',
  z.strictObject({
    /** Whether the ledger is on Kafka: any other has no dead letters. */
    is_on_kafka: z.boolean(),
    total: z.int(),
    /** Whether there are earlier ones than are counted. */
    is_cut: z.boolean(),
    dead_letters: z.array(
      z.strictObject({
        topic: z.string(),
        partition: z.int(),
        offset: z.string(),
        /** The record's own time. */
        at: instant,
        reason: z.string(),
        /** What was expected and found, without personal data. */
        detail: z.string(),
        bytes: z.int().nullable(),
        /** Where the record can be read as a fact: who said it, of what, and by which row of which import. */
        provider: z.string().nullable(),
        transaction_reference: z.string().nullable(),
        import: z.int().nullable(),
        line: z.int().nullable(),
      }),
    ),
    /** The next, older page; null on the last one. */
    next: z.string().nullable(),
  }),
);

export const Report = named(
  'Report',
  z.strictObject({ day, lang: z.enum(READER_LANGUAGES), files: z.array(z.string()) }),
);

export const ReportDays = named(
  'ReportDays',
  z.strictObject({
    days: z.array(
      z.strictObject({
        day,
        as_of: instant,
        /** Transactions, and how many of them have an open break. */
        keys: z.int(),
        unmatched: z.int(),
        /** Open breaks. */
        breaks: z.int(),
        /** What was received, and the value of the open breaks. */
        money: z.array(z.strictObject({ currency: z.string(), received: amount, breaks: amount })),
      }),
    ),
  }),
);

const exchangeShape = {
  id: z.string(),
  direction: z.enum(['in', 'out']),
  at: instant,
  elapsed_ms: z.number(),
  account: z.string(),
  method: z.string(),
  url: z.string(),
  status: z.int().nullable(),
  fault: z.string().nullable(),
  names: z.array(z.string()),
};
const Message = z.strictObject({ headers: z.record(z.string(), z.string()), ...content });

export const Exchanges = named('Exchanges', z.strictObject({ exchanges: z.array(z.strictObject(exchangeShape)) }));
export const Exchange = named(
  'Exchange',
  z.strictObject({ ...exchangeShape, request: Message, response: Message.nullable() }),
);
