// The filters in force, each with how many it hides, and a way to take it away.

import type { CasesPage } from '../api/types.ts';
import { shownAmount } from '../state/amount.ts';
import { ALL_OPEN, changed, FACETS, hiddenBy, type ListQuery, withFacet } from '../state/case-query.ts';
import { useWords } from '../words/words.ts';
import { providerName, useValueName } from './facet-words.ts';

interface ChipsProps {
  readonly query: ListQuery;
  readonly page: CasesPage | undefined;
  readonly onChange: (query: ListQuery) => void;
}

interface Chip {
  readonly text: string;
  readonly hides: number | null;
  readonly without: ListQuery;
}

export function Chips({ query, page, onChange }: ChipsProps) {
  const words = useWords();
  const chips = useChips(query, page);
  if (chips.length === 0) return null;
  return (
    <ul className="chips" aria-label={words.breaks.chips}>
      {chips.map(({ text, hides, without }) => (
        <li key={text}>
          <button
            type="button"
            className="chip"
            onClick={() => onChange(without)}
            aria-label={words.breaks.remove(text)}
          >
            <span className="chip-text">{text}</span>
            {hides === null ? null : <span className="count">{words.breaks.hides(`${hides}`)}</span>}
            <span aria-hidden="true">×</span>
          </button>
        </li>
      ))}
      <li>
        <button type="button" className="link" onClick={() => onChange({ ...ALL_OPEN, sort: query.sort })}>
          {words.breaks.clear}
        </button>
      </li>
    </ul>
  );
}

function useChips(query: ListQuery, page: CasesPage | undefined): Chip[] {
  const words = useWords();
  const valueName = useValueName();
  const chips: Chip[] = [];
  for (const facet of FACETS) {
    const values = query.filters[facet];
    if (values === undefined) continue;
    const name = words.breaks.facet[facet].replace(/[（(].*/, '').trim();
    const of = values.map((value) => (facet === 'provider' ? providerName(value) : valueName(facet, value)));
    const hides = page === undefined ? null : hiddenBy(facet, page.facets[facet], page.total);
    chips.push({ text: words.breaks.chip(name, words.list(of)), hides, without: withFacet(query, facet, []) });
  }
  if (query.from !== '') {
    const text = `${words.breaks.valueFrom} ${shownAmount(query.from)}`;
    chips.push({ text, hides: null, without: changed(query, { from: '' }) });
  }
  if (query.to !== '') {
    const text = `${words.breaks.valueTo} ${shownAmount(query.to)}`;
    chips.push({ text, hides: null, without: changed(query, { to: '' }) });
  }
  if (query.search !== '') {
    const how = page?.search ?? null;
    const text = `“${query.search}”${how === null ? '' : ` · ${words.breaks.found[how]}`}`;
    chips.push({ text, hides: null, without: changed(query, { search: '' }) });
  }
  return chips;
}
