// The gateway `mpesa` over HTTP: asks payers for payments (STK push), asks what became of them, reverses them, pulls
// the list of the last two days. A reversal, and the status of a receipt, are answered later at our own URL. Sources:
// developer.safaricom.co.ke, Authorization, M-Pesa Express, Transaction Status, Reversal and Pull Transaction.

import { hash } from 'node:crypto';
import { HesabuError } from '../../domain/errors.ts';
import type { GatewayRefused } from '../../domain/gateway-errors.ts';
import { quoted } from '../../domain/quotation.ts';
import { AccessToken, grantedToken } from '../../outbound/client/access-token.ts';
import type { Purpose } from '../../outbound/client/account-calls.ts';
import type { OutgoingAnswer } from '../../outbound/client/client.ts';
import type { OutboundParts } from '../../outbound/client/outbound-parts.ts';
import type { Gateway, GatewayAnswer, PaymentRequest, RefundRequest, StatusQuery } from '../../producers/gateway.ts';
import type { GatewayContext } from '../../producers/provider.ts';
import type { Clock } from '../../runtime/clock.ts';
import { callbackUrl } from '../calls/callback-url.ts';
import { isTaken, NetworkCalls } from '../calls/network-calls.ts';
import { mpesaBodies } from './bodies.ts';
import { answerMeans, errorIn, isAccepted, isAnswer, isLimit, isTokenRefused, wordsOf } from './errors.ts';
import { PulledList } from './pull.ts';
import { baseUrlOf, NAME, pullOf, type Settings } from './settings.ts';
import { MERCHANT_REQUEST } from './stk-push.ts';
import { localTime } from './values.ts';

const TOKEN = '/oauth/v1/generate';
const PUSH = '/mpesa/stkpush/v1/processrequest';
const QUERY = '/mpesa/stkpushquery/v1/query';
const STATUS = '/mpesa/transactionstatus/v1/query';
const REVERSAL = '/mpesa/reversal/v1/request';

const REFERENCE_LENGTH_MAX = 12;
const PHONE = /^\+254\d{9}$/;
const RECEIPT = /^[A-Za-z0-9]{10}$/;
const REQUEST = /^ws_CO_/;
const UNKNOWN = 'ws_CO_00000000000000000000000000';
const INVALID_REQUEST = '400.002.02';

export class MpesaGateway implements Gateway {
  readonly provider = NAME;
  readonly account: string;
  readonly asksBy = 'payment';
  readonly knowsNoRefundKey = true;
  /** Only of a number that is registered for it. */
  readonly gaps?: NonNullable<Gateway['gaps']>;
  private readonly clock: Clock;
  private readonly network: NetworkCalls<Settings>;
  private readonly token: AccessToken;
  private readonly list?: PulledList;

  constructor(context: GatewayContext<Settings, OutboundParts>) {
    const { account, clock, initial } = context;
    this.account = account;
    this.clock = clock;
    this.network = new NetworkCalls(context, {
      ...{ provider: NAME, bodies: mpesaBodies, baseUrl: baseUrlOf(initial) },
      ...{ words: ['errorCode', 'errorMessage', 'ResponseDescription'], isLimit, isAnswer },
    });
    this.token = new AccessToken({ clock, ask: () => this.askToken(), isRefused: isTokenRefused });
    if (pullOf(initial) === null) return;
    this.list = new PulledList({
      settings: () => pullOf(this.network.settings()) ?? pullOf(initial)!,
      ...{ shortCode: () => this.app().short_code, url: () => this.url('confirmation'), now: () => clock.now() },
      post: (path, body) => this.post(path, body, 'poll', []),
      refused: (path, answer) => this.refused(path, answer),
    });
    this.gaps = (span, cursor) => this.list!.page(span, cursor);
  }

  /** The payer is asked for the PIN. The network knows a repetition by the amount, for two minutes only. */
  async initiate(request: PaymentRequest): Promise<GatewayAnswer> {
    const { reference, amount, phone, operator, idempotencyKey } = request;
    demandReference(reference);
    if (!PHONE.test(phone)) {
      const expected = 'a number of Kenya, +254 and nine figures';
      throw new HesabuError('HESABU_REQUEST_INVALID', { where: 'phone', expected, found: 'another number' });
    }
    const { short_code, till } = this.app();
    const number = phone.slice(1);
    const body = {
      ...this.signed(),
      TransactionType: till === undefined ? 'CustomerPayBillOnline' : 'CustomerBuyGoodsOnline',
      ...{ Amount: whole(amount), PartyA: number, PartyB: till ?? short_code, PhoneNumber: number },
      ...{ CallBackURL: this.url(), AccountReference: reference },
      // At most 13 characters: it tells one attempt from another.
      TransactionDesc: hash('sha256', idempotencyKey, 'hex').slice(0, 12),
    };
    const answer = await this.post(PUSH, body, 'money', [reference]);
    if (!isDone(answer)) throw this.refused(PUSH, answer);
    const about = { endpoint: PUSH, transaction_reference: reference, phone, operator };
    return this.network.started(`POST ${PUSH}`, answer, about);
  }

