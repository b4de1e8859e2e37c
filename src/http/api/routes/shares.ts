// The route of a merchant's shares in payments for orders of several merchants.

import { z } from 'zod';
import { HesabuError } from '../../../domain/errors.ts';
import { shareSums } from '../../../projections/shares.ts';
import { mayTouch } from '../../access/api-key.ts';
import { type Answer, type Call, json, type Route, route } from '../route.ts';
import { count, merchantName, reference } from '../schemas/basic.ts';
import { Shares } from '../schemas/shares.ts';

const READERS = ['shop', 'operator', 'approver', 'auditor', 'admin'] as const;

const MerchantParams = z.strictObject({ merchant: merchantName });
const ListQuery = z.strictObject({
  /** The part after which the page begins. */
  after: reference.optional(),
  limit: count(1, 1_000, 100),
});

export const SHARE_ROUTES: readonly Route[] = [
  route({
    method: 'GET',
    url: '/v1/merchants/:merchant/shares',
    summary: 'What a merchant gets of payments for orders of several merchants, by page, and what all of it comes to',
    description:
      'Of payments that agree with their order. The answer includes all facts that arrived before the request.',
    roles: READERS,
    scope: 'merchant',
    params: MerchantParams,
    query: ListQuery,
    answers: {
      200: json('A page of shares', Shares, {
        next: {
          to: 'GET /v1/merchants/:merchant/shares',
          by: { merchant: '$request.path.merchant', after: '$response.body#/next' },
        },
      }),
    },
    handle: listShares,
  }),
];

type ListCall = Call<z.output<typeof MerchantParams>, z.output<typeof ListQuery>>;

async function listShares({ parts, caller, params: { merchant }, query }: ListCall): Promise<Answer> {
  if (!mayTouch(caller, merchant)) throw new HesabuError('HESABU_NOT_FOUND', { where: merchant });
  const { ledger } = parts;
  await ledger.loop.catchUp();
  const all = (await ledger.shares()).filter((share) => share.merchant === merchant);
  const own = all.toSorted((left, right) => (left.transaction_reference < right.transaction_reference ? -1 : 1));
  const { after, limit } = query;
  const wanted = after === undefined ? own : own.filter((share) => share.transaction_reference > after);
  const shares = wanted.slice(0, limit);
  const next = wanted.length > shares.length ? shares.at(-1)!.transaction_reference : null;
  return { status: 200, body: { sums: shareSums(all), shares, next } };
}
