// Proposals that wait for a second person: each beside the evidence of now, and bound to the content that was read.
// What is stale or one's own stays in its place, without a button and with why.

import { useState } from 'react';
import { Link, useLocation, useSearch } from 'wouter';
import { useFrame } from '../breaks/use-frame.ts';
import { UndoLine } from '../bulk/undo-line.tsx';
import { ALL_OPEN } from '../state/case-query.ts';
import { hasRole, useMyself } from '../state/session.ts';
import { useKeys } from '../ui/keys.ts';
import { Page } from '../ui/page.tsx';
import { Empty, Failed, Loading } from '../ui/states.tsx';
import { useWords } from '../words/words.ts';
import { ApprovalCard } from './approval-card.tsx';
import { type Awaiting, useAllAwaiting } from './open-proposals.ts';
import { SeveralDialog } from './several-dialog.tsx';

const TABS = ['open', 'mine', 'stale', 'own'] as const;
type Tab = (typeof TABS)[number];

export function ApprovalsPage() {
  const words = useWords();
  const [, go] = useLocation();
  const search = useSearch();
  const tab = TABS.find((one) => one === new URLSearchParams(search).get('show')) ?? 'open';
  const me = useMyself().person.id;
  const [isOpen, setOpen] = useState(false);
  const { all, error, isLoading, refetch } = useAllAwaiting();
  const isIn: Readonly<Record<Tab, (one: Awaiting) => boolean>> = {
    open: () => true,
    mine: ({ isStale, proposal }) => !isStale && proposal.by.person !== me,
    stale: ({ isStale }) => isStale,
    own: ({ proposal }) => proposal.by.person === me,
  };
  const shown = all.filter(isIn[tab]);
  const frame = useFrame({ ...ALL_OPEN, search: `approvals ${tab}` }, shown);
  useKeys({
    j: () => frame.move(1),
    k: () => frame.move(-1),
    ArrowDown: () => frame.move(1),
    ArrowUp: () => frame.move(-1),
  });
  const framed = shown.find(({ id }) => id === frame.id);
  useKeys({ Enter: () => framed && go(`/breaks/${framed.case.id}`), Escape: () => go('/breaks') });
  const bar = <ApprovalsBar tab={tab} counts={(one) => all.filter(isIn[one]).length} onSeveral={() => setOpen(true)} />;
  const { keys } = words;
  return (
    <Page
      title={words.approvals.title}
      bar={bar}
      className="boxes"
      keys={[
        [['j', 'k'], keys.move],
        [['Enter'], keys.open],
        [['Ctrl+Enter'], keys.approve],
        [['w'], keys.withdraw],
      ]}
    >
      {isLoading ? <Loading /> : error !== null && all.length === 0 ? <Failed error={error} onAgain={refetch} /> : null}
      {!isLoading && error === null && shown.length === 0 ? (
        <Empty
          title={tab === 'stale' ? words.approvals.emptyStale : words.approvals.empty}
          {...(tab === 'stale' ? {} : { hint: words.approvals.emptyHint })}
        />
      ) : null}
      <ol className="cards" aria-label={words.approvals.list}>
        {shown.map((one, at) => (
          <ApprovalCard
            key={one.id}
            awaiting={one}
            position={words.approvals.position(at + 1, shown.length)}
            isFramed={one.id === frame.id}
            onFrame={() => frame.set(one.id)}
          />
        ))}
      </ol>
      <UndoLine />
      {isOpen ? <SeveralDialog onClose={() => setOpen(false)} /> : null}
    </Page>
  );
}

interface BarProps {
  readonly tab: Tab;
  readonly counts: (tab: Tab) => number;
  readonly onSeveral: () => void;
}

function ApprovalsBar({ tab, counts, onSeveral }: BarProps) {
  const words = useWords();
  return (
    <>
      <nav className="tabs" aria-label={words.approvals.title}>
        {TABS.map((one) => (
          <Link
            key={one}
            href={one === 'open' ? '/approvals' : `/approvals?show=${one}`}
            aria-current={one === tab ? 'page' : undefined}
          >
            {words.approvals.tabs[one]} <span className="count">{counts(one)}</span>
          </Link>
        ))}
      </nav>
      <span className="spring" />
      {hasRole(useMyself(), 'approver') ? (
        <button type="button" className="button" onClick={onSeveral}>
          {words.bulk.several}
        </button>
      ) : null}
    </>
  );
}
