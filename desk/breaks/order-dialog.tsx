// Money of several breaks that was paid for one order: the order is found, what it comes to is shown before anything is
// sent, each row says whether its money can be counted for it, and the count is typed.

import { useEffect, useRef, useState } from 'react';
import { CAUSES, type Cause } from '../../src/domain/decision.ts';
import { CAUSE_WORDS } from '../../src/domain/decision-words.ts';
import { get, Problem } from '../api/client.ts';
import type { ListedCase } from '../api/types.ts';
import { PreviewText, refusalText } from '../bulk/preview-text.tsx';
import { type Preview, useBulk } from '../bulk/use-bulk.ts';
import { DialogActs } from '../detail/act-dialogs.tsx';
import { TrialTable } from '../detail/trial-table.tsx';
import { type Found, orderOf } from '../detail/use-link.ts';
import { shownAmount, sizeOf, total } from '../state/amount.ts';
import type { FoundOrder } from '../state/link-draft.ts';
import { announce } from '../ui/announce.ts';
import { Dialog } from '../ui/dialog.tsx';
import { useKeys } from '../ui/keys.ts';
import { Amount } from '../ui/money.tsx';
import { problemText } from '../ui/states.tsx';
import { reasonTitle, useLanguage, useWords } from '../words/words.ts';

interface OrderProps {
  readonly rows: readonly ListedCase[];
  readonly onDone: () => void;
  readonly onClose: () => void;
}

/** The order that goes by what was typed, as it is now; asked for as soon as the field is left, or Enter is pressed. */
function useOrder() {
  const words = useWords();
  const [order, setOrder] = useState<FoundOrder | null>(null);
  const [problem, setProblem] = useState('');
  const asked = useRef('');
  const find = async (name: string) => {
    if (name === asked.current) return;
    asked.current = name;
    setOrder(null);
    setProblem('');
    if (name === '') return;
    const { faults } = words.link;
    try {
      const found = orderOf(await get<Found>(`/v1/transactions/${encodeURIComponent(name)}`));
      if (asked.current !== name) return;
      if (typeof found === 'string') setProblem(faults[found](name));
      else setOrder(found);
    } catch (error) {
      const isMissing = error instanceof Problem && error.body.code === 'HESABU_NOT_FOUND';
      setProblem(isMissing ? faults.missing(name) : problemText(error as Error, words));
    }
  };
  return { order, problem, find: (name: string) => void find(name.trim()) };
}

interface Draft {
  readonly cause: Cause | '';
  readonly text: string;
  readonly typed: string;
}

/** What is chosen is counted at once, and sent once its count is typed. */
function useOrderLinks(rows: readonly ListedCase[], onDone: () => void) {
  const words = useWords();
  const { bulk } = words;
  const found = useOrder();
  const { order } = found;
  const [draft, setDraft] = useState<Draft>({ cause: '', text: '', typed: '' });
  const [wrong, setWrong] = useState('');
  const { cause, typed } = draft;
  const text = draft.text.trim();
  const isReady = order !== null && cause !== '';
  const said = { kind: 'link', ...(text === '' ? {} : { text }) } as const;
  const { preview, problem, isBusy, ask, send } = useBulk({
    act: isReady ? { act: 'propose', cause, to: [{ reference: order.reference }], ...said } : null,
    scope: { cases: rows.map(({ id }) => id) },
    seen: rows.map(({ finding }) => finding).join(' '),
    onDone: ({ counts: { done = 0, unchanged = 0, refused = 0 } }) => {
      announce(bulk.done(bulk.acts.propose(done), unchanged, refused));
      onDone();
    },
  });
  const isCounted = preview !== null;
  // biome-ignore lint/correctness/useExhaustiveDependencies: whether it is counted is what this waits for.
  useEffect(() => {
    if (isReady && !isCounted && !isBusy && problem === '') ask();
  }, [isReady, isCounted, isBusy, problem, order, cause]);
  const link = () => {
    if (preview === null) return setWrong(order === null ? words.link.faults.none : bulk.incomplete);
    const isRight = typed.trim() === `${preview.count}`;
    setWrong(isRight ? '' : bulk.typedWrong);
    if (isRight) send();
  };
  const change = (part: Partial<Draft>) => setDraft({ ...draft, ...part });
  return { ...found, draft, change, preview, link, wrong: wrong === '' ? problem : wrong };
}

