// That the evidence changed: what was read beside what there is now.

import type { ListedCase } from '../api/types.ts';
import { Amount } from '../ui/money.tsx';
import { reasonTitle, useLanguage, useWords } from '../words/words.ts';

type Amounts = Pick<ListedCase, 'reason' | 'expected' | 'observed' | 'difference'>;

interface NoticeProps {
  readonly seen: ListedCase;
  readonly now: ListedCase | null;
  readonly onSeen: () => void;
}

export function ChangedNotice({ seen, now, onSeen }: NoticeProps) {
  const { proposal } = useWords();
  return (
    <div className="changed" role="alert">
      <p>
        <strong>{proposal.changedTitle}</strong> {proposal.changedHint}
      </p>
      <ChangedTable read={seen} now={now} wasTitle={proposal.was} />
      <div className="dialog-acts">
        <button type="button" className="button" onClick={onSeen}>
          {proposal.goOn}
        </button>
      </div>
    </div>
  );
}

interface TableProps {
  readonly read: Amounts;
  readonly now: Amounts | null;
  /** Whose reading it was. */
  readonly wasTitle: string;
}

export function ChangedTable({ read, now, wasTitle }: TableProps) {
  const { detail, proposal, breaks } = useWords();
  const language = useLanguage();
  const rows = [
    { name: detail.expected, was: read.expected, is: now?.expected ?? null },
    { name: detail.observed, was: read.observed, is: now?.observed ?? null },
    { name: detail.difference, was: read.difference, is: now?.difference ?? null },
  ];
  return (
    <table className="facts">
      <thead>
        <tr>
          <td />
          <th scope="col" className="number">
            {wasTitle}
          </th>
          <th scope="col" className="number">
            {proposal.now}
          </th>
          <td />
        </tr>
      </thead>
      <tbody>
        {now === null || now.reason === read.reason ? null : (
          <tr className="off">
            <th scope="row">{breaks.columns.finding}</th>
            <td className="number">{reasonTitle(read.reason, language)}</td>
            <td className="number strong">{reasonTitle(now.reason, language)}</td>
            <td>
              <strong>≠</strong>
            </td>
          </tr>
        )}
        {rows.map(({ name, was, is }) => (
          <tr key={name} className={was === is ? undefined : 'off'}>
            <th scope="row">{name}</th>
            <td className="number">
              <Amount text={was} />
            </td>
            <td className={was === is ? 'number' : 'number strong'}>
              <Amount text={is} />
            </td>
            <td>{was === is ? '=' : <strong>≠</strong>}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
