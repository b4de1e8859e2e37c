// A further payment while people work a case: who works it stays. A proposal about the amounts that were is stale, and
// shown with old and new values: in the case that stands now, in the list, in the queue, and when it is approved.
import { describe, expect, test } from 'vitest';
import { NOON, paid } from '../../service/ledger/given-live-ledger.ts';
import { type Desk, withDesk } from './given-cases.ts';

/** What happens to an order of 1000.00, of which 700.00 was paid first, in the order in which it happens. */
type Event = 'proposal' | 'approval' | { readonly pays: string } | 'new proposal';

const WAS = { reason: 'AMOUNT_UNDER', expected: '1000.00', observed: '700.00', difference: '-300.00', currency: 'KES' };

interface Told {
  /** Of the only case of the key: its reason, its difference and its state. */
  readonly row: readonly unknown[] | undefined;
  /** The states of the proposals at it, the first one first. */
  readonly proposals: readonly string[];
  /** Of each stale proposal what was read. */
  readonly stale: readonly object[];
  /** In the queues of what is stale and what waits: the reason of the case that stands, and what was read. */
  readonly queues: { readonly stale: readonly unknown[]; readonly awaiting: readonly unknown[] };
}

/** A key of the API proposes, and a person approves what was read. */
class Timeline {
  readonly desk: Desk;
  private made: { id: string; content: string } | undefined;
  private payments = 0;

  constructor(desk: Desk) {
    this.desk = desk;
  }

  async begin(): Promise<string> {
    const { id } = await this.desk.short('A-1', '300.00');
    return id;
  }

  async happen(event: Event): Promise<void> {
    this.desk.given.clock.at += 60_000;
    if (event === 'proposal' || event === 'new proposal') await this.propose();
    else if (event === 'approval') await this.approve();
    else {
      const at = NOON + ++this.payments * 1_000;
      const data = { transaction_id: `P-${this.payments}`, amount: event.pays };
      const { ledger } = this.desk.given;
      await ledger.writer.append([{ ...paid('A-1', { id: `ev-${this.payments}`, data }), occurred_at: at }]);
      await ledger.loop.catchUp();
    }
  }

  async approve() {
    const approver = this.desk.given.browserOf('Wanjiru', { role: 'approver', merchant: '*' });
    const { id, content } = this.made!;
    return this.desk.post(approver, `/v1/proposals/${id}/approval`, { content });
  }

  async shown(url: string) {
    const { given } = this.desk;
    return (await given.ask({ url, key: given.key('auditor', '*') })).json;
  }

  async told(): Promise<Told> {
    const { cases } = await this.shown('/v1/cases?status=all&stage=payment');
    const [row] = cases;
    const whole = row === undefined ? { proposals: [], stale: [] } : await this.shown(`/v1/cases/${row.id}`);
    const queue = async (state: string) => {
      const { proposals, total } = await this.shown(`/v1/proposals?state=${state}`);
      expect(total).toBe(proposals.length);
      return proposals.map(({ case: { reason }, read }: { case: { reason: string }; read: object | null }) => [
        reason,
        read === null ? null : withoutName(read),
      ]);
    };
    return {
      row: row && [row.reason, row.difference, row.status],
      proposals: whole.proposals.map(({ state }: { state: string }) => state),
      stale: whole.stale.map(withoutName),
      queues: { stale: await queue('stale'), awaiting: await queue('awaiting_approval') },
    };
  }

  private async propose(): Promise<void> {
    const { cases } = await this.shown('/v1/cases?stage=payment');
    const [{ id, finding }] = cases;
    const body = { finding, kind: 'write_off', cause: 'goodwill' };
    this.made = (await this.desk.post(this.desk.operator, `/v1/cases/${id}/proposals`, body)).json;
  }
}

function withoutName({ proposal: _, changed_by: __, ...read }: { proposal?: string; changed_by?: object }): object {
  return read;
}

const NOTHING = { stale: [], awaiting: [] };

