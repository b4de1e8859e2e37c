// The form of a proposal: how the break ends, why, and whether a second person must agree.

import { type RefObject, useEffect, useState } from 'react';
import { CAUSES, type Cause, RESOLUTION_KINDS, type ResolutionKind } from '../../src/domain/decision.ts';
import { CAUSE_WORDS } from '../../src/domain/decision-words.ts';
import { REASONS } from '../../src/domain/reasons.ts';
import { isRefundable } from '../../src/domain/refundable.ts';
import { post } from '../api/client.ts';
import { useDesk } from '../api/queries.ts';
import type { ListedCase, Proposal } from '../api/types.ts';
import { isAtLeast, isZero, shownAmount, sizeOf } from '../state/amount.ts';
import { useDraft } from '../state/drafts.ts';
import { shortHash } from '../state/hash.ts';
import { linkFault, linkTargets } from '../state/link-draft.ts';
import { announce } from '../ui/announce.ts';
import { useKeys } from '../ui/keys.ts';
import { problemText } from '../ui/states.tsx';
import { useLanguage, useWords } from '../words/words.ts';
import { useRefresh } from './act-dialogs.tsx';
import type { Reading } from './case-version.ts';
import { LinkFields } from './link-fields.tsx';
import { mostOf, RefundFields, refundAmount } from './refund-fields.tsx';
import { LinkTrial } from './trial-table.tsx';
import type { Linking } from './use-link.ts';

interface FormProps {
  readonly row: ListedCase;
  readonly linking: Linking;
  readonly form: RefObject<HTMLFormElement | null>;
  readonly reading: Reading;
  /** Whether no other refund of it is on its way. */
  readonly mayRefund: boolean;
}

/** How a break like this may end. */
function kindsFor(row: ListedCase, { money }: Linking, mayRefund: boolean): ResolutionKind[] {
  const { reason, difference, currency } = row;
  const isMoney = difference !== null && currency !== null && REASONS[reason].unit === 'money' && !isZero(difference);
  const may = { write_off: isMoney, explain: true, refund: mayRefund && isRefundable(row), link: money !== null };
  return RESOLUTION_KINDS.filter((kind) => may[kind]);
}

interface Reasons {
  readonly cause: Cause | '';
  readonly text: string;
  /** Of a refund, as it was typed; absent until it is. */
  readonly amount?: string;
}

/** What is being proposed, and how it is sent: once, and bound to the finding that was read. */
function useProposal({ row, form, linking, reading, mayRefund }: FormProps) {
  const words = useWords();
  const refresh = useRefresh();
  const [draft, setDraft, clear] = useDraft<Reasons>(`proposal.${row.id}`, { cause: '', text: '' });
  const [problem, setProblem] = useState('');
  const [isBusy, setBusy] = useState(false);
  const chosen = linking.kind;
  // What was chosen before a refund was made, or of another finding.
  const kind = kindsFor(row, linking, mayRefund).includes(chosen) ? chosen : 'explain';
  const typed = draft.amount ?? sizeOf(row.difference ?? '');
  const whole = kind === 'explain' || row.difference === null ? null : sizeOf(row.difference);
  const amount = kind === 'refund' ? refundAmount(row, typed) : whole;
  const send = async () => {
    if (isBusy || (kind === 'link' && !linking.check()) || !form.current!.reportValidity()) return;
    if (kind === 'refund' && amount === null) return setProblem(words.refund.fault(mostOf(row)));
    setBusy(true);
    setProblem('');
    const { cause } = draft;
    const text = draft.text.trim();
    const money = amount === null ? {} : { amount, currency: row.currency };
    const to = kind === 'link' ? { to: linkTargets(linking.money!, linking.orders) } : {};
    const body = { finding: row.finding, kind, cause, ...money, ...to, ...(text === '' ? {} : { text }) };
    let isMade = false;
    let isOld = false;
    try {
      const made = await post<Proposal>(`/v1/cases/${row.id}/proposals`, body, reading.version);
      isMade = true;
      reading.forget();
      linking.clear();
      clear();
      const held = kind === 'refund' ? words.refund.made : words.acts.done.resolved;
      announce(made.state === 'awaiting_approval' ? words.acts.done.proposed : held);
    } catch (error) {
      if (await reading.isOld(error)) isOld = true;
      else if (kind === 'link') linking.refuse(error as Error);
      else setProblem(problemText(error as Error, words));
    }
    setBusy(false);
    await refresh();
    // Of a link that was refused, the field that is wrong has the focus; who sees what others did goes on from there.
    if (isMade || (kind !== 'link' && !isOld)) document.getElementById('content')?.focus();
  };
  const change = (part: Partial<Reasons>) => setDraft({ ...draft, ...part });
  return { draft, change, kind, typed, amount, problem, isBusy, send: () => void send() };
}