  /** A payment is reversed by its receipt. */
  async refund(request: RefundRequest): Promise<GatewayAnswer> {
    const { reference, paymentId, paymentIds = [], amount, reason } = request;
    const receipt = [paymentId, ...paymentIds].find((id) => RECEIPT.test(id)) ?? paymentId;
    const body = {
      ...this.initiator(),
      ...{ CommandID: 'TransactionReversal', TransactionID: receipt, Amount: whole(amount) },
      ...{ ReceiverParty: this.app().short_code, RecieverIdentifierType: '11' },
      ...{ ResultURL: this.url('refund'), QueueTimeOutURL: this.url('timeout') },
      ...{ Remarks: (reason ?? reference).slice(0, 100), Occasion: reference.slice(0, 100) },
    };
    const answer = await this.post(REVERSAL, body, 'money', [reference, receipt]);
    if (!isDone(answer)) throw this.refused(REVERSAL, answer);
    const about = { endpoint: REVERSAL, transaction_reference: reference, original_transaction_id: paymentId };
    return this.network.started(`POST ${REVERSAL}`, answer, about);
  }

  /** By the request at once, otherwise by the receipt: then the answer comes to our URL. */
  async status({ reference, ids }: StatusQuery): Promise<GatewayAnswer | null> {
    const { request_id: request, provider_transaction_id: receipt } = ids;
    if (request === null || !REQUEST.test(request)) {
      return receipt !== null && RECEIPT.test(receipt) && this.hasInitiator
        ? this.askLater({ TransactionID: receipt }, namesOf(reference, receipt))
        : null;
    }
    const answer = await this.query(request, reference);
    if (receipt === null) await this.askReceipt(answer, reference);
    return answer;
  }

  /** Asks for a request that does not exist, which needs valid keys; and for the list, if it is used. */
  async check(): Promise<string> {
    const answer = await this.post(QUERY, { ...this.signed(), CheckoutRequestID: UNKNOWN }, 'poll', []);
    const isKnown = isDone(answer) || answerMeans(answer) === 'pending' || errorIn(answer)?.code === INVALID_REQUEST;
    if (!isKnown) throw this.refused(QUERY, answer);
    const asked = `POST ${QUERY}: ${answer.status}`;
    return this.list === undefined ? asked : `${asked}; ${await this.list.check()}`;
  }

  /**
   * A query names neither the receipt nor the amount, and a statement does not name the request. Where the callback was
   * lost, only the status of the transaction names both: it is asked for by the id that M-Pesa's results have of the
   * request, and answered later. The query stands without it.
   */
  private async askReceipt({ facts }: GatewayAnswer, reference: string | null): Promise<void> {
    const paid = facts.map(({ body }) => body).find((body) => body.type === 'PaymentObserved');
    const conversation = paid?.status === 'succeeded' ? paid.aliases?.[MERCHANT_REQUEST] : undefined;
    if (conversation === undefined || !this.hasInitiator) return;
    try {
      await this.askLater({ OriginalConversationID: conversation }, namesOf(reference, conversation));
    } catch (error) {
      if (!(error instanceof HesabuError)) throw error;
    }
  }

  /** `about` is a receipt, or the id of a request. */
  private async askLater(about: object, names: readonly string[]): Promise<GatewayAnswer> {
    const body = {
      ...this.initiator(),
      ...{ CommandID: 'TransactionStatusQuery', ...about, PartyA: this.app().short_code },
      ...{ IdentifierType: '4', ResultURL: this.url('status'), QueueTimeOutURL: this.url('timeout') },
      ...{ Remarks: 'status', Occasion: 'status' },
    };
    const answer = await this.post(STATUS, body, 'poll', names);
    if (!isDone(answer)) throw this.refused(STATUS, answer);
    const reading = this.network.read('initiation', answer, { endpoint: STATUS });
    if (reading.unread !== null) return { exchange: answer.exchange, facts: [], fault: reading.unread };
    if (!isAccepted(answer)) throw this.refused(STATUS, answer);
    return { exchange: answer.exchange, facts: [], fault: null, isLater: true };
  }

  private get hasInitiator(): boolean {
    return this.network.settings().initiator !== undefined;
  }

