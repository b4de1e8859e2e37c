// The people of the service, for its admins: who there is, and new ones by an invite that is shown once.

import { type SyntheticEvent, useState } from 'react';
import { post } from '../api/client.ts';
import { useLive } from '../api/live.ts';
import type { Grant, Role } from '../api/types.ts';
import { useRefresh } from '../detail/act-dialogs.tsx';
import { useMyself } from '../state/session.ts';
import { useOnce } from '../ui/once.ts';
import { Failed, Loading, problemText } from '../ui/states.tsx';
import { useLanguage, useWords } from '../words/words.ts';

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

const ROLES: readonly Role[] = ['operator', 'approver', 'auditor', 'admin'];

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
    <section className="box">
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
  const { id, name, mail, roles, state, sign_in } = person;
  const way = sign_in === null ? '' : ` · ${words.settings.ways[sign_in]}`;
  const shown = roles.map(({ role, merchant }) => `${words.roles[role]}@${merchant}`).join(', ');
  return (
    <tr>
      <th scope="row">{name}</th>
      <td>{mail ?? ''}</td>
      <td className="why">{shown}</td>
      <td>
        {words.settings.states[state] ?? state}
        {way}
      </td>
      <td>
        {isSelf || state === 'disabled' ? null : (
          <>
            <button
              type="button"
              className="link"
              onClick={() => act(() => post<Changed>(`/v1/people/${id}/reset`, {}))}
            >
              {words.settings.reset}
            </button>{' '}
            <button
              type="button"
              className="link"
              onClick={() => act(() => post<Changed>(`/v1/people/${id}/disable`, {}))}
            >
              {words.settings.disable}
            </button>
          </>
        )}
      </td>
    </tr>
  );
}

function NewPerson({ act }: { readonly act: Act }) {
  const words = useWords();
  const language = useLanguage();
  const send = (event: SyntheticEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const given = new FormData(form);
    const textOf = (name: string) => String(given.get(name) ?? '').trim();
    const mail = textOf('mail');
    const roles = [{ role: textOf('role'), merchant: textOf('merchant') }];
    const body = { name: textOf('name'), language, roles, ...(mail === '' ? {} : { mail }) };
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
          {words.settings.role}
          <select name="role">
            {ROLES.map((role) => (
              <option key={role} value={role}>
                {words.roles[role]}
              </option>
            ))}
          </select>
        </label>
        <label>
          {words.settings.merchant}
          <input name="merchant" required defaultValue="*" />
        </label>
        <button type="submit" className="button">
          {words.settings.create}
        </button>
      </form>
    </details>
  );
}
