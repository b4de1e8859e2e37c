// What would stand once a proposal holds: of each key where it stands now and where it would, side by side.

import { useQuery } from '@tanstack/react-query';
import { post } from '../api/client.ts';
import type { ListedCase, Stand, Trial, TriedKey } from '../api/types.ts';
import { shownAmount, sizeOf } from '../state/amount.ts';
import { problemText } from '../ui/states.tsx';
import { reasonTitle, useLanguage, useWords } from '../words/words.ts';

interface TrialProps {
  readonly row: ListedCase;
  readonly to: readonly { readonly reference: string; readonly amount: string }[];
}

/** Of a link that can be sent: the service says what would come of it, and nothing is written. */
export function LinkTrial({ row, to }: TrialProps) {
  const words = useWords();
  // Whatever its cause, the same would stand.
  const body = { finding: row.finding, kind: 'link', cause: 'other', to };
  const { data, error } = useQuery({
    queryKey: ['trial', row.id, row.entry, JSON.stringify(body)],
    queryFn: () => post<Trial>(`/v1/cases/${row.id}/proposals/preview`, body),
    retry: false,
  });
  return (
    <div className="trial" role="status">
      {error !== null ? <p className="problem">{problemText(error, words)}</p> : null}
      {data === undefined ? null : <TrialTable keys={data.keys} />}
    </div>
  );
}

export function TrialTable({ keys }: { readonly keys: readonly TriedKey[] }) {
  const { trial } = useWords();
  return (
    <section className="scroll-x" aria-label={trial.title}>
      <table className="facts">
        <caption className="hidden">{trial.title}</caption>
        <thead>
          <tr>
            <th scope="col">{trial.title}</th>
            <th scope="col" className="number">
              {trial.now}
            </th>
            <th scope="col" className="number">
              {trial.after}
            </th>
          </tr>
        </thead>
        {keys.map((tried) => (
          <KeyRows key={tried.key} tried={tried} />
        ))}
      </table>
    </section>
  );
}

function KeyRows({ tried: { key: name, before, after } }: { readonly tried: TriedKey }) {
  const { trial } = useWords();
  return (
    <tbody>
      <tr className="tried">
        <th scope="row" className="mono">
          {name}
        </th>
        <td className="number told">
          <Standing {...before} />
        </td>
        <td className="number strong told">
          <Standing {...after} />
        </td>
      </tr>
      {after.counted === null ? null : (
        <MoneyRow name={trial.counted} before={before.counted} after={after.counted} currency={after.currency} />
      )}
      {after.left === null ? null : (
        <MoneyRow name={trial.left} before={before.left} after={after.left} currency={after.currency} />
      )}
    </tbody>
  );
}

/** Where it stands, with its breaks and what people decided of them. */
function Standing({ stages, findings }: Stand) {
  const language = useLanguage();
  const { standings } = useWords().search;
  const stage = stages.payout ?? stages.payment ?? '';
  const reasons = [...new Set(findings.map(({ reason }) => reasonTitle(reason, language)))];
  return [standings[stage] ?? stage, ...reasons].join(' · ');
}

interface MoneyProps {
  readonly name: string;
  readonly before: string | null;
  readonly after: string;
  readonly currency: string | null;
}

/** What an order has too much is told in words, and not by its sign. */
function MoneyRow({ name, before, after, currency }: MoneyProps) {
  const { trial } = useWords();
  const told = (amount: string | null) => {
    if (amount === null) return '—';
    const isOver = amount.startsWith('-');
    return `${isOver ? `${trial.over} ` : ''}${shownAmount(sizeOf(amount))} ${currency ?? ''}`;
  };
  return (
    <tr>
      <td className="quiet">{name}</td>
      <td className="number">{told(before)}</td>
      <td className={before === after ? 'number' : 'number strong'}>{told(after)}</td>
    </tr>
  );
}
