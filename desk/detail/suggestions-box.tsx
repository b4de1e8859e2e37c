// What the break may be about, and the signs that speak for it: nothing is scored, and nothing is chosen. Where money
// may be linked, each has a button that takes it into the proposal.

import { type RefObject, useRef } from 'react';
import { Link } from 'wouter';
import { signWord } from '../../src/domain/hint-words.ts';
import { isAsking } from '../../src/domain/hints.ts';
import type { Suggestion, WholeCase } from '../api/types.ts';
import { useKeys } from '../ui/keys.ts';
import { useLanguage, useWords } from '../words/words.ts';
import type { Linking } from './use-link.ts';

const PLAIN = ['same_amount', 'same_phone', 'same_reference'] as const;
type Plain = (typeof PLAIN)[number];

function plainSigns(one: Partial<Record<Plain, boolean>>): (readonly [Plain, boolean])[] {
  return PLAIN.flatMap((sign) => (one[sign] === undefined ? [] : [[sign, one[sign]] as const]));
}

interface BoxProps {
  readonly whole: WholeCase;
  /** Null where nothing can be proposed. */
  readonly linking: Linking | null;
}

export function SuggestionsBox({ whole, linking }: BoxProps) {
  const { detail } = useWords();
  const list = useRef<HTMLUListElement>(null);
  const { named, others } = whole.suggestions;
  const reason = whole.case?.reason ?? null;
  useLinkKey(linking, list);
  if (named.length === 0 || !isAsking(reason)) return null;
  return (
    <section className="box">
      <h2>
        {detail.signs[reason]} <span className="hint">{detail.signsHint}</span>
      </h2>
      <ul className="suggestions" ref={list}>
        {named.map((one) => (
          <li key={one.name}>
            <Link href={`/search?q=${encodeURIComponent(one.name)}`} className="mono">
              {one.name}
            </Link>
            <Signs suggestion={one} />
            {linking === null ? null : <TakeButton name={one.name} linking={linking} hasKey={named.length === 1} />}
          </li>
        ))}
      </ul>
      {others === 0 ? null : <p className="inside">{detail.others(others)}</p>}
    </section>
  );
}

/** Takes the only one there is, or the one in focus; of several it goes to the first, and without any to the field. */
function useLinkKey(linking: Linking | null, list: RefObject<HTMLUListElement | null>): void {
  const act = () => {
    const open = [...(list.current?.querySelectorAll<HTMLElement>('button[aria-pressed=false]') ?? [])];
    const active = open.find((button) => button === document.activeElement);
    const only = open.length === 1 && list.current!.childElementCount === 1 ? open[0] : undefined;
    const taken = active ?? only;
    if (taken !== undefined) taken.click();
    else if (open[0] !== undefined) open[0].focus();
    else {
      linking!.choose('link');
      focusNext();
    }
  };
  useKeys(linking === null ? {} : { l: act });
}

/** The cause, where all of the money is shared out, otherwise the field for an order: once the page has them. */
function focusNext(): void {
  setTimeout(() => {
    const cause = document.querySelector<HTMLElement>('.link-fields[data-even] ~ label select');
    (cause ?? document.querySelector<HTMLElement>('.link-fields .line input'))?.focus();
  });
}

interface TakeProps {
  readonly name: string;
  readonly linking: Linking;
  readonly hasKey: boolean;
}

function TakeButton({ name, linking, hasKey }: TakeProps) {
  const { link } = useWords();
  const isTaken = linking.orders.some(({ reference }) => reference === name);
  const toggle = async () => {
    if (isTaken) return linking.remove(name);
    if ((await linking.add(name)) === null) linking.choose('link');
    focusNext();
  };
  return (
    <button
      type="button"
      className="button take"
      aria-pressed={isTaken}
      aria-label={isTaken ? link.takenOf(name) : link.takeOf(name)}
      onClick={() => void toggle()}
    >
      {isTaken ? link.taken : link.take} {hasKey && !isTaken ? <kbd>l</kbd> : null}
    </button>
  );
}

function Signs({ suggestion: { signs, ...one } }: { readonly suggestion: Suggestion }) {
  const { detail } = useWords();
  const language = useLanguage();
  return (
    <>
      {plainSigns(one).map(([sign, isSo]) => (
        <span key={sign} className={isSo ? undefined : 'quiet'}>
          {isSo ? '✓' : '✗'} <strong>{isSo ? detail.yes : detail.no}</strong> {detail.plainSigns[sign]}
        </span>
      ))}
      {one.minutes_apart == null ? null : <span>{detail.apart(one.minutes_apart)}</span>}
      {signs
        .filter((sign) => sign === 'excess_is_amount' || sign === 'same_order_number')
        .map((sign) => (
          <span key={sign}>
            ✓ <strong>{detail.yes}</strong> {signWord(sign, language)}
          </span>
        ))}
    </>
  );
}
