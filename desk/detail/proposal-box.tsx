// What was proposed of a case, and the form of a new proposal. It is bound to the finding as it was read: when the
// evidence changes meanwhile, nothing is sent before somebody looked at both.

import { type ReactNode, type RefObject, useEffect, useState } from 'react';
import { CAUSE_WORDS } from '../../src/domain/decision-words.ts';
import { Problem, post } from '../api/client.ts';
import { useDesk, useNameOf } from '../api/queries.ts';
import type { FindingRead, ListedCase, Proposal, WholeCase } from '../api/types.ts';
import { shownAmount } from '../state/amount.ts';
import { shortHash } from '../state/hash.ts';
import { isAsked, keepsRefund } from '../state/refund.ts';
import { hasRole, useMyself } from '../state/session.ts';
import { shownTime } from '../state/time.ts';
import { announce } from '../ui/announce.ts';
import { useKeys } from '../ui/keys.ts';
import { problemText } from '../ui/states.tsx';
import { useLanguage, useWords } from '../words/words.ts';
import { useRefresh } from './act-dialogs.tsx';
import { useReading } from './case-version.ts';
import { ChangedNotice, ChangedTable } from './changed-notice.tsx';
import { ConflictNotice } from './conflict-notice.tsx';
import { LinkTargets } from './link-targets.tsx';
import { ProposalForm } from './proposal-form.tsx';
import { RefundState } from './refund-state.tsx';
import { RejectDialog } from './reject-dialog.tsx';
import type { Linking } from './use-link.ts';

interface BoxProps {
  readonly whole: WholeCase;
  readonly worker: boolean;
  readonly form: RefObject<HTMLFormElement | null>;
  readonly linking: Linking;
}

/** Whether something may be proposed: nothing that waits or resolves the case is in its way, as no refund does. */
export function isUndecided({ case: row, proposals }: WholeCase): boolean {
  return row !== null && row.status !== 'resolved' && !proposals.some((one) => isLive(one) && !isHoldingRefund(one));
}

function isHoldingRefund({ kind, state }: Proposal): boolean {
  return kind === 'refund' && state === 'effective';
}

function isLive({ state }: Proposal): boolean {
  return state === 'awaiting_approval' || state === 'effective';
}

export function ProposalBox({ whole, worker, form, linking }: BoxProps) {
  const words = useWords();
  const me = useMyself().person;
  const { proposals } = whole;
  const row = whole.case;
  // As it was when it was opened, until somebody looked at what changed.
  const [seen, setSeen] = useState<ListedCase | null>(row);
  useEffect(() => {
    if (seen === null && row !== null) setSeen(row);
  }, [seen, row]);
  const reading = useReading(row?.id ?? '', whole);
  const isChanged = row !== null && seen !== null && seen.finding !== row.finding;
  return (
    <section className="box" aria-label={words.proposal.title} id="propose">
      <div className="box-head">
        <h2>{words.proposal.title}</h2>
        <span className="spring" />
        <span className="hint">{me.name}</span>
      </div>
      {proposals.toReversed().map((proposal) => (
        <ProposalItem key={proposal.id} proposal={proposal} mayWithdraw={worker} merchant={row?.merchant ?? '*'}>
          <OldValues whole={whole} proposal={proposal.id} />
        </ProposalItem>
      ))}
      {isChanged && worker ? <ChangedNotice seen={seen} now={row} onSeen={() => setSeen(row)} /> : null}
      {row !== null && isUndecided(whole) && worker && !isChanged && seen !== null ? (
        <ProposalForm
          {...{ row, form, linking, reading, mayRefund: !proposals.some((one) => keepsRefund(one, row.finding)) }}
        />
      ) : null}
      {isChanged ? null : <ConflictNotice conflict={reading.conflict} onSeen={reading.forget} />}
      {worker ? null : <p className="inside hint">{words.proposal.readOnly}</p>}
    </section>
  );
}

/** What the maker of a stale proposal read, beside what there is now, and the facts that changed it. */
function OldValues({ whole, proposal }: { readonly whole: WholeCase; readonly proposal: string }) {
  const { proposal: words } = useWords();
  const read = whole.stale.find((one) => one.proposal === proposal);
  if (read === undefined) return null;
  const claims = whole.transaction?.claims ?? [];
  const numbers = numbersOf(read, claims);
  return (
    <div className="old-values">
      <ChangedTable read={read} now={whole.case} wasTitle={words.wasProposed} />
      {numbers.length === 0 ? null : (
        <p className="fact-links">
          {words.changedBy}{' '}
          {numbers.map((number) => (
            <a key={number} href={`#fact-${number}`}>
              {number}
            </a>
          ))}
        </p>
      )}
    </div>
  );
}

