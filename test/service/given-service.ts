// A running service for each test of a file, with an agent of some connections; after the test nothing of it is left.

import type { Agent } from 'undici';
import { afterEach, beforeEach } from 'vitest';
import { connections, makeSite, paymentBody, removeSite, type Serving, send, serve, signed } from './service-client.ts';

export interface GivenService {
  site: ReturnType<typeof makeSite>;
  /** Of a test that starts it again, the last one. */
  serving: Serving;
  agent: Agent;
  /** The ids of the claims of all payments that were answered with 200. */
  readonly acknowledged: Set<string>;
  /** Sends a signed callback of a payment; returns whether it was acknowledged. */
  pay(name: string): Promise<boolean>;
}

export function givenService(connectionCount: number): GivenService {
  const given = {
    acknowledged: new Set<string>(),
    pay: async (name: string) => {
      if ((await send(given.agent, given.serving.url, signed(paymentBody(name)))) !== 200) return false;
      given.acknowledged.add(`mfs-africa/main:callback:ev-${name}`);
      return true;
    },
  } as GivenService;
  beforeEach(async () => {
    given.site = makeSite();
    given.agent = connections(connectionCount);
    given.acknowledged.clear();
    given.serving = await serve(given.site.config);
  });
  afterEach(async () => {
    given.serving.process.kill('SIGKILL');
    await given.serving.ended;
    await given.agent.destroy();
    removeSite(given.site);
  });
  return given;
}
