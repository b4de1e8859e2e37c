// The fact codec against the `avsc` library and the published schema: the same bytes, and the same facts back.

import { readFileSync } from 'node:fs';
import avsc from 'avsc';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteWriter } from '../../src/domain/bytes.ts';
import type { Fact } from '../../src/domain/fact.ts';
import {
  claimStart,
  readClaim,
  readClaimStatus,
  readClaimTime,
  readFact,
  readKey,
  writeClaim,
  writeFact,
} from '../../src/log/fact-codec.ts';
import { BatchBuilder, forEachValue } from '../../src/log/value-frames.ts';
import { anyFact, orderFact } from './facts.ts';

const schema = JSON.parse(readFileSync(new URL('../../schemas/fact.avsc', import.meta.url), 'utf8'));
const avroFact = avsc.Type.forSchema(schema);

/** The fact in the shape that the library needs: the claim nested, the body wrapped in its record's name. */
function wrapped(fact: Fact): object {
  const { transaction_reference, received_at, raw, report, line, body, ...rest } = fact;
  return { transaction_reference, received_at, raw, report, line, claim: { ...rest, body: wrappedBody(body) } };
}

/** What says more than usual has a record of its own around the usual one. */
function wrappedBody({ type, ...fields }: Fact['body']): object {
  const { aliases, hint, untimed, parent, series, ...usual } = fields as Record<string, unknown>;
  const names = sorted(aliases);
  if (parent !== undefined) return { 'hesabu.OrderPart': { order: usual, parent } };
  if (type === 'PaymentObserved' && (aliases ?? hint ?? untimed ?? series) !== undefined) {
    const further = { payment: usual, aliases: names, hint: hint === true, untimed: untimed === true };
    if (series === undefined) return { 'hesabu.FurtherPayment': further };
    return { 'hesabu.NumberedPayment': { further, series: sorted(series) } };
  }
  const further = { line: usual, aliases: names };
  if (series !== undefined) return { 'hesabu.NumberedLine': { further, series: sorted(series) } };
  if (aliases !== undefined) return { 'hesabu.FurtherLine': further };
  return { [`hesabu.${type}`]: fields };
}

function sorted(names: unknown): object {
  return Object.fromEntries(Object.entries(names ?? {}).sort(([left], [right]) => (left < right ? -1 : 1)));
}

function bytesOf(fact: Fact): Buffer {
  const writer = new ByteWriter(16);
  writeFact(writer, fact);
  return writer.take();
}

describe('fact codec', () => {
  it('writes the bytes of the schema', () => {
    fc.assert(
      fc.property(anyFact, (fact) => {
        expect(bytesOf(fact).toString('hex')).toBe(avroFact.toBuffer(wrapped(fact)).toString('hex'));
      }),
      { numRuns: 500 },
    );
  });

  it('reads back what was written, at any position in a buffer', () => {
    fc.assert(
      fc.property(anyFact, fc.nat(50), (fact, before) => {
        const bytes = bytesOf(fact);
        const buffer = Buffer.concat([Buffer.alloc(before, 0xff), bytes, Buffer.alloc(7, 0xff)]);
        const end = before + bytes.length;
        const { transaction_reference, received_at, raw, report, line, ...claim } = fact;
        expect(readFact(buffer, before, end)).toEqual(fact);
        expect(readKey(buffer, before)).toBe(transaction_reference);
        const start = claimStart(buffer, before);
        expect(readClaim(buffer, start, end)).toEqual(claim);
        expect(readClaimTime(buffer, start)).toBe(claim.occurred_at);
        const status = claim.body.type === 'PaymentObserved' ? claim.body.status : null;
        expect(readClaimStatus(buffer, start)).toBe(status);
        const writer = new ByteWriter(8);
        writeClaim(writer, fact);
        expect(writer.take()).toEqual(buffer.subarray(start, end));
      }),
      { numRuns: 500 },
    );
  });

  it('refuses a truncated value, or one with an extra byte', () => {
    const bytes = bytesOf(orderFact());
    for (let end = 0; end < bytes.length; end++) expect(() => readFact(bytes, 0, end)).toThrow(RangeError);
    expect(() => readFact(Buffer.concat([bytes, Buffer.alloc(1)]), 0, bytes.length + 1)).toThrow(RangeError);
  });

  it('refuses a symbol that the schema does not have', () => {
    const fact = orderFact();
    const wrong = { ...fact, body: { ...fact.body, status: 'lost' } } as unknown as Fact;
    expect(() => bytesOf(wrong)).toThrow(RangeError);
  });
});

describe('framing', () => {
  it('returns the values of a batch from any index on', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 20 }), fc.nat(20), (values, first) => {
        const builder = new BatchBuilder(16);
        for (const value of values) builder.add(value);
        const { count, payload } = builder.take();
        const seen: [number, string][] = [];
        const total = forEachValue(payload, first, (start, end, index) => {
          seen.push([index, payload.toString('hex', start, end)]);
        });
        expect(count).toBe(values.length);
        expect(total).toBe(values.length);
        const wanted = values.map((value, index) => [index, Buffer.from(value).toString('hex')]);
        expect(seen).toEqual(wanted.slice(first));
        expect(builder.take()).toEqual({ count: 0, payload: Buffer.alloc(0) });
      }),
    );
  });

  it('holds facts as values', () => {
    const builder = new BatchBuilder();
    const fact = orderFact();
    builder.addFact(fact);
    const { payload } = builder.take();
    const facts: Fact[] = [];
    forEachValue(payload, 0, (start, end) => facts.push(readFact(payload, start, end)));
    expect(facts).toEqual([fact]);
  });

  it('refuses a payload that ends within a value', () => {
    const builder = new BatchBuilder();
    builder.add(Buffer.from('abc'));
    const { payload } = builder.take();
    for (const size of [1, 3, 4, 6]) {
      expect(() => forEachValue(payload.subarray(0, size), 0, () => {})).toThrow(RangeError);
    }
  });
});
