// What is done with many rows at once: its scope is a choice, its result stands there before it, and it can be undone.

import { useEffect, useId, useRef, useState } from 'react';
import { CAUSES, type Cause, isPersonId, type ResolutionKind } from '../../src/domain/decision.ts';
import { CAUSE_WORDS } from '../../src/domain/decision-words.ts';
import { useWorkers } from '../api/queries.ts';
import type { CasesPage, ListedCase } from '../api/types.ts';
import { PreviewText } from '../bulk/preview-text.tsx';
import { type BulkAct, type BulkScope, filterOf, useBulk } from '../bulk/use-bulk.ts';
import type { ListQuery } from '../state/case-query.ts';
import { useMyself } from '../state/session.ts';
import { announce } from '../ui/announce.ts';
import { useKeys } from '../ui/keys.ts';
import { useLanguage, useWords } from '../words/words.ts';
import type { Selection } from './use-selection.ts';

export type BulkKind = 'assign' | 'propose';

/** Those that many cases may end by alike. */
const KINDS = ['write_off', 'explain'] as const satisfies readonly ResolutionKind[];

interface BulkProps {
  readonly query: ListQuery;
  readonly page: CasesPage | undefined;
  readonly selection: Selection<ListedCase>;
  /** Whether all that match are meant, also beyond the page. */
  readonly isAll: boolean;
  readonly onAll: (isAll: boolean) => void;
  readonly kind: BulkKind;
  readonly onKind: (kind: BulkKind) => void;
  /** How often the key of an owner was pressed since the bar is there. */
  readonly ownerAsked: number;
  readonly onDone: () => void;
  /** Counts the money of those that are selected for one order. */
  readonly onOrder: () => void;
}

interface Draft {
  readonly owner: string;
  readonly kind: ResolutionKind;
  readonly cause: Cause | '';
  readonly text: string;
}

function actOf(act: BulkKind, { owner, kind, cause, text }: Draft): BulkAct | null {
  if (act === 'assign') return { act, owner: owner === '' ? null : owner };
  const said = text.trim();
  return cause === '' ? null : { act, kind, cause, ...(said === '' ? {} : { text: said }) };
}

/** As they were read: one that others changed since is refused. */
function namedScope(rows: readonly ListedCase[]): BulkScope {
  return {
    cases: rows.map(({ id }) => id),
    versions: Object.fromEntries(rows.map(({ id, version }) => [id, version])),
  };
}

export function BulkBar(props: BulkProps) {
  const { query, page, selection, isAll, onAll, kind, onKind, ownerAsked, onDone, onOrder } = props;
  const words = useWords();
  const { bulk } = words;
  const me = useMyself().person.id;
  const [draft, setDraft] = useState<Draft>({ owner: me, kind: 'write_off', cause: '', text: '' });
  const { preview, problem, isBusy, ask, send } = useBulk({
    act: actOf(kind, draft),
    scope: isAll ? { filter: filterOf(query) } : namedScope(selection.rows),
    onDone: ({ counts: { done = 0, unchanged = 0, refused = 0 } }) => {
      announce(bulk.done(bulk.acts[kind](done), unchanged, refused));
      onDone();
    },
  });
  useKeys({ 'Ctrl+Enter': send });
  const count = preview?.count ?? (isAll ? (page?.total ?? 0) : selection.ids.size);
  const change = (part: Partial<Draft>) => setDraft({ ...draft, ...part });
  return (
    <section className="bulk-bar" aria-label={bulk.title}>
      <div className="bulk-line">
        <Scope {...{ page, selection, isAll, onAll }} />
        <span className="spring" />
        <button type="button" className="link" onClick={selection.clear}>
          {words.breaks.cancel} <kbd>Esc</kbd>
        </button>
      </div>
      <div className="bulk-line">
        <KindChoice kind={kind} onKind={onKind} />
        <button type="button" className="link" onClick={onOrder}>
          {bulk.order} <kbd>l</kbd>
        </button>
        {kind === 'assign' ? (
          <OwnerChoice {...{ page, owner: draft.owner, ownerAsked }} onOwner={(owner) => change({ owner })} />
        ) : (
          <ProposalFields draft={draft} change={change} />
        )}
        <button type="button" className="button" onClick={ask}>
          {bulk.preview}
        </button>
        <span className="spring" />
        <button
          type="button"
          className={preview === null ? 'button' : 'button main'}
          aria-disabled={isBusy}
          onClick={send}
        >
          {bulk.button[kind](count)} <kbd>Ctrl+Enter</kbd>
        </button>
      </div>
      <p className="bulk-line hint" role="status">
        {preview === null ? bulk.hints[kind] : <PreviewText act={kind} preview={preview} />}{' '}
        <span className="problem">{problem}</span>
      </p>
    </section>
  );
}