describe('an order of 1000.00, of which 700.00 was paid', () => {
  test.each<readonly [events: readonly Event[], told: Told]>([
    [
      ['proposal', { pays: '200.00' }],
      {
        row: ['AMOUNT_UNDER', '-100.00', 'stale'],
        ...{ proposals: ['stale'], stale: [WAS], queues: { ...NOTHING, stale: [['AMOUNT_UNDER', WAS]] } },
      },
    ],
    [
      ['proposal', { pays: '200.00' }, 'approval'],
      {
        row: ['AMOUNT_UNDER', '-100.00', 'stale'],
        ...{ proposals: ['stale'], stale: [WAS], queues: { ...NOTHING, stale: [['AMOUNT_UNDER', WAS]] } },
      },
    ],
    [
      ['proposal', { pays: '400.00' }],
      {
        row: ['DUPLICATE_PAYMENT', '100.00', 'stale'],
        ...{ proposals: ['stale'], stale: [WAS], queues: { ...NOTHING, stale: [['DUPLICATE_PAYMENT', WAS]] } },
      },
    ],
    [
      ['proposal', 'approval', { pays: '200.00' }],
      { row: ['AMOUNT_UNDER', '-100.00', 'reopened'], proposals: ['stale'], stale: [WAS], queues: NOTHING },
    ],
    [
      ['proposal', 'approval', { pays: '400.00' }],
      { row: ['DUPLICATE_PAYMENT', '100.00', 'reopened'], proposals: ['stale'], stale: [WAS], queues: NOTHING },
    ],
    [
      ['proposal', { pays: '100.00' }, 'new proposal'],
      {
        row: ['AMOUNT_UNDER', '-200.00', 'awaiting_approval'],
        ...{ proposals: ['stale', 'awaiting_approval'], stale: [WAS] },
        queues: { ...NOTHING, awaiting: [['AMOUNT_UNDER', null]] },
      },
    ],
    [
      ['proposal', { pays: '100.00' }, 'new proposal', 'approval'],
      {
        row: ['AMOUNT_UNDER', '-200.00', 'resolved'],
        ...{ proposals: ['stale', 'effective'], stale: [WAS], queues: NOTHING },
      },
    ],
    [
      ['proposal', 'approval', { pays: '100.00' }, 'new proposal', { pays: '80.00' }],
      {
        row: ['AMOUNT_UNDER', '-120.00', 'stale'],
        proposals: ['stale', 'stale'],
        stale: [WAS, { ...WAS, observed: '800.00', difference: '-200.00' }],
        queues: { ...NOTHING, stale: [['AMOUNT_UNDER', { ...WAS, observed: '800.00', difference: '-200.00' }]] },
      },
    ],
    [['proposal', { pays: '300.00' }], { row: undefined, proposals: [], stale: [], queues: NOTHING }],
  ])('and then %j, is shown as it stands', (events, told) =>
    withDesk(async (desk) => {
      const timeline = new Timeline(desk);
      await timeline.begin();
      for (const event of events) await timeline.happen(event);
      expect(await timeline.told()).toEqual(told);
    }),
  );

  test('is worked by whom it was given to, with the notes, whatever is paid of it later', () =>
    withDesk(async (desk) => {
      const timeline = new Timeline(desk);
      const id = await timeline.begin();
      await desk.post(desk.operator, `/v1/cases/${id}/assignment`, { owner: 'team-a' });
      await desk.post(desk.operator, `/v1/cases/${id}/notes`, { text: 'The shop was asked.' });
      await timeline.happen({ pays: '200.00' });
      const { cases } = await timeline.shown('/v1/cases?owner=team-a');
      expect(cases).toMatchObject([{ id, owner: 'team-a', notes: 1, status: 'assigned', observed: '900.00' }]);
    }));

  test.each([
    ['200.00', 'AMOUNT_UNDER: 900.00 instead of 1000.00'],
    ['400.00', 'DUPLICATE_PAYMENT: 1100.00 instead of 1000.00'],
    ['300.00', 'no such finding any more'],
  ])('an approval of what was read before %s came says what was and what is', (pays, found) =>
    withDesk(async (desk) => {
      const timeline = new Timeline(desk);
      await timeline.begin();
      await timeline.happen('proposal');
      await timeline.happen({ pays });
      const { status, json } = await timeline.approve();
      expect([status, json.code]).toEqual([409, 'HESABU_CASE_CHANGED']);
      const [expected, now] = json.detail.split('found ');
      expect(expected).toContain('AMOUNT_UNDER: 700.00 instead of 1000.00');
      expect(now).toContain(found);
    }),
  );

  test('a proposal that stands at another case is withdrawn by its own id, and then stands nowhere as stale', () =>
    withDesk(async (desk) => {
      const timeline = new Timeline(desk);
      await timeline.begin();
      await timeline.happen('proposal');
      await timeline.happen({ pays: '400.00' });
      const { proposals } = await timeline.shown('/v1/proposals?state=stale');
      const [{ proposal, case: standing }] = proposals;
      expect([proposal.case === standing.id, proposal.id.startsWith(proposal.case)]).toEqual([false, true]);
      const withdrawn = await desk.post(desk.operator, `/v1/proposals/${proposal.id}/rejection`, {
        content: proposal.content,
      });
      expect([withdrawn.status, withdrawn.json.state]).toEqual([200, 'rejected']);
      const told = await timeline.told();
      expect([told.row, told.proposals, told.queues]).toEqual([
        ['DUPLICATE_PAYMENT', '100.00', 'new'],
        ['rejected'],
        NOTHING,
      ]);
    }));

  test('what is not settled takes no proposal about what was paid', () =>
    withDesk(async (desk) => {
      const timeline = new Timeline(desk);
      await timeline.begin();
      await timeline.happen('proposal');
      await timeline.happen({ pays: '300.00' });
      desk.given.clock.at += 30 * 24 * 3_600_000;
      await desk.given.ledger.loop.catchUp();
      const { cases } = await timeline.shown('/v1/cases?status=all');
      expect(cases.map(({ reason, status }: Record<string, string>) => [reason, status])).toEqual([
        ['SETTLEMENT_MISSING', 'new'],
        ['SETTLEMENT_MISSING', 'new'],
      ]);
    }));
});
