// The form of a phone number's pseudonym: `CC:hash`, with the ISO 3166-1 country of the number, `??` where it is
// unknown.

const UNKNOWN = '??';
const COLON = 58;

export function phonePseudonymOf(country: string | null, hash: string): string {
  return `${country ?? UNKNOWN}:${hash}`;
}

/** Null for an unknown country, and for old pseudonyms, which have no country. */
export function phoneCountryOf(pseudonym: string): string | null {
  const country = pseudonym.charCodeAt(2) === COLON ? pseudonym.slice(0, 2) : UNKNOWN;
  return country === UNKNOWN ? null : country;
}
