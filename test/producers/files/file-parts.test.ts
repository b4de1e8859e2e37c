// A file that is read in parts gives what it gives in one piece: the same facts, rejects, figures and bytes.

import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import type { Reject } from '../../../src/domain/errors.ts';
import type { Fact } from '../../../src/domain/fact.ts';
import { readFact } from '../../../src/log/fact-codec.ts';
import { forEachValue } from '../../../src/log/value-frames.ts';
import type { FilePart } from '../../../src/producers/files/file-parts.ts';
import { type ImportResult, type ImportSink, readFile } from '../../../src/producers/files/import-file.ts';
import { joinParts } from '../../../src/producers/files/part-reader.ts';
import { REJECT_COLUMNS } from '../../../src/producers/files/reject-rows.ts';
import type { FileKind } from '../../../src/producers/formats/format.ts';
import { CANONICAL_FORMATS } from '../../../src/producers/formats/formats.ts';

const dir = mkdtempSync(join(tmpdir(), 'hesabu-parts-'));
afterAll(() => rmSync(dir, { recursive: true }));

const AT = Date.UTC(2026, 1, 1);

function jobOf(path: string, kind: FileKind) {
  const about = { provider: 'mfs-africa', account: null, importId: 7, partitions: 3, receivedAt: AT, statedAt: AT };
  return { path, kind, format: CANONICAL_FORMATS[kind], pseudonym: (text: string) => `hash(${text})`, ...about };
}

interface Found {
  readonly result: ImportResult;
  /** By the row that each comes from. */
  readonly facts: readonly Fact[];
  readonly rejects: readonly Reject[];
  readonly left: readonly (readonly [number, string | null])[];
  readonly raw: string;
}

/** Collects what a reading passes on. */
function collector() {
  const facts: Fact[] = [];
  const rejects: Reject[] = [];
  const left: (readonly [number, string | null])[] = [];
  const raw: Buffer[] = [];
  const sink: ImportSink = {
    append: ({ payload }) => {
      const bytes = Buffer.from(payload);
      forEachValue(bytes, 0, (from, to) => facts.push(readFact(bytes, from, to)));
    },
    reject: (reject) => rejects.push(reject),
    leftOut: (line, id) => left.push([line, id]),
    raw: (bytes) => raw.push(Buffer.from(bytes)),
  };
  const lineOf = (fact: Fact) => Number(fact.raw.split('/')[1]);
  const found = (result: ImportResult): Found => ({
    result,
    facts: facts.toSorted((one, other) => lineOf(one) - lineOf(other)),
    rejects,
    left,
    raw: Buffer.concat(raw).toString('latin1'),
  });
  return { sink, found };
}

async function readWhole(path: string, kind: FileKind): Promise<Found> {
  const { sink, found } = collector();
  return found(await readFile(jobOf(path, kind), sink));
}

/** Reads the parts in another order than that of the file; the rejects are then put in their order. */
async function readByParts(path: string, kind: FileKind, partBytes: number, chunkBytes = 1_000) {
  const { sink, found } = collector();
  const parts: FilePart[] = [];
  const job = { ...jobOf(path, kind), partBytes, chunkBytes };
  const whole = await readFile(job, { ...sink, part: (part) => parts.push(part) });
  const results: ImportResult[] = [];
  for (const [index, part] of [...parts.entries()].reverse()) {
    results[index] = await readFile({ ...job, part }, { ...sink, raw: () => expect.unreachable() });
  }
  const read = found(parts.length === 0 ? whole : joinParts(whole, results));
  const rejects = read.rejects.toSorted((one, other) => one.line! - other.line!);
  return { parts, read: { ...read, rejects } };
}

