// The facts of a case as they came: each by its number, its source and what it says.

import { Link } from 'wouter';
import { useLive } from '../api/live.ts';
import { useDesk } from '../api/queries.ts';
import type { Claim, WholeCase } from '../api/types.ts';
import { providerName } from '../breaks/facet-words.ts';
import { isAmount, shownAmount } from '../state/amount.ts';
import { nameOfFile } from '../state/file-name.ts';
import { seesAll, useMyself } from '../state/session.ts';
import { wholeTime } from '../state/time.ts';
import { useLanguage, useWords, wordFor } from '../words/words.ts';

export function FactList({ whole: { transaction } }: { readonly whole: WholeCase }) {
  const { detail } = useWords();
  const claims = transaction?.claims ?? [];
  if (claims.length === 0) return null;
  return (
    <section className="box">
      <h2>
        {detail.raw} <span className="hint">{detail.rawHint}</span>
      </h2>
      <ol className="fact-list">
        {claims.map((claim, at) => (
          <li key={claim.id} id={`fact-${at + 1}`}>
            <Fact claim={claim} number={at + 1} merchant={transaction?.merchant ?? ''} />
          </li>
        ))}
      </ol>
    </section>
  );
}

/** Who said it: an order comes from its shop, also where it is paid by a network. */
export function sourceOf({ topic, provider, account }: Claim, merchant: string): string {
  if (topic === 'orders.v1' && merchant !== '') return merchant;
  return [providerName(provider), account].filter((one) => one !== null && one !== '').join('/');
}

interface ImportedFile {
  readonly id: number;
  readonly file: string;
}

interface FactProps {
  readonly claim: Claim;
  readonly number: number;
  readonly merchant: string;
}

function Fact({ claim, number, merchant }: FactProps) {
  const { detail } = useWords();
  const desk = useDesk().data;
  const { topic, occurred_at, body, id } = claim;
  const at = occurred_at === null || desk === undefined ? '' : wholeTime(occurred_at, desk.zone);
  const source = sourceOf(claim, merchant);
  return (
    <details>
      <summary>
        <strong>{number}</strong> {detail.topics[topic] ?? topic} {source === '' ? '' : `· ${source}`}{' '}
        <span className="hint">{at}</span>
      </summary>
      <dl className="body">
        <div>
          <dt className="mono">id</dt>
          <dd className="mono">{id}</dd>
        </div>
        {claim.import === null ? null : (
          <div>
            <dt>{detail.file}</dt>
            <dd>
              <FromFile id={claim.import} />
            </dd>
          </div>
        )}
        {Object.entries(body).map(([name, value]) => (
          <div key={name}>
            <dt className="mono">{name}</dt>
            <dd>
              <Written value={value} />
            </dd>
          </div>
        ))}
      </dl>
    </details>
  );
}

/** Files may have rows of all merchants: who sees single ones reads none of them. */
function FromFile({ id }: { readonly id: number }) {
  const { detail } = useWords();
  const isAllowed = seesAll(useMyself());
  const { data } = useLive<{ readonly imports: readonly ImportedFile[] }>(isAllowed ? '/v1/imports' : null);
  const file = data?.imports.find((one) => one.id === id)?.file;
  if (file === undefined) return <>{detail.imported(id)}</>;
  return (
    <Link href={`/sources?preview=${id}`} title={file}>
      {nameOfFile(file)}
    </Link>
  );
}

function Written({ value }: { readonly value: Claim['body'][string] }) {
  const language = useLanguage();
  if (value === null) return <span className="none">—</span>;
  if (typeof value === 'boolean') return <>{value ? '✓' : '✗'}</>;
  if (typeof value === 'object') return <span className="mono">{JSON.stringify(value)}</span>;
  return <>{isAmount(value) && value.includes('.') ? shownAmount(value) : wordFor(value, language)}</>;
}
