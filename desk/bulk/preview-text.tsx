// What an act on many cases would come to, in one line.

import { shownAmount } from '../state/amount.ts';
import { useWords } from '../words/words.ts';
import type { Preview } from './use-bulk.ts';

const CURRENCIES_MAX = 3;

type Counted = Omit<Preview, 'refused_cases' | 'order'>;
type ActName = 'assign' | 'propose' | 'approve' | 'book';

export function PreviewText({ act, preview }: { readonly act: ActName; readonly preview: Counted }) {
  const { bulk, list } = useWords();
  const { count, unchanged, refused, value, needs_approval } = preview;
  const money = value.slice(0, CURRENCIES_MAX).map(({ currency, amount }) => `${currency} ${shownAmount(amount)}`);
  const rest = value.length - money.length;
  const refusals = refused.reduce((sum, one) => sum + one.count, 0);
  const why = refused.map((one) => `${refusalText(one.code, bulk.refusals)} ${one.count}`);
  return (
    <>
      <strong>{bulk.preview}</strong> {bulk.counted(bulk.acts[act](count), unchanged, refusals)}
      {why.length === 0 ? '' : ` (${list(why)})`} · {list(money)}
      {rest > 0 ? ` ${bulk.more(rest)}` : ''}
      {act === 'propose' || act === 'book' ? ` · ${bulk.needs(needs_approval)}` : ''} · {bulk.undoable}
    </>
  );
}

/** Why something was not done, by its code. */
export function refusalText(code: string, refusals: Readonly<Record<string, string>>): string {
  return refusals[code] ?? code;
}
