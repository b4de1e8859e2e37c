// What came about a day after it was closed: how much of which merchant, what it is, and the statement that has it.

import { Link } from 'wouter';
import { useDesk } from '../api/queries.ts';
import type { LateGroup } from '../api/statement-types.ts';
import { shownAmount } from '../state/amount.ts';
import { wholeTime } from '../state/time.ts';
import { useWords } from '../words/words.ts';

export function LateFactsOf({ groups }: { readonly groups: readonly LateGroup[] }) {
  const { calendar, statement } = useWords();
  const zone = useDesk().data?.zone;
  return groups.map(({ day, merchant, booked_on: bookedOn, count, facts }) => (
    <details key={`${day} ${merchant} ${bookedOn}`} className="late">
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
  ));
}
