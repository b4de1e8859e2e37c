// Real bodies, changed at random: whatever comes, a reader answers, and tells no money that the body does not say.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { normalDecimal, parseDecimal } from '../../src/domain/decimal.ts';
import type { Fact } from '../../src/domain/fact.ts';
import type { BodyKind, BodyReading } from '../../src/producers/bodies/body.ts';
import { exactJson } from '../../src/producers/bodies/json-fields.ts';
import type { RegisteredProvider } from '../../src/providers/registry.ts';
import { bodyReader, type Given } from './body-reader.ts';

/** How often each body is changed. */
const CHANGES = Number(process.env.HESABU_TEST_FUZZ ?? 120);

export interface FuzzedBody extends Given {
  readonly kind: BodyKind;
  readonly body: unknown;
  /** What an amount of the body is divided by: 100 for a network that writes hundredths. */
  readonly scale?: 1 | 100;
}

/** Each body is changed ten thousand times in a long run. `currency` is that of a network that writes none. */
export function fuzzReaders(
  provider: RegisteredProvider,
  bodies: Readonly<Record<string, FuzzedBody>>,
  currency?: string,
): void {
  test.each(Object.entries(bodies))(
    '%s, changed at random, is read without a throw and without other money',
    (_, one) => {
      const whole = typeof one.body === 'string' ? one.body : JSON.stringify(one.body);
      const read = bodyReader(provider, one.kind, one);
      fc.assert(
        fc.property(fc.integer({ min: 0, max: 2 ** 31 - 1 }), (seed) => {
          const text = changed(whole, randomOf(seed));
          const reading = read(text);
          expectToldWhole(reading, text);
          expectMoneyOf(reading.facts, saidIn(text, one.scale ?? 1), [currency, ...currenciesOf(one)], text);
        }),
        { numRuns: CHANGES },
      );
    },
  );
}

/** Nothing is dropped in silence: what gives no fact is told. */
function expectToldWhole({ facts, rejects, ignored, unread }: BodyReading, text: string): void {
  const isEmptyPage = /"results" *: *\[ *\]/.test(text);
  expect(facts.length + rejects.length + ignored.length + (unread === null ? 0 : 1) > 0 || isEmptyPage, text).toBe(
    true,
  );
  for (const fact of facts) {
    expect(fact.id.length, text).toBeGreaterThan(0);
    expect(fact.transaction_reference.length, text).toBeGreaterThan(0);
    expect(Number.isSafeInteger(fact.occurred_at ?? 0), text).toBe(true);
  }
}

function expectMoneyOf(facts: readonly Fact[], said: Said, own: readonly unknown[], text: string): void {
  for (const { body } of facts) {
    const of = body as unknown as Readonly<Record<string, unknown>>;
    for (const name of ['amount', 'fee', 'gross', 'settlement_amount']) {
      const value = of[name];
      if (typeof value === 'string') expect(said.sums.has(plain(value)!), `${name} ${value} of ${text}`).toBe(true);
    }
    if (typeof of.currency === 'string') expect([...said.texts, ...own], text).toContain(of.currency);
    const meansMoney = of.type === 'PaymentObserved' && MEANS_MONEY.has(String(of.status));
    if (meansMoney) expect(said.isPaid, `${of.status} of ${text}`).toBe(true);
  }
}

function currenciesOf({ settings = {} }: Given): unknown[] {
  return [settings.currency, ...Object.values(settings.currencies ?? {})];
}

const MEANS_MONEY: ReadonlySet<string> = new Set(['succeeded', 'reversed', 'refunded', 'charged_back']);
/** The words of all networks by which money moved, and the events that happen only then. */
const PAID_WORDS = ['ts', 'ok', '0', '2', 'mr101', 'chargeable', 'consumed', 'fulfilled', 'cashed_out', 'won', 'lost'];
const PAID_PARTS = /succ|accept|complet|process|receiv|paid|revers|refund|captur|declined/i;
/** Members of what M-Pesa tells of nothing but paid money, in confirmations and in lists. */
const OF_PAID_ONLY = /^(?:TransID|TransTime|TransAmount|trxDate|transactiontype)2?$/;
/** Members that have sums; no other number of a body may become money. M-Pesa says `{Name: "Amount", Value: 5}`. */
const OF_MONEY = /amount|fee|charge|price|total|difference|value|duty|net|refund|^paid2?$/i;

