// Sales in waves, shaped as PaySim describes mobile money: five kinds of transactions with their own amounts, few sales
// at night and most in the evening, days of different size, a few large merchants among very many small ones, and
// bursts, in which one merchant sells to many within seconds. README.md names the source. The numbers are our own.

import {
  classOf,
  DAY_MS,
  decimal,
  feeOf,
  mix,
  PRICES,
  pad,
  type Sale,
  type SaleDay,
  type Sales,
  START,
  scatter,
  unit,
} from './sales.ts';

/** How often a kind is, in thousandths, and its median amount in minor units of a currency with two decimals. */
const KINDS = [
  { word: 'CO', share: 352, median: 1_500_000, spread: 1.2 },
  { word: 'PY', share: 338, median: 120_000, spread: 1.0 },
  { word: 'CI', share: 220, median: 1_400_000, spread: 1.1 },
  { word: 'TR', share: 83, median: 4_800_000, spread: 1.5 },
  { word: 'DB', share: 7, median: 30_000, spread: 1.3 },
] as const;

/** How much of a day falls into each of its hours. */
const HOURS = [12, 4, 2, 1, 1, 1, 2, 5, 12, 22, 34, 44, 52, 50, 54, 58, 66, 74, 92, 100, 84, 66, 48, 32];
const HOURS_SUM = HOURS.reduce((sum, part) => sum + part, 0);

/** Sizes of the days, in hundredths of the mean. */
const DAY_SIZES = [130, 62, 148, 55, 105] as const;
const DAY_SIZES_SUM = DAY_SIZES.reduce((sum, size) => sum + size, 0);

const MERCHANTS = 20_000;
/** Every so many sales a burst begins: so many sales of one merchant, within as many seconds. */
const BURST = { every: 5_000, sales: 400, seconds: 40 };
const LEAST_MINOR = 1_000;
const MOST_MINOR = 1_000_000_000;

/** The days of `keys` sales in waves. */
function waveDays(keys: number): SaleDay[] {
  let [first, sum] = [0, 0];
  return DAY_SIZES.map((size, day) => {
    sum += size;
    const end = Math.floor((keys * sum) / DAY_SIZES_SUM);
    const one = { day, first, count: end - first };
    first = end;
    return one;
  });
}

/** The sale with this number, on its day. */
function waveSaleOf(number: number, on: SaleDay): Sale {
  const random = mix(number + 1);
  const kind = classOf(random);
  const burst = number % BURST.every < BURST.sales ? number - (number % BURST.every) : null;
  const merchant = merchantOf(burst === null ? unit(random ^ 0x5bd1e995) : unit(burst + 7));
  const price = PRICES[merchant & 3]!;
  const minor = amountOf(random, price.exponent);
  const paid = kind === 'AMOUNT_UNDER' ? minor - Math.ceil(minor / 10) : minor;
  const place = (burst ?? number) - on.first;
  const within = burst === null ? 0 : ((number - burst) * BURST.seconds) / BURST.sales;
  const placedAt = START + on.day * DAY_MS + Math.floor(secondOf(place / on.count) + within) * 1000;
  return {
    kind,
    reference: `${wordOf(random)}-${pad(number, 8)}`,
    merchant: `M${pad(merchant, 6)}`,
    currency: price.currency,
    amount: decimal(minor, price.exponent),
    paid: decimal(paid, price.exponent),
    fee: decimal(feeOf(paid, price.percentMilli) + (kind === 'FEE_VARIANCE' ? 25 : 0), price.exponent),
    placedAt,
    paidAt: placedAt + (5 + ((random >>> 8) & 511)) * 1000,
    transactionId: `PS${pad(scatter(number), 10)}`,
  };
}

function kindOf(random: number): (typeof KINDS)[number] {
  let left = mix(random ^ 0x2545f491) % 1000;
  for (const kind of KINDS) {
    if (left < kind.share) return kind;
    left -= kind.share;
  }
  return KINDS[0];
}

function wordOf(random: number): string {
  return kindOf(random).word;
}

/** Log-normal: most amounts are small, and a few are most of the money. */
function amountOf(random: number, exponent: number): number {
  const { median, spread } = kindOf(random);
  const normal = Math.sqrt(-2 * Math.log(unit(random + 1))) * Math.cos(2 * Math.PI * unit(random + 2));
  const minor = Math.round((median * Math.exp(spread * normal)) / (exponent === 0 ? 10 : 1));
  return Math.min(MOST_MINOR, Math.max(LEAST_MINOR, minor));
}

/** Uniform in the logarithm: the first ten of the merchants have a quarter of the sales. */
function merchantOf(share: number): number {
  return Math.floor(MERCHANTS ** share);
}

/** The second of the day at which this part of its sales is made. */
function secondOf(part: number): number {
  let left = part * HOURS_SUM;
  const hour = HOURS.findIndex((weight) => {
    if (left < weight) return true;
    left -= weight;
    return false;
  });
  return hour < 0 ? 86_399 : (hour + left / HOURS[hour]!) * 3600;
}

export const WAVES: Sales = { days: waveDays, saleOf: waveSaleOf };
