// For tests of approvals: a threshold, a paid order, and the keys of a few people.
import { parseRules } from '../../../src/matching/rules.ts';
import { order, paid } from '../../service/ledger/given-live-ledger.ts';
import { type Answered, type Given, givenApi } from './given-api.ts';

export const RULES = parseRules({ review: { threshold: { KES: '500.00' } } });

export interface Team {
  readonly given: Given;
  /** The keys of three people: an operator, and two who may approve. */
  readonly asha: string;
  readonly juma: string;
  readonly neema: string;
  /** A shop's machine. */
  readonly shop: string;
  refund(key: string, json?: object, idempotencyKey?: string, reference?: string): Promise<Answered>;
  decide(key: string, id: string, decision?: 'approve' | 'refuse', idempotencyKey?: string): Promise<Answered>;
  status(id: string): Promise<string>;
}

let asked = 0;

export const withTeam = (work: (team: Team) => Promise<void>) =>
  givenApi(async (given) => {
    given.ledger.loop.rules = RULES;
    await given.ledger.writer.append([order('A-1'), paid('A-1')]);
    const auditor = given.key('auditor', '*');
    await work({
      given,
      asha: given.keyOf('Asha', 'operator', '*'),
      juma: given.keyOf('Juma', 'approver', '*'),
      neema: given.keyOf('Neema', 'admin', '*'),
      shop: given.key('shop', 'shop-1'),
      refund: (key, json = { amount: '600.00' }, idempotencyKey = 'k-1', reference = 'A-1') =>
        given.ask({ method: 'POST', url: `/v1/orders/${reference}/refunds`, key, idempotencyKey, json }),
      decide: (key, id, decision = 'approve', idempotencyKey = `d-${asked++}`) =>
        given.ask({ method: 'POST', url: `/v1/approvals/${id}`, key, idempotencyKey, json: { decision } }),
      status: async (id) => (await given.ask({ url: `/v1/approvals/${id}`, key: auditor })).json.status,
    });
  });
