// The attacks over every row of the registry that sends webhooks, on one service with three accounts of each.
import { afterAll, beforeAll, describe } from 'vitest';
import { connectionAttacks } from '../contract/attacks/connections.ts';
import { crossAccountAttacks } from '../contract/attacks/cross-account.ts';
import { foreignProofAttacks } from '../contract/attacks/foreign-proof.ts';
import { type GivenAccounts, openAccounts, sendingOf } from '../contract/attacks/given-accounts.ts';
import { hostileBodyAttacks } from '../contract/attacks/hostile-bodies.ts';
import { repeatAttacks } from '../contract/attacks/repeats.ts';
import { SAMPLES } from './samples.ts';

const SENDERS = SAMPLES.flatMap((sample) => sendingOf(sample) ?? []);
let given: GivenAccounts;

beforeAll(async () => {
  given = await openAccounts(SENDERS);
}, 120_000);
afterAll(() => given?.close());

describe('connections', () => connectionAttacks(SENDERS, () => given));

describe.each(SENDERS)('$provider.name', (sender) => {
  hostileBodyAttacks(sender, () => given);
  foreignProofAttacks(sender, SENDERS, () => given);
  crossAccountAttacks(sender, () => given);
  repeatAttacks(sender, () => given);
});