const id = fc.integer({ min: 0, max: 99_999 });
const amount = fc.constantFrom('10.00', '0.5', '1234567.89', '1e3', '', '-4', '25.000', '7');
const currency = fc.constantFrom('KES', 'KES', 'UGX', 'ABC', 'kes');
const time = fc.constantFrom('2026-01-31T09:00:00Z', '2026-01-31T09:00:00+03:00', '2026-01-31', '');
const end = fc.constantFrom('\n', '\n', '\n', '\r\n');
const odd = fc.constantFrom('', '  ', 'x', '{', '{"id":', '[]', ',,,,,', 'Zürich,ß,1', 'a\u0000b', 'Total,,3');

const orderRow = fc
  .tuple(fc.constantFrom('m', 'Zürich', '', 'm m'), id, amount, currency, time)
  .map(([merchant, reference, ...rest]) => [merchant, `R${reference}`, ...rest].join(','));
const callbackRow = fc.tuple(id, amount, currency, time, fc.boolean()).map(([number, sum, unit, at, isNumber]) => {
  const value = isNumber && /^\d+$/.test(sum) ? sum : `"${sum}"`;
  return (
    `{"id":"e${number}","event":"payment.success","created_at":"${at}","data":{"transaction_reference":"R${number}",` +
    `"transaction_id":"T${number}","amount":${value},"currency":"${unit}"}}`
  );
});
const pollRow = fc.tuple(id, amount, currency, time).map(([number, sum, unit, at]) => {
  return (
    `{"transaction_reference":"R${number}","transaction_id":"T${number}","status":"success","amount":"${sum}",` +
    `"currency":"${unit}","updated_at":"${at}"}`
  );
});

const ORDERS_HEADER = 'merchant,transaction_reference,amount,currency,placed_at';
const header = fc.constantFrom(
  ORDERS_HEADER,
  `\ufeff${ORDERS_HEADER}`,
  `sep=,\n${ORDERS_HEADER}`,
  `My shop\n\n${ORDERS_HEADER}`,
);
const rejectedHeader = `${REJECT_COLUMNS.join(',')},${ORDERS_HEADER}`;
const quoted = fc.constantFrom('"m",R1,10.00,KES,2026-01-31T09:00:00Z', '"m\nm",R2,1,KES,2026-01-31', '"open,R3,1,KES');

function linesOf(row: fc.Arbitrary<string>, others: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const line = fc.oneof({ weight: 12, arbitrary: row }, { weight: 1, arbitrary: others });
  const ended = fc.tuple(line, end).map((parts) => parts.join(''));
  const last = fc.oneof(fc.constant(''), row);
  return fc.tuple(fc.array(ended, { maxLength: 60 }), last).map(([lines, open]) => lines.join('') + open);
}

const file = fc.oneof(
  fc.tuple(header, linesOf(orderRow, fc.oneof(odd, fc.constant(ORDERS_HEADER)))).map(([head, rows]) => {
    return { kind: 'orders' as const, text: `${head}\n${rows}` };
  }),
  fc
    .tuple(header, linesOf(orderRow, quoted))
    .map(([head, rows]) => ({ kind: 'orders' as const, text: `${head}\n${rows}` })),
  linesOf(
    orderRow.map((row) => `orders.csv,3,amount,,,${row}`),
    odd,
  ).map((rows) => ({ kind: 'orders' as const, text: `${rejectedHeader}\n${rows}` })),
  linesOf(callbackRow, odd).map((rows) => ({ kind: 'callbacks' as const, text: `{"id":"first"}\n${rows}` })),
  linesOf(pollRow, odd).map((rows) => ({ kind: 'polls' as const, text: `\ufeff{}\n${rows}` })),
);

let files = 0;
function written(text: string): string {
  const path = join(dir, `file-${files++}`);
  writeFileSync(path, text);
  return path;
}

/** The result, or the refusal. */
const outcome = <Value>(promise: Promise<Value>) => promise.catch((error: Error) => error.message);