export function ProposalForm(props: FormProps) {
  const { row, form, linking, mayRefund } = props;
  const { proposal: words } = useWords();
  const { draft, change, kind, typed, amount, problem, isBusy, send } = useProposal(props);
  const { money } = linking;
  useEffect(() => {
    if (location.hash === '#propose') form.current?.querySelector<HTMLElement>('input:checked')?.focus();
  }, [form]);
  useKeys({ 'Ctrl+Enter': send });
  return (
    <form
      ref={form}
      className="proposal-form"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <fieldset className="line">
        <legend>{words.kind}</legend>
        {kindsFor(row, linking, mayRefund).map((one) => (
          <label key={one}>
            <input type="radio" name="kind" checked={one === kind} onChange={() => linking.choose(one)} />
            {words.kinds[one]}
          </label>
        ))}
      </fieldset>
      <p className="hint under">{words.kindHints[kind]}</p>
      {kind === 'link' && money !== null ? <LinkFields {...{ linking, money }} /> : null}
      {kind === 'link' && money !== null && linkFault(money, linking.orders) === null ? (
        <LinkTrial row={row} to={linkTargets(money, linking.orders)} />
      ) : null}
      {kind === 'refund' ? <RefundFields row={row} typed={typed} onType={(next) => change({ amount: next })} /> : null}
      {amount === null || kind === 'link' || kind === 'refund' ? null : (
        <p className="line">
          <span className="label">{words.amount}</span>
          <strong>
            {shownAmount(amount)} {row.currency}
          </strong>{' '}
          <span className="hint">{words.exactly}</span>
        </p>
      )}
      <DraftFields draft={draft} change={change} />
      <div className="bound">
        <p>
          <strong>{words.bound}</strong> {words.boundHint}
        </p>
        <p className="hashes mono">
          {words.finding} {shortHash(row.finding)}
        </p>
      </div>
      <p className="problem" role="alert">
        {problem}
      </p>
      <div className="submit-line">
        <ReviewNeed row={row} />
        <button type="submit" className="button main" aria-disabled={isBusy}>
          {words.submit} <kbd>Ctrl+Enter</kbd>
        </button>
      </div>
    </form>
  );
}

interface FieldsProps {
  readonly draft: Reasons;
  readonly change: (part: Partial<Reasons>) => void;
}

function DraftFields({ draft, change }: FieldsProps) {
  const { proposal: words } = useWords();
  const language = useLanguage();
  return (
    <>
      <label className="line">
        <span className="label">{words.cause}</span>
        <select value={draft.cause} required onChange={(event) => change({ cause: event.target.value as Cause })}>
          <option value="">{'—'}</option>
          {CAUSES.map((one) => (
            <option key={one} value={one}>
              {CAUSE_WORDS[language][one]}
            </option>
          ))}
        </select>
      </label>
      <label className="line">
        <span className="label">{words.text}</span>
        <input value={draft.text} maxLength={4_000} onChange={(event) => change({ text: event.target.value })} />
      </label>
    </>
  );
}

/** Whether a second person will have to agree, as far as this case alone tells. */
function ReviewNeed({ row }: { readonly row: ListedCase }) {
  const { proposal } = useWords();
  const need = useReviewNeed(row);
  return (
    <p>
      {need.why}
      <br />
      <strong>{need.isNeeded ? proposal.needs : proposal.alone}</strong>
    </p>
  );
}

export function useReviewNeed(row: ListedCase): { readonly isNeeded: boolean; readonly why: string } {
  const { proposal } = useWords();
  const desk = useDesk().data;
  const { value, reason } = row;
  if (desk === undefined || desk.always.includes(reason) || value.length === 0) {
    return { isNeeded: true, why: proposal.always };
  }
  for (const { currency, amount } of value) {
    const bound = desk.thresholds[currency];
    if (bound === undefined) return { isNeeded: true, why: proposal.noBound(currency) };
    const [left, right] = [`${shownAmount(amount)} ${currency}`, shownAmount(bound)];
    if (isAtLeast(amount, bound)) return { isNeeded: true, why: proposal.atOrAbove(left, right) };
  }
  const [first] = value;
  const bound = desk.thresholds[first!.currency]!;
  return {
    isNeeded: false,
    why: proposal.below(`${shownAmount(first!.amount)} ${first!.currency}`, shownAmount(bound)),
  };
}
