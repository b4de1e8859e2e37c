// Reads a text or bytes as a file of some kind and returns the result, for the producers' tests.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Reject } from '../../src/domain/errors.ts';
import type { Fact, FactBody, OrderPlaced, PaymentObserved, SettlementLineReported } from '../../src/domain/fact.ts';
import type { Append, Topic } from '../../src/log/event-log.ts';
import { readFact } from '../../src/log/fact-codec.ts';
import { forEachValue } from '../../src/log/value-frames.ts';
import { type ImportResult, readFile } from '../../src/producers/files/import-file.ts';
import type { Mapping } from '../../src/producers/files/mapping.ts';
import type { FileKind, Format } from '../../src/producers/formats/format.ts';
import { CANONICAL_FORMATS } from '../../src/producers/formats/formats.ts';

export const RECEIVED_AT = Date.UTC(2026, 1, 1);
export const IMPORT_ID = 7;

export interface Reading {
  readonly result: ImportResult;
  readonly facts: readonly Fact[];
  /** The topic of each fact. */
  readonly topics: readonly Topic[];
  readonly appends: readonly Append[];
  readonly rejects: readonly Reject[];
  /** Each reject as one line: `line field code`. */
  readonly faults: readonly string[];
}

interface Options {
  readonly chunkBytes?: number;
  readonly mapping?: Mapping | undefined;
  /** The canonical one of the kind where absent. */
  readonly format?: Format;
  readonly provider?: string;
  readonly account?: string | null;
  readonly temporary?: string;
}

/** Facts are in the order of their rows, whatever their partition. */
export async function readPath(kind: FileKind, path: string, options: Options = {}): Promise<Reading> {
  const appends: Append[] = [];
  const rejects: Reject[] = [];
  const result = await readFile(
    {
      path,
      kind,
      format: CANONICAL_FORMATS[kind],
      provider: 'mfs-africa',
      account: null,
      importId: IMPORT_ID,
      partitions: 4,
      receivedAt: RECEIVED_AT,
      statedAt: RECEIVED_AT,
      pseudonym: (text) => `hash(${text})`,
      ...options,
    },
    {
      append: (batch) => {
        appends.push(batch);
      },
      reject: (reject) => rejects.push(reject),
    },
  );
  const found = appends.flatMap(factsOf).sort((left, right) => lineOf(left.fact) - lineOf(right.fact));
  return {
    result,
    facts: found.map(({ fact }) => fact),
    topics: found.map(({ topic }) => topic),
    appends,
    rejects,
    faults: rejects.map(({ line, field, code }) => `${line} ${field} ${code}`),
  };
}

/** As `readPath`, for a file with this content. */
export async function read(kind: FileKind, content: string | Buffer, options: Options = {}): Promise<Reading> {
  return withFile(content, (path) => readPath(kind, path, options));
}

export async function withFile<Result>(
  content: string | Buffer,
  use: (path: string) => Promise<Result>,
): Promise<Result> {
  const directory = mkdtempSync(join(tmpdir(), 'hesabu-read-'));
  try {
    const path = join(directory, 'given.txt');
    writeFileSync(path, content);
    return await use(path);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function factsOf(append: Append): { fact: Fact; topic: Topic }[] {
  const facts: { fact: Fact; topic: Topic }[] = [];
  const payload = Buffer.from(append.payload);
  forEachValue(payload, 0, (start, end) => {
    facts.push({ fact: readFact(payload, start, end), topic: append.topic });
  });
  return facts;
}

function lineOf(fact: Fact): number {
  return Number(fact.raw.split('/')[1]);
}

export const orderOf = (fact: Fact | undefined) => bodyOf<OrderPlaced>(fact, 'OrderPlaced');
export const paymentOf = (fact: Fact | undefined) => bodyOf<PaymentObserved>(fact, 'PaymentObserved');
export const settledOf = (fact: Fact | undefined) => bodyOf<SettlementLineReported>(fact, 'SettlementLineReported');

function bodyOf<Body extends FactBody>(fact: Fact | undefined, type: Body['type']): Body {
  if (fact?.body.type !== type) throw new Error(`a ${type} was expected, not ${fact?.body.type}`);
  return fact.body as Body;
}

export const ORDER_HEADER = 'merchant,transaction_reference,amount,currency,placed_at';
export const SETTLEMENT_HEADER =
  'transaction_reference,transaction_id,type,amount_received,currency,fee_deduction,settlement_date';

/** A valid order row. */
export const orderRow = (reference: string) => `shop,${reference},10.00,KES,2026-01-31T09:00:00Z`;
