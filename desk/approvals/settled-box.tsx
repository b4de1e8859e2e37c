// Proposals whose break evidence ended before anybody decided: which, by whom, and the entry that answered them.

import { Link } from 'wouter';
import { useDesk, useNameOf } from '../api/queries.ts';
import type { AwaitingPage, SettledProposal } from '../api/types.ts';
import { shownAmount } from '../state/amount.ts';
import { shownTime } from '../state/time.ts';
import { Empty } from '../ui/states.tsx';
import { reasonTitle, useLanguage, useWords } from '../words/words.ts';

export function SettledBox({ page: { settled, total } }: { readonly page: AwaitingPage }) {
  const { approvals } = useWords();
  const { key, proposed, by, entry, at } = approvals.settled;
  if (settled.length === 0) return <Empty title={approvals.emptySettled} />;
  return (
    <section className="box" aria-label={approvals.tabs.settled}>
      <p className="inside hint">
        {approvals.settledHint} {total > settled.length ? approvals.firstOf(`${settled.length}`, `${total}`) : ''}
      </p>
      <table className="facts">
        <thead>
          <tr>
            {[key, proposed, by, entry, at].map((title) => (
              <th key={title} scope="col">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {settled.map((one) => (
            <Row key={one.proposal.id} settled={one} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Row({ settled: { proposal, key, reason, end, entry, at } }: { readonly settled: SettledProposal }) {
  const words = useWords();
  const language = useLanguage();
  const nameOf = useNameOf();
  const desk = useDesk().data;
  const { kind, amount, currency, by } = proposal;
  return (
    <tr>
      <th scope="row">
        <Link href={`/breaks/${proposal.case}`} className="mono">
          {key}
        </Link>{' '}
        <span className="quiet">{reasonTitle(reason, language)}</span>
      </th>
      <td>
        {words.proposal.kinds[kind]}
        {amount === null ? '' : ` ${shownAmount(amount)} ${currency}`}
        {end === null ? '' : ` · ${words.refund.ends[end]}`}
      </td>
      <td>{nameOf(by.person)}</td>
      <td className="mono">{entry}</td>
      <td>{desk === undefined ? '' : shownTime(at, desk.zone, desk.now)}</td>
    </tr>
  );
}
