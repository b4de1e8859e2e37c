// The evidence of a proposal as it was proposed beside what it is now.

import { isSame } from '../state/amount.ts';
import { Amount } from '../ui/money.tsx';
import { reasonTitle, useLanguage, useWords } from '../words/words.ts';
import type { Awaiting } from './open-proposals.ts';

interface EvidenceRow {
  readonly name: string;
  readonly was: string | null;
  readonly is: string | null;
  readonly isSigned?: boolean;
}

/** A proposal that holds was made of what there is now. Of a stale one its amount is known at least. */
function rowsOf({ case: row, proposal, isStale, read }: Awaiting, names: Names): EvidenceRow[] {
  const was = isStale ? read : row;
  const amount = proposal.amount === null ? null : signed(proposal.amount, row.difference);
  return [
    { name: names.expected, was: was?.expected ?? null, is: row.expected },
    { name: names.observed, was: was?.observed ?? null, is: row.observed },
    { name: names.difference, was: was === null ? amount : was.difference, is: row.difference, isSigned: true },
  ];
}

type Names = Readonly<Record<'expected' | 'observed' | 'difference', string>>;

function signed(amount: string, like: string | null): string {
  return like?.startsWith('-') === true ? `-${amount}` : amount;
}

export function EvidenceTable({ awaiting }: { readonly awaiting: Awaiting }) {
  const words = useWords();
  const language = useLanguage();
  const { approvals, detail } = words;
  const rows = rowsOf(awaiting, detail);
  const { read, case: row } = awaiting;
  return (
    <div className="evidence">
      <table className="facts">
        <caption className="hidden">{approvals.evidence}</caption>
        <thead>
          <tr>
            <th scope="col">{approvals.evidence}</th>
            <th scope="col" className="number">
              {approvals.asProposed}
            </th>
            <th scope="col" className="number">
              {approvals.now}
            </th>
            <th scope="col">{approvals.meaning}</th>
          </tr>
        </thead>
        <tbody>
          {read === null || read.reason === row.reason ? null : (
            <tr className="off">
              <th scope="row">{words.breaks.columns.finding}</th>
              <td className="number">{reasonTitle(read.reason, language)}</td>
              <td className="number strong">{reasonTitle(row.reason, language)}</td>
              <td className="compare">
                <strong>≠</strong>
              </td>
            </tr>
          )}
          {rows.map(({ name, was, is, isSigned = false }) => {
            const same = was === is || (was !== null && is !== null && /^-?[\d.]+$/.test(was + is) && isSame(was, is));
            const unknown = was === null && awaiting.isStale && awaiting.read === null;
            return (
              <tr key={name} className={same || unknown ? undefined : 'off'}>
                <th scope="row">{name}</th>
                <td className="number">
                  <Amount text={was} isSigned={isSigned} />
                </td>
                <td className={same ? 'number' : 'number strong'}>
                  <Amount text={is} isSigned={isSigned} />
                </td>
                <td className="compare">{same ? `= ${approvals.same}` : unknown ? '' : <strong>≠</strong>}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
      <p className="inside quiet">{awaiting.case.message[language]}</p>
    </div>
  );
}
