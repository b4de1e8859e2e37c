// The places of a usual claim's parts against the codec that reads any claim.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Span } from '../../src/domain/byte-scan.ts';
import { ByteWriter } from '../../src/domain/bytes.ts';
import { type Claim, ORDER_STATUSES, PAYMENT_STATUSES } from '../../src/domain/fact.ts';
import { type ClaimPlaces, newClaimPlaces, placeClaim } from '../../src/log/claim-places.ts';
import { readClaim, writeClaim } from '../../src/log/fact-codec.ts';
import { order } from '../matching/given.ts';
import { anyFact } from './facts.ts';

const BEFORE = 3;

function bytesOf(claim: Claim): Buffer {
  const writer = new ByteWriter(16);
  for (let at = 0; at < BEFORE; at++) writer.long(-1);
  writeClaim(writer, claim);
  return writer.take();
}

function isUsual({ forwarded, body }: Claim): boolean {
  if (forwarded || 'aliases' in body || 'series' in body || 'hint' in body || 'untimed' in body) return false;
  if (body.type === 'OrderPlaced') return body.parent === undefined;
  if (body.type !== 'PaymentObserved' && body.type !== 'SettlementLineReported') return false;
  if (body.word !== null || body.original_transaction_id !== null) return false;
  if (body.type === 'PaymentObserved') return body.kind === 'payment';
  return body.line_type === 'payment';
}

/** The claim as the places have it, without what they pass over. */
function shown(places: ClaimPlaces) {
  const { bytes, body, occurredAt, orderStatus, placedAt, expiresAt, statusAt, isPoll, paymentStatus } = places;
  const text = ({ from, to }: Span) => (from < 0 ? null : Buffer.from(bytes).toString('utf8', from, to));
  const time = (at: number) => (Number.isNaN(at) ? null : at);
  const { id, provider, merchant, account, payout, amount, currency } = places;
  const about = { id, provider, merchant, account, payout, amount, currency };
  const usual = Object.fromEntries(Object.entries(about).map(([name, span]) => [name, text(span)]));
  const ids = [places.transaction, places.operatorTransaction, places.request].map(text);
  const told = { ...usual, occurredAt: time(occurredAt) };
  if (body === 'OrderPlaced') {
    const times = [placedAt, time(expiresAt), time(statusAt)];
    return { ...told, status: ORDER_STATUSES[orderStatus], times, where: [places.country, places.operator].map(text) };
  }
  if (body === 'PaymentObserved') {
    return { ...told, ids, isPoll, status: PAYMENT_STATUSES[paymentStatus], operator: text(places.operator) };
  }
  const { fee, date, settlementCurrency, settlementAmount, rate } = places;
  return { ...told, ids, line: [fee, date, settlementCurrency, settlementAmount, rate].map(text) };
}

function expected({ body, ...claim }: Claim) {
  const { id, provider, merchant, account, payout, occurred_at: occurredAt } = claim;
  const told = { id, provider, merchant, account, payout, occurredAt };
  if (body.type === 'OrderPlaced') {
    const { amount, currency, status, placed_at, expires_at, status_at, country, operator } = body;
    const times = [placed_at, expires_at, status_at];
    return { ...told, amount, currency, status, times, where: [country, operator] };
  }
  if (body.type !== 'PaymentObserved' && body.type !== 'SettlementLineReported') throw new Error(body.type);
  const { currency, provider_transaction_id, operator_transaction_id, request_id } = body;
  const ids = [provider_transaction_id, operator_transaction_id, request_id];
  if (body.type === 'PaymentObserved') {
    const { amount, status, operator, via } = body;
    return { ...told, amount, currency, ids, isPoll: via === 'poll', status, operator };
  }
  const { gross: amount, fee, settlement_date, settlement_currency, settlement_amount, fx_rate } = body;
  return {
    ...told,
    amount,
    currency,
    ids,
    line: [fee, settlement_date, settlement_currency, settlement_amount, fx_rate],
  };
}

describe('the places of a claim', () => {
  test('are those of its parts, and only a usual claim has any', () => {
    const places = newClaimPlaces();
    let usual = 0;
    fc.assert(
      fc.property(
        anyFact,
        ({ transaction_reference: _, received_at: _at, raw: _raw, report: _r, line: _l, ...claim }) => {
          const bytes = bytesOf(claim);
          expect(placeClaim(bytes, BEFORE, bytes.length, places)).toBe(isUsual(claim));
          if (!isUsual(claim)) return;
          usual++;
          expect(shown(places)).toEqual(expected(claim));
        },
      ),
      { numRuns: 4000 },
    );
    expect(usual).toBeGreaterThan(100);
  });

  test('are none where a number has more bytes than any', () => {
    const places = newClaimPlaces();
    const usual = order({ import_id: 1 });
    const bytes = bytesOf(usual).subarray(0, -1);
    for (let size = 1; size < 12; size++) {
      const number = Buffer.alloc(size, 0x80).fill(0, size - 1);
      const longer = Buffer.concat([bytes, number]);
      const isRead = size < 10;
      expect(placeClaim(longer, BEFORE, longer.length, places)).toBe(isRead);
      const read = () => readClaim(longer, BEFORE, longer.length);
      if (isRead) read();
      else expect(read).toThrow(RangeError);
    }
  });

  test('are none in bytes that the codec refuses, and in those that end too early or too late', () => {
    const places = newClaimPlaces();
    fc.assert(
      fc.property(anyFact, fc.nat(), fc.integer({ min: 0, max: 255 }), (fact, at, byte) => {
        const bytes = bytesOf(fact);
        expect(placeClaim(bytes, BEFORE, bytes.length - 1, places)).toBe(false);
        expect(placeClaim(Buffer.concat([bytes, Buffer.alloc(1)]), BEFORE, bytes.length + 1, places)).toBe(false);
        bytes[BEFORE + (at % (bytes.length - BEFORE))] = byte;
        if (placeClaim(bytes, BEFORE, bytes.length, places)) readClaim(bytes, BEFORE, bytes.length);
      }),
      { numRuns: 500 },
    );
  });
});
