// What was sent and received about a transaction, as it is archived: a body is read only when somebody opens it, since
// the audit trail has who did.

import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { get } from '../api/client.ts';
import { useLive } from '../api/live.ts';
import { useDesk } from '../api/queries.ts';
import { wholeTime } from '../state/time.ts';
import { Failed, Loading } from '../ui/states.tsx';
import { useWords } from '../words/words.ts';

interface Exchange {
  readonly id: string;
  readonly direction: 'in' | 'out';
  readonly at: string;
  readonly account: string;
  readonly method: string;
  readonly url: string;
  readonly status: number | null;
  readonly fault: string | null;
}

interface Message {
  readonly headers: Readonly<Record<string, string>>;
  readonly encoding: 'utf8' | 'base64';
  readonly content: string;
}

interface WholeExchange extends Exchange {
  readonly request: Message;
  readonly response: Message | null;
}

const READ_MAX = 100;
/** What the page itself asked of the service is in the archive too, and is no evidence. */
const isEvidence = ({ account }: Exchange) => account !== '';

export function ExchangesBox({ name }: { readonly name: string | null }) {
  const { detail } = useWords();
  const query = new URLSearchParams({ name: name ?? '', limit: `${READ_MAX}` });
  const { data } = useLive<{ readonly exchanges: readonly Exchange[] }>(
    name === null ? null : `/v1/exchanges?${query}`,
  );
  const exchanges = (data?.exchanges ?? []).filter(isEvidence);
  if (exchanges.length === 0) return null;
  return (
    <section className="box" aria-label={detail.exchanges}>
      <h2>
        {detail.exchanges} <span className="hint">{detail.exchangesHint}</span>
      </h2>
      <ol className="fact-list">
        {exchanges.map((exchange) => (
          <li key={exchange.id}>
            <ExchangeItem exchange={exchange} />
          </li>
        ))}
      </ol>
    </section>
  );
}

function ExchangeItem({ exchange }: { readonly exchange: Exchange }) {
  const { detail } = useWords();
  const desk = useDesk().data;
  const [isOpen, setOpen] = useState(false);
  const { id, direction, at, account, method, url, status, fault } = exchange;
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <strong>{detail.directions[direction]}</strong> {account} · {method}{' '}
        <span className="mono">{url.split('?')[0]}</span> · {status ?? fault ?? detail.noResponse}{' '}
        <span className="hint">{desk === undefined ? at : wholeTime(at, desk.zone)}</span>
      </summary>
      {isOpen ? <Bodies id={id} /> : null}
    </details>
  );
}

function Bodies({ id }: { readonly id: string }) {
  const { detail } = useWords();
  const url = `/v1/exchanges/${id}`;
  const { data, error, refetch } = useQuery({
    queryKey: [url],
    queryFn: () => get<WholeExchange>(url),
    staleTime: Infinity,
  });
  if (data === undefined) {
    return error === null ? <Loading /> : <Failed error={error} onAgain={() => void refetch()} />;
  }
  return (
    <div className="inside bodies">
      <Body title={detail.request} message={data.request} />
      {data.response === null ? <p>{detail.noResponse}</p> : <Body title={detail.response} message={data.response} />}
    </div>
  );
}

function Body({ title, message: { headers, encoding, content } }: { title: string; message: Message }) {
  const { detail } = useWords();
  const names = Object.entries(headers);
  return (
    <>
      <h3>{title}</h3>
      {names.length === 0 ? null : (
        <details>
          <summary className="hint">
            {detail.headers} {names.length}
          </summary>
          <pre>{names.map(([name, value]) => `${name}: ${value}`).join('\n')}</pre>
        </details>
      )}
      <pre>{bodyText(encoding, content, detail)}</pre>
    </>
  );
}

interface BodyWords {
  readonly noBody: string;
  readonly binary: (bytes: number) => string;
}

function bodyText(encoding: Message['encoding'], content: string, { noBody, binary }: BodyWords): string {
  if (content === '') return noBody;
  return encoding === 'utf8' ? content : binary(Math.floor((content.replaceAll('=', '').length * 3) / 4));
}
