// Every example in ERRORS.md is what its provocation gives, and every code has one.

import { describe, expect, test, vi } from 'vitest';
import { ERROR_CODES, type ErrorCode } from '../../src/domain/error-codes.ts';
import { exampleOf, writeExample } from './chapters.ts';
import { FILES, ROWS } from './files.ts';
import { GATEWAYS } from './gateways.ts';
import { KAFKA, RECORDS, REGISTRY, TOPICS } from './kafka.ts';
import { LEDGER } from './ledger.ts';
import { MACHINE } from './machine.ts';
import { type Provocation, provoked } from './provocation.ts';
import { REQUESTS, WEBHOOKS } from './requests.ts';
import { SERVICE } from './service.ts';
import { SIGN_IN } from './sign-in.ts';
import { USAGE } from './usage.ts';

/** A simulation that knows the truth of the whole week, and gives the shop's files of its first day alone. */
vi.mock('../../src/simulation/marketplace/simulation.ts', async (original) => {
  const { simulate } = await original<typeof import('../../src/simulation/marketplace/simulation.ts')>();
  const firstDay = (seed: number) => {
    const simulation = simulate(seed);
    return { ...simulation, days: simulation.days.slice(0, 1) };
  };
  return { simulate: firstDay };
});

/** Each code is in one of these: a code without a provocation is an error of types. */
const PROVOCATIONS: Readonly<Record<ErrorCode, Provocation>> = {
  ...{ ...USAGE, ...FILES, ...ROWS, ...LEDGER, ...MACHINE, ...SERVICE, ...REQUESTS, ...WEBHOOKS, ...GATEWAYS },
  ...{ ...KAFKA, ...REGISTRY, ...TOPICS, ...RECORDS, ...SIGN_IN },
};
const isWriting = process.env.HESABU_TEST_WRITE_EXAMPLES === '1';
const codes = Object.keys(ERROR_CODES) as ErrorCode[];

describe('the example of', () => {
  test.each(codes)('%s', async (code) => {
    const line = await provoked(PROVOCATIONS[code]);
    expect(line).toMatch(new RegExp(`^${code}: [^\\n]+$`));
    if (isWriting) writeExample(code, line);
    expect(exampleOf(code)).toBe(line);
  });
});

test('each code has one provocation', () => {
  expect(Object.keys(PROVOCATIONS).sort()).toEqual(codes.toSorted());
});
