// That others changed a case meanwhile: what differs of it, as it was read and as it is, in words.

import { useDesk, useNameOf } from '../api/queries.ts';
import type { WholeCase } from '../api/types.ts';
import { isAmount, shownAmount } from '../state/amount.ts';
import { shownTime } from '../state/time.ts';
import { reasonTitle, useLanguage, useWords, wordFor } from '../words/words.ts';
import type { Conflict } from './case-version.ts';

interface NoticeProps {
  readonly conflict: Conflict | null;
  /** Where nothing else ends it. */
  readonly onSeen?: () => void;
}

export function ConflictNotice({ conflict, onSeen }: NoticeProps) {
  const { conflict: words, proposal } = useWords();
  const tellOf = useTelling();
  if (conflict === null) return null;
  const [was, now] = [tellOf(conflict.was), tellOf(conflict.now)];
  const rows = was.map(([name, text], at) => ({ name, was: text, now: now[at]![1] }));
  return (
    <div className="changed conflict" role="alert">
      <p>
        <strong>{words.title}</strong> {words.hint}
      </p>
      <table className="facts">
        <thead>
          <tr>
            <td />
            <th scope="col">{proposal.was}</th>
            <th scope="col">{proposal.now}</th>
          </tr>
        </thead>
        <tbody>
          {rows
            .filter((row) => row.was !== row.now)
            .map((row) => (
              <tr key={row.name} className="off">
                <th scope="row">{row.name}</th>
                <td>{row.was}</td>
                <td className="strong">{row.now}</td>
              </tr>
            ))}
        </tbody>
      </table>
      {onSeen === undefined ? null : (
        <div className="dialog-acts">
          <button type="button" className="button" onClick={onSeen}>
            {words.seen}
          </button>
        </div>
      )}
    </div>
  );
}

/** A case in lines of a name and a text, always the same ones. What happened is counted, so each change is in one. */
function useTelling(): (whole: WholeCase) => readonly (readonly [name: string, text: string])[] {
  const words = useWords();
  const language = useLanguage();
  const nameOf = useNameOf();
  const desk = useDesk().data;
  const { columns } = words.breaks;
  const amount = (text: string | null | undefined) => {
    if (text == null || text === '') return words.unknown;
    return isAmount(text) ? shownAmount(text) : wordFor(text, language);
  };
  const time = (at: string | null | undefined) =>
    at == null || desk === undefined ? words.unknown : shownTime(at, desk.zone, desk.now);
  const owner = (id: string | null | undefined) => (id == null ? words.nobody : nameOf(id));
  return ({ case: row, proposals, transaction, timeline }) => {
    const last = proposals.at(-1);
    const said = (what: string) => timeline.filter((one) => one.what === what);
    return [
      [columns.finding, row === null ? words.unknown : reasonTitle(row.reason, language)],
      [columns.expected, amount(row?.expected)],
      [columns.observed, amount(row?.observed)],
      [columns.difference, amount(row?.difference)],
      [columns.status, row === null ? words.unknown : words.states[row.status]],
      [columns.owner, owner(row?.owner)],
      [columns.due, time(row?.due_at)],
      [words.acts.waiting, row?.waiting_on == null ? words.acts.waitingNone : words.acts.waitingOn[row.waiting_on]],
      [words.acts.note, [`${said('note').length}`, said('note').at(-1)?.text ?? ''].join(' ').trim()],
      [
        words.proposal.title,
        last === undefined
          ? words.unknown
          : `${words.proposal.kinds[last.kind]} · ${nameOf(last.by.person)} · ${words.proposal.states[last.state]}`,
      ],
      [words.detail.facts, `${transaction?.claims.length ?? 0}`],
      [words.detail.timeline, `${timeline.length}`],
    ];
  };
}
