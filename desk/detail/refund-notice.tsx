// What follows at once when a refund is approved.

import type { ListedCase, Proposal } from '../api/types.ts';
import { providerName } from '../breaks/facet-words.ts';
import { shownAmount } from '../state/amount.ts';
import { useWords } from '../words/words.ts';

interface NoticeProps {
  readonly row: Pick<ListedCase, 'provider'>;
  readonly proposal: Pick<Proposal, 'amount' | 'currency'>;
}

export function RefundNotice({ row, proposal: { amount, currency } }: NoticeProps) {
  const { refund: words } = useWords();
  return (
    <p>
      <strong>{words.onApproval(`${shownAmount(amount ?? '')} ${currency}`, providerName(row.provider))}</strong>
    </p>
  );
}
