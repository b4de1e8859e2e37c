// What a shop says later of its order, with sensible defaults, as given.ts tells what others say.

import { type Claim, type OrderStatusChanged, type RefundRequested, sourceName } from '../../src/domain/fact.ts';
import type { Instant } from '../../src/domain/time.ts';
import { NOBODYS, t } from './given.ts';

interface ShopGiven {
  readonly id?: string;
  readonly merchant?: string;
  readonly account?: string | null;
  readonly read?: Instant;
}

/** What the shop says later of its order; `read` where that came without its time. */
export function statusChange(
  status: OrderStatusChanged['status'],
  at: Instant,
  { id = `${status}-${at}`, merchant = 'shop-1', account = null, read = at }: ShopGiven = {},
): Claim<OrderStatusChanged> {
  const source = { provider: 'shop', account };
  const body = { type: 'OrderStatusChanged', status, at } as const;
  return { ...NOBODYS, id: `${sourceName(source)}:order-status:${id}`, ...source, merchant, occurred_at: read, body };
}

/** A refund in full that the shop made at 12:00. */
export function refundRequest({
  id = 'SR1',
  merchant = 'shop-1',
  account = null,
  read,
  ...parts
}: ShopGiven & Partial<RefundRequested> = {}): Claim<RefundRequested> {
  const source = { provider: 'shop', account };
  const body: RefundRequested = {
    type: 'RefundRequested',
    refund_id: id,
    amount: '1000.00',
    currency: 'KES',
    at: t('2 12:00'),
    ...parts,
  };
  const claim = { ...NOBODYS, id: `${sourceName(source)}:refund-request:${id}`, ...source, merchant, body };
  return { ...claim, occurred_at: read ?? body.at };
}
