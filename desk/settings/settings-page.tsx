// What a reader may choose, who the reader is, and, for admins, the people.

import { type SyntheticEvent, useState } from 'react';
import { LANGUAGES } from '../../src/domain/language.ts';
import { post } from '../api/client.ts';
import { ViewList } from '../breaks/view-list.tsx';
import { choose, isZone, usePreferences } from '../state/preferences.ts';
import { hasRole, isAdminOnly, seesAll, useMyself } from '../state/session.ts';
import { announce } from '../ui/announce.ts';
import { Page } from '../ui/page.tsx';
import { problemText } from '../ui/states.tsx';
import { useLanguage, useWords } from '../words/words.ts';
import { ConfigurationBoxes } from './configuration-box.tsx';
import { NoticesBox } from './notices-box.tsx';
import { grantsText, PeopleBox } from './people-box.tsx';

export function SettingsPage() {
  const words = useWords();
  const me = useMyself();
  return (
    <Page title={words.settings.title} className="boxes stack">
      <Choices />
      <section className="box">
        <h2>{words.settings.self}</h2>
        <p className="inside">
          <strong>{me.person.name}</strong> {me.person.mail}
          <br />
          {grantsText(me.roles, words)}
        </p>
        {me.sign_in === 'password' ? <PasswordForm /> : null}
      </section>
      <NoticesBox />
      {isAdminOnly(me) ? null : (
        <section className="box">
          <h2>{words.views.title}</h2>
          <div className="inside">
            <ViewList />
          </div>
        </section>
      )}
      {hasRole(me, 'admin') && seesAll(me) ? (
        <>
          <PeopleBox />
          <ConfigurationBoxes />
        </>
      ) : null}
    </Page>
  );
}

function Choices() {
  const { settings: words } = useWords();
  const language = useLanguage();
  const { singleKeys, zone } = usePreferences();
  const { person } = useMyself();
  const [problem, setProblem] = useState('');
  const saved = () => announce(words.saved);
  const setZone = (text: string) => {
    if (!isZone(text)) return setProblem(words.zoneWrong);
    setProblem('');
    choose({ zone: text });
    saved();
  };
  return (
    <section className="box">
      <fieldset className="setting">
        <legend>{words.language}</legend>
        {LANGUAGES.map((one) => (
          <label key={one} lang={one}>
            <input type="radio" name="language" checked={one === language} onChange={() => choose({ language: one })} />
            {one === 'en' ? 'English' : '简体中文'}
          </label>
        ))}
      </fieldset>
      <fieldset className="setting">
        <legend>{words.keys}</legend>
        {[true, false].map((isOn) => (
          <label key={`${isOn}`}>
            <input
              type="radio"
              name="keys"
              checked={singleKeys === isOn}
              onChange={() => {
                choose({ singleKeys: isOn });
                saved();
              }}
            />
            {isOn ? words.on : words.off}
          </label>
        ))}
        <span className="hint">{words.keysHint}</span>
      </fieldset>
      <div className="setting">
        <label>
          <span className="label">{words.zone}</span>
          <input
            defaultValue={zone ?? person.zone}
            list="zones"
            onBlur={(event) => event.target.value !== (zone ?? person.zone) && setZone(event.target.value.trim())}
          />
        </label>
        <datalist id="zones">
          {Intl.supportedValuesOf('timeZone').map((one) => (
            <option key={one} value={one} />
          ))}
        </datalist>
        <span className="hint">{words.zoneHint}</span>
        <p className="problem" role="alert">
          {problem}
        </p>
      </div>
    </section>
  );
}

function PasswordForm() {
  const words = useWords();
  const { person } = useMyself();
  const [problem, setProblem] = useState('');
  const send = async (event: SyntheticEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const given = new FormData(form);
    setProblem('');
    try {
      const body = { password: String(given.get('password')), new_password: String(given.get('next')) };
      await post('/v1/me/password', body);
      form.reset();
      announce(words.settings.changed);
    } catch (error) {
      setProblem(problemText(error as Error, words));
    }
  };
  return (
    <details className="inside">
      <summary>{words.settings.password}</summary>
      <form onSubmit={send} className="small-form">
        <input type="text" name="username" autoComplete="username" value={person.name} readOnly hidden />
        <label>
          {words.settings.oldPassword}
          <input name="password" type="password" autoComplete="current-password" required />
        </label>
        <label>
          {words.settings.newPassword}
          <input name="next" type="password" autoComplete="new-password" required minLength={12} />
        </label>
        <p className="problem" role="alert">
          {problem}
        </p>
        <button type="submit" className="button">
          {words.settings.change}
        </button>
      </form>
    </details>
  );
}
