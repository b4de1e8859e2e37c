// The list of breaks: filters, rows, and what is done with them from the keyboard or by pointer.

import { useEffect, useState } from 'react';
import { useLocation } from 'wouter';
import { useCases } from '../api/queries.ts';
import type { CasesPage, ListedCase } from '../api/types.ts';
import { UndoLine } from '../bulk/undo-line.tsx';
import { AssignDialog, useAssign } from '../detail/act-dialogs.tsx';
import { readRow } from '../detail/case-version.ts';
import { NoteDialog } from '../detail/note-dialog.tsx';
import { type ListQuery, PAGE_SIZE } from '../state/case-query.ts';
import { mayWork, useMyself } from '../state/session.ts';
import { useKeys } from '../ui/keys.ts';
import { type KeyHelp, Page } from '../ui/page.tsx';
import { Empty, Failed, Loading } from '../ui/states.tsx';
import { useLanguage, useWords } from '../words/words.ts';
import { BreakTable } from './break-table.tsx';
import { BulkBar, type BulkKind } from './bulk-bar.tsx';
import { Facets } from './facets.tsx';
import { ListBar } from './list-bar.tsx';
import { OrderDialog } from './order-dialog.tsx';
import { useFrame } from './use-frame.ts';
import { detailAddress, placesOf, useListQuery } from './use-list.ts';
import { type Selection, useSelection } from './use-selection.ts';

export function BreaksPage() {
  const words = useWords();
  const [query, change] = useListQuery();
  const { data: page, error, refetch, isPlaceholderData } = useCases(query);
  const rows = page?.cases ?? [];
  const frame = useFrame(query, rows);
  const selection = useSelection(query, rows);
  const worker = mayWork(useMyself());
  const [isWanted, setAll] = useState(false);
  const isEmpty = selection.ids.size === 0;
  // Who selects anew does not mean all that matched before.
  const isAll = isWanted && !isEmpty;
  const [kind, setKind] = useState<BulkKind>('assign');
  /** How often the key of an owner was pressed: each time the choice of one gets the focus. */
  const [ownerAsked, setOwnerAsked] = useState(0);
  useEffect(() => {
    if (!isEmpty) return;
    setAll(false);
    setOwnerAsked(0);
  }, [isEmpty]);
  const onKey = (pressed: BulkKind) => {
    setKind(pressed);
    setOwnerAsked(pressed === 'assign' ? ownerAsked + 1 : 0);
  };
  const acts = useRowActs({ query, page, frame, selection, change, isAll, onAll: setAll, onKind: onKey });
  const batchDone = () => {
    setAll(false);
    selection.clear();
  };
  return (
    <Page
      title={words.breaks.title}
      bar={<ListBar query={query} page={page} onChange={change} mayWork={worker} />}
      keys={useKeyHelp(worker)}
      end={<Pager query={query} page={page} acts={acts} />}
      className="breaks"
    >
      <section className="facets" aria-label={words.breaks.facets}>
        <Facets query={query} page={page} onChange={change} />
      </section>
      <section className="list" aria-label={words.breaks.list} aria-busy={isPlaceholderData}>
        <div className="rows">
          {page !== undefined && rows.length > 0 ? (
            <BreakTable
              {...{ query, rows, framed: frame.id, selected: selection.ids, mayWork: worker }}
              onFrame={frame.set}
              onSelect={selection.toggle}
              onSelectAll={selection.toggleAll}
              onChange={change}
            />
          ) : null}
          <ListState query={query} page={page} error={error} onAgain={() => refetch()} />
        </div>
        <SentenceLine row={rows.find(({ id }) => id === frame.id)} />
        {worker && selection.ids.size > 0 ? (
          <BulkBar
            {...{ query, page, selection, isAll, onAll: setAll, kind, onKind: setKind, ownerAsked }}
            onDone={batchDone}
            onOrder={acts.order}
          />
        ) : (
          <UndoLine />
        )}
      </section>
      {acts.dialog}
    </Page>
  );
}

function ListState({
  query,
  page,
  error,
  onAgain,
}: {
  query: ListQuery;
  page: CasesPage | undefined;
  error: Error | null;
  onAgain: () => void;
}) {
  const words = useWords();
  if (page === undefined) return error === null ? <Loading /> : <Failed error={error} onAgain={onAgain} />;
  if (page.cases.length > 0) return null;
  const isAll = Object.keys(query.filters).length === 0 && query.search === '' && query.from === '' && query.to === '';
  return isAll ? (
    <Empty title={words.breaks.emptyAll} />
  ) : (
    <Empty title={words.breaks.empty} hint={words.breaks.emptyHint} />
  );
}

/** The whole sentence of the row that has the frame. */
function SentenceLine({ row }: { readonly row: ListedCase | undefined }) {
  const language = useLanguage();
  return <p className="sentence-line">{row === undefined ? '' : row.message[language]}</p>;
}

