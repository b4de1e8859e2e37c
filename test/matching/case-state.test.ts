// In which state a case is: every state once, and what goes before what.
import { expect, test } from 'vitest';
import type { Finding } from '../../src/domain/assessment.ts';
import type { ResolutionKind } from '../../src/domain/decision.ts';
import { type CaseFacts, caseState } from '../../src/matching/case-state.ts';

type Seen = CaseFacts['proposals'][number];

const FINDING = {} as Finding;
const APPROVAL = {} as Seen['approval'] & object;
const of = (kind: ResolutionKind) => ({ body: { kind } }) as Seen['proposal'];
const seen = (state: Seen['state'], more: Partial<Seen> = {}): Seen => ({
  proposal: of('write_off'),
  ...{ state, approval: null, needsApproval: true, finding: FINDING },
  ...more,
});

const REFUND = { proposal: of('refund') };

test.each<[ReturnType<typeof caseState>, string, Partial<CaseFacts>]>([
  ['new', 'nobody has it', {}],
  ['assigned', 'somebody has it', { owner: 'p-1' }],
  ['new', 'a proposal never could hold', { proposals: [seen('invalid')] }],
  ['assigned', 'a proposal was rejected before anybody approved it', { owner: 'p-1', proposals: [seen('rejected')] }],
  ['stale', 'a proposal is about other evidence', { owner: 'p-1', proposals: [seen('stale', { finding: null })] }],
  ['reopened', 'what was approved is about other evidence', { proposals: [seen('stale', { approval: APPROVAL })] }],
  ['reopened', 'what was approved was revoked', { proposals: [seen('rejected', { approval: APPROVAL })] }],
  [
    'new',
    'a refund was revoked, which never ended it',
    { proposals: [seen('rejected', { ...REFUND, approval: APPROVAL })] },
  ],
  ['stale', 'a refund is about other evidence', { proposals: [seen('stale', { ...REFUND, approval: APPROVAL })] }],
  ['reopened', 'what needed nobody was withdrawn', { proposals: [seen('rejected', { needsApproval: false })] }],
  [
    'proposed',
    'a refund holds, after one that was revoked',
    {
      proposals: [seen('rejected', { approval: APPROVAL }), seen('effective', { proposal: of('refund') })],
    },
  ],
  ['awaiting_approval', 'one of several waits', { proposals: [seen('effective'), seen('awaiting_approval')] }],
  [
    'resolved',
    'the ledger has a resolution, whatever else waits',
    {
      isResolved: true,
      proposals: [seen('awaiting_approval')],
    },
  ],
])('is %s where %s', (state, _why, given) => {
  expect(caseState({ isResolved: false, owner: null, proposals: [], ...given })).toBe(state);
});
