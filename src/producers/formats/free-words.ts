// The words that a source chooses freely in a fact: the name of an operator, a status that is not known. They stay as
// they are, except for telephone numbers, mail addresses and secrets in them.

import { type Pseudonym, Pseudonymiser } from '../../archive/privacy/pseudonyms.ts';
import { storedName } from '../../archive/privacy/stored-value.ts';
import type { Fact, FactBody } from '../../domain/fact.ts';

/** Shorter ones hold neither a telephone number nor a mail address. */
const LENGTH_MIN = 6;

interface FreeWords {
  readonly operator?: string | null;
  readonly word?: string | null;
}

/** The same fact where nothing is hidden, as in nearly all. */
export function hideInWords(pseudonym: Pseudonym): <Body extends FactBody>(fact: Fact<Body>) => Fact<Body> {
  const hider = new Pseudonymiser(pseudonym);
  const hidden = (text: string | null | undefined) =>
    text == null || text.length < LENGTH_MIN ? text : storedName(hider, text);
  return (fact) => {
    const { operator, word } = fact.body as FreeWords;
    const shown = { operator: hidden(operator), word: hidden(word) };
    if (shown.operator === operator && shown.word === word) return fact;
    const changed = Object.fromEntries(Object.entries(shown).filter(([, text]) => text !== undefined));
    return { ...fact, body: { ...fact.body, ...changed } };
  };
}
