// That the evidence changed while somebody read: what was read beside what there is now.

import type { ListedCase } from '../api/types.ts';
import { Amount } from '../ui/money.tsx';
import { useWords } from '../words/words.ts';

interface NoticeProps {
  readonly seen: ListedCase;
  readonly now: ListedCase | null;
  readonly onSeen: () => void;
}

export function ChangedNotice({ seen, now, onSeen }: NoticeProps) {
  const words = useWords();
  const { detail, proposal } = words;
  const rows = [
    { name: detail.expected, was: seen.expected, is: now?.expected ?? null },
    { name: detail.observed, was: seen.observed, is: now?.observed ?? null },
    { name: detail.difference, was: seen.difference, is: now?.difference ?? null },
  ];
  return (
    <div className="changed" role="alert">
      <p>
        <strong>{proposal.changedTitle}</strong> {proposal.changedHint}
      </p>
      <table className="facts">
        <thead>
          <tr>
            <td />
            <th scope="col" className="number">
              {proposal.was}
            </th>
            <th scope="col" className="number">
              {proposal.now}
            </th>
            <td />
          </tr>
        </thead>
        <tbody>
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
      <div className="dialog-acts">
        <button type="button" className="button" onClick={onSeen}>
          {proposal.goOn}
        </button>
      </div>
    </div>
  );
}