interface Said {
  /** Without their signs. */
  readonly sums: ReadonlySet<string>;
  readonly texts: ReadonlySet<string>;
  readonly isPaid: boolean;
}

function saidIn(text: string, scale: 1 | 100): Said {
  const sums = new Set<string>();
  const texts = new Set<string>();
  const shift = scale === 100 ? 2 : 0;
  let isPaid = false;
  const collect = (value: unknown, name: string): void => {
    isPaid ||= OF_PAID_ONLY.test(name);
    if (typeof value === 'object' && value !== null) {
      for (const [key, inner] of Object.entries(value)) collect(inner, Array.isArray(value) ? name : key);
    } else if (typeof value === 'string') {
      texts.add(value.trim().toUpperCase());
      isPaid ||= PAID_WORDS.includes(value.trim().toLowerCase()) || PAID_PARTS.test(value);
      // M-Pesa writes charges as `Fee For B2C Payment|KES|22.40`.
      const sum = OF_MONEY.test(name) ? plain(value.slice(value.lastIndexOf('|') + 1).trim(), shift) : undefined;
      if (sum !== undefined) sums.add(sum);
      if (value.includes('|')) texts.add(value.split('|').at(-2)!.trim().toUpperCase());
    }
  };
  const json = exactJson(text);
  if ('value' in json) collect(json.value, '');
  return { sums, texts, isPaid };
}

function plain(text: string, shift = 0): string | undefined {
  const decimal = parseDecimal(text);
  if (decimal === undefined) return undefined;
  const digits = decimal.digits < 0n ? -decimal.digits : decimal.digits;
  return normalDecimal({ digits, scale: decimal.scale + shift }, 0);
}

type Random = (below: number) => number;

/** Numbers that follow from the seed alone (mulberry32). */
function randomOf(seed: number): Random {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/** What networks were met with, and what nobody should send. */
const VALUES: readonly unknown[] = [
  ...[null, true, false, 0, -1, 1.5, 1e21, 1e-7, 123456789012, '', ' ', '0', '-0', '-5', '+5', '1,000', '1.000,00'],
  ...['12.3456', '1e3', 'NaN', 'Infinity', '0x10', '٣', 'N/A', 'null', 'constructor', '__proto__', 'KES', 'UGX', 'ZZZ'],
  ...['2024-02-30T00:00:00Z', '2024-05-01T09:00:00Z', '1714554000', '\u0000', '\ud800', 'x'.repeat(300), '?a:b', '!a'],
  ...[[], {}, [[]], [null], { id: 1 }, { amount: '7' }, '{"amount":7}'],
];
const CHARS = '0123456789"{}[],:.-+eEnt \\u';

function changed(whole: string, random: Random): string {
  let text = whole;
  for (let left = 1 + random(3); left > 0; left--) {
    const json = random(4) === 0 ? undefined : parsed(text);
    text = json === undefined ? changedText(text, random) : JSON.stringify(changedValue(json, random));
  }
  return text;
}

function parsed(text: string): unknown {
  try {
    const value = JSON.parse(text) as unknown;
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

function changedText(text: string, random: Random): string {
  const at = random(text.length + 1);
  const char = CHARS[random(CHARS.length)]!;
  switch (random(4)) {
    case 0:
      return text.slice(0, at);
    case 1:
      return `${text.slice(0, at)}${text.slice(at + 1)}`;
    case 2:
      return `${text.slice(0, at)}${char}${text.slice(at)}`;
    default:
      return `${text.slice(0, at)}${char}${text.slice(at + 1)}`;
  }
}

/** One member somewhere gets another value, another name, a twin, or goes. */
function changedValue(root: unknown, random: Random): unknown {
  const places: [holder: Record<string, unknown>, name: string][] = [];
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    const holder = value as Record<string, unknown>;
    for (const name of Object.keys(holder)) {
      places.push([holder, name]);
      visit(holder[name]);
    }
  };
  visit(root);
  if (places.length === 0) return VALUES[random(VALUES.length)];
  const [holder, name] = places[random(places.length)]!;
  const [otherHolder, otherName] = places[random(places.length)]!;
  switch (random(6)) {
    case 0:
      delete holder[name];
      break;
    case 1:
      holder[name] = structuredClone(otherHolder[otherName]);
      break;
    case 2:
      holder[`${name}2`] = holder[name];
      break;
    case 3:
      holder[name] = [holder[name]];
      break;
    default:
      holder[name] = structuredClone(VALUES[random(VALUES.length)]);
  }
  return root;
}
