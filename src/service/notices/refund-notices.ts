// The notices of proposed refunds that failed: who proposed one, or approved it, believes that money goes back.

import { caseId, readCaseId, splitDecisionId } from '../../domain/case-id.ts';
import type { FailedRefund, RefundProposals } from '../../http/api/refund-proposals.ts';
import type { KeyPort } from '../../http/ledger-port.ts';
import type { Notice } from '../../outbound/notices/notice.ts';
import { messageId } from '../../runtime/outgoing-message.ts';
import type { Addressed } from './case-notices.ts';
import type { NoticePeople } from './notice-people.ts';

export type FailedRefunds = Pick<RefundProposals, 'failedAfter' | 'lastFault'>;

interface RefundNoticeParts {
  readonly refunds: FailedRefunds;
  readonly reader: Pick<KeyPort, 'findKey'>;
  readonly people: NoticePeople;
}

const PAGE = 500;

export class RefundNotices {
  private readonly parts: RefundNoticeParts;

  constructor(parts: RefundNoticeParts) {
    this.parts = parts;
  }

  /** As it is remembered: the number of the last one. */
  get state(): string {
    return `${this.parts.refunds.lastFault}`;
  }

  /** What is told of those since; null where none failed. Who remembers nothing begins with what is. */
  async since(
    known: string | undefined,
  ): Promise<{ readonly made: readonly Addressed[]; readonly state: string } | null> {
    if (known === undefined) return { made: [], state: this.state };
    const failed = this.parts.refunds.failedAfter(Number(known), PAGE);
    if (failed.length === 0) return null;
    const made: Addressed[] = [];
    for (const one of failed) made.push(await this.addressed(one));
    return { made, state: `${failed.at(-1)!.fault}` };
  }

  private async addressed({ id, reference, merchant, at }: FailedRefund): Promise<Addressed> {
    const { reader, people } = this.parts;
    const { place, decision } = splitDecisionId(id);
    const name = readCaseId(place)!;
    const decisions = (await reader.findKey(reference))?.decisions ?? [];
    const about = decisions.filter(
      (one) => one.id === decision || ('proposal' in one.body && one.body.proposal.id === decision),
    );
    const told = new Set(about.flatMap(({ body }) => (body.type === 'ResolutionRejected' ? [] : [body.by.person])));
    const proposal = about.find((one) => one.id === decision)?.body;
    const { amount, currency } = proposal?.type === 'ResolutionProposed' ? proposal : { amount: null, currency: null };
    const notice: Notice = {
      ...{ id: messageId('refund.failed', id), event: 'refund.failed', merchant, at, isCritical: false },
      ...{ reference, reason: name.reason, count: 1, text: null, change: null, path: `/desk/breaks/${caseId(name)}` },
      value: amount === null || currency === null ? [] : [{ currency, amount }],
    };
    return { notice, people: [...told].flatMap((person) => people.named(person)) };
  }
}
