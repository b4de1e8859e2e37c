// Real bodies, changed at random: whatever comes, a reader answers, and tells no money that the body does not say.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { normalDecimal, parseDecimal } from '../../src/domain/decimal.ts';
import type { Fact } from '../../src/domain/fact.ts';
import type { BodyKind, BodyReading } from '../../src/producers/bodies/body.ts';
import { exactJson } from '../../src/producers/bodies/json-fields.ts';
import type { RegisteredProvider } from '../../src/providers/registry.ts';
import { type Given, readBody } from './body-reader.ts';

/** How often each body is changed. */
const CHANGES = Number(process.env.HESABU_TEST_FUZZ ?? 300);

export interface FuzzedBody extends Given {
  readonly kind: BodyKind;
  readonly body: unknown;
  /** What an amount of the body may be divided by: 100 for a network that writes hundredths. */
  readonly scale?: 1 | 100;
}

/** Each body is changed some thousand times in a long run. */
export function fuzzReaders(provider: RegisteredProvider, bodies: Readonly<Record<string, FuzzedBody>>): void {
  test.each(Object.entries(bodies))(
    '%s, changed at random, is read without a throw and without other money',
    (_, one) => {
      const whole = typeof one.body === 'string' ? one.body : JSON.stringify(one.body);
      fc.assert(
        fc.property(fc.integer({ min: 0, max: 2 ** 31 - 1 }), (seed) => {
          const text = changed(whole, randomOf(seed));
          const reading = readBody(provider, one.kind, text, one);
          expectToldWhole(reading, text);
          expectMoneyOf(reading.facts, text, one.scale ?? 1);
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

function expectMoneyOf(facts: readonly Fact[], text: string, scale: 1 | 100): void {
  const said = amountsIn(text, scale);
  for (const { body } of facts) {
    const of = body as unknown as Readonly<Record<string, unknown>>;
    for (const name of ['amount', 'fee', 'gross', 'settlement_amount']) {
      const value = of[name];
      if (typeof value === 'string') expect(said.has(plain(value)!), `${name} ${value} of ${text}`).toBe(true);
    }
  }
}

/** Every decimal that is a whole value of the body, without its sign. */
function amountsIn(text: string, scale: 1 | 100): ReadonlySet<string> {
  const found = new Set<string>();
  const json = exactJson(text);
  const collect = (value: unknown): void => {
    if (typeof value === 'string') {
      const decimal = plain(value.trim());
      if (decimal !== undefined) found.add(decimal);
      // M-Pesa writes charges as `Fee For B2C Payment|KES|22.40`.
      const last = value.includes('|') ? plain(value.slice(value.lastIndexOf('|') + 1)) : undefined;
      if (last !== undefined) found.add(last);
      const hundredth = scale === 100 ? plain(value.trim(), 2) : undefined;
      if (hundredth !== undefined) found.add(hundredth);
    } else if (typeof value === 'object' && value !== null) for (const inner of Object.values(value)) collect(inner);
  };
  if ('value' in json) collect(json.value);
  return found;
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