interface RowActs {
  readonly previous: (() => void) | null;
  readonly next: (() => void) | null;
  readonly dialog: React.ReactNode;
  readonly order: () => void;
}

interface Acting {
  readonly query: ListQuery;
  readonly page: CasesPage | undefined;
  readonly frame: ReturnType<typeof useFrame>;
  readonly selection: Selection<ListedCase>;
  readonly change: (query: ListQuery) => void;
  readonly isAll: boolean;
  readonly onAll: (isAll: boolean) => void;
  readonly onKind: (kind: BulkKind) => void;
}

function useRowActs({ query, page, frame, selection, change, isAll, onAll, onKind }: Acting): RowActs {
  const [, go] = useLocation();
  const worker = mayWork(useMyself());
  const me = useMyself().person.id;
  const assignTo = useAssign();
  const [open, setOpen] = useState<'assign' | 'note' | 'order' | null>(null);
  const rows = page?.cases ?? [];
  const framed = rows.find(({ id }) => id === frame.id);
  const chosen = selection.ids.size > 0 ? selection.rows : framed ? [framed] : [];
  // One request for each row is for a page of them; more are for the bar, and so are all that match.
  const isForBar = isAll || selection.ids.size > PAGE_SIZE;
  const places = placesOf(query);
  const next = page?.next ?? null;
  const toNext = next === null ? null : () => change({ ...query, after: next, page: query.page + 1 });
  const before = query.page > 1 ? (places.get(query.page - 1) ?? '') : null;
  const toPrevious =
    before === null ? null : () => change({ ...query, after: before, page: before === '' ? 1 : query.page - 1 });
  const done = () => {
    setOpen(null);
    selection.clear();
    if (selection.ids.size === 0) frame.move(1);
  };
  const take = async () => {
    const mine = { owner: me, due_at: null, waiting_on: null };
    if (chosen.length > 0 && (await assignTo(chosen, mine)) === 'taken') done();
  };
  useKeys({
    j: () => frame.move(1),
    ArrowDown: () => frame.move(1),
    k: () => frame.move(-1),
    ArrowUp: () => frame.move(-1),
    Enter: () => framed && go(detailAddress(framed.id, query)),
    Escape: () => {
      selection.clear();
      onAll(false);
    },
    '[': () => toPrevious?.(),
    ']': () => toNext?.(),
    ...(worker
      ? {
          x: () => framed && selection.toggle(framed.id),
          X: () => framed && selection.extend(framed.id),
          '*': () => {
            selection.selectAll();
            onAll(true);
          },
          a: () => (isForBar ? onKind('assign') : chosen.length > 0 && setOpen('assign')),
          m: () => (isForBar ? onKind('assign') : void take()),
          n: () => framed && setOpen('note'),
          l: () => chosen.length > 0 && setOpen('order'),
          // Of several rows at once in the bar below them, of one on its own page.
          p: () => {
            if (selection.ids.size > 0) onKind('propose');
            else if (framed !== undefined) go(`${detailAddress(framed.id, query)}#propose`);
          },
        }
      : {}),
  });
  const dialog =
    open === 'assign' ? (
      <AssignDialog cases={chosen} onDone={done} onClose={() => setOpen(null)} />
    ) : open === 'order' ? (
      <OrderDialog rows={chosen} onDone={done} onClose={() => setOpen(null)} />
    ) : open === 'note' && framed !== undefined ? (
      <NoteDialog id={framed.id} whole={readRow(framed)} onDone={() => setOpen(null)} onClose={() => setOpen(null)} />
    ) : null;
  return { previous: toPrevious, next: toNext, dialog, order: () => setOpen('order') };
}

function useKeyHelp(worker: boolean): KeyHelp {
  const { keys } = useWords();
  const work: KeyHelp = [
    [['x'], keys.select],
    [['Shift+x'], keys.selectTo],
    [['*'], keys.all],
    [['a'], keys.assign],
    [['m'], keys.mine],
    [['n'], keys.note],
    [['p'], keys.propose],
    [['l'], keys.link],
  ];
  return [[['j', 'k'], keys.move], [['Enter'], keys.open], ...(worker ? work : []), [['/'], keys.find]];
}

function Pager({
  query,
  page,
  acts,
}: {
  readonly query: ListQuery;
  readonly page: CasesPage | undefined;
  readonly acts: RowActs;
}) {
  const words = useWords();
  if (page === undefined || page.cases.length === 0) return null;
  const first = (query.page - 1) * PAGE_SIZE + 1;
  const last = first + page.cases.length - 1;
  return (
    <span className="pager">
      {words.breaks.range(`${first}`, `${last}`, `${page.total}`)}
      <button type="button" className="link" disabled={acts.previous === null} onClick={() => acts.previous?.()}>
        {words.breaks.previous} <kbd>[</kbd>
      </button>
      <button type="button" className="link" disabled={acts.next === null} onClick={() => acts.next?.()}>
        {words.breaks.next} <kbd>]</kbd>
      </button>
    </span>
  );
}
