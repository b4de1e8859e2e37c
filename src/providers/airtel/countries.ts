// The countries of Airtel Money, by their calling codes: its API takes a number without one, and says the country and
// the currency in headers. Source: the developer portal, Country / Currency Reference Matrix.

export interface AirtelCountry {
  /** ISO 3166-1 alpha-2. */
  readonly code: string;
  readonly currency: string;
}

const COUNTRIES: ReadonlyMap<string, AirtelCountry> = new Map(
  (
    [
      ['227', 'NE', 'XOF'],
      ['234', 'NG', 'NGN'],
      ['235', 'TD', 'XAF'],
      ['241', 'GA', 'XAF'],
      ['242', 'CG', 'XAF'],
      ['243', 'CD', 'CDF'],
      ['248', 'SC', 'SCR'],
      ['250', 'RW', 'RWF'],
      ['254', 'KE', 'KES'],
      ['255', 'TZ', 'TZS'],
      ['256', 'UG', 'UGX'],
      ['260', 'ZM', 'ZMW'],
      ['261', 'MG', 'MGA'],
      ['265', 'MW', 'MWK'],
    ] as const
  ).map(([calling, code, currency]) => [calling, { code, currency }]),
);

/** Where a number in E.164 is, and its digits without the calling code; undefined where Airtel Money is not. */
export function localNumber(phone: string): { readonly country: AirtelCountry; readonly digits: string } | undefined {
  const country = COUNTRIES.get(phone.slice(1, 4));
  return country === undefined ? undefined : { country, digits: phone.slice(4) };
}

/** The country's own currency; undefined for a country without Airtel Money. */
export function countryNamed(code: string): AirtelCountry | undefined {
  return [...COUNTRIES.values()].find((country) => country.code === code);
}
