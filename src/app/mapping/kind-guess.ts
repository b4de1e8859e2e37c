// What kind of file a table is, by its columns, where nobody says it.

import { FILE_KINDS, type FileKind } from '../../producers/formats/format.ts';
import { CANONICAL_FORMATS } from '../../producers/formats/formats.ts';
import { type Concept, plainName, rankOf } from './header-words.ts';

export interface KindGuess {
  readonly kind: FileKind;
  /** The columns that say it. */
  readonly because: readonly string[];
  /** Our own columns: there is nothing to guess. */
  readonly isCanonical: boolean;
  /** Another kind that the file may as well be. */
  readonly or: FileKind | null;
}

type Weights = Readonly<Partial<Record<Concept, number>>>;

/** How much a column about something speaks for a kind, or against it. */
const WEIGHTS: Readonly<Record<FileKind, Weights>> = {
  orders: {
    merchant: 3,
    'order-number': 2,
    placed: 2,
    expires: 2,
    phone: 1,
    status: 1,
    fee: -3,
    payout: -3,
    event: -5,
    balance: -3,
  },
  callbacks: { event: 5, balance: -3, settled: -2 },
  polls: { changed: 3, status: 1, event: -5, merchant: -2, fee: 1, settled: -3, balance: -3 },
  settlements: { fee: 3, payout: 3, settled: 2, net: 2, type: 2, original: 2, transaction: 1, event: -5, merchant: -2 },
  bank: {
    narration: 2,
    balance: 2,
    'amount-in': 1,
    'amount-out': 1,
    settled: 1,
    'bank-account': 2,
    'bank-reference': 1,
    fee: -3,
    type: -1,
    merchant: -3,
    event: -5,
    phone: -1,
  },
};

/** Objects line by line are mostly what programs sent. */
const JSON_BONUS: Readonly<Partial<Record<FileKind, number>>> = { callbacks: 4, polls: 2 };

/** How far ahead a kind must be for there to be no question. */
const LEAD = 2;

/** Undefined where no column speaks for any kind. */
export function guessKind(names: readonly string[], isJson: boolean): KindGuess | undefined {
  const known = new Set(names.map((name) => name.trim().toLowerCase()));
  const inData = new Set(
    names.map((name) =>
      name
        .trim()
        .toLowerCase()
        .replace(/^data\./, ''),
    ),
  );
  const own = FILE_KINDS.find((kind) => {
    const of = kind === 'callbacks' && !known.has('transaction_reference') ? inData : known;
    return CANONICAL_FORMATS[kind].required.every((field) => of.has(field));
  });
  if (own !== undefined) {
    return { kind: own, because: CANONICAL_FORMATS[own].required, isCanonical: true, or: null };
  }
  const scores = FILE_KINDS.map((kind) => {
    const { score, because } = scoreOf(WEIGHTS[kind], names);
    return { kind, because, score: isJson && score > -LEAD ? score + (JSON_BONUS[kind] ?? 0) : score };
  });
  const [best, second] = scores.toSorted((left, right) => right.score - left.score);
  if (best === undefined || best.score <= 0) return undefined;
  const or = second !== undefined && best.score - second.score < LEAD ? second.kind : null;
  return { kind: best.kind, because: best.because, isCanonical: false, or };
}

function scoreOf(weights: Weights, names: readonly string[]): { score: number; because: string[] } {
  let score = 0;
  const because: string[] = [];
  for (const [concept, weight] of Object.entries(weights) as [Concept, number][]) {
    const found = names.find((name) => rankOf(plainName(name.slice(name.lastIndexOf('.') + 1)), concept) !== undefined);
    if (found === undefined) continue;
    score += weight;
    if (weight > 1) because.push(found);
  }
  return { score, because };
}
