// Tries to sign in wait by where they come from, however many addresses somebody has there.
import { expect, test } from 'vitest';
import { SignInDelays } from '../../../src/http/access/sign-in-delays.ts';
import { StillClock } from '../../service/ledger/given-live-ledger.ts';

const FREE_OF_ADDRESS = 20;
const ofNetwork = (at: number) => `2001:db8:1:2::${(at + 1).toString(16)}`;

test('a network of IPv6 is one address', () => {
  const delays = new SignInDelays(new StillClock());
  for (let at = 0; at < FREE_OF_ADDRESS; at++) delays.begin(null, ofNetwork(at));
  expect(() => delays.begin(null, ofNetwork(FREE_OF_ADDRESS))).toThrow('HESABU_RATE_LIMITED');
  delays.begin(null, '2001:db8:1:3::1');
  delays.succeeded('p-1', ofNetwork(99));
  delays.begin(null, ofNetwork(98));
});

test('who signed in from a network goes on from any address of it, although others try the account', () => {
  const delays = new SignInDelays(new StillClock());
  delays.begin('p-1', ofNetwork(0));
  delays.succeeded('p-1', ofNetwork(0));
  for (let at = 0; at < 3; at++) delays.begin('p-1', `198.51.100.${at}`);
  expect(() => delays.begin('p-1', '198.51.100.9')).toThrow('HESABU_RATE_LIMITED');
  delays.begin('p-1', ofNetwork(1));
});
