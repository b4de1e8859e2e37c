// The networks of the live demo, each with the markets in which its merchants sell. An account has merchants of its
// own, so that each order goes over one network.

import type { Personality } from '../gateway/personality.ts';
import { MFS_AFRICA } from '../personalities/mfs-africa/mfs-africa.ts';
import { ONAFRIQ } from '../personalities/onafriq/onafriq.ts';
import { MARKETS, type Market } from './plan.ts';

export interface LiveNetwork {
  readonly personality: Personality;
  readonly markets: readonly Market[];
}

export const ONE_GATEWAY: LiveNetwork = { personality: MFS_AFRICA, markets: MARKETS };

const PEARL = { merchants: ['pearl-books', 'ubuzima-shop'], marketplace: 'pearl-market', refunds: false };

export const LIVE_NETWORKS: readonly LiveNetwork[] = [
  ONE_GATEWAY,
  {
    personality: ONAFRIQ,
    markets: [
      { ...PEARL, country: 'UG', prefix: '+25677', digits: 7 },
      { ...PEARL, country: 'RW', prefix: '+25078', digits: 7 },
    ],
  },
];

/** Of the orders that go over a network. */
export function merchantsOf({ markets }: LiveNetwork): string[] {
  return [
    ...new Set(
      markets.flatMap(({ merchants, marketplace }) => [
        ...merchants,
        ...(marketplace === undefined ? [] : [marketplace]),
      ]),
    ),
  ];
}
