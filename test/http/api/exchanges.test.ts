// Raw exchanges by the API, as people and keys of single merchants see them.
import { expect, test } from 'vitest';
import { caseId } from '../../../src/domain/case-id.ts';
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

test('a case has the latest exchanges that the caller may see, where he asks for them', () =>
  givenApi(async (given) => {
    await given.ledger.writer.append([order('A-1'), paid('A-1', { data: { amount: '900.00' } })]);
    const body = { headers: {}, body: Buffer.from('') };
    for (const [id, names, at] of [
      ['first', ['A-1', 'P-A-1'], NOON],
      ['second', ['A-1'], NOON + 1],
      ['others', ['A-1', 'B-1'], NOON + 2],
    ] as const) {
      given.exchanges.push({
        ...{ id, direction: 'in', at, elapsed_ms: 1, account: 'mfs-africa/main', method: 'POST', url: '/w' },
        ...{ names: [...names], request: body, status: 200, response: body, fault: null },
      } as const);
    }
    const id = caseId({ key: 'A-1', stage: 'payment', reason: 'AMOUNT_UNDER', subject: '' });
    const shown = async (role: 'shop' | 'operator', query: string, merchant = '*') => {
      const { json } = await given.ask({ url: `/v1/cases/${id}${query}`, key: given.key(role, merchant) });
      return [json.exchanges?.map((one: { id: string }) => one.id) ?? null, json.more];
    };
    const more = '/v1/exchanges?name=A-1';
    expect(await shown('operator', '?exchanges=20')).toEqual([['others', 'second', 'first'], more]);
    expect(await shown('operator', '?exchanges=2')).toEqual([['others', 'second'], more]);
    expect(await shown('operator', '?exchanges=20', 'shop-1')).toEqual([['second', 'first'], more]);
    expect(await shown('operator', '')).toEqual([null, null]);
    expect(await shown('shop', '?exchanges=20')).toEqual([null, null]);
    const tooMany = await given.ask({ url: `/v1/cases/${id}?exchanges=21`, key: given.key('operator', '*') });
    expect(tooMany.status).toBe(400);
  }));
