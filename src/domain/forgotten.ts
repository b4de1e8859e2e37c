// What stands for the personal data of somebody who is to be forgotten: no pseudonym can be made of them any more. It
// says nothing of who it is, so it equals nobody, not even itself.

/** In the place of a pseudonym; a phone number keeps its country before it. No pseudonym is so short. */
export const FORGOTTEN = 'forgotten';

export function isForgotten(pseudonym: string): boolean {
  return pseudonym.endsWith(FORGOTTEN) && (pseudonym.length === FORGOTTEN.length || pseudonym.at(-10) === ':');
}

/** A pseudonym as far as it tells one person from another. */
export function knownPseudonym(pseudonym: string | null): string | null {
  return pseudonym === null || isForgotten(pseudonym) ? null : pseudonym;
}
