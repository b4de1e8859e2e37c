// Links of several keys to one order, as one: whose money it is, what it adds up to, and one approval of them all.

import { useEffect, useRef } from 'react';
import { Link } from 'wouter';
import { CAUSE_WORDS } from '../../src/domain/decision-words.ts';
import { useNameOf } from '../api/queries.ts';
import { shownAmount, total } from '../state/amount.ts';
import { hasRole, useMyself } from '../state/session.ts';
import { useKeys } from '../ui/keys.ts';
import { Amount } from '../ui/money.tsx';
import { reasonTitle, useLanguage, useWords } from '../words/words.ts';
import { type Awaiting, mayApprove } from './open-proposals.ts';
import { groupName } from './several-dialog.tsx';

/** What waits, one after the other; links of one maker to one order together, where the first of them is. */
export function togetherOf(all: readonly Awaiting[]): readonly (readonly Awaiting[])[] {
  const groups = Map.groupBy(all, ({ id, proposal, isStale }) => {
    const name = proposal.kind === 'link' && !isStale ? groupName(proposal) : null;
    return name === null ? id : `${name} ${proposal.by.person}`;
  });
  return [...groups.values()];
}

interface OrderProps {
  readonly links: readonly Awaiting[];
  readonly position: string;
  readonly isFramed: boolean;
  readonly onFrame: () => void;
  /** Approves them all, by the name of their group. */
  readonly onApprove: (group: string) => void;
}

export function OrderCard({ links, position, isFramed, onFrame, onApprove }: OrderProps) {
  const words = useWords();
  const { approvals, bulk } = words;
  const language = useLanguage();
  const me = useMyself();
  const card = useRef<HTMLLIElement>(null);
  const { proposal } = links[0]!;
  const { reference, merchant } = proposal.to![0]!;
  const isOwn = links.some((one) => one.proposal.by.person === me.person.id);
  const isApprover = links.every((one) => mayApprove(me, one));
  const approve = () => onApprove(groupName(proposal)!);
  useKeys(isFramed && isApprover && !isOwn ? { 'Ctrl+Enter': approve } : {});
  useEffect(() => {
    if (!isFramed) return;
    card.current?.scrollIntoView({ block: 'nearest' });
    const active = document.activeElement;
    const isHere = active === document.body || active?.closest('.cards') != null;
    if (isHere && !card.current!.contains(active)) card.current!.focus({ preventScroll: true });
  }, [isFramed]);
  const sum = total(links.map((one) => one.proposal.amount!));
  return (
    <li
      ref={card}
      className="box card"
      tabIndex={isFramed ? 0 : -1}
      data-framed={isFramed || undefined}
      onFocus={onFrame}
    >
      <div className="box-head">
        <Link href={`/search?q=${encodeURIComponent(reference)}`} className="mono">
          {reference}
        </Link>
        <span>{bulk.orderGroup(links.length)}</span>
        <strong>
          {shownAmount(sum)} {proposal.currency}
        </strong>
        <span className="quiet">
          {[merchant || words.noMerchant, CAUSE_WORDS[language][proposal.cause]].join(' · ')}
        </span>
        <span className="spring" />
        <span className="tag quiet">{isOwn ? approvals.own : position}</span>
      </div>
      <div className="order-parts">
        <LinksTable links={links} />
        <div className="decide">
          {isOwn ? (
            <p>
              <strong>{approvals.ownTitle}</strong>
            </p>
          ) : isApprover ? (
            <p className="buttons">
              <button type="button" className={isFramed ? 'button main' : 'button'} onClick={approve}>
                {bulk.orderApprove(links.length)} {isFramed ? <kbd>Ctrl+Enter</kbd> : null}
              </button>
            </p>
          ) : (
            <p>
              {hasRole(me, 'approver') ? approvals.notApproverOf(merchant || words.noMerchant) : approvals.notApprover}
            </p>
          )}
        </div>
      </div>
    </li>
  );
}

function LinksTable({ links }: { readonly links: readonly Awaiting[] }) {
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
            <th scope="col">{words.roles.operator}</th>
            <th scope="col" className="number">
              {words.proposal.amount}
            </th>
          </tr>
        </thead>
        <tbody>
          {links.map(({ id, case: row, proposal }) => (
            <tr key={id}>
              <td>
                <Link href={`/breaks/${row.id}`} className="mono">
                  {row.key}
                </Link>
              </td>
              <td className="why">{reasonTitle(row.reason, language)}</td>
              <td>{nameOf(proposal.by.person)}</td>
              <td className="number">
                <Amount text={proposal.amount} /> {proposal.currency}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
