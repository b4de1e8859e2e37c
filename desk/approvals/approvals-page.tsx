// Proposals that wait for a second person: each beside the evidence of now, and bound to the content that was read.
// What is stale or one's own stays in its place, without a button and with why.

import { useState } from 'react';
import { Link, useLocation, useSearch } from 'wouter';
import { useSettled } from '../api/queries.ts';
import { useFrame } from '../breaks/use-frame.ts';
import { UndoLine } from '../bulk/undo-line.tsx';
import { ALL_OPEN } from '../state/case-query.ts';
import { hasRole, useMyself } from '../state/session.ts';
import { useKeys } from '../ui/keys.ts';
import { Page } from '../ui/page.tsx';
import { Empty, Failed, Loading } from '../ui/states.tsx';
import { useWords } from '../words/words.ts';
import { ApprovalCard } from './approval-card.tsx';
import { type Awaiting, mayApprove, useAllAwaiting } from './open-proposals.ts';
import { OrderCard, togetherOf } from './order-card.tsx';
import { SettledBox } from './settled-box.tsx';
import { SeveralDialog } from './several-dialog.tsx';

const TABS = ['open', 'mine', 'stale', 'own', 'settled'] as const;
type Tab = (typeof TABS)[number];
const SETTLED_MAX = 100;

export function ApprovalsPage() {
  const words = useWords();
  const [, go] = useLocation();
  const search = useSearch();
  const tab = TABS.find((one) => one === new URLSearchParams(search).get('show')) ?? 'open';
  const myself = useMyself();
  const me = myself.person.id;
  /** Null while nothing is open, and the name of the group that is meant. */
  const [several, setSeveral] = useState<{ readonly group: string | null } | null>(null);
  const { all, isCut, error, isLoading, refetch } = useAllAwaiting();
  const settled = useSettled(SETTLED_MAX).data;
  const isIn: Readonly<Record<Tab, (one: Awaiting) => boolean>> = {
    open: () => true,
    mine: (one) => !one.isStale && mayApprove(myself, one),
    stale: ({ isStale }) => isStale,
    own: ({ proposal }) => proposal.by.person === me,
    settled: () => false,
  };
  const shown = all.filter(isIn[tab]);
  const cards = togetherOf(shown);
  const frame = useFrame(
    { ...ALL_OPEN, search: `approvals ${tab}` },
    cards.map(([first]) => first!),
  );
  useKeys({
    j: () => frame.move(1),
    k: () => frame.move(-1),
    ArrowDown: () => frame.move(1),
    ArrowUp: () => frame.move(-1),
  });
  const framed = shown.find(({ id }) => id === frame.id);
  useKeys({ Enter: () => framed && go(`/breaks/${framed.case.id}`), Escape: () => go('/breaks') });
  const bar = (
    <ApprovalsBar
      tab={tab}
      counts={(one) => (one === 'settled' ? (settled?.total ?? 0) : all.filter(isIn[one]).length)}
      onSeveral={() => setSeveral({ group: null })}
    />
  );
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
      {tab === 'settled' && settled !== undefined ? <SettledBox page={settled} /> : null}
      {!isLoading && error === null && shown.length === 0 && tab !== 'settled' ? (
        <Empty
          title={tab === 'stale' ? words.approvals.emptyStale : words.approvals.empty}
          {...(tab === 'stale' ? {} : { hint: words.approvals.emptyHint })}
        />
      ) : null}
      {isCut && tab !== 'settled' ? <p className="hint">{words.approvals.cut}</p> : null}
      <Cards cards={cards} frame={frame} onApprove={(group) => setSeveral({ group })} />
      <UndoLine />
      {several === null ? null : <SeveralDialog named={several.group} onClose={() => setSeveral(null)} />}
    </Page>
  );
}

interface CardsProps {
  readonly cards: readonly (readonly Awaiting[])[];
  readonly frame: ReturnType<typeof useFrame>;
  readonly onApprove: (group: string) => void;
}

function Cards({ cards, frame, onApprove }: CardsProps) {
  const { approvals } = useWords();
  const lengthOf = (some: readonly (readonly Awaiting[])[]) => some.reduce((sum, { length }) => sum + length, 0);
  return (
    <ol className="cards" aria-label={approvals.list}>
      {cards.map((links, at) => {
        const first = links[0]!;
        const range = rangeOf(lengthOf(cards.slice(0, at)) + 1, links.length);
        const place = {
          position: approvals.position(range, lengthOf(cards)),
          isFramed: first.id === frame.id,
          onFrame: () => frame.set(first.id),
        };
        return links.length === 1 ? (
          <ApprovalCard key={first.id} awaiting={first} {...place} />
        ) : (
          <OrderCard key={first.id} links={links} {...place} onApprove={onApprove} />
        );
      })}
    </ol>
  );
}

function rangeOf(first: number, count: number): string {
  return count === 1 ? `${first}` : `${first}–${first + count - 1}`;
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
