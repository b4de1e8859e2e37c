// Scenarios of requests of which polls know only that they were paid.

import type { PaymentStatus } from '../../src/domain/fact.ts';
import { days, hours, kind, one, type Scenario } from './scenario.ts';
import { amountOf, ordered, said, settled } from './scene.ts';

export const REQUEST_SCENARIOS: Readonly<Record<string, Scenario>> = {
  'requests that are paid, nobody says with how much': kind(
    {
      requests: one(1, 2),
      receipts: one(0, 1, 2),
      asked: one(null, 1000, 900),
      status: one<PaymentStatus>('succeeded', 'failed', 'refunded'),
      hours,
      days,
    },
    (scene, { requests, receipts, asked, status, hours, days }) => {
      const { tag } = scene;
      const request = (at: number, given: object) =>
        said(scene, at, { payment: null, via: 'poll', amount: null, ...given });
      const claims = [ordered(scene)];
      for (let at = 0; at < requests; at++) {
        const request_id = `Q${at}${tag}`;
        if (asked !== null)
          claims.push(request(0.1, { request_id, status: 'initiated', amount: amountOf(scene, asked) }));
        claims.push(request(hours + at, { request_id, status }));
      }
      for (let at = 0; at < receipts; at++)
        claims.push(settled(scene, days, { payment: `R${at}${tag}`, id: `R${at}${tag}` }));
      return claims;
    },
  ),
};
