// What only waits for its time, apart from open breaks: by currency, what is still to come and what will go back. Each
// figure opens its rows.

import { Link } from 'wouter';
import { useLive } from '../api/live.ts';
import { useDesk } from '../api/queries.ts';
import type { DayStatements } from '../api/statement-types.ts';
import { dayOf } from '../state/time.ts';
import { type Waiting, waitingIn } from '../state/waiting-money.ts';
import { Amount, LinedUp } from '../ui/money.tsx';
import { Empty, Failed, Loading } from '../ui/states.tsx';
import { useWords } from '../words/words.ts';

export function PendingBox() {
  const { overview: words } = useWords();
  const desk = useDesk().data;
  const day = desk === undefined ? null : dayOf(desk.as_of, desk.zone);
  const { data, error, refetch } = useLive<DayStatements>(day === null ? null : `/v1/statements/${day}`, true);
  const waiting = data === undefined ? [] : waitingIn(data);
  return (
    <section className="box scroll-x pending">
      <h2>
        {words.pending} <span className="hint">{words.pendingHint}</span>
      </h2>
      {data === undefined ? error === null ? <Loading /> : <Failed error={error} onAgain={() => refetch()} /> : null}
      {data !== undefined && waiting.length === 0 ? <Empty title={words.pendingNone} /> : null}
      {day === null || waiting.length === 0 ? null : <PendingTable day={day} waiting={waiting} />}
    </section>
  );
}

function PendingTable({ day, waiting }: { readonly day: string; readonly waiting: readonly Waiting[] }) {
  const { overview: words } = useWords();
  return (
    <table className="facts">
      <thead>
        <tr>
          <th scope="col">{words.currency}</th>
          {[words.pendingCount, words.pendingShort, words.pendingOver].map((title) => (
            <th key={title} scope="col" className="number">
              {title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        <LinedUp amounts={waiting.flatMap(({ under, over }) => [under, over])}>
          {waiting.map(({ currency, count, under, over }) => {
            const of = { line: 'pending', currency };
            const figures = [
              [`${count}`, of],
              [under, { ...of, side: 'under' }],
              [over, { ...of, side: 'over' }],
            ] as const;
            return (
              <tr key={currency}>
                <th scope="row">
                  <strong>{currency}</strong>
                </th>
                {figures.map(([text, asked], at) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: the columns never change.
                  <td key={at} className="number">
                    <Link href={`/statements/${day}/rows?${new URLSearchParams(asked)}`} className="figure-link">
                      {at === 0 ? count : <Amount text={text} />}
                    </Link>
                  </td>
                ))}
              </tr>
            );
          })}
        </LinedUp>
      </tbody>
    </table>
  );
}