function Scope({ page, selection, isAll, onAll }: Pick<BulkProps, 'page' | 'selection' | 'isAll' | 'onAll'>) {
  const { breaks, bulk } = useWords();
  return (
    <>
      <strong>{breaks.selected(selection.ids.size)}</strong>
      {selection.elsewhere === 0 ? null : <span className="quiet">{bulk.elsewhere(selection.elsewhere)}</span>}
      <label>
        <input type="radio" name="scope" checked={!isAll} onChange={() => onAll(false)} />
        {bulk.these(selection.ids.size)}
      </label>
      <label>
        <input type="radio" name="scope" checked={isAll} onChange={() => onAll(true)} />
        {bulk.allOf(page?.total ?? 0)} <kbd>*</kbd>
      </label>
    </>
  );
}

function KindChoice({ kind, onKind }: Pick<BulkProps, 'kind' | 'onKind'>) {
  const { bulk } = useWords();
  return (['assign', 'propose'] as const).map((one) => (
    <label key={one}>
      <input type="radio" name="act" checked={kind === one} onChange={() => onKind(one)} />
      {bulk.kinds[one]}
    </label>
  ));
}

interface OwnerProps extends Pick<BulkProps, 'page' | 'ownerAsked'> {
  readonly owner: string;
  readonly onOwner: (owner: string) => void;
}

/** People, and the teams that own something in the list. */
function OwnerChoice({ page, owner, ownerAsked, onOwner }: OwnerProps) {
  const choice = useRef<HTMLSelectElement>(null);
  useEffect(() => {
    if (ownerAsked > 0) choice.current?.focus();
  }, [ownerAsked]);
  const words = useWords();
  const me = useMyself().person.id;
  const workers = useWorkers();
  const owners = (page?.facets.owner ?? []).map(({ value }) => value);
  const teams = owners.filter((value) => value !== '-' && !isPersonId(value));
  return (
    <label>
      {words.breaks.assignTo}
      <select ref={choice} value={owner} onChange={(event) => onOwner(event.target.value)}>
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

interface FieldsProps {
  readonly draft: Draft;
  readonly change: (part: Partial<Draft>) => void;
}

function ProposalFields({ draft, change }: FieldsProps) {
  const { proposal: words } = useWords();
  const language = useLanguage();
  const first = useRef<HTMLSelectElement>(null);
  const id = useId();
  useEffect(() => {
    first.current?.focus();
  }, []);
  return (
    <>
      <label htmlFor={`${id}-kind`}>{words.kind}</label>
      <select
        ref={first}
        id={`${id}-kind`}
        value={draft.kind}
        onChange={(event) => change({ kind: event.target.value as ResolutionKind })}
      >
        {KINDS.map((one) => (
          <option key={one} value={one}>
            {words.kinds[one]}
          </option>
        ))}
      </select>
      <label htmlFor={`${id}-cause`}>{words.cause}</label>
      <select
        id={`${id}-cause`}
        value={draft.cause}
        onChange={(event) => change({ cause: event.target.value as Cause })}
      >
        <option value="">—</option>
        {CAUSES.map((one) => (
          <option key={one} value={one}>
            {CAUSE_WORDS[language][one]}
          </option>
        ))}
      </select>
      <label>
        {words.text}
        <input value={draft.text} maxLength={4_000} onChange={(event) => change({ text: event.target.value })} />
      </label>
    </>
  );
}
