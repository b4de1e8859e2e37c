// Three shops with an account each on one ledger: whatever an account says, by whatever way and name, changes nothing
// that another shop sees or may do, except that its owner is told; and no key reads, acts on or blocks another's.
import { describe, expect, test } from 'vitest';
import { type Answered, type Given, givenApi } from '../api/given-api.ts';
import {
  attacksBy,
  idOf,
  prefixOf,
  RULES,
  refOf,
  STAGES,
  TENANTS,
  type Tenant,
  truthOf,
  withTenants,
} from './given-tenants.ts';

// biome-ignore lint/suspicious/noExplicitAny: answers are compared as they are.
type Json = any;

/** What a shop sees of itself, without what it is told of foreign accounts. */
async function seenBy({ ask }: Given, key: string, tenant: Tenant): Promise<object> {
  const transactions: Json[] = [];
  for (const stage of STAGES) {
    const answers = [];
    const names = [refOf(tenant, stage), ...(stage === 'new' ? [] : [idOf(tenant, stage), `O-${idOf(tenant, stage)}`])];
    for (const name of names) {
      const { status, json } = await ask({ url: `/v1/transactions/${name}`, key });
      const { findings, counts, as_of: _, ...rest } = json;
      const own = (findings as Json[]).filter(isOwn);
      const owns = { ...counts, findings: counts.findings - (findings.length - own.length) };
      answers.push({ status, ...rest, counts: owns, findings: own });
    }
    transactions.push(answers);
  }
  const { json: open } = await ask({ url: '/v1/transactions', key });
  const entries = (await ask({ url: '/v1/entries?limit=1000', key })).json.entries as Json[];
  return {
    transactions,
    open: (open.transactions as Json[])
      .map((one) => ({ ...one, findings: one.findings.filter(isOwn) }))
      .filter(({ findings }) => findings.length > 0),
    entries: entries.filter(isOwn),
  };
}

const isOwn = ({ reason }: { reason: string | null }) => reason !== 'FOREIGN_ACCOUNT';

describe('three shops, three accounts, every kind of claim, way and name', () => {
  test('nothing that another account says changes what a shop sees, and the owner is told (S11)', () =>
    withTenants(async (given, keys) => {
      const before = new Map<Tenant, object>();
      for (const one of TENANTS) before.set(one, await seenBy(given, keys[one], one));
      for (const account of TENANTS) {
        for (const victim of TENANTS)
          if (victim !== account) await given.ledger.writer.append(attacksBy(account, victim));
      }
      await given.ledger.loop.catchUp();
      for (const one of TENANTS) {
        expect(await seenBy(given, keys[one], one)).toEqual(before.get(one));
        const { json } = await given.ask({ url: `/v1/transactions/${refOf(one, 'paid')}`, key: keys[one] });
        const told = (json.findings as Json[]).filter((finding) => !isOwn(finding));
        const others = TENANTS.filter((other) => other !== one).map((other) => `mfs-africa/${other}`);
        expect([json.standing, told.map(({ observed }) => observed)]).toEqual(['matched', others]);
      }
    }));

  test('before the orders and their payments come, what others said changes nothing of them either', () =>
    withTenants(async (usual, usualKeys) => {
      const expected = new Map<Tenant, Json>();
      for (const one of TENANTS) expected.set(one, await seenBy(usual, usualKeys[one], one));
      await givenApi(async (given) => {
        given.ledger.loop.rules = RULES;
        for (const account of TENANTS) {
          for (const one of TENANTS) if (one !== account) await given.ledger.writer.append(attacksBy(account, one));
        }
        await given.ledger.loop.catchUp();
        await given.ledger.writer.append(TENANTS.flatMap(truthOf));
        await given.ledger.loop.catchUp();
        for (const one of TENANTS) {
          const seen: Json = await seenBy(given, given.key('shop', `shop-${one}`), one);
          const shown = ({ entry: _, ...finding }: Json) => finding;
          const bare = (views: Json[][]) =>
            views.map((view) => view.map(({ findings, ...rest }) => ({ ...rest, findings: findings.map(shown) })));
          expect(bare(seen.transactions)).toEqual(bare(expected.get(one).transactions));
        }
      });
    }));

  test('a shop can still do everything with its orders (S11)', () =>
    withTenants(async (given, keys) => {
      for (const account of TENANTS) {
        for (const one of TENANTS) if (one !== account) await given.ledger.writer.append(attacksBy(account, one));
      }
      await given.ledger.loop.catchUp();
      let number = 0;
      const act = (tenant: Tenant, url: string, json: object) =>
        given.ask({ method: 'POST', url, key: keys[tenant], json, idempotencyKey: `k${number++}` });
      for (const one of TENANTS) {
        const [refund, pay, cancel, place] = [
          await act(one, `/v1/orders/${refOf(one, 'paid')}/refunds`, {}),
          await act(one, `/v1/orders/${refOf(one, 'tried')}/payments`, {
            phone: '+254711223344',
            operator: 'MPESA_KE',
          }),
          await act(one, `/v1/orders/${refOf(one, 'new')}/cancel`, {}),
          await act(one, '/v1/orders', {
            ...{
              merchant: `shop-${one}`,
              transaction_reference: `${prefixOf(one)}later`,
              amount: '5.00',
              currency: 'KES',
            },
          }),
        ];
        expect([refund.status, pay.status, cancel.status, place.status]).toEqual([202, 202, 200, 201]);
        expect([refund.json.amount, cancel.json.status]).toEqual(['1000.00', 'cancelled']);
      }
      expect(given.gateway.refunds.map(({ paymentId }) => paymentId)).toEqual(TENANTS.map((one) => idOf(one, 'paid')));
    }));

  test("no key reads, acts on or is told of another shop's, by any name (S11)", () =>
    withTenants(async ({ ask, ledger }, keys) => {
      for (const account of TENANTS) {
        for (const one of TENANTS) if (one !== account) await ledger.writer.append(attacksBy(account, one));
      }
      await ledger.loop.catchUp();
      let number = 0;
      for (const reader of TENANTS) {
        const key = keys[reader];
        const answers: Answered[] = [
          await ask({ url: '/v1/transactions', key }),
          await ask({ url: '/v1/entries?limit=1000', key }),
        ];
        for (const { text } of answers) {
          for (const one of TENANTS)
            if (one !== reader) expect(text).not.toMatch(new RegExp(`shop-${one}|T-${one}-|${prefixOf(one)}`));
        }
        for (const one of TENANTS) {
          if (one === reader) continue;
          for (const stage of STAGES) {
            const id = idOf(one, stage);
            for (const name of [refOf(one, stage), id, `O-${id}`, `Q-${id}`, `other-${id}`, `own-${id}`, `by-${id}`]) {
              expect((await ask({ url: `/v1/transactions/${name}`, key })).status).toBe(404);
            }
            for (const [act, json] of [
              ['refunds', {}],
              ['cancel', {}],
              ['payments', { phone: '+254711223344', operator: 'MPESA_KE' }],
            ] as const) {
              const url = `/v1/orders/${refOf(one, stage)}/${act}`;
              const asked = { method: 'POST', url, key, json, idempotencyKey: `k${number++}` } as const;
              expect((await ask(asked)).status).toBe(404);
            }
          }
        }
      }
    }));
});
