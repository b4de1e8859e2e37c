// How an open break may end, while it is being chosen; and of a link its orders, each found through the API as it is
// now.

import { useState } from 'react';
import type { ResolutionKind } from '../../src/domain/decision.ts';
import { isLinkable } from '../../src/domain/link.ts';
import { get, Problem } from '../api/client.ts';
import type { ListedCase, Transaction } from '../api/types.ts';
import { difference, shownAmount, sizeOf, total } from '../state/amount.ts';
import { useDraft } from '../state/drafts.ts';
import {
  type FoundOrder,
  firstAmount,
  type LinkFault,
  type LinkMoney,
  type LinkOrder,
  leftOf,
  linkFault,
  orderFault,
} from '../state/link-draft.ts';
import { mayWork, useMyself } from '../state/session.ts';
import { problemText } from '../ui/states.tsx';
import { useWords } from '../words/words.ts';
import type { Words } from '../words/zh.ts';

/** What is wrong, and at which order; at the field for another one where that is null. */
interface LinkProblem {
  readonly text: string;
  readonly reference: string | null;
}

export interface Linking {
  readonly kind: ResolutionKind;
  readonly choose: (kind: ResolutionKind) => void;
  /** Null of a break whose money cannot be linked. */
  readonly money: LinkMoney | null;
  readonly orders: readonly LinkOrder[];
  readonly problem: LinkProblem | null;
  readonly isBusy: boolean;
  /** Adds the order that goes by a reference or an id; resolves with its reference, or null where it is refused. */
  readonly add: (name: string) => Promise<string | null>;
  readonly remove: (reference: string) => void;
  readonly type: (reference: string, typed: string) => void;
  /** Whether it can be sent; otherwise it says at the field why not. */
  readonly check: () => boolean;
  readonly refuse: (error: Error) => void;
  readonly clear: () => void;
}

export function useLinking(id: string, row: ListedCase | null): Linking {
  const words = useWords();
  const me = useMyself();
  const money = row === null ? null : moneyOf(row);
  const [kind, choose, clearKind] = useDraft<ResolutionKind>(`kind.${id}`, 'explain');
  const [orders, setOrders, clearOrders] = useDraft<readonly LinkOrder[]>(`link.${id}`, []);
  const [problem, setProblem] = useState<LinkProblem | null>(null);
  const [isBusy, setBusy] = useState(false);
  const tell = (text: string, reference: string | null = null) => {
    setProblem({ text, reference });
    return null;
  };
  const add = async (name: string) => {
    if (isBusy || money === null || name === '') return null;
    setBusy(true);
    setProblem(null);
    try {
      const found = orderOf(await get<Found>(`/v1/transactions/${encodeURIComponent(name)}`));
      if (typeof found === 'string') return tell(words.link.faults[found](name));
      const fault = orderFault(found, orders, money, (merchant) => mayWork(me, merchant));
      if (fault !== null) return tell(faultText(fault, found, words));
      const typed = firstAmount(found, leftOf(money, orders));
      choose('link');
      setOrders([...orders, { ...found, typed }]);
      return found.reference;
    } catch (error) {
      const isMissing = error instanceof Problem && error.body.code === 'HESABU_NOT_FOUND';
      return tell(isMissing ? words.link.faults.missing(name) : problemText(error as Error, words));
    } finally {
      setBusy(false);
    }
  };
  const check = () => {
    const fault = money === null ? null : linkFault(money, orders);
    if (money === null || fault === null) return true;
    setProblem(sendFault(fault, money, orders, words));
    return false;
  };
  const change = (next: readonly LinkOrder[]) => {
    setProblem(null);
    setOrders(next);
  };
  return {
    ...{ kind, choose, money, orders, problem, isBusy, add, check },
    remove: (reference) => change(orders.filter((one) => one.reference !== reference)),
    type: (reference, typed) => change(orders.map((one) => (one.reference === reference ? { ...one, typed } : one))),
    refuse: (error) => void (money !== null && setProblem(refusal(error, money, orders, words))),
    clear: () => {
      setProblem(null);
      clearKind();
      clearOrders();
    },
  };
}

function moneyOf(row: ListedCase): LinkMoney | null {
  if (!isLinkable(row)) return null;
  return { key: row.key, amount: sizeOf(row.difference!), currency: row.currency! };
}

export type Found = Transaction | { readonly matches: readonly unknown[] };

/** The order of a transaction with what was paid of it; or why it has none. */
export function orderOf(found: Found): FoundOrder | 'several' | 'noOrder' {
  if ('matches' in found) return 'several';
  const { transaction_reference: reference, merchant, amounts, findings } = found;
  const { order_amount: amount, currency, paid, returned } = amounts;
  if (amount === null || currency === null) return 'noOrder';
  const linked = findings.flatMap(({ reason, observed, currency: own }) =>
    reason === 'LINKED_IN' && own === currency && observed !== null ? [observed] : [],
  );
  // With the places of the currency, also where nothing is added up.
  const nothing = difference(amount, amount);
  const own = difference(paid ?? nothing, returned ?? nothing);
  return { reference, merchant, currency, amount, paid: total([own, ...linked]) };
}

function faultText(
  fault: NonNullable<ReturnType<typeof orderFault>>,
  { reference }: FoundOrder,
  { link: { faults } }: Words,
): string {
  if (fault.kind === 'currency' || fault.kind === 'merchant') return faults[fault.kind](reference, fault.found);
  return faults[fault.kind](reference);
}

function sendFault(fault: LinkFault, money: LinkMoney, orders: readonly LinkOrder[], { link }: Words): LinkProblem {
  if (fault.kind === 'amount') return { text: link.faults.amount, reference: fault.reference };
  const left = leftOf(money, orders);
  const shown = `${shownAmount(sizeOf(left))} ${money.currency}`;
  const text = left.startsWith('-') ? link.faults.over(shown) : link.faults.left(shown);
  return { text: fault.kind === 'none' ? link.faults.none : text, reference: null };
}

/** What the service refused of a link, in words, at the order that it named. */
function refusal(error: Error, money: LinkMoney, orders: readonly LinkOrder[], words: Words): LinkProblem {
  const { refused } = words.link;
  const { code = '', where = '' } = error instanceof Problem ? error.body : {};
  const reference = orders.some((one) => one.reference === where) ? where : null;
  if (code === 'HESABU_NOT_FOUND' && reference !== null) return { text: refused.gone, reference };
  if (code === 'HESABU_FORBIDDEN') return { text: refused.role, reference: null };
  if (code === 'HESABU_FIELD_INVALID' && where === 'to') return { text: refused.to(money.currency), reference: null };
  if (code === 'HESABU_FIELD_INVALID' && where === 'finding') return { text: refused.linked, reference: null };
  return { text: problemText(error, words), reference: null };
}
