// Why a row is rejected: what was expected and found, and what to do, in the reader's language.

import { useWords } from '../words/words.ts';

export interface RejectedRow {
  readonly field: string;
  readonly code: string;
  readonly expected: string;
  readonly found: string;
  readonly remedy: string;
}

/** What the service alone has words for is in English, and says so. */
export function Told({ text }: { readonly text: string }) {
  const { sources: words } = useWords();
  // A cell as it was found has no language.
  if (text.startsWith('"')) return <span className="mono">{text}</span>;
  return words.told(text) || <span lang="en">{text}</span>;
}

export function RejectReason({ row: { field, code, expected, found, remedy } }: { readonly row: RejectedRow }) {
  const { sources: words } = useWords();
  return (
    <>
      <strong>{`✗ ${words.faults[code] ?? code}`}</strong> <span className="mono">{field}</span>
      {' · '}
      {expected === '' ? null : (
        <>
          {words.expected} <Told text={expected} />
          {' · '}
        </>
      )}
      {words.found} <Told text={found} />
      {' · '}
      {words.preview.remedy} {words.remedies[code] ?? <span lang="en">{remedy}</span>}
    </>
  );
}
