// Amounts in cells: aligned on the decimal point, also beside currencies without decimals, or with more of them.

import { createContext, type ReactNode, use } from 'react';
import { isAmount, isZero, missingPlaces, placesOf, shownAmount, signedAmount, USUAL_PLACES } from '../state/amount.ts';
import { useLanguage, wordFor } from '../words/words.ts';

/** How many decimals the amounts of a table are lined up for. */
const PlacesContext = createContext(USUAL_PLACES);

interface LinedUpProps {
  readonly amounts: readonly (string | null)[];
  /** So many decimals at least: none where all are of one currency. */
  readonly least?: number;
  readonly children: ReactNode;
}

/** The amounts in it stand with their decimal points below one another. */
export function LinedUp({ amounts, least = USUAL_PLACES, children }: LinedUpProps) {
  return <PlacesContext value={placesOf(amounts, least)}>{children}</PlacesContext>;
}

/** The decimals that an amount lacks; they stand after it. */
export function Places({ of }: { readonly of: string }) {
  const missing = missingPlaces(of, use(PlacesContext));
  if (missing === '') return null;
  return (
    <span className="places" aria-hidden="true">
      {missing}
    </span>
  );
}

export function Amount({ text, isSigned = false }: { readonly text: string | null; readonly isSigned?: boolean }) {
  const language = useLanguage();
  if (text === null || text === '') return <span className="none">—</span>;
  // Contents that differ are told in the sentence, with the names of their fields.
  if (/^[a-z_]+: /.test(text)) return <span className="none">—</span>;
  if (!isAmount(text)) return <span className="word">{wordFor(text, language)}</span>;
  return (
    <span className="amount">
      {isSigned ? signedAmount(text) : shownAmount(text)}
      <Places of={text} />
    </span>
  );
}

/** A cell's class: bold, and red where money is missing. */
export function sideClass(side: 'over' | 'under' | 'other', difference: string | null): string {
  if (difference === null || !isAmount(difference) || isZero(difference)) return 'number';
  return side === 'under' ? 'number strong missing' : 'number strong';
}
