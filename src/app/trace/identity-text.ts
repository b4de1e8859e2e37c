// The identities of a trace as text: where an id was asked for, or several references name one payment.

import type { Language } from '../../domain/reason-words.ts';
import { printable } from '../reports/table.ts';
import { WORDS } from '../reports/words.ts';
import type { TracedIdentity } from './identities.ts';
import type { Trace } from './trace.ts';
import { TRACE_WORDS } from './trace-words.ts';

/** One text for each; none where they say no more than the reference that was asked for. */
export function identityTexts({ asked, story, identities }: Trace, lang: Language): string[] {
  const told = identities.filter((identity) => isWorthTelling(identity, story?.key === asked));
  return told.map((identity) => identityText(identity, lang));
}

function isWorthTelling({ claimants, holder, split }: TracedIdentity, byReference: boolean): boolean {
  return !byReference || claimants.length > 1 || holder !== null || split;
}

function identityText({ identity, claimants, holder, split }: TracedIdentity, lang: Language): string {
  const words = TRACE_WORDS[lang];
  const { comma } = WORDS[lang].phrases;
  const where = split ? [words.split] : holder === null ? [] : [words.holder(printable(holder))];
  const named = words.claimedBy(claimants.map(printable).join(comma));
  return `${printable(identity)}\n    ${[named, ...where].join(words.semicolon)}`;
}
