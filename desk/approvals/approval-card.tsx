// One proposal: what is proposed, the evidence, and what may be decided of it by whom.

import { type ReactNode, useEffect, useRef, useState } from 'react';
import { Link } from 'wouter';
import { sideOf } from '../../src/domain/break-side.ts';
import { CAUSE_WORDS } from '../../src/domain/decision-words.ts';
import { post } from '../api/client.ts';
import { useDesk, useNameOf, useWholeCase } from '../api/queries.ts';
import { providerName } from '../breaks/facet-words.ts';
import { useRefresh } from '../detail/act-dialogs.tsx';
import { LinkTargets } from '../detail/link-targets.tsx';
import { useReviewNeed } from '../detail/proposal-form.tsx';
import { RefundNotice } from '../detail/refund-notice.tsx';
import { RejectDialog } from '../detail/reject-dialog.tsx';
import { shownAmount, signedAmount } from '../state/amount.ts';
import { shortHash } from '../state/hash.ts';
import { hasRole, useMyself } from '../state/session.ts';
import { shownTime } from '../state/time.ts';
import { announce } from '../ui/announce.ts';
import { useKeys } from '../ui/keys.ts';
import { problemText } from '../ui/states.tsx';
import { reasonTitle, useLanguage, useWords } from '../words/words.ts';
import { EvidenceTable } from './evidence-table.tsx';
import type { Awaiting } from './open-proposals.ts';

interface CardProps {
  readonly awaiting: Awaiting;
  readonly position: string;
  readonly isFramed: boolean;
  readonly onFrame: () => void;
}

export function ApprovalCard({ awaiting, position, isFramed, onFrame }: CardProps) {
  const words = useWords();
  const language = useLanguage();
  const card = useRef<HTMLLIElement>(null);
  const { case: row, proposal, isStale } = awaiting;
  const isOwn = proposal.by.person === useMyself().person.id;
  const side = sideOf(row.reason, row.difference);
  useEffect(() => {
    if (!isFramed) return;
    card.current?.scrollIntoView({ block: 'nearest' });
    const active = document.activeElement;
    if (active === document.body || active?.closest('.cards') != null) {
      if (!card.current!.contains(active)) card.current!.focus({ preventScroll: true });
    }
  }, [isFramed]);
  return (
    <li
      ref={card}
      className="box card"
      tabIndex={isFramed ? 0 : -1}
      data-framed={isFramed || undefined}
      onFocus={onFrame}
    >
      <div className="box-head">
        <Link href={`/breaks/${row.id}`} className="mono">
          {row.key}
        </Link>
        <span>{words.proposal.kinds[proposal.kind]}</span>
        {row.difference === null ? null : (
          <strong className={side === 'under' ? 'missing' : undefined}>
            {signedAmount(row.difference)} {row.currency} {words.sidesLong[side]}
          </strong>
        )}
        <span className="quiet">
          {[reasonTitle(row.reason, language), row.merchant || words.noMerchant, providerName(row.provider)].join(
            ' · ',
          )}
        </span>
        <span className="spring" />
        {isStale ? (
          <span className="tag">{words.approvals.staleTag}</span>
        ) : isOwn ? (
          <span className="tag quiet">{words.approvals.own}</span>
        ) : (
          <span className="tag quiet">{position}</span>
        )}
      </div>
      <div className="card-parts">
        <Proposed awaiting={awaiting} />
        <EvidenceTable awaiting={awaiting} />
        <div className="decide">
          {isStale ? (
            <Stale awaiting={awaiting} isFramed={isFramed} isOwn={isOwn} />
          ) : isOwn ? (
            <Own awaiting={awaiting} isFramed={isFramed} />
          ) : (
            <Decide awaiting={awaiting} isFramed={isFramed} />
          )}
        </div>
      </div>
    </li>
  );
}

/** What its maker wrote; nothing where nothing was written, or it was erased. */
function useSaid({ case: row, proposal }: Awaiting): string | null {
  const { data } = useWholeCase(proposal.by.text === null ? null : row.id);
  const made = data?.timeline.findLast(({ what, by }) => what === 'proposal' && by === proposal.by.person);
  return made?.text ?? null;
}

function Proposed({ awaiting }: { readonly awaiting: Awaiting }) {
  const { proposal } = awaiting;
  const said = useSaid(awaiting);
  const words = useWords();
  const language = useLanguage();
  const nameOf = useNameOf();
  const desk = useDesk().data;
  const me = useMyself().person.id;
  const { kind, cause, amount, currency, by } = proposal;
  const name = by.person === me ? words.me(nameOf(by.person)) : nameOf(by.person);
  return (
    <div className="proposed">
      <p>
        <strong>
          {words.proposal.kinds[kind]}
          {amount === null ? '' : ` ${shownAmount(amount)} ${currency}`}
          <LinkTargets proposal={proposal} />
        </strong>
      </p>
      <p className="quiet">
        {words.proposal.cause}: {CAUSE_WORDS[language][cause]}
      </p>
      {said === null ? null : <blockquote>{words.approvals.quoted(said)}</blockquote>}
      <p className="hint">{words.proposal.by(name, desk === undefined ? '' : shownTime(by.at, desk.zone, desk.now))}</p>
    </div>
  );
}