  private async query(request: string, reference: string | null): Promise<GatewayAnswer> {
    const body = { ...this.signed(), CheckoutRequestID: request };
    const answer = await this.post(QUERY, body, 'poll', namesOf(reference, request));
    if (!isDone(answer) && answerMeans(answer) !== 'pending') throw this.refused(QUERY, answer);
    const read = this.network.polled(answer, reference, { endpoint: QUERY, CheckoutRequestID: request });
    const isOther = read.facts.some(({ body: one }) => one.type === 'PaymentObserved' && one.request_id !== request);
    if (!isOther) return read;
    const fault = { field: 'CheckoutRequestID', code: 'HESABU_FIELD_INVALID', expected: quoted(request) } as const;
    return { exchange: answer.exchange, facts: [], fault: { ...fault, found: 'another request' } };
  }

  private async post(path: string, body: object, purpose: Purpose, names: readonly string[]): Promise<OutgoingAnswer> {
    const text = JSON.stringify(body);
    const answer = await this.token.use((token) => {
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
      return this.network.make({ method: 'POST', path, headers, body: text, names }, purpose);
    });
    // Another login ended a token that was just granted: nothing is wrong with the request, and it may be repeated.
    if (answerMeans(answer) !== 'token') return answer;
    const error = errorIn(answer);
    const found = error === null ? `${answer.status}` : `${answer.status} ${quoted(wordsOf(error))}`;
    const expected = 'a token that was just granted to be taken';
    throw new HesabuError('HESABU_GATEWAY_FAILED', { where: `${NAME}/${this.account}: POST ${path}`, expected, found });
  }

  private async askToken() {
    const { consumer_key, consumer_secret } = this.app();
    const pair = `${this.network.secret(consumer_key)}:${this.network.secret(consumer_secret)}`;
    const headers = { authorization: `Basic ${Buffer.from(pair).toString('base64')}` };
    const query = { grant_type: 'client_credentials' };
    const answer = await this.network.make({ method: 'GET', path: TOKEN, query, headers, names: [] }, 'money');
    if (answer.status >= 400 || errorIn(answer) !== null) throw this.refused(TOKEN, answer, 'GET');
    return grantedToken(answer, `${NAME}/${this.account}: GET ${TOKEN}`);
  }

  /** In the network's words. Some errors say that nothing was begun, though they come as HTTP 500. */
  private refused(path: string, answer: OutgoingAnswer, method = 'POST'): GatewayRefused {
    const error = errorIn(answer);
    const why = error === null ? undefined : wordsOf(error);
    return this.network.refused(`${method} ${path}`, answer, why, answerMeans(answer) === 'refused');
  }

  private signed(): Readonly<Record<string, string>> {
    const { short_code, passkey } = this.app();
    const Timestamp = localTime(this.clock.now()).replace(/\D/g, '');
    const text = `${short_code}${this.network.secret(passkey)}${Timestamp}`;
    return { BusinessShortCode: short_code, Password: Buffer.from(text).toString('base64'), Timestamp };
  }

  private initiator(): Readonly<Record<string, string>> {
    const { initiator } = this.network.settings();
    if (initiator === undefined) {
      const expected = 'an account with an initiator';
      throw new HesabuError('HESABU_PROVIDER_CANNOT', { where: `${NAME}/${this.account}`, expected });
    }
    return { Initiator: initiator.name, SecurityCredential: this.network.secret(initiator.security_credential) };
  }

  private url(endpoint = ''): string {
    const { callback_url, webhook } = this.network.settings();
    const base = callbackUrl(callback_url!, webhook, (place) => this.network.secret(place));
    return endpoint === '' ? base : `${base}/${endpoint}`;
  }

  private app() {
    return this.network.settings().app!;
  }
}

/** Taken, and no error of the network. */
function isDone(answer: OutgoingAnswer): boolean {
  return isTaken(answer) && errorIn(answer) === null;
}

/** Shown to the payer, and sent back in a confirmation: it must be the reference itself. */
function demandReference(reference: string): void {
  if (reference.length <= REFERENCE_LENGTH_MAX) return;
  const expected = `a reference of at most ${REFERENCE_LENGTH_MAX} characters, since M-Pesa takes no longer one`;
  const where = 'transaction_reference';
  throw new HesabuError('HESABU_REFERENCE_INVALID', { where, expected, found: quoted(reference) });
}

/** The network takes whole shillings only. */
function whole(amount: string): string {
  const [units, rest = ''] = amount.split('.');
  if (/^0*$/.test(rest)) return units!;
  const expected = 'whole shillings, since M-Pesa takes no others';
  throw new HesabuError('HESABU_REQUEST_INVALID', { where: 'amount', expected, found: amount });
}

function namesOf(reference: string | null, id: string): readonly string[] {
  return reference === null ? [id] : [reference, id];
}