export function OrderDialog({ rows: given, onDone, onClose }: OrderProps) {
  const { bulk, proposal } = useWords();
  // Those that were chosen, whatever leaves the list meanwhile.
  const [rows] = useState(given);
  const linking = useOrderLinks(rows, onDone);
  const { order, draft, change, preview, link, wrong } = linking;
  useKeys({ 'Ctrl+Enter': link }, true);
  return (
    <Dialog title={bulk.orderTitle(rows.length)} onClose={onClose} className="wide">
      <OrderFields {...linking} />
      <MoneyTable rows={rows} preview={preview} />
      <div role="status">
        {order === null ? <p className="hint">{bulk.orderHint}</p> : <OrderLine order={order} />}
        {preview?.order == null ? null : <TrialTable keys={[preview.order]} />}
        {preview?.order_left_out === true ? <p className="hint">{bulk.orderLeftOut}</p> : null}
        {preview === null ? null : (
          <p className="hint">
            <PreviewText act="propose" preview={preview} />
          </p>
        )}
      </div>
      <label>
        {bulk.typed(preview?.count ?? rows.length)}
        <input
          inputMode="numeric"
          value={draft.typed}
          maxLength={5}
          onChange={(event) => change({ typed: event.target.value })}
        />
      </label>
      <p className="problem" role="alert">
        {wrong}
      </p>
      <DialogActs main={proposal.submit} onSend={link} onClose={onClose} />
    </Dialog>
  );
}

/** The order, why, and what is to be said of it. */
function OrderFields({ problem, find, draft, change }: ReturnType<typeof useOrderLinks>) {
  const { link, proposal } = useWords();
  const language = useLanguage();
  return (
    <>
      <label>
        {link.reference}
        <input
          maxLength={250}
          autoComplete="off"
          aria-invalid={problem !== ''}
          onBlur={(event) => find(event.target.value)}
          onKeyDown={({ key, keyCode, nativeEvent, currentTarget }) => {
            if (key === 'Enter' && !nativeEvent.isComposing && keyCode !== 229) find(currentTarget.value);
          }}
        />
      </label>
      <p className="problem" role="alert">
        {problem}
      </p>
      <label>
        {proposal.cause}
        <select value={draft.cause} onChange={(event) => change({ cause: event.target.value as Cause })}>
          <option value="">{'—'}</option>
          {CAUSES.map((one) => (
            <option key={one} value={one}>
              {CAUSE_WORDS[language][one]}
            </option>
          ))}
        </select>
      </label>
      <label>
        {proposal.text}
        <input value={draft.text} maxLength={4_000} onChange={(event) => change({ text: event.target.value })} />
      </label>
    </>
  );
}

function OrderLine({ order: { reference, merchant, currency, amount, paid } }: { readonly order: FoundOrder }) {
  const { link, noMerchant } = useWords();
  return (
    <p>
      <span className="mono">{reference}</span> · {merchant || noMerchant} ·{' '}
      {link.known(`${shownAmount(amount)} ${currency}`, shownAmount(paid))}
    </p>
  );
}

interface MoneyProps {
  readonly rows: readonly ListedCase[];
  readonly preview: Preview | null;
}

/** Each break with its money, and why it is refused; what is left of them is added up, each currency apart. */
function MoneyTable({ rows, preview }: MoneyProps) {
  const words = useWords();
  const { bulk, breaks } = words;
  const language = useLanguage();
  const refusals = new Map(preview?.refused_cases.map((one) => [one.case, one]));
  const counted = rows.filter(({ id }) => !refusals.has(id));
  return (
    <section className="scroll-x" aria-label={breaks.list}>
      <table className="facts">
        <caption className="hidden">{breaks.list}</caption>
        <thead>
          <tr>
            <th scope="col">{breaks.columns.key}</th>
            <th scope="col">{breaks.columns.finding}</th>
            <th scope="col">{breaks.columns.merchant}</th>
            <th scope="col" className="number">
              {breaks.columns.difference}
            </th>
            <th scope="col">{bulk.orderCounts}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ id, key, reason, merchant, difference, currency }) => {
            const refusal = refusals.get(id);
            return (
              <tr key={id} className={refusal === undefined ? undefined : 'off'}>
                <td className="mono">{key}</td>
                <td className="why">{reasonTitle(reason, language)}</td>
                <td>{merchant || words.noMerchant}</td>
                <td className="number">
                  <Amount text={difference} isSigned /> {currency}
                </td>
                <td>
                  {refusal !== undefined ? (
                    <strong>✗ {refusalText(refusal.code, { ...bulk.refusals, ...bulk.orderRefusals })}</strong>
                  ) : preview === null ? (
                    '—'
                  ) : (
                    `✓ ${words.detail.yes}`
                  )}
                </td>
              </tr>
            );
          })}
        </tbody>
        <tfoot>
          {sumsOf(counted).map(({ currency, sum, count }) => (
            <tr key={currency} className="total">
              <th scope="row" colSpan={3}>
                {bulk.sums} · {count}
              </th>
              <td className="number strong">
                {shownAmount(sum)} {currency}
              </td>
              <td />
            </tr>
          ))}
        </tfoot>
      </table>
    </section>
  );
}

function sumsOf(rows: readonly ListedCase[]) {
  const money = rows.filter(({ difference, currency }) => difference !== null && currency !== null);
  return [...Map.groupBy(money, ({ currency }) => currency!)].map(([currency, of]) => {
    return { currency, sum: total(of.map(({ difference }) => sizeOf(difference!))), count: of.length };
  });
}