/** Facts are named by their places among those of the case. */
function numbersOf({ changed_by: ids }: FindingRead, claims: readonly { readonly id: string }[]): number[] {
  return ids.map((id) => claims.findIndex((claim) => claim.id === id) + 1).filter((number) => number > 0);
}

interface ItemProps {
  readonly proposal: Proposal;
  readonly mayWithdraw: boolean;
  readonly merchant: string;
  readonly children: ReactNode;
}

function ProposalItem({ proposal, mayWithdraw, merchant, children }: ItemProps) {
  const words = useWords();
  const language = useLanguage();
  const nameOf = useNameOf();
  const me = useMyself();
  const desk = useDesk().data;
  const { kind, cause, amount, currency, by, state, approved, rejected, content, finding } = proposal;
  const timeOf = (at: string) => (desk === undefined ? '' : shownTime(at, desk.zone, desk.now));
  const isOwn = by.person === me.person.id;
  const live = isLive(proposal);
  const withdrawn = rejected !== null && rejected.person === by.person;
  return (
    <article className={live ? 'proposal live' : 'proposal'}>
      <p>
        <strong>
          {words.proposal.kinds[kind]}
          {amount === null ? '' : ` ${shownAmount(amount)} ${currency}`}
          <LinkTargets proposal={proposal} />
        </strong>{' '}
        · {CAUSE_WORDS[language][cause]}{' '}
        <span className={live ? 'tag' : 'tag quiet'}>
          {withdrawn ? words.proposal.withdrawn : words.proposal.states[state]}
        </span>
      </p>
      <p className="hint">
        {words.proposal.by(nameOf(by.person), timeOf(by.at))}
        {approved === null ? '' : ` · ${words.proposal.approvedBy(nameOf(approved.person))} ${timeOf(approved.at)}`}
        {rejected === null || withdrawn
          ? ''
          : ` · ${words.proposal.rejectedBy(nameOf(rejected.person))} ${timeOf(rejected.at)}`}
      </p>
      <p className="hashes mono">
        {words.proposal.content} {shortHash(content)} · {words.proposal.finding} {shortHash(finding)}
      </p>
      <RefundState proposal={proposal} />
      {children}
      {live && isOwn && mayWithdraw && !isAsked(proposal) ? <Withdraw proposal={proposal} /> : null}
      {state === 'effective' && !isOwn && !isAsked(proposal) && hasRole(me, 'approver', merchant) ? (
        <Revoke proposal={proposal} />
      ) : null}
    </article>
  );
}

/** Takes back what holds or waits, bound to the content that was shown. */
function useTakeBack({ id, content }: Proposal) {
  const words = useWords();
  const refresh = useRefresh();
  const [problem, setProblem] = useState('');
  const takeBack = async (text?: string) => {
    try {
      await post(`/v1/proposals/${id}/rejection`, { content, ...(text === undefined ? {} : { text }) });
      announce(text === undefined ? words.acts.done.withdrawn : words.acts.done.revoked);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      setProblem(problemText(error, words));
    }
    await refresh();
  };
  return { takeBack, problem };
}

function Withdraw({ proposal }: { readonly proposal: Proposal }) {
  const words = useWords();
  const { takeBack, problem } = useTakeBack(proposal);
  useKeys({ w: () => void takeBack() });
  return (
    <>
      <button type="button" className="button" onClick={() => void takeBack()}>
        {words.proposal.withdraw} <kbd>w</kbd>
      </button>
      <p className="problem" role="alert">
        {problem}
      </p>
    </>
  );
}

/** An approver revokes what another one proposed, also after it was approved. It needs a reason, and has no key. */
function Revoke({ proposal }: { readonly proposal: Proposal }) {
  const { proposal: words } = useWords();
  const { takeBack, problem } = useTakeBack(proposal);
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <button type="button" className="button" onClick={() => setOpen(true)}>
        {words.revoke}
      </button>
      <p className="problem" role="alert">
        {problem}
      </p>
      {isOpen ? (
        <RejectDialog
          id={proposal.id}
          title={words.revokeTitle}
          onClose={() => setOpen(false)}
          onSend={(text) => {
            setOpen(false);
            void takeBack(text);
          }}
        />
      ) : null}
    </>
  );
}
