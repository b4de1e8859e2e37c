// How much of a break's money goes back, and what will happen then.

import type { ListedCase } from '../api/types.ts';
import { providerName } from '../breaks/facet-words.ts';
import { isAtLeast, shownAmount, sizeOf } from '../state/amount.ts';
import { placesOf, readTyped } from '../state/link-draft.ts';
import { useWords } from '../words/words.ts';

interface FieldsProps {
  readonly row: ListedCase;
  readonly typed: string;
  readonly onType: (typed: string) => void;
}

/** As a plain decimal; null of what is none, is not above zero, or is more than the difference. */
export function refundAmount(row: ListedCase, typed: string): string | null {
  const most = sizeOf(row.difference!);
  const read = readTyped(typed, placesOf(most));
  return read !== null && isAtLeast(most, read) ? read : null;
}

export function mostOf({ difference, currency }: ListedCase): string {
  return `${shownAmount(sizeOf(difference!))} ${currency}`;
}

export function RefundFields({ row, typed, onType }: FieldsProps) {
  const { refund: words } = useWords();
  return (
    <>
      <label className="line">
        <span className="label">{words.amount}</span>
        <input inputMode="decimal" value={typed} required onChange={(event) => onType(event.target.value)} />
        <span className="hint">{words.most(mostOf(row))}</span>
      </label>
      <p className="hint under">
        <strong>{words.follows(providerName(row.provider))}</strong>
      </p>
    </>
  );
}
