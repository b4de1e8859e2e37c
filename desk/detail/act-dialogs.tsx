// Assigning, and what dialogs have in common.

import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { WAITING_ON, type WaitingOn } from '../../src/domain/decision.ts';
import { post } from '../api/client.ts';
import { FILE_ROWS, isCaseUrl, useDesk, useNameOf, useWorkers } from '../api/queries.ts';
import type { ListedCase, WholeCase } from '../api/types.ts';
import { useMyself } from '../state/session.ts';
import { dayAfter, dayOf } from '../state/time.ts';
import { announce } from '../ui/announce.ts';
import { Dialog } from '../ui/dialog.tsx';
import { useOnce } from '../ui/once.ts';
import { problemText } from '../ui/states.tsx';
import { useWords } from '../words/words.ts';
import { type Reading, readRow, useOpenedReading } from './case-version.ts';
import { ConflictNotice } from './conflict-notice.tsx';

interface Assignment {
  readonly owner: string | null;
  readonly due_at: string | null;
  readonly waiting_on: WaitingOn | null;
}

/**
 * What an act shows needs to be asked for again: alone the case that is open, for which the reader waits, and then the
 * rest of the page, for which nobody does.
 */
export function useRefresh(): () => Promise<void> {
  const client = useQueryClient();
  return async () => {
    const open = client
      .getQueryCache()
      .findAll({ type: 'active', predicate: ({ queryKey }) => isCaseUrl(queryKey[0]) });
    const names = new Set<unknown>(['me', FILE_ROWS, ...open.map(({ queryKey }) => queryKey[0])]);
    await Promise.all(open.map(({ queryKey }) => client.refetchQueries({ queryKey, exact: true })));
    const rest = client.invalidateQueries({ predicate: ({ queryKey }) => !names.has(queryKey[0]) });
    if (open.length === 0) await rest;
  };
}

type Outcome = 'taken' | 'refused' | 'old';

/** Assigns one after another, each as it was read. */
export function useAssign(): (
  cases: readonly ListedCase[],
  to: Assignment,
  reading?: Pick<Reading, 'version' | 'isOld'>,
) => Promise<Outcome> {
  const words = useWords();
  const nameOf = useNameOf();
  const refresh = useRefresh();
  return async (cases, to, reading) => {
    let refused = 0;
    let problem = '';
    for (const { id, version } of cases) {
      try {
        await post(`/v1/cases/${id}/assignment`, to, reading?.version || version);
      } catch (error) {
        if (await reading?.isOld(error)) return 'old';
        refused++;
        problem = problemText(error as Error, words);
      }
    }
    const { done } = words.acts;
    const owner = to.owner === null ? words.nobody : nameOf(to.owner);
    const said = cases.length === 1 ? done.assigned(cases[0]!.key, owner) : done.assignedMany(cases.length, owner);
    announce(refused === 0 ? said : `${done.refusedMany(cases.length - refused, refused)} ${problem}`);
    await refresh();
    return refused === 0 ? 'taken' : 'refused';
  };
}

interface AssignProps {
  readonly cases: readonly ListedCase[];
  /** All of the one case, where that is what the reader has before him. */
  readonly whole?: WholeCase | null;
  readonly onDone: () => void;
  readonly onClose: () => void;
}

export function AssignDialog({ cases, whole = null, onDone, onClose }: AssignProps) {
  const words = useWords();
  const me = useMyself().person.id;
  const workers = useWorkers();
  const zone = useDesk().data?.zone ?? 'UTC';
  const assign = useAssign();
  const one = cases.length === 1 ? cases[0]! : null;
  const reading = useOpenedReading(one?.id ?? null, whole ?? (one && readRow(one)));
  const [owner, setOwner] = useState(one?.owner ?? me);
  const [due, setDue] = useState(() => dueDay(one?.due_at ?? null, zone));
  const [waiting, setWaiting] = useState<WaitingOn | ''>(one?.waiting_on ?? '');
  const once = useOnce();
  const known = workers.some(({ id }) => id === owner) || owner === '';
  const send = () =>
    once(async () => {
      const to = {
        owner: owner === '' ? null : owner,
        due_at: endOfDay(due, zone),
        waiting_on: waiting === '' ? null : waiting,
      };
      const outcome = await assign(cases, to, one === null ? undefined : reading);
      if (outcome === 'taken') onDone();
      else if (outcome === 'refused') onClose();
    });
  return (
    <Dialog title={words.acts.assignTitle(cases.length)} onClose={onClose} onSend={send}>
      <label>
        {words.acts.owner}
        <select value={owner} onChange={(event) => setOwner(event.target.value)}>
          {workers.map(({ id, name }) => (
            <option key={id} value={id}>
              {id === me ? words.me(name) : name}
            </option>
          ))}
          {known ? null : <option value={owner}>{owner}</option>}
          <option value="">{words.nobody}</option>
        </select>
      </label>
      <label>
        {words.acts.due}
        <input type="date" value={due} onChange={(event) => setDue(event.target.value)} />
      </label>
      <label>
        {words.acts.waiting}
        <select value={waiting} onChange={(event) => setWaiting(event.target.value as WaitingOn | '')}>
          <option value="">{words.acts.waitingNone}</option>
          {WAITING_ON.map((whom) => (
            <option key={whom} value={whom}>
              {words.acts.waitingOn[whom]}
            </option>
          ))}
        </select>
      </label>
      <ConflictNotice conflict={reading.conflict} />
      <DialogActs main={words.acts.assign} onSend={send} onClose={onClose} />
    </Dialog>
  );
}

function dueDay(at: string | null, zone: string): string {
  return at === null ? '' : dayOf(new Date(Date.parse(at) - 1).toISOString(), zone);
}

/** The moment after the day's last one, in the ledger's zone. */
function endOfDay(day: string, zone: string): string | null {
  if (day === '') return null;
  const next = dayAfter(day, 1);
  // The zone's offset at that midnight, found by what the clock there shows.
  const guess = Date.parse(`${next}T00:00:00Z`);
  const shown = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' });
  const offset = Date.parse(`${shown.format(guess).replace(' ', 'T')}Z`) - guess;
  return new Date(guess - offset).toISOString();
}

interface ActsProps {
  readonly main: string;
  readonly onSend: () => void;
  readonly onClose: () => void;
}

export function DialogActs({ main, onSend, onClose }: ActsProps) {
  const words = useWords();
  return (
    <div className="dialog-acts">
      <button type="button" className="button" onClick={onClose}>
        {words.acts.cancel} <kbd>Esc</kbd>
      </button>
      <button type="button" className="button main" onClick={onSend}>
        {main} <kbd>Ctrl+Enter</kbd>
      </button>
    </div>
  );
}
