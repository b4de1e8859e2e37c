// The words of a field that knows some words only, found by their bytes.

import { cellText, hasBytes, type PlainRow } from './plain-row.ts';

/** What a word means, and the word itself, as a mapping brings it to ours. */
interface Word {
  readonly written: Uint8Array;
  readonly meaning: number;
  readonly bytes: Buffer;
}

/** A file has few different words; no more are kept. */
const KEPT_MAX = 64;

export class PlainWords {
  /** The word that was found last, as the readers of texts have it. */
  word: Buffer = Buffer.alloc(0);
  private readonly meaningOf: (word: string) => number;
  private readonly kept: Word[] = [];
  private last: Word | undefined;

  /** `meaningOf` gives a number for a word, below 0 for one that is not known. */
  constructor(meaningOf: (word: string) => number) {
    this.meaningOf = meaningOf;
  }

  /** The meaning of the word in a cell; below 0 for another word. */
  find(row: PlainRow, index: number): number {
    let found = this.last;
    if (found === undefined || !hasBytes(row, index, found.written)) {
      found = this.kept.find(({ written }) => hasBytes(row, index, written)) ?? this.learn(row, index);
      this.last = found;
    }
    this.word = found.bytes;
    return found.meaning;
  }

  private learn(row: PlainRow, index: number): Word {
    const text = cellText(row, index);
    const translate = row.forms.words.get(index);
    const word = translate === undefined ? text : (translate(text) ?? '');
    const learned = { written: Buffer.from(text), meaning: this.meaningOf(word), bytes: Buffer.from(word) };
    if (this.kept.length < KEPT_MAX) this.kept.push(learned);
    return learned;
  }
}
