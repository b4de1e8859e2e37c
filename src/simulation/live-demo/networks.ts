// The networks of the live demo, each with the markets in which its merchants sell. An account has merchants of its
// own, so that each order goes over one network.

import type { Personality } from '../gateway/personality.ts';
import { FLUTTERWAVE } from '../personalities/flutterwave/flutterwave.ts';
import { MFS_AFRICA } from '../personalities/mfs-africa/mfs-africa.ts';
import { MPESA } from '../personalities/mpesa/mpesa.ts';
import { ONAFRIQ } from '../personalities/onafriq/onafriq.ts';
import { PAYSTACK } from '../personalities/paystack/paystack.ts';
import { MARKETS, type Market } from './plan.ts';
import { mpesaStatement, type Statement } from './statements.ts';

export interface LiveNetwork {
  readonly personality: Personality;
  readonly markets: readonly Market[];
  /** How a person gets a day's statement, of a network that gives it to people only. */
  readonly statement?: Statement;
}

export const ONE_GATEWAY: LiveNetwork = { personality: MFS_AFRICA, markets: MARKETS };

const PEARL = { merchants: ['pearl-books', 'ubuzima-shop'], marketplace: 'pearl-market', refunds: false };
const COAST = { merchants: ['coast-bazaar', 'volta-market'], marketplace: 'coast-mall', refunds: true };
const NYOTA = { merchants: ['nyota-crafts', 'mkulima-fresh'], marketplace: 'nyota-market', refunds: true };
const ADIRE = { merchants: ['adire-house', 'lagos-tailors'], marketplace: 'adire-street', refunds: true };

function wallet(operator: string, currency: string, decimals: number): NonNullable<Market['fixed']> {
  return { operator, currency, decimals };
}

export const LIVE_NETWORKS: readonly LiveNetwork[] = [
  ONE_GATEWAY,
  {
    personality: ONAFRIQ,
    markets: [
      { ...PEARL, country: 'UG', prefix: '+25677', digits: 7 },
      { ...PEARL, country: 'RW', prefix: '+25078', digits: 7 },
    ],
  },
  {
    personality: PAYSTACK,
    markets: [
      { ...COAST, country: 'GH', prefix: '+23324', digits: 7, fixed: wallet('mtn', 'GHS', 2) },
      { ...COAST, country: 'KE', prefix: '+25471', digits: 7, fixed: wallet('mpesa', 'KES', 2) },
      { ...COAST, country: 'CI', prefix: '+22507', digits: 8, fixed: wallet('mtn', 'XOF', 0) },
    ],
  },
  {
    personality: FLUTTERWAVE,
    markets: [
      { ...ADIRE, country: 'KE', prefix: '+25471', digits: 7, fixed: wallet('mpesa', 'KES', 2) },
      { ...ADIRE, country: 'GH', prefix: '+23324', digits: 7, fixed: wallet('MTN', 'GHS', 2) },
      { ...ADIRE, country: 'RW', prefix: '+25078', digits: 7, fixed: wallet('MTN', 'RWF', 0) },
    ],
  },
  {
    personality: MPESA,
    markets: [{ ...NYOTA, country: 'KE', prefix: '+25472', digits: 7, fixed: wallet('MPESA', 'KES', 0) }],
    statement: mpesaStatement,
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
