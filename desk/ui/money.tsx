// Amounts in cells: aligned on the decimal point, also beside currencies without decimals.

import { isAmount, isZero, missingPlaces, shownAmount, signedAmount } from '../state/amount.ts';
import { useLanguage, wordFor } from '../words/words.ts';

export function Amount({ text, isSigned = false }: { readonly text: string | null; readonly isSigned?: boolean }) {
  const language = useLanguage();
  if (text === null || text === '') return <span className="none">—</span>;
  // Contents that differ are told in the sentence, with the names of their fields.
  if (/^[a-z_]+: /.test(text)) return <span className="none">—</span>;
  if (!isAmount(text)) return <span className="word">{wordFor(text, language)}</span>;
  const missing = missingPlaces(text);
  return (
    <span className="amount">
      {isSigned ? signedAmount(text) : shownAmount(text)}
      {missing === '' ? null : (
        <span className="places" aria-hidden="true">
          {missing}
        </span>
      )}
    </span>
  );
}

/** A cell's class: bold, and red where money is missing. */
export function sideClass(side: 'over' | 'under' | 'other', difference: string | null): string {
  if (difference === null || !isAmount(difference) || isZero(difference)) return 'number';
  return side === 'under' ? 'number strong missing' : 'number strong';
}
