// A kind of scenario: where it plays, what varies in it, and what is then claimed.

import fc from 'fast-check';
import type { Claim, OrderStatus, PaymentStatus } from '../../src/domain/fact.ts';
import type { Scene } from './scene.ts';

export type Scenario = (scene: Scene) => fc.Arbitrary<Claim[]>;

export function kind<Parts>(
  parts: { [Name in keyof Parts]: fc.Arbitrary<Parts[Name]> },
  tell: (scene: Scene, parts: Parts) => Claim[],
): Scenario {
  return (scene) => (fc.record(parts) as fc.Arbitrary<Parts>).map((varied) => tell(scene, varied));
}

export const one = fc.constantFrom;
export const hours = one(0.1, 0.5, 5, 23.9, 24, 30, 60);
export const days = one(0, 1, 1, 2, 3, 7);
export const near = one(0, 0, 1, -1, 50, -50, 51, -51);
export const via = one('callback' as const, 'poll' as const);
export const fee = one(null, '15.00', '0', '1.5', '17.40', '0.58');
export const thousandths = one(100, 300, 400, 500, 700, 1000);
export const open = one<PaymentStatus>('initiated', 'pending', 'authorised', 'inconclusive');
export const denied = one<PaymentStatus>('failed', 'expired', 'voided');
export const status = one<OrderStatus>('awaiting_payment', 'paid', 'fulfilled', 'cancelled');
