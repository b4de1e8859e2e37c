// What happened to a case, the latest first: facts, entries, and what people said and decided.

import { useState } from 'react';
import { Link } from 'wouter';
import { useDesk, useNameOf } from '../api/queries.ts';
import type { Claim, Happening, WholeCase } from '../api/types.ts';
import { providerName } from '../breaks/facet-words.ts';
import { seesAudit, useMyself } from '../state/session.ts';
import { shownTime } from '../state/time.ts';
import { useWords } from '../words/words.ts';
import type { Words } from '../words/zh.ts';
import { sourceOf } from './fact-list.tsx';

const KINDS = ['fact', 'entry', 'decision', 'note'] as const;
type Kind = (typeof KINDS)[number];
const SHOWN = 12;

function kindOf({ what }: Happening): Kind {
  if (what === 'settled') return 'entry';
  return what === 'fact' || what === 'entry' || what === 'note' ? what : 'decision';
}

export function TimelineBox({ whole: { timeline, transaction } }: { readonly whole: WholeCase }) {
  const { detail } = useWords();
  const me = useMyself();
  const [kind, setKind] = useState<Kind | null>(null);
  const [isLong, setLong] = useState(false);
  const latest = timeline.toReversed().filter((one) => kind === null || kindOf(one) === kind);
  const shown = isLong ? latest : latest.slice(0, SHOWN);
  const entry = timeline.findLast(({ what, replaced_by: by }) => what === 'entry' && by === null);
  const titles = {
    fact: detail.kinds.fact,
    entry: detail.kinds.entry,
    decision: detail.decisions,
    note: detail.kinds.note,
  };
  return (
    <section className="box" aria-label={detail.timeline}>
      <div className="box-head">
        <h2>{detail.timeline}</h2>
        <button type="button" className="filter" aria-pressed={kind === null} onClick={() => setKind(null)}>
          {detail.all(timeline.length)}
        </button>
        {KINDS.map((one) => {
          const count = timeline.filter((happening) => kindOf(happening) === one).length;
          return count === 0 ? null : (
            <button key={one} type="button" className="filter" aria-pressed={kind === one} onClick={() => setKind(one)}>
              {titles[one]} {count}
            </button>
          );
        })}
        <span className="spring" />
        {transaction !== null && seesAudit(me) ? (
          <Link href={`/audit?what=reads&reference=${encodeURIComponent(transaction.transaction_reference)}`}>
            {detail.readers}
          </Link>
        ) : null}
        {entry === undefined || transaction === null ? null : (
          <a href={`/v1/proofs/${entry.id}`} download={`proof-${entry.id}.json`}>
            {detail.proof}
          </a>
        )}
      </div>
      <ol className="timeline">
        {shown.map((happening) => (
          <Row
            key={`${happening.what} ${happening.id}`}
            happening={happening}
            facts={transaction?.claims ?? []}
            merchant={transaction?.merchant ?? ''}
          />
        ))}
      </ol>
      {latest.length > shown.length ? (
        <button type="button" className="link inside" onClick={() => setLong(true)}>
          {detail.earlier(latest.length - shown.length)}
        </button>
      ) : null}
    </section>
  );
}

interface RowProps {
  readonly happening: Happening;
  readonly facts: readonly Claim[];
  readonly merchant: string;
}

function Row({ happening, facts, merchant }: RowProps) {
  const words = useWords();
  const { detail } = words;
  const nameOf = useNameOf();
  const desk = useDesk().data;
  const { at, what, id, by, text, replaced_by: replacedBy } = happening;
  const fact = facts.find((one) => one.id === id);
  const number = fact === undefined ? 0 : facts.indexOf(fact) + 1;
  const time = at === null || desk === undefined ? words.unknown : shownTime(at, desk.zone, desk.now);
  const said =
    what === 'fact'
      ? factText(fact, fact === undefined ? by && providerName(by) : sourceOf(fact, merchant), words)
      : what === 'entry'
        ? [`${detail.happened.entry} ${id}`, ...(replacedBy === null ? [] : [detail.replacedBy(replacedBy)])].join(
            ' · ',
          )
        : what === 'assignment'
          ? text === null
            ? detail.happened.unassigned
            : detail.happened.assigned(nameOf(text))
          : what === 'note'
            ? (text ?? detail.erased)
            : what === 'settled'
              ? `${detail.happened.settled} ${id}`
              : text === null
                ? detail.happened[what]
                : detail.because(detail.happened[what], text);
  const isPerson = what !== 'fact' && kindOf(happening) !== 'entry';
  return (
    <li className={replacedBy === null ? undefined : 'former'}>
      <span className="time">{time}</span>
      <span className="who">{isPerson && by !== null ? nameOf(by) : ''}</span>
      <span className="said">{said}</span>
      <span className="kind">
        {number > 0 ? <a href={`#fact-${number}`}>{`${detail.kinds.fact} ${number}`}</a> : detail.kinds[what]}
      </span>
    </li>
  );
}

/** Which fact came, and from whom; of one that the reader does not see, only from whom. */
function factText(fact: Claim | undefined, from: string | null, { detail, unknown }: Words): string {
  const what = fact === undefined ? undefined : detail.topics[fact.topic];
  return detail.happened.fact(from ?? unknown, what ?? detail.kinds.fact);
}
