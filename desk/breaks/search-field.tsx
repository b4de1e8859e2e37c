// The exact search of the list.

import { useRef } from 'react';
import { changed, type ListQuery } from '../state/case-query.ts';
import { useKeys } from '../ui/keys.ts';
import { useWords } from '../words/words.ts';

interface SearchProps {
  readonly query: ListQuery;
  readonly onChange: (query: ListQuery) => void;
}

export function SearchField({ query, onChange }: SearchProps) {
  const words = useWords();
  const field = useRef<HTMLInputElement>(null);
  useKeys({ '/': () => field.current?.select() });
  return (
    <form
      className="search"
      key={query.search}
      onSubmit={(event) => {
        event.preventDefault();
        const search = field.current!.value.trim();
        if (search !== query.search) onChange(changed(query, { search }));
        // The field is made anew for each search. From the content the list takes the focus on to its row.
        document.getElementById('content')?.focus({ preventScroll: true });
      }}
    >
      <input
        ref={field}
        type="search"
        name="q"
        aria-label={words.breaks.find}
        placeholder={words.breaks.find}
        defaultValue={query.search}
        maxLength={250}
      />
      <span className="kbd" aria-hidden="true">
        /
      </span>
    </form>
  );
}
