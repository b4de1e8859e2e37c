// The order, its payments and their settlement side by side. What differs is marked by a sign and in bold.

import { GROUND_WORDS } from '../../src/domain/evidence-words.ts';
import { useDesk } from '../api/queries.ts';
import type { WholeCase } from '../api/types.ts';
import { isAmount, shownAmount, signedAmount } from '../state/amount.ts';
import { dayOf, wholeTime } from '../state/time.ts';
import { useLanguage, useWords, wordFor } from '../words/words.ts';
import { type SideRow, type SideValue, sidesOf } from './sides.ts';

export function SidesBox({ whole: { transaction } }: { readonly whole: WholeCase }) {
  const words = useWords();
  const { detail } = words;
  if (transaction === null) {
    return (
      <section className="box">
        <h2>{detail.sides}</h2>
        <p className="inside">{detail.noEvidence}</p>
      </section>
    );
  }
  const { payments, rows } = sidesOf(transaction);
  return (
    <section className="box scroll-x" aria-label={detail.sides} tabIndex={-1}>
      <table className="facts">
        <caption className="hidden">{detail.sides}</caption>
        <thead>
          <tr>
            <th scope="col">{detail.field}</th>
            <th scope="col">{detail.order}</th>
            {payments.length === 0 ? <th scope="col">{detail.payment}</th> : null}
            {payments.map((name, at) => (
              <th key={name} scope="col">
                {detail.payment}
                {payments.length > 1 ? ` ${at + 1}` : ''}
              </th>
            ))}
            <th scope="col">{detail.settlement}</th>
            <th scope="col">{detail.compare}</th>
            <th scope="col">{detail.decidedBy}</th>
            <th scope="col">{detail.facts}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <FieldRow
              key={row.field}
              row={row}
              count={Math.max(1, payments.length)}
              currency={transaction.amounts.currency}
            />
          ))}
        </tbody>
      </table>
    </section>
  );
}

interface FieldRowProps {
  readonly row: SideRow;
  /** How many payments there are. */
  readonly count: number;
  readonly currency: string | null;
}

function FieldRow({ row, count, currency }: FieldRowProps) {
  const { detail } = useWords();
  const language = useLanguage();
  const off = row.compared === null || row.compared === 'same' ? null : row.compared.of;
  const grounds: Readonly<Record<string, string>> = GROUND_WORDS[language];
  const payments = Array.from({ length: count }, (_, at) => row.payments[at] ?? { text: null, unit: 'word' as const });
  const places = ['first', 'second', 'third', 'fourth', 'fifth'];
  return (
    <tr className={off === null ? undefined : `off of-${off}`}>
      <th scope="row">{detail.fields[row.field as keyof typeof detail.fields] ?? row.field}</th>
      <td className="of-order">
        <Shown value={row.order} currency={currency} isOrder />
      </td>
      {payments.map((value, at) => (
        <td className="of-payment" key={places[at] ?? `${value.text}`}>
          <Shown value={value} currency={currency} isDue={row.field === 'day'} />
        </td>
      ))}
      <td className="of-settlement">
        <Shown value={row.settlement} currency={currency} />
      </td>
      <td className="compare">
        <Compared row={row} />
      </td>
      <td className="why">{row.ground === null ? '' : (grounds[row.ground] ?? row.ground)}</td>
      <td className="fact-links">
        {row.facts.map((number) => (
          <a key={number} href={`#fact-${number}`}>
            {number}
          </a>
        ))}
      </td>
    </tr>
  );
}

function Compared({ row: { compared } }: { readonly row: SideRow }) {
  const { detail } = useWords();
  if (compared === null) return null;
  if (compared === 'same') return <>= {detail.same}</>;
  return <strong>≠ {detail.by(signedAmount(compared.by))}</strong>;
}

interface ShownProps {
  readonly value: SideValue;
  readonly currency: string | null;
  readonly isOrder?: boolean;
  /** Whether the time is the end of a day. */
  readonly isDue?: boolean;
}

function Shown({ value: { text, unit }, currency, isOrder = false, isDue = false }: ShownProps) {
  const { detail } = useWords();
  const language = useLanguage();
  const desk = useDesk().data;
  if (text === null) return <span className="none">—</span>;
  if (unit === 'money' && isAmount(text)) {
    return (
      <>
        <span className="value">{shownAmount(text)}</span> <span className="unit">{currency}</span>
      </>
    );
  }
  if (unit === 'time' && isDue && desk !== undefined) {
    return detail.dueBy(dayOf(new Date(Date.parse(text) - 1).toISOString(), desk.zone));
  }
  if (unit === 'time') return <>{desk === undefined ? text : wholeTime(text, desk.zone).slice(5)}</>;
  if (unit === 'id') return <span className="mono">{shortened(text)}</span>;
  return isOrder && Object.hasOwn(detail.orderStatuses, text) ? detail.orderStatuses[text] : wordFor(text, language);
}

/** A hash in the place of a telephone number is long, and says no more than that two are the same. */
function shortened(text: string): string {
  return text.length > 18 ? `${text.slice(0, 8)}…${text.slice(-4)}` : text;
}
