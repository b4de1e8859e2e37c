// A gateway that records its calls and gives the same answer to the same key, as a real one does.
import { HesabuError } from '../../../src/domain/errors.ts';
import type { Fact, PaymentObserved } from '../../../src/domain/fact.ts';
import type {
  Gateway,
  GatewayAnswer,
  Operator,
  PaymentRequest,
  RefundRequest,
  SettlementReport,
} from '../../../src/producers/gateway.ts';
import { NOON } from '../../service/ledger/given-live-ledger.ts';

export class FakeGateway implements Gateway {
  readonly provider = 'mfs-africa';
  readonly account = 'main';
  readonly payments: PaymentRequest[] = [];
  readonly refunds: RefundRequest[] = [];
  refundsWholeOnly = false;
  readonly listed: Operator[] = [
    { code: 'MPESA_KE', name: 'M-Pesa', country: 'KE', currencies: ['KES'], amountDecimals: 0 },
    { code: 'AIRTEL_KE', name: 'Airtel Money', country: 'KE', currencies: ['KES'], amountDecimals: null },
  ];
  /** The error that the next call throws, once. */
  failure: HesabuError | null = null;
  /** Where payers go on instead of being asked on the phone. */
  link: string | null = null;
  /** The answer to the next call is lost, once: the gateway did what it was asked for. */
  isAnswerLost = false;
  private readonly answers = new Map<string, GatewayAnswer>();

  async operators(country: string): Promise<readonly Operator[]> {
    return this.listed.filter((operator) => operator.country === country);
  }

  async initiate(request: PaymentRequest): Promise<GatewayAnswer> {
    this.fail();
    this.payments.push(request);
    return this.once(request.idempotencyKey, () => {
      const id = `T-${this.answers.size + 1}`;
      return fact(request.reference, id, { kind: 'payment', request_id: `Q-${id}` });
    });
  }

  async refund(request: RefundRequest): Promise<GatewayAnswer> {
    this.fail();
    this.refunds.push(request);
    return this.once(request.idempotencyKey, () => {
      return fact(request.reference, `F-${this.answers.size + 1}`, {
        kind: 'refund',
        original_transaction_id: request.paymentId,
      });
    });
  }

  async status(): Promise<GatewayAnswer> {
    throw new HesabuError('HESABU_GATEWAY_FAILED');
  }

  async settlement(): Promise<SettlementReport | null> {
    return null;
  }

  private fail(): void {
    const { failure } = this;
    this.failure = null;
    if (failure !== null) throw failure;
  }

  private once(key: string, make: () => Fact): GatewayAnswer {
    const link = this.link === null ? {} : { link: this.link };
    const answer = this.answers.get(key) ?? { exchange: 'ex-1', facts: [make()], fault: null, ...link };
    this.answers.set(key, answer);
    if (!this.isAnswerLost) return answer;
    this.isAnswerLost = false;
    throw new HesabuError('HESABU_GATEWAY_FAILED');
  }
}

function fact(reference: string, id: string, more: Partial<PaymentObserved>): Fact<PaymentObserved> {
  return {
    id: `mfs-africa/main:initiated:${id}`,
    provider: 'mfs-africa',
    account: 'main',
    merchant: '',
    occurred_at: NOON,
    forwarded: false,
    ...{ stated_at: null, import_id: 0 },
    transaction_reference: reference,
    received_at: NOON,
    raw: 'ex-1',
    ...{ report: null, line: null, payout: null },
    body: {
      type: 'PaymentObserved',
      via: 'poll',
      kind: 'payment',
      status: 'initiated',
      word: null,
      amount: null,
      currency: null,
      fee: null,
      operator: null,
      msisdn: null,
      provider_transaction_id: id,
      operator_transaction_id: null,
      request_id: null,
      original_transaction_id: null,
      ...more,
    },
  };
}
