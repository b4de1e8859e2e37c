// What is done with many rows at once: its scope is a choice, its result stands there before it, and it can be undone.

import { useEffect, useState } from 'react';
import { type Batch, finished } from '../api/batches.ts';
import { post } from '../api/client.ts';
import { useWorkers } from '../api/queries.ts';
import type { CasesPage } from '../api/types.ts';
import { useRefresh } from '../detail/act-dialogs.tsx';
import { shownAmount } from '../state/amount.ts';
import type { ListQuery } from '../state/case-query.ts';
import { useMyself } from '../state/session.ts';
import { announce } from '../ui/announce.ts';
import { useKeys } from '../ui/keys.ts';
import { problemText } from '../ui/states.tsx';
import { useWords } from '../words/words.ts';
import type { Selection } from './use-selection.ts';

interface Preview {
  readonly count: number;
  readonly value: readonly { readonly currency: string; readonly amount: string }[];
  readonly needs_approval: number;
  readonly unchanged: number;
  readonly refused: readonly { readonly code: string; readonly why: string; readonly count: number }[];
  readonly token: string | null;
}

interface BulkProps {
  readonly query: ListQuery;
  readonly page: CasesPage | undefined;
  readonly selection: Selection;
  /** Whether all that match are meant, also beyond the page. */
  readonly isAll: boolean;
  readonly onAll: (isAll: boolean) => void;
  readonly onDone: (batch: string) => void;
}

const CURRENCIES_MAX = 3;

/** The filters of the list as the API takes them in a body. */
function filterOf({ filters, from, to, search }: ListQuery): object {
  return {
    ...filters,
    ...(from === '' ? {} : { value_from: from }),
    ...(to === '' ? {} : { value_to: to }),
    ...(search === '' ? {} : { q: search }),
  };
}

/** What is to be assigned to whom, what that would come to, and how it is done. */
function useBulk({ query, selection, isAll, onDone }: Pick<BulkProps, 'query' | 'selection' | 'isAll' | 'onDone'>) {
  const words = useWords();
  const refresh = useRefresh();
  const me = useMyself().person.id;
  const [owner, setOwner] = useState(me);
  const [preview, setPreview] = useState<Preview | null>(null);
  const [problem, setProblem] = useState('');
  const [isBusy, setBusy] = useState(false);
  const scope = isAll ? JSON.stringify(filterOf(query)) : [...selection.ids].join();
  // What was counted is of this scope and this owner.
  // biome-ignore lint/correctness/useExhaustiveDependencies: they are what makes it outdated.
  useEffect(() => setPreview(null), [scope, owner]);
  const run = async (work: () => Promise<void>) => {
    if (isBusy) return;
    setBusy(true);
    setProblem('');
    await work().catch((error: Error) => setProblem(problemText(error, words)));
    setBusy(false);
  };
  const ask = async () => {
    const which = isAll ? { filter: filterOf(query) } : { cases: [...selection.ids] };
    const act = { act: 'assign', owner: owner === '' ? null : owner };
    setPreview(await post<Preview>('/v1/cases/bulk/preview', { act, ...which }));
  };
  const send = async () => {
    // Nobody sends what nobody saw: the first time it is counted.
    if (preview === null) return ask();
    if (preview.token === null) return;
    const { id } = await post<Batch>('/v1/cases/bulk', { token: preview.token });
    const { counts } = await finished(id);
    announce(words.bulk.done(counts.done ?? 0, counts.unchanged ?? 0, counts.refused ?? 0));
    await refresh();
    onDone(id);
  };
  return { owner, setOwner, preview, problem, isBusy, ask: () => void run(ask), send: () => void run(send) };
}

export function BulkBar({ query, page, selection, isAll, onAll, onDone }: BulkProps) {
  const words = useWords();
  const { owner, setOwner, preview, problem, isBusy, ask, send } = useBulk({ query, selection, isAll, onDone });
  useKeys({ 'Ctrl+Enter': send });
  const total = page?.total ?? 0;
  const count = preview?.count ?? (isAll ? total : selection.ids.size);
  return (
    <section className="bulk-bar" aria-label={words.bulk.title}>
      <div className="bulk-line">
        <strong>{words.breaks.selected(selection.ids.size)}</strong>
        <label>
          <input type="radio" name="scope" checked={!isAll} onChange={() => onAll(false)} />
          {words.bulk.these(selection.ids.size)}
        </label>
        <label>
          <input type="radio" name="scope" checked={isAll} onChange={() => onAll(true)} />
          {words.bulk.allOf(total)} <kbd>*</kbd>
        </label>
        <OwnerChoice page={page} owner={owner} onOwner={setOwner} />
        <button type="button" className="button" onClick={ask}>
          {words.bulk.preview}
        </button>
        <span className="spring" />
        <button type="button" className="link" onClick={selection.clear}>
          {words.breaks.cancel} <kbd>Esc</kbd>
        </button>
        <button
          type="button"
          className={preview === null ? 'button' : 'button main'}
          aria-disabled={isBusy}
          onClick={send}
        >
          {words.breaks.assignCount(count)} <kbd>Ctrl+Enter</kbd>
        </button>
      </div>
      <p className="bulk-line hint" role="status">
        {preview === null ? words.bulk.hint : <PreviewText preview={preview} />}{' '}
        <span className="problem">{problem}</span>
      </p>
    </section>
  );
}

interface OwnerProps {
  readonly page: CasesPage | undefined;
  readonly owner: string;
  readonly onOwner: (owner: string) => void;
}

/** People, and the teams that own something in the list. */
function OwnerChoice({ page, owner, onOwner }: OwnerProps) {
  const words = useWords();
  const me = useMyself().person.id;
  const workers = useWorkers();
  const owners = (page?.facets.owner ?? []).map(({ value }) => value);
  const teams = owners.filter((value) => !/^(-|p-[0-9a-f]{12})$/.test(value));
  return (
    <label>
      {words.breaks.assignTo}
      <select value={owner} onChange={(event) => onOwner(event.target.value)}>
        {[...workers, ...teams.map((team) => ({ id: team, name: team }))].map(({ id, name }) => (
          <option key={id} value={id}>
            {id === me ? words.me(name) : name}
          </option>
        ))}
        <option value="">{words.nobody}</option>
      </select>
    </label>
  );
}

function PreviewText({ preview }: { readonly preview: Preview }) {
  const { bulk } = useWords();
  const { count, unchanged, refused, value } = preview;
  const money = value.slice(0, CURRENCIES_MAX).map(({ currency, amount }) => `${currency} ${shownAmount(amount)}`);
  const rest = value.length - money.length;
  const refusals = refused.reduce((sum, one) => sum + one.count, 0);
  return (
    <>
      <strong>{bulk.preview}</strong> {bulk.counted(count, unchanged, refusals)} {money.join(', ')}
      {rest > 0 ? ` ${bulk.more(rest)}` : ''} {bulk.undoable}
    </>
  );
}
