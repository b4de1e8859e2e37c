// The gateway of Tiny Pay over HTTP: it starts payments and answers what became of them. It has no other calls.

import { z } from 'zod';
import { GatewayRefused } from '../../../../src/domain/gateway-errors.ts';
import { minorOf } from '../../../../src/domain/money.ts';
import { parseInstant } from '../../../../src/domain/time.ts';
import { AccountCalls } from '../../../../src/outbound/client/account-calls.ts';
import type { OutgoingAnswer } from '../../../../src/outbound/client/client.ts';
import type { OutboundParts } from '../../../../src/outbound/client/outbound-parts.ts';
import { numbersAsTexts, parseJson } from '../../../../src/producers/files/json-text.ts';
import { OneRow } from '../../../../src/producers/files/one-row.ts';
import type { Fault } from '../../../../src/producers/formats/row.ts';
import type { Gateway, GatewayAnswer, PaymentRequest, StatusQuery } from '../../../../src/producers/gateway.ts';
import { initiatedFact, statusAnswer } from '../../../../src/producers/gateway-answers.ts';
import type { GatewayContext } from '../../../../src/producers/provider.ts';
import { TINY_POLLS } from './formats.ts';
import { NAME, type TinySettings } from './settings.ts';

const STARTED = z.object({ id: z.string().min(1).max(256), started: z.string() });
const NOT_STARTED: Fault = {
  field: '',
  code: 'HESABU_ROW_SHAPE',
  expected: 'id and started, a time with an offset',
  found: 'another answer',
};

export class TinyGateway implements Gateway {
  readonly provider = NAME;
  readonly account: string;
  private readonly context: GatewayContext<TinySettings, OutboundParts>;
  private readonly calls: AccountCalls;
  private readonly polls: OneRow;

  constructor(context: GatewayContext<TinySettings, OutboundParts>) {
    const { account, initial, settings, outbound, clock, meter, pseudonym } = context;
    this.account = account;
    this.context = context;
    this.calls = new AccountCalls({
      ...{ ...outbound, clock, meter, account: `${NAME}/${account}` },
      rate: () => (settings() ?? initial).rate,
      isLimit: ({ status }) => status === 429,
    });
    this.polls = new OneRow(TINY_POLLS, { provider: NAME, account, pseudonym });
  }

  async initiate({ reference, amount, currency, phone, ...request }: PaymentRequest): Promise<GatewayAnswer> {
    const { operator, idempotencyKey } = request;
    const body = JSON.stringify({ ref: reference, cents: `${minorOf(amount, currency)}`, currency, phone, operator });
    const headers = { ...this.headers(), 'content-type': 'application/json', 'idempotency-key': idempotencyKey };
    const url = `${this.context.initial.base_url}/payments`;
    const answer = await this.calls.call({ method: 'POST', url, headers, body, names: [reference] }, 'money');
    if (answer.status !== 201) throw this.refused(answer);
    const read = STARTED.safeParse(jsonOf(answer));
    const at = read.success ? parseInstant(read.data.started) : undefined;
    const { exchange } = answer;
    if (!read.success || at === undefined) return { exchange, facts: [], fault: NOT_STARTED };
    const { id } = read.data;
    const { clock, pseudonym } = this.context;
    const about = {
      provider: NAME,
      account: this.account,
      reference,
      raw: exchange,
      receivedAt: clock.now(),
      msisdn: pseudonym(phone),
      operator,
    };
    const ids = { provider_transaction_id: id, request_id: null, original_transaction_id: null };
    return { exchange, facts: [initiatedFact(about, { kind: 'payment', name: id, at, ids })], fault: null };
  }

  async status({ reference }: StatusQuery): Promise<GatewayAnswer | null> {
    if (reference === null) return null;
    const url = `${this.context.initial.base_url}/payments?${new URLSearchParams({ ref: reference })}`;
    const answer = await this.calls.call({ method: 'GET', url, headers: this.headers(), names: [reference] }, 'poll');
    const { exchange, status, body } = answer;
    if (status === 404) return { exchange, facts: [], fault: null };
    if (status !== 200) throw this.refused(answer);
    const reading = this.polls.read(body.toString('utf8'), exchange, this.context.clock.now());
    return statusAnswer(reference, exchange, reading);
  }

  private headers(): Record<string, string> {
    const { settings, initial, secret } = this.context;
    return { authorization: `Bearer ${secret((settings() ?? initial).api_key)}` };
  }

  private refused({ status }: OutgoingAnswer): GatewayRefused {
    return new GatewayRefused({ where: `${NAME}/${this.account}`, found: `${status}` }, status);
  }
}

/** With numbers as texts: an id must not pass through a float. */
function jsonOf({ body }: OutgoingAnswer): unknown {
  const parsed = parseJson(numbersAsTexts(body.toString('utf8')));
  return 'value' in parsed ? parsed.value : undefined;
}
