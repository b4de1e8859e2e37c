// Records of fact topics that are not facts: why, from when, where they are, and what they are about.

import { useState } from 'react';
import { Link } from 'wouter';
import { useLive } from '../api/live.ts';
import { useDesk } from '../api/queries.ts';
import { shownAmount } from '../state/amount.ts';
import { wholeTime } from '../state/time.ts';
import { Empty, Failed, Loading } from '../ui/states.tsx';
import { useWords } from '../words/words.ts';

interface DeadLetter {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  readonly at: string;
  readonly reason: string;
  readonly detail: string;
  readonly provider: string | null;
  readonly transaction_reference: string | null;
  readonly import: number | null;
  readonly line: number | null;
}

interface DeadLetters {
  readonly is_on_kafka: boolean;
  readonly total: number;
  readonly is_cut: boolean;
  readonly dead_letters: readonly DeadLetter[];
  readonly next: string | null;
}

const FIRST = '/v1/dead-letters';

export function DeadLetterBox() {
  const { sources } = useWords();
  const { dead: words } = sources;
  const [page, setPage] = useState(FIRST);
  const { data, error, refetch } = useLive<DeadLetters>(page, true);
  const count = shownAmount(`${data?.total ?? 0}`);
  return (
    <section className="box dead-letters">
      <h2>
        {words.title}{' '}
        {data === undefined || data.total === 0 ? null : (
          <span className="hint">{data.is_cut ? words.cut(count) : words.total(count)}</span>
        )}
      </h2>
      {data === undefined ? error === null ? <Loading /> : <Failed error={error} onAgain={() => refetch()} /> : null}
      {data !== undefined && data.total === 0 ? (
        <Empty title={data.is_on_kafka ? words.none : words.notOnKafka} />
      ) : null}
      {data === undefined || data.dead_letters.length === 0 ? null : (
        <>
          <p className="inside hint">{words.hint}</p>
          <LetterTable letters={data.dead_letters} />
        </>
      )}
      {page === FIRST && data?.next == null ? null : (
        <p className="inside">
          {page === FIRST ? null : (
            <button type="button" className="link" onClick={() => setPage(FIRST)}>
              {sources.firstRows}
            </button>
          )}{' '}
          {data?.next == null ? null : (
            <button type="button" className="link" onClick={() => setPage(data.next!)}>
              {sources.moreRows}
            </button>
          )}
        </p>
      )}
    </section>
  );
}

function LetterTable({ letters }: { readonly letters: readonly DeadLetter[] }) {
  const { sources } = useWords();
  const { dead: words } = sources;
  const desk = useDesk().data;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls to the side can be scrolled by keyboard.
    <section className="scroll-x" aria-label={words.title} tabIndex={0}>
      <table className="facts">
        <thead>
          <tr>
            <th scope="col">{sources.at}</th>
            <th scope="col">{words.place}</th>
            <th scope="col">{words.about}</th>
            <th scope="col">{sources.fault}</th>
          </tr>
        </thead>
        <tbody>
          {letters.map((letter) => {
            const place = `${letter.topic}/${letter.partition}/${letter.offset}`;
            return (
              <tr key={place}>
                <td>{desk === undefined ? letter.at : wholeTime(letter.at, desk.zone)}</td>
                <td className="mono">{place}</td>
                <td>
                  <About letter={letter} />
                </td>
                <td className="why">
                  <strong>{words.reasons[letter.reason] ?? letter.reason}</strong>{' '}
                  <span lang="en">{letter.detail}</span> <span className="mono">{letter.reason}</span>
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}

/** The transaction, and the row of a file that it came from, where the record can be read. */
function About({ letter }: { readonly letter: DeadLetter }) {
  const { dead: words } = useWords().sources;
  const { transaction_reference: key, provider, import: id, line } = letter;
  if (key === null) return '—';
  return (
    <>
      <Link href={`/search?q=${encodeURIComponent(key)}`} className="mono">
        {key}
      </Link>{' '}
      <span className="mono quiet">{provider}</span>
      {id === null ? null : (
        <>
          {' · '}
          <Link href={`/sources?preview=${id}`}>{words.row(id, line ?? 0)}</Link>
        </>
      )}
    </>
  );
}
