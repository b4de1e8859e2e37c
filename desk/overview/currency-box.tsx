// Open breaks and what they are worth, each currency and each direction apart; and how much is explained.

import { Link } from 'wouter';
import type { CasesPage } from '../api/types.ts';
import { listAddress } from '../breaks/use-list.ts';
import { isZero } from '../state/amount.ts';
import { Amount, LinedUp } from '../ui/money.tsx';
import { useWords } from '../words/words.ts';
import { countOf, list, NOTHING, NumberLink } from './number-link.tsx';
import { ExplainedLine, type ReportDay, shareOf } from './report-days.tsx';

interface CurrencyProps {
  readonly page: CasesPage;
  readonly days: readonly ReportDay[];
}

export function CurrencyBox({ page, days }: CurrencyProps) {
  const { overview: words } = useWords();
  const last = days.at(-1);
  return (
    <section className="box scroll-x">
      <h2>
        {words.open} <span className="hint">{words.never}</span>
      </h2>
      <div className="inside figures">
        <p>
          <span className="big-number">
            <NumberLink count={page.total} filters={NOTHING} />
          </span>
          <br />
          <span className="quiet">{words.open}</span>
        </p>
        {last === undefined ? null : <ExplainedLine last={last} />}
      </div>
      {page.total === 0 ? <p className="inside hint">{words.openNone}</p> : <SumsTable {...{ page, last }} />}
    </section>
  );
}

function SumsTable({ page, last }: { readonly page: CasesPage; readonly last: ReportDay | undefined }) {
  const { overview: words } = useWords();
  return (
    <table className="facts">
      <thead>
        <tr>
          <th scope="col">{words.currency}</th>
          {last === undefined ? null : (
            <th scope="col" className="number">
              {words.byValue}
            </th>
          )}
          {[words.open, words.short, words.over, words.other].map((title) => (
            <th key={title} scope="col" className="number">
              {title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        <LinedUp amounts={page.value.flatMap(({ under, over, other }) => [under, over, other])}>
          {page.value.map(({ currency, ...sums }) => (
            <tr key={currency}>
              <th scope="row">
                <strong>{currency}</strong>
              </th>
              {last === undefined ? null : <td className="number">{shareOf(last, currency) ?? '—'}</td>}
              <td className="number">
                <NumberLink count={countOf(page.facets.currency, currency)} filters={{ currency: [currency] }} />
              </td>
              <SumCells currency={currency} {...sums} />
            </tr>
          ))}
        </LinedUp>
        {withoutSums(page).map(({ value: currency, count }) => (
          <tr key={currency}>
            <th scope="row">{currency === '-' ? words.noMoney : <strong>{currency}</strong>}</th>
            {last === undefined ? null : <td className="number">—</td>}
            <td className="number">
              <NumberLink count={count} filters={{ currency: [currency] }} />
            </td>
            {['under', 'over', 'other'].map((side) => (
              <td key={side} className="number">
                —
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** So that the counts come to all: breaks that are about no amount are in no sum. */
function withoutSums({ value, facets }: CasesPage): CasesPage['facets']['currency'] {
  return facets.currency.filter((one) => value.every(({ currency }) => currency !== one.value));
}

/** Each leads to the cases of its currency: those of one direction have no filter of their own. */
function SumCells({ currency, under, over, other }: CasesPage['value'][number]) {
  const to = listAddress({ ...list({ currency: [currency] }), sort: 'value' });
  const isShort = !isZero(under);
  return (
    <>
      <td className="number">
        <Link href={to} className={isShort ? 'figure-link missing' : 'figure-link'}>
          <Amount text={isShort ? `-${under}` : under} />
        </Link>
      </td>
      <td className="number">
        <Link href={to} className="figure-link">
          <Amount text={over} isSigned />
        </Link>
      </td>
      <td className="number">
        <Link href={to} className="figure-link">
          <Amount text={other} />
        </Link>
      </td>
    </>
  );
}
