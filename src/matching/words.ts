// What a key says to others: for each target, word and subject one content. What it must tell is the difference between
// what it said before and what it says now; nothing else is remembered.

import { type HandoffWord, handoffId } from '../domain/handoff.ts';
import type { Given } from './handoffs.ts';

export interface Word {
  /** The key that is told. */
  readonly to: string;
  readonly word: HandoffWord;
  /** Tells apart what one key says with one word to another; '' where there is only one. */
  readonly subject: string;
  /** Null where it is no longer said. */
  readonly content: string | null;
}

export class Words {
  private readonly said = new Map<string, Word>();

  say(to: string, word: HandoffWord, content: string, subject = ''): void {
    this.said.set(`${to}\n${handoffId(word, '', subject)}`, { to, word, subject, content });
  }

  /** The claims that are given away. */
  given(): Given[] {
    const gives = [...this.said.values()].filter(({ word }) => word === 'gives');
    return gives.map(({ content }) => JSON.parse(content!) as Given);
  }

  /** What must be told after `before` was said. */
  changesFrom(before: Words): Word[] {
    const changes: Word[] = [];
    for (const [name, word] of this.said) if (before.said.get(name)?.content !== word.content) changes.push(word);
    for (const [name, word] of before.said) if (!this.said.has(name)) changes.push({ ...word, content: null });
    return changes;
  }
}
