// Whatever a file holds, an inspection of it has the fixed form, for every provider and every kind of body: no error,
// and no money that the file does not say.

import { describe, expect, test } from 'vitest';
import { type InspectOptions, inspectFile } from '../../../src/app/inspect/inspect.ts';
import { PROVIDERS } from '../../../src/providers/registry.ts';
import { writeFiles } from '../../cli/cli-process.ts';
import { freshDirectory } from '../../cli/commands/given-ledger.ts';

/** Beyond what a stack holds. */
const LEVELS = 30_000;
const nested = (open: string, close: string, inner = '') => `${open.repeat(LEVELS)}${inner}${close.repeat(LEVELS)}`;

const HOSTILE: Readonly<Record<string, string | Buffer>> = {
  nothing: '',
  blanks: ' \r\n\t\n',
  'bytes that are no text': Buffer.from(Array.from({ length: 4096 }, (_, at) => (at * 37) % 256)),
  'UTF-16': Buffer.from('{"id":1}', 'utf16le'),
  'a BOM alone': '\ufeff',
  'a page of a proxy': '<html>502 Bad Gateway</html>',
  'a form': 'status=%ZZ&amount=1&a=%00',
  'half an object': '{"data":{"amount":1',
  'a number': '7',
  'a text': '"status"',
  null: 'null',
  'a list of other values': '[1,null,"x",[[]],{}]',
  'lists in lists': nested('[', ']'),
  'objects in objects': nested('{"data":', '}', '1'),
  'deep members of an event': `{"event":"charge.success","status":"SUCCESSFUL","data":${nested('[', ']')}}`,
  'objects that never close': '{"data":'.repeat(LEVELS),
  'a name twice': '{"status":"success","status":"failed","data":{"amount":1,"amount":2}}',
  'names that objects have': '{"__proto__":{"status":"SUCCESSFUL"},"constructor":1,"toString":2,"hasOwnProperty":3}',
  'a character NUL': '{"id":"a\\u0000b","data":{"id":"\\u0000","reference":"x\\u0000"}}',
  'a byte NUL': '{"id":"a\0b"}',
  'half characters': '{"id":"\\ud800","data":{"id":"\\udc00","reference":"\\udc00x"}}',
  'numbers beyond all': '{"id":1e999999,"data":{"id":-0,"amount":1e400},"amount":123456789012345678901234567890}',
  'line ends of old': '{"id":1}\r{"id":2}',
};

const KINDS = ['webhook', 'poll', 'initiation', 'settlement', 'order', 'export', undefined] as const;
const MAPPING = `accounts:
  - provider: generic
    account: main
    mapping:
      callbacks: { columns: { event: status, transaction_id: id, amount: data.amount } }
      polls: { columns: { transaction_id: id } }
      settlements: { each: data, columns: { transaction_id: id, amount_received: amount } }
      orders: { columns: { transaction_reference: id } }
`;

describe.each(PROVIDERS.map((provider) => provider.name))('a hostile file, read as %s', (provider) => {
  test.each(Object.entries(HOSTILE))('with %s', async (_what, content) => {
    const { file, config } = writeFiles(freshDirectory(), { file: content, config: MAPPING });
    const options: InspectOptions = { provider, ...(provider === 'generic' ? { config } : {}) };
    for (const as of KINDS) {
      const told = await inspectFile(file, { ...options, as }).catch((error: { code: string }) => error.code);
      // The provider has no bodies of this kind.
      if (told === 'HESABU_USAGE') continue;
      expect(told).toEqual({
        ...{ verified: null, facts: [], rejects: expect.any(Array), ignored: expect.any(Array) },
        unread: expect.toSatisfy((why: unknown) => why === null || (typeof why === 'string' && why !== '')),
      });
    }
  });
});

describe('a body that is longer than any', () => {
  const long = `[${'1,'.repeat(3 * 2 ** 20)}1]`;

  test.each(PROVIDERS.map((provider) => provider.name))('is unread as %s, without being parsed', async (provider) => {
    const { file, config } = writeFiles(freshDirectory(), { file: long, config: MAPPING });
    const as = provider === 'shopify' || provider === 'woocommerce' || provider === 'shop' ? 'order' : 'webhook';
    expect(await inspectFile(file, { provider, as, ...(provider === 'generic' ? { config } : {}) })).toEqual({
      ...{ verified: null, facts: [], rejects: [], ignored: [] },
      unread: expect.stringContaining('HESABU_ROW_TOO_LONG'),
    });
  });

  test('in a line of several is a reject of that line alone', async () => {
    const event = { event: 'charge.success', data: { id: 1, status: 'success', reference: 'A-1', amount: 100 } };
    const good = JSON.stringify({
      ...event,
      data: { ...event.data, currency: 'NGN', paid_at: '2026-06-01T11:00:00Z' },
    });
    const { file } = writeFiles(freshDirectory(), { file: `${good}\n${long}\n${good}\n` });
    const told = await inspectFile(file, { provider: 'paystack' });
    expect(told.facts.map(({ transaction_reference: name }) => name)).toEqual(['A-1', 'A-1']);
    expect(told.rejects).toEqual([{ field: '', place: 'line 2', why: expect.stringContaining('HESABU_ROW_TOO_LONG') }]);
  });
});
