// Where a request ends: false lengths and transfer encodings, and tricks that let two readers see different requests.
import { describe, expect, test } from 'vitest';
import { payment, signature } from './given.ts';
import { expectRefused, head, IMPATIENT, lengthOf, listening, request, statusOf, talk } from './raw.ts';

describe('a wrong length', () => {
  const body = payment('length');
  const { length } = body;
  test('shorter than the body: the signature does not match', () =>
    listening(async ({ port, facts }) => {
      // The rest is not a valid request, and may be refused first.
      expect([400, 401]).toContain(statusOf(await talk(port, request(body, [`content-length: ${length - 5}`]))));
      expect(facts).toEqual([]);
    }));

  test('longer than the body: the server does not wait for ever (B01)', () =>
    listening(
      async ({ port, facts }) => {
        expectRefused(await talk(port, request(body, [`content-length: ${length + 5}`])), 408);
        expect(facts).toEqual([]);
      },
      { patience: IMPATIENT },
    ));

  test.each([
    ['a negative length', ['content-length: -5']],
    ['a length that is not a number', ['content-length: many']],
    ['two different lengths', [`content-length: ${length}`, `content-length: ${length + 1}`]],
    ['two lengths in one header', [`content-length: ${length}, ${length}`]],
    ['a too large length', [`content-length: ${'9'.repeat(40)}`]],
    ['a length with a sign', [`content-length: +${length}`]],
    ['a hexadecimal length', [`content-length: 0x${length.toString(16)}`]],
  ])('%s is refused', (_what, headers) =>
    listening(async ({ port, facts }) => {
      expectRefused(await talk(port, request(body, headers)), 400);
      expect(facts).toEqual([]);
    }),
  );

  test('over a mebibyte is refused before the body is sent (B01)', () =>
    listening(async ({ port, facts }) => {
      expectRefused(await talk(port, head(['content-length: 1048577', 'x-signature: t=1,v1=00'])), 413);
      expect(facts).toEqual([]);
    }));

  test('over a mebibyte without a length is refused when the body is over it (B01)', () =>
    listening(async ({ port, facts }) => {
      const [chunk, rest] = [`10000\r\n${'x'.repeat(65_536)}\r\n`, `1\r\nx\r\n0\r\n\r\n`];
      const begin = head(['transfer-encoding: chunked', 'x-signature: t=1,v1=00']);
      expectRefused(await talk(port, begin + chunk.repeat(16) + rest), 413);
      expect(facts).toEqual([]);
    }));

  test('without a length the body is empty, and what follows is another request', () =>
    listening(async ({ port, facts }) => {
      // The empty body has no valid signature; what follows is not valid HTTP, and may be refused first.
      expect([400, 401]).toContain(statusOf(await talk(port, request(body, []))));
      expect(facts).toEqual([]);
    }));
});

describe('a transfer encoding', () => {
  const body = payment('chunked');
  const chunk = `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;
  const signed = [`x-signature: ${signature(body)}`, 'content-type: application/json'];

  test('in chunks is accepted', () =>
    listening(async ({ port, facts }) => {
      expect(statusOf(await talk(port, head([...signed, 'transfer-encoding: chunked']) + chunk))).toBe(200);
      expect(facts).toHaveLength(1);
    }));

  test.each([
    ['beside a length', ['transfer-encoding: chunked', lengthOf(body)]],
    ['beside a length before it', [lengthOf(body), 'transfer-encoding: chunked']],
    ['of an unknown kind', ['transfer-encoding: cow']],
    ['with a last coding other than chunked', ['transfer-encoding: chunked, identity']],
    ['twice', ['transfer-encoding: chunked', 'transfer-encoding: cow']],
    ['written with a space before the colon', ['transfer-encoding : chunked']],
    ['hidden behind a tab', ['transfer-encoding:\tchunked\x0b']],
    ['folded over two lines', ['transfer-encoding:', ' chunked', lengthOf(body)]],
  ])('%s is refused', (_what, headers) =>
    listening(async ({ port, facts }) => {
      expectRefused(await talk(port, head([...signed, ...headers]) + chunk), 400);
      expect(facts).toEqual([]);
    }),
  );

  test.each([
    ['an invalid size', 400, `zz\r\n${body}\r\n0\r\n\r\n`],
    ['a negative size', 400, `-1\r\n${body}\r\n0\r\n\r\n`],
    ['a too large size', 400, `${'f'.repeat(20)}\r\n${body}\r\n0\r\n\r\n`],
    ['a size that is too small', 400, `5\r\n${body}\r\n0\r\n\r\n`],
    ['a size that is too large', 408, `${(body.length + 5).toString(16)}\r\n${body}`],
    ['no last chunk', 408, `${body.length.toString(16)}\r\n${body}\r\n`],
    [
      'a very long extension after a size',
      413,
      `${body.length.toString(16)};${'x'.repeat(50_000)}\r\n${body}\r\n0\r\n\r\n`,
    ],
  ])('with %s is refused', (_what, status, chunks) =>
    listening(
      async ({ port, facts }) => {
        expectRefused(await talk(port, head([...signed, 'transfer-encoding: chunked']) + chunks), status);
        expect(facts).toEqual([]);
      },
      status === 408 ? { patience: IMPATIENT } : {},
    ),
  );

  test('with the signature in a trailer has no signature: it comes after the body that it should prove', () =>
    listening(async ({ port, facts }) => {
      const trailing = chunk.replace(/\r\n$/, `x-signature: ${signature(body)}\r\n\r\n`);
      expectRefused(await talk(port, head(['transfer-encoding: chunked', 'trailer: x-signature']) + trailing), 401);
      expect(facts).toEqual([]);
    }));

  test('cannot smuggle a second request (S22)', () =>
    listening(async ({ port, facts }) => {
      const hidden = request(payment('hidden'));
      const outer = head(['content-length: 4', 'transfer-encoding: chunked', ...signed]);
      expectRefused(await talk(port, `${outer}0\r\n\r\n${hidden}`), 400);
      expect(facts).toEqual([]);
    }));
});
