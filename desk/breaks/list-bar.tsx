// The bar above the list: how many there are, what is searched and filtered, views, and the list as a workbook.

import { useRef, useState } from 'react';
import type { CasesPage } from '../api/types.ts';
import { changed, fileQuery, type ListQuery, SORTS } from '../state/case-query.ts';
import { Dialog } from '../ui/dialog.tsx';
import { useLanguage, useWords } from '../words/words.ts';
import { BookDialog } from './book-dialog.tsx';
import { Chips } from './chips.tsx';
import { Facets } from './facets.tsx';
import { SearchField } from './search-field.tsx';
import { ViewsMenu } from './views-menu.tsx';

interface BarProps {
  readonly query: ListQuery;
  readonly page: CasesPage | undefined;
  readonly onChange: (query: ListQuery) => void;
}

export function ListBar({ query, page, onChange, mayWork }: BarProps & { readonly mayWork: boolean }) {
  const words = useWords();
  const language = useLanguage();
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <span className="title-count">{page === undefined ? '' : words.breaks.count(`${page.total}`)}</span>
      <SearchField query={query} onChange={onChange} />
      <Chips query={query} page={page} onChange={onChange} />
      <NarrowBar query={query} page={page} onChange={onChange} />
      <ViewsMenu query={query} />
      {mayWork ? (
        <>
          <a className="button export" href={`/v1/cases.xlsx?${fileQuery(query, language)}`} download>
            {words.book.out}
          </a>
          <button type="button" className="button export" onClick={() => setOpen(true)}>
            {words.book.back}
          </button>
        </>
      ) : null}
      {isOpen ? <BookDialog onClose={() => setOpen(false)} /> : null}
    </>
  );
}

/** On a narrow screen: the filters in a dialog, the order in a list, and where one is. */
function NarrowBar({ query, page, onChange }: BarProps) {
  const words = useWords();
  const [isOpen, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  return (
    <div className="narrow-bar">
      <button ref={button} type="button" className="button" onClick={() => setOpen(true)}>
        {words.breaks.filters}
      </button>
      <label>
        <span className="hidden">{words.breaks.sort}</span>
        <select
          value={query.sort}
          onChange={(event) => onChange(changed(query, { sort: event.target.value as ListQuery['sort'] }))}
        >
          {SORTS.map((sort) => (
            <option key={sort} value={sort}>
              {words.breaks.sorted(words.breaks.sorts[sort])}
            </option>
          ))}
        </select>
      </label>
      {isOpen ? (
        <Dialog title={words.breaks.filters} onClose={() => setOpen(false)}>
          <Facets query={query} page={page} onChange={onChange} />
          <div className="dialog-acts">
            <button type="button" className="button main" onClick={() => setOpen(false)}>
              {words.breaks.close} · {page?.total ?? ''}
            </button>
          </div>
        </Dialog>
      ) : null}
    </div>
  );
}
