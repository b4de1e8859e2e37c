// The trace by an id: which references name it, where its money counts, and which entries another key caused.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { beforeAll, describe, expect, it } from 'vitest';
import { reconcile } from '../../../src/app/reconcile.ts';
import { traceName } from '../../../src/app/trace/trace.ts';
import { traceJson } from '../../../src/app/trace/trace-json.ts';
import { traceText } from '../../../src/app/trace/trace-text.ts';
import { freshDirectory } from '../../cli/commands/given-ledger.ts';
import { callback } from '../../cli/commands/given-payments.ts';

const ORDERS = `merchant,transaction_reference,amount,currency,placed_at
duka,ORDER-1,1000.00,KES,2026-06-01T08:00:00Z
soko,ORDER-4,5000,UGX,2026-06-01T08:00:00Z
soko,ORDER-5,5000,UGX,2026-06-01T08:00:00Z
`;
const CALLBACKS = [
  callback({ number: 1, amount: '1000.00', currency: 'KES', ids: { operator_transaction_id: 'QK1' } }),
  // One payment under two orders.
  callback({ number: 4, amount: '5000', currency: 'UGX', ids: { operator_transaction_id: 'QK4' } }),
  callback({ number: 5, amount: '4990', currency: 'UGX', ids: { operator_transaction_id: 'QK4' } }),
];

let data: string;

beforeAll(async () => {
  const dir = freshDirectory();
  data = join(dir, 'data');
  const [orders, hooks] = [join(dir, 'orders.csv'), join(dir, 'hooks.jsonl')];
  writeFileSync(orders, ORDERS);
  writeFileSync(hooks, `${CALLBACKS.join('\n')}\n`);
  const options = { provider: 'mfs-africa', data, lang: 'en', asOf: '2026-06-01T20:00:00Z' } as const;
  await reconcile({ ...options, orders: [orders], callbacks: [hooks] });
});

const trace = (name: string) => traceName(data, name);

async function linesOf(name: string, lang: 'en' | 'zh-CN' = 'en'): Promise<string[]> {
  return traceText(await trace(name), { lang, target: new PassThrough(), all: false }).split('\n');
}

describe('an identity that one reference names', () => {
  it.each([
    ["the provider's id", 'TXN-1', '?mfs-africa:TXN-1'],
    ["the operator's id", 'QK1', '?mfs-africa:QK1'],
    ['the identity', '?mfs-africa:QK1', '?mfs-africa:QK1'],
  ])('is shown by %s with its reference', async (_, name, identity) => {
    expect((await trace(name)).matches.map(({ key }) => key)).toEqual(['ORDER-1']);
    const [english, chinese] = [await linesOf(name), await linesOf(name, 'zh-CN')];
    expect(english).toContain('Whose payment it is');
    expect(english[english.indexOf(identity) + 1]).toBe('    named by ORDER-1');
    expect(chinese[chinese.indexOf(identity) + 1]).toBe('    被 ORDER-1 引用');
  });

  it('is in the data also by the reference, whose text says no more than it must', async () => {
    const found = await trace('ORDER-1');
    const named = { claimants: ['ORDER-1'], holder: null, split: false };
    const identities = ['QK1', 'TXN-1'].map((id) => ({ identity: `?mfs-africa:${id}`, ...named }));
    expect(found.identities).toEqual(identities);
    expect(traceJson(found, 'en')).toMatchObject({ identities });
    expect(await linesOf('ORDER-1')).not.toContain('Whose payment it is');
  });

  it('is not found where no reference names it', async () => {
    await expect(trace('?mfs-africa:QK9')).rejects.toThrow(/^HESABU_NOT_FOUND: \?mfs-africa:QK9: /);
  });
});

describe('an identity that two references name', () => {
  it.each(['QK4', 'ORDER-4', 'ORDER-5', 'TXN-4', 'TXN-5', '?mfs-africa:QK4'])(
    'shows the same holder by %s',
    async (name) => {
      const { identities } = await trace(name);
      expect(identities.find(({ identity }) => identity === '?mfs-africa:QK4')).toEqual({
        identity: '?mfs-africa:QK4',
        claimants: ['ORDER-4', 'ORDER-5'],
        holder: 'ORDER-4',
        split: false,
      });
      expect(identities.map(({ holder }) => holder)).toEqual(identities.map(() => 'ORDER-4'));
      const lines = await linesOf(name);
      expect(lines[lines.indexOf('?mfs-africa:QK4') + 1]).toBe(
        '    named by ORDER-4, ORDER-5; its money counts under ORDER-4',
      );
    },
  );

  it('says of an entry that another key caused it, not time', async () => {
    const { entries } = (await trace('ORDER-5')).story!;
    const told = entries.find(({ finding }) => finding.reason === 'PAYMENT_SHARED')!;
    expect([told.cause, told.caused_by]).toEqual([null, 'handoff']);
    const aboutIt = (lines: readonly string[]) => lines[lines.findIndex((line) => line.startsWith(`${told.id}  `)) + 1];
    expect(aboutIt(await linesOf('ORDER-5'))).toContain('caused by what another key told this one');
    expect(aboutIt(await linesOf('ORDER-5', 'zh-CN'))).toContain('由其他键告知的内容引起');
  });
});
