// Which rules came in force when, what changed in them, and which open cases they ended: a wider tolerance is the
// largest write-off there is.

import { useEffect } from 'react';
import { useLive } from '../api/live.ts';
import { useDesk } from '../api/queries.ts';
import { shownAmount } from '../state/amount.ts';
import { shortHash } from '../state/hash.ts';
import { wholeTime } from '../state/time.ts';
import { Empty, Failed, Loading } from '../ui/states.tsx';
import { useWords } from '../words/words.ts';

interface History {
  readonly is_whole: boolean;
  readonly changes: readonly {
    readonly rules: string;
    readonly before: string | null;
    readonly at: string;
    readonly differences: readonly {
      readonly path: string;
      readonly before: string | null;
      readonly after: string | null;
    }[];
    readonly count: number;
    readonly value: readonly { readonly currency: string; readonly amount: string }[];
  }[];
}

type Change = History['changes'][number];

export function RulesHistory() {
  const { audit: words } = useWords();
  const { data, error, refetch } = useLive<History>('/v1/rules/changes');
  useEffect(() => {
    // A long ledger is read in several requests.
    if (data?.is_whole === false) void refetch();
  }, [data, refetch]);
  if (data === undefined) return error === null ? <Loading /> : <Failed error={error} onAgain={() => refetch()} />;
  return (
    <>
      {data.is_whole ? null : (
        <p className="inside" role="status">
          {words.readsOn}
        </p>
      )}
      {data.is_whole && data.changes.length === 0 ? <Empty title={words.noRules} /> : null}
      {data.changes.length === 0 ? null : <RulesTable changes={data.changes} />}
    </>
  );
}

function RulesTable({ changes }: { readonly changes: readonly Change[] }) {
  const { audit: words } = useWords();
  const desk = useDesk().data;
  return (
    <div className="scroll-x">
      <table className="facts wide rules">
        <thead>
          <tr>
            <th scope="col">{words.at}</th>
            <th scope="col">{words.rulesHash}</th>
            <th scope="col">{words.differences}</th>
            <th scope="col" className="number">
              {words.ended}
            </th>
            <th scope="col">{words.worth}</th>
          </tr>
        </thead>
        <tbody>
          {changes.map((change) => (
            <tr key={`${change.at} ${change.rules}`}>
              <td>{desk === undefined ? change.at : wholeTime(change.at, desk.zone)}</td>
              <td className="mono" title={change.rules}>
                {shortHash(change.rules)}
              </td>
              <td className="why">
                <Differences change={change} />
              </td>
              <td className="number">{change.count === 0 ? '0' : <strong>{change.count}</strong>}</td>
              <td>{change.value.map(({ currency, amount }) => `${shownAmount(amount)} ${currency}`).join(' · ')}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Differences({ change: { before, differences } }: { readonly change: Change }) {
  const { audit: words } = useWords();
  if (before === null) return words.firstRules;
  return (
    <ul>
      {differences.map(({ path, before: was, after: is }) => (
        <li key={path} className="mono">
          {`${path}: ${was ?? '—'} → ${is ?? '—'}`}
        </li>
      ))}
    </ul>
  );
}
