// The log never contains a whole phone number, whatever an error says. It does contain the ids that people search by.

import { hostname } from 'node:os';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HesabuError } from '../../src/domain/errors.ts';
import { buildApp } from '../../src/http/app.ts';
import { SYSTEM_CLOCK } from '../../src/runtime/clock.ts';
import { knownSecrets } from '../../src/runtime/known-secrets.ts';
import { makeLogger } from '../../src/service/logger.ts';
import { generousLimits } from '../http/generous-limits.ts';

const PHONES = ['254712345678', '+254 712 345 679', '0712345670'];
const [FIRST, SECOND, THIRD] = PHONES as [string, string, string];

function given() {
  const lines: string[] = [];
  return { logger: makeLogger('info', { write: (line) => void lines.push(line) }), lines };
}

function refused(code: 'HESABU_GATEWAY_REFUSED' | 'HESABU_GATEWAY_FAILED' = 'HESABU_GATEWAY_REFUSED'): HesabuError {
  const detail = { where: 'mfs-africa/main: POST /payments/initiate', found: `400 "SUBSCRIBER" "no wallet ${FIRST}"` };
  return new HesabuError(code, detail, new Error(`dialled ${SECOND}`, { cause: { to: THIRD } }));
}

describe('a line of the log', () => {
  it.each<[string, (logger: ReturnType<typeof makeLogger>) => void]>([
    ['an error with its detail and causes', (logger) => logger.error({ err: refused() }, 'a request failed')],
    ['an error without a message of its line', (logger) => logger.error({ err: refused() })],
    ['an error alone', (logger) => logger.error(refused())],
    ['a detail', (logger) => logger.warn({ detail: refused().detail, fault: `to ${SECOND}`, found: THIRD }, 'fell')],
    ['a message', (logger) => logger.info(`dialled ${FIRST}`)],
    ['a message beside an object', (logger) => logger.info({ a: 1 }, `dialled ${FIRST}`)],
    [
      'an error in a child logger',
      (logger) => logger.child({ part: 'x' }).error({ err: refused() }, 'a request failed'),
    ],
  ])('given %s, when it is logged, then the line shows no phone number', (_, log) => {
    const { logger, lines } = given();
    log(logger);
    expect(lines).toHaveLength(1);
    for (const phone of PHONES) expect(lines[0]).not.toContain(phone);
    expect(lines[0]).toContain('#hidden');
    JSON.parse(lines[0]!);
  });

  it('given a secret that was read, when a line has it anywhere, then it is hidden (S24)', () => {
    const { logger, lines } = given();
    knownSecrets.add('q7Rk2_vVx9/ZpLw3TnB8"mYd4');
    knownSecrets.add('7712345678');
    logger.warn({ any: { depth: ['q7Rk2_vVx9/ZpLw3TnB8"mYd4'] }, q: 'q7Rk2_vVx9%2FZpLw3TnB8%22mYd4' }, 'refused');
    logger.error({ err: new Error('the key q7Rk2_vVx9/ZpLw3TnB8"mYd4 is not known') });
    logger.info({ at: 7_712_345_678 }, 'a number');
    expect(lines.map((line) => JSON.parse(line).msg)).toEqual([
      'refused',
      'the key (redacted) is not known',
      'a line with a secret was left out',
    ]);
    expect(lines.join('')).not.toMatch(/q7Rk2|7712345678/);
    expect(lines[0]).toContain('"any":{"depth":["(redacted)"]},"q":"(redacted)"');
  });

  it('given ids, times and amounts, when they are logged, then they stay', () => {
    const { logger, lines } = given();
    logger.info({ reference: '254712345678', next: 1_782_000_000_000, ms: 3, code: 'HESABU_INTERNAL' }, 'of 3 facts');
    const { time: _, host, ...line } = JSON.parse(lines[0]!);
    expect(host).toBe(hostname());
    expect(line).toEqual({
      ...{ level: 30, reference: '254712345678', next: 1_782_000_000_000, ms: 3, code: 'HESABU_INTERNAL' },
      msg: 'of 3 facts',
    });
  });

  it('given an error of a gateway with a phone number, when a request fails, then the log hides it', async () => {
    const { logger, lines } = given();
    const register = (app: ReturnType<typeof buildApp>) => {
      app.get('/fails', () => {
        throw refused('HESABU_GATEWAY_FAILED');
      });
    };
    const app = buildApp({
      clock: SYSTEM_CLOCK,
      logger,
      notReady: () => [],
      limits: generousLimits().limits,
      register,
    });
    const { statusCode } = await app.inject({ url: '/fails', headers: { host: 'localhost' } });
    await app.close();
    expect(statusCode).toBeGreaterThanOrEqual(500);
    const text = lines.join('');
    expect(text).toContain('HESABU_GATEWAY_FAILED');
    for (const phone of PHONES) expect(text).not.toContain(phone);
  });

  it('is one line of JSON, whatever text a stranger puts into it (S25)', () => {
    const hostile = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        'a\r\n{"level":60,"msg":"forged"}',
        '\u001b[2J\u001b]0;x\u0007',
        '"}\n{"',
        '\u2028\u2029',
        '\ud800',
      ),
    );
    fc.assert(
      fc.property(hostile, hostile, (text, name) => {
        const { logger, lines } = given();
        logger.warn({ where: text, found: name, reqId: text, nested: { [name]: text } }, text);
        logger.error({ err: new Error(text, { cause: new Error(name) }) });
        expect(lines).toHaveLength(2);
        for (const line of lines) {
          // One event is one line, and no byte of it moves a terminal's cursor.
          expect(line.slice(0, -1)).not.toMatch(/[\x00-\x1f]/);
          expect(line.at(-1)).toBe('\n');
          expect(JSON.parse(line)).toMatchObject({ level: line === lines[0] ? 40 : 50 });
        }
      }),
    );
  });
});
