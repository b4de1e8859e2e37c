// The people of the service, for its admins: who there is, and new ones by an invite that is shown once.

import { Fragment, type SyntheticEvent, useRef, useState } from 'react';
import { LANGUAGES } from '../../src/domain/language.ts';
import { post } from '../api/client.ts';
import { useLive } from '../api/live.ts';
import type { Grant } from '../api/types.ts';
import { DialogActs, useRefresh } from '../detail/act-dialogs.tsx';
import { isZone } from '../state/preferences.ts';
import { useMyself } from '../state/session.ts';
import { Dialog } from '../ui/dialog.tsx';
import { useOnce } from '../ui/once.ts';
import { Failed, Loading, problemText } from '../ui/states.tsx';
import { useLanguage, useWords } from '../words/words.ts';
import type { Words } from '../words/zh.ts';
import { GrantFields, grantsIn } from './grant-fields.tsx';

interface ListedPerson {
  readonly id: string;
  readonly name: string;
  readonly mail: string | null;
  readonly roles: readonly Grant[];
  readonly state: string;
  readonly sign_in: 'password' | 'issuer' | null;
}

interface Changed {
  readonly person: ListedPerson;
  readonly invite: string | null;
}

export function PeopleBox() {
  const words = useWords();
  const me = useMyself().person.id;
  const refresh = useRefresh();
  const { data, error, refetch } = useLive<{ readonly people: readonly ListedPerson[] }>('/v1/people');
  const [changed, setChanged] = useState<Changed | null>(null);
  const [problem, setProblem] = useState('');
  const once = useOnce();
  const attempt = async (work: () => Promise<Changed>) => {
    setProblem('');
    try {
      setChanged(await work());
    } catch (failure) {
      setProblem(problemText(failure as Error, words));
    }
    await refresh();
  };
  const act: Act = (work) => once(() => attempt(work));
  return (
    <section className="box scroll-x">
      <h2>{words.settings.people}</h2>
      {data === undefined ? error === null ? <Loading /> : <Failed error={error} onAgain={() => refetch()} /> : null}
      {changed?.invite == null ? null : (
        <p className="inside" role="status">
          {words.settings.invite(changed.person.name)} <code className="secret">{changed.invite}</code>
        </p>
      )}
      <p className="problem inside-problem" role="alert">
        {problem}
      </p>
      <table className="facts">
        <thead>
          <tr>
            <th scope="col">{words.settings.name}</th>
            <th scope="col">{words.settings.mail}</th>
            <th scope="col">{words.settings.roles}</th>
            <th scope="col">{words.settings.state}</th>
            <td />
          </tr>
        </thead>
        <tbody>
          {(data?.people ?? []).map((person) => (
            <PersonRow key={person.id} person={person} isSelf={person.id === me} act={act} />
          ))}
        </tbody>
      </table>
      <NewPerson act={act} />
    </section>
  );
}

type Act = (work: () => Promise<Changed>) => Promise<void>;

function PersonRow({
  person,
  isSelf,
  act,
}: {
  readonly person: ListedPerson;
  readonly isSelf: boolean;
  readonly act: Act;
}) {
  const words = useWords();
  const { name, mail, roles, state, sign_in } = person;
  const way = sign_in === null ? '' : ` · ${words.settings.ways[sign_in]}`;
  const [asked, setAsked] = useState<Change | null>(null);
  return (
    <tr>
      <th scope="row">{name}</th>
      <td>{mail ?? ''}</td>
      <td className="why">{grantsText(roles, words)}</td>
      <td>
        {words.settings.states[state] ?? state}
        {way}
      </td>
      <td>
        {isSelf || state === 'disabled' ? null : (
          <>
            {(['roles', 'reset', 'disable'] as const).map((what) => (
              <Fragment key={what}>
                <button
                  type="button"
                  className="link"
                  aria-label={`${titleOf(what, words)} ${name}`}
                  onClick={() => setAsked(what)}
                >
                  {titleOf(what, words)}
                </button>{' '}
              </Fragment>
            ))}
            {asked === null ? null : (
              <ChangeDialog person={person} what={asked} act={act} onClose={() => setAsked(null)} />
            )}
          </>
        )}
      </td>
    </tr>
  );
}

type Change = 'roles' | 'reset' | 'disable';

const titleOf = (what: Change, { settings }: Words) => (what === 'roles' ? settings.changeRoles : settings[what]);

interface ChangeProps {
  readonly person: ListedPerson;
  readonly what: Change;
  readonly act: Act;
  readonly onClose: () => void;
}

/** Each ends the sessions of the person, and is told to all approvers: it is asked for twice. */
function ChangeDialog({ person: { id, name, roles }, what, act, onClose }: ChangeProps) {
  const words = useWords();
  const { settings } = words;
  const form = useRef<HTMLFormElement>(null);
  const title = titleOf(what, words);
  const send = () => {
    const body = what === 'roles' ? { roles: grantsIn(new FormData(form.current!)) } : {};
    onClose();
    void act(() => post<Changed>(`/v1/people/${id}/${what}`, body));
  };
  return (
    <Dialog title={`${title} · ${name}`} onClose={onClose} onSend={send}>
      <form
        ref={form}
        className="small-form"
        onSubmit={(event) => {
          event.preventDefault();
          send();
        }}
      >
        {what === 'roles' ? <GrantFields grants={roles} /> : null}
        <p>{settings.changeHints[what]}</p>
        <DialogActs main={title} onSend={send} onClose={onClose} />
      </form>
    </Dialog>
  );
}

/** Each role with its merchants. */
export function grantsText(grants: readonly Grant[], { roles, settings, list, breaks }: Words): string {
  const byRole = Map.groupBy(grants, ({ role }) => role);
  const shown = [...byRole].map(([role, of]) => {
    const merchants = of.map(({ merchant }) => (merchant === '*' ? settings.forAll : merchant));
    return breaks.chip(roles[role], list(merchants));
  });
  return shown.join(' · ');
}

function NewPerson({ act }: { readonly act: Act }) {
  const words = useWords();
  const language = useLanguage();
  const own = useMyself().person.zone;
  const send = (event: SyntheticEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const given = new FormData(form);
    const textOf = (name: string) => String(given.get(name) ?? '').trim();
    const [mail, zone] = [textOf('mail'), textOf('zone')];
    const about = { name: textOf('name'), language: textOf('language'), zone: isZone(zone) ? zone : own };
    const body = { ...about, roles: grantsIn(given), ...(mail === '' ? {} : { mail }) };
    void act(async () => {
      const made = await post<Changed>('/v1/people', body);
      form.reset();
      return made;
    });
  };
  return (
    <details className="inside">
      <summary>{words.settings.add}</summary>
      <form onSubmit={send} className="small-form">
        <label>
          {words.settings.name}
          <input name="name" required maxLength={100} />
        </label>
        <label>
          {words.settings.mail}
          <input name="mail" type="email" />
        </label>
        <label>
          {words.settings.language}
          <select name="language" defaultValue={language}>
            {LANGUAGES.map((one) => (
              <option key={one} value={one} lang={one}>
                {one === 'en' ? 'English' : '简体中文'}
              </option>
            ))}
          </select>
        </label>
        <label>
          {words.settings.ownZone}
          <input name="zone" defaultValue={own} list="zones" />
        </label>
        <GrantFields grants={[]} />
        <button type="submit" className="button">
          {words.settings.create}
        </button>
      </form>
    </details>
  );
}