describe('a file in parts', () => {
  it('gives what it gives in one piece, wherever it is cut', async () => {
    let cut = 0;
    const sizes = fc.tuple(fc.integer({ min: 60, max: 2_000 }), fc.integer({ min: 20, max: 900 }));
    await fc.assert(
      fc.asyncProperty(file, sizes, async ({ kind, text }, [partBytes, chunkBytes]) => {
        const path = written(text);
        const whole = await outcome(readWhole(path, kind));
        const parts = await outcome(readByParts(path, kind, partBytes, chunkBytes));
        if (typeof parts === 'string') return expect(parts).toEqual(whole);
        if (parts.parts.length > 1) cut++;
        expect(parts.read).toEqual(whole);
      }),
      { numRuns: 200 },
    );
    expect(cut).toBeGreaterThan(50);
  });

  const rows = (count: number, row: (at: number) => string) =>
    Array.from({ length: count }, (_, at) => row(at)).join('');
  const order = (at: number) => `m,R${at},10.00,KES,2026-01-31T09:00:00Z\n`;
  const body = '{"id":"e","event":"payment.success","data":{"transaction_reference":"R","transaction_id":"T"}}\n';

  it.each<[string, FileKind, string]>([
    [
      'orders that name their whole',
      'orders',
      `${ORDERS_HEADER},parent\n${rows(80, (at) => `${order(at).trim()},\n`)}`,
    ],
    ['orders in JSON, which may name one', 'orders', rows(80, (at) => `{"transaction_reference":"R${at}"}\n`)],
    ['settlement lines, of which two may be one', 'settlements', rows(80, () => '{"type":"payment"}\n')],
    ['a file whose last row is cut off', 'callbacks', `${body.repeat(80)}{"id":"e`],
    ['a list in one document', 'callbacks', `[${body.trim()}]`],
    ['text in an encoding that nobody names', 'callbacks', body.repeat(80)],
  ])('is not made of %s', async (what, kind, text) => {
    const path = written(text);
    if (what.startsWith('text')) writeFileSync(path, Buffer.concat([Buffer.from(text), Buffer.from([0xe9, 10])]));
    const parts: FilePart[] = [];
    const job = { ...jobOf(path, kind), partBytes: 300, chunkBytes: 100 };
    await outcome(readFile(job, { ...collector().sink, part: (part) => parts.push(part) }));
    expect(parts).toEqual([]);
  });

  it('ends before the first quote, from which on all is one part', async () => {
    const path = written(`${ORDERS_HEADER}\n${rows(2_000, order)}"m",R,1,KES,2026-01-31T09:00:00Z\n${rows(50, order)}`);
    const { parts } = await readByParts(path, 'orders', 200, 100);
    expect(parts.length).toBeGreaterThan(5);
    const last = parts.at(-1)!;
    expect(last.to - last.from).toBeGreaterThan(50 * order(10).length);
  });

  it('lacks what a part of it lacks, whatever was seen before it was cut', async () => {
    const path = written(body.repeat(20) + body.trim());
    utimesSync(path, 1, 1);
    const parts: FilePart[] = [];
    const job = { ...jobOf(path, 'callbacks'), partBytes: 500, chunkBytes: 100 };
    const whole = await readFile(job, { ...collector().sink, part: (part) => parts.push(part) });
    writeFileSync(path, `${body.repeat(20)}${body.trim().slice(0, -1)} `);
    utimesSync(path, 1, 1);
    const results: ImportResult[] = [];
    for (const part of parts) results.push(await readFile({ ...job, part }, collector().sink));
    expect(results.length).toBeGreaterThan(1);
    expect(joinParts(whole, results).lack).toMatchObject({ found: 'one that is cut off' });
  });

  it('is refused where the file was written to since it was cut', async () => {
    const path = written(`${ORDERS_HEADER}\n${rows(50, order)}`);
    const { parts } = await readByParts(path, 'orders', 200, 100);
    utimesSync(path, 1, 1);
    const reading = readFile({ ...jobOf(path, 'orders'), part: parts[1]! }, collector().sink);
    await expect(reading).rejects.toThrow('a file that stays as it is while it is read');
  });
});
