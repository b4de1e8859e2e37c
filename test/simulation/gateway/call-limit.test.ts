// Calls beyond a network's limit are counted, whether or not it refuses them.

import { afterEach, describe, expect, test } from 'vitest';
import type { FaultName } from '../../../src/simulation/gateway/faults.ts';
import { givenNetwork, type Network } from '../personalities/given.ts';

const ALLOWED = 30;

let network: Network;
afterEach(() => network.close());

describe.each([
  [[], 200],
  [['limited'], 429],
] as [FaultName[], number][])('given a network that answers 30 calls, with the faults %j', (faults, status) => {
  test('when three more come at once, then these are counted', async () => {
    network = await givenNetwork('onafriq', faults);
    const call = () => fetch(`${network.sandbox.url}/accounts`, { headers: { authorization: 'Token the-api_key' } });
    for (let nth = 0; nth < ALLOWED; nth++) await call();
    expect(network.sandbox.beyondLimit).toBe(0);
    const answers = await Promise.all([call(), call(), call()]);
    expect(answers.map((answer) => answer.status)).toEqual([status, status, status]);
    expect(network.sandbox.beyondLimit).toBe(3);
  });
});
