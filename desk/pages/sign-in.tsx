// Sign-in: by name, password and, for some roles, a code; at an outside issuer; or by an invite, once.

import { type SyntheticEvent, useEffect, useRef, useState } from 'react';
import { LANGUAGES } from '../../src/domain/language.ts';
import { Problem, post } from '../api/client.ts';
import type { Me } from '../api/types.ts';
import { goToIssuer, ISSUER, REFUSED_CODE } from '../state/issuer.ts';
import { choose } from '../state/preferences.ts';
import { type Code, codeOf } from '../state/sign-in-code.ts';
import { QrCode } from '../ui/qr-code.tsx';
import { problemText } from '../ui/states.tsx';
import { useLanguage, useWords } from '../words/words.ts';
import type { Words } from '../words/zh.ts';

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
  const refused = REFUSED_CODE === null ? null : refusedText(REFUSED_CODE, words);
  return (
    <main className="sign-in">
      <div className="sign-in-box">
        <p className="brand">{words.name}</p>
        <h1>{isInvite ? words.signIn.inviteTitle : words.signIn.title}</h1>
        {hasEnded ? <p role="status">{words.signIn.ended}</p> : null}
        {refused === null || hasEnded ? null : (
          <p className="problem" role="alert">
            {refused}
          </p>
        )}
        {isInvite ? <InviteForm onSignedIn={onSignedIn} /> : <SignInForm onSignedIn={onSignedIn} />}
        {isInvite ? null : <IssuerButton />}
        <button type="button" className="link" onClick={() => setInvite(!isInvite)}>
          {isInvite ? words.signIn.back : words.signIn.invite}
        </button>
        <LanguageChoice />
      </div>
    </main>
  );
}

/** Why the issuer's sign-in let nobody in. */
function refusedText(code: string, { signIn, failed }: Words): string {
  if (code === 'HESABU_INVITE_INVALID') return failed.invite;
  if (code === 'HESABU_RATE_LIMITED') return failed.busy;
  return signIn.refused[code] ?? signIn.notBy;
}

/** The way to the issuer, where there is one: to sign in, or to take an invite by it. */
function IssuerButton({ invite }: { readonly invite?: string }) {
  const words = useWords();
  const [isBusy, problem, send] = useSending();
  if (ISSUER === null) return null;
  return (
    <div className="issuer">
      <p className="or">{words.signIn.or}</p>
      <button type="button" className="button" aria-disabled={isBusy} onClick={() => send(() => goToIssuer(invite))}>
        {words.signIn.by(ISSUER)}
      </button>
      {invite === undefined ? null : <p className="hint">{words.signIn.orIssuer}</p>}
      <p className="problem" role="alert">
        {problem}
      </p>
    </div>
  );
}

/** A form that is sent once at a time, and says what went wrong. */
function useSending(
  isInvite = false,
): [isBusy: boolean, problem: string, send: (work: () => Promise<void>) => Promise<void>] {
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
      setProblem(signInProblem(error as Error, isInvite, words));
    } finally {
      setBusy(false);
    }
  };
  return [isBusy, problem, send];
}

/** A code that cannot be one is said at once: sent, it would count as a failed attempt. */
class CodeProblem extends Error {}

function demandCode(code: Code, isNeeded: boolean): { readonly code?: string } {
  if (code === 'wrong' || (code === 'none' && isNeeded)) throw new CodeProblem();
  return code === 'none' ? {} : { code: code.digits };
}

function signInProblem(error: Error, isInvite: boolean, words: Words): string {
  if (error instanceof CodeProblem) return words.signIn.codeForm;
  const isWrongCode = isInvite && error instanceof Problem && error.body.code === 'HESABU_SIGN_IN_REFUSED';
  return isWrongCode ? words.signIn.codeWrong : problemText(error, words);
}

function fieldsOf(event: SyntheticEvent<HTMLFormElement>): Readonly<Record<string, string>> {
  event.preventDefault();
  const given = [...new FormData(event.currentTarget)].map(([name, value]) => {
    // Spaces belong to a password.
    return [name, name === 'password' ? String(value) : String(value).trim()];
  });
  return Object.fromEntries(given.filter(([, value]) => value !== '')) as Record<string, string>;
}

function SignInForm({ onSignedIn }: Pick<SignInProps, 'onSignedIn'>) {
  const words = useWords();
  const [isBusy, problem, send] = useSending();
  return (
    <form
      onSubmit={(event) => {
        const { code, ...fields } = fieldsOf(event);
        send(async () => onSignedIn(await post<Me>('/v1/session', { ...fields, ...demandCode(codeOf(code), false) })));
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
        maxLength={20}
        required={isNeeded}
        className="code"
      />
      {hint === undefined ? null : <span className="hint">{hint}</span>}
    </label>
  );
}

function InviteForm({ onSignedIn }: Pick<SignInProps, 'onSignedIn'>) {
  const words = useWords();
  const [isBusy, problem, send] = useSending(true);
  const [opened, setOpened] = useState<Opened | null>(null);
  const form = useRef<HTMLFormElement>(null);
  // The field that had the focus goes away with its step: the first of this one has it.
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each step.
  useEffect(() => form.current!.querySelector<HTMLInputElement>('input:not([hidden])')!.focus(), [opened === null]);
  return (
    <form
      key={opened === null ? 'invite' : 'password'}
      ref={form}
      onSubmit={(event) => {
        const { code, ...fields } = fieldsOf(event);
        send(async () => {
          if (opened !== null) {
            const given = { ...fields, ...demandCode(codeOf(code), opened.totp !== null) };
            onSignedIn(await post<Me>('/v1/session/invite', { invite: opened.invite, ...given }));
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
      {opened === null ? null : <IssuerButton invite={opened.invite} />}
    </form>
  );
}

function InviteFields({ opened }: { readonly opened: Opened }) {
  const words = useWords();
  return (
    <>
      <p>{words.signIn.inviteFor(opened.name)}</p>
      {/* For managers of passwords; without a name it is not sent. */}
      <input type="text" autoComplete="username" value={opened.name} readOnly hidden />
      <label>
        {words.signIn.newPassword}
        <input name="password" type="password" autoComplete="new-password" required minLength={12} />
      </label>
      {opened.totp === null ? null : (
        <>
          <p>{words.signIn.scan}</p>
          <QrCode text={opened.totp.uri} label={words.signIn.qr} />
          <p>
            {words.signIn.secret}
            <br />
            <code className="secret">{opened.totp.secret.replaceAll(/.{4}(?=.)/g, '$& ')}</code>
          </p>
          <p>
            <a href={opened.totp.uri}>{words.signIn.addHere}</a>
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
