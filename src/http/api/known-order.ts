// An order at the moment of a request: all earlier facts are read first, and the requests for one reference are decided
// one at a time.

import { HesabuError } from '../../domain/errors.ts';
import type { Claim, Fact, OrderPlaced } from '../../domain/fact.ts';
import { formatInstant } from '../../domain/time.ts';
import { readMatchGroup } from '../../matching/assess.ts';
import { toldTo } from '../../matching/handoffs.ts';
import { merchantsOfParts, partsIn } from '../../matching/order-parts.ts';
import type { Order } from '../../matching/orders.ts';
import type { MatchGroup } from '../../matching/payment-stage.ts';
import { compileRules } from '../../matching/rules.ts';
import type { KnownReferences } from '../../producers/bodies/shop-bodies.ts';
import type { FactSink } from '../../producers/fact-sink.ts';
import { reservedFor } from '../../producers/formats/reserved-references.ts';
import { type ApiKey, mayTouch } from '../access/api-key.ts';
import type { KeyPort, LoopPort } from '../ledger-port.ts';
import type { ApiContext } from './api-context.ts';
import type { Call } from './route.ts';

export interface KnownOrder {
  readonly reference: string;
  readonly about: MatchGroup;
  readonly order: Order;
  /** The claim of the order that is used. */
  readonly claim: Claim<OrderPlaced>;
}

/** Who looks at an order, and through what. */
export interface OrderReader {
  readonly parts: Pick<ApiContext, 'ledger' | 'clock'>;
  readonly caller: Pick<ApiKey, 'merchants'>;
}

/** Throws HESABU_NOT_FOUND if there is no such order, or if it is another merchant's. */
export async function knownOrder(call: OrderReader, reference: string): Promise<KnownOrder> {
  await placedOrder(call, reference);
  // Only now all claims of the key, which may be very many.
  const found = await call.parts.ledger.reader.findKey(reference);
  return orderOf(call, reference, found?.claims ?? []);
}

/** The merchant of the order that a route names. Throws like knownOrder. */
export async function merchantOfOrder(call: Call<{ readonly ref: string }>): Promise<string> {
  return (await placedOrder(call, call.params.ref)).order.merchant;
}

/** The order without what others say about it: it follows from its own claims alone. */
async function placedOrder(call: OrderReader, reference: string): Promise<KnownOrder> {
  const { ledger } = call.parts;
  await ledger.loop.catchUp();
  return orderOf(call, reference, await ledger.reader.orderClaims(reference));
}

function orderOf({ parts, caller }: OrderReader, reference: string, claims: readonly Claim[]): KnownOrder {
  const about = readMatchGroup({ claims }, compileRules(parts.ledger.loop.rules), parts.clock.now());
  const { order } = about;
  const [claim] = about.claims.orders;
  if (order === undefined || claim === undefined || !mayTouch(caller, claim.merchant)) {
    throw new HesabuError('HESABU_NOT_FOUND', { where: reference });
  }
  return { reference, about, order, claim };
}

/** An order as the API shows it. */
export function orderView(reference: string, claim: Claim<OrderPlaced>, holding?: Order): object {
  const { amount, currency, placed_at, expires_at, order_number, country, operator, parent } = claim.body;
  return {
    transaction_reference: reference,
    merchant: claim.merchant,
    provider: claim.provider,
    amount,
    currency,
    status: holding?.status ?? claim.body.status,
    status_at: formatInstant(holding?.statusAt ?? claim.body.status_at ?? placed_at),
    placed_at: formatInstant(placed_at),
    expires_at: expires_at === null ? null : formatInstant(expires_at),
    order_number,
    country,
    operator,
    ...(parent === undefined ? {} : { parent }),
  };
}

/** A claim of an order as a new fact, whose source is this request. */
export function orderFact({ parts, exchange }: Call, reference: string, claim: Claim<OrderPlaced>): Fact<OrderPlaced> {
  return {
    ...claim,
    forwarded: false,
    import_id: 0,
    transaction_reference: reference,
    received_at: parts.clock.now(),
    raw: exchange,
    report: null,
    line: null,
    payout: null,
  };
}

function isPlacing(claim: Claim): claim is Claim<OrderPlaced> {
  return claim.body.type === 'OrderPlaced';
}

interface OrderLedger {
  readonly reader: Pick<KeyPort, 'orderClaims'>;
  readonly writer: FactSink;
  readonly loop: Pick<LoopPort, 'catchUp'>;
}

/** Orders placed a moment ago: requests wait for the ledger only for these, and for facts from before the start. */
export class FreshOrders {
  private readonly ledger: OrderLedger;
  private readonly fresh = new Set<string>();
  private before: Promise<void> | undefined;

  constructor(ledger: OrderLedger) {
    this.ledger = ledger;
  }

  /** The claims of the order with a reference, including those of fresh orders. */
  async claims(reference: string): Promise<readonly Claim<OrderPlaced>[]> {
    this.before ??= this.ledger.loop.catchUp();
    try {
      await this.before;
    } catch (error) {
      this.before = undefined;
      throw error;
    }
    if (this.fresh.has(reference)) await this.ledger.loop.catchUp();
    const claims = await this.ledger.reader.orderClaims(reference);
    return claims.filter(isPlacing);
  }

  /** Resolves when the order is on disk. */
  async place(fact: Fact): Promise<void> {
    const { transaction_reference: reference } = fact;
    const forget = () => void this.fresh.delete(reference);
    this.fresh.add(reference);
    try {
      await this.ledger.writer.append([fact]);
    } catch (error) {
      forget();
      throw error;
    }
    // If the ledger has stopped, no order is found in any case.
    this.ledger.loop.catchUp().then(forget, forget);
  }
}

interface ReadLedger {
  readonly reader: Pick<KeyPort, 'orderClaims' | 'findKey'>;
  readonly loop: Pick<LoopPort, 'rules'>;
}

/** As far as the ledger has read. */
export function knownReferences({ reader, loop }: ReadLedger): KnownReferences {
  const ordersOf = async (reference: string) => (await reader.orderClaims(reference)).filter(isPlacing);
  const merchantsOfWhole = async (whole: string): Promise<readonly string[]> => {
    const reserved = reservedFor(loop.rules.merchants ?? {}, whole);
    if (reserved !== undefined) return [reserved];
    const own = (await ordersOf(whole)).map(({ merchant }) => merchant);
    if (own.length > 0) return own;
    // A whole without an order of its own is its parts'.
    return merchantsOfParts(partsIn(toldTo((await reader.findKey(whole))?.claims ?? [])));
  };
  return {
    isTaken: async (reference, merchant) => {
      const orders = await ordersOf(reference);
      return orders.length > 0 && orders.every((order) => order.merchant !== merchant);
    },
    holdersOf: async (whole, merchant) => {
      const isOpen = (holder: string) => {
        const partners = Object.entries(loop.rules.marketplaces ?? {}).find(([name]) => name === holder)?.[1] ?? [];
        return partners.includes('*') || partners.includes(merchant);
      };
      return (await merchantsOfWhole(whole)).filter((holder) => !isOpen(holder));
    },
  };
}
