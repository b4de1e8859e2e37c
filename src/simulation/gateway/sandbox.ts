// A gateway for trying the service: a network's side over HTTP, with the faults that gateways are known for, and the
// truth beside it.

import fastify from 'fastify';
import { listenAt } from '../../http/listen.ts';
import type { Clock } from '../../runtime/clock.ts';
import { CallFaults } from './call-faults.ts';
import type { Faults } from './faults.ts';
import { PaymentDesk } from './payment-desk.ts';
import { type OutcomeOf, paymentOutcomeOf } from './payment-outcome.ts';
import type { Personality } from './personality.ts';
import { sandboxRules, type Truth, truthJson, truthOf } from './truth.ts';
import type { SecretNamed, WebhookMessage } from './webhook-message.ts';
import { type Deliveries, type ScheduledWebhook, WebhookSender } from './webhook-sender.ts';

export interface SandboxOptions {
  readonly personality: Personality;
  readonly clock: Clock;
  readonly seed: number;
  readonly faults: Faults;
  readonly secret: SecretNamed;
  readonly host?: string;
  /** By default 0: any free port. */
  readonly port?: number;
  /** In real milliseconds: the timeout of webhooks, and the delay of a slow response. */
  readonly timeoutMillis?: number;
  readonly slowMillis?: number;
  /** By default the network's own limit, or 120. */
  readonly callsPerMinute?: number;
  /** Told of each webhook that the service took. */
  readonly onTaken?: (message: WebhookMessage) => void;
}

export interface Sandbox {
  readonly url: string;
  /** Starts to send webhooks to a URL. */
  sendWebhooks(url: string): void;
  truth(): Truth;
  readonly deliveries: Deliveries;
  /** The number of calls by result. */
  readonly calls: Readonly<CallFaults['counts']>;
  /** The number of calls that came faster than the limit. */
  readonly beyondLimit: number;
  /** Webhooks that wait for their time or their next attempt. */
  readonly waiting: number;
  close(): Promise<void>;
}

const NONE: Deliveries = { sent: 0, acknowledged: 0, refused: 0, forged: 0, dropped: 0 };
const CALLS_PER_MINUTE = 120;
const BURST = 20;

/** Throws HESABU_LISTEN_FAILED. */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { personality, clock, seed, faults, secret, slowMillis = 12_000, timeoutMillis = 5_000 } = options;
  let sender: WebhookSender | undefined;
  const send = (webhooks: readonly ScheduledWebhook[]) => sender?.add(webhooks);
  const outcomeOf: OutcomeOf = (reference) => paymentOutcomeOf(seed, reference, faults, personality.without);
  const desk = new PaymentDesk({
    ...{ clock, seed, faults, outcomeOf, secret },
    onEvents: (events) =>
      send(
        events.flatMap((event) =>
          personality.webhooks(event, desk).map((message) => ({ message, at: event.toldAt, forged: event.forged })),
        ),
      ),
    onMessage: (message, at) => send([{ message, at, forged: false }]),
  });
  const { perMinute = CALLS_PER_MINUTE, burst = BURST } = personality.limit ?? {};
  const limit = { perMinute: options.callsPerMinute ?? perMinute, burst };
  const callFaults = new CallFaults({ clock, seed, faults, slowMillis, limit, refuse: personality.refuse });
  const rules = sandboxRules(personality);
  const { toldOtherwise } = personality;
  const truth = () => truthOf(desk.references, { seed, faults, outcomeOf, toldOtherwise, rules, now: clock.now() });
  const app = fastify({ forceCloseConnections: true });
  app.get('/truth', async () => truthJson(truth()));
  app.register(async (scope) => personality.control?.(scope, desk));
  app.register(async (scope) => {
    personality.serve(scope, desk);
    scope.addHook('preHandler', async (request, reply) => {
      return (await callFaults.intercept(request, reply)) ? reply : undefined;
    });
  });
  const at = await listenAt(app, options.host ?? '127.0.0.1', options.port ?? 0);
  return {
    url: `http://${at}`,
    sendWebhooks: (url) => {
      sender = new WebhookSender({ clock, personality, url, secret, timeoutMillis, onTaken: options.onTaken });
      if (personality.greeting !== undefined) {
        sender.add([{ message: personality.greeting, at: clock.now(), forged: false }]);
      }
      sender.start();
    },
    truth,
    get deliveries() {
      return sender?.deliveries ?? NONE;
    },
    calls: callFaults.counts,
    get beyondLimit() {
      return callFaults.beyondLimit;
    },
    get waiting() {
      return sender?.waiting ?? 0;
    },
    close: async () => {
      await sender?.stop();
      await app.close();
    },
  };
}
