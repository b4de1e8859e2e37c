// What may be done about the close of a day, and by whom: one proposes it, another one approves.

import { useState } from 'react';
import { post } from '../api/client.ts';
import { useNameOf } from '../api/queries.ts';
import type { CloseProposal, PeriodDay } from '../api/statement-types.ts';
import { useRefresh } from '../detail/act-dialogs.tsx';
import { RejectDialog } from '../detail/reject-dialog.tsx';
import { shortHash } from '../state/hash.ts';
import { hasRole, mayWork, useMyself } from '../state/session.ts';
import { announce } from '../ui/announce.ts';
import { useOnce } from '../ui/once.ts';
import { problemText } from '../ui/states.tsx';
import { useWords } from '../words/words.ts';

interface ActsProps {
  readonly day: PeriodDay;
  /** Days close in their order: only one may be proposed. */
  readonly isNext: boolean;
  /** `*` for all merchants. */
  readonly merchant: string;
}

export function CloseActs({ day, isNext, merchant }: ActsProps) {
  const me = useMyself();
  const waiting = day.proposals.find(({ state }) => state === 'awaiting_approval');
  if (waiting !== undefined) return <Decide proposal={waiting} />;
  return day.state === 'over' && isNext && mayWork(me, merchant) ? <Propose day={day} merchant={merchant} /> : null;
}

function useSending(): readonly [problem: string, send: (work: () => Promise<unknown>, done: string) => Promise<void>] {
  const words = useWords();
  const refresh = useRefresh();
  const [problem, setProblem] = useState('');
  const once = useOnce();
  const attempt = async (work: () => Promise<unknown>, done: string) => {
    setProblem('');
    try {
      await work();
      announce(done);
    } catch (error) {
      setProblem(problemText(error as Error, words));
    }
    await refresh();
  };
  return [problem, (work, done) => once(() => attempt(work, done))];
}

function Propose({ day: { day, unmet }, merchant }: { readonly day: PeriodDay; readonly merchant: string }) {
  const { calendar } = useWords();
  const isApprover = hasRole(useMyself(), 'approver', merchant);
  const [text, setText] = useState('');
  const [problem, send] = useSending();
  // Of the first day to close, only a refusal says what it misses.
  const isMissing = (unmet !== null && unmet.length > 0) || problem !== '';
  const said = text.trim();
  const body = { merchant, ...(isMissing ? { overrule: true, text: said } : {}) };
  return (
    <span className="close-acts">
      {isMissing && isApprover ? (
        <label>
          <span className="hint">{calendar.overrule}</span>
          <input value={text} maxLength={4_000} onChange={(event) => setText(event.target.value)} />
        </label>
      ) : null}
      <button
        type="button"
        className="button"
        disabled={isMissing && (!isApprover || said === '')}
        onClick={() => send(() => post(`/v1/periods/${day}/proposals`, body), calendar.proposed(day))}
      >
        {calendar.propose(day)}
      </button>
      <span className="problem" role="alert">
        {problem}
      </span>
    </span>
  );
}

function Decide({ proposal }: { readonly proposal: CloseProposal }) {
  const words = useWords();
  const { calendar } = words;
  const me = useMyself();
  const nameOf = useNameOf();
  const [isOpen, setOpen] = useState(false);
  const [problem, send] = useSending();
  const { id, day, content, by, statements } = proposal;
  const isOwn = by.person === me.person.id;
  const answer = (what: 'approval' | 'rejection', done: string, text?: string) =>
    void send(() => post(`/v1/proposals/${id}/${what}`, { content, ...(text === undefined ? {} : { text }) }), done);
  return (
    <span className="close-acts">
      <span>
        {calendar.proposedBy(nameOf(by.person))} · {calendar.statements(statements.length)} ·{' '}
        <span className="mono">{shortHash(content)}</span>
      </span>
      {isOwn ? (
        <>
          <span>{calendar.own}</span>
          <button type="button" className="button" onClick={() => answer('rejection', calendar.rejected(day))}>
            {calendar.withdraw}
          </button>
        </>
      ) : hasRole(me, 'approver', proposal.merchant) ? (
        <>
          <button type="button" className="button main" onClick={() => answer('approval', calendar.done(day))}>
            {calendar.approve}
          </button>
          <button type="button" className="button" onClick={() => setOpen(true)}>
            {calendar.reject}
          </button>
        </>
      ) : null}
      <span className="problem" role="alert">
        {problem}
      </span>
      {isOpen ? (
        <RejectDialog
          id={id}
          onClose={() => setOpen(false)}
          onSend={(text) => {
            setOpen(false);
            answer('rejection', calendar.rejected(day), text);
          }}
        />
      ) : null}
    </span>
  );
}
