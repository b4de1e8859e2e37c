// What became of the refund of a case, in one word for lists: by what the service knows of its proposals, and by what
// evidence says of the returns.

import { shownProposalId } from '../../../domain/case-id.ts';
import type { ProposalView } from '../../../matching/decisions.ts';
import type { CaseRefunds, RefundSign, SignOfRefunds } from '../../../projections/cases/case-refunds.ts';
import { isUnsent, type RefundProposal } from '../refund-proposals.ts';
import type { ApiTables } from '../tables.ts';

type Tables = Pick<ApiTables, 'refundProposals' | 'refunds'>;

const SIGNS: Readonly<Record<Exclude<RefundProposal['state'], 'sent' | 'stopped'>, RefundSign>> = {
  waiting: 'waiting',
  held: 'waiting',
  asked: 'waiting',
  unclear: 'unclear',
  failed: 'failed',
};

const ALL = new WeakMap<Tables, RefundSigns>();

/** What is known of one service's proposals, over all requests. */
export function refundSigns(tables: Tables): RefundSigns {
  let signs = ALL.get(tables);
  if (signs === undefined) {
    signs = new RefundSigns(tables);
    ALL.set(tables, signs);
  }
  return signs;
}

class RefundSigns {
  private readonly tables: Tables;
  /** Of what changes only with other evidence, for which a case has other refunds. */
  private readonly known = new WeakMap<CaseRefunds, RefundSign>();

  constructor(tables: Tables) {
    this.tables = tables;
  }

  readonly signOf: SignOfRefunds = (refunds) => {
    const known = this.known.get(refunds);
    if (known !== undefined) return known;
    const last = this.lastOf(refunds.proposals);
    if (last === undefined) return null;
    const sign = this.signOfOne(last, refunds.returns);
    if (last.state === 'sent' || isUnsent(last)) this.known.set(refunds, sign);
    return sign;
  };

  /** How a refund that was sent ended, by evidence; null where nothing says it. */
  outcomeOf(refund: RefundProposal, returns: CaseRefunds['returns']): 'succeeded' | 'failed' | null {
    if (refund.state !== 'sent') return null;
    const asked = this.tables.refunds.of(refund.reference).find(({ key }) => key === refund.key);
    return returns.find(([id]) => id === asked?.transaction_id)?.[1] ?? null;
  }

  private signOfOne(refund: RefundProposal, returns: CaseRefunds['returns']): RefundSign {
    const { state } = refund;
    if (state === 'sent') return this.outcomeOf(refund, returns) ?? 'sent';
    return SIGNS[state as keyof typeof SIGNS];
  }

  /** What was stopped says nothing. */
  private lastOf(ids: readonly string[]): RefundProposal | undefined {
    const refunds = ids.map((id) => this.tables.refundProposals.get(id));
    return refunds.findLast((one) => one !== undefined && one.state !== 'stopped');
  }
}

/** Why a case is gone, where the refund of it arrived; `ending` are the returns that ended it. */
export function endOf(
  { tables }: { readonly tables: Tables },
  views: readonly ProposalView[],
  ending: CaseRefunds['returns'],
): 'returned_to_customer' | null {
  const hasArrived = views.some(({ proposal }) => {
    const refund = tables.refundProposals.get(shownProposalId(proposal));
    return refund !== undefined && refundSigns(tables).outcomeOf(refund, ending) === 'succeeded';
  });
  return hasArrived ? 'returned_to_customer' : null;
}
