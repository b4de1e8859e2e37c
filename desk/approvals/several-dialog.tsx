// Several proposals approved at once: of one kind and one cause, each listed, and their total typed.

import { useEffect, useState } from 'react';
import { sideOf } from '../../src/domain/break-side.ts';
import type { Cause, ResolutionKind } from '../../src/domain/decision.ts';
import { CAUSE_WORDS } from '../../src/domain/decision-words.ts';
import { useAwaiting, useNameOf } from '../api/queries.ts';
import type { AwaitingPage, Proposal } from '../api/types.ts';
import { PreviewText } from '../bulk/preview-text.tsx';
import { useBulk } from '../bulk/use-bulk.ts';
import { DialogActs } from '../detail/act-dialogs.tsx';
import { TrialTable } from '../detail/trial-table.tsx';
import { isAmount, isSame, shownAmount, sizeOf, total } from '../state/amount.ts';
import { useMyself } from '../state/session.ts';
import { announce } from '../ui/announce.ts';
import { Dialog } from '../ui/dialog.tsx';
import { useKeys } from '../ui/keys.ts';
import { Amount, sideClass } from '../ui/money.tsx';
import { foundOnly, reasonTitle, useLanguage, useWords } from '../words/words.ts';
import type { Words } from '../words/zh.ts';
import { mayApprove } from './open-proposals.ts';

type Waiting = AwaitingPage['proposals'][number];

interface Group {
  readonly name: string;
  readonly kind: ResolutionKind;
  readonly cause: Cause;
  /** Of links, their one order. */
  readonly to: string | null;
  readonly rows: readonly Waiting[];
}

/** By kind and cause, and links by their order; a refund, and a link of several orders, are approved by themselves. */
export function groupName({ kind, cause, to = [] }: Proposal): string | null {
  if (kind === 'refund' || to.length > 1) return null;
  return [kind, cause, ...to.map(({ reference }) => reference)].join(' ');
}

/** Those that the approver may approve, the largest group first. */
function groupsOf(rows: readonly Waiting[]): Group[] {
  const groups = Map.groupBy(rows, ({ proposal }) => groupName(proposal));
  return [...groups]
    .flatMap(([name, of]): Group[] => {
      const { kind, cause, to = [] } = of[0]!.proposal;
      return name === null ? [] : [{ name, kind, cause, to: to[0]?.reference ?? null, rows: of }];
    })
    .sort((left, right) => right.rows.length - left.rows.length);
}

interface SeveralProps {
  /** The group that is meant; the largest where none is named. */
  readonly named: string | null;
  readonly onClose: () => void;
}

export function SeveralDialog({ named, onClose }: SeveralProps) {
  const words = useWords();
  const { bulk } = words;
  const me = useMyself();
  const { data, refetch } = useAwaiting('me');
  const [chosen, setChosen] = useState(named ?? '');
  const groups = groupsOf((data?.proposals ?? []).filter((one) => mayApprove(me, one)));
  const group = groups.find(({ name }) => name === chosen) ?? groups[0];
  return (
    <Dialog title={bulk.severalTitle} onClose={onClose} className="wide">
      {group === undefined ? (
        <>
          <p>{bulk.noGroup}</p>
          <div className="dialog-acts">
            <button type="button" className="button" onClick={onClose}>
              {words.breaks.close} <kbd>Esc</kbd>
            </button>
          </div>
        </>
      ) : (
        <>
          <GroupChoice groups={groups} group={group} onChoice={setChosen} />
          <GroupForm key={group.name} group={group} onRead={() => void refetch()} onClose={onClose} />
        </>
      )}
    </Dialog>
  );
}

interface ChoiceProps {
  readonly groups: readonly Group[];
  readonly group: Group;
  readonly onChoice: (name: string) => void;
}

function GroupChoice({ groups, group, onChoice }: ChoiceProps) {
  const { bulk, proposal } = useWords();
  const language = useLanguage();
  return (
    <label>
      {bulk.group}
      <select value={group.name} onChange={(event) => onChoice(event.target.value)}>
        {groups.map(({ name, kind, cause, to, rows }) => (
          <option key={name} value={name}>
            {bulk.groupOf(kindOf(proposal.kinds[kind], to), CAUSE_WORDS[language][cause], rows.length)}
          </option>
        ))}
      </select>
    </label>
  );
}

interface FormProps {
  readonly group: Group;
  readonly onRead: () => void;
  readonly onClose: () => void;
}

function kindOf(kind: string, to: string | null): string {
  return to === null ? kind : `${kind} → ${to}`;
}

