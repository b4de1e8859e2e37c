// Where a request ends: lengths and transfer encodings that lie, and tricks that make two readers see two requests.
import { describe, expect, test } from 'vitest';
import { payment, signature } from './given.ts';
import { expectRefused, head, IMPATIENT, lengthOf, listening, request, statusOf, talk } from './raw.ts';

describe('a length that is not the body’s', () => {
  const body = payment('length');
  const { length } = body;
  test('shorter: what was signed is not what came', () =>
    listening(async ({ port, facts }) => {
      // What is left over is no request, and may be refused first.
      expect([400, 401]).toContain(statusOf(await talk(port, request(body, [`content-length: ${length - 5}`]))));
      expect(facts).toEqual([]);
    }));

  test('longer: nobody waits for the rest for ever', () =>
    listening(
      async ({ port, facts }) => {
        expectRefused(await talk(port, request(body, [`content-length: ${length + 5}`])), 408);
        expect(facts).toEqual([]);
      },
      { patience: IMPATIENT },
    ));

  test.each([
    ['below zero', ['content-length: -5']],
    ['no number', ['content-length: many']],
    ['twice, and not the same', [`content-length: ${length}`, `content-length: ${length + 1}`]],
    ['twice in one', [`content-length: ${length}, ${length}`]],
    ['beyond all numbers', [`content-length: ${'9'.repeat(40)}`]],
    ['with a sign', [`content-length: +${length}`]],
    ['in hexadecimal', [`content-length: 0x${length.toString(16)}`]],
  ])('%s is no HTTP', (_what, headers) =>
    listening(async ({ port, facts }) => {
      expectRefused(await talk(port, request(body, headers)), 400);
      expect(facts).toEqual([]);
    }),
  );

  test('over a mebibyte is refused before it is sent', () =>
    listening(async ({ port, facts }) => {
      expectRefused(await talk(port, head(['content-length: 1048577', 'x-signature: t=1,v1=00'])), 413);
      expect(facts).toEqual([]);
    }));

  test('over a mebibyte without a length is refused once it is', () =>
    listening(async ({ port, facts }) => {
      const [chunk, rest] = [`10000\r\n${'x'.repeat(65_536)}\r\n`, `1\r\nx\r\n0\r\n\r\n`];
      const begin = head(['transfer-encoding: chunked', 'x-signature: t=1,v1=00']);
      expectRefused(await talk(port, begin + chunk.repeat(16) + rest), 413);
      expect(facts).toEqual([]);
    }));

  test('none at all is an empty body, and what follows is another request', () =>
    listening(async ({ port, facts }) => {
      // The empty one is signed by nobody; what follows is no HTTP, and may be refused first.
      expect([400, 401]).toContain(statusOf(await talk(port, request(body, []))));
      expect(facts).toEqual([]);
    }));
});

describe('a transfer encoding', () => {
  const body = payment('chunked');
  const chunk = `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;
  const signed = [`x-signature: ${signature(body)}`, 'content-type: application/json'];

  test('in chunks is taken', () =>
    listening(async ({ port, facts }) => {
      expect(statusOf(await talk(port, head([...signed, 'transfer-encoding: chunked']) + chunk))).toBe(200);
      expect(facts).toHaveLength(1);
    }));

  test.each([
    ['beside a length', ['transfer-encoding: chunked', lengthOf(body)]],
    ['beside a length before it', [lengthOf(body), 'transfer-encoding: chunked']],
    ['of no known kind', ['transfer-encoding: cow']],
    ['that ends otherwise', ['transfer-encoding: chunked, identity']],
    ['twice', ['transfer-encoding: chunked', 'transfer-encoding: cow']],
    ['written with a space before the colon', ['transfer-encoding : chunked']],
    ['hidden behind a tab', ['transfer-encoding:\tchunked\x0b']],
    ['folded over two lines', ['transfer-encoding:', ' chunked', lengthOf(body)]],
  ])('%s is no HTTP that is taken', (_what, headers) =>
    listening(async ({ port, facts }) => {
      expectRefused(await talk(port, head([...signed, ...headers]) + chunk), 400);
      expect(facts).toEqual([]);
    }),
  );

  test.each([
    ['a size that is none', 400, `zz\r\n${body}\r\n0\r\n\r\n`],
    ['a size below zero', 400, `-1\r\n${body}\r\n0\r\n\r\n`],
    ['a size beyond all numbers', 400, `${'f'.repeat(20)}\r\n${body}\r\n0\r\n\r\n`],
    ['a size that ends too early', 400, `5\r\n${body}\r\n0\r\n\r\n`],
    ['a size that promises more', 408, `${(body.length + 5).toString(16)}\r\n${body}`],
    ['no last chunk', 408, `${body.length.toString(16)}\r\n${body}\r\n`],
    ['endless words beside a size', 413, `${body.length.toString(16)};${'x'.repeat(50_000)}\r\n${body}\r\n0\r\n\r\n`],
  ])('with %s is refused', (_what, status, chunks) =>
    listening(
      async ({ port, facts }) => {
        expectRefused(await talk(port, head([...signed, 'transfer-encoding: chunked']) + chunks), status);
        expect(facts).toEqual([]);
      },
      status === 408 ? { patience: IMPATIENT } : {},
    ),
  );

  test('with the signature behind the body has none: it came after what it should vouch for', () =>
    listening(async ({ port, facts }) => {
      const trailing = chunk.replace(/\r\n$/, `x-signature: ${signature(body)}\r\n\r\n`);
      expectRefused(await talk(port, head(['transfer-encoding: chunked', 'trailer: x-signature']) + trailing), 401);
      expect(facts).toEqual([]);
    }));

  test('smuggles no second request', () =>
    listening(async ({ port, facts }) => {
      const hidden = request(payment('hidden'));
      const outer = head(['content-length: 4', 'transfer-encoding: chunked', ...signed]);
      expectRefused(await talk(port, `${outer}0\r\n\r\n${hidden}`), 400);
      expect(facts).toEqual([]);
    }));
});
