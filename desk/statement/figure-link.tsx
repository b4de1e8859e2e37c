// A figure of a statement, which opens the rows that it is the sum of; and what its line is called.

import { Link } from 'wouter';
import type { Cause } from '../../src/domain/decision.ts';
import { CAUSE_WORDS } from '../../src/domain/decision-words.ts';
import type { Language } from '../../src/domain/language.ts';
import type { Figure, Statement } from '../api/statement-types.ts';
import { isZero, shownAmount, sizeOf } from '../state/amount.ts';
import { reasonTitle, useLanguage, useWords } from '../words/words.ts';
import type { Words } from '../words/zh.ts';

export interface TableProps {
  readonly day: string;
  readonly statement: Statement;
}

interface FigureLinkProps extends TableProps {
  readonly line: string;
  /** Of what explains a part of the bridge: only what is so old, and only one side. */
  readonly part?: { readonly side: 'under' | 'over'; readonly age?: string };
  readonly text: string;
  readonly className?: string;
}

/** A figure that opens the rows that it is the sum of. */
export function FigureLink({ day, statement, line, part, text, className }: FigureLinkProps) {
  const { merchant, provider, currency } = statement;
  const query = new URLSearchParams({ line, merchant, provider, currency, ...part });
  return (
    <Link href={`/statements/${day}/rows?${query}`} className={`figure-link ${className ?? ''}`}>
      {text}
    </Link>
  );
}

function lineTitle(line: string, words: Words, language: Language): string {
  const { statement } = words;
  const kind = line.replace(/^total:/, '');
  if (kind === 'pending' || kind === 'tolerance') return statement[kind];
  if (kind.startsWith('resolved:'))
    return statement.resolved(CAUSE_WORDS[language][kind.slice(9) as Cause] ?? kind.slice(9));
  return statement.moves[kind] ?? reasonTitle(kind, language);
}

export function useLineTitle(): (line: string) => string {
  const words = useWords();
  const language = useLanguage();
  const { statement } = words;
  return (line) => {
    if (line === 'opening' || line === 'closing' || line === 'difference') return statement[line];
    if (line.startsWith('late:')) return statement.late(lineTitle(line.slice(5), words, language));
    return lineTitle(line, words, language);
  };
}

export function shownFigure({ sign, value }: Figure): string {
  if (isZero(value)) return shownAmount(sizeOf(value));
  const isLess = (sign === '-') !== value.startsWith('-');
  return `${isLess ? '−' : '+'}${shownAmount(sizeOf(value))}`;
}
