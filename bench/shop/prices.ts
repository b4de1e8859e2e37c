// The markets of the shop, and what its provider takes there: fees by operator, country, band of amounts and day. The
// same list makes the rules of Hesabu, the fees on the generated lines, and the table that DuckDB joins with.

/** The zone of the rules, which has no summer time: a day of the fees begins at its midnight. */
export const ZONE = 'Africa/Nairobi';
export const ZONE_OFFSET_MS = 3 * 3_600_000;

export interface Market {
  readonly country: string;
  readonly currency: string;
  readonly exponent: number;
  readonly dial: string;
  readonly operators: readonly string[];
  /** Of an amount, in minor units. */
  readonly least: number;
  /** A rate to the dollar as a whole number, and by how many digits it is to be divided. */
  readonly rate: readonly [digits: number, scale: number];
}

export const MARKETS: readonly Market[] = [
  {
    country: 'KE',
    currency: 'KES',
    exponent: 2,
    dial: '2547',
    operators: ['Safaricom', 'Airtel'],
    least: 5_000,
    rate: [77, 4],
  },
  {
    country: 'GH',
    currency: 'GHS',
    exponent: 2,
    dial: '2332',
    operators: ['MTN', 'Telecel'],
    least: 500,
    rate: [81, 3],
  },
  {
    country: 'NG',
    currency: 'NGN',
    exponent: 2,
    dial: '23480',
    operators: ['MTN', 'Airtel'],
    least: 50_000,
    rate: [65, 5],
  },
  {
    country: 'UG',
    currency: 'UGX',
    exponent: 0,
    dial: '2567',
    operators: ['MTN', 'Airtel'],
    least: 1_000,
    rate: [27, 5],
  },
];

/** A fee of `percentMilli` thousandths of a percent; the amounts are in minor units, the tax in thousandths. */
export interface Price {
  readonly market: Market;
  readonly operator?: string;
  readonly below?: number;
  readonly from?: string;
  readonly percentMilli: number;
  readonly flat?: number;
  readonly most?: number;
  readonly vatMille?: number;
}

/** The day from which the operators cost something else. */
const CHANGED = '2026-06-03';
/** The small amounts, in least amounts of the market. */
const SMALL = 40;

/** The most specific price counts; of equally specific ones the last, as in the rules. */
export const PRICES: readonly Price[] = MARKETS.flatMap((market, index): Price[] => {
  const [first, second] = market.operators as readonly [string, string];
  const vat = market.country === 'NG' ? { vatMille: 75 } : {};
  const base = 1_000 + 100 * index;
  return [
    { market, percentMilli: base, ...vat },
    { market, operator: first, percentMilli: base + 250, most: market.least * 60, ...vat },
    { market, operator: second, percentMilli: base + 400, flat: 10, ...vat },
    { market, operator: first, below: market.least * SMALL, percentMilli: base + 500, ...vat },
    { market, operator: first, from: CHANGED, percentMilli: base + 300, most: market.least * 60, ...vat },
    { market, operator: first, below: market.least * SMALL, from: CHANGED, percentMilli: base + 450, ...vat },
  ];
});

function specificity({ operator, below, from }: Price): number {
  return [operator, below, from].filter((part) => part !== undefined).length;
}

export interface Question {
  readonly market: Market;
  readonly operator: string;
  readonly minor: number;
  readonly paidAt: number;
}

/** The fee in minor units: half-up, once, at the end. */
export function feeOf(question: Question): number {
  const { market, minor } = question;
  const day = new Date(question.paidAt + ZONE_OFFSET_MS).toISOString().slice(0, 10);
  let best: Price | undefined;
  for (const price of PRICES) {
    if (price.market !== market || (best !== undefined && specificity(price) < specificity(best))) continue;
    if (price.operator !== undefined && price.operator !== question.operator) continue;
    if (price.below !== undefined && minor >= price.below) continue;
    if (price.from === undefined || day >= price.from) best = price;
  }
  const { percentMilli, flat = 0, most, vatMille = 0 } = best!;
  // In hundred-thousandths of a minor unit, and then in thousandths of these: whole numbers all the way.
  const amount = flat * 100_000 + minor * percentMilli;
  const capped = most === undefined ? amount : Math.min(amount, most * 100_000);
  return Math.floor((capped * (1_000 + vatMille) + 50_000_000) / 100_000_000);
}

/** A decimal of minor units. */
function text(minor: number, { exponent }: Market): string {
  return (minor / 10 ** exponent).toFixed(exponent);
}

/** The part `fees` of rules.yaml. */
export function feeRules(provider: string): string {
  const lines = PRICES.map((price) => {
    const { market, operator, below, from, percentMilli, flat, most, vatMille } = price;
    const parts = [
      `provider: ${provider}, currency: ${market.currency}, country: ${market.country}`,
      ...(operator === undefined ? [] : [`operator: ${operator}`]),
      ...(below === undefined ? [] : [`amount_to: "${text(below, market)}"`]),
      ...(from === undefined ? [] : [`valid_from: "${from}"`]),
      `percent: "${percentMilli / 1000}"`,
      ...(flat === undefined ? [] : [`flat: "${text(flat, market)}"`]),
      ...(most === undefined ? [] : [`max: "${text(most, market)}"`]),
      ...(vatMille === undefined ? [] : [`vat: "${vatMille / 10}"`]),
    ];
    return `  - { ${parts.join(', ')} }\n`;
  });
  return `fees:\n${lines.join('')}`;
}

/** The same as rows for SQL, with the rank of each: of those that fit, the highest counts. */
export function feeRows(): string {
  const rows = PRICES.map((price, at) => {
    const { market, operator, below, from, percentMilli, flat = 0, most, vatMille = 0 } = price;
    const orNull = (value: string | undefined) => (value === undefined ? 'NULL' : `'${value}'`);
    const amount = (minor: number | undefined) => (minor === undefined ? 'NULL' : text(minor, market));
    const rank = specificity(price) * PRICES.length + at;
    return (
      `('${market.currency}', '${market.country}', ${orNull(operator)}, ${amount(below)}::DECIMAL(18,2), ` +
      `${orNull(from)}::DATE, (${percentMilli} / 100000)::DECIMAL(6,5), ${amount(flat)}::DECIMAL(18,2), ` +
      `${amount(most)}::DECIMAL(18,2), (1 + ${vatMille} / 1000)::DECIMAL(5,3), ${market.exponent}, ${rank})`
    );
  });
  return rows.join(',\n    ');
}
