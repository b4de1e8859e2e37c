// A fault as a problem (RFC 9457): its type is an absolute URI, which means the same wherever the answer is read.
import { expect, test } from 'vitest';
import { ERROR_CODES, type ErrorCode } from '../../src/domain/error-codes.ts';
import { HesabuError } from '../../src/domain/errors.ts';
import { Problem } from '../../src/http/api/schemas/basic.ts';
import { problemOf } from '../../src/http/problem.ts';
import { knownSecrets } from '../../src/runtime/known-secrets.ts';

const bodyOf = (error: unknown) => problemOf(error, 'r-1', 'GET /v1/x', 0).body;

test.each(Object.keys(ERROR_CODES) as ErrorCode[])('the type of %s is a URI with the code at its end', (code) => {
  const body = bodyOf(new HesabuError(code));
  expect(body.type).toBe(`urn:hesabu:error:${code}`);
  expect(URL.canParse(body.type)).toBe(true);
  expect(Problem.safeParse(body).error?.issues ?? []).toEqual([]);
});

test('a secret that a gateway quoted in its words is not told (S24)', () => {
  knownSecrets.add('q7Rk2_vVx9-ZpLw3TnB8mYd4');
  const body = bodyOf(new HesabuError('HESABU_GATEWAY_REFUSED', { found: '401 "no key q7Rk2_vVx9-ZpLw3TnB8mYd4"' }));
  expect(body.found).toBe('401 "no key (redacted)"');
  expect(JSON.stringify(body)).not.toContain('q7Rk2');
});

test('a fault of the framework, and one that nobody knows, have types too', () => {
  expect(bodyOf({ statusCode: 413 }).type).toBe('urn:hesabu:error:HESABU_BODY_TOO_LARGE');
  expect(bodyOf({ statusCode: 415, message: 'no' }).type).toBe('urn:hesabu:error:HESABU_REQUEST_INVALID');
  expect(bodyOf(new Error('inside')).type).toBe('urn:hesabu:error:HESABU_INTERNAL');
});
