// What came about a day after it was closed: how much of which merchant, the money that it moved, what it is, and the
// statement that has it.

import { Link } from 'wouter';
import { useDesk } from '../api/queries.ts';
import type { LateGroup } from '../api/statement-types.ts';
import { shownAmount } from '../state/amount.ts';
import { wholeTime } from '../state/time.ts';
import { useLineTitle } from '../statement/figure-link.tsx';
import { useWords } from '../words/words.ts';

export function LateFactsOf({ groups }: { readonly groups: readonly LateGroup[] }) {
  return groups.map((group) => <LateGroupOf key={`${group.day} ${group.merchant} ${group.booked_on}`} group={group} />);
}

function LateGroupOf({ group }: { readonly group: LateGroup }) {
  const { calendar, statement } = useWords();
  const zone = useDesk().data?.zone;
  const { merchant, booked_on: bookedOn, count, facts } = group;
  return (
    <div className="late">
      <details>
        <summary>{calendar.late(merchant || statement.noMerchant, shownAmount(`${count}`))}</summary>
        <p>
          <Link href={`/statements/${bookedOn}`}>{calendar.bookedOn(bookedOn)}</Link>
        </p>
        {facts.length < count ? <p className="quiet">{calendar.latest(`${facts.length}`)}</p> : null}
        <ul>
          {facts.map(({ key, fact, received_at: at }) => (
            <li key={fact}>
              <Link href={`/search?q=${encodeURIComponent(key)}`} className="mono">
                {key}
              </Link>{' '}
              <span className="mono quiet">{fact}</span>{' '}
              <span className="quiet">{zone === undefined ? at : calendar.receivedAt(wholeTime(at, zone))}</span>
            </li>
          ))}
        </ul>
      </details>
      <MovedMoney group={group} />
    </div>
  );
}

/** In the bridge of a statement alone, and not among its late figures. */
const ORDERED = new Set(['ordered', 'order_written_off', 'linked_in', 'linked_out']);

/** By kind and currency; each figure opens its rows in the statement that has it. */
function MovedMoney({ group: { merchant, booked_on: bookedOn, moved } }: { readonly group: LateGroup }) {
  const title = useLineTitle();
  if (moved === null || moved.length === 0) return null;
  return (
    <ul className="moved">
      {moved.map(({ what, currency, amount }) => {
        const query = new URLSearchParams({ line: `late:${what}`, merchant, currency });
        return (
          <li key={`${what} ${currency}`}>
            <span className="quiet">{title(what)}</span>{' '}
            {ORDERED.has(what) ? (
              shownAmount(amount)
            ) : (
              <Link href={`/statements/${bookedOn}/rows?${query}`} className="figure-link">
                {shownAmount(amount)}
              </Link>
            )}{' '}
            {currency}
          </li>
        );
      })}
    </ul>
  );
}