function GroupForm({ group: { kind, cause, to, rows }, onRead, onClose }: FormProps) {
  const { bulk, approvals, sidesLong } = useWords();
  const [typed, setTyped] = useState<Readonly<Record<string, string>>>({});
  const [isTold, setTold] = useState(false);
  const { preview, problem, isBusy, ask, send } = useBulk({
    act: { act: 'approve', kind, cause, ...(to === null ? {} : { to: [{ reference: to }] }) },
    scope: { cases: rows.map(({ case: { id } }) => id) },
    seen: rows.map(({ proposal: { content } }) => content).join(' '),
    onDone: ({ counts: { done = 0, refused = 0 } }) => {
      announce(bulk.approved(done, refused));
      onClose();
    },
  });
  const isCounted = preview !== null;
  const totals = totalsOf(rows, preview?.count ?? rows.length, bulk, sidesLong);
  // What is listed is read after what was counted: what changed between the two is counted anew.
  // biome-ignore lint/correctness/useExhaustiveDependencies: whether it is counted is what this waits for.
  useEffect(() => {
    if (isCounted) onRead();
    else if (problem === '') ask();
  }, [isCounted, isBusy, problem]);
  const approve = () => {
    const isRight = isCounted && totals.every(({ name, total: sum }) => isTotal(typed[name] ?? '', sum));
    setTold(!isRight);
    if (isRight) send();
  };
  useKeys({ 'Ctrl+Enter': approve }, true);
  return (
    <>
      <RowsTable rows={rows} />
      <p className="hint" role="status">
        {preview === null ? bulk.preview : <PreviewText act="approve" preview={preview} />}
      </p>
      {preview?.order == null ? null : <TrialTable keys={[preview.order]} />}
      {totals.map(({ name, label }) => (
        <label key={name}>
          {label}
          <input
            inputMode="decimal"
            value={typed[name] ?? ''}
            maxLength={40}
            onChange={(event) => setTyped({ ...typed, [name]: event.target.value })}
          />
        </label>
      ))}
      <p className="problem" role="alert">
        {isTold ? bulk.totalWrong : problem}
      </p>
      <DialogActs main={approvals.approve} onSend={approve} onClose={onClose} />
    </>
  );
}

function RowsTable({ rows }: { readonly rows: readonly Waiting[] }) {
  const words = useWords();
  const language = useLanguage();
  const nameOf = useNameOf();
  const { columns } = words.breaks;
  return (
    <section className="scroll-x" aria-label={words.approvals.list}>
      <table className="facts">
        <caption className="hidden">{words.approvals.list}</caption>
        <thead>
          <tr>
            <th scope="col">{columns.key}</th>
            <th scope="col">{columns.finding}</th>
            <th scope="col" className="number">
              {columns.difference}
            </th>
            <th scope="col">{columns.side}</th>
            <th scope="col">{words.roles.operator}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ case: row, proposal }) => {
            const side = sideOf(row.reason, row.difference);
            return (
              <tr key={proposal.id}>
                <td className="mono">{row.key}</td>
                <td className="why">
                  <strong>{reasonTitle(row.reason, language)}</strong> {foundOnly(row, language)}
                </td>
                <td className={sideClass(side, row.difference)}>
                  <Amount text={row.difference} isSigned /> {row.currency}
                </td>
                <td>{words.sidesLong[side]}</td>
                <td>{nameOf(proposal.by.person)}</td>
              </tr>
            );
          })}
        </tbody>
        <tfoot>
          {sumsOf(rows).map(({ currency, side, sum, count }) => (
            <tr key={`${currency} ${side}`} className="total">
              <th scope="row" colSpan={2}>
                {words.bulk.sums} · {count}
              </th>
              <td className="number strong">
                {shownAmount(sum)} {currency}
              </td>
              <td>{words.sidesLong[side]}</td>
              <td />
            </tr>
          ))}
        </tfoot>
      </table>
    </section>
  );
}

interface Total {
  readonly name: string;
  readonly label: string;
  readonly total: string;
}

/** What is typed to confirm: each total, and the count of what has no amount. */
function totalsOf(
  rows: readonly Waiting[],
  count: number,
  { typed, typedTotal }: Words['bulk'],
  sides: Words['sidesLong'],
): readonly Total[] {
  const sums = sumsOf(rows).map(({ currency, side, sum }): Total => {
    const shown = `${shownAmount(sum)} ${currency} ${sides[side]}`.trim();
    return { name: `${currency} ${side}`, label: typedTotal(shown), total: sum };
  });
  return sums.length > 0 ? sums : [{ name: '', label: typed(count), total: `${count}` }];
}

/** Also without its places, or with groups of three. */
function isTotal(typed: string, sum: string): boolean {
  const text = typed.replaceAll(/[\s,]/g, '');
  return isAmount(text) && isSame(text, sum);
}

/** Over and under apart, and each currency. */
function sumsOf(rows: readonly Waiting[]) {
  const sums = new Map<string, { currency: string; side: ReturnType<typeof sideOf>; amounts: string[] }>();
  for (const { case: row } of rows) {
    if (row.difference === null || row.currency === null) continue;
    const side = sideOf(row.reason, row.difference);
    const name = `${row.currency} ${side}`;
    const sum = sums.get(name) ?? { currency: row.currency, side, amounts: [] };
    sum.amounts.push(sizeOf(row.difference));
    sums.set(name, sum);
  }
  return [...sums.values()].map(({ currency, side, amounts }) => {
    return { currency, side, sum: total(amounts), count: amounts.length };
  });
}