function Hashes({ awaiting: { proposal } }: { readonly awaiting: Awaiting }) {
  const { approvals, proposal: words } = useWords();
  return (
    <>
      <p className="quiet">{approvals.exactly}</p>
      <p className="hashes mono">
        {words.content} {shortHash(proposal.content)}
        <br />
        {words.finding} {shortHash(proposal.finding)}
      </p>
    </>
  );
}

/** Sends an answer, bound to the content that was shown. */
function useAnswer({ case: row, proposal }: Awaiting) {
  const words = useWords();
  const refresh = useRefresh();
  const [problem, setProblem] = useState('');
  const [isBusy, setBusy] = useState(false);
  const answer = async (what: 'approval' | 'rejection', done: string, text?: string): Promise<void> => {
    if (isBusy) return;
    setBusy(true);
    setProblem('');
    try {
      const said = text === undefined ? {} : { text };
      await post(`/v1/proposals/${proposal.id}/${what}`, { content: proposal.content, ...said });
      announce(done);
    } catch (error) {
      const told = problemText(error as Error, words);
      setProblem(told);
      announce(`${row.key}: ${told}`);
    }
    setBusy(false);
    await refresh();
  };
  return { answer, problem, isBusy };
}

function Decide({ awaiting, isFramed }: { readonly awaiting: Awaiting; readonly isFramed: boolean }) {
  const words = useWords();
  const me = useMyself();
  const { case: row, proposal } = awaiting;
  const { answer, problem, isBusy } = useAnswer(awaiting);
  const [isOpen, setOpen] = useState(false);
  const need = useReviewNeed(row);
  // Of a link: those whose orders it is about.
  const others = [...new Set(proposal.to?.map(({ merchant }) => merchant))].filter(
    (merchant) => !hasRole(me, 'approver', merchant),
  );
  const isOfOwn = hasRole(me, 'approver', row.merchant);
  const isApprover = isOfOwn && others.length === 0;
  const isRefund = proposal.kind === 'refund';
  const done = isRefund ? words.refund.approved(row.key) : words.acts.done.approved(row.key);
  const approve = () => void answer('approval', done);
  useKeys(isFramed && isApprover ? { 'Ctrl+Enter': approve } : {});
  if (!isApprover) {
    return (
      <>
        <Hashes awaiting={awaiting} />
        <p>{isOfOwn ? words.approvals.notApproverOf(words.list(others)) : words.approvals.notApprover}</p>
      </>
    );
  }
  return (
    <>
      <Hashes awaiting={awaiting} />
      {isRefund ? <RefundNotice row={row} proposal={proposal} /> : null}
      <p className="buttons">
        <button type="button" className={isFramed ? 'button main' : 'button'} aria-disabled={isBusy} onClick={approve}>
          {words.approvals.approve} {isFramed ? <kbd>Ctrl+Enter</kbd> : null}
        </button>
        <button type="button" className="button" onClick={() => setOpen(true)}>
          {words.approvals.reject}
        </button>
      </p>
      <p className="problem" role="alert">
        {problem}
      </p>
      <p className="quiet">{need.why}</p>
      {isOpen ? (
        <RejectDialog
          id={proposal.id}
          onClose={() => setOpen(false)}
          onSend={(text) => {
            setOpen(false);
            void answer('rejection', words.acts.done.rejected(row.key), text);
          }}
        />
      ) : null}
    </>
  );
}

function Own({ awaiting, isFramed }: { readonly awaiting: Awaiting; readonly isFramed: boolean }) {
  const words = useWords();
  const desk = useDesk().data;
  const me = useMyself().person.id;
  const { case: row } = awaiting;
  const others = (desk?.people ?? []).filter(
    ({ id, roles, disabled }) => id !== me && !disabled && roles.includes('approver'),
  );
  const names = words.list(others.map(({ name }) => name));
  return (
    <Why title={words.approvals.ownTitle}>
      <p>
        {names === '' ? words.approvals.ownNobody : words.approvals.ownHint(row.merchant || words.noMerchant, names)}
      </p>
      <Withdraw {...{ awaiting, isFramed }} />
    </Why>
  );
}

/** Takes back one's own. */
function Withdraw({ awaiting, isFramed }: { readonly awaiting: Awaiting; readonly isFramed: boolean }) {
  const words = useWords();
  const { answer, problem } = useAnswer(awaiting);
  const withdraw = () => void answer('rejection', words.acts.done.withdrawn);
  useKeys(isFramed ? { w: withdraw } : {});
  return (
    <>
      <button type="button" className="button" onClick={withdraw}>
        {words.approvals.withdraw} <kbd>w</kbd>
      </button>
      <p className="problem" role="alert">
        {problem}
      </p>
    </>
  );
}

interface StaleProps {
  readonly awaiting: Awaiting;
  readonly isFramed: boolean;
  readonly isOwn: boolean;
}

function Stale({ awaiting, isFramed, isOwn }: StaleProps) {
  const words = useWords();
  return (
    <Why title={words.approvals.staleTitle}>
      <p>{words.approvals.staleHint}</p>
      <p className="buttons">
        <Link href={`/breaks/${awaiting.case.id}#propose`} className="button">
          {words.approvals.open}
        </Link>
      </p>
      {isOwn ? <Withdraw {...{ awaiting, isFramed }} /> : null}
    </Why>
  );
}

function Why({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <>
      <p>
        <strong>{title}</strong>
      </p>
      {children}
    </>
  );
}
