// The orders that a break's money is linked to: each with its amount and what that comes to, a field for another one,
// and what is left of the money as it is typed.

import { type KeyboardEvent, type RefObject, useEffect, useId, useRef } from 'react';
import { isZero, shownAmount, sizeOf } from '../state/amount.ts';
import { type LinkMoney, type LinkOrder, leftOf, outcomeOf, placesOf } from '../state/link-draft.ts';
import { useWords } from '../words/words.ts';
import type { Linking } from './use-link.ts';

interface FieldsProps {
  readonly linking: Linking;
  readonly money: LinkMoney;
}

/** The Enter with which an input method ends a word is its own; 229 is what some browsers send for it. */
function isEnter({ key, keyCode, nativeEvent }: KeyboardEvent): boolean {
  return key === 'Enter' && !nativeEvent.isComposing && keyCode !== 229;
}

export function LinkFields({ linking, money }: FieldsProps) {
  const { link } = useWords();
  const box = useRef<HTMLFieldSetElement>(null);
  const field = useRef<HTMLInputElement>(null);
  const told = useId();
  const { orders, problem } = linking;
  useEffect(() => {
    // What is wrong has the focus; of what is about all of them, only where it was elsewhere.
    const isThere = problem !== null && problem.reference === null && box.current!.contains(document.activeElement);
    if (problem !== null && !isThere) box.current!.querySelector<HTMLElement>('[aria-invalid=true]')?.focus();
  }, [problem]);
  return (
    // Enter in one of its fields adds an order, and sends nothing.
    <fieldset
      ref={box}
      className="link-fields"
      data-even={(orders.length > 0 && isZero(leftOf(money, orders))) || undefined}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && !event.ctrlKey && event.target instanceof HTMLInputElement) event.preventDefault();
      }}
    >
      <legend>{link.orders}</legend>
      {orders.length === 0 ? null : (
        <ul>
          {orders.map((order) => (
            <OrderRow
              key={order.reference}
              {...{ linking, money, order, told }}
              onRemoved={() => field.current?.focus()}
            />
          ))}
        </ul>
      )}
      <NameField {...{ linking, field, told }} />
      <p className="problem" role="alert" id={told}>
        {problem === null ? '' : `${problem.reference === null ? '' : `${problem.reference}: `}${problem.text}`}
      </p>
      <Left {...{ money, orders }} />
    </fieldset>
  );
}

interface NameProps {
  readonly linking: Linking;
  readonly field: RefObject<HTMLInputElement | null>;
  /** The element that says what is wrong. */
  readonly told: string;
}

function NameField({ linking: { add, problem, isBusy }, field, told }: NameProps) {
  const { link } = useWords();
  const submit = async () => {
    const input = field.current!;
    if ((await add(input.value.trim())) !== null) input.value = '';
    input.focus();
  };
  return (
    <div className="line">
      <input
        ref={field}
        aria-label={link.reference}
        placeholder={link.reference}
        aria-invalid={problem !== null && problem.reference === null}
        aria-describedby={told}
        maxLength={250}
        onKeyDown={(event) => {
          if (isEnter(event) && !event.ctrlKey) void submit();
        }}
      />
      <button type="button" className="button" aria-disabled={isBusy} onClick={() => void submit()}>
        {link.add}
      </button>
    </div>
  );
}

interface RowProps extends FieldsProps {
  readonly order: LinkOrder;
  readonly told: string;
  readonly onRemoved: () => void;
}

function OrderRow({ linking, money, order, told, onRemoved }: RowProps) {
  const { link, noMerchant } = useWords();
  const { reference, merchant, amount, paid, typed } = order;
  const isWrong = linking.problem?.reference === reference;
  const outcome = outcomeOf(order, placesOf(money.amount));
  return (
    <li>
      <span className="mono">{reference}</span>
      <input
        className="number"
        inputMode="decimal"
        autoComplete="off"
        aria-label={link.amountOf(reference)}
        aria-invalid={isWrong}
        aria-describedby={told}
        value={typed}
        maxLength={24}
        onChange={(event) => linking.type(reference, event.target.value)}
      />
      <span>{money.currency}</span>
      <button
        type="button"
        className="link"
        aria-label={link.removeOf(reference)}
        onClick={() => {
          linking.remove(reference);
          onRemoved();
        }}
      >
        {link.remove}
      </button>
      <span className="quiet about">
        {merchant || noMerchant} · {link.known(shownAmount(amount), shownAmount(paid))}
        {outcome === null ? null : (
          <>
            {' → '}
            <strong>{link.outcomes[outcome.kind](shownAmount(outcome.by))}</strong>
          </>
        )}
      </span>
    </li>
  );
}

/** What is left of the money, and what follows once nothing is. */
function Left({ money, orders }: Pick<FieldsProps, 'money'> & Pick<Linking, 'orders'>) {
  const { link } = useWords();
  const left = leftOf(money, orders);
  const isOver = left.startsWith('-');
  return (
    <div role="status" className="left">
      <p>
        {isOver ? link.tooMuch : link.left}{' '}
        <strong className={isOver ? 'missing' : undefined}>
          {shownAmount(sizeOf(left))} {money.currency}
        </strong>{' '}
        <span className="quiet">{link.ofAll(shownAmount(money.amount))}</span>
      </p>
      {isZero(left) && orders.length > 0 ? <p className="quiet">{link.follows(money.key)}</p> : null}
    </div>
  );
}
