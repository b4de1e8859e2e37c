// What stands where nothing is shown: that it loads, that there is nothing, or what went wrong, in words.

import type { ReactNode } from 'react';
import { Link, useLocation, useSearch } from 'wouter';
import { Problem } from '../api/client.ts';
import { useWords } from '../words/words.ts';
import type { Words } from '../words/zh.ts';

export function Loading() {
  const words = useWords();
  return (
    <p className="state" role="status">
      {words.loading}
    </p>
  );
}

export function Empty({ title, hint, children }: { title: string; hint?: string; children?: ReactNode }) {
  return (
    <div className="state">
      <p>
        <strong>{title}</strong>
      </p>
      {hint === undefined ? null : <p>{hint}</p>}
      {children}
    </div>
  );
}

export function Failed({ error, onAgain }: { readonly error: Error; readonly onAgain?: () => void }) {
  const words = useWords();
  // Asked again, it would be refused again.
  const isFinal =
    error instanceof Problem && ([403, 404].includes(error.body.status) || error.body.code === 'HESABU_CURSOR_INVALID');
  return (
    <div className="state" role="alert">
      <p>
        <strong>{words.failed.title}</strong>
      </p>
      <p>{problemText(error, words)}</p>
      {error instanceof Problem && error.body.code === 'HESABU_CURSOR_INVALID' ? <FirstPage /> : null}
      {onAgain === undefined || isFinal ? null : (
        <button type="button" className="button" onClick={onAgain}>
          {words.again}
        </button>
      )}
    </div>
  );
}

/** The same list without the place in it that the address had. */
function FirstPage() {
  const { failed } = useWords();
  const [path] = useLocation();
  const query = new URLSearchParams(useSearch());
  for (const name of ['after', 'page']) query.delete(name);
  return (
    <p>
      <Link href={`${path}?${query}`}>{failed.firstPage}</Link>
    </p>
  );
}

/** What a day still misses: its conditions by their names. */
function notReadyText(found: string, { calendar }: Words): string {
  const names = found.split(/[\s,;]+/).flatMap((one) => calendar.conditions[one] ?? []);
  return [calendar.notReady, ...names].join(' · ');
}

/** What went wrong, for people. */
export function problemText(error: Error, words: Words): string {
  const { failed } = words;
  if (!(error instanceof Problem)) return failed.other(error.message);
  const { code, status, detail, title } = error.body;
  const codes: Readonly<Record<string, string>> = { ...words.signIn.refused, ...failed.codes, ...words.refund.refused };
  const refused = codes[code];
  if (refused !== undefined) return refused;
  if (status === 0) return failed.noAnswer;
  if (code === 'HESABU_FORBIDDEN') return failed.forbidden;
  if (code === 'HESABU_NOT_FOUND') return failed.missing;
  if (code === 'HESABU_CASE_CHANGED') return `${words.proposal.changedTitle} ${words.proposal.changedHint}`;
  if (code === 'HESABU_SAME_PERSON') return words.approvals.ownTitle;
  if (code === 'HESABU_DAY_NOT_READY') return notReadyText(error.body.found ?? '', words);
  if (status === 429) return failed.busy;
  if (code === 'HESABU_SIGN_IN_REFUSED') return failed.signIn;
  if (code === 'HESABU_PASSWORD_WEAK') return failed.weak;
  if (code === 'HESABU_INVITE_INVALID') return failed.invite;
  return failed.other(detail === '' ? title : detail);
}
