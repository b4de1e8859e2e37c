// Raw exchanges by the API, as people and keys of single merchants see them.
import { expect, test } from 'vitest';
import { NOON, order, paid } from '../../service/ledger/given-live-ledger.ts';
import { givenApi } from './given-api.ts';

test('exchanges of single merchants are those in which every name is of their orders', () =>
  givenApi(async (given) => {
    const other = { merchant: 'shop-2' };
    const facts = [order('A-1'), paid('A-1'), order('B-1', other), paid('B-1')];
    await given.ledger.writer.append(facts);
    const body = { headers: {}, body: Buffer.from('') };
    const exchange = (id: string, names: string[], account = 'mfs-africa/main') =>
      given.exchanges.push({
        ...{ id, direction: 'in', at: NOON, elapsed_ms: 1, account, method: 'POST', url: '/webhooks', names },
        ...{ request: body, status: 200, response: body, fault: null },
      } as const);
    exchange('own', ['A-1', 'P-A-1']);
    exchange('both', ['A-1', 'B-1']);
    exchange('strange', ['A-1', 'P-B-1']);
    exchange('theirs', ['B-1', 'P-B-1']);
    exchange('nameless', []);
    exchange('call', ['A-1'], '');
    for (const role of ['operator', 'approver', 'auditor'] as const) {
      const key = given.key(role, 'shop-1');
      const found = async (query: string) => {
        const { status, json } = await given.ask({ url: `/v1/exchanges?${query}`, key });
        return status === 200 ? json.exchanges.map(({ id }: { id: string }) => id) : status;
      };
      expect([await found('name=A-1'), await found('name=B-1')]).toEqual([['own'], []]);
      expect([await found(''), await found('id=both'), await found('id=own')]).toEqual([400, [], ['own']]);
      const seen = await Promise.all(
        given.exchanges.map(async ({ id }) => (await given.ask({ url: `/v1/exchanges/${id}`, key })).status),
      );
      expect(seen).toEqual([200, 404, 404, 404, 404, 404]);
    }
  }));
