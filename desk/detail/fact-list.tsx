// The facts of a case as they came: each by its number, its source and what it says.

import { useDesk } from '../api/queries.ts';
import type { Claim, WholeCase } from '../api/types.ts';
import { providerName } from '../breaks/facet-words.ts';
import { isAmount, shownAmount } from '../state/amount.ts';
import { wholeTime } from '../state/time.ts';
import { useLanguage, useWords, wordFor } from '../words/words.ts';
import { FileRowText, FromFile, useFileRows } from './from-file.tsx';

interface ListProps {
  readonly whole: WholeCase;
  /** Where the API has them. */
  readonly address: string;
}

export function FactList({ whole: { transaction }, address }: ListProps) {
  const { detail } = useWords();
  const claims = transaction?.claims ?? [];
  const rowOf = useFileRows(claims, address);
  if (claims.length === 0) return null;
  return (
    <section className="box">
      <h2>
        {detail.raw} <span className="hint">{detail.rawHint}</span>
      </h2>
      <ol className="fact-list">
        {claims.map((claim, at) => (
          <li key={claim.id} id={`fact-${at + 1}`}>
            <Fact claim={{ ...claim, row: rowOf(claim) }} number={at + 1} merchant={transaction?.merchant ?? ''} />
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
        <span className="hint">{at}</span>{' '}
        {claim.import === null ? null : (
          <span className="hint file-row">
            · <FileRowText id={claim.import} row={claim.row} />
          </span>
        )}
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
              <FromFile id={claim.import} row={claim.row} />
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

function Written({ value }: { readonly value: Claim['body'][string] }) {
  const language = useLanguage();
  if (value === null) return <span className="none">—</span>;
  if (typeof value === 'boolean') return <>{value ? '✓' : '✗'}</>;
  if (typeof value === 'object') return <span className="mono">{JSON.stringify(value)}</span>;
  return <>{isAmount(value) && value.includes('.') ? shownAmount(value) : wordFor(value, language)}</>;
}
