// Sign-in: by name, password and, for some roles, a code; or by an invite, once.

import { type SyntheticEvent, useState } from 'react';
import { LANGUAGES } from '../../src/domain/language.ts';
import { post } from '../api/client.ts';
import type { Me } from '../api/types.ts';
import { choose } from '../state/preferences.ts';
import { problemText } from '../ui/states.tsx';
import { useLanguage, useWords } from '../words/words.ts';

interface SignInProps {
  readonly hasEnded: boolean;
  readonly onSignedIn: (me: Me) => void;
}

interface Opened {
  readonly invite: string;
  readonly name: string;
  readonly totp: { readonly secret: string; readonly uri: string } | null;
}

export function SignInPage({ hasEnded, onSignedIn }: SignInProps) {
  const words = useWords();
  const [isInvite, setInvite] = useState(false);
  return (
    <main className="sign-in">
      <div className="sign-in-box">
        <p className="brand">{words.name}</p>
        <h1>{isInvite ? words.signIn.inviteTitle : words.signIn.title}</h1>
        {hasEnded ? <p role="status">{words.signIn.ended}</p> : null}
        {isInvite ? <InviteForm onSignedIn={onSignedIn} /> : <SignInForm onSignedIn={onSignedIn} />}
        <button type="button" className="link" onClick={() => setInvite(!isInvite)}>
          {isInvite ? words.signIn.back : words.signIn.invite}
        </button>
        <LanguageChoice />
      </div>
    </main>
  );
}

/** A form that is sent once at a time, and says what went wrong. */
function useSending(): [isBusy: boolean, problem: string, send: (work: () => Promise<void>) => Promise<void>] {
  const words = useWords();
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState('');
  const send = async (work: () => Promise<void>) => {
    if (isBusy) return;
    setBusy(true);
    setProblem('');
    try {
      await work();
    } catch (error) {
      setProblem(problemText(error as Error, words));
    } finally {
      setBusy(false);
    }
  };
  return [isBusy, problem, send];
}

function fieldsOf(event: SyntheticEvent<HTMLFormElement>): Readonly<Record<string, string>> {
  event.preventDefault();
  const given = [...new FormData(event.currentTarget)].map(([name, value]) => [name, String(value).trim()]);
  return Object.fromEntries(given.filter(([, value]) => value !== '')) as Record<string, string>;
}

function SignInForm({ onSignedIn }: Pick<SignInProps, 'onSignedIn'>) {
  const words = useWords();
  const [isBusy, problem, send] = useSending();
  return (
    <form
      onSubmit={(event) => {
        const fields = fieldsOf(event);
        send(async () => onSignedIn(await post<Me>('/v1/session', fields)));
      }}
    >
      <label>
        {words.signIn.name}
        <input name="name" autoComplete="username" required maxLength={200} autoCapitalize="none" />
      </label>
      <label>
        {words.signIn.password}
        <input name="password" type="password" autoComplete="current-password" required />
      </label>
      <CodeField hint={words.signIn.codeHint} />
      <p className="problem" role="alert">
        {problem}
      </p>
      <button type="submit" className="button main" aria-disabled={isBusy}>
        {isBusy ? words.signIn.busy : words.signIn.submit}
      </button>
    </form>
  );
}

function CodeField({ isNeeded = false, hint }: { readonly isNeeded?: boolean; readonly hint?: string }) {
  const words = useWords();
  return (
    <label>
      {words.signIn.code}
      <input
        name="code"
        inputMode="numeric"
        autoComplete="one-time-code"
        pattern="[0-9]{6}"
        maxLength={6}
        required={isNeeded}
        className="code"
      />
      {hint === undefined ? null : <span className="hint">{hint}</span>}
    </label>
  );
}

function InviteForm({ onSignedIn }: Pick<SignInProps, 'onSignedIn'>) {
  const words = useWords();
  const [isBusy, problem, send] = useSending();
  const [opened, setOpened] = useState<Opened | null>(null);
  return (
    <form
      key={opened === null ? 'invite' : 'password'}
      onSubmit={(event) => {
        const fields = fieldsOf(event);
        send(async () => {
          if (opened !== null) {
            onSignedIn(await post<Me>('/v1/session/invite', { invite: opened.invite, ...fields }));
            return;
          }
          const invite = fields.invite ?? '';
          setOpened({ invite, ...(await post<Omit<Opened, 'invite'>>('/v1/session/invite', { invite })) });
        });
      }}
    >
      {opened === null ? (
        <label>
          {words.signIn.inviteCode}
          <input name="invite" required autoComplete="off" className="mono" />
        </label>
      ) : (
        <InviteFields opened={opened} />
      )}
      <p className="problem" role="alert">
        {problem}
      </p>
      <button type="submit" className="button main" aria-disabled={isBusy}>
        {opened === null ? words.signIn.inviteNext : words.signIn.accept}
      </button>
    </form>
  );
}

function InviteFields({ opened }: { readonly opened: Opened }) {
  const words = useWords();
  return (
    <>
      <p>{words.signIn.inviteFor(opened.name)}</p>
      <label>
        {words.signIn.newPassword}
        <input name="password" type="password" autoComplete="new-password" required minLength={12} />
      </label>
      {opened.totp === null ? null : (
        <>
          <p>
            {words.signIn.secret}
            <br />
            <code className="secret">{opened.totp.secret}</code>
          </p>
          <CodeField isNeeded />
        </>
      )}
    </>
  );
}

function LanguageChoice() {
  const words = useWords();
  const language = useLanguage();
  return (
    <fieldset className="choices">
      <legend>{words.signIn.language}</legend>
      {LANGUAGES.map((one) => (
        <label key={one} lang={one}>
          <input type="radio" name="language" checked={one === language} onChange={() => choose({ language: one })} />
          {one === 'en' ? 'English' : '简体中文'}
        </label>
      ))}
    </fieldset>
  );
}
