// The filters beside the list: of each value the count that a tick would give.

import { type SyntheticEvent, useState } from 'react';
import type { CasesPage, Counted } from '../api/types.ts';
import { AGES, changed, DUES, FACETS, type Facet, type ListQuery, STATES, toggled } from '../state/case-query.ts';
import { useMyself } from '../state/session.ts';
import { useWords } from '../words/words.ts';
import { providerName, useValueName } from './facet-words.ts';

interface FacetsProps {
  readonly query: ListQuery;
  readonly page: CasesPage | undefined;
  readonly onChange: (query: ListQuery) => void;
}

/** Those whose values are always the same, in their order: they stand in two columns. */
const FIXED: Readonly<Partial<Record<Facet, readonly string[]>>> = { status: STATES, age: AGES, due: DUES };
const SHOWN_MAX = 6;

export function Facets({ query, page, onChange }: FacetsProps) {
  return (
    <>
      {FACETS.map((facet) => (
        <FacetBox
          key={facet}
          facet={facet}
          counts={page?.facets[facet] ?? []}
          chosen={query.filters[facet] ?? []}
          onToggle={(value) => onChange(toggled(query, facet, value))}
        />
      ))}
      <Bounds query={query} onChange={onChange} />
    </>
  );
}

interface FacetBoxProps {
  readonly facet: Facet;
  readonly counts: readonly Counted[];
  readonly chosen: readonly string[];
  readonly onToggle: (value: string) => void;
}

function FacetBox({ facet, counts, chosen, onToggle }: FacetBoxProps) {
  const words = useWords();
  const valueName = useValueName();
  const me = useMyself().person.id;
  const [isLong, setLong] = useState(false);
  const fixed = FIXED[facet];
  const values = fixed === undefined ? orderedValues(counts, chosen, me) : [...fixed];
  // Where there is nothing to choose, there is nothing to show.
  if (fixed === undefined && values.length < 2 && chosen.length === 0) return null;
  const shown = fixed !== undefined || isLong ? values : values.slice(0, Math.max(SHOWN_MAX, chosen.length));
  const countOf = (value: string) => counts.find((one) => one.value === value)?.count ?? 0;
  return (
    <fieldset className={fixed === undefined ? 'facet' : `facet two of-${facet}`}>
      <legend>
        <span>{words.breaks.facet[facet]}</span>
        {values.length > shown.length || isLong ? (
          <button type="button" className="link" onClick={() => setLong(!isLong)} aria-expanded={isLong}>
            {isLong ? words.breaks.fewer : words.breaks.more(values.length)}
          </button>
        ) : null}
      </legend>
      {shown.map((value) => (
        <label key={value}>
          <input type="checkbox" checked={chosen.includes(value)} onChange={() => onToggle(value)} />
          <span className="facet-name">{facet === 'provider' ? providerName(value) : valueName(facet, value)}</span>
          <span className="count">{countOf(value)}</span>
        </label>
      ))}
    </fieldset>
  );
}

/** What is chosen stays in sight; of owners, nobody and oneself come first. */
function orderedValues(counts: readonly Counted[], chosen: readonly string[], me: string): string[] {
  const known = counts.map(({ value }) => value);
  const rank = (value: string) => (value === '-' ? 0 : value === me ? 1 : chosen.includes(value) ? 2 : 3);
  const all = [...new Set([...known, ...chosen])];
  return all.sort((left, right) => rank(left) - rank(right));
}

function Bounds({ query, onChange }: Pick<FacetsProps, 'query' | 'onChange'>) {
  const words = useWords();
  const send = (event: SyntheticEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const bound = (name: string) =>
      String(form.get(name) ?? '')
        .normalize('NFKC')
        .replaceAll(',', '')
        .trim();
    onChange(changed(query, { from: bound('from'), to: bound('to') }));
  };
  // The wide digits and signs of an input method too.
  const pattern = '[0-9０-９,，]{1,18}([.．][0-9０-９]{1,4})?';
  return (
    <form className="facet bounds" onSubmit={send} key={`${query.from} ${query.to}`}>
      <strong>{words.breaks.money}</strong>
      <label>
        <span>{words.breaks.valueFrom}</span>
        <input name="from" inputMode="decimal" pattern={pattern} defaultValue={query.from} />
      </label>
      <label>
        <span>{words.breaks.valueTo}</span>
        <input name="to" inputMode="decimal" pattern={pattern} defaultValue={query.to} />
      </label>
      <button type="submit" className="button">
        {words.breaks.apply}
      </button>
    </form>
  );
}
