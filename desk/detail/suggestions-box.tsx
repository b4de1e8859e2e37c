// What the break may be about, and the signs that speak for it: nothing is scored, and nothing is chosen.

import { Link } from 'wouter';
import { signWord } from '../../src/domain/hint-words.ts';
import type { WholeCase } from '../api/types.ts';
import { useLanguage, useWords } from '../words/words.ts';

const PLAIN = ['same_amount', 'same_phone', 'same_reference'] as const;
type Plain = (typeof PLAIN)[number];

function plainSigns(one: Partial<Record<Plain, boolean>>): (readonly [Plain, boolean])[] {
  return PLAIN.flatMap((sign) => (one[sign] === undefined ? [] : [[sign, one[sign]] as const]));
}

export function SuggestionsBox({ whole: { suggestions } }: { readonly whole: WholeCase }) {
  const { detail } = useWords();
  const language = useLanguage();
  const { named, others } = suggestions;
  if (named.length === 0) return null;
  return (
    <section className="box">
      <h2>
        {detail.signs} <span className="hint">{detail.signsHint}</span>
      </h2>
      <ul className="suggestions">
        {named.map(({ name, signs, ...one }) => (
          <li key={name}>
            <Link href={`/search?q=${encodeURIComponent(name)}`} className="mono">
              {name}
            </Link>
            {plainSigns(one).map(([sign, isSo]) => (
              <span key={sign} className={isSo ? undefined : 'quiet'}>
                {isSo ? '✓' : '✗'} <strong>{isSo ? detail.yes : detail.no}</strong> {detail.plainSigns[sign]}
              </span>
            ))}
            {one.minutes_apart == null ? null : <span>{detail.apart(one.minutes_apart)}</span>}
            {signs
              .filter((sign) => sign === 'excess_is_amount' || sign === 'same_order_number')
              .map((sign) => (
                <span key={sign}>
                  ✓ <strong>{detail.yes}</strong> {signWord(sign, language)}
                </span>
              ))}
          </li>
        ))}
      </ul>
      {others === 0 ? null : <p className="inside">{detail.others(others)}</p>}
    </section>
  );
}
