// The orders that a proposal links money to: each opens, to be looked at before it is approved.

import { Link } from 'wouter';
import type { Proposal } from '../api/types.ts';
import { shownAmount } from '../state/amount.ts';

export function LinkTargets({ proposal: { to = [] } }: { readonly proposal: Proposal }) {
  return to.map(({ reference, amount }, at) => (
    <span key={reference}>
      {at === 0 ? ' → ' : ', → '}
      <Link href={`/search?q=${encodeURIComponent(reference)}`} className="mono">
        {reference}
      </Link>{' '}
      {shownAmount(amount)}
    </span>
  ));
}
