// The keys that facts go under: a reference of the shop's, or an identity, which is one id of a payment at a provider
// and stands in for a reference that nobody knows yet.

const LENGTH_MAX = 256;
/** No reference begins with it, so that a key tells which of the two it is. */
const IDENTITY_MARK = '?';
const IDENTITY_MARK_CODE = IDENTITY_MARK.charCodeAt(0);

/** Control characters, and what nobody sees: two references that look the same would be two orders. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;

/** What a reference must be like, for messages. */
export const REFERENCE_FORM = `1 to ${LENGTH_MAX} printable characters, no leading ${IDENTITY_MARK}, not . or ..`;

/** The key of a payment whose reference nobody knows yet; `id` is one of the payment's ids at the provider. */
export function identityKey(provider: string, id: string): string {
  return `${IDENTITY_MARK}${provider}:${id}`;
}

export function isIdentityKey(key: string): boolean {
  return key.charCodeAt(0) === IDENTITY_MARK_CODE;
}

/**
 * The key that a written reference means: blanks trimmed, Unicode NFC; undefined where nothing is left or it cannot be
 * the key of a reference.
 */
export function normaliseReference(text: string): string | undefined {
  if (isPlainReference(text)) return text;
  const key = text.trim().normalize('NFC');
  if (key === '' || key.length > LENGTH_MAX || isIdentityKey(key) || isPathStep(key)) return undefined;
  return UNPRINTABLE.test(key) ? undefined : key;
}

/** Clients and proxies take these out of a URL, so no request could name the order. */
function isPathStep(key: string): boolean {
  return key === '.' || key === '..';
}

/** Printable ASCII without a blank, as nearly all references are: known to be normal after one quick look. */
function isPlainReference(text: string): boolean {
  const size = text.length;
  if (size === 0 || size > LENGTH_MAX || isIdentityKey(text)) return false;
  for (let at = 0; at < size; at++) {
    const code = text.charCodeAt(at);
    if (code <= 32 || code > 126) return false;
  }
  return !isPathStep(text);
}
